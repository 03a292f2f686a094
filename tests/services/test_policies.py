"""Revisions of the policy: from a file, from `/desk policy`; what they do to open cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases import Case, ChangeKind
from bot.domain.due import DueKind
from bot.domain.duties import DutyKind, duties, facts_of
from bot.domain.outcomes import Outcome
from bot.domain.pages import ListKind
from bot.domain.people import Viewer
from bot.domain.policy_change import as_data, from_data
from bot.domain.refusals import Reason, Refusal
from bot.scheduler.due import DueTimes
from bot.services import cases, people, policies
from bot.store.lists import case_list
from bot.store.people import find_person
from tests.factories import NOON
from tests.services.conftest import Office
from tests.services.test_timed import ANA, INES, OMAR, later, says, waiting


async def begins(office: Office, digest: str = "digest") -> None:
    """The desk is started: it goes by the newest revision."""
    await people.ensure_desk(office.desk, [OMAR], digest)
    await policies.refresh(office.desk)


async def sets(office: Office, **limits: Any) -> None:
    now = office.desk.policy_revision
    await policies.change(office.desk, {"limits": limits}, now, OMAR, office.key())


async def test_what_is_set_in_the_desk_is_a_revision_that_every_bot_goes_by(office: Office) -> None:
    await begins(office)
    other = replace(office.desk)
    await sets(office, spoke=30, spoke_reminder=28)
    assert (office.desk.policy.limits.spoke, office.desk.policy_revision) == (30, 2)
    rows, _ = await office.news()
    (changed,) = [row for row in rows if row["kind"] == "policy_changed"]
    assert changed["changes"]["limits.spoke"] == ["24", "30"]
    await policies.refresh(other)
    assert (other.policy.limits.spoke, other.policy_revision) == (30, 2)


async def test_another_file_keeps_what_was_set_in_the_desk_until_it_is_loaded(office: Office) -> None:
    await begins(office)
    await sets(office, silent_days=30)
    packaged = replace(office.desk.policy, limits=type(office.desk.policy.limits)())
    office.desk = replace(office.desk, policy=packaged)
    await begins(office, "another file")
    assert (office.desk.policy.limits.silent_days, office.desk.policy_revision) == (30, 3)
    await office.desk.write(lambda work: policies.load(work, packaged, "another file"))
    await policies.refresh(office.desk)
    assert (office.desk.policy.limits.silent_days, office.desk.policy_revision) == (21, 4)


async def test_a_new_revision_counts_open_cases_anew_never_sooner_and_their_history_says_so(
    office: Office,
) -> None:
    await begins(office)
    case = await office.opened(ANA, team_id=office.integrations)
    await sets(office, first_comment=60)
    await DueTimes(office.desk).sweep()
    assert await waiting(office, DueKind.FIRST_COMMENT) == [("first_comment", 60)]
    rows, told = await office.news()
    (moved,) = [row for row in rows if row["kind"] == ChangeKind.RULES_CHANGED.value]
    assert (moved["case_id"], moved["policy_revision"], moved["source"]) == (case.id, 2, "rule")
    assert set(moved["changes"]) == {"T1"}
    assert not [one for one in told if one[0] == "notice"]

    await sets(office, first_comment=40, first_comment_reminder=30)
    await DueTimes(office.desk).sweep()
    assert await waiting(office, DueKind.FIRST_COMMENT) == [("first_comment", 60)]  # as it was announced
    await office.opened(ANA, team_id=office.integrations, title="A newer one")
    assert ("first_comment", 40) in await waiting(office, DueKind.FIRST_COMMENT)


async def test_a_case_that_one_of_integrations_owns_elsewhere_is_counted_anew_too(office: Office) -> None:
    await begins(office)
    case = await office.opened(ANA, team_id=office.level_two, severity=4)
    await cases.take(office.desk, case.id, INES, office.key())
    await says(office, case, INES)
    await says(office, case, ANA, public=True)
    assert await waiting(office, DueKind.NO_RESPONSE) == []  # one attempt is not enough
    await sets(office, silent_attempts=1)
    await DueTimes(office.desk).sweep()
    ((_, at),) = await waiting(office, DueKind.NO_RESPONSE)
    assert 20 * 24 < at <= 21 * 24


OF_DUTIES = {
    DueKind.FIRST_COMMENT: DutyKind.FIRST_COMMENT,
    DueKind.CUSTOMER_CALL: DutyKind.CALL,
    DueKind.SPOKE: DutyKind.CLOSING,
    DueKind.LEFT_MESSAGE: DutyKind.CLOSES,
}


async def told_hours(office: Office, case: Case) -> dict[DutyKind, float]:
    """The hours after noon that a case's page says, which are those that wait and that lists go by."""
    page = duties(facts_of(await office.case(case.id)), for_staff=True)
    said = {one.kind: one.due for one in page if one.kind in OF_DUTIES.values()}
    due = {OF_DUTIES[DueKind(kind)]: at for kind, at in await waiting(office, *OF_DUTIES)}
    hours = {kind: (at - NOON) / timedelta(hours=1) for kind, at in said.items() if at is not None}
    assert hours == due
    person = await office.desk.store.look(lambda c: find_person(c, office.desk.workspace_id, ANA))
    assert person is not None
    listed = await office.desk.store.read(case_list(ListKind.CREATED), Viewer(person))
    assert listed.rows[0].duty == page[0]
    return hours


