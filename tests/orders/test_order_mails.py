"""What a step tells the customer: a real e-mail, shown first, sent once; or else a person tells them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.clock import Clock
from bot.domain.commerce.acts import Goods, ReceiveGoods
from bot.domain.commerce.flows import FlowKind
from bot.domain.commerce.mail_drafts import ByHand, MailDraft
from bot.domain.commerce.request_mails import RequestMail
from bot.domain.commerce.requests import Request, RequestState, Submitted
from bot.domain.erasing import redactor
from bot.domain.ids import CallKey, CaseId, CustomerId, SlackUserId
from bot.domain.mail import MailState
from bot.domain.people import channel_viewer
from bot.domain.phone_calls import PhoneSettings
from bot.domain.refusals import Reason, Refusal
from bot.mail.smtp import SmtpPost
from bot.scheduler.delivery import Delivery
from bot.scheduler.mailing import Post
from bot.services import order_acts, order_mails, order_requests, playbooks
from bot.slack.client import SlackClient
from bot.slack.pacing import Pacer
from bot.store import dead_letters, erasing
from bot.store import order_mails as store
from bot.store.personal_data import rows_of
from bot.store.personal_subject import subject
from bot.store.schema import IS_WAITING, customers, history, leases, outbox
from bot.store.work import Work
from tests.callers import add_caller
from tests.factories import NOON
from tests.mail.conftest import mail_settings
from tests.mail.postbox import Postbox, html_of, text_of
from tests.orders.conftest import ANA, BEN, MARIA, OMAR, Counter, give_back
from tests.orders.test_acts import fulfil
from tests.orders.test_flows import changed, published
from tests.services.dying_sender import Silent

LABEL = """    { id = "label", kind = "return_label", title = "Send the label", message = "label" },
    { id = "goods\""""
TOLD = """    { id = "told", kind = "notify", title = "Tell them", to = ["customer"], message = "paid_back" },
    { id = "tell\""""
SETTINGS = PhoneSettings(desk="Northwind", return_address="Northwind Returns\n14 Harbour Lane\nDover")

ONE_DATABASE = pytest.mark.parametrize("furnished_kind", ["sqlite"], indirect=True)
"""For what runs no statement that the others do not run on both."""


@pytest.fixture
async def ready(counter: Counter) -> Counter:
    """A desk that can send, a customer with an address, and flows with e-mails."""
    fulfil(counter, (1, 3))
    counter.desk = replace(counter.desk, email_ready=True)
    await counter.desk.write(lambda work: playbooks.counting(counter.desk, work))
    await playbooks.set_settings(counter.desk, SETTINGS, OMAR, CallKey("names"))
    await counter.desk.write(_customers)
    text = changed(FlowKind.RETURN, ('    { id = "goods"', LABEL), ('    { id = "tell"', TOLD))
    await published(counter, FlowKind.RETURN, text)
    return counter


def _customers(work: Work) -> None:
    for number in ("1", "2", "42"):
        made = add_caller(
            work, number, "Lena <Fox>", "Fox Outdoor", f"fox{number}.example", ordered_days=5, now=NOON
        )
    assert made == CustomerId(3)  # as the order of the tests has it


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with Postbox() as made:
        yield made


async def asks(counter: Counter, case_id: CaseId | None = None) -> Request:
    """Ana takes one unit back; the flow has come to its label."""
    ask = counter.ask(give_back(), case_id)
    shown = await order_acts.rehearse(counter.desk, ANA, ask)
    request = (await order_acts.submit(counter.desk, ANA, ask, shown.token, counter.key())).request
    assert request is not None
    assert request.state is RequestState.ASKS
    return request


async def drafted(counter: Counter, request: Request) -> MailDraft:
    draft = (await order_mails.page(counter.desk, ANA, request.id)).draft
    assert draft is not None
    return draft


async def sent(counter: Counter, request: Request, by: SlackUserId = ANA) -> MailDraft:
    draft = await drafted(counter, request)
    done = await order_mails.send(counter.desk, by, request.id, draft.digest, counter.key())
    assert isinstance(done, Submitted)
    return draft


async def mails(counter: Counter, request: Request) -> list[RequestMail]:
    shown = await order_requests.shown(counter.desk, BEN, request.id)
    return list(shown.mails)


async def posts(counter: Counter, postbox: Postbox) -> None:
    """A bot sends what waits; what goes to Slack is not what this is about."""
    others = (outbox.c.kind != "order_mail") & IS_WAITING
    mine = (outbox.c.kind == "order_mail") & IS_WAITING

    def free(work: Work) -> None:
        work.connection.execute(update(leases).values(expires_at=work.stamp.real_now))
        work.connection.execute(update(outbox).where(others).values(state="dropped"))

    await counter.desk.write(free)
    slack = SlackClient(Silent(token="xoxb-1"), Pacer(enabled=False))
    carrier = SmtpPost(mail_settings(postbox.port), Clock())
    sender = Delivery(counter.desk, slack, Post(carrier=carrier))
    sender.start()
    async with asyncio.timeout(10):
        while await counter.desk.store.look(  # noqa: ASYNC110
            lambda c: c.execute(select(outbox.c.id).where(mine)).first()
        ):
            await asyncio.sleep(0.01)
    await sender.stop(patience=0.1)


async def told_in_case(counter: Counter, case_id: CaseId) -> list[str]:
    query = select(history.c.changes).where(history.c.case_id == case_id).order_by(history.c.id)
    rows = await counter.desk.store.look(lambda c: list(c.execute(query).scalars()))
    return [f"{one['order_act'][1]}: {one.get('mail', ['', ''])[1]}" for one in rows if "order_act" in one]


async def test_a_label_is_shown_then_e_mailed_once_and_everybody_sees_what_became_of_it(
    ready: Counter, postbox: Postbox
) -> None:
    counter = ready
    case = await counter.office.opened()
    request = await asks(counter, case.id)
    draft = await drafted(counter, request)
    assert (draft.address, draft.by_hand) == ("lena@example.com", ())
    assert draft.subject == f"Order 1042: how to send it back, return {request.return_number}"
    for line in ("- 1 × Thing 1\n", "Northwind Returns\n14 Harbour Lane\nDover\n", "comes to USD 108.20"):
        assert line in draft.body
    stale = await order_mails.send(counter.desk, ANA, request.id, "0" * 32, counter.key())
    assert isinstance(stale, order_mails.MailPage)
    assert await mails(counter, request) == []

    key = counter.key()
    first = await order_mails.send(counter.desk, ANA, request.id, draft.digest, key)
    assert isinstance(first, Submitted)
    assert first.request is not None
    assert first.request.state is RequestState.WAITS_FOR_GOODS
    again = await order_mails.send(counter.desk, ANA, request.id, draft.digest, key)
    assert isinstance(again, Submitted)
    assert again.again
    with pytest.raises(Refusal) as refused:
        await order_mails.send(counter.desk, BEN, request.id, draft.digest, counter.key())
    assert refused.value.reason is Reason.NOTHING_TO_ANSWER
    (mail,) = await mails(counter, request)
    assert (mail.state, mail.body) == (MailState.WAITING, draft.body)
    assert mail.flow.startswith("return 2 (")

    await posts(counter, postbox)
    await posts(counter, postbox)
    (letter,) = postbox.taken
    assert postbox.recipients == ["lena@example.com"]
    assert letter["From"] == "Northwind Support <support@northwind.example>"
    assert letter["Subject"] == draft.subject
    assert "Hello Lena <Fox>," in text_of(letter)
    assert "Hello Lena &lt;Fox&gt;," in html_of(letter)
    (mail,) = await mails(counter, request)
    assert mail.state is MailState.SENT
    told = await told_in_case(counter, case.id)
    assert f"mailed: “{draft.subject}” (1 × Thing 1; USD 108.20)" in told


async def test_of_many_who_press_at_once_one_sends(ready: Counter, postbox: Postbox) -> None:
    counter = ready
    request = await asks(counter)
    digest = (await drafted(counter, request)).digest
    presses = [
        order_mails.send(counter.desk, by, request.id, digest, counter.key()) for by in (ANA, BEN, MARIA) * 3
    ]
    came = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(one, Submitted) for one in came) == 1, came
    await posts(counter, postbox)
    assert len(postbox.taken) == len(await mails(counter, request)) == 1


