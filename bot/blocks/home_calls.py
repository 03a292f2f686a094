"""The part of Home that is about calls: those to resume, each where it stands."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.domain.pages import HomePage
from bot.domain.phone_calls import TRIAGE


def to_resume(page: HomePage) -> list[sb.Block]:
    """The calls that are not over: with whom, at which step, since when."""
    blocks: list[sb.Block] = []
    for call in page.calls:
        what = "triage" if call.script == TRIAGE else "call"
        label = texts.marked(call.label, 60) if call.label else "no name yet"
        told = f"Resume the {what}: *{label}*, step {call.step_number}, {texts.date(call.began_at)}"
        button = kit.button(
            "Resume", "call.show", f"{call.id}.{call.version}", label=f"Resume the {what} {call.label}"
        )
        blocks.append(kit.marked_section(f"call.{call.id}", told, button))
    return blocks
