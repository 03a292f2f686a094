"""The window that finds customers by any of six keys; `handlers.customers` shows and reads it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import home_calls, inputs, kit, shop
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import NONE, Fields
from bot.domain.policy import Choice
from bot.domain.shop.lookup import CustomerHit, Find, FindKey, Hits

CALLBACK_ID = "customer.find"
SHOW = "customer.show"
NEW = "customer.new"

LONGEST = 150


def view(found: Hits, banner: str | None = None) -> View:
    """The field, the key, and who was found."""
    sought = found.sought
    keys = [Choice(value=NONE, label="Any of these six")]
    keys += [Choice(value=one.value, label=shop.KEY_NAMES[one]) for one in FindKey]
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        inputs.text(
            "text",
            "Look for",
            initial=sought.text,
            limit=LONGEST,
            hint="A site or a part of it, a name, company, e-mail address, order number or licence key.",
        ),
        inputs.select(
            "key", "What this is", keys, initial=sought.key.value if sought.key else NONE, optional=True
        ),
        *_hits(found),
    ]
    return kit.modal("Find a customer", blocks, callback_id=CALLBACK_ID, submit="Find")


def _hits(found: Hits) -> list[sb.Block]:
    if not found.sought.text.strip():
        return []
    new = kit.button("New customer", NEW, "new", label="Make a customer who is not found")
    if not found.hits:
        told = (
            f"Nobody is found by “{texts.inline(found.sought.text, 60)}”. Try another key, or a part of it."
        )
        return [kit.section("none", told), kit.buttons("new", new)]
    count = (
        f"The first {len(found.hits)}: type more to narrow it" if found.more else f"{len(found.hits)} found"
    )
    blocks: list[sb.Block] = [kit.small("count", count)]
    for one in found.hits:
        blocks += rows(one)
        if one.customer_id in found.busy:
            said = home_calls.on_the_line(found.busy[one.customer_id])
            blocks.append(kit.small(f"hit.{one.customer_id}.busy", said))
    return [*blocks, kit.divider("new.line"), kit.buttons("new", new)]


def rows(one: CustomerHit) -> list[sb.Block]:
    """A hit; with the order that was named, where one was."""
    blocks = shop.hit("hit", one, SHOW)
    if one.order_id is not None:
        show = kit.button(
            "Show the order", "order.show", str(one.order_id), label=f"Show order {one.order_number}"
        )
        blocks.append(kit.section(f"hit.{one.customer_id}.order", f"Order {one.order_number}", show))
    return blocks


def read(fields: Fields) -> Find:
    """What is looked for now."""
    key = forms.choice_in(fields, "key")
    return Find(
        text=forms.text_in(fields, "text")[:LONGEST], key=FindKey(key) if key in set(FindKey) else None
    )
