"""One case as one row of a list; App Home, lists and searches draw it."""

from __future__ import annotations

from datetime import datetime

import slackblocks as sb

from bot.blocks import duties, kit
from bot.blocks import text as texts
from bot.blocks.names import NOBODY, STATUS_NAMES, severity_in_short
from bot.domain.ids import shown
from bot.domain.pages import CaseRow
from bot.domain.people import Person
from bot.domain.policy import Policy


def row(
    prefix: str,
    case: CaseRow,
    policy: Policy | None = None,
    reader: Person | None = None,
    now: datetime | None = None,
) -> list[sb.Block]:
    """A line, number and title with a Show button, the facts in small print; `prefix` keeps block ids apart.

    What is owed stands first in it, said to `reader`; without `now` it is left out. Without the line the
    facts stand nearer to the next title than to their own: the button makes room.
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
    changed = f"Last change {texts.date(case.updated_at)}"
    return [
        kit.divider(f"{prefix}.{case.id}.line"),
        kit.section(f"{prefix}.{case.id}", f"{number} · {texts.inline(case.title)}", show),
        kit.small(f"{prefix}.{case.id}.facts", *_owed(case, reader, now), kit.plain(facts), changed),
    ]


def _owed(case: CaseRow, reader: Person | None, now: datetime | None) -> list[str]:
    """The next duty; the read has seen to it that it is one of which the reader may know."""
    if case.duty is None or now is None:
        return []
    names = duties.Names(owner=case.owner.name if case.owner else "", account=case.account_name)
    mine = reader is not None and case.owner is not None and case.owner.id == reader.id
    eyes = duties.Reader(is_staff=reader is None or reader.is_staff, is_owner=mine)
    return [f"*{duties.marked(case.duty, names, eyes, now)}*"]


def in_one_line(case: CaseRow, policy: Policy | None = None, opened: datetime | None = None) -> str:
    """A case as a line of mrkdwn, for where a list of something else tells of it too.

    With `opened` it is told when that was, and not when it changed.
    """
    when = f"opened {texts.date(opened)}" if opened else f"last change {texts.date(case.updated_at)}"
    return " · ".join(
        (
            f"*{shown(case.number)}* {texts.marked(case.title)}",
            STATUS_NAMES[case.status],
            severity_in_short(case.severity, policy),
            when,
        )
    )
