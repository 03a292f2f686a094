"""Home's area *Customers*: all of them page by page, by kind, with the ways to find one and to make one."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import kit, shop
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import find_customers, forms, set_up
from bot.domain.commerce.customer_filters import CustomerFilter, read_customers
from bot.domain.ids import CustomerId
from bot.domain.refusals import Refusal
from bot.domain.shop.customer_lists import MOST_COUNTED, CustomerLine, CustomersPage
from bot.domain.shop.customers import masked
from bot.domain.verdict import CallerKind

CALLBACK_ID = "area.customers"
FILTER = f"{CALLBACK_ID}.filter"
NEWER, OLDER = f"{CALLBACK_ID}.turn.newer", f"{CALLBACK_ID}.turn.older"
FIND = f"{CALLBACK_ID}.find"
SAVE = f"{CALLBACK_ID}.save"
ALL = "all"


def view(page: CustomersPage, said: str | None = None) -> View:
    """The list; `said` is a sentence on top, raw text."""
    chosen = page.kind.value if page.kind else ALL
    more = "+" if page.total >= MOST_COUNTED else ""
    choices = [(ALL, "All customers", ""), *((one.value, shop.KIND_NAMES[one], "") for one in CallerKind)]
    head = f"*Customers* ({page.total:,}{more}), newest first"
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.buttons(
            "acts",
            kit.button("Find...", FIND, "find", style="primary", label="Find a customer by any key"),
            kit.button("New customer", find_customers.NEW, "new", label="Make a customer"),
            kit.button("Save this search", SAVE, "save"),
        ),
        kit.marked_section("head", head, kit.menu(FILTER, "Which", choices, chosen=chosen)),
    ]
    if not page.lines:
        blocks.append(kit.section("none", "No customer is of this kind. Choose another one."))
    blocks += [_line(one) for one in page.lines]
    kept = json.dumps({"filter": CustomerFilter(kind=page.kind).text})
    return kit.modal("Customers", [*blocks, *_turns(page, chosen)], callback_id=CALLBACK_ID, metadata=kept)


def _line(one: CustomerLine) -> sb.Block:
    facts = [f"*{texts.marked(one.called, 60)}*", texts.marked(one.number, 30), one.plan.value]
    facts.append(shop.KIND_NAMES[one.kind])
    if one.name != one.called:
        facts.append(texts.marked(one.name, 40))
    if one.email:
        facts.append(texts.marked(masked(one.email), 60))
    show = kit.button("Show", find_customers.SHOW, str(one.id), label=f"Show {one.called}"[:75])
    return kit.marked_section(f"customer.{one.id}", " · ".join(facts), show)


def _turns(page: CustomersPage, chosen: str) -> list[sb.Block]:
    made = []
    if page.newer is not None:
        made.append(kit.button("Newer", NEWER, f"{chosen}.{page.newer}", label="Newer customers"))
    if page.older is not None:
        made.append(kit.button("Older", OLDER, f"{chosen}.{page.older}", label="Older customers"))
    return [kit.buttons("turn", *made)] if made else []


def filter_in(metadata: str) -> CustomerFilter:
    """What the list is narrowed by; all of them where it cannot be read."""
    text = set_up.held(metadata).get("filter")
    try:
        return read_customers(text if isinstance(text, str) else "")
    except Refusal:
        return CustomerFilter()


def asked_in(value: str) -> tuple[CallerKind | None, CustomerId | None] | None:
    """What the menu or a button asks for; None for what none of them carries."""
    chosen, _, start = value.partition(".")
    if chosen != ALL and chosen not in set(CallerKind):
        return None
    if start and not (start.isascii() and start.isdecimal() and len(start) <= 18):
        return None
    kind = CallerKind(chosen) if chosen != ALL else None
    return kind, CustomerId(int(start)) if start else None
