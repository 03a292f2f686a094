"""Bots that die around every claim and send of a daily review: each once, none missing, the ledger truthful.

Everybody's morning was missed and is due at once when a bot starts. It dies at its requests, before or after
their effect, and comes back; on PostgreSQL there are two or three bots, any of which may die.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.domain.calendars import same_hours
from bot.domain.due import DueKind
from bot.domain.ids import AccountId
from bot.domain.notify import Preference
from bot.domain.team_calendars import TeamCalendar
from bot.sandbox import Sandbox
from bot.store import calendars, notify, reviews, schema
from bot.store.work import Connection, Work
from tests.crash.test_report_slots import CHOSEN, EVERY, STRIDE, herd, settled, stamp
from tests.factories import add_case


def miss_mornings(work: Work) -> None:
    """Everybody of staff owns a case, works at any hour, and should have had their review an hour ago."""
    always = same_hours(frozenset(range(7)), time(0), time(0))
    calendars.save_calendar(work, TeamCalendar(hours=always))
    work.connection.execute(update(schema.people).values(timezone="UTC"))
    due = (work.now - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    staff = reviews.staff(work.connection, work.workspace_id)
    for person in staff:
        notify.set_preference(work, person.id, Preference(review_hour=due.hour))
        add_case(work, person, AccountId(1), owner=person.ref)
    reviews.plan(work, DueKind.REVIEW.value, {one.id: due for one in staff}, [])


@pytest.mark.parametrize(("kind", "count", "moment"), EVERY if STRIDE == 1 else CHOSEN)
async def test_a_review_comes_once_however_often_bots_die(
    kind: str, count: int, moment: str, tmp_path: Path
) -> None:
    async with herd(kind, count, moment, tmp_path) as bots:
        sandbox, store = bots.sandbox, bots.store
        await store.write(miss_mornings, stamp(sandbox), quietly=True)
        sandbox.interfere = bots.watch
        for _ in range(bots.count):
            await bots.start()
        await settled(bots, datetime.now(UTC))
        log = f"{bots.kills}\n{(tmp_path / 'bot.log').read_text()[-2000:]}"
        assert bots.kills, log
        rows = await store.look(_ledger)
        assert len(rows) == 7, (rows, log)  # one for each of staff
        assert {state for state, _, _ in rows} == {"late"}, (rows, log)
        told = Counter((channel, ts) for _, channel, ts in rows)
        assert Counter(_reviews(sandbox)) == told == Counter(dict.fromkeys(told, 1)), log


def _ledger(connection: Connection) -> list[tuple[str, str, str]]:
    slots = schema.slots.c
    asked = select(slots.state, slots.channel, slots.ts).where(slots.job.startswith("review."))
    return [(row.state, row.channel, row.ts) for row in connection.execute(asked)]


def _reviews(sandbox: Sandbox) -> list[tuple[str, str]]:
    """Every review that the workspace got, in any conversation."""
    return [
        (message.channel, message.ts)
        for channel in sandbox.workspace.channels.values()
        for message in sandbox.workspace.roots(channel.id)
        if message.bot_id and message.text.startswith("Your review:")
    ]
