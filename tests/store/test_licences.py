"""Licence keys: kept as hashes that only this desk can make, those of an older release too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, event, insert, select

from bot.domain.people import Role, Viewer
from bot.domain.shop.customers import CustomerFacts
from bot.domain.shop.lookup import Find, FindKey, licence_hash
from bot.store import customer_find, customers, licence_secret
from bot.store.migrate import upgrade
from bot.store.schema_shop import licence_secrets, licensed_sites
from bot.store.work import Work
from tests.factories import WORKSPACE, person
from tests.store.conftest import Table, Upgraded
from tests.store.shop_making import KEY, make_customer

AGENT = Viewer(person("Ana", Role.AGENT))
PLAIN = hashlib.sha256(b"caseline licence LIMA7QX299AB4T1Z").hexdigest()
"""As the release before kept it: whoever guesses a key can make it."""


def found(connection: Connection) -> list[str]:
    sought = Find(text=KEY.lower(), key=FindKey.LICENCE)
    return [one.name for one in customer_find.find(connection, AGENT, sought).hits]


def test_a_key_of_an_older_release_is_found_after_the_upgrade_and_can_be_guessed_no_more(
    upgraded: Upgraded, tmp_path: Path
) -> None:
    url = upgraded.kind.empty(tmp_path)
    upgrade(url, "0020")
    with _opened(url, upgraded) as table:
        table.write(_as_it_was)
        upgrade(url)
        assert table.run(found) == ["Ana Lima"]
        kept = dict(table.run(lambda c: c.execute(_HASHES).all()))
        assert kept["none.example"] == ""
        assert PLAIN not in kept.values()
        assert table.run(lambda c: licence_secret.known(c, WORKSPACE)) is not None


_HASHES = select(licensed_sites.c.site_key, licensed_sites.c.licence_hash)


@contextmanager
def _opened(url: str, upgraded: Upgraded) -> Iterator[Table]:
    table = Table(url)
    yield table
    table.close()
    upgraded.kind.drop(url)


def _as_it_was(work: Work) -> None:
    customer_id = customers.insert_customer(work, "C-1", CustomerFacts(name="Ana Lima"), None)
    for site, plain in (("lima.example", PLAIN), ("none.example", "")):
        customers.insert_site(work, customer_id, site)
        mine = licensed_sites.c.site_key == site
        work.connection.execute(licensed_sites.update().where(mine).values(licence_hash=plain))


def test_a_desk_makes_its_secret_once_and_another_desks_hashes_are_others(table: Table) -> None:
    assert table.run(lambda c: licence_secret.known(c, WORKSPACE)) is None
    assert table.run(found) == [], "where no key was ever kept nobody is found by one"
    secret = table.write(licence_secret.kept)
    assert table.write(licence_secret.kept) == secret
    other = {"workspace_id": "T0OTHER", "secret": "00" * 32}
    table.write(lambda work: work.connection.execute(insert(licence_secrets), other))
    assert licence_hash(KEY, secret) != licence_hash(KEY, bytes(32))
    table.write(lambda work: make_customer(work, "", CustomerFacts(name="Ana Lima"), "lima.example"))
    assert table.run(found) == ["Ana Lima"]


def test_searches_read_the_secret_once_on_each_connection_and_never_keep_that_there_is_none(
    table: Table,
) -> None:
    def searched(connection: Connection) -> tuple[bytes | None, int]:
        asked: list[str] = []
        listen = ("before_cursor_execute", lambda *given: asked.append(given[2]))
        event.listen(connection, *listen)
        known = [licence_secret.at_hand(connection, WORKSPACE) for _ in range(3)]
        event.remove(connection, *listen)
        return known[-1], len(asked)

    assert table.run(searched) == (None, 3)
    secret = table.write(licence_secret.kept)
    assert table.run(searched) == (secret, 1)
