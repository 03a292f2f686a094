"""What a comment said before it was edited, for its author and staff; `handlers.comments` shows it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.case_card import readers_of
from bot.blocks.kit import View
from bot.domain.ids import shown
from bot.domain.pages import Wordings

CALLBACK_ID = "comment.versions"

MOST = 20
TEXT_SHOWN = 3000


def view(what: Wordings) -> View:
    """The newest of them, newest first, below what the comment says now."""
    comment, case = what.comment, what.case
    readers = readers_of(comment.audience, case)
    blocks: list[sb.Block] = [
        kit.small("about", kit.plain(f"Case {shown(case.number)} · {case.title}"), kit.plain(readers))
    ]
    if comment.deleted_at is not None:
        gone = f"Deleted in Slack {texts.date(comment.deleted_at)}: nothing of what it said is kept."
        return kit.modal(
            "Earlier wordings", [*blocks, kit.marked_section("gone", gone)], callback_id=CALLBACK_ID
        )
    since = texts.date(comment.edited_at or comment.at)
    blocks += [
        kit.marked_section("now.head", f"*Now*, since {since}"),
        *kit.typed("now", texts.first(comment.text, TEXT_SHOWN), quote=True),
    ]
    for number, wording in enumerate(reversed(what.earlier[-MOST:])):
        blocks += [
            kit.divider(f"line.{number}"),
            kit.small(f"when.{number}", f"{texts.who(comment.author)} · from {texts.date(wording.at)}"),
            *kit.typed(f"text.{number}", texts.first(wording.text, TEXT_SHOWN) or "No text", quote=True),
        ]
    if len(what.earlier) > MOST:
        blocks.append(kit.small("more", f"The newest {MOST} of {len(what.earlier)} earlier wordings."))
    return kit.modal("Earlier wordings", blocks, callback_id=CALLBACK_ID)
