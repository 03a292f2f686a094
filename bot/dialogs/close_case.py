"""The modal that closes a case with a resolution; `handlers.cases` shows it and reads it."""

from __future__ import annotations

from bot.blocks import inputs, kit
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import CloseCase
from bot.domain.ids import shown
from bot.domain.people import Person
from bot.domain.policy import Policy

CALLBACK_ID = "case.close"


def view(
    case: Case, person: Person, policy: Policy, typed: Fields | None = None, banner: str | None = None
) -> View:
    """The form: how it ended, and a last comment."""
    return kit.modal(
        f"Close case {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.select(
                "resolution",
                "How did it end?",
                policy.resolutions,
                initial=forms.kept(typed, "resolution", ""),
            ),
            inputs.text(
                "note",
                "Last comment",
                initial=forms.kept(typed, "note", ""),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                optional=True,
            ),
            *forms.audience(case, person, typed),
        ],
        callback_id=CALLBACK_ID,
        submit="Close case",
        close="Cancel",
        metadata=forms.reference(case),
        tells_when_closed=True,
    )


def read(fields: Fields, metadata: str) -> CloseCase | FieldErrors:
    """The command, or a sentence when no resolution was chosen."""
    resolution = forms.choice_in(fields, "resolution")
    if resolution is None:
        return FieldErrors(errors={"resolution": "No resolution is chosen. Choose the nearest one."})
    case_id, version = forms.read_reference(metadata)
    return CloseCase(
        case_id=case_id,
        version=version,
        resolution=resolution,
        note=forms.text_in(fields, "note"),
        audience=forms.read_audience(fields),
    )
