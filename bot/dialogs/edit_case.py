"""The modal that changes what a case says; `handlers.cases` shows it and reads it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import field
from bot.dialogs import fields as case_fields
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import EDITABLE_BY_DSC, Case
from bot.domain.commands import EditCase
from bot.domain.ids import shown
from bot.domain.people import Person
from bot.domain.policy import Policy, label_of

CALLBACK_ID = "case.edit"


def view(
    case: Case, person: Person, policy: Policy, typed: Fields | None = None, banner: str | None = None
) -> View:
    """The form with the fields that this person may change, as they stand or as they were typed."""
    made: dict[str, list[sb.Block]] = {
        "title": [case_fields.title(typed, case.title)],
        "description": [_description(typed, case.description)],
        "severity": [case_fields.severity(typed, str(case.severity), policy)],
        "business_impact": [case_fields.business_impact(typed, case.business_impact, policy)],
        "kind": [case_fields.kind(typed, case.kind, policy)],
        "timezone": [case_fields.timezone(typed, case.timezone, policy)],
        "org_id_or_mid": [case_fields.org_id(typed, case.org_id_or_mid)],
        "contact": case_fields.contact(typed, case.contact),
    }
    allowed = EDITABLE_BY_DSC if person.is_customer_side else made.keys()
    blocks = [block for name, field in made.items() if name in allowed for block in field]
    return kit.modal(
        f"Edit case {shown(case.number)}",
        [*forms.banner(banner), *blocks],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=forms.reference(case),
        tells_when_closed=True,
    )


def _description(typed: Fields | None, now: str) -> sb.Block:
    """The field; a text that no field can hold stays as it is, or it would be saved cut."""
    if forms.units(now) <= case_fields.LONGEST_DESCRIPTION:
        return case_fields.description(typed, now)
    told = f"The description has {len(now):,} characters, more than a field in Slack can hold."
    return kit.small("description.long", f"{told} It stays as it is: add what is new as a comment.")


def read(fields: Fields, metadata: str) -> EditCase | FieldErrors:
    """The command, with None for every field that the form did not show; or a sentence a field."""
    faults = case_fields.faults(fields)
    if faults:
        return FieldErrors(errors=faults)
    case_id, version = forms.read_reference(metadata)
    severity = _shown(fields, "severity")
    return EditCase(
        case_id=case_id,
        version=version,
        title=_shown(fields, "title"),
        description=_shown(fields, "description"),
        business_impact=_shown(fields, "business_impact"),
        severity=int(severity) if severity else None,
        kind=_shown(fields, "kind"),
        timezone=_shown(fields, "timezone"),
        org_id_or_mid=_shown(fields, "org_id"),
        contact=case_fields.read_contact(fields) if "contact_name" in fields else None,
    )


def differences(case: Case, typed: Fields, policy: Policy) -> str:
    """Where the case, as it stands now, differs from what was typed: told to somebody who was overtaken."""
    stored = {
        "severity": str(case.severity),
        "business_impact": case.business_impact,
        "kind": case.kind,
        "timezone": case.timezone,
        "title": case.title,
        "description": case.description,
        "org_id": case.org_id_or_mid,
        "contact_name": case.contact.name,
        "contact_email": case.contact.email,
        "contact_phone": case.contact.phone,
    }
    labels = {
        "severity": policy.severities,
        "business_impact": policy.business_impacts,
        "kind": policy.kinds,
        "timezone": policy.time_zones,
    }
    told = [
        f"{field(name)}: {texts.inline(label_of(labels.get(name, ()), value)) or 'nothing'}"
        for name, value in stored.items()
        if name in typed and forms.text_in(typed, name) != value
    ]
    return f"It says now: {'; '.join(told)}." if told else ""


def _shown(fields: Fields, block_id: str) -> str | None:
    return forms.text_in(fields, block_id) if block_id in fields else None
