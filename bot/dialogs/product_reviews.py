"""The windows of product reviews: the queue, one of them, a reason; `handlers.product_reviews` shows them."""

from __future__ import annotations

import json
from datetime import date

import slackblocks as sb

from bot.blocks import inputs, kit, queues, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held
from bot.domain.commerce.moderation import ReviewMove
from bot.domain.commerce.queue_filters import STARS, ReviewFilter, read_reviews
from bot.domain.commerce.review_queue import ReviewPage, ReviewShown, Waiting
from bot.domain.ids import ProductReviewId
from bot.domain.policy import Choice, Policy
from bot.domain.refusals import Refusal
from bot.domain.shop.sheets import ReviewStatus

LIST, PAGE, DECIDE = "product_review.list", "product_review.page", "product_review.decide"
BACK, ON = "product_review.list.back", "product_review.list.on"
NARROW = "product_review.list.narrow"
BEGIN, NEXT, SKIP = "product_review.begin", "product_review.next", "product_review.skip"
APPROVE, REJECT, WORDS = "product_review.approve", "product_review.reject", "product_review.words"
EXPORT, SAVE = "product_review.export", "product_review.save"
CUSTOMER = "customer.show"

OTHER = "-other-"
LONGEST_REASON = 1000
LONGEST_SKU = 100
MOST_STARTS = 100
"""Pages that can be turned back: `private_metadata` holds 3,000 characters."""

_ALL = "all"


# --- the queue ----------------------------------------------------------------------------------------------


def listing(page: ReviewPage, banner: str | None = None, *, narrowing: bool = False) -> View:
    """A page of the queue; with `narrowing` the filters stand on top of it. `banner` is raw text."""
    blocks: list[sb.Block] = [*forms.banner(banner)]
    blocks += _filters(page.filter) if narrowing else _begin(page)
    told = _nothing(page.filter)
    if page.rows:
        first = len(page.starts) * 8 + 1
        last = first + len(page.rows) - 1
        total = queues.total(page.total, is_more=page.is_more)
        told = f"{first}-{last} of {total} · {_narrowed(page.filter)}"
    narrow = None if narrowing else kit.button("Filter...", NARROW, "narrow", label="Choose which reviews")
    blocks.append(kit.section("count" if page.rows else "none", told, narrow))
    for row in page.rows:
        blocks += queues.review_row(row)
    return kit.modal(
        "Product reviews",
        [*blocks, *_turning(page)],
        callback_id=LIST,
        submit="Show" if narrowing else None,
        metadata=_kept(page.filter, page.starts),
    )


def _narrowed(asked: ReviewFilter) -> str:
    """Which reviews they are, in raw text."""
    told = [queues.REVIEW_STATUS_NAMES[asked.status] if asked.status else "All of them"]
    if asked.stars:
        told.append(f"{', '.join(map(str, sorted(asked.stars)))} of 5 stars")
    if asked.sku:
        told.append(texts.inline(asked.sku, 40))
    told += [f"{name} {day}" for name, day in (("from", asked.since), ("until", asked.until)) if day]
    return " · ".join(told)


def _nothing(asked: ReviewFilter) -> str:
    if asked == ReviewFilter():
        return "No product review waits for a decision. Choose another state to see those that are decided."
    return f"There is no such review ({_narrowed(asked)}). Choose another state, or leave a filter out."


