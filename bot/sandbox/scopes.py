"""Which scope each Web API method and event needs: a table of the sandbox's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """What a call needs: a scope, or one for each kind of conversation, and whose token (bot or app)."""

    scope: str | None = None
    by_kind: dict[str, str] | None = None
    holder: str = "bot"

    def any_of(self) -> tuple[str, ...]:
        """The scopes of which the token must hold one before the conversation is even looked up."""
        if self.by_kind is not None:
            return tuple(self.by_kind.values())
        return () if self.scope is None else (self.scope,)


def _family(suffix: str) -> dict[str, str]:
    return {"channel": f"channels:{suffix}", "group": f"groups:{suffix}", "im": f"im:{suffix}"}


METHOD_SCOPES: dict[str, Need] = {
    "apps.connections.open": Need(holder="app"),
    "auth.test": Need(),
    "chat.getPermalink": Need(),
    "chat.postEphemeral": Need("chat:write"),
    "chat.postMessage": Need("chat:write"),
    "chat.update": Need("chat:write"),
    "conversations.history": Need(by_kind=_family("history")),
    "conversations.info": Need(by_kind=_family("read")),
    "conversations.members": Need(by_kind=_family("read")),
    "conversations.open": Need("im:write"),
    "conversations.replies": Need(by_kind=_family("history")),
    "files.completeUploadExternal": Need("files:write"),
    "files.delete": Need("files:write"),
    "files.getUploadURLExternal": Need("files:write"),
    "files.info": Need("files:read"),
    "users.conversations": Need(by_kind=_family("read")),
    "users.info": Need("users:read"),
    "users.list": Need("users:read"),
    # Views need no scope: a trigger id is the permission, and Home belongs to the app.
    "views.open": Need(),
    "views.publish": Need(),
    "views.push": Need(),
    "views.update": Need(),
}

# Event subscription -> the scope without which Slack never sends it (None: none needed).
EVENT_SCOPES: dict[str, str | tuple[str, ...] | None] = {
    "app_home_opened": None,
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    # By the kind of the channel: either scope brings some of them.
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
}
EVENT_OF_KIND = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
