"""People moderate product reviews: `/review`, its windows, and the area Reviews of Home."""

from __future__ import annotations

from dataclasses import replace

from bot.blocks import made_files, usage, words
from bot.dialogs import product_reviews as dialogs
from bot.dialogs.forms import FieldErrors, unsaid
from bot.domain.commerce.moderation import ReviewMove
from bot.domain.commerce.queue_filters import ReviewFilter, are_filters, read_reviews
from bot.domain.commerce.review_queue import ReviewShown
from bot.domain.ids import ProductReviewId
from bot.domain.policy import label_of
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.sheets import ReviewStatus
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply, Say, View, said
from bot.handlers.spoken import as_typed
from bot.handlers.targets import is_shops_number, number_in, number_typed, numbers_in
from bot.handlers.wire import Unreadable
from bot.services import product_reviews as service
from bot.services.desk import Desk

LOST = frozenset({Reason.REVIEW_DECIDED, Reason.REVIEW_IS_SO, Reason.REVIEW_CHANGED})
"""Somebody was faster: the review as it is now says more than a sentence alone."""


async def show_list(desk: Desk, call: Call) -> Reply:
    """`/review`, `/review list [filters]`, and Reviews in Home."""
    return await _listed(desk, call, as_typed(call.text) if call.payload is Payload.COMMAND else "")


async def _listed(desk: Desk, call: Call, filters: str) -> Reply:
    return Open(dialogs.listing(await service.page(desk, call.by, read_reviews(filters))))


async def filtered(desk: Desk, call: Call) -> Reply:
    """Show in the window: what is left stands in it."""
    asked = dialogs.read(call.fields)
    if isinstance(asked, FieldErrors):
        return Errors(asked.errors)
    return Replace(dialogs.listing(await service.page(desk, call.by, asked)))


async def narrow(desk: Desk, call: Call) -> Reply:
    """Filter...: what narrows the list, on top of it."""
    assert call.view is not None
    asked, starts = dialogs.asked(call.view.metadata)
    page = await service.page(desk, call.by, asked, starts)
    return Replace(dialogs.listing(page, narrowing=True))


async def turn(desk: Desk, call: Call) -> Reply:
    """Back and More."""
    assert call.view is not None
    asked, starts = dialogs.asked(call.view.metadata)
    if call.route == dialogs.ON:
        starts = (*starts, ProductReviewId(number_in(call.value, "review")))
    else:
        starts = starts[:-1]
    return Replace(dialogs.listing(await service.page(desk, call.by, asked, starts)))


async def show(desk: Desk, call: Call) -> Reply:
    """`/review show NUMBER`, and the Show buttons of reviews."""
    if call.payload is Payload.COMMAND:
        shown = await service.show_numbered(desk, call.by, number_typed(call))
    else:
        shown = await service.show(desk, call.by, ProductReviewId(number_in(call.value, "review")))
    return Open(dialogs.page(shown, desk.policy, room=0 if is_third(call) else 1))


async def begin(desk: Desk, call: Call) -> Reply:
    """`/review next`, and Decide one by one: the review that waits longest."""
    shown = await service.show_next(desk, call.by)
    if shown is None:
        return Open(dialogs.all_done())
    return Open(dialogs.page(shown, desk.policy, room=0 if is_third(call) else 1))


async def step(desk: Desk, call: Call) -> Reply:
    """Skip, and Next one that waits."""
    return Replace(await _next(desk, call, ProductReviewId(number_in(call.value, "review"))))


async def _next(desk: Desk, call: Call, after: ProductReviewId, banner: str | None = None) -> View:
    shown = await service.show_next(desk, call.by, after)
    if shown is None:
        return dialogs.all_done(banner)
    return dialogs.page(shown, desk.policy, banner=banner, room=_room(call))


def _room(call: Call) -> int:
    return dialogs.page_in(call.view.metadata)[1] if call.view is not None else 0


async def approve(desk: Desk, call: Call) -> Reply:
    """Approve: it is saved when this returns, and the next one that waits stands in its place."""
    review_id, version = numbers_in(call.value, 2)
    return await _decided(desk, call, ProductReviewId(review_id), version, ReviewMove.APPROVE, "")


