"""*More...* of an order: every act that this person may do now, and why not the rest."""

from __future__ import annotations

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import asked_acts, order_standing
from bot.dialogs.asked_acts import About
from bot.domain.commerce.requests import OrderStanding

CALLBACK_ID = "order.more"


def view(standing: OrderStanding, about: About) -> View:
    """The window."""
    order = standing.books.order
    facts = f"Order {texts.inline(order.number, 40)} · {texts.inline(order.customer_name, 60)}"
    shop = f"What the shop can do ({texts.inline(standing.shop, 40)}) and what you may do is shown here."
    return kit.modal(
        "More",
        [
            kit.small("about", kit.plain(facts)),
            *order_standing.more(standing),
            *order_standing.open_requests(standing),
            kit.small("shop", kit.plain(shop)),
        ],
        callback_id=CALLBACK_ID,
        metadata=asked_acts.written(about),
    )
