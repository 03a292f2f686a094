"""Everything that anybody is sent, with who it reached: the sandbox tells it as it happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from bot.sandbox import Sandbox

READ_BY_EVERYBODY = frozenset({"*"})
"""Who reads what has no reader that we know of: nobody may find anything there."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What people were sent: by which way, whom it reached (user ids, or addresses), what it said."""

    way: str
    by: frozenset[str]
    text: str


class Ears:
    """Listens to a sandbox from the moment it is made."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._told: list[Heard] = []
        self._taken = 0
        views, speech, uploads = sandbox.views, sandbox.speech, sandbox.parts.uploads
        self._listen(views, "_place", lambda user, body: self._note("modal", {user}, body))
        self._listen(views, "update", lambda view, body, *_: self._note("modal", {view.user}, body))
        self._listen(views, "publish", lambda user, body, *_: self._note("home", {user}, body))
        self._listen(speech, "post", self._posted)
        self._listen(speech, "whisper", lambda user, _, body, *__: self._note("ephemeral", {user}, body))
        self._listen(speech, "edit", self._edited)
        self._uploads = uploads

    def _listen(self, part: Any, name: str, note: Callable[..., None]) -> None:
        really = getattr(part, name)

        @wraps(really)
        def overheard(*args: Any, **more: Any) -> Any:
            note(*args, *([more] if more else []))
            return really(*args, **more)

        setattr(part, name, overheard)

    def _posted(self, channel: str, body: Any, *rest: Any) -> None:
        """A message; it may be given a thread, and then files."""
        more = rest[-1] if rest and isinstance(rest[-1], dict) else {}
        files = more.get("files") or ()  # a picture is what its alt text says
        held = [
            one.get("alt_txt") or self._uploads.content(one["id"]).decode(errors="replace") for one in files
        ]
        self._note("message", self._readers(channel), [body, more, held])

    def _edited(self, message: Any, body: Any) -> None:
        alone = message.ephemeral_to
        self._note("message", {alone} if alone else self._readers(message.channel), body)

    def _readers(self, channel: str) -> set[str]:
        found = self._sandbox.workspace.channels[channel]
        return (set(found.members) | {found.im_with or ""}) - {self._sandbox.bot_user_id, ""}

    def _note(self, way: str, by: set[str], what: Any) -> None:
        self._told.append(Heard(way=way, by=frozenset(by), text=json.dumps(what, ensure_ascii=False)))

    def heard(self) -> Iterator[Heard]:
        """All of it, in order for each way."""
        yield from self._told
        for delivery in self._sandbox.deliveries:
            payload = delivery.payload
            who = payload.get("user_id") or (payload.get("user") or {}).get("id")
            said = json.dumps(delivery.ack or {}, ensure_ascii=False)
            yield Heard(way="ack", by=frozenset({who}) if who else READ_BY_EVERYBODY, text=said)
        for mail in self._sandbox.post.mails() if self._sandbox.post else ():
            to = frozenset(mail["recipient"].split(", "))
            yield Heard(way="mail", by=to, text="\n".join(str(part) for part in mail.values()))

    def now(self) -> int:
        """How much was told so far in Slack, to ask later what came after."""
        return len(self._told)

    def since(self, then: int) -> list[Heard]:
        """What was told in Slack after an earlier `now`."""
        return self._told[then:]

    def unaccounted(self, mark: str) -> set[str]:
        """The methods by which a mark went to Slack without anybody's being told."""
        told = {"views.open", "views.push", "views.update", "views.publish", "response_url"}
        told |= {"chat.postMessage", "chat.update", "chat.postEphemeral"}
        with_it = {
            one.method for one in self._sandbox.requests if mark in json.dumps(one.args, ensure_ascii=False)
        }
        return with_it - told
