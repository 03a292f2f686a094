"""Customers, orders and carts as lines and facts; the windows of the shop draw them, and others may."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import Part
from bot.domain.contacts import LONGEST_EMAIL
from bot.domain.shop.carts import CartRow
from bot.domain.shop.customers import Customer, Site
from bot.domain.shop.lookup import CustomerHit, FindKey, Match
from bot.domain.shop.orders import LineState, OrderLine, OrderRow, OrderStatus
from bot.domain.verdict import CallerKind

MOST_OF_AN_ADDRESS = 1000
"""As long as an import takes one: half an address reaches nobody."""

KIND_NAMES: dict[CallerKind, str] = {
    CallerKind.CUSTOMER: "Customer",
    CallerKind.EVALUATOR: "Evaluates",
    CallerKind.HOSTING: "Hosted by us",
}
KEY_NAMES: dict[FindKey, str] = {
    FindKey.SITE: "Site",
    FindKey.NAME: "Name",
    FindKey.COMPANY: "Company",
    FindKey.EMAIL: "E-mail",
    FindKey.ORDER: "Order number",
    FindKey.LICENCE: "Licence key",
}
ORDER_STATUS_NAMES: dict[OrderStatus, str] = {
    OrderStatus.CREATED: "Created",
    OrderStatus.APPROVED: "Approved",
    OrderStatus.FULFILLED: "Fulfilled",
    OrderStatus.CANCELED: "Cancelled",
    OrderStatus.CLOSED: "Closed",
}
LINE_STATE_NAMES: dict[LineState, str] = {
    one: one.value.replace("canceled", "cancelled") for one in LineState
}

_FOUND: dict[Match, str] = {
    Match.BEGINNING: "begins like it",
    Match.PART: "has it within",
    Match.ONE_LETTER: "one letter differs",
}


def hit(prefix: str, one: CustomerHit, action_id: str, label: str = "Show") -> list[sb.Block]:
    """A found customer: who, which site, how surely, and a button."""
    called = " · ".join(texts.inline(part, 60) for part in (one.company, one.name) if part)
    button = kit.button(label, action_id, str(one.customer_id), label=f"{label} {one.company or one.name}")
    facts = [KIND_NAMES[one.kind], one.plan.value]
    if one.site:
        more = f" and {one.sites - 1} more" if one.sites > 1 else ""
        facts.insert(0, f"{texts.inline(one.site, 60)}{more}")
    if one.masked_email:
        facts.append(texts.inline(one.masked_email, 60))
    if one.match in _FOUND:
        facts.append(_FOUND[one.match])
    newest = [f"Newest order {texts.date(one.newest_order_at)}"] if one.newest_order_at else ["No order"]
    return [
        kit.divider(f"{prefix}.{one.customer_id}.line"),
        kit.section(f"{prefix}.{one.customer_id}", called, button),
        kit.small(f"{prefix}.{one.customer_id}.facts", kit.plain(" · ".join(facts)), *newest),
    ]


def customer_facts(customer: Customer) -> list[list[Part]]:
    """What is known of a customer, a line each."""
    lines: list[list[Part]] = [
        [kit.bold("Number: "), texts.inline(customer.number)],
        [kit.bold("Name: "), texts.inline(customer.name)],
        [kit.bold("E-mail: "), texts.inline(customer.email, LONGEST_EMAIL) or "not known"],
        [kit.bold("Phone: "), texts.inline(customer.phone) or "not known"],
        [kit.bold("Kind: "), KIND_NAMES[customer.kind]],
        [kit.bold("Success plan: "), customer.plan.value],
        [kit.bold("Time zone: "), customer.timezone],
        [kit.bold("Account here: "), texts.inline(customer.account_name) or "none yet"],
    ]
    if customer.eval_start:
        lines.insert(5, [kit.bold("Evaluates since: "), customer.eval_start.isoformat()])
    for address in customer.addresses:
        title = f"{address.kind.value.capitalize()} address: "
        lines.append([kit.bold(title), texts.inline(address.said, MOST_OF_AN_ADDRESS)])
    return lines


def site_facts(site: Site) -> str:
    """A licensed site in one line of raw text."""
    facts = [texts.inline(site.name, 80)]
    facts.append(
        f"version {texts.inline(site.product_version, 20)}" if site.product_version else "version unknown"
    )
    if site.hosting_until:
        facts.append(f"hosted until {site.hosting_until.isoformat()}")
    if site.priority_until:
        facts.append(f"priority support until {site.priority_until.isoformat()}")
    if site.licence_last4:
        facts.append(f"licence …{site.licence_last4}")
    return " · ".join(facts)


def order_row(prefix: str, order: OrderRow, action_id: str | None) -> sb.Block:
    """An order as a line with a button, where a window would fit on top of this one."""
    show = action_id and kit.button("Show", action_id, str(order.id), label=f"Show order {order.number}")
    return kit.marked_section(f"{prefix}.{order.id}", order_line(order), show or None)


def order_line(order: OrderRow) -> str:
    """An order in mrkdwn."""
    facts = [
        f"*{texts.marked(order.number, 40)}*",
        texts.date(order.ordered_at),
        str(order.grand_total),
        ORDER_STATUS_NAMES[order.status] + (", suspended" if order.is_suspended else ""),
    ]
    if order.site:
        facts.append(texts.marked(order.site, 60))
    if order.is_void and order.status is not OrderStatus.CANCELED:
        facts.append("nothing of it is left")
    if order.in_return:
        facts.append(f"{order.in_return} on the way back")
    if order.returned:
        facts.append(f"{order.returned} returned")
    return " · ".join(facts)


def cart_line(cart: CartRow) -> str:
    """A cart in mrkdwn."""
    count = f"{cart.lines} line{'' if cart.lines == 1 else 's'}"
    return f"*{texts.marked(cart.number, 40)}* · {texts.date(cart.updated_at)} · {cart.total} · {count}"


def quantities(line: OrderLine) -> str:
    """What became of the units of an order's line, raw text."""
    told = [LINE_STATE_NAMES[line.state]]
    counted = (
        ("allocated", line.allocated),
        ("fulfilled", line.fulfilled),
        ("cancelled", line.canceled),
        ("on the way back", line.return_initiated - line.returned),
        ("returned", line.returned),
        ("can be cancelled", line.available_to_cancel),
        ("can be returned", line.available_to_return),
    )
    told += [f"{count} {what}" for what, count in counted if count]
    return ", ".join(told)
