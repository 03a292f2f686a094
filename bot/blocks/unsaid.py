"""The direct message that gives an author back what may not be said in public; delivery draws it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.domain.audiences import Held
from bot.domain.cases import Case
from bot.domain.ids import shown
from bot.domain.people import Person

KEEP = "case.public.keep"

SHOWN = 2800


def unsaid(found: tuple[Held, ...], case: Case | None, author: Person) -> Message:
    """What was not sent and why, every word of it, and the way to keep it for staff where it is theirs.

    `case` is None for who does not see it any more: then nothing is said of it.
    """
    where = f" on case {shown(case.number)}" if case is not None else ""
    many = len(found) > 1
    what = "public comments" if many else "public comment"
    sentence = (
        f"Your {what}{where} {'were' if many else 'was'} not sent: meanwhile you lost the right to write "
        f"public ones. Nobody has read {'them' if many else 'it'}."
    )
    blocks: list[sb.Block] = [kit.section("what", sentence)]
    for held in found:
        blocks += kit.typed(f"text.{held.id}", texts.first(held.text, SHOWN), quote=True)
        if case is not None and author.is_staff:
            keep = kit.button("Keep it for staff", KEEP, str(held.id), label="Keep it as an internal comment")
            blocks.append(kit.buttons(f"acts.{held.id}", keep))
    if case is None or not author.is_staff:
        blocks.append(kit.small("then", "Ask an administrator of the desk if that was not meant."))
    spoken = " ".join([sentence, *(texts.first(held.text, SHOWN) for held in found)])
    return kit.message(spoken, blocks)
