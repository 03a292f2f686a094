"""Articles of a case: on its page, and the form that links them; `handlers.articles` shows and reads it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import article, forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held
from bot.domain.articles import ArticleRow, LinkArticles, LinkForm
from bot.domain.ids import ArticleId, CaseId, shown
from bot.domain.pages import CasePage
from bot.domain.permissions import Act, allowed
from bot.domain.policy import Choice

CALLBACK_ID = "case.articles"
SEARCH_FIRST = "kb.first"
MOST_SHOWN = 8


def on_page(page: CasePage) -> list[sb.Block]:
    """The articles of a case that this person may read, and the button to link more."""
    may_link = allowed(Act.LINK_ARTICLE, page.viewer)
    if not page.articles and not may_link:
        return []
    link = kit.button(
        "Link an article",
        CALLBACK_ID,
        f"{page.case.id}.{page.case.version}",
        label=f"Link an article to case {shown(page.case.number)}",
    )
    head = f"*Articles* ({len(page.articles)})" if page.articles else "*Articles*"
    blocks: list[sb.Block] = [
        kit.divider("articles.line"),
        kit.marked_section("articles.head", head, link if may_link else None),
    ]
    for row in page.articles[:MOST_SHOWN]:
        read = kit.button("Read", article.READ, str(row.id), label=f"Read {article.label(row)}")
        blocks.append(kit.section(f"articles.{row.id}", _told(row), read))
    return blocks


def _told(row: ArticleRow) -> str:
    told = f"{article.label(row)} · {texts.inline(row.title)}"
    return f"{told} (retired)" if row.retired else told


def search_first() -> list[sb.Block]:
    """In the form of a new case: perhaps somebody has written the answer already."""
    button = kit.button("Search first", SEARCH_FIRST, "title", label="Search the knowledge base first")
    return [kit.section("search_first", "Perhaps the knowledge base has the answer already.", button)]


def view(form: LinkForm, banner: str | None = None) -> View:
    """The form: ticked is what is linked, to be ticked what may suit."""
    case = form.case
    rows = (*form.linked, *form.found)
    blocks: list[sb.Block] = [*forms.banner(banner), forms.about(case)]
    if rows:
        blocks.append(
            inputs.boxes(
                "articles",
                "Articles of this case",
                [Choice(value=str(one.id), label=_told(one), meaning=article.readers(one)) for one in rows],
                initial=[str(one.id) for one in form.linked],
                hint="Each person sees there what they may read anyway.",
            )
        )
    else:
        blocks.append(kit.section("none", "No article seems to be about this. Search for one."))
    blocks.append(
        inputs.text(
            "words",
            "Search for others",
            initial=form.words,
            limit=150,
            optional=True,
            hint="Change the words and press Go on: what is found then stands above.",
        )
    )
    return kit.modal(
        f"Articles of {shown(case.number)}",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Go on",
        close="Cancel",
        metadata=json.dumps(
            {
                "case": case.id,
                "version": case.version,
                "words": form.words,
                "linked": [one.id for one in form.linked],
                "offered": [one.id for one in rows],
            }
        ),
    )


def read(fields: Fields, metadata: str) -> LinkArticles | str | FieldErrors:
    """What to link, or the words to search for where those are others than before."""
    case_id, _ = forms.read_reference(metadata)
    words, kept = forms.text_in(fields, "words"), held(metadata)
    if words and words != kept.get("words"):
        return words
    ticked = fields.get("articles")
    chosen = {int(one) for one in ticked if one.isdecimal()} if isinstance(ticked, tuple) else set()
    linked, offered = _ids(kept.get("linked")), _ids(kept.get("offered"))
    link = tuple(ArticleId(one) for one in offered if one in chosen and one not in linked)
    unlink = tuple(ArticleId(one) for one in linked if one not in chosen)
    if not link and not unlink:
        return FieldErrors(errors={"words": "Nothing is ticked that was not before. Tick one, or search."})
    return LinkArticles(case_id=case_id, link=link, unlink=unlink)


def _ids(found: object) -> list[int]:
    return [one for one in found if isinstance(one, int)] if isinstance(found, list) else []


def case_in(metadata: str) -> CaseId:
    """The case that the form is about."""
    return forms.read_reference(metadata)[0]
