"""What a case is about, on its page and in forms: the order or cart, and the form that ties it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit, ties
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.ids import shown
from bot.domain.pages import CasePage
from bot.domain.permissions import Act
from bot.domain.playbook.association import Thing
from bot.domain.policy import Choice
from bot.domain.shop.ties import Tie, Tieable, TieCase

CALLBACK_ID = "case.tie"
PICK = "pick.order"
NOTHING = "none"
"""The choice that unties a case."""

THING_NAMES: dict[Thing, str] = {Thing.ORDER: "Order", Thing.CART: "Cart"}


def on_page(page: CasePage) -> list[sb.Block]:
    """The order or cart of a case, or the question which of several it is, with the ways to it."""
    tie, case = page.tie, page.case
    may_tie = any(offer.act is Act.EDIT_CASE and offer.obstacle is None for offer in page.offers)
    value = f"{case.id}.{case.version}"
    choose = kit.button("Choose", CALLBACK_ID, value, label=f"Choose the order of case {shown(case.number)}")
    if tie is None:
        if not (may_tie and page.has_orders):
            return []
        return [kit.section("tie", "It is tied to no order or cart.", choose)]
    if tie.asks:
        return [kit.section("tie", ties.ASKS, choose if may_tie else None)]
    return [kit.section("tie", ties.about(tie)), *_ways(page, tie, choose if may_tie else None)]


def _ways(page: CasePage, tie: Tie, choose: sb.Button | None) -> list[sb.Block]:
    """Buttons to the order and its customer, for staff; and to choose another one."""
    made: list[sb.Button] = []
    if page.viewer.is_staff:
        made = [ties.button(tie), kit.button("Customer", ties.SHOW_CUSTOMER, str(tie.customer_id))]
    if choose is not None:
        made.append(choose)
    return [kit.buttons("tie.ways", *made)] if made else []


def choice(one: Tieable) -> Choice:
    """An order or a cart as an option."""
    facts = [str(one.total)] if one.total else []
    facts.append(f"{one.at:%Y-%m-%d}")
    if one.site:
        facts.append(texts.inline(one.site, 30))
    label = f"{THING_NAMES[one.thing]} {texts.inline(one.number, 40)}"
    return Choice(value=one.key, label=label, meaning=texts.inline(" · ".join(facts), 70))


def field(*, hint: str, of: str = "", chosen: Tieable | None = None) -> sb.Block:
    """The select of orders and carts, typed; `of` makes it another one for each account."""
    return inputs.external(
        "thing",
        "Order or cart",
        f"{PICK}.for.{of}" if of else PICK,
        initial=choice(chosen) if chosen else None,
        optional=True,
        hint=hint,
        placeholder="Type the number, or look through them",
    )


def view(case: Case, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form: to which order or cart a case is tied."""
    return kit.modal(
        f"Case {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            field(hint="Of the case's account. Save it empty, and the case is tied to none."),
        ],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=forms.reference(case),
    )


def read(fields: Fields, metadata: str) -> TieCase | FieldErrors:
    """The command."""
    case_id, version = forms.read_reference(metadata)
    return TieCase(case_id=case_id, version=version, key=forms.choice_in(fields, "thing") or "")
