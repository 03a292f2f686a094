"""An order whole, and a cart: products, charges, payments, shipping; `handlers.orders` shows them."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit, queues, shop
from bot.blocks import text as texts
from bot.blocks.kit import Part, View
from bot.dialogs import asked_acts, forms, order_standing
from bot.dialogs.asked_acts import About
from bot.domain.commerce.fraud_queue import FraudRow
from bot.domain.commerce.requests import OrderStanding
from bot.domain.shop.carts import Cart
from bot.domain.shop.money import grouped
from bot.domain.shop.orders import OrderLine, OrderSummary, TaxType

CALLBACK_ID = "order.page"
SHOW_CUSTOMER = "customer.show"
TICKET = "case.ticket"
PLACE = "cart.place"

LINES_SHOWN = 40
LINES_IN_A_BLOCK = 8
LONGEST_NOTES = 1500


def view(
    order: OrderSummary,
    *,
    alone: bool = True,
    standing: OrderStanding | None = None,
    about: About | None = None,
    said: str | None = None,
    fraud: tuple[FraudRow, ...] = (),
) -> View:
    """The page of an order. `alone`: there is room for its customer's page on top of it.

    `standing` is what may be done with it, where the shop has answered; `said` a sentence on top, raw text.
    `fraud` is what is reported of it.
    """
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.header("head", f"Order {order.number}"),
        kit.rich("facts", _facts(order)),
        kit.small("dates", f"Ordered {texts.date(order.ordered_at)}"),
    ]
    blocks += queues.order_block(fraud, alone=alone)
    if standing is not None:
        blocks += order_standing.acts(standing)
    if alone:
        customer = kit.button("Customer", SHOW_CUSTOMER, str(order.customer_id))
        ticket = kit.button("Open a ticket", TICKET, f"order.{order.id}", label="Open a case about the order")
        blocks.append(kit.buttons("acts", customer, ticket))
    if standing is not None:
        blocks += order_standing.open_requests(standing)
        blocks += order_standing.money(standing)
    blocks += _lines(order, order.products, "products", "Products")
    blocks += _lines(order, order.charges, "charges", "Delivery charges")
    blocks += [kit.divider("sums.line"), kit.rich("sums", _sums(order, standing)), *_payments(order)]
    if standing is not None:
        blocks += order_standing.documents(standing.books)
    blocks += _shipping(order)
    if order.notes:
        notes = texts.first(order.notes, LONGEST_NOTES)
        blocks += [kit.divider("notes.line"), kit.marked_section("notes.head", "*Notes*")]
        blocks += kit.typed("notes", notes)
    kept = asked_acts.written(about or About(order=order.number))
    return kit.modal("Order", blocks, callback_id=CALLBACK_ID, metadata=kept)


def _facts(order: OrderSummary) -> list[list[Part]]:
    status = shop.ORDER_STATUS_NAMES[order.status]
    if order.is_suspended:
        status += ", suspended"
    if order.is_void:
        status += ", nothing of it is left"
    prices = "with the tax in them" if order.tax_type is TaxType.GROSS else "without tax"
    return [
        [kit.bold("Customer: "), texts.inline(order.customer_name)],
        [kit.bold("Status: "), status],
        [kit.bold("Site: "), texts.inline(order.site) or "not said"],
        [kit.bold("Prices: "), f"in {order.currency}, {prices}"],
    ]


def _lines(order: OrderSummary, lines: tuple[OrderLine, ...], name: str, title: str) -> list[sb.Block]:
    if not lines:
        return []
    blocks: list[sb.Block] = [
        kit.divider(f"{name}.line"),
        kit.marked_section(f"{name}.head", f"*{title}* ({len(lines)})"),
    ]
    shown = lines[:LINES_SHOWN]
    for start in range(0, len(shown), LINES_IN_A_BLOCK):
        told = [_line(order, one) for one in shown[start : start + LINES_IN_A_BLOCK]]
        blocks.append(kit.section(f"{name}.{start}", "\n".join(told)))
    if len(lines) > LINES_SHOWN:
        blocks.append(kit.small(f"{name}.more", f"And {len(lines) - LINES_SHOWN} more lines."))
    return blocks


def _line(order: OrderSummary, line: OrderLine) -> str:
    """A line in raw text: what, how many, what it comes to, what became of it."""
    price, amount = (_amount(order, one) for one in (line.unit_price, line.adjusted_line_amount))
    off = line.line_discount + line.order_discount
    sku = f" ({texts.inline(line.sku, 30)})" if line.sku else ""
    discount = f", {_amount(order, -off)} off" if off else ""
    told = f"{line.line_no}. {line.ordered} × {texts.inline(line.name, 60)}{sku}: {price} each{discount}"
    return f"{told} = {amount}. {shop.quantities(line).capitalize()}."


def _sums(order: OrderSummary, standing: OrderStanding | None) -> list[list[Part]]:
    """What it comes to now; with documents since, also what it came to when it was placed."""
    sums = standing.books.totals if standing is not None else order.totals
    lines: list[list[Part]] = [
        [kit.bold("Products: "), _amount(order, sums.products)],
        [kit.bold("Delivery: "), _amount(order, sums.delivery)],
        [kit.bold("Tax, in it: " if sums.is_gross else "Tax: "), _amount(order, sums.tax)],
        [kit.bold("Total: "), str(order.money(sums.grand))],
        [kit.bold("Authorised: "), str(order.authorized)],
        [kit.bold("Captured: "), str(order.captured)],
    ]
    if sums.grand != order.totals.grand:
        lines.insert(4, [kit.bold("Total when placed: "), str(order.money(order.totals.grand))])
    if order.refunded.minor:
        lines.append([kit.bold("Refunded: "), str(order.refunded)])
    return lines


def _payments(order: OrderSummary) -> list[sb.Block]:
    told = []
    for one in order.payments:
        facts = [
            f"{texts.inline(one.method, 40) or 'Payment'} {texts.inline(one.ref, 40)}",
            f"authorised {_amount(order, one.authorized)}",
            f"captured {_amount(order, one.captured)}",
        ]
        if one.refunded:
            facts.append(f"refunded {_amount(order, one.refunded)}")
        facts.append(f"may be captured {_amount(order, one.available_to_capture)}")
        facts.append(f"may be refunded {_amount(order, one.available_to_refund)}")
        told.append(" · ".join(facts))
    return [kit.small("payments", kit.plain(texts.first("\n".join(told), 2900)))] if told else []


def _shipping(order: OrderSummary) -> list[sb.Block]:
    told = []
    for one in order.deliveries:
        address = ", ".join(part for part in one.address.splitlines() if part)
        told.append(" · ".join(texts.inline(part) for part in (one.method, address) if part))
    products = order.products
    fulfilled = sum(one.fulfilled for one in products)
    wanted = sum(one.net_ordered for one in products)
    sent = f"{fulfilled} of {wanted} units are on their way or there."
    return [
        kit.divider("shipping.line"),
        kit.marked_section("shipping.head", "*Shipping*"),
        kit.section("shipping", "\n".join([*told, sent])),
    ]


def _amount(order: OrderSummary, minor: int) -> str:
    return grouped(minor, order.currency)


def cart(cart: Cart, *, alone: bool = True) -> View:
    """A cart, which is not an order: nothing in it can be cancelled or returned."""
    told = [
        f"{one.line_no}. {one.quantity} × {texts.inline(one.name, 60)}: "
        f"{grouped(one.unit_price, cart.currency)} each = {grouped(one.amount, cart.currency)}"
        for one in cart.lines[:LINES_SHOWN]
    ]
    blocks: list[sb.Block] = [
        kit.header("head", f"Cart {cart.number}"),
        kit.small("facts", f"Last change {texts.date(cart.updated_at)}", kit.plain(cart.customer_name)),
    ]
    if alone:
        customer = kit.button("Customer", SHOW_CUSTOMER, str(cart.customer_id))
        ticket = kit.button("Open a ticket", TICKET, f"cart.{cart.id}", label="Open a case about the cart")
        place = kit.button("Place as an order...", PLACE, str(cart.id), label="Place it; shown first")
        blocks.append(kit.buttons("acts", customer, ticket, *([] if cart.placed_as else [place])))
    if cart.placed_as:
        blocks.append(kit.section("placed", f"It was placed as order {cart.placed_as}."))
    for start in range(0, len(told), LINES_IN_A_BLOCK):
        blocks.append(kit.section(f"lines.{start}", "\n".join(told[start : start + LINES_IN_A_BLOCK])))
    blocks.append(kit.rich("sums", [[kit.bold("Total: "), str(cart.total)]]))
    if not cart.placed_as:
        blocks.append(kit.small("note", "Nothing of it is ordered yet."))
    return kit.modal("Cart", blocks, callback_id="order.cart_page")
