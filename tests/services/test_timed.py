"""What the desk does by itself when a rule's time has come: whom it tells and when, what it closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import AddComment, AssignCase, Audience, SetStatus
from bot.domain.due import DueKind
from bot.domain.ids import PersonId, SlackUserId, TeamId
from bot.domain.lifecycle import Status
from bot.domain.notify import Pace, Preference
from bot.domain.outcomes import Outcome
from bot.domain.people import PersonRef
from bot.domain.rosters import Shift
from bot.scheduler.due import DueTimes
from bot.services import calendars, cases, notify
from bot.store.schema import IS_PASSED, due_times
from tests.factories import NOON
from tests.services.conftest import Office, StoppedClock

ANA, BEN, INES, MARIA, OMAR, LINDA = (
    SlackUserId(f"U0{name}") for name in ("ANA", "BEN", "INES", "MARIA", "OMAR", "LINDA")
)
ALL = frozenset(range(7))


class LaterClock(StoppedClock):
    """Some hours after noon."""

    def __init__(self, hours: float) -> None:
        self.hours = hours

    def now(self) -> datetime:
        return NOON + timedelta(hours=self.hours)


async def later(office: Office, hours: float) -> list[tuple[str, str]]:
    """Everything that is due by then is done; what was told since, but for cards, reports and reviews."""
    office.desk = replace(office.desk, clock=LaterClock(hours))
    await office.news()
    await office.delivered()
    await DueTimes(office.desk).sweep()
    _, told = await office.news()
    return [(kind, to) for kind, to, _ in told if kind not in ("card", "home", "report", "review")]


async def history(office: Office, hours: float) -> list[dict[str, Any]]:
    office.desk = replace(office.desk, clock=LaterClock(hours))
    await office.news()
    await DueTimes(office.desk).sweep()
    rows, _ = await office.news()
    return rows


async def says(office: Office, case: Case, by: SlackUserId, *outcomes: Outcome, public: bool = False) -> None:
    audience = Audience.PUBLIC if public else Audience.INTERNAL
    command = AddComment(case_id=case.id, text="Hello", audience=audience, outcomes=outcomes)
    await cases.comment(office.desk, command, by, office.key())


async def sets(office: Office, case: Case, status: Status, by: SlackUserId = ANA) -> None:
    now = await office.case(case.id)
    command = SetStatus(case_id=case.id, version=now.version, status=status)
    await cases.set_status(office.desk, command, by, office.key())


async def waiting(office: Office, *kinds: DueKind) -> list[tuple[str, float]]:
    """What waits of these kinds, in hours after noon."""

    def query(connection: Connection) -> list[tuple[str, float]]:
        rows = connection.execute(
            select(due_times.c.kind, due_times.c.due_at)
            .where(due_times.c.done_at.is_(None), due_times.c.kind.in_([one.value for one in kinds]))
            .order_by(due_times.c.due_at)
        )
        return [(row.kind, (row.due_at - NOON) / timedelta(hours=1)) for row in rows]

    return await office.desk.store.look(query)


async def always_open(office: Office) -> None:
    """Office hours that never end, so that nothing is held back."""
    form = await calendars.calendar_form(office.desk, OMAR, None)
    hours = {
        day: replace(next(iter(form.calendar.hours.values())), opens=time(0), closes=time(0)) for day in ALL
    }
    calendar = replace(form.calendar, hours=hours, version=0)
    await calendars.set_calendar(office.desk, calendar, OMAR, office.key())


async def on_duty(
    office: Office, who: SlackUserId, team_id: TeamId | None, begins: int = 0, ends: int = 0
) -> None:
    nobody = PersonRef(id=PersonId(0), slack_user_id=SlackUserId(""), name="")
    shift = Shift(person=nobody, weekdays=ALL, begins=time(begins), ends=time(ends), team_id=team_id)
    await calendars.add_shift(office.desk, shift, who, OMAR, office.key())


async def test_integrations_owe_a_first_comment_and_are_reminded_before_and_at_the_limit(
    office: Office,
) -> None:
    await always_open(office)
    await on_duty(office, INES, office.integrations)
    await on_duty(office, MARIA, None)
    await office.opened(ANA, team_id=office.integrations, severity=4)
    assert await waiting(office, DueKind.FIRST_COMMENT_SOON, DueKind.FIRST_COMMENT) == [
        ("first_comment_soon", 36),
        ("first_comment", 48),
    ]
    assert await later(office, 8) == [("first_answer", INES)]  # T0, of severity 4
    assert await later(office, 36) == [("first_comment", INES)]
    assert await later(office, 47) == []
    assert await later(office, 48) == [("first_comment", INES), ("first_comment", MARIA)]
    assert await later(office, 100) == []


async def test_a_passed_limit_stands_in_the_history_and_a_comment_ends_the_clock(office: Office) -> None:
    await always_open(office)
    case = await office.opened(ANA, team_id=office.integrations)
    rows = await history(office, 48)
    passed = [row for row in rows if row["kind"] == ChangeKind.LIMIT_PASSED.value]
    assert [(row["changes"], row["source"], row["audience"]) for row in passed] == [
        ({"rule": [None, "T1"]}, "rule", "internal")
    ]
    other = await office.opened(ANA, team_id=office.integrations, title="Another")
    await says(office, other, ANA)
    assert len(await waiting(office, DueKind.FIRST_COMMENT)) == 1  # Ana is not of Integrations
    await says(office, other, INES)
    assert await waiting(office, DueKind.FIRST_COMMENT, DueKind.FIRST_COMMENT_SOON) == []
    await says(office, case, INES)


async def past_limits(office: Office) -> int:
    """How many cases a report would call past a limit of T1 or T2."""
    counted = select(func.count(due_times.c.case_id.distinct())).where(IS_PASSED)
    return await office.desk.store.look(lambda connection: connection.execute(counted).scalar_one())


async def test_a_limit_counts_as_passed_while_what_is_owed_still_is(office: Office) -> None:
    await always_open(office)
    case = await office.opened(ANA, team_id=office.integrations, severity=4)
    await sets(office, case, Status.WORKING)
    await later(office, 47)
    assert await past_limits(office) == 0
    await later(office, 49)
    assert await past_limits(office) == 1
    await sets(office, case, Status.WAITING)
    assert await past_limits(office) == 1  # it was passed before the case waited
    await says(office, case, INES)
    assert await past_limits(office) == 0
    await says(office, case, ANA, Outcome.CALL_BACK_REQUESTED)
    await later(office, 98)
    assert await past_limits(office) == 1
    await says(office, case, ANA, Outcome.SPOKE)
    assert await past_limits(office) == 0
    told = {kind for kind, _ in await later(office, 100)}
    assert not told & {"first_comment", "customer_call"}  # nothing is told twice


async def test_waiting_stops_the_first_comments_clock(office: Office) -> None:
    case = await office.opened(ANA, team_id=office.integrations)
    await sets(office, case, Status.WORKING)
    await sets(office, case, Status.WAITING)
    assert await waiting(office, DueKind.FIRST_COMMENT) == []
    await later(office, 10)
    await sets(office, case, Status.WORKING)
    assert await waiting(office, DueKind.FIRST_COMMENT_SOON, DueKind.FIRST_COMMENT) == [
        ("first_comment_soon", 46),
        ("first_comment", 58),
    ]


async def test_a_reminder_in_the_night_waits_for_the_office_of_its_reader(office: Office) -> None:
    """Noon + 36 h is midnight; the reader's office opens at nine."""
    await on_duty(office, INES, office.integrations)
    await office.opened(ANA, team_id=office.integrations)
    assert await later(office, 2) == [("first_answer", INES)]
    assert await later(office, 36) == []
    ((kind, at),) = await waiting(office, DueKind.HELD_NOTICE)
    opens = NOON + timedelta(hours=at)
    assert (kind, opens.hour, opens.weekday() < 5) == ("held_notice", 9, True)
    assert await later(office, at) == [("first_comment", INES)]


