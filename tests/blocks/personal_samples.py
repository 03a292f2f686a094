"""The windows of personal data, each full and empty, with texts that would break them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.dialogs import erase_customer, personal_data
from bot.domain.erasing import ErasureRehearsal, Goes, Stays
from bot.domain.ids import CustomerId, PersonalReportId
from bot.domain.personal import PersonalReport, ReportsPage, ReportState
from tests.blocks import samples
from tests.blocks.samples import ANA, NOON
from tests.blocks.shop_samples import CUSTOMER

HOSTILE = " ".join(samples.HOSTILE)[:600]

REPORT = PersonalReport(
    id=PersonalReportId(1),
    customer_id=CustomerId(1),
    customer=HOSTILE,
    number=HOSTILE,
    asked_by=ANA.ref,
    reason=HOSTILE,
    asked_at=NOON,
    token="0" * 32,
    state=ReportState.SENT,
    sent_at=NOON,
    expires_at=NOON + timedelta(days=14),
    deleted_at=NOON,
    rows=12345,
)


def modals() -> Iterator[dict[str, Any]]:
    """Every window."""
    some = tuple(
        replace(REPORT, id=PersonalReportId(number), state=state, is_stuck=stuck)
        for number, (state, stuck) in enumerate(
            (one, stuck) for one in ReportState for stuck in (False, True)
        )
    )
    full = ReportsPage(reports=some, total=40, first=9, newer=PersonalReportId(9), older=PersonalReportId(1))
    for page in (full, ReportsPage(reports=(), total=0, first=1)):
        yield personal_data.reports(page)
        yield personal_data.reports(page, "It is being made.")
    for customer in (None, CUSTOMER):
        yield personal_data.ask(customer, 14)
    yield personal_data.done(14)
    whole = ErasureRehearsal(
        customer=replace(CUSTOMER, number=HOSTILE),
        goes=dict.fromkeys(Goes, 1234567),
        stays=dict.fromkeys(Stays, 1),
        shares_account=True,
    )
    for one in (whole, replace(whole, goes={}, stays={}), replace(whole, done=True)):
        yield erase_customer.view(one)
    yield erase_customer.begun()
