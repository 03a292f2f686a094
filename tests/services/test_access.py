"""Requests for access without Slack: who is told, what is kept, one winner, and the mornings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.access import AccessKind, RequestAccess
from bot.domain.commands import SetUpPerson
from bot.domain.due import DueKind
from bot.domain.ids import AccessRequestId, SlackUserId
from bot.domain.people import Role
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.scheduler.due import ACTIONS, DueTimes
from bot.services import access, people
from bot.store.due import due_now, finish
from bot.store.schema import due_times
from tests.factories import NOON
from tests.services.conftest import OMAR, Office
from tests.services.test_timed import LaterClock

LINDA, TESS, VIKTOR, ANA, MARIA = (
    SlackUserId(f"U0{one}") for one in ("LINDA", "TESS", "VIKTOR", "ANA", "MARIA")
)
SECRET = ("Jane Doe", "jane@cloudnine.example", "She has lost her phone")


async def asked(office: Office, by: SlackUserId = TESS, **values: Any) -> AccessRequestId:
    given: dict[str, Any] = {
        "kind": AccessKind.LOCKOUT,
        "account_id": office.cloud,
        "who_name": SECRET[0],
        "who_email": SECRET[1],
        "note": SECRET[2],
    }
    receipt = await access.request_access(office.desk, RequestAccess(**given | values), by, office.key())
    assert receipt.access_request_id is not None
    return receipt.access_request_id


async def becomes(office: Office, who: str, role: Role | None) -> None:
    account = office.cloud if role is not None and not role.is_staff else None
    command = SetUpPerson(slack_user_id=SlackUserId(who), role=role, account_id=account)
    await people.set_up_person(office.desk, command, OMAR, office.key())


async def told(office: Office) -> list[str]:
    _, sent = await office.news()
    return sorted(conversation for kind, conversation, _ in sent if kind == "access")


async def test_all_contacts_of_the_account_are_told_and_nobody_else(office: Office) -> None:
    await becomes(office, "U0RAJ", Role.DSC)
    await office.news()
    await asked(office)
    rows, sent = await office.news()
    assert [(row["kind"], row["actor"], row["account_id"]) for row in rows] == [
        ("access_asked", "U0TESS", office.cloud)
    ]
    assert sorted(conversation for _, conversation, _ in sent) == ["U0LINDA", "U0RAJ"]


async def test_without_a_contact_the_staffs_channel_is_told_or_those_who_lead(
    office: Office,
) -> None:
    await becomes(office, "U0LINDA", None)
    await office.news()
    await asked(office)
    assert await told(office) == ["support-cases"]
    office.desk = replace(office.desk, cases_channel=None)
    await asked(office)
    assert await told(office) == ["U0MARIA", "U0OMAR"]


async def test_history_outbox_and_calls_keep_no_word_about_the_person(office: Office) -> None:
    request_id = await asked(office)
    await access.take(office.desk, request_id, LINDA, office.key())
    await access.finish(office.desk, request_id, LINDA, office.key())
    kept = await office.words_kept_with_changes()
    assert not any(part in kept for part in SECRET)
    rows, _ = await office.news()
    assert [(row["kind"], row["actor"], row["access_request_id"]) for row in rows][-2:] == [
        ("access_taken", "U0LINDA", request_id),
        ("access_finished", "U0LINDA", request_id),
    ]


async def test_of_many_who_press_at_once_one_takes_it(office: Office) -> None:
    request_id = await asked(office)
    pressed = [access.take(office.desk, request_id, who, office.key()) for who in (LINDA, MARIA, OMAR)]
    ends = await asyncio.gather(*pressed, return_exceptions=True)
    assert [type(end) for end in ends].count(Receipt) == 1
    refused = [end for end in ends if isinstance(end, Refusal)]
    assert {end.reason for end in refused} == {Reason.ACCESS_TAKEN}
    assert all(end.facts["by"] for end in refused)


async def test_the_same_press_twice_is_one(office: Office) -> None:
    request_id, key = await asked(office), office.key()
    first = await access.take(office.desk, request_id, LINDA, key)
    assert await access.take(office.desk, request_id, LINDA, key) == first


async def test_whoever_asked_hears_when_it_is_over_unless_they_did_it(office: Office) -> None:
    request_id = await asked(office)
    await access.take(office.desk, request_id, LINDA, office.key())
    await office.news()
    await access.finish(office.desk, request_id, LINDA, office.key())
    assert await told(office) == ["U0LINDA", "U0TESS"]
    own = await asked(office, LINDA)
    await office.news()
    await access.finish(office.desk, own, LINDA, office.key())
    assert await told(office) == ["U0LINDA"]


@pytest.mark.parametrize(
    ("by", "values", "reason"),
    [
        (VIKTOR, {}, Reason.WRONG_ACCOUNT),
        (ANA, {"account_id": 99}, Reason.WRONG_ACCOUNT),
        (TESS, {"who_name": " "}, Reason.EMPTY_TEXT),
        (SlackUserId("U0NOBODY"), {}, Reason.NOT_SET_UP),
    ],
)
async def test_what_cannot_be_asked_is_not_kept(
    office: Office, by: SlackUserId, values: dict[str, Any], reason: Reason
) -> None:
    before = await office.everything()
    with pytest.raises(Refusal) as refused:
        await asked(office, by, **values)
    assert refused.value.reason is reason
    assert await office.everything() == before


async def test_one_reminder_a_morning_waits_for_each_who_owes(office: Office) -> None:
    for _ in range(3):
        await asked(office)

    def waiting(connection: Any) -> list[tuple[str, bool]]:
        asked = select(due_times.c.kind, due_times.c.done_at)
        rows = connection.execute(asked.where(due_times.c.kind != DueKind.SLOTS.value))
        return [(row.kind, row.done_at is None) for row in rows]

    assert await office.desk.store.look(waiting) == [("access_reminder", True)]


async def test_a_reminder_is_armed_again_until_nothing_is_open(office: Office) -> None:
    request_id = await asked(office)
    for still_open in (True, False):
        (due,) = await _due(office)
        if not still_open:
            await access.finish(office.desk, request_id, LINDA, office.key())
        await office.news()
        await office.desk.write(lambda work, it=due: _done(office, work, it))
        _, sent = await office.news()
        assert [kind for kind, *_ in sent] == (["access_reminder"] if still_open else [])
    assert await _due(office) == []


async def test_a_morning_that_is_found_at_night_waits_for_the_office_to_open(office: Office) -> None:
    await asked(office)
    for hour, kinds in ((33.5, []), (45, ["access_reminder"])):  # Tuesday 21:30, Wednesday 09:00
        office.desk = replace(office.desk, clock=LaterClock(hour))
        await office.news()
        await DueTimes(office.desk).sweep()
        _, sent = await office.news()
        assert [kind for kind, *_ in sent if kind not in ("home", "report", "review")] == kinds, hour


def _done(office: Office, work: Any, due: Any) -> None:
    assert finish(work, due)
    ACTIONS[DueKind.ACCESS_REMINDER](office.desk, work, due)


BY_THE_CALENDAR = (DueKind.SLOTS, DueKind.REVIEW)
"""Reports and reviews have their own tests."""


async def _due(office: Office) -> list[Any]:
    far = NOON.replace(year=2030)
    found = await office.desk.store.look(lambda c: due_now(c, office.desk.workspace_id, far))
    return [one for one in found if one.kind not in BY_THE_CALENDAR]
