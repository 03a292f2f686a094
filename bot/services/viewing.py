"""Viewing as somebody else: who may, whom, and that it is written down; what is seen is read as theirs."""

from __future__ import annotations

from bot.domain.commands import Audience
from bot.domain.ids import CallKey, PersonId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.viewing import check_may_view
from bot.services.announcing import home_of
from bot.services.desk import Desk, actor
from bot.store import naming, people, records
from bot.store.naming import Name
from bot.store.outbox import announce
from bot.store.work import Connection, Work

BEGAN, ENDED = "view_as_began", "view_as_ended"
"""The kinds of rows in the history of the person who was viewed."""


async def may_view_as(desk: Desk, by: SlackUserId) -> Person:
    """Who asks. Raises NOT_YOUR_ROLE for all but managers and administrators."""

    def query(connection: Connection, viewer: Viewer) -> Person:
        require(Act.VIEW_AS, viewer.person)
        return viewer.person

    return await desk.read(query, by)


async def viewed(desk: Desk, by: SlackUserId, person_id: PersonId) -> Person:
    """Whose eyes these are, as they are now. Raises what `check_may_view` does."""

    def query(connection: Connection, viewer: Viewer) -> Person:
        return check_may_view(viewer.person, people.person_by_id(connection, person_id))

    return await desk.read(query, by)


async def names_like(desk: Desk, by: SlackUserId, typed: str) -> tuple[Name, ...]:
    """The people to choose from, by what was typed; none for those who may not view as others."""
    return await desk.read(lambda connection, viewer: naming.viewable_names(connection, viewer, typed), by)


async def begin(desk: Desk, by: SlackUserId, key: CallKey, person_id: PersonId) -> None:
    """Write down who looks as whom, and when. Raises what `check_may_view` does."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        theirs = check_may_view(person, people.person_by_id(work.connection, person_id))
        _note(work, BEGAN, person, theirs)
        return Receipt()

    await desk.write(unit, key)


async def end(desk: Desk, by: SlackUserId, person_id: PersonId, *, publish: bool) -> None:
    """Write down that they look with their own eyes again; `publish` that their own Home comes back.

    It has no key: Home is one view for ever, so that the next *Stop* in it would be taken for this one.
    """

    def unit(work: Work) -> None:
        person = actor(work, by)
        require(Act.VIEW_AS, person)
        theirs = people.person_by_id(work.connection, person_id)
        if theirs is not None and theirs.workspace_id == work.workspace_id:
            _note(work, ENDED, person, theirs)
        if publish:
            announce(work, home_of(person))

    await desk.write(unit)


def _note(work: Work, kind: str, person: Person, theirs: Person) -> None:
    records.insert_history(
        work, kind, actor_id=person.id, audience=Audience.INTERNAL, changes={}, person_id=theirs.id
    )
