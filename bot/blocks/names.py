"""What things are called: statuses, roles, acts, lists, fields; cards, words and dialogs use it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.access import AccessKind
from bot.domain.articles import Readers
from bot.domain.commands import Audience
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.pages import ListKind
from bot.domain.people import Role, TeamKind
from bot.domain.permissions import Act
from bot.domain.policy import Policy, label_of

STATUS_NAMES: dict[Status, str] = {
    Status.NEW: "New",
    Status.OPEN: "Open",
    Status.WORKING: "Working",
    Status.WAITING: "Waiting",
    Status.NO_RESPONSE: "No response",
    Status.CLOSED: "Closed",
    Status.REOPENED: "Reopened",
}

STATUS_MEANINGS: dict[Status, str] = {
    Status.NEW: "Nobody has opened it yet.",
    Status.OPEN: "The owner has seen it and will start.",
    Status.WORKING: "Somebody is on it.",
    Status.WAITING: "We need something before we can go on.",
    Status.NO_RESPONSE: "We asked several times and nobody answered.",
    Status.CLOSED: "The case has come to an end.",
    Status.REOPENED: "It was closed, and there is more to do.",
}

ROLE_NAMES: dict[Role, str] = {
    Role.COMMUNITY: "Community user",
    Role.DSC: "Designated support contact",
    Role.AGENT: "Agent",
    Role.MANAGER: "Manager",
    Role.ADMINISTRATOR: "Administrator",
}

TEAM_KIND_NAMES: dict[TeamKind, str] = {
    TeamKind.LEVEL_ONE: "Level one",
    TeamKind.LEVEL_TWO: "Level two",
    TeamKind.INTEGRATIONS: "Integrations",
    TeamKind.OTHER: "Other",
}

TEAM_KIND_MEANINGS: dict[TeamKind, str] = {
    TeamKind.LEVEL_ONE: "Takes calls and hands cases over; never takes or works them",
    TeamKind.LEVEL_TWO: "Works cases",
    TeamKind.INTEGRATIONS: "Works cases, and alone may set No response",
    TeamKind.OTHER: "Works cases; nothing is given or taken away",
}

ACT_NAMES: dict[Act, str] = {
    Act.READ_CASE: "read a case",
    Act.READ_INTERNAL: "read internal comments",
    Act.COMMENT: "comment on a case",
    Act.COMMENT_PUBLIC: "write a public comment",
    Act.COMMENT_INTERNAL: "write an internal comment",
    Act.OPEN_CASE: "open a case",
    Act.EDIT_CASE: "edit a case",
    Act.ASSIGN: "assign a case",
    Act.TAKE: "take a case",
    Act.SET_STATUS: "set a status",
    Act.SET_NO_RESPONSE: "set No response",
    Act.CLOSE: "close a case",
    Act.REOPEN: "reopen a case",
    Act.ESCALATE: "escalate a case",
    Act.TELL_ME_THEN: "be told when a case may be escalated",
    Act.ASK_TO_EXPEDITE: "ask to expedite a case",
    Act.REQUEST_CALL_BACK: "ask for a manager's call",
    Act.FINISH_CALL_BACK: "finish a manager's call",
    Act.READ_ARTICLES: "read articles for customers",
    Act.READ_ACCOUNT_ARTICLES: "read an account's articles",
    Act.READ_STAFF_ARTICLES: "read articles for staff",
    Act.WRITE_ARTICLES: "write articles for staff or customers",
    Act.WRITE_ACCOUNT_ARTICLES: "write an account's articles",
    Act.LINK_ARTICLE: "link an article to a case",
    Act.REQUEST_ACCESS: "ask for access",
    Act.FINISH_ACCESS_REQUEST: "finish a lockout or password request",
    Act.TAKE_CALL: "take a call",
    Act.FIND_ACCOUNT: "look up an account",
    Act.SEND_CANNED: "send a canned message",
    Act.SEND_FORM: "send a customer the form for a new case",
    Act.HAND_OVER_CALL: "hand over a call",
    Act.ASK_TO_OVERRULE: "ask to overrule a verdict",
    Act.OVERRULE: "overrule a verdict",
    Act.READ_CUSTOMERS: "read customers",
    Act.READ_ORDERS: "read orders",
    Act.REHEARSE_ORDER_ACT: "rehearse a change of an order",
    Act.RECORD_CALLER: "record a caller",
    Act.EDIT_CUSTOMERS: "change customers",
    Act.ASSIST_CUSTOMER: "act for a customer",
    Act.CANCEL_ITEMS: "cancel items",
    Act.RETURN_ITEMS: "return items",
    Act.RECEIVE_GOODS: "receive goods",
    Act.PLACE_CART: "place a cart",
    Act.DECIDE_FRAUD: "decide a fraud report",
    Act.DECIDE_REVIEW: "decide a review",
    Act.REFUND: "refund",
    Act.APPROVE: "approve what is above a limit",
    Act.REVERSE_REVIEW: "reverse a review's decision",
    Act.REPORT_PERSONAL_DATA: "report personal data",
    Act.ERASE_CUSTOMER: "erase a customer",
    Act.EXPORT_CASES: "export cases",
    Act.EXPORT_REVIEWS: "export reviews",
    Act.EXPORT_CREDIT_MEMOS: "export credit memos",
    Act.SAVE_QUERY: "save a query",
    Act.SHARE_QUERY: "share a query",
    Act.SUBSCRIBE_TO_REPORT: "subscribe to a report",
    Act.SET_UP_REPORT: "set up a team's report",
    Act.REVIEW_CASES: "review their cases",
    Act.VIEW_AS: "view as somebody else",
    Act.SET_UP_CALENDAR: "set up a team's calendar",
    Act.SET_UP_ROSTER: "set up a roster",
    Act.EDIT_CANNED: "change canned texts",
    Act.EDIT_PLAYBOOK: "change a playbook",
    Act.EDIT_ASSOCIATION_RULES: "change association rules",
    Act.CONFIRM_PERSON: "confirm who somebody is",
    Act.SET_UP_DESK: "set up the desk",
    Act.SORT_MAIL: "sort e-mail",
    Act.MIND_HEALTH: "look after the desk's health",
}

LIST_NAMES: dict[ListKind, str] = {
    ListKind.MINE: "My cases",
    ListKind.CREATED: "Cases I created",
    ListKind.TEAM: "For my teams",
    ListKind.ACCOUNT: "My account's cases",
    ListKind.WAITING: "Waiting cases",
}

AUDIENCE_NAMES: dict[Audience, str] = {Audience.INTERNAL: "internal", Audience.PUBLIC: "public"}

READERS_NAMES: dict[Readers, str] = {
    Readers.CUSTOMERS: "Customers and staff",
    Readers.STAFF: "Staff",
    Readers.ACCOUNT: "One account's support contacts and staff",
}

READERS_MEANINGS: dict[Readers, str] = {
    Readers.CUSTOMERS: "Everybody whom the desk knows",
    Readers.STAFF: "Nobody of any customer",
    Readers.ACCOUNT: "Its own troubleshooting checklist; choose the account below",
}

ACCESS_NAMES: dict[AccessKind, str] = {
    AccessKind.LOCKOUT: "locked out",
    AccessKind.PASSWORD: "password",
    AccessKind.USER_NAME: "user name",
}

ACCESS_MEANINGS: dict[AccessKind, str] = {
    AccessKind.LOCKOUT: "The account of this user is locked",
    AccessKind.PASSWORD: "They need a new password",
    AccessKind.USER_NAME: "They do not know their user name, or it is wrong",
}

FIELD_NAMES: dict[str, str] = {
    "title": "title",
    "description": "description",
    "business_impact": "business impact",
    "severity": "severity",
    "kind": "kind",
    "timezone": "time zone",
    "org_id_or_mid": "org id or MID",
    "contact": "contact",
    "owner": "owner",
    "status": "status",
    "resolution": "resolution",
    "account": "account",
    "team": "team",
    "text": "text",
    "reason": "reason",
    "escalation_reason": "reason",
    "outcomes": "outcome",
    "hour": "hour",
}

OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.LEFT_MESSAGE: "Left a message: nothing more needed",
    Outcome.SPOKE: "Spoke with the customer: resolved",
    Outcome.CALL_BACK_REQUESTED: "Call-back requested",
    Outcome.CUSTOMER_ASKS: "The customer asks for an update",
    Outcome.CUSTOMER_ANSWERED: "The customer answered by phone or mail",
}

OUTCOME_MEANINGS: dict[Outcome, str] = {
    Outcome.LEFT_MESSAGE: "We reached nobody and said all that is to be said",
    Outcome.SPOKE: "Nothing is left to do",
    Outcome.CALL_BACK_REQUESTED: "Somebody is to phone them",
    Outcome.CUSTOMER_ASKS: "They want to know how it stands",
    Outcome.CUSTOMER_ANSWERED: "Counts as an answer: the case is not without response",
}

NOBODY = "nobody yet"


def severity(value: int, policy: Policy | None = None) -> str:
    """A severity in words; the desk's own label where the policy is at hand."""
    label = label_of(policy.severities, str(value)) if policy else str(value)
    return f"Severity {label}" if label.startswith(str(value)) else f"Severity {value}: {label}"


def severity_in_short(value: int, policy: Policy | None = None) -> str:
    """The same without the explanation that a label may carry after a colon."""
    label = label_of(policy.severities, str(value)).partition(":")[0] if policy else str(value)
    return f"Severity {label}" if label.startswith(str(value)) else f"Severity {value}: {label}"


def field(name: str) -> str:
    """What a field of a case is called in a sentence."""
    return FIELD_NAMES.get(name, name.replace("_", " "))


def listed(items: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
