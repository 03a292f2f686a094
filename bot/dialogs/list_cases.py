"""A list of cases, page by page, updated in place; `handlers.lists` shows it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.blocks.home import nothing
from bot.blocks.kit import View
from bot.blocks.names import LIST_NAMES
from bot.blocks.rows import row
from bot.domain.pages import CaseList
from bot.domain.policy import Policy

CALLBACK_ID = "case.list"

MOST_ROWS = 30  # three blocks each, and Slack takes 100 in a modal


def view(cases: CaseList, policy: Policy | None = None, banner: str | None = None) -> View:
    """One page of a list."""
    head: list[sb.Block] = [kit.section("banner", banner)] if banner else []
    if not cases.rows:
        body: list[sb.Block] = [kit.section("none", nothing(cases.kind, cases.person))]
    else:
        shown = cases.rows[:MOST_ROWS]
        last = cases.first + len(shown) - 1
        body = [kit.small("count", f"{cases.first}-{last} of {cases.total}")]
        for case in shown:
            body += row("row", case, policy, cases.person, cases.now)
    return kit.modal(LIST_NAMES[cases.kind], [*head, *body, *_turning(cases)], callback_id=CALLBACK_ID)


def _turning(cases: CaseList) -> list[sb.Block]:
    made = []
    if cases.newer is not None:
        made.append(
            kit.button("Newer", "case.list.newer", f"{cases.kind}.{cases.newer}", label="Newer cases")
        )
    if cases.older is not None:
        made.append(
            kit.button("Older", "case.list.older", f"{cases.kind}.{cases.older}", label="Older cases")
        )
    return [kit.buttons("turn", *made)] if made else []