@ONE_DATABASE
async def test_the_e_mail_is_in_a_report_of_personal_data_and_goes_with_an_erasure(
    ready: Counter, postbox: Postbox
) -> None:
    counter = ready
    request = await asks(counter)
    await sent(counter, request)

    def erased(work: Work) -> list[str]:
        one = subject(work.connection, channel_viewer(work.workspace_id), CustomerId(3))
        assert one is not None
        held = [row["body"] for row in rows_of(work.connection, one)["order_mails"]]
        erasing.erase_customer(work, one, redactor(name="Lena <Fox>", company="Fox Outdoor"))
        return held

    (body,) = await counter.desk.write(erased)
    assert "Hello Lena <Fox>," in body
    (mail,) = await mails(counter, request)
    assert "Lena" not in f"{mail}"
    assert mail.address == ""
    await posts(counter, postbox)  # what had not left yet does not leave any more
    (mail,) = await mails(counter, request)
    assert (mail.state, postbox.taken) == (MailState.NEEDLESS, [])


@ONE_DATABASE
async def test_what_came_and_what_is_paid_back_is_told_at_the_end(ready: Counter, postbox: Postbox) -> None:
    counter = ready
    ask = counter.ask(give_back(2))
    shown = await order_acts.rehearse(counter.desk, OMAR, ask)
    request = (await order_acts.submit(counter.desk, OMAR, ask, shown.token, counter.key())).request
    assert request is not None
    await sent(counter, request, OMAR)
    goods = (Goods(line_no=1, accepted=1, rejected=1, rejection="Broken by hand"),)
    await counter.does(OMAR, ReceiveGoods(number=request.return_number, goods=goods))
    request = await counter.request(request.id)
    assert request.state is RequestState.ASKS
    draft = await sent(counter, request, OMAR)
    assert "Accepted:\n- 1 × Thing 1\n" in draft.body
    assert "Not accepted:\n- 1 × Thing 1: Broken by hand\n" in draft.body
    assert "USD 108.20 goes back" in draft.body
    assert (await counter.request(request.id)).state is RequestState.DONE
    await posts(counter, postbox)
    assert len(postbox.taken) == 2


