"""The outbox reaches Slack: in order, once, and through whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.people import Role, channel_viewer
from bot.scheduler.delivery import LEASE, LONGEST_WAIT, Delivery
from bot.services.announcing import home_of
from bot.slack.faults import REPAIRABLE
from bot.store import cases, outbox
from bot.store.outbox import Announcement, Kind
from bot.store.people import find_person
from bot.store.work import Work
from tests.scheduler.conftest import ANA, BEN, LINDA, PostRoom

BROKEN = {"ok": False, "error": "internal_error"}


class Answers:
    """Gives these answers to the first calls, and None, which is Slack's own answer, to all after."""

    def __init__(self, *answers: Any) -> None:
        self.waiting = list(answers)
        self.calls = 0

    async def __call__(self) -> Any:
        self.calls += 1
        answer = self.waiting.pop(0) if self.waiting else None
        if isinstance(answer, Exception):
            raise answer
        return answer


class Gate:
    """Holds a call of the bot until it is opened; then gives the answer."""

    def __init__(self, answer: Any = None) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self.answer = answer

    async def __call__(self) -> Any:
        if self.reached.is_set():
            return None
        self.reached.set()
        await self.opened.wait()
        return self.answer


# Order, drawing and collapsing


async def test_comments_stand_in_the_thread_in_the_order_they_were_made(room: PostRoom) -> None:
    case = await room.opens()
    for word in ("one", "two", "three"):
        await room.comments(case, f"Comment {word}.")
    room.begins()
    await room.rests()
    [card] = room.cards()
    one, two, three = (reply.all_text for reply in card.replies)
    assert "Comment one." in one
    assert "Comment two." in two
    assert "Comment three." in three


async def test_nothing_overtakes_a_card_that_could_not_be_posted_yet(room: PostRoom) -> None:
    case = await room.opens()
    await room.comments(case, "Look at this.")
    room.interferes("before", "chat.postMessage", Answers(BROKEN))
    room.begins()
    await room.rests()
    assert room.cards() == []
    assert await room.states("thread_comment") == ["pending"]
    room.clock.passes(seconds=1)
    await room.rests()
    [card] = room.cards()
    assert len(card.replies) == 1


async def test_a_card_is_drawn_when_it_is_sent_and_not_when_the_change_was_made(room: PostRoom) -> None:
    case = await room.opens(title="Printer on fire")
    await room.retitles(case, "Two printers on fire", version=1)
    room.begins()
    await room.rests()
    [card] = room.cards()
    assert "Two printers on fire" in card.all_text
    assert not card.edited


async def test_several_waiting_updates_of_a_card_become_one(room: PostRoom) -> None:
    case = await room.opens()
    sender = room.begins()
    await room.rests()
    await sender.stop()
    for version in (1, 2, 3):
        await room.retitles(case, f"Title {version}", version)
    room.begins()
    await room.rests()
    assert room.calls("chat.update") == 1
    assert "Title 3" in room.cards()[0].all_text
    assert await room.states() == ["sent", "sent", "collapsed", "collapsed"]


async def test_updates_of_different_cards_do_not_swallow_each_other(room: PostRoom) -> None:
    first, second = await room.opens(title="First"), await room.opens(title="Second")
    await room.retitles(first, "First again", version=1)
    await room.retitles(second, "Second again", version=1)
    room.begins()
    await room.rests()
    assert ["again" in card.all_text for card in room.cards()] == [True, True]


async def test_a_card_that_somebody_deleted_is_posted_anew_and_lives_on(room: PostRoom) -> None:
    case = await room.opens()
    room.begins()
    await room.rests()
    record = room.sandbox.workspace.roots("C0CASES")[0]
    room.sandbox.workspace.remove(record)
    await room.retitles(case, "Second life", version=1)
    await room.rests()
    [card] = room.cards()
    assert card.ts != record.ts
    assert "Second life" in card.all_text
    await room.retitles(case, "Third life", version=2)
    await room.rests()
    assert [card.all_text.count("Third life") > 0 for card in room.cards()] == [True]


# Trouble with Slack


