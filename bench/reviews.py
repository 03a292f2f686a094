"""Row 7: owners are told of their cases by one message each, in a workspace that keeps Slack's limits.

Caseline runs as an operator runs it and knows the cap. What the workspace bears is the floor: (N - burst) x
60 / cap. In a second run nobody has said what the workspace bears, which is less than Caseline expects.
In a third it is killed (`kill -9`) on its way. In all of them nobody is told twice, and nobody missed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as at
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.servers import caseline
from bot.domain.calendars import same_hours
from bot.domain.due import DueKind
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.notify import Preference
from bot.domain.people import Role, SuccessPlan
from bot.domain.team_calendars import TeamCalendar
from bot.sandbox import Sandbox
from bot.sandbox.faults import FaultPlan
from bot.sandbox.seed import SEED
from bot.store import calendars, notify, people, reviews
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.work import Stamp, Work
from tests.factories import add_case

OWNERS, CAP = 1000, 240
"""Of the run that is timed; the cap is what Caseline takes a workspace to bear where nobody says more."""

UNTOLD, UNTOLD_CAP = 400, 150
"""Of the run in which Caseline has to find the cap: it goes by 240 until Slack refuses."""

DOOMED, DOOMED_CAP = 300, 1200
BURST = 30
LONGEST = 900.0


@dataclass
class Watch:
    """What the workspace got: reviews by conversation, when the first and the last came, and refusals."""

    told: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    async def note(self, moment: str, method: str, args: dict[str, Any]) -> None:
        if moment == "after" and method == "chat.postMessage" and args["text"].startswith("Your review:"):
            self.told[str(args["channel"])] += 1
            self.times.append(time.monotonic())


async def nudging(here: Any, rounds: int) -> list[Figure]:
    """Once, however many `rounds`: it takes as long as the workspace makes it take."""
    took, refused = await _told(here.folder / "nudges", OWNERS, CAP, kill=False)
    finding, often = await _told(here.folder / "untold", UNTOLD, UNTOLD_CAP, kill=False, said=False)
    _, also = await _told(here.folder / "doomed", DOOMED, DOOMED_CAP, kill=True)
    if refused or also:
        raise AssertionError(f"Slack said 429 {refused} times, and {also} times in the run with kill -9")
    known = f"reviews of {OWNERS:,} owners at a cap of {CAP} a minute, no 429"
    hidden = f"reviews of {UNTOLD} owners at a cap of {UNTOLD_CAP} a minute that nobody told, {often} x 429"
    return [
        Figure(row="7", what=known, floor=_bound(OWNERS, CAP), ours=took, unit="s", wanted=1.1),
        Figure(row="7", what=hidden, floor=_bound(UNTOLD, UNTOLD_CAP), ours=finding, unit="s", wanted=1.5),
    ]


def _bound(owners: int, cap: int) -> float:
    """Seconds that the workspace makes it take."""
    return (owners - BURST) * 60 / cap


async def _told(folder: Path, owners: int, cap: int, *, kill: bool, said: bool = True) -> tuple[float, int]:
    """Seconds from the first message to the last, and how often Slack refused; each owner is told once."""
    ids = [f"U0OWNER{number:04}" for number in range(owners)]
    model = SEED.people[0]
    crowd = tuple(replace(model, id=one, handle=one.lower(), email=f"{one}@example.com") for one in ids)
    async with Sandbox(seed=replace(SEED, people=(*SEED.people, *crowd))) as sandbox:
        await _furnish(folder, ids, WorkspaceId(sandbox.team_id))
        sandbox.faults.use(FaultPlan(limits=True, workspace_cap=cap, workspace_burst=BURST))
        watch = Watch()
        sandbox.interfere = watch.note
        settings = {"CASELINE_MESSAGES_PER_MINUTE": str(cap)} if said else {}
        if kill:
            async with caseline(sandbox, folder, settings) as first:
                await _until(watch, owners // 3)
                await first.kill()
        async with caseline(sandbox, folder, settings):
            await _until(watch, owners)
            await asyncio.sleep(3)  # whatever would come twice
        if set(watch.told.values()) != {1} or len(watch.told) != owners:
            raise AssertionError(f"{len(watch.told)} of {owners} were told, {watch.told.most_common(3)}")
        errors = [one.response.get("error") for one in sandbox.journal.requests]
        return watch.times[-1] - watch.times[0], errors.count("ratelimited")


async def _until(watch: Watch, count: int) -> None:
    async with asyncio.timeout(LONGEST):
        while sum(watch.told.values()) < count:  # noqa: ASYNC110  another process does it
            await asyncio.sleep(0.05)


async def _furnish(folder: Path, ids: list[str], workspace_id: WorkspaceId) -> None:
    """Each owner has a case, works at any hour, and should have had their review an hour ago."""
    url = f"sqlite:///{folder / 'caseline.db'}"
    await asyncio.to_thread(folder.mkdir)
    upgrade(url)
    store = Store(url)
    store.start()
    now = datetime.now(UTC)
    due = (now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)

    def unit(work: Work) -> None:
        always = same_hours(frozenset(range(7)), at(0), at(0))
        calendars.save_calendar(work, TeamCalendar(hours=always))
        account = people.insert_account(
            work, name="Cloud Nine", org_id_or_mid="MID", plan=SuccessPlan.STANDARD, timezone="UTC"
        )
        wanted = {}
        for one in ids:
            person_id = people.insert_person(work, SlackUserId(one), name=one, timezone="UTC")
            people.set_up(work, person_id, Role.AGENT, None)
            notify.set_preference(work, person_id, Preference(review_hour=due.hour))
            person = people.person_by_id(work.connection, person_id)
            assert person is not None
            add_case(work, person, account, owner=person.ref)
            wanted[person_id] = due
        reviews.plan(work, DueKind.REVIEW.value, wanted, [])

    try:
        await store.write(unit, Stamp(workspace_id=workspace_id, now=now, real_now=now), patience=60)
    finally:
        await store.stop()
