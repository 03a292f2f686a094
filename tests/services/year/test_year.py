"""A year of the desk: every due time equals a slow recount, every slot comes once, nobody is disturbed.

The clock steps from due to due; four teams work in four zones, through both changes of the clocks, holidays,
leave, two changes of the policy and one of a calendar, while cases are opened, escalated, closed and reopened
at random. `books.py` and `slow.py` count it all again, and share nothing with `bot.domain`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, func, select

from bot.domain.rules import OF_CASES
from bot.scheduler.metronome import Metronome
from bot.services.plans import all_plans
from bot.store import schema
from tests.services.conftest import Office, StoppedClock
from tests.services.year.books import SHIFT, Book, Done, Key, Limits
from tests.services.year.life import DESK, END, LINDA, OF_TEAM, START, VIKTOR, ZONES, Life
from tests.services.year.slow import DAY, Week, slots

SEEDS = range(int(os.environ.get("CASELINE_YEARS", "1")))
"""How many years are lived; `make crash` lives more of them."""

COUNTED = [kind.value for kind in OF_CASES] + ["escalation_opens", "call_back", "shift"]
BY_TIME = {"first_answer", "first_comment", "customer_call", "closes_soon", "may_close", "no_response"}
"""What the rules say to people, and what goes to the deputy of who is away."""

OF_MANY = {"digest", "review"}
"""What is about cases of several teams."""

NO_MESSAGE = {"card", "home", "profile", "thread_comment", "comment_edit", "escalation"}
OWN_HOUR = {"report", "report_file", "may_escalate"}
"""What comes at an hour that somebody has chosen."""


class YearClock(StoppedClock):
    """It stands where it is put."""

    at = START

    def now(self) -> datetime:
        return self.at


class Year:
    """Steps through it, and looks at everything after each step."""

    def __init__(self, life: Life, clock: YearClock) -> None:
        self.life, self.clock = life, clock
        self.metronome = Metronome(life.office.desk, jobs=())
        self.told: Counter[str] = Counter()
        self.seen = self.held_seen = 0
        self.closed_by_rule = self.held = 0

    async def lives(self) -> None:
        dice, changes = self.life.dice, _changes(self.life)
        next_act = START + timedelta(hours=1)
        await self.steps(acts=False)
        while self.clock.at < END:
            due = await self.metronome.next_due()
            self.clock.at = min([END, next_act, *changes, *([due] if due else [])])
            if self.clock.at in changes:
                await changes.pop(self.clock.at)()
            acts = self.clock.at == next_act
            if acts:
                await self.life.something()
                next_act += timedelta(minutes=5 * dice.randint(6, 500))
            await self.steps(acts=acts)

    async def steps(self, *, acts: bool) -> None:
        """What is due now is done, and is what was to be done."""
        store = self.life.office.desk.store
        self.seen = await store.look(lambda c: _last(c, schema.outbox))
        await self.metronome.tick()
        now, closing = self.clock.at, []
        for case_id, book in self.life.books.items():
            for key in book.comes(now):
                if self.follows(book, key):
                    closing.append(case_id)
        await self.becomes(closing)
        await self.waits()
        await self.nobody_is_disturbed()

    def follows(self, book: Book, key: Key) -> bool:
        """What comes of a due time; whether the case closes by it."""
        kind, _, began = key
        if key == SHIFT:
            book.shift_ended(self.clock.at)
        if kind in ("left_message_soon", "spoke_soon"):
            assert began is not None
            book.warned[began] = max(self.heard_at(book, who) for who in self.staff_of(book))
        if kind not in ("left_message", "spoke"):
            return False
        assert began is not None
        until = book.warned.get(began, book.created) + timedelta(hours=4)
        if until > self.clock.at:  # it closes so long after the last of them could read the warning
            book.waiting[key] = until
            book.come.discard(key)
            return False
        found = book.tick()
        assert found is not None
        return self.may_close(book, found[1].who or "")

    def staff_of(self, book: Book) -> list[str]:
        life = self.life
        both = [one for one in (book.creator, book.owner) if one in OF_TEAM]
        there = [life.stand_in(one or "") for one in both]
        there = [one for one in there if one] or [life.stand_in(book.owner) if book.owner else None]
        return [one for one in there if one] or [life.on_duty(book.group) or "U0MARIA"]

    def heard_at(self, book: Book, who: str) -> datetime:
        """When somebody hears something, and if they have gone on leave until then, their deputy."""
        opens = book.group.week.on_the_clocks_of(ZONES[who]).opens(self.clock.at)
        now, self.clock.at = self.clock.at, opens
        deputy = self.life.stand_in(who)
        if deputy not in (None, who):
            opens = book.group.week.on_the_clocks_of(ZONES[deputy or ""]).opens(opens)
        self.clock.at = now
        return opens

    def may_close(self, book: Book, who: str) -> bool:
        if book.by_customer:
            return who == book.owner
        return OF_TEAM[who] == OF_TEAM[book.creator]

    async def becomes(self, closing: list[Any]) -> None:
        """What the rules have closed and handed over is noted: those that they should have, and no other."""
        cases, people = schema.cases, schema.people
        asked = select(cases.c.id, cases.c.status, people.c.slack_user_id.label("owner")).outerjoin(
            people, people.c.id == cases.c.owner_id
        )
        rows = await self.life.office.desk.store.look(lambda c: c.execute(asked).all())
        for row in rows:
            book = self.life.books[row.id]
            assert (row.status == "closed") == (book.closed or row.id in closing), (row, self.clock.at)
            if (row.status, row.owner) != (book.status, book.owner):
                self.closed_by_rule += row.status == "closed"
                await self.life.noted(row.id, Done(self.clock.at), watched=True)
                assert book.group.roster == () or book.closed or row.owner == self.life.on_duty(book.group)

    async def waits(self) -> None:
        """What waits in the database is what the books say."""
        due = schema.due_times.c
        asked = select(due.kind, due.detail, due.began_at, due.case_id, due.due_at).where(
            due.done_at.is_(None), due.kind.in_(COUNTED)
        )
        rows = await self.life.office.desk.store.look(lambda c: c.execute(asked).all())
        there = {(row.case_id, row.kind, row.detail, row.began_at): row.due_at for row in rows}
        assert len(there) == len(rows)
        books = self.life.books.items()
        said = {(case_id, *key): at for case_id, book in books for key, at in book.waiting.items()}
        assert there == said, (self.clock.at, set(there.items()) ^ set(said.items()))

    async def nobody_is_disturbed(self) -> None:
        """Whatever time itself has said was said in office hours, but for severity 1 of Premier (T15)."""
        rows = await self.life.office.desk.store.look(self._sent)
        names = {number: who for who, number in self.life.ids.items()}
        twice = Counter((row.kind, row.case_id, row.conversation, row.history_id) for row in rows)
        once = NO_MESSAGE | {"review"}  # a deputy gets another's beside their own; the ledger has them once
        assert all(count == 1 or kind in once for (kind, *_), count in twice.items()), twice
        for row in rows:
            book = self.life.books.get(row.case_id)
            self.told[row.kind] += 1
            if row.kind in NO_MESSAGE | OWN_HOUR or row.person_id is None or self.is_t15(row, book):
                continue
            who = names[row.person_id]
            assert self.is_open(who, book, row.kind), (self.clock.at, row)
            if row.kind in BY_TIME:
                assert self.life.stand_in(who) in (who, None), (self.clock.at, row)
        if rows:
            await self.life.office.delivered()
        held = await self.life.office.desk.store.look(self._held)
        for row in held:
            book, who = self.life.books[row.case_id], names[row.person_id]
            self.held_seen, self.held = row.id, self.held + 1
            assert row.due_at == book.group.week.on_the_clocks_of(ZONES[who]).opens(row.set_at)

    def is_open(self, who: str, book: Book | None, kind: str) -> bool:
        """Whether the office is open in which somebody works on a case; any of theirs for what is of many."""
        groups = self.life.groups if kind in OF_MANY else []
        weeks = [book.group.week] if book else [DESK, *(one.week for one in groups)]
        return any(week.on_the_clocks_of(ZONES[who]).is_open(self.clock.at) for week in weeks)

    def is_t15(self, row: Row[Any], book: Book | None) -> bool:
        if row.kind in ("needs_owner", "shift_ended") or (row.changes or {}).get("rule") == [None, "T15"]:
            return True
        return row.kind in ("first_answer", "call_back") and book is not None and book.watched

    def _sent(self, connection: Connection) -> list[Row[Any]]:
        out, past = schema.outbox, schema.history
        asked = select(out, past.c.changes).outerjoin(past, past.c.id == out.c.history_id)
        return list(connection.execute(asked.where(out.c.id > self.seen)).all())

    def _held(self, connection: Connection) -> list[Row[Any]]:
        due = schema.due_times
        mine = (due.c.kind == "held_notice") & (due.c.id > self.held_seen)
        return list(connection.execute(select(due).where(mine).order_by(due.c.id)).all())


def _last(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.max(table.c.id))).scalar_one() or 0)


def _changes(life: Life) -> dict[datetime, Any]:
    longer = Limits(first_comment=60, first_comment_reminder=50, left_message=72, premier=(2, 3, 4, 8))
    return {
        START + 80 * DAY: lambda: life.policy(longer),
        START + 60 * DAY: life.grave,
        START + 61 * DAY: life.called_for,
        START + 100 * DAY: life.unanswered,
        START + 101 * DAY: life.in_vain,
        START + 190 * DAY: lambda: life.policy(Limits()),
        datetime(2027, 8, 3, 14, tzinfo=UTC): life.critical,  # whose night it is, is away
        datetime(2027, 8, 16, 7, tzinfo=UTC): life.day_off,
    }


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_year_goes_by_the_rules_in_every_zone(office: Office, seed: int) -> None:
    clock = YearClock()
    office.desk = replace(office.desk, clock=clock)
    life = Life(office, random.Random(seed))
    await life.begins()
    year = Year(life, clock)
    await year.lives()
    await every_slot_came_once(life)
    await every_morning_reminded(life)
    assert year.told.keys() >= BY_TIME | {"call_back", "shift_ended", "report", "access_reminder", "notice"}
    assert year.held > 20
    assert year.closed_by_rule >= 3


async def every_slot_came_once(life: Life) -> None:
    """Each report to each of its readers, on each of its days, in time; and nothing else."""
    slot, desk = schema.slots.c, life.office.desk
    asked = select(slot).where(slot.occasion == "regular")
    found = await desk.store.look(lambda c: c.execute(asked).all())
    mornings(life, [row for row in found if row.job.startswith("review.")])
    rows = [row for row in found if not row.job.startswith("review.")]
    came = Counter((row.job, row.audience, row.period, row.due_at, row.meant) for row in rows)
    plans = await desk.store.look(lambda c: all_plans(desk, c, END))
    wanted: Counter[Any] = Counter()
    for one in plans:
        rhythm, since = one.plan.rhythm, one.plan.since or START
        week = week_of(life, one.plan.scope.team_id, one.plan.scope.own_of)
        for slot_of in slots(week, list(rhythm.weekdays), rhythm.hour, since, END, moves=rhythm.moves):
            for audience in one.audiences:
                wanted[one.plan.job, audience.key, slot_of.period, slot_of.at, slot_of.meant] += 1
    assert came == wanted, (came - wanted, wanted - came)
    assert all(row.claimed_at == row.due_at and not row.late for row in rows)
    assert any("," in row.meant for row in rows)  # two that met on one day


def mornings(life: Life, rows: list[Row[Any]]) -> None:
    """A daily review is claimed on every office morning of everybody, once, and on no other."""
    came = Counter((row.job, row.period, row.due_at) for row in rows)
    wanted = Counter[Any]()
    for who, number in life.ids.items():
        if who in (LINDA, VIKTOR):
            continue  # customers have none
        group = life.groups[OF_TEAM[who]].week if who in OF_TEAM else DESK
        week = group.on_the_clocks_of(ZONES[who])
        for day in (START.date() + ahead * DAY for ahead in range((END - START).days + 2)):
            if week.works_on(day) and START < (at := week.opens(week.when(day, 9))) <= END:
                wanted[f"review.{number}", day.isoformat(), at] += 1
    assert came == wanted, (came - wanted, wanted - came)
    assert {row.state for row in rows if row.person_id is None} == {"dropped"}  # nobody stood in
    own = [row for row in rows if row.job == f"review.{row.person_id}"]  # a deputy's office may open later
    assert all(row.claimed_at == row.due_at and not row.late for row in own)


def week_of(life: Life, team_id: int | None, own_of: int | None) -> Week:
    """The week of a team, of the desk, or of somebody: their team's days on their own clocks."""
    if own_of is not None:
        who = next(who for who, number in life.ids.items() if number == own_of)
        return life.groups[OF_TEAM[who]].week.on_the_clocks_of(ZONES[who])
    return life.groups[life.teams.index(team_id)].week if team_id in life.teams else DESK


async def every_morning_reminded(life: Life) -> None:
    """A request for access that nobody sees to is told on each office morning of who could."""
    due, week = schema.due_times.c, DESK.on_the_clocks_of(ZONES[LINDA])
    asked = select(due.due_at).where(due.kind == "access_reminder", due.done_at.is_not(None))
    there = await life.office.desk.store.look(lambda c: list(c.execute(asked.order_by(due.due_at)).scalars()))
    days = [date(2026, 11, 20) + number * DAY for number in range(370)]
    mornings = [week.when(day, 9) for day in days if week.works_on(day)]
    assert there == [one for one in mornings if START < one <= END]
