"""Every form: drawn, filled, read, drawn again with what was typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogs import assign, close_case, comment, edit_case, edit_comment, forms, open_case, reopen, status
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import (
    AddComment,
    AssignCase,
    Audience,
    CloseCase,
    Contact,
    EditCase,
    OpenCase,
    ReopenCase,
    SetStatus,
)
from bot.domain.lifecycle import Status
from bot.domain.pages import OpenForm
from bot.domain.people import Account
from bot.domain.policy import Choice
from tests.blocks import samples
from tests.blocks.samples import (
    ANA,
    CASE,
    CLOSED,
    CLOUD_NINE,
    EVERYBODY,
    HOSTILE,
    INTEGRATIONS,
    JUN,
    LEVEL_TWO,
    LINDA,
    MARIA,
    POLICY,
    TESS,
)
from tests.blocks.slack_rules import Json, readable, state_of, view_problems

REFERENCE = forms.reference(CASE)


def fields(view: Json, **entered: Any) -> Fields:
    """What the submission of `view` holds after `entered` was filled in."""
    assert view_problems(view) == []
    return forms.fields_of(state_of(view, **entered))


def open_form(**more: Any) -> OpenForm:
    values: dict[str, Any] = {
        "person": ANA,
        "accounts": (CLOUD_NINE, replace(CLOUD_NINE, id=8, name="Harbour Optics")),
        "teams": (LEVEL_TWO, INTEGRATIONS),
    }
    return OpenForm(policy=POLICY, **(values | more))


ENTERED: dict[str, Any] = {
    "account": "8",
    "title": "Printer on fire",
    "description": " It burns. ",
    "severity": "1",
    "business_impact": "none",
    "contact_email": "linda@example.com",
    "team": "2",
}


def test_an_open_form_becomes_the_command() -> None:
    assert open_case.read(fields(open_case.view(open_form()), **ENTERED)) == OpenCase(
        account_id=8,  # type: ignore[arg-type]
        org_id_or_mid="",
        title="Printer on fire",
        description="It burns.",
        business_impact="none",
        timezone="",
        severity=1,
        kind="enquiry",
        contact=Contact(email="linda@example.com"),
        team_id=INTEGRATIONS.id,
    )


def test_a_support_contact_opens_for_their_own_account_without_choosing_it() -> None:
    view = open_case.view(open_form(person=LINDA, accounts=(CLOUD_NINE,)))
    assert "team" not in fields(view)
    command = open_case.read(
        fields(view, **{key: ENTERED[key] for key in ENTERED if key not in ("account", "team")})
    )
    assert isinstance(command, OpenCase)
    assert command.account_id == CLOUD_NINE.id
    assert command.timezone == "America/Los_Angeles"  # not in the policy's list, offered all the same
    assert command.contact.name == "Linda Berg"
    assert command.team_id is None


def test_a_severity_is_chosen_with_its_meaning_in_sight() -> None:
    shown = readable(open_case.view(open_form())["blocks"])
    assert "1 - Critical: nobody can order\nThe shop is down." in shown
    assert "Shoppers cannot buy at all." in shown


def test_an_empty_form_gets_a_sentence_at_every_missing_field() -> None:
    result = open_case.read({})
    assert isinstance(result, FieldErrors)
    assert set(result.errors) == {
        "account", "title", "description", "business_impact", "severity", "kind",
    }  # fmt: skip
    blank = open_case.read(fields(open_case.view(open_form()), **ENTERED | {"title": "   ", "account": None}))
    assert isinstance(blank, FieldErrors)
    assert set(blank.errors) == {"title", "account"}


@pytest.mark.parametrize("email", ["linda", "linda@", "@example.com", "a b@example.com"])
def test_what_is_no_address_is_said_at_its_field(email: str) -> None:
    result = open_case.read(fields(open_case.view(open_form()), **ENTERED | {"contact_email": email}))
    assert isinstance(result, FieldErrors)
    assert list(result.errors) == ["contact_email"]


@pytest.mark.parametrize(
    ("phone", "fine"),
    [
        ("+1 (555) 010-0100", True),
        ("0049.30/1234 ext. 12", True),
        ("110", True),
        ("call me", False),
        ("1", False),
    ],
)
def test_a_phone_number_is_checked_mildly(phone: str, fine: bool) -> None:
    result = open_case.read(fields(open_case.view(open_form()), **ENTERED | {"contact_phone": phone}))
    assert isinstance(result, OpenCase) is fine


@pytest.mark.parametrize("count", [1, 99, 100, 101, 250, 1000])
def test_any_number_of_accounts_can_be_chosen_from(count: int) -> None:
    accounts = tuple(
        Account(
            id=number,  # type: ignore[arg-type]
            name=f"Account {number:04} & <sons> {'of a long name ' * (number % 9)}",
            org_id_or_mid="",
            success_plan=CLOUD_NINE.success_plan,
            timezone="UTC",
        )
        for number in range(1, count + 1)
    )
    view = open_case.view(open_form(accounts=accounts), typed={"account": str(count)})
    assert view_problems(view) == []
    assert fields(view)["account"] == str(count)


def test_without_an_account_the_form_says_who_can_add_one() -> None:
    view = open_case.view(open_form(accounts=()))
    assert view_problems(view) == []
    assert "Ask an administrator" in readable(view)
    assert "submit" not in view


def test_a_saved_case_is_confirmed_with_its_number() -> None:
    view = open_case.done(CASE.number, CASE.title, "https://northwind.slack.com/p1")
    assert view_problems(view) == []
    assert "Case 00001001 is open." in readable(view)


def test_an_untouched_edit_changes_nothing() -> None:
    command = edit_case.read(fields(edit_case.view(CASE, ANA, POLICY)), REFERENCE)
    assert isinstance(command, EditCase)
    assert (command.case_id, command.version) == (CASE.id, CASE.version)
    for name in (
        "title",
        "description",
        "business_impact",
        "severity",
        "kind",
        "timezone",
        "org_id_or_mid",
        "contact",
    ):
        assert getattr(command, name) == getattr(CASE, name)


def test_a_long_contact_or_title_is_not_saved_cut() -> None:
    """A form that holds less than it was given would write to somebody else's half address."""
    contact = Contact(name="N" * 180, email=f"{'m' * 60}@{'long.' * 36}example", phone="1" * 160)
    before = replace(CASE, title="T" * 240, org_id_or_mid="M" * 170, contact=contact)
    command = edit_case.read(fields(edit_case.view(before, ANA, POLICY)), REFERENCE)
    assert isinstance(command, EditCase)
    assert (command.title, command.org_id_or_mid) == (before.title, before.org_id_or_mid)
    assert command.contact == contact


