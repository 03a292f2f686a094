"""The sentences of carts placed as orders: what will arise, how one stands, what approvers are told."""

from __future__ import annotations

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.domain.placing import Placing, PlacingRehearsal, PlacingState
from bot.domain.shop.carts import Cart

OPEN = "cart.place"


def arises(shown: PlacingRehearsal) -> str:
    """Raw text, a line each: what there will be that is not there now."""
    cart = shown.cart
    count = len(cart.lines)
    lines = [
        f"• An order of {cart.total} with {count} line{'' if count == 1 else 's'}, for {cart.customer_name}.",
        "• Nothing is paid: the customer pays as the shop asks. Tax and delivery are the shop's to add.",
        "• The cart is gone from their list; it cannot be placed twice.",
    ]
    if shown.assisted:
        lines.append("• Both names stand in it: yours, and the customer's for whom you act.")
    if not shown.alone and shown.limit is not None:
        lines.append(f"• It is above {shown.limit}, which you place alone: a second person has to agree.")
    return "\n".join(lines)


def why_not(shown: PlacingRehearsal) -> str:
    """Why it is not offered, and what to do."""
    if not shown.can:
        return "This shop takes no orders from the desk. Ask the customer to order themselves."
    if not shown.may_place:
        return "You may look, but not place it. Hand it over to level two."
    if not shown.cart.lines:
        return "There is nothing in this cart. Ask the customer to fill it first."
    return "It cannot be placed as it is. Look at the customer's carts again."


def state(placing: Placing) -> str:
    """Raw text: how the newest placing stands, for everybody who looks at the cart."""
    asker, said = placing.asked_by.name, texts.inline(placing.said, 300)
    decider = placing.decided_by.name if placing.decided_by else ""
    match placing.state:
        case PlacingState.WAITS:
            return f"{asker} asked to place it, for {placing.amount}. It waits for a second person."
        case PlacingState.SENDING:
            return f"{asker} is placing it: the shop has been asked."
        case PlacingState.PLACED:
            return f"{asker} placed it as order {placing.order_number}."
        case PlacingState.DECLINED:
            return f"The shop did not take it, and nothing was placed: “{said}”"
        case PlacingState.REFUSED:
            return f"{decider} refused it, and nothing was placed: “{said}”"
        case PlacingState.UNKNOWN:
            return "The shop has not answered: there may be an order or not. Look again before you do more."


def telling(placing: Placing, cart: Cart, reader_id: int) -> Message | None:
    """The direct message to an approver while it waits, and to who asked once it is decided."""
    mine = placing.asked_by.id == reader_id
    if mine and placing.state in (PlacingState.WAITS, PlacingState.SENDING):
        return None
    if not mine and placing.state is not PlacingState.WAITS:
        return None
    number, whose = texts.inline(cart.number, 40), texts.inline(cart.customer_name, 60)
    if mine:
        sentence = f"Your cart {number} of {whose}: {state(placing)}"
    else:
        asker = texts.inline(placing.asked_by.name, 60)
        sentence = f"{asker} asks you to agree that cart {number} of {whose} is placed, for {placing.amount}."
    look = kit.button("Look at it", OPEN, str(cart.id), label=f"Look at cart {number}")
    lines = "\n".join(
        f"{one.line_no}. {one.quantity} × {texts.inline(one.name, 60)}" for one in cart.lines[:10]
    )
    return kit.message(
        sentence,
        [
            kit.section("what", sentence),
            kit.section("lines", lines or "No lines."),
            kit.buttons("acts", look),
        ],
    )
