"""A reply in the thread of a card reaches the case, whatever goes on while it is written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.sandbox import Message
from bot.store.schema import cases
from tests.flows.conftest import Workplace, open_case
from tests.flows.test_threads import shown_comments
from tests.flows_faults.test_trouble import busy_database
from tests.flows_faults.test_twice import NUMBER


async def test_a_reply_while_the_database_is_busy_is_in_the_case_in_the_end(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox, ben = workplace.sandbox, workplace.person("ben")
    await open_case(workplace.person("ana"))
    card = await workplace.card(NUMBER)
    sandbox.sockets.ack_seconds = 0.3
    monkeypatch.setattr("bot.store.store.Store.write.__defaults__", (0.05, False))
    async with busy_database(workplace.bot):
        said = await ben.says("The fuse is gone.", channel="support-cases", thread=card)
        assert ben.failure != "", "it must not be acknowledged"
    monkeypatch.undo()
    sandbox.sockets.ack_seconds = 3.0
    record = sandbox.workspace.message(said.channel, said.ts)
    assert record is not None
    assert await sandbox.events.posted(record) == ""  # as Slack does a minute later
    await workplace.settled()
    assert "Comments* (1)" in await shown_comments(ben)
    assert ben.ephemerals == []
    sandbox.complaints.clear()  # that it was not acknowledged


async def test_a_reply_to_a_card_that_has_no_link_yet_is_in_the_case(workplace: Workplace) -> None:
    ben, go_on = workplace.person("ben"), asyncio.Event()
    workplace.sandbox.interfere = _holds("before", "chat.getPermalink", go_on)
    await open_case(workplace.person("ana"))
    card = await _seen(workplace)
    while not await workplace.bot.desk.store.look(_card_is_known):  # noqa: ASYNC110  the store has no event
        await asyncio.sleep(0.01)
    await ben.says("I know this one.", channel="support-cases", thread=card)
    assert ben.failure == ""
    go_on.set()
    await workplace.settled()
    assert "I know this one." in await shown_comments(ben)


async def test_a_reply_to_a_card_that_slack_has_not_named_to_us_yet_is_brought_again(
    workplace: Workplace,
) -> None:
    sandbox, ben, go_on = workplace.sandbox, workplace.person("ben"), asyncio.Event()
    sandbox.clock.travel(timedelta())  # Slack stamps messages by real time, as the outbox does its rows
    sandbox.interfere = _holds("after", "chat.postMessage", go_on)
    await open_case(workplace.person("ana"))
    card = await _seen(workplace)
    sandbox.sockets.ack_seconds = 0.3
    said = await ben.says("Faster than the bot.", channel="support-cases", thread=card)
    assert ben.failure != "", "it must not be acknowledged"
    sandbox.sockets.ack_seconds = 3.0
    go_on.set()
    await workplace.settled()
    record = sandbox.workspace.message(said.channel, said.ts)
    assert record is not None
    assert await sandbox.events.posted(record) == ""  # as Slack does a minute later
    assert "Comments* (1)" in await shown_comments(ben)
    sandbox.complaints.clear()  # that it was not acknowledged


async def test_an_older_thread_is_no_cases_although_a_card_is_on_its_way(workplace: Workplace) -> None:
    sandbox, ben, go_on = workplace.sandbox, workplace.person("ben"), asyncio.Event()
    lunch = await ben.says("Lunch?", channel="support-cases")
    record = sandbox.workspace.message(lunch.channel, lunch.ts)
    assert record is not None
    old = replace(record, ts=f"{float(record.ts) - 3600:.6f}")
    sandbox.workspace.add(old)
    sandbox.interfere = _holds("after", "chat.postMessage", go_on)
    await open_case(workplace.person("ana"))
    await _seen(workplace)
    [older] = [one for one in ben.messages("support-cases") if one.ts == old.ts]
    await ben.says("At noon.", channel="support-cases", thread=older)
    assert ben.failure == ""
    go_on.set()


def _card_is_known(connection: Connection) -> bool:
    return connection.execute(select(cases.c.card_ts).where(cases.c.card_ts.is_not(None))).first() is not None


def _holds(when: str, method: str, go_on: asyncio.Event) -> Any:
    async def hook(moment: str, called: str, _: dict[str, Any]) -> None:
        if (moment, called) == (when, method):
            await go_on.wait()

    return hook


async def _seen(workplace: Workplace) -> Message:
    """The card as soon as people see it, which may be before the bot knows."""
    while True:
        found = [one for one in workplace.person("omar").messages("support-cases") if NUMBER in one.all_text]
        if found:
            return found[0]
        await asyncio.sleep(0.01)
