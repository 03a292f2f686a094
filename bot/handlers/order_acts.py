"""People act on orders: pick, see what it would do, do it. An order's buttons, and `/order cancel`."""

from __future__ import annotations

from bot.blocks import rehearsals
from bot.blocks.names_orders import NOTHING_TO
from bot.dialogs import (
    asked_acts,
    notice,
    order_more,
    pick_items,
    receive_goods,
    refund_money,
    rehearse_act,
    request_page,
)
from bot.dialogs.asked_acts import About, TooMuch
from bot.dialogs.forms import FieldErrors
from bot.domain.commerce.acts import OrderAct, ReverseAuthorization
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.requests import (
    Came,
    OrderAsk,
    OrderStanding,
    RequestKind,
)
from bot.domain.ids import OrderRequestId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.customers import is_third
from bot.handlers.orders import order_typed
from bot.handlers.reply import Errors, Open, Replace, Reply, View, said
from bot.handlers.spoken import as_typed
from bot.handlers.targets import number_in
from bot.handlers.wire import Unreadable
from bot.services import order_acts, order_requests, order_windows
from bot.services.desk import Desk


async def command(desk: Desk, call: Call) -> Reply:
    """`/order cancel N`, `/order return N`, `/order refund N`; without N: the order of one's session."""
    word = call.route.removeprefix("/order ")
    found = await order_typed(desk, call)
    return await _begin(desk, call, RequestKind(word), About(order=found.number))


async def begin(desk: Desk, call: Call) -> Reply:
    """A button of an act: on an order's page, in *More...*, or on a message about a request."""
    kind = RequestKind(call.route.removeprefix("order.act."))
    return await _begin(desk, call, kind, _about(call, kind))


async def more(desk: Desk, call: Call) -> Reply:
    """*More...* of an order's page: every act, and why not the rest."""
    about = _about(call)
    standing = await order_acts.standing(desk, call.by, about.order)
    return _over(call, about, order_more.view(standing, _above(call, about)))


async def turn(desk: Desk, call: Call) -> Reply:
    """Other lines, and *All that can be*: what is picked on this page stays picked."""
    assert call.view is not None
    picking, about = _picking(call), _read_about(call)
    picked = pick_items.merged(picking, call.fields)
    if isinstance(picked, FieldErrors):
        return Replace(await _pick(desk, call, about, picking, next(iter(picked.errors.values()))))
    standing = await order_acts.standing(desk, call.by, about.order)
    start = picking.start
    if call.route == pick_items.ALL:
        picked = pick_items.everything(standing, picking.kind)
    else:
        start = number_in(call.value, "line")
    now = pick_items.Picking(kind=picking.kind, start=start, picked=picked)
    reasons, shipping = await order_windows.of_flow(desk, call.by, picking.kind)
    fields = {name: held for name, held in call.fields.items() if not name.startswith("line.")}
    return Replace(pick_items.view(standing, about, now, reasons, fields, shipping=shipping))


async def picked(desk: Desk, call: Call) -> Reply:
    """The window of items: what it would do is shown in its place."""
    assert call.view is not None
    act = pick_items.read(_picking(call), call.fields)
    return await _rehearsed(desk, call, act)


async def received(desk: Desk, call: Call) -> Reply:
    """The window of goods that came back."""
    assert call.view is not None
    return await _rehearsed(desk, call, receive_goods.read(call.view.metadata, call.fields))


async def refunded(desk: Desk, call: Call) -> Reply:
    """The window of a refund, and that of a credit memo."""
    assert call.view is not None
    if call.route == refund_money.MEMO:
        return await _rehearsed(desk, call, refund_money.read_memo(call.fields))
    return await _rehearsed(desk, call, refund_money.read(call.view.metadata, call.fields))


async def chosen(desk: Desk, call: Call) -> Reply:
    """*Receive* beside one of several returns."""
    about = _read_about(call)
    standing = await order_acts.standing(desk, call.by, about.order)
    back = next((one for one in standing.waiting if one.number == call.value), None)
    if back is None:
        raise Refusal(Reason.NOTHING_TO_ANSWER)
    return Replace(receive_goods.view(standing, back, _of_return(standing, back.number, about)))


