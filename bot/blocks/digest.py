"""The direct message that stands for many: a day's, or a night's of what rules did; delivery draws it.

It names changes and says nothing of comments' text: who wants to read on opens the case.
"""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import changes, kit
from bot.blocks import text as texts
from bot.blocks.kit import Message, Part
from bot.blocks.names import STATUS_NAMES
from bot.domain.cases import Case
from bot.domain.ids import shown
from bot.domain.pages import Digest, HistoryEntry
from bot.domain.policy import Policy

MOST_CASES = 20  # two blocks each, and a message has room for 50
MOST_CHANGES = 6  # of one case


ONCE_A_DAY = "You get one message a day. `/case notify` changes that."
AFTER_HOURS = "This happened by the desk's rules outside your office hours, so I kept it until now."


def digest(what: Digest, policy: Policy | None = None) -> Message:
    """What changed since the last one, by case."""
    count, head = len(what.cases), summary(what)
    spoken = head
    blocks: list[sb.Block] = [kit.section("head", head)]
    for case, changed in what.cases[:MOST_CASES]:
        told = [one_change(entry, policy) for entry in changed]
        spoken += f" Case {shown(case.number)}, {texts.inline(case.title)}: {'; '.join(told)}."
        blocks += _case(case, told)
    if count > MOST_CASES:
        rest = f"And {_number(count - MOST_CASES, 'more case')}: /case list shows them."
        spoken += f" {rest}"
        blocks.append(kit.section("rest", rest))
    blocks.append(kit.small("why", ONCE_A_DAY if what.is_daily else AFTER_HOURS))
    return kit.message(spoken, blocks)


def summary(what: Digest) -> str:
    """How much of it there is, in a sentence."""
    entries = sum(len(changed) for _, changed in what.cases)
    return f"{_number(entries, 'change')} to {_number(len(what.cases), 'case')} of yours."


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def one_change(entry: HistoryEntry, policy: Policy | None) -> str:
    """Who did what, on one line."""
    return f"{texts.inline(entry.actor.name, 60)} {changes.told(entry, policy)}"


def _case(case: Case, told: list[str]) -> list[sb.Block]:
    number = shown(case.number)
    show = kit.button("Show case", "case.page", f"{case.id}.{case.version}", label=f"Show case {number}")
    title = f"{number} · {texts.inline(case.title)} · {STATUS_NAMES[case.status]}"
    newest = told[-MOST_CHANGES:]
    lines: list[list[Part]] = [[f"• {line}."] for line in newest]
    if len(newest) < len(told):
        lines.insert(0, [f"• {_number(len(told) - len(newest), 'earlier change')}"])
    return [kit.section(f"case.{case.id}", title, show), kit.rich(f"case.{case.id}.changes", lines)]
