"""The window that finds cases: words on top, what they find below; `handlers.finding` shows and reads it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks.kit import View
from bot.blocks.rows import row
from bot.dialogs import forms
from bot.dialogs.forms import Fields
from bot.domain.ids import CaseId
from bot.domain.pages import SearchPage
from bot.domain.policy import Policy
from bot.domain.search import FILTERS, LONGEST_QUERY

CALLBACK_ID = "case.search"
NEWER, OLDER, SAVE = "case.search.newer", "case.search.older", "case.search.save"

MOST_STARTS = 150
"""Pages that can be turned back: `private_metadata` holds 3,000 characters."""

PAGE = 10

_HOW = (
    "Words are found whole, in numbers, titles, descriptions and comments; `check*` finds what begins so. "
    "All of them stand in one comment, or in the case itself. Filters: "
    + " ".join(f"`{example}`" for example in FILTERS.values())
    + " `is:escalated` `created:>2026-11-01` `created:7d` `owner:none`"
)


def view(page: SearchPage, policy: Policy | None = None, said: str | None = None) -> View:
    """The window; `said` is a sentence on top, raw text."""
    found = page.found
    blocks: list[sb.Block] = [
        *forms.banner(said),
        inputs.text(
            "words",
            "Look for",
            initial=page.text,
            limit=LONGEST_QUERY,
            optional=True,
            placeholder="checkout status:open owner:me",
        ),
    ]
    if found is None:
        blocks.append(kit.small("how", _HOW))
    elif not found.rows:
        blocks += [kit.section("none", _NOTHING), kit.small("how", _HOW)]
    else:
        blocks.append(kit.small("count", _count(page)))
        for case in found.rows:
            blocks += row("row", case, policy, page.person, page.now)
    blocks += _buttons(page)
    return kit.modal(
        "Find cases",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Search",
        metadata=json.dumps({"text": page.text, "starts": list(page.starts)}),
    )


_NOTHING = "Nothing is found. Try fewer or other words, or leave a filter out."


def _count(page: SearchPage) -> str:
    found = page.found
    assert found is not None
    first = len(page.starts) * PAGE + 1
    last = first + len(found.rows) - 1
    if found.is_more:
        return f"{first}-{last} of more than {max(found.total, last)}"
    return f"{first}-{last} of {max(found.total, last)}"


def _buttons(page: SearchPage) -> list[sb.Block]:
    if page.found is None:
        return []
    made = []
    if page.starts:
        made.append(kit.button("Newer", NEWER, "newer", label="Newer cases"))
    if page.found.older is not None and len(page.starts) < MOST_STARTS:
        made.append(kit.button("Older", OLDER, str(page.found.older), label="Older cases"))
    made.append(kit.button("Save this search", SAVE, "save"))
    return [kit.buttons("turn", *made)]


def read(fields: Fields) -> str:
    """What is looked for now."""
    return forms.text_in(fields, "words")


def asked(metadata: str) -> tuple[str, tuple[CaseId, ...]]:
    """What the window shows: the search, and where its page and those before it begin."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    match held:
        case {"text": str(text), "starts": [*starts]} if all(type(one) is int for one in starts):
            return text, tuple(CaseId(one) for one in starts)
    return "", ()
