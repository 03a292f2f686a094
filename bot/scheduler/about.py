"""What a row of the outbox is about, as it stands now: its case, its comment, its reader."""

from __future__ import annotations

from bot.domain.cases import Case, Comment
from bot.domain.people import Person, Viewer, channel_viewer
from bot.services.desk import Desk
from bot.slack.faults import SlackRefused, SlackUnsure
from bot.store import cases, people, records
from bot.store.outbox import OutboxRow

GONE = frozenset({"message_not_found", "cant_update_message"})
"""A card that somebody deleted: it is posted anew."""

LINK_TRIES = 5
"""How often a row goes out again only because the link of its card or thread is not known."""


class NothingToSay(Exception):
    """What the row is about is not there (any more), or not for its reader: it is dropped, not retried."""


async def case_of(desk: Desk, row: OutboxRow) -> Case:
    assert row.case_id is not None
    case_id, eyes = row.case_id, channel_viewer(desk.workspace_id)
    case = await desk.store.read(lambda connection, viewer: cases.by_id(connection, viewer, case_id), eyes)
    if case is None:
        raise NothingToSay("there is no such case")
    return case


async def comment_of(desk: Desk, row: OutboxRow, eyes: Viewer) -> Comment | None:
    assert row.comment_id is not None
    comment_id = row.comment_id
    return await desk.store.read(
        lambda connection, viewer: records.comment_by_id(connection, viewer, comment_id), eyes
    )


async def person_of(desk: Desk, row: OutboxRow) -> Person:
    assert row.person_id is not None
    person_id = row.person_id
    person = await desk.store.look(lambda connection: people.person_by_id(connection, person_id))
    if person is None:
        raise NothingToSay("there is no such person")
    return person


def is_worth_another_try(trouble: Exception, row: OutboxRow) -> bool:
    """Whether a row shall come back for the link of a message: if the trouble passes, but not for ever."""
    passes = isinstance(trouble, SlackUnsure) or (isinstance(trouble, SlackRefused) and trouble.temporary)
    return passes and row.attempts <= LINK_TRIES
