"""What was kept until somebody's office opens, and is said then; `on_call` keeps it."""

from __future__ import annotations

from bot.domain.due import DueTime
from bot.services.desk import Desk
from bot.services.on_call import eyes, say, tell_in_hours, there
from bot.store import cases
from bot.store.outbox import Kind
from bot.store.people import person_by_id
from bot.store.work import Work


def say_held(desk: Desk, work: Work, due: DueTime) -> None:
    """Somebody's office opens: they are told, if it still holds; drawing sees to that.

    It goes to the deputy of who has gone on leave meanwhile, in the deputy's own hours.
    """
    assert due.person_id is not None
    assert due.case_id is not None
    person = person_by_id(work.connection, due.person_id)
    case = cases.by_id(work.connection, eyes(work), due.case_id)
    if person is None or not person.is_staff or case is None:
        return
    present = there(work, person.ref)
    if present is None or present.id == person.id:
        say(work, Kind(due.detail), case.id, person)
    else:
        tell_in_hours(work, Kind(due.detail), case, [present])
