"""Setting people up: who may, what is refused, what the history keeps, what a start of the bot ensures."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.commands import AddAccount, AddTeam, CloseCase, SetUpPerson
from bot.domain.ids import AccountId, CallKey, CaseNumber, SlackUserId, TeamId
from bot.domain.pages import ListKind
from bot.domain.people import Person, Role, SuccessPlan, TeamKind
from bot.domain.permissions import Act
from bot.domain.refusals import Reason, Refusal
from bot.services import accounts as account_service
from bot.services import cases, home, people, reading
from bot.store.people import find_person
from bot.store.schema import policy_revisions
from tests.services.conftest import REVISION, Office

ANA, LINDA, MARIA, OMAR, TESS, VIKTOR, ZED = (
    SlackUserId(f"U0{name}") for name in ("ANA", "LINDA", "MARIA", "OMAR", "TESS", "VIKTOR", "ZED")
)


async def known(office: Office, user: SlackUserId) -> Person | None:
    return await office.desk.store.look(lambda c: find_person(c, office.desk.workspace_id, user))


async def set_up(office: Office, user: SlackUserId, by: SlackUserId = OMAR, **what: Any) -> None:
    command = SetUpPerson(**{"slack_user_id": user, "role": None, "account_id": None, **what})
    await people.set_up_person(office.desk, command, by, CallKey(f"set-up {what}"))


async def test_a_new_face_gets_a_role_and_their_name_is_learnt(office: Office) -> None:
    await set_up(office, ZED, role=Role.AGENT, team_ids=(office.level_two,))
    zed = await known(office, ZED)
    assert zed is not None
    assert (zed.role, zed.account_id, [team.id for team in zed.teams]) == (
        Role.AGENT,
        None,
        [office.level_two],
    )
    found, told = await office.news()
    assert [(one["kind"], one["actor"], one["person_id"], one["changes"]) for one in found] == [
        ("person_set_up", OMAR, zed.id, {"role": [None, "agent"], "teams": [None, str(office.level_two)]})
    ]
    assert (found[0]["audience"], found[0]["policy_revision"], found[0]["case_id"]) == (
        "internal",
        REVISION,
        None,
    )
    assert told == [("profile", f"home:{ZED}", "internal"), ("home", f"home:{ZED}", "internal")]
    await people.learn_profile(office.desk, zed.id, "Zed Zee", "Asia/Tokyo")
    zed = await known(office, ZED)
    assert zed is not None
    assert (zed.name, zed.timezone) == ("Zed Zee", "Asia/Tokyo")


async def test_cards_show_a_name_as_soon_as_it_is_learnt(office: Office) -> None:
    await set_up(office, ZED, role=Role.AGENT, team_ids=(office.level_two,))
    zed = await known(office, ZED)
    assert zed is not None
    owned, made, closed = [await office.opened(by) for by in (LINDA, ZED, ZED)]
    await office.opened(LINDA)  # nobody's
    for case in (owned, made):  # one is theirs twice over, and drawn once
        await cases.take(office.desk, case.id, ZED, office.key())
    done = CloseCase(case_id=closed.id, version=closed.version, resolution="solved")
    await cases.close(office.desk, done, ZED, office.key())
    before = await office.cards_announced()
    await people.learn_profile(office.desk, zed.id, "Zed Zee", "Asia/Tokyo")
    assert await office.cards_announced() == [*before, owned.id, made.id]
    await people.learn_profile(office.desk, zed.id, "Zed Zee", "Europe/Rome")  # the name is no news
    assert await office.cards_announced() == [*before, owned.id, made.id]


async def test_who_changes_sides_leaves_teams_and_account_behind(office: Office) -> None:
    await set_up(office, ANA, role=Role.DSC, account_id=office.harbour)
    ana = await known(office, ANA)
    assert ana is not None
    assert (ana.role, ana.account_id, ana.teams) == (Role.DSC, office.harbour, ())
    found, _ = await office.news()
    assert found[-1]["changes"] == {
        "role": ["agent", "dsc"],
        "account": [None, str(office.harbour)],
        "teams": [str(office.level_two), None],
    }
    await set_up(office, ANA, role=Role.MANAGER)
    ana = await known(office, ANA)
    assert ana is not None
    assert (ana.role, ana.account_id) == (Role.MANAGER, None)


REFUSED: dict[str, tuple[Reason, dict[str, Any]]] = {
    "an agent sets people up": (Reason.NOT_YOUR_ROLE, {"by": ANA, "role": Role.MANAGER}),
    "a manager makes herself administrator": (
        Reason.NOT_YOUR_ROLE,
        {"by": MARIA, "user": MARIA, "role": Role.ADMINISTRATOR},
    ),
    "somebody unknown does": (Reason.NOT_SET_UP, {"by": ZED, "role": Role.MANAGER}),
    "a DSC of no account": (Reason.ROLE_NEEDS_ACCOUNT, {"role": Role.DSC}),
    "a community user of no account": (Reason.ROLE_NEEDS_ACCOUNT, {"role": Role.COMMUNITY}),
    "staff of an account": (Reason.ROLE_NEEDS_NO_ACCOUNT, {"role": Role.AGENT, "account_id": AccountId(1)}),
    "an account without a role": (Reason.ROLE_NEEDS_NO_ACCOUNT, {"account_id": AccountId(1)}),
    "an account that is not there": (Reason.NO_SUCH_CHOICE, {"role": Role.DSC, "account_id": AccountId(99)}),
    "a team that is not there": (Reason.NO_SUCH_CHOICE, {"role": Role.AGENT, "team_ids": (TeamId(99),)}),
    "a customer in a team": (
        Reason.NO_SUCH_CHOICE,
        {"role": Role.DSC, "account_id": AccountId(1), "team_ids": (TeamId(1),)},
    ),
    "the last administrator steps down": (Reason.LAST_ADMINISTRATOR, {"user": OMAR, "role": Role.MANAGER}),
    "the last administrator leaves": (Reason.LAST_ADMINISTRATOR, {"user": OMAR}),
}


async def test_a_set_up_that_makes_no_sense_is_refused_and_changes_nobody(office: Office) -> None:
    before = await office.everything()
    for what, (reason, given) in REFUSED.items():
        with pytest.raises(Refusal) as refused:
            await set_up(office, **{"user": LINDA, **given})
        assert refused.value.reason is reason, what
        assert await office.everything() == before, what


async def test_an_administrator_may_step_down_when_another_is_there(office: Office) -> None:
    await set_up(office, MARIA, role=Role.ADMINISTRATOR)
    await set_up(office, OMAR, role=Role.AGENT)
    omar = await known(office, OMAR)
    assert omar is not None
    assert omar.role is Role.AGENT


async def test_only_an_administrator_adds_accounts_and_teams(office: Office) -> None:
    account = AddAccount(name="New", org_id_or_mid="M", success_plan=SuccessPlan.STANDARD, timezone="UTC")
    team = AddTeam(name="New", kind=TeamKind.OTHER)
    for user in (ANA, MARIA, LINDA, ZED):
        with pytest.raises(Refusal):
            await account_service.add_account(office.desk, account, user)
        with pytest.raises(Refusal):
            await account_service.add_team(office.desk, team, user)
    await account_service.add_account(office.desk, account, OMAR)
    await account_service.add_team(office.desk, team, OMAR)


async def test_starting_again_changes_nothing_that_is_in_order(office: Office) -> None:
    before = await office.everything()
    assert await people.ensure_desk(office.desk, [OMAR], "digest") == 1
    assert await office.everything() == before


async def test_an_administrator_of_the_settings_is_one_after_the_next_start(office: Office) -> None:
    """The way back in for a desk that has locked itself out; the history says that no person did it."""
    assert await people.ensure_desk(office.desk, [OMAR, LINDA], "digest") == 1
    linda = await known(office, LINDA)
    assert linda is not None
    assert (linda.role, linda.account_id) == (Role.ADMINISTRATOR, None)
    found, _ = await office.news()
    assert [(one["kind"], one["actor"], one["source"], one["changes"]) for one in found] == [
        ("person_set_up", None, "rule", {"role": ["dsc", "administrator"]})
    ]


async def test_another_policy_is_another_revision(office: Office) -> None:
    assert await people.ensure_desk(office.desk, [OMAR], "other") == 2
    digests = await office.desk.store.look(
        lambda c: list(
            c.execute(select(policy_revisions.c.digest).order_by(policy_revisions.c.revision)).scalars()
        )
    )
    assert digests == ["digest", "other"]


# --- looking -----------------------------------------------------------------------------------------------


async def test_a_case_of_another_account_and_one_that_never_was_answer_alike(office: Office) -> None:
    case = await office.opened()
    for user, number in ((VIKTOR, case.number), (LINDA, CaseNumber(999))):
        with pytest.raises(Refusal) as refused:
            await reading.find_number(office.desk, user, number)
        assert refused.value.reason is Reason.NO_SUCH_CASE
        assert refused.value.facts == {"number": number}
    assert await reading.find_number(office.desk, LINDA, case.number) == case.id
    assert await reading.find_number(office.desk, TESS, case.number) == case.id


async def test_the_form_of_an_act_opens_for_those_who_may_and_says_no_to_the_others_before(
    office: Office,
) -> None:
    case = await office.opened()
    assert (await reading.case_for(office.desk, ANA, case.id, Act.TAKE))[0] == case
    for user, act, reason in (
        (LINDA, Act.TAKE, Reason.NOT_YOUR_ROLE),
        (ANA, Act.CLOSE, Reason.NOT_YOUR_CASE_TO_CLOSE),
        (ANA, Act.REOPEN, Reason.NOT_CLOSED),
        (VIKTOR, Act.EDIT_CASE, Reason.NO_SUCH_CASE),
        (ZED, Act.EDIT_CASE, Reason.NOT_SET_UP),
    ):
        with pytest.raises(Refusal) as refused:
            await reading.case_for(office.desk, user, case.id, act)
        assert refused.value.reason is reason, (user, act)


async def test_home_shows_each_side_its_own_lists_and_strangers_none(office: Office) -> None:
    await office.opened()
    lists = {
        user: [(one.kind, one.total) for one in (await home.home(office.desk, user)).lists]
        for user in (ANA, LINDA, VIKTOR, ZED)
    }
    assert lists == {
        ANA: [(ListKind.MINE, 0), (ListKind.CREATED, 0)],
        LINDA: [(ListKind.CREATED, 1), (ListKind.ACCOUNT, 1)],
        VIKTOR: [(ListKind.CREATED, 0), (ListKind.ACCOUNT, 0)],
        ZED: [],
    }
