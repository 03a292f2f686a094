"""Customers without Slack: what is written with a change, who is refused, two at once, whose accounts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.ids import CustomerId, SlackUserId
from bot.domain.people import SuccessPlan, channel_viewer
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.customers import AddCustomer, CustomerFacts, EditCustomer
from bot.domain.shop.lookup import Find
from bot.services import customers, orders
from bot.services.desk import actor
from bot.store import people
from bot.store.work import Work
from tests.services.conftest import Office

ANA, LINDA, TESS = (SlackUserId(f"U0{name}") for name in ("ANA", "LINDA", "TESS"))
LIMA = CustomerFacts(name="José Quispe", company="Lima Coffee", email="jose@lima.example")


async def made(office: Office, facts: CustomerFacts = LIMA, **more: Any) -> CustomerId:
    receipt = await customers.add(office.desk, AddCustomer(facts=facts, **more), ANA, office.key())
    assert receipt.customer_id is not None
    return receipt.customer_id


async def refusal_of(act: Any) -> Reason:
    with pytest.raises(Refusal) as refused:
        await act
    return refused.value.reason


async def test_the_history_says_that_a_customer_changed_and_no_word_of_them(office: Office) -> None:
    customer_id = await made(office)
    await office.news()
    moved = replace(LIMA, phone="+51 1 777 4242", plan=SuccessPlan.PREMIER)
    edit = EditCustomer(customer_id=customer_id, version=1, facts=moved)
    await customers.edit(office.desk, edit, ANA, office.key())
    (row,), announced = await office.news()
    assert (row["kind"], row["actor"], row["audience"]) == ("customer_edited", "U0ANA", "internal")
    assert announced == []
    kept = await office.words_kept_with_changes()
    assert "Premier" in kept
    assert "777 4242" not in kept
    assert "José" not in kept


async def test_the_same_call_makes_one_customer(office: Office) -> None:
    key, command = office.key(), AddCustomer(facts=LIMA)
    first = await customers.add(office.desk, command, ANA, key)
    assert await customers.add(office.desk, command, ANA, key) == first
    found = await customers.find(office.desk, ANA, Find(text="Lima Coffee"))
    assert [one.number for one in found.hits] == ["D00001"]


@pytest.mark.parametrize(
    ("facts", "more", "reason"),
    [
        (LIMA, {}, Reason.CUSTOMER_EXISTS),
        (CustomerFacts(name="Rita", email="JOSE@lima.example"), {}, Reason.CUSTOMER_EXISTS),
        (CustomerFacts(name="Rita"), {"site": "www.lima.example"}, Reason.SITE_EXISTS),
        (CustomerFacts(name="Rita"), {"account_id": 99}, Reason.NO_SUCH_ACCOUNT),
        (CustomerFacts(name="Rita", timezone="Mars/Olympus"), {}, Reason.NO_SUCH_CHOICE),
        (CustomerFacts(name="  "), {}, Reason.EMPTY_TEXT),
    ],
)
async def test_what_cannot_be_a_new_customer_is_refused(
    office: Office, facts: CustomerFacts, more: dict[str, Any], reason: Reason
) -> None:
    await made(office, site="lima.example")
    command = AddCustomer(facts=facts, **more)
    assert await refusal_of(customers.add(office.desk, command, ANA, office.key())) is reason


async def test_two_who_change_a_customer_at_once_have_one_winner(office: Office) -> None:
    customer_id = await made(office)
    edits = [
        EditCustomer(customer_id=customer_id, version=1, facts=replace(LIMA, phone=str(number)))
        for number in range(6)
    ]
    outcomes = await asyncio.gather(
        *(customers.edit(office.desk, edit, ANA, office.key()) for edit in edits), return_exceptions=True
    )
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert {one.reason for one in refused} == {Reason.CUSTOMER_CHANGED}
    assert len(refused) == 5
    nothing = EditCustomer(customer_id=customer_id, version=2, facts=(await facts_now(office, customer_id)))
    assert await refusal_of(customers.edit(office.desk, nothing, ANA, office.key())) is Reason.NOTHING_CHANGED


async def facts_now(office: Office, customer_id: CustomerId) -> CustomerFacts:
    standing = await customers.standing(office.desk, ANA, customer_id)
    return customers.facts_of(standing.customer)


@pytest.mark.parametrize("by", [LINDA, TESS])
async def test_the_customer_side_is_refused_by_rule(office: Office, by: SlackUserId) -> None:
    customer_id = await made(office)
    for act in (
        customers.find(office.desk, by, Find(text="Lima")),
        customers.page(office.desk, by, customer_id),
        orders.order_numbered(office.desk, by, "1"),
        customers.form(office.desk, by),
        customers.add(office.desk, AddCustomer(facts=LIMA), by, office.key()),
    ):
        assert await refusal_of(act) is Reason.NOT_YOUR_ROLE


async def test_a_callers_first_case_makes_the_account_that_it_is_of_once(office: Office) -> None:
    customer_id = await made(office, replace(LIMA, plan=SuccessPlan.PREMIER))

    def unit(work: Work) -> int:
        return customers.account_for(work, actor(work, ANA), customer_id)

    first = await office.desk.write(unit)
    assert await office.desk.write(unit) == first
    viewer = channel_viewer(office.desk.workspace_id)
    account = await office.desk.store.read(lambda c, v: people.find_account(c, v, first), viewer)  # type: ignore[arg-type]
    assert account is not None
    assert (account.name, account.org_id_or_mid, account.success_plan) == (
        "Lima Coffee",
        "D00001",
        SuccessPlan.PREMIER,
    )
    standing = await customers.standing(office.desk, ANA, customer_id)
    assert standing.customer.account_id == first
