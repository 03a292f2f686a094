"""Cards, thread comments, notices, Home and usage: what everybody sees all day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks import case_card, changes, home, notices, usage
from bot.blocks.kit import Message
from bot.domain.cases import ChangeKind
from bot.domain.commands import Audience
from bot.domain.lifecycle import Status
from bot.domain.pages import HomePage, ListKind, Notice
from bot.domain.people import Person
from tests.blocks.samples import (
    ANA,
    CASE,
    CLOSED,
    CLOUD_NINE,
    HOSTILE,
    JUN,
    LINDA,
    NOON,
    OMAR,
    POLICY,
    SAM,
    TESS,
    case_list,
    comment,
    entry,
    row,
)
from tests.blocks.slack_rules import (
    HOME,
    MESSAGE,
    length,
    markup,
    problems,
    readable,
    unescaped,
    view_problems,
)


def sound(message: Message) -> Message:
    assert problems(MESSAGE, message.blocks) == []
    assert 0 < length(message.text) <= 4000
    assert not any(character in message.text for character in "<>")
    assert "<@" not in "".join(markup(message.blocks)), "a message mentions nobody: a mention rings"
    return message


def buttons(message: Message) -> list[str]:
    return [
        element["action_id"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_a_card_says_what_stands_in_words() -> None:
    message = sound(case_card.card(CASE, POLICY))
    shown = readable(message.blocks)
    for words in (
        "00001001 · Printer on fire",
        "Working · Severity 2 - High · Owner: nobody yet",
        "Cloud Nine Shoes · Opened by Linda Berg",
        "Impact: Sales have stopped",
        "Opened <!date^1795435200^",
    ):
        assert words in shown
    for words in ("00001001", "Printer on fire", "Working", "Severity 2", "nobody yet", "Sales have stopped"):
        assert words in message.text


@pytest.mark.parametrize(
    ("status", "owned", "acts"),
    [
        (Status.NEW, False, ["case.take", "case.comment", "case.status", "case.close", "case.page"]),
        (Status.WORKING, True, ["case.comment", "case.status", "case.close", "case.page"]),
        (Status.CLOSED, True, ["case.comment", "case.reopen", "case.page"]),
    ],
)
def test_a_card_has_the_buttons_that_its_state_allows(status: Status, owned: bool, acts: list[str]) -> None:
    message = sound(case_card.card(replace(CASE, status=status, owner=ANA.ref if owned else None)))
    assert buttons(message) == acts
    values = {element["value"] for element in message.blocks[-1]["elements"]}
    assert values == {"41.3"}


def test_a_closed_card_says_by_whom_and_how() -> None:
    assert "Closed by Ana Lima: Solved" in readable(sound(case_card.card(CLOSED, POLICY)).blocks)


def test_a_value_that_the_policy_no_longer_has_is_shown_as_it_is() -> None:
    message = sound(case_card.card(replace(CASE, business_impact="moon_phase", severity=9), POLICY))
    assert "Impact: moon_phase" in readable(message.blocks)
    assert "Severity 9" in readable(message.blocks)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_title_or_name_holds_the_card_stays_sound(text: str) -> None:
    linda = replace(LINDA.ref, name=text)
    case = replace(CASE, title=text, account_name=text, business_impact=text, creator=linda, owner=linda)
    message = sound(case_card.card(case))
    sound(case_card.card(replace(case, status=Status.CLOSED, closed_by=linda, resolution=text), POLICY))
    title = " ".join(text.split())
    if length(title) < 60:
        assert title in readable(message.blocks[0])
        assert title in readable(message.blocks[1])
        assert title in unescaped(message.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_is_shown_as_typed(text: str) -> None:
    message = sound(case_card.thread_comment(comment(text), CASE))
    shown = "".join(
        leaf["text"]
        for block in message.blocks[1:]
        for part in block["elements"]
        for leaf in part["elements"]
    )
    assert shown == text


def test_a_comment_says_who_wrote_it_and_who_reads_it() -> None:
    internal = sound(case_card.thread_comment(comment(), CASE))
    assert "Ana Lima · internal: staff only" in readable(internal.blocks)
    public = sound(case_card.thread_comment(comment(audience=Audience.PUBLIC), CASE))
    assert "public: staff and Cloud Nine Shoes" in readable(public.blocks)
    assert "Have you tried water?" in public.text


def test_a_very_long_comment_is_split_and_nothing_is_lost() -> None:
    text = "word " * 4000
    message = sound(case_card.thread_comment(comment(text), CASE))
    assert len(message.blocks) == 1 + 7
    assert message.text.endswith("…")


def test_a_notice_says_what_changed_by_whom_and_leads_to_the_case() -> None:
    told = Notice(
        case=CASE,
        entry=entry(ChangeKind.COMMENTED, changes={"status": ("new", "working")}),
        recipient=LINDA,
        comment=comment("Have you tried water?", audience=Audience.PUBLIC),
        permalink="https://northwind.slack.com/archives/C0CASES/p1?a=1&b=2",
    )
    message = sound(notices.notice(told))
    assert message.text == (
        "Case 00001001, Printer on fire: Ana Lima wrote a public comment; the status is now Working. "
        "Have you tried water?"
    )
    shown = readable(message.blocks)
    assert "00001001 · Printer on fire\nAna Lima wrote a public comment" in shown
    assert "<https://northwind.slack.com/archives/C0CASES/p1?a=1&b=2|Go to its card>" in shown
    assert buttons(message) == ["case.page"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_notice_carries_any_text(text: str) -> None:
    case = replace(CASE, title=text)
    changed = entry(ChangeKind.ASSIGNED, actor=replace(ANA.ref, name=text), changes={"owner": (text, text)})
    sound(
        notices.notice(
            Notice(case=case, entry=changed, recipient=LINDA, comment=comment(text), permalink=None)
        )
    )


@pytest.mark.parametrize(
    ("kind", "changed", "sentence"),
    [
        (ChangeKind.OPENED, {}, "opened the case"),
        (ChangeKind.TAKEN, {"status": ("new", "open")}, "took the case; the status is now Open"),
        (ChangeKind.ASSIGNED, {"owner": ("Ana L", "Ben Oka")}, "made Ben Oka the owner (before: Ana L)"),
        (ChangeKind.ASSIGNED, {"owner": (None, "Ben Okafor")}, "made Ben Okafor the owner"),
        (ChangeKind.COMMENTED, {}, "wrote a public comment"),
        (
            ChangeKind.EDITED,
            {"severity": ("2", "1"), "kind": ("problem", "enquiry"), "description": (None, None)},
            "changed severity from 2 - High: an important part fails to 1 - Critical: nobody can order, "
            "kind from Problem to Enquiry and description",
        ),
        (
            ChangeKind.STATUS_SET,
            {"status": ("working", "waiting")},
            "set the status to Waiting (before: Working)",
        ),
        (ChangeKind.CLOSED, {"resolution": (None, "solved")}, "closed the case: Solved"),
        (ChangeKind.REOPENED, {"status": ("closed", "reopened")}, "reopened the case"),
    ],
)  # fmt: skip
def test_every_change_is_told_in_a_sentence(
    kind: ChangeKind, changed: dict[str, tuple[str | None, str | None]], sentence: str
) -> None:
    assert changes.told(entry(kind, changes=changed), POLICY) == sentence


def page(person: Person, *kinds: ListKind, count: int = 10) -> HomePage:
    account = CLOUD_NINE if person.is_customer_side else None
    lists = tuple(case_list(kind, count, total=count and 43) for kind in kinds)
    return HomePage(person=person, account=account, lists=lists, now=NOON)


def test_home_shows_both_lists_with_their_counts() -> None:
    view = home.home(page(ANA, ListKind.MINE, ListKind.CREATED), POLICY)
    assert view_problems(view) == []
    shown = readable(view["blocks"])
    assert "*My cases* (43)" in shown
    assert "*Cases I created* (43)" in shown
    assert "00001001 · Printer on fire" in shown
    assert "New · Severity 1 - Critical · Cloud Nine Shoes · Owner: nobody yet" in shown
    assert "Ana Lima · Agent · Level two" in shown


def test_home_offers_to_open_a_case_only_to_those_who_may() -> None:
    kinds = (ListKind.CREATED, ListKind.ACCOUNT)
    for person, may in ((ANA, True), (LINDA, True), (TESS, False)):
        actions = [
            element["action_id"]
            for block in home.home(page(person, *kinds))["blocks"]
            for element in block.get("elements", [])
            if "action_id" in element
        ]
        assert ("home.open" in actions) is may


def test_an_empty_home_says_what_to_do_next() -> None:
    view = home.home(page(LINDA, ListKind.CREATED, ListKind.ACCOUNT, count=0), POLICY)
    assert view_problems(view) == []
    assert "None of the cases that you opened is open now. Open one with /case open." in readable(
        view["blocks"]
    )
    assert "Your account's support contact can open one" in readable(
        home.home(page(TESS, ListKind.ACCOUNT, count=0))
    )


def test_somebody_not_set_up_is_told_what_an_administrator_does() -> None:
    view = home.home(page(SAM))
    assert view_problems(view) == []
    assert "ask an administrator of the desk. They type `/desk people`" in readable(view["blocks"])


def test_only_administrators_read_of_setting_up_people() -> None:
    assert "/desk people" in readable(home.home(page(OMAR, ListKind.MINE)))
    assert "/desk people" not in readable(home.home(page(JUN, ListKind.MINE)))


@pytest.mark.parametrize("text", HOSTILE)
def test_home_carries_any_text(text: str) -> None:
    person = replace(ANA, name=text, teams=(replace(ANA.teams[0], name=text),))
    rows = tuple(
        row(number, text, account_name=text, owner=replace(LINDA.ref, name=text)) for number in (1, 2)
    )
    cases = replace(case_list(), rows=rows)
    view = home.home(HomePage(person=person, account=None, lists=(cases,), now=NOON))
    assert view_problems(view) == []
    title = " ".join(text.split())
    if length(title) < 60:
        assert f"00001001 · {title}" in readable(view["blocks"]).replace("\u2068", "")
    assert problems(HOME, view["blocks"]) == []


@pytest.mark.parametrize("unknown", [None, *HOSTILE])
def test_usage_answers_help_and_whatever_is_not_understood(unknown: str | None) -> None:
    case, desk = sound(usage.case_help(unknown)), usage.desk_help(unknown)
    assert problems(MESSAGE, desk.blocks) == []
    for command in ("open [title]", "list [mine|created|team|account|waiting]", "show N", "reopen N", "help"):
        assert f"`/case {command}`" in readable(case.blocks)
        assert f"/case {command}" in case.text
    assert "/desk people" in desk.text
    assert ("I do not know" in case.text) is (unknown is not None)
