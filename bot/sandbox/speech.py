"""How the bot speaks, and the pings it causes; the Web API, acks of commands and response URLs share it."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.blockkit import message_problems, with_ids
from bot.sandbox.events import Events
from bot.sandbox.journal import Journal
from bot.sandbox.payloads import Payloads
from bot.sandbox.records import Json, Message
from bot.sandbox.words import mentions, mentions_in_blocks
from bot.sandbox.workspace import BOT, BOT_USER, Workspace

MOST_TEXT = 40_000
MOST_BLOCKS = 50


class Speech:
    """The bot's voice in one workspace."""

    def __init__(self, workspace: Workspace, events: Events, payloads: Payloads, journal: Journal) -> None:
        self._workspace = workspace
        self._events = events
        self._payloads = payloads
        self._journal = journal
        self.last_said: dict[str, Message] = {}
        """The newest ephemeral of each person, as it stands after edits."""
        self.problems: list[str] = []
        """What was wrong with the blocks that were refused last, in Slack's words."""

    def refused(self, body: Json, needs_text: bool = True) -> str:
        """Slack's error name for a message it would not take, or ""."""
        self.problems = []
        text, blocks = body.get("text"), body.get("blocks")
        if text is not None and not isinstance(text, str):
            return "invalid_arguments"
        if needs_text and not text and not blocks:
            return "no_text"
        if text is not None and len(text) > MOST_TEXT:
            return "msg_too_long"
        if blocks is None:
            return ""
        if isinstance(blocks, list) and len(blocks) > MOST_BLOCKS:
            return "too_many_blocks"
        self.problems = message_problems(blocks)
        if self.problems:
            self._journal.complain("invalid blocks in a message: " + "; ".join(self.problems))
            return "invalid_blocks" if isinstance(blocks, list) else "invalid_blocks_format"
        if blocks and not text:
            first = json.dumps(blocks)[:120]
            self._journal.complain(f"a message has blocks but no top-level text: {first}")
        return ""

    def post(
        self,
        channel: str,
        body: Json,
        thread_ts: str | None = None,
        metadata: Json | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        """Post for everybody in the channel."""
        message = self._workspace.add(self._message(channel, body, thread_ts, metadata=metadata, files=files))
        found = [*mentions(message.text), *mentions_in_blocks(message.blocks)]
        self._journal.pings += [(message, who) for who in dict.fromkeys(found)]
        self._events.later(self._events.posted(message))
        return message

    def whisper(self, user: str, channel: str, body: Json, thread_ts: str | None = None) -> Message:
        """Say something that only `user` sees."""
        message = self._message(channel, body, thread_ts, ephemeral_to=user)
        self.last_said[user] = message
        return self._workspace.whisper(message)

    def edit(self, message: Message, body: Json) -> None:
        """Change what a message says. Blocks that are not given stay, as with chat.update."""
        previous = self._payloads.message(message)
        blocks = message.blocks if body.get("blocks") is None else with_ids(body["blocks"]) or None
        text = message.text if body.get("text") is None else body["text"]
        self._workspace.change(message, text, blocks, BOT_USER)
        if message.ephemeral_to is not None:
            self.last_said[message.ephemeral_to] = message
        else:
            self._events.later(self._events.changed(message, previous))

    def delete(self, message: Message) -> None:
        """Delete a message for good."""
        previous = self._payloads.message(message)
        self._workspace.remove(message)
        if message.ephemeral_to is not None:
            if self.last_said.get(message.ephemeral_to) is message:
                del self.last_said[message.ephemeral_to]
        else:
            channel = self._workspace.channels[message.channel]
            self._events.later(self._events.deleted(channel, previous))

    def _message(self, channel: str, body: Json, thread_ts: str | None, **more: Any) -> Message:
        blocks = body.get("blocks")
        return Message(
            ts=self._workspace.next_ts(),
            channel=channel,
            user=BOT_USER,
            bot_id=BOT,
            text=body.get("text") or "",
            blocks=with_ids(blocks) if blocks else None,
            thread_ts=thread_ts,
            **more,
        )
