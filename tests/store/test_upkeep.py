"""The desk's own books: policy revisions, jobs claimed once, case numbers, and what is thrown away when."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.domain.ids import WorkspaceId
from bot.domain.receipts import Receipt
from bot.store import cases, outbox, upkeep
from bot.store.outbox import Announcement, Kind
from bot.store.schema import calls, job_runs
from bot.store.schema import outbox as rows
from bot.store.store import Store
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, stamp
from tests.store.conftest import Table

OTHER = WorkspaceId("T0OTHER")
DAY = timedelta(days=1)


def test_a_policy_has_a_number_that_changes_only_when_the_policy_does(table: Table) -> None:
    digests = ["a", "a", "b", "b", "a"]
    numbers = [table.write(lambda work, d=digest: upkeep.policy_revision(work, d)) for digest in digests]
    assert numbers == [1, 1, 2, 2, 3], "an old policy that comes back is a new revision"
    assert table.write(lambda work: upkeep.policy_revision(work, "z"), stamp(workspace_id=OTHER)) == 1


def test_a_slot_of_a_job_is_claimed_once(table: Table) -> None:
    def claim(period: str, job: str = "review", at: WorkspaceId = WORKSPACE) -> bool:
        claimed = stamp(workspace_id=at)
        return table.write(lambda work: upkeep.claim_run(work, job, period, NOON), claimed)

    assert [claim("2026-11-23"), claim("2026-11-23")] == [True, False]
    assert claim("2026-11-24")
    assert claim("2026-11-23", job="report")
    assert claim("2026-11-23", at=OTHER)


def test_a_slot_whose_run_failed_may_be_claimed_again_and_one_that_ended_may_not(table: Table) -> None:
    for job in ("failed", "ended"):
        table.write(lambda work, j=job: upkeep.claim_run(work, j, "one", NOON))
    table.write(lambda work: upkeep.finish_run(work, "ended", "one"))
    for job in ("failed", "ended"):
        table.write(lambda work, j=job: upkeep.unclaim_run(work, j, "one"))
    again = [
        table.write(lambda work, j=job: upkeep.claim_run(work, j, "one", NOON)) for job in ("failed", "ended")
    ]
    assert again == [True, False]


async def test_of_two_bots_that_claim_a_slot_at_once_one_gets_it(store: Store) -> None:
    def unit(work: Work) -> bool:
        return upkeep.claim_run(work, "review", "2026-11-23", NOON)

    assert sorted(await asyncio.gather(*(store.write(unit, stamp()) for _ in range(4)))) == [False] * 3 + [
        True
    ]


def test_the_last_run_is_when_the_newest_claimed_slot_was_due_not_when_it_ran(table: Table) -> None:
    def last(at: WorkspaceId = WORKSPACE) -> object:
        return table.look(lambda c: upkeep.last_run(c, at, "review"))

    assert last() is None
    for days in (2, 1):  # claimed late, and the older one last
        table.write(
            lambda work, d=days: upkeep.claim_run(work, "review", f"day {d}", NOON + d * DAY),
            stamp(now=NOON + 9 * DAY),
        )
    assert last() == NOON + 2 * DAY
    assert last(OTHER) is None


def test_a_run_that_ended_says_when(table: Table) -> None:
    table.write(lambda work: upkeep.claim_run(work, "review", "one", NOON))
    table.write(lambda work: upkeep.claim_run(work, "review", "two", NOON))
    table.write(lambda work: upkeep.finish_run(work, "review", "one"), stamp(now=NOON + DAY))
    done = table.look(lambda c: c.execute(select(job_runs.c.period, job_runs.c.done_at)).all())
    assert sorted(map(tuple, done)) == [("one", NOON + DAY), ("two", None)]


def test_case_numbers_begin_where_they_were_told_and_never_come_back(table: Table) -> None:
    table.write(lambda work: cases.ensure_counter(work, 1001))
    assert [table.write(cases.next_number) for _ in range(3)] == [1001, 1002, 1003]
    table.write(lambda work: cases.ensure_counter(work, 1001))
    assert table.write(cases.next_number) == 1004, "a restart begins nothing anew"


def test_the_sweep_takes_old_call_keys_and_what_was_delivered_long_ago(table: Table) -> None:
    """What still waits, what was given up and what is young enough stays; and the other desk's."""
    week = timedelta(days=7)
    states = ("pending", "sending", "sent", "collapsed", "dead")

    def fill(work: Work) -> None:
        for at in (NOON - week - timedelta(microseconds=1), NOON - week):
            moment = stamp(real_now=at, workspace_id=work.workspace_id)
            work = Work(connection=work.connection, stamp=moment)
            for state in states:
                outbox.announce(work, Announcement(kind=Kind.NOTICE, conversation=state))
            key = {"workspace_id": work.workspace_id, "key": str(at), "content": "", "receipt": {}, "at": at}
            work.connection.execute(insert(calls).values(key))
        work.connection.execute(rows.update().values(state=rows.c.conversation))

    table.write(fill)
    table.write(fill, stamp(workspace_id=OTHER))
    assert table.write(lambda work: upkeep.sweep(work, NOON - week)) == 3
    left = table.look(
        lambda c: list(c.execute(select(rows.c.state).where(rows.c.workspace_id == WORKSPACE)).scalars())
    )
    assert sorted(left) == sorted([*states, "pending", "sending", "dead"])
    keys = table.look(lambda c: c.execute(select(calls.c.workspace_id, calls.c.at)).all())
    assert sorted(map(tuple, keys)) == [
        (WORKSPACE, NOON - week),
        (OTHER, NOON - week - timedelta(microseconds=1)),
        (OTHER, NOON - week),
    ]


def test_a_sweep_takes_no_more_at_once_than_people_can_wait_for(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SWEPT", 2)
    old = stamp(real_now=NOON - timedelta(days=8))

    def fill(work: Work) -> None:
        outbox.announce(work, *(Announcement(kind=Kind.NOTICE, conversation="D1") for _ in range(5)))
        work.connection.execute(rows.update().values(state="sent"))

    table.write(fill, old)
    assert [table.write(lambda work: upkeep.sweep(work, NOON)) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_call_whose_key_was_swept_is_a_new_call(store: Store) -> None:
    runs: list[int] = []

    def unit(work: Work) -> Receipt:
        runs.append(1)
        return Receipt()

    await store.write(unit, stamp("view:V1"))
    await store.write(lambda work: upkeep.sweep(work, NOON), stamp())
    await store.write(unit, stamp("view:V1"))
    assert len(runs) == 1, "the key of this very moment is not older than it"
    await store.write(lambda work: upkeep.sweep(work, NOON + DAY), stamp())
    await store.write(unit, stamp("view:V1"))
    assert len(runs) == 2
