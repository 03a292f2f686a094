"""Events for the bot: only what the manifest subscribes and scopes allow, where the bot is a member."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.manifest import Manifest
from bot.sandbox.payloads import Payloads
from bot.sandbox.records import Channel, Json, Message
from bot.sandbox.scopes import EVENT_OF_KIND, EVENT_SCOPES
from bot.sandbox.sockets import Sockets
from bot.sandbox.workspace import BOT_USER, Workspace

RETRY_PAUSES = (0.0, 60.0, 300.0)
"""Seconds before each of Slack's further attempts at an event that was not acknowledged."""

LONGEST_WAITED_FOR = 5.0
"""Seconds of a pause that still counts as being on the way."""


class Events:
    """Delivers events, and remembers which are still on their way."""

    def __init__(
        self,
        workspace: Workspace,
        payloads: Payloads,
        sockets: Sockets,
        manifest: Manifest,
        clock: Clock,
        faults: Faults,
    ) -> None:
        self._workspace = workspace
        self._payloads = payloads
        self._sockets = sockets
        self._manifest = manifest
        self._clock = clock
        self._faults = faults
        self._under_way: set[asyncio.Task[Any]] = set()
        self._parked = 0
        self._patient = 0
        self.retry_pauses = RETRY_PAUSES
        """Tests of what comes only at a later attempt make them shorter."""

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Deliver without waiting: what the bot itself causes comes back while its call is answered."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    @property
    def busy(self) -> bool:
        """Whether something is on its way. What waits for a bot that is gone, or for long, does not count."""
        parked = 0 if self._sockets.online else self._parked
        return len(self._under_way) > parked + self._patient

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        while self.busy:
            # Looked at again now and then: what pauses for long does not end, and is not waited for.
            await asyncio.wait(self._under_way, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Give up what is still on its way, as at the end of a sandbox."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def posted(self, message: Message) -> str:
        """A message was posted. Returns "" or why the bot did not take it."""
        channel = self._workspace.channels[message.channel]
        if not self._hears(channel):
            return ""
        return await self._deliver(self._payloads.message_event(message))

    async def changed(self, message: Message, previous: Json) -> str:
        """A message was edited; `previous` as `Payloads.message` gave it before."""
        channel = self._workspace.channels[message.channel]
        if not self._hears(channel):
            return ""
        event = self._payloads.changed_event(message, previous, self._workspace.next_ts())
        return await self._deliver(event)

    async def deleted(self, channel: Channel, previous: Json) -> str:
        """A message was deleted."""
        if not self._hears(channel):
            return ""
        event = self._payloads.deleted_event(channel, previous, self._workspace.next_ts())
        return await self._deliver(event)

    async def home_opened(self, user: str, view: Json | None) -> str:
        """A person opened the app's Home tab."""
        if not self._subscribed("app_home_opened"):
            return ""
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self._workspace.dm(user).id,
            "tab": "home",
            "event_ts": self._workspace.next_ts(),
        }
        if view is not None:
            event["view"] = view
        return await self._deliver(event)

    async def reacted(self, user: str, message: Message, emoji: str) -> str:
        """Somebody put an emoji on a message."""
        channel = self._workspace.channels[message.channel]
        if BOT_USER not in channel.members or not self._subscribed("reaction_added"):
            return ""
        event: Json = {
            "type": "reaction_added",
            "user": user,
            "reaction": emoji,
            "item_user": message.user,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "event_ts": self._workspace.next_ts(),
        }
        return await self._deliver(event)

    async def membership(self, user: str, channel: Channel, joined: bool) -> str:
        """Somebody, perhaps the bot, came into a channel or left it."""
        name = "member_joined_channel" if joined else "member_left_channel"
        scope = "groups:read" if channel.is_private else "channels:read"
        hears = BOT_USER in channel.members and scope in self._manifest.scopes
        if not hears or not self._subscribed(name):
            return ""
        event: Json = {
            "type": name,
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._workspace.team["id"],
            "event_ts": self._workspace.next_ts(),
        }
        return await self._deliver(event)

    def _subscribed(self, name: str) -> bool:
        scope = EVENT_SCOPES[name]
        needed = (scope,) if isinstance(scope, str) else scope or ()
        granted = not needed or any(one in self._manifest.scopes for one in needed)
        return name in self._manifest.events and granted

    def _hears(self, channel: Channel) -> bool:
        return BOT_USER in channel.members and self._subscribed(EVENT_OF_KIND[channel.kind])

    async def _deliver(self, event: Json) -> str:
        payload = self._payloads.event(event, self._clock.now().timestamp())
        if self._faults.strikes("late"):
            self.later(self._late(payload, self._faults.lateness))
            return ""
        return await self._brought(payload)

    async def _late(self, payload: Json, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._brought(payload)

    async def _brought(self, payload: Json) -> str:
        first = await self._sockets.deliver("events_api", payload, accepts_response=False)
        if first.failure:
            self.later(self._again(payload))
        elif self._faults.strikes("duplicates"):
            self.later(self._again(payload))  # Slack did not see the acknowledgement
        return first.failure

    async def _again(self, payload: Json) -> None:
        for attempt, pause in enumerate(self.retry_pauses, start=1):
            await self._pause(pause)
            self._parked += 1
            try:
                await self._sockets.connected(self._sockets.ack_seconds)
            except TimeoutError:
                return  # Nobody came back: the event is lost, as in the end with Slack.
            finally:
                self._parked -= 1
            brought = await self._sockets.deliver(
                "events_api", payload, accepts_response=False, retry_attempt=attempt
            )
            if not brought.failure:
                return

    async def _pause(self, seconds: float) -> None:
        patient = seconds > LONGEST_WAITED_FOR
        self._patient += patient
        try:
            await asyncio.sleep(seconds)
        finally:
            self._patient -= patient
