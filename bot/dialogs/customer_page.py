"""The one view of a customer: sites, carts, open cases, all that happened; `handlers.customers` shows it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import context, home_calls, kit, rows, shop
from bot.blocks.kit import View
from bot.dialogs import customer_story, forms, send_form
from bot.dialogs.set_up import held
from bot.domain.policy import Policy
from bot.domain.shop.customers import CustomerPage

CALLBACK_ID = "customer.page"
EDIT, SHOW_CART, PERSONAL = "customer.edit", "order.cart", "customer.personal"
ERASE, TICKET = "customer.erase", "case.ticket"
MOST_ROOM = 2
"""Windows that Slack takes on top of the first."""

SITES_SHOWN = 5
CASES_SHOWN = 3


def view(page: CustomerPage, policy: Policy, *, room: int = 2, banner: str | None = None) -> View:
    """The page; `room` is how many windows may still be opened on top of it: Slack takes three in all."""
    customer = page.standing.customer
    return kit.modal(
        "Customer",
        [
            *forms.banner(banner),
            *context.bar(page.session, f"customer.{customer.id}"),
            kit.header("head", customer.called),
            *_on_the_line(page),
            kit.rich("facts", shop.customer_facts(customer)),
            *_may(page, room),
            *_sites(page),
            *_carts(page, room),
            *_open_cases(page, policy),
            *customer_story.blocks(page, policy, room),
        ],
        callback_id=CALLBACK_ID,
        metadata=json.dumps({"customer": customer.id, "room": room}),
    )


def _may(page: CustomerPage, room: int) -> list[sb.Block]:
    if page.is_erased:
        return [
            kit.small(
                "erased", "They are erased on request: what is left here in the end is what has to be kept."
            )
        ]
    return [kit.buttons("acts", *_acts(page))] if room else []


def _acts(page: CustomerPage) -> list[sb.Button]:
    """What this viewer may do with the customer, each in a window on top."""
    customer = page.standing.customer
    mine, called = str(customer.id), customer.called
    made = []
    if page.may_edit:
        made.append(kit.button("Edit", EDIT, f"{mine}.{customer.version}", label=f"Edit {called}"))
    made.append(kit.button("Send the form", send_form.SEND, mine, label="Send the form for a new case"))
    made.append(kit.button("Open a ticket", TICKET, f"customer.{mine}", label=f"Open a case for {called}"))
    if page.may_assist and not (page.session is not None and page.session.assisted):
        name = f"Act for {called}: what you do is recorded in both names"
        made.append(kit.button("Act for them", context.ASSIST, mine, label=name))
    if page.may_report:
        label = f"Report of all that is held of {called}"
        made.append(kit.button("Personal data", PERSONAL, mine, label=label))
    if page.may_erase:
        made.append(kit.button("Erase...", ERASE, mine, label=f"Erase {called} for good; shown first"))
    return made


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


def _carts(page: CustomerPage, room: int) -> list[sb.Block]:
    carts = page.standing.carts
    if not carts:
        return []
    blocks: list[sb.Block] = [
        kit.divider("carts.line"),
        kit.marked_section("carts.head", f"*Carts* ({len(carts)})"),
    ]
    for one in carts:
        show = kit.button("Show", SHOW_CART, str(one.id), label=f"Show cart {one.number}")
        blocks.append(kit.marked_section(f"cart.{one.id}", shop.cart_line(one), show if room else None))
    return blocks


def _open_cases(page: CustomerPage, policy: Policy) -> list[sb.Block]:
    """What is open now stands before all that ever happened."""
    cases = page.standing.cases
    if not cases:
        return []
    told = [rows.in_one_line(one, policy) for one in cases[:CASES_SHOWN]]
    if len(cases) > CASES_SHOWN:
        told.append(f"And {len(cases) - CASES_SHOWN} more: choose Cases below.")
    head = kit.marked_section("open.head", f"*Open cases* ({len(cases)})")
    lines = [kit.marked_section(f"open.{place}", one) for place, one in enumerate(told)]
    return [kit.divider("open.line"), head, *lines]


def room_in(metadata: str) -> int:
    """How many windows may still be opened on top of the page."""
    found = held(metadata).get("room")
    return found if type(found) is int and 0 <= found <= MOST_ROOM else 0