async def reject(desk: Desk, call: Call) -> Reply:
    """A canned reason rejects at once; another one is written in a form."""
    review, _, rest = call.value.partition(".")
    version, _, reason = rest.partition(".")
    review_id, seen = ProductReviewId(number_in(review, "review")), number_in(version, "version")
    if not reason:
        raise Unreadable("a menu carries no reason")
    if reason == dialogs.OTHER:
        return Open(dialogs.form(await service.show(desk, call.by, review_id), desk.policy))
    said = label_of(desk.policy.review_reasons, reason)
    return await _decided(desk, call, review_id, seen, ReviewMove.REJECT, said)


async def write_reason(desk: Desk, call: Call) -> Reply:
    """Reject after all, and Approve after all: the form with the reason."""
    review_id, _ = numbers_in(call.value, 2)
    return Open(dialogs.form(await service.show(desk, call.by, ProductReviewId(review_id)), desk.policy))


async def _decided(
    desk: Desk, call: Call, review_id: ProductReviewId, version: int, move: ReviewMove, reason: str
) -> Reply:
    try:
        await service.decide(desk, call.by, call.key, review_id, version, move, reason)
    except Refusal as refusal:
        if refusal.reason not in LOST:
            raise
        return Replace(await _as_it_is(desk, call, review_id, refusal))
    done = await service.show(desk, call.by, review_id)
    return Replace(await _next(desk, call, review_id, dialogs.moved(done.review.id, move)))


async def _as_it_is(desk: Desk, call: Call, review_id: ProductReviewId, refusal: Refusal) -> View:
    shown = await service.show(desk, call.by, review_id)
    banner = words.plain(refusal, shown.person.timezone)
    return dialogs.page(shown, desk.policy, banner=banner, room=_room(call))


async def reason_submitted(desk: Desk, call: Call) -> Reply:
    """It is saved when this returns; the window below goes on to the next one, or shows it anew."""
    assert call.view is not None
    told = dialogs.read_reason(call.fields, call.view.metadata)
    if isinstance(told, FieldErrors):
        return Errors(told.errors)
    review_id, version, move, reason = told
    before = await service.show(desk, call.by, review_id)
    try:
        await service.decide(desk, call.by, call.key, review_id, version, move, reason)
    except Refusal as refusal:
        if refusal.reason not in LOST:
            raise
        return Replace(await _not_saved(desk, call, review_id, move, refusal, reason))
    view = await _after(desk, call, before, move)
    return Refresh(view) if call.view.below is not None else Replace(view)


async def _not_saved(
    desk: Desk, call: Call, review_id: ProductReviewId, move: ReviewMove, refusal: Refusal, reason: str
) -> View:
    """The form anew, with what was written; never one that would do the contrary with those words."""
    shown = await service.show(desk, call.by, review_id)
    banner = words.plain(refusal, shown.person.timezone)
    if dialogs.move_of(shown) is move:
        return dialogs.form(shown, desk.policy, call.fields, banner)
    return dialogs.page(shown, desk.policy, banner=unsaid(banner, reason), room=0)


async def _after(desk: Desk, call: Call, before: ReviewShown, move: ReviewMove) -> View:
    """The next one after a first decision; after a change of one the same review, with its history."""
    banner = dialogs.moved(before.review.id, move)
    if before.review.status is ReviewStatus.PENDING:
        shown = await service.show_next(desk, call.by, before.id)
        return dialogs.page(shown, desk.policy, banner=banner) if shown else dialogs.all_done(banner)
    return dialogs.page(await service.show(desk, call.by, before.id), desk.policy, banner=banner)


async def export(desk: Desk, call: Call) -> Reply:
    """`/review export [filters]`, and Export as CSV: the file comes as a direct message."""
    if call.payload is Payload.COMMAND:
        text = as_typed(call.text)
        asked = read_reviews(text) if text.strip() else ReviewFilter(status=None)
        await service.ask_export(desk, call.by, call.key, asked)
        return said(made_files.export_begun())
    assert call.view is not None
    asked, starts = dialogs.asked(call.view.metadata)
    await service.ask_export(desk, call.by, call.key, asked)
    page = await service.page(desk, call.by, asked, starts)
    return Replace(dialogs.listing(page, made_files.export_begun()))


async def usage_of_review(desk: Desk, call: Call) -> Reply:
    """`/review help`, and every word that we do not know.

    `/review` alone is the queue, filters alone narrow it, and a number alone shows that review.
    """
    typed = as_typed(f"{call.word} {call.text}").strip()
    if not typed or are_filters(typed):
        return await _listed(desk, call, typed)
    if is_shops_number(typed) and not call.text:
        return await show(desk, replace(call, text=call.word))
    return Say(usage.review_help(None if call.word.casefold() == "help" else typed))
