"""`/order export`: credit memos and refunds for the finance system, for managers, each line once."""

from __future__ import annotations

import csv
import io
import json

from sqlalchemy import select

from bot.sandbox import Person
from bot.store.schema import history
from bot.store.schema_documents import credit_memos
from tests.flows.conftest import Workplace
from tests.store.order_making import owed


async def _files(workplace: Workplace, who: Person) -> dict[str, str]:
    """What the newest files hold that somebody got, by how their names end."""
    await workplace.settled()
    found = [one for one in workplace.sandbox.workspace.everything(who.id) if one.files]
    content = workplace.sandbox.parts.uploads.content
    return {
        one["name"].rpartition(".")[2]: content(one["id"]).decode("utf-8-sig")
        for one in (found[-1].files or () if found else ())
    }


async def test_a_manager_gets_what_no_file_has_yet_and_nothing_twice(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await maria.runs("/order export")
    assert "is in a file. /order export list" in maria.reply
    await workplace.bot.desk.write(owed)
    await maria.runs("/order export")
    assert "is being made" in maria.reply
    files = await _files(workplace, maria)
    (row,) = csv.DictReader(io.StringIO(files["csv"]))
    assert (row["number"], row["amount"], row["currency"]) == ("1042-M1", "108.20", "USD")
    record = json.loads(files["json"])
    assert record["sums"] == [{"kind": "credit_memo", "currency": "USD", "amount": "108.20"}]
    assert any("1 line. Credit memos USD 108.20." in one.text for one in maria.dms)
    await maria.runs("/order export")
    assert "is in a file. /order export list" in maria.reply


async def test_a_month_takes_what_was_written_in_it(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await workplace.bot.desk.write(owed)
    await maria.runs("/order export 2020-02")
    assert "is in a file. /order export list" in maria.reply
    await maria.runs("/order export yesterday")
    assert "/order export [2026-11]" in maria.reply
    assert await _files(workplace, maria) == {}


async def test_an_agent_gets_no_file(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.bot.desk.write(owed)
    await ana.runs("/order export")
    assert await _files(workplace, ana) == {}
    await ana.runs("/order export list")
    assert ana.modal is None


async def test_a_file_that_got_lost_is_sent_again_and_finance_has_it(workplace: Workplace) -> None:
    maria, omar = workplace.people("maria omar")
    await maria.runs("/order export list")
    assert maria.modal is not None
    assert "No file was made yet." in maria.modal.text
    await workplace.bot.desk.write(owed)
    await maria.runs("/order export")
    first = await _files(workplace, maria)
    await omar.runs("/order export list")
    assert omar.modal is not None
    assert "File 1" in omar.modal.text
    for sent in (1, 2):  # each press brings one
        await omar.clicks("Send it again")
        assert "File 1 is being made." in omar.modal.text
        assert await _files(workplace, omar) == first
        assert len([one for one in omar.dms if one.files]) == sent
    await maria.runs("/order export list")
    await omar.clicks("Finance has it")
    await maria.clicks("Finance has it")
    assert maria.modal is not None
    assert "in finance's books since" in maria.modal.text
    told = select(history.c.actor_id).where(history.c.kind == "finance_reconciled")
    noted = await workplace.bot.desk.store.look(lambda c: len(c.execute(told).all()))
    assert noted == 1, "who comes second changes nothing"
    assert "It is noted that finance has file 1 in its books." in omar.modal.text
    assert "in finance's books since" in omar.modal.text
    assert "Finance has it" not in omar.modal.buttons
    assert "Send it again" in omar.modal.buttons
    memo = select(credit_memos.c.state)
    assert await workplace.bot.desk.store.look(lambda c: c.execute(memo).scalar_one()) == "reconciled"
