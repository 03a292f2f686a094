"""The workspace itself: who is where, what was said and read, and who may see it; everything else asks it."""

from __future__ import annotations

import base64
import mimetypes
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from bot.clock import Clock
from bot.sandbox.live import Live
from bot.sandbox.manifest import Manifest
from bot.sandbox.records import Channel, Json, Member, Message
from bot.sandbox.seed import Seed
from bot.sandbox.state import State
from bot.sandbox.words import typed

BOT_USER = "U0CASELINE"
BOT = "B0CASELINE"
APP = "A0CASELINE"
SLACKBOT = "USLACKBOT"


class Workspace:
    """Members, channels, messages and read marks in memory, written through to `State`."""

    def __init__(self, state: State, seed: Seed, manifest: Manifest, clock: Clock, live: Live) -> None:
        self._state = state
        self._clock = clock
        self._live = live
        self.members: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, Json] = {}
        self.files_url = ""
        self._messages: defaultdict[str, dict[str, Message]] = defaultdict(dict)
        self._replies: defaultdict[tuple[str, str], list[Message]] = defaultdict(list)
        self._ephemerals: defaultdict[str, list[Message]] = defaultdict(list)
        self._reads: dict[str, str] = {}
        self._last_ts = 0
        self.team: Json = {}
        if state.get("meta", "team") is None:
            self._plant(seed, manifest)
        self._load()

    # Starting

    def _plant(self, seed: Seed, manifest: Manifest) -> None:
        put = self._state.put
        self._state.begin()
        for person in seed.people:
            put("member", person.id, asdict(Member(**asdict(person))))
        bot = Member(id=BOT_USER, handle=manifest.bot_name.lower(), real_name=manifest.bot_name, is_bot=True)
        put("member", bot.id, asdict(bot))
        slackbot = Member(id=SLACKBOT, handle="slackbot", real_name="Slackbot", is_bot=True)
        put("member", slackbot.id, asdict(slackbot))
        ids = {person.handle: person.id for person in seed.people}
        for plan in seed.channels:
            handles = ids if plan.members == ("*",) else plan.members
            members = {ids[handle] for handle in handles} | ({BOT_USER} if plan.bot_is_member else set())
            channel = Channel(
                id=plan.id, name=plan.name, topic=plan.topic, is_private=plan.is_private, members=members
            )
            put("channel", channel.id, channel.to_json())
        put("meta", "team", {"id": seed.team_id, "name": seed.team_name, "domain": seed.team_domain})
        put("meta", "secrets", _fresh_secrets())
        self._state.commit()

    def _load(self) -> None:
        self.team = self._state.get("meta", "team")
        for key, body in self._state.all("member"):
            self.members[key] = Member(**body)
        for key, body in self._state.all("channel"):
            self.channels[key] = Channel.from_json(body)
        for _, body in self._state.all("message"):
            self._index(Message.from_json(body))
        self.files = dict(self._state.all("file"))
        self._reads = dict(self._state.all("read"))

    @property
    def secrets(self) -> dict[str, str]:
        """Tokens and the signing secret, made up once for each state file."""
        kept: dict[str, str] = self._state.get("meta", "secrets")
        return kept

    # Looking up

    def person(self, name: str) -> Member | None:
        """A member by id or handle."""
        if name in self.members:
            return self.members[name]
        handle = name.removeprefix("@").lower()
        return next((one for one in self.members.values() if one.handle == handle), None)

    def channel_named(self, name: str) -> Channel | None:
        """A channel by id or by name, with or without #."""
        if name in self.channels:
            return self.channels[name]
        plain = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == plain), None)

    def dm(self, user: str) -> Channel:
        """The direct message between the bot and this person; made when first needed."""
        for channel in self.channels.values():
            if channel.im_with == user:
                return channel
        channel = Channel(id="D" + user[1:], name="", is_private=True, members={user, BOT_USER}, im_with=user)
        self.channels[channel.id] = channel
        self._state.put("channel", channel.id, channel.to_json())
        return channel

    def names(self) -> dict[str, str]:
        """Ids to what people read: handles and channel names."""
        return {one.id: one.handle for one in self.members.values()} | {
            one.id: one.name for one in self.channels.values()
        }

    def visible(self, channel: Channel, user: str) -> bool:
        """Whether this person may open the channel: a member, or anybody if it is public."""
        return user in channel.members or not channel.is_private

    def typed(self, text: str, user: str, named: bool = False, broadcasts: bool = True) -> str:
        """What this person typed, with mentions and links as Slack sends them on."""

        def person(name: str) -> str | None:
            found = self.person(name)
            return found.id if found is not None else None

        def channel(name: str) -> str | None:
            found = self.channel_named(name)
            return found.id if found is not None and self.visible(found, user) else None

        return typed(text, person, channel, named, broadcasts)

    def enter(self, channel: Channel, user: str) -> None:
        """Somebody comes into a channel."""
        channel.members.add(user)
        self._state.put("channel", channel.id, channel.to_json())

    def leave(self, channel: Channel, user: str) -> None:
        """Somebody leaves a channel."""
        channel.members.discard(user)
        self._state.put("channel", channel.id, channel.to_json())

    # Files

    def upload(self, user: str, name: str, content: bytes, channel: str | None = None) -> Json:
        """Keep a file that somebody uploaded, into a channel or into a window of the app."""
        file_id = f"F0{secrets.token_hex(4).upper()}"
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        address = f"{self.files_url}files-pri/{file_id}/{quote(name)}"
        self.files[file_id] = {
            "id": file_id,
            "name": name,
            "title": name,
            "mimetype": mimetype,
            "size": len(content),
            "mode": "hosted",
            "is_external": False,
            "user": user,
            "created": int(self._clock.now().timestamp()),
            "channels": [channel] if channel else [],
            "url_private": address,
            "url_private_download": address,
            "permalink": f"{self.files_url}files/{user}/{file_id}",
        }
        self._state.put("content", file_id, base64.b64encode(content).decode())
        self._state.put("file", file_id, self.files[file_id])
        return self.files[file_id]

    def content(self, file_id: str) -> bytes:
        """What a file holds."""
        return base64.b64decode(self._state.get("content", file_id) or "")

    # Messages

    def forget_file(self, file_id: str) -> bool:
        """Take a file out of every message that has it; whether any had."""
        found = [
            one
            for messages in self._messages.values()
            for one in messages.values()
            if any(file["id"] == file_id for file in one.files or ())
        ]
        for one in found:
            one.files = [file for file in one.files or () if file["id"] != file_id] or None
            self._save(one)
        return bool(found)

    def next_ts(self) -> str:
        """A new message id from the business clock: unique and increasing in the workspace."""
        micros = max(int(self._clock.now().timestamp() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def add(self, message: Message) -> Message:
        """Put a new message into its channel and tell the open pages."""
        self._index(message)
        self._save(message)
        channel = self.channels[message.channel]
        if message.user in channel.members:
            self.read(message.user, message.channel, message.ts)
        self._live.tell(self._readers(channel), "message", message=self.shown(message))
        for user in filter(self._live.watched, channel.members):
            self._live.tell([user], "unread", channel=channel.id, unread=self.unread(user, channel.id))
        return message

    def change(self, message: Message, text: str, blocks: list[Json] | None, by: str) -> None:
        """Replace what a message says; its ts stays."""
        message.text, message.blocks = text, blocks
        if message.ephemeral_to is not None:
            self._live.tell([message.ephemeral_to], "ephemeral", message=self.shown(message))
            return
        message.edited = {"user": by, "ts": self.next_ts()}
        self._save(message)
        readers = self._readers(self.channels[message.channel])
        self._live.tell(readers, "message_changed", message=self.shown(message))

    def remove(self, message: Message) -> None:
        """Delete a message."""
        facts = {"channel": message.channel, "ts": message.ts}
        if message.ephemeral_to is not None:
            self._ephemerals[message.ephemeral_to].remove(message)
            self._live.tell([message.ephemeral_to], "ephemeral", deleted=facts)
            return
        del self._messages[message.channel][message.ts]
        if message.is_reply and message.thread_ts is not None:
            self._replies[message.channel, message.thread_ts].remove(message)
        self._state.drop("message", f"{message.channel} {message.ts}")
        readers = self._readers(self.channels[message.channel])
        self._live.tell(readers, "message_changed", deleted=facts)

    def bury(self, message: Message) -> None:
        """Delete the first message of a thread: Slack leaves a tombstone where it was."""
        message.user, message.subtype, message.blocks = SLACKBOT, "tombstone", None
        message.text, message.edited = "This message was deleted.", None
        self._save(message)
        readers = self._readers(self.channels[message.channel])
        self._live.tell(readers, "message_changed", message=self.shown(message))

    def whisper(self, message: Message) -> Message:
        """Show an ephemeral message; it is nowhere but in its reader's client."""
        assert message.ephemeral_to is not None
        self._ephemerals[message.ephemeral_to].append(message)
        self._live.tell([message.ephemeral_to], "ephemeral", message=self.shown(message))
        return message

    def forget_ephemerals(self, user: str) -> None:
        """A reloaded client has lost them all."""
        self._ephemerals[user].clear()

    def ephemerals(self, user: str) -> list[Message]:
        """The ephemeral messages that this person still sees, oldest first."""
        return list(self._ephemerals[user])

    def message(self, channel: str, ts: str) -> Message | None:
        """A message of the channel, a thread reply included."""
        return self._messages[channel].get(ts)

    def roots(self, channel: str) -> list[Message]:
        """The channel's main list, oldest first."""
        return [message for message in self._messages[channel].values() if not message.is_reply]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """The replies in a thread, oldest first, without its root."""
        return list(self._replies[channel, ts])

    def everything(self, user: str) -> Iterator[Message]:
        """All that this person can open in channels of theirs, threads and direct messages included."""
        for channel in self.channels.values():
            if user in channel.members:
                yield from self._messages[channel.id].values()

    def shown(self, message: Message) -> Json:
        """A message with what its thread adds, as pages and the Web API show it."""
        body: Json = {key: value for key, value in message.to_json().items() if value is not None}
        body.pop("metadata", None)
        if "ephemeral_to" in body:
            body["ephemeral"] = bool(body.pop("ephemeral_to"))
        replies = self._replies.get((message.channel, message.ts))
        if replies:
            body["thread_ts"] = message.ts
            body["reply_count"] = len(replies)
            body["reply_users"] = list(dict.fromkeys(reply.user for reply in replies))
            body["latest_reply"] = replies[-1].ts
        return body

    # Read marks

    def read(self, user: str, channel: str, ts: str | None = None) -> None:
        """Mark the channel read up to `ts`, or up to now."""
        mark = ts or self.next_ts()
        key = f"{user} {channel}"
        if self._reads.get(key, "") < mark:
            self._reads[key] = mark
            self._state.put("read", key, mark)
            self._live.tell([user], "unread", channel=channel, unread=0)

    def unread(self, user: str, channel: str) -> int:
        """How many messages of the main list others wrote since this person looked."""
        mark = self._reads.get(f"{user} {channel}", "")
        return sum(1 for one in self.roots(channel) if one.ts > mark and one.user != user)

    # Helpers

    def _readers(self, channel: Channel) -> list[str]:
        if channel.is_private:
            return sorted(channel.members)
        return sorted(self.members)

    def _index(self, message: Message) -> None:
        self._messages[message.channel][message.ts] = message
        if message.is_reply and message.thread_ts is not None:
            self._replies[message.channel, message.thread_ts].append(message)
        self._last_ts = max(self._last_ts, int(message.ts.replace(".", "")))

    def _save(self, message: Message) -> None:
        self._state.put("message", f"{message.channel} {message.ts}", message.to_json())


def _fresh_secrets() -> dict[str, Any]:
    """Made at random, so that no file of the project holds anything that looks like a token."""
    return {
        "bot_token": f"xoxb-{secrets.randbelow(10**12):012d}-{secrets.token_hex(12)}",
        "app_token": f"xapp-1-{APP}-{secrets.randbelow(10**12):012d}-{secrets.token_hex(16)}",
        "signing_secret": secrets.token_hex(16),
    }
