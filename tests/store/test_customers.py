"""Finding customers by six keys, and what is known of one: the same on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert

from bot.domain.ids import AccountId, CustomerId, WorkspaceId
from bot.domain.people import Role, Viewer
from bot.domain.shop.customers import CustomerFacts
from bot.domain.shop.lookup import Find, FindKey, Match
from bot.domain.verdict import CallerKind
from bot.store import customer_asking as asking
from bot.store import customer_find, lookalikes, orders, shop_index, ties
from bot.store import customers as store
from bot.store.schema_shop import order_lines, order_payments
from bot.store.work import Work
from tests.factories import NOON, person
from tests.store.conftest import Table
from tests.store.shop_making import make_customer, make_order

AGENT = Viewer(person("Ana", Role.AGENT))


@pytest.fixture(scope="module")
def made(shared_table: Table) -> dict[str, int]:
    def unit(work: Work) -> dict[str, int]:
        lima = make_customer(
            work,
            "C-1",
            CustomerFacts(name="José Quispe", company="Lima Coffee Roasters", email="Jose@Lima.example"),
            "lima-coffee.example",
        )
        jan = make_customer(work, "C-2", CustomerFacts(name="Jan Berg"), "bergmedia.example")
        order_id = make_order(work, lima, "000104", 40)
        make_order(work, lima, "O-205", 3, void=True)
        make_order(work, jan, "O-300", 10, notes="Licence for shop.fjordlight.example, paid by card")
        line = {
            "workspace_id": work.workspace_id,
            "order_id": order_id,
            "type": "Product",
            "sku": "S",
            "delivery_group": 1,
            "order_discount": 0,
            "allocated": 0,
            "fulfilled": 0,
            "canceled": 0,
            "return_initiated": 0,
            "returned": 0,
            "line_discount": 0,
        }
        work.connection.execute(
            insert(order_lines),
            [
                line | {"line_no": 1, "name": "Gold", "ordered": 3, "unit_price": 9995, "tax": 2474},
                line | {"line_no": 2, "name": "Silver", "ordered": 2, "unit_price": 2500, "tax": 413},
                line
                | {"line_no": 3, "name": "Post", "ordered": 1, "unit_price": 999, "tax": 0, "type": "Charge"},
            ],
        )
        work.connection.execute(
            insert(order_payments),
            {
                "workspace_id": work.workspace_id,
                "order_id": order_id,
                "ref": "P1",
                "method": "card",
                "authorized": 38871,
                "captured": 38871,
                "refunded": 0,
            },
        )
        return {"lima": lima, "jan": jan, "order": order_id}

    return shared_table.write(unit)


FOUND = [
    ("lima-coffee.example", None, "lima", Match.EXACT),
    ("https://www.lima-coffee.example/shop", None, "lima", Match.EXACT),
    ("coffee", FindKey.SITE, "lima", Match.EXACT),
    ("offe", FindKey.SITE, "lima", Match.PART),
    ("bergmedai.example", FindKey.SITE, "jan", Match.ONE_LETTER),
    ("fjordlight", FindKey.SITE, "jan", Match.EXACT),
    ("ordligh", FindKey.SITE, "jan", Match.PART),
    ("jose quispe", FindKey.NAME, "lima", Match.EXACT),
    ("José Quisbe", FindKey.NAME, "lima", Match.ONE_LETTER),
    ("Quispee", None, "lima", Match.ONE_LETTER),
    ("roasters lima", FindKey.COMPANY, "lima", Match.EXACT),
    ("Lima Cofee Roasters", FindKey.COMPANY, "lima", Match.ONE_LETTER),
    ("Lima Coffee Roast", None, "lima", Match.BEGINNING),
    ("JOSE@lima.EXAMPLE", None, "lima", Match.EXACT),
    ("#104", None, "lima", Match.EXACT),
    ("000104", FindKey.ORDER, "lima", Match.EXACT),
    ("o-300", None, "jan", Match.EXACT),
    ("lima 7qx2 99ab 4t1z c-1", FindKey.LICENCE, "lima", Match.EXACT),
    ("LIMA-7QX2-99AB-4T1ZC-2", None, "jan", Match.EXACT),
]


@pytest.mark.parametrize(("text", "key", "whom", "match"), FOUND)
def test_a_customer_is_found_by_any_of_six_keys(
    shared_table: Table, made: dict[str, int], text: str, key: FindKey | None, whom: str, match: Match
) -> None:
    hits = shared_table.read(lambda c, v: customer_find.find(c, v, Find(text=text, key=key)), AGENT)
    assert [(one.customer_id, one.match) for one in hits.hits] == [(made[whom], match)]


@pytest.mark.parametrize("at_one_go", [True, False])
def test_one_wrong_letter_beside_a_right_word_is_found_alike_however_many_come_into_question(
    shared_table: Table, made: dict[str, int], monkeypatch: pytest.MonkeyPatch, at_one_go: bool
) -> None:
    asked = list[object]()
    run = customer_find._Search._run
    monkeypatch.setattr(
        customer_find._Search,
        "_run",
        lambda self, what, values: asked.append(what) or run(self, what, values),
    )
    if not at_one_go:
        monkeypatch.setattr(asking, "MOST_NEAR", 1)  # as if there were more than are looked at
    sought = Find(text="José Quisbe", key=FindKey.NAME)
    hits = shared_table.read(lambda c, v: customer_find.find(c, v, sought), AGENT).hits
    assert [(one.customer_id, one.match) for one in hits] == [(made["lima"], Match.ONE_LETTER)]
    assert len(asked) == (2 if at_one_go else 5)


NOT_FOUND = [
    ("jose", FindKey.COMPANY),
    ("bergmedia", FindKey.COMPANY),
    ("jan berk holm", FindKey.NAME),
    ("xoffee", FindKey.NAME),
    ("", None),
    ("Jam", FindKey.NAME),  # three letters with one of them wrong are another name
    ("104", FindKey.EMAIL),
    ("example", FindKey.SITE),
]


@pytest.mark.parametrize(("text", "key"), NOT_FOUND)
def test_what_nobody_is_called_finds_nobody(
    shared_table: Table, made: dict[str, int], text: str, key: FindKey | None
) -> None:
    hits = shared_table.read(lambda c, v: customer_find.find(c, v, Find(text=text, key=key)), AGENT)
    assert hits.hits == ()


def test_a_hit_shows_enough_to_tell_two_apart_and_no_address(
    shared_table: Table, made: dict[str, int]
) -> None:
    hits = shared_table.read(lambda c, v: customer_find.find(c, v, Find(text="lima-coffee.example")), AGENT)
    [hit] = hits.hits
    assert (hit.masked_email, hit.site, hit.company) == (
        "J…@Lima.example",
        "lima-coffee.example",
        "Lima Coffee Roasters",
    )
    assert hit.newest_order_at == NOON - timedelta(days=40), "a void order is not the newest one"


def test_the_standing_has_all_that_a_verdict_measures(shared_table: Table, made: dict[str, int]) -> None:
    standing = shared_table.read(lambda c, v: store.standing(c, v, CustomerId(made["lima"])), AGENT)
    assert standing is not None
    assert [one.number for one in standing.orders] == ["O-205", "000104"]
    newest = standing.newest_counting(standing.site_named("www.lima-coffee.example"))
    assert newest is not None
    assert newest.number == "000104"
    assert standing.total_orders == 2
    entitled = standing.entitled(standing.sites[0])
    assert entitled.kind is CallerKind.CUSTOMER
    assert [one.is_void for one in entitled.orders] == [True, False]
    assert [one.kind.value for one in standing.subscriptions] == ["hosting"]


def test_an_order_is_summed_up_from_its_lines_and_payments(shared_table: Table, made: dict[str, int]) -> None:
    [row] = shared_table.read(lambda c, v: orders.numbered(c, v, "#104"), AGENT)
    found = shared_table.read(lambda c, v: orders.summary(c, v, row.id), AGENT)
    assert found is not None
    totals = found.totals
    assert (totals.products, totals.delivery, totals.tax, totals.grand) == (34985, 999, 2887, 38871)
    assert (str(found.captured), str(found.refunded)) == ("USD 388.71", "USD 0.00")
    assert [one.state.value for one in found.lines] == ["ordered"] * 3


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.DSC, None])
def test_the_customer_side_sees_no_customer(
    shared_table: Table, made: dict[str, int], role: Role | None
) -> None:
    viewer = Viewer(person("Linda", role, account=1))  # type: ignore[arg-type]
    assert_nothing(shared_table, viewer, made)


def test_another_workspace_sees_no_customer(shared_table: Table, made: dict[str, int]) -> None:
    assert_nothing(shared_table, Viewer(replace(AGENT.person, workspace_id=WorkspaceId("T0OTHER"))), made)


def assert_nothing(table: Table, viewer: Viewer, made: dict[str, int]) -> None:
    def query(connection: Connection, viewer: Viewer) -> list[object]:
        customer_id = CustomerId(made["lima"])
        return [
            *(customer_find.find(connection, viewer, Find(text=one[0], key=one[1])).hits for one in FOUND),
            store.standing(connection, viewer, customer_id),
            store.by_number(connection, viewer, "C-1"),
            store.sites_of(connection, viewer, customer_id),
            orders.summary(connection, viewer, made["order"]),  # type: ignore[arg-type]
            orders.numbered(connection, viewer, "104"),
            lookalikes.holder_of_site(connection, viewer, "lima-coffee.example"),
            lookalikes.account_called(connection, viewer, "C-1"),
            lookalikes.lookalikes(connection, viewer, CustomerFacts(name="José Quispe"), ""),
            ties.beginning(connection, viewer, AccountId(2), "104"),
        ]

    assert [one for one in table.read(query, viewer) if one] == []


@pytest.mark.parametrize(
    ("facts", "site", "alike"),
    [
        (CustomerFacts(name="Somebody", email="jose@lima.example"), "", True),
        (CustomerFacts(name="Somebody"), "WWW.lima-coffee.example/", True),
        (CustomerFacts(name="A. Quispe", company="Lima Coffe Roasters"), "", True),
        (CustomerFacts(name="Jose Quispe"), "", True),
        (CustomerFacts(name="Rosa Quispe"), "", False),
        (CustomerFacts(name="José Quispe", company="Another Ltd"), "", False),
    ],
)
def test_whoever_looks_alike_is_told_before_a_second_record_is_made(
    shared_table: Table, made: dict[str, int], facts: CustomerFacts, site: str, alike: bool
) -> None:
    found = shared_table.read(lambda c, v: lookalikes.lookalikes(c, v, facts, site), AGENT)
    assert [one.customer_id for one in found] == ([made["lima"]] if alike else [])


def test_who_was_renamed_is_found_by_the_new_name_alone(table: Table) -> None:
    def unit(work: Work) -> CustomerId:
        made = make_customer(work, "C-9", CustomerFacts(name="Old Name"))
        shop_index.forget(work, made, ("name", "company"))
        shop_index.mention(work, shop_index.of_customer(made, "Fresh Name", ""))
        return made

    table.write(unit)
    for text, count in (("old", 0), ("fresh", 1)):
        hits = table.read(lambda c, v, text=text: customer_find.find(c, v, Find(text=text)), AGENT)
        assert len(hits.hits) == count


@pytest.mark.parametrize(("text", "key", "whom", "match"), FOUND)
def test_no_search_reads_a_table_through(
    shared_table: Table, made: dict[str, int], text: str, key: FindKey | None, whom: str, match: Match
) -> None:
    """On SQLite, which needs no crowd to choose an index; PostgreSQL reads tables as small as these whole."""
    if shared_table.kind == "sqlite":
        plans = shared_table.plans(lambda c: customer_find.find(c, AGENT, Find(text=text, key=key)))
        assert plans
        assert [
            one for one in plans if re.search(r"\bSCAN (?!\(subquery|anon|near|SUBQUERY|CONSTANT)", one)
        ] == []


def test_a_customers_page_and_an_accounts_orders_come_by_their_indexes(
    shared_table: Table, made: dict[str, int]
) -> None:
    if shared_table.kind == "sqlite":
        asked = (
            lambda c: store.standing(c, AGENT, CustomerId(made["lima"])),
            lambda c: orders.summary(c, AGENT, made["order"]),  # type: ignore[arg-type]
            lambda c: orders.numbered(c, AGENT, "104"),
            lambda c: ties.owned(c, AGENT, AccountId(1), ["104"]),
        )
        for one in asked:
            for plan in shared_table.plans(one):
                assert not re.search(r"\bSCAN (?:orders|customers|carts|licensed_sites|order_\w+)", plan), (
                    plan
                )
