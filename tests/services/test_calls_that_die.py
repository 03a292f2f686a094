"""kill -9 between any two steps of a call, and within each: no answer is lost, nothing is sent twice.

The ways are those of `tests/phone_ways.py`, which pass every step and every answer. By default some of them
are walked so, other ones each day; `make crash` walks all.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.ids import CallKey, PhoneCallId
from bot.services import phone_calls as service
from bot.store.schema import (
    calls,
    canned_mails,
    cases,
    comments,
    entitlements,
    history,
    outbox,
    phone_answers,
    phone_calls,
)
from bot.store.work import Connection
from tests.phone_ways import ways
from tests.services.conftest import Office
from tests.services.test_phone_calls import Phone, sent
from tests.services.test_phone_calls import desk as desk
from tests.services.test_phone_ways import CHLOE, Shop, Walker, check, in_order
from tests.services.test_phone_ways import shop as shop

STRIDE = int(os.environ.get("CASELINE_CALL_STRIDE", "30"))
OFFSET = int(os.environ.get("CASELINE_CALL_OFFSET", str(datetime.now(UTC).toordinal()))) % STRIDE


class Doomed:
    """Processes that do one act of a call, and are killed `within` it or `after` it."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process, self._folder = process, folder

    async def does(self, moment: str, act: str, told: dict[str, Any], by: str, key: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        path = str(self._folder / "caseline.db")
        request = {"path": path, "name": act, "told": told, "by": by, "key": key, "moment": moment}
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        await self._process.stdin.drain()
        ended = json.loads(await self._process.stdout.readline())
        assert ended == signal.SIGKILL, f"{act} did not come to its death {moment}"


@pytest.fixture
async def doomed(tmp_path: Path) -> AsyncIterator[Doomed]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.dying_call",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield Doomed(process, tmp_path)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


TABLES = (
    phone_calls,
    phone_answers,
    canned_mails,
    entitlements,
    outbox,
    cases,
    comments,
    history,
    calls,
)
"""All that a call writes, the keys of what was done among it."""


async def kept(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of these tables."""

    def query(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        found = {one.name: connection.execute(select(one)).all() for one in TABLES}
        return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}

    return await office.desk.store.look(query)


@pytest.mark.parametrize("name", ["phone", "triage"])
async def test_killed_within_and_after_every_step_a_call_goes_on_where_it_stood(
    shop: Shop, doomed: Doomed, name: str
) -> None:
    office, mode = shop.office, ""
    stride = min(STRIDE, len(ways(name)))
    chosen = [way for number, way in enumerate(in_order(name)) if number % stride == OFFSET % stride]
    for way in chosen:
        if way.mode != mode:
            await shop.open_phones(mode := way.mode)
        walker = Walker(shop, way)
        await walker.begins()
        call = await walker.call()
        while (done := walker.so_far(call)) < len(way.answers):
            command = walker.answer(call)
            told, key = asdict(command), f"{call.id}.{call.version}"
            before = await kept(office)
            await doomed.does("within", "give", told, CHLOE, key)
            assert await kept(office) == before, f"{way}: half of {way.answers[done]}"
            await doomed.does("after", "give", told, CHLOE, key)
            after = await kept(office)
            call = await walker.call()
            assert walker.so_far(call) > done, f"{way}: {way.answers[done]} is lost"
            await service.give(shop.office.desk, command, CHLOE, CallKey(key))  # pressed again by who waited
            assert await kept(office) == after, f"{way}: {way.answers[done]} twice"
        await check(walker)


async def test_killed_within_and_after_all_else_that_is_done_to_a_call_nothing_is_lost(
    desk: Office, doomed: Doomed
) -> None:
    call = Phone(desk)

    async def dies(act: str, by: str = "U0CHLOE", **told: Any) -> None:
        told = {"call_id": call.id, **told} if act != "begin" else told
        if act in ("pick", "back", "note", "hang_up", "hand_over"):
            told["version"] = (await call.page()).call.version
        before, key = await kept(desk), f"{act}.{told.get('version', 0)}"
        await doomed.does("within", act, told, by, key)
        assert await kept(desk) == before, f"half of {act}"
        await doomed.does("after", act, dict(told), by, key)
        after = await kept(desk)
        assert after != before, f"{act} is lost"
        assert after["calls"] != before["calls"], f"{act} would be done twice"

    await dies("begin")
    call.id = PhoneCallId((await kept(desk))["phone_calls"][0][0])
    await dies("pick", customer_id=2, notes="Speaks fast")
    assert await call.says("seen") == "no_plan"
    await dies("ask", wished="recent_order", reason="Promised")
    await dies("rule", "U0MARIA", verdict="recent_order", reason="So it was")
    assert await call.at() == "live"
    await dies("back", notes=None)
    assert await call.at() == "orders"
    assert await call.says("seen") == "live"
    await dies("note", notes="Calls from a train")
    await dies("hand_over", to="U0ANA")
    call.by = type(CHLOE)("U0ANA")
    assert await call.says("product") == "send_covered"
    await call.says("send", {"email": "omid@example.com"})
    await dies("hang_up", "U0ANA", notes="The line broke")
    ended = (await call.page()).call
    assert (ended.outcome, ended.notes) == ("hung_up", "The line broke")
    assert [one.step for one in ended.answers][-1] == "send_covered"
    assert len(await sent(desk)) == 1
