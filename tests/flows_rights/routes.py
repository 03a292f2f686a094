"""How each route is used over the wire, and the right that it needs: one row a route, walked by the tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.domain.permissions import Act
from bot.domain.policy_change import settings_of
from bot.domain.refusals import Reason
from bot.handlers.call import Payload
from bot.policy_file import load_policy
from bot.sandbox import Message, Person
from bot.sandbox.records import Message as Record
from tests.flows.conftest import Workplace
from tests.flows_rights.order_routes import order_rows

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the acts are done to: a case of Cloud Nine, opened by Linda, somebody of the desk, an account."""

    case_id: int
    version: int
    number: str
    card: Message | None
    person_version: int
    account_version: int
    team_version: int
    held_id: int = 0
    comment_id: int = 0
    """A public text and a comment of Omar's, whom nobody plays."""
    article_version: int = 1
    request_id: int = 0
    phones_version: int = 0
    calendar_version: int = 0
    policy_revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Use:
    """One way to use a route. `act` is what it needs (None: everybody may, also a stranger).

    `about_case` says that it is done to one case, and `about_account` to Cloud Nine, so
    that the account matters too. `changes` that something
    is written when it is let in. `closers` that only those may who close the case.
    """

    act: Act | None
    value: Callable[[Target], str] = lambda target: "-"
    text: Callable[[Target], str] = lambda target: ""
    fields: Mapping[str, str] = field(default_factory=dict)
    held: Callable[[Target], Json] = lambda target: {}
    about_case: bool = False
    about_account: bool = False
    changes: bool = False
    closers: bool = False
    closed: bool = False
    working: bool = False
    escalation: str = ""
    """How the case stands with it: "" (waits), "open", "flagged" or "owed"."""
    anothers: frozenset[Reason] = frozenset()
    """It is Omar's own, so that everybody is refused, with one of these."""
    staffs: bool = False
    """Done to a comment of Omar's, which staff may look into and nobody else."""
    second_step: bool = False
    """Staff are shown it first, and nothing of the case changes."""
    article: bool = False
    """Done to an article, which others do not know: 1 is for customers, 2 for staff, 3 for Cloud Nine."""
    request: str = ""
    """Done to a request of Cloud Nine, which has support contacts: one "waiting", or "taken" by Linda."""
    ticked: str = ""
    """The value of a box that is ticked, in the row of boxes `ticks`."""
    ticks: str = "articles"
    member_only: bool = False
    """Everybody with a role may: what it shows is each one's own."""


def _about(target: Target) -> Json:
    return {"case": target.case_id, "version": target.version}


def _button(act: Act, **more: Any) -> Use:
    return Use(act=act, value=lambda t: f"{t.case_id}.{t.version}", about_case=True, **more)


def _command(act: Act, **more: Any) -> Use:
    return Use(act=act, text=lambda t: t.number, about_case=True, **more)


def _form(act: Act, fields: Mapping[str, str], **more: Any) -> Use:
    return Use(act=act, fields=fields, held=_about, about_case=True, changes=True, **more)


_DRAFT = frozenset({Reason.NO_SUCH_DRAFT})
_NOT_THEIRS = frozenset({Reason.NOT_YOUR_COMMENT, Reason.NO_SUCH_COMMENT})


def _set_up(value: str = "new", **more: Any) -> Use:
    return Use(act=Act.SET_UP_DESK, value=lambda t: value, **more)


def _kb(act: Act | None, value: str = "1", **more: Any) -> Use:
    """Something of the knowledge base; article 1 is for customers."""
    return Use(act=act, value=lambda t: value, **more)


def _access(state: str) -> Use:
    """An act on a request for access."""
    return Use(
        act=Act.FINISH_ACCESS_REQUEST, value=lambda t: f"{t.request_id}.1", request=state, changes=True
    )


def _health() -> Use:
    return Use(act=Act.MIND_HEALTH, value=lambda t: "1")


def _mail() -> Use:
    return Use(act=Act.SORT_MAIL, value=lambda t: "1")


def _personal(**more: Any) -> Use:
    """Something of the report on a customer who is not there; flow tests ask for one who is."""
    return Use(act=Act.REPORT_PERSONAL_DATA, value=lambda t: "1", held=lambda t: {"customer": 1}, **more)


_RULING = {"verdict": "hosting", "reason": "They were promised it"}


def _review(act: Act, **more: Any) -> Use:
    """A product review that is not there: `tests/services/test_product_reviews.py` has one that is."""
    return Use(act=act, anothers=frozenset({Reason.NO_SUCH_REVIEW}), **more)


def _fraud(act: Act, **more: Any) -> Use:
    """A fraud report that is not there: `tests/services/test_fraud.py` has one that is."""
    return Use(act=act, anothers=frozenset({Reason.NO_SUCH_FRAUD_REPORT}), **more)


def _of_call(act: Act, value: str = "99.1", **more: Any) -> Use:
    """Something of a call that is not there: `tests/services/test_phone_calls.py` does it to one that is."""
    return Use(
        act=act,
        value=lambda t: value,
        held=lambda t: {"call": 99, "version": 1, "step": "greet", "submits": "look_up"},
        anothers=frozenset({Reason.NO_SUCH_CALL}),
        **more,
    )


_OWN = Use(act=None, member_only=True)
_ANYBODY = Use(act=None)
_CALENDAR = Use(act=Act.SET_UP_CALENDAR)
_FORMS = {
    "comment": Act.COMMENT,
    "assign": Act.ASSIGN,
    "edit": Act.EDIT_CASE,
    "status": Act.SET_STATUS,
    "close": Act.CLOSE,
    "reopen": Act.REOPEN,
}
_ESCALATION = {
    "escalate": (Act.ESCALATE, "open"),
    "expedite": (Act.ASK_TO_EXPEDITE, ""),
    "call_back": (Act.REQUEST_CALL_BACK, "flagged"),
}


def _of_form(make: Callable[..., Use], word: str) -> tuple[Use, ...]:
    closers, closed = word in ("close", "reopen"), word == "reopen"
    return (make(_FORMS[word], closers=closers, closed=closed),)


CASE = {
    "account": "1",
    "title": "New",
    "description": "New",
    "severity": "2",
    "business_impact": "orders_held",
    "kind": "problem",
}
ACCOUNT = {"name": "Lotus", "plan": "Standard", "timezone": "UTC"}
TEAM = {"kind": "other"}
_POLICY = {
    **{
        name.replace(".", "_"): ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        for name, value in settings_of(load_policy(None)[0]).items()
    },
    "limits_untouched_days": "{n}",
}
_HOURS = {"opens": "09:00", "closes": "17:00"}
ARTICLE = {"title": "Fire {n}", "body_0": "Water"}

