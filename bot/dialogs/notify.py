"""The modal of `/case notify`: at once or daily, in Slack, by e-mail or both; `handlers.notify` shows it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.notify import HOURS, REVIEW_HOUR, USUAL_HOUR, Pace, Preference, Way
from bot.domain.pages import NotifyForm
from bot.domain.policy import Choice
from bot.domain.refusals import Refusal

CALLBACK_ID = "case.notify"
SAVED = "case.notify.saved"

NO_EMAIL_YET = "E-mail is not set up on this desk yet: until it is, Slack is used whatever you tick."
WITHIN_HOURS = "Outside your office hours it waits for them to begin."

PACES = (
    Choice(value=Pace.AT_ONCE.value, label="At once", meaning="A direct message for each change"),
    Choice(
        value=Pace.DIGEST.value,
        label="Once a day",
        meaning="One direct message each office day, with all that changed",
    ),
)
_WAYS = (
    Choice(value=Way.SLACK.value, label="Slack"),
    Choice(value=Way.EMAIL.value, label="E-mail"),
)


def view(form: NotifyForm) -> View:
    """The form, with what was chosen so far."""
    chosen = form.preference
    ticked = [way.value for way, on in ((Way.SLACK, chosen.slack), (Way.EMAIL, chosen.email)) if on]
    hours = [Choice(value=str(hour), label=f"{hour:02d}:00") for hour in HOURS]
    zone = f"In your zone: {texts.inline(form.person.timezone, 60)}."
    return kit.modal(
        "How you are told",
        [
            kit.section("what", "You hear of changes to cases that you opened or own."),
            inputs.radio(
                "pace",
                "When",
                PACES,
                initial=chosen.pace.value,
                hint="Who asks you something reaches you at once all the same.",
            ),
            inputs.select(
                "hour", "Once a day: at", hours, initial=str(chosen.hour), hint=f"{zone} {WITHIN_HOURS}"
            ),
            *_review(form, hours),
            inputs.boxes("ways", "How", _WAYS, initial=ticked, hint="" if form.email_ready else NO_EMAIL_YET),
        ],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
    )


def _review(form: NotifyForm, hours: list[Choice]) -> list[sb.Block]:
    """The hour of the daily review, for those who have one."""
    if not form.person.is_staff:
        return []
    chosen, hint = str(form.preference.review_hour), f"On office days. {WITHIN_HOURS}"
    return [inputs.select("review", "Daily review of your cases: at", hours, initial=chosen, hint=hint)]


def read(fields: Fields) -> Preference | FieldErrors:
    """The choice, or a sentence where there is no way left."""
    ways = fields.get("ways") or ()
    pace, hour = forms.choice_in(fields, "pace"), forms.choice_in(fields, "hour") or ""
    review = forms.choice_in(fields, "review") or ""
    try:
        return Preference(
            pace=Pace(pace) if pace in set(Pace) else Pace.AT_ONCE,
            hour=int(hour) if hour.isdecimal() else USUAL_HOUR,
            slack=Way.SLACK.value in ways,
            email=Way.EMAIL.value in ways,
            review_hour=int(review) if review.isdecimal() else REVIEW_HOUR,
        )
    except Refusal as refusal:
        return FieldErrors(errors={"ways": words.plain(refusal, "UTC")})


def saved(chosen: Preference, *, email_ready: bool) -> View:
    """What the window says afterwards."""
    when = "at once" if chosen.pace is Pace.AT_ONCE else f"once a day, at {chosen.hour:02d}:00 in your zone"
    slack = chosen.slack or not email_ready
    how = [name for name, on in (("in Slack", slack), ("by e-mail", chosen.email and email_ready)) if on]
    told = f"From now on you are told {when}, {' and '.join(how)}."
    later = "" if email_ready or not chosen.email else " E-mail joins in once it is set up here."
    return kit.modal("How you are told", [kit.section("saved", told + later)], callback_id=SAVED)
