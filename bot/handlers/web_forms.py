"""Staff send a customer the link to the form: `/customer form`, and the buttons of the same."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import send_form
from bot.domain.ids import CustomerId
from bot.domain.refusals import Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Open, Replace, Reply
from bot.handlers.targets import number_in, number_typed
from bot.services import customers, web_forms
from bot.services.desk import Desk


async def dialog(desk: Desk, call: Call) -> Reply:
    """`/customer form NUMBER`, and *Send the form* on a customer's page and in a call."""
    if call.payload is Payload.COMMAND:
        customer_id = await customers.number_of(desk, call.by, number_typed(call))
    else:
        customer_id = CustomerId(number_in(call.value, "customer"))
    return Open(send_form.view(await web_forms.send_form(desk, call.by, customer_id)))


async def send(desk: Desk, call: Call) -> Reply:
    """*Send the link*: the e-mail is on its way when this returns."""
    customer_id = CustomerId(number_in(call.value, "customer"))
    try:
        await web_forms.send(desk, customer_id, call.by, call.key)
    except Refusal as refusal:
        form = await web_forms.send_form(desk, call.by, customer_id)
        return Replace(send_form.view(form, words.plain(refusal, "UTC")))
    return Replace(send_form.done(await web_forms.send_form(desk, call.by, customer_id)))
