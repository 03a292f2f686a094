"""The personal link in the message that says how to open a case: signed for one, to their address alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.blocks import call_notices
from bot.domain.ids import CustomerId
from bot.domain.mail import MailState
from bot.domain.phone_calls import MailToSend
from bot.domain.web_forms import FormLink, Links, WebForm
from bot.scheduler.calling import canned_letter
from bot.services import web_forms
from bot.store import canned, outbox
from bot.store import web_forms as links
from bot.store.schema import outbox as rows
from tests.factories import NOON
from tests.services.conftest import Office
from tests.services.test_phone_calls import CHLOE, Phone, desk, sent

__all__ = ["desk"]

LENA = CustomerId(1)
ROOT = "https://desk.example.com"


@pytest.fixture
async def serving(desk: Office) -> Office:
    """A desk that serves the form."""
    forms = Links(root=ROOT, secret=b"k" * 32, lifetime=timedelta(days=14))
    desk.desk = replace(desk.desk, forms=forms)
    return desk


async def asks_how(office: Office) -> Phone:
    """A caller who is covered gets the message about cases; it is not sent yet."""
    call = await Phone(office).takes()
    await call.finds("fox-outdoor")
    await call.says("seen")
    assert await call.says("product") == "send_covered"
    return call


async def links_of(office: Office) -> tuple[FormLink, ...]:
    return await office.desk.read(lambda c, v: links.links_of(c, v, LENA), CHLOE)


async def letter_text(office: Office) -> str:
    (conversation,) = await office.desk.store.look(
        lambda c: c.execute(select(rows.c.conversation).where(rows.c.kind == "canned")).scalars().all()
    )
    row = await office.desk.write(lambda work: outbox.claim_head(work, conversation))
    assert row is not None
    return (await canned_letter(office.desk, row)).text


async def test_the_message_about_cases_has_a_link_that_opens_the_callers_own_form(serving: Office) -> None:
    call = await asks_how(serving)
    page = await call.page()
    assert page.filled is not None
    assert f"{ROOT}/form/…" in page.filled.body  # in sight, and nothing that could be copied
    await call.says("send", {"email": "lena@example.com"})
    (link,) = await links_of(serving)
    assert (link.address, link.customer_id, link.state) == ("lena@example.com", LENA, MailState.WAITING)
    text = await letter_text(serving)
    token = text.partition(f"{ROOT}/form/")[2].split()[0]
    form = await web_forms.opened(serving.desk, token)
    assert isinstance(form, WebForm)
    assert form.writer.customer_id == LENA
    assert token not in repr(await serving.everything()), "the link stands nowhere"


async def test_what_became_of_the_message_is_what_became_of_its_link(serving: Office) -> None:
    call = await asks_how(serving)
    await call.says("send", {"email": "lena@example.com"})
    token = (await sent(serving))[0].token
    await serving.desk.write(lambda work: canned.settle(work, token, MailState.SENT))
    assert [one.state for one in await links_of(serving)] == [MailState.SENT]
    await serving.desk.write(lambda work: canned.settle(work, token, MailState.RETURNED, "no mailbox"))
    assert [one.state for one in await links_of(serving)] == [MailState.RETURNED]


async def test_to_another_address_goes_the_desks_page_and_no_personal_link(serving: Office) -> None:
    call = await asks_how(serving)
    await call.says("send", {"email": "somebody@example.com"})
    assert await links_of(serving) == ()
    assert "https://example.com/case" in await letter_text(serving)


async def test_without_a_form_the_message_has_the_desks_page(desk: Office) -> None:
    call = await asks_how(desk)
    await call.says("send", {"email": "lena@example.com"})
    assert "https://example.com/case" in await letter_text(desk)


def test_addresses_in_a_message_can_be_pressed_and_nothing_else_can() -> None:
    letter = call_notices.canned_letter(
        MailToSend(
            address="lena@example.com",
            subject="Help",
            body="See https://example.com/a?b=1&c=2. <b>Not</b> javascript:x",
            created_at=NOON,
        ),
        "t",
        1,
    )
    assert '<a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>.' in letter.html
    assert letter.html.count("<a ") == 1
    assert "&lt;b&gt;" in letter.html
