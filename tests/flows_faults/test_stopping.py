"""A bot that is told to stop takes nothing new, and answers what it has taken."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.flows.conftest import Workplace


async def test_what_comes_while_the_bot_stops_is_left_to_the_next_one(workplace: Workplace) -> None:
    sandbox, ana, linda = workplace.sandbox, workplace.person("ana"), workplace.person("linda")
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold(moment: str, method: str, _: dict[str, Any]) -> None:
        if (moment, method) == ("before", "views.open"):
            reached.set()
            await go_on.wait()

    sandbox.interfere = hold
    asking = asyncio.create_task(ana.runs("/case open"))
    await reached.wait()
    restarting = asyncio.create_task(workplace.restart())
    await asyncio.sleep(0)  # it has begun to stop
    late = asyncio.create_task(linda.runs("/case help"))
    await asyncio.wait({late}, timeout=0.3)
    go_on.set()
    await asking
    assert ana.modal is not None
    await late
    await restarting
    assert linda.failure != ""
    sandbox.complaints.clear()  # that nobody acknowledged what came too late
    await linda.runs("/case help")
    assert "/case open" in linda.reply
