"""Product reviews and fraud reports as lines and facts; the windows of their queues draw them."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.domain.commerce.fraud import FraudRuling
from bot.domain.commerce.fraud_queue import FraudRow
from bot.domain.commerce.moderation import Moderated
from bot.domain.commerce.queue_filters import FraudState
from bot.domain.commerce.review_queue import ReviewRow
from bot.domain.shop.sheets import ReviewStatus

SHOW_REVIEW = "product_review.show"
SHOW_FRAUD = "fraud.show"

REVIEW_STATUS_NAMES: dict[ReviewStatus, str] = {
    ReviewStatus.PENDING: "Pending",
    ReviewStatus.APPROVED: "Approved",
    ReviewStatus.REJECTED: "Rejected",
}
FRAUD_STATE_NAMES: dict[FraudState, str] = {
    FraudState.WAITING: "Waits for a decision",
    FraudState.PROPOSED: "Waits for a second person",
    FraudState.APPROVED: "Approved",
    FraudState.REJECTED: "Rejected",
    FraudState.OK: "Not doubted",
    FraudState.FRAUD: "Fraud, says the provider",
}
RULING_NAMES: dict[FraudRuling, str] = {FraudRuling.APPROVE: "approved", FraudRuling.REJECT: "rejected"}

LONGEST_SAMPLE = 140
SYMPTOMS_SHOWN = 2


def stars(rating: int) -> str:
    """Stars for the eye."""
    return "★" * rating + "☆" * (5 - rating)


def review_row(row: ReviewRow) -> list[sb.Block]:
    """A line of the queue of reviews: stars and headline, who and what, the beginning of the text."""
    called = texts.inline(row.headline, 80) or "Without a headline"
    show = kit.button("Show", SHOW_REVIEW, str(row.id), label=f"Show review {row.number}")
    facts = [f"{row.rating} of 5", REVIEW_STATUS_NAMES[row.status], texts.inline(row.sku, 30) or "no product"]
    facts += [texts.inline(row.customer_name, 40), texts.inline(row.number, 30)]
    said = [kit.plain(texts.inline(row.text, LONGEST_SAMPLE))] if row.text.strip() else []
    return [
        kit.section(f"review.{row.id}", f"{stars(row.rating)}  {called}", show),
        kit.small(
            f"review.{row.id}.facts",
            kit.plain(" · ".join(facts)),
            f"Written {texts.date(row.written_at)}",
            *said,
        ),
    ]


def fraud_row(row: FraudRow) -> list[sb.Block]:
    """A line of the queue of fraud reports: which order, how much, how doubtful, and why."""
    show = kit.button("Show", SHOW_FRAUD, str(row.id), label=f"Show the report on order {row.order_number}")
    worst = sorted(row.symptoms, key=lambda one: (-one[1], one[0]))[:SYMPTOMS_SHOWN]
    why = ", ".join(texts.inline(name, 50) for name, _ in worst) or "no symptom is named"
    facts = [FRAUD_STATE_NAMES[row.state], why, texts.inline(row.provider, 40)]
    if row.is_suspended:
        facts.insert(1, "suspended")
    called = (
        f"Order {texts.inline(row.order_number, 40)} · {row.amount} · {texts.inline(row.customer_name, 60)}"
    )
    return [
        kit.section(f"fraud.{row.id}", f"{called} · score {row.score}", show),
        kit.small(
            f"fraud.{row.id}.facts", kit.plain(" · ".join(facts)), f"Ordered {texts.date(row.ordered_at)}"
        ),
    ]


def decision(one: Moderated) -> str:
    """mrkdwn: a decision on a review, for its history. For modals only: it mentions people."""
    what = REVIEW_STATUS_NAMES[one.status]
    again = ", changing what was decided" if one.is_reversal else ""
    why = f": {texts.marked(one.reason, 300)}" if one.reason else ""
    return f"{what} by {texts.who(one.by)} {texts.date(one.at)}{again}{why}"


def order_block(rows: tuple[FraudRow, ...], *, alone: bool) -> list[sb.Block]:
    """One line about fraud for the page of an order; nothing where nobody has reported on it."""
    if not rows:
        return []
    first = rows[0]
    told = f"Fraud check by {texts.inline(first.provider, 40)}: score {first.score}. "
    told += f"{FRAUD_STATE_NAMES[first.state]}."
    if len(rows) > 1:
        told += f" And {len(rows) - 1} more."
    show = kit.button("Look at it", SHOW_FRAUD, str(first.id), label="Look at the fraud report")
    return [kit.section("fraud", told, show if alone else None)]


def total(count: int, *, is_more: bool) -> str:
    """How many, as far as they are counted."""
    return f"more than {count:,}" if is_more else f"{count:,}"
