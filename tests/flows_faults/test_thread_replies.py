"""A reply in the thread of a card reaches the case, whatever goes on while it is written."""

from __future__ import annotations

import pytest

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
        assert ben.failure == "operation_timeout", "it must not be acknowledged"
    monkeypatch.undo()
    sandbox.sockets.ack_seconds = 3.0
    record = sandbox.workspace.message(said.channel, said.ts)
    assert record is not None
    assert await sandbox.events.posted(record) == ""  # as Slack does a minute later
    await workplace.settled()
    assert "Comments* (1)" in await shown_comments(ben)
    assert ben.ephemerals == []
    assert set(sandbox.complaints) == {"message was not acked within 0.3 s"}
    sandbox.complaints.clear()