async def test_a_card_waits_twice_as_long_after_each_failure_up_to_five_minutes(room: PostRoom) -> None:
    await room.opens()
    slack = Answers(*[BROKEN] * 30)
    room.interferes("before", "chat.postMessage", slack)
    room.begins()
    await room.rests()
    waits = []
    for _ in range(11):
        before = slack.calls
        [row] = await room.rows()
        waits.append((row.not_before - room.clock.at).total_seconds())
        room.clock.at = row.not_before - timedelta(milliseconds=1)
        await room.rests()
        assert slack.calls == before, "it was tried before its time"
        room.clock.passes(milliseconds=1)
        await room.rests()
        assert slack.calls == before + 1
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert timedelta(seconds=300) == LONGEST_WAIT
    slack.waiting.clear()
    room.clock.passes(minutes=5)
    await room.rests()
    assert len(room.cards()) == 1, "what Slack's troubles hold up is never given up"


@pytest.mark.parametrize("lost", [ConnectionError("the answer is lost"), BROKEN])
async def test_an_answer_lost_after_the_effect_does_not_post_a_card_twice(room: PostRoom, lost: Any) -> None:
    await _first_card(room)
    room.interferes("after", "chat.postMessage", Answers(lost))
    case = await room.opens()
    await room.rests()
    assert await room.states() == ["sent", "sending"]
    room.clock.passes(seconds=1)
    await room.rests()
    assert await room.states() == ["sent", "sent"]
    await room.retitles(case, "Still the same card", version=1)
    await room.rests()
    [_, card] = room.cards()
    assert "Still the same card" in card.all_text


async def test_the_first_card_in_a_channel_known_by_name_comes_rather_twice_than_never(
    room: PostRoom,
) -> None:
    room.interferes("after", "chat.postMessage", Answers(ConnectionError("lost")))
    room.desk = replace(room.desk, cases_channel="support-cases")  # the bot was not in it when it started
    case = await room.opens()
    room.begins()
    await room.rests()
    room.clock.passes(seconds=1)
    await room.rests()
    assert await room.states() == ["sent"]
    await room.retitles(case, "This one lives", version=1)
    await room.rests()
    assert "This one lives" in room.cards()[-1].all_text


async def test_an_answer_lost_after_the_effect_does_not_post_the_very_first_card_twice(
    room: PostRoom,
) -> None:
    room.interferes("after", "chat.postMessage", Answers(ConnectionError("lost")))
    await room.opens()
    room.begins()
    await room.rests()
    room.clock.passes(seconds=1)
    await room.rests()
    assert await room.states() == ["sent"]
    assert len(room.cards()) == 1


async def test_an_answer_lost_after_the_effect_does_not_post_a_comment_twice(room: PostRoom) -> None:
    case = await room.opens()
    room.begins()
    await room.rests()
    room.interferes("after", "chat.postMessage", Answers(ConnectionError("lost")))
    await room.comments(case, "Have you tried water?")
    await room.rests()
    room.clock.passes(seconds=1)
    await room.rests()
    assert room.calls("conversations.replies") == 1
    assert len(room.cards()[0].replies) == 1
    assert await room.states("thread_comment") == ["sent"]


async def test_an_answer_lost_after_the_effect_does_not_tell_a_person_twice(room: PostRoom) -> None:
    case = await room.opens(by=LINDA)
    room.begins()
    await room.rests()
    posts = Answers(None, ConnectionError("lost"))  # the comment in the thread, then the notice
    room.interferes("after", "chat.postMessage", posts)
    await room.comments(case, "We look at it.")
    await room.rests()
    room.clock.passes(seconds=1)
    await room.rests()
    assert posts.calls == 2
    assert len(room.told("linda")) == 1


async def test_a_look_up_that_must_wait_does_not_forget_that_the_card_may_be_there(room: PostRoom) -> None:
    await _first_card(room)
    answers = {
        ("after", "chat.postMessage"): Answers(ConnectionError("lost")),
        ("before", "conversations.history"): Answers({"error": "ratelimited", "retry_after": 3}),
    }

    async def hook(moment: str, method: str, _: dict[str, Any]) -> Any:
        answer = answers.get((moment, method))
        return await answer() if answer else None

    room.sandbox.interfere = hook
    await room.opens()
    await room.rests()
    room.clock.passes(seconds=1)
    await room.rests()
    assert await room.states() == ["sent", "sending"]
    room.clock.passes(seconds=3)
    await room.rests()
    assert await room.states() == ["sent", "sent"]
    assert len(room.cards()) == 2


