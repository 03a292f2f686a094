"""One session each: opening something sets it, every window shows it, it ends by hand or when it is idle."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.sandbox import Person
from bot.store.schema import asm_sessions, history
from bot.store.schema_documents import change_orders
from bot.store.schema_shop import orders
from bot.trial import shop
from tests.flows.conftest import Workplace, does, held
from tests.flows.test_order_acts import order_of

TODAY = date(2026, 11, 22)
BAR = "Session: Lima Coffee Roasters"


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text.replace("*", "")


async def home_of(person: Person) -> str:
    await person.opens_home()
    assert person.home is not None
    return person.home.text.replace("*", "")


async def endings(there: Workplace) -> list[str]:
    """How the sessions ended, the oldest first; one that goes on has no ending."""

    def query(connection: Connection) -> list[str]:
        return list(connection.execute(select(asm_sessions.c.ending).order_by(asm_sessions.c.id)).scalars())

    await there.settled()
    return await there.bot.desk.store.look(query)


async def test_opening_a_customer_an_order_and_a_cart_is_one_session_on_all_of_them(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer show C-40701")
    assert f"{BAR} · just begun" in shown(ana)
    await there.settled()
    await ana.runs("/order show 100380")
    assert f"{BAR} · order 100380" in shown(ana)  # the one in sight, not the one before
    await there.settled()
    await ana.runs("/customer show C-40701")
    assert f"{BAR} · order 100380" in shown(ana)
    assert BAR in await home_of(ana)
    assert await endings(there) == [""]
    maria = there.person("maria")
    assert BAR not in await home_of(maria)


async def test_a_number_alone_shows_the_order(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/order 100417")
    assert "Order 100417" in shown(ana)
    await ana.closes()
    await ana.runs("/order 100417 now")
    assert "I do not know “100417 now”" in ana.reply


async def test_an_act_without_a_number_asks_for_it_or_takes_the_order_of_the_session(
    there: Workplace,
) -> None:
    ana = there.person("ana")
    for word in ("show", "cancel", "return", "refund"):
        await ana.runs(f"/order {word}")
        assert ana.reply == (
            f"Which order? Type its number behind the command, like /order {word} 1042. "
            "/order find looks for it."
        )
    for command in ("/customer show", "/customer edit", "/customer form", "/review show", "/kb show"):
        await ana.runs(command)
        assert "Type its number behind the command" in ana.reply, command
        assert ana.modal is None
    await ana.runs("/order show 100417")
    await there.settled()
    await ana.closes()
    await ana.runs("/order show")
    assert "Order 100417" in shown(ana)
    await ana.runs("/order cancel")
    assert "/order show 100417 has what became of each line." in ana.reply


async def test_another_customer_begins_another_session(there: Workplace) -> None:
    ana = there.person("ana")
    for number in ("C-40701", "C-40017"):
        await ana.runs(f"/customer show {number}")
        await there.settled()
    assert await endings(there) == ["another", ""]
    assert "Session: Cloud Nine" in await home_of(ana)


async def test_it_is_ended_by_hand_in_a_window_and_in_home(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer show C-40701")
    await there.settled()
    await ana.clicks("End")
    assert BAR not in shown(ana)
    assert "Lima Coffee Roasters" in shown(ana)
    ana.reloads()
    await ana.runs("/order show 100380")
    await there.settled()
    ana.reloads()
    assert BAR in await home_of(ana)
    await ana.clicks("End")
    assert ana.home is not None
    assert "Session:" not in ana.home.text.replace("*", "")
    assert await endings(there) == ["by_hand", "by_hand"]


async def test_it_ends_by_itself_once_nothing_was_opened_or_done_for_long(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer show C-40701")
    await there.settled()
    await there.sandbox.travel(there.sandbox.clock.now() + timedelta(minutes=20))
    ana.reloads()
    await ana.runs("/customer show C-40701")
    assert f"{BAR} · 20 min" in shown(ana)
    await there.settled()
    await there.sandbox.travel(there.sandbox.clock.now() + timedelta(minutes=20))
    assert await endings(there) == [""]
    await there.sandbox.travel(there.sandbox.clock.now() + timedelta(minutes=11))
    assert await endings(there) == ["idle"]


async def test_in_assisted_service_both_names_stand_in_what_is_done(there: Workplace) -> None:
    ana, linda = there.people("ana linda")
    mine = await there.case_of("linda", title="A broken box")
    other = await there.case_of("viktor", title="Not theirs")
    await ana.runs("/customer show C-40017")
    await ana.clicks("Act for them")
    assert "Acting for Cloud Nine" in shown(ana)
    ana.reloads()
    await does(ana, f"/case comment {mine}", text="They agree", audience="internal")
    await does(ana, f"/case comment {other}", text="Something else", audience="internal")
    await ana.runs(f"/case show {mine}")
    assert "1 act in both names" in shown(ana)
    await ana.clicks("case.history")
    assert ", for Cloud Nine" in shown(ana)
    ana.reloads()
    await ana.runs(f"/case show {other}")
    await ana.clicks("case.history")
    assert ", for " not in shown(ana)
    linda.reloads()

    def recorded(connection: Connection) -> set[str]:
        marked = select(history.c.kind).where(history.c.asm_session_id.is_not(None))
        return set(connection.execute(marked).scalars())

    assert len(await there.bot.desk.store.look(recorded)) == 2  # the comment, and the status that follows


async def test_level_one_may_look_but_not_act_for_anybody(there: Workplace) -> None:
    chloe = there.person("chloe")
    await chloe.runs("/customer show C-40701")
    assert BAR in shown(chloe)
    assert "Act for them" not in shown(chloe)


async def test_a_ticket_is_opened_with_account_contact_and_order_filled_in(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/order show 100380")
    await ana.clicks("Open a ticket")
    assert held(ana, "thing") is not None
    assert held(ana, "kind") == "problem"
    await ana.submits(
        title="Where is it?",
        description="They wait for it.",
        kind="complaint",
        severity="3",
        business_impact="orders_held",
    )
    assert ana.errors == {}, ana.errors
    ana.reloads()
    await there.settled()
    await ana.runs("/case show 1001")
    page = shown(ana)
    for told in ("Where is it?", "Complaint", "100380", "José Quispe"):
        assert told in page, told


async def test_the_customer_side_has_no_session(there: Workplace) -> None:
    linda = there.person("linda")
    number = await there.case_of("linda")
    await linda.runs(f"/case show {number}")
    assert "Session" not in shown(linda)
    assert await endings(there) == []


async def test_documents_of_an_order_carry_both_names_in_assisted_service(workplace: Workplace) -> None:
    await order_of(workplace)
    ana = workplace.person("ana")
    await ana.runs("/order show 1042")
    await ana.clicks("Customer")
    await ana.clicks("Act for them")
    ana.reloads()
    await ana.runs("/order show 1042")
    assert "Acting for" in shown(ana)
    await ana.clicks("Cancel items")
    await ana.submits(**{"line.1": "1", "reason": "Too slow"})
    await ana.submits()
    await workplace.settled()

    def whose(connection: Connection) -> tuple[int | None, int]:
        made = connection.execute(select(change_orders.c.on_behalf_of_id)).scalar_one()
        return made, connection.execute(
            select(orders.c.customer_id).where(orders.c.number == "1042")
        ).scalar_one()

    made, customer = await workplace.bot.desk.store.look(whose)
    assert made == customer
