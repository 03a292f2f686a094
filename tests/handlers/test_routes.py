"""What people can press has a handler, and every handler can be reached: all that is drawn is walked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from bot.blocks import home, notices, usage
from bot.blocks.case_card import card, thread_comment
from bot.dialogs import (
    accounts,
    assign,
    case_page,
    close_case,
    comment,
    edit_case,
    health,
    history,
    list_cases,
    mail_queue,
    notice,
    open_case,
    person,
    reopen,
    set_up,
    status,
    teams,
)
from bot.domain.cases import ChangeKind
from bot.domain.ids import CaseId, CaseNumber, HistoryId
from bot.domain.lifecycle import Status
from bot.domain.offers import offers
from bot.domain.pages import CasePage, HistoryPage, HomePage, ListKind, OpenForm
from bot.domain.people import Role
from bot.domain.set_up import (
    AccountForm,
    AccountRow,
    Listing,
    PersonForm,
    PersonRow,
    TeamForm,
    TeamRow,
)
from bot.handlers.call import Payload
from bot.handlers.routes import ROUTES
from tests.blocks import samples
from tests.blocks.samples import CASE, CLOSED, CLOUD_NINE, EVERYBODY, LEVEL_TWO, LINDA, OMAR, POLICY, SAM
from tests.dialogs.test_health import TROUBLED
from tests.dialogs.test_mail_queue import QUEUE
from tests.handlers.conftest import MANIFEST

Json = dict[str, Any]

CASES = [
    *(replace(CASE, status=one) for one in Status if one is not Status.CLOSED),
    replace(CASE, owner=samples.ANA.ref),
    CLOSED,
]
SET_UP = [one for one in EVERYBODY if one is not SAM]


def messages() -> Iterator[list[Json]]:
    for case in CASES:
        yield card(case, POLICY).blocks
        yield thread_comment(samples.comment(), case).blocks
    for unknown in (None, "what"):
        yield usage.case_help(unknown).blocks
        yield usage.desk_help(unknown).blocks
    yield notices.dead_letters(2).blocks


def modals() -> Iterator[Json]:
    for case in CASES:
        for who in SET_UP:
            yield case_page.view(
                CasePage(
                    case=case,
                    viewer=who,
                    comments=(samples.comment(),),
                    comment_count=1,
                    offers=offers(case, who, LINDA),
                ),
                POLICY,
            )
            yield comment.view(case, who)
            yield edit_case.view(case, who, POLICY)
            yield status.view(case, who)
            yield close_case.view(case, who, POLICY)
            yield reopen.view(case, who)
        yield assign.view(case)
    for kind in ListKind:
        yield list_cases.view(samples.case_list(kind, newer=CaseId(1), older=CaseId(9)), POLICY)
        yield list_cases.view(samples.case_list(kind, count=0, total=0), POLICY)
    entries = tuple(samples.entry(kind) for kind in ChangeKind)
    pages = HistoryPage(case=CASE, entries=entries[:1], total=9, newer=HistoryId(1), older=HistoryId(5))
    yield history.view(pages, POLICY)
    for open_to in ((), (CLOUD_NINE,)):
        yield open_case.view(OpenForm(person=OMAR, policy=POLICY, accounts=open_to, teams=(LEVEL_TWO,)))
    yield open_case.done(CaseNumber(1001), "Printer on fire")
    people = PersonForm(accounts=(CLOUD_NINE,), teams=(LEVEL_TWO,))
    yield person.view(people)
    yield person.view(replace(people, slack_user_id=LINDA.slack_user_id, person=LINDA))
    yield person.done(LINDA.slack_user_id, Role.DSC)
    yield from set_up_modals()
    yield notice.view("Caseline", "A sentence.")
    yield health.view(TROUBLED)
    yield mail_queue.view(QUEUE)
    yield mail_queue.form(QUEUE.rows[0], OMAR)


def set_up_modals() -> Iterator[Json]:
    listed = AccountRow(account=CLOUD_NINE, contacts=2, community=1)
    yield accounts.view(Listing(rows=(listed,) * 10, total=30, start=10), POLICY)
    yield person.people(Listing(rows=(PersonRow(person=LINDA),) * 10, total=30, start=10))
    yield teams.view(Listing(rows=(TeamRow(team=LEVEL_TWO, members=2),) * 10, total=30, start=10))
    whence = set_up.Whence(window="accounts")
    for account in (None, CLOUD_NINE):
        yield accounts.form(AccountForm(policy=POLICY, account=account, contacts=(LINDA,)), whence)
    for team in (None, LEVEL_TWO):
        yield teams.form(TeamForm(team=team, members=(OMAR,)), set_up.Whence(window="teams"))


def homes() -> Iterator[Json]:
    for who in EVERYBODY:
        for count in (0, 3):
            lists = tuple(samples.case_list(kind, count=count, total=count) for kind in ListKind)
            shown = () if who is SAM else lists
            yield home.home(HomePage(person=who, account=None, lists=shown, now=samples.NOON), POLICY)


def pressed(blocks: list[Json]) -> Iterator[str]:
    """The action ids that reach the bot at once: not those of inputs, which wait for the submission."""
    for block in blocks:
        if block["type"] == "input":
            if block.get("dispatch_action"):
                yield block["element"]["action_id"]
            continue
        found = [*block.get("elements", ()), *([block["accessory"]] if block.get("accessory") else [])]
        for element in found:
            if "action_id" in element and not element.get("url"):
                yield element["action_id"]


DRAWN: dict[Payload, set[str]] = {
    Payload.MESSAGE_BUTTON: {action for blocks in messages() for action in pressed(blocks)},
    Payload.MODAL_BUTTON: {action for view in modals() for action in pressed(view["blocks"])},
    Payload.HOME_BUTTON: {action for view in homes() for action in pressed(view["blocks"])},
    Payload.SUBMISSION: {view["callback_id"] for view in modals() if view.get("submit")},
    Payload.CLOSED: {view["callback_id"] for view in modals() if view.get("notify_on_close")},
}


def routes_of(payload: Payload) -> set[str]:
    return {route for kind, route in ROUTES if kind is payload}


@pytest.mark.parametrize("payload", DRAWN)
def test_whatever_can_be_pressed_or_submitted_there_has_a_route(payload: Payload) -> None:
    assert DRAWN[payload] <= routes_of(payload)


@pytest.mark.parametrize("payload", DRAWN)
def test_every_route_can_be_reached_from_something_that_is_drawn(payload: Payload) -> None:
    assert routes_of(payload) <= DRAWN[payload]


def test_there_is_something_to_press_on_every_surface() -> None:
    assert all(DRAWN[payload] for payload in DRAWN if payload is not Payload.CLOSED)


def test_every_view_with_inputs_can_be_submitted_or_acts_at_once() -> None:
    for view in modals():
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        assert bool(inputs) == bool(view.get("submit")), view["callback_id"]


def test_every_command_of_the_manifest_has_routes_and_answers_any_word() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text())
    commands = {one["command"] for one in manifest["features"]["slash_commands"]}
    routed = {route.partition(" ")[0] for route in routes_of(Payload.COMMAND)}
    assert commands == routed
    assert {f"{command} *" for command in commands} <= routes_of(Payload.COMMAND)


def test_the_usage_names_every_command_and_no_other() -> None:
    told = f"{usage.case_help(None).text}\n{usage.desk_help(None).text}"
    named = set(re.findall(r"/(?:case|desk) \w+", told))
    known = {route for route in routes_of(Payload.COMMAND) if not route.endswith("*")}
    assert {line for line in named if not line.endswith(" help")} == known
