"""All comments of a case that one may read, page by page in the order of time; `handlers.cases` shows it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks.kit import View
from bot.dialogs import case_page
from bot.domain.ids import shown
from bot.domain.pages import CommentsPage

CALLBACK_ID = "case.comments"


def view(page: CommentsPage) -> View:
    """One page of them, oldest first; the window opens on the last page."""
    case, first = page.case, page.start + 1
    blocks: list[sb.Block] = [kit.small("about", kit.plain(case.title))]
    if page.comments:
        last = page.start + len(page.comments)
        blocks.append(kit.small("which", f"{first}-{last} of {page.total}, the oldest first"))
    else:
        blocks.append(kit.section("none", "There are no comments here. Look again later."))
    for comment in page.comments:
        blocks += case_page.comment_blocks(comment, case, page.viewer)
    return kit.modal(f"Comments on {shown(case.number)}", [*blocks, *_turning(page)], callback_id=CALLBACK_ID)


def _turning(page: CommentsPage) -> list[sb.Block]:
    made = []
    where = page.case.id
    if page.older is not None:
        made.append(
            kit.button("Older", "case.comments.older", f"{where}.{page.older}", label="Older comments")
        )
    if page.newer is not None:
        made.append(
            kit.button("Newer", "case.comments.newer", f"{where}.{page.newer}", label="Newer comments")
        )
    return [kit.buttons("turn", *made)] if made else []
