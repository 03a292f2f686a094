"""What time has the desk say: a case for each rule that tells somebody something, and the days for it."""

from __future__ import annotations

from datetime import time

from bot.domain.ids import CallKey, PersonId, SlackUserId
from bot.domain.people import PersonRef
from bot.domain.rosters import Shift
from bot.services import calendars, policies
from tests.audience.conftest import Guarded
from tests.flows.conftest import INTEGRATIONS, LEVEL_TWO, OMAR, does

TITLES = {
    "1007": "Nobody of Integrations has written",
    "1008": "Always somebody on duty",
}


async def begins(there: Guarded) -> None:
    """Integrations' case, with two attempts at the customer, and a critical one that goes by the roster."""
    await there.never_closes()
    desk, key = there.bot.desk, CallKey("begin:two days of silence")
    await policies.change(desk, {"limits": {"silent_days": 2}}, desk.policy_revision, OMAR, key)
    nobody = PersonRef(id=PersonId(0), slack_user_id=SlackUserId(""), name="")
    mornings = Shift(
        person=nobody,
        weekdays=frozenset(range(7)),
        begins=time(0),
        ends=time(12),
        team_id=LEVEL_TWO,
    )
    ana = SlackUserId(there.person("ana").id)
    await calendars.add_shift(desk, mornings, ana, OMAR, CallKey("begin:mornings"))
    ben = there.person("ben")
    await there.case_of("chloe", title=TITLES["1007"], team_id=INTEGRATIONS)
    await there.case_of("ben", title=TITLES["1008"], team_id=LEVEL_TWO, severity=1)
    await does(ben, "/case comment 1004", text="They want a call", outcomes=["call_back_requested"])
    await does(ben, "/case comment 1007", text="Nobody there", outcomes=["left_message"])


async def goes_on(there: Guarded) -> None:
    """The next day is tried again; Ben may not close what Chloe has opened, so that she is asked to."""
    ben = there.person("ben")
    await does(ben, "/case comment 1007", text="Again nobody", outcomes=["left_message"])
    await there.time_passes(days=1)
