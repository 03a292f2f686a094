"""The areas Orders and Returns: lists with filters, and requests that wait; `handlers.areas` shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import slackblocks as sb

from bot.blocks import inputs, kit, shop
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names_orders import QUEUE_NAMES, STAGE_NAMES
from bot.dialogs import customer_area, forms, request_page
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.order_filters import (
    BACK,
    SUSPENDED,
    OrderFilter,
    ReturnFilter,
    read_orders,
    read_returns,
)
from bot.domain.commerce.queue_filters import ANY
from bot.domain.commerce.requests import Queue, Requests
from bot.domain.commerce.states import ReturnStage
from bot.domain.policy import Choice
from bot.domain.refusals import Refusal
from bot.domain.shop.money import is_currency
from bot.domain.shop.order_lists import OrderList, OrderPlace, ReturnList
from bot.domain.shop.orders import OrderStatus

ORDERS, RETURNS, QUEUE = "area.orders.list", "area.returns.list", "area.requests.list"
FILTER_ORDERS, FILTER_RETURNS = "area.orders.filter", "area.returns.filter"
TURN_ORDERS, TURN_RETURNS, TURN_QUEUE = "area.orders.turn", "area.returns.turn", "area.requests.turn"
SHOW_QUEUE = "area.requests"
SHOW_ORDER = "order.show"

NARROW_ORDERS = "area.orders.narrow"
SAVE_ORDERS, SAVE_RETURNS = "area.orders.save", "area.returns.save"

ALL = ANY
PAGE = 10

_ORDER_FILTERS: tuple[tuple[str, str, str], ...] = (
    (ALL, "All orders", ""),
    *((one.value, shop.ORDER_STATUS_NAMES[one], "") for one in OrderStatus),
    (SUSPENDED, "Suspended", ""),
    (BACK, "On the way back", "Something of it is being returned"),
)
_RETURN_FILTERS: tuple[tuple[str, str, str], ...] = (
    (ALL, "All returns", ""),
    *((one.value, STAGE_NAMES[one].capitalize(), "") for one in ReturnStage),
)
QUEUES: tuple[tuple[str, str, str], ...] = tuple((one.value, QUEUE_NAMES[one], "") for one in Queue)


def orders(page: OrderList, wanted: OrderFilter, said: str | None = None, *, narrowing: bool = False) -> View:
    """A page of orders, the newest first; with `narrowing` a form stands on top. `said` is raw text."""
    on_top = _narrowing(wanted) if narrowing else [_order_menu(wanted)]
    blocks: list[sb.Block] = [*forms.banner(said), *on_top]
    blocks += _turning(TURN_ORDERS, _text(page.newer), _text(page.older), "orders")
    if wanted.more and not narrowing:
        blocks.append(kit.small("more", kit.plain(f"Only {' '.join(wanted.more)}")))
    if not page.rows:
        blocks.append(kit.section("none", "No order is in this list. Choose another one above."))
    for one in page.rows:
        blocks.append(shop.order_row("order", one, SHOW_ORDER))
    return kit.modal(
        "Orders",
        blocks,
        callback_id=ORDERS,
        submit="Show" if narrowing else None,
        metadata=json.dumps({"of": wanted.text}),
    )


def _order_menu(wanted: OrderFilter) -> sb.Block:
    find = kit.button(
        "Find...", customer_area.FIND, "find", label="Find an order by number or by whose it is"
    )
    more = kit.button("Filter...", NARROW_ORDERS, "narrow", label="Choose a currency and days")
    return _filters(FILTER_ORDERS, _ORDER_FILTERS, wanted.kind, "Which orders", SAVE_ORDERS, more, find)


def _narrowing(wanted: OrderFilter) -> list[sb.Block]:
    states = [Choice(value=value, label=label) for value, label, _ in _ORDER_FILTERS]
    return [
        inputs.select("kind", "State", states, initial=wanted.kind),
        inputs.text(
            "currency", "Currency", initial=wanted.currency, limit=3, optional=True, hint="Three letters: USD"
        ),
        inputs.day("since", "Ordered from", initial=_iso(wanted.since), optional=True),
        inputs.day("until", "Ordered until", initial=_iso(wanted.until), optional=True),
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def read_form(fields: Fields) -> OrderFilter | FieldErrors:
    """What the form on top narrows the orders by, or what is wrong in it."""
    chosen, currency = forms.choice_in(fields, "kind"), forms.text_in(fields, "currency").upper()
    since, until = forms.day_in(fields, "since"), forms.day_in(fields, "until")
    errors = {}
    if currency and not is_currency(currency):
        errors["currency"] = "No currency is written so. Write three letters, for example USD."
    if since and until and since > until:
        errors["until"] = "This day is before the first one. Choose a later day."
    if errors:
        return FieldErrors(errors=errors)
    return OrderFilter(kind=_kind(chosen), currency=currency, since=since, until=until)


def _text(place: OrderPlace | None) -> str | None:
    return place.text if place is not None else None


def orders_in(metadata: str) -> OrderFilter:
    """What a window of orders stands on; all of them where it cannot be read."""
    try:
        return read_orders(chosen_in(metadata))
    except Refusal:
        return OrderFilter()


def orders_of(metadata: str, chosen: str) -> OrderFilter:
    """The same with another choice of its menu; all where it is none of ours."""
    return replace(orders_in(metadata), kind=_kind(chosen))


def _kind(chosen: str | None) -> str:
    known = {value for value, _, _ in _ORDER_FILTERS}
    return chosen if chosen in known else ALL


def returns(page: ReturnList, wanted: ReturnFilter, said: str | None = None) -> View:
    """A page of returns, the newest first; `said` is a sentence on top, raw text."""
    chosen = wanted.stage.value if wanted.stage else ALL
    newer, older = (str(one) if one is not None else None for one in (page.newer, page.older))
    blocks: list[sb.Block] = [
        *forms.banner(said),
        _filters(FILTER_RETURNS, _RETURN_FILTERS, chosen, "Which returns", SAVE_RETURNS),
        *_turning(TURN_RETURNS, newer, older, "returns"),
    ]
    if not page.rows:
        blocks.append(kit.section("none", "No return is in this list. Choose another one above."))
    for one in page.rows:
        show = kit.button("Order", SHOW_ORDER, str(one.order_id), label=f"Show order {one.order_number}")
        awaited = f" · {one.open} of {one.expected} awaited" if one.open else f" · {_units(one.expected)}"
        since = f" · {texts.date(one.at)}" if one.at is not None else ""
        told = f"*{texts.marked(one.number, 40)}* · {STAGE_NAMES[one.stage]}{awaited}{since}"
        told += f" · {texts.marked(one.customer_name, 60)}"
        blocks.append(kit.marked_section(f"return.{one.id}", told, show))
    return kit.modal("Returns", blocks, callback_id=RETURNS, metadata=json.dumps({"of": wanted.text}))


def returns_of(chosen: str) -> ReturnFilter:
    """What a choice of the menu names; all of them where it is none of ours."""
    return ReturnFilter(stage=next((one for one in ReturnStage if one.value == chosen), None))


def returns_in(metadata: str) -> ReturnFilter:
    """What a window of returns stands on; all of them where it cannot be read."""
    try:
        return read_returns(chosen_in(metadata))
    except Refusal:
        return ReturnFilter()


def _units(count: int) -> str:
    return f"{count} unit{'' if count == 1 else 's'}"


def requests(page: Requests, queue: Queue) -> View:
    """A page of requests, the oldest first."""
    before = str(max(0, page.offset - PAGE)) if page.offset else None
    after = page.offset + len(page.rows)
    turning = [
        _filters(SHOW_QUEUE, QUEUES, queue.value, "Which requests"),
        *_turning(TURN_QUEUE, before, str(after) if after < page.total else None, "requests"),
    ]
    metadata = json.dumps({"of": queue.value})
    return request_page.listing(page, "Requests", QUEUE, metadata, turning)


def queue_of(chosen: str) -> Queue:
    """The list that a choice names; those to approve where it is none of ours."""
    return next((one for one in Queue if one.value == chosen), Queue.TO_APPROVE)


def chosen_in(metadata: str) -> str:
    """The filter that a window stands on."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    found = held.get("of") if isinstance(held, Mapping) else None
    return found if isinstance(found, str) else ALL


def _filters(
    action_id: str,
    choices: tuple[tuple[str, str, str], ...],
    chosen: str,
    name: str,
    save: str = "",
    *more: sb.Element,
) -> sb.Block:
    elements: list[sb.Element] = [kit.menu(action_id, name, choices, chosen=chosen), *more]
    if action_id != SHOW_QUEUE:
        waiting = kit.button("Requests", SHOW_QUEUE, Queue.TO_APPROVE.value, label="Requests that wait")
        elements.append(waiting)
    if save:
        elements.append(kit.button("Save this search", save, "save"))
    return sb.ActionsBlock(elements=elements, block_id=f"filters.{chosen}")


def _turning(action_id: str, newer: str | None, older: str | None, what: str) -> list[sb.Block]:
    made = []
    if newer is not None:
        made.append(kit.button("Newer", f"{action_id}.newer", newer, label=f"Newer {what}"))
    if older is not None:
        made.append(kit.button("Older", f"{action_id}.older", older, label=f"Older {what}"))
    return [kit.buttons("turn", *made)] if made else []
