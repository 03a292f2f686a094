"""What is due is done: at every beat, each thing whose time has come is acted upon, once over all bots."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.due import DueKind, DueTime
from bot.services import (
    access,
    held,
    notify,
    personal_data,
    phones,
    policies,
    public,
    reviews,
    sessions,
    shifts,
    slots,
    timed,
    windows,
)
from bot.services.desk import Desk
from bot.store import due as store
from bot.store.cases import hold
from bot.store.work import Work

log = logging.getLogger(__name__)

Action = Callable[[Desk, Work, DueTime], None]
"""What follows, in the transaction that marks it as done: it writes and announces, and cannot await."""

ACTIONS: Mapping[DueKind, Action] = {
    DueKind.ESCALATION_OPENS: windows.escalation_opens,
    DueKind.TELL_ESCALATION: windows.tell_escalation,
    DueKind.CALL_BACK: windows.remind_of_call_back,
    DueKind.COMMENT_GOES_OUT: public.say_what_is_due,
    DueKind.DIGEST: notify.begin_digest,
    DueKind.SLOTS: slots.sweep,
    DueKind.REVIEW: reviews.morning,
    DueKind.REVIEW_OPENS: reviews.say_held,
    DueKind.ACCESS_REMINDER: access.remind,
    DueKind.PHONES_TURN: phones.turn,
    DueKind.FIRST_COMMENT_SOON: timed.remind,
    DueKind.FIRST_COMMENT: timed.pass_limit,
    DueKind.CUSTOMER_CALL_SOON: timed.remind,
    DueKind.CUSTOMER_CALL: timed.pass_limit,
    DueKind.LEFT_MESSAGE_SOON: timed.warn_of_closing,
    DueKind.LEFT_MESSAGE: timed.close_by_rule,
    DueKind.SPOKE_SOON: timed.warn_of_closing,
    DueKind.SPOKE: timed.close_by_rule,
    DueKind.NO_RESPONSE: timed.propose_no_response,
    DueKind.SHIFT: shifts.keep_named,
    DueKind.RECOUNT: policies.recount_due,
    DueKind.HELD_NOTICE: held.say_held,
    DueKind.PERSONAL_DATA: personal_data.sweep,
    DueKind.SESSION: sessions.end_idle,
}

AGAIN = timedelta(minutes=1)
"""How long what failed rests, in real time, before it is tried again."""


class DueTimes:
    """Acts upon what is due. The metronome calls it."""

    def __init__(self, desk: Desk, actions: Mapping[DueKind, Action] = ACTIONS) -> None:
        self._desk = desk
        self._actions = actions
        self._resting: dict[int, datetime] = {}

    async def sweep(self, seconds: float = math.inf) -> None:
        """Do all that is due now, what was due first before the rest; begin no more after `seconds`."""
        ends = time.monotonic() + seconds
        while found := await self._due():
            for due in found:
                if time.monotonic() >= ends:
                    return
                await self._act(due)

    async def next_due(self) -> datetime | None:
        """The business instant at which the next thing is due, or was; what failed and rests is left out."""
        workspace_id, resting = self._desk.workspace_id, self._resting
        return await self._desk.store.look(
            lambda connection: store.next_due(connection, workspace_id, besides=resting), brief=True
        )

    async def _due(self) -> list[DueTime]:
        desk, now, real_now = self._desk, self._desk.clock.now(), self._desk.clock.real_now()
        self._resting = {one: until for one, until in self._resting.items() if until > real_now}
        resting = self._resting
        return await desk.store.look(
            lambda connection: store.due_now(connection, desk.workspace_id, now, besides=resting), brief=True
        )

    async def _act(self, due: DueTime) -> None:
        def unit(work: Work) -> None:
            if due.case_id is not None:
                hold(work, due.case_id)  # the case before what waits of it, as whoever changes it does
            if store.finish(work, due):
                self._actions[due.kind](self._desk, work, due)

        try:
            await self._desk.write(unit)
        except Exception:
            log.exception("what was due (%s) failed; it is tried again in %s", due.kind, AGAIN)
            self._resting[due.id] = self._desk.clock.real_now() + AGAIN