def test_no_field_is_longer_than_slack_has_them() -> None:
    """What is longer was written by a machine; it begins as far as there is room."""
    view = edit_case.view(replace(CASE, title="T" * 4000), ANA, POLICY)
    assert fields(view)["title"] == "T" * 3000


@pytest.mark.parametrize("text", ["long " * 601, "😀" * 1501])
def test_a_description_that_no_field_can_hold_stays_as_it_is(text: str) -> None:
    """The web form takes more than a field of Slack's: to change a severity must not cut it."""
    view = edit_case.view(replace(CASE, description=text), ANA, POLICY)
    assert "description" not in fields(view)
    assert "It stays as it is" in json.dumps(view)
    command = edit_case.read(fields(view, severity="1"), REFERENCE)
    assert isinstance(command, EditCase)
    assert (command.severity, command.description) == (1, None)


def test_a_comment_that_no_field_can_hold_is_not_edited() -> None:
    said = samples.comment("x" * 3001)
    assert view_problems(edit_comment.view(said, CASE)) == []
    assert "submit" not in edit_comment.view(said, CASE)
    assert "submit" in edit_comment.view(replace(said, text="x" * 3000), CASE)


def test_the_customer_side_edits_only_its_own_fields() -> None:
    view = edit_case.view(CASE, LINDA, POLICY)
    assert set(fields(view)) == {
        "description", "severity", "business_impact", "contact_name", "contact_email", "contact_phone",
    }  # fmt: skip
    command = edit_case.read(fields(view, severity="1"), REFERENCE)
    assert isinstance(command, EditCase)
    assert (command.severity, command.title, command.kind, command.timezone) == (1, None, None, None)


