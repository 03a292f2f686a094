"""What a person does in their client: the page's endpoints and the driver both call these."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.blockkit import suggested
from bot.sandbox.events import Events
from bot.sandbox.inputs import STATEFUL, find, refused, values
from bot.sandbox.manifest import Manifest
from bot.sandbox.payloads import Payloads, action_of
from bot.sandbox.records import Channel, Json, Member, Message
from bot.sandbox.responses import Responses
from bot.sandbox.sockets import Sockets
from bot.sandbox.speech import Speech
from bot.sandbox.submissions import TROUBLE, Outcome, Submissions
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import View, Views
from bot.sandbox.workspace import SLACKBOT, Workspace


@dataclass(kw_only=True)
class Place:
    """Where something was clicked: a message (channel and ts), a modal (view id) or Home."""

    type: str
    channel: str = ""
    ts: str = ""
    view_id: str = ""


@dataclass(kw_only=True)
class Use:
    """One use of a block element. `state` is what the client holds in all inputs there."""

    block_id: str
    action_id: str
    value: Json = field(default_factory=dict)
    state: Json = field(default_factory=dict)


@dataclass(kw_only=True)
class Acts:
    """The clients of all people of one sandbox."""

    workspace: Workspace
    views: Views
    sockets: Sockets
    events: Events
    payloads: Payloads
    speech: Speech
    responses: Responses
    triggers: Triggers
    manifest: Manifest
    submissions: Submissions

    # Talking

    async def say(
        self,
        user: Member,
        channel: Channel,
        text: str,
        thread_ts: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> tuple[Outcome, Message | None]:
        """Post a message, with files if there are any, and wait until the bot has taken its event."""
        if user.id not in channel.members:
            return Outcome.refuse("not_in_channel", f"You are not in #{channel.name}."), None
        if channel.im_with is not None and not self.manifest.may_write_to_bot:
            return Outcome.refuse(
                "messages_tab_disabled", "Sending messages to this app is turned off."
            ), None
        if not text.strip() and not files:
            return Outcome.refuse("no_text", "There is nothing to send."), None
        if thread_ts is not None and self.workspace.message(channel.id, thread_ts) is None:
            return Outcome.refuse("thread_not_found", "This thread is gone."), None
        shared = [
            self.workspace.upload(user.id, name, content, channel.id)
            for name, content in (files or {}).items()
        ]
        message = self.workspace.add(
            Message(
                ts=self.workspace.next_ts(),
                channel=channel.id,
                user=user.id,
                text=self.workspace.typed(text, user.id),
                thread_ts=thread_ts,
                subtype="file_share" if shared else None,
                files=shared or None,
            )
        )
        # The person's message stands whatever the bot does with the event: no failure is shown.
        failure = await self.events.posted(message)
        return Outcome(outcome="posted", error=failure), message

    async def edit(
        self, user: Member, message: Message, text: str, files: Mapping[str, bytes] | None = None
    ) -> Outcome:
        """Change what one's own message says, or add files, and wait until the bot has taken its event."""
        if message.user != user.id or message.bot_id is not None:
            return Outcome.refuse("cant_update_message", "You can only edit what you wrote.")
        if not text.strip():
            return Outcome.refuse("no_text", "A message cannot be empty.")
        previous = self.payloads.message(message)
        for name, content in (files or {}).items():
            added = self.workspace.upload(user.id, name, content, message.channel)
            message.files = [*(message.files or []), added]
        self.workspace.change(message, self.workspace.typed(text, user.id), None, user.id)
        return Outcome(outcome="edited", error=await self.events.changed(message, previous))

    async def delete(self, user: Member, message: Message) -> Outcome:
        """Delete one's own message. The first of a thread leaves a tombstone, by which the thread hangs."""
        if message.user != user.id or message.bot_id is not None:
            return Outcome.refuse("cant_delete_message", "You can only delete what you wrote.")
        previous, channel = self.payloads.message(message), self.workspace.channels[message.channel]
        if self.workspace.replies(message.channel, message.ts):
            self.workspace.bury(message)
            failure = await self.events.changed(message, previous)
        else:
            self.workspace.remove(message)
            failure = await self.events.deleted(channel, previous)
        return Outcome(outcome="deleted", error=failure)

    async def command(
        self, user: Member, channel: Channel, name: str, text: str, lost_trigger: bool = False
    ) -> Outcome:
        """Run a slash command."""
        command = self.manifest.commands.get(name)
        if command is None or "commands" not in self.manifest.scopes:
            sentence = f"{name} is not a valid command."
            self._slackbot(user, channel, sentence)
            return Outcome.refuse("invalid_command", sentence)
        if command.should_escape:
            text = self.workspace.typed(text, user.id, named=True, broadcasts=False)
        payload = self.payloads.command(
            user,
            channel,
            name,
            text,
            self.triggers.issue(user.id, lost=lost_trigger),
            self.responses.issue(user.id, channel.id),
        )
        delivery = await self.sockets.deliver("slash_commands", payload, accepts_response=True)
        if delivery.failure:
            return self._command_failed(user, channel, name, delivery.failure)
        body = delivery.ack or {}
        if not body:
            return Outcome(outcome="acked")
        if self.speech.refused(body):
            return self._command_failed(user, channel, name, "invalid_command_response")
        if body.get("response_type") == "in_channel":
            self.speech.post(channel.id, body)
        else:
            self.speech.whisper(user.id, channel.id, body)
        return Outcome(outcome="answered")

    def _command_failed(self, user: Member, channel: Channel, name: str, error: str) -> Outcome:
        sentence = f'{name} failed with the error "{error}"'
        self._slackbot(user, channel, sentence)
        return Outcome.refuse(error, sentence)

    def _slackbot(self, user: Member, channel: Channel, text: str) -> None:
        message = Message(
            ts=self.workspace.next_ts(), channel=channel.id, user=SLACKBOT, text=text, ephemeral_to=user.id
        )
        self.speech.last_said[user.id] = self.workspace.whisper(message)

    # Clicking

    async def action(
        self, user: Member, place: Place, use: Use, lost_trigger: bool = False, then_closes: bool = False
    ) -> Outcome:
        """Use a button, a menu or an input that dispatches.

        `then_closes`: the person closes the modal, or the one that this opens, before the bot can fill it.
        """
        if not self.manifest.interactivity:
            return Outcome.refuse("not_enabled", "This app is not set up for interactive messages.")
        payload = self._action_payload(user, place, use, lost_trigger)
        if payload is None:
            return Outcome.refuse("not_found", "This button is gone.")
        doomed = self.views.stack(user.id) if then_closes else []
        if then_closes:
            self.views.hasty.add(user.id)
            self.views.clear(user.id)
        try:
            delivery = await self.sockets.deliver("interactive", payload, accepts_response=False)
        finally:
            self.views.hasty.discard(user.id)
        await self._tell_closed(user, doomed, is_cleared=True)
        if delivery.failure:
            return Outcome.refuse(delivery.failure, TROUBLE)
        return Outcome(outcome="acked")

    async def shortcut(self, user: Member, callback_id: str, message: Message) -> Outcome:
        """Use an entry of a message's menu."""
        known = any(one.callback_id == callback_id for one in self.manifest.shortcuts)
        if not known or "commands" not in self.manifest.scopes:
            return Outcome.refuse("not_enabled", "This app has no such shortcut.")
        payload = self.payloads.shortcut(
            user,
            message,
            callback_id,
            self.triggers.issue(user.id),
            self.responses.issue(user.id, message.channel, message),
        )
        delivery = await self.sockets.deliver("interactive", payload, accepts_response=False)
        if delivery.failure:
            return Outcome.refuse(delivery.failure, TROUBLE)
        return Outcome(outcome="acked")

    async def global_shortcut(self, user: Member, callback_id: str) -> Outcome:
        """Use an entry of the menu that is there everywhere."""
        wanted = (callback_id, "global")
        known = any((one.callback_id, one.type) == wanted for one in self.manifest.shortcuts)
        if not known or "commands" not in self.manifest.scopes:
            return Outcome.refuse("not_enabled", "This app has no such shortcut.")
        payload = self.payloads.global_shortcut(user, callback_id, self.triggers.issue(user.id))
        delivery = await self.sockets.deliver("interactive", payload, accepts_response=False)
        if delivery.failure:
            return Outcome.refuse(delivery.failure, TROUBLE)
        return Outcome(outcome="acked")

    async def react(self, user: Member, message: Message, emoji: str) -> Outcome:
        """Put an emoji on a message, and wait until the bot has taken the event."""
        return Outcome(outcome="reacted", error=await self.events.reacted(user.id, message, emoji))

    async def enter(self, user: str, channel: Channel) -> Outcome:
        """Come into a channel, or bring the bot into it, and wait until the bot has taken the event."""
        self.workspace.enter(channel, user)
        return Outcome(outcome="joined", error=await self.events.membership(user, channel, joined=True))

    async def leave(self, user: str, channel: Channel) -> Outcome:
        """Leave a channel, and wait until the bot has taken the event."""
        self.workspace.leave(channel, user)
        return Outcome(outcome="left", error=await self.events.membership(user, channel, joined=False))

    def _action_payload(self, user: Member, place: Place, use: Use, lost: bool) -> Json | None:
        if place.type == "message":
            return self._message_payload(user, place, use, lost)
        view = self.views.home(user.id) if place.type == "home" else self.views.find(place.view_id)
        found = None if view is None else find(view.blocks, use.block_id, use.action_id)
        if view is None or found is None or view.user != user.id:
            return None
        view.typed = _merged(view.typed, use)
        if found[1]["type"] in STATEFUL:
            view.typed.setdefault(use.block_id, {})[use.action_id] = use.value
        modal = view.id if place.type == "modal" else None
        trigger = self.triggers.issue(user.id, view_id=modal, lost=lost)
        action = action_of(found[1], use.block_id, use.value, self.workspace.next_ts())
        return self.payloads.view_action(user, self.views.payload(view), action, trigger)

    async def suggest(
        self, user: Member, view_id: str, block_id: str, action_id: str, typed: str
    ) -> tuple[Outcome, list[Json]]:
        """Type in an external select of a modal: what the bot offers within three seconds."""
        view = self.views.find(view_id)
        found = None if view is None else find(view.blocks, block_id, action_id)
        if view is None or found is None or view.user != user.id or "external" not in found[1]["type"]:
            return Outcome.refuse("not_found", "This list is gone."), []
        if len(typed) < found[1].get("min_query_length", 3):
            return Outcome(outcome="too_short"), []
        payload = self.payloads.suggestion(user, self.views.payload(view), block_id, action_id, typed)
        delivery = await self.sockets.deliver("interactive", payload, accepts_response=True)
        if delivery.failure:
            return Outcome.refuse(delivery.failure, TROUBLE), []
        options = suggested(delivery.ack or {})
        if options is None:
            self.submissions.complain("the options of an external select are not as Slack takes them")
            return Outcome.refuse("invalid_options", TROUBLE), []
        return Outcome(outcome="suggested"), options

    def _message_payload(self, user: Member, place: Place, use: Use, lost: bool) -> Json | None:
        message = self.message_for(user, place.channel, place.ts)
        found = None if message is None else find(message.blocks, use.block_id, use.action_id)
        if message is None or found is None:
            return None
        state = values(message.blocks, {**use.state, use.block_id: {use.action_id: use.value}})
        return self.payloads.message_action(
            user,
            message,
            state,
            action_of(found[1], use.block_id, use.value, self.workspace.next_ts()),
            self.triggers.issue(user.id, lost=lost),
            self.responses.issue(user.id, message.channel, message),
        )

    def message_for(self, user: Member, channel: str, ts: str) -> Message | None:
        """The message of this ts that the person sees: a real one, or an ephemeral of theirs."""
        for message in self.workspace.ephemerals(user.id):
            if (message.channel, message.ts) == (channel, ts):
                return message
        found = self.workspace.channels.get(channel)
        if found is None or not self.workspace.visible(found, user.id):
            return None
        return self.workspace.message(channel, ts)

    # Modals and Home

    async def submit(
        self, user: Member, view_id: str, typed: Json, deliveries: int = 1, at_once: bool = False
    ) -> Outcome:
        """Press the submit button. Several deliveries carry the same payload, as retries by a network do."""
        view = self.views.find(view_id)
        if view is None or view.user != user.id or self.views.stack(user.id)[-1] is not view:
            return Outcome.refuse("not_found", "This window is no longer open.")
        if not view.body.get("submit"):
            return Outcome.refuse("no_submit", "This window has nothing to submit.")
        view.typed = typed
        shown = self.views.payload(view)
        errors = refused(view.blocks, shown["state"]["values"])
        if errors:
            return Outcome(outcome="errors", errors=errors)
        trigger = self.triggers.issue(user.id, view_id=view.id)
        payload = self.payloads.submission(user, shown, trigger)
        if at_once:
            outcomes = await asyncio.gather(*(self._submitted(view, payload) for _ in range(deliveries)))
        else:
            outcomes = [await self._submitted(view, payload) for _ in range(deliveries)]
        return next((one for one in outcomes if one.outcome != "ignored"), outcomes[0])

    async def _submitted(self, view: View, payload: Json) -> Outcome:
        before = view.body
        delivery = await self.sockets.deliver("interactive", payload, accepts_response=True)
        if delivery.failure:
            return Outcome(ok=False, outcome="failed", error=delivery.failure, sentence=TROUBLE)
        return self.submissions.apply(view, delivery.ack or {}, before)

    async def close(
        self, user: Member, view_id: str, everything: bool = False, typed: Json | None = None
    ) -> Outcome:
        """Press Cancel or the cross; `everything` closes the whole stack. What was typed goes along."""
        view = self.views.find(view_id)
        if view is None or view.user != user.id:
            return Outcome.refuse("not_found", "This window is no longer open.")
        view.typed = view.typed if typed is None else typed
        stack = self.views.stack(user.id)
        cleared = everything or bool(view.body.get("clear_on_close"))
        gone = stack if cleared else stack[stack.index(view) :]
        self.views.close(gone[0])
        await self._tell_closed(user, gone, is_cleared=cleared)
        return Outcome(outcome="cleared" if cleared else "closed")

    async def _tell_closed(self, user: Member, gone: list[View], is_cleared: bool) -> None:
        for view in reversed(gone):
            if view.body.get("notify_on_close"):
                payload = self.payloads.closed(user, self.views.payload(view), is_cleared)
                await self.sockets.deliver("interactive", payload, accepts_response=False)

    async def open_home(self, user: Member) -> Outcome:
        """Open the bot's Home tab, and wait until the bot has taken the event."""
        if not self.manifest.home_tab:
            return Outcome.refuse("not_enabled", "This app has no Home tab.")
        view = self.views.home(user.id)
        failure = await self.events.home_opened(user.id, None if view is None else self.views.payload(view))
        return Outcome(outcome="opened", error=failure)

    # Reading

    def read(self, user: Member, channel: Channel) -> Outcome:
        """Look at a channel: nothing in it is unread any more."""
        self.workspace.read(user.id, channel.id)
        return Outcome(outcome="read")

    def reload(self, user: Member) -> Outcome:
        """Reload the client: ephemerals are lost, and open modals with them."""
        self.workspace.forget_ephemerals(user.id)
        self.speech.last_said.pop(user.id, None)
        self.views.clear(user.id)
        return Outcome(outcome="reloaded")


def _merged(typed: Json, use: Use) -> Json:
    return {**typed, **use.state}
