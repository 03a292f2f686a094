"""Decisions on product reviews and fraud reports, on both databases: many at once make one, by its rights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update

from bot.commerce import later
from bot.domain.commerce.fraud import FraudRuling
from bot.domain.commerce.moderation import ReviewMove
from bot.domain.commerce.queue_filters import FraudState, ReviewFilter, read_fraud, read_reviews
from bot.domain.ids import CallKey, FraudReportId, ProductReviewId, SlackUserId
from bot.domain.people import Role, TeamKind
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.sheets import ReviewStatus, Sheet
from bot.policy_file import load_policy
from bot.services import fraud, product_reviews
from bot.services.desk import Desk
from bot.store import shop_import
from bot.store.outbox import Kind
from bot.store.schema import absences, outbox, people
from bot.store.schema_decisions import fraud_decisions, review_decisions
from bot.store.schema_shop import fraud_reports, orders
from bot.store.schema_shop import product_reviews as reviews_table
from bot.store.store import Store
from bot.store.work import Work
from bot.trial import shop
from bot.trial.shop_cast import CHARACTERS, Character, Sold
from tests.factories import WORKSPACE, add_person, add_team
from tests.services.conftest import StoppedClock
from tests.store.conftest import Upgraded

TODAY = date(2026, 11, 22)
ANA, BEN, MARIA, OMAR, CHLOE = (SlackUserId(f"U0{one}") for one in ("ANA", "BEN", "MARIA", "OMAR", "CHLOE"))
SMALL, LARGE = "100901", "100902"
DOUBTED = Character(
    why="two doubted orders: one below every limit, one above that of agents",
    number="C-40990",
    name="Rita Lund",
    company="Lund Lamps",
    site="lund-lamps.example",
    orders=(
        Sold(number=SMALL, days=1, sku="THEME", captured=False),
        Sold(number=LARGE, days=2, sku="GOLD", units=2),
    ),
)


@pytest.fixture(params=["sqlite", "postgres"])
async def there(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """A desk with a shop, two agents, a manager, an administrator, and somebody of level one."""
    upgraded: Upgraded = request.getfixturevalue(f"upgraded_{request.param}")
    monkeypatch.setattr(shop, "CHARACTERS", (*CHARACTERS, DOUBTED))
    with upgraded.copy(tmp_path) as url:
        store = Store(url)
        store.start()
        desk = Desk(
            store=store,
            clock=StoppedClock(),
            workspace_id=WORKSPACE,
            shop=later.embedded(store, StoppedClock(), WORKSPACE),
            policy=load_policy(None)[0],
            policy_revision=1,
            cases_channel=None,
        )
        await desk.write(_people)
        await shop.bring(desk, TODAY, crowd=False)
        yield desk
        await store.stop()


def _people(work: Work) -> None:
    for name, role in (("Ana", Role.AGENT), ("Ben", Role.AGENT), ("Maria", Role.MANAGER)):
        add_person(work, name, role)
    add_person(work, "Omar", Role.ADMINISTRATOR)
    add_person(work, "Chloe", Role.AGENT, add_team(work, TeamKind.LEVEL_ONE))


async def review_id(desk: Desk, number: str = "R-3001") -> ProductReviewId:
    found = select(reviews_table.c.id).where(reviews_table.c.number == number)
    return ProductReviewId(await desk.store.look(lambda c: c.execute(found).scalar_one()))


async def report_id(desk: Desk, number: str) -> FraudReportId:
    found = select(fraud_reports.c.id).join(orders, orders.c.id == fraud_reports.c.order_id)
    mine = found.where(orders.c.number == number)
    return FraudReportId(await desk.store.look(lambda c: c.execute(mine).scalar_one()))


async def reasons(*all_: Awaitable[Any]) -> list[Reason | None]:
    """What became of all of them at once: None for what was done."""
    ended = await asyncio.gather(*all_, return_exceptions=True)
    strange = [one for one in ended if isinstance(one, BaseException) and not isinstance(one, Refusal)]
    assert not strange
    return [one.reason if isinstance(one, Refusal) else None for one in ended]


async def counted(desk: Desk, table: Any) -> int:
    return await desk.store.look(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


def key(name: str) -> CallKey:
    return CallKey(name)


async def test_twenty_who_decide_a_review_at_once_make_one_decision(there: Desk) -> None:
    found = await review_id(there)
    moves = (ReviewMove.APPROVE, ReviewMove.REJECT)
    ended = await reasons(
        *(
            product_reviews.decide(there, (ANA, BEN)[n % 2], key(f"k{n}"), found, 1, moves[n % 2], "Rude")
            for n in range(20)
        )
    )
    assert ended.count(None) == 1
    assert set(ended) == {None, Reason.REVIEW_DECIDED}
    assert await counted(there, review_decisions) == 1


async def test_the_same_press_twice_is_one_decision_with_one_answer(there: Desk) -> None:
    found, again = await review_id(there), key("twice")
    first = await product_reviews.decide(there, ANA, again, found, 1, ReviewMove.APPROVE)
    assert await product_reviews.decide(there, ANA, again, found, 1, ReviewMove.APPROVE) == first
    assert await counted(there, review_decisions) == 1


async def test_a_decision_is_changed_by_managers_alone_and_all_of_them_stay(there: Desk) -> None:
    found = await review_id(there)
    await product_reviews.decide(there, ANA, key("a"), found, 1, ReviewMove.APPROVE)
    assert await reasons(
        product_reviews.decide(there, BEN, key("b"), found, 2, ReviewMove.REJECT, "Rude"),
        product_reviews.decide(there, CHLOE, key("c"), found, 2, ReviewMove.REJECT, "Rude"),
        product_reviews.decide(there, MARIA, key("d"), found, 2, ReviewMove.REJECT, " "),
    ) == [Reason.NOT_YOUR_ROLE, Reason.TAKEN_FROM_YOUR_TEAM, Reason.REVIEW_REASON]
    await product_reviews.decide(there, MARIA, key("e"), found, 2, ReviewMove.REJECT, "Rude")
    shown = await product_reviews.show(there, ANA, found)
    assert [(one.status.value, one.is_reversal) for one in shown.review.decisions] == [
        ("approved", False),
        ("rejected", True),
    ]


async def test_an_import_takes_no_decision_back(there: Desk) -> None:
    found = await review_id(there)
    await product_reviews.decide(there, ANA, key("a"), found, 1, ReviewMove.REJECT, "Rude")
    row = next(one for one in shop.rows(TODAY, crowd=False)[Sheet.REVIEWS] if one["review_id"] == "R-3001")
    await shop.bring_rows(there, {Sheet.REVIEWS: [{**row, "headline": "Another one", "status": "approved"}]})
    shown = await product_reviews.show(there, ANA, found)
    assert shown.review.status is ReviewStatus.REJECTED
    assert shown.review.headline == "Another one"
    assert shown.review.version == 3, "who has the older one before them is told"


async def test_pages_of_reviews_follow_each_other_and_filters_narrow_them(there: Desk) -> None:
    first = await product_reviews.page(there, ANA, ReviewFilter())
    assert first.further is not None
    rest = await product_reviews.page(there, ANA, ReviewFilter(), (first.further,))
    numbers = [one.number for one in (*first.rows, *rest.rows)]
    assert len(numbers) == len(set(numbers)) == first.total == 13
    asked = read_reviews("status:all stars:1,2 from:2026-01-01 to:2026-11-22")
    page = await product_reviews.page(there, ANA, asked)
    assert page.total == 6
    assert {one.rating for one in page.rows} == {1, 2}
    sku = page.rows[0].sku
    page = await product_reviews.page(there, ANA, read_reviews(f"status:all sku:{sku}"))
    assert {one.sku for one in page.rows} == {sku}


async def test_twenty_who_decide_an_order_at_once_make_one_decision(there: Desk) -> None:
    found = await report_id(there, SMALL)
    rulings = (FraudRuling.APPROVE, FraudRuling.REJECT)
    ended = await reasons(
        *(
            fraud.decide(there, (ANA, BEN)[n % 2], key(f"k{n}"), found, 1, rulings[n % 2], "Stolen card")
            for n in range(20)
        )
    )
    assert ended.count(None) == 1
    assert set(ended) <= {None, Reason.FRAUD_DECIDED}
    assert await counted(there, fraud_decisions) == 1


async def test_above_the_limit_nobody_agrees_to_their_own_by_any_path(there: Desk) -> None:
    found = await report_id(there, LARGE)
    await fraud.decide(there, ANA, key("a"), found, 1, FraudRuling.APPROVE)
    shown = await fraud.show(there, MARIA, found)
    assert shown.state is FraudState.PROPOSED
    assert shown.order.is_suspended

    def promote(work: Work) -> None:
        work.connection.execute(update(people).where(people.c.slack_user_id == ANA).values(role="manager"))

    assert await reasons(
        fraud.second(there, BEN, key("b"), found, 1, agree=True),
        fraud.decide(there, MARIA, key("c"), found, 1, FraudRuling.REJECT, "No"),
    ) == [Reason.NOT_YOUR_ROLE, Reason.FRAUD_PROPOSED]
    await there.write(promote)
    assert await reasons(fraud.second(there, ANA, key("d"), found, 1, agree=True)) == [Reason.OWN_REQUEST]
    ended = await reasons(
        fraud.second(there, MARIA, key("e"), found, 1, agree=True),
        fraud.second(there, OMAR, key("f"), found, 1, agree=False, remark="No"),
    )
    assert ended.count(None) == 1
    assert set(ended) <= {None, Reason.FRAUD_DECIDED, Reason.FRAUD_NOT_PROPOSED}


async def test_only_what_is_to_be_checked_is_decided_and_a_changed_order_is_looked_at_again(
    there: Desk,
) -> None:
    found = await report_id(there, SMALL)
    ended = await reasons(
        fraud.decide(there, ANA, key("a"), found, 7, FraudRuling.APPROVE),
        fraud.decide(there, ANA, key("b"), found, 1, FraudRuling.REJECT, " "),
        fraud.decide(there, CHLOE, key("c"), found, 1, FraudRuling.APPROVE),
    )
    assert ended == [Reason.FRAUD_CHANGED, Reason.FRAUD_REMARK, Reason.TAKEN_FROM_YOUR_TEAM]
    calm = {"order_no": SMALL, "provider": "Harrier Checks", "score": "0", "status": "OK", "symptoms": ""}
    await shop.bring_rows(there, {Sheet.FRAUD: [calm]})
    ended = await reasons(fraud.decide(there, ANA, key("d"), found, 1, FraudRuling.APPROVE))
    assert ended == [Reason.FRAUD_NOT_CHECK]
    page = await fraud.page(there, ANA, read_fraud("status:ok"))
    assert SMALL in [one.order_number for one in page.rows]


@pytest.mark.parametrize("there", ["postgres"], indirect=True)  # SQLite has one writer
async def test_whoever_approves_the_last_reports_of_an_order_at_once_lets_it_go_on(there: Desk) -> None:
    base = {"order_no": SMALL, "score": "40", "status": "CHECK", "symptoms": "velocity:40"}
    others = [{**base, "provider": f"Provider {n}"} for n in range(5)]
    await shop.bring_rows(there, {Sheet.FRAUD: others})
    mine = select(fraud_reports.c.id).join(orders, orders.c.id == fraud_reports.c.order_id)
    found = await there.store.look(lambda c: list(c.execute(mine.where(orders.c.number == SMALL)).scalars()))
    ended = await reasons(
        *(
            fraud.decide(there, ANA, key(f"k{one}"), FraudReportId(one), 1, FraudRuling.APPROVE)
            for one in found
        )
    )
    assert ended == [None] * 6
    assert not (await fraud.show(there, ANA, FraudReportId(found[0]))).order.is_suspended


@pytest.mark.parametrize("there", ["sqlite"], indirect=True)
async def test_a_provider_that_changes_its_mind_twice_leaves_a_report_to_be_decided(there: Desk) -> None:
    found = await report_id(there, LARGE)
    await fraud.decide(there, ANA, key("a"), found, 1, FraudRuling.REJECT, "Several cards")
    for status in ("OK", "CHECK"):
        row = {"order_no": LARGE, "provider": "Harrier Checks", "score": "60", "status": status}
        await shop.bring_rows(there, {Sheet.FRAUD: [{**row, "symptoms": "velocity:60"}]})
    shown = await fraud.show(there, MARIA, found)
    assert (shown.state, shown.proposal) == (FraudState.WAITING, None)
    assert await reasons(
        fraud.second(there, MARIA, key("b"), found, 1, agree=True),
        fraud.decide(there, MARIA, key("c"), found, 1, FraudRuling.APPROVE),
    ) == [Reason.FRAUD_NOT_PROPOSED, None]
    assert (await fraud.show(there, ANA, found)).declined is None, "nobody said no to it"


@pytest.mark.parametrize("there", ["sqlite"], indirect=True)
async def test_nobody_agrees_to_what_their_deputy_wants_and_a_refusal_says_why(there: Desk) -> None:
    found = await report_id(there, LARGE)
    known = select(people.c.slack_user_id, people.c.id)
    rows = await there.store.look(lambda c: c.execute(known).all())
    ids = {row.slack_user_id: row.id for row in rows}
    away = {"person_id": ids[MARIA], "deputy_id": ids[ANA], "workspace_id": WORKSPACE}
    days = {"first": date(2026, 1, 1), "last": date(2027, 12, 1)}
    await there.write(lambda work: work.connection.execute(insert(absences).values(away | days)) and None)
    await fraud.decide(there, ANA, key("a"), found, 1, FraudRuling.REJECT, "Several cards")
    assert await reasons(
        fraud.second(there, MARIA, key("b"), found, 1, agree=True),
        fraud.second(there, OMAR, key("c"), found, 1, agree=False, remark="A known customer"),
    ) == [Reason.HAD_A_HAND, None]
    declined = (await fraud.show(there, ANA, found)).declined
    assert declined is not None
    assert (declined.second.by.name, declined.second.remark) == ("Omar", "A known customer")


@pytest.mark.parametrize("there", ["sqlite"], indirect=True)
async def test_each_export_that_asks_for_other_reviews_is_made(there: Desk) -> None:
    for number, one in enumerate(("status:pending", "status:rejected", "status:pending")):
        await product_reviews.ask_export(there, MARIA, key(f"k{number}"), read_reviews(one))
    waits = select(func.count()).select_from(outbox).where(outbox.c.kind == Kind.REVIEW_EXPORT.value)
    assert await there.store.look(lambda c: c.execute(waits).scalar_one()) == 2, "the same is made once"


@pytest.mark.parametrize("there", ["postgres"], indirect=True)  # SQLite has one writer
async def test_an_import_that_runs_while_somebody_decides_takes_nothing_back(
    there: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubted, review = await report_id(there, SMALL), await review_id(there)
    reading, writing = asyncio.Event(), shop_import.write_rows

    def slowly(work: Work, *args: Any) -> None:
        reading.set()
        work.connection.execute(text("SELECT pg_sleep(0.3)"))
        writing(work, *args)

    monkeypatch.setattr(shop_import, "write_rows", slowly)
    found = shop.rows(TODAY, crowd=False)
    row = next(one for one in found[Sheet.REVIEWS] if one["review_id"] == "R-3001")
    report = {"order_no": SMALL, "provider": "Harrier Checks", "score": "77", "status": "CHECK"}
    for sheet, brought, deciding, outcome in (
        (
            Sheet.FRAUD,
            {**report, "symptoms": "velocity:77"},
            lambda: fraud.decide(there, ANA, key("a"), doubted, 1, FraudRuling.REJECT, "Stolen card"),
            None,
        ),
        (
            Sheet.REVIEWS,
            {**row, "headline": "Another one"},
            lambda: product_reviews.decide(there, ANA, key("b"), review, 1, ReviewMove.APPROVE),
            Reason.REVIEW_CHANGED,  # its text is another now: they read it again
        ),
    ):
        reading.clear()
        bringing = asyncio.create_task(shop.bring_rows(there, {sheet: [brought]}))
        await reading.wait()
        assert await reasons(deciding()) == [outcome]
        await bringing
    assert (await fraud.show(there, ANA, doubted)).state is FraudState.REJECTED
    shown = (await product_reviews.show(there, ANA, review)).review
    assert (shown.status, shown.version, shown.decisions) == (ReviewStatus.PENDING, 2, ())


@pytest.mark.parametrize("there", ["sqlite"], indirect=True)
async def test_an_order_that_was_let_go_on_here_is_suspended_again_by_no_file(there: Desk) -> None:
    found = await report_id(there, SMALL)
    other = {"order_no": SMALL, "provider": "Another", "score": "40", "symptoms": "velocity:40"}
    await shop.bring_rows(there, {Sheet.FRAUD: [{**other, "status": "CHECK"}]})
    await fraud.decide(there, ANA, key("a"), found, 1, FraudRuling.APPROVE)
    assert (await fraud.show(there, ANA, found)).order.is_suspended, "the other report still waits"
    await shop.bring_rows(there, {Sheet.FRAUD: [{**other, "status": "OK"}]})
    assert not (await fraud.show(there, ANA, found)).order.is_suspended
    rows = shop.rows(TODAY, crowd=False)[Sheet.ORDERS]
    given = [one for one in rows if one["order_no"] == SMALL]
    assert [one["suspended"] for one in given] == ["yes"]
    named = {one: given[0][one] for one in ("order_no", "customer_no", "currency", "ordered_at", "suspended")}
    await shop.bring_rows(there, {Sheet.ORDERS: [{**named, "notes": "Leave it at the door"}]})
    order = (await fraud.show(there, ANA, found)).order
    assert (order.is_suspended, order.notes) == (False, "Leave it at the door")
