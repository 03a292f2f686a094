"""Files for the finance system: what is owed and what was paid, each line in one file alone."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.commerce.acts import CancelItems, RefundMoney, WriteMemo
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund, RefundSource, Stamp
from bot.domain.commerce.paying import paid_back
from bot.domain.commerce.performing import perform
from bot.domain.commerce.removal import Item
from bot.domain.commerce.states import MemoState
from bot.domain.ids import CustomerId
from bot.store import finance_files, order_books
from bot.store.store import Store
from bot.store.work import Work
from bot.transfer.finance import write
from tests.domain.commerce.books import worked
from tests.factories import NOON, WORKSPACE, stamp
from tests.store.conftest import Table
from tests.store.order_making import a_customer, kept, placed

CANCEL = CancelItems(items=(Item(line_no=1, quantity=1),))
DAY = timedelta(days=1)


def _memoed(work: Work, customer: CustomerId, number: str, at: datetime) -> OrderBooks:
    """An order of which a part was cancelled, with a memo for it: 108.20."""
    first = placed(work, worked(), customer, number)
    after = perform(first, CANCEL, stamp=Stamp(at=at)).after
    memo = perform(after, WriteMemo(changes=(f"{number}-C1",)), stamp=Stamp(at=at)).after
    kept(work, [first, after, memo])
    return memo


def _refund(work: Work, books: OrderBooks, reason: str = "") -> None:
    number = books.order.number
    refund = Refund(
        number=f"{number}-F1",
        source=RefundSource.MEMO,
        memo=f"{number}-M1",
        payment_ref="P1",
        amount=108_20,
        reason=reason,
        stamp=Stamp(at=work.now),
    )
    kept(work, [books, paid_back(books, refund)])


def test_a_line_stands_in_one_file_alone_and_a_lost_file_is_written_again(table: Table) -> None:
    books = table.write(lambda work: _memoed(work, a_customer(work), "1042", NOON))
    first = table.write(lambda work: finance_files.make(work, None, NOON + DAY))
    assert first is not None
    assert [(one.number, one.amount, one.changes) for one in first.lines] == [
        ("1042-M1", 108_20, ("1042-C1",))
    ]
    assert table.write(lambda work: finance_files.make(work, None, NOON + DAY)) is None
    table.write(lambda work: _refund(work, books))
    second = table.write(lambda work: finance_files.make(work, None, NOON + DAY))
    assert second is not None
    assert [(one.number, one.memo, one.provider_ref) for one in second.lines] == [
        ("1042-F1", "1042-M1", "1042-F1/1")
    ]
    for made in (first, second):
        assert table.look(lambda c, n=made.number: finance_files.file_numbered(c, WORKSPACE, n)) == made
    assert table.look(lambda c: finance_files.file_numbered(c, WORKSPACE, 9)) is None
    assert [one.number for one in table.look(lambda c: finance_files.files(c, WORKSPACE, 9))] == [
        second.number,
        first.number,
    ]


def test_what_is_not_paid_is_in_no_file(table: Table) -> None:
    books = table.write(lambda work: _memoed(work, a_customer(work), "1042", NOON))
    assert table.write(lambda work: finance_files.make(work, None, NOON + DAY)) is not None
    wanted = RefundMoney(source=RefundSource.MEMO, memo="1042-M1", amount=108_20)
    table.write(lambda work: kept(work, [books, perform(books, wanted).after]))
    assert table.write(lambda work: finance_files.make(work, None, NOON + DAY)) is None


def test_a_period_takes_what_was_written_in_it_and_leaves_the_rest_for_later(table: Table) -> None:
    def make(work: Work) -> None:
        customer = a_customer(work)
        for number, at in (("1", NOON - 2 * DAY), ("2", NOON - DAY), ("3", NOON)):
            _memoed(work, customer, number, at)

    table.write(make)
    numbers = []
    for since, until in ((NOON - DAY, NOON), (None, NOON + DAY)):
        made = table.write(lambda work, a=since, b=until: finance_files.make(work, a, b))
        assert made is not None
        numbers.append([one.number for one in made.lines])
    assert numbers == [["2-M1"], ["1-M1", "3-M1"]]


def test_what_finance_has_found_is_reconciled_and_its_books_say_so(table: Table) -> None:
    table.write(lambda work: _memoed(work, a_customer(work), "1042", NOON))
    assert table.write(lambda work: finance_files.reconcile(work, 1)) is None
    table.write(lambda work: finance_files.make(work, None, NOON + DAY))
    for is_news in (True, False):
        assert table.write(lambda work: finance_files.reconcile(work, 1)) is is_news
    books = table.look(lambda c: order_books.books(c, WORKSPACE, "1042"))
    assert books is not None
    assert books.memos[0].state is MemoState.RECONCILED


async def test_two_who_export_at_once_share_the_lines_between_them(store: Store) -> None:
    def make(work: Work) -> None:
        customer = a_customer(work)
        for number in range(30):
            _memoed(work, customer, f"{number}", NOON)

    await store.write(make, stamp())
    units = (store.write(lambda work: finance_files.make(work, None, NOON + DAY), stamp()) for _ in range(4))
    made = [one for one in await asyncio.gather(*units) if one is not None]
    numbers = [line.number for one in made for line in one.lines]
    assert sorted(numbers) == sorted(f"{number}-M1" for number in range(30))


def test_the_files_have_exact_amounts_and_no_formula(table: Table, tmp_path: Path) -> None:
    books = table.write(lambda work: _memoed(work, a_customer(work), "1042", NOON))
    table.write(lambda work: _refund(work, books, reason='=HYPERLINK("http://example.com")'))
    made = table.write(lambda work: finance_files.make(work, None, NOON + DAY))
    assert made is not None
    write(tmp_path, made)
    with (tmp_path / "finance-00001.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(one["kind"], one["amount"], one["currency"]) for one in rows] == [
        ("credit_memo", "108.20", "USD"),
        ("refund", "108.20", "USD"),
    ]
    assert rows[1]["reason"] == '\'=HYPERLINK("http://example.com")'
    record = json.loads((tmp_path / "finance-00001.json").read_text(encoding="utf-8"))
    assert [one["amount"] for one in record["sums"]] == ["108.20", "108.20"]
    assert [one["number"] for one in record["lines"]] == ["1042-M1", "1042-F1"]
