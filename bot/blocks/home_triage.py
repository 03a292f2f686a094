"""The part of Home that is about new cases of customers: how many wait for triage, and which is next."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.domain.ids import shown
from bot.domain.web_forms import QueuedCase, TriageQueue

SHOWN = 5


def queue(waiting: TriageQueue) -> list[sb.Block]:
    """The longest waiting first, with the next to do marked; nothing where nothing waits."""
    if not waiting.total:
        return []
    blocks: list[sb.Block] = [
        kit.divider("triage.line"),
        kit.marked_section("triage.head", f"*New cases to triage* ({waiting.total})"),
    ]
    free = next((one.id for one in waiting.cases if one.at_it is None), None)
    blocks += [_line(one, is_next=one.id == free) for one in waiting.cases[:SHOWN]]
    if waiting.total > SHOWN:
        blocks.append(kit.small("triage.more", f"{waiting.total - SHOWN} more wait after these."))
    return blocks


def _line(one: QueuedCase, *, is_next: bool) -> sb.Block:
    number = shown(one.number)
    notes = [f"waits since {texts.date(one.since)}", f"severity {one.severity}"]
    if one.again:
        notes.insert(0, "answered")
    if one.at_it is not None:
        notes.append(f"{texts.who(one.at_it.owner)} is at it")
    title = f"{number} · {texts.marked(one.title, 100)} · {texts.marked(one.account_name, 60)}"
    button = kit.button(
        "Look" if one.at_it is not None else "Triage",
        "case.triage",
        f"{one.id}.{one.version}",
        style="primary" if is_next else None,
        label=f"Triage case {number}",
    )
    said = ("*Next:* " if is_next else "") + title
    return kit.marked_section(f"triage.{one.id}", f"{said}\n{' · '.join(notes)}", button)
