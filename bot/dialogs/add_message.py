"""The modal that adds one message of Slack to a case; `handlers.captures` shows it and reads it."""

from __future__ import annotations

import json
import re

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, picking, public_step
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.audiences import Readers
from bot.domain.commands import AddMessage, Audience
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.people import Person
from bot.domain.policy import Choice
from bot.domain.talk import Message, Said, Wording, instant
from bot.domain.threads import thread_place

CALLBACK_ID = "message.add"
PUBLIC = "message.add.public"

LONGEST_KEPT = 1500
"""As much of a message as a form can carry along; the rest is asked of Slack when it is sent."""

_AUTHOR = re.compile(r"[A-Z0-9]{0,32}", re.ASCII)


def view(message: Message, text: str, person: Person) -> View:
    """The form; `text` is the message as its writer saw it."""
    blocks: list[sb.Block] = [
        *kit.typed("message", texts.first(text, 600) or "(a file)", quote=True),
        picking.cases("case", "Case"),
    ]
    if person.is_staff:
        choices = [
            Choice(
                value=Audience.INTERNAL.value,
                label="Internal: staff only",
            ),
            Choice(
                value=Audience.PUBLIC.value,
                label="Public: staff and the account's people",
            ),
        ]
        blocks.append(inputs.radio("audience", "Who reads it", choices, initial=Audience.INTERNAL.value))
    return kit.modal(
        "Add to a case",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Add",
        close="Cancel",
        metadata=_kept(message),
    )


def _kept(message: Message) -> str:
    text = message.said.text
    return json.dumps(
        {
            "channel": message.channel,
            "ts": message.ts,
            "thread": message.thread_ts,
            "author": message.author,
            "name": message.author_name,
            "text": text[:LONGEST_KEPT],
            "whole": len(text) <= LONGEST_KEPT and not message.files,
        }
    )


def message_in(metadata: str) -> tuple[Message, bool]:
    """The message that the form carries, and whether that is all of it. Raises ValueError."""
    held = json.loads(metadata)
    if not isinstance(held, dict):
        raise ValueError("private_metadata holds no message")
    place = thread_place(held.get("channel"), held.get("ts"))
    thread = thread_place(held.get("channel"), held.get("thread"))
    author = held.get("author")
    if place is None or thread is None or not isinstance(author, str) or _AUTHOR.fullmatch(author) is None:
        raise ValueError("private_metadata holds no message")
    message = Message(
        channel=place.channel,
        ts=place.ts,
        thread_ts=thread.ts,
        author=SlackUserId(author),
        author_name=str(held.get("name", ""))[:80],
        said=Said(wordings=(Wording(at=instant(place.ts), text=str(held.get("text", ""))),)),
    )
    return message, bool(held.get("whole"))


def read(fields: Fields, metadata: str) -> AddMessage | FieldErrors:
    """The command, or a sentence at the case."""
    case_id = picking.case_in(fields, "case")
    if case_id is None:
        return FieldErrors(errors={"case": picking.CHOOSE_A_CASE})
    return AddMessage(case_id=case_id, audience=forms.read_audience(fields))


def second_step(text: str, what: Readers, metadata: str) -> View:
    """Before it becomes public: the text, and the names of everyone who will read it."""
    return public_step.view(
        "Add to a case",
        text,
        what,
        callback_id=PUBLIC,
        submit="Add",
        metadata=json.dumps({**json.loads(metadata), "case": what.case.id}),
        says="In its writer's name, as it stands in Slack.",
    )


def read_public(metadata: str) -> AddMessage:
    """The second step's command. Raises ValueError when `metadata` is not what `second_step` wrote."""
    match json.loads(metadata):
        case {"case": int(case_id)}:
            return AddMessage(case_id=CaseId(case_id), audience=Audience.PUBLIC)
    raise ValueError("private_metadata holds no case")
