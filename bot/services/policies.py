"""A new revision of the policy: open cases are counted anew, and their history says so (domain.md 3)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import ChangeKind
from bot.domain.commands import Audience
from bot.domain.policy import Policy
from bot.services import clocks, windows
from bot.services.announcing import record
from bot.services.timed import RULE_OF
from bot.store.work import Work


def recount(work: Work, policy: Policy, revision: int) -> None:
    """Count open cases under this revision: escalation first, then the rules. Nothing comes sooner."""
    windows.recount(work, policy.escalation, revision)
    stamped = replace(work, stamp=replace(work.stamp, policy_revision=revision, limits=policy.limits))
    for case, moved in clocks.recount(work, policy.limits, revision):
        told = {
            RULE_OF[kind][0].value: (old.isoformat(), new.isoformat()) for kind, (old, new) in moved.items()
        }
        record(
            stamped,
            case,
            ChangeKind.RULES_CHANGED,
            None,
            changes={},
            audience=Audience.INTERNAL,
            told=told,
            quietly=True,
        )
