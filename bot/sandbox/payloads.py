"""The shapes of what Slack sends to an app; `acts.py` and `events.py` fill them."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.records import Channel, Json, Member, Message
from bot.sandbox.workspace import APP, BOT, BOT_USER, Workspace


class Payloads:
    """Builds payloads for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def team(self) -> Json:
        return {"id": self._workspace.team["id"], "domain": self._workspace.team["domain"]}

    def _common(self, user: Member) -> Json:
        return {
            "user": {
                "id": user.id,
                "username": user.handle,
                "name": user.handle,
                "team_id": self.team["id"],
            },
            "api_app_id": APP,
            "token": "sandbox-verification-token",
            "team": self.team,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def command(
        self, user: Member, channel: Channel, command: str, text: str, trigger_id: str, response_url: str
    ) -> Json:
        """A slash command: all strings, as the form that Slack would post."""
        names = {"group": "privategroup", "im": "directmessage"}
        return {
            "token": "sandbox-verification-token",
            "team_id": self.team["id"],
            "team_domain": self.team["domain"],
            "channel_id": channel.id,
            "channel_name": names.get(channel.kind, channel.name),
            "user_id": user.id,
            "user_name": user.handle,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": trigger_id,
        }

    def view_action(self, user: Member, view: Json, action: Json, trigger_id: str) -> Json:
        """A click in a modal or in Home: it has no response URL."""
        return {
            "type": "block_actions",
            **self._common(user),
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": trigger_id,
            "view": view,
            "actions": [action],
        }

    def message_action(
        self, user: Member, message: Message, values: Json, action: Json, trigger_id: str, response_url: str
    ) -> Json:
        """A click on a message. Slack leaves the message itself out when it is ephemeral."""
        channel = self._workspace.channels[message.channel]
        ephemeral = message.ephemeral_to is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        body: Json = {
            "type": "block_actions",
            **self._common(user),
            "container": container,
            "trigger_id": trigger_id,
            "channel": {
                "id": channel.id,
                "name": {"group": "privategroup", "im": "directmessage"}.get(channel.kind, channel.name),
            },
            "state": {"values": values},
            "response_url": response_url,
            "actions": [action],
        }
        if not ephemeral:
            body["message"] = self.message(message)
        return body

    def shortcut(
        self, user: Member, message: Message, callback_id: str, trigger_id: str, response_url: str
    ) -> Json:
        """An entry of a message's menu."""
        channel = self._workspace.channels[message.channel]
        shown = {"group": "privategroup", "im": "directmessage"}.get(channel.kind, channel.name)
        return {
            "type": "message_action",
            **self._common(user),
            "callback_id": callback_id,
            "trigger_id": trigger_id,
            "response_url": response_url,
            "action_ts": self._workspace.next_ts(),
            "message_ts": message.ts,
            "channel": {"id": channel.id, "name": shown},
            "message": self.message(message),
        }

    def global_shortcut(self, user: Member, callback_id: str, trigger_id: str) -> Json:
        """An entry of the menu that is there everywhere."""
        return {
            "type": "shortcut",
            **self._common(user),
            "callback_id": callback_id,
            "trigger_id": trigger_id,
            "action_ts": self._workspace.next_ts(),
        }

    def submission(self, user: Member, view: Json, trigger_id: str) -> Json:
        """The submit button of a modal."""
        return {
            "type": "view_submission",
            **self._common(user),
            "trigger_id": trigger_id,
            "view": view,
            "response_urls": [],
        }

    def suggestion(self, user: Member, view: Json, block_id: str, action_id: str, typed: str) -> Json:
        """Somebody types in an external select of a modal."""
        return {
            "type": "block_suggestion",
            **self._common(user),
            "container": {"type": "view", "view_id": view["id"]},
            "block_id": block_id,
            "action_id": action_id,
            "value": typed,
            "view": view,
        }

    def closed(self, user: Member, view: Json, is_cleared: bool) -> Json:
        """A modal with `notify_on_close` was closed by the person."""
        return {"type": "view_closed", **self._common(user), "view": view, "is_cleared": is_cleared}

    def event(self, event: Json, at: float) -> Json:
        """The envelope around an event of the Events API; `at` is business time in unix seconds."""
        return {
            "token": "sandbox-verification-token",
            "team_id": self.team["id"],
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": "Ev0" + secrets.token_hex(5).upper(),
            "event_time": int(at),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.team["id"],
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }

    def message(self, message: Message, with_metadata: bool = False) -> Json:
        """A message as the Web API, events and clicks show it."""
        shown = self._workspace.shown(message)
        body: Json = {"type": "message"} | {
            key: value for key, value in shown.items() if key not in ("channel", "ephemeral")
        }
        body["team"] = self.team["id"]
        if message.bot_id is not None:
            body["app_id"] = APP
            body["bot_profile"] = {"id": BOT, "app_id": APP, "name": self.bot_name, "deleted": False}
        if message.is_reply and message.thread_ts is not None:
            root = self._workspace.message(message.channel, message.thread_ts)
            body["parent_user_id"] = root.user if root is not None else message.user
        if with_metadata and message.metadata is not None:
            body["metadata"] = message.metadata
        return body

    def message_event(self, message: Message) -> Json:
        """The event of a new message, of a person or of the bot itself."""
        channel = self._workspace.channels[message.channel]
        body = self.message(message)
        for key in ("reply_count", "reply_users", "latest_reply"):
            body.pop(key, None)
        if message.bot_id is None:
            body["client_msg_id"] = secrets.token_hex(16)
        return body | _placed(channel, message.ts)

    def changed_event(self, message: Message, previous: Json, ts: str) -> Json:
        """The event after an edit; `previous` is the message as it was."""
        channel = self._workspace.channels[message.channel]
        return {
            "type": "message",
            "subtype": "message_changed",
            "message": self.message(message),
            "previous_message": previous,
            "hidden": True,
            "ts": ts,
            **_placed(channel, ts),
        }

    def deleted_event(self, channel: Channel, previous: Json, ts: str) -> Json:
        """The event after a deletion."""
        return {
            "type": "message",
            "subtype": "message_deleted",
            "deleted_ts": previous["ts"],
            "previous_message": previous,
            "hidden": True,
            "ts": ts,
            **_placed(channel, ts),
        }

    @property
    def bot_name(self) -> str:
        return self._workspace.members[BOT_USER].real_name


def _placed(channel: Channel, ts: str) -> Json:
    return {"channel": channel.id, "event_ts": ts, "channel_type": channel.kind}


def action_of(element: Json, block_id: str, value: Json, ts: str) -> Json:
    """One entry of `actions`: the element that was used, with its value."""
    body: Json = {
        "type": element["type"],
        "block_id": block_id,
        "action_id": element["action_id"],
        "action_ts": ts,
    }
    for key in ("text", "value", "style", "confirm", "placeholder", "url"):
        if key in element:
            body[key] = element[key]
    kept: dict[str, Any] = {key: item for key, item in value.items() if key != "type"}
    return body | kept
