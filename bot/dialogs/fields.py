"""The fields of a case that the open and the edit form share, and the reading of them."""

from __future__ import annotations

import re

import slackblocks as sb

from bot.blocks import inputs
from bot.dialogs.forms import Fields, kept, limit_for, text_in, with_own
from bot.domain.commands import Contact
from bot.domain.contacts import LONGEST_EMAIL
from bot.domain.policy import Policy

LONGEST_TITLE = 150
LONGEST_DESCRIPTION = 3000
LONGEST_NAME = 150

ACCOUNTS_OWN = "Leave it empty to use the account's own."

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"[0-9+()/.\-\s]*(?:(?:ext|x)\.?\s*[0-9]+)?", re.IGNORECASE)
_FEWEST_DIGITS = 3  # an internal extension


def title(typed: Fields | None, initial: str) -> sb.Block:
    return inputs.text(
        "title",
        "What is it about?",
        initial=kept(typed, "title", initial),
        limit=limit_for(initial, LONGEST_TITLE),
        placeholder="A few words, as they would stand in a list",
    )


def description(typed: Fields | None, initial: str) -> sb.Block:
    return inputs.text(
        "description",
        "Description",
        initial=kept(typed, "description", initial),
        limit=LONGEST_DESCRIPTION,
        multiline=True,
        placeholder="What happens, since when, what was tried",
        hint="The account's people read it too.",
    )


def business_impact(typed: Fields | None, initial: str, policy: Policy) -> sb.Block:
    chosen = kept(typed, "business_impact", initial)
    choices = with_own(policy.business_impacts, initial)
    return inputs.select("business_impact", "Business impact", choices, initial=chosen)


def severity(typed: Fields | None, initial: str, policy: Policy) -> sb.Block:
    chosen = kept(typed, "severity", initial)
    return inputs.select("severity", "Severity", with_own(policy.severities, initial), initial=chosen)


def kind(typed: Fields | None, initial: str, policy: Policy) -> sb.Block:
    chosen = kept(typed, "kind", initial)
    return inputs.select("kind", "Kind", with_own(policy.kinds, initial), initial=chosen)


def timezone(typed: Fields | None, initial: str, policy: Policy, *, may_be_empty: bool = False) -> sb.Block:
    """Without a choice a new case gets its account's zone, which nobody need know by heart."""
    return inputs.select(
        "timezone",
        "Time zone",
        with_own(policy.time_zones, initial),
        initial=kept(typed, "timezone", initial),
        optional=may_be_empty,
        hint=ACCOUNTS_OWN if may_be_empty else "",
    )


def org_id(typed: Fields | None, initial: str, hint: str = "") -> sb.Block:
    return inputs.text(
        "org_id",
        "Org id or MID",
        initial=kept(typed, "org_id", initial),
        limit=limit_for(initial, LONGEST_NAME),
        optional=True,
        hint=hint,
    )


def contact(typed: Fields | None, initial: Contact) -> list[sb.Block]:
    return [
        inputs.text(
            f"contact_{part}",
            label,
            initial=kept(typed, f"contact_{part}", before),
            limit=limit_for(before, limit),
            optional=True,
        )
        for part, label, before, limit in (
            ("name", "Contact: name", initial.name, LONGEST_NAME),
            ("email", "Contact: e-mail", initial.email, LONGEST_EMAIL),
            ("phone", "Contact: phone", initial.phone, LONGEST_NAME),
        )
    ]


def read_contact(fields: Fields) -> Contact:
    return Contact(
        name=text_in(fields, "contact_name"),
        email=text_in(fields, "contact_email"),
        phone=text_in(fields, "contact_phone"),
    )


def faults(fields: Fields) -> dict[str, str]:
    """What is wrong with the fields that are there, a sentence each; mild, because people know their own."""
    found = {}
    for block_id, sentence in _NEEDED.items():
        if block_id in fields and not text_in(fields, block_id):
            found[block_id] = sentence
    email, phone = text_in(fields, "contact_email"), text_in(fields, "contact_phone")
    if email and not _EMAIL.fullmatch(email):
        found["contact_email"] = (
            "This is no e-mail address. Write it like name@example.com, or leave it empty."
        )
    if phone and not is_phone(phone):
        found["contact_phone"] = "This is no phone number. Write it in digits, or leave it empty."
    return found


_NEEDED = {
    "account": "The account is missing. Choose the one that is affected.",
    "title": "The title is missing. Say in a few words what it is about.",
    "description": "The description is missing. Say what happens.",
    "business_impact": "The business impact is missing. Choose the nearest one.",
    "severity": "The severity is missing. Choose one.",
    "kind": "The kind is missing. Choose one.",
    "timezone": "The time zone is missing. Choose the customer's.",
}


def is_phone(phone: str) -> bool:
    """Whether somebody could dial it, perhaps after asking for an extension."""
    digits = sum(character.isdigit() for character in phone)
    return digits >= _FEWEST_DIGITS and _PHONE.fullmatch(phone) is not None
