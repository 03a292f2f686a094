"""People decide on requests for acts on orders and lead them on: messages' buttons, and the page of one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.blocks import order_requests as blocks
from bot.dialogs import notice, rehearse_act, request_page
from bot.dialogs.forms import FieldErrors
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.requests import Came, RequestShown, Submitted
from bot.domain.ids import OrderRequestId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.reply import Errors, Open, Redraw, Refresh, Replace, Reply, View
from bot.handlers.targets import number_in
from bot.handlers.wire import Unreadable
from bot.services import order_mails, order_requests
from bot.services.desk import Desk

_APPROVE = re.compile(r"([0-9]{1,18})\.([0-9a-f]{0,64})")

_STEP = re.compile(r"([0-9]{1,18})\.(.+)")

READS_OTHERWISE = "This e-mail reads otherwise by now, so nothing is sent yet. Look at it, then send it."
CHANGED = "The order has changed since it was asked for. Nothing is decided: look at the figures of now."


async def show(desk: Desk, call: Call) -> Reply:
    """*Look* and *More...* beside a request."""
    shown = await order_requests.shown(desk, call.by, _request(call))
    if call.payload is Payload.MODAL_BUTTON:
        return Open(request_page.view(shown, on_top=is_third(call)))
    return Open(request_page.view(shown))


async def look(desk: Desk, call: Call) -> Reply:
    """*Look again*: the shop is asked what it has now."""
    request_id = _request(call)
    shown = await order_requests.shown(desk, call.by, request_id)
    if call.payload is Payload.MESSAGE_BUTTON:
        return Redraw(blocks.news(shown.request))
    return Replace(request_page.view(shown, on_top=_is_on_top(call)))


async def approve(desk: Desk, call: Call) -> Reply:
    """*Approve*, by the figures that were in sight. A message folds; who comes second is told who decided."""
    found = _APPROVE.fullmatch(call.value)
    if found is None:
        raise Unreadable("a button carries no request")
    request_id = OrderRequestId(int(found[1]))
    try:
        done = await order_requests.decide(desk, call.by, request_id, True, "", call.key, token=found[2])
    except Refusal as refusal:
        if refusal.reason is Reason.REQUEST_DECIDED and call.payload is Payload.MESSAGE_BUTTON:
            return Redraw(blocks.folded((await order_requests.shown(desk, call.by, request_id)).request))
        raise
    except ActRefused as refused:
        return _in_place(call, notice.view("Not possible any more", str(refused)))
    if done.came is Came.STALE:
        shown = await order_requests.shown(desk, call.by, request_id)
        return _in_place(call, request_page.view(shown, CHANGED, on_top=_is_on_top(call)))
    assert done.request is not None
    if call.payload is Payload.MESSAGE_BUTTON:
        return Redraw(blocks.folded(done.request))
    return Replace(await _page(desk, call, done, on_top=_is_on_top(call)))


async def form(desk: Desk, call: Call) -> Reply:
    """*Decline...*, *It was done...*, *It was not done...* and *Answer...* open a form."""
    shown = await order_requests.shown(desk, call.by, _request(call))
    if call.route == blocks.DECLINE:
        if not shown.may_decide:
            return _undecidable(call, shown)
        view: View | None = request_page.decline(shown.request)
    elif call.route == blocks.ANSWER:
        view = await _answering(desk, call, shown) if shown.may_answer else None
    else:
        done = call.route == blocks.DONE
        view = request_page.settle(shown.request, was_done=done) if shown.may_settle else None
    if view is None:
        raise Refusal(Reason.NOTHING_TO_ANSWER)
    return _in_place(call, view)


async def _answering(desk: Desk, call: Call, shown: RequestShown) -> View | None:
    """The form of a step; where it tells the customer, with the e-mail as it would go now."""
    step = shown.request.step
    if step is None or not step.mails:
        return request_page.answer(shown.request)
    page = await order_mails.page(desk, call.by, shown.request.id)
    return request_page.answer(page.request, page.draft)


async def declined(desk: Desk, call: Call) -> Reply:
    """The form of a decline."""
    why = request_page.why(call.fields)
    if isinstance(why, FieldErrors):
        return Errors(why.errors)
    request_id, _ = _held(call)
    done = await order_requests.decide(desk, call.by, request_id, False, why, call.key)
    return await _after(desk, call, request_id, done)


async def settled(desk: Desk, call: Call) -> Reply:
    """The form that says what somebody saw in the shop."""
    why = request_page.why(call.fields)
    if isinstance(why, FieldErrors):
        return Errors(why.errors)
    request_id, held = _held(call)
    was_done = held.get("was_done") is True
    done = await order_requests.settle(desk, call.by, request_id, was_done, why, call.key)
    return await _after(desk, call, request_id, done)


async def answered(desk: Desk, call: Call) -> Reply:
    """The form of a step of the flow; what it cannot take is told at its field, and the rest stays."""
    request_id, held = _held(call)
    digest = request_page.by_mail(call.fields, held)
    if digest:
        sent = await order_mails.send(desk, call.by, request_id, digest, call.key)
        if isinstance(sent, order_mails.MailPage):
            view = request_page.answer(sent.request, sent.draft, READS_OTHERWISE)
            return Replace(view) if view is not None else await _after(desk, call, request_id)
        return await _after(desk, call, request_id)
    said = rehearse_act.answers_in(call.fields)
    done = await order_requests.go_on(desk, call.by, request_id, said, call.key)
    if done.came is Came.ASKS:
        lacking = rehearse_act.lacking(done.missing)
        if lacking.errors and all(one in call.fields for one in lacking.errors):
            return Errors(lacking.errors)
    return await _after(desk, call, request_id, done)


async def mail_again(desk: Desk, call: Call) -> Reply:
    """*Send again...* shows the e-mail of a step as it would go now."""
    found = _STEP.fullmatch(call.value)
    if found is None:
        raise Unreadable("a button carries no step of a request")
    page = await order_mails.page(desk, call.by, OrderRequestId(int(found[1])), found[2])
    return _in_place(call, _once_more(page))


async def mailed_again(desk: Desk, call: Call) -> Reply:
    """That e-mail is sent once more, as it was shown."""
    request_id, held = _held(call)
    step, digest = str(held.get("step")), str(held.get("mail"))
    sent = await order_mails.send_again(desk, call.by, request_id, step, digest, call.key)
    if isinstance(sent, order_mails.MailPage):
        return Replace(_once_more(sent, READS_OTHERWISE))
    return await _after(desk, call, request_id)


def _once_more(page: order_mails.MailPage, said: str | None = None) -> View:
    if page.step is None or page.draft is None:
        raise Refusal(Reason.NOTHING_TO_ANSWER)
    return request_page.mail_again(page.request, page.step, page.draft, said)


async def act(desk: Desk, call: Call) -> Reply:
    """*Try again* and *Take it back*."""
    request_id = _request(call)
    doing = order_requests.retry if call.route == blocks.RETRY else order_requests.withdraw
    try:
        done = await doing(desk, call.by, request_id, call.key)
    except ActRefused as refused:
        return _in_place(call, notice.view("Not possible", str(refused)))
    if call.payload is Payload.MESSAGE_BUTTON and done.request is not None:
        return Redraw(blocks.news(done.request))
    return Replace(await _page(desk, call, done, on_top=_is_on_top(call)))


def _undecidable(call: Call, shown: RequestShown) -> Reply:
    """Somebody came second, or may not decide: the message folds, or the page says why."""
    if call.payload is Payload.MESSAGE_BUTTON and shown.request.decided_at is not None:
        return Redraw(blocks.folded(shown.request))
    return _in_place(call, request_page.view(shown, on_top=_is_on_top(call)))


async def _after(desk: Desk, call: Call, request_id: OrderRequestId, done: Submitted | None = None) -> Reply:
    """What a form leads to: the page of the request, below where it stands there."""
    if done is not None and done.request is not None:
        view = await _page(desk, call, done)
    else:
        view = request_page.view(await order_requests.shown(desk, call.by, request_id))
    below = call.view is not None and call.view.below is not None
    return Refresh(view) if below else Replace(view)


async def _page(desk: Desk, call: Call, done: Submitted, *, on_top: bool = False) -> View:
    """Where it stands now, with what this person may do next."""
    assert done.request is not None
    now = await order_requests.as_kept(desk, call.by, done.request.id)
    return request_page.view(now, on_top=on_top)


def _in_place(call: Call, view: View) -> Reply:
    """On top, or in place of a window over which none fits."""
    return Replace(view) if call.payload is Payload.MODAL_BUTTON and _is_on_top(call) else Open(view)


def _request(call: Call) -> OrderRequestId:
    return OrderRequestId(number_in(call.value, "request"))


def _held(call: Call) -> tuple[OrderRequestId, Mapping[str, object]]:
    try:
        return request_page.request_in(call.view.metadata if call.view is not None else "")
    except ValueError as wild:
        raise Unreadable("the window keeps no request") from wild


def _is_on_top(call: Call) -> bool:
    try:
        return _held(call)[1].get("top") is True
    except Unreadable:
        return False
