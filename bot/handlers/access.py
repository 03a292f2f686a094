"""People ask for access and see to such requests: `/case access`, its windows, its messages' buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.blocks import access as blocks
from bot.blocks import usage, words
from bot.dialogs import access as dialogs
from bot.dialogs.forms import FieldErrors
from bot.dialogs.set_up import held
from bot.domain.ids import AccessRequestId, CallKey, SlackUserId
from bot.domain.receipts import Receipt
from bot.domain.refusals import Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Errors, Nothing, Open, Replace, Reply, Say, View
from bot.handlers.spoken import as_typed
from bot.handlers.targets import numbers_in
from bot.handlers.wire import Unreadable
from bot.services import access
from bot.services.desk import Desk

_ACTS: Mapping[str, Callable[[Desk, AccessRequestId, SlackUserId, CallKey], Awaitable[Receipt]]] = {
    blocks.TAKE: access.take,
    blocks.FINISH: access.finish,
    blocks.PUT_BACK: access.put_back,
}


async def command(desk: Desk, call: Call) -> Reply:
    """`/case access` asks; `/case access list` shows what is open."""
    word = call.text.strip().lower()
    if word == "list":
        return Open(dialogs.listing(await access.listing(desk, call.by)))
    if word:
        return Say(usage.case_help(f"access {as_typed(call.text)}"))
    return Open(dialogs.view(await access.form(desk, call.by)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The request is recorded when this returns, and its messages are on their way."""
    assert call.view is not None
    asked = dialogs.read(call.fields, call.view.metadata)
    if isinstance(asked, FieldErrors):
        return Errors(asked.errors)
    receipt = await access.request_access(desk, asked, call.by, call.key)
    assert receipt.access_request_id is not None  # it has just been recorded
    return Replace(dialogs.done(await access.asked(desk, call.by, receipt.access_request_id)))


async def act(desk: Desk, call: Call) -> Reply:
    """Take it, Done and Put it back, on a message or in the list."""
    request_id, _ = numbers_in(call.value, 2)
    acting = _ACTS[call.route](desk, AccessRequestId(request_id), call.by, call.key)
    if call.payload is not Payload.MODAL_BUTTON:
        await acting
        return Nothing()
    try:
        await acting
    except Refusal as refusal:
        return Replace(await _list_again(desk, call, words.plain(refusal, "UTC")))
    return Replace(await _list_again(desk, call))


async def _list_again(desk: Desk, call: Call, banner: str | None = None) -> View:
    assert call.view is not None
    kept = held(call.view.metadata)
    start, finished = kept.get("start"), kept.get("finished") is True
    page = await access.listing(desk, call.by, start if isinstance(start, int) else 0, finished=finished)
    return dialogs.listing(page, banner)


async def show_list(desk: Desk, call: Call) -> Reply:
    """The button of a reminder."""
    return Open(await _page(desk, call))


async def turn(desk: Desk, call: Call) -> Reply:
    """Earlier, Later, and the other half of the list."""
    return Replace(await _page(desk, call))


async def _page(desk: Desk, call: Call) -> View:
    half, _, start = call.value.partition(".")
    if half not in ("open", "finished"):
        raise Unreadable("a button carries no half of a list")
    (first,) = numbers_in(start, 1)
    return dialogs.listing(await access.listing(desk, call.by, first, finished=half == "finished"))
