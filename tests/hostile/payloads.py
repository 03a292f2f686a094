"""A sound payload for every route, and what a hostile hand may make of it."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

from hypothesis import strategies as st

from bot.handlers.call import Payload
from bot.sandbox import Sandbox

Json = dict[str, Any]

MARK = "zanzibar"
"""Stands in all that hostile hands write: no line of the log may hold it."""

GONE = object()
"""In place of a value: the key is left out."""

WILD: tuple[Any, ...] = (
    GONE,
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    " ",
    f"<!channel> {MARK} <@U0BEN> &amp; *x*",
    MARK * 20_000,
    f"{MARK}\x00",
    f"{MARK}\ud800",
    "\u202e\u0663",
    [],
    {},
    [None],
    [{"a": MARK}],
    {"id": 7, "type": MARK, "value": MARK},
    "2",
    "2.1",
    "1.999999999999999999999",
    "99999999999999999999999",
    "00001002",
    "U0RAJ",
    "C0CASES",
    "V0OTHER",
    "https://elsewhere.example/steal",
    "http://127.0.0.1:1/",
)

Change = tuple[int, Any]
CHANGES = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(WILD)), max_size=3)

FIELDS: dict[str, Any] = {
    "account": "1",
    "title": "Printer on fire",
    "description": "Smoke",
    "business_impact": "orders_held",
    "severity": "2",
    "kind": "problem",
    "timezone": "Europe/Lisbon",
    "text": "A comment",
    "note": "A note",
    "audience": "public",
    "status": "working",
    "resolution": "solved",
    "owner": "U0ANA",
    "person": "U0SAM",
    "role": "agent",
}


def changed(payload: Json, changes: list[Change]) -> Json:
    """The payload with some of its parts, wherever they are, replaced or left out."""
    result = copy.deepcopy(payload)
    for number, value in changes:
        places = list(_places(result))
        holder, key = places[number % len(places)]
        if value is not GONE:
            holder[key] = copy.deepcopy(value)
        elif isinstance(holder, dict):
            del holder[key]
    return result


def _places(holder: Any) -> Any:
    pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, value in list(pairs):
        if key not in ("user", "user_id"):  # who acts is what Slack's signature is for
            yield holder, key
            if isinstance(value, dict | list):
                yield from _places(value)


_numbers = itertools.count(1)
"""No view, event or message has a number twice, or it would be the same act for the desk."""


class Sound:
    """Payloads of one person in one workspace, about a case by its id, as Slack would send them."""

    def __init__(self, sandbox: Sandbox, user: str, case_id: int, number: str) -> None:
        self._sandbox = sandbox
        self._user = user
        self._case = case_id
        self._number = number

    def of(self, payload: Payload, route: str) -> Json:
        """For this route; a new one each time, as every trigger and view is."""
        self._count = next(_numbers)
        match payload:
            case Payload.COMMAND:
                return self._command(route)
            case Payload.SUBMISSION:
                return self._interactive("view_submission", view=self._view(route, "modal"))
            case Payload.CLOSED:
                return self._interactive("view_closed", view=self._view(route, "modal"))
            case Payload.SUGGESTION:
                view = self._view("case.open", "modal")
                typed = {"block_id": "account", "action_id": route, "value": MARK}
                return self._interactive("block_suggestion", view=view, **typed)
            case Payload.MESSAGE_BUTTON:
                return self._button(route)
            case Payload.MODAL_BUTTON:
                return self._button(route, self._view("case.page", "modal"))
            case Payload.HOME_BUTTON:
                return self._button(route, self._view("home", "home"))
            case Payload.HOME_OPENED:
                return self._event({"type": "app_home_opened", "tab": "home", "user": self._user})
            case Payload.GLOBAL_SHORTCUT:
                return self._interactive("shortcut", callback_id=route)
            case Payload.SHORTCUT:
                return self._interactive(
                    "message_action",
                    callback_id=route,
                    channel={"id": "C0GENERAL"},
                    message={
                        "ts": f"{self._count}.1",
                        "user": "U0ANA",
                        "text": MARK,
                        "files": [{"id": "F1"}],
                    },
                    response_url=self._sandbox.responses.issue(self._user, "C0GENERAL"),
                )
            case Payload.EVENT:
                item = {"type": "message", "channel": "C0GENERAL", "ts": f"{self._count}.1"}
                event = {"type": route, "user": self._user, "channel": "C0GENERAL", "item": item}
                return self._event({**event, "reaction": "ticket"})
            case Payload.MESSAGE:
                message = {"type": "message", "user": self._user, "channel": "C0CASES", "text": MARK}
                return self._event({**message, "ts": f"{self._count}.2", "thread_ts": "1.1"})

    def _command(self, route: str) -> Json:
        command, _, word = route.partition(" ")
        return {
            "command": command,
            "text": f"{'wild' if word == '*' else word} {self._number} {MARK}",
            "user_id": self._user,
            "channel_id": "C0GENERAL",
            "team_id": self._sandbox.team_id,
            "trigger_id": self._sandbox.triggers.issue(self._user),
            "response_url": self._sandbox.responses.issue(self._user, "C0GENERAL"),
        }

    def _interactive(self, kind: str, **more: Any) -> Json:
        person = {"id": self._user, "name": "x", "team_id": self._sandbox.team_id}
        trigger = self._sandbox.triggers.issue(self._user)
        return {
            "type": kind,
            "user": person,
            "team": {"id": self._sandbox.team_id},
            "trigger_id": trigger,
            **more,
        }

    def _button(self, route: str, view: Json | None = None) -> Json:
        value = "created.1" if ".list." in route else f"{self._case}.1"
        action = {"type": "button", "action_id": route, "block_id": "row", "value": value}
        if view is not None:
            return self._interactive("block_actions", actions=[action], view=view)
        return self._interactive(
            "block_actions",
            actions=[action],
            channel={"id": "C0GENERAL"},
            message={"ts": f"{self._count}.1"},
            container={"type": "message", "channel_id": "C0GENERAL", "message_ts": f"{self._count}.1"},
            response_url=self._sandbox.responses.issue(self._user, "C0GENERAL"),
        )

    def _view(self, callback_id: str, kind: str) -> Json:
        return {
            "id": f"V{self._count}",
            "type": kind,
            "callback_id": callback_id,
            "hash": "1.a",
            "private_metadata": json.dumps({"case": self._case, "version": 1, "by": "command"}),
            "previous_view_id": None,
            "blocks": [
                {"type": "input", "block_id": name, "element": {"type": "plain_text_input"}}
                for name in FIELDS
            ],
            "state": {"values": {name: {"value": _held(name, value)} for name, value in FIELDS.items()}},
        }

    def _event(self, event: Json) -> Json:
        return {
            "type": "event_callback",
            "team_id": self._sandbox.team_id,
            "event_id": f"Ev{self._count}",
            "event": event,
        }


def _held(name: str, value: str) -> Json:
    if name in ("owner", "person"):
        return {"type": "users_select", "selected_user": value}
    if name in ("title", "description", "text", "note"):
        return {"type": "plain_text_input", "value": value}
    return {"type": "static_select", "selected_option": {"value": value}}
