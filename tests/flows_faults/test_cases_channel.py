"""The channel for case cards: found by its name at the start, and kept by its id from then on."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Workplace


async def test_cards_follow_a_channel_that_is_renamed_and_no_other_of_that_name(workplace: Workplace) -> None:
    channels = workplace.sandbox.workspace.channels
    assert workplace.bot.desk.cases_channel == "C0CASES"
    channels["C0CASES"].name, channels["C0LEVELONE"].name = "old-cases", "support-cases"
    number = await workplace.case_of("ana")
    assert (await workplace.card(number, channel="old-cases")).channel == "C0CASES"
    channels["C0CASES"].name, channels["C0LEVELONE"].name = "support-cases", "level-one"


async def test_a_channel_that_the_bot_is_not_in_is_named_in_the_log_and_kept_by_its_name(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    members = workplace.sandbox.workspace.channels["C0CASES"].members
    members.remove(workplace.sandbox.bot_user_id)
    await workplace.restart()
    members.add(workplace.sandbox.bot_user_id)
    assert "/invite @Caseline" in caplog.text
    assert workplace.bot.desk.cases_channel == "support-cases"
