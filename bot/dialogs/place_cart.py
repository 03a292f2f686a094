"""The window that places a cart as an order: lines, total, what will arise; or a second person's decision."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, words_placing
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.ids import CartId, PlacingId
from bot.domain.placing import DecidePlacing, PlaceCart, PlacingRehearsal, PlacingState
from bot.domain.policy import Choice
from bot.domain.shop.money import grouped

CALLBACK_ID = "cart.place"
DECIDE_ID = "cart.decide"
OPEN, LOOK = "cart.place", "cart.look"

LINES_SHOWN = 40
LINES_IN_A_BLOCK = 8
LONGEST_REASON = 300


def view(shown: PlacingRehearsal, banner: str | None = None, wrote: str = "") -> View:
    """The rehearsal: it can be sent where it may be placed, or decided about, by who looks.

    `wrote` is what somebody had written for a decision that is not saved; it stays in the form, or in sight.
    """
    cart, placing = shown.cart, shown.placing
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        kit.header("head", f"Cart {cart.number} as an order"),
        kit.small("who", kit.plain(f"For {texts.inline(cart.customer_name, 100)}")),
        *_lines(shown),
        kit.rich("sums", [[kit.bold("Total: "), str(cart.total)]]),
    ]
    if placing is not None:
        blocks.append(kit.section("state", words_placing.state(placing)))
    if shown.may_decide and placing is not None:
        return _decision(shown, blocks, wrote)
    blocks[0:0] = forms.wrote(wrote)
    if shown.is_open or cart.placed_as:
        look = kit.button("Look again", LOOK, str(placing.id if placing else 0), label="Ask the shop again")
        unsure = placing is not None and placing.state in (PlacingState.SENDING, PlacingState.UNKNOWN)
        blocks += [kit.buttons("acts", look)] if unsure else []
        return kit.modal("Place a cart", blocks, callback_id=CALLBACK_ID)
    blocks += [
        kit.marked_section("arises.head", "*What will arise*"),
        kit.section("arises", words_placing.arises(shown)),
    ]
    if not shown.offers:
        blocks.append(kit.small("why", kit.plain(words_placing.why_not(shown))))
        return kit.modal("Place a cart", blocks, callback_id=CALLBACK_ID)
    return kit.modal(
        "Place a cart",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Place the order" if shown.alone else "Ask for approval",
        close="Cancel",
        metadata=json.dumps({"cart": cart.id, "version": cart.version}),
    )


def _decision(shown: PlacingRehearsal, blocks: list[sb.Block], wrote: str) -> View:
    assert shown.placing is not None
    choices = [
        Choice(value="approve", label="Approve: the order is placed now"),
        Choice(value="refuse", label="Refuse: nothing is placed"),
    ]
    blocks += [
        kit.section("arises", words_placing.arises(shown)),
        inputs.radio("decision", "Your decision", choices),
        inputs.text(
            "reason",
            "Why",
            initial=wrote,
            limit=LONGEST_REASON,
            optional=True,
            hint="A refusal needs it; it is told.",
        ),
    ]
    return kit.modal(
        "Approve a cart",
        blocks,
        callback_id=DECIDE_ID,
        submit="Decide",
        close="Later",
        metadata=json.dumps({"placing": shown.placing.id, "cart": shown.cart.id}),
    )


def _lines(shown: PlacingRehearsal) -> list[sb.Block]:
    cart = shown.cart
    told = [
        f"{one.line_no}. {one.quantity} × {texts.inline(one.name, 60)}: "
        f"{grouped(one.unit_price, cart.currency)} each"
        + (f", {grouped(-one.discount, cart.currency)} off" if one.discount else "")
        + f" = {grouped(one.amount, cart.currency)}"
        for one in cart.lines[:LINES_SHOWN]
    ]
    if len(cart.lines) > LINES_SHOWN:
        told.append(f"And {len(cart.lines) - LINES_SHOWN} more lines.")
    return [
        kit.section(f"lines.{start}", "\n".join(told[start : start + LINES_IN_A_BLOCK]))
        for start in range(0, len(told), LINES_IN_A_BLOCK)
    ]


def read(metadata: str) -> PlaceCart:
    """What is to be placed, as it was shown."""
    held = set_up.held(metadata)
    return PlaceCart(cart_id=cart_in(metadata), version=str(held.get("version") or ""))


def cart_in(metadata: str) -> CartId:
    """The cart that a window is about."""
    return CartId(set_up.number_in(metadata, "cart") or 0)


def read_decision(fields: Fields, metadata: str) -> DecidePlacing | FieldErrors:
    """The second person's word."""
    chosen, reason = forms.choice_in(fields, "decision"), forms.text_in(fields, "reason")
    if chosen not in ("approve", "refuse"):
        return FieldErrors(errors={"decision": "Choose whether the order is placed."})
    if chosen == "refuse" and not reason:
        return FieldErrors(errors={"reason": "Say why: whoever asked is told."})
    placing = PlacingId(set_up.number_in(metadata, "placing") or 0)
    return DecidePlacing(placing_id=placing, approve=chosen == "approve", reason=reason)
