"""The modal that adds a comment to a case; `handlers.cases` shows it and reads it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks.kit import View
from bot.blocks.names import OUTCOME_MEANINGS, OUTCOME_NAMES
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import AddComment
from bot.domain.ids import shown
from bot.domain.outcomes import Outcome, check_outcomes, in_order
from bot.domain.people import Person
from bot.domain.policy import Choice
from bot.domain.refusals import Reason, Refusal

CALLBACK_ID = "case.comment"


def view(case: Case, person: Person, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form; who reads the comment is a choice for staff and told to everybody else."""
    return kit.modal(
        f"Comment on {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.text(
                "text",
                "Comment",
                initial=forms.kept(typed, "text", ""),
                limit=forms.LONGEST_TEXT,
                multiline=True,
            ),
            *forms.audience(case, person, typed),
            *_outcomes(person, typed),
            inputs.files("files", "Files", hint="Whoever reads the comment sees them too."),
        ],
        callback_id=CALLBACK_ID,
        submit="Comment",
        close="Cancel",
        metadata=forms.reference(case),
    )


def read(fields: Fields, metadata: str) -> AddComment | FieldErrors:
    """The command, or a sentence at the empty text."""
    text = forms.text_in(fields, "text")
    if not text:
        return FieldErrors(errors={"text": words.plain(Refusal(Reason.EMPTY_TEXT), "UTC")})
    outcomes = in_order([Outcome(one) for one in fields.get("outcomes") or () if one in set(Outcome)])
    try:
        check_outcomes(outcomes)
    except Refusal as clash:
        return FieldErrors(errors={"outcomes": words.plain(clash, "UTC")})
    case_id, _ = forms.read_reference(metadata)
    return AddComment(
        case_id=case_id,
        text=text,
        audience=forms.read_audience(fields),
        outcomes=outcomes,
        files=forms.uploads(fields, "files"),
    )


def _outcomes(person: Person, typed: Fields | None) -> list[sb.Block]:
    """What came of talking to the customer, for staff to tick."""
    if not person.is_staff:
        return []
    choices = [
        Choice(value=one.value, label=OUTCOME_NAMES[one], meaning=OUTCOME_MEANINGS[one]) for one in Outcome
    ]
    return [inputs.boxes("outcomes", "What came of it", choices, initial=(typed or {}).get("outcomes") or ())]
