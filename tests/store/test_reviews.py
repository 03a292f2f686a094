"""Daily reviews in the database, on both: what is open, what its reader has seen, which message shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.due import DueKind
from bot.domain.ids import CaseId, HistoryId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role, Viewer
from bot.domain.reviews import Part, Standing
from bot.store import records, slots
from bot.store import reviews as store
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, add_account, add_case, add_comment, add_person, stamp
from tests.store.conftest import Table


@dataclass
class World:
    table: Table
    ana: Person
    ben: Person
    linda: Person
    cases: dict[str, Case]

    def standings(self, reader: Person, of: Person | None = None) -> dict[str, Standing]:
        names = {one.id: name for name, one in self.cases.items()}
        found = self.table.look(lambda c: store.standings(c, Viewer(reader), (of or reader).id))
        return {names[one.case_id]: one for one in found}

    def happens(
        self, name: str, by: Person | None, kind: ChangeKind = ChangeKind.STATUS_SET, hours: int = 1
    ) -> HistoryId:
        at = stamp(now=NOON + timedelta(hours=hours))
        return self.table.write(
            lambda work: records.insert_history(
                work,
                kind.value,
                actor_id=by.id if by else None,
                audience=Audience.INTERNAL,
                changes={},
                case_id=self.cases[name].id,
            ),
            at,
        )


@pytest.fixture
def world(table: Table) -> World:
    def populate(work: Work) -> World:
        cloud = add_account(work, "Cloud Nine")
        ana, ben = add_person(work, "Ana", Role.AGENT), add_person(work, "Ben", Role.AGENT)
        linda = add_person(work, "Linda", Role.DSC, account=cloud)
        made = {
            "owned": add_case(work, linda, cloud, owner=ana.ref, status=Status.WORKING),
            "both": add_case(work, ana, cloud, owner=ana.ref),
            "created": add_case(work, ana, cloud, owner=ben.ref),
            "nobodys": add_case(work, ana, cloud),
            "waiting": add_case(work, linda, cloud, owner=ana.ref, status=Status.WAITING),
            "closed": add_case(work, ana, cloud, owner=ana.ref, status=Status.CLOSED),
            "bens": add_case(work, linda, cloud, owner=ben.ref),
        }
        return World(table, ana, ben, linda, made)

    return table.write(populate)


def test_a_case_that_somebody_owns_is_not_repeated_among_those_they_created(world: World) -> None:
    found = world.standings(world.ana)
    assert {name: one.part for name, one in found.items()} == {
        "owned": Part.OWNED,
        "both": Part.OWNED,
        "waiting": Part.OWNED,
        "created": Part.CREATED,
        "nobodys": Part.CREATED,
    }
    assert world.standings(world.linda) == {}  # reviews are for staff


def test_who_stands_in_is_not_told_of_what_is_in_their_own_review(world: World) -> None:
    assert set(world.standings(world.ben, world.ana)) == {"owned", "both", "waiting", "nobodys"}


def test_what_others_do_is_news_and_what_one_does_oneself_is_an_answer(world: World) -> None:
    now = NOON + timedelta(hours=2)
    assert world.standings(world.ana)["owned"].is_due(now)
    row = world.happens("owned", world.ben)
    world.table.write(lambda work: store.answer(work, world.ana.id, world.cases["owned"].id, row, None))
    seen = world.standings(world.ana)["owned"]
    assert (seen.changed_to, seen.seen_to, seen.is_due(now)) == (row, row, False)
    world.happens("owned", None, ChangeKind.LIMIT_PASSED)  # a rule did it
    assert world.standings(world.ana)["owned"].is_due(now)
    own = world.happens("owned", world.ana, ChangeKind.COMMENTED)
    assert world.standings(world.ana)["owned"].seen_to == own
    assert not world.standings(world.ana)["owned"].is_due(now)
    world.happens("both", world.ana, ChangeKind.TAKEN)
    assert world.standings(world.ana)["both"].is_due(now)  # to take a case is no answer about it


def test_an_answer_never_goes_back_and_a_later_one_ends_a_snooze(world: World) -> None:
    case_id = world.cases["both"].id
    first, second = world.happens("both", world.ben), world.happens("both", world.ben)
    until = NOON + timedelta(days=1)
    world.table.write(lambda work: store.answer(work, world.ana.id, case_id, second, until))
    assert world.standings(world.ana)["both"].snoozed_until == until
    later = stamp(now=NOON + timedelta(hours=3))
    world.table.write(lambda work: store.answer(work, world.ana.id, case_id, first, None), later)
    found = world.standings(world.ana)["both"]
    assert (found.seen_to, found.seen_at, found.snoozed_until) == (second, later.now, None)
    newest = world.table.write(lambda work: store.newest_row(work.connection, Viewer(world.ana), case_id))
    assert newest == second


def test_what_was_added_is_told_with_its_number_and_the_newest_words(world: World) -> None:
    case = world.cases["owned"]
    comment_id = world.table.write(lambda work: add_comment(work, case.id, world.ben, text="Look here"))

    def comment(work: Work) -> HistoryId:
        return records.insert_history(
            work,
            ChangeKind.COMMENTED.value,
            actor_id=world.ben.id,
            audience=Audience.INTERNAL,
            changes={},
            case_id=case.id,
            comment_id=comment_id,
        )

    world.table.write(comment)
    rows = [world.happens("owned", world.ben) for _ in range(4)]
    world.happens("owned", world.ana)  # her own is no news to her
    found = world.table.look(lambda c: records.added(c, Viewer(world.ana), {case.id: HistoryId(0)}))
    entries, count, said = found[case.id]
    assert ([one.id for one in entries], count, said) == (rows[1:], 5, None)
    entries, count, said = world.table.look(
        lambda c: records.added(c, Viewer(world.linda), {case.id: HistoryId(0)})
    ).get(case.id, ((), 0, None))
    assert (entries, count) == ((), 0)  # what staff say among themselves
    assert world.table.look(lambda c: records.added(c, Viewer(world.ana), {})) == {}
    newest = world.table.look(lambda c: records.added(c, Viewer(world.ana), {case.id: rows[3]}))
    assert newest == {}


def test_the_newest_message_of_each_review_is_known_by_its_cases(world: World) -> None:
    owned, created = world.cases["owned"].id, world.cases["created"].id
    shown = [(owned, Part.OWNED), (created, Part.CREATED)]
    ana, ben = world.ana, world.ben

    def keep(token: str, reader: Person, of: Person, rows: list[tuple[CaseId, Part]]) -> None:
        world.table.write(lambda work: store.keep_rows(work, token, reader.id, of.id, rows))

    keep("first", ana, ana, [(owned, Part.OWNED)])
    keep("second", ana, ana, shown)
    keep("instead", ben, ana, [(owned, Part.OWNED)])
    keep("own", ben, ben, [(created, Part.OWNED)])
    look = world.table.look
    assert look(lambda c: store.rows_of(c, Viewer(ana), "first")) == ()
    assert look(lambda c: store.rows_of(c, Viewer(ana), "second")) == tuple(shown)
    assert look(lambda c: store.rows_of(c, Viewer(ben), "second")) == ()  # it is not his
    assert set(look(lambda c: store.tokens_of(c, Viewer(ben)))) == {"instead", "own"}
    readers = world.table.write(lambda work: store.readers_of(work, owned))
    assert [one for one, _ in readers] == [ana.id, ben.id]


def test_everybodys_next_morning_is_set_at_once(world: World) -> None:
    kind = DueKind.REVIEW.value
    plans = {world.ana.id: NOON, world.ben.id: NOON + timedelta(days=1)}
    world.table.write(lambda work: store.plan(work, kind, plans, []))
    assert world.table.look(lambda c: store.planned(c, WORKSPACE, kind)) == plans
    world.table.write(lambda work: store.plan(work, kind, {world.ana.id: NOON}, [world.ben.id]))
    assert world.table.look(lambda c: store.planned(c, WORKSPACE, kind)) == {world.ana.id: NOON}
    assert {one.id for one in world.table.look(lambda c: store.staff(c, WORKSPACE))} == {
        world.ana.id,
        world.ben.id,
    }


def test_what_was_not_sent_at_night_is_told_by_another_message_and_is_late(world: World) -> None:
    claim = slots.Claim(
        job="review.1", period="2026-11-23", audience="person.1", due_at=NOON, person_id=world.ana.id
    )
    world.table.write(lambda work: slots.claim(work, claim, "bot:1", "evening"))
    world.table.write(lambda work: slots.move(work, "evening", "morning"))
    assert world.table.look(lambda c: slots.of_token(c, "evening")) == ()
    (moved,) = world.table.look(lambda c: slots.of_token(c, "morning"))
    assert moved.late
    maria = replace(world.ben, role=Role.MANAGER)
    assert [one.job for one in world.table.look(lambda c: slots.ledger(c, Viewer(world.ana)))[0]] == [
        "review.1"
    ]
    assert world.table.look(lambda c: slots.ledger(c, Viewer(maria)))[0] == ()  # it would bury the reports


def test_a_review_reads_each_list_and_each_history_by_its_index(world: World) -> None:
    plan = "\n".join(world.table.plans(lambda c: store.standings(c, Viewer(world.ana), world.ana.id)))
    assert "SCAN cases" not in plan
    assert "ix_cases_open_owner_id" in plan
    assert "ix_cases_open_creator_id" in plan
    assert "ix_history_case_id_id" in plan
