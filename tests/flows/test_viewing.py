"""View as: managers and administrators see the desk as somebody else, read only, and it is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from bot.handlers import viewing
from bot.handlers.call import Call, OpenView, Payload
from bot.handlers.routes import ROUTES
from bot.sandbox import Person
from bot.services import viewing as service
from bot.store.schema import history, people
from bot.trial import shop
from tests.flows.conftest import Workplace, does
from tests.flows.forging import forge_act

LINE = "Viewing as Linda Berg, read only"


async def views_as(person: Person, name: str) -> None:
    await person.opens_home()
    await person.clicks("View as...")
    await person.submits(viewed=name)


async def secret_case(workplace: Workplace) -> str:
    """A case of Linda's with a public word and an internal one."""
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await does(ana, f"/case comment {number}", text="SECRET fuser", audience="internal")
    await does(ana, f"/case comment {number}", text="we look into it", audience="public")
    await workplace.case_of("viktor", title="Of Harbour")
    await workplace.settled()
    return number


async def test_a_manager_sees_home_lists_and_cases_as_the_contact_does_and_nothing_internal(
    workplace: Workplace,
) -> None:
    maria = workplace.person("maria")
    number = await secret_case(workplace)
    await maria.runs(f"/case show {number}")
    assert maria.sees("SECRET fuser"), "with her own eyes"
    await maria.closes()
    await views_as(maria, "Linda Berg")
    assert maria.modal is None, maria.errors
    assert maria.home is not None
    assert LINE in maria.home.text.split("\n")[1]
    assert "Designated support contact · Cloud Nine Shoes" in maria.home.text
    assert "Of Harbour" not in maria.home.text
    seen = [maria.home.text]
    await maria.clicks("Show")
    assert maria.modal is not None
    assert LINE in maria.modal.text
    assert "we look into it" in maria.modal.text
    seen.append(maria.modal.text)
    await maria.clicks("History")
    assert LINE in maria.modal.text
    seen.append(maria.modal.text)
    await maria.closes()
    await maria.closes()
    await maria.clicks("See all")
    assert LINE in maria.modal.text
    seen.append(maria.modal.text)
    await maria.closes()
    await maria.clicks("Find cases")
    await maria.submits(words="fuser")
    assert "Nothing is found" in maria.modal.text
    await maria.submits(words="harbour")
    assert LINE in maria.modal.text
    assert "Nothing is found" in maria.modal.text
    assert not [text for text in seen if "SECRET" in text or "internal" in text.lower()]


async def test_every_act_is_refused_with_a_sentence_and_stop_gives_ones_own_home_back(
    workplace: Workplace,
) -> None:
    maria = workplace.person("maria")
    number = await secret_case(workplace)
    await views_as(maria, "Linda Berg")
    before = (await workplace.card(number)).all_text
    await maria.clicks("Open a case")
    assert "You are viewing as Linda Berg, read only. Press Stop, then do it as yourself." in maria.modal.text
    await maria.closes()
    await maria.clicks("Show")
    await maria.clicks("Comment")
    assert "You are viewing as Linda Berg, read only." in maria.modal.text
    await maria.closes()
    await maria.closes()
    assert (await workplace.card(number)).all_text == before
    await maria.clicks("Stop")
    assert maria.home is not None
    assert "Viewing as" not in maria.home.text
    assert "Maria Keller · Manager" in maria.home.text
    await does(maria, f"/case comment {number}", text="mine again", audience="internal")


