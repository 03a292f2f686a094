"""The modal that opens a closed case again; `handlers.cases` shows it and reads it."""

from __future__ import annotations

from bot.blocks import inputs, kit
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import ReopenCase
from bot.domain.ids import shown
from bot.domain.people import Person

CALLBACK_ID = "case.reopen"


def view(case: Case, person: Person, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form: why there is more to do."""
    return kit.modal(
        f"Reopen case {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.text(
                "reason",
                "Why is there more to do?",
                initial=forms.kept(typed, "reason", ""),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                hint="It becomes a comment.",
            ),
            *forms.audience(case, person, typed),
        ],
        callback_id=CALLBACK_ID,
        submit="Reopen case",
        close="Cancel",
        metadata=forms.reference(case),
    )


def read(fields: Fields, metadata: str) -> ReopenCase | FieldErrors:
    """The command, or a sentence at the empty reason."""
    reason = forms.text_in(fields, "reason")
    if not reason:
        return FieldErrors(errors={"reason": "The reason is missing. Say why there is more to do."})
    case_id, version = forms.read_reference(metadata)
    return ReopenCase(case_id=case_id, version=version, reason=reason, audience=forms.read_audience(fields))