def _filters(asked: ReviewFilter) -> list[sb.Block]:
    states = [Choice(value=one.value, label=name) for one, name in queues.REVIEW_STATUS_NAMES.items()]
    states.append(Choice(value=_ALL, label="All of them"))
    chosen = asked.status.value if asked.status else _ALL
    ratings = [Choice(value=str(one), label=f"{queues.stars(one)} {one} of 5") for one in STARS]
    return [
        inputs.select("status", "State", states, initial=chosen),
        inputs.many("stars", "Stars", ratings, initial=[str(one) for one in asked.stars]),
        inputs.text("sku", "Product (SKU)", initial=asked.sku, limit=LONGEST_SKU, optional=True),
        inputs.day("since", "Written from", initial=_iso(asked.since), optional=True),
        inputs.day("until", "Written until", initial=_iso(asked.until), optional=True),
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _begin(page: ReviewPage) -> list[sb.Block]:
    """What most people come for stands above the filters: nobody scrolls to it."""
    if page.filter.status is not ReviewStatus.PENDING or not page.rows:
        return []
    return [
        kit.buttons("begin", kit.button("Decide one by one", BEGIN, str(page.rows[0].id), style="primary"))
    ]


def _turning(page: ReviewPage) -> list[sb.Block]:
    made = []
    if page.starts:
        made.append(kit.button("Back", BACK, "back", label="The page before"))
    if page.further is not None and len(page.starts) < MOST_STARTS:
        made.append(kit.button("More", ON, str(page.further), label="The next page"))
    made.append(kit.button("Save this search", SAVE, "save"))
    if page.may_export:
        made.append(kit.button("Export as CSV", EXPORT, "export", label="Export what is shown as CSV"))
    return [kit.buttons("turn", *made)]


def read(fields: Fields) -> ReviewFilter | FieldErrors:
    """What the window is narrowed by now."""
    chosen = fields.get("stars")
    stars = (
        frozenset(int(one) for one in chosen if one in map(str, STARS)) if isinstance(chosen, tuple) else ()
    )
    state = forms.choice_in(fields, "status")
    since, until = forms.day_in(fields, "since"), forms.day_in(fields, "until")
    if since and until and since > until:
        return FieldErrors(errors={"until": "This day is before the first one. Choose a later day."})
    return ReviewFilter(
        status=ReviewStatus(state) if state in set(ReviewStatus) else None,
        stars=frozenset(stars),
        sku=forms.text_in(fields, "sku")[:LONGEST_SKU],
        since=since,
        until=until,
    )


def _kept(asked: ReviewFilter, starts: tuple[ProductReviewId, ...]) -> str:
    return json.dumps({"filter": asked.text, "starts": list(starts)})


def asked(metadata: str) -> tuple[ReviewFilter, tuple[ProductReviewId, ...]]:
    """What the queue shows: its filter, and where its page and those before it begin."""
    kept = held(metadata)
    text, starts = kept.get("filter"), kept.get("starts")
    try:
        found = read_reviews(text if isinstance(text, str) else "")
    except Refusal:
        found = ReviewFilter()
    numbers = starts if isinstance(starts, list) else []
    return found, tuple(ProductReviewId(one) for one in numbers if type(one) is int)


# --- one review ---------------------------------------------------------------------------------------------


def page(shown: ReviewShown, policy: Policy, *, banner: str | None = None, room: int = 1) -> View:
    """A review whole. `banner` is raw text; `room` is how many windows may be opened on top of it."""
    review = shown.review
    facts: list[list[kit.Part]] = [
        [kit.bold("State: "), queues.REVIEW_STATUS_NAMES[review.status]],
        [kit.bold("Product: "), texts.inline(review.sku) or "not said"],
        [kit.bold("Customer: "), f"{texts.inline(shown.customer_name)} ({texts.inline(review.customer_no)})"],
    ]
    if shown.theirs:
        told = [f"{count} {queues.REVIEW_STATUS_NAMES[one].lower()}" for one, count in shown.theirs.items()]
        facts.append([kit.bold("Their other reviews: "), ", ".join(told)])
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        kit.header("head", texts.first(review.headline, 140) or "Without a headline"),
        kit.section("stars", f"{queues.stars(review.rating)}  {review.rating} of 5"),
        *(
            kit.typed("text", review.text)
            if review.text.strip()
            else [kit.small("text", "No words, stars alone.")]
        ),
        kit.rich("facts", facts),
        kit.small(
            "dates",
            kit.plain(f"Review {texts.inline(review.id, 60)}"),
            f"written {texts.date(shown.written_at)}",
        ),
    ]
    if review.decisions:
        blocks.append(kit.marked_section("history", "\n".join(map(queues.decision, review.decisions[-5:]))))
    blocks += _acts(shown, policy, room)
    return kit.modal(
        "Product review",
        blocks,
        callback_id=PAGE,
        metadata=json.dumps({"review": shown.id, "version": review.version, "room": room}),
    )


