"""People look at the shop's customers: `/customer`, its windows, and the form that makes and changes one."""

from __future__ import annotations

from functools import partial

from bot.blocks import usage, words
from bot.dialogs import customer_form, customer_page, customer_story, find_customers
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import CustomerId
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.domain.shop.customers import AddCustomer, EditCustomer
from bot.domain.shop.lookup import Find
from bot.handlers.call import Call, Payload
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply, Say
from bot.handlers.spoken import as_typed
from bot.handlers.targets import number_in, number_typed, numbers_in
from bot.handlers.wire import Unreadable
from bot.services import customers, sessions
from bot.services.desk import Desk


async def find(desk: Desk, call: Call) -> Reply:
    """`/customer find [words]`."""
    text = as_typed(call.text)[: find_customers.LONGEST]
    return Open(find_customers.view(await customers.find(desk, call.by, Find(text=text))))


async def found(desk: Desk, call: Call) -> Reply:
    """Find in the window: who is found stands in it."""
    return Replace(find_customers.view(await customers.find(desk, call.by, find_customers.read(call.fields))))


async def show(desk: Desk, call: Call) -> Reply:
    """`/customer show NUMBER`, and the Show buttons."""
    if call.payload is Payload.COMMAND:
        customer_id = await customers.number_of(desk, call.by, number_typed(call))
    else:
        customer_id = CustomerId(number_in(call.value, "customer"))
    page = await customers.page(desk, call.by, customer_id)
    drawn = customer_page.view(page, desk.policy, room=room_behind(call))
    return Open(drawn, after=partial(sessions.opened, desk, call.by, Opened(customer_id=customer_id)))


async def turn_story(desk: Desk, call: Call) -> Reply:
    """Newer, Older and another kind, of what happened with a customer."""
    assert call.view is not None
    found = customer_story.asked_in(call.value)
    if found is None:
        raise Unreadable("a button carries no place in a story")
    customer_id, kind, start = found
    page = await customers.page(desk, call.by, customer_id, kind, start)
    return Replace(customer_page.view(page, desk.policy, room=customer_page.room_in(call.view.metadata)))


async def dialog(desk: Desk, call: Call) -> Reply:
    """`/customer new [name]`, `/customer edit NUMBER`, and the buttons of the same."""
    if call.route in ("/customer new", find_customers.NEW):
        form = await customers.form(desk, call.by)
        return Open(customer_form.view(form, name=as_typed(call.text), room=room_behind(call)))
    if call.payload is Payload.COMMAND:
        customer_id = await customers.number_of(desk, call.by, number_typed(call))
    else:
        customer_id = CustomerId(numbers_in(call.value, 2)[0])
    form = await customers.form(desk, call.by, customer_id)
    return Open(customer_form.view(form, room=room_behind(call)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The customer is saved when this returns; their page shows it."""
    assert call.view is not None
    command = customer_form.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        if isinstance(command, EditCustomer):
            receipt = await customers.edit(desk, command, call.by, call.key)
        else:
            receipt = await customers.add(desk, command, call.by, call.key)
    except Refusal as refusal:
        return await _refused(desk, call, command, refusal)
    assert receipt.customer_id is not None  # it has just been saved
    page = await customers.page(desk, call.by, receipt.customer_id)
    said = customer_form.saved(page.standing.customer.called)
    room = customer_page.room_in(call.view.metadata)
    if isinstance(command, EditCustomer) and call.view.below is not None:
        return Refresh(customer_page.view(page, desk.policy, room=room + 1, banner=said))
    return Replace(customer_page.view(page, desk.policy, room=room, banner=said))


async def _refused(desk: Desk, call: Call, command: AddCustomer | EditCustomer, refusal: Refusal) -> Reply:
    """At the field that it is about; who looks alike, and somebody else's change, with all that was typed."""
    assert call.view is not None
    sentence, room = words.plain(refusal, "UTC"), customer_page.room_in(call.view.metadata)
    if refusal.reason is Reason.SITE_EXISTS:
        return Errors({"site": sentence})
    if refusal.reason is Reason.CUSTOMER_EXISTS and isinstance(command, AddCustomer):
        alike = await customers.alike(desk, call.by, command)
        form = await customers.form(desk, call.by)
        return Replace(customer_form.view(form, call.fields, sentence, alike.hits, room=room))
    if refusal.reason is Reason.CUSTOMER_CHANGED and isinstance(command, EditCustomer):
        form = await customers.form(desk, call.by, command.customer_id)
        return Replace(customer_form.view(form, touched(call), sentence, room=room))
    raise refusal


async def usage_of_customer(desk: Desk, call: Call) -> Reply:
    """`/customer help`, `/customer` alone, and every word that we do not know."""
    word = call.route.removeprefix("/customer").strip()
    known = word in ("", "help")
    typed = " ".join(part for part in (word, as_typed(call.text)) if part)
    return Say(usage.customer_help(None if known else typed))


def room_behind(call: Call) -> int:
    """How many windows may be opened on top of the one that is opened now: Slack opens no more than three."""
    if call.view is None:
        return customer_page.MOST_ROOM
    return 0 if call.view.below is not None else 1


def is_third(call: Call) -> bool:
    """Whether what is opened now stands on two windows: Slack opens no more than three."""
    return call.view is not None and call.view.below is not None