async def moved(desk: Desk, call: Call) -> Reply:
    """*Approve*, *Drop it* and *Complete* beside a return that no flow leads."""
    try:
        act = refund_money.read_move(call.route, call.value)
    except ValueError as wild:
        raise Unreadable("a button carries no move") from wild
    about = _read_about(call)
    return await _shown(desk, call, about, act)


async def submitted(desk: Desk, call: Call) -> Reply:
    """*Do it*: done as it was shown, or nothing, and the fresh figures are shown."""
    assert call.view is not None
    try:
        kept = asked_acts.read(call.view.metadata)
    except ValueError as wild:
        raise Unreadable("the window keeps no act") from wild
    answers = rehearse_act.read(call.fields, call.view.metadata)
    try:
        done = await order_acts.submit(desk, call.by, kept.ask(answers), kept.token, call.key)
    except ActRefused as refused:
        return Replace(rehearse_act.refused(kept.act, kept.about, str(refused), answers))
    if done.came is Came.SAVED:
        assert done.request is not None
        now = await order_requests.as_kept(desk, call.by, done.request.id)
        return Replace(request_page.view(now, on_top=kept.about.on_top))
    assert done.fresh is not None
    if done.came is Came.ASKS:
        lacking = rehearse_act.lacking(done.fresh.missing)
        if lacking.errors and all(one in call.fields for one in lacking.errors):
            return Errors(lacking.errors)
        asks = "Your flow asks something more before it is done. Nothing is done yet."
        return Replace(rehearse_act.view(done.fresh, kept.about, typed=call.fields, said=asks))
    changed = rehearsals.differences(kept.figures, done.fresh.rehearsal)
    told = f"The order has changed meanwhile: {changed}. Nothing is done. Look, then press again."
    return Replace(rehearse_act.view(done.fresh, kept.about, typed=call.fields, said=told))


async def _begin(desk: Desk, call: Call, kind: RequestKind, about: About) -> Reply:
    standing = await order_acts.standing(desk, call.by, about.order)
    offer = standing.offer(kind)
    if offer is None:
        return said(f"{NOTHING_TO[kind]} /order show {as_typed(about.order)} has what became of each line.")
    if offer.refusal is not None:
        raise offer.refusal
    above = _above(call, about)
    if kind is RequestKind.REVERSE:
        return await _shown(desk, call, above, _reversal(standing), about)
    return _over(call, about, await _first(desk, call, standing, kind, above))


async def _first(desk: Desk, call: Call, standing: OrderStanding, kind: RequestKind, about: About) -> View:
    """The window in which an act begins."""
    if kind in pick_items.PICKED:
        picking = pick_items.Picking(kind=kind, picked={})
        reasons, shipping = await order_windows.of_flow(desk, call.by, kind)
        return pick_items.view(standing, about, picking, reasons, shipping=shipping)
    if kind is RequestKind.MEMO:
        return refund_money.memo(standing, about)
    if kind is RequestKind.MOVE_RETURN:
        return refund_money.moves(standing, about)
    if kind is RequestKind.REFUND:
        return refund_money.view(standing, about, by_hand=order_windows.refunds_by_hand(desk))
    return _goods(standing, about)


def _goods(standing: OrderStanding, about: About) -> View:
    wanted = next((one.return_number for one in standing.requests if one.id == about.parent), "")
    found = [one for one in standing.waiting if one.number == wanted] or list(standing.waiting)
    if not found:
        return notice.view("Receive goods", "No return of this order waits for goods.")
    if len(found) > 1:
        return receive_goods.choose(standing, about)
    return receive_goods.view(standing, found[0], _of_return(standing, found[0].number, about))


def _of_return(standing: OrderStanding, number: str, about: About) -> About:
    """The same with the request that the return arose from, whose flow goes on once its goods are there."""
    parent = next((one.id for one in standing.requests if one.return_number == number), about.parent)
    return About(order=about.order, case=about.case, parent=parent, on_top=about.on_top)


