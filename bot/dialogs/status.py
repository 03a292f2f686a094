"""The modal that sets the status of a case by hand; `handlers.cases` shows it and reads it."""

from __future__ import annotations

from bot.blocks import inputs, kit
from bot.blocks.kit import View
from bot.blocks.names import STATUS_MEANINGS, STATUS_NAMES
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain import cases
from bot.domain.cases import Case
from bot.domain.commands import SetStatus
from bot.domain.ids import shown
from bot.domain.lifecycle import Status
from bot.domain.people import Person
from bot.domain.policy import Choice

CALLBACK_ID = "case.status"


def view(case: Case, person: Person, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form with the statuses that this person may set now; a sentence where there is none."""
    title = f"Status of {shown(case.number)}"
    head = [*forms.banner(banner), forms.about(case)]
    reachable = cases.reachable(case, person)
    if not reachable:
        return kit.modal(title, [*head, kit.section("none", _nowhere_to_go(case))], callback_id=CALLBACK_ID)
    choices = [
        Choice(value=status.value, label=STATUS_NAMES[status], meaning=STATUS_MEANINGS[status])
        for status in reachable
    ]
    initial = forms.kept(typed, "status", choices[0].value if len(choices) == 1 else "")
    return kit.modal(
        title,
        [
            *head,
            inputs.select(
                "status", "New status", choices, initial=initial, hint=f"Now: {STATUS_NAMES[case.status]}."
            ),
        ],
        callback_id=CALLBACK_ID,
        submit="Set status",
        close="Cancel",
        metadata=forms.reference(case),
        tells_when_closed=True,
    )


def _nowhere_to_go(case: Case) -> str:
    if case.is_closed:
        return "This case is closed. Reopen it first."
    return (
        f"From {STATUS_NAMES[case.status]} no status can be set by hand. Comment or close the case instead."
    )


def read(fields: Fields, metadata: str) -> SetStatus | FieldErrors:
    """The command, or a sentence when nothing was chosen."""
    chosen = forms.choice_in(fields, "status")
    if chosen is None or chosen not in set(Status):
        return FieldErrors(errors={"status": "No status is chosen. Choose one."})
    case_id, version = forms.read_reference(metadata)
    return SetStatus(case_id=case_id, version=version, status=Status(chosen))
