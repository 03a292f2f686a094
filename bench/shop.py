"""Row 11: a customer found by each of six keys in a shop of 1,000,000 orders, on both databases.

The floor is the bare driver with one statement that gives the same line of a list from the same indexes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import shop_crowd as crowd
from bench.figures import Figure
from bench.large import Ask, bare, in_turn
from bot.domain.ids import WorkspaceId
from bot.domain.people import Role, Viewer
from bot.domain.shop.lookup import MOST_HITS, Find, FindKey, licence_hash, spellings
from bot.store.customer_find import find
from bot.store.migrate import upgrade
from bot.store.store import Store
from tests.databases import kind
from tests.factories import person

WORKSPACE = WorkspaceId("T0NORTHWIND")
ORDERS = 1_000_000
WANTED = 3.0

Raw = Callable[[str], Awaitable[Any]]


async def six_keys(here: Any, rounds: int) -> list[Figure]:
    """Each key on both databases; and a part of a site, and a name with one wrong letter."""
    figures = []
    for name in ("sqlite", "postgres"):
        folder = here.folder / f"shop-{name}"
        folder.mkdir()
        figures += await _measured(name, folder, rounds)
    return figures


async def _measured(name: str, folder: Path, rounds: int) -> list[Figure]:
    url = kind(name).empty(folder)
    upgrade(url)
    store = Store(url)
    store.database.alter(lambda connection: crowd.fill_shop(connection, WORKSPACE, ORDERS))
    store.start()
    raw, close = await bare(name, url)
    made = []
    try:
        for what, sought, statement in _questions():
            floor, ours = _asks(store, raw, sought, statement)
            await _finds_them(store, sought)
            took = await in_turn(floor, ours, rounds)
            said = f"{name}: find by {what}, {ORDERS:,} orders"
            made.append(Figure(row="11", what=said, floor=took[0], ours=took[1], unit="ms", wanted=WANTED))
    finally:
        await close()
        await store.stop()
        kind(name).drop(url)
    return made


def _asks(store: Store, raw: Raw, sought: Find, statement: str) -> tuple[Ask, Ask]:
    viewer = Viewer(replace(person("Chloe", Role.AGENT), workspace_id=WORKSPACE))
    return (
        lambda: raw(statement),
        lambda: store.read(lambda c, eyes: find(c, eyes, sought), viewer, brief=True),
    )


async def _finds_them(store: Store, sought: Find) -> None:
    viewer = Viewer(replace(person("Chloe", Role.AGENT), workspace_id=WORKSPACE))
    found = await store.read(lambda c, eyes: find(c, eyes, sought), viewer)
    if crowd.KNOWN not in [one.customer_id for one in found.hits]:
        raise AssertionError(f"{sought} does not find customer {crowd.KNOWN}")


def _questions() -> list[tuple[str, Find, str]]:
    """What is said, what is looked for, and the statement of the floor."""
    who = crowd.KNOWN
    names, company = (crowd.first_name(who), crowd.surname(who)), crowd.company(who)
    site = crowd.site_word(who)
    email, order = f"u{who}@{site}.example", f"o{who - 1}"
    key = crowd.licence_key(who)
    wrong = f"{names[1][:4]}x{names[1][5:]}"
    return [
        ("e-mail", Find(text=email), _list(_in("customers", "id", "email_key", email))),
        ("order number", Find(text=order.upper(), key=FindKey.ORDER), _list(_by_order(order))),
        (
            "licence key",
            Find(text=key, key=FindKey.LICENCE),
            _list(_in("licensed_sites", "customer_id", "licence_hash", licence_hash(key, crowd.SECRET))),
        ),
        ("name", Find(text=" ".join(names), key=FindKey.NAME), _list(_having(names, "'name'"))),
        ("company", Find(text=" ".join(company), key=FindKey.COMPANY), _list(_having(company, "'company'"))),
        ("site", Find(text=f"{site}.example", key=FindKey.SITE), _list(_having((site,), _SITE))),
        ("a part of a site", Find(text=site[1:10], key=FindKey.SITE), _list(_in_part(site[1:10]))),
        (
            "a name with one wrong letter",
            Find(text=f"{names[0]} {wrong}", key=FindKey.NAME),
            _list(_wrong(names[0], wrong)),
        ),
    ]


_SITE = "'site', 'notes'"


def _list(ids: str) -> str:
    """The lines of a list: all that a hit shows."""
    return (
        "SELECT customers.id, customers.number, customers.name, company, email, kind, plan,"  # noqa: S608 - ours
        " (SELECT ordered_at FROM orders WHERE orders.customer_id = customers.id AND NOT is_void"
        " ORDER BY ordered_at DESC, orders.id DESC LIMIT 1),"
        " (SELECT licensed_sites.name FROM licensed_sites WHERE licensed_sites.customer_id = customers.id"
        " ORDER BY licensed_sites.id LIMIT 1),"
        " (SELECT count(*) FROM licensed_sites WHERE licensed_sites.customer_id = customers.id)"
        f" FROM ({ids} LIMIT {MOST_HITS + 1}) AS found CROSS JOIN customers"
        f" WHERE customers.id = found.id AND customers.workspace_id = '{WORKSPACE}'"
    )


def _in(table: str, column: str, key: str, value: str) -> str:
    return f"SELECT {column} AS id FROM {table} WHERE workspace_id = '{WORKSPACE}' AND {key} = '{value}'"  # noqa: S608


def _by_order(number: str) -> str:
    return _in("orders", "customer_id", "number_key", number)


def _having(words: tuple[str, ...], fields: str) -> str:
    """Who has all of these words in some of these fields."""
    ids = [_ids("shop_words", "id", f"word = '{word}'") for word in words]
    return _mentioned(ids, fields)


def _in_part(part: str) -> str:
    begins = f"part >= '{part}' AND part < '{part}\U0010ffff'"
    return _mentioned([_ids("shop_parts", "word_id", begins)], _SITE)


def _wrong(right: str, wrong: str) -> str:
    spelt = ", ".join(f"'{one}'" for one in sorted(spellings(wrong)))
    ids = [
        _ids("shop_words", "id", f"word = '{right}'"),
        _ids("shop_spellings", "word_id", f"spelling IN ({spelt})"),
    ]
    return _mentioned(ids, "'name'")


def _ids(table: str, column: str, where: str) -> str:
    return f"SELECT {column} AS id FROM {table} WHERE workspace_id = '{WORKSPACE}' AND {where}"  # noqa: S608 - ours


def _mentioned(ids: list[str], fields: str) -> str:
    """From the last word on: with names it is the rarer one."""
    here = f"workspace_id = '{WORKSPACE}' AND field IN ({fields})"
    others = "".join(
        " AND EXISTS (SELECT 1 FROM shop_mentions other WHERE other.customer_id = said.customer_id"  # noqa: S608
        f" AND other.{here} AND other.word_id IN ({one}))"
        for one in ids[:-1]
    )
    return (
        f"SELECT DISTINCT said.customer_id AS id FROM shop_mentions said WHERE said.{here}"  # noqa: S608 - ours
        f" AND said.word_id IN ({ids[-1]}){others}"
    )
