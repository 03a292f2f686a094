"""The ledger of slots, on both databases: each slot is claimed once, whoever asks, and settled truthfully."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.ids import PersonId
from bot.domain.people import Person, Role, TeamKind, Viewer
from bot.domain.slots import SlotState
from bot.store import slots
from bot.store.slots import Claim, Kind
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, add_person, add_team, stamp
from tests.store.conftest import Table

MONDAY = Claim(
    job="report.team.1",
    period="2026-11-23",
    audience="channel.C1",
    due_at=NOON,
    meant=(date(2026, 11, 20), date(2026, 11, 23)),
    late=True,
)


def claims(table: Table, one: Claim, token: str, hours: int = 0) -> bool:
    at = stamp(now=NOON + timedelta(hours=hours))
    return table.write(lambda work: slots.claim(work, one, "bot:1", token), at)


def states(table: Table, token: str) -> list[SlotState]:
    return [one.state for one in table.look(lambda c: slots.of_token(c, token))]


def test_a_slot_is_claimed_once_for_each_audience(table: Table) -> None:
    assert claims(table, MONDAY, "a")
    assert not claims(table, MONDAY, "b")
    assert claims(table, replace(MONDAY, audience="person.1"), "c")
    assert claims(table, replace(MONDAY, period="2026-11-26"), "d")
    assert claims(table, replace(MONDAY, job="report.team.2"), "e")
    (kept,) = table.look(lambda c: slots.of_token(c, "a"))
    assert (kept.meant, kept.late, kept.claimed_at) == (MONDAY.meant, True, NOON)
    assert table.look(lambda c: slots.of_token(c, "b")) == ()


def test_a_job_owes_nothing_from_before_it_was_seen_first(table: Table) -> None:
    begun = table.write(lambda work: slots.begin(work, "report.team.1"))
    again = table.write(lambda work: slots.begin(work, "report.team.1"), stamp(now=NOON + timedelta(hours=5)))
    assert begun == again == NOON
    assert table.look(lambda c: slots.last_due(c, WORKSPACE, "report.team.2")) is None


def test_what_was_asked_for_by_hand_moves_no_regular_slot(table: Table) -> None:
    later = NOON + timedelta(hours=1)
    claims(table, MONDAY, "a")
    claims(table, replace(MONDAY, period="asked.1", kind=Kind.ASKED, due_at=later), "b", 1)
    assert table.look(lambda c: slots.last_due(c, WORKSPACE, MONDAY.job)) == NOON
    table.write(lambda work: _sent(work, "a", SlotState.SENT))
    table.write(lambda work: _sent(work, "b", SlotState.SENT))
    told = table.look(
        lambda c: slots.told_before(c, WORKSPACE, MONDAY.job, MONDAY.audience, NOON + timedelta(days=3))
    )
    assert told == NOON


def _sent(work: Work, token: str, state: SlotState) -> None:
    slots.settle(work, token, {MONDAY.job: state}, channel="C1", ts="1.1", file_token=f"{token}.file")


def test_what_nobody_was_told_is_told_with_the_next(table: Table) -> None:
    thursday = NOON + timedelta(days=3)
    claims(table, MONDAY, "a")
    table.write(lambda work: slots.end_badly(work, "a", SlotState.UNKNOWN, "missing_scope"))
    assert states(table, "a") == [SlotState.UNKNOWN]

    def told() -> object:
        return table.look(lambda c: slots.told_before(c, WORKSPACE, MONDAY.job, MONDAY.audience, thursday))

    assert told() is None
    table.write(lambda work: _sent(work, "a", SlotState.LATE))
    assert told() == NOON
    table.write(lambda work: slots.end_badly(work, "a", SlotState.UNKNOWN, "too late"))
    assert states(table, "a") == [SlotState.LATE]  # what was sent stays sent
    assert table.look(lambda c: slots.sent_to(c, "a")) == ("C1", "1.1")
    assert table.look(lambda c: slots.message_of(c, "a.file")) == "a"


def test_the_ledger_is_all_of_it_for_managers_and_ones_own_for_agents(table: Table) -> None:
    def people(work: Work) -> tuple[Person, Person, Person]:
        team = add_team(work, TeamKind.LEVEL_TWO)
        return (
            add_person(work, "Maria", Role.MANAGER),
            add_person(work, "Ana", Role.AGENT, team),
            add_person(work, "Linda", Role.DSC),
        )

    maria, ana, linda = table.write(people)
    for number in range(10):
        claims(table, replace(MONDAY, period=f"p{number}"), f"c{number}")
    own = replace(MONDAY, audience=f"person.{ana.id}", person_id=PersonId(ana.id))
    claims(table, own, "own")
    rows, newer, older = table.look(lambda c: slots.ledger(c, Viewer(maria)))
    assert (len(rows), newer) == (slots.PAGE, None)
    assert older is not None
    assert rows[0].person == ana.ref
    rest, back, _ = table.look(lambda c: slots.ledger(c, Viewer(maria), older))
    assert len(rest) == 11 - slots.PAGE
    assert back == rows[0].id
    mine, _, _ = table.look(lambda c: slots.ledger(c, Viewer(ana)))
    assert [row.person for row in mine] == [ana.ref]
    assert table.look(lambda c: slots.ledger(c, Viewer(linda)))[0] == ()