def test_an_edit_keeps_a_value_that_the_policy_no_longer_has() -> None:
    old = replace(CASE, business_impact="moon_phase", kind="x" * 150, timezone="Antarctica/Troll")
    command = edit_case.read(fields(edit_case.view(old, ANA, POLICY)), REFERENCE)
    assert isinstance(command, EditCase)
    assert command.business_impact == "moon_phase"
    assert command.timezone == "Antarctica/Troll"


def test_staff_comment_internally_unless_they_choose_otherwise() -> None:
    view = comment.view(CASE, ANA)
    assert comment.read(fields(view, text="hi"), REFERENCE) == AddComment(
        case_id=CASE.id, text="hi", audience=Audience.INTERNAL
    )
    public = comment.read(fields(view, text="hi", audience="public"), REFERENCE)
    assert isinstance(public, AddComment)
    assert public.audience is Audience.PUBLIC
    assert "Public: staff and Cloud Nine Shoes" in readable(view)


def test_a_locked_team_is_told_why_its_comments_are_internal() -> None:
    view = comment.view(CASE, JUN)
    assert "Public comments are locked for Integrations." in readable(view)
    command = comment.read(fields(view, text="hi"), REFERENCE)
    assert isinstance(command, AddComment)
    assert command.audience is None, "the service takes the writer's default"


@pytest.mark.parametrize("who", [LINDA, TESS])
def test_the_customer_side_always_comments_publicly_and_is_told_so(who: Any) -> None:
    view = comment.view(CASE, who)
    assert "Public: staff and Cloud Nine Shoes" in readable(view)
    command = comment.read(fields(view, text="hi"), REFERENCE)
    assert isinstance(command, AddComment)
    assert command.audience is None, "the service takes the writer's default"


def test_an_assignment_needs_a_person_and_takes_a_note() -> None:
    view = assign.view(CASE)
    assert assign.read(fields(view, owner="U9", note=" please "), REFERENCE) == AssignCase(
        case_id=CASE.id, version=3, owner_slack_id="U9", note="please"
    )
    assert isinstance(assign.read(fields(view), REFERENCE), FieldErrors)


def test_a_status_is_chosen_among_those_that_can_be_set_now() -> None:
    view = status.view(CASE, ANA)
    assert status.read(fields(view), REFERENCE) == SetStatus(
        case_id=CASE.id, version=3, status=Status.WAITING
    )
    assert "No response" not in readable(view)
    assert "No response" in readable(status.view(CASE, JUN))
    assert isinstance(status.read({"status": "burning"}, REFERENCE), FieldErrors)


def test_a_status_that_cannot_be_set_is_explained() -> None:
    view = status.view(CLOSED, ANA)
    assert view_problems(view) == []
    assert "This case is closed. Reopen it first." in readable(view)
    assert "submit" not in view


def test_closing_needs_a_resolution() -> None:
    view = close_case.view(CASE, MARIA, POLICY)
    assert close_case.read(
        fields(view, resolution="none", note="bye", audience="public"), REFERENCE
    ) == CloseCase(case_id=CASE.id, version=3, resolution="none", note="bye", audience=Audience.PUBLIC)
    assert isinstance(close_case.read(fields(view), REFERENCE), FieldErrors)


def test_reopening_needs_a_reason() -> None:
    view = reopen.view(CLOSED, LINDA)
    assert reopen.read(fields(view, reason="again"), REFERENCE) == ReopenCase(
        case_id=CASE.id, version=3, reason="again", audience=None
    )
    assert isinstance(reopen.read(fields(view, reason=" "), REFERENCE), FieldErrors)


