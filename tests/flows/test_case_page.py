"""The page of a case and its history: what each person may do and why not the rest, and who sees what."""

from __future__ import annotations

import pytest

from bot.domain.commands import AddComment, Audience
from bot.domain.ids import CallKey, CaseId, SlackUserId
from bot.services import cases
from tests.flows.conftest import Workplace, does
from tests.flows.forging import forge_act, forge_button

ASKING = ("Triage", "Ask a question", "Ask for an update")
WAITING = ("Tell me then", "Ask to expedite")
"""What is offered until the case may be escalated."""
STAFF = ("End", "Assign", "Comment", "Edit")
"""The first is the session's, which opening the page has begun."""

PAGES: list[tuple[str, list[str], list[str]]] = [
    (
        "ana",
        [*STAFF, "Set status", "Close case", *WAITING, *ASKING, "History", "Clocks", "Link an article"],
        [],
    ),
    (
        "ben",
        [*STAFF, "Set status", *WAITING, *ASKING, "History", "Clocks", "Link an article"],
        ["Only Ana Lima, managers and the account's support contacts may close or reopen this case."],
    ),
    (
        "maria",
        [*STAFF, "Set status", "Close case", *WAITING, *ASKING, "History", "Clocks", "Link an article"],
        [],
    ),
    (
        "chloe",
        [*STAFF, *WAITING, *ASKING, "History", "Clocks", "Link an article"],
        ["People of Level one may not set a status.", "may close or reopen this case."],
    ),
    (
        "linda",
        ["Comment", "Edit", "Close case", *WAITING, "History", "Clocks", "Link an article"],
        ["Only support staff may assign a case or set a status."],
    ),
    (
        "tess",
        ["Comment", "History", "Clocks"],
        [
            "Only support staff may assign a case or set a status.",
            "Only the account's support contacts and support staff may edit a case or close a case.",
        ],
    ),
]


@pytest.mark.parametrize(("handle", "buttons", "reasons"), PAGES)
async def test_the_page_offers_what_one_may_do_and_says_why_not_the_rest(
    workplace: Workplace, handle: str, buttons: list[str], reasons: list[str]
) -> None:
    person = workplace.person(handle)
    await workplace.case_of("linda", owner="ana")
    await person.runs("/case show 1001")
    assert person.modal is not None
    assert person.modal.buttons == buttons
    for reason in reasons:
        assert reason in person.modal.text, reason
    if not reasons:
        assert " may " not in person.modal.text
    for button in buttons:  # what is offered works
        if button in ("Tell me then", "End"):  # they need no window of their own
            continue
        await person.clicks(button)
        assert len(person.modals) == 2, button
        await person.closes()


async def test_a_case_without_an_owner_offers_to_take_it(workplace: Workplace) -> None:
    ana, chloe = workplace.people("ana chloe")
    card = await workplace.card(await workplace.case_of("linda"))
    await ana.clicks("More...", on=card)
    await chloe.clicks("More...", on=card)
    assert ana.modal is not None
    assert chloe.modal is not None
    assert "Take" in ana.modal.buttons
    assert "Take" not in chloe.modal.buttons
    assert "People of Level one may not take a case or set a status." in chloe.modal.text


