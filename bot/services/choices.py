"""What a form may choose of the policy's lists; opening and editing a case ask."""

from __future__ import annotations

from bot.domain.commands import EditCase, OpenCase
from bot.domain.policy import Choice, Policy, choice_of
from bot.domain.refusals import Reason, Refusal


def check_choices(policy: Policy, command: OpenCase | EditCase) -> None:
    """A select can only send what it offered; a forged or outdated payload can send anything."""
    wanted: tuple[tuple[str, tuple[Choice, ...], object], ...] = (
        ("severity", policy.severities, command.severity),
        ("business_impact", policy.business_impacts, command.business_impact),
        ("kind", policy.kinds, command.kind),
    )
    for field, choices, value in wanted:
        if value is not None and choice_of(choices, str(value)) is None:
            raise Refusal(Reason.NO_SUCH_CHOICE, {"field": field})


def check_zone(policy: Policy, zone: str | None, own: str) -> None:
    """A zone of the policy's list, or the one that the account or case has already."""
    if zone and zone != own and choice_of(policy.time_zones, zone) is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "timezone"})
