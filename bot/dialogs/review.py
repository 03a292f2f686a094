"""The window with all that is due in somebody's review, page by page; `handlers.reviews` shows it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import kit
from bot.blocks.kit import View
from bot.blocks.review import head, row_blocks
from bot.dialogs import forms
from bot.domain.ids import PersonId
from bot.domain.policy import Policy
from bot.domain.reviews import ReviewPage

CALLBACK_ID = "review"
BACK, ON = "review.back", "review.on"


def view(page: ReviewPage, policy: Policy | None = None, said: str | None = None) -> View:
    """One page; `said` is raw text."""
    found, last = page.review, page.start + len(page.review.rows)
    blocks: list[sb.Block] = [*forms.banner(said), kit.section("head", head(found))]
    if page.total:
        blocks.append(kit.small("count", f"{page.start + 1}-{last} of {page.total:,}"))
    else:
        blocks.append(kit.section("none", "Nothing is due. What changes comes with your next review."))
    for row in found.rows:
        blocks += [kit.divider(f"case.{row.case.id}.line"), *row_blocks(row, found, policy)]
    held = json.dumps({"of": page.of_id, "start": page.start})
    return kit.modal("Your review", [*blocks, *_turning(page)], callback_id=CALLBACK_ID, metadata=held)


def _turning(page: ReviewPage) -> list[sb.Block]:
    made = []
    if page.start:
        start = max(page.start - page.size, 0)
        made.append(kit.button("Back", BACK, f"{page.of_id}.{start}", label="What is due before"))
    if page.start + page.size < page.total:
        start = page.start + page.size
        made.append(kit.button("On", ON, f"{page.of_id}.{start}", label="What is due after"))
    return [kit.buttons("turn", *made)] if made else []


def place_in(metadata: str) -> tuple[PersonId, int]:
    """Whose review a window shows, and from where on."""
    held = json.loads(metadata)
    return PersonId(int(held["of"])), int(held["start"])
