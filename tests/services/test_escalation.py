"""What the services of escalation leave behind: hours that wait, history, whom they tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.domain.cases import Case
from bot.domain.commands import (
    AskToExpedite,
    CloseCase,
    EditAccount,
    EditCase,
    Escalate,
    ReopenCase,
    RequestCallBack,
    SetUpPerson,
)
from bot.domain.due import DueKind
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import SuccessPlan
from bot.domain.refusals import Reason, Refusal
from bot.domain.windows import Windows
from bot.scheduler.due import DueTimes
from bot.services import accounts as account_service
from bot.services import cases, escalation, people, windows
from bot.services.desk import Desk
from bot.store.schema import due_times
from tests.factories import NOON
from tests.services.conftest import CASES_CHANNEL, REVISION, Office, StoppedClock

ANA, BEN, LINDA, MARIA, OMAR = (SlackUserId(f"U0{name}") for name in ("ANA", "BEN", "LINDA", "MARIA", "OMAR"))
CARD = ("card", CASES_CHANNEL, "internal")
IN_THREAD = ("thread_comment", CASES_CHANNEL, "internal")
BY_THE_CALENDAR = (DueKind.SLOTS.value, DueKind.REVIEW.value)
"""Reports and reviews have their own tests."""
OPENS, TELL, CALL = DueKind.ESCALATION_OPENS, DueKind.TELL_ESCALATION, DueKind.CALL_BACK


def notice(user: str, audience: str = "public") -> tuple[str, str, str]:
    return ("notice", user, audience)


def hour(count: float) -> datetime:
    return NOON + timedelta(hours=count)


class LaterClock(StoppedClock):
    """Some hours after noon."""

    def __init__(self, hours: float) -> None:
        self._hours = hours

    def now(self) -> datetime:
        return hour(self._hours)


def at(office: Office, hours: float) -> Desk:
    """The desk, that many hours after noon."""
    return replace(office.desk, clock=LaterClock(hours))


async def waits(office: Office) -> list[tuple[str, datetime]]:
    """What is to happen to cases by itself, in order; the look for reports is another test's."""

    def query(connection: Connection) -> list[tuple[str, datetime]]:
        rows = connection.execute(
            select(due_times.c.kind, due_times.c.due_at)
            .where(due_times.c.done_at.is_(None), due_times.c.kind.not_in(BY_THE_CALENDAR))
            .order_by(due_times.c.due_at, due_times.c.kind)
        )
        return [(row.kind, row.due_at) for row in rows]

    return await office.desk.store.look(query)


def severity(case: Case, value: int) -> EditCase:
    return EditCase(case_id=case.id, version=case.version, severity=value)


async def escalated(office: Office, **more: Any) -> Case:
    """A case of Linda's that Ana owns, escalated by Linda at three."""
    case = await office.opened(**more)
    await cases.take(office.desk, case.id, ANA, office.key())
    await DueTimes(at(office, 2)).sweep()
    case = await office.case(case.id)
    command = Escalate(case_id=case.id, version=case.version, reason="worse")
    await escalation.escalate(at(office, 3), command, LINDA, office.key())
    await office.news()
    return await office.case(case.id)


async def test_opening_sets_the_hour_in_the_same_transaction(office: Office) -> None:
    case = await office.opened()
    assert case.escalation.opens_at == hour(2)
    assert await waits(office) == [(OPENS, hour(2))]


async def test_the_hour_moves_with_the_severity_along_with_those_who_want_to_be_told(office: Office) -> None:
    case = await office.opened(severity=4)
    await escalation.tell_me_then(office.desk, case.id, LINDA, office.key())
    await escalation.tell_me_then(office.desk, case.id, LINDA, office.key())
    assert await waits(office) == [(OPENS, hour(8)), (TELL, hour(8))]
    await cases.edit(at(office, 1), severity(case, 3), LINDA, office.key())
    assert await waits(office) == [(OPENS, hour(4)), (TELL, hour(4))]
    case = await office.case(case.id)
    await cases.edit(at(office, 3), severity(case, 1), LINDA, office.key())
    assert await waits(office) == [(TELL, hour(1))]  # shown at once, and told with the next beat
    case = await office.case(case.id)
    await cases.edit(at(office, 3), severity(case, 4), LINDA, office.key())
    assert (await office.case(case.id)).escalation.opens_at == hour(1)
    history, _ = await office.news()
    moved = [row["changes"].get("escalation_opens") for row in history]
    iso = [hour(count).isoformat() for count in (8, 4, 1)]
    assert moved == [[iso[0], iso[1]], [iso[1], iso[2]], None]


