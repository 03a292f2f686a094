"""The part of Home that is about calls: those to resume, each where it stands."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.domain.call_rows import CallRow
from bot.domain.pages import HomePage
from bot.domain.phone_calls import TRIAGE


def on_the_line(other: CallRow) -> str:
    """Who has this account on the phone already, in mrkdwn: it is seen before anything is pressed."""
    return (
        f":warning: {texts.who(other.owner)} is on the phone with this account "
        f"since {texts.date(other.began_at)}."
    )


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
        other = page.busy.get(call.customer_id) if call.customer_id is not None else None
        if other is not None:
            blocks.append(kit.small(f"call.{call.id}.busy", on_the_line(other)))
    return blocks
