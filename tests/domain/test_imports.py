"""Rows of accounts and people: what is taken, what is told, and what stands twice."""

from __future__ import annotations

import pytest

from bot.domain.contacts import email_key, is_email
from bot.domain.imports import Known, Numbered, PersonRow, Sheet, WrongRow, check, read_account, read_person
from bot.domain.people import Role

ZONES = frozenset({"UTC"})
ACCOUNT = {"org_id_or_mid": "M-1", "name": "Cloud", "success_plan": "premier+", "timezone": "UTC"}
DSC = {"role": "DSC", "email": "a@b.example", "name": "Ana", "account": "M-1"}
AGENT = {"role": "agent", "slack_user_id": "U0ANA"}

WRONG_ACCOUNTS = [
    ({"org_id_or_mid": ""}, "org_id_or_mid is empty"),
    ({"name": ""}, "name is empty"),
    ({"success_plan": "Gold"}, 'success_plan "Gold" is unknown'),
    ({"timezone": "PST"}, 'timezone "PST" is unknown'),
    ({"name": "x" * 201}, "name has 201 characters"),
    ({"name": "two\nlines"}, "name has a line break"),
]
WRONG_PEOPLE = [
    (DSC, {"role": ""}, 'role "" is unknown'),
    (DSC, {"email": "a@b"}, 'email "a@b" is no address'),
    (DSC, {"email": "a@b.example, c@d.example"}, "is no address"),
    (DSC, {"email": ""}, "email is empty"),
    (DSC, {"account": ""}, "account is empty"),
    (DSC, {"name": ""}, "name is empty"),
    (DSC, {"teams": "Level two"}, "Only staff are in teams"),
    (DSC, {"slack_user_id": "@ana"}, 'slack_user_id "@ana" is none'),
    (AGENT, {"slack_user_id": ""}, "Staff need a slack_user_id"),
    (AGENT, {"account": "M-1"}, "Staff have no account"),
]


@pytest.mark.parametrize(("change", "told"), WRONG_ACCOUNTS)
def test_a_wrong_account_says_what_to_do(change: dict[str, str], told: str) -> None:
    assert read_account(ACCOUNT, ZONES).success_plan == "Premier+"
    with pytest.raises(WrongRow, match=told):
        read_account(ACCOUNT | change, ZONES)


@pytest.mark.parametrize(("row", "change", "told"), WRONG_PEOPLE)
def test_a_wrong_person_says_what_to_do(row: dict[str, str], change: dict[str, str], told: str) -> None:
    read_person(row)
    with pytest.raises(WrongRow, match=told):
        read_person(row | change)


def test_teams_are_named_with_semicolons_and_left_alone_without_a_column() -> None:
    assert read_person(AGENT).teams is None
    assert read_person(AGENT | {"teams": ""}).teams == ()
    assert read_person(AGENT | {"teams": "Level two; Night "}).teams == ("Level two", "Night")


def test_what_stands_twice_or_nowhere_is_told_at_its_line() -> None:
    people = [
        PersonRow(role=Role.DSC, email="A@b.example", name="A", account="m-1"),
        PersonRow(role=Role.DSC, email="a@B.example", name="A", account="M-1"),
        PersonRow(role=Role.DSC, email="c@b.example", name="C", account="M-9"),
        PersonRow(role=Role.AGENT, slack_user_id="U1", teams=("Night",)),
    ]
    sheet = Sheet(people=[Numbered(file="p.csv", line=n, row=one) for n, one in enumerate(people, 2)])
    checked = check(sheet, Known(accounts=frozenset({"m-1"}), teams=frozenset()))
    assert [one.line for one in checked.people] == [2]
    assert sorted((one.line, one.what.partition(".")[0]) for one in checked.errors) == [
        (3, "the same stands in p"),
        (4, 'no account has the org id or MID "M-9"'),
        (5, 'there is no team "Night"'),
    ]


def test_addresses_are_one_whatever_their_capitals() -> None:
    assert email_key(" Ana@Example.COM ") == "ana@example.com"
    for address in ("a@b.example", "a.b+c@d-e.co.uk", "å@exämple.se"):
        assert is_email(address)
    for text in ("", "a", "a@b", "@b.example", "a b@c.example", "<a@b.example>", "a@b.example\n", "a@b..c"):
        assert not is_email(text)