_NUMBERS = count(1)
"""Makes names that nothing else has."""


def _message(target: Target) -> Json:
    """A message that somebody wants to add to a case, another one each time."""
    ts = f"1700000000.{next(_NUMBERS):06d}"
    return {"channel": "C0GENERAL", "ts": ts, "thread": ts, "author": "U0RAJ", "text": "Hi", "whole": True}


ROWS: dict[tuple[Payload, str], tuple[Use, ...]] = {
    (Payload.COMMAND, "/case open"): (Use(act=Act.OPEN_CASE),),
    (Payload.COMMAND, "/case show"): (_command(Act.READ_CASE),),
    (Payload.COMMAND, "/case clock"): (_command(Act.READ_CASE),),
    (Payload.COMMAND, "/case list"): (_OWN,),
    (Payload.COMMAND, "/case export"): (Use(act=Act.EXPORT_CASES, changes=True),),
    (Payload.COMMAND, "/case search"): (
        Use(act=None, text=lambda t: "Secret", member_only=True),
        Use(act=None, text=lambda t: "no:filter", member_only=True),
    ),
    (Payload.COMMAND, "/case *"): (_ANYBODY,),
    **{(Payload.COMMAND, f"/case {word}"): _of_form(_command, word) for word in _FORMS},
    (Payload.COMMAND, "/case escalate"): (_command(Act.ESCALATE, escalation="open"),),
    (Payload.COMMAND, "/case ask"): (_command(Act.ASSIGN),),
    (Payload.COMMAND, "/case notify"): (_OWN,),
    (Payload.MODAL_BUTTON, "case.ask"): (_button(Act.ASSIGN),),
    (Payload.MODAL_BUTTON, "case.ask_update"): (_button(Act.ASSIGN),),
    **{
        (Payload.MODAL_BUTTON, f"case.public.{act}"): (
            Use(act=None, value=lambda t: str(t.held_id), member_only=True, anothers=_DRAFT),
        )
        for act in ("back", "take_back")
    },
    (Payload.MESSAGE_BUTTON, "case.public.keep"): (
        Use(act=None, value=lambda t: str(t.held_id), member_only=True, anothers=_DRAFT),
    ),
    (Payload.MODAL_BUTTON, "comment.edit"): (
        Use(act=Act.COMMENT, value=lambda t: f"{t.comment_id}.1", anothers=_NOT_THEIRS),
    ),
    (Payload.MODAL_BUTTON, "comment.versions"): (
        Use(act=Act.READ_CASE, value=lambda t: f"{t.comment_id}.1", about_case=True, staffs=True),
    ),
    (Payload.SUBMISSION, "case.ask"): (_form(Act.ASSIGN, {"who": "U0ANA", "text": "Why?"}),),
    (Payload.SUBMISSION, "case.notify"): (
        Use(act=None, fields={"pace": "at_once", "hour": "8", "ways": "slack"}, member_only=True),
    ),
    (Payload.SUBMISSION, "case.public"): (
        Use(
            act=None,
            fields={"contact": "yes"},
            held=lambda t: {**_about(t), "held": t.held_id},
            member_only=True,
            anothers=_DRAFT,
        ),
    ),
    (Payload.SUBMISSION, "comment.edit"): (
        Use(
            act=Act.COMMENT,
            fields={"text": "Forged"},
            held=lambda t: {**_about(t), "comment": t.comment_id, "version": 1},
            anothers=_NOT_THEIRS,
        ),
    ),
    (Payload.COMMAND, "/case access"): (
        Use(act=Act.REQUEST_ACCESS),
        Use(act=Act.REQUEST_ACCESS, text=lambda t: "list"),
    ),
    (Payload.COMMAND, "/kb search"): (Use(act=Act.READ_ARTICLES, text=lambda t: "fire"),),
    (Payload.COMMAND, "/kb show"): (
        Use(act=Act.READ_ARTICLES, text=lambda t: "1"),
        Use(act=Act.READ_STAFF_ARTICLES, text=lambda t: "2", article=True),
        Use(act=Act.READ_ACCOUNT_ARTICLES, text=lambda t: "3", article=True),
    ),
    (Payload.COMMAND, "/kb add"): (Use(act=Act.WRITE_ACCOUNT_ARTICLES),),
    (Payload.COMMAND, "/kb edit"): (
        Use(act=Act.WRITE_ARTICLES, text=lambda t: "1"),
        Use(act=Act.WRITE_ACCOUNT_ARTICLES, text=lambda t: "3", article=True),
    ),
    (Payload.COMMAND, "/kb *"): (_ANYBODY,),
    (Payload.COMMAND, "/customer find"): (Use(act=Act.FIND_ACCOUNT, text=lambda t: "Lima"),),
    (Payload.COMMAND, "/customer show"): (Use(act=Act.READ_CUSTOMERS, text=lambda t: "C-1"),),
    (Payload.COMMAND, "/customer new"): (Use(act=Act.RECORD_CALLER),),
    (Payload.COMMAND, "/customer edit"): (Use(act=Act.READ_CUSTOMERS, text=lambda t: "C-1"),),
    (Payload.COMMAND, "/customer form"): (Use(act=Act.READ_CUSTOMERS, text=lambda t: "C-1"),),
    (Payload.COMMAND, "/customer data"): (Use(act=Act.REPORT_PERSONAL_DATA),),
    (Payload.COMMAND, "/customer *"): (_ANYBODY,),
    (Payload.MODAL_BUTTON, "customer.personal"): (_personal(),),
    (Payload.MODAL_BUTTON, "personal.new"): (_personal(),),
    (Payload.MODAL_BUTTON, "personal.filter"): (_personal(),),
    (Payload.MODAL_BUTTON, "personal.save"): (Use(act=Act.SAVE_QUERY),),
    (Payload.MODAL_BUTTON, "area.customers.save"): (Use(act=Act.SAVE_QUERY),),
    (Payload.MODAL_BUTTON, "personal.newer"): (_personal(),),
    (Payload.MODAL_BUTTON, "personal.older"): (_personal(),),
    (Payload.SUBMISSION, "personal.ask"): (_personal(fields={"reason": "They ask for it"}, changes=True),),
    (Payload.SUGGESTION, "pick.customer"): (_ANYBODY,),
    (Payload.HOME_BUTTON, "area.customers"): (Use(act=Act.READ_CUSTOMERS),),
    (Payload.HOME_BUTTON, "area.personal_data"): (Use(act=Act.REPORT_PERSONAL_DATA),),
    (Payload.MODAL_BUTTON, "area.customers.find"): (Use(act=Act.FIND_ACCOUNT),),
    **{
        (Payload.MODAL_BUTTON, f"area.customers.{word}"): (
            Use(act=Act.READ_CUSTOMERS, value=lambda t: "all"),
        )
        for word in ("filter", "turn.newer", "turn.older")
    },
    (Payload.MODAL_BUTTON, "cart.place"): (Use(act=Act.REHEARSE_ORDER_ACT, value=lambda t: "1"),),
    (Payload.MESSAGE_BUTTON, "cart.place"): (Use(act=Act.REHEARSE_ORDER_ACT, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "cart.look"): (Use(act=Act.PLACE_CART, value=lambda t: "99"),),
    (Payload.SUBMISSION, "cart.place"): (
        Use(act=Act.PLACE_CART, held=lambda t: {"cart": 99, "version": "-"}),
    ),
    (Payload.SUBMISSION, "cart.decide"): (
        Use(
            act=Act.APPROVE,
            fields={"decision": "approve", "reason": "So be it"},
            held=lambda t: {"cart": 99, "placing": 99},
        ),
    ),
    (Payload.MODAL_BUTTON, "session.end"): (Use(act=Act.READ_CUSTOMERS, value=lambda t: "customer.1"),),
    (Payload.HOME_BUTTON, "session.end"): (Use(act=Act.READ_CUSTOMERS, value=lambda t: "home"),),
    (Payload.MODAL_BUTTON, "session.assist"): (Use(act=Act.ASSIST_CUSTOMER, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "case.ticket"): (Use(act=Act.READ_CUSTOMERS, value=lambda t: "customer.1"),),
    (Payload.COMMAND, "/customer erase"): (Use(act=Act.READ_CUSTOMERS, text=lambda t: "C-1"),),
    (Payload.MODAL_BUTTON, "customer.erase"): (Use(act=Act.ERASE_CUSTOMER, value=lambda t: "1"),),
    (Payload.SUBMISSION, "customer.erase"): (
        Use(
            act=Act.ERASE_CUSTOMER,
            fields={"reason": "They ask for it", "typed": "C-1"},
            held=lambda t: {"customer": 99},
        ),
    ),
    (Payload.COMMAND, "/order find"): (Use(act=Act.FIND_ACCOUNT, text=lambda t: "Lima"),),
    (Payload.COMMAND, "/order export"): (Use(act=Act.EXPORT_CREDIT_MEMOS),),
    **{
        (Payload.MODAL_BUTTON, f"finance.{one}"): (
            Use(
                act=Act.EXPORT_CREDIT_MEMOS,
                value=lambda t: "99.0",
                anothers=frozenset({Reason.NO_SUCH_FINANCE_FILE}),
            ),
        )
        for one in ("again", "reconcile")
    },
    (Payload.COMMAND, "/order show"): (Use(act=Act.READ_ORDERS, text=lambda t: "1001"),),
    (Payload.COMMAND, "/order *"): (_ANYBODY,),
    **order_rows(Use),
    (Payload.COMMAND, "/order fraud"): (Use(act=Act.READ_ORDERS),),
    (Payload.COMMAND, "/review next"): (Use(act=Act.READ_CUSTOMERS),),
    (Payload.COMMAND, "/review list"): (Use(act=Act.READ_CUSTOMERS),),
    (Payload.COMMAND, "/review show"): (_review(Act.READ_CUSTOMERS, text=lambda t: "R-1"),),
    (Payload.COMMAND, "/review export"): (Use(act=Act.EXPORT_REVIEWS, changes=True),),
    (Payload.COMMAND, "/review *"): (_ANYBODY,),
    (Payload.MODAL_BUTTON, "product_review.show"): (_review(Act.READ_CUSTOMERS, value=lambda t: "99"),),
    **{
        (Payload.MODAL_BUTTON, f"product_review.{one}"): (Use(act=Act.READ_CUSTOMERS, value=lambda t: "99"),)
        for one in ("begin", "next", "skip", "list.back", "list.on", "list.narrow")
    },
    (Payload.MODAL_BUTTON, "product_review.approve"): (_review(Act.DECIDE_REVIEW, value=lambda t: "99.1"),),
    (Payload.MODAL_BUTTON, "product_review.reject"): (
        _review(Act.DECIDE_REVIEW, value=lambda t: "99.1.off_topic"),
    ),
    (Payload.MODAL_BUTTON, "product_review.words"): (_review(Act.READ_CUSTOMERS, value=lambda t: "99.1"),),
    (Payload.MODAL_BUTTON, "product_review.export"): (Use(act=Act.EXPORT_REVIEWS, changes=True),),
    (Payload.MODAL_BUTTON, "product_review.save"): (Use(act=Act.SAVE_QUERY),),
    (Payload.SUBMISSION, "product_review.list"): (Use(act=Act.READ_CUSTOMERS, fields={"status": "pending"}),),
    (Payload.SUBMISSION, "product_review.decide"): (
        _review(
            Act.READ_CUSTOMERS,
            fields={"reason": "It is rude"},
            held=lambda t: {"review": 99, "version": 1, "rejects": True},
        ),
    ),
    (Payload.HOME_BUTTON, "area.reviews"): (Use(act=Act.READ_CUSTOMERS),),
    **{
        (payload, "fraud.show"): (_fraud(Act.READ_ORDERS, value=lambda t: "99"),)
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
    },
    **{
        (Payload.MODAL_BUTTON, f"fraud.{one}"): (_fraud(Act.READ_ORDERS, value=lambda t: "99.1"),)
        for one in ("approve", "reject", "agree", "decline", "go_on")
    },
    **{
        (Payload.MODAL_BUTTON, f"fraud.{one}"): (Use(act=Act.READ_ORDERS, value=lambda t: "99"),)
        for one in ("list.back", "list.on", "list.narrow")
    },
    (Payload.MODAL_BUTTON, "fraud.save"): (Use(act=Act.SAVE_QUERY),),
    (Payload.SUBMISSION, "fraud.list"): (Use(act=Act.READ_ORDERS, fields={"state": "waiting"}),),
    (Payload.SUBMISSION, "fraud.decide"): (
        _fraud(
            Act.DECIDE_FRAUD,
            fields={"remark": "Stolen card"},
            held=lambda t: {"report": 99, "order": 1, "way": "reject"},
        ),
        _fraud(
            Act.APPROVE,
            fields={"remark": "Stolen card"},
            held=lambda t: {"report": 99, "order": 1, "way": "agree"},
        ),
    ),
    (Payload.HOME_BUTTON, "area.fraud"): (Use(act=Act.READ_ORDERS),),
    (Payload.MODAL_BUTTON, "customer.show"): (Use(act=Act.READ_CUSTOMERS, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "customer.send_form"): (Use(act=Act.SEND_FORM, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "customer.send_link"): (Use(act=Act.SEND_FORM, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "customer.new"): (Use(act=Act.RECORD_CALLER, value=lambda t: "new"),),
    (Payload.MODAL_BUTTON, "customer.edit"): (Use(act=Act.EDIT_CUSTOMERS, value=lambda t: "1.1"),),
    **{
        (Payload.MODAL_BUTTON, f"customer.story{word}"): (
            Use(act=Act.READ_CUSTOMERS, value=lambda t: "1.all", held=lambda t: {"customer": 1, "room": 2}),
        )
        for word in ("", ".newer", ".older")
    },
    (Payload.MODAL_BUTTON, "order.show"): (Use(act=Act.READ_ORDERS, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "order.cart"): (Use(act=Act.READ_ORDERS, value=lambda t: "1"),),
    (Payload.MESSAGE_BUTTON, "order.show"): (Use(act=Act.READ_ORDERS, value=lambda t: "1"),),
    (Payload.MESSAGE_BUTTON, "order.cart"): (Use(act=Act.READ_ORDERS, value=lambda t: "1"),),
    (Payload.MODAL_BUTTON, "case.tie"): (_button(Act.EDIT_CASE),),
    (Payload.SUBMISSION, "case.tie"): (
        Use(act=Act.EDIT_CASE, fields={"thing": "order.1"}, held=_about, about_case=True),
    ),
    (Payload.SUBMISSION, "customer.find"): (Use(act=Act.FIND_ACCOUNT, fields={"text": "Lima"}),),
    (Payload.SUBMISSION, "customer.form"): (
        Use(
            act=Act.RECORD_CALLER,
            fields={"name": "Caller number {n}", "kind": "customer"},
            held=lambda t: {"customer": None, "version": None, "whole": False},
            ticks="other",
            ticked="other",
            changes=True,
        ),
        Use(
            act=Act.EDIT_CUSTOMERS,
            fields={"name": "Somebody", "kind": "customer"},
            held=lambda t: {"customer": 1, "version": 99, "whole": False},  # nobody saves what is stale
        ),
    ),
    **{
        (Payload.MODAL_BUTTON, route): (Use(act=Act.OPEN_CASE, value=lambda t: "1", held=lambda t: {}),)
        for route in ("case.open.account", "pick.account.for.case.open.account")
    },
    (Payload.SUGGESTION, "pick.order"): (_ANYBODY,),
    (Payload.COMMAND, "/desk accounts"): (_set_up(),),
    (Payload.COMMAND, "/desk health"): (_health(),),
    (Payload.COMMAND, "/desk mail"): (_mail(),),
    (Payload.COMMAND, "/desk people"): (_set_up(), Use(act=Act.SET_UP_DESK, text=lambda t: "@jun")),
    (Payload.COMMAND, "/desk teams"): (_set_up(),),
    (Payload.COMMAND, "/desk phones"): (Use(act=Act.SET_UP_CALENDAR),),
    (Payload.COMMAND, "/desk reports"): (Use(act=Act.SET_UP_REPORT),),
    (Payload.COMMAND, "/case review"): (Use(act=Act.REVIEW_CASES),),
    (Payload.COMMAND, "/case reports"): (Use(act=Act.SUBSCRIBE_TO_REPORT),),
    (Payload.MODAL_BUTTON, "desk.report.add"): (Use(act=Act.SET_UP_REPORT),),
    (Payload.MODAL_BUTTON, "desk.report.add_calls"): (Use(act=Act.SET_UP_REPORT),),
    (Payload.MODAL_BUTTON, "desk.report.edit"): (
        Use(act=Act.SET_UP_REPORT, value=lambda t: "report.team.3"),
    ),
    **{
        (Payload.MODAL_BUTTON, f"report.{word}"): (
            Use(act=Act.SET_UP_REPORT, value=lambda t: "report.team.3.0"),
        )
        for word in ("preview", "send")
    },
    **{
        (Payload.MODAL_BUTTON, f"report.{word}"): (Use(act=Act.SUBSCRIBE_TO_REPORT, value=lambda t: "9"),)
        for word in ("subscribe", "unsubscribe", "newer", "older")
    },
    **{
        (payload, f"review.{word}"): (
            Use(act=Act.REVIEW_CASES, value=lambda t, end=end: f"{t.case_id}.1.0{end}"),
        )
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
        for word, end in (("done", ""), ("snooze", ".7"))
    },
    **{
        (payload, "review.wait"): (_button(Act.SET_STATUS),)
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
    },
    (Payload.MESSAGE_BUTTON, "review.all"): (Use(act=Act.REVIEW_CASES, value=lambda t: "1.0"),),
    **{
        (Payload.MODAL_BUTTON, f"review.{way}"): (Use(act=Act.REVIEW_CASES, value=lambda t: "1.0"),)
        for way in ("back", "on")
    },
    (Payload.SUBMISSION, "desk.report"): (
        Use(
            act=Act.SET_UP_REPORT,
            fields={"name": "Mine {n}", "hour": "8", "team": "-", "search": "-"},
            held=lambda t: {"job": "", "version": 0},
            changes=True,
            ticked="0",
            ticks="days",
        ),
    ),
    (Payload.COMMAND, "/desk calendar"): (_CALENDAR,),
    (Payload.COMMAND, "/desk policy"): (_set_up(),),
    (Payload.COMMAND, "/desk *"): (_ANYBODY,),
    (Payload.MODAL_BUTTON, "case.take"): (_button(Act.TAKE, changes=True),),
    (Payload.MODAL_BUTTON, "case.page"): (_button(Act.READ_CASE),),
    (Payload.MODAL_BUTTON, "case.history"): (_button(Act.READ_CASE),),
    (Payload.MODAL_BUTTON, "case.comments"): (_button(Act.READ_CASE),),
    (Payload.MODAL_BUTTON, "case.comments.newer"): (
        Use(act=Act.READ_CASE, value=lambda t: f"{t.case_id}.10", about_case=True),
    ),
    (Payload.MODAL_BUTTON, "case.comments.older"): (
        Use(act=Act.READ_CASE, value=lambda t: f"{t.case_id}.0", about_case=True),
    ),
    (Payload.MODAL_BUTTON, "case.clock"): (_button(Act.READ_CASE),),
    (Payload.MODAL_BUTTON, "case.history.newer"): (
        Use(act=Act.READ_CASE, value=lambda t: f"{t.case_id}.99", about_case=True),
    ),
    (Payload.MODAL_BUTTON, "case.history.older"): (
        Use(act=Act.READ_CASE, value=lambda t: f"{t.case_id}.99", about_case=True),
    ),
    (Payload.MODAL_BUTTON, "case.list.newer"): (
        Use(act=None, value=lambda t: f"account.{t.case_id}", member_only=True),
    ),
    (Payload.MODAL_BUTTON, "case.list.older"): (
        Use(act=None, value=lambda t: f"team.{t.case_id}", member_only=True),
    ),
    (Payload.MODAL_BUTTON, "case.search.newer"): (_OWN,),
    (Payload.MODAL_BUTTON, "case.search.older"): (
        Use(act=None, value=lambda t: str(t.case_id), member_only=True),
    ),
    (Payload.MODAL_BUTTON, "case.search.save"): (Use(act=Act.SAVE_QUERY),),
    (Payload.MODAL_BUTTON, "case.query.run"): (Use(act=Act.SAVE_QUERY, value=lambda t: "99"),),
    (Payload.MODAL_BUTTON, "case.query.edit"): (Use(act=Act.SAVE_QUERY, value=lambda t: "99"),),
    (Payload.MODAL_BUTTON, "case.query.delete"): (Use(act=Act.SAVE_QUERY, value=lambda t: "99"),),
    **{(Payload.MODAL_BUTTON, f"case.{word}"): _of_form(_button, word) for word in _FORMS},
    **{
        (Payload.MODAL_BUTTON, f"desk.{lists}.{way}"): (_set_up("0"),)
        for lists in ("accounts", "people", "teams")
        for way in ("back", "on")
    },
    **{
        (Payload.MODAL_BUTTON, f"desk.health.{act}"): (_health(),)
        for act in ("look", "newer", "older", "retry", "retry_all", "discard", "now")
    },
    **{
        (payload, f"access.{act}"): (_access(state),)
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
        for act, state in (("take", "waiting"), ("finish", "waiting"), ("put_back", "taken"))
    },
    **{
        (Payload.MODAL_BUTTON, f"access.list.{way}"): (Use(act=Act.REQUEST_ACCESS, value=lambda t: "open.0"),)
        for way in ("back", "on", "others")
    },
    (Payload.MESSAGE_BUTTON, "access.list"): (Use(act=Act.REQUEST_ACCESS, value=lambda t: "open.0"),),
    (Payload.MODAL_BUTTON, "case.articles"): (_button(Act.LINK_ARTICLE),),
    (Payload.MODAL_BUTTON, "kb.first"): (_kb(Act.READ_ARTICLES, "title"),),
    (Payload.MODAL_BUTTON, "kb.read"): (
        _kb(Act.READ_ARTICLES),
        _kb(Act.READ_STAFF_ARTICLES, "2", article=True),
        _kb(Act.READ_ACCOUNT_ARTICLES, "3", article=True),
    ),
    (Payload.MODAL_BUTTON, "kb.add"): (_kb(Act.WRITE_ACCOUNT_ARTICLES, "new"),),
    (Payload.MODAL_BUTTON, "kb.edit"): (
        _kb(Act.WRITE_ARTICLES, "1.1"),
        _kb(Act.WRITE_ACCOUNT_ARTICLES, "3.1", article=True),
    ),
    (Payload.MODAL_BUTTON, "kb.list.back"): (_kb(Act.READ_ARTICLES, "0"),),
    (Payload.MODAL_BUTTON, "kb.list.on"): (_kb(Act.READ_ARTICLES, "8"),),
    **{
        (Payload.MODAL_BUTTON, f"kb.{what}.{way}"): (
            _kb(Act.READ_ARTICLES, "1.1.0"),
            _kb(Act.READ_STAFF_ARTICLES, "2.1.0", article=True),
            _kb(Act.READ_ACCOUNT_ARTICLES, "3.1.0", article=True),
        )
        for what in ("page", "version")
        for way in ("back", "on")
    },
    **{(Payload.MODAL_BUTTON, f"desk.mail.{act}"): (_mail(),) for act in ("look", "later", "put", "discard")},
    (Payload.MODAL_BUTTON, "desk.account.add"): (_set_up(),),
    (Payload.MODAL_BUTTON, "desk.account.edit"): (_set_up("1.1"),),
    (Payload.MODAL_BUTTON, "desk.person.add"): (_set_up(),),
    (Payload.MODAL_BUTTON, "desk.person.edit"): (_set_up("U0JUN"),),
    (Payload.MODAL_BUTTON, "desk.person.pick"): (_set_up("U0JUN"),),
    (Payload.MODAL_BUTTON, "desk.team.add"): (_set_up(),),
    (Payload.MODAL_BUTTON, "desk.team.edit"): (_set_up("1.1"),),
    (Payload.MODAL_BUTTON, "desk.calendar.edit"): (Use(act=Act.SET_UP_CALENDAR, value=lambda t: "desk.0"),),
    (Payload.MODAL_BUTTON, "desk.roster"): (Use(act=Act.SET_UP_ROSTER, value=lambda t: "desk"),),
    (Payload.MODAL_BUTTON, "desk.roster.add"): (Use(act=Act.SET_UP_ROSTER, value=lambda t: "desk"),),
    (Payload.MODAL_BUTTON, "desk.roster.drop"): (Use(act=Act.SET_UP_ROSTER, value=lambda t: "desk.99"),),
    (Payload.MODAL_BUTTON, "desk.leave.add"): (_CALENDAR,),
    (Payload.MODAL_BUTTON, "desk.leave.drop"): (Use(act=Act.SET_UP_CALENDAR, value=lambda t: "99"),),
    (Payload.MODAL_BUTTON, "desk.phones.edit"): (Use(act=Act.SET_UP_CALENDAR, value=lambda t: "desk.0"),),
    (Payload.MESSAGE_BUTTON, "case.take"): (_button(Act.TAKE, changes=True),),
    (Payload.MESSAGE_BUTTON, "case.page"): (_button(Act.READ_CASE),),
    **{
        (payload, f"case.{word}"): (_button(act, escalation=standing),)
        for word, (act, standing) in _ESCALATION.items()
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
    },
    **{
        (payload, "case.tell_me"): (_button(Act.TELL_ME_THEN),)
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
    },
    **{
        (payload, "case.called_back"): (_button(Act.FINISH_CALL_BACK, escalation="owed", changes=True),)
        for payload in (Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON)
    },
    (Payload.SUBMISSION, "case.escalate"): (
        _form(Act.ESCALATE, {"reason": "worse", "note": "Hurry"}, escalation="open"),
    ),
    (Payload.SUBMISSION, "case.expedite"): (_form(Act.ASK_TO_EXPEDITE, {"text": "Hurry"}),),
    (Payload.SUBMISSION, "case.call_back"): (
        _form(Act.REQUEST_CALL_BACK, {"phone": "555 0100", "wanted": "now"}, escalation="flagged"),
    ),
    **{
        (Payload.MESSAGE_BUTTON, f"case.{word}"): _of_form(_button, word)
        for word in ("comment", "assign", "status", "close", "reopen")
    },
    (Payload.MESSAGE_BUTTON, "desk.health"): (_health(),),
    **{
        (Payload.MESSAGE_BUTTON, f"person.{word}"): (Use(act=Act.CONFIRM_PERSON, value=lambda t: "0"),)
        for word in ("confirm", "reject")
    },
    (Payload.HOME_BUTTON, "home.open"): (Use(act=Act.OPEN_CASE),),
    (Payload.HOME_BUTTON, "home.list"): (Use(act=None, value=lambda t: "account", member_only=True),),
    **dict.fromkeys(
        ((Payload.HOME_BUTTON, "home.newer"), (Payload.HOME_BUTTON, "home.older")),
        (Use(act=None, value=lambda t: "account.1"),),
    ),
    (Payload.HOME_BUTTON, "home.search"): (_OWN,),
    (Payload.HOME_BUTTON, "home.saved"): (Use(act=Act.SAVE_QUERY, value=lambda t: "99"),),
    (Payload.HOME_BUTTON, "home.kb"): (Use(act=Act.READ_ARTICLES),),
    (Payload.HOME_BUTTON, "home.access"): (Use(act=Act.REQUEST_ACCESS, value=lambda t: "open.0"),),
    (Payload.HOME_BUTTON, "home.mail"): (_mail(),),
    **{
        (Payload.HOME_BUTTON, f"person.{word}"): (Use(act=Act.CONFIRM_PERSON, value=lambda t: "0"),)
        for word in ("confirm", "reject")
    },
    (Payload.HOME_BUTTON, "view_as.choose"): (Use(act=Act.VIEW_AS),),
    **dict.fromkeys(
        ((Payload.HOME_BUTTON, "view_as.stop"), (Payload.MODAL_BUTTON, "view_as.stop")),
        (Use(act=Act.VIEW_AS, value=lambda t: "1", changes=True),),
    ),
    (Payload.SUBMISSION, "view_as"): (Use(act=Act.VIEW_AS, fields={"viewed": "2"}, changes=True),),
    (Payload.SUGGESTION, "view_as.person"): (_ANYBODY,),
    (Payload.HOME_BUTTON, "case.page"): (_button(Act.READ_CASE),),
    (Payload.SUBMISSION, "case.open"): (
        Use(act=Act.OPEN_CASE, fields=CASE, about_account=True, changes=True),
    ),
    (Payload.SUBMISSION, "case.search"): (Use(act=None, fields={"words": "Secret"}, member_only=True),),
    (Payload.SUBMISSION, "case.query"): (
        Use(act=Act.SAVE_QUERY, fields={"name": "Mine {n}", "words": "Secret"}),
        Use(
            act=Act.SHARE_QUERY,
            fields={"name": "Ours {n}", "words": "Secret", "options": "shared"},
        ),
    ),
    (Payload.SUBMISSION, "case.comment"): (
        _form(Act.COMMENT_PUBLIC, {"text": "Hi", "audience": "public"}, second_step=True),
        _form(Act.COMMENT_INTERNAL, {"text": "Hi", "audience": "internal"}),
    ),
    (Payload.SUBMISSION, "case.assign"): (_form(Act.ASSIGN, {"owner": "U0ANA"}),),
    (Payload.SUBMISSION, "case.edit"): (_form(Act.EDIT_CASE, {"severity": "4"}),),
    (Payload.SUBMISSION, "case.status"): (
        _form(Act.SET_STATUS, {"status": "open"}),
        _form(Act.SET_NO_RESPONSE, {"status": "no_response"}, working=True),
    ),
    (Payload.SUBMISSION, "case.close"): (_form(Act.CLOSE, {"resolution": "solved"}, closers=True),),
    (Payload.SUBMISSION, "case.reopen"): (_form(Act.REOPEN, {"reason": "Again"}, closers=True, closed=True),),
    (Payload.SUBMISSION, "access.ask"): (
        Use(
            act=Act.REQUEST_ACCESS,
            fields={"access_kind": "lockout", "account": "1", "who_name": "Jane"},
            about_account=True,
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "kb.search"): (Use(act=Act.READ_ARTICLES, fields={"words": "fire"}),),
    (Payload.SUBMISSION, "kb.article"): (
        Use(act=Act.WRITE_ARTICLES, fields={**ARTICLE, "readers": "customers"}, changes=True),
        Use(act=Act.WRITE_ARTICLES, fields={**ARTICLE, "readers": "staff"}, changes=True),
        Use(
            act=Act.WRITE_ACCOUNT_ARTICLES,
            fields={**ARTICLE, "readers": "account", "account": "1"},
            about_account=True,
            changes=True,
        ),
        Use(
            act=Act.WRITE_ACCOUNT_ARTICLES,
            fields={**ARTICLE, "readers": "account", "account": "1"},
            held=lambda t: {"article": 3, "version": t.article_version},
            article=True,
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "case.articles"): (
        Use(
            act=Act.LINK_ARTICLE,
            fields={"words": "fire"},
            held=lambda t: {**_about(t), "words": "fire", "linked": [], "offered": [1]},
            ticked="1",
            about_case=True,
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.account"): (
        _set_up(fields={**ACCOUNT, "org_id": "M-{n}"}, changes=True),
        _set_up(
            fields={**ACCOUNT, "org_id": "M-{n}"},
            held=lambda t: {"account": 2, "version": t.account_version},
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.person"): (
        _set_up(
            fields={"person": "U0JUN", "role": "agent"},
            held=lambda t: {"person": "U0JUN", "version": t.person_version},
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.mail.put"): (
        Use(act=Act.SORT_MAIL, fields={"case": "{id}"}, held=lambda t: {"mail": 1}),
    ),
    (Payload.SUBMISSION, "desk.mail.public"): (
        Use(act=Act.SORT_MAIL, held=lambda t: {"mail": 1, "case": t.case_id}),
    ),
    (Payload.SUBMISSION, "message.add.public"): (
        Use(
            act=Act.COMMENT_PUBLIC,
            held=lambda t: {**_message(t), "case": t.case_id},
            about_case=True,
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.team"): (
        _set_up(fields={**TEAM, "name": "New {n}"}, changes=True),
        _set_up(
            fields={**TEAM, "name": "Renamed {n}"},
            held=lambda t: {"team": 4, "version": t.team_version},
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.phones"): (
        Use(
            act=Act.SET_UP_CALENDAR,
            fields={"numbers": "+1 555 010{n}", "opens": "09:00", "closes": "17:00"},
            held=lambda t: {"team": None, "version": t.phones_version},
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.policy"): (
        _set_up(fields=_POLICY, held=lambda t: {"revision": t.policy_revision}, changes=True),
    ),
    (Payload.SUBMISSION, "desk.calendar"): (
        Use(
            act=Act.SET_UP_CALENDAR,
            fields={**_HOURS, "others": "Mon 09:00-17:00", "own": "2026-12-24 Eve {n}"},
            held=lambda t: {"team": None, "version": t.calendar_version},
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.shift"): (
        Use(
            act=Act.SET_UP_ROSTER,
            fields={**_HOURS, "person": "U0ANA"},
            held=lambda t: {"team": 2},
            changes=True,
        ),
    ),
    (Payload.SUBMISSION, "desk.leave"): (
        Use(
            act=Act.SET_UP_CALENDAR,
            fields={"person": "U0ANA", "first": "{n:04d}-01-01", "last": "{n:04d}-01-02"},
            changes=True,
        ),
    ),
    # No sentence fits into a list: who may not choose is offered nothing (tests/flows/test_picking.py).
    (Payload.COMMAND, "/call take"): (Use(act=Act.TAKE_CALL, changes=True),),
    (Payload.COMMAND, "/call *"): (_ANYBODY,),
    (Payload.GLOBAL_SHORTCUT, "call.take"): (Use(act=Act.TAKE_CALL, changes=True),),
    (Payload.GLOBAL_SHORTCUT, "case.new"): (Use(act=Act.OPEN_CASE),),
    (Payload.HOME_BUTTON, "home.call"): (
        Use(act=Act.TAKE_CALL, value=lambda t: f"{next(_NUMBERS)}", changes=True),
    ),
    (Payload.MODAL_BUTTON, "call.new"): (Use(act=Act.TAKE_CALL, changes=True),),
    **dict.fromkeys(
        ((Payload.MODAL_BUTTON, "case.triage"), (Payload.HOME_BUTTON, "case.triage")),
        (_button(Act.TAKE_CALL, changes=True),),
    ),
    **{
        (payload, "call.show"): (_of_call(Act.TAKE_CALL),)
        for payload in (Payload.HOME_BUTTON, Payload.MESSAGE_BUTTON)
    },
    **{
        (Payload.MODAL_BUTTON, f"call.{word}"): (_of_call(Act.TAKE_CALL),)
        for word in ("back", "look", "note", "hang_up", "hand_over", "ask", "overrule")
    },
    (Payload.MODAL_BUTTON, "call.take_over"): (_of_call(Act.HAND_OVER_CALL),),
    (Payload.MODAL_BUTTON, "call.answer"): (_of_call(Act.TAKE_CALL, "99.1.look_up"),),
    (Payload.MODAL_BUTTON, "call.pick"): (_of_call(Act.TAKE_CALL, "99.1.1"),),
    (Payload.MODAL_BUTTON, "call.find"): (_of_call(Act.TAKE_CALL, "1"),),
    (Payload.MESSAGE_BUTTON, "call.overrule"): (_of_call(Act.TAKE_CALL),),
    (Payload.SUBMISSION, "call"): (_of_call(Act.TAKE_CALL),),
    (Payload.SUBMISSION, "call.hand_over"): (_of_call(Act.HAND_OVER_CALL, fields={"who": "U0ANA"}),),
    (Payload.SUBMISSION, "call.ask"): (_of_call(Act.ASK_TO_OVERRULE, fields=_RULING),),
    (Payload.SUBMISSION, "call.overrule"): (_of_call(Act.OVERRULE, fields=_RULING),),
    (Payload.CLOSED, "call"): (_ANYBODY,),
    (Payload.SUGGESTION, "call.find"): (_ANYBODY,),
    (Payload.COMMAND, "/desk playbooks"): (Use(act=Act.EDIT_PLAYBOOK),),
    (Payload.MODAL_BUTTON, "playbook.edit"): (Use(act=Act.EDIT_PLAYBOOK, value=lambda t: "phone.toml.1"),),
    (Payload.MODAL_BUTTON, "playbook.upload"): (Use(act=Act.EDIT_PLAYBOOK),),
    (Payload.MODAL_BUTTON, "playbook.settings"): (Use(act=Act.EDIT_PLAYBOOK),),
    (Payload.MODAL_BUTTON, "playbook.draw"): (Use(act=Act.EDIT_PLAYBOOK),),
    (Payload.MODAL_BUTTON, "call.path"): (_of_call(Act.TAKE_CALL),),
    (Payload.MODAL_BUTTON, "playbook.back"): (
        Use(act=Act.EDIT_PLAYBOOK, value=lambda t: "1.1", anothers=frozenset({Reason.NOTHING_CHANGED})),
    ),
    (Payload.SUBMISSION, "playbook.edit"): (
        Use(act=Act.EDIT_PLAYBOOK, held=lambda t: {"file": "phone.toml", "base": 1}),
    ),
    (Payload.SUBMISSION, "playbook.upload"): (
        Use(act=Act.EDIT_PLAYBOOK, fields={"files": "x"}, held=lambda t: {"file": "", "base": 1}),
    ),
    (Payload.SUBMISSION, "playbook.settings"): (
        Use(
            act=Act.EDIT_PLAYBOOK,
            fields={"zone": "UTC"},
            held=lambda t: {"version": 0},
            anothers=frozenset({Reason.NOTHING_CHANGED}),
        ),
    ),
    (Payload.SUGGESTION, "pick.account"): (_ANYBODY,),
    (Payload.SUGGESTION, "pick.case"): (_ANYBODY,),
    **{  # who closes a form that they never had takes nothing from anybody
        (Payload.CLOSED, f"case.{word}"): (Use(act=None, held=_about),)
        for word in ("edit", "status", "close")
    },
    (Payload.HOME_OPENED, "app_home_opened"): (_ANYBODY,),
    (Payload.MESSAGE_BUTTON, "thread.open"): (
        Use(act=Act.OPEN_CASE, value=lambda t: "C0GENERAL/1700000000.000001"),
    ),
    (Payload.SUBMISSION, "message.add"): (
        Use(
            act=Act.COMMENT_PUBLIC,
            fields={"case": "{id}", "audience": "public"},
            held=lambda t: _message(t),
            about_case=True,
            changes=True,
            second_step=True,
        ),
        Use(
            act=Act.COMMENT_INTERNAL,
            fields={"case": "{id}", "audience": "internal"},
            held=lambda t: _message(t),
            about_case=True,
            changes=True,
        ),
    ),
    (Payload.SHORTCUT, "thread.open"): (Use(act=Act.OPEN_CASE),),
    (Payload.SHORTCUT, "message.add"): (Use(act=Act.COMMENT),),
    (Payload.EVENT, "reaction_added"): (Use(act=Act.OPEN_CASE),),
    (Payload.EVENT, "member_joined_channel"): (_ANYBODY,),
    (Payload.EVENT, "member_left_channel"): (_ANYBODY,),
    (Payload.MESSAGE, "message"): (
        Use(act=Act.COMMENT, text=lambda t: "Me too", about_case=True, changes=True),
    ),
}
"""A route without a row fails a test: it would be a door that nobody has looked at."""


async def use_route(
    workplace: Workplace, person: Person, payload: Payload, route: str, use: Use, target: Target
) -> None:
    """Send what a client would send, whether or not the desk ever drew that button for this person."""
    match payload:
        case Payload.COMMAND:
            await person.runs(f"{route.replace('*', 'nonsense')} {use.text(target)}".strip())
        case Payload.MODAL_BUTTON:
            window = _window([_buttons(route, use.value(target))], held=use.held(target))
            workplace.sandbox.views.push_over(person.id, window)
            await person.clicks(route)
        case Payload.HOME_BUTTON:
            await person.opens_home()
            home = {"type": "home", "blocks": [_buttons(route, use.value(target))]}
            workplace.sandbox.views.publish(person.id, home)
            await person.clicks(route)
        case Payload.MESSAGE_BUTTON:
            message = _planted(workplace, person, [_buttons(route, use.value(target))])
            await person.clicks(route, on=message)
        case Payload.SUBMISSION:
            inputs = [
                _input(name, value.format(n=next(_NUMBERS), case=target.number, id=target.case_id))
                for name, value in use.fields.items()
            ]
            inputs += [_ticked(use.ticked, use.ticks)] if use.ticked else []
            window = _window(inputs, callback_id=route, submit=True, held=use.held(target))
            workplace.sandbox.views.push_over(person.id, window)
            await person.submits()
        case Payload.SUGGESTION:
            element = {"type": "external_select", "action_id": route, "min_query_length": 0}
            text = {"type": "plain_text", "text": "Planted", "emoji": False}
            block = {"type": "input", "block_id": "planted", "label": text, "element": element}
            workplace.sandbox.views.push_over(person.id, _window([block], submit=True))
            await person.suggestions("planted", use.text(target))
        case Payload.CLOSED:
            window = _window([], callback_id=route, held=use.held(target))
            workplace.sandbox.views.push_over(person.id, {**window, "notify_on_close": True})
            await person.closes()
        case Payload.HOME_OPENED:
            await person.opens_home()
        case Payload.SHORTCUT:
            message = await person.says("Look at this", channel="general")
            await person.uses(route, on=message)
        case Payload.GLOBAL_SHORTCUT:
            await person.uses(route)
        case Payload.EVENT if route == "reaction_added":
            message = await person.says("Look at this", channel="general")
            await person.reacts("ticket", on=message)
            await workplace.settled()
        case Payload.EVENT:
            await (person.joins if "joined" in route else person.leaves)("cloud-nine")
        case Payload.MESSAGE:
            assert target.card is not None
            await person.says(use.text(target), channel="general", thread=target.card)
        case other:
            raise AssertionError(f"nobody has said how {other} is used")


def _window(
    blocks: list[Json], callback_id: str = "planted", submit: bool = False, held: Json | None = None
) -> Json:
    plain = {"type": "plain_text", "text": "Planted", "emoji": False}
    window: Json = {"type": "modal", "title": plain, "blocks": blocks, "callback_id": callback_id}
    window["private_metadata"] = json.dumps(held or {})
    return window | ({"submit": plain} if submit else {})


def _buttons(action_id: str, value: str) -> Json:
    text = {"type": "plain_text", "text": "Forged", "emoji": False}
    button = {"type": "button", "action_id": action_id, "value": value, "text": text}
    return {"type": "actions", "block_id": "planted", "elements": [button]}


def _input(name: str, value: str) -> Json:
    """A text field or a select that holds `value`; the desk reads both alike."""
    text = {"type": "plain_text", "text": name, "emoji": False}
    if name == "options":
        option = {"text": text, "value": value}
        element: Json = {"type": "checkboxes", "options": [option], "initial_options": [option]}
    elif name in ("owner", "person", "who"):
        element = {"type": "users_select", "initial_user": value}
    elif name in (
        "text",
        "title",
        "description",
        "name",
        "org_id",
        "reason",
        "note",
        "phone",
        "wanted",
        "words",
        "body_0",
        "who_name",
    ):
        element = {"type": "plain_text_input", "initial_value": value}
    else:
        option = {"text": text, "value": value}
        element = {"type": "static_select", "options": [option], "initial_option": option}
    return {"type": "input", "block_id": name, "label": text, "element": {**element, "action_id": "value"}}


def _ticked(value: str, name: str) -> Json:
    text = {"type": "plain_text", "text": "Planted", "emoji": False}
    option = {"text": text, "value": value}
    boxes = {"type": "checkboxes", "options": [option], "initial_options": [option], "action_id": "value"}
    return {"type": "input", "block_id": name, "label": text, "element": boxes, "optional": True}


def _planted(workplace: Workplace, person: Person, blocks: list[Json]) -> Message:
    workspace = workplace.sandbox.workspace
    channel = workspace.dm(person.id)
    record = Record(
        ts=workspace.next_ts(),
        channel=channel.id,
        user=workplace.sandbox.bot_user_id,
        text="Planted",
        blocks=blocks,
        bot_id="B0PLANTED",
    )
    return Message(workspace, workspace.add(record))
