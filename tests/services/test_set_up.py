"""Accounts, teams and who named a contact: what is refused, what the history keeps, who is faster."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.commands import AddAccount, AddTeam, EditAccount, EditTeam, SetUpPerson
from bot.domain.ids import AccountId, CallKey, ChannelId, SlackUserId, TeamId
from bot.domain.people import Role, SuccessPlan, TeamKind
from bot.domain.refusals import Reason, Refusal
from bot.services import accounts as account_service
from bot.services import people, set_up
from tests.factories import NOON
from tests.services.conftest import Office

ANA, LINDA, MARIA, OMAR, ZED = (SlackUserId(f"U0{name}") for name in ("ANA", "LINDA", "MARIA", "OMAR", "ZED"))
LOTUS = AddAccount(
    name="Lotus", org_id_or_mid="MID-9", success_plan=SuccessPlan.STANDARD, timezone="Europe/Lisbon"
)


def edit(office: Office, **what: Any) -> EditAccount:
    """An edit of Cloud Nine as it was furnished."""
    given: dict[str, Any] = {
        "account_id": office.cloud,
        "version": 1,
        "name": "Cloud Nine",
        "org_id_or_mid": "MID-Cloud Nine",
        "success_plan": SuccessPlan.PREMIER,
        "timezone": "Europe/Lisbon",
    }
    return EditAccount(**given | what)


async def test_an_account_is_added_and_changed_and_the_history_says_from_what_to_what(office: Office) -> None:
    account_id = await account_service.add_account(office.desk, LOTUS, OMAR, office.key())
    found, told = await office.news()
    assert [(one["kind"], one["actor"], one["account_id"], one["at"]) for one in found] == [
        ("account_added", OMAR, account_id, NOON)
    ]
    assert found[0]["changes"]["org_id_or_mid"] == [None, "MID-9"]
    assert told == []
    await account_service.edit_account(
        office.desk, edit(office, success_plan=SuccessPlan.PREMIER_PLUS), OMAR, office.key()
    )
    found, _ = await office.news()
    assert [(one["kind"], one["account_id"], one["changes"]) for one in found] == [
        ("account_edited", office.cloud, {"success_plan": ["Premier", "Premier+"]})
    ]
    form = await set_up.account_form(office.desk, OMAR, office.cloud)
    assert form.account is not None
    assert (form.account.success_plan, form.account.version) == (SuccessPlan.PREMIER_PLUS, 2)
    assert [one.slack_user_id for one in form.contacts] == [LINDA]


async def test_a_new_name_of_an_account_or_team_comes_onto_its_open_cards(office: Office) -> None:
    cloud = await office.opened("U0ANA", team_id=office.level_two)
    harbour = await office.opened("U0ANA", account_id=office.harbour, team_id=office.integrations)
    before = await office.cards_announced()
    await account_service.edit_account(office.desk, edit(office, name="Cloud Ten"), OMAR, office.key())
    assert await office.cards_announced() == [*before, cloud.id]
    renamed = EditTeam(
        name="Connections", kind=TeamKind.INTEGRATIONS, channel=None, team_id=office.integrations, version=1
    )
    await account_service.edit_team(office.desk, renamed, OMAR, office.key())
    assert await office.cards_announced() == [*before, cloud.id, harbour.id]
    plan = edit(office, name="Cloud Ten", success_plan=SuccessPlan.STANDARD, version=2)
    await account_service.edit_account(office.desk, plan, OMAR, office.key())  # moves the hour of escalation
    assert await office.cards_announced() == [*before, cloud.id, harbour.id, cloud.id]


async def test_a_form_sent_twice_adds_one_account(office: Office) -> None:
    key = office.key()
    first = await account_service.add_account(office.desk, LOTUS, OMAR, key)
    assert await account_service.add_account(office.desk, LOTUS, OMAR, key) == first
    found, _ = await office.news()
    assert len(found) == 1


REFUSED: dict[str, tuple[Reason, dict[str, Any]]] = {
    "an org id that another account has": (Reason.ACCOUNT_EXISTS, {"org_id_or_mid": "MID-Harbour"}),
    "the same in small letters": (Reason.ACCOUNT_EXISTS, {"org_id_or_mid": "mid-harbour"}),
    "a zone that is on no list": (Reason.NO_SUCH_CHOICE, {"timezone": "Mars/Olympus"}),
    "what is as it was": (Reason.NOTHING_CHANGED, {}),
    "an account as it stood before": (Reason.SET_UP_MEANWHILE, {"version": 0, "name": "New"}),
    "an account that is not there": (Reason.NO_SUCH_ACCOUNT, {"account_id": AccountId(99)}),
}


@pytest.mark.parametrize("what", list(REFUSED))
async def test_an_edit_that_cannot_be_is_refused_and_changes_nothing(office: Office, what: str) -> None:
    reason, given = REFUSED[what]
    before = await office.everything()
    with pytest.raises(Refusal) as refused:
        await account_service.edit_account(office.desk, edit(office, **given), OMAR, office.key())
    assert refused.value.reason is reason
    assert await office.everything() == before


async def test_of_two_who_edit_an_account_the_second_is_told(office: Office) -> None:
    edits = [edit(office, name=name) for name in ("One", "Two")]
    outcomes = await asyncio.gather(
        *(account_service.edit_account(office.desk, one, OMAR, office.key()) for one in edits),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert [one.reason for one in refused] == [Reason.SET_UP_MEANWHILE]


async def test_a_team_is_added_and_changed_and_no_two_have_one_name(office: Office) -> None:
    night = AddTeam(name="Night", kind=TeamKind.OTHER, channel=ChannelId("C0NIGHT"))
    team_id = await account_service.add_team(office.desk, night, OMAR, office.key())
    await office.news()
    locked = EditTeam(**{**vars(night), "public_comments_locked": True}, team_id=team_id, version=1)
    await account_service.edit_team(office.desk, locked, OMAR, office.key())
    found, _ = await office.news()
    assert [(one["kind"], one["team_id"], one["changes"]) for one in found] == [
        ("team_edited", team_id, {"public_comments_locked": ["False", "True"]})
    ]
    before = await office.everything()
    for command, reason in (
        (replace(locked, version=2, name="LEVEL_TWO"), Reason.TEAM_EXISTS),
        (replace(locked, version=2), Reason.NOTHING_CHANGED),
        (replace(locked, version=1, name="New"), Reason.SET_UP_MEANWHILE),
        (replace(locked, team_id=TeamId(99)), Reason.NO_SUCH_TEAM),
    ):
        with pytest.raises(Refusal) as refused:
            await account_service.edit_team(office.desk, command, OMAR, office.key())
        assert refused.value.reason is reason
    with pytest.raises(Refusal):
        await account_service.add_team(office.desk, replace(night, name="night"), OMAR)
    assert await office.everything() == before


async def test_who_named_a_contact_and_when_is_kept_and_goes_with_the_role(office: Office) -> None:
    def linda(**what: Any) -> SetUpPerson:
        given: dict[str, Any] = {"slack_user_id": LINDA, "role": Role.DSC, "account_id": office.cloud}
        return SetUpPerson(**given | what)

    key = iter(f"name {number}" for number in range(9))
    command = linda(named_by=" Kim Doe ", named_on=date(2026, 11, 2))
    await people.set_up_person(office.desk, command, OMAR, CallKey(next(key)))
    found, _ = await office.news()
    assert found[-1]["changes"] == {"named_by": [None, "Kim Doe"], "named_on": [None, "2026-11-02"]}
    await people.set_up_person(office.desk, linda(named_by="Lou"), OMAR, CallKey(next(key)))
    found, _ = await office.news()
    assert found[-1]["changes"] == {
        "named_by": ["Kim Doe", "Lou"],
        "named_on": ["2026-11-02", NOON.date().isoformat()],
    }
    with pytest.raises(Refusal) as refused:
        await people.set_up_person(
            office.desk, linda(named_by="Lou", named_on=date(2026, 11, 25)), OMAR, CallKey(next(key))
        )
    assert refused.value.reason is Reason.NAMED_IN_THE_FUTURE
    await people.set_up_person(
        office.desk, linda(role=Role.COMMUNITY, named_by="Lou"), OMAR, CallKey(next(key))
    )
    found, _ = await office.news()
    assert found[-1]["changes"]["named_by"] == ["Lou", None]


async def test_a_person_who_was_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    form = await set_up.person_form(office.desk, OMAR, ANA)
    assert form.person is not None
    command = SetUpPerson(slack_user_id=ANA, role=Role.MANAGER, account_id=None, version=form.person.version)
    await people.set_up_person(office.desk, command, OMAR, office.key())
    with pytest.raises(Refusal) as refused:
        await people.set_up_person(office.desk, command, OMAR, office.key())
    assert refused.value.reason is Reason.SET_UP_MEANWHILE
    new = SetUpPerson(slack_user_id=ZED, role=Role.AGENT, account_id=None, version=0)
    await people.set_up_person(office.desk, new, OMAR, office.key())
    with pytest.raises(Refusal) as refused:
        await people.set_up_person(office.desk, new, OMAR, office.key())
    assert refused.value.reason is Reason.SET_UP_MEANWHILE


async def test_lists_turn_by_name_and_find_a_part_of_it(office: Office) -> None:
    for number in range(25):
        command = replace(LOTUS, name=f"Äpfel {number:02}", org_id_or_mid=f"A-{number}")
        await account_service.add_account(office.desk, command, OMAR)
    first = await set_up.account_list(office.desk, OMAR)
    assert [one.account.name for one in first.rows][:1] == ["Cloud Nine"]
    assert (first.total, first.start, first.earlier, first.later) == (27, 0, None, 10)
    last = await set_up.account_list(office.desk, OMAR, start=20)
    assert (len(last.rows), last.earlier, last.later) == (7, 10, None)
    beyond = await set_up.account_list(office.desk, OMAR, start=500)
    assert beyond == last
    found = await set_up.account_list(office.desk, OMAR, words="  äPFEL   0")
    assert found.total == 10
    by_id = await set_up.account_list(office.desk, OMAR, words="a-24")
    assert [one.account.org_id_or_mid for one in by_id.rows] == ["A-24"]
    everybody = await set_up.people_list(office.desk, OMAR)
    roles = [one.person.role for one in everybody.rows if one.person.role]
    assert [role.is_staff for role in roles] == sorted((role.is_staff for role in roles), reverse=True)
    of_cloud = await set_up.people_list(office.desk, OMAR, words="cloud")
    assert {one.person.slack_user_id for one in of_cloud.rows} == {LINDA, "U0TESS"}
    teams = await set_up.team_list(office.desk, OMAR)
    assert [(one.team.name, one.members) for one in teams.rows] == [
        ("integrations", 1),
        ("level_one", 1),
        ("level_two", 2),
    ]


async def test_nobody_but_an_administrator_reads_the_windows(office: Office) -> None:
    for by in (ANA, MARIA, LINDA, ZED):
        for ask in (
            set_up.account_list(office.desk, by),
            set_up.people_list(office.desk, by),
            set_up.team_list(office.desk, by),
            set_up.account_form(office.desk, by, office.cloud),
            set_up.team_form(office.desk, by, office.level_two),
            set_up.person_form(office.desk, by, ANA),
            set_up.person_saved(office.desk, by, ANA),
        ):
            with pytest.raises(Refusal):
                await ask
    for ask, reason in (
        (set_up.account_form(office.desk, OMAR, AccountId(99)), Reason.NO_SUCH_ACCOUNT),
        (set_up.team_form(office.desk, OMAR, TeamId(99)), Reason.NO_SUCH_TEAM),
    ):
        with pytest.raises(Refusal) as refused:
            await ask  # type: ignore[misc]
        assert refused.value.reason is reason
