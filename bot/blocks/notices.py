"""Direct messages: to a case's creator and owner about a change, to administrators about dead letters.

Delivery draws them.
"""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import changes, kit
from bot.blocks import text as texts
from bot.blocks.case_card import act_button, spoken_ticks, ticks
from bot.blocks.escalation import call_lines
from bot.blocks.kit import Message
from bot.blocks.names import STATUS_NAMES
from bot.domain.ids import shown
from bot.domain.pages import Notice
from bot.domain.permissions import Act
from bot.domain.policy import Policy

COMMENT_SHOWN = 3000
"""The rest of a pasted log is in the case."""


def notice(what: Notice, policy: Policy | None = None) -> Message:
    """What changed, by whom, on which case; the comment where there is one, and the ways to the case."""
    case, entry = what.case, what.entry
    number, title = shown(case.number), texts.inline(case.title)
    actor = texts.inline(entry.actor.name, 60)
    happened = changes.told(entry, policy)
    spoken = f"Case {number}, {title}: {actor} {happened}."
    blocks: list[sb.Block] = [
        kit.rich("what", [[kit.bold(f"{number} · {title}")], [kit.bold(actor), f" {happened}."]]),
    ]
    if what.comment is not None:
        said = texts.first(what.comment.text, COMMENT_SHOWN)
        spoken += f" {said}"
        blocks += [*kit.typed("comment", said, quote=True), *ticks("outcomes", what.comment.outcomes)]
        spoken += spoken_ticks(what.comment.outcomes)
    if what.call_back is not None:
        blocks.append(call_lines(what.call_back))
        spoken += f" Phone: {what.call_back.phone}. When: {what.call_back.wanted or 'any time'}."
    facts = [texts.date(entry.at), f"Status now: {STATUS_NAMES[case.status]}"]
    if moved := changes.opening(entry):
        facts.append(moved)
    if what.permalink:
        facts.append(texts.link(what.permalink, "Go to its card"))
    show = kit.button("Show case", "case.page", f"{case.id}.{case.version}", label=f"Show case {number}")
    called = [act_button(Act.FINISH_CALL_BACK, case)] if what.call_back and what.recipient.is_staff else []
    return kit.message(
        spoken, [*blocks, kit.small("facts", " · ".join(facts)), kit.buttons("acts", *called, show)]
    )


def dead_letters(count: int) -> Message:
    """For an administrator: that something could not be delivered, and the way to it."""
    what = "1 message could not be delivered." if count == 1 else f"{count} messages could not be delivered."
    sentence = f"{what} Nothing is lost: see why, then retry or discard. /desk health shows the same."
    look = kit.button("Look at them", "desk.health", "dead", label="Look at what was not delivered")
    return kit.message(sentence, [kit.section("what", sentence), kit.buttons("acts", look)])