async def test_page_lists_and_due_times_say_the_same_hours_under_each_policy(office: Office) -> None:
    await begins(office)
    case = await office.opened(ANA, team_id=office.integrations, severity=4)
    assert await told_hours(office, case) == {DutyKind.FIRST_COMMENT: 48}
    await says(office, case, ANA, Outcome.CALL_BACK_REQUESTED)
    await sets(office, first_comment=72, customer_call=60, spoke=30, left_message=50)
    await DueTimes(office.desk).sweep()
    assert await told_hours(office, case) == {DutyKind.FIRST_COMMENT: 72, DutyKind.CALL: 60}
    await says(office, case, ANA, Outcome.SPOKE)
    assert await told_hours(office, case) == {DutyKind.FIRST_COMMENT: 72, DutyKind.CLOSING: 30}
    await says(office, case, INES, Outcome.LEFT_MESSAGE)
    assert await told_hours(office, case) == {DutyKind.CLOSES: 50}
    await says(office, case, ANA)
    assert await told_hours(office, case) == {}


async def test_a_case_that_waits_for_its_warning_says_the_later_hour(office: Office) -> None:
    """Ticked on Monday at ten in the evening: Wednesday's warning at six waits until nine on Thursday."""
    await begins(office)
    case = await office.opened(ANA, severity=4)
    await cases.take(office.desk, case.id, ANA, office.key())
    await later(office, 10)  # ten in the evening
    await says(office, case, ANA, Outcome.LEFT_MESSAGE)
    assert await told_hours(office, case) == {DutyKind.CLOSES: 58}
    await later(office, 54)
    await later(office, 58)
    assert await told_hours(office, case) == {DutyKind.CLOSES: 73}


async def test_two_administrators_do_not_undo_each_other(office: Office) -> None:
    await begins(office)
    await sets(office, silent_days=30)
    with pytest.raises(Refusal) as refused:
        await policies.change(office.desk, {"limits": {"spoke": 30}}, 1, OMAR, office.key())
    assert refused.value.reason is Reason.SET_UP_MEANWHILE
    with pytest.raises(Refusal) as refused:
        await policies.change(office.desk, {"limits": {"silent_days": 30}}, 2, OMAR, office.key())
    assert refused.value.reason is Reason.NOTHING_CHANGED
    with pytest.raises(Refusal) as refused:
        await policies.change(office.desk, {"limits": {"silent_days": 31}}, 2, ANA, office.key())
    assert refused.value.reason is Reason.NOT_YOUR_ROLE


def test_a_policy_is_kept_and_read_without_a_loss(office: Office) -> None:
    assert from_data(as_data(office.desk.policy)) == office.desk.policy
