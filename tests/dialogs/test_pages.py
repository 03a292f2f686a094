"""Case page, lists and history: what is read in a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.dialogs import case_page, history, list_cases, notice
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CommentId, HistoryId
from bot.domain.offers import offers
from bot.domain.pages import CasePage, HistoryPage, ListKind
from bot.domain.people import Person
from tests.blocks.samples import (
    ANA,
    CASE,
    CHLOE,
    CLOSED,
    HOSTILE,
    JUN,
    LINDA,
    MARIA,
    POLICY,
    TESS,
    case_list,
    comment,
    entry,
    row,
)
from tests.blocks.slack_rules import Json, readable, view_problems


def page(case: Case, viewer: Person, **more: Any) -> CasePage:
    values: dict[str, Any] = {"comments": (), "comment_count": 0, "offers": offers(case, viewer, LINDA)}
    return CasePage(case=case, viewer=viewer, **(values | more))


BOTH = ("case.history", "case.clock")
"""What everybody who sees a case may look at."""


def actions(view: Json) -> list[str]:
    return [
        element["action_id"]
        for block in view["blocks"]
        for element in block.get("elements", [])
        if "action_id" in element
    ]


@pytest.mark.parametrize(
    ("case", "viewer", "acts"),
    [
        (
            CASE,
            MARIA,
            [
                "case.take",
                "case.assign",
                "case.comment",
                "case.edit",
                "case.status",
                "case.close",
                "case.ask",
                "case.ask_update",
                "case.history",
                "case.clock",
            ],
        ),
        (
            CASE,
            CHLOE,
            [
                "case.assign",
                "case.comment",
                "case.edit",
                "case.ask",
                "case.ask_update",
                "case.history",
                "case.clock",
            ],
        ),
        (CASE, LINDA, ["case.comment", "case.edit", "case.close", *BOTH]),
        (CASE, TESS, ["case.comment", "case.history", "case.clock"]),
        (CLOSED, ANA, ["case.comment", "case.edit", "case.reopen", "case.history", "case.clock"]),
    ],
)
def test_a_page_has_buttons_for_what_this_person_may_do_now(
    case: Case, viewer: Person, acts: list[str]
) -> None:
    view = case_page.view(page(case, viewer), POLICY)
    assert view_problems(view) == []
    assert actions(view) == acts


def test_a_page_says_why_not_the_rest() -> None:
    shown = readable(case_page.view(page(CASE, CHLOE), POLICY))
    assert (
        "People of Level one may not take a case or set a status. Ask support staff of another team." in shown
    )
    assert "may close or reopen this case. Hand it back with a comment." in shown


def test_a_page_shows_every_detail_in_words() -> None:
    case = replace(CLOSED, team_name="Level two")
    shown = readable(case_page.view(page(case, ANA, permalink="https://x.slack.com/p1"), POLICY, "Saved."))
    for words in (
        "Saved.", "Printer on fire", "Status: Closed", "Severity: 2 - High: an important part fails",
        "Owner: @U1", "Account: Cloud Nine Shoes", "Org id or MID: MID-100", "Kind: Problem",
        "Business impact: Sales have stopped", "Time zone: America/Los_Angeles",
        "Contact: Linda Berg · linda@example.com · +1 555 0100",
        "Opened by: @U6", "Team: Level two", "Closed by: @U1: Solved",
        "It burns since Monday.", "No comments yet.",
        "|Go to its card>",
    ):  # fmt: skip
        assert words in shown


def test_a_page_shows_the_newest_comments_with_audience_time_and_author() -> None:
    comments = tuple(comment(f"remark {number}", id=CommentId(number)) for number in range(8))
    view = case_page.view(page(CASE, ANA, comments=comments, comment_count=12))
    assert view_problems(view) == []
    shown = readable(view)
    assert "remark 2" not in shown
    assert "remark 3" in shown
    assert "(the newest 5 of 12)" in shown
    assert "<@U1> · <!date^1795435200^" in shown
    assert "internal: staff only" in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_carries_any_text_as_typed(text: str) -> None:
    case = replace(CASE, title=text, description=text, org_id_or_mid=text, account_name=text)
    view = case_page.view(page(case, ANA, comments=(comment(text),), comment_count=1), None, text)
    assert view_problems(view) == []
    assert text in readable(view) or len(text) > 1500


@pytest.mark.parametrize("kind", ListKind)
def test_a_list_says_which_part_of_it_is_shown(kind: ListKind) -> None:
    view = list_cases.view(case_list(kind, 10, 43, first=11, newer=CaseId(99), older=CaseId(3)), POLICY)
    assert view_problems(view) == []
    assert "11-20 of 43" in readable(view)
    turn = view["blocks"][-1]["elements"]
    assert [(one["action_id"], one["value"]) for one in turn] == [
        ("case.list.newer", f"{kind}.99"),
        ("case.list.older", f"{kind}.3"),
    ]
    shows = [block["accessory"] for block in view["blocks"] if "accessory" in block]
    assert {(one["action_id"], one["text"]["text"]) for one in shows} == {("case.page", "Show")}


@pytest.mark.parametrize("kind", ListKind)
def test_an_empty_list_says_what_to_do_next(kind: ListKind) -> None:
    view = list_cases.view(case_list(kind, 0, 0))
    assert view_problems(view) == []
    assert readable(view).count(". ") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_a_list_carries_any_text(text: str) -> None:
    rows = tuple(
        row(number, text, account_name=text, owner=replace(ANA.ref, name=text)) for number in range(1, 46)
    )
    assert view_problems(list_cases.view(replace(case_list(), rows=rows))) == []


def test_a_history_tells_who_did_what_and_when() -> None:
    entries = (
        entry(ChangeKind.COMMENTED, id=HistoryId(3), audience=Audience.INTERNAL),
        entry(ChangeKind.STATUS_SET, id=HistoryId(2), changes={"status": ("new", "working")}),
        entry(ChangeKind.OPENED, id=HistoryId(1), actor=LINDA.ref),
    )
    view = history.view(
        HistoryPage(case=CASE, entries=entries, total=9, newer=HistoryId(8), older=HistoryId(1)), POLICY
    )
    assert view_problems(view) == []
    shown = readable(view)
    assert "@U1 wrote an internal comment." in shown
    assert "@U1 set the status to Working (before: New)." in shown
    assert "@U6 opened the case." in shown
    assert actions(view) == ["case.history.newer", "case.history.older"]
    assert view["blocks"][-1]["elements"][0]["value"] == "41.8"


def test_an_empty_history_is_sound() -> None:
    empty = HistoryPage(case=CASE, entries=(), total=0, newer=None, older=None)
    assert view_problems(history.view(empty)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_history_carries_any_text(text: str) -> None:
    entries = tuple(
        entry(kind, id=HistoryId(number), changes={"owner": (text, text), "resolution": (None, text)})
        for number, kind in enumerate(ChangeKind)
    )
    case = replace(CASE, title=text)
    assert (
        view_problems(history.view(HistoryPage(case=case, entries=entries, total=8, newer=None, older=None)))
        == []
    )
    assert view_problems(notice.view(text, text)) == []


def test_a_locked_team_still_sees_every_comment() -> None:
    view = case_page.view(page(CASE, JUN, comments=(comment(audience=Audience.PUBLIC),), comment_count=1))
    assert "public: staff and Cloud Nine Shoes" in readable(view)
