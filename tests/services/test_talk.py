"""Messages as comments: whatever order posts, edits and deletions come in, the case ends the same."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.domain.commands import SetUpPerson
from bot.domain.ids import CallKey, ChannelId, MessageTs, SlackUserId
from bot.handlers.call import Call
from bot.handlers.payloads import event_call
from bot.services import people, talk
from bot.store import cases as case_store
from bot.store.schema import comment_versions, comments
from tests.services.conftest import Office

Json = dict[str, Any]

CHANNEL, CARD = ChannelId("C0CASES"), MessageTs("1700000000.000100")
_CARDS = itertools.count(1)


async def carded(office: Office) -> MessageTs:
    """A case whose card stands in the channel, and the card."""
    case, card = await office.opened(), MessageTs(f"1700000000.{next(_CARDS):06d}")
    await office.desk.write(lambda work: case_store.set_card(work, case.id, CHANNEL, card, None))
    return card


def posted(card: str, number: int, text: str = "first") -> Json:
    return {
        "type": "message",
        "channel": CHANNEL,
        "user": "U0ANA",
        "ts": f"1700000{number:03d}.000200",
        "thread_ts": card,
        "text": text,
    }


def edited(event: Json, text: str, at: int) -> Json:
    before = event.get("message", event)
    after = {**before, "text": text, "edited": {"user": "U0ANA", "ts": f"17000{at:05d}.000300"}}
    ts = f"17000{at:05d}.000400"
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHANNEL,
        "message": after,
        "previous_message": before,
        "ts": ts,
    }


def deleted(event: Json, at: int) -> Json:
    before = event.get("message", event)
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": CHANNEL,
        "deleted_ts": before["ts"],
        "previous_message": before,
        "ts": f"17000{at:05d}.000500",
    }


def events(card: str) -> list[Json]:
    """Three messages: one edited twice, one edited and deleted, one left alone."""
    one, two, three = (posted(card, number) for number in (1, 2, 3))
    again = edited(one, "second", 10)
    wiped = edited(two, "secret", 11)
    return [one, again, edited(again, "third", 12), two, wiped, deleted(wiped, 13), three]


async def hears(office: Office, event: Json, key: str = "") -> None:
    call = event_call({"event": event})
    assert isinstance(call, Call)
    assert call.message is not None
    found = await talk.whereabouts(office.desk, call.message)
    assert found is not None
    name = call.key.name + key
    await talk.hear(office.desk, call.message, found, CallKey(name))


async def ends(office: Office, card: str) -> list[Any]:
    """All that is kept of what was said under a card, but for ids."""

    def query(connection: Connection) -> list[Any]:
        found = connection.execute(
            select(comments).join(case_store.cases, case_store.cases.c.id == comments.c.case_id)
            .where(case_store.cases.c.card_ts == card)
            .order_by(comments.c.ts)
        ).all()  # fmt: skip
        return [
            (
                row.ts, row.text, row.version, row.edited_at, row.deleted_at, row.audience, row.author_id,
                connection.execute(
                    select(comment_versions.c.version, comment_versions.c.text, comment_versions.c.at)
                    .where(comment_versions.c.comment_id == row.id)
                    .order_by(comment_versions.c.version)
                ).all(),
            )
            for row in found
        ]  # fmt: skip

    return await office.desk.store.look(query)


async def test_edits_and_deletions_are_kept_with_their_times(office: Office) -> None:
    card = await carded(office)
    for event in events(card):
        await hears(office, event)
    one, two, three = await ends(office, card)
    assert one[1:3] == ("third", 3)
    assert [(version, text) for version, text, _ in one[7]] == [(1, "first"), (2, "second")]
    assert two[1] == ""
    assert two[4] is not None
    assert [text for _, text, _ in two[7]] == [""]
    assert three[1:5] == ("first", 1, None, None)
    told, _ = await office.news()
    assert [row["kind"] for row in told if row["kind"] != "status_set"] == [
        "commented", "comment_edited", "comment_edited", "commented", "comment_edited", "comment_deleted",
        "commented",
    ]  # fmt: skip


async def test_any_order_with_repetitions_ends_the_same(office: Office) -> None:
    in_order = await carded(office)
    for event in events(in_order):
        await hears(office, event)
    expected = await ends(office, in_order)
    orders: list[Sequence[int]] = []

    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.permutations(range(7)), st.lists(st.integers(0, 6), max_size=5))
    def collect(order: list[int], again: list[int]) -> None:
        orders.append([*order, *again])

    collect()
    for number, order in enumerate(orders):
        # The same messages in a channel of their own: a message is known by its channel and time.
        channel, card = ChannelId(f"C0ORDER{number}"), MessageTs(f"1600000000.{number:06d}")
        case = await office.opened()
        await office.desk.write(
            lambda work, case=case, channel=channel, card=card: case_store.set_card(  # type: ignore[misc]
                work, case.id, channel, card, None
            )
        )
        told = events(card)
        for place, index in enumerate(order):
            await hears(office, {**told[index], "channel": channel}, key=f":{place}")
        assert await ends(office, card) == expected, order


async def test_the_same_at_the_same_moment_is_kept_once(office: Office) -> None:
    card = await carded(office)
    told = events(card)[:3]
    await asyncio.gather(*(hears(office, event, key=str(n)) for n, event in enumerate(told * 3)))
    [one] = await ends(office, card)
    assert (one[1], one[2]) == ("third", 3)


async def test_who_is_no_longer_set_up_can_still_delete(office: Office) -> None:
    card = await carded(office)
    said = posted(card, 7)
    await hears(office, said)
    gone = SetUpPerson(slack_user_id=SlackUserId("U0ANA"), role=None, account_id=None)
    await people.set_up_person(office.desk, gone, SlackUserId("U0OMAR"), office.key())
    await hears(office, deleted(said, 99))
    [one] = await ends(office, card)
    assert one[1] == ""


async def test_a_first_message_that_is_deleted_is_a_tombstone(office: Office) -> None:
    card = await carded(office)
    said = posted(card, 8)
    await hears(office, said)
    stone = edited(said, "This message was deleted.", 20)
    stone["message"] = {**stone["message"], "subtype": "tombstone", "user": "USLACKBOT"}
    del stone["message"]["edited"]
    await hears(office, stone)
    [one] = await ends(office, card)
    assert (one[1], one[4] is not None) == ("", True)


def test_a_note_about_a_message_is_no_talk() -> None:
    said = posted(CARD, 1)
    unfurled = {**edited(said, "first", 3)}
    unfurled["message"] = {key: value for key, value in unfurled["message"].items() if key != "edited"}
    assert event_call({"event": unfurled}) is None
    assert event_call({"event": {**said, "subtype": "channel_topic"}}) is None
    plain = {key: value for key, value in said.items() if key != "thread_ts"}
    assert event_call({"event": plain}) is None
