"""People ask for reports of personal data: Home's area, `/customer data`, a customer's page."""

from __future__ import annotations

from bot.blocks import words_personal
from bot.dialogs import personal_data as dialog
from bot.dialogs.forms import FieldErrors
from bot.domain.commerce.customer_filters import PersonalFilter
from bot.domain.ids import CustomerId, PersonalReportId
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.spoken import as_typed
from bot.handlers.targets import number_in
from bot.services import customers
from bot.services import personal_data as service
from bot.services.desk import Desk


async def area(desk: Desk, call: Call) -> Reply:
    """*Personal data* in Home: those that were asked for."""
    return Open(dialog.reports(await service.reports(desk, call.by)))


async def turn(desk: Desk, call: Call) -> Reply:
    """Newer and Older in that list."""
    start, state = PersonalReportId(number_in(call.value)), _filter(call).state
    return Replace(dialog.reports(await service.reports(desk, call.by, state, start)))


async def narrow(desk: Desk, call: Call) -> Reply:
    """Those of one state, or all."""
    state = dialog.filter_of(call.value).state
    return Replace(dialog.reports(await service.reports(desk, call.by, state)))


def _filter(call: Call) -> PersonalFilter:
    return dialog.filter_in(call.view.metadata if call.view is not None else "")


async def new(desk: Desk, call: Call) -> Reply:
    """*New report* in the list: of whom is asked in the form."""
    page = await service.reports(desk, call.by)
    return Open(dialog.ask(None, page.days))


async def of_customer(desk: Desk, call: Call) -> Reply:
    """`/customer data NUMBER` (the list without a number), and *Personal data* on a customer's page."""
    if call.payload is Payload.COMMAND:
        number = as_typed(call.text).strip()
        if not number:
            return await area(desk, call)
        customer_id = await customers.number_of(desk, call.by, number)
    else:
        customer_id = CustomerId(number_in(call.value, "customer"))
    customer = await service.subject(desk, call.by, customer_id)
    return Open(dialog.ask(customer, desk.policy.limits.personal_data_days))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The report is on its way when this returns; the list below shows it."""
    assert call.view is not None
    command = dialog.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    await service.ask(desk, command, call.by, call.key)
    days = desk.policy.limits.personal_data_days
    from_list = dialog.held_customer(call.view.metadata) is None
    if from_list and call.view.below is not None:
        return Refresh(dialog.reports(await service.reports(desk, call.by), words_personal.begun(days)))
    return Replace(dialog.done(days))