@ONE_DATABASE
async def test_without_an_address_or_a_value_a_person_tells_the_customer(
    ready: Counter, postbox: Postbox
) -> None:
    counter = ready
    request = await asks(counter)
    nowhere = replace(SETTINGS, return_address="", version=1)
    await playbooks.set_settings(counter.desk, nowhere, OMAR, counter.key())
    silent = update(customers).values(email="", email_key="")
    await counter.desk.write(lambda work: work.connection.execute(silent) and None)
    draft = await drafted(counter, request)
    assert draft.by_hand == (ByHand.NO_ADDRESS, ByHand.VALUE_MISSING)
    assert draft.missing == ("return_address",)
    tried = await order_mails.send(counter.desk, ANA, request.id, draft.digest, counter.key())
    assert isinstance(tried, order_mails.MailPage)
    off = replace(counter.desk, email_ready=False)
    page = await order_mails.page(off, ANA, request.id)
    assert page.draft is not None
    assert page.draft.by_hand[0] is ByHand.NO_EMAIL
    on = await order_requests.go_on(counter.desk, ANA, request.id, {}, counter.key())
    assert on.request is not None
    assert on.request.state is RequestState.WAITS_FOR_GOODS
    assert await mails(counter, request) == []


async def revives(counter: Counter) -> None:
    await counter.desk.write(lambda work: dead_letters.revive(work) and None)


@ONE_DATABASE
async def test_perhaps_sent_is_told_and_only_a_person_sends_it_once_more(
    ready: Counter, postbox: Postbox
) -> None:
    counter = ready
    request = await asks(counter)
    await sent(counter, request)
    postbox.after = ["hang up"]
    before = await counter.told()
    await posts(counter, postbox)
    (mail,) = await mails(counter, request)
    assert mail.state is MailState.UNKNOWN
    assert ("order_settled", ANA) in (await counter.told())[len(before) :]
    await revives(counter)  # an administrator's Retry cannot know either
    with pytest.raises(Refusal) as refused:
        await _again(counter, request)
    assert refused.value.reason is Reason.MAIL_GOES_NOW
    await posts(counter, postbox)
    assert len(postbox.taken) == 1

    await _again(counter, request)
    with pytest.raises(Refusal) as refused:
        await _again(counter, request)
    assert refused.value.reason is Reason.NOTHING_TO_ANSWER
    await revives(counter)
    await posts(counter, postbox)
    assert [one.state for one in await mails(counter, request)] == [MailState.UNKNOWN, MailState.SENT]
    assert len(postbox.taken) == 2


async def _again(counter: Counter, request: Request) -> None:
    page = await order_mails.page(counter.desk, BEN, request.id, "label")
    assert page.draft is not None
    done = await order_mails.send_again(
        counter.desk, BEN, request.id, "label", page.draft.digest, counter.key()
    )
    assert isinstance(done, Submitted)


@ONE_DATABASE
async def test_a_bot_that_died_while_it_sent_never_sends_it_twice(ready: Counter, postbox: Postbox) -> None:
    counter = ready
    request = await asks(counter)
    await sent(counter, request)
    dying = update(outbox).where(outbox.c.kind == "order_mail").values(state="sending")
    await counter.desk.write(lambda work: work.connection.execute(dying) and None)
    await posts(counter, postbox)
    (mail,) = await mails(counter, request)
    assert (mail.state, postbox.taken) == (MailState.UNKNOWN, [])


@ONE_DATABASE
async def test_a_refused_address_is_told_with_the_reason_and_mended(ready: Counter, postbox: Postbox) -> None:
    counter = ready
    case = await counter.office.opened()
    request = await asks(counter, case.id)
    await sent(counter, request)
    postbox.answers["lena@example.com"] = "550 no such mailbox"
    await posts(counter, postbox)
    (mail,) = await mails(counter, request)
    assert mail.state is MailState.REFUSED
    assert "no such mailbox" in mail.error
    assert any(one.startswith("mail_refused: ") for one in await told_in_case(counter, case.id))
    moved = update(customers).values(email="fox@example.com", email_key="fox@example.com")
    await counter.desk.write(lambda work: work.connection.execute(moved) and None)
    await _again(counter, request)
    await posts(counter, postbox)
    assert postbox.recipients == ["fox@example.com"]
    assert [one.state for one in await mails(counter, request)] == [MailState.REFUSED, MailState.SENT]

    def came_back(work: Work) -> None:
        rows = work.connection.execute(select(store.table).order_by(store.table.c.id)).all()
        store.settle(work, rows[-1].token, MailState.RETURNED, "no such mailbox after all")

    await counter.desk.write(came_back)
    assert (await mails(counter, request))[-1].state is MailState.RETURNED
