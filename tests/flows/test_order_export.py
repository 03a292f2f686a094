"""`/order export`: credit memos and refunds for the finance system, for managers, each line once."""

from __future__ import annotations

import csv
import io
import json

from bot.sandbox import Person
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
    assert "is in a file. An operator" in maria.reply
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
    assert "is in a file. An operator" in maria.reply


async def test_a_month_takes_what_was_written_in_it(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await workplace.bot.desk.write(owed)
    await maria.runs("/order export 2020-02")
    assert "is in a file. An operator" in maria.reply
    await maria.runs("/order export yesterday")
    assert "/order export [2026-11]" in maria.reply
    assert await _files(workplace, maria) == {}


async def test_an_agent_gets_no_file(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.bot.desk.write(owed)
    await ana.runs("/order export")
    assert await _files(workplace, ana) == {}
