"""The modal that gives a case to somebody; `handlers.cases` shows it and reads it."""

from __future__ import annotations

from bot.blocks import inputs, kit
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import AssignCase
from bot.domain.ids import shown

CALLBACK_ID = "case.assign"


def view(case: Case, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form: the new owner, and a note for them."""
    return kit.modal(
        f"Assign case {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.user("owner", "New owner", initial=forms.kept(typed, "owner", "") or None),
            inputs.text(
                "note",
                "Note",
                initial=forms.kept(typed, "note", ""),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                optional=True,
                hint="It becomes an internal comment.",
            ),
        ],
        callback_id=CALLBACK_ID,
        submit="Assign",
        close="Cancel",
        metadata=forms.reference(case),
    )


def read(fields: Fields, metadata: str) -> AssignCase | FieldErrors:
    """The command, or a sentence when nobody was chosen."""
    owner = forms.choice_in(fields, "owner")
    if owner is None:
        return FieldErrors(errors={"owner": "Nobody is chosen. Choose the new owner."})
    case_id, version = forms.read_reference(metadata)
    return AssignCase(
        case_id=case_id, version=version, owner_slack_id=owner, note=forms.text_in(fields, "note")
    )
