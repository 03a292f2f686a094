"""How the desk is doing, for administrators, and what they do about letters that were not delivered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from bot import __version__
from bot.domain.health import Health, Standing
from bot.domain.ids import SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.services.desk import Desk, actor
from bot.store import checkup, dead_letters, migrate
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)

PATIENCE = 0.8
"""Seconds that Slack gets to answer: the window it is for must open within three."""


async def health(desk: Desk, by: SlackUserId, start: int | None = None) -> Health:
    """The whole picture, with a page of dead letters from `start` on. Raises NOT_YOUR_ROLE."""
    real_now, pulse = desk.clock.real_now(), desk.pulse

    def query(connection: Connection, viewer: Viewer) -> Health:
        require(Act.MIND_HEALTH, viewer.person)
        return Health(
            real_now=real_now,
            version=__version__,
            policy_revision=desk.policy_revision,
            database=checkup.database_name(connection),
            revision=migrate.current_revision(connection) or "none",
            way=pulse.way if pulse else "nothing: no bot is running",
            standing=None,
            pacing=pulse.pacing() if pulse else None,
            late_jobs=tuple(pulse.late_jobs()) if pulse else (),
            outbox=dead_letters.waiting(connection, viewer),
            letters=dead_letters.letters(connection, viewer, start),
            mailbox_trouble=pulse.mailbox_trouble() if pulse else None,
        )

    picture = await desk.read(query, by)
    return replace(picture, standing=await _standing(desk))


async def _standing(desk: Desk) -> Standing | None:
    """What Slack says of us, or None if it takes too long to say it."""
    if desk.pulse is None:
        return None
    try:
        return await asyncio.wait_for(desk.pulse.ask_slack(), PATIENCE)
    except TimeoutError:
        return None


async def retry(desk: Desk, by: SlackUserId, letter: int | None = None) -> int:
    """Send a dead letter again, or all of them; how many. Raises NOT_YOUR_ROLE."""
    return await _act(desk, by, "retried", letter, lambda work: dead_letters.revive(work, letter))


async def discard(desk: Desk, by: SlackUserId, letter: int) -> int:
    """Never send a dead letter; one, or none if somebody was faster. Raises NOT_YOUR_ROLE."""
    return await _act(desk, by, "discarded", letter, lambda work: dead_letters.discard(work, letter))


async def send_now(desk: Desk, by: SlackUserId) -> int:
    """Try now what waits for its next attempt; how many rows. Raises NOT_YOUR_ROLE."""
    return await _act(desk, by, "hurried", None, dead_letters.hurry)


async def _act(
    desk: Desk, by: SlackUserId, what: str, letter: int | None, change: Callable[[Work], int]
) -> int:
    """Needs no call key: a row that was retried or discarded is no dead letter any more."""

    def unit(work: Work) -> int:
        require(Act.MIND_HEALTH, actor(work, by))
        return change(work)

    count = await desk.write(unit)
    log.info("%s %s %d outbox rows (%s)", by, what, count, letter or "all")
    return count
