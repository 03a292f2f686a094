"""What was given up is kept, told to administrators once, and sent again where it belongs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.people import Role, Viewer
from bot.store import dead_letters, outbox, records
from bot.store.people import find_person
from bot.store.work import Work
from tests.scheduler.conftest import ANA, BEN, LINDA, OMAR, PostRoom
from tests.scheduler.test_delivery import Answers, _calm

WRONG = {"ok": False, "error": "invalid_blocks"}


def refuses(room: PostRoom, *wrong: str, error: str = "invalid_blocks") -> None:
    """Slack refuses messages that hold one of these words, until told otherwise."""

    async def hook(moment: str, method: str, args: dict[str, Any]) -> Any:
        posting = (moment, method) == ("before", "chat.postMessage")
        return {"ok": False, "error": error} if posting and any(one in str(args) for one in wrong) else None

    room.sandbox.interfere = hook


async def viewer(room: PostRoom, who: SlackUserId) -> Viewer:
    person = await room.desk.store.look(lambda c: find_person(c, room.desk.workspace_id, who))
    assert person is not None
    return Viewer(person)


async def letters(room: PostRoom, who: SlackUserId = OMAR) -> Any:
    return await room.desk.store.read(dead_letters.letters, await viewer(room, who))


async def revive(room: PostRoom, row_id: int | None = None) -> int:
    return await room.desk.write(lambda work: dead_letters.revive(work, row_id))


async def test_a_dead_letter_is_kept_with_its_error_and_its_time_and_to_whom(room: PostRoom) -> None:
    case = await room.opens(by=LINDA)
    refuses(room, "Have you tried water?")
    await room.comments(case, "Have you tried water?")
    room.begins()
    room.clock.passes(minutes=3)
    await room.rests()
    found = await letters(room)
    assert [(one.kind, one.case_number, one.error) for one in found.rows] == [
        ("notice", 1001, "chat.postMessage: invalid_blocks"),
        ("thread_comment", 1001, "chat.postMessage: invalid_blocks"),
    ]
    notice, _ = found.rows
    assert notice.recipient is not None
    assert notice.recipient.slack_user_id == LINDA
    assert notice.given_up_at == room.clock.at
    assert (found.total, found.newer, found.older) == (2, None, None)


@pytest.mark.parametrize("who", [ANA, LINDA])
async def test_only_an_administrator_sees_dead_letters_and_what_waits(
    room: PostRoom, who: SlackUserId
) -> None:
    case = await room.opens(by=LINDA)
    refuses(room, "Water?")
    await room.comments(case, "Water?")
    room.begins()
    await room.rests()
    await room.opens()
    assert (await letters(room, who)).total == 0
    assert (await room.desk.store.read(dead_letters.waiting, await viewer(room, who))).waiting == 0


async def test_a_dead_letter_holds_up_nobody_and_takes_its_place_when_it_is_sent_again(
    room: PostRoom,
) -> None:
    case = await room.opens()
    refuses(room, "First")
    await room.comments(case, "First, and wrong.")
    await room.comments(case, "Second.")
    room.begins()
    await room.rests()
    assert await room.states("thread_comment") == ["dead", "sent"]
    room.sandbox.interfere = None
    assert await revive(room) == 1
    await room.rests()
    assert await room.states("thread_comment") == ["sent", "sent"]
    assert len(room.cards()[0].replies) == 2
    assert (await letters(room)).total == 0


async def test_a_dead_letter_that_had_reached_slack_after_all_is_not_sent_twice(room: PostRoom) -> None:
    case = await room.opens()
    room.begins()
    await room.rests()
    await room.comments(case, "Said once.")
    await room.rests()
    [row] = await room.rows("thread_comment")
    await room.desk.write(lambda work: outbox.bury(work, outbox._row(row), "a fault of ours"))
    assert await revive(room, row.id) == 1
    await room.rests()
    assert await room.states("thread_comment") == ["sent"]
    assert len(room.cards()[0].replies) == 1


async def test_a_comment_whose_card_was_given_up_brings_the_card_with_it(room: PostRoom) -> None:
    case = await room.opens()
    await room.comments(case, "Look at this.")
    room.interferes("before", "chat.postMessage", Answers(WRONG))
    room.begins()
    await room.rests()
    assert await room.states() == ["dead", "collapsed"], "one update was to say it all"
    [card] = room.cards()
    assert len(card.replies) == 1
    await room.retitles(case, "The same card", version=2)
    await room.rests()
    assert ["The same card" in one.all_text for one in room.cards()] == [True]


async def test_a_card_that_a_comment_brought_is_found_again_after_a_lost_answer(room: PostRoom) -> None:
    await room.opens(title="The first one")
    room.begins()
    await room.rests()
    room.interferes("before", "chat.postMessage", Answers(WRONG))
    case = await room.opens()
    await room.rests()
    room.interferes("after", "chat.postMessage", Answers(ConnectionError("lost"), ConnectionError("lost")))
    await room.desk.write(lambda work: _comment_alone(work, case))
    for _ in range(4):
        await room.rests()
        room.clock.passes(minutes=5)
    [_, card] = room.cards()
    assert len(card.replies) == 1


def _comment_alone(work: Work, case: CaseId) -> None:
    """A comment in the thread without an update of the card before it."""
    person = find_person(work.connection, work.workspace_id, ANA)
    assert person is not None
    comment_id = records.insert_comment(work, case, person, Audience.PUBLIC, "Said behind it.")
    outbox.announce(
        work,
        outbox.Announcement(
            kind=outbox.Kind.THREAD_COMMENT, conversation="C0CASES", case_id=case, comment_id=comment_id
        ),
    )


async def test_a_later_card_makes_up_for_the_dead_one(room: PostRoom) -> None:
    case = await room.opens()
    other = await room.opens(title="Another one")
    room.interferes("before", "chat.postMessage", Answers(WRONG, WRONG))
    room.begins()
    await room.rests()
    assert (await letters(room)).total == 2
    await room.retitles(case, "Better", version=1)
    await room.rests()
    [left] = (await letters(room)).rows
    assert left.case_number == 1002
    assert other is not None


async def test_a_discarded_letter_is_never_sent_and_no_longer_shown(room: PostRoom) -> None:
    case = await room.opens()
    refuses(room, "First")
    await room.comments(case, "First, and wrong.")
    room.begins()
    await room.rests()
    room.sandbox.interfere = None
    [row] = (await letters(room)).rows
    assert await room.desk.write(lambda work: dead_letters.discard(work, row.id)) == 1
    assert await room.desk.write(lambda work: dead_letters.discard(work, row.id)) == 0
    assert await revive(room) == 0
    await room.rests()
    assert await room.states("thread_comment") == ["discarded"]
    assert (await letters(room)).total == 0


async def test_dead_letters_come_in_pages_newest_first(room: PostRoom) -> None:
    case = await room.opens()
    refuses(room, "Wrong")
    for number in range(20):
        await room.comments(case, f"Wrong {number}")
    room.begins()
    await room.rests()
    first = await letters(room)
    assert (len(first.rows), first.total, first.newer) == (dead_letters.PAGE, 20, None)
    eyes = await viewer(room, OMAR)
    second = await room.desk.store.read(lambda c, v: dead_letters.letters(c, v, first.older), eyes)
    third = await room.desk.store.read(lambda c, v: dead_letters.letters(c, v, second.older), eyes)
    ids = [one.id for page in (first, second, third) for one in page.rows]
    assert len(ids) == 20
    assert ids == sorted(ids, reverse=True)
    assert third.older is None
    assert (third.newer, second.newer) == (second.rows[0].id, first.rows[0].id)


# Whom it is told


async def test_administrators_hear_of_many_dead_letters_once_and_of_later_ones_an_hour_later(
    room: PostRoom,
) -> None:
    await room.sets_up(BEN, Role.ADMINISTRATOR)
    case = await room.opens()
    room.begins()
    await room.rests()
    refuses(room, "Wrong")
    for number in range(3):
        await room.comments(case, f"Wrong {number}")
    await room.rests()
    [omar], [ben] = room.told("omar"), room.told("ben")
    assert "could not be delivered" in omar
    assert "could not be delivered" in ben
    assert room.told("ana") == []
    await room.comments(case, "Wrong again")
    await room.rests()
    await room.comments(case, "Wrong once more")
    room.clock.passes(minutes=59)
    await room.rests()
    assert len(room.told("omar")) == 1
    room.clock.passes(minutes=2)
    await room.rests()
    [_, later] = room.told("omar")
    assert "5 messages could not be delivered." in later


async def test_a_digest_that_waits_for_its_hour_holds_up_no_notice_and_no_quiet(room: PostRoom) -> None:
    await room.sets_up(OMAR, Role.ADMINISTRATOR)
    case = await room.opens(by=OMAR)
    sender = room.begins()
    await room.rests()
    refuses(room, "Wrong")
    for number in range(2):
        await room.comments(case, f"Wrong {number}")
        await room.rests()
    await room.comments(case, "We look at it.")
    await room.rests()
    assert any("We look at it." in one for one in room.told("omar"))
    assert len([row for row in await room.rows("health") if row.state == "pending"]) == 1
    await _calm(sender)


async def test_no_digest_comes_when_all_is_well_again(room: PostRoom) -> None:
    case = await room.opens()
    room.begins()
    await room.rests()
    refuses(room, "Wrong")
    await room.comments(case, "Wrong one")
    await room.rests()
    await room.comments(case, "Wrong two")
    await room.rests()
    room.sandbox.interfere = None
    await revive(room)
    await room.rests()
    room.clock.passes(hours=2)
    await room.rests()
    assert len(room.told("omar")) == 1
    assert await room.states("health") == ["sent", "dropped"]


async def test_an_administrator_who_cannot_be_told_makes_no_new_dead_letter(room: PostRoom) -> None:
    case = await room.opens()
    refuses(room, "Wrong", "could not be delivered")
    await room.comments(case, "Wrong one")
    room.begins()
    await room.rests()
    assert await room.states("health") == ["dropped"]
    assert (await letters(room)).total == 1


# What waits


async def test_what_is_held_up_is_counted_by_conversation_and_tried_at_once_when_asked(
    room: PostRoom,
) -> None:
    case = await room.opens()
    await room.comments(case, "Behind it.")
    room.interferes("before", "chat.postMessage", Answers(*[{"ok": False, "error": "is_archived"}] * 2))
    room.begins()
    await room.rests()
    eyes = await viewer(room, OMAR)
    box = await room.desk.store.read(dead_letters.waiting, eyes)
    [held] = box.held
    assert (held.place, held.error, held.count) == ("C0CASES", "chat.postMessage: is_archived", box.waiting)
    assert box.oldest == held.since
    room.sandbox.interfere = None
    assert await room.desk.write(dead_letters.hurry) == 1
    await room.rests()
    assert len(room.cards()[0].replies) == 1
    assert (await room.desk.store.read(dead_letters.waiting, eyes)).waiting == 0


async def test_without_the_scope_to_look_up_a_message_comes_rather_twice_than_never(room: PostRoom) -> None:
    await room.opens(title="The first one")
    room.begins()
    await room.rests()
    answers = {
        ("after", "chat.postMessage"): Answers(ConnectionError("lost")),
        ("before", "conversations.history"): Answers({"ok": False, "error": "missing_scope"}),
    }

    async def hook(moment: str, method: str, _: dict[str, Any]) -> Any:
        answer = answers.get((moment, method))
        return await answer() if answer else None

    room.sandbox.interfere = hook
    await room.opens()
    await room.rests()
    room.clock.at += timedelta(seconds=1)
    await room.rests()
    assert await room.states() == ["sent", "sent"]
