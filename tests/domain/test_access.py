"""Requests for access: who may take, finish and put back which, that one does, when one is reminded."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.access import (
    AccessKind,
    AccessRequest,
    AccessState,
    check_may_ask,
    finished,
    next_morning,
    offered,
    put_back,
    taken,
)
from bot.domain.calendars import Calendar, same_hours
from bot.domain.ids import AccessRequestId
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from tests.factories import CLOUD_NINE, HARBOUR, NOON, person

WHO = {
    "nobody": person("Sam", None),
    "community": person("Tess", Role.COMMUNITY, account=CLOUD_NINE),
    "DSC": person("Linda", Role.DSC, account=CLOUD_NINE),
    "another DSC": person("Raj", Role.DSC, account=CLOUD_NINE),
    "DSC of another account": person("Viktor", Role.DSC, account=HARBOUR),
    "agent": person("Ana", Role.AGENT),
    "manager": person("Maria", Role.MANAGER),
    "administrator": person("Omar", Role.ADMINISTRATOR),
}
LATER = NOON + timedelta(hours=1)


def request(state: AccessState = AccessState.WAITING, by: str = "DSC", **more: Any) -> AccessRequest:
    values: dict[str, Any] = {}
    if state is not AccessState.WAITING:
        values |= {"taken_by": WHO[by].ref, "taken_at": NOON}
    if state is AccessState.FINISHED:
        values |= {"finished_by": WHO[by].ref, "finished_at": NOON}
    return AccessRequest(
        id=AccessRequestId(1),
        number=1,
        version=1,
        kind=AccessKind.PASSWORD,
        state=state,
        account_id=CLOUD_NINE,
        account_name="Cloud Nine Shoes",
        who_name="Jane",
        who_email="",
        note="",
        requester=WHO["community"].ref,
        created_at=NOON,
        **(values | more),
    )


def refusal(act: Any) -> Refusal | None:
    try:
        act()
    except Refusal as refused:
        return refused
    return None


def reason(act: Any) -> Reason | None:
    found = refusal(act)
    return found.reason if found else None


@pytest.mark.parametrize("has_contacts", [True, False])
def test_the_accounts_contacts_take_it_and_staff_where_there_is_none(has_contacts: bool) -> None:
    wanted = {
        "nobody": Reason.NOT_SET_UP,
        "community": Reason.NOT_YOUR_ROLE,
        "DSC": None,
        "another DSC": None,
        "DSC of another account": Reason.NO_SUCH_REQUEST,
        "agent": Reason.ACCESS_IS_THEIRS if has_contacts else None,
        "manager": None,
        "administrator": None,
    }
    for name, someone in WHO.items():
        for act in (taken, finished):
            found = reason(lambda a=act, p=someone: a(request(), p, LATER, has_contacts=has_contacts))
            assert found is wanted[name], name


def test_who_is_second_is_told_who_was_first_and_when() -> None:
    found = refusal(lambda: taken(request(AccessState.TAKEN), WHO["another DSC"], LATER, has_contacts=True))
    assert found is not None
    assert (found.reason, found.facts) == (Reason.ACCESS_TAKEN, {"by": "Linda", "at": NOON})
    for act in (taken, finished):
        late = refusal(
            lambda a=act: a(request(AccessState.FINISHED), WHO["another DSC"], LATER, has_contacts=True)
        )
        assert late is not None
        assert (late.reason, late.facts) == (Reason.ACCESS_FINISHED, {"by": "Linda", "at": NOON})


@pytest.mark.parametrize(
    ("name", "finishes", "puts_back"),
    [
        ("DSC", None, None),
        ("another DSC", Reason.ACCESS_NOT_YOURS, Reason.ACCESS_NOT_YOURS),
        ("DSC of another account", Reason.NO_SUCH_REQUEST, Reason.NO_SUCH_REQUEST),
        ("agent", Reason.ACCESS_IS_THEIRS, Reason.ACCESS_IS_THEIRS),
        ("manager", Reason.ACCESS_NOT_YOURS, None),
        ("administrator", Reason.ACCESS_NOT_YOURS, None),
        ("community", Reason.NOT_YOUR_ROLE, Reason.NOT_YOUR_ROLE),
    ],
)
def test_what_somebody_has_taken_is_theirs_until_they_or_a_manager_put_it_back(
    name: str, finishes: Reason | None, puts_back: Reason | None
) -> None:
    theirs = request(AccessState.TAKEN)
    assert reason(lambda: finished(theirs, WHO[name], LATER, has_contacts=True)) is finishes
    assert reason(lambda: put_back(theirs, WHO[name], has_contacts=True)) is puts_back


def test_the_states_follow_each_other_and_say_who_and_when() -> None:
    linda = WHO["DSC"]
    mine = taken(request(), linda, NOON, has_contacts=True)
    assert (mine.state, mine.taken_by, mine.taken_at) == (AccessState.TAKEN, linda.ref, NOON)
    back = put_back(mine, linda, has_contacts=True)
    assert back == request()
    done = finished(mine, linda, LATER, has_contacts=True)
    assert (done.state, done.taken_at, done.finished_by, done.finished_at) == (
        AccessState.FINISHED,
        NOON,
        linda.ref,
        LATER,
    )
    at_once = finished(request(), linda, LATER, has_contacts=True)
    assert (at_once.taken_at, at_once.finished_at) == (LATER, LATER)
    assert reason(lambda: put_back(request(), linda, has_contacts=True)) is Reason.ACCESS_NOT_TAKEN
    assert reason(lambda: put_back(done, linda, has_contacts=True)) is Reason.ACCESS_FINISHED


def test_an_agent_ends_what_they_took_also_when_the_account_gets_a_contact_meanwhile() -> None:
    theirs = request(AccessState.TAKEN, by="agent")
    assert finished(theirs, WHO["agent"], LATER, has_contacts=True).state is AccessState.FINISHED


def test_who_has_moved_to_another_account_does_not_hold_it_any_more() -> None:
    moved = person("Linda", Role.DSC, account=HARBOUR)
    assert reason(lambda: finished(request(AccessState.TAKEN), moved, LATER, has_contacts=True)) is (
        Reason.NO_SUCH_REQUEST
    )


@pytest.mark.parametrize(
    ("state", "name", "buttons"),
    [
        (AccessState.WAITING, "DSC", "take"),
        (AccessState.WAITING, "agent", ""),
        (AccessState.WAITING, "community", ""),
        (AccessState.TAKEN, "DSC", "finish put_back"),
        (AccessState.TAKEN, "another DSC", ""),
        (AccessState.TAKEN, "manager", "put_back"),
        (AccessState.FINISHED, "DSC", ""),
        (AccessState.FINISHED, "manager", ""),
    ],
)
def test_each_is_offered_what_they_may_do_now(state: AccessState, name: str, buttons: str) -> None:
    row = offered(request(state), WHO[name], has_contacts=True)
    shown = [one for one in ("take", "finish", "put_back") if getattr(row, f"may_{one}")]
    assert " ".join(shown) == buttons


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("nobody", Reason.NOT_SET_UP),
        ("community", None),
        ("DSC", None),
        ("DSC of another account", Reason.WRONG_ACCOUNT),
        ("agent", None),
    ],
)
def test_customers_ask_for_their_own_people_and_staff_for_all(name: str, wanted: Reason | None) -> None:
    assert reason(lambda: check_may_ask(WHO[name], CLOUD_NINE)) is wanted


@pytest.mark.parametrize(
    ("now", "zone", "morning"),
    [
        ("2026-11-23 12:00", "UTC", "2026-11-24 09:00"),  # Monday noon -> Tuesday
        ("2026-11-23 08:59", "UTC", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "UTC", "2026-11-24 09:00"),
        ("2026-11-27 12:00", "UTC", "2026-11-30 09:00"),  # Friday -> Monday
        ("2026-11-28 12:00", "UTC", "2026-11-30 09:00"),
        ("2026-11-23 12:00", "America/Los_Angeles", "2026-11-23 17:00"),  # 04:00 there
        ("2026-11-23 12:00", "Asia/Tokyo", "2026-11-24 00:00"),
        ("2026-03-27 12:00", "Europe/Prague", "2026-03-30 07:00"),  # the clocks change on the Sunday between
        ("2026-10-23 12:00", "Europe/Prague", "2026-10-26 08:00"),
        ("2026-11-23 12:00", "Nowhere/Atlantis", "2026-11-24 09:00"),
    ],
)
def test_one_is_reminded_at_nine_of_ones_own_next_office_day(now: str, zone: str, morning: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_morning(at, Calendar(zone=zone)) == datetime.fromisoformat(morning).replace(tzinfo=UTC)


def test_a_holiday_has_no_morning_and_a_late_office_has_a_late_one() -> None:
    at = datetime(2026, 12, 24, 12, tzinfo=UTC)  # a Thursday
    christmas = {date(2026, 12, 25): "Christmas Day"}
    late = same_hours(frozenset(range(5)), time(10, 30), time(18))
    assert next_morning(at, Calendar(holidays=christmas)) == datetime(2026, 12, 28, 9, tzinfo=UTC)
    assert next_morning(at, Calendar(hours=late)) == datetime(2026, 12, 25, 10, 30, tzinfo=UTC)
    assert next_morning(at, Calendar(hours={})) == datetime(2026, 12, 25, 12, tzinfo=UTC)
