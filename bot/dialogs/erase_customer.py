"""The window that erases a customer: what goes, what stays and why, and their number typed once more."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, words_personal
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.erasing import EraseCustomer, ErasureRehearsal, pseudonym
from bot.domain.ids import CustomerId

CALLBACK_ID = "customer.erase"

LONGEST_REASON = 300


def view(shown: ErasureRehearsal) -> View:
    """The rehearsal; it can be sent unless it was done before."""
    customer = shown.customer
    if shown.done or shown.under_way:
        how = "was erased before" if shown.done else "is being erased now"
        said = f"This customer {how}. What is left is what the law lets us keep."
        return kit.modal("Erase a customer", [kit.section("before", said)], callback_id=CALLBACK_ID)
    goes = [words_personal.goes(what, many) for what, many in shown.goes.items() if many]
    stays = [words_personal.stays(what, many) for what, many in shown.stays.items() if many]
    blocks: list[sb.Block] = [
        kit.header("head", f"Erase {customer.called}"),
        kit.small("who", kit.plain(f"Customer {texts.inline(customer.number, 60)}")),
        kit.marked_section("goes.head", "*What goes, for good*"),
        kit.section("goes", "\n".join(f"• {one}" for one in goes)),
        kit.marked_section("stays.head", "*What stays, and why*"),
        kit.section("stays", "\n".join(f"• {one}" for one in stays) or "• Nothing."),
        kit.small("called", f"They are called “{pseudonym(customer.id)}” from then on."),
    ]
    if shown.shares_account:
        blocks.append(kit.small("shared", words_personal.SHARED_ACCOUNT))
    blocks += [
        kit.divider("line"),
        inputs.text(
            "typed",
            f"Type {texts.inline(customer.number, 40)} to erase them",
            limit=100,
            hint="Their customer number. It cannot be taken back.",
        ),
        inputs.text("reason", "Why", limit=LONGEST_REASON, hint="Stays in the log: name nobody in it."),
    ]
    return kit.modal(
        "Erase a customer",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Erase for good",
        close="Cancel",
        metadata=json.dumps({"customer": customer.id}),
    )


def read(fields: Fields, metadata: str) -> EraseCustomer | FieldErrors:
    """What is to be erased, or what is missing."""
    customer = set_up.number_in(metadata, "customer")
    reason = forms.text_in(fields, "reason")
    if not reason:
        return FieldErrors(errors={"reason": "Say why: it stays in the log beside your name."})
    return EraseCustomer(
        customer_id=CustomerId(customer or 0), typed=forms.text_in(fields, "typed"), reason=reason
    )


def begun() -> View:
    """What the window turns into."""
    said = "It is under way. You are told by direct message when all is done; nothing needs to stay open."
    return kit.modal(
        "Erase a customer", [kit.section("begun", said)], callback_id=f"{CALLBACK_ID}.done", close="Done"
    )
