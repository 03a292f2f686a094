"""The sentences of reports of personal data, erasures, sessions and carts placed for a customer."""

from __future__ import annotations

from bot.blocks import text as texts
from bot.domain.erasing import Goes, Stays
from bot.domain.personal import PersonalData, PersonalReport, ReportState
from bot.domain.refusals import Reason

STATES: dict[ReportState, str] = {
    ReportState.ASKED: "being made",
    ReportState.SENT: "sent",
    ReportState.DELETED: "deleted",
    ReportState.WITHDRAWN: "not sent: whoever asked may not have it any more",
}


def sent(report: PersonalReport, data: PersonalData, days: int) -> str:
    """mrkdwn, beside the files of a report. No name: the message outlives the files, and an erasure."""
    rows = sum(data.counts().values())
    away = (
        f":warning: The shop ({texts.marked(data.shop.name, 40)}) did not answer, so what it holds is not in "
        "it. Ask for a report again later. "
        if data.shop is not None and not data.shop.answered
        else ""
    )
    return (
        f"Everything that is held of customer {texts.marked(report.number, 40)}: {rows:,} entries, "
        f"as a page to read and as JSON. {away}"
        f"It is for you alone and was logged. I delete the files in {days} days."
    )


def begun(days: int) -> str:
    """What the window says once a report was asked for."""
    return (
        "The report is being made. It comes to you as a direct message from me, and nobody else gets it. "
        f"Its files are deleted after {days} days."
    )


SHARED_ACCOUNT = (
    "Other customers share their account: only cases that are surely theirs lose their words. Look through "
    "the rest of the account's cases yourself."
)

_GOES: dict[Goes, str] = {
    Goes.CUSTOMER: "name, company, e-mail, phone, addresses, and all words to find them by",
    Goes.SITES: "the names and licence keys of {sites}",
    Goes.CARTS: "what is in {carts}",
    Goes.REVIEWS: "the words of {reviews}; the stars stay",
    Goes.ORDERS: "notes, sites and addresses of {orders}",
    Goes.CASES: "contact and the customer's own words in {cases}; their name in what staff wrote",
    Goes.COMMENTS: "{comments} that the customer wrote, earlier wordings too",
    Goes.FILES: "{files} of those cases",
    Goes.CALLS: "notes and answers of {calls}",
    Goes.MAILS: "addresses and texts of {mails}",
    Goes.LINKS: "the addresses of {links} to the web form",
    Goes.PEOPLE: "{people} whom the customer named or who asked for access",
    Goes.REPORTS: "{reports} of personal data, in Slack too",
}
_STAYS: dict[Stays, str] = {
    Stays.ORDERS: "{orders} with lines, amounts and documents: bookkeeping has to keep them",
    Stays.PAYMENTS: "{payments} with amounts and the provider's reference, for the same",
    Stays.CASES: "{cases} under the pseudonym: what was done, when and by whom",
    Stays.LOG: "{entries} of the log: who did what and when, without what was said",
    Stays.SLACK: "{messages} that people wrote in Slack: delete them there, the desk may not",
}
_THINGS: dict[str, tuple[str, str]] = {
    "sites": ("licensed site", "licensed sites"),
    "carts": ("cart", "carts"),
    "reviews": ("product review", "product reviews"),
    "orders": ("order", "orders"),
    "cases": ("case", "cases"),
    "comments": ("comment", "comments"),
    "files": ("file", "files"),
    "calls": ("call", "calls"),
    "mails": ("e-mail", "e-mails"),
    "links": ("link", "links"),
    "people": ("person", "people"),
    "reports": ("report", "reports"),
    "payments": ("payment", "payments"),
    "entries": ("entry", "entries"),
    "messages": ("message", "messages"),
}


def goes(what: Goes, many: int) -> str:
    """A line of what is erased."""
    return _GOES[what].format(**_counted(many))


def stays(what: Stays, many: int) -> str:
    """A line of what is kept, with the reason."""
    return _STAYS[what].format(**_counted(many))


def _counted(many: int) -> dict[str, str]:
    return {name: f"{many:,} {one if many == 1 else more}" for name, (one, more) in _THINGS.items()}


def erased(called: str) -> str:
    """Raw text, to who asked for an erasure."""
    return (
        f"The customer is erased, and is called “{called}” from now on. Search finds nothing of them. "
        "Backups that were made before still have them: see docs/personal-data.md."
    )


SENTENCES: dict[Reason, str] = {
    Reason.NOT_TYPED: "This is not {value}, so nothing is erased. Type the number as it stands above.",
    Reason.ERASED_ALREADY: "This customer is erased, or is being erased. There is nothing more to do.",
    Reason.CART_CHANGED: "The cart is not as it was shown, so nothing is placed. Look at it again.",
    Reason.CART_EMPTY: "There is nothing in this cart. Ask the customer to fill it first.",
    Reason.CART_UNDER_WAY: "{by} is placing this cart, or asked to, since {at}. Look at the cart again.",
    Reason.CARTS_NOT_PLACED: "This shop takes no orders from the desk. Ask the customer to order themselves.",
    Reason.NO_SUCH_PLACING: "There is no such request any more. Look at the cart again.",
    Reason.OWN_PLACING: "You had a part in this request. Ask another manager to look at it.",
    Reason.NO_SESSION: "No session goes on. Open the customer first.",
}
