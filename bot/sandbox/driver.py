"""Acting as people, for tests: `sandbox.act_as("ana")` gives a `Person`; the acts are those of the page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.sandbox.acts import Place, Use
from bot.sandbox.filling import DriverError, choose, field_named
from bot.sandbox.pressing import Target, press
from bot.sandbox.records import Channel, Json, Member
from bot.sandbox.records import Message as Record
from bot.sandbox.seen import Message, Modal
from bot.sandbox.submissions import Outcome
from bot.sandbox.views import View

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

__all__ = ["DriverError", "Message", "Modal", "Person"]

_ELSEWHERE = "general"


class Person:
    """One person with one Slack client."""

    def __init__(self, sandbox: Sandbox, member: Member) -> None:
        self._sandbox = sandbox
        self._acts = sandbox.acts
        self._member = member
        self._home_open = False
        self._typed: dict[str, Json] = {}
        self.errors: dict[str, str] = {}
        """What the last submission was refused with, by block id."""
        self.failure = ""
        """Why the last act failed: operation_timeout, dispatch_failed, not_found ..., or ""."""
        self.sentence = ""
        """What her client says about the failure."""

    def __repr__(self) -> str:
        return f"<{self._member.handle}>"

    @property
    def id(self) -> str:
        return self._member.id

    @property
    def handle(self) -> str:
        return self._member.handle

    # Acting

    async def runs(
        self,
        line: str,
        channel: str = _ELSEWHERE,
        lost_trigger: bool = False,
        then_closes: bool = False,
    ) -> None:
        """Run a slash command, and wait for its ack. `then_closes`: she closes the modal as it opens."""
        self._home_open = False
        name, _, text = line.partition(" ")
        place = self._channel(channel)
        if then_closes:
            self._sandbox.views.hasty.add(self.id)
        try:
            outcome = await self._acts.command(self._member, place, name, text, lost_trigger)
        finally:
            self._sandbox.views.hasty.discard(self.id)
        self._note(outcome)

    async def says(
        self,
        text: str,
        channel: str,
        thread: Message | str | None = None,
        files: dict[str, bytes] | None = None,
    ) -> Message:
        """Post a message, with files by their names, and wait until the bot has taken its event."""
        self._home_open = False
        thread_ts = thread.ts if isinstance(thread, Message) else thread
        outcome, message = await self._acts.say(self._member, self._channel(channel), text, thread_ts, files)
        self._note(outcome)
        if message is None:
            raise DriverError(f"{self.handle} cannot post there: {outcome.sentence}")
        return Message(self._sandbox.workspace, message)

    async def edits(self, message: Message, text: str, files: dict[str, bytes] | None = None) -> None:
        """Change one of her messages, or add files, and wait until the bot has taken the event."""
        self._note(await self._acts.edit(self._member, self._record(message), text, files))

    async def deletes(self, message: Message) -> None:
        """Delete one of her messages, and wait until the bot has taken the event."""
        self._note(await self._acts.delete(self._member, self._record(message)))

    async def uses(self, shortcut: str, on: Message | None = None) -> None:
        """Use an entry of a message's menu, or of the one that is everywhere, by its name or callback id."""
        self._home_open = False
        found = [one for one in self._sandbox.manifest.shortcuts if shortcut in (one.name, one.callback_id)]
        if not found:
            raise DriverError(f"there is no shortcut {shortcut!r}")
        callback_id = found[0].callback_id
        if on is None:
            self._note(await self._acts.global_shortcut(self._member, callback_id))
        else:
            self._note(await self._acts.shortcut(self._member, callback_id, self._record(on)))

    async def reacts(self, emoji: str, on: Message) -> None:
        """Put an emoji on a message."""
        self._note(await self._acts.react(self._member, self._record(on), emoji))

    async def joins(self, channel: str) -> None:
        """Come into a channel."""
        self._note(await self._acts.enter(self.id, self._channel(channel)))

    async def leaves(self, channel: str) -> None:
        """Leave a channel."""
        self._note(await self._acts.leave(self.id, self._channel(channel)))

    async def invites_the_bot(self, channel: str) -> None:
        """Type /invite with the bot's name."""
        self._note(await self._acts.enter(self._sandbox.bot_user_id, self._channel(channel)))

    async def fills(self, **fields: Any) -> None:
        """Set fields of the open modal, or of Home, by block id, action id or label; None clears."""
        self._note(Outcome())
        for name, wanted in fields.items():
            view = self._view()
            block, element = field_named(view.blocks, name)
            if "external" in element["type"] and wanted is not None:
                element = {**element, "options": await self.suggestions(name, str(wanted))}
            value = choose(element, wanted, self._sandbox.workspace)
            block_id, action_id = block["block_id"], element["action_id"]
            self._typed_in(view).setdefault(block_id, {})[action_id] = value
            if block["type"] != "input" or block.get("dispatch_action"):
                await self._use(self._place_of(view), block_id, action_id, value)

    async def suggestions(self, field: str, typed: str) -> list[Json]:
        """What an external select of the open modal offers for what she types in it."""
        view = self._view()
        block, element = field_named(view.blocks, field)
        ids = (view.id, block["block_id"], element["action_id"])
        outcome, options = await self._acts.suggest(self._member, *ids, typed)
        self._note(outcome)
        return options

    async def submits(self, deliveries: int = 1, at_once: bool = False, **fields: Any) -> None:
        """Fill fields and press the submit button of the top modal."""
        await self.fills(**fields)
        stack = self._sandbox.views.stack(self.id)
        if not stack:
            raise DriverError(f"{self.handle} has no modal open to submit")
        view = stack[-1]
        outcome = await self._acts.submit(
            self._member, view.id, self._typed_in(view), deliveries=deliveries, at_once=at_once
        )
        self._note(outcome)

    async def closes(self, everything: bool = False) -> None:
        """Press Cancel on the top modal."""
        stack = self._sandbox.views.stack(self.id)
        if not stack:
            raise DriverError(f"{self.handle} has no modal open to close")
        top = stack[-1]
        self._note(await self._acts.close(self._member, top.id, everything, self._typed_in(top)))

    async def clicks(
        self,
        what: str,
        on: Message | None = None,
        times: int = 1,
        lost_trigger: bool = False,
        then_closes: bool = False,
    ) -> None:
        """Press a button or an overflow entry, by its text or action id; several times means at once."""
        target = self._target(what, on)
        state = self._typed.get(target.place.view_id or target.view_id, {})
        use = Use(block_id=target.block_id, action_id=target.action_id, value=target.value, state=state)
        presses = (
            self._acts.action(self._member, target.place, use, lost_trigger, then_closes)
            for _ in range(times)
        )
        outcomes = await asyncio.gather(*presses)
        self._note(next((one for one in outcomes if not one.ok), outcomes[0]))

    async def opens_home(self) -> None:
        """Open the bot's Home tab."""
        self._home_open = True
        self._note(await self._acts.open_home(self._member))

    def reads(self, channel: str) -> None:
        """Look at a channel."""
        self._acts.read(self._member, self._channel(channel))

    def reloads(self) -> None:
        """Reload the client: ephemerals and open modals are gone."""
        self._acts.reload(self._member)
        self._typed.clear()

    # Seeing

    @property
    def reply(self) -> str:
        """The text of the newest ephemeral said to her, as it stands now; "" if there is none."""
        message = self._sandbox.speech.last_said.get(self.id)
        return "" if message is None else Message(self._sandbox.workspace, message).all_text

    @property
    def modal(self) -> Modal | None:
        """The modal on top."""
        stack = self._sandbox.views.stack(self.id)
        return self._shown(stack[-1]) if stack else None

    @property
    def modals(self) -> list[Modal]:
        """All open modals, the visible one last."""
        return [self._shown(view) for view in self._sandbox.views.stack(self.id)]

    @property
    def home(self) -> Modal | None:
        """The Home tab, if the bot ever published one for her."""
        view = self._sandbox.views.home(self.id)
        return None if view is None else self._shown(view)

    def messages(self, channel: str) -> list[Message]:
        """The main list of a channel that she can open, oldest first."""
        found = self._channel(channel)
        return self._wrapped(self._sandbox.workspace.roots(found.id))

    @property
    def dms(self) -> list[Message]:
        """What the bot wrote to her in their direct message, oldest first."""
        channel = self._sandbox.workspace.dm(self.id)
        found = self._sandbox.workspace.roots(channel.id)
        return self._wrapped([message for message in found if message.bot_id is not None])

    @property
    def ephemerals(self) -> list[Message]:
        """The ephemeral messages that she still sees, oldest first."""
        return self._wrapped(self._sandbox.workspace.ephemerals(self.id))

    def unread(self, channel: str) -> int:
        """How many messages of a channel she has not looked at."""
        return self._sandbox.workspace.unread(self.id, self._channel(channel).id)

    def sees(self, text: str, channel: str | None = None) -> bool:
        """Whether she can read this now: in her channels, direct messages, ephemerals, Home and modals."""
        workspace = self._sandbox.workspace
        found = [*workspace.everything(self.id), *workspace.ephemerals(self.id)]
        if channel is not None:
            place = self._channel(channel).id
            return any(text in one.all_text for one in self._wrapped(found) if one.channel == place)
        views = [*self.modals, *([self.home] if self.home is not None else [])]
        return any(text in one.all_text for one in self._wrapped(found)) or any(
            text in view.text for view in views
        )

    # Helpers

    def _note(self, outcome: Outcome) -> None:
        self.errors = dict(outcome.errors)
        self.failure = outcome.error
        self.sentence = outcome.sentence

    def _wrapped(self, messages: list[Any]) -> list[Message]:
        return [Message(self._sandbox.workspace, message) for message in messages]

    def _shown(self, view: View) -> Modal:
        body = self._sandbox.views.payload(view)
        return Modal(body, self._sandbox.workspace.names(), self._typed.get(view.id, {}))

    def _channel(self, name: str) -> Channel:
        workspace = self._sandbox.workspace
        channel = workspace.dm(self.id) if name in ("dm", "@bot") else workspace.channel_named(name)
        if channel is None or not workspace.visible(channel, self.id):
            raise DriverError(f"{self.handle} has no channel {name}")
        return channel

    def _record(self, message: Message) -> Record:
        found = self._acts.message_for(self._member, message.channel, message.ts)
        if found is None:
            raise DriverError(f"{self.handle} cannot see {message!r}")
        return found

    def _typed_in(self, view: View) -> Json:
        return self._typed.setdefault(view.id, {})

    def _view(self) -> View:
        stack = self._sandbox.views.stack(self.id)
        home = self._sandbox.views.home(self.id) if self._home_open else None
        view = stack[-1] if stack else home
        if view is None:
            raise DriverError(f"{self.handle} has neither a modal nor Home open")
        return view

    def _place_of(self, view: View) -> Place:
        home = self._sandbox.views.home(self.id)
        if home is not None and view.id == home.id:
            return Place(type="home")
        return Place(type="modal", view_id=view.id)

    async def _use(self, place: Place, block_id: str, action_id: str, value: Json) -> None:
        view = self._view()
        use = Use(block_id=block_id, action_id=action_id, value=value, state=self._typed_in(view))
        self._note(await self._acts.action(self._member, place, use))

    def _target(self, what: str, on: Message | None) -> Target:
        if on is not None:
            return self._on_message(what, on)
        stack = self._sandbox.views.stack(self.id)
        home = self._sandbox.views.home(self.id) if self._home_open else None
        view = stack[-1] if stack else home
        if view is not None:
            found = press(view.blocks, what)
            if found is None:
                raise DriverError(f"{self.handle} sees no {what!r} in {self._shown(view)!r}")
            place = self._place_of(view)
            return Target(place=place, view_id=view.id, **found)
        workspace = self._sandbox.workspace
        seen = [*workspace.everything(self.id), *workspace.ephemerals(self.id)]
        for message in sorted(seen, key=lambda one: one.ts, reverse=True):
            if press(message.blocks, what) is not None:
                return self._on_message(what, Message(workspace, message))
        raise DriverError(f"{self.handle} sees no message with {what!r}")

    def _on_message(self, what: str, on: Message) -> Target:
        if self._acts.message_for(self._member, on.channel, on.ts) is None:
            raise DriverError(f"{self.handle} cannot see {on!r}")
        found = press(on.blocks, what)
        if found is None:
            raise DriverError(f"{self.handle} sees no {what!r} on {on!r}, only {on.buttons}")
        return Target(place=Place(type="message", channel=on.channel, ts=on.ts), **found)
