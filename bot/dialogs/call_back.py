"""The modal that requests the manager's call-back for a case; `handlers.forms` shows and reads it."""

from __future__ import annotations

from bot.blocks import inputs, kit
from bot.blocks.kit import View
from bot.dialogs import fields as case_fields
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import RequestCallBack
from bot.domain.ids import shown
from bot.domain.policy import Policy

CALLBACK_ID = "case.call_back"


def view(case: Case, policy: Policy, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form: which number, and when it suits."""
    hours = f"{policy.escalation.call_back:g}"
    return kit.modal(
        f"Call-back {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.text(
                "phone",
                "Phone number",
                initial=forms.kept(typed, "phone", case.contact.phone),
                limit=case_fields.LONGEST_NAME,
                hint="With the country's code, like +1 555 0100.",
            ),
            inputs.text(
                "wanted",
                "When does it suit?",
                initial=forms.kept(typed, "wanted", ""),
                limit=case_fields.LONGEST_NAME,
                optional=True,
                placeholder="Today after 16:00, Lisbon time",
            ),
            kit.small("owed", f"A manager calls within {hours} hours, and is reminded until it is done."),
        ],
        callback_id=CALLBACK_ID,
        submit="Request the call",
        close="Cancel",
        metadata=forms.reference(case),
    )


def read(fields: Fields, metadata: str) -> RequestCallBack | FieldErrors:
    """The command, or a sentence at a number that nobody can dial."""
    phone = forms.text_in(fields, "phone")
    if not phone:
        return FieldErrors(errors={"phone": "The number is missing. Say where to call."})
    if not case_fields.is_phone(phone):
        return FieldErrors(errors={"phone": "This is no phone number. Write it in digits."})
    case_id, version = forms.read_reference(metadata)
    return RequestCallBack(
        case_id=case_id, version=version, phone=phone, wanted=forms.text_in(fields, "wanted")
    )
