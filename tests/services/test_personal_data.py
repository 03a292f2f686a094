"""Reports of personal data: nothing of others in them, none outlives an erasure or comes without a right."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from bot.blocks import personal_pages, words_personal
from bot.domain.commands import Audience
from bot.domain.commerce.port import Ask, Capability, NoAnswer
from bot.domain.erasing import EraseCustomer
from bot.domain.ids import CustomerId, SlackUserId
from bot.domain.people import Role, Viewer
from bot.domain.personal import AskForReport, PersonalData, ReportState
from bot.domain.shop.customers import CustomerFacts
from bot.scheduler.about import NothingToSay, person_of
from bot.scheduler.personal import as_json, send_report
from bot.services import erasing, personal_data
from bot.slack.client import SlackClient
from bot.store import outbox, records
from bot.store import people as people_store
from bot.store import personal_data as store
from bot.store.work import Connection, Work
from tests.commerce.shops import ORDERS, MemoryShop
from tests.factories import NOON
from tests.services.conftest import OMAR, Office
from tests.services.test_customers import ANA, made
from tests.services.test_people import set_up

LINDA = SlackUserId("U0LINDA")


async def report_of(office: Office, customer_id: CustomerId) -> PersonalData:
    def query(connection: Connection, viewer: Viewer) -> PersonalData:
        found = store.everything(connection, viewer, customer_id, NOON)
        assert found is not None
        return store.told(found)

    return await office.desk.read(query, ANA)


def kinds_in(data: PersonalData) -> list[str]:
    (part,) = (one for one in data.parts if one.name == "history")
    return [str(row["kind"]) for row in part.rows]


async def confirmed(office: Office) -> None:
    """Something happened to Linda, who is of Cloud Nine's account."""

    def unit(work: Work) -> None:
        linda = people_store.find_person(work.connection, work.workspace_id, LINDA)
        assert linda is not None
        records.insert_history(
            work,
            "person_confirmed",
            actor_id=None,
            audience=Audience.INTERNAL,
            changes={},
            person_id=linda.id,
            account_id=office.cloud,
        )

    await office.desk.write(unit)


async def test_of_an_account_that_two_share_neither_reads_what_happened_to_the_others_people(
    office: Office,
) -> None:
    customer_id = await made(office, account_id=office.cloud)
    await confirmed(office)
    assert "person_confirmed" in kinds_in(await report_of(office, customer_id))
    await made(office, CustomerFacts(name="Rita Moss", email="rita@example.com"), account_id=office.cloud)
    data = await report_of(office, customer_id)
    assert "person_confirmed" not in kinds_in(data)
    assert "customer_added" in kinds_in(data)


async def asked(office: Office, customer_id: CustomerId) -> outbox.OutboxRow:
    """A report that Ana wants, as its sender takes it up."""
    command = AskForReport(customer_id=customer_id, reason="They asked")
    await personal_data.ask(office.desk, command, ANA, office.key())
    row = await office.desk.write(lambda work: outbox.claim_head(work, f"personal_data:{ANA}"))
    assert row is not None
    return row


async def state(office: Office) -> tuple[ReportState, Any]:
    (one,) = (await personal_data.reports(office.desk, OMAR)).reports
    return one.state, one.expires_at


async def test_whoever_lost_the_right_meanwhile_gets_none_and_the_log_says_so(office: Office) -> None:
    row = await asked(office, await made(office))
    await set_up(office, ANA, role=Role.COMMUNITY, account_id=office.cloud)

    async def nowhere(*_: object) -> str:
        raise AssertionError("nothing may be sent")

    with pytest.raises(NothingToSay):
        await send_report(office.desk, cast("SlackClient", None), row, person_of, nowhere)
    assert (await state(office))[0] is ReportState.WITHDRAWN


@pytest.mark.parametrize("erased", [False, True])
async def test_what_was_made_before_an_erasure_and_comes_after_it_goes_at_once(
    office: Office, erased: bool
) -> None:
    customer_id = await made(office)
    row = await asked(office, customer_id)
    if erased:
        erase = EraseCustomer(customer_id=customer_id, typed="D00001", reason="They asked")
        await erasing.erase(office.desk, erase, OMAR, office.key())
    await personal_data.sent(office.desk, row.token, ("F1",), {"customers": 1})
    assert (await state(office))[1] == (NOON if erased else NOON + timedelta(days=14))
    assert await personal_data.over(office.desk, row.token) == (["F1"] if erased else [])


async def test_what_takes_long_to_tell_is_told_beside_the_loop(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await asked(office, await made(office))
    where, real = list[int](), store.told

    def told(found: store.Found) -> PersonalData:
        where.append(threading.get_ident())
        return real(found)

    monkeypatch.setattr(store, "told", told)
    ana = await office.desk.store.look(lambda c: people_store.find_person(c, office.desk.workspace_id, ANA))
    assert ana is not None
    found = await personal_data.wanted(office.desk, ana, row.token)
    assert found is not None
    assert found[1].number == "D00001"
    assert where
    assert threading.get_ident() not in where


class TellingShop(MemoryShop):
    """A shop of its own, which tells what it holds of customers, or does not answer."""

    answers_now = True
    rubbish = False

    async def personal_data(self, ask: Ask, customer: str) -> Sequence[tuple[str, object]]:
        if not self.answers_now:
            raise NoAnswer
        if self.rubbish:
            return [("Profile", {(1, 2): "which JSON has no name for"})]
        profile = {"number": customer, "newsletter": True, "since": date(2024, 5, 1)}
        return [("Profile <b>", profile), ("Wish list", ["beans", "cups"]), ("Vouchers", [])]


@pytest.mark.parametrize(("answers", "rubbish"), [(True, False), (False, False), (False, True)])
async def test_what_the_shop_holds_is_in_it_and_a_shop_that_does_not_answer_is_named(
    office: Office, answers: bool, rubbish: bool
) -> None:
    shop = TellingShop(can=ORDERS | {Capability.PERSONAL_DATA})
    shop.answers_now, shop.rubbish = answers or rubbish, rubbish
    office.desk = replace(office.desk, shop=shop)
    row = await asked(office, await made(office))
    ana = await office.desk.store.look(lambda c: people_store.find_person(c, office.desk.workspace_id, ANA))
    assert ana is not None
    found = await personal_data.wanted(office.desk, ana, row.token)
    assert found is not None
    report, data = found
    page = personal_pages.page(data, "Ana", "They asked", {})
    facts = json.loads(json.dumps(as_json(data, {})))
    assert facts["shop"] == {"name": "memory", "answered": answers}
    told = {name: rows for name, rows in facts["parts"].items() if name.startswith("shop.")}
    said = words_personal.sent(report, data, 14)
    if answers:
        assert told == {
            "shop.1.profile_b": [{"number": "D00001", "newsletter": True, "since": "2024-05-01"}],
            "shop.2.wish_list": [{"value": "beans"}, {"value": "cups"}],
            "shop.3.vouchers": [],
        }
        assert "memory: Profile &lt;b&gt;" in page
        assert "The shop (memory) was asked too" in page
        assert "did not answer" not in said
    else:
        assert told == {}
        assert "The shop (memory) did not answer" in page
        assert "The shop (memory) did not answer" in said


async def test_a_desk_without_a_shop_of_its_own_names_none(office: Office) -> None:
    row = await asked(office, await made(office))
    ana = await office.desk.store.look(lambda c: people_store.find_person(c, office.desk.workspace_id, ANA))
    assert ana is not None
    found = await personal_data.wanted(office.desk, ana, row.token)
    assert found is not None
    assert found[1].shop is None
    assert "shop" not in as_json(found[1], {})
