"""E-mails of requests to customers: drafted with the values of now, shown, then sent by a press, once.

`handlers.order_requests` calls it. What cannot be sent is told by a person, as the draft says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.commerce.flows import FlowStep
from bot.domain.commerce.mail_drafts import MailDraft, draft, values_for
from bot.domain.commerce.request_mails import RequestMail, may_go_again
from bot.domain.commerce.requests import RIGHT_FOR, Came, Request, RequestState, Submitted
from bot.domain.ids import CallKey, OrderRequestId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.phone_calls import PhoneSettings
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.customers import Customer
from bot.services import order_acts, order_answers
from bot.services.desk import Desk, actor
from bot.services.order_rights import request_of, request_to_change
from bot.services.order_shop import read_order
from bot.services.order_telling import keep_mail
from bot.store import customers, desk_refunds, playbooks
from bot.store import order_mails as store
from bot.store.desk_refunds import RefundRow
from bot.store.work import Connection, Work


@dataclass(frozen=True, kw_only=True)
class MailPage:
    """A request with the e-mail of a step as it would go now; `draft` is None where the step has none."""

    request: Request
    step: FlowStep | None
    draft: MailDraft | None = None


async def page(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId, step_id: str | None = None
) -> MailPage:
    """What the step at which a request stands would send, or an earlier step once more.

    Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM, NO_SUCH_ORDER_REQUEST, SHOP_AWAY; NOTHING_TO_ANSWER where
    that step waits for nothing, or its e-mail is on its way or has arrived.
    """

    def query(connection: Connection, viewer: Viewer) -> tuple[Person, Request, tuple[RequestMail, ...]]:
        require(Act.READ_ORDERS, viewer.person)
        request = request_of(connection, viewer, request_id)
        require(RIGHT_FOR[request.kind], viewer.person)
        return viewer.person, request, store.of_request(connection, viewer, request_id)

    person, request, mails = await desk.read(query, by)
    if step_id is None:
        if request.state is not RequestState.ASKS:
            raise Refusal(Reason.NOTHING_TO_ANSWER)
        step = request.step
    else:
        step = request.flow.step(step_id) if request.flow is not None else None
        if not may_go_again(mails, step_id):
            raise Refusal(Reason.NOTHING_TO_ANSWER)
    if step is None or not step.mails:
        return MailPage(request=request, step=step)
    attempt = 1 + max((one.attempt for one in mails if one.step == step.id), default=0)
    drafted = await _drafted(desk, person, request, step)
    return MailPage(request=request, step=step, draft=replace(drafted, attempt=attempt))


async def _drafted(desk: Desk, person: Person, request: Request, step: FlowStep) -> MailDraft:
    """The step's text with the values of now; without a text nothing has to be looked up."""
    message = request.flow.message(step.message) if request.flow is not None else None
    if message is None:
        return draft(step, None, None, {}, email_ready=desk.email_ready)
    reading = await read_order(desk, person.ref, request.order_number, case_id=request.case_id)
    if reading is None:
        raise Refusal(Reason.NO_SUCH_ORDER)
    books = reading.books

    def query(
        connection: Connection, viewer: Viewer
    ) -> tuple[Customer | None, PhoneSettings, tuple[RefundRow, ...]]:
        return (
            customers.by_id(connection, viewer, books.order.customer_id),
            playbooks.settings(connection, desk.workspace_id),
            desk_refunds.of_request(connection, desk.workspace_id, request.id),
        )

    customer, settings, rows = await desk.store.read(query, Viewer(person))
    refunds = [one.refund for one in rows]
    values = values_for(request, books, refunds, customer, settings.desk, settings.return_address)
    return draft(step, message, customer, values, email_ready=desk.email_ready)


async def send(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId, digest: str, key: CallKey
) -> Submitted | MailPage:
    """Send the e-mail of the step at which a request stands, as it was shown under `digest`, and go on.

    One that would read otherwise by now, or cannot go any more, is not sent: the answer shows it anew.
    Raises as `page`, and ORDER_HELD, ORDER_IN_DOUBT.
    """
    before = await order_acts.answered(desk, by, key)
    if before is not None:
        return before
    now = await page(desk, by, request_id)
    if now.draft is None or not now.draft.may_go or now.draft.digest != digest:
        return now
    return await order_answers.go_on(desk, by, request_id, {}, key, mail=now.draft)


async def send_again(
    desk: Desk, by: SlackUserId, request_id: OrderRequestId, step_id: str, digest: str, key: CallKey
) -> Submitted | MailPage:
    """Send the e-mail of a step once more, where it came back, was refused, or nobody knows.

    The earlier one is never sent any more. Raises as `page`; MAIL_GOES_NOW while it is being tried.
    """
    before = await order_acts.answered(desk, by, key)
    if before is not None:
        return before
    shown = await page(desk, by, request_id, step_id)
    drafted = shown.draft
    if drafted is None or not drafted.may_go or drafted.digest != digest:
        return shown

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        now = request_to_change(work, person, request_id)
        require(RIGHT_FOR[now.kind], person)
        if not may_go_again(store.itself(work.connection, work.workspace_id, now.id), step_id):
            raise Refusal(Reason.NOTHING_TO_ANSWER)
        if not store.put_by(work, now.id, step_id):
            raise Refusal(Reason.MAIL_GOES_NOW)
        store.add(work, now, drafted, person.id)
        keep_mail(work, now, "mailed_again", drafted.summary, person.id)
        return Receipt(order_request_id=now.id, case_id=now.case_id)

    await desk.write(unit, key)
    done = await order_acts.answered(desk, by, key)
    return done or Submitted(came=Came.SAVED, request=shown.request)
