"""What a case is about, an order or a cart, as its card and its page say it; nothing for who may not know."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.domain.playbook.association import Thing
from bot.domain.shop.ties import Tie

SHOW_ORDER, SHOW_CART, SHOW_CUSTOMER = "order.show", "order.cart", "customer.show"

ASKS = "Its text may name several orders or carts. Choose which it is about."


def about(tie: Tie) -> str:
    """Which order or cart, and whether anybody said so; raw text."""
    called = "cart" if tie.thing is Thing.CART else "order"
    how = "" if tie.by else " (its text names it)"
    return f"About: {called} {texts.inline(tie.number, 40)}{how}"


def button(tie: Tie, words: str = "Show the order") -> sb.Button:
    """Opens the order or the cart."""
    if tie.thing is Thing.CART:
        cart = "Show the cart" if words.startswith("Show") else "Cart"
        return kit.button(cart, SHOW_CART, str(tie.cart_id), label=f"Show cart {tie.number}")
    return kit.button(words, SHOW_ORDER, f"{tie.order_id}.{tie.case_id}", label=f"Show order {tie.number}")


def on_card(tie: Tie | None) -> tuple[list[list[kit.Part]], list[sb.Button]]:
    """A line of the card's facts and a button; while several are meant, how it is said which."""
    if tie is None:
        return [], []
    if tie.asks:
        return [["Several orders may be meant: More... asks which."]], []
    return [[about(tie)]], [button(tie, "Order")]


def spoken(tie: Tie | None) -> str:
    """The same for screen readers."""
    return f" {about(tie)}." if tie is not None and not tie.asks else ""
