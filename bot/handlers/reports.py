"""People look after reports: `/case reports`, `/desk reports`, and the buttons in their windows."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import report_form
from bot.dialogs import reports as dialog
from bot.dialogs.forms import FieldErrors
from bot.domain.refusals import Reason, Refusal
from bot.domain.reports import ReportKind
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.targets import number_in
from bot.services import reports as service
from bot.services.desk import Desk

FIELD_OF = {
    Reason.ME_IN_A_CHANNEL: "search",
    Reason.UNKNOWN_FILTER: "search",
    Reason.UNKNOWN_FILTER_VALUE: "search",
    Reason.NOTHING_OF_THIS_NAME: "search",
    Reason.NO_SUCH_PERSON: "people",
    Reason.REPORTS_ARE_FOR_STAFF: "people",
}
"""The field that a refusal belongs to."""


async def show(desk: Desk, call: Call) -> Reply:
    """`/case reports`."""
    return Open(dialog.ledger(await service.page(desk, call.by)))


async def turn(desk: Desk, call: Call) -> Reply:
    """Newer and Older in the ledger."""
    return Replace(dialog.ledger(await service.page(desk, call.by, number_in(call.value))))


async def subscribe(desk: Desk, call: Call) -> Reply:
    """Subscribe and Stop."""
    wanted = call.route == dialog.SUBSCRIBE
    await service.subscribe(desk, call.by, call.key, wanted=wanted)
    said = "You get your own part from now on." if wanted else "You get no more reports of your own cases."
    return Replace(dialog.ledger(await service.page(desk, call.by), said))


async def send(desk: Desk, call: Call) -> Reply:
    """Preview and Send now."""
    preview = call.route == dialog.PREVIEW
    job = call.value.rpartition(".")[0]
    await service.send_now(desk, job, call.by, call.key, preview=preview)
    said = "It comes to you as a direct message, and to nobody else." if preview else "It is on its way."
    return Replace(dialog.ledger(await service.page(desk, call.by), said))


async def show_list(desk: Desk, call: Call) -> Reply:
    """`/desk reports`."""
    return Open(report_form.plan_list(await service.plan_list(desk, call.by)))


async def form(desk: Desk, call: Call) -> Reply:
    """Add a report of cases or calls, and Edit beside one."""
    job = call.value if call.route == report_form.EDIT else ""
    kind = ReportKind.CALLS if call.route == report_form.ADD_CALLS else ReportKind.CASES
    return Open(report_form.form(await service.form(desk, call.by, job, kind)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The report is saved when this returns; the list below shows it."""
    assert call.view is not None
    job = report_form.job_in(call.view.metadata)
    page = await service.form(desk, call.by, job, report_form.kind_in(call.view.metadata))
    command = report_form.read(call.fields, page, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        await service.set_up(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason in FIELD_OF:
            return Errors({FIELD_OF[refusal.reason]: words.plain(refusal, "UTC")})
        if refusal.reason is not Reason.SET_UP_MEANWHILE:
            raise
        return Replace(report_form.form(page, touched(call), words.plain(refusal, "UTC")))
    said = f"{command.name} is saved. It counts from now on."
    view = report_form.plan_list(await service.plan_list(desk, call.by), said)
    return Refresh(view) if call.view.below is not None else Replace(view)
