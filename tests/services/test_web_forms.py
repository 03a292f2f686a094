"""The form behind its page: who may send a link, what a link opens, and the triage queue that it feeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.commands import CloseCase, Origin
from bot.domain.ids import CaseId, CustomerId, SlackUserId
from bot.domain.refusals import Reason, Refusal
from bot.domain.web_forms import FillForm, FormLink, Links, Received, SentFile, WebForm
from bot.services import cases, web_forms
from bot.services import home as home_service
from bot.services import phone_calls as phone_service
from bot.store import triage
from bot.store import web_forms as store
from bot.store.outbox import Kind
from bot.store.schema import cases as case_table
from bot.store.schema import customers, form_links, outbox
from tests.factories import NOON
from tests.services.conftest import Office
from tests.services.test_phone_calls import ANA, CHLOE, LINDA, MARIA, desk, refused

__all__ = ["desk"]

OMID = CustomerId(2)
LONG = "The checkout stays blank since the last update, in two browsers, for every shopper."
FILLED = FillForm(description=LONG, kind="problem", severity=2)


@pytest.fixture
async def office_with_form(desk: Office) -> Office:
    """A desk that serves the form; customer 2 has no account yet."""
    links = Links(root="https://desk.example.com", secret=b"k" * 32, lifetime=timedelta(days=14))
    desk.desk = replace(desk.desk, forms=links)
    return desk


async def link_of(office: Office, customer_id: CustomerId = OMID) -> FormLink:
    found = await office.desk.read(lambda c, v: store.links_of(c, v, customer_id), CHLOE)
    return found[0]


async def token_of(office: Office, customer_id: CustomerId = OMID, by: SlackUserId = CHLOE) -> str:
    await web_forms.send(office.desk, customer_id, by, office.key())
    assert office.desk.forms is not None
    return office.desk.forms.token(office.desk.workspace_id, (await link_of(office, customer_id)).ticket)


async def number(office: Office, token: str, command: FillForm = FILLED) -> int:
    received = await web_forms.submit(office.desk, token, command)
    assert received is not None
    return received.number


async def queued(office: Office, by: SlackUserId = CHLOE) -> list[tuple[int, bool]]:
    page = await home_service.home(office.desk, by)
    return [(one.number, one.again) for one in page.triage.cases]


async def test_a_link_goes_to_the_address_that_the_desk_has_and_makes_an_account(
    office_with_form: Office,
) -> None:
    office = office_with_form
    before = await web_forms.send_form(office.desk, CHLOE, OMID)
    assert (before.address, before.ready, before.links) == ("omid@example.com", True, ())
    token = await token_of(office)
    link = await link_of(office)
    assert (link.address, link.sent_by.slack_user_id) == ("omid@example.com", CHLOE)
    assert link.expires_at == NOON + timedelta(days=14)
    sent = select(outbox.c.kind, outbox.c.conversation).where(outbox.c.kind == Kind.FORM_LINK.value)
    assert await office.desk.store.look(lambda c: c.execute(sent).all()) == [("form_link", "mail:form:2")]
    kept = await office.everything()
    assert token.rpartition(".")[2] not in repr(kept), "the link stands nowhere"
    form = await web_forms.opened(office.desk, token)
    assert isinstance(form, WebForm)
    assert [one.number for one in form.things] == ["102"]


async def test_who_may_not_send_it_or_cannot_is_told_why(office_with_form: Office) -> None:
    office = office_with_form
    key = office.key
    await refused(Reason.NOT_YOUR_ROLE, web_forms.send(office.desk, OMID, LINDA, key()))
    await refused(Reason.NOT_YOUR_ROLE, web_forms.send_form(office.desk, LINDA, OMID))
    await refused(Reason.NO_SUCH_CUSTOMER, web_forms.send(office.desk, CustomerId(99), CHLOE, key()))
    off = replace(office.desk, forms=None)
    await refused(Reason.FORMS_OFF, web_forms.send(off, OMID, CHLOE, key()))
    assert await web_forms.opened(off, "anything") is None
    assert await web_forms.submit(off, "anything", FILLED) is None
    silent = replace(office.desk, email_ready=False)
    await refused(Reason.NO_EMAIL_HERE, web_forms.send(silent, OMID, CHLOE, key()))
    gone = update(customers).where(customers.c.id == OMID).values(email="nothing")
    await office.desk.write(lambda work: work.connection.execute(gone) and None)
    await refused(Reason.CUSTOMER_WITHOUT_EMAIL, web_forms.send(office.desk, OMID, CHLOE, key()))


async def test_what_is_sent_is_a_case_of_origin_form_with_files_and_it_waits_for_level_one(
    office_with_form: Office,
) -> None:
    office = office_with_form
    token = await token_of(office)
    await office.news()
    file = SentFile(name="log.txt", mimetype="text/plain", size=3, sha256="0" * 64)
    found = await number(office, token, replace(FILLED, about="order.2", files=(file,)))
    case = await office.case(CaseId(1))
    assert (case.number, case.origin, case.severity) == (found, Origin.FORM, 2)
    assert (case.contact.email, case.opened_by_staff, case.team_name) == (
        "omid@example.com",
        False,
        "level_one",
    )
    assert case.creator.name == "Omid Rahimi <omid@example.com>"
    _, sent = await office.news()
    assert ("email", "mail:1:contact", "public") in sent
    assert ("files", "files:1", "internal") in sent
    assert await queued(office) == [(found, False)]
    assert await queued(office, MARIA) == [(found, False)]
    assert await queued(office, ANA) == []
    again = await web_forms.submit(office.desk, token, replace(FILLED, description="Other words"))
    assert again == Received(number=case.number, before=True)
    assert await web_forms.opened(office.desk, token) == Received(number=case.number, before=True)


async def test_a_refused_form_uses_nothing_up(office_with_form: Office) -> None:
    office = office_with_form
    token = await token_of(office)
    for wrong, reason in (
        (replace(FILLED, description=" \n"), Reason.EMPTY_TEXT),
        (replace(FILLED, about="order.1"), Reason.NOT_OF_THE_ACCOUNT),
        (replace(FILLED, kind="rubbish"), Reason.NO_SUCH_CHOICE),
    ):
        await refused(reason, web_forms.submit(office.desk, token, wrong))
    assert (await link_of(office)).used_at is None
    assert await number(office, token) > 0


async def test_a_case_leaves_the_queue_when_it_is_taken_closed_or_triaged(office_with_form: Office) -> None:
    office = office_with_form
    numbers = [await number(office, await token_of(office)) for _ in range(4)]
    assert [one for one, _ in await queued(office)] == numbers
    await cases.take(office.desk, CaseId(1), ANA, office.key())
    closing = CloseCase(case_id=CaseId(2), version=1, resolution="answered")
    await cases.close(office.desk, closing, MARIA, office.key())
    assert [one for one, _ in await queued(office)] == numbers[2:]
    began = await phone_service.triage(office.desk, CaseId(3), CHLOE, office.key())
    assert began.phone_call_id is not None
    page = await home_service.home(office.desk, CHLOE)
    assert page.triage.cases[0].at_it is not None
    assert page.triage.cases[0].at_it.owner.slack_user_id == CHLOE


async def test_a_contact_at_another_address_is_shown_no_orders_and_a_closed_case_takes_nothing(
    office_with_form: Office,
) -> None:
    office = office_with_form
    await number(office, await token_of(office))
    desk = office.desk
    other = {"address": "friend@example.com", "comment_id": None}

    def asks(work: Any) -> str:
        assert desk.forms is not None
        store._insert(
            work, OMID, other["address"], desk.forms.expiry(work.now), 3,
            state=store.MailState.SENT, asks_about_id=1,
        )  # fmt: skip
        row = work.connection.execute(select(form_links).order_by(form_links.c.id.desc()).limit(1)).one()
        link = store.by_token(work.connection, work.workspace_id, row.token)
        assert link is not None
        return desk.forms.token(desk.workspace_id, link.ticket)

    token = await desk.write(asks)
    assert await web_forms.opened(desk, token) is None, "the case's contact is somebody else"
    moved = update(case_table).values(contact_email="friend@example.com")
    await desk.write(lambda work: work.connection.execute(moved) and None)
    form = await web_forms.opened(desk, token)
    assert isinstance(form, WebForm)
    assert (form.adds, form.things) == (True, ())
    case = await office.case(CaseId(1))
    closing = CloseCase(case_id=CaseId(1), version=case.version, resolution="answered")
    await cases.close(desk, closing, MARIA, office.key())
    form = await web_forms.opened(desk, token)
    assert isinstance(form, WebForm)
    assert form.is_closed
    with pytest.raises(Refusal):
        await web_forms.submit(desk, token, FILLED)


async def test_the_customer_who_filled_the_form_is_offered_whoever_else_the_account_has(
    office_with_form: Office,
) -> None:
    office = office_with_form
    lena, pia = CustomerId(1), CustomerId(3)  # both of one account
    await number(office, await token_of(office, pia))
    found = await office.desk.read(lambda c, v: store.customer_of_case(c, v, CaseId(1)), CHLOE)
    assert found == pia
    assert found != lena
    assert await office.desk.read(lambda c, v: store.customer_of_case(c, v, CaseId(1)), LINDA) is None
    assert (await office.desk.read(lambda c, v: triage.queue(c, v, 5), LINDA)).total == 0
