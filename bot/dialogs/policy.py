"""The window of `/desk policy`: the hours until a case may be escalated, and the limits of the rules."""

from __future__ import annotations

import json
from typing import Any

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.limits import read_money_limits
from bot.domain.limits import read_limits
from bot.domain.policy_change import PolicyPage, settings_of
from bot.domain.windows import read_windows

CALLBACK_ID = "desk.policy"

LABELS: dict[str, str] = {
    "escalation.premier": "Escalate, Premier: hours for severity 1, 2, 3, 4",
    "escalation.premier_plus": "Escalate, Premier+: hours for severity 1, 2, 3, 4",
    "escalation.standard": "Escalate, Standard: hours for severity 1, 2, 3, 4",
    "escalation.expedite_again": "Ask to expedite again: hours",
    "escalation.call_back": "A manager's call: hours",
    "escalation.call_back_reminders": "A manager's call, reminders: hours",
    "limits.first_comment": "T1 First comment of Integrations: hours",
    "limits.first_comment_reminder": "T1 Reminder: hours",
    "limits.customer_call": "T2 Call-back to the customer: hours",
    "limits.customer_call_reminders": "T2 Reminders: hours",
    "limits.update_days": "T3 Ask for an update again: business days",
    "limits.left_message": "T5 Close after a left message: hours",
    "limits.left_message_warning": "T5 Warning: hours before",
    "limits.spoke": "T6 Close after we spoke: hours",
    "limits.spoke_reminder": "T6 Warning: hours after we spoke",
    "limits.silent_days": "T8 No response: days of silence",
    "limits.silent_attempts": "T8 No response: attempts on different days",
    "limits.untouched_days": "Report: untouched for days",
    "limits.personal_data_days": "Personal data report: deleted after days",
    "limits.session_minutes": "Session with a customer: ends after idle minutes",
    "money.agent": "Orders: what an agent decides alone, in whole units of the currency",
    "money.manager": "Orders: what a manager decides alone",
}


def view(page: PolicyPage, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form; `banner` is raw text."""
    by = f" by {texts.marked(page.by, 60)}" if page.by else ", from the policy file"
    since = f" since {texts.date(page.at)}{by}" if page.at else ""
    rows: list[sb.Block] = [
        *forms.banner(banner),
        kit.small("revision", f"Revision {page.revision}{since}"),
        kit.small(
            "rule",
            "A change counts open cases anew, never sooner than announced, and stands in their history. "
            "Lists are numbers with commas.",
        ),
    ]
    for name, value in settings_of(page.policy).items():
        field = _field(name)
        rows.append(
            inputs.text(field, LABELS[name], initial=forms.kept(typed, field, _shown(value)), limit=60)
        )
    return kit.modal(
        "Policy",
        rows,
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps({"revision": page.revision}),
    )


def read(fields: Fields, metadata: str) -> tuple[dict[str, dict[str, Any]], int] | FieldErrors:
    """The settings by table and name with the revision they were drawn from, or what is wrong with each."""
    found: dict[str, dict[str, Any]] = {"escalation": {}, "limits": {}, "money": {}}
    errors: dict[str, str] = {}
    for name in LABELS:
        table, _, setting = name.partition(".")
        text = forms.text_in(fields, _field(name))
        try:
            found[table][setting] = _numbers(text, is_list=_is_list(name))
        except ValueError:
            errors[_field(name)] = "This is no number. Write it in digits, like 48."
    if not errors:
        faults = [*read_windows(found["escalation"])[1], *read_limits(found["limits"])[1]]
        faults += read_money_limits(found["money"])[1]
        errors = {_field(_named(one)): _sentence(one) for one in reversed(faults)}
    if errors:
        return FieldErrors(errors=errors)
    return found, set_up.number_in(metadata, "revision") or 0


def done(page: PolicyPage) -> View:
    """What is said once it is saved."""
    said = f"Revision {page.revision} counts from now on. Open cases are being counted anew."
    return kit.modal("Policy", [kit.section("saved", said)], callback_id="desk.policy.done")


def _field(name: str) -> str:
    return name.replace(".", "_")


def _is_list(name: str) -> bool:
    return name in ("escalation.premier", "escalation.premier_plus", "escalation.standard") or name.endswith(
        "reminders"
    )


def _shown(value: object) -> str:
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, tuple) else f"{value:g}"


def _numbers(text: str, *, is_list: bool) -> object:
    if is_list:
        return [_number(part) for part in text.split(",")]
    return _number(text)


def _number(text: str) -> int | float:
    number = float(text.strip())
    return int(number) if number.is_integer() else number


def _named(fault: str) -> str:
    """Which setting a sentence is about: it begins with its name."""
    return fault.split(" ", 1)[0]


def _sentence(fault: str) -> str:
    told = fault.split(" ", 1)[1]
    return f"It {told}" if len(told) < 140 else "This is not possible."
