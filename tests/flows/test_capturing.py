"""A chat thread becomes a case: all of it is captured, honestly counted, and goes on as talk of the case."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.ids import ChannelId
from bot.sandbox import Message, Person
from bot.sandbox.records import Message as Record
from bot.services import threads
from tests.flows.conftest import CLOUD_NINE, LEVEL_TWO, Role, Workplace, fields_of, held

OPEN = "Open a case from thread"
REST = {"business_impact": "orders_held", "severity": "2"}


async def talk(workplace: Workplace, channel: str = "cloud-nine") -> Message:
    """A thread of three messages, begun by Linda."""
    linda, ana, tess = workplace.people("linda ana tess")
    root = await linda.says("Labels come out black\nsince this morning", channel=channel)
    await ana.says("Which printer?", channel=channel, thread=root)
    await (tess if channel == "cloud-nine" else linda).says("The big one", channel=channel, thread=root)
    return root


async def becomes_a_case(workplace: Workplace, person: Person, on: Message, **fields: str) -> str:
    await person.uses(OPEN, on=on)
    assert person.modal is not None, person.reply or person.sentence
    await person.submits(**{**REST, **fields})
    assert person.errors == {}
    assert person.modal is not None
    assert "Its thread is being read now" in person.modal.text
    await person.closes(everything=True)
    await workplace.settled()
    return "00001001"


async def page(person: Person, number: str = "1001") -> str:
    await person.runs(f"/case show {number}")
    assert person.modal is not None, person.reply
    text = person.modal.text
    await person.closes(everything=True)
    return text


async def test_the_window_is_prefilled_from_the_first_message(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    root = await talk(workplace)
    await linda.uses(OPEN, on=root.replies[1])
    assert held(linda, "title") == "Labels come out black"
    assert held(linda, "description") == "Labels come out black\nsince this morning"
    assert held(linda, "account") == str(CLOUD_NINE)
    assert held(linda, "severity") is None  # chosen, not guessed
    await linda.closes()
    await ana.uses(OPEN, on=root)
    assert held(ana, "account") == str(CLOUD_NINE)  # of who began the thread
    assert "account" in fields_of(ana)


async def test_the_whole_thread_is_in_the_case_and_counted(workplace: Workplace) -> None:
    linda, ana = workplace.people("linda ana")
    root = await talk(workplace)
    number = await becomes_a_case(workplace, linda, on=root.replies[0])
    card = await workplace.card(number)
    assert "Thread: 3 messages, all captured" in card.all_text
    for reader in (linda, ana):
        told = await page(reader)
        assert "Comments* (3)" in told
        for words in ("Which printer?", "The big one", "3 messages, all captured"):
            assert words in told
        assert "internal" not in told  # customer-side people of the account are in the channel
    note = root.replies[-1]
    assert note.user == workplace.sandbox.bot_user_id
    assert "This thread is case 00001001 now." in note.all_text


async def test_the_link_of_a_thread_that_slack_failed_to_tell_is_asked_for_again(
    workplace: Workplace,
) -> None:
    root, asked = await talk(workplace), []

    async def fails_once(moment: str, method: str, args: dict[str, Any]) -> Any:
        if (moment, method, args.get("message_ts")) != ("before", "chat.getPermalink", root.ts):
            return None
        asked.append(method)
        return {"ok": False, "error": "internal_error"} if len(asked) == 1 else None

    workplace.sandbox.interfere = fails_once
    number = await becomes_a_case(workplace, workplace.person("linda"), on=root)
    assert "Go to its thread" in (await workplace.card(number)).all_text
    assert len(asked) == 2
    assert len([one for one in root.replies if "is case 00001001 now" in one.all_text]) == 1


async def test_what_is_said_edited_and_deleted_afterwards_is_recorded_too(workplace: Workplace) -> None:
    linda, ana, tess = workplace.people("linda ana tess")
    root = await talk(workplace)
    await becomes_a_case(workplace, linda, on=root)
    said = await tess.says("It smells of toner", channel="cloud-nine", thread=root)
    await tess.edits(said, "It smells of smoke")
    again = await ana.says("Pull the plug, password is hunter2", channel="cloud-nine", thread=root)
    await ana.deletes(again)
    await workplace.settled()
    told = await page(tess)
    assert "Comments* (5)" in told
    assert "It smells of smoke" in told
    assert "edited" in told
    assert "Deleted in Slack." in told
    assert "hunter2" not in told
    assert workplace.person("ben").ephemerals == []


async def test_asking_again_shows_the_case(workplace: Workplace) -> None:
    linda, ana, viktor = workplace.people("linda ana viktor")
    root = await talk(workplace)
    await becomes_a_case(workplace, linda, on=root)
    await ana.uses(OPEN, on=root.replies[1])
    assert ana.modal is not None
    assert ana.modal.title == "Case 00001001"
    await ana.closes()
    card = await workplace.card("00001001")
    await ana.uses(OPEN, on=card)  # the thread of a card is its case's
    assert ana.modal is not None
    assert ana.modal.title == "Case 00001001"
    await viktor.joins("cloud-nine")
    await viktor.uses(OPEN, on=root)
    assert viktor.modal is None
    assert "opened from this thread already" in viktor.reply


async def test_two_who_open_a_case_from_one_thread_get_one(workplace: Workplace) -> None:
    linda, raj = workplace.people("linda raj")
    root = await talk(workplace)
    for person in (linda, raj):
        await person.uses(OPEN, on=root)
        await person.fills(**REST)
    await linda.submits()
    await raj.submits()
    assert raj.modal is not None
    assert raj.modal.title == "Case 00001001"
    assert "opened from this thread already" in raj.modal.text
    await workplace.settled()
    assert len(workplace.person("ana").messages("support-cases")) == 1


async def test_a_thread_among_staff_is_internal(workplace: Workplace) -> None:
    ana, ben, linda = workplace.people("ana ben linda")
    sandbox = workplace.sandbox
    sandbox.workspace.leave(sandbox.workspace.channels["C0LEVELTWO"], sandbox.bot_user_id)
    root = await ana.says("Cloud Nine again", channel="level-two")
    await ben.says("Let us not tell them", channel="level-two", thread=root)
    await ana.uses(OPEN, on=root)
    await ana.submits(account="Cloud Nine", **REST)
    await workplace.settled()
    # The bot is not in the channel yet: it says so, and reads on when it is invited.
    assert "Caseline is not in its channel" in (await workplace.card("00001001")).all_text
    await ana.closes(everything=True)
    await ana.invites_the_bot("level-two")
    await workplace.settled()
    assert "Thread: 2 messages, all captured" in (await workplace.card("00001001")).all_text
    assert "Let us not tell them" in await page(ana)
    assert "internal: staff only" in await page(ana)
    assert "Let us not tell them" not in await page(linda)
    assert "thread" not in await page(linda)


async def test_a_thread_is_read_when_a_scope_is_granted(workplace: Workplace) -> None:
    linda, sandbox = workplace.person("linda"), workplace.sandbox
    root = await talk(workplace)
    sandbox.manifest.withdrawn.update({"channels:history"})
    await becomes_a_case(workplace, linda, on=root)
    assert "the app may not read there" in (await workplace.card("00001001")).all_text
    sandbox.manifest.withdrawn.clear()
    await workplace.restart()
    await workplace.person("tess").says("Hello?", channel="cloud-nine", thread=root)
    await threads.place_changed(workplace.bot.desk, ChannelId("C0CLOUD"))
    await workplace.settled()
    assert "Thread: 4 messages, all captured" in (await workplace.card("00001001")).all_text


async def test_what_cannot_be_read_is_counted_with_its_reason(workplace: Workplace) -> None:
    linda, ana, sandbox = *workplace.people("linda ana"), workplace.sandbox
    root = await talk(workplace)
    await linda.deletes(root)  # what is left of the first message is a tombstone
    for more in (
        {"user": "", "text": "from nowhere"},
        {"user": "U0DEPLOYS", "bot_id": "B0X", "text": "Deployed"},
    ):
        sandbox.workspace.add(
            Record(ts=sandbox.workspace.next_ts(), channel=root.channel, thread_ts=root.ts, **more)
        )
    await becomes_a_case(workplace, ana, on=root.replies[0], account="Cloud Nine", title="Black labels",
                         description="Labels")  # fmt: skip
    told = await page(ana)
    assert "5 messages, 3 captured, 2 not readable: deleted before (1) and without an author (1)" in told
    assert "Deployed" in told


async def test_a_thread_of_300_messages_is_captured_once_and_whole(workplace: Workplace) -> None:
    linda, ana, sandbox = *workplace.people("linda ana"), workplace.sandbox
    root = await linda.says("A long story", channel="cloud-nine")
    for number in range(299):
        sandbox.workspace.add(
            Record(
                ts=sandbox.workspace.next_ts(),
                channel=root.channel,
                user="U0ANA" if number % 2 else "U0TESS",
                text=f"Part {number}",
                thread_ts=root.ts,
            )
        )
    await becomes_a_case(workplace, linda, on=root)
    theirs = [one for one in root.replies if one.user != sandbox.bot_user_id]
    assert len(theirs) == 299
    told = await page(ana)
    assert "300 messages, all captured" in told
    assert "(the newest 5 of 300)" in told
    assert "Part 298" in told
    pages = [one for one in sandbox.requests if one.method == "conversations.replies"]
    assert len(pages) < 6


async def test_the_emoji_offers_to_open_a_case(workplace: Workplace) -> None:
    linda, tess = workplace.people("linda tess")
    root = await talk(workplace)
    await linda.reacts("tada", on=root)
    await workplace.settled()
    assert linda.ephemerals == []
    await linda.reacts("ticket", on=root.replies[0])
    await workplace.settled()
    assert "Shall this become a support case?" in linda.reply
    await linda.clicks("Open a case")
    assert held(linda, "title") == "Labels come out black"
    await linda.submits(**REST)
    await linda.closes(everything=True)
    await workplace.settled()
    await linda.reacts("ticket", on=root)
    await workplace.settled()
    assert "This thread is case 00001001 already." in linda.reply
    await tess.reacts("ticket", on=root)
    await workplace.settled()
    assert tess.ephemerals
    assert "00001001" in tess.reply


async def test_who_may_not_open_a_case_is_told_so(workplace: Workplace) -> None:
    tess, sam = workplace.people("tess sam")
    root = await talk(workplace)
    await tess.uses(OPEN, on=root)
    assert "may open a case" in tess.reply
    general = await sam.says("Hello", channel="general")
    await sam.uses(OPEN, on=general)
    assert "You are not set up here yet." in sam.reply
    assert tess.modal is sam.modal is None


async def test_a_message_is_added_to_a_case_that_is_found_by_typing(workplace: Workplace) -> None:
    ana, ben, linda = workplace.people("ana ben linda")
    await workplace.case_of("linda")
    said = await ben.says("Their printer burned last year too", channel="general")
    await ana.uses("Add to a case", on=said)
    await ana.submits()
    assert "case" in ana.errors
    assert await ana.suggestions("case", "nothing like it") == []
    await ana.fills(case="00001001")
    await ana.submits()
    assert ana.modal is not None
    assert "Their printer burned last year too" in ana.modal.text
    assert "@ben" in ana.modal.text
    await ana.closes(everything=True)
    assert "burned last year" not in await page(linda)
    await ben.edits(said, "Their printer burned in 2024")
    await workplace.settled()
    assert "burned in 2024" in await page(ana)
    await ana.uses("Add to a case", on=said)
    await ana.submits(case="00001001")
    assert "This message is in case 00001001 already." in ana.errors["case"]


@pytest.mark.parametrize("handle", ["viktor", "sam"])
async def test_a_message_is_not_added_to_a_case_that_one_may_not_see(
    workplace: Workplace, handle: str
) -> None:
    who = workplace.person(handle)
    await workplace.case_of("linda")
    said = await who.says("mine", channel="general")
    await who.uses("Add to a case", on=said)
    if handle == "sam":
        assert "You are not set up here yet." in who.reply
        return
    assert await who.suggestions("case", "1001") == []


async def test_a_person_without_a_role_is_captured_as_who_they_are(workplace: Workplace) -> None:
    sam, ana = workplace.people("sam ana")
    root = await sam.says("Something is odd", channel="general")
    await becomes_a_case(workplace, ana, on=root, account="Cloud Nine")
    told = await page(ana)
    assert "1 message, all captured" in told
    assert "@sam" in told
    await workplace.role_of("sam", Role.AGENT, team_ids=(LEVEL_TWO,))
    await sam.says("Still odd", channel="general", thread=root)
    assert "Still odd" in await page(ana)
