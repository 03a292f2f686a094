"""The modal that escalates a case; `handlers.forms` shows it and reads it."""

from __future__ import annotations

from bot.blocks import inputs, kit
from bot.blocks.case_card import readers_of
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain import cases
from bot.domain.cases import Case
from bot.domain.commands import Escalate
from bot.domain.escalation import OTHER
from bot.domain.ids import shown
from bot.domain.people import Person
from bot.domain.policy import Policy

CALLBACK_ID = "case.escalate"


def view(
    case: Case, person: Person, policy: Policy, typed: Fields | None = None, banner: str | None = None
) -> View:
    """The form: why, in a word and in more."""
    readers = readers_of(cases.default_audience(person), case)
    return kit.modal(
        f"Escalate {shown(case.number)}",
        [
            *forms.banner(banner),
            forms.about(case),
            inputs.select(
                "reason", "Why?", policy.escalation_reasons, initial=forms.kept(typed, "reason", "")
            ),
            inputs.text(
                "note",
                "What should the manager know?",
                initial=forms.kept(typed, "note", ""),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                optional=True,
                hint="It becomes a comment.",
            ),
            kit.small("readers", kit.plain(f"Who reads the comment: {readers}.")),
            kit.small("then", "The team's channel, the owner and the managers are told at once."),
        ],
        callback_id=CALLBACK_ID,
        submit="Escalate",
        close="Cancel",
        metadata=forms.reference(case),
    )


def read(fields: Fields, metadata: str) -> Escalate | FieldErrors:
    """The command, or a sentence where the reason is missing, or has to be said in words."""
    reason, note = forms.choice_in(fields, "reason"), forms.text_in(fields, "note")
    if reason is None:
        return FieldErrors(errors={"reason": "The reason is missing. Choose the nearest one."})
    if reason == OTHER and not note:
        return FieldErrors(errors={"note": "Another reason needs words. Say here what it is."})
    case_id, version = forms.read_reference(metadata)
    return Escalate(case_id=case_id, version=version, reason=reason, note=note)
