"""The window that sends the form, the queue in Home, and the page itself, each full and empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.dialogs import send_form
from bot.domain.call_rows import CallRow
from bot.domain.ids import AccountId, CaseId, CaseNumber, CustomerId, FormLinkId, PhoneCallId
from bot.domain.mail import MailState
from bot.domain.phone_calls import TRIAGE
from bot.domain.playbook.association import Thing
from bot.domain.shop.money import Money
from bot.domain.shop.ties import Tieable
from bot.domain.web_forms import FormLink, FormWriter, QueuedCase, SendForm, TriageQueue, WebForm
from tests.blocks import samples
from tests.blocks.samples import ANA, CHLOE, NOON

HOSTILE = " ".join(samples.HOSTILE)[:600]

LINK = FormLink(
    id=FormLinkId(1),
    customer_id=CustomerId(2),
    nonce="0" * 32,
    address="omid@example.com",
    sent_by=ANA.ref,
    sent_at=NOON,
    expires_at=NOON + timedelta(days=14),
    state=MailState.RETURNED,
    error=HOSTILE,
)
WRITER = FormWriter(
    customer_id=CustomerId(2),
    name=HOSTILE,
    company=HOSTILE,
    email="omid@example.com",
    phone="",
    timezone="Europe/Lisbon",
    account_id=AccountId(1),
)
THING = Tieable(
    thing=Thing.ORDER, number=HOSTILE, site=HOSTILE, id=7, at=NOON, total=Money(minor=9900, currency="EUR")
)
FORM = WebForm(link=LINK, writer=WRITER, things=(THING,))
MORE = replace(
    FORM,
    link=replace(LINK, asks_about=CaseId(1)),
    case_number=CaseNumber(1001),
    case_title=HOSTILE,
)

AT_IT = CallRow(
    id=PhoneCallId(4),
    version=2,
    script=TRIAGE,
    owner=CHLOE.ref,
    began_at=NOON,
    step_number=2,
    label=HOSTILE,
)
QUEUED = QueuedCase(
    id=CaseId(1),
    number=CaseNumber(1001),
    version=3,
    title=HOSTILE,
    account_name=HOSTILE,
    severity=2,
    since=NOON,
    again=True,
)
QUEUE = TriageQueue(
    cases=(replace(QUEUED, id=CaseId(9), at_it=AT_IT), *(replace(QUEUED, id=CaseId(n)) for n in range(1, 6))),
    total=40,
)


def modals() -> Iterator[dict[str, Any]]:
    """Every window of the form."""
    used = replace(LINK, case_number=CaseNumber(1001), asks_about=CaseId(1), state=MailState.SENT, error="")
    whole = SendForm(
        customer_id=CustomerId(2),
        name=HOSTILE,
        address="omid@example.com",
        days=14,
        ready=True,
        links=(LINK, used),
    )
    for one in (whole, replace(whole, address=""), replace(whole, ready=False, links=())):
        yield send_form.view(one)
    yield send_form.view(whole, "Nothing was sent.")
    yield send_form.done(whole)