async def test_a_call_back_is_reminded_of_twice_and_at_its_limit(office: Office) -> None:
    await always_open(office)
    case = await office.opened(severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await says(office, case, ANA, Outcome.CALL_BACK_REQUESTED)
    assert await later(office, 8) == [("first_answer", ANA)]  # T0, of severity 4
    assert await later(office, 24) == [("customer_call", ANA)]
    assert ("customer_call", ANA) in await later(office, 44)
    told = await later(office, 48)
    assert [one for one in told if one[0] == "customer_call"] == [
        ("customer_call", ANA),
        ("customer_call", MARIA),
    ]
    await says(office, case, ANA, Outcome.SPOKE)
    assert await waiting(office, DueKind.CUSTOMER_CALL, DueKind.CUSTOMER_CALL_SOON) == []


async def test_left_message_closes_with_a_warning_and_names_the_rule_and_who_ticked(office: Office) -> None:
    await always_open(office)
    case = await office.opened(severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await says(office, case, ANA, Outcome.LEFT_MESSAGE)
    assert ("closes_soon", ANA) in await later(office, 44)
    rows = await history(office, 48)
    (closed,) = [row for row in rows if row["kind"] == "closed"]
    assert closed["actor_id"] is None
    assert closed["changes"]["rule"] == [None, "T5"]
    assert closed["changes"]["ticked_by"][1]
    now = await office.case(case.id)
    assert (now.status, now.resolution, now.closed_by) == (Status.CLOSED, "no_answer", None)


async def test_no_case_closes_before_its_warning_was_told(office: Office) -> None:
    """Ticked on Thursday noon: the warning of Saturday waits until Monday, the case four hours more."""
    await later(office, 72)
    case = await office.opened(severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await says(office, case, ANA, Outcome.LEFT_MESSAGE)
    assert ("closes_soon", ANA) not in await later(office, 72 + 48)
    assert not (await office.case(case.id)).is_closed
    monday = 7 * 24 - 3  # nine o'clock
    assert ("closes_soon", ANA) in await later(office, monday)
    await later(office, monday + 3.9)
    assert not (await office.case(case.id)).is_closed
    await later(office, monday + 4)
    assert (await office.case(case.id)).is_closed


async def closed_at(office: Office, ticked: float) -> list[tuple[str, str]]:
    """Who is told, how, when a case is closed by the tick *Spoke* a day after it."""
    await later(office, ticked)
    case = await office.opened(severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await says(office, case, ANA, Outcome.SPOKE)
    await later(office, ticked + 20)  # the warning
    told = await later(office, ticked + 24)
    assert (await office.case(case.id)).is_closed
    return sorted(one for one in told if one[0] in ("notice", "digest"))


async def test_what_a_rule_does_by_day_is_told_at_once(office: Office) -> None:
    assert await closed_at(office, 2) == [("notice", ANA), ("notice", LINDA)]


async def test_what_a_rule_does_in_the_evening_is_told_when_its_readers_office_opens(office: Office) -> None:
    """Ticked on Monday at eight in the evening, it closes on Tuesday at eight."""
    assert await closed_at(office, 8) == []
    (opens, *_) = await waiting(office, DueKind.DIGEST)
    assert opens == ("digest", 45)  # Wednesday at nine
    assert set(await later(office, 45)) >= {("digest", ANA), ("digest", LINDA)}


async def test_what_a_person_does_is_told_at_any_hour(office: Office) -> None:
    await later(office, 11)  # eleven in the evening
    case = await office.opened()
    await cases.take(office.desk, case.id, ANA, office.key())
    _, told = await office.news()
    assert ("notice", LINDA) in [(kind, to) for kind, to, _ in told]


async def test_a_digest_that_was_missed_is_not_caught_up_with_in_the_night(office: Office) -> None:
    await notify.choose(office.desk, Preference(pace=Pace.DIGEST, hour=8), LINDA, office.key())
    case = await office.opened()
    await cases.take(office.desk, case.id, ANA, office.key())
    assert await waiting(office, DueKind.DIGEST) == [("digest", 21)]
    assert ("digest", LINDA) not in await later(office, 39)  # away until three in the next night
    assert await waiting(office, DueKind.DIGEST) == [("digest", 45)]
    assert ("digest", LINDA) in await later(office, 45)


async def test_whatever_happens_after_the_tick_keeps_the_case_open(office: Office) -> None:
    kinds = (DueKind.LEFT_MESSAGE, DueKind.LEFT_MESSAGE_SOON)
    for keeps in ("comment", "customer", "owner"):
        case = await office.opened(title=keeps, severity=4)
        await cases.take(office.desk, case.id, ANA, office.key())
        await says(office, case, ANA, Outcome.LEFT_MESSAGE)
        assert len(await waiting(office, *kinds)) == 2
        office.desk = replace(office.desk, clock=LaterClock(1))
        match keeps:
            case "comment":
                await says(office, case, BEN)
            case "customer":
                command = AddComment(case_id=case.id, text="Here I am")
                await cases.comment(office.desk, command, LINDA, office.key())
            case "owner":
                now = await office.case(case.id)
                given = AssignCase(case_id=case.id, version=now.version, owner_slack_id=BEN)
                await cases.assign(office.desk, given, ANA, office.key())
        assert await waiting(office, *kinds) == []


async def test_whoever_may_not_close_it_has_its_creator_asked(office: Office) -> None:
    """Chloe of level one opened it: Ines may tick, but does not close another team's case."""
    await always_open(office)
    case = await office.opened("U0CHLOE", severity=4)
    await cases.take(office.desk, case.id, INES, office.key())
    await says(office, case, INES, Outcome.SPOKE)
    assert ("closes_soon", "U0CHLOE") in await later(office, 20)
    assert ("may_close", "U0CHLOE") in await later(office, 24)
    assert not (await office.case(case.id)).is_closed


async def test_no_response_is_proposed_to_a_member_of_integrations(office: Office) -> None:
    await always_open(office)
    case = await office.opened(ANA, team_id=office.integrations, severity=4)
    await cases.take(office.desk, case.id, INES, office.key())
    await says(office, case, INES)
    await says(office, case, ANA, public=True)
    assert await waiting(office, DueKind.NO_RESPONSE) == []
    await later(office, 30)
    await says(office, case, ANA, public=True)
    ((_, at),) = await waiting(office, DueKind.NO_RESPONSE)
    assert 20 * 24 < at <= 21 * 24
    assert [one for one in await later(office, at) if one[0] == "no_response"] == [("no_response", INES)]


async def test_severity_1_of_premier_goes_to_who_is_on_duty_and_over_at_the_shifts_end(
    office: Office,
) -> None:
    """Shifts are on UTC's clocks here; it is noon."""
    await on_duty(office, ANA, office.level_two, 9, 17)
    await on_duty(office, BEN, office.level_two, 17, 20)
    case = await office.opened(ANA, team_id=office.level_two, severity=1)
    rows = await history(office, 0)
    assert [row["changes"].get("rule") for row in rows if row["kind"] == "assigned"] == [[None, "T15"]]
    assert (await office.case(case.id)).owner_name == "U0ANA"
    await later(office, 5)
    assert (await office.case(case.id)).owner_name == "U0BEN"
    told = await later(office, 8)  # 20:00, nobody is on duty
    assert ("shift_ended", MARIA) in told
    await later(office, 21)
    assert (await office.case(case.id)).owner_name == "U0ANA"


async def test_a_critical_case_goes_to_the_deputy_when_leave_begins_in_a_shift(office: Office) -> None:
    """Ana is on duty from Monday on; her own midnight, in UTC here, is in the middle of it."""
    await on_duty(office, ANA, office.level_two, 6, 5)
    case = await office.opened(ANA, team_id=office.level_two, severity=1)
    tomorrow = NOON.date() + timedelta(days=1)
    assert await later(office, 0)
    await calendars.add_absence(office.desk, ANA, tomorrow, tomorrow, BEN, OMAR, office.key())
    await later(office, 1)
    assert (await office.case(case.id)).owner_name == "U0ANA"
    await later(office, 12)
    assert (await office.case(case.id)).owner_name == "U0BEN"
    await later(office, 36)
    assert (await office.case(case.id)).owner_name == "U0ANA"


async def test_leave_that_begins_at_once_hands_a_critical_case_over_or_tells_the_manager(
    office: Office,
) -> None:
    await on_duty(office, ANA, office.level_two)
    case = await office.opened(ANA, team_id=office.level_two, severity=1)
    today = NOON.date()
    assert await later(office, 0)
    await calendars.add_absence(office.desk, ANA, today, today, None, OMAR, office.key())
    assert ("shift_ended", MARIA) in await later(office, 1)
    assert (await office.case(case.id)).owner_name == "U0ANA"


async def test_a_deputy_hears_what_somebody_on_leave_owes(office: Office) -> None:
    await always_open(office)
    today = NOON.date()
    key = office.key()
    await calendars.add_absence(office.desk, ANA, today, today + timedelta(days=9), BEN, OMAR, key)
    case = await office.opened(severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await says(office, case, ANA, Outcome.CALL_BACK_REQUESTED)
    assert ("customer_call", BEN) in await later(office, 24)
