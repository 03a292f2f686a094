"""The windows of `/desk`: drawn for few and for many, filled, read, drawn again with what was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.dialogs import accounts, person, set_up, teams
from bot.dialogs.forms import FieldErrors
from bot.dialogs.set_up import Whence
from bot.domain.commands import AddAccount, AddTeam, EditAccount, EditTeam, SetUpPerson
from bot.domain.ids import AccountId, ChannelId, SlackUserId, TeamId
from bot.domain.people import Role, SuccessPlan, TeamKind
from bot.domain.set_up import (
    AccountForm,
    AccountNow,
    AccountRow,
    Listing,
    PersonForm,
    PersonRow,
    PersonSaved,
    TeamForm,
    TeamRow,
)
from tests.blocks.samples import (
    CLOUD_NINE,
    HOSTILE,
    INTEGRATIONS,
    JUN,
    LEVEL_TWO,
    LINDA,
    POLICY,
)
from tests.blocks.slack_rules import readable, view_problems
from tests.dialogs.test_forms import fields

PEOPLE = PersonForm(accounts=(CLOUD_NINE,), teams=(LEVEL_TWO, INTEGRATIONS))


def test_setting_up_begins_with_a_person_alone() -> None:
    view = person.view(PEOPLE)
    assert set(fields(view)) == {"person"}
    element = view["blocks"][0]["element"]
    assert (element["action_id"], view["blocks"][0]["dispatch_action"]) == ("desk.person.pick", True)
    early = person.read(fields(view, person="U9"), view["private_metadata"])
    assert isinstance(early, FieldErrors)  # nobody loses a role because a form came late


def test_somebody_picked_shows_what_they_are_now() -> None:
    view = person.view(replace(PEOPLE, slack_user_id=JUN.slack_user_id, person=JUN))
    assert person.read(fields(view), view["private_metadata"]) == SetUpPerson(
        slack_user_id=JUN.slack_user_id,
        role=Role.AGENT,
        account_id=None,
        team_ids=(INTEGRATIONS.id,),
        version=JUN.version,
    )


def test_another_person_gets_fields_of_their_own() -> None:
    jun = person.view(replace(PEOPLE, slack_user_id=SlackUserId("U2"), person=JUN))
    linda = person.view(replace(PEOPLE, slack_user_id=SlackUserId("U6"), person=LINDA))
    for before, after in zip(jun["blocks"][1:], linda["blocks"][1:], strict=True):
        assert before["block_id"] == after["block_id"]
        assert before["element"]["action_id"] != after["element"]["action_id"]


@pytest.mark.parametrize(
    ("entered", "wrong"),
    [
        ({"role": "dsc", "account": "-", "named_by": "Kim"}, {"account"}),
        ({"role": "dsc", "account": "7"}, {"named_by"}),
        ({"role": "dsc", "account": "7", "named_by": "Kim", "named_on": "2026-11-02"}, set()),
        ({"role": "community", "account": "7", "teams": ()}, set()),
        ({"role": "agent", "account": "7"}, {"account"}),
        ({"role": "agent", "account": "-", "teams": ("1", "2")}, set()),
        ({"role": "-", "account": "-", "teams": ()}, set()),
        ({"role": "-", "account": "7", "teams": ()}, {"account"}),
        ({"role": "dsc", "account": "7", "named_by": "Kim", "teams": ("1",)}, {"teams"}),
        ({}, {"role"}),
    ],
)
def test_a_role_goes_with_an_account_and_who_named_them_or_with_teams(
    entered: dict[str, Any], wrong: set[str]
) -> None:
    view = person.view(replace(PEOPLE, slack_user_id=SlackUserId("U9")))
    result = person.read(fields(view, **entered), view["private_metadata"])
    assert (set(result.errors) if isinstance(result, FieldErrors) else set()) == wrong


def test_what_was_typed_about_a_person_survives_a_second_drawing() -> None:
    form = replace(PEOPLE, slack_user_id=JUN.slack_user_id, person=JUN)
    typed = fields(
        person.view(form), role="dsc", account="7", teams=("1",), named_by="Kim", named_on="2026-11-02"
    )
    assert fields(person.view(form, typed, "Look again.")) == typed


def test_a_person_set_up_is_confirmed() -> None:
    for view in (person.done(JUN.slack_user_id, Role.AGENT), person.done(JUN.slack_user_id, None)):
        assert view_problems(view) == []
    assert "is set up: Agent." in readable(person.done(JUN.slack_user_id, Role.AGENT))


NAMED = replace(LINDA, named_by="Kim Doe", named_on=date(2026, 11, 2), version=4)


def test_a_support_contact_shows_who_named_them_and_is_read_back_whole() -> None:
    view = person.view(replace(PEOPLE, slack_user_id=LINDA.slack_user_id, person=NAMED))
    assert person.read(fields(view), view["private_metadata"]) == SetUpPerson(
        slack_user_id=LINDA.slack_user_id,
        role=Role.DSC,
        account_id=LINDA.account_id,
        named_by="Kim Doe",
        named_on=date(2026, 11, 2),
        version=4,
    )
    assert person.contact_of(view["private_metadata"]) == LINDA.account_id


def test_somebody_new_of_an_account_is_suggested_as_its_contact() -> None:
    form = replace(PEOPLE, slack_user_id=SlackUserId("U9"), suggested=CLOUD_NINE.id)
    held = fields(person.view(form))
    assert (held["role"], held["account"]) == ("dsc", "7")
    known = fields(person.view(replace(form, slack_user_id=JUN.slack_user_id, person=JUN)))
    assert (known["role"], known["account"]) == ("agent", "-")


def test_a_saved_person_is_told_with_account_teams_and_a_warning_of_too_few_contacts() -> None:
    few = AccountNow(account=CLOUD_NINE, contacts=2)
    assert person.saved(PersonSaved(person=NAMED, account_name="Cloud Nine Shoes", affected=(few,))) == (
        f"<@{LINDA.slack_user_id}> is set up: Designated support contact of Cloud Nine Shoes. "
        "It counts from now on. Named by Kim Doe on 2 Nov 2026.\n"
        ":warning: Cloud Nine Shoes has 2 support contacts (3 to 5 expected). "
        "Ask the customer's management to name more."
    )
    assert "Agent in Integrations. It counts" in person.saved(PersonSaved(person=JUN))


@pytest.mark.parametrize(
    ("count", "step"), [(0, "name more"), (2, "name more"), (3, None), (5, None), (6, "say who should stay")]
)
def test_an_account_should_have_three_to_five_contacts(count: int, step: str | None) -> None:
    warning = set_up.contacts_warning(AccountNow(account=CLOUD_NINE, contacts=count))
    assert (warning is None) == (step is None)
    if warning is not None and step is not None:
        assert warning.endswith(f"{step}.")
        assert all(len(sentence.split()) < 25 for sentence in warning.split(". "))
    form = AccountForm(policy=POLICY, account=CLOUD_NINE, contacts=(NAMED,) * count)
    shown = readable(accounts.form(form, Whence())["blocks"])
    assert ("expected" in shown) == (step is not None)


def test_an_account_is_added_and_edited() -> None:
    entered = {"name": " Cloud ", "org_id": " M-1 ", "plan": "Premier+", "timezone": "UTC"}
    facts: dict[str, Any] = {
        "name": "Cloud",
        "org_id_or_mid": "M-1",
        "success_plan": SuccessPlan.PREMIER_PLUS,
        "timezone": "UTC",
    }
    new = accounts.form(AccountForm(policy=POLICY), Whence(window="accounts"))
    assert accounts.read(fields(new, **entered), new["private_metadata"]) == AddAccount(**facts)
    there = accounts.form(AccountForm(policy=POLICY, account=CLOUD_NINE), Whence())
    assert accounts.read(fields(there, **entered), there["private_metadata"]) == EditAccount(
        **facts, account_id=AccountId(7), version=1
    )
    unchanged = accounts.read(fields(there), there["private_metadata"])
    assert isinstance(unchanged, EditAccount)  # also where the policy lacks its zone
    assert unchanged.timezone == CLOUD_NINE.timezone
    for missing in entered:
        refused = accounts.read(fields(new, **{**entered, missing: None}), new["private_metadata"])
        assert isinstance(refused, FieldErrors)
        assert set(refused.errors) == {missing}


def test_a_team_is_added_and_edited() -> None:
    new = teams.form(TeamForm(), Whence(window="teams"))
    command = teams.read(
        fields(new, name=" Night ", kind="other", channel="C0NIGHT", options=("locked",)),
        new["private_metadata"],
    )
    assert command == AddTeam(
        name="Night", kind=TeamKind.OTHER, channel=ChannelId("C0NIGHT"), public_comments_locked=True
    )
    team = replace(INTEGRATIONS, channel=ChannelId("C0INT"), version=3)
    there = teams.form(TeamForm(team=team, members=(JUN,)), Whence())
    same = teams.read(fields(there), there["private_metadata"])
    assert same == EditTeam(
        name="Integrations",
        kind=TeamKind.INTEGRATIONS,
        channel=ChannelId("C0INT"),
        public_comments_locked=True,
        team_id=TeamId(2),
        version=3,
    )
    back = teams.read(fields(there, options=("desks_channel",)), there["private_metadata"])
    assert isinstance(back, EditTeam)
    assert (back.channel, back.public_comments_locked) == (None, False)
    refused = teams.read(fields(new), new["private_metadata"])
    assert isinstance(refused, FieldErrors)
    assert set(refused.errors) == {"name", "kind"}


def test_the_way_back_survives_and_nonsense_leads_nowhere() -> None:
    whence = Whence(window="account", start=20, words="nine", account_id=AccountId(7))
    assert set_up.read_whence(set_up.metadata(whence, person="U1")) == whence
    for nonsense in ("", "[]", "{", '{"from": 7}', '{"from": {"start": "x", "account": "y"}}'):
        assert set_up.read_whence(nonsense) == Whence()


@pytest.mark.parametrize("text", HOSTILE)
def test_any_name_fits_into_every_window(text: str) -> None:
    account = replace(CLOUD_NINE, name=text, org_id_or_mid=text)
    someone = replace(NAMED, name=text, named_by=text, teams=(replace(LEVEL_TWO, name=text),))
    team = replace(LEVEL_TWO, name=text)
    now = AccountNow(account=account, contacts=1)
    said = person.saved(PersonSaved(person=someone, account_name=text, affected=(now,)))
    for view in (
        accounts.view(Listing(rows=(AccountRow(account=account, contacts=1, community=2),), total=1), POLICY),
        accounts.view(Listing(rows=(), total=0, words=text[:60]), POLICY, accounts.saved(now)),
        accounts.form(
            AccountForm(policy=POLICY, account=account, contacts=(someone,)), Whence(words=text[:60])
        ),
        person.people(Listing(rows=(PersonRow(person=someone, account_name=text),), total=1), said),
        person.view(
            PersonForm(accounts=(account,), teams=(team,), slack_user_id=SlackUserId("U1"), person=someone)
        ),
        person.done(SlackUserId("U1"), None, said),
        teams.view(Listing(rows=(TeamRow(team=team, members=1),), total=1)),
        teams.form(TeamForm(team=team, members=(someone,) * 50), Whence()),
    ):
        assert view_problems(view) == []


def test_an_account_with_very_many_people_still_fits_into_a_window() -> None:
    people = tuple(replace(NAMED, id=number) for number in range(1, 80))  # type: ignore[arg-type]
    form = AccountForm(policy=POLICY, account=CLOUD_NINE, contacts=people, community=people)
    view = accounts.form(form, Whence())
    assert view_problems(view) == []
    assert "And 118 more" in readable(view["blocks"])
