"""Intents: written before a shop is called, settled by its answer or by reading the order back. Pure.

An intent is committed before the call, so that a desk that dies in between finds it. What is *unknown* holds
its order: no other act on it moves money until reading, or a person, has settled it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.commerce.acts import MoveUnits, OrderAct, RefundMoney, ReverseAuthorization, Terms
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.machines import machine
from bot.domain.commerce.performing import perform
from bot.domain.commerce.port import RefundSeen
from bot.domain.commerce.states import RefundMove


class IntentState(StrEnum):
    """Where an intent stands."""

    WRITTEN = "written"  # in the database; the shop may be called from now on
    DONE = "done"
    DECLINED = "declined"
    NOT_DONE = "not_done"  # it surely had no effect, and may be asked for anew
    UNKNOWN = "unknown"
    FOR_A_PERSON = "for_a_person"  # the order is neither as before nor as it should be


class IntentMove(StrEnum):
    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    LOST = "lost"  # no answer, or the desk died since it was written
    READ_DONE = "read_done"
    READ_AS_BEFORE = "read_as_before"
    READ_ELSE = "read_else"
    SETTLED_DONE = "settled_done"  # a person looked, and it is done
    SETTLED_NOT_DONE = "settled_not_done"


def _intent() -> list[tuple[IntentState, IntentMove, IntentState]]:
    state, move = IntentState, IntentMove
    return [
        (state.WRITTEN, move.ANSWERED, state.DONE),
        (state.WRITTEN, move.REFUSED, state.DECLINED),
        (state.WRITTEN, move.NOT_SENT, state.NOT_DONE),
        (state.WRITTEN, move.LOST, state.UNKNOWN),
        (state.UNKNOWN, move.READ_DONE, state.DONE),
        (state.UNKNOWN, move.READ_AS_BEFORE, state.NOT_DONE),
        (state.UNKNOWN, move.READ_ELSE, state.FOR_A_PERSON),
        (state.FOR_A_PERSON, move.READ_DONE, state.DONE),
        (state.FOR_A_PERSON, move.SETTLED_DONE, state.DONE),
        (state.FOR_A_PERSON, move.SETTLED_NOT_DONE, state.NOT_DONE),
    ]


INTENT = machine("intent", IntentState.WRITTEN, _intent())

IN_DOUBT = frozenset({IntentState.WRITTEN, IntentState.UNKNOWN, IntentState.FOR_A_PERSON})
"""In these nobody knows what the shop has: the order is held."""

LATE_EFFECT = timedelta(minutes=2)
"""How long after its deadline a request may still have its effect: until then "as before" proves nothing."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is about to be asked of a shop; `sent_by` is when its deadline ends, in UTC.

    A refund has none: its own states say the same (`states.REFUND`).
    """

    key: str
    order_number: str
    act: OrderAct
    terms: Terms
    version: str
    sent_by: datetime
    state: IntentState = IntentState.WRITTEN

    @property
    def holds(self) -> bool:
        """Whether its order may not be acted on."""
        return self.state in IN_DOUBT

    def moved(self, move: IntentMove) -> Intent:
        """The intent after a move. Raises NotReachable."""
        return replace(self, state=INTENT.after(self.state, move))


def expected(before: OrderBooks, intent: Intent) -> OrderBooks:
    """The order as it should be once the intent had its effect. Raises ActRefused."""
    return perform(before, intent.act, intent.terms).after


def read_back(intent: Intent, before: OrderBooks, now: OrderBooks, at: datetime) -> IntentMove | None:
    """What reading an order shows of an unknown intent; None where it is too early to tell.

    `before` is the order as it was when the intent was written, `now` as the shop has it at `at` (UTC).
    What the act is about decides; what the shop calls its documents, and what else moved, does not.
    """
    found = _standing(now, intent.act)
    if found == _standing(expected(before, intent), intent.act):
        return IntentMove.READ_DONE
    if found != _standing(before, intent.act):
        return IntentMove.READ_ELSE
    return IntentMove.READ_AS_BEFORE if at >= intent.sent_by + LATE_EFFECT else None


def differences(wanted: OrderBooks, found: OrderBooks) -> tuple[str, ...]:
    """What is not as it should be, in figures: for the person who has to look."""
    said = list[str]()
    for number, line in wanted.lines.items():
        other = found.lines.get(number)
        if other is None:
            said.append(f"Line {number} is gone.")
            continue
        for name in _COUNTS:
            want, have = getattr(line.line, name), getattr(other.line, name)
            if want != have:
                said.append(f"Line {number}: {name} is {have}, and should be {want}.")
        if line.amounts != other.amounts:
            want, have = line.amounts.owed(wanted.tax_type), other.amounts.owed(found.tax_type)
            said.append(f"Line {number}: comes to {found.said(have)}, and should to {wanted.said(want)}.")
    said += [f"Line {number} is new." for number in found.lines if number not in wanted.lines]
    return tuple(said)


def refund_move(seen: RefundSeen) -> RefundMove | None:
    """What reading a refund back makes of it; None leaves it as it is."""
    return {
        RefundSeen.NOTHING: RefundMove.READ_NOTHING,
        RefundSeen.PENDING: RefundMove.READ_PENDING,
        RefundSeen.PAID: RefundMove.READ_PAID,
        RefundSeen.REFUSED: RefundMove.READ_REFUSED,
    }.get(seen)


_COUNTS = ("ordered", "canceled", "allocated", "fulfilled", "return_initiated", "returned")


def _standing(books: OrderBooks, act: OrderAct) -> tuple[object, ...]:
    """What an act can change: units in the warehouse for its own acts, else what is left and what is owed."""
    if isinstance(act, RefundMoney):
        raise TypeError("a refund is read back by its own number")
    if isinstance(act, ReverseAuthorization):
        return tuple((one.ref, one.reversed + one.pending_reversal) for one in books.order.payments)
    if isinstance(act, MoveUnits):
        return tuple((one.line_no, one.allocated, one.fulfilled) for one in books.order.lines)
    lines = [
        (one.line.line_no, one.line.canceled, one.line.return_initiated, one.line.returned, one.amounts)
        for one in books.lines.values()
    ]
    returns = [
        (one.stage, [(line.line_no, line.expected, line.accepted, line.rejected) for line in one.lines])
        for one in books.returns
    ]
    return sorted(lines, key=lambda one: one[0]), sorted(one.amount for one in books.memos), returns
