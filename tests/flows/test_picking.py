"""Selects that are filled while somebody types: where there are more accounts than a list holds."""

from __future__ import annotations

from bot.domain.commands import AddAccount
from bot.domain.ids import SlackUserId
from bot.domain.people import SuccessPlan
from bot.services import accounts as account_service
from tests.flows.conftest import Workplace
from tests.flows.test_lists import numbers
from tests.flows_rights.parts import PARTS
from tests.flows_rights.routes import ROWS, Payload, Target, use_route

OMAR = SlackUserId("U0OMAR")


async def _many_accounts(workplace: Workplace) -> None:
    for number in range(110):
        account = AddAccount(
            name=f"Shop {number:03d}",
            org_id_or_mid=f"SHOP-{number}",
            success_plan=SuccessPlan.STANDARD,
            timezone="UTC",
        )
        await account_service.add_account(workplace.bot.desk, account, OMAR)


def _texts(options: list[dict]) -> list[str]:
    return [one["text"]["text"] for one in options]


async def test_an_account_is_found_by_typing_where_there_are_many(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await _many_accounts(workplace)
    await ana.runs("/case open Slow pages")
    assert len(await ana.suggestions("account", "")) == 100
    assert _texts(await ana.suggestions("account", "shop 07")) == [f"Shop 07{last}" for last in range(10)]
    assert _texts(await ana.suggestions("account", "shop-42")) == ["Shop 042"]
    assert await ana.suggestions("account", "nowhere") == []
    await ana.submits(
        account="Shop 042",
        title="Slow pages",
        description="Since noon",
        severity="2",
        business_impact="orders_held",
    )
    assert ana.errors == {}
    ana.reloads()
    await ana.runs("/case search account:shop-42")
    assert numbers(ana) == [1001]
    await linda.runs("/case open")  # of one account: hers stands in the list, and there is no other
    assert await linda.suggestions("account", "shop") == []
    assert linda.failure == "not_found"


async def test_an_account_of_a_person_is_found_by_typing_too(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await _many_accounts(workplace)
    await omar.runs("/desk people @jun")
    await omar.submits(role="community", account="Shop 109", teams=[])
    assert omar.errors == {}
    assert omar.sees("Shop 109")


def _target(case_id: int) -> Target:
    return Target(
        case_id=case_id,
        version=1,
        number="1001",
        card=None,
        person_version=0,
        account_version=0,
        team_version=0,
    )


async def test_a_select_offers_everybody_what_they_may_see_and_nothing_else(workplace: Workplace) -> None:
    await workplace.case_of("linda", title="Late mails")
    await workplace.team_in("general")  # the team that some of the parts are in
    for part in PARTS:
        await part.plays(workplace)
        person = workplace.person(part.handle)
        own = part.account is not None and int(part.account) == 1
        is_staff = part.role is not None and part.role.is_staff
        for route, all_of_them, theirs in (
            ("pick.account", {"Cloud Nine Shoes", "Harbour Optics"}, {"Cloud Nine Shoes"}),
            ("pick.case", {"00001001 · Late mails"}, {"00001001 · Late mails"}),
        ):
            person.reloads()
            [use] = ROWS[Payload.SUGGESTION, route]
            await use_route(workplace, person, Payload.SUGGESTION, route, use, _target(1))
            offered = set(_texts(await person.suggestions("planted", "")))
            if is_staff:
                assert offered >= all_of_them, part
            elif own:
                assert offered == theirs, part
            else:
                assert not offered & theirs, part


async def test_a_case_is_picked_by_number_or_words(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", title="Late mails")
    await workplace.case_of("ana", title="Blank page")
    [use] = ROWS[Payload.SUGGESTION, "pick.case"]
    await use_route(workplace, ana, Payload.SUGGESTION, "pick.case", use, _target(1))
    for typed, offered in (
        ("1002", ["00001002 · Blank page"]),
        ("mails", ["00001001 · Late mails"]),
        ("", ["00001002 · Blank page", "00001001 · Late mails"]),
        ("colour:red", []),
    ):
        assert _texts(await ana.suggestions("planted", typed)) == offered, typed
