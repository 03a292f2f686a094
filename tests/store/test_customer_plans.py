"""How both databases find a customer by each key among thousands, and read what happened to one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.domain.people import Role, Viewer
from bot.domain.shop.customers import Customer
from bot.domain.shop.lookup import Find, FindKey, licence_hash, parts_of, spellings
from bot.domain.shop.story import StoryKind
from bot.store import customer_find, customer_story, licence_secret
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
READ_THROUGH = re.compile(rf"\b(?:SCAN|Seq Scan) (?:{TABLES})\b")


def word_of(number: int) -> str:
    """A word for each, of letters alone, no two of them one letter apart."""
    digits = f"{number:04d}"
    return "".join("abcdefghij"[int(one)] * 2 for one in digits)


@pytest.fixture(scope="module")
def crowd(upgraded: Upgraded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    with upgraded.copy(tmp_path_factory.mktemp("shop")) as url:
        table = Table(url)
        table.write(_fill)
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


def test_what_happened_with_one_of_thousands_comes_by_their_index(crowd: Table) -> None:
    one = Customer(id=1717, number="C-1717", name="")  # type: ignore[arg-type]
    for kind in StoryKind:
        plans = crowd.plans(lambda c, kind=kind: customer_story.story(c, AGENT, one, kind), is_crowded=True)
        for plan in plans:
            assert not re.search(r"\b(?:SCAN|Seq Scan) (?:orders|customers)\b", plan), plan
