"""One case as one row of a list; App Home and the list modal draw it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.names import NOBODY, STATUS_NAMES, severity_in_short
from bot.domain.ids import shown
from bot.domain.pages import CaseRow
from bot.domain.policy import Policy


def row(prefix: str, case: CaseRow, policy: Policy | None = None) -> list[sb.Block]:
    """A line, number and title with a Show button, the facts in small print; `prefix` keeps block ids apart.

    Without the line the facts stand nearer to the next title than to their own: the button makes room.
    """
    number = shown(case.number)
    show = kit.button("Show", "case.page", f"{case.id}.{case.version}", label=f"Show case {number}")
    facts = " · ".join(
        (
            *(["Escalated"] if case.escalated_at is not None else []),
            STATUS_NAMES[case.status],
            severity_in_short(case.severity, policy),
            texts.inline(case.account_name, 60),
            f"Owner: {texts.inline(case.owner.name, 60) if case.owner else NOBODY}",
        )
    )
    return [
        kit.divider(f"{prefix}.{case.id}.line"),
        kit.section(f"{prefix}.{case.id}", f"{number} · {texts.inline(case.title)}", show),
        kit.small(
            f"{prefix}.{case.id}.facts", kit.plain(facts), f"Last change {texts.date(case.updated_at)}"
        ),
    ]