DRAWN: dict[str, Callable[[Case, Fields | None, str | None], Json]] = {
    "open": lambda case, typed, banner: open_case.view(open_form(title=case.title), typed, banner),
    "edit": lambda case, typed, banner: edit_case.view(case, ANA, POLICY, typed, banner),
    "comment": lambda case, typed, banner: comment.view(case, ANA, typed, banner),
    "assign": lambda case, typed, banner: assign.view(case, typed, banner),
    "status": lambda case, typed, banner: status.view(case, JUN, typed, banner),
    "close": lambda case, typed, banner: close_case.view(case, ANA, POLICY, typed, banner),
    "reopen": lambda case, typed, banner: reopen.view(case, ANA, typed, banner),
}
LAST_CHOICES: dict[str, Any] = {
    "account": "8", "severity": "4", "business_impact": "none", "kind": "problem", "timezone": "UTC",
    "team": "2", "audience": "public", "owner": "U9", "status": "no_response", "resolution": "none",
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_what_was_typed_survives_a_second_drawing(name: str) -> None:
    draw = DRAWN[name]
    first = draw(CASE, None, None)
    ids = [block["block_id"] for block in first["blocks"] if block["type"] == "input"]
    ids = [one for one in ids if one != "files"]  # no window can be drawn with files in it: Slack keeps them
    entered = {block_id: LAST_CHOICES.get(block_id, f"typed {block_id} <&>") for block_id in ids}
    typed = fields(first, **entered)
    again = draw(
        replace(CASE, version=4), typed, "Somebody changed case 00001001 meanwhile. Look & <save> again."
    )
    assert fields(again) == typed
    assert again["blocks"][0]["block_id"] == "banner"
    assert "Look & <save> again." in readable(again["blocks"][0])
    if name != "open":
        assert forms.read_reference(again["private_metadata"]) == (CASE.id, 4)
    # Same ids, so that Slack's client keeps what stands in the fields as well.
    assert [block["block_id"] for block in again["blocks"][1:]] == [
        block["block_id"] for block in first["blocks"]
    ]


@pytest.mark.parametrize("name", DRAWN)
def test_what_was_emptied_stays_empty(name: str) -> None:
    first = DRAWN[name](CASE, None, None)
    typed = dict.fromkeys(fields(first))
    assert not any(fields(DRAWN[name](CASE, typed, None)).values())


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_fits_into_the_forms_and_comes_back_as_typed(text: str) -> None:
    case = replace(CASE, title=text[:150], description=text[:3000], account_name=text, org_id_or_mid=text[:9])
    edited = edit_case.read(fields(edit_case.view(case, ANA, POLICY)), REFERENCE)
    if text.strip() and len(text) < 100:
        assert isinstance(edited, EditCase)
        assert (edited.title, edited.description) == (text.strip(), text.strip())
    for draw in DRAWN.values():
        assert view_problems(draw(case, None, text)) == []
    account = replace(CLOUD_NINE, name=text)
    team = replace(LEVEL_TWO, name=text)
    assert view_problems(open_case.view(open_form(accounts=(account,), teams=(team,)))) == []
    policy = replace(POLICY, resolutions=(Choice(value="x", label=text, meaning=text),))
    assert view_problems(close_case.view(case, ANA, policy)) == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_form_is_sound_for_everybody(who: Any) -> None:
    for view in (
        comment.view(CASE, who),
        reopen.view(CLOSED, who),
        edit_case.view(CASE, who, POLICY),
        close_case.view(CASE, who, POLICY),
        status.view(CASE, who),
        open_case.view(open_form(person=who)),
    ):
        assert view_problems(view) == []


def test_a_reference_is_read_back_and_nothing_else_is() -> None:
    assert forms.read_reference(REFERENCE) == (CASE.id, CASE.version)
    for other in ("", "{}", "[]", '{"case": "1", "version": 2}'):
        with pytest.raises(ValueError, match="no reference"):
            forms.read_reference(other)