def _reversal(standing: OrderStanding) -> OrderAct:
    """As much of the authorisation as nobody will capture, by the first payment that has some of it."""
    payments = standing.books.order.payments
    found = next((one for one in payments if one.available_to_capture), None)
    if found is None or not standing.funds.to_reverse:
        raise Refusal(Reason.NOTHING_TO_ANSWER)
    return ReverseAuthorization(
        payment=found.ref, amount=min(standing.funds.to_reverse, found.available_to_capture)
    )


async def _pick(desk: Desk, call: Call, about: About, picking: pick_items.Picking, said: str) -> View:
    standing = await order_acts.standing(desk, call.by, about.order)
    reasons, shipping = await order_windows.of_flow(desk, call.by, picking.kind)
    return pick_items.view(standing, about, picking, reasons, call.fields, said, shipping=shipping)


async def _rehearsed(desk: Desk, call: Call, act: OrderAct | FieldErrors) -> Reply:
    """What an act would do, in place of the window that asked; what stands against it at its fields."""
    if isinstance(act, FieldErrors):
        return Errors(act.errors)
    about = _read_about(call)
    try:
        shown = await order_acts.rehearse(desk, call.by, _ask(about, act))
        return Replace(rehearse_act.view(shown, about))
    except ActRefused as refused:
        return Errors(_at_fields(refused, call))
    except TooMuch:
        first = next(iter(call.fields), "banner")
        return Errors({first: "That is more than one window can hold. Do a part of it first."})


async def _shown(desk: Desk, call: Call, about: About, act: OrderAct, whence: About | None = None) -> Reply:
    """The same for an act that begins with no form."""
    try:
        shown = await order_acts.rehearse(desk, call.by, _ask(about, act))
    except ActRefused as refused:
        return _over(call, whence or about, rehearse_act.refused(act, about, str(refused)))
    return _over(call, whence or about, rehearse_act.view(shown, about))


def _ask(about: About, act: OrderAct) -> OrderAsk:
    why = {"reason": items[0].reason} if (items := getattr(act, "items", ())) else {}
    return OrderAsk(order_number=about.order, act=act, said=why, case_id=about.case, parent=about.parent)


def _at_fields(refused: ActRefused, call: Call) -> dict[str, str]:
    """Each fault at the field of its line, the others at the first field."""
    first = next(iter(call.fields), "banner")
    found = dict[str, str]()
    for one in refused.faults:
        blocks = (f"line.{one.line_no}", f"accepted.{one.line_no}")
        there = next((name for name in blocks if name in call.fields), "")
        block_id = there or ("amount" if "amount" in call.fields else first)
        sentence = one.said[:1].upper() + one.said[1:] if there else str(one)
        found[block_id] = f"{found[block_id]} {sentence}" if block_id in found else sentence
    return found


def _about(call: Call, kind: RequestKind | None = None) -> About:
    """The order that a button is about: by the window that it stands in, or by what it carries."""
    request, _, number = call.value.partition(".")
    if kind is RequestKind.RECEIVE and number and request.isdecimal() and len(request) < 19:
        known = OrderRequestId(int(request))
        return About(order=number, parent=known, on_top=_is_on_top(call))
    held = asked_acts.held(call.view.metadata) if call.view is not None else {}
    if held.get("order") == call.value:
        return asked_acts.about_of(held)
    return About(order=call.value, on_top=_is_on_top(call))


def _is_on_top(call: Call) -> bool:
    return call.view is not None and asked_acts.held(call.view.metadata).get("top") is True


def _read_about(call: Call) -> About:
    try:
        return asked_acts.read_about(call.view.metadata if call.view is not None else "")
    except ValueError as wild:
        raise Unreadable("the window keeps no order") from wild


def _picking(call: Call) -> pick_items.Picking:
    try:
        return pick_items.picking_of(call.view.metadata if call.view is not None else "")
    except ValueError as wild:
        raise Unreadable("the window keeps no items") from wild


def _above(call: Call, about: About) -> About:
    """The same for the window that opens on top of this one."""
    return About(
        order=about.order, case=about.case, parent=about.parent, on_top=about.on_top or is_third(call)
    )


def _over(call: Call, about: About, view: View) -> Reply:
    """On top of the window that something was pressed in, or in its place where three are open already."""
    if call.payload is Payload.MODAL_BUTTON and about.on_top:
        return Replace(view)
    return Open(view)
