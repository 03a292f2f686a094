"""Where a case stands: who owes what by when, when Escalate opens and why, who escalated it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.blocks import duties
from bot.blocks import text as texts
from bot.blocks.duties import STAFF, Reader
from bot.domain.cases import Case
from bot.domain.policy import Policy, label_of


def standing(case: Case, policy: Policy | None, now: datetime, reader: Reader = STAFF) -> list[str]:
    """Lines of mrkdwn, the next duty first; each reader sees the instants in their own zone."""
    owed = duties.of_case(case, reader, now)
    owed[:1] = [f"*Next:* {one}" for one in owed[:1]]
    return [*owed, *_lines(case, policy, now, texts.date, lambda name: texts.marked(name, 60))]


def spoken(case: Case, policy: Policy | None, now: datetime) -> str:
    """The same as raw text for a screen reader, in UTC."""

    def tell(at: datetime) -> str:
        return texts.spoken(at, "UTC")

    def write(name: str) -> str:
        return texts.inline(name, 60)

    said = duties.of_case(case, STAFF, now, tell, write)
    return "".join(f" {line}." for line in (*said, *_lines(case, policy, now, tell, write)))


def _lines(
    case: Case,
    policy: Policy | None,
    now: datetime,
    tell: Callable[[datetime], str],
    write: Callable[[str], str],
) -> list[str]:
    stands, lines = case.escalation, list[str]()
    if stands.at is not None:
        reason = label_of(policy.escalation_reasons, stands.reason) if policy else stands.reason
        by = f" by {write(stands.by.name)}" if stands.by else ""
        lines.append(f"Escalated {tell(stands.at)}{by}: {write(reason)}")
    if case.is_closed:
        return lines
    if stands.at is None and stands.opens_at is not None:
        if stands.is_open(now):
            lines.append(f"May be escalated since {tell(stands.opens_at)}")
        else:
            lines.append(f"Escalation opens {tell(stands.opens_at)}: {why(case)}")
    if stands.at is None and stands.expedite_asked_at is not None:
        lines.append(f"Asked to expedite {tell(stands.expedite_asked_at)}")
    return lines


def why(case: Case) -> str:
    """Why it opens then: "Premier, severity 2, 2 hours after opening"."""
    assert case.escalation.opens_at is not None
    waits = _in_words(case.escalation.opens_at - case.created_at)
    return f"{case.plan.value}, severity {case.severity}, {waits} after it was opened"


def _in_words(waits: timedelta) -> str:
    minutes = round(waits.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    parts = [
        f"{count} {unit}{'s' if count != 1 else ''}"
        for count, unit in ((hours, "hour"), (rest, "minute"))
        if count
    ]
    return " ".join(parts) or "at once"
