"""Call keys and the moments that the store keeps: the same call twice is one change, and no time is naive."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, DateTime, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from bot.domain.ids import CaseId, CaseNumber, WorkspaceId
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.store.schema import calls, counters, policy_revisions
from bot.store.sqlite import database_path
from bot.store.store import Store
from bot.store.types import UtcDateTime
from bot.store.upkeep import policy_revision
from bot.store.work import Work
from tests.factories import NOON, stamp
from tests.store.conftest import Table

OTHER = WorkspaceId("T0OTHER")


class Counting:
    """A unit that tells by its receipt how often it was run."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, work: Work) -> Receipt:
        self.runs += 1
        row = {"workspace_id": work.workspace_id, "name": f"run {self.runs}", "value": 1}
        work.connection.execute(insert(counters).values(row))
        return Receipt(
            case_id=CaseId(self.runs), number=CaseNumber(1000 + self.runs), version=1, seen_on_card=True
        )


async def count(store: Store, of: object) -> int:
    def query(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(of)).scalar_one()  # type: ignore[arg-type]

    return await store.look(query)


async def test_the_same_call_delivered_three_times_acts_once_and_answers_alike(store: Store) -> None:
    unit = Counting()
    answers = [await store.write(unit, stamp("view:V1")) for _ in range(3)]
    assert unit.runs == 1
    assert answers == [Receipt(case_id=CaseId(1), number=CaseNumber(1001), version=1, seen_on_card=True)] * 3
    assert await count(store, counters) == 1


async def test_the_same_call_delivered_twice_at_once_acts_once(store: Store) -> None:
    unit = Counting()
    answers = await asyncio.gather(*(store.write(unit, stamp("view:V1")) for _ in range(8)))
    assert unit.runs == 1
    assert len(set(answers)) == 1


async def test_another_key_and_another_workspace_are_other_calls(store: Store) -> None:
    unit = Counting()
    for at in (stamp("one"), stamp("two"), stamp("one", workspace_id=OTHER)):
        await store.write(unit, at)
    assert unit.runs == 3


async def test_a_refused_call_keeps_nothing_so_that_the_same_window_may_be_sent_again(store: Store) -> None:
    def refused(work: Work) -> Receipt:
        Counting()(work)
        raise Refusal(Reason.CHANGED_MEANWHILE)

    for _ in range(2):
        with pytest.raises(Refusal):
            await store.write(refused, stamp("view:V1"))
    assert await count(store, calls) == await count(store, counters) == 0
    unit = Counting()
    await store.write(unit, stamp("view:V1"))
    assert unit.runs == 1


async def test_a_call_that_forgets_its_receipt_is_a_fault_and_keeps_nothing(store: Store) -> None:
    def forgetful(work: Work) -> int:
        Counting()(work)
        return 3

    with pytest.raises(TypeError):
        await store.write(forgetful, stamp("view:V1"))
    assert await count(store, calls) == await count(store, counters) == 0


def test_a_moment_without_a_time_zone_is_refused(table: Table) -> None:
    naive = stamp(now=datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError, match="naive"):
        table.write(lambda work: policy_revision(work, "digest"), naive)


@given(
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_comes_back_as_the_same_instant_in_utc(wall: datetime, minutes: int) -> None:
    moment = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        column = UtcDateTime().dialect_impl(dialect)
        keep, bring_back = column.bind_processor(dialect), column.result_processor(dialect, None)
        assert keep is not None
        assert bring_back is not None
        back = bring_back(keep(moment))  # SQLite keeps a text, without the zone
        assert back == moment
        assert back.tzinfo is UTC
        usual = DateTime(timezone=True).dialect_impl(dialect).bind_processor(dialect)
        in_utc = moment.astimezone(UTC)
        assert keep(moment) == (usual(in_utc) if usual is not None else in_utc), (
            "and sorts beside what there is"
        )


async def test_a_moment_is_kept_to_the_microsecond(store: Store) -> None:
    moment = NOON.replace(microsecond=123456)
    await store.write(lambda work: policy_revision(work, "digest"), stamp(now=moment))
    assert await store.look(lambda c: c.execute(select(policy_revisions.c.at)).scalar_one()) == moment


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:"])
def test_a_desk_without_a_file_is_refused_since_it_would_forget_every_case(address: str) -> None:
    with pytest.raises(ValueError, match="forgets"):
        database_path(address)
