"""How both databases find a customer by each key among thousands, and read what happened to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert

from bot.domain.ids import AccountId, CustomerId
from bot.domain.people import Role, Viewer
from bot.domain.shop.customers import Customer
from bot.domain.shop.lookup import Find, FindKey, licence_hash, parts_of, spellings
from bot.domain.shop.story import StoryKind
from bot.store import customer_find, customer_story, licence_secret, ties
from bot.store import customers as store
from bot.store import orders as orders_store
from bot.store.schema_shop import (
    customers,
    licensed_sites,
    orders,
    shop_mentions,
    shop_parts,
    shop_spellings,
    shop_words,
)
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, person
from tests.store.conftest import Table, Upgraded

AGENT = Viewer(person("Ana", Role.AGENT))
MANY = 2000
TABLES = "customers|licensed_sites|orders|shop_words|shop_parts|shop_spellings|shop_mentions|phone_calls"
READ_THROUGH = re.compile(
    rf"\b(?:SCAN|Seq Scan) (?:{TABLES})\b|SEARCH (?:{TABLES}) [^(]*\(workspace_id=\?\)(?:$|\n)"
)
"""All rows, or all of the workspace: by whichever index, that is the same."""


def word_of(number: int) -> str:
    """A word for each, of letters alone, no two of them one letter apart."""
    digits = f"{number:04d}"
    return "".join("abcdefghij"[int(one)] * 2 for one in digits)


@pytest.fixture(scope="module")
def crowd(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("shop")) as url:
        table = Table(url)
        table.write(_fill)
        if table.kind != "sqlite":  # which counts its rows for nobody unless it is told to
            table.run(lambda connection: connection.exec_driver_sql("ANALYZE"))
        yield table
        table.close()


def _fill(work: Work) -> None:
    here, secret = {"workspace_id": WORKSPACE}, licence_secret.kept(work)
    numbers = range(1, MANY + 1)

    def of(table: object, rows: Iterator[dict[str, object]]) -> None:
        work.connection.execute(insert(table), [here | one for one in rows])  # type: ignore[arg-type]

    known = {"phone": "", "plan": "Standard", "timezone": "UTC", "kind": "customer", "addresses": []}
    known |= {"version": 1, "created_at": NOON, "updated_at": NOON}
    of(
        customers,
        (
            known
            | {"id": n, "number": f"C-{n}", "name": word_of(n), "company": word_of(n)}
            | {"email": f"{n}@shop.example", "email_key": f"{n}@shop.example"}
            for n in numbers
        ),
    )
    of(
        licensed_sites,
        (
            {"customer_id": n, "name": f"{word_of(n)}.example", "site_key": f"{word_of(n)}.example"}
            | {"licence_hash": licence_hash(f"LICENCE-{n:08d}", secret), "licence_last4": "0000"}
            | {"product_version": "", "order_number": ""}
            for n in numbers
        ),
    )
    sold = {"site": "", "currency": "USD", "tax_type": "Net", "status": "Created", "is_suspended": False}
    sold |= {"notes": "", "deliveries": [], "grand_total": 1, "is_void": False, "in_return": 0, "returned": 0}
    of(
        orders,
        (
            sold
            | {"number": f"{n}", "number_key": f"{n}", "customer_id": n, "version": 1}
            | {"ordered_at": NOON - timedelta(minutes=n)}
            for n in numbers
        ),
    )
    of(shop_words, ({"id": n, "word": word_of(n), "has_parts": True} for n in numbers))
    of(shop_spellings, ({"spelling": one, "word_id": n} for n in numbers for one in spellings(word_of(n))))
    of(shop_parts, ({"part": one, "word_id": n} for n in numbers for one in parts_of(word_of(n))))
    fields = ("name", "company", "site")
    of(shop_mentions, ({"word_id": n, "customer_id": n, "field": one} for n in numbers for one in fields))


WORD = word_of(1717)
SOUGHT = [
    (f"{WORD}.example", FindKey.SITE),
    (WORD[2:7], FindKey.SITE),
    (WORD, FindKey.NAME),
    (WORD[:-1] + "x", FindKey.NAME),
    (WORD[:5], FindKey.COMPANY),
    ("1717@shop.example", FindKey.EMAIL),
    ("#1717", FindKey.ORDER),
    ("licence 00001717", FindKey.LICENCE),
    (f"{WORD} {word_of(1718)}", None),
    (f"{WORD} {word_of(1718)[:-1]}x", None),
]


@pytest.mark.parametrize(("text", "key"), SOUGHT)
def test_each_key_finds_among_thousands_by_an_index(crowd: Table, text: str, key: FindKey | None) -> None:
    sought = Find(text=text, key=key)
    hits = crowd.read(lambda c, v: customer_find.find(c, v, sought), AGENT).hits
    assert (1717 in [one.customer_id for one in hits]) is (key is not None)
    plans = crowd.plans(lambda c: customer_find.find(c, AGENT, sought), is_crowded=True)
    assert plans
    for plan in plans:
        assert not READ_THROUGH.search(plan), plan


ONE = CustomerId(1717)
PAGES: tuple[Callable[[Connection], object], ...] = (
    lambda c: store.standing(c, AGENT, ONE),
    lambda c: store.sites_of(c, AGENT, ONE),
    lambda c: store.of_account(c, AGENT, AccountId(1)),
    lambda c: ties.owned(c, AGENT, AccountId(1), ["104"]),
    lambda c: ties.account_has_any(c, AGENT, AccountId(1)),
    lambda c: orders_store.numbered(c, AGENT, "1717"),
    *(
        lambda c, kind=kind: customer_story.story(c, AGENT, Customer(id=ONE, number="", name=""), kind)  # type: ignore[misc]
        for kind in StoryKind
    ),
)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_of_one_among_thousands_asks_comes_by_an_index_of_theirs(
    crowd: Table, page: Callable[[Connection], object]
) -> None:
    for plan in crowd.plans(page, is_crowded=True):
        if crowd.kind == "sqlite" or "phone_calls" not in plan:  # of which there is none: a small table
            assert not READ_THROUGH.search(plan), plan
