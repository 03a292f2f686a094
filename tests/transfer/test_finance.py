"""`caseline finance`: each line in one file, which is written again where it got lost, and reconciled."""

from __future__ import annotations

from bot.services.desk import Desk
from tests.store.order_making import owed
from tests.transfer.conftest import Operator


def test_credit_memos_go_to_finance_once_and_a_lost_file_is_written_again(operator: Operator) -> None:
    async def owe(desk: Desk) -> None:
        await desk.write(owed)

    operator.does(owe)
    assert operator.runs("finance") == 0, operator.said
    assert "No file yet: caseline finance export FOLDER writes the first." in operator.said
    first, second = operator.folder / "first", operator.folder / "second"
    assert operator.runs("finance", "export", first) == 0, operator.said
    assert "File 1: 1 line.\n  credit_memo: 108.20 USD" in operator.said
    assert operator.runs("finance", "export", second) == 0, operator.said
    assert "Nothing to export" in operator.said
    assert operator.runs("finance", "again", "1", second) == 0, operator.said
    for name in ("finance-00001.csv", "finance-00001.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert operator.runs("finance", "reconcile", "1") == 0, operator.said
    assert operator.runs("finance") == 0, operator.said
    assert "from the first to" in operator.said
    assert "reconciled" in operator.said


def test_a_file_that_nobody_made_is_told(operator: Operator) -> None:
    assert operator.runs("finance", "again", "7", operator.folder) == 1
    assert "There is no file 7. caseline finance shows those that there are." in operator.said


def test_a_period_without_anything_makes_no_file(operator: Operator) -> None:
    async def owe(desk: Desk) -> None:
        await desk.write(owed)

    operator.does(owe)
    folder = operator.folder / "old"
    assert operator.runs("finance", "export", "--since", "2020-01-01", "--until", "2020-02-01", folder) == 0
    assert "Nothing to export" in operator.said
    assert not list(folder.iterdir())
