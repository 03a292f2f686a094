"""The sentences that refuse what concerns customers and orders. `words.py` has all others."""

from __future__ import annotations

from bot.domain.refusals import Reason

SENTENCES: dict[Reason, str] = {
    Reason.NO_SUCH_CUSTOMER: "The desk has no such customer. Look with /customer find.",
    Reason.CUSTOMER_CHANGED: (
        "Somebody changed this customer meanwhile, so nothing is saved. Look again, then repeat your change."
    ),
    Reason.CUSTOMER_EXISTS: "{name} looks like the same customer. Use that one, or tick that it is another.",
    Reason.SITE_EXISTS: "The site {value} belongs to {name} already. Use that customer, or correct the site.",
    Reason.NOTHING_TO_EXPORT: (
        "Each credit memo and paid refund of that time is in a file. /order export list sends one again."
    ),
    Reason.NO_SUCH_FINANCE_FILE: "There is no file of that number. Look at them with /order export list.",
    Reason.NO_SUCH_ORDER: "The desk has no such order. Look with /order find.",
    Reason.SEVERAL_ORDERS: "Several orders may be meant: {value}. Type the number of one as it stands here.",
    Reason.NO_SUCH_CART: "There is no such cart any more. Look at the customer again.",
    Reason.NOT_OF_THE_ACCOUNT: "This account has no such order or cart. Choose one of those offered.",
}