def _acts(shown: ReviewShown, policy: Policy, room: int) -> list[sb.Block]:
    review, value = shown.review, f"{shown.id}.{shown.review.version}"
    blocks: list[sb.Block] = [kit.divider("acts.line")]
    if shown.refusal is not None:
        blocks.append(kit.small("refusal", kit.plain(words.plain(shown.refusal, shown.person.timezone))))
    made: list[sb.Button] = []
    if review.status is ReviewStatus.PENDING:
        if shown.refusal is None:
            made.append(kit.button("Approve", APPROVE, value, style="primary", label="Approve this review"))
        if shown.waiting.count > 1:
            made.append(kit.button("Skip", SKIP, str(shown.id), label="Leave it, and show the next one"))
    elif shown.refusal is None and room:
        label = "Reject after all" if review.status is ReviewStatus.APPROVED else "Approve after all"
        made.append(kit.button(label, WORDS, value))
    if review.status is not ReviewStatus.PENDING and shown.waiting.count:
        made.append(kit.button("Next one that waits", NEXT, str(shown.id)))
    if room:
        made.append(kit.button("Customer", CUSTOMER, str(shown.customer_id)))
    if made:
        blocks.append(kit.buttons("acts", *made))
    if review.status is ReviewStatus.PENDING and shown.refusal is None:
        blocks.append(_reject(value, policy, room))
    blocks.append(kit.small("waiting", kit.plain(waits(shown.waiting))))
    return blocks


def _reject(value: str, policy: Policy, room: int) -> sb.Block:
    """A canned reason rejects at once: two taps a review."""
    choices = [(f"{value}.{one.value}", one.label, "") for one in policy.review_reasons]
    if room:
        choices.append((f"{value}.{OTHER}", "Another reason: write it", ""))
    menu = kit.menu(REJECT, "Reject: why?", choices)
    return kit.section("reject", "Reject because it", menu)


def waits(waiting: Waiting) -> str:
    """How many wait; raw text."""
    if not waiting.count:
        return "No other review waits."
    told = queues.total(waiting.count, is_more=waiting.is_more)
    return f"{told} {'review waits' if waiting.count == 1 else 'reviews wait'} for a decision."


def page_in(metadata: str) -> tuple[ProductReviewId, int]:
    """Which review a window shows, and how many windows may be opened on top of it."""
    kept = held(metadata)
    found, room = kept.get("review"), kept.get("room")
    return ProductReviewId(found if type(found) is int else 0), room if type(room) is int else 0


def all_done(banner: str | None = None) -> View:
    """Where no review waits any more."""
    blocks = [
        *forms.banner(banner),
        kit.section("none", "No product review waits for a decision: all are done."),
    ]
    return kit.modal(
        "Product review", blocks, callback_id=PAGE, metadata=json.dumps({"review": 0, "room": 0})
    )


def moved(number: str, move: ReviewMove) -> str:
    """Raw text, on top of what comes next."""
    done = "approved" if move is ReviewMove.APPROVE else "rejected"
    return f"Review {texts.inline(number, 60)} is {done}."


# --- the reason ---------------------------------------------------------------------------------------------


def form(shown: ReviewShown, policy: Policy, typed: Fields | None = None, banner: str | None = None) -> View:
    """Why it is rejected, or why a decision is changed."""
    review = shown.review
    rejects = move_of(shown) is ReviewMove.REJECT
    done = review.decided
    said = f"It was decided so: {done.status.value} by {done.by.name}." if done else ""
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        kit.section("about", f"{queues.stars(review.rating)}  {texts.inline(review.headline, 140)}"),
        *([kit.small("was", kit.plain(said))] if said else []),
        inputs.text(
            "reason",
            "Why is it rejected?" if rejects else "Why is it approved after all?",
            initial=forms.kept(typed, "reason", ""),
            limit=LONGEST_REASON,
            multiline=True,
            hint="The desk keeps it with your name. The customer is not told.",
        ),
    ]
    return kit.modal(
        "Reject a review" if rejects else "Approve after all",
        blocks,
        callback_id=DECIDE,
        submit="Reject" if rejects else "Approve",
        close="Cancel",
        metadata=json.dumps({"review": shown.id, "version": review.version, "rejects": rejects}),
    )


def move_of(shown: ReviewShown) -> ReviewMove:
    """What the form of a review would do with it, as it stands."""
    is_rejected = shown.review.status is ReviewStatus.REJECTED
    return ReviewMove.APPROVE if is_rejected else ReviewMove.REJECT


def read_reason(fields: Fields, metadata: str) -> tuple[ProductReviewId, int, ReviewMove, str] | FieldErrors:
    """Which review, in which version, what becomes of it, and why."""
    kept = held(metadata)
    review, version = kept.get("review"), kept.get("version")
    move = ReviewMove.REJECT if kept.get("rejects") is True else ReviewMove.APPROVE
    reason = forms.text_in(fields, "reason")
    if not reason:
        return FieldErrors(errors={"reason": "The reason is missing. Say why in a few words."})
    numbers = (review if type(review) is int else 0, version if type(version) is int else 0)
    return ProductReviewId(numbers[0]), numbers[1], move, reason
