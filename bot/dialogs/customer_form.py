"""The form of a customer, to make and to change; level one makes a caller's record. `handlers.customers`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import slackblocks as sb

from bot.blocks import inputs, kit, shop
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import find_customers, forms, picking
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held, number_in
from bot.domain.contacts import is_email
from bot.domain.ids import AccountId, CustomerId
from bot.domain.people import SuccessPlan
from bot.domain.policy import Choice
from bot.domain.shop.customers import (
    AddCustomer,
    Address,
    AddressKind,
    Customer,
    CustomerFacts,
    CustomerForm,
    EditCustomer,
)
from bot.domain.shop.lookup import CustomerHit
from bot.domain.verdict import CallerKind

CALLBACK_ID = "customer.form"
OTHER = "other"
LONGEST_NAME = 200
LONGEST_ADDRESS = 1000
"""Both as an import takes them: a form that holds less than it was given would save it cut."""

ADDRESSES = (AddressKind.BILLING, AddressKind.SHIPPING)


def view(
    form: CustomerForm,
    typed: Fields | None = None,
    banner: str | None = None,
    alike: Sequence[CustomerHit] = (),
    name: str = "",
    room: int = 0,
) -> View:
    """The form; `alike` are who may be the same customer, with a box that says that this is another.

    `room` is how many windows may be opened on top of it: the page that it turns into has as many.
    """
    customer = form.customer
    blocks: list[sb.Block] = [*forms.banner(banner), *_alike(alike), *_inputs(form, typed, name)]
    if form.may_edit:
        blocks += _more(form, typed)
    return kit.modal(
        "Edit a customer" if customer else "New customer",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps(
            {
                "customer": customer.id if customer else None,
                "version": customer.version if customer else None,
                "whole": form.may_edit,
                "room": room,
            }
        ),
    )


def _alike(alike: Sequence[CustomerHit]) -> list[sb.Block]:
    if not alike:
        return []
    blocks: list[sb.Block] = [kit.marked_section("alike.head", "*Is it one of these?*")]
    for one in alike:
        blocks += shop.hit("alike", one, find_customers.SHOW)
    other = Choice(value=OTHER, label="None of them: this is another customer")
    return [*blocks, inputs.boxes("other", "If it is not", [other]), kit.divider("alike.end")]


def _inputs(form: CustomerForm, typed: Fields | None, name: str) -> list[sb.Block]:
    customer = form.customer

    def text(block_id: str, label: str, own: str, *, optional: bool = True, hint: str = "") -> sb.Block:
        initial = forms.kept(typed, block_id, own)
        limit = forms.limit_for(own, LONGEST_NAME)
        return inputs.text(block_id, label, initial=initial, limit=limit, optional=optional, hint=hint)

    kinds = [Choice(value=one.value, label=shop.KIND_NAMES[one]) for one in CallerKind]
    kind = customer.kind.value if customer else CallerKind.CUSTOMER.value
    blocks = [
        text("name", "Name", customer.name if customer else name, optional=False),
        text("company", "Company", customer.company if customer else ""),
        text("email", "E-mail", customer.email if customer else ""),
        text("phone", "Phone", customer.phone if customer else ""),
        inputs.select("kind", "Kind", kinds, initial=forms.kept(typed, "kind", kind)),
    ]
    if customer is None:
        blocks.append(text("site", "Web site", "", hint="The one that it is about, if they said."))
    return blocks


def _more(form: CustomerForm, typed: Fields | None) -> list[sb.Block]:
    """What level one does not set: plan, zone, account, addresses."""
    customer, policy = form.customer, form.policy
    plans = [Choice(value=one.value, label=one.value) for one in SuccessPlan]
    plan = customer.plan.value if customer else SuccessPlan.STANDARD.value
    zones = policy.time_zones
    zone = customer.timezone if customer else _usual(zones)
    since = customer.eval_start.isoformat() if customer and customer.eval_start else ""
    blocks: list[sb.Block] = [
        inputs.select("plan", "Success plan", plans, initial=forms.kept(typed, "plan", plan)),
        inputs.select(
            "timezone",
            "Time zone",
            forms.with_own(zones, zone if customer else ""),
            initial=forms.kept(typed, "timezone", zone),
        ),
        inputs.day(
            "eval_start",
            "Evaluates since",
            initial=forms.kept(typed, "eval_start", since) or None,
            optional=True,
        ),
        _account(customer),
    ]
    for kind in ADDRESSES:
        block_id, own = f"address_{kind.value}", _written(customer, kind)
        blocks.append(
            inputs.text(
                block_id,
                f"{kind.value.capitalize()} address",
                initial=forms.kept(typed, block_id, own),
                limit=forms.limit_for(own, LONGEST_ADDRESS),
                multiline=True,
                optional=True,
            )
        )
    return blocks


def _usual(zones: Sequence[Choice]) -> str:
    return zones[0].value if zones else "UTC"


def _account(customer: Customer | None) -> sb.Block:
    own = None
    if customer is not None and customer.account_id is not None:
        own = Choice(value=str(customer.account_id), label=customer.account_name)
    return inputs.external(
        "account",
        "Account here",
        f"{picking.ACCOUNT}.for.customer",
        initial=own,
        optional=True,
        hint="Whose cases are theirs. Without one, their first case makes it.",
        placeholder="Type a name or an org id",
    )


def _written(customer: Customer | None, kind: AddressKind) -> str:
    """An address as the form has it."""
    found = next((one for one in customer.addresses if one.kind is kind), None) if customer else None
    return found.written if found is not None else ""


def read(fields: Fields, metadata: str) -> AddCustomer | EditCustomer | FieldErrors:
    """The command, or a sentence for each field that cannot be taken."""
    errors = {}
    name, email = forms.text_in(fields, "name"), forms.text_in(fields, "email")
    kind = forms.choice_in(fields, "kind")
    if not name:
        errors["name"] = "The name is missing. Write who they are."
    if email and not is_email(email):
        errors["email"] = "This is no e-mail address. Correct it, like ana@example.com."
    if kind not in set(CallerKind):
        errors["kind"] = "No kind is chosen. Choose one."
    if errors:
        return FieldErrors(errors=errors)
    facts = CustomerFacts(
        name=name,
        company=forms.text_in(fields, "company"),
        email=email,
        phone=forms.text_in(fields, "phone"),
        kind=CallerKind(str(kind)),
    )
    if held(metadata).get("whole"):
        facts = _whole(fields, facts)
    account = forms.choice_in(fields, "account")
    account_id = AccountId(int(account)) if account and account.isdecimal() else None
    customer_id, version = customer_in(metadata), number_in(metadata, "version")
    if customer_id is not None:
        return EditCustomer(customer_id=customer_id, version=version or 0, facts=facts, account_id=account_id)
    ticked = fields.get("other")
    return AddCustomer(
        facts=facts,
        site=forms.text_in(fields, "site"),
        account_id=account_id,
        is_new=isinstance(ticked, tuple) and OTHER in ticked,
    )


def _whole(fields: Fields, facts: CustomerFacts) -> CustomerFacts:
    plan = forms.choice_in(fields, "plan")
    since = forms.choice_in(fields, "eval_start")
    addresses = tuple(
        Address(kind=kind, lines=written)
        for kind in ADDRESSES
        if (written := forms.text_in(fields, f"address_{kind.value}"))
    )
    return replace(
        facts,
        plan=SuccessPlan(str(plan)) if plan in set(SuccessPlan) else SuccessPlan.STANDARD,
        timezone=forms.choice_in(fields, "timezone") or "UTC",
        eval_start=_day(since),
        addresses=addresses,
    )


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def customer_in(metadata: str) -> CustomerId | None:
    """Whose form it is; None while a customer is being made."""
    found = number_in(metadata, "customer")
    return CustomerId(found) if found is not None else None


def saved(name: str) -> str:
    """Said on the page once a customer is saved; raw text."""
    return f"{texts.inline(name, 60)} is saved."