async def test_stop_in_a_window_brings_ones_own_home_back_too(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await secret_case(workplace)
    await views_as(maria, "Linda Berg")
    await maria.clicks("Show")
    await maria.clicks("Stop")
    assert maria.modal is not None
    assert "You see the desk as yourself again." in maria.modal.text
    await workplace.settled()
    assert maria.home is not None
    assert "Viewing as" not in maria.home.text


async def test_opening_home_again_is_seen_with_ones_own_eyes(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await views_as(maria, "Linda Berg")
    await maria.opens_home()
    assert maria.home is not None
    assert "Viewing as" not in maria.home.text


async def test_who_looked_as_whom_and_when_is_written_down(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    for _ in range(2):  # each time anew, also where nothing lies between
        await views_as(maria, "Linda Berg")
        await maria.clicks("Stop")
    rows = await _written(workplace)
    assert [(kind, actor, whom) for kind, actor, whom, _, _ in rows] == [
        ("view_as_began", "Maria Keller", "Linda Berg"),
        ("view_as_ended", "Maria Keller", "Linda Berg"),
    ] * 2
    assert all(at is not None and audience == "internal" for *_, at, audience in rows)


async def _written(workplace: Workplace) -> list[Any]:
    actor, whom = people.alias("actor"), people.alias("whom")
    rows = (
        select(history.c.kind, actor.c.name, whom.c.name, history.c.at, history.c.audience)
        .join(actor, actor.c.id == history.c.actor_id)
        .join(whom, whom.c.id == history.c.person_id)
        .where(history.c.kind.like("view_as%"))
        .order_by(history.c.id)
    )
    return await workplace.bot.desk.store.look(lambda c: list(c.execute(rows).all()))


async def test_the_areas_of_home_are_seen_with_their_eyes_too(workplace: Workplace) -> None:
    """Tickets, orders, returns, requests and customers as level one has them; none of it can be changed."""
    maria = workplace.person("maria")
    await shop.bring(workplace.bot.desk, date(2026, 11, 16), crowd=False)
    await views_as(maria, "Ben Okafor")
    for area, told in (
        ("Tickets", "For my teams"),
        ("Orders", "100417"),
        ("Returns", "All returns"),
        ("Customers", "Lindgren Lamps"),
        ("Personal data", "Nobody has asked for a report yet"),
    ):
        await maria.clicks(area)
        assert maria.modal is not None, area
        assert "Viewing as Ben Okafor, read only" in maria.modal.text
        assert told in maria.modal.text, (area, maria.modal.text)
        further = {"Orders": "Requests", "Customers": "Older"}.get(area)
        if further is not None:
            await maria.clicks(further)
            assert "Viewing as Ben Okafor, read only" in maria.modal.text
        await maria.closes(everything=True)
    await maria.clicks("Orders")
    await maria.clicks("Show")
    assert "Status: " in maria.modal.text
    assert "Session: " not in maria.modal.text, "Ben has none, and by looking nobody begins one"


@pytest.mark.parametrize("handle", ["ana", "linda", "tess"])
async def test_nobody_else_views_as_others(workplace: Workplace, handle: str) -> None:
    person = workplace.person(handle)
    await person.opens_home()
    assert person.home is not None
    assert "View as..." not in person.home.buttons
    await person.clicks(forge_act(workplace, person, "view_as.choose", "choose"))
    assert person.modal is not None
    assert "Only managers and administrators may view as somebody else." in person.modal.text


async def test_a_manager_chooses_among_those_who_see_no_more_than_they_do(workplace: Workplace) -> None:
    maria, omar = workplace.people("maria omar")
    offered = {}
    for person in (maria, omar):
        await person.opens_home()
        await person.clicks("View as...")
        found = await person.suggestions("viewed", "")
        offered[person.handle] = {one["text"]["text"] for one in found}
        await person.closes()
    assert "Linda Berg" in offered["maria"] & offered["omar"]
    assert "Omar Reyes" not in offered["maria"] | offered["omar"], "an administrator, and oneself"
    assert "Maria Keller" in offered["omar"] - offered["maria"]
    assert "Sam Newcomer" not in offered["omar"], "who is not set up sees nothing"


# --- no route is forgotten: those that are not known to read are refused -----------------------------------


def test_the_routes_that_only_read_are_all_there() -> None:
    assert {route for _, route in ROUTES} >= viewing.READS


PRESSED = (Payload.HOME_BUTTON, Payload.MODAL_BUTTON, Payload.SUBMISSION, Payload.CLOSED)


async def test_all_comments_of_a_long_case_are_read_with_their_eyes_too(workplace: Workplace) -> None:
    maria, linda = workplace.people("maria linda")
    number = await secret_case(workplace)
    for count in range(6):
        await does(linda, f"/case comment {number}", text=f"word {count}")
    await workplace.settled()
    await views_as(maria, "Linda Berg")
    await maria.clicks("Show")
    await maria.clicks("All comments")
    assert maria.modal is not None, maria.sentence
    assert LINE in maria.modal.text
    assert "we look into it" in maria.modal.text
    assert "SECRET fuser" not in maria.modal.text


async def test_orders_returns_and_customers_of_home_are_read_with_their_eyes(workplace: Workplace) -> None:
    await shop.bring(workplace.bot.desk, date(2026, 11, 22), crowd=False)
    maria = workplace.person("maria")
    await views_as(maria, "Ana Lima")
    for area, has in (
        ("orders", "100417"),
        ("returns", "return"),
        ("customers", "Lima Coffee"),
        ("tickets", "case"),
    ):
        await maria.clicks(f"area.{area}")
        assert maria.modal is not None, maria.sentence
        assert "Viewing as Ana Lima, read only" in maria.modal.text, area
        assert has in maria.modal.text, area
        await maria.closes()
    await maria.clicks("area.orders")
    await maria.clicks("order.show")
    assert maria.modal is not None
    assert "Viewing as Ana Lima, read only" in maria.modal.text
    await maria.clicks("More...")
    assert "You are viewing as Ana Lima, read only." in maria.modal.text


@pytest.mark.parametrize("area", ["area.orders", "area.returns", "area.requests", "area.customers"])
async def test_what_they_may_not_read_their_eyes_do_not_show(workplace: Workplace, area: str) -> None:
    maria, linda = workplace.person("maria"), await workplace.person_id("linda")
    call = _call(Payload.HOME_BUTTON, area, maria, linda)
    with pytest.raises(Refusal) as caught:
        await viewing.answered(workplace.bot.desk, call, ROUTES[Payload.HOME_BUTTON, area])
    assert caught.value.reason is Reason.NOT_YOUR_ROLE


async def test_no_other_route_is_let_in_while_somebody_views(workplace: Workplace) -> None:
    desk = workplace.bot.desk
    maria, linda = workplace.person("maria"), await workplace.person_id("linda")

    async def never(*_: object) -> Any:
        raise AssertionError("it was let in")

    refused = 0
    for payload, route in ROUTES:
        if payload not in PRESSED or route in viewing.READS or route == "view_as.stop":
            continue
        call = _call(payload, route, maria, linda)
        with pytest.raises(Refusal) as caught:
            await viewing.answered(desk, call, never)
        assert caught.value.reason is Reason.VIEWING_ONLY, route
        refused += 1
    assert refused > 60


def _call(payload: Payload, route: str, person: Person, viewed: int) -> Any:
    view = OpenView(
        id="V1", hash="", metadata="", first_input=None, drawn={}, warned=False, below=None, viewing=viewed
    )
    return Call(payload=payload, route=route, by=SlackUserId(person.id), key=CallKey("k"), view=view)


async def test_a_desk_that_is_viewed_writes_nothing_whatever_asks_for_it(workplace: Workplace) -> None:
    by = SlackUserId(workplace.person("maria").id)
    linda = await service.viewed(workplace.bot.desk, by, await workplace.person_id("linda"))
    with pytest.raises(Refusal) as caught:
        await replace(workplace.bot.desk, viewing=linda).write(lambda work: None)
    assert caught.value.reason is Reason.VIEWING_ONLY


async def test_who_is_no_manager_any_more_sees_nothing_by_an_old_window(
    workplace: Workplace,
) -> None:
    maria = workplace.person("maria")
    number = await secret_case(workplace)
    await views_as(maria, "Linda Berg")
    await workplace.role_of("maria", Role.AGENT)
    home = workplace.sandbox.views.home(maria.id)
    assert home is not None
    with pytest.raises(Refusal) as caught:
        await viewing.answered(
            workplace.bot.desk,
            _call(Payload.HOME_BUTTON, "home.list", maria, await workplace.person_id("linda")),
            ROUTES[Payload.HOME_BUTTON, "home.list"],
        )
    assert caught.value.reason is Reason.NOT_YOUR_ROLE
    assert number
