"""The card of a case: one live message for everybody, kept up to date and never posted twice."""

from __future__ import annotations

from bot.sandbox import Message
from tests.flows.conftest import Workplace, does


async def test_a_card_is_one_message_through_the_whole_life_of_a_case(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    card = await workplace.card(await workplace.case_of("linda"))
    ts = card.ts

    async def standing(*words: str) -> None:
        now = await workplace.card("00001001")
        assert now.ts == ts
        for one in words:
            assert one in now.all_text, one

    await ana.clicks("Take", on=card)
    await standing("Status Open", "Owner: Ana Lima")
    await does(linda, "/case edit 1001", severity="1")
    await standing("Severity 1 - Critical")
    await does(ana, "/case comment 1001", text="on it")
    await standing("Status Working")
    await does(ana, "/case status 1001", status="waiting")
    await standing("Status Waiting")
    await does(ana, "/case assign 1001", owner="ben")
    await standing("Owner: Ben Okafor")
    await does(linda, "/case close 1001", resolution="answered")
    await standing("Status Closed", "Closed by Linda Berg: Question answered")
    await does(linda, "/case reopen 1001", reason="no")
    await standing("Status Reopened")
    posts = [
        one
        for one in workplace.sandbox.requests
        if one.method == "chat.postMessage"
        and one.args["channel"] in ("support-cases", "C0CASES")
        and not one.args.get("thread_ts")
    ]
    assert len(posts) == 1
    assert ana.messages("support-cases") == [card]


async def test_many_changes_at_once_leave_one_card_with_the_last_word(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda", owner="ana"))
    for severity in ("1", "3", "2", "4"):
        await does(ana, "/case edit 1001", severity=severity)
        await ana.says(f"now {severity}", channel="support-cases", thread=card)
    card = await workplace.card("00001001")
    assert "Severity 4 - Low" in card.all_text
    assert len(card.replies) == 4


async def test_a_card_survives_a_restart(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    await workplace.restart()
    await ana.clicks("Take", on=card)
    again = await workplace.card("00001001")
    assert again.ts == card.ts
    assert "Owner: Ana Lima" in again.all_text
    await ana.says("still a thread", channel="support-cases", thread=again)
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert "still a thread" in ana.modal.text


async def test_everybody_sees_the_same_card_and_more_says_what_is_theirs_to_do(workplace: Workplace) -> None:
    ana, chloe = workplace.people("ana chloe")
    number = await workplace.case_of("linda")
    await workplace.settled()

    def theirs(handle: str) -> Message:
        return workplace.person(handle).messages("support-cases")[0]

    assert theirs("ana").buttons == theirs("chloe").buttons
    assert theirs("ana").all_text == theirs("chloe").all_text
    await ana.clicks("More...", on=theirs("ana"))
    await chloe.clicks("More...", on=theirs("chloe"))
    assert ana.modal is not None
    assert chloe.modal is not None
    assert "Set status" in ana.modal.buttons
    assert "Set status" not in chloe.modal.buttons
    assert number in ana.modal.title


async def test_every_button_of_the_card_opens_its_window(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    for button, title in (
        ("Comment", "Comment on 00001001"),
        ("Set status", "Status of 00001001"),
        ("Close case", "Close case 00001001"),
        ("More...", "Case 00001001"),
    ):
        await ana.clicks(button, on=await workplace.card(number))
        assert ana.modal is not None, ana.reply
        assert ana.modal.title == title
        await ana.closes()


async def test_a_card_that_somebody_deleted_is_posted_anew(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    record = workplace.sandbox.workspace.message(card.channel, card.ts)
    assert record is not None
    workplace.sandbox.speech.delete(record)
    await does(ana, "/case comment 1001", text="where is it?")
    again = await workplace.card("00001001")
    assert again.ts != card.ts
    assert "Status Working" in again.text
