"""Pictures of the playbook, and of the path that a call took: asked for by a button, drawn behind it.

They come to who asked as a direct message; `scheduler.picturing` draws and brings them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.ids import CallKey, PhoneCallId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.playbook.script import Playbook, Script
from bot.domain.playbook.walk import at
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.playbook_picture import Path, in_words, path_of
from bot.services import playbooks
from bot.services.desk import Desk, actor
from bot.services.phone_calls import held
from bot.services.walking import script_of
from bot.store import playbooks as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One script to draw, by the texts of its revision; `in_words` says what is to be seen."""

    texts: Mapping[str, str]
    script: str
    title: str
    revision: int
    taken: Path
    in_words: str
    label: str = ""


async def ask_for_playbook(desk: Desk, by: SlackUserId, key: CallKey) -> Receipt:
    """Both scripts as they count when they are drawn. Raises NOT_SET_UP, NOT_YOUR_ROLE."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_PLAYBOOK, person)
        _announce(work, person, None)
        return Receipt()

    return await desk.write(unit, key)


async def ask_for_path(desk: Desk, call_id: PhoneCallId, by: SlackUserId, key: CallKey) -> Receipt:
    """The script of a call with the path that was taken. Raises NO_SUCH_CALL, NOT_SET_UP, NOT_YOUR_ROLE."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        held(work.connection, Viewer(person), call_id)
        _announce(work, person, call_id)
        return Receipt()

    return await desk.write(unit, key)


def _announce(work: Work, person: Person, call_id: PhoneCallId | None) -> None:
    announce(
        work,
        Announcement(
            kind=Kind.PICTURE,
            conversation=person.slack_user_id,
            person_id=person.id,
            phone_call_id=call_id,
        ),
    )


def wanted(
    desk: Desk, connection: Connection, viewer: Viewer, call_id: PhoneCallId | None
) -> tuple[Picture, ...]:
    """What is to be drawn for the viewer now, who may have lost the right meanwhile; raises as asking did."""
    if call_id is None:
        require(Act.EDIT_PLAYBOOK, viewer.person)
        newest = store.newest(connection, desk.workspace_id)
        if newest is None:
            raise Refusal(Reason.NO_SUCH_REVISION)
        book = playbooks.book(desk, connection, newest.number)
        return tuple(_picture(desk, connection, newest.number, book, one) for one in book.scripts)
    call = held(connection, viewer, call_id)
    book = playbooks.book(desk, connection, call.revision)
    script = script_of(book, call)
    taken = path_of(at(script, call.answers))
    return (_picture(desk, connection, call.revision, book, script, taken, call.label),)


def _picture(
    desk: Desk,
    connection: Connection,
    revision: int,
    book: Playbook,
    script: Script,
    taken: Path = (),
    label: str = "",
) -> Picture:
    texts = store.texts_of(connection, desk.workspace_id, revision)
    if texts is None:
        raise Refusal(Reason.NO_SUCH_REVISION, {"revision": revision})
    return Picture(
        texts=texts,
        script=script.name,
        title=script.title,
        revision=revision,
        taken=taken,
        in_words=in_words(script, taken),
        label=label,
    )
