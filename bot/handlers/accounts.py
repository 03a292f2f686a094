"""Administrators set up customers' accounts: `/desk accounts`, its list and its window."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import accounts
from bot.dialogs.forms import FieldErrors
from bot.domain.commands import EditAccount
from bot.domain.ids import AccountId
from bot.domain.people import Account
from bot.domain.refusals import Reason, Refusal
from bot.domain.set_up import AccountNow
from bot.handlers import ways_back
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.services import accounts as account_service
from bot.services import set_up as reading
from bot.services.desk import Desk


async def account_list(desk: Desk, call: Call) -> Reply:
    """`/desk accounts [name]`."""
    page = await reading.account_list(desk, call.by, words=ways_back.looked_for(call))
    return Open(accounts.view(page, desk.policy))


async def turn(desk: Desk, call: Call) -> Reply:
    """Earlier and Later in the list."""
    page = await reading.account_list(desk, call.by, int(call.value), ways_back.whence(call).words)
    return Replace(accounts.view(page, desk.policy))


async def dialog(desk: Desk, call: Call) -> Reply:
    """Add an account, and Edit beside one."""
    account_id = AccountId(int(call.value.partition(".")[0])) if call.route == accounts.EDIT else None
    form = await reading.account_form(desk, call.by, account_id)
    return Open(accounts.form(form, ways_back.whence(call)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The account is saved when this returns; the list below shows it."""
    assert call.view is not None
    command = accounts.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        if isinstance(command, EditAccount):
            await account_service.edit_account(desk, command, call.by, call.key)
            account_id = command.account_id
        else:
            account_id = await account_service.add_account(desk, command, call.by, call.key)
    except Refusal as refusal:
        return await _refused(desk, call, refusal)
    form = await reading.account_form(desk, call.by, account_id)
    assert form.account is not None  # it has just been saved
    return await _done(desk, call, form.account, len(form.contacts))


async def _refused(desk: Desk, call: Call, refusal: Refusal) -> Reply:
    """At the field that it is about; somebody else's change is shown, with all that was typed here."""
    assert call.view is not None
    sentence = words.plain(refusal, "UTC")
    if refusal.reason is Reason.ACCOUNT_EXISTS:
        return Errors({"org_id": sentence})
    if refusal.reason is Reason.NO_SUCH_CHOICE:
        return Errors({"timezone": sentence})
    if refusal.reason is not Reason.SET_UP_MEANWHILE:
        raise refusal
    form = await reading.account_form(desk, call.by, accounts.account_in(call.view.metadata))
    return Replace(accounts.form(form, ways_back.whence(call), touched(call), sentence))


async def _done(desk: Desk, call: Call, account: Account, contacts: int) -> Reply:
    assert call.view is not None
    said = accounts.saved(AccountNow(account=account, contacts=contacts))
    view = await ways_back.drawn(desk, call, ways_back.whence(call), said)
    return Refresh(view) if call.view.below is not None else Replace(view)
