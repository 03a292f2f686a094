"""The calls of a week, on both databases: counted by how they ended, since the last report, by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from bot.domain.call_week import CallsAsked, CallsTold
from bot.domain.ids import PhoneCallId, TeamId
from bot.domain.mail import MailState
from bot.domain.people import Person, Role, TeamKind, Viewer, channel_viewer
from bot.domain.phone_calls import HUNG_UP, PHONE, TO_SALES, TRIAGE
from bot.domain.playbook.canned import FilledMessage
from bot.store import canned, phone_calls
from bot.store.call_week import calls_of, calls_told, first_call_at
from bot.store.schema import canned_mails
from bot.store.schema import phone_calls as table_of_calls
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, add_person, add_team, stamp
from tests.store.conftest import Table

DAY = timedelta(days=1)
EYES = channel_viewer(WORKSPACE)
ASKED = CallsAsked(at=NOON, since=NOON - 7 * DAY)


@dataclass(frozen=True)
class Phones:
    """Somebody of level one, and somebody of another team."""

    chloe: Person
    ben: Person
    team: TeamId


@pytest.fixture
def phones(table: Table) -> Phones:
    def fill(work: Work) -> Phones:
        team, other = add_team(work, TeamKind.LEVEL_ONE), add_team(work, TeamKind.LEVEL_TWO)
        chloe = add_person(work, "Chloe", Role.AGENT, team)
        return Phones(chloe=chloe, ben=add_person(work, "Ben", Role.AGENT, other), team=team)

    return table.write(fill)


def add(
    table: Table,
    by: Person,
    days: float,
    outcome: str,
    seconds: int = 60,
    *,
    step: str = "end",
    script: str = PHONE,
    sent: tuple[str, ...] = (),
) -> PhoneCallId:
    """A call that ended so many days ago after so many seconds; without an outcome nobody ended it."""
    ended = NOON - timedelta(days=days)

    def unit(work: Work) -> PhoneCallId:
        call_id = phone_calls.insert_call(work, by.id, script=script, revision=1, step=step)
        over = {"outcome": outcome, "ended_at": ended} if outcome else {}
        change = update(table_of_calls).where(table_of_calls.c.id == call_id)
        work.connection.execute(change.values(**over, changed_at=ended))
        for message in sent:
            letter = FilledMessage(id=message, version=1, subject="", body="", aloud=())
            canned.send(work, call_id, letter, "lena@example.com", NOON.date(), by.id)
        return call_id

    return table.write(unit, stamp(now=ended - timedelta(seconds=seconds)))


def counted(told: CallsTold) -> list[tuple[str, int, int | None, int | None]]:
    return [(one.outcome, one.calls, one.median, one.longest) for one in told.outcomes]


def look(table: Table, asked: CallsAsked = ASKED, eyes: Viewer = EYES) -> CallsTold:
    return table.look(lambda c: calls_told(c, eyes, asked))


def test_calls_are_counted_by_how_they_ended_within_the_time(table: Table, phones: Phones) -> None:
    for seconds in (30, 40, 40, 200):
        add(table, phones.chloe, 1, "sent", seconds)
    add(table, phones.chloe, 0, "to_sales", 7200)  # ends when the report is due: of this one
    add(table, phones.chloe, 7, "sent", 1)  # ended when the last one was: of that one
    add(table, phones.chloe, 13.9, "sent", 1)
    add(table, phones.chloe, 14.1, "sent", 1)
    add(table, phones.chloe, -0.1, "sent", 1)
    add(table, phones.chloe, 1, "to_level_two", 90, script=TRIAGE)
    told = look(table)
    assert counted(told) == [("sent", 4, 40, 200), ("to_sales", 1, 7200, 7200)]
    assert told.before == 2
    assert [(one.outcome, one.calls) for one in told.triaged] == [("to_level_two", 1)]


def test_where_people_stop_is_counted_and_what_lies_open_is_told_once(table: Table, phones: Phones) -> None:
    add(table, phones.chloe, 2, HUNG_UP, step="greet")
    add(table, phones.chloe, 3, HUNG_UP, step="orders")
    add(table, phones.chloe, 3, HUNG_UP, step="orders")
    add(table, phones.chloe, 2, "", step="live")  # nobody went on with it
    add(table, phones.chloe, 0.5, "", step="live")  # somebody may still
    add(table, phones.chloe, 2, "", step="start", script=TRIAGE)  # it waits for somebody, as cases do
    told = look(table)
    steps = [(one.step, one.hung_up, one.left_open) for one in told.stopped]
    assert steps == [("orders", 2, 0), ("greet", 1, 0), ("live", 0, 1)]
    assert told.every.calls == 4
    later = look(table, CallsAsked(at=NOON + 7 * DAY, since=NOON))
    assert [(one.step, one.left_open) for one in later.stopped] == [("live", 1)]
    assert look(table, CallsAsked(at=NOON + 14 * DAY, since=NOON + 7 * DAY)) == replace(CallsTold(), before=0)


def test_messages_are_those_of_these_calls(table: Table, phones: Phones) -> None:
    add(table, phones.chloe, 1, "sent", sent=("open_case", "request_key"))
    add(table, phones.chloe, 1, "to_sales", sent=(TO_SALES,))
    add(table, phones.chloe, 9, "sent", sent=("open_case",))
    back = add(table, phones.chloe, 2, "sent", sent=("open_case",))

    def comes_back(work: Work) -> None:
        change = update(canned_mails).where(canned_mails.c.call_id == back)
        work.connection.execute(change.values(state=MailState.RETURNED.value))

    table.write(comes_back)
    told = look(table)
    found = [(one.message, one.sent, one.came_back) for one in told.messages]
    assert found == [("open_case", 2, 1), ("request_key", 1, 0)]


def test_a_teams_report_has_the_calls_of_its_people(table: Table, phones: Phones) -> None:
    add(table, phones.chloe, 1, "sent")
    add(table, phones.ben, 1, "to_sales")
    told = look(table, replace(ASKED, team_id=phones.team))
    assert counted(told) == [("sent", 1, 60, 60)]
    lines = table.look(lambda c: calls_of(c, EYES, replace(ASKED, team_id=phones.team), PhoneCallId(0), 9))
    assert [(one.owner, one.seconds) for one in lines] == [("Chloe", 60)]


def test_the_file_is_read_page_by_page_and_has_what_was_counted(table: Table, phones: Phones) -> None:
    first = add(table, phones.chloe, 1, "sent", 61, sent=("open_case", "request_key"))
    second = add(table, phones.ben, 2, "", step="live")
    add(table, phones.ben, 8, "sent")
    page = table.look(lambda c: calls_of(c, EYES, ASKED, PhoneCallId(0), 1))
    (line,) = page
    assert (line.id, line.seconds, line.outcome) == (first, 61, "sent")
    assert (line.owner, line.messages, line.verdict) == ("Chloe", "open_case; request_key", "")
    (line,) = table.look(lambda c: calls_of(c, EYES, ASKED, first, 9))
    assert (line.id, line.seconds, line.outcome, line.ended_at) == (second, None, "left_open", None)


def test_a_report_of_calls_is_owed_from_the_first_call_on(table: Table, phones: Phones) -> None:
    assert table.look(lambda c: first_call_at(c, WORKSPACE)) is None
    add(table, phones.chloe, 3, "to_level_two", script=TRIAGE)
    assert table.look(lambda c: first_call_at(c, WORKSPACE)) is None
    add(table, phones.chloe, 1, "sent", 60)
    assert table.look(lambda c: first_call_at(c, WORKSPACE)) == NOON - DAY - timedelta(seconds=60)


def test_the_weeks_calls_are_found_by_when_they_ended(table: Table, phones: Phones) -> None:
    """A desk of some years: only the calls of the week are read."""
    rows = [
        {
            "workspace_id": WORKSPACE, "script": PHONE, "revision": 1, "begun_by_id": phones.chloe.id,
            "owner_id": phones.chloe.id, "began_at": NOON - n * DAY / 10, "changed_at": NOON - n * DAY / 10,
            "ended_at": NOON - n * DAY / 10, "outcome": "sent", "step": "end", "step_number": 1, "label": "",
            "notes": "", "version": 1,
        }
        for n in range(5000)
    ]  # fmt: skip
    table.write(lambda work: work.connection.execute(insert(table_of_calls), rows) and None)
    assert look(table).every.calls == 70
    if table.kind == "postgresql":
        table.run(lambda c: c.exec_driver_sql("ANALYZE phone_calls") and None)
    plans = table.plans(lambda c: calls_told(c, EYES, ASKED), is_crowded=True)
    assert any("ix_phone_calls_workspace_id_ended_at" in plan for plan in plans), plans
