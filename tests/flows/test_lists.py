"""Lists of cases: whose stand in which, newest first, page by page."""

from __future__ import annotations

import re

import pytest

from bot.sandbox import Person
from tests.flows.conftest import HARBOUR, INTEGRATIONS, LEVEL_TWO, Workplace, does
from tests.flows.forging import forge_button


def numbers(person: Person) -> list[int]:
    """The case numbers in the person's window, from top to bottom."""
    assert person.modal is not None, person.reply
    return [int(number) for number in re.findall(r"^(\d{8}) · ", person.modal.text, re.MULTILINE)]


def count_line(person: Person) -> str:
    """The line that says how many there are."""
    assert person.modal is not None, person.reply
    return next(line for line in person.modal.text.split("\n") if re.fullmatch(r"\d+-\d+ of \d+", line))


async def test_twenty_five_cases_are_turned_page_by_page(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for _ in range(25):
        await workplace.case_of("ana")
    await ana.runs("/case list created")
    assert ana.modal is not None
    window = ana.modal.id
    seen = []
    for line, turning in (
        ("1-10 of 25", ["Older"]),
        ("11-20 of 25", ["Newer", "Older"]),
        ("21-25 of 25", ["Newer"]),
    ):
        assert count_line(ana) == line
        assert ana.modal is not None
        assert [text for text in ana.modal.buttons if text != "Show"] == turning
        seen += numbers(ana)
        if "Older" in turning:
            await ana.clicks("Older")
    assert seen == list(range(1025, 1000, -1))
    for line, expected in (("11-20 of 25", seen[10:20]), ("1-10 of 25", seen[:10])):
        await ana.clicks("Newer")
        assert count_line(ana) == line
        assert numbers(ana) == expected
    assert ana.modal is not None
    assert ana.modal.id == window  # updated in place, never one window on another
    assert len(ana.modals) == 1


async def test_a_case_opened_meanwhile_doubles_and_hides_none(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for _ in range(12):
        await workplace.case_of("ana")
    await ana.runs("/case list created")
    first = numbers(ana)
    await workplace.case_of("ana")
    await ana.clicks("Older")
    assert first + numbers(ana) == list(range(1012, 1000, -1))
    assert count_line(ana) == "12-13 of 13"
    await ana.clicks("Newer")
    assert numbers(ana)[-1] == 1003


async def test_each_list_holds_its_own_cases(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", owner="ana", title="opened and owned")  # 1001
    await workplace.case_of("ana", owner="ben", title="opened")  # 1002
    await workplace.case_of("linda", owner="ana", title="owned")  # 1003
    await workplace.case_of("linda", team_id=None, title="neither")  # 1004
    await workplace.case_of("ben", team_id=LEVEL_TWO, title="of my team")  # 1005
    await workplace.case_of("ben", team_id=INTEGRATIONS, title="of another team")  # 1006
    await workplace.case_of("viktor", owner="ana", title="of the other account")  # 1007
    for words, title, expected in (
        ("mine", "My cases", [1007, 1003, 1001]),
        ("created", "Cases I created", [1002, 1001]),
        ("team", "For my teams", [1005, 1004]),
        ("MINE", "My cases", [1007, 1003, 1001]),
        ("", "My cases", [1007, 1003, 1001]),
    ):
        await ana.runs(f"/case list {words}")
        assert ana.modal is not None
        assert ana.modal.title == title
        assert numbers(ana) == expected, words
        await ana.closes()


async def test_closed_cases_leave_the_lists_of_work_but_not_the_accounts(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana")
    await workplace.case_of("linda", owner="ana")
    await does(ana, "/case close 1001", resolution="solved")
    await ana.runs("/case list mine")
    assert numbers(ana) == [1002]
    await linda.runs("/case list created")
    assert numbers(linda) == [1002]
    await linda.runs("/case list account")
    assert numbers(linda) == [1002, 1001]
    assert linda.modal is not None
    assert "Closed · Severity 2 - High" in linda.modal.text


@pytest.mark.parametrize(
    ("handle", "words", "sentence"),
    [
        ("ana", "mine", "No case is yours at the moment. To take one, press Take on its card."),
        ("ana", "created", "None of the cases that you opened is open now. Open one with /case open."),
        (
            "ana",
            "team",
            "Your teams have no cases at the moment. New ones appear here and as cards in the channel.",
        ),
        ("linda", "account", "Your account has no cases at the moment. Open one with /case open."),
        (
            "ana",
            "account",
            "Support staff belong to no account. /case search account:NAME finds a customer's cases.",
        ),
        ("linda", "", "Your account has no cases at the moment. Open one with /case open."),
        (
            "tess",
            "",
            "Your account has no cases at the moment. Your account's support contact can open one for you.",
        ),
    ],
)
async def test_an_empty_list_says_what_to_do(
    workplace: Workplace, handle: str, words: str, sentence: str
) -> None:
    person = workplace.person(handle)
    await person.runs(f"/case list {words}")
    assert person.modal is not None
    assert sentence in person.modal.text
    assert person.modal.buttons == []


async def test_the_customer_side_lists_its_own_account_only(workplace: Workplace) -> None:
    linda, tess, viktor = workplace.people("linda tess viktor")
    await workplace.case_of("linda")
    await workplace.case_of("viktor")
    await workplace.case_of("ana")  # for Cloud Nine Shoes
    await workplace.case_of("ana", account_id=HARBOUR, owner="ana")
    await workplace.case_of("raj")
    await does(linda, "/case close 1001", resolution="solved")
    for person, words, expected in (
        (linda, "", [1005, 1003, 1001]),
        (linda, "account", [1005, 1003, 1001]),
        (linda, "created", []),
        (linda, "mine", []),
        (linda, "team", []),
        (tess, "", [1005, 1003]),  # community users see open cases
        (tess, "account", [1005, 1003]),
        (viktor, "account", [1004, 1002]),
        (viktor, "created", [1002]),
    ):
        await person.runs(f"/case list {words}")
        assert numbers(person) == expected, f"{person!r} {words}"
        await person.closes()


async def test_a_list_leads_to_the_case_and_back(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", title="Printer on fire")
    await ana.runs("/case list created")
    await ana.clicks("Show")
    assert ana.modal is not None
    assert ana.modal.title == "Case 00001001"
    assert len(ana.modals) == 2
    await ana.closes()
    assert ana.modal is not None
    assert ana.modal.title == "Cases I created"


async def test_a_forged_page_of_a_list_shows_no_case_of_another_account(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    for _ in range(11):
        await workplace.case_of("viktor")
    await workplace.case_of("linda", title="Secret of Cloud Nine", owner="ana")
    for value in ("account.12", "account.99", "created.12", "mine.12", "team.12"):
        await viktor.runs("/case list")
        forge_button(workplace, viktor, "case.list.older", value)
        await viktor.clicks("Older")
        assert not viktor.sees("Secret of Cloud Nine"), value
        assert 1012 not in numbers(viktor)
        await viktor.closes(everything=True)
