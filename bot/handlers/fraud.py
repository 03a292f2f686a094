"""People decide on fraud reports: `/order fraud`, its windows, and the area Fraud of Home."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import fraud as dialogs
from bot.dialogs import fraud_queue
from bot.dialogs.forms import FieldErrors
from bot.domain.commerce.fraud import FraudRuling
from bot.domain.commerce.queue_filters import FraudState, read_fraud
from bot.domain.ids import CallKey, FraudReportId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.spoken import as_typed
from bot.handlers.targets import is_shops_number, number_in, numbers_in
from bot.services import fraud as service
from bot.services import fraud_ending
from bot.services.desk import Desk

LOST = frozenset(
    {
        Reason.FRAUD_DECIDED,
        Reason.FRAUD_PROPOSED,
        Reason.FRAUD_NOT_PROPOSED,
        Reason.FRAUD_NOT_CHECK,
        Reason.FRAUD_CHANGED,
    }
)
"""Somebody was faster: the report as it is now says more than a sentence alone."""


async def show_list(desk: Desk, call: Call) -> Reply:
    """`/order fraud [NUMBER or filters]`, and Fraud in Home."""
    text = as_typed(call.text).strip() if call.payload is Payload.COMMAND else ""
    if is_shops_number(text):
        report_id = await service.of_number(desk, call.by, text)
        return Open(dialogs.page(await service.show(desk, call.by, report_id)))
    return Open(fraud_queue.listing(await service.page(desk, call.by, read_fraud(text))))


async def filtered(desk: Desk, call: Call) -> Reply:
    """Show in the window: what is left stands in it."""
    asked = fraud_queue.read(call.fields)
    if isinstance(asked, FieldErrors):
        return Errors(asked.errors)
    return Replace(fraud_queue.listing(await service.page(desk, call.by, asked)))


async def narrow(desk: Desk, call: Call) -> Reply:
    """Filter...: what narrows the list, on top of it."""
    assert call.view is not None
    asked, starts = fraud_queue.asked(call.view.metadata)
    page = await service.page(desk, call.by, asked, starts)
    return Replace(fraud_queue.listing(page, narrowing=True))


async def turn(desk: Desk, call: Call) -> Reply:
    """Back and More."""
    assert call.view is not None
    asked, starts = fraud_queue.asked(call.view.metadata)
    if call.route == fraud_queue.ON:
        starts = (*starts, FraudReportId(number_in(call.value, "report")))
    else:
        starts = starts[:-1]
    return Replace(fraud_queue.listing(await service.page(desk, call.by, asked, starts)))


async def show(desk: Desk, call: Call) -> Reply:
    """The Show buttons of reports, also that of a message."""
    shown = await service.show(desk, call.by, FraudReportId(number_in(call.value, "report")))
    return Open(dialogs.page(shown, room=0 if is_third(call) else 1))


async def go_on(desk: Desk, call: Call) -> Reply:
    """Do the next of it: what a rejected order still needs, one act a press."""
    report_id = FraudReportId(numbers_in(call.value, 2)[0])
    came = await fraud_ending.consequences(desk, call.by, report_id, _derived(call))
    shown = await service.show(desk, call.by, report_id)
    room = dialogs.page_in(call.view.metadata)[1] if call.view is not None else 0
    return Replace(dialogs.page(shown, banner=dialogs.came(came, shown.person.timezone), room=room))


def _derived(call: Call) -> CallKey:
    """The key of the act on the order, which is not the decision itself."""
    return CallKey(f"{call.key.name}:order", call.key.content)


async def form(desk: Desk, call: Call) -> Reply:
    """Approve, Reject, Agree and Decline: what will come of it, and a word why."""
    report_id, _ = numbers_in(call.value, 2)
    shown = await service.show(desk, call.by, FraudReportId(report_id))
    return Open(dialogs.form(shown, dialogs.way_of(call.route)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """It is saved when this returns; the report's page shows it."""
    assert call.view is not None
    told = dialogs.read_form(call.fields, call.view.metadata)
    if isinstance(told, FieldErrors):
        return Errors(told.errors)
    report_id, version, way, remark = told
    try:
        if way in ("agree", "decline"):
            agree = way == "agree"
            await service.second(desk, call.by, call.key, report_id, version, agree=agree, remark=remark)
        else:
            ruling = FraudRuling(way)
            await service.decide(desk, call.by, call.key, report_id, version, ruling, remark)
    except Refusal as refusal:
        if refusal.reason not in LOST:
            raise
        shown = await service.show(desk, call.by, report_id)
        banner = words.plain(refusal, shown.person.timezone)
        if refusal.reason is Reason.FRAUD_CHANGED and dialogs.fits(shown, way):
            return Replace(dialogs.form(shown, way, call.fields, banner))
        view = dialogs.page(shown, banner=banner, wrote=remark)
    else:
        shown = await service.show(desk, call.by, report_id)
        banner = dialogs.said(shown, way)
        if shown.state is FraudState.REJECTED and dialogs.is_unfinished(shown):
            came = await fraud_ending.consequences(desk, call.by, report_id, _derived(call))
            banner = f"{banner} Cancelling it: {dialogs.came(came, shown.person.timezone)}"
            shown = await service.show(desk, call.by, report_id)
        view = dialogs.page(shown, banner=banner)
    return Refresh(view) if call.view.below is not None else Replace(view)
