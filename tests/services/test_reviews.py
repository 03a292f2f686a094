"""The daily review claimed: once for each morning, by the reader's calendar, to the deputy, held at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.calendars import same_hours
from bot.domain.commands import SetUpPerson
from bot.domain.due import DueKind
from bot.domain.ids import PersonId, SlackUserId
from bot.domain.notify import Preference
from bot.domain.people import Viewer
from bot.domain.reviews import Snooze, Stand
from bot.domain.team_calendars import TeamCalendar
from bot.scheduler.due import DueTimes
from bot.services import calendars, cases, notify, people, reviewing, reviews
from bot.store import slots as slot_store
from bot.store.people import find_person
from bot.store.schema import due_times, slots
from tests.factories import NOON
from tests.services.conftest import Office
from tests.services.test_timed import LaterClock

ANA, BEN, MARIA, OMAR = (SlackUserId(f"U0{name}") for name in ("ANA", "BEN", "MARIA", "OMAR"))
TUESDAY_NINE, FRIDAY_NINE, MONDAY_NINE = 21, 93, 165  # hours after noon of a Monday


async def later(office: Office, hours: float) -> list[str]:
    """What is due by then is done; to whom reviews were announced since, in their order."""
    office.desk = replace(office.desk, clock=LaterClock(hours))
    await office.news()
    await DueTimes(office.desk).sweep()
    _, told = await office.news()
    return [to.removeprefix("review:") for kind, to, _ in told if kind == "review"]


async def claimed(office: Office, who: SlackUserId) -> list[tuple[Any, ...]]:
    person = await id_of(office, who)

    def query(connection: Connection) -> list[tuple[Any, ...]]:
        mine = (slots.c.job == f"review.{person}") & (slots.c.occasion == "regular")
        asked = select(slots.c.period, slots.c.audience, slots.c.state, slots.c.late).where(mine)
        return [tuple(row) for row in connection.execute(asked.order_by(slots.c.due_at))]

    return await office.desk.store.look(query)


async def id_of(office: Office, who: SlackUserId) -> int:
    found = await office.desk.store.look(lambda c: find_person(c, office.desk.workspace_id, who))
    assert found is not None
    return found.id


async def comes(office: Office, who: SlackUserId) -> datetime | None:
    person = await id_of(office, who)
    mine = (due_times.c.kind == DueKind.REVIEW.value) & (due_times.c.person_id == person)
    asked = select(due_times.c.due_at).where(mine, due_times.c.done_at.is_(None))
    return await office.desk.store.look(lambda c: c.execute(asked).scalar_one_or_none())


async def test_everybody_of_staff_has_one_review_each_office_day(office: Office) -> None:
    assert await later(office, 1) == []
    assert set(await later(office, TUESDAY_NINE)) == {"U0ANA", "U0BEN", "U0CHLOE", "U0INES", "U0MARIA", OMAR}
    assert await later(office, TUESDAY_NINE + 1) == []
    assert [row[0] for row in await claimed(office, ANA)] == ["2026-11-24"]
    await later(office, FRIDAY_NINE)
    assert await later(office, MONDAY_NINE - 1) == []
    periods = [(period, late) for period, _, _, late in await claimed(office, ANA)]
    # Wednesday and Thursday were missed: Friday's stands for them.
    assert periods == [
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2026-11-26", True),
        ("2026-11-27", False),
    ]


async def test_what_is_found_at_night_waits_for_the_office_to_open(office: Office) -> None:
    await later(office, 1)
    assert await later(office, TUESDAY_NINE + 12) == []  # nine in the evening
    assert await comes(office, ANA) == NOON + timedelta(hours=45)
    assert ANA in await later(office, 45)
    assert await claimed(office, ANA) == [
        ("2026-11-24", f"person.{await id_of(office, ANA)}", "claimed", True),
        ("2026-11-25", f"person.{await id_of(office, ANA)}", "claimed", False),
    ]


async def test_another_hour_and_another_calendar_move_the_next_morning(office: Office) -> None:
    await later(office, 1)
    await notify.choose(office.desk, Preference(review_hour=11), ANA, office.key())
    assert await comes(office, ANA) == NOON + timedelta(hours=23)
    early = same_hours(frozenset(range(5)), NOON.time().replace(hour=6), NOON.time().replace(hour=9))
    await calendars.set_calendar(office.desk, TeamCalendar(hours=early), OMAR, office.key())
    await later(office, 2)
    assert BEN not in await later(office, TUESDAY_NINE)  # by then their office is closed
    assert BEN in await later(office, 42)  # Wednesday at six


async def test_a_deputy_gets_it_and_without_one_nobody(office: Office) -> None:
    await later(office, 1)
    day = NOON.date() + timedelta(days=1)
    await calendars.add_absence(office.desk, ANA, day, day, BEN, MARIA, office.key())
    await calendars.add_absence(office.desk, MARIA, day, day, None, OMAR, office.key())
    told = await later(office, TUESDAY_NINE)
    assert told.count("U0BEN") == 2
    assert "U0ANA" not in told
    assert "U0MARIA" not in told
    assert (await claimed(office, ANA))[0][1] == f"person.{await id_of(office, BEN)}"
    assert (await claimed(office, MARIA))[0][1:3] == ("nobody", "dropped")


async def test_a_deputy_gets_it_in_their_own_morning_and_that_is_not_late(office: Office) -> None:
    """Nine where Ana works is five in the morning where Ben does."""
    await later(office, 1)
    for who, zone in ((ANA, "Asia/Dubai"), (BEN, "UTC")):
        person = PersonId(await id_of(office, who))
        await people.learn_profile(office.desk, person, who, zone)
    await later(office, 2)
    day = NOON.date() + timedelta(days=1)
    await calendars.add_absence(office.desk, ANA, day, day, BEN, MARIA, office.key())
    assert BEN not in await later(office, TUESDAY_NINE - 1)
    assert BEN in await later(office, TUESDAY_NINE)
    assert [(period, late) for period, _, _, late in await claimed(office, ANA)] == [(f"{day}", False)]


async def test_who_is_no_staff_any_more_has_no_review(office: Office) -> None:
    await later(office, 1)
    command = SetUpPerson(slack_user_id=ANA, role=None, account_id=None, team_ids=())
    await people.set_up_person(office.desk, command, OMAR, office.key())
    await later(office, 2)
    assert await comes(office, ANA) is None
    assert "U0ANA" not in await later(office, TUESDAY_NINE)


async def test_a_review_that_slack_has_kept_until_the_night_comes_in_the_morning(office: Office) -> None:
    await office.opened()
    await later(office, 1)
    await later(office, TUESDAY_NINE)
    mine = slots.c.job == f"review.{await id_of(office, BEN)}"
    token = await office.desk.store.look(lambda c: c.execute(select(slots.c.token).where(mine)).scalar_one())
    evening = replace(office.desk, clock=LaterClock(TUESDAY_NINE + 12))
    ben = await evening.store.look(lambda c: find_person(c, evening.workspace_id, BEN))
    assert ben is not None
    assert not await evening.store.look(lambda c: reviews.may_be_told(c, ben, evening.clock.now()))
    await evening.write(lambda work: reviews.hold(work, ben, token))
    opens = due_times.c.kind == DueKind.REVIEW_OPENS.value
    (held,) = await evening.store.look(lambda c: c.execute(select(due_times).where(opens)).all())
    assert held.due_at == NOON + timedelta(hours=45)
    (moved,) = await evening.store.look(lambda c: slot_store.of_token(c, held.detail))
    assert moved.late
    assert (await later(office, 45)).count("U0BEN") == 2  # yesterday's and this morning's


async def test_what_a_row_may_do_and_how_it_stands_follows_the_case(office: Office) -> None:
    case = await office.opened()
    await cases.take(office.desk, case.id, ANA, office.key())

    async def row() -> Any:
        found = await reviewing.page(office.desk, ANA, await id_of(office, ANA))  # type: ignore[arg-type]
        return found.review.rows[0] if found.review.rows else None

    shown = await row()
    assert (shown.stand, shown.is_first) == (Stand.DUE, True)
    assert {act.value for act in shown.acts} == {"comment", "assign", "close"}  # not Working yet: no Waiting
    await reviewing.answer(office.desk, case.id, shown.drawn_to, ANA, office.key(), Snooze.TOMORROW)
    assert await row() is None
    there = Viewer(await person(office, ANA))
    (kept,) = await office.desk.store.read(lambda c, v: reviewing.store.standings(c, v, v.person_id), there)
    assert kept.snoozed_until == NOON.replace(hour=0) + timedelta(days=1)


async def person(office: Office, who: SlackUserId) -> Any:
    return await office.desk.store.look(lambda c: find_person(c, office.desk.workspace_id, who))
