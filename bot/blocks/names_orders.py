"""What acts on orders and their documents are called; messages, pages and windows of orders use it."""

from __future__ import annotations

from bot.domain.commerce.documents import ChangeType, RefundSource
from bot.domain.commerce.rehearsal import DocumentKind
from bot.domain.commerce.requests import Queue, RequestKind, RequestState
from bot.domain.commerce.states import RefundState, ReturnStage

REQUEST_NAMES: dict[RequestKind, str] = {
    RequestKind.CANCEL: "Cancel items",
    RequestKind.RETURN: "Return items",
    RequestKind.MOVE_RETURN: "Move a return",
    RequestKind.RECEIVE: "Receive goods",
    RequestKind.MEMO: "Write a memo",
    RequestKind.REFUND: "Refund",
    RequestKind.RELEASE: "Release units",
    RequestKind.REVERSE: "Reverse authorisation",
}
"""As a button says it, and the title of its window: 24 characters at most."""

NOTHING_TO: dict[RequestKind, str] = {
    RequestKind.CANCEL: "No unit is left that is neither allocated nor fulfilled.",
    RequestKind.RETURN: "No fulfilled unit is left that is not on its way back already.",
    RequestKind.MOVE_RETURN: "No return of this order can be moved by hand.",
    RequestKind.RECEIVE: "No return of this order waits for goods.",
    RequestKind.MEMO: "Every change order stands in a memo, or owes nothing.",
    RequestKind.REFUND: "No payment of this order has money that could go back.",
    RequestKind.RELEASE: "No unit is allocated and not fulfilled.",
    RequestKind.REVERSE: "All that is authorised is still needed.",
}
"""Why an order has an act not in store at all."""

STATE_NAMES: dict[RequestState, str] = {
    RequestState.ASKS: "Waits for an answer",
    RequestState.AWAITS_APPROVAL: "Waits for approval",
    RequestState.UNDER_WAY: "Under way",
    RequestState.WAITS_FOR_GOODS: "Waits for the goods",
    RequestState.WAITS: "Waits",
    RequestState.PAYING: "The money is on its way",
    RequestState.IN_DOUBT: "In doubt",
    RequestState.FOR_A_PERSON: "Somebody has to look",
    RequestState.REFUND_FAILED: "The refund failed",
    RequestState.DONE: "Done",
    RequestState.DECLINED: "Declined",
    RequestState.REFUSED: "Refused",
    RequestState.STALE: "Not done: the order changed",
    RequestState.WITHDRAWN: "Taken back",
}

STATE_MEANINGS: dict[RequestState, str] = {
    RequestState.ASKS: "A step of its flow wants an answer before it goes on.",
    RequestState.AWAITS_APPROVAL: "Nothing is done until somebody else agrees.",
    RequestState.UNDER_WAY: "The shop is being asked. You will be told what came of it.",
    RequestState.WAITS_FOR_GOODS: "Press Receive goods once they are there.",
    RequestState.WAITS: "It goes on by itself.",
    RequestState.PAYING: "You will be told when it is paid.",
    RequestState.IN_DOUBT: "The shop did not answer. The desk asks again until it knows, and holds it.",
    RequestState.FOR_A_PERSON: "The shop could not tell. Look there, then say here whether it was done.",
    RequestState.REFUND_FAILED: "No money went back. Try again, or refund by another payment.",
    RequestState.DONE: "Nothing is left to do.",
    RequestState.DECLINED: "Nothing was done.",
    RequestState.REFUSED: "Nothing was done.",
    RequestState.STALE: "Nothing was done. Look at the order, and ask anew.",
    RequestState.WITHDRAWN: "Nothing was done.",
}

DOCUMENT_NAMES: dict[DocumentKind, str] = {
    DocumentKind.CHANGE_ORDER: "Change order",
    DocumentKind.CREDIT_MEMO: "Credit memo",
    DocumentKind.RETURN: "Return",
    DocumentKind.REFUND: "Refund",
}

CHANGE_NAMES: dict[ChangeType, str] = {
    ChangeType.CANCEL: "cancelled",
    ChangeType.RETURN: "returned",
    ChangeType.PRODUCT_ADJUSTMENT: "price changed",
    ChangeType.DELIVERY_ADJUSTMENT: "delivery charge changed",
}

SOURCE_NAMES: dict[RefundSource, str] = {
    RefundSource.MEMO: "credit memo",
    RefundSource.EXCESS: "excess funds",
    RefundSource.MANUAL: "by hand, as goodwill",
}

REFUND_NAMES: dict[RefundState, str] = {
    RefundState.REQUESTED: "asked for",
    RefundState.AWAITING_APPROVAL: "waits for approval",
    RefundState.SENDING: "being sent",
    RefundState.PENDING: "on its way",
    RefundState.UNKNOWN: "in doubt",
    RefundState.SETTLED: "paid",
    RefundState.FAILED: "failed",
    RefundState.DECLINED: "declined",
    RefundState.WITHDRAWN: "taken back",
}

STAGE_NAMES: dict[ReturnStage, str] = {
    ReturnStage.DRAFT: "draft",
    ReturnStage.APPROVAL_PENDING: "waits for approval",
    ReturnStage.WAITING_FOR_GOODS: "waits for the goods",
    ReturnStage.RECEIVED: "received",
    ReturnStage.PAYMENT_REVERSED: "paid back",
    ReturnStage.TAX_REVERSED: "tax reversed",
    ReturnStage.COMPLETED: "completed",
    ReturnStage.CANCELED: "cancelled",
    ReturnStage.PAYMENT_REVERSAL_FAILED: "refund failed",
    ReturnStage.TAX_REVERSAL_FAILED: "tax reversal failed",
}

QUEUE_NAMES: dict[Queue, str] = {
    Queue.TO_APPROVE: "To approve",
    Queue.MINE: "My requests",
    Queue.OPEN: "All open requests",
    Queue.GOODS: "Goods awaited",
    Queue.ANSWERS: "Answers wanted",
    Queue.DOUBT: "In doubt or failed",
}
