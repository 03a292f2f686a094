"""Modal stacks and Home tabs; `api/views.py` changes them for the bot, `acts.py` for the person."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from bot.sandbox.blockkit import with_ids
from bot.sandbox.inputs import values
from bot.sandbox.live import Live
from bot.sandbox.records import Json, copied
from bot.sandbox.state import State
from bot.sandbox.triggers import Trigger

MOST_STACKED = 3


class ViewError(Exception):
    """The view cannot be shown or changed; the argument is Slack's error name."""


@dataclass(kw_only=True)
class View:
    """One modal or Home as it stands. `typed` is what the person's client holds in its inputs."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: Json = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        found: list[Json] = self.body["blocks"]
        return found


class Views:
    """All views of one sandbox."""

    def __init__(self, state: State, live: Live, team: str, app: str, bot: str) -> None:
        self._state = state
        self._live = live
        self._ids = {"app_installed_team_id": team, "team_id": team, "app_id": app, "bot_id": bot}
        self._stacks: defaultdict[str, list[View]] = defaultdict(list)
        self._homes = {key: View(**body) for key, body in state.all("home")}
        self.hasty: set[str] = set()
        """People who close each modal the moment it opens (the driver's `then_closes`)."""

    # What is there

    def stack(self, user: str) -> list[View]:
        """The open modals of this person, the visible one last."""
        return list(self._stacks[user])

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def find(self, view_id: str) -> View | None:
        """An open modal by its id."""
        return next((view for view in self._open() if view.id == view_id), None)

    def find_external(self, external_id: str) -> View | None:
        """An open modal by the id that the bot gave it."""
        return next((view for view in self._open() if view.body.get("external_id") == external_id), None)

    def payload(self, view: View) -> Json:
        """The view as Slack puts it into payloads and answers."""
        body = view.body
        empty: Json = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "title": {"type": "plain_text", "text": "View Title", "emoji": True},
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return copied(
            empty
            | body
            | self._ids
            | {
                "id": view.id,
                "hash": view.hash,
                "root_view_id": view.root_id,
                "previous_view_id": view.previous_id,
                "state": {"values": values(view.blocks, view.typed)},
            }
        )

    # What the bot does

    def open(self, trigger: Trigger, body: Json) -> View:
        """Show a modal. From a click inside a modal it goes on top of that one. Raises `ViewError`."""
        if trigger.view_id is not None and self._stacks[trigger.user]:
            return self.push(trigger, body)
        self._check_external(body)
        self._stacks[trigger.user].clear()
        return self._place(trigger.user, body)

    def push(self, trigger: Trigger, body: Json) -> View:
        """Put a modal on top of the open ones. Raises `ViewError`."""
        if trigger.view_id is None or self.find(trigger.view_id) is None:
            raise ViewError("not_found")
        return self.push_over(trigger.user, body)

    def push_over(self, user: str, body: Json) -> View:
        """The same without a trigger: an ack of a submission may push too."""
        if len(self._stacks[user]) >= MOST_STACKED:
            raise ViewError("push_limit_reached")
        self._check_external(body)
        return self._place(user, body)

    def update(self, view: View, body: Json, expected: str | None = None) -> View:
        """Change an open modal in place. Raises `ViewError` if `expected` is not its hash."""
        if expected and expected != view.hash:
            raise ViewError("hash_conflict")
        if body.get("external_id") != view.body.get("external_id"):
            self._check_external(body)
        view.body = _kept(body)
        view.hash = _new_hash()
        self._live.tell([view.user], "modals")
        return view

    def publish(self, user: str, body: Json, expected: str | None = None) -> View:
        """Show this person's Home. Raises `ViewError` if `expected` is not the hash of what is there."""
        view = self._homes.get(user)
        if expected and (view is None or expected != view.hash):
            raise ViewError("hash_conflict")
        if view is None:
            key = _new_id()
            view = self._homes[user] = View(id=key, user=user, body={}, hash="", root_id=key)
        view.body = _kept(body)
        view.hash = _new_hash()
        self._state.put("home", user, asdict(view))
        self._live.tell([user], "home")
        return view

    # What the person does

    def close(self, view: View) -> None:
        """Take this modal, and what lies on top of it, off the stack."""
        stack = self._stacks[view.user]
        if view in stack:
            del stack[stack.index(view) :]
            self._live.tell([view.user], "modals")

    def clear(self, user: str) -> None:
        """Close all modals of this person."""
        self._stacks[user].clear()
        self._live.tell([user], "modals")

    # Helpers

    def _open(self) -> Iterator[View]:
        for stack in self._stacks.values():
            yield from stack

    def _check_external(self, body: Json) -> None:
        if body.get("external_id") and self.find_external(body["external_id"]) is not None:
            raise ViewError("duplicate_external_id")

    def _place(self, user: str, body: Json) -> View:
        stack = self._stacks[user]
        key = _new_id()
        view = View(
            id=key,
            user=user,
            body=_kept(body),
            hash=_new_hash(),
            root_id=stack[0].id if stack else key,
            previous_id=stack[-1].id if stack else None,
        )
        if user not in self.hasty:
            stack.append(view)
            self._live.tell([user], "modals")
        return view


def _kept(body: Json) -> Json:
    return {**body, "blocks": with_ids(body["blocks"])}


def _new_id() -> str:
    return "V0" + secrets.token_hex(5).upper()


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"
