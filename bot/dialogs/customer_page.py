"""The one view of a customer: sites, orders, carts, returns, cases, calls; `handlers.customers` shows it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import home_calls, kit, rows, shop
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.set_up import held
from bot.domain.pages import CaseRow
from bot.domain.policy import Policy
from bot.domain.shop.customers import CustomerPage

CALLBACK_ID = "customer.page"
EDIT, ORDERS = "customer.edit", "customer.orders"
SHOW_ORDER, SHOW_CART = "order.show", "order.cart"

ORDERS_SHOWN = 8
SITES_SHOWN = 8
CASES_SHOWN = 6
STORY_SHOWN = 8


def view(
    page: CustomerPage, policy: Policy, start: int = 0, *, deep: bool = False, banner: str | None = None
) -> View:
    """The page. `deep`: it stands on two windows already, so that nothing can be opened on top of it."""
    customer = page.standing.customer
    edit = kit.button("Edit", EDIT, f"{customer.id}.{customer.version}", label=f"Edit {customer.called}")
    return kit.modal(
        "Customer",
        [
            *forms.banner(banner),
            kit.header("head", customer.called),
            *_on_the_line(page),
            kit.rich("facts", shop.customer_facts(customer)),
            *([kit.buttons("acts", edit)] if page.may_edit and not deep else []),
            *_sites(page),
            *_orders(page, start, deep=deep),
            *_carts(page, deep=deep),
            *_returns(page),
            *_cases(page, policy),
            *_story(page),
        ],
        callback_id=CALLBACK_ID,
        metadata=json.dumps({"customer": customer.id, "deep": deep}),
    )


def _on_the_line(page: CustomerPage) -> list[sb.Block]:
    """Somebody else has them on the phone: whoever would call knows it first."""
    if page.on_the_line is None:
        return []
    return [kit.marked_section("line", home_calls.on_the_line(page.on_the_line))]


def _sites(page: CustomerPage) -> list[sb.Block]:
    sites = page.standing.sites
    if not sites:
        return [kit.small("sites.none", "No licensed site.")]
    told = [shop.site_facts(one) for one in sites[:SITES_SHOWN]]
    if len(sites) > SITES_SHOWN:
        told.append(f"And {len(sites) - SITES_SHOWN} more sites.")
    return [
        kit.divider("sites.line"),
        kit.marked_section("sites.head", f"*Licensed sites* ({len(sites)})"),
        *(kit.section(f"site.{place}", one) for place, one in enumerate(told)),
    ]


def _orders(page: CustomerPage, start: int, *, deep: bool) -> list[sb.Block]:
    standing = page.standing
    if not standing.orders:
        return [kit.divider("orders.line"), kit.small("orders.none", "No orders.")]
    start = min(max(start, 0), len(standing.orders) - 1)
    shown = standing.orders[start : start + ORDERS_SHOWN]
    count = f"{start + 1}-{start + len(shown)} of {standing.total_orders:,}"
    blocks: list[sb.Block] = [
        kit.divider("orders.line"),
        kit.marked_section("orders.head", f"*Orders* ({count})"),
        *(shop.order_row("order", one, None if deep else SHOW_ORDER) for one in shown),
    ]
    turns = []
    if start:
        turns.append(
            kit.button("Newer", f"{ORDERS}.newer", f"{standing.customer.id}.{max(start - ORDERS_SHOWN, 0)}")
        )
    if start + ORDERS_SHOWN < len(standing.orders):
        turns.append(kit.button("Older", f"{ORDERS}.older", f"{standing.customer.id}.{start + ORDERS_SHOWN}"))
    return [*blocks, *([kit.buttons("orders.turn", *turns)] if turns else [])]


def _carts(page: CustomerPage, *, deep: bool) -> list[sb.Block]:
    carts = page.standing.carts
    if not carts:
        return []
    blocks: list[sb.Block] = [
        kit.divider("carts.line"),
        kit.marked_section("carts.head", f"*Carts* ({len(carts)})"),
    ]
    for one in carts:
        show = kit.button("Show", SHOW_CART, str(one.id), label=f"Show cart {one.number}")
        blocks.append(kit.marked_section(f"cart.{one.id}", shop.cart_line(one), None if deep else show))
    return blocks


def _returns(page: CustomerPage) -> list[sb.Block]:
    if not page.returns:
        return []
    told = [shop.order_line(one) for one in page.returns[:ORDERS_SHOWN]]
    return [
        kit.divider("returns.line"),
        kit.marked_section("returns.head", "*Returns*\n" + "\n".join(told)),
    ]


def _cases(page: CustomerPage, policy: Policy) -> list[sb.Block]:
    """The open ones first; no buttons: a case's page needs room for windows of its own."""
    still = {one.id for one in page.standing.cases}
    cases = [*page.standing.cases, *(one for one in page.all_cases if one.id not in still)]
    if not cases:
        return [kit.divider("cases.line"), kit.small("cases.none", "No cases.")]
    blocks: list[sb.Block] = [
        kit.divider("cases.line"),
        kit.marked_section("cases.head", f"*Cases* ({len(still)} open)"),
    ]
    for one in cases[:CASES_SHOWN]:
        blocks += _case(one, policy)
    return blocks


def _case(one: CaseRow, policy: Policy) -> list[sb.Block]:
    return [kit.marked_section(f"case.{one.id}", rows.in_one_line(one, policy))]


def _story(page: CustomerPage) -> list[sb.Block]:
    """Calls and messages, the newest first."""
    if not page.story:
        return []
    told = [f"{texts.date(one.at)} · {texts.marked(one.said)}" for one in page.story[:STORY_SHOWN]]
    return [
        kit.divider("story.line"),
        kit.marked_section("story.head", "*Calls and messages*\n" + "\n".join(told)),
    ]


def is_deep(metadata: str) -> bool:
    """Whether the page stands on two windows already."""
    return held(metadata).get("deep") is True
