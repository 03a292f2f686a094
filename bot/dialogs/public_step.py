"""The second step before somebody else's words become public in a case: the text, and all who will read it.

`handlers.mail` shows it for an e-mail, `handlers.captures` for a message of a chat.
"""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import public_comment
from bot.domain.audiences import Readers
from bot.domain.ids import shown


def view(
    title: str, text: str, what: Readers, *, callback_id: str, submit: str, metadata: str, says: str
) -> View:
    """The window; `says` is whose words they are. Nothing is written before `submit` is pressed."""
    case = what.case
    blocks: list[sb.Block] = [
        kit.small("about", kit.plain(f"Case {shown(case.number)} · {texts.inline(case.title)}")),
        kit.marked_section("text.head", "*Customers will read this:*"),
        *kit.typed("text", text, quote=True),
        kit.small("whose", kit.plain(says)),
        kit.divider("line"),
        kit.marked_section("readers.head", f"*Who will read it* ({len(what.people)} outside of support)"),
        *public_comment.names(what.people, case),
    ]
    return kit.modal(title, blocks, callback_id=callback_id, submit=submit, close="Cancel", metadata=metadata)
