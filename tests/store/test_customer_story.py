"""All that happened with a customer in one line of time: paged both ways, and through whose eyes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.ids import AccountId
from bot.domain.people import Role, Viewer
from bot.domain.playbook.canned import FilledMessage
from bot.domain.shop.customers import Customer, CustomerFacts
from bot.domain.shop.story import A_PAGE, Happening, Place, Story, StoryKind, place_of
from bot.store import canned, phone_calls
from bot.store import customers as store
from bot.store.customer_story import story
from bot.store.schema_shop import orders
from bot.store.work import Work
from tests.factories import NOON, add_account, add_case, add_person, person, stamp
from tests.store.conftest import Table
from tests.store.shop_making import make_customer, make_order

AGENT = Viewer(person("Ana", Role.AGENT))


@dataclass(frozen=True)
class World:
    lima: Customer
    berg: Customer
    cloud: AccountId


@pytest.fixture(scope="module")
def world(shared_table: Table) -> World:
    """Lima has orders of 24 days, one of them back, two cases, three calls and two e-mails; Berg an order."""

    def unit(work: Work) -> World:
        cloud, harbour = add_account(work, "Cloud"), add_account(work, "Harbour")
        staff = add_person(work, "Kim", Role.AGENT)
        ids = [
            make_customer(work, f"S-{name}", CustomerFacts(name=name), "")
            for name in ("Story Lima", "Story Berg")
        ]
        store.set_account(work, ids[0], cloud)
        for days in range(24):
            make_order(work, ids[0], f"L-{days}", days)
        back = orders.c.number == "L-3"
        work.connection.execute(orders.update().where(back).values(in_return=1))
        make_order(work, ids[1], "B-1", 5)
        for account in (cloud, cloud, harbour):
            add_case(work, staff, account)
        for number, step in enumerate(("greet", "greet", "ask_once")):
            script = "triage" if number == 2 else "phone"
            call = phone_calls.insert_call(
                work, staff.id, script=script, revision=1, step=step, customer_id=ids[0]
            )
            for message in ("resources", "to_sales") if number else ():
                letter = FilledMessage(id=message, version=1, subject=message, body="", aloud=())
                canned.send(work, call, letter, "lena@example.com", NOON.date(), staff.id)
        found = [store.by_id(work.connection, Viewer(staff), one) for one in ids]
        assert found[0] is not None
        assert found[1] is not None
        return World(found[0], found[1], cloud)

    return shared_table.write(unit)


def told(one: Happening) -> str:
    if one.order is not None:
        return one.order.number
    if one.case is not None:
        return "case"
    return "call" if one.call is not None else one.mail.subject  # type: ignore[union-attr]


@pytest.fixture
def pages(shared_table: Table, world: World) -> Callable[..., list[Story]]:
    def read(
        kind: StoryKind = StoryKind.ALL, viewer: Viewer = AGENT, of: Customer | None = None
    ) -> list[Story]:
        found = [shared_table.read(lambda c, v: story(c, v, of or world.lima, kind), viewer)]
        while (start := found[-1].older) is not None:
            found.append(
                shared_table.read(lambda c, v, start=start: story(c, v, world.lima, kind, start), viewer)
            )
        return found

    return read


def test_everything_stands_once_newest_first_over_all_pages(pages: Callable[..., list[Story]]) -> None:
    found = pages()
    every = [told(one) for page in found for one in page.happenings]
    assert every[:7] == ["case", "case", "resources", "resources", "call", "call", "L-0"], (
        "at one moment the consequence first; what sales got is none of theirs, a triage is no call"
    )
    assert every[7:] == [f"L-{days}" for days in range(1, 24)]
    assert [len(page.happenings) for page in found] == [A_PAGE, A_PAGE, A_PAGE]
    assert found[0].counts == {
        StoryKind.ORDERS: 24,
        StoryKind.RETURNS: 1,
        StoryKind.CASES: 2,
        StoryKind.CALLS: 2,
        StoryKind.MESSAGES: 2,
    }


def test_newer_leads_back_page_by_page(
    shared_table: Table, world: World, pages: Callable[..., list[Story]]
) -> None:
    first, second, third = pages()
    assert first.newer is None
    for page, before in ((third, second), (second, first)):
        assert page.newer == before.happenings[0].place
        back = shared_table.read(
            lambda c, v, at=page.newer: story(c, v, world.lima, StoryKind.ALL, at), AGENT
        )
        assert back.happenings == before.happenings


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (StoryKind.ORDERS, [f"L-{days}" for days in range(24)]),
        (StoryKind.RETURNS, ["L-3"]),
        (StoryKind.CASES, ["case", "case"]),
        (StoryKind.CALLS, ["call", "call"]),
        (StoryKind.MESSAGES, ["resources", "resources"]),
    ],
)
def test_one_kind_alone(pages: Callable[..., list[Story]], kind: StoryKind, wanted: list[str]) -> None:
    assert [told(one) for page in pages(kind) for one in page.happenings] == wanted


def test_a_customer_without_an_account_has_no_cases_and_nothing_of_anybody_else(
    pages: Callable[..., list[Story]], world: World
) -> None:
    (page,) = pages(of=world.berg)
    assert [told(one) for one in page.happenings] == ["B-1"]


def test_nobody_of_a_customer_and_no_other_workspace_reads_it(
    pages: Callable[..., list[Story]], world: World
) -> None:
    for role in (Role.DSC, Role.COMMUNITY):
        assert pages(viewer=Viewer(replace(person("Linda", role), account_id=world.cloud))) == [Story()]
    elsewhere = stamp(workspace_id="T0ELSEWHERE").workspace_id  # type: ignore[arg-type]
    (page,) = pages(viewer=Viewer(replace(person("Ana", Role.AGENT), workspace_id=elsewhere)))
    assert page.happenings == ()
    assert set(page.counts.values()) == {0}


def test_the_story_comes_by_the_indexes_of_each_kind(shared_table: Table, world: World) -> None:
    if shared_table.kind == "sqlite":
        for start in (None, Place(NOON - timedelta(days=9), 3, 1)):
            for plan in shared_table.plans(
                lambda c, at=start: story(c, AGENT, world.lima, StoryKind.ALL, at)
            ):
                assert "SCAN orders" not in plan, plan
                assert "SCAN phone_calls" not in plan, plan
                assert "SCAN canned_mails" not in plan, plan
                assert "SCAN cases" not in plan, plan


def test_a_button_carries_a_place_and_nothing_else_is_taken_for_one() -> None:
    place = Place(NOON.replace(microsecond=7), 2, 99)
    assert place_of(place.key) == place
    for forged in ("", "1.2", "1.2.3.4", "a.b.c", f"{'9' * 19}.1.1", "1.2.x"):
        assert place_of(forged) is None