async def test_closing_takes_the_hour_away_and_reopening_brings_it_back(office: Office) -> None:
    case = await office.opened()
    closing = CloseCase(case_id=case.id, version=case.version, resolution="solved")
    await cases.close(at(office, 1), closing, MARIA, office.key())
    assert await waits(office) == []
    again = ReopenCase(case_id=case.id, version=case.version + 1, reason="no")
    await cases.reopen(at(office, 1.5), again, LINDA, office.key())
    assert await waits(office) == [(OPENS, hour(2))]
    case = await office.case(case.id)
    late = CloseCase(case_id=case.id, version=case.version, resolution="solved")
    await cases.close(at(office, 3), late, MARIA, office.key())
    again = ReopenCase(case_id=case.id, version=case.version + 1, reason="no")
    await cases.reopen(at(office, 4), again, LINDA, office.key())
    assert (await office.case(case.id)).escalation.is_open(hour(4))


async def test_when_the_hour_comes_the_card_is_drawn_again_once(office: Office) -> None:
    case = await office.opened()
    await escalation.tell_me_then(office.desk, case.id, LINDA, office.key())
    await DueTimes(at(office, 1.99)).sweep()
    assert (await office.news())[1] == []
    for _ in range(2):
        await DueTimes(at(office, 2)).sweep()
    _, told = await office.news()
    assert told == [CARD, ("may_escalate", LINDA, "internal")]


async def test_escalating_tells_everybody_concerned_once_and_repeats_no_words(office: Office) -> None:
    case = await office.opened()
    await cases.take(office.desk, case.id, ANA, office.key())
    await office.news()
    command = Escalate(case_id=case.id, version=case.version + 1, reason="other", note="kept between us")
    receipt = await escalation.escalate(at(office, 2), command, LINDA, CallKey("k"))
    assert await escalation.escalate(at(office, 2), command, LINDA, CallKey("k")) == receipt
    (row,), told = await office.news()
    assert (row["kind"], row["changes"], row["audience"]) == (
        "escalated",
        {"escalation_reason": [None, "other"]},
        "public",
    )
    assert told == [CARD, IN_THREAD, notice(ANA), notice(MARIA), ("escalation", CASES_CHANNEL, "internal")]
    assert await office.said() == [("public", "kept between us")]
    assert "kept between us" not in await office.words_kept_with_changes()
    case = await office.case(case.id)
    assert (case.escalation.at, case.escalation.reason) == (hour(2), "other")
    assert case.escalation.by is not None
    assert case.escalation.by.slack_user_id == LINDA


async def test_without_a_manager_the_administrators_are_told(office: Office) -> None:
    nobody = SetUpPerson(slack_user_id=MARIA, role=None, account_id=None)
    await people.set_up_person(office.desk, nobody, OMAR, office.key())
    await cases.open_case(office.desk, office.form(severity=1), LINDA, office.key())
    assert ("needs_owner", OMAR, "internal") in (await office.news())[1]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"reason": "boredom"}, Reason.NO_SUCH_CHOICE),
        ({"reason": "other"}, Reason.REASON_NEEDS_WORDS),
        ({"reason": "other", "note": "  "}, Reason.REASON_NEEDS_WORDS),
        ({"reason": "worse", "version": 9}, Reason.CHANGED_MEANWHILE),
    ],
)
async def test_a_forged_or_stale_escalation_writes_nothing(
    office: Office, fields: dict[str, Any], reason: Reason
) -> None:
    case = await office.opened()
    before = await office.everything()
    command = Escalate(**{"case_id": case.id, "version": case.version, **fields})
    with pytest.raises(Refusal) as refused:
        await escalation.escalate(at(office, 3), command, LINDA, office.key())
    assert refused.value.reason is reason
    assert await office.everything() == before


async def test_before_the_hour_nothing_but_waiting_and_asking_is_possible(office: Office) -> None:
    case = await office.opened()
    command = Escalate(case_id=case.id, version=case.version, reason="worse")
    with pytest.raises(Refusal) as refused:
        await escalation.escalate(at(office, 1.99), command, LINDA, office.key())
    assert refused.value.facts["at"] == hour(2)
    ask = RequestCallBack(case_id=case.id, version=case.version, phone="555", wanted="")
    with pytest.raises(Refusal) as refused:
        await escalation.request_call_back(at(office, 3), ask, LINDA, office.key())
    assert refused.value.reason is Reason.NOT_ESCALATED


async def test_asking_to_expedite_tells_the_owner(office: Office) -> None:
    case = await office.opened(account_id=office.cloud)
    await cases.take(office.desk, case.id, ANA, office.key())
    await office.news()
    ask = AskToExpedite(case_id=case.id, version=case.version + 1, text="kept between us")
    await escalation.ask_to_expedite(at(office, 1), ask, LINDA, office.key())
    (row,), told = await office.news()
    assert (row["kind"], row["audience"], row["changes"]) == ("expedite_asked", "public", {})
    assert told == [CARD, IN_THREAD, notice(ANA)]
    assert "kept between us" not in await office.words_kept_with_changes()


