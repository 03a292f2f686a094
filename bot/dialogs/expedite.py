"""The modal that asks to expedite a case before it may be escalated; `handlers.forms` shows and reads it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit, standing, words
from bot.blocks import text as texts
from bot.blocks.case_card import readers_of
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case
from bot.domain.commands import AskToExpedite
from bot.domain.escalation import expedite_audience
from bot.domain.ids import shown
from bot.domain.people import Person
from bot.domain.refusals import Reason, Refusal

CALLBACK_ID = "case.expedite"

PROPOSED = "Please expedite this case: it is more urgent for us than it may look."


def view(case: Case, person: Person, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form: the comment as it will stand, and who reads it."""
    readers = readers_of(expedite_audience(person), case)
    return kit.modal(
        f"Expedite {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.text(
                "text",
                "Comment",
                initial=forms.kept(typed, "text", PROPOSED),
                limit=forms.LONGEST_TEXT,
                multiline=True,
            ),
            kit.small("readers", kit.plain(f"Who reads it: {readers}. The owner is told.")),
            *_opening(case),
        ],
        callback_id=CALLBACK_ID,
        submit="Ask",
        close="Cancel",
        metadata=forms.reference(case),
    )


def _opening(case: Case) -> list[sb.Block]:
    opens = case.escalation.opens_at
    if opens is None:
        return []
    return [kit.small("opens", f"Escalation opens {texts.date(opens)}: {standing.why(case)}")]


def read(fields: Fields, metadata: str) -> AskToExpedite | FieldErrors:
    """The command, or a sentence at the empty text."""
    text = forms.text_in(fields, "text")
    if not text:
        return FieldErrors(errors={"text": words.plain(Refusal(Reason.EMPTY_TEXT), "UTC")})
    case_id, version = forms.read_reference(metadata)
    return AskToExpedite(case_id=case_id, version=version, text=text)
