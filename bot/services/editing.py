"""Collisions seen before the click: who has a form of a case open is noted as it opens, and told."""

from __future__ import annotations

from bot.domain.cases import Case
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.pages import Editor
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act
from bot.services.desk import Desk
from bot.services.reading import for_act
from bot.store import editing
from bot.store.people import find_person
from bot.store.work import Work


async def begin(
    desk: Desk, by: SlackUserId, case_id: CaseId, act: Act
) -> tuple[Case, Person, tuple[Editor, ...]]:
    """A case and the asker for the form of an act, and who has such a form open; the asker has, too, now.

    Raises what `reading.case_for` raises.
    """

    def unit(work: Work) -> tuple[Case, Person, tuple[Editor, ...]]:
        case, person = for_act(work.connection, work.workspace_id, by, case_id, act)
        others = editing.others_editing(work.connection, Viewer(person), case_id, work.now)
        editing.begin_editing(work, case_id, person.id)
        return case, person, others

    return await desk.store.write(unit, desk.stamp(), quietly=True)


async def end(desk: Desk, by: SlackUserId, case_id: CaseId) -> None:
    """Somebody closed the form."""

    def unit(work: Work) -> None:
        person = find_person(work.connection, work.workspace_id, by)
        if person is not None:
            editing.end_editing(work, case_id, person.id)

    await desk.store.write(unit, desk.stamp(), quietly=True)
