"""What survives a restart of the sandbox, and travelling through time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ClockWouldGoBack, TravellingClock
from bot.sandbox import Sandbox, Seed, SeedChannel, SeedPerson, TravelStuckError
from bot.sandbox.page_api import destination
from tests.sandbox.conftest import MANIFEST, actions, button, raw_bot, section, web


async def test_everything_that_should_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    async with Sandbox(MANIFEST, state=file) as first:
        client = web(first)
        root = (await client.chat_postMessage(channel="C0CASES", text="card", blocks=[section("a")]))["ts"]
        await client.chat_postMessage(channel="C0CASES", text="in the thread", thread_ts=root)
        await client.chat_postMessage(channel="U0ANA", text="psst")
        await client.chat_postEphemeral(channel="C0CASES", user="U0ANA", text="gone tomorrow")
        home = {"type": "home", "blocks": [actions(button("More", "more"))]}
        published = (await client.views_publish(user_id="U0ANA", view=home))["view"]
        first.act_as("ben").reads("support-cases")
        await first.travel(first.clock.now() + timedelta(days=3))
        tokens = (first.bot_token, first.app_token, first.signing_secret)
        then = first.clock.now()
    async with Sandbox(MANIFEST, state=file) as again:
        ana, ben = again.act_as("ana"), again.act_as("ben")
        [card] = ana.messages("support-cases")
        assert card.all_text == "card\na"
        assert [reply.text for reply in card.replies] == ["in the thread"]
        assert [message.text for message in ana.dms] == ["psst"]
        assert ana.ephemerals == []
        assert ana.home is not None
        assert ana.home.id == published["id"]
        assert (ben.unread("support-cases"), ana.unread("support-cases")) == (0, 1)
        assert (again.bot_token, again.app_token, again.signing_secret) == tokens
        assert again.clock.now() >= then
        later = (await web(again).chat_postMessage(channel="C0CASES", text="new"))["ts"]
        assert later > card.replies[0].ts
        await web(again).views_publish(user_id="U0ANA", view=home, hash=published["hash"])


async def test_two_sandboxes_have_different_tokens() -> None:
    async with Sandbox(MANIFEST) as one, Sandbox(MANIFEST) as other:
        assert one.bot_token != other.bot_token
        assert one.page_url != other.page_url


async def test_the_seed_is_ones_own() -> None:
    seed = Seed(
        team_id="T0OTHER",
        team_name="Other",
        team_domain="other",
        people=(SeedPerson(id="U0PAT", handle="pat", real_name="Pat"),),
        channels=(SeedChannel(id="C0ONE", name="one"),),
    )
    async with Sandbox(MANIFEST, seed=seed) as sandbox:
        said = await sandbox.act_as("pat").says("hello", channel="one")
        assert (said.user, said.channel) == ("U0PAT", "C0ONE")
        assert (await web(sandbox).auth_test())["team_id"] == "T0OTHER"


async def test_a_clock_that_started_in_the_past_stays_there(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    clock = TravellingClock(timedelta(days=-30))
    async with Sandbox(MANIFEST, state=file, clock=clock) as sandbox:
        await sandbox.travel(sandbox.clock.now() + timedelta(days=10))
        ts = (await web(sandbox).chat_postMessage(channel="C0CASES", text="x"))["ts"]
        assert abs(float(ts) - (datetime.now(UTC) - timedelta(days=20)).timestamp()) < 5
    async with Sandbox(MANIFEST, state=file) as again:
        assert timedelta(days=-20, seconds=-5) < again.clock.offset < timedelta(days=-20, seconds=5)


async def test_message_times_never_repeat(sandbox: Sandbox) -> None:
    stamps = [sandbox.workspace.next_ts() for _ in range(1000)]
    assert stamps == sorted(set(stamps))


# Travelling


class Clockwork:
    """The bot's end of the control socket: jobs with due times, done when the clock has reached them."""

    def __init__(self, *due: datetime) -> None:
        self.clock = TravellingClock()
        self.due = sorted(due)
        self.done: list[tuple[datetime, timedelta]] = []
        self.offsets: list[float] = []
        self.stuck = False

    def answer(self, line: dict[str, Any]) -> dict[str, Any]:
        if line["do"] == "travel":
            self.offsets.append(line["offset"])
            self.clock.travel(timedelta(seconds=line["offset"]))
            return {"ok": True}
        if line["do"] == "next_due":
            return {"next_due": self.due[0].timestamp() if self.due else None}
        while not self.stuck and self.due and self.due[0] <= self.clock.now():
            due = self.due.pop(0)
            self.done.append((due, self.clock.now() - due))
        return {"settled": True}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(json.dumps(self.answer(json.loads(await reader.readline()))).encode() + b"\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def controlled(sandbox: Sandbox, work: Clockwork, place: Path) -> AsyncIterator[None]:
    sandbox.control = place / "control.sock"
    server = await asyncio.start_unix_server(work.serve, str(sandbox.control))
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


async def test_a_long_jump_stops_at_each_thing_that_is_due(sandbox: Sandbox, tmp_path: Path) -> None:
    now = sandbox.clock.now()
    hours = [now + timedelta(hours=hour) for hour in (1, 5, 30)]
    work = Clockwork(*hours)
    async with controlled(sandbox, work, tmp_path):
        await sandbox.travel(now + timedelta(hours=10))
        assert [due for due, _ in work.done] == hours[:2]
        assert all(late < timedelta(seconds=2) for _, late in work.done)
        assert abs((sandbox.clock.now() - now) - timedelta(hours=10)) < timedelta(seconds=2)
        assert work.due == hours[2:]


async def test_the_clock_never_goes_back(sandbox: Sandbox) -> None:
    with pytest.raises(ClockWouldGoBack):
        await sandbox.travel(sandbox.clock.now() - timedelta(seconds=1))


async def test_a_bot_that_never_does_what_is_due_is_found_out(sandbox: Sandbox, tmp_path: Path) -> None:
    now = sandbox.clock.now()
    work = Clockwork(now + timedelta(hours=1))
    work.stuck = True
    async with controlled(sandbox, work, tmp_path):
        with pytest.raises(TravelStuckError):
            await sandbox.travel(now + timedelta(hours=2))


async def test_a_bot_that_connects_is_told_the_time(sandbox: Sandbox, tmp_path: Path) -> None:
    await sandbox.travel(sandbox.clock.now() + timedelta(days=2))
    work = Clockwork()
    async with controlled(sandbox, work, tmp_path), raw_bot(sandbox):
        assert work.offsets == [sandbox.clock.offset.total_seconds()]
    assert sandbox.complaints == []


LISBON = ZoneInfo("Europe/Lisbon")


def wall(*day_and_time: int) -> datetime:
    """A wall time of 2026 in Lisbon."""
    return datetime(2026, *day_and_time, tzinfo=LISBON)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("to", "now", "there"),
    [
        ("hour", wall(3, 4, 12, 30), wall(3, 4, 13, 30)),
        ("morning", wall(3, 4, 12, 30), wall(3, 5, 9)),
        ("morning", wall(3, 4, 7), wall(3, 4, 9)),
        ("monday", wall(3, 4, 12, 30), wall(3, 9, 8)),
        ("monday", wall(3, 9, 7), wall(3, 9, 8)),
        ("monday", wall(3, 9, 8), wall(3, 16, 8)),
        # The clocks go forward in the night of 29 March: it is eight by the wall all the same.
        ("monday", wall(3, 28, 12), wall(3, 30, 8)),
    ],
)
def test_the_pages_jumps_lead_where_they_say(to: str, now: datetime, there: datetime) -> None:
    start = now.astimezone(UTC)
    assert destination(to, start, LISBON) == there
    assert destination("christmas", start, LISBON) is None
