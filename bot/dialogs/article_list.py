"""What `/kb search` shows: a field to search in and what it has found; `handlers.articles` shows it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import article, forms
from bot.dialogs.forms import Fields
from bot.dialogs.set_up import held
from bot.domain.articles import ArticleList, ArticleRow

CALLBACK_ID = "kb.search"
BACK, ON = "kb.list.back", "kb.list.on"

LONGEST_WORDS = 150


def view(found: ArticleList, *, heading: str = "", addable: bool = True) -> View:
    """A page of what was found. `heading` is raw text; `addable` where a window fits on top of this one."""
    blocks: list[sb.Block] = [
        inputs.text(
            "words",
            "Search the knowledge base",
            initial=found.words,
            limit=LONGEST_WORDS,
            optional=True,
            placeholder="Some words; without any, the newest articles",
        )
    ]
    if heading:
        blocks.append(kit.small("heading", kit.plain(heading)))
    if not found.rows:
        blocks.append(kit.section("none", _nothing(found)))
    else:
        last = found.start + len(found.rows)
        blocks.append(kit.small("count", f"{found.start + 1}-{last} of {found.total}"))
    for row in found.rows:
        blocks += _row(row)
    return kit.modal(
        "Knowledge base",
        [*blocks, *_turning(found, addable=addable)],
        callback_id=CALLBACK_ID,
        submit="Search",
        metadata=json.dumps({"words": found.words}),
    )


def _nothing(found: ArticleList) -> str:
    if not found.words:
        return "There is no article yet that you may read."
    step = " If you know the answer, write it with /kb add." if found.may_write else ""
    return f"No article has “{texts.inline(found.words, 60)}”. Try fewer or other words.{step}"


def _row(row: ArticleRow) -> list[sb.Block]:
    read = kit.button("Read", article.READ, str(row.id), label=f"Read {article.label(row)}")
    facts = [article.readers(row)]
    if row.retired:
        facts.insert(0, "Retired")
    return [
        kit.divider(f"article.{row.id}.line"),
        kit.section(f"article.{row.id}", f"{article.label(row)} · {texts.inline(row.title)}", read),
        kit.small(
            f"article.{row.id}.facts", kit.plain(" · ".join(facts)), f"Changed {texts.date(row.updated_at)}"
        ),
    ]


def _turning(found: ArticleList, *, addable: bool) -> list[sb.Block]:
    made = []
    if found.earlier is not None:
        made.append(kit.button("Earlier", BACK, str(found.earlier), label="Earlier in this list"))
    if found.later is not None:
        made.append(kit.button("Later", ON, str(found.later), label="Later in this list"))
    if found.may_write and addable:
        made.append(kit.button("Write an article", article.ADD, "new"))
    return [kit.divider("turn.line"), kit.buttons("turn", *made)] if made else []


def read(fields: Fields) -> str:
    """The words that were typed."""
    return forms.text_in(fields, "words")[:LONGEST_WORDS]


def words_in(metadata: str) -> str:
    """The words that a page was found by."""
    return str(held(metadata).get("words", ""))[:LONGEST_WORDS]
