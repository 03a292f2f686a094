"""The Web API methods that Caseline calls and their scopes; a test holds `manifest.yml` equal to it."""

from __future__ import annotations

METHODS: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "apps.connections.open": (),  # by the app token, whose connections:write is no scope of the bot
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.getPermalink": (),
    "conversations.open": ("im:write",),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.replies": ("channels:history", "groups:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "views.open": (),
    "views.update": (),
    "views.push": (),
    "views.publish": (),
}
"""Method -> the scopes that it takes here: for conversations.* one for each kind of conversation we read."""

FIELDS: dict[str, tuple[str, ...]] = {"users.info": ("users:read.email",)}
"""Method -> the scopes without which it answers all the same, but leaves out what we would read."""

EVENTS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "reaction_added": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
}
"""Event subscription -> the scopes that it takes."""

COMMANDS_SCOPE = "commands"
