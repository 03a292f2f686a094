"""The sentences of order acts: what to know before one is done, and why somebody may not approve it."""

from __future__ import annotations

from bot.domain.commerce.cautions import Beware, Caution
from bot.domain.commerce.limits import NoApproval
from bot.domain.refusals import Reason
from bot.domain.shop.money import Money

CAUTIONS: dict[Beware, str] = {
    Beware.ORDER_SUSPENDED: "This order is suspended. Make sure that it may be changed.",
    Beware.UNKNOWN_REFUND: (
        "{amount} of refunds have no answer yet and may have been paid. Wait until they are settled."
    ),
    Beware.NOT_CAPTURED: "{amount} of this was never captured, so it is not refunded: capture so much less.",
    Beware.CAN_BE_REVERSED: "{amount} of the authorisation is used by nobody any more and can be given back.",
    Beware.ALLOCATED: "Line {line}: {units} allocated and cannot be cancelled until released.",
    Beware.DISCOUNT_GOES: "{amount} of discount goes with the items, so that so much less comes off.",
    Beware.DELIVERY_GOES: "{amount} of delivery charge comes off too.",
    Beware.DELIVERY_STAYS: "Nothing is left to deliver, and {amount} is still charged for the delivery.",
    Beware.NOTHING_LEFT: "Nothing is left of the order after this.",
    Beware.REJECTED: "{units} rejected: the customer keeps what is rejected, and nothing is owed for it.",
    Beware.OWED_BEFORE: "{amount} was owed before. What can be refunded is over the whole order.",
    Beware.NEVER_CAPTURED: (
        "{amount} is owed for goods that nobody has paid for yet. It is not paid back: capture so much less."
    ),
    Beware.PAYMENTS_SHORT: "{amount} is owed that the payments do not have. Refund the rest by another way.",
    Beware.SEVERAL_PAYMENTS: "It goes back by {units}.",
}

_UNITS: dict[Beware, tuple[str, str]] = {
    Beware.ALLOCATED: ("unit is", "units are"),
    Beware.REJECTED: ("unit is", "units are"),
    Beware.SEVERAL_PAYMENTS: ("payment", "payments"),
}

NO_APPROVALS: dict[NoApproval, str] = {
    NoApproval.NOT_THEIR_ROLE: "Managers and administrators approve. Ask one of them.",
    NoApproval.OWN_REQUEST: "This is your own request. A manager other than you decides on it.",
    NoApproval.HAD_A_HAND_IN_IT: "You had a part in this request. Ask another manager to look at it.",
    NoApproval.SAME_PERSON: "Your other account asked for this. Ask another manager to look at it.",
    NoApproval.APPROVED_BEFORE: "Somebody has decided this already. Look at it again.",
}

SENTENCES: dict[Reason, str] = {
    Reason.SHOP_AWAY: "The shop does not answer, so nothing was done. Try again in a minute.",
    Reason.SHOP_CANNOT: "The shop cannot do this: {value}. Do it in the shop itself, or another way.",
    Reason.ORDER_HELD: "{by} is changing this order now{when}. Wait a moment, then look at it again.",
    Reason.ORDER_IN_DOUBT: (
        "Nobody knows yet what became of the last act on this order. Wait until that is settled."
    ),
    Reason.NO_SUCH_ORDER_REQUEST: "There is no such request, or it is no more. Look at the order again.",
    Reason.REQUEST_DECIDED: "{by} has decided this already{when}. Look at it again.",
    Reason.OWN_REQUEST: NO_APPROVALS[NoApproval.OWN_REQUEST],
    Reason.HAD_A_HAND: NO_APPROVALS[NoApproval.HAD_A_HAND_IN_IT],
    Reason.SAME_PERSON: NO_APPROVALS[NoApproval.SAME_PERSON],
    Reason.WHY_NEEDED: "Nothing is decided without a reason. Say why in a few words.",
    Reason.NOTHING_TO_ANSWER: "This request waits for nothing of the kind any more. Look at it again.",
    Reason.MAIL_GOES_NOW: "This e-mail is being sent just now. Look again in a minute what became of it.",
    Reason.NOT_YOUR_REQUEST: "Only {by} can take this request back. Ask them, or decline it.",
}


DID: dict[str, str] = {
    "cancel": "cancelled items of order {order}",
    "return": "opened a return for order {order}",
    "move_return": "moved a return of order {order} on",
    "receive": "took in goods of order {order}",
    "memo": "wrote a credit memo for order {order}",
    "refund": "had money paid back for order {order}",
    "release": "released what was allocated of order {order}",
    "reverse": "gave back an authorisation of order {order}",
    "approved": "agreed to what was asked for order {order}",
    "declined": "declined what was asked for order {order}",
    "retry": "had a refund of order {order} tried again",
    "settled_done": "looked at the shop: it was done with order {order}",
    "settled_not_done": "looked at the shop: it was not done with order {order}",
    "fraud_approved": "approved order {order} after a report of fraud",
    "fraud_rejected": "rejected order {order} after a report of fraud",
    "fraud_approve_wanted": "wants order {order} approved after a report of fraud, and asks a second person",
    "fraud_reject_wanted": "wants order {order} rejected after a report of fraud, and asks a second person",
    "fraud_approve_agreed": "agreed: order {order} is approved after a report of fraud",
    "fraud_reject_agreed": "agreed: order {order} is rejected after a report of fraud",
    "fraud_approve_declined": "did not agree that order {order} is approved after a report of fraud",
    "fraud_reject_declined": "did not agree that order {order} is rejected after a report of fraud",
    "cart_wanted": "wants a cart placed as an order, and asks a second person",
    "cart_approved": "agreed that a cart is placed as an order",
    "cart_refused": "did not agree that a cart is placed as an order",
    "cart_placed": "placed a cart as order {order}",
    "mailed": "e-mailed the customer about order {order}",
    "mailed_again": "e-mailed the customer once more about order {order}",
    "told_by_hand": "told the customer by hand about order {order}",
    "mail_refused": "could not e-mail the customer about order {order}: a mail server refused it",
    "mail_returned": "got an e-mail to the customer about order {order} back",
    "mail_unknown": "does not know whether an e-mail about order {order} went to the customer",
}
"""What somebody did with an order, as the history of its case says it."""


def order_act_said(what: str, order: str, documents: str, mail: str = "") -> str:
    """An act on an order in the history of a case, with the documents that arose, or what an e-mail said."""
    said = DID.get(what, "did something with order {order}").format(order=order or "?")
    return ": ".join(one for one in (said, documents, mail) if one)


def caution_said(caution: Caution, currency: str) -> str:
    """A caution as people read it; amounts with the ISO code of the order's currency."""
    one, many = _UNITS.get(caution.what, ("unit", "units"))
    return CAUTIONS[caution.what].format(
        amount=Money(minor=caution.amount, currency=currency),
        units=f"{caution.units} {one if caution.units == 1 else many}",
        line=caution.line_no,
    )
