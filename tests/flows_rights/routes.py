"""How each route is used over the wire, and the right that it needs: one row a route, walked by the tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.domain.permissions import Act
from bot.handlers.call import Payload
from bot.sandbox import Message, Person
from bot.sandbox.records import Message as Record
from tests.flows.conftest import Workplace

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


def _set_up(value: str = "new", **more: Any) -> Use:
    return Use(act=Act.SET_UP_DESK, value=lambda t: value, **more)


def _health() -> Use:
    return Use(act=Act.MIND_HEALTH, value=lambda t: "1")


_OWN = Use(act=None, member_only=True)
_ANYBODY = Use(act=None)
_FORMS = {
    "comment": Act.COMMENT,
    "assign": Act.ASSIGN,
    "edit": Act.EDIT_CASE,
    "status": Act.SET_STATUS,
    "close": Act.CLOSE,
    "reopen": Act.REOPEN,
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

_NUMBERS = count(1)
"""Makes names that nothing else has."""

ROWS: dict[tuple[Payload, str], tuple[Use, ...]] = {
    (Payload.COMMAND, "/case open"): (Use(act=Act.OPEN_CASE),),
    (Payload.COMMAND, "/case show"): (_command(Act.READ_CASE),),
    (Payload.COMMAND, "/case list"): (_OWN,),
    (Payload.COMMAND, "/case search"): (
        Use(act=None, text=lambda t: "Secret", member_only=True),
        Use(act=None, text=lambda t: "no:filter", member_only=True),
    ),
    (Payload.COMMAND, "/case *"): (_ANYBODY,),
    **{(Payload.COMMAND, f"/case {word}"): _of_form(_command, word) for word in _FORMS},
    (Payload.COMMAND, "/desk accounts"): (_set_up(),),
    (Payload.COMMAND, "/desk health"): (_health(),),
    (Payload.COMMAND, "/desk people"): (_set_up(), Use(act=Act.SET_UP_DESK, text=lambda t: "@jun")),
    (Payload.COMMAND, "/desk teams"): (_set_up(),),
    (Payload.COMMAND, "/desk *"): (_ANYBODY,),
    (Payload.MODAL_BUTTON, "case.take"): (_button(Act.TAKE, changes=True),),
    (Payload.MODAL_BUTTON, "case.page"): (_button(Act.READ_CASE),),
    (Payload.MODAL_BUTTON, "case.history"): (_button(Act.READ_CASE),),
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
    (Payload.MODAL_BUTTON, "desk.account.add"): (_set_up(),),
    (Payload.MODAL_BUTTON, "desk.account.edit"): (_set_up("1.1"),),
    (Payload.MODAL_BUTTON, "desk.person.add"): (_set_up(),),
    (Payload.MODAL_BUTTON, "desk.person.edit"): (_set_up("U0JUN"),),
    (Payload.MODAL_BUTTON, "desk.person.pick"): (_set_up("U0JUN"),),
    (Payload.MODAL_BUTTON, "desk.team.add"): (_set_up(),),
    (Payload.MODAL_BUTTON, "desk.team.edit"): (_set_up("1.1"),),
    (Payload.MESSAGE_BUTTON, "case.take"): (_button(Act.TAKE, changes=True),),
    (Payload.MESSAGE_BUTTON, "case.page"): (_button(Act.READ_CASE),),
    **{
        (Payload.MESSAGE_BUTTON, f"case.{word}"): _of_form(_button, word)
        for word in ("comment", "status", "close", "reopen")
    },
    (Payload.MESSAGE_BUTTON, "desk.health"): (_health(),),
    (Payload.HOME_BUTTON, "home.open"): (Use(act=Act.OPEN_CASE),),
    (Payload.HOME_BUTTON, "home.list"): (Use(act=None, value=lambda t: "account", member_only=True),),
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
        _form(Act.COMMENT_PUBLIC, {"text": "Hi", "audience": "public"}),
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
    (Payload.SUBMISSION, "desk.team"): (
        _set_up(fields={**TEAM, "name": "New {n}"}, changes=True),
        _set_up(
            fields={**TEAM, "name": "Renamed {n}"},
            held=lambda t: {"team": 4, "version": t.team_version},
            changes=True,
        ),
    ),
    # No sentence fits into a list: who may not choose is offered nothing (tests/flows/test_picking.py).
    (Payload.SUGGESTION, "pick.account"): (_ANYBODY,),
    (Payload.SUGGESTION, "pick.case"): (_ANYBODY,),
    **{  # who closes a form that they never had takes nothing from anybody
        (Payload.CLOSED, f"case.{word}"): (Use(act=None, held=_about),)
        for word in ("edit", "status", "close")
    },
    (Payload.HOME_OPENED, "app_home_opened"): (_ANYBODY,),
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
            workplace.sandbox.views.push_over(person.id, _window([_buttons(route, use.value(target))]))
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
            inputs = [_input(name, value.format(n=next(_NUMBERS))) for name, value in use.fields.items()]
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
    elif name in ("owner", "person"):
        element = {"type": "users_select", "initial_user": value}
    elif name in ("text", "words", "title", "description", "name", "org_id", "reason"):
        element = {"type": "plain_text_input", "initial_value": value}
    else:
        option = {"text": text, "value": value}
        element = {"type": "static_select", "options": [option], "initial_option": option}
    return {"type": "input", "block_id": name, "label": text, "element": {**element, "action_id": "value"}}


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
