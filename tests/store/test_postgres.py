"""What one writer hides, on PostgreSQL alone: units that run at the same moment, connections that break."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select, text, update

from bot.domain.due import DueKind
from bot.domain.ids import CaseNumber, SlackUserId
from bot.domain.people import Role
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.store import cases, due, outbox, people, upkeep
from bot.store.faults import DatabaseAway, StillSaving
from bot.store.migrate import upgrade
from bot.store.postgres import WRITERS
from bot.store.schema import accounts, due_times, leases, policy_revisions
from bot.store.schema import people as people_table
from bot.store.store import Store
from bot.store.work import Work
from tests.databases import Postgres
from tests.factories import NOON, WORKSPACE, add_account, add_case, add_person, load_case, stamp
from tests.store.conftest import Upgraded

R = TypeVar("R")


@pytest.fixture(scope="session")
def upgraded(upgraded_postgres: Upgraded) -> Upgraded:
    return upgraded_postgres


@pytest.fixture
def server(upgraded: Upgraded) -> Postgres:
    assert isinstance(upgraded.kind, Postgres)
    return upgraded.kind


@pytest.fixture
def other(database_url: str) -> Store:
    """Another bot on the same database."""
    return Store(database_url)


HIDDEN = "rebmahc etavirp eht"[::-1]
"""Not to be found in a line of code, which a traceback shows."""

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'caseline'"


def asks(statement: str) -> Callable[[Work], object]:
    return lambda work: work.connection.execute(text(statement))


async def race(*writes: Awaitable[R]) -> list[R | BaseException]:
    return await asyncio.gather(*writes, return_exceptions=True)


def slowly(unit: Callable[[Work], R]) -> Callable[[Work], R]:
    """A unit that keeps its transaction open for a while, so that another one surely comes in between."""

    def slow(work: Work) -> R:
        done = unit(work)
        work.connection.execute(text("SELECT pg_sleep(0.15)"))
        return done

    return slow


async def test_the_same_call_to_two_bots_at_once_acts_once_and_both_get_the_first_receipt(
    store: Store, other: Store
) -> None:
    runs: list[int] = []

    def unit(work: Work) -> Receipt:
        runs.append(1)
        return Receipt(number=CaseNumber(1000 + len(runs)))

    found = await race(*(bot.write(slowly(unit), stamp("view:V1")) for bot in (store, other, store)))
    await other.stop()
    assert found == [Receipt(number=CaseNumber(1001))] * 3
    assert len(runs) == 1


async def test_a_call_that_is_refused_lets_the_same_call_that_waited_for_it_try(store: Store) -> None:
    runs: list[int] = []

    def unit(work: Work) -> Receipt:
        runs.append(1)
        if len(runs) == 1:
            work.connection.execute(text("SELECT pg_sleep(0.15)"))
            raise Refusal(Reason.EMPTY_TEXT)
        return Receipt()

    found = await race(*(store.write(unit, stamp("view:V1")) for _ in range(2)))
    assert sorted(type(one).__name__ for one in found) == ["Receipt", "Refusal"]


async def test_no_case_number_is_given_twice(store: Store, other: Store) -> None:
    def unit(work: Work) -> int:
        cases.ensure_counter(work, 1001)
        return cases.next_number(work)

    found = await race(*((store, other)[n % 2].write(unit, stamp(), 30) for n in range(30)))
    await other.stop()
    assert sorted(found) == list(range(1001, 1031))  # type: ignore[type-var]


async def test_somebody_who_is_made_known_twice_at_once_is_one_person(store: Store, other: Store) -> None:
    def unit(work: Work) -> int:
        return people.insert_person(work, SlackUserId("U0NEW"), "New", "UTC")

    found = await race(*(bot.write(slowly(unit), stamp()) for bot in (store, other)))
    await other.stop()
    assert found[0] == found[1]
    assert isinstance(found[0], int)
    assert await store.look(lambda c: len(c.execute(select(people_table.c.id)).all())) == 1


async def test_two_bots_that_start_at_once_agree_on_the_policy_and_the_counter(
    store: Store, other: Store
) -> None:
    def unit(digest: str) -> Callable[[Work], int]:
        def start(work: Work) -> int:
            cases.ensure_counter(work, 1001)
            return upkeep.policy_revision(work, digest)

        return slowly(start)

    assert await race(*(bot.write(unit("same"), stamp()) for bot in (store, other))) == [1, 1]
    again = await race(store.write(unit("one"), stamp()), other.write(unit("two"), stamp()))
    await other.stop()
    assert sorted(again) == [2, 3]  # type: ignore[type-var]
    assert await store.look(lambda c: len(c.execute(select(policy_revisions.c.revision)).all())) == 3


async def test_a_slot_of_a_job_and_a_lease_go_to_one_of_two_bots(store: Store, other: Store) -> None:
    claim = slowly(lambda work: upkeep.claim_run(work, "review", "today", NOON))
    assert sorted(await race(*(bot.write(claim, stamp()) for bot in (store, other)))) == [False, True]  # type: ignore[type-var]

    def take(owner: str) -> Callable[[Work], int | None]:
        return slowly(lambda work: outbox.lease(work, "C1", owner, NOON.replace(hour=13)))

    for fence in (1, 2):
        found = await race(store.write(take("one"), stamp()), other.write(take("two"), stamp()))
        assert sorted(found, key=str) == [fence, None]
        await store.write(
            lambda work: work.connection.execute(leases.update().values(expires_at=NOON)), stamp()
        )
    await other.stop()


async def test_two_looks_at_the_slots_that_wait_at_once_do_not_wait_for_each_other(
    store: Store, other: Store
) -> None:
    """Each has finished one of two, and then takes away what else waits: a deadlock, were it waited for."""

    def two(work: Work) -> list[int]:
        for _ in range(2):
            due.insert_due(work, DueKind.SLOTS, NOON)
        asked = select(due_times.c.id).order_by(due_times.c.id)
        return list(work.connection.execute(asked).scalars())

    def look(row_id: int) -> Callable[[Work], None]:
        def unit(work: Work) -> None:
            mine = update(due_times).where(due_times.c.id == row_id)
            work.connection.execute(mine.values(done_at=NOON))
            work.connection.execute(text("SELECT pg_sleep(0.3)"))
            due.set_due(work, DueKind.SLOTS, NOON + timedelta(hours=1))

        return unit

    first, second = await store.write(two, stamp())
    found = await race(store.write(look(first), stamp()), other.write(look(second), stamp()))
    await other.stop()
    assert found == [None, None]


async def test_a_lease_cannot_be_taken_while_its_holder_notes_what_was_sent(
    store: Store, other: Store
) -> None:
    later = NOON.replace(hour=13)
    fence = await store.write(lambda work: outbox.lease(work, "C1", "slow", NOON), stamp())
    assert fence == 1

    def settle(work: Work) -> int | None:
        assert outbox.holds(work, "C1", "slow", 1)
        work.connection.execute(text("SELECT pg_sleep(0.3)"))
        return outbox.lease(work, "C1", "slow", later)

    settling = asyncio.create_task(store.write(settle, stamp()))
    await asyncio.sleep(0.1)
    stolen = await other.write(lambda work: outbox.lease(work, "C1", "fast", later), stamp(real_now=NOON))
    await other.stop()
    assert (await settling, stolen) == (2, None), "the lease had run out, and yet was renewed in time"


async def test_of_two_last_administrators_one_stays(store: Store, other: Store) -> None:
    names = ("Omar", "Maria")
    await store.write(lambda work: [add_person(work, name, Role.ADMINISTRATOR) for name in names], stamp())

    def step_down(name: str) -> Callable[[Work], str]:
        def unit(work: Work) -> str:
            person = people.find_person(work.connection, WORKSPACE, SlackUserId(f"U0{name.upper()}"))
            assert person is not None
            if people.count_administrators(work) == 1:
                return "the last"
            people.set_up(work, person.id, Role.AGENT, None)
            return "gone"

        return slowly(unit)

    found = await race(store.write(step_down("Omar"), stamp()), other.write(step_down("Maria"), stamp()))
    await other.stop()
    assert sorted(found) == ["gone", "the last"]  # type: ignore[type-var]


async def test_who_comes_second_to_a_case_sees_what_the_first_one_did(store: Store, other: Store) -> None:
    def begin(work: Work) -> int:
        ana, account = add_person(work, "Ana", Role.AGENT), add_account(work, "Cloud Nine")
        return add_case(work, ana, account).id

    case_id = await store.write(begin, stamp())

    def take_turns(work: Work) -> int:
        cases.hold(work, case_id)  # type: ignore[arg-type]
        case = load_case(work, case_id)  # type: ignore[arg-type]
        work.connection.execute(text("SELECT pg_sleep(0.02)"))
        return cases.save(work, case)

    found = await race(*((store, other)[n % 2].write(take_turns, stamp(), 30) for n in range(10)))
    assert sorted(found) == list(range(2, 12)), "nobody's version was stale"  # type: ignore[type-var]

    def forgets_to_hold(work: Work) -> int:
        case = load_case(work, case_id)  # type: ignore[arg-type]
        work.connection.execute(text("SELECT pg_sleep(0.15)"))
        return cases.save(work, case)

    careless = await race(*(bot.write(forgets_to_hold, stamp()) for bot in (store, other)))
    await other.stop()
    assert sorted(type(one).__name__ for one in careless) == ["Refusal", "int"]


async def test_two_bots_that_start_on_an_empty_database_upgrade_it_once(server: Postgres) -> None:
    url = server.empty(None)  # type: ignore[arg-type]
    revisions = await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(3)))
    assert len(set(revisions)) == 1
    server.drop(url)


async def test_who_waits_too_long_for_somebody_elses_change_is_told_to_press_again(
    store: Store, other: Store
) -> None:
    await store.write(lambda work: cases.ensure_counter(work, 1001), stamp())

    def hold_on(work: Work) -> int:
        number = cases.next_number(work)
        work.connection.execute(text("SELECT pg_sleep(1)"))
        return number

    def impatient(work: Work) -> int:
        work.connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        return cases.next_number(work)

    holding = asyncio.create_task(store.write(hold_on, stamp()))
    await asyncio.sleep(0.2)
    with pytest.raises(StillSaving):
        await other.write(impatient, stamp())
    assert await holding == 1001
    assert await other.write(impatient, stamp()) == 1002, "what was not kept leaves no gap"
    await other.stop()


async def test_who_gets_no_turn_in_time_is_told_and_nothing_of_theirs_is_done(store: Store) -> None:
    runs: list[int] = []
    slow = [asyncio.create_task(store.write(asks("SELECT pg_sleep(0.5)"), stamp())) for _ in range(WRITERS)]
    await asyncio.sleep(0.05)
    with pytest.raises(StillSaving):
        await store.write(lambda work: runs.append(1), stamp(), patience=0.05)
    await asyncio.gather(*slow)
    assert runs == []


async def test_who_goes_away_while_their_unit_runs_leaves_it_saved(store: Store) -> None:
    mine = asyncio.create_task(store.write(slowly(lambda work: add_account(work, "Mine")), stamp()))
    await asyncio.sleep(0.05)
    mine.cancel()
    with pytest.raises(asyncio.CancelledError):
        await mine
    await asyncio.sleep(0.4)
    assert await store.look(lambda c: c.execute(select(accounts.c.name)).scalars().all()) == ["Mine"]


async def test_a_connection_that_the_server_closed_is_replaced_without_a_word(
    store: Store, server: Postgres
) -> None:
    assert await store.write(lambda work: 1, stamp()) == 1
    assert await store.look(lambda c: c.execute(select(1)).scalar_one()) == 1
    await asyncio.to_thread(server.tell, HANG_UP)
    await asyncio.sleep(0.1)
    assert await store.look(lambda c: c.execute(select(1)).scalar_one()) == 1
    assert await store.write(lambda work: work.connection.execute(select(1)).scalar_one(), stamp()) == 1


async def test_a_connection_lost_in_the_middle_is_said_plainly_and_the_next_call_works(
    store: Store, server: Postgres
) -> None:
    async def cut() -> None:
        await asyncio.sleep(0.2)
        await asyncio.to_thread(server.tell, HANG_UP)

    def unit(work: Work) -> None:
        add_account(work, "Lost")
        work.connection.execute(text("SELECT pg_sleep(5)"))

    found = await race(store.write(unit, stamp()), cut())
    assert isinstance(found[0], DatabaseAway)
    assert await store.look(lambda c: c.execute(select(accounts.c.name)).scalars().all()) == []


async def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    store = Store("postgresql+asyncpg://ana:pw-secret@127.0.0.1:9/desk")
    for call in (
        store.look(lambda c: c.execute(select(1))),
        store.write(lambda work: work.connection.execute(select(1)), stamp()),
    ):
        with pytest.raises(DatabaseAway) as away:
            await call
        assert "cannot be reached" in str(away.value)
    with pytest.raises(DatabaseAway) as away:
        upgrade("postgresql+asyncpg://ana:pw-secret@127.0.0.1:9/desk")
    assert "secret" not in f"{away.value!r} {store!r} {vars(store)}"
    await store.stop()


async def test_a_fault_that_is_logged_tells_no_text_that_people_wrote(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def unit(work: Work) -> None:
        add_account(work, HIDDEN)

    await store.write(unit, stamp())

    def forgets_a_column(work: Work) -> None:
        work.connection.execute(text("INSERT INTO accounts (name) VALUES (:name)"), {"name": HIDDEN})

    def too_long(work: Work) -> None:
        work.connection.execute(accounts.update().values(timezone=HIDDEN * 9))

    for fault in (unit, forgets_a_column, too_long):
        try:
            await store.write(fault, stamp())
        except Exception:
            logging.getLogger("desk").exception("a fault")
    assert caplog.text.count("a fault") == 3
    assert HIDDEN not in caplog.text
