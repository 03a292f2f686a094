"""One Web API call and the parts of the sandbox that answer it; the method modules build on these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.manifest import Manifest
from bot.sandbox.payloads import Payloads
from bot.sandbox.records import Channel, Json
from bot.sandbox.scopes import METHOD_SCOPES
from bot.sandbox.sockets import Sockets
from bot.sandbox.speech import Speech
from bot.sandbox.traffic import Traffic
from bot.sandbox.triggers import Triggers
from bot.sandbox.uploads import Uploads
from bot.sandbox.views import Views
from bot.sandbox.workspace import BOT_USER, Workspace


class ApiError(Exception):
    """The call is refused with Slack's error name; `more` joins the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(kw_only=True)
class Parts:
    """What the methods work on."""

    workspace: Workspace
    views: Views
    sockets: Sockets
    payloads: Payloads
    speech: Speech
    triggers: Triggers
    journal: Journal
    manifest: Manifest
    faults: Faults
    traffic: Traffic
    uploads: Uploads = field(default_factory=Uploads)
    base_url: str = ""


@dataclass(kw_only=True)
class Call:
    """One call: its method, its arguments as sent, and the parts."""

    method: str
    parts: Parts
    args: Json = field(default_factory=dict)

    def required(self, name: str) -> Any:
        """An argument that must be there. Raises `ApiError`."""
        value = self.args.get(name)
        if value in (None, ""):
            raise ApiError(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return value

    def flag(self, name: str) -> bool:
        """A boolean, which a form sends as 1, 0, true or false."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds. Raises `ApiError`."""
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise ApiError("invalid_arguments") from None
        if not least <= number <= most:
            raise ApiError("invalid_limit" if name == "limit" else "invalid_arguments")
        return number

    def need(self, scope: str) -> None:
        """Raises `ApiError` missing_scope unless the manifest grants it."""
        granted = self.parts.manifest.scopes
        if scope not in granted:
            if scope not in self.parts.manifest.withdrawn:
                self.parts.journal.complain(f"{self.method} needs the scope {scope}")
            raise ApiError("missing_scope", needed=scope, provided=",".join(sorted(granted)))

    def conversation(self, must_be_member: bool = True) -> Channel:
        """The conversation named by `channel`, if this bot may reach it. Raises `ApiError`."""
        channel = self.parts.workspace.channels.get(str(self.required("channel")))
        # To a bot outside, a private conversation does not exist.
        if channel is None or (channel.is_private and BOT_USER not in channel.members):
            raise ApiError("channel_not_found")
        by_kind = METHOD_SCOPES[self.method].by_kind
        if by_kind is not None:
            self.need(by_kind[channel.kind])
        if must_be_member and BOT_USER not in channel.members:
            raise ApiError("not_in_channel")
        return channel
