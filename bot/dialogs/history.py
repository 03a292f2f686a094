"""The history of a case in sentences, page by page, updated in place; `handlers.cases` shows it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import changes, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import AUDIENCE_NAMES
from bot.domain.commands import Audience
from bot.domain.ids import shown
from bot.domain.pages import HistoryEntry, HistoryPage
from bot.domain.policy import Policy

CALLBACK_ID = "case.history"

MOST_ENTRIES = 45  # two blocks each, and Slack takes 100 in a modal


def view(page: HistoryPage, policy: Policy | None = None) -> View:
    """One page of the history, newest first."""
    blocks: list[sb.Block] = [kit.small("about", kit.plain(page.case.title))]
    for entry in page.entries[:MOST_ENTRIES]:
        blocks += _entry(entry, policy)
    if not page.entries:
        blocks.append(kit.section("none", "Nothing has happened that you may see. Look again later."))
    return kit.modal(
        f"History of {shown(page.case.number)}", [*blocks, *_turning(page)], callback_id=CALLBACK_ID
    )


def _entry(entry: HistoryEntry, policy: Policy | None) -> list[sb.Block]:
    when = texts.date(entry.at)
    if entry.audience is Audience.INTERNAL:
        when += f" · {AUDIENCE_NAMES[entry.audience]}"
    if moved := changes.opening(entry):
        when += f" · {moved}"
    return [
        kit.rich(
            f"entry.{entry.id}", [[kit.who(entry.actor), f"{_for(entry)} {changes.told(entry, policy)}."]]
        ),
        kit.small(f"entry.{entry.id}.when", when),
    ]


def _for(entry: HistoryEntry) -> str:
    """Both names, where it was done in assisted service."""
    return f", for {texts.inline(entry.on_behalf_of, 60)}," if entry.on_behalf_of else ""


def _turning(page: HistoryPage) -> list[sb.Block]:
    made = []
    case_id = page.case.id
    if page.newer is not None:
        made.append(
            kit.button("Newer", "case.history.newer", f"{case_id}.{page.newer}", label="Newer entries")
        )
    if page.older is not None:
        made.append(
            kit.button("Older", "case.history.older", f"{case_id}.{page.older}", label="Older entries")
        )
    return [kit.buttons("turn", *made)] if made else []
