"""What came of talking to the customer, ticked beside a comment; timed rules (T2, T3, T5, T6, T8) need it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bot.domain.refusals import Reason, Refusal


class Outcome(StrEnum):
    """One tick (domain.md 3 and 5)."""

    LEFT_MESSAGE = "left_message"  # T5: and nothing more is needed
    SPOKE = "spoke"  # T6: resolved, or there is nothing to do
    CALL_BACK_REQUESTED = "call_back_requested"  # T2
    CUSTOMER_ASKS = "customer_asks"  # T3's exception: the customer asks for an update
    CUSTOMER_ANSWERED = "customer_answered"  # by phone or mail: counts as inbound (T5, T8)


CLASHES: frozenset[frozenset[Outcome]] = frozenset(
    frozenset(pair)
    for pair in (
        (Outcome.LEFT_MESSAGE, Outcome.SPOKE),
        (Outcome.LEFT_MESSAGE, Outcome.CUSTOMER_ANSWERED),
        (Outcome.LEFT_MESSAGE, Outcome.CALL_BACK_REQUESTED),
        (Outcome.LEFT_MESSAGE, Outcome.CUSTOMER_ASKS),
        (Outcome.SPOKE, Outcome.CALL_BACK_REQUESTED),
        (Outcome.SPOKE, Outcome.CUSTOMER_ASKS),
    )
)
"""Who was left a message was not spoken to; and where nothing more is needed, nothing is owed."""


def check_outcomes(outcomes: Collection[Outcome]) -> None:
    """Raise OUTCOMES_CLASH when two of the ticks cannot both be true."""
    if any(pair <= set(outcomes) for pair in CLASHES):
        raise Refusal(Reason.OUTCOMES_CLASH)


def in_order(outcomes: Collection[Outcome]) -> tuple[Outcome, ...]:
    """The ticks as they stand in the form, each once."""
    return tuple(one for one in Outcome if one in outcomes)
