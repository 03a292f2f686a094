"""A report of personal data: asked for with a reason, sent to the asker alone, logged, deleted in time."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest

from bot.sandbox import Person
from bot.trial import shop
from tests.flows.conftest import Workplace, does

TODAY = date(2026, 11, 22)
WHY = "Letter of 20 November"


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    """A workplace with a shop, and a case of Cloud Nine with a talk and a file."""
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


def files_of(there: Workplace, person: Person) -> dict[str, bytes]:
    """The files in the direct messages of somebody, by the ends of their names."""
    found = [file for one in person.dms for file in one.files]
    return {
        file["name"].rpartition(".")[2]: there.sandbox.parts.uploads.content(file["id"]) for file in found
    }


async def reports(there: Workplace, person: Person, number: str) -> dict[str, bytes]:
    await does(person, f"/customer data {number}", reason=WHY)
    await there.settled()
    return files_of(there, person)


async def test_the_asker_alone_gets_everything_as_a_page_and_as_json(there: Workplace) -> None:
    ana, linda, maria = there.people("ana linda maria")
    number = await there.case_of("linda", title="A broken box", description="Kim wants it <b>whole</b>")
    await does(ana, f"/case comment {number}", text="Internal: they pay late", audience="internal")
    card = await there.card(number)
    await ana.says("The scan", channel="support-cases", thread=card, files={"scan.txt": b"quokka"})
    await there.settled()
    made = await reports(there, ana, "C-40017")
    facts: dict[str, Any] = json.loads(made["json"])
    assert set(made) == {"html", "json", "zip"}
    parts = facts["parts"]
    assert parts["customers"][0]["number"] == "C-40017"
    assert [one["title"] for one in parts["cases"]] == ["A broken box"]
    assert "Internal: they pay late" in [one["text"] for one in parts["comments"]]
    assert parts["licensed_sites"][0]["licence_last4"]
    assert "licence_hash" not in parts["licensed_sites"][0]
    assert parts["order_lines"][0]["currency"] == "USD"
    assert {one["name"] for one in parts["files"]} == {"scan.txt"}
    page = made["html"].decode()
    assert "Kim wants it &lt;b&gt;whole&lt;/b&gt;" in page
    assert "<b>" not in page
    assert WHY in page
    with zipfile.ZipFile(io.BytesIO(made["zip"])) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == b"quokka"
    assert files_of(there, maria) == {}
    assert files_of(there, linda) == {}


async def test_nothing_of_another_customer_is_in_it(there: Workplace) -> None:
    ana = there.person("ana")
    await there.case_of("viktor", title="Harbours own", description="Secret of Harbour")
    made = await reports(there, ana, "C-40017")
    assert b"Secret of Harbour" not in made["json"]
    assert b"lima-coffee" not in made["json"]


async def test_it_is_logged_and_its_files_are_deleted_when_the_time_is_over(there: Workplace) -> None:
    ana, maria = there.people("ana maria")
    await reports(there, ana, "C-40017")
    await maria.runs("/customer data")
    for told in ("C-40017", "Ana Lima", WHY, "sent", "entries, goes"):
        assert told in shown(maria), told
    maria.reloads()
    assert len(files_of(there, ana)) == 2
    await there.sandbox.travel(there.sandbox.clock.now() + timedelta(days=15))
    await there.settled()
    assert files_of(there, ana) == {}
    await maria.runs("/customer data")
    assert "Ana Lima" in shown(maria)
    assert "· deleted " in shown(maria)


async def test_a_report_is_asked_for_in_the_list_by_finding_a_customer(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer data")
    assert "Nobody has asked for a report yet." in shown(ana)
    await ana.clicks("New report")
    found, *_ = await ana.suggestions("customer", "lima-coffee")
    assert "lima-coffee" in found["text"]["text"]
    await ana.submits(customer="lima-coffee", reason=WHY)
    assert ana.errors == {}
    assert "The report is being made." in shown(ana)
    assert WHY in shown(ana)
    await there.settled()
    assert json.loads(files_of(there, ana)["json"])["customer"] == "C-40701"


async def test_a_reason_and_a_customer_are_asked_for(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/customer data C-40017")
    await ana.submits(reason=" ")
    assert "Say why" in ana.errors["reason"]


async def test_level_one_and_customers_are_refused(there: Workplace) -> None:
    chloe, linda = there.people("chloe linda")
    await chloe.runs("/customer data C-40017")
    assert "People of Level one" in chloe.reply
    await linda.runs("/customer data C-40017")
    assert "Only support staff may" in linda.reply
    await chloe.runs("/customer show C-40017")
    assert "Personal data" not in shown(chloe)
    await chloe.runs("/customer data")
    assert "People of Level one" in chloe.reply
