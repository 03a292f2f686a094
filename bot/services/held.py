"""What was kept until somebody's office opens, and is said then; `on_call` keeps it."""

from __future__ import annotations

from bot.domain.due import DueTime
from bot.services import reviews
from bot.services.desk import Desk
from bot.services.on_call import eyes, say, tell_in_hours, there
from bot.store import cases
from bot.store.outbox import Kind
from bot.store.people import person_by_id
from bot.store.work import Work

IN_THE_REVIEW = frozenset({Kind.FIRST_ANSWER, Kind.FIRST_COMMENT, Kind.CUSTOMER_CALL})
"""What is owed, as a daily review says it too."""


def say_held(desk: Desk, work: Work, due: DueTime) -> None:
    """Somebody's office opens: they are told, if it still holds; drawing sees to that.

    It goes to the deputy of who has gone on leave meanwhile, in the deputy's own hours. What their daily
    review says this morning is not said twice.
    """
    assert due.person_id is not None
    assert due.case_id is not None
    person = person_by_id(work.connection, due.person_id)
    case = cases.by_id(work.connection, eyes(work), due.case_id)
    if person is None or not person.is_staff or case is None:
        return
    present, kind = there(work, person.ref) or person, Kind(due.detail)
    if kind in IN_THE_REVIEW and reviews.says(work, present, case.id):
        return
    if present.id != person.id:
        tell_in_hours(work, kind, case, [present])
    else:
        say(work, kind, case.id, person)