async def test_a_card_without_a_link_is_remembered_all_the_same(room: PostRoom) -> None:
    case = await room.opens()
    room.interferes("before", "chat.getPermalink", Answers({"error": "ratelimited", "retry_after": 60}))
    room.begins()
    await room.rests()
    await room.retitles(case, "The same card", version=1)
    await room.rests()
    assert ["The same card" in card.all_text for card in room.cards()] == [True]


async def test_a_link_that_slack_failed_to_tell_is_asked_for_again(room: PostRoom) -> None:
    case = await room.opens()
    room.interferes("before", "chat.getPermalink", Answers(BROKEN))
    room.begins()
    await room.rests()
    assert await room.states() == ["sending"]
    room.clock.passes(seconds=1)
    await room.rests()
    assert await room.states() == ["sent"]
    assert len(room.cards()) == 1
    assert await _link(room, case) is not None


async def test_a_card_goes_without_its_link_where_slack_never_tells_it(room: PostRoom) -> None:
    case = await room.opens()
    room.interferes("before", "chat.getPermalink", Answers(*[BROKEN] * 6))
    room.begins()
    for _ in range(7):
        await room.rests()
        room.clock.passes(minutes=5)
    assert await room.states() == ["sent"]
    assert await _link(room, case) is None
    await room.retitles(case, "The link comes with the next change", version=1)
    await room.rests()
    assert await _link(room, case) is not None


async def _link(room: PostRoom, case_id: CaseId) -> str | None:
    eyes = channel_viewer(room.desk.workspace_id)
    case = await room.desk.store.read(
        lambda connection, viewer: cases.by_id(connection, viewer, case_id), eyes
    )
    assert case is not None
    return case.permalink


async def test_slack_is_left_alone_for_as_long_as_it_asks(room: PostRoom) -> None:
    await room.opens()
    slack = Answers({"error": "ratelimited", "retry_after": 7})
    room.interferes("before", "chat.postMessage", slack)
    room.begins()
    await room.rests()
    room.clock.passes(seconds=6.9)
    await room.rests()
    assert slack.calls == 1
    room.clock.passes(seconds=0.2)
    await room.rests()
    assert slack.calls == 2
    assert len(room.cards()) == 1


@pytest.mark.parametrize(("opened_by", "told"), [(ANA, 1), (LINDA, 0)])
async def test_a_card_waits_until_the_bot_is_invited_and_the_staff_who_opened_it_are_told_once(
    room: PostRoom, caplog: pytest.LogCaptureFixture, opened_by: SlackUserId, told: int
) -> None:
    case = await room.opens(by=opened_by)
    await room.comments(case, "We look at it.", by=BEN)
    cases = room.sandbox.workspace.channels["C0CASES"]
    cases.members.remove(room.sandbox.bot_user_id)
    cases.is_private = False
    sender = room.begins()
    await room.rests()
    room.clock.passes(minutes=5)
    await room.rests()
    [row, _] = await room.rows()
    assert (row.state, row.error, row.attempts) == ("pending", "chat.postMessage: not_in_channel", 2)
    assert "/invite @Caseline" in caplog.text
    handle = "ana" if opened_by == ANA else "linda"
    assert ["I am not in" in text for text in room.told(handle)].count(True) == told
    assert len(room.told(handle)) == told + 1, "the notice is another conversation"
    await _calm(sender)
    cases.members.add(room.sandbox.bot_user_id)
    room.clock.passes(minutes=5)
    await room.rests()
    [card] = room.cards()
    assert len(card.replies) == 1
    assert (await room.states())[0] == "sent"


