"""The states of refunds, returns and credit memos, as tables (domain.md 2). Pure."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.commerce.machines import machine


class RefundState(StrEnum):
    """Where a refund stands. `unknown`: the provider did not answer, and may or may not have paid."""

    REQUESTED = "requested"  # within the limit, or approved: it may be sent
    AWAITING_APPROVAL = "awaiting_approval"
    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    FAILED = "failed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RefundMove(StrEnum):
    """What happens to a refund. Those that begin with `read` are what a reading of the backend shows."""

    ASK = "ask"  # a team's own step wants somebody to agree; above a limit it begins there
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"  # whoever asked takes it back
    SEND = "send"  # the intent is written; the backend is called next
    ACCEPTED = "accepted"  # the backend has it, and will settle it later
    PAID = "paid"
    REFUSED = "refused"
    LOSE = "lose"  # no answer within the deadline, or the desk died meanwhile
    READ_PENDING = "read_pending"
    READ_PAID = "read_paid"
    READ_REFUSED = "read_refused"
    READ_NOTHING = "read_nothing"  # the backend never heard of it
    RETRY = "retry"


def _refund() -> list[tuple[RefundState, RefundMove, RefundState]]:
    state, move = RefundState, RefundMove
    read = [
        (move.READ_PENDING, state.PENDING),
        (move.READ_PAID, state.SETTLED),
        (move.READ_REFUSED, state.FAILED),
    ]
    return [
        (state.REQUESTED, move.ASK, state.AWAITING_APPROVAL),
        (state.REQUESTED, move.SEND, state.SENDING),
        (state.REQUESTED, move.REFUSED, state.FAILED),  # its money is not there any more
        (state.REQUESTED, move.WITHDRAW, state.WITHDRAWN),
        (state.AWAITING_APPROVAL, move.APPROVE, state.REQUESTED),
        (state.AWAITING_APPROVAL, move.DECLINE, state.DECLINED),
        (state.AWAITING_APPROVAL, move.WITHDRAW, state.WITHDRAWN),
        (state.SENDING, move.ACCEPTED, state.PENDING),
        (state.SENDING, move.PAID, state.SETTLED),
        (state.SENDING, move.REFUSED, state.FAILED),
        (state.SENDING, move.LOSE, state.UNKNOWN),
        (state.PENDING, move.READ_PAID, state.SETTLED),
        (state.PENDING, move.READ_REFUSED, state.FAILED),
        *((state.UNKNOWN, how, end) for how, end in read),
        (state.UNKNOWN, move.READ_NOTHING, state.FAILED),
        (state.FAILED, move.RETRY, state.REQUESTED),
        (state.FAILED, move.WITHDRAW, state.WITHDRAWN),
    ]


REFUND = machine("refund", RefundState.REQUESTED, _refund())

HOLDING = frozenset(
    {
        RefundState.REQUESTED,
        RefundState.AWAITING_APPROVAL,
        RefundState.SENDING,
        RefundState.PENDING,
        RefundState.UNKNOWN,
    }
)
"""In these a refund holds its money: nobody else is promised it. Failed holds nothing; settled has it."""


class ReturnStage(StrEnum):
    """Where a return stands, step by step."""

    DRAFT = "draft"
    APPROVAL_PENDING = "approval_pending"
    WAITING_FOR_GOODS = "waiting_for_goods"
    RECEIVED = "received"
    PAYMENT_REVERSED = "payment_reversed"
    TAX_REVERSED = "tax_reversed"
    COMPLETED = "completed"
    CANCELED = "canceled"
    PAYMENT_REVERSAL_FAILED = "payment_reversal_failed"
    TAX_REVERSAL_FAILED = "tax_reversal_failed"


class ReturnMove(StrEnum):
    """What happens to a return."""

    SUBMIT = "submit"
    APPROVE = "approve"
    CANCEL = "cancel"
    RECEIVE_PART = "receive_part"
    RECEIVE = "receive"  # the last of its units came back, or the rest is given up
    REVERSE_PAYMENT = "reverse_payment"
    FAIL_PAYMENT = "fail_payment"
    REVERSE_TAX = "reverse_tax"
    FAIL_TAX = "fail_tax"
    COMPLETE = "complete"


def _return() -> list[tuple[ReturnStage, ReturnMove, ReturnStage]]:
    stage, move = ReturnStage, ReturnMove
    return [
        (stage.DRAFT, move.SUBMIT, stage.APPROVAL_PENDING),
        (stage.DRAFT, move.CANCEL, stage.CANCELED),
        (stage.APPROVAL_PENDING, move.APPROVE, stage.WAITING_FOR_GOODS),
        (stage.APPROVAL_PENDING, move.CANCEL, stage.CANCELED),
        (stage.WAITING_FOR_GOODS, move.RECEIVE_PART, stage.WAITING_FOR_GOODS),
        (stage.WAITING_FOR_GOODS, move.RECEIVE, stage.RECEIVED),
        (stage.WAITING_FOR_GOODS, move.CANCEL, stage.CANCELED),
        (stage.RECEIVED, move.REVERSE_PAYMENT, stage.PAYMENT_REVERSED),
        (stage.RECEIVED, move.FAIL_PAYMENT, stage.PAYMENT_REVERSAL_FAILED),
        (stage.RECEIVED, move.COMPLETE, stage.COMPLETED),  # all was rejected, or nothing is to be paid back
        (stage.PAYMENT_REVERSAL_FAILED, move.REVERSE_PAYMENT, stage.PAYMENT_REVERSED),
        (stage.PAYMENT_REVERSAL_FAILED, move.FAIL_PAYMENT, stage.PAYMENT_REVERSAL_FAILED),
        (stage.PAYMENT_REVERSED, move.REVERSE_TAX, stage.TAX_REVERSED),
        (stage.PAYMENT_REVERSED, move.FAIL_TAX, stage.TAX_REVERSAL_FAILED),
        (stage.PAYMENT_REVERSED, move.COMPLETE, stage.COMPLETED),
        (stage.TAX_REVERSAL_FAILED, move.REVERSE_TAX, stage.TAX_REVERSED),
        (stage.TAX_REVERSAL_FAILED, move.FAIL_TAX, stage.TAX_REVERSAL_FAILED),
        (stage.TAX_REVERSED, move.COMPLETE, stage.COMPLETED),
    ]


RETURN = machine("return", ReturnStage.DRAFT, _return())


class ReturnStatus(StrEnum):
    """A return in one word, as the vendors have it."""

    DRAFT = "Draft"
    SUBMITTED = "Submitted"
    CLOSED = "Closed"


def status_of(stage: ReturnStage) -> ReturnStatus:
    """The word for a stage."""
    if stage is ReturnStage.DRAFT:
        return ReturnStatus.DRAFT
    return ReturnStatus.CLOSED if RETURN.is_end(stage) else ReturnStatus.SUBMITTED


class MemoState(StrEnum):
    """What finance knows of a credit memo or a refund: each is exported once."""

    NEW = "new"
    EXPORTED = "exported"
    RECONCILED = "reconciled"


class MemoMove(StrEnum):
    EXPORT = "export"
    RECONCILE = "reconcile"


MEMO = machine(
    "credit memo",
    MemoState.NEW,
    [
        (MemoState.NEW, MemoMove.EXPORT, MemoState.EXPORTED),
        (MemoState.EXPORTED, MemoMove.RECONCILE, MemoState.RECONCILED),
    ],
)
