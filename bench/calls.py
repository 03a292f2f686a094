"""Row 10: from one step of a call to the next, durable before the window shows it: one transaction, one Slack
call.

The floor is a bare Bolt app that for each press commits one row (`synchronous=FULL`) and updates one window.
The workspace answers `views.update` at once, for both alike.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete

from bench.figures import Figure
from bench.servers import bare_bolt, caseline
from bench.wire import USER, Body, command, hammer, pressed
from bot.clock import Clock
from bot.commerce import later
from bot.dialogs import phone_call
from bot.domain.ids import CallKey, PhoneCallId, SlackUserId, WorkspaceId
from bot.policy_file import load_policy
from bot.services import call_page, phone_calls
from bot.services.desk import Desk
from bot.store.schema import outbox
from bot.store.store import Store
from bot.store.work import Work
from tests.callers import add_caller

STEPS = 210
SITE = "fox-outdoor"
DATABASE = "caseline.db"
WINDOW = "window.json"


async def steps_of_a_call(here: Any, rounds: int) -> list[Figure]:
    """Answers and *Back* in turn, against the floor and against a command that touches no database."""
    floors, place = here.copy("call-floor"), here.copy("call")
    call_id, version, window = await _begun(here, place)
    (floors / WINDOW).write_text(json.dumps(window))
    asked: list[str] = []

    async def answers(moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        if moment != "before":
            return None
        asked.append(method)
        return {"ok": True, "view": {}} if method == "views.update" else None

    here.sandbox.interfere = answers
    presses = _presses(call_id, version, window)
    taken: list[tuple[float, float, float]] = []
    try:
        async with (
            bare_bolt(here.sandbox, floors / WINDOW, floors / DATABASE) as floor,
            caseline(here.sandbox, place) as ours,
        ):
            for _ in range(rounds + 1):
                bare = await hammer(floor.line, _bare(window), STEPS, 1)
                asked.clear()
                steps = await hammer(ours.line, lambda: next(presses), STEPS, 1)
                if asked != ["views.update"] * STEPS:
                    raise AssertionError(f"{STEPS} steps asked Slack for {len(asked)}: {sorted(set(asked))}")
                helped = await hammer(ours.line, lambda: command("help"), STEPS, 1)
                taken.append((bare.percentile(50), steps.percentile(50), helped.percentile(50)))
    finally:
        here.sandbox.interfere = None
    bare_ms, ours_ms, help_ms = (median(one[at] for one in taken[1:]) for at in range(3))
    _all_are_there(place, call_id, version + STEPS * (rounds + 1))
    return [
        _figure("a step of a call, p50, against a commit and a Slack call", bare_ms, ours_ms, 2.5),
        _figure("the same against /case help of Caseline, and its Slack call", help_ms, ours_ms, 15.0),
    ]


def _figure(what: str, floor: float, ours: float, wanted: float) -> Figure:
    return Figure(row="10", what=what, floor=floor, ours=ours, unit="ms", wanted=wanted)


async def _begun(here: Any, place: Path) -> tuple[PhoneCallId, int, dict[str, Any]]:
    """A call at its first step, with a customer who can be found; its version, and its window."""
    store = Store(f"sqlite:///{place / DATABASE}")
    store.start()
    desk = Desk(
        store=store,
        clock=Clock(),
        workspace_id=WorkspaceId(here.sandbox.team_id),
        policy=load_policy(None)[0],
        policy_revision=1,
        cases_channel=None,
        shop=later.embedded(store, Clock(), WorkspaceId(here.sandbox.team_id)),
    )

    def shop(work: Work) -> None:
        work.connection.execute(delete(outbox))  # the cards of the bench's cases are for nobody
        add_caller(work, "1", "Lena Fox", "Fox Outdoor", f"{SITE}.example", ordered_days=12)

    try:
        await desk.write(shop)
        begun = await phone_calls.begin(desk, SlackUserId(USER), CallKey("bench"))
        assert begun.phone_call_id is not None
        assert begun.version is not None
        page = await call_page.page(desk, begun.phone_call_id, SlackUserId(USER))
        return begun.phone_call_id, begun.version, phone_call.view(page)
    finally:
        await store.stop()


def _presses(call_id: PhoneCallId, version: int, window: dict[str, Any]) -> Iterator[Body]:
    """*Look it up*, which finds the account and goes on to its orders, and twice *Back* to the first step."""
    typed = {"f.greet.site": {"value": {"type": "plain_text_input", "value": SITE}}}
    held = json.loads(window["private_metadata"])
    for number in itertools.count(version):
        step = ("greet", "orders", "find")[(number - version) % 3]
        looks = step == "greet"
        fresh = {**held, "call": call_id, "version": number, "step": step}
        view = {**window, "private_metadata": json.dumps(fresh), "state": {"values": typed if looks else {}}}
        if looks:
            yield pressed(view, phone_call.ANSWER, f"{call_id}.{number}.look_up")
        else:
            yield pressed(view, phone_call.BACK, f"{call_id}.{number}")


def _bare(window: dict[str, Any]) -> Callable[[], Body]:
    view = {**window, "state": {"values": {}}}
    return lambda: pressed(view, phone_call.ANSWER, "1.1.look_up")


def _all_are_there(place: Path, call_id: PhoneCallId, version: int) -> None:
    """Every step that was answered is in the database."""
    connection = sqlite3.connect(place / DATABASE)
    try:
        found = connection.execute("SELECT version FROM phone_calls WHERE id = ?", (call_id,)).fetchone()[0]
    finally:
        connection.close()
    if found != version:
        raise AssertionError(f"the call has version {found}, and {version} steps were answered")