@pytest.mark.parametrize("error", sorted(REPAIRABLE))
async def test_what_an_operator_can_repair_is_kept_and_named_in_the_log(
    room: PostRoom, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    await room.opens()
    room.interferes("before", "chat.postMessage", Answers({"ok": False, "error": error}))
    room.begins()
    await room.rests()
    if error == "ratelimited":  # that is how the sandbox says 429, which names its own time
        room.clock.passes(minutes=5)
        await room.rests()
        assert len(room.cards()) == 1
        return
    assert await room.states() == ["pending"]
    assert REPAIRABLE[error] in caplog.text
    room.clock.passes(minutes=5)
    await room.rests()
    assert len(room.cards()) == 1


async def test_a_message_that_slack_finds_wrong_is_a_dead_letter_that_blocks_nobody(
    room: PostRoom, caplog: pytest.LogCaptureFixture
) -> None:
    case = await room.opens()
    room.interferes("before", "chat.postMessage", Answers({"ok": False, "error": "invalid_blocks"}))
    room.begins()
    await room.rests()
    [row] = await room.rows()
    assert (row.state, row.error) == ("dead", "chat.postMessage: invalid_blocks")
    assert "invalid_blocks" in caplog.text
    await room.retitles(case, "Better", version=1)
    await room.rests()
    assert len(room.cards()) == 1
    assert await room.states() == ["collapsed", "sent"], "the later card says all that the dead one would"


async def test_a_fault_of_our_own_is_given_up_after_some_attempts(room: PostRoom) -> None:
    senseless = Announcement(kind=Kind.NOTICE, conversation=LINDA)  # about nothing, for nobody
    await room.desk.write(lambda work: outbox.announce(work, senseless))
    await room.comments(await room.opens(by=LINDA), "We look at it.")
    room.begins()
    for _ in range(8):
        await room.rests()
        room.clock.passes(minutes=5)
    senseless_row, _ = await room.rows("notice")
    assert (senseless_row.state, senseless_row.attempts) == ("dead", 5)
    assert len(room.told("linda")) == 1, "what comes behind it is not held up for ever"


async def test_a_home_that_cannot_be_published_holds_up_no_notice_and_is_given_up(room: PostRoom) -> None:
    linda = await room.opens(by=LINDA)
    room.interferes("before", "views.publish", Answers(*[BROKEN] * 20))
    person = await room.desk.store.look(lambda c: find_person(c, room.desk.workspace_id, LINDA))
    assert person is not None
    await room.desk.write(lambda work: outbox.announce(work, home_of(person)))
    await room.comments(linda, "We look at it.")
    room.begins()
    await room.rests()
    assert len(room.told("linda")) == 1
    for _ in range(8):
        room.clock.passes(minutes=5)
        await room.rests()
    published = [row for row in await room.rows("home") if row.person_id == person.id]
    assert [(row.state, row.attempts) for row in published] == [("dropped", 5), ("collapsed", 0)]
    assert await room.rows("health") == [], "the next change publishes it, so nobody needs to hear of it"


# Who may see it


async def test_a_notice_is_dropped_when_its_reader_may_no_longer_see_the_case(room: PostRoom) -> None:
    case = await room.opens(by=LINDA)
    await room.comments(case, "For Linda's eyes.")
    await room.sets_up(LINDA, None)
    room.begins()
    await room.rests()
    assert room.told("linda") == []
    assert await room.states("notice") == ["dropped"]
    assert room.told("omar") == [], "there is nothing to repair"


async def test_the_creator_on_the_customer_side_hears_nothing_of_an_internal_comment(room: PostRoom) -> None:
    case = await room.opens(by=LINDA)
    await room.comments(case, "Between us.", audience=Audience.INTERNAL)
    room.begins()
    await room.rests()
    [moved] = room.told("linda")  # that somebody works on it now is public, and all that she hears
    assert "set the status to Working (before: New)." in moved
    assert "Between us" not in moved
    assert "comment" not in moved
    await room.comments(case, "And again.", audience=Audience.INTERNAL)
    await room.rests()
    assert room.told("linda") == [moved]


async def test_who_has_lost_the_staff_s_eyes_is_not_told_of_an_internal_comment(room: PostRoom) -> None:
    case = await room.opens(by=BEN)
    await room.comments(case, "Between us.", audience=Audience.INTERNAL)
    await room.sets_up(BEN, Role.DSC, room.account)
    room.begins()
    await room.rests()
    assert room.told("ben") == []


# Several bots, and one that ends


async def test_a_conversation_that_another_bot_sends_is_left_to_it(room: PostRoom) -> None:
    await _leased(room, "C0CASES")
    case = await room.opens(by=LINDA)
    await room.comments(case, "We look at it.")
    writes = 0

    def count() -> None:
        nonlocal writes
        writes += 1

    room.begins()
    await _told_linda(room)
    room.desk.store.on_write(count)
    for _ in range(20):
        await room.states()
    assert writes == 0, "waiting for another bot must not keep the database busy"
    assert room.cards() == []


async def test_a_conversation_is_taken_over_when_the_other_bot_s_lease_runs_out(room: PostRoom) -> None:
    await _leased(room, "C0CASES")
    await room.opens()
    room.begins()
    room.clock.at += LEASE - timedelta(seconds=1)
    for sender in room.senders:
        sender.wake()
    await room.comments(await room.opens(by=LINDA), "We look at it.")
    await _told_linda(room)
    assert room.cards() == []
    room.clock.passes(seconds=1)
    await room.rests()
    assert len(room.cards()) == 2


async def test_a_lease_is_one_bot_s_until_it_ends_and_each_has_its_own_number(room: PostRoom) -> None:
    def taken_by(owner: str) -> Callable[[Work], int | None]:
        return lambda work: outbox.lease(work, "C1", owner, work.stamp.real_now + LEASE)

    assert await room.desk.write(taken_by("one")) == 1
    assert await room.desk.write(taken_by("two")) is None
    assert await room.desk.write(taken_by("one")) == 2
    room.clock.at += LEASE
    assert await room.desk.write(taken_by("two")) == 3
    assert await room.desk.write(taken_by("one")) is None


async def test_a_bot_that_was_too_slow_writes_nothing_over_the_faster_one(room: PostRoom) -> None:
    await _first_card(room)
    gate = Gate(answer=BROKEN)
    room.interferes("after", "chat.postMessage", gate)  # posted, but the slow bot never hears of it
    await room.opens()
    await gate.reached.wait()
    room.clock.passes(seconds=31)
    room.begins()
    [slow, fast] = room.senders
    fast.wake()
    while await room.states() != ["sent", "sent"]:  # noqa: ASYNC110  the outbox has no event
        await asyncio.sleep(0.002)
    gate.opened.set()
    await room.rests()
    [_, row] = await room.rows()
    assert (row.state, row.error, row.attempts) == ("sent", None, 2)
    assert not slow.busy
    assert len(room.cards()) == 2


async def test_two_bots_on_one_database_post_each_thing_once(room: PostRoom) -> None:
    room.begins()
    room.begins()
    for number in range(6):
        case = await room.opens(by=LINDA, title=f"Case {number}")
        await room.comments(case, f"Comment on {number}")
    await room.rests()
    assert [len(card.replies) for card in room.cards()] == [1] * 6
    assert len(room.told("linda")) == 6


async def test_a_bot_cut_off_while_sending_loses_and_doubles_nothing(room: PostRoom) -> None:
    cut = await _first_card(room)
    gate = Gate()
    room.interferes("after", "chat.postMessage", gate)
    case = await room.opens(by=LINDA)
    await room.comments(case, "One.")
    await gate.reached.wait()
    await cut.stop(patience=0.01)
    gate.opened.set()
    await room.comments(case, "Two, said while no bot ran.")
    room.begins()  # and it need not wait for the lease of the other to run out
    await room.rests()
    [_, card] = room.cards()
    assert len(card.replies) == 2
    assert len(room.told("linda")) == 2
    assert set(await room.states("thread_comment")) == {"sent"}


async def test_a_bot_that_is_stopped_in_time_leaves_its_conversations_free_at_once(room: PostRoom) -> None:
    case = await room.opens()
    sender = room.begins()
    await room.rests()
    await sender.stop()
    await room.comments(case, "Who sends this?")
    room.begins()
    await room.rests()
    assert len(room.cards()[0].replies) == 1


async def _first_card(room: PostRoom) -> Delivery:
    """A bot that sends; a card has gone out before, so that the channel is known by its id."""
    sender = room.begins()
    await room.opens(title="The first one")
    await room.rests()
    return sender


async def _calm(sender: Delivery) -> None:
    """A trial that waits for quiet does not wait for an operator."""
    async with asyncio.timeout(10):
        while not await sender.quiet():  # noqa: ASYNC110  the outbox has no event
            await asyncio.sleep(0.002)


async def _leased(room: PostRoom, conversation: str) -> None:
    until = room.clock.real_now() + LEASE
    await room.desk.write(lambda work: outbox.lease(work, conversation, "another bot", until))


async def _told_linda(room: PostRoom) -> None:
    """By then the sender has had its turn at every conversation that waited before hers."""
    while not room.told("linda") or room.busy:  # noqa: ASYNC110  the outbox has no event
        await asyncio.sleep(0.002)
