"""When an update may be asked for: T3's seven business days, its exception, and T4."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.asking import check_update, update_opens
from bot.domain.calendars import Calendar
from bot.domain.lifecycle import Status
from bot.domain.refusals import Reason, Refusal
from tests.blocks.samples import CASE


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


OPENS: list[tuple[datetime, str, datetime]] = [
    # last word, the case's zone, when an update may be asked for
    (at(11, 23), "UTC", at(12, 2, 0)),  # Mon -> Wed of the next week
    (at(11, 27), "UTC", at(12, 8, 0)),  # Fri: Mon-Fri are five, Mon Tue
    (at(11, 28), "UTC", at(12, 8, 0)),  # a Saturday counts as day 0
    (at(11, 23, 23, 30), "Asia/Tokyo", at(12, 2, 15)),  # there it is Tuesday already -> Thu 00:00 there
    (at(11, 23, 3), "America/Los_Angeles", at(12, 1, 8)),  # there it is still Sunday -> Tue 00:00 there
    (at(10, 22), "Europe/Berlin", at(11, 1, 23)),  # summer time ends on the way -> Mon 2 Nov 00:00
    (at(11, 23), "Nowhere/Land", at(12, 2, 0)),
]


@pytest.mark.parametrize(("last", "zone", "opens"), OPENS)
def test_an_update_may_be_asked_for_from_the_seventh_business_day(
    last: datetime, zone: str, opens: datetime
) -> None:
    assert update_opens(last, Calendar(zone=zone)) == opens


def test_holidays_on_the_way_are_skipped() -> None:
    holidays = {date(2026, 11, 26): "Thanksgiving", date(2026, 11, 28): "A Saturday anyway"}
    assert update_opens(at(11, 23), Calendar(holidays=holidays)) == at(12, 3, 0)  # a day later


ASKED: list[tuple[Status, datetime | None, datetime, bool, Reason | None]] = [
    # status, opens, now, the customer asks, what keeps one from it
    (Status.WORKING, at(12, 2, 0), at(12, 1, 23, 59), False, Reason.UPDATE_NOT_YET),
    (Status.WORKING, at(12, 2, 0), at(12, 2, 0), False, None),
    (Status.WORKING, at(12, 2, 0), at(11, 24), True, None),
    (Status.WORKING, None, at(11, 24), False, None),  # nobody of Integrations
    (Status.WAITING, at(12, 2, 0), at(12, 9), False, Reason.UPDATE_WHILE_WAITING),
    (Status.WAITING, at(12, 2, 0), at(12, 9), True, Reason.UPDATE_WHILE_WAITING),  # T4: the exception too
    (Status.WAITING, None, at(12, 9), True, Reason.UPDATE_WHILE_WAITING),
    (Status.NO_RESPONSE, at(12, 2, 0), at(12, 1), False, Reason.UPDATE_NOT_YET),
]


@pytest.mark.parametrize(("status", "opens", "now", "customer_asks", "reason"), ASKED)
def test_who_may_ask_for_an_update_when(
    status: Status, opens: datetime | None, now: datetime, customer_asks: bool, reason: Reason | None
) -> None:
    case = replace(CASE, status=status)
    if reason is None:
        check_update(case, opens, now, customer_asks=customer_asks)
        return
    with pytest.raises(Refusal) as refused:
        check_update(case, opens, now, customer_asks=customer_asks)
    assert refused.value.reason is reason
    if reason is Reason.UPDATE_NOT_YET:
        assert refused.value.facts["at"] == opens
