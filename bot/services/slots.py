"""Slots are found, claimed and announced in one transaction, once over all bots; `scheduler.due` calls it.

A single due time stands for "a slot may be due": whoever finishes it claims whatever is owed, and sets the
next one. What is claimed goes out by the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.due import DueKind, DueTime
from bot.domain.reports import Audience, PlanNow
from bot.domain.slots import Due, SlotState, due
from bot.services import reviews
from bot.services.bots import NOBODY, name_of_bot
from bot.services.desk import Desk
from bot.services.look import look_again
from bot.services.plans import all_plans
from bot.store import slots
from bot.store.due import due_at, set_due
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.reviews import planned
from bot.store.slots import Claim
from bot.store.work import Work

LOOK_AGAIN = timedelta(days=1)
"""At least so often the plans are looked at anew: a zone or a calendar may have changed."""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What one plan owes now."""

    plan: PlanNow
    due: Due


def sweep(desk: Desk, work: Work, _: DueTime) -> None:
    """Claim every slot whose time has come, announce one message for each audience, and set the next look."""
    plans = all_plans(desk, work.connection, work.now)
    owed = [one for plan in plans if (one := _owed(work, plan)) is not None]
    by_audience: dict[str, tuple[Audience | None, list[Owed]]] = {}
    for one in owed:
        for audience in one.plan.audiences or (None,):
            key = audience.key if audience else NOBODY
            by_audience.setdefault(key, (audience, []))[1].append(one)
    for key in sorted(by_audience):  # in this order everywhere, so that two bots cannot wait for each other
        _claim(work, key, *by_audience[key])
    _set_next(work, plans)
    reviews.plan_all(work)


def _owed(work: Work, plan: PlanNow) -> Owed | None:
    if not plan.has_begun:
        return None
    job, since = plan.plan.job, plan.plan.since
    last = slots.last_due(work.connection, work.workspace_id, job)
    if last is None and since is None:
        last = slots.begin(work, job)
    known = [one for one in (last, since) if one is not None]
    found = due(plan.plan.rhythm, max(known), work.now, plan.calendar)
    if found is not None:  # rarely: what was told is asked for then alone
        told = slots.last_told(work.connection, work.workspace_id, job)
        found = due(plan.plan.rhythm, max(known), work.now, plan.calendar, told)
    return Owed(plan=plan, due=found) if found else None


def _claim(work: Work, key: str, audience: Audience | None, owed: list[Owed]) -> None:
    """What comes at one time for one audience is one message, whatever it stands for."""
    token = new_token()
    claims = [claim for one in owed for claim in _claims(one, key, audience)]
    bot = name_of_bot()
    claimed = [slots.claim(work, one, bot, token if audience else None) for one in sorted(claims, key=_order)]
    if audience is not None and any(claimed):
        announce_report(work, audience, token)


def _order(one: Claim) -> tuple[str, str]:
    return one.job, one.period


def _claims(owed: Owed, key: str, audience: Audience | None) -> list[Claim]:
    """A row for each occasion; those that were missed are told with the newest."""
    newest = owed.due.occasion
    return [
        Claim(
            job=owed.plan.plan.job,
            period=one.period,
            audience=key,
            due_at=one.at,
            person_id=audience.person_id if audience else None,
            meant=one.meant,
            late=owed.due.late or one is not newest,
            state=SlotState.CLAIMED if audience else SlotState.DROPPED,
        )
        for one in (*owed.due.missed, newest)
    ]


def announce_report(work: Work, audience: Audience, token: str) -> None:
    """That a claimed message is to be sent."""
    announce(
        work,
        Announcement(
            kind=Kind.REPORT, conversation=audience.place, person_id=audience.person_id, token=token
        ),
    )


def _set_next(work: Work, plans: tuple[PlanNow, ...]) -> None:
    coming = [plan.next_at for plan in plans if plan.next_at is not None]
    set_due(work, DueKind.SLOTS, min([work.now + LOOK_AGAIN, *coming]))


async def arm(desk: Desk) -> None:
    """At the start: see to it that somebody looks for slots. What was missed is found by the look."""

    def unit(work: Work) -> None:
        nobody = not planned(work.connection, work.workspace_id, DueKind.REVIEW.value)
        if nobody or due_at(work.connection, work.workspace_id, DueKind.SLOTS) is None:
            look_again(work)

    await desk.write(unit)