async def test_a_closed_case_offers_to_reopen_it(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana")
    await does(ana, "/case close 1001", resolution="solved")
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert ana.modal.buttons == [
        "End",
        "Comment",
        "Edit",
        "Reopen",
        "History",
        "Clocks",
        "Link an article",
    ]


async def test_an_act_from_the_page_comes_back_to_the_page_as_it_is_then(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", owner="ana")
    await ana.runs("/case show 1001")
    await ana.clicks("Comment")
    await ana.submits(text="looked at it")
    assert len(ana.modals) == 1
    assert ana.modal is not None
    assert "looked at it" in ana.modal.text
    assert "Status: Working" in ana.modal.text
    await ana.clicks("Set status")
    await ana.submits(status="waiting")
    assert "Status: Waiting" in ana.modal.text if ana.modal else False
    await ana.clicks("Close case")
    await ana.submits(resolution="solved")
    assert ana.modal is not None
    assert "Status: Closed" in ana.modal.text
    assert "Reopen" in ana.modal.buttons


async def test_the_page_shows_the_newest_comments_and_says_how_many_there_are(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda")
    card = await workplace.card("00001001")
    for number in range(1, 8):
        await ana.says(f"remark {number}", channel="support-cases", thread=card)
    await does(linda, "/case comment 1001", text="from outside")
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert "(the newest 5 of 8)" in ana.modal.text
    for shown in ("remark 4", "remark 7", "from outside"):
        assert shown in ana.modal.text
    assert "remark 3" not in ana.modal.text
    await linda.runs("/case show 1001")
    assert linda.modal is not None
    assert "(1)" in linda.modal.text  # counts what she may read
    assert "remark" not in linda.modal.text


async def test_the_history_tells_each_what_they_may_know(workplace: Workplace) -> None:
    ana, maria, linda = workplace.people("ana maria linda")
    await workplace.case_of("linda", owner="ana")
    await does(ana, "/case comment 1001", text="between us")
    await does(linda, "/case comment 1001", text="dear Ana")
    await does(maria, "/case edit 1001", severity="1")
    await does(maria, "/case assign 1001", owner="ben", note="quickly")
    await does(ana, "/case status 1001", status="waiting")
    await does(maria, "/case close 1001", resolution="no_answer")
    await does(linda, "/case reopen 1001", reason="here I am")
    told_all = [
        "@linda reopened the case.",
        "@maria closed the case: No answer from the customer.",
        "@ana set the status to Waiting (before: Working).",
        "@maria made Ben Okafor the owner (before: Ana Lima).",
        "@maria changed severity from 2 - High: an important part fails to 1 - Critical: nobody can order.",
        "@linda wrote a public comment.",
        "@ana set the status to Working (before: Open).",
        "@ana wrote an internal comment.",
        "@ana took the case; the status is now Open.",
        "@linda opened the case.",
    ]
    for person, expected in (
        (maria, told_all),
        (linda, [line for line in told_all if "internal" not in line]),
    ):
        await person.runs("/case show 1001")
        await person.clicks("History")
        assert person.modal is not None
        assert person.modal.title == "History of 00001001"
        told = [line for line in person.modal.text.split("\n") if line.startswith("@")]
        assert told == expected, person
        for text in ("between us", "dear Ana", "quickly"):  # the history holds no copy of texts
            assert text not in person.modal.text


async def test_a_long_history_is_turned_page_by_page(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    for number in range(1, 14):
        await ana.says(f"remark {number}", channel="support-cases", thread=card)
    await ana.runs("/case show 1001")
    await ana.clicks("History")
    pages = []
    while ana.modal is not None:
        pages.append(ana.modal.text)
        if "Older" not in ana.modal.buttons:
            break
        await ana.clicks("Older")
    assert len(pages) == 2
    assert [page.count("comment") for page in pages] == [10, 3]
    assert "@linda opened the case." in pages[-1]
    await ana.clicks("Newer")
    assert ana.modal is not None
    assert ana.modal.text == pages[0]
    assert "Newer" not in ana.modal.buttons


async def test_forged_case_ids_show_a_support_contact_nothing(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    await workplace.case_of("linda", title="Secret of Cloud Nine")
    await workplace.case_of("viktor")
    await viktor.runs("/case show 1002")
    forge_button(workplace, viktor, "case.history", "1.1")
    await viktor.clicks("History")
    assert viktor.modal is not None
    assert "This case does not exist, or you may not see it." in viktor.modal.text
    await viktor.closes()
    acts = ("case.comment", "case.edit", "case.close", "case.take", "case.assign", "case.status", "case.page")
    for act in (*acts, "case.reopen", "case.history.older", "case.history.newer"):
        await viktor.closes(everything=True)
        await viktor.runs("/case show 1002")
        await viktor.clicks(forge_act(workplace, viktor, act, "1.1"))
        assert viktor.modal is not None
        assert not viktor.sees("Secret of Cloud Nine"), act
        assert "you may not see it" in viktor.modal.text or "Only support staff may" in viktor.modal.text, act


async def test_all_comments_of_a_long_case_are_read_page_by_page_and_nobody_reads_too_much(
    workplace: Workplace,
) -> None:
    ana, linda = workplace.people("ana linda")
    number = await workplace.case_of("linda")
    desk, case_id = workplace.bot.desk, CaseId(1)
    for count in range(24):
        audience = Audience.PUBLIC if count % 2 else Audience.INTERNAL
        said = AddComment(case_id=case_id, text=f"Said as number {count:02d}", audience=audience)
        await cases.comment(desk, said, SlackUserId("U0ANA"), CallKey(f"long {count}"))
    await linda.runs(f"/case show {number}")
    assert linda.modal is not None
    assert "(the newest 5 of 12)" in linda.modal.text
    await linda.clicks("All comments")
    assert linda.modal.title == "Comments on 00001001"
    assert "11-12 of 12" in linda.modal.text  # it opens where the newest are
    await linda.clicks("Older")
    told = linda.modal.text
    assert "1-10 of 12" in told
    assert told.index("number 01") < told.index("number 03") < told.index("number 19")
    assert "number 02" not in told
    assert linda.modal.buttons == ["Newer"]
    await linda.clicks("Newer")
    assert "11-12 of 12" in linda.modal.text
    await linda.closes(everything=True)
    await ana.runs(f"/case show {number}")
    await ana.clicks("All comments")
    assert ana.modal is not None
    assert "21-24 of 24" in ana.modal.text
    assert "internal: staff only" in ana.modal.text
