"""The sentences about the form for customers without Slack: those that refuse."""

from __future__ import annotations

from bot.domain.refusals import Reason

SENTENCES: dict[Reason, str] = {
    Reason.FORMS_OFF: (
        "This desk serves no form yet, so nothing was sent. Ask the operator to set CASELINE_PUBLIC_URL."
    ),
    Reason.CUSTOMER_WITHOUT_EMAIL: (
        "{name} has no e-mail address here. Ask level two to add it with /customer edit, then send the form."
    ),
}