async def test_a_call_that_is_owed_reminds_until_it_is_made_and_its_number_stays_out_of_the_history(
    office: Office,
) -> None:
    case = await escalated(office)
    ask = RequestCallBack(case_id=case.id, version=case.version, phone="kept between us", wanted="soon")
    await escalation.request_call_back(at(office, 4), ask, LINDA, office.key())
    _, told = await office.news()
    assert told == [CARD, notice(ANA), notice(MARIA)]
    assert "kept between us" not in await office.words_kept_with_changes()
    assert (await office.case(case.id)).escalation.call_back_due == hour(52)
    assert await waits(office) == [(CALL, hour(28))]
    for due in (28, 48, 52):
        await office.delivered()
        await DueTimes(at(office, due)).sweep()
        _, told = await office.news()
        told = [one for one in told if one[0] != "review"]
        drawn = [CARD] if due == 52 else []  # it says that the call is overdue
        assert told == [("call_back", ANA, "internal"), ("call_back", MARIA, "internal"), *drawn]
    assert await waits(office) == []
    await escalation.called_back(at(office, 60), case.id, MARIA, office.key())
    (row,), told = await office.news()
    assert row["kind"] == "called_back"
    assert told == [CARD, notice(LINDA), notice(ANA)]
    assert (await office.case(case.id)).escalation.call_back_due is None


async def test_closing_ends_what_was_owed(office: Office) -> None:
    case = await escalated(office)
    ask = RequestCallBack(case_id=case.id, version=case.version, phone="555", wanted="soon")
    await escalation.request_call_back(at(office, 4), ask, LINDA, office.key())
    closing = CloseCase(case_id=case.id, version=case.version + 1, resolution="solved")
    await cases.close(at(office, 5), closing, ANA, office.key())
    assert await waits(office) == []
    case = await office.case(case.id)
    assert case.escalation.call_back_due is None
    assert case.escalation.at == hour(3)


async def test_another_plan_counts_the_waiting_cases_of_the_account_anew(office: Office) -> None:
    case = await office.opened(severity=4)
    shown = await office.opened(severity=1)
    other = await office.opened("U0VIKTOR", account_id=office.harbour, severity=4)
    plan = EditAccount(
        account_id=office.cloud,
        version=1,
        name="Cloud Nine",
        org_id_or_mid="MID-Cloud Nine",
        success_plan=SuccessPlan.STANDARD,
        timezone="Europe/Lisbon",
    )
    await DueTimes(at(office, 1)).sweep()
    await office.news()
    await account_service.edit_account(at(office, 1.5), plan, OMAR, office.key())
    opens = [(await office.case(one.id)).escalation.opens_at for one in (case, shown, other)]
    assert opens == [hour(48), hour(1), hour(8)]
    assert await waits(office) == [(OPENS, hour(8)), (OPENS, hour(48))]
    history, _ = await office.news()
    assert [row["kind"] for row in history if row["case_id"] == case.id] == ["rules_changed"]


async def test_a_new_policy_moves_what_waits_later_never_sooner_and_says_so(office: Office) -> None:
    slow, fast, shown = [await office.opened(severity=one) for one in (4, 2, 1)]
    await DueTimes(at(office, 1)).sweep()
    await office.news()
    other = Windows(premier=(3, 3, 3, 3))
    for _ in range(2):
        await at(office, 1).write(lambda work: windows.recount(work, other, REVISION + 1))
    opens = [(await office.case(one.id)).escalation.opens_at for one in (slow, fast, shown)]
    assert opens == [hour(8), hour(3), hour(1)]
    (row,), told = await office.news()
    assert (row["kind"], row["source"], row["case_id"], row["policy_revision"]) == (
        "rules_changed",
        "rule",
        fast.id,
        REVISION + 1,
    )
    assert told == [CARD, notice(LINDA)]
    assert await waits(office) == [(OPENS, hour(3)), (OPENS, hour(8))]


async def test_a_critical_case_of_premier_is_told_to_the_managers_until_somebody_owns_it(
    office: Office,
) -> None:
    await cases.open_case(office.desk, office.form(severity=1), LINDA, office.key())
    assert ("needs_owner", MARIA, "internal") in (await office.news())[1]
    case = await office.opened(severity=2)
    await cases.edit(office.desk, severity(case, 1), LINDA, office.key())
    assert ("needs_owner", MARIA, "internal") in (await office.news())[1]
    case = await office.opened(severity=2)
    await cases.take(office.desk, case.id, ANA, office.key())
    case = await office.case(case.id)
    await cases.edit(office.desk, severity(case, 1), LINDA, office.key())
    assert not [one for one in (await office.news())[1] if one[0] == "needs_owner"]
