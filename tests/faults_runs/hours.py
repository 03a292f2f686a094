"""Time in the run: hours come because the run says so, by setting what waits for them to now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select, update

from bot.domain.due import DueKind
from bot.domain.ids import CaseNumber, WorkspaceId
from bot.sandbox import Sandbox
from bot.store import schema
from bot.store.store import Store
from bot.store.work import Stamp, Work
from tests.faults_runs.ending import waiting

OF_ESCALATION = (DueKind.ESCALATION_OPENS.value, DueKind.TELL_ESCALATION.value)
DUE, CASES, HELD = schema.due_times, schema.cases, schema.held_comments


def stamp_of(sandbox: Sandbox) -> Stamp:
    """What the run itself writes with."""
    clock = sandbox.clock
    return Stamp(workspace_id=WorkspaceId(sandbox.team_id), now=clock.now(), real_now=clock.real_now())


async def escalation_opens(sandbox: Sandbox, store: Store, number: CaseNumber) -> None:
    """The hour of a case comes."""

    def unit(work: Work) -> None:
        this = CASES.c.number == number
        work.connection.execute(update(CASES).where(this).values(escalation_opens_at=work.now))
        of_case = DUE.c.case_id == select(CASES.c.id).where(this).scalar_subquery()
        waits = of_case & DUE.c.kind.in_(OF_ESCALATION) & DUE.c.done_at.is_(None)
        work.connection.execute(update(DUE).where(waits).values(due_at=work.now))

    await store.write(unit, stamp_of(sandbox), patience=20, quietly=True)


def _ten_seconds(work: Work) -> None:
    """What was sent to customers goes out: nobody takes it back any more."""
    held = HELD.c.state == "held"
    work.connection.execute(update(HELD).where(held, HELD.c.goes_at > work.now).values(goes_at=work.now))
    goes = (DUE.c.kind == DueKind.COMMENT_GOES_OUT.value) & DUE.c.done_at.is_(None)
    work.connection.execute(update(DUE).where(goes, DUE.c.due_at > work.now).values(due_at=work.now))


def _to_do(connection: Connection, now: datetime) -> tuple[bool, bool, bool]:
    """Whether something waits in the outbox, is held for its ten seconds, or is due."""
    held = connection.execute(select(func.count()).where(HELD.c.state == "held")).scalar_one()
    due = select(func.count()).where(DUE.c.done_at.is_(None), DUE.c.due_at <= now)
    return bool(waiting(connection)), bool(held), bool(connection.execute(due).scalar_one())


async def all_sent(sandbox: Sandbox, store: Store, there: Callable[[], Awaitable[None]]) -> None:
    """Wait until a bot is there and its outbox is empty; no time passes for what waits for its hour."""
    while True:
        await there()
        await sandbox.settled()
        if not await store.look(waiting):
            return
        await asyncio.sleep(0.01)  # what waits for an operator is not waited for by `settled`


async def all_done(
    sandbox: Sandbox,
    store: Store,
    there: Callable[[], Awaitable[None]],
    hurries: Callable[[], Awaitable[None]],
) -> None:
    """Wait until the bot has nothing left to do, and let the ten seconds of public comments pass.

    `there` waits until a bot is, `hurries` makes it look at its mailbox and at the clock.
    """
    while True:
        await all_sent(sandbox, store, there)
        outbox, held, due = await store.look(partial(_to_do, now=sandbox.clock.now()))
        unread = sandbox.post is not None and sandbox.post.unread
        if held:
            await store.write(_ten_seconds, stamp_of(sandbox), patience=20, quietly=True)
        if held or due or unread:
            await hurries()
        elif not outbox:
            return
        await asyncio.sleep(0.01)
