"""People use the knowledge base: `/kb`, its windows, and the articles of a case."""

from __future__ import annotations

import re

from bot.blocks import usage, words
from bot.dialogs import article, article_list, case_articles
from bot.dialogs.forms import FieldErrors
from bot.domain.articles import EditArticle
from bot.domain.ids import ArticleId
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.forms import page_view, touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply, Say, View
from bot.handlers.spoken import as_typed
from bot.handlers.targets import case_in_button, number_typed, numbers_in
from bot.services import articles
from bot.services.desk import Desk

_NUMBER = re.compile(r"(?:kb)?[-# ]?(\d{1,9})", re.IGNORECASE)


async def search(desk: Desk, call: Call) -> Reply:
    """`/kb search words`."""
    found = await articles.search(desk, call.by, as_typed(call.text)[: article_list.LONGEST_WORDS])
    return Open(article_list.view(found))


async def searched(desk: Desk, call: Call) -> Reply:
    """The field of the list: found again by what stands in it now."""
    found = await articles.search(desk, call.by, article_list.read(call.fields))
    return Replace(article_list.view(found, addable=not _is_second(call)))


async def turn(desk: Desk, call: Call) -> Reply:
    """Earlier and Later in the list."""
    assert call.view is not None
    (start,) = numbers_in(call.value, 1)
    found = await articles.search(desk, call.by, article_list.words_in(call.view.metadata), start)
    return Replace(article_list.view(found, addable=not _is_second(call)))


async def search_first(desk: Desk, call: Call) -> Reply:
    """The button in the form of a new case: articles about the title as it stands there now."""
    title = call.fields.get("title")
    typed = title.strip()[: article_list.LONGEST_WORDS] if isinstance(title, str) else ""
    if not typed:
        return Open(article_list.view(await articles.search(desk, call.by), addable=False))
    found = await articles.suggested(desk, call.by, typed)
    heading = "About what you typed as the title. Close this window to go on with your case."
    return Open(article_list.view(found, heading=heading, addable=False))


async def show(desk: Desk, call: Call) -> Reply:
    """`/kb show N`."""
    number = _number(call)
    if number is None:
        return Say(usage.kb_help(f"show {as_typed(call.text)}"))
    return Open(article.page(await articles.article_numbered(desk, call.by, number)))


async def read(desk: Desk, call: Call) -> Reply:
    """The Read buttons of lists and case pages."""
    (article_id,) = numbers_in(call.value, 1)
    found = await articles.article(desk, call.by, ArticleId(article_id))
    return Open(article.page(found, editable=not _is_second(call)))


async def turn_page(desk: Desk, call: Call) -> Reply:
    """Back and Go on in an article, and its other versions."""
    article_id, version, start = numbers_in(call.value, 3)
    assert call.view is not None
    found = await articles.article(desk, call.by, ArticleId(article_id), version)
    return Replace(article.page(found, start, editable=article.is_editable(call.view.metadata)))


async def dialog(desk: Desk, call: Call) -> Reply:
    """`/kb add`, `/kb edit N`, and the buttons of the same."""
    if call.payload is not Payload.COMMAND:
        article_id = ArticleId(numbers_in(call.value, 2)[0]) if call.route == article.EDIT else None
        return Open(article.form(await articles.form(desk, call.by, article_id)))
    if call.route == "/kb add":
        return Open(article.form(await articles.form(desk, call.by), title=as_typed(call.text)))
    number = _number(call)
    if number is None:
        return Say(usage.kb_help(f"edit {as_typed(call.text)}"))
    return Open(article.form(await articles.form(desk, call.by, number=number)))


async def submitted(desk: Desk, call: Call) -> Reply:
    """The article is saved when this returns; it is shown as its readers see it."""
    assert call.view is not None
    command = article.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        if isinstance(command, EditArticle):
            receipt = await articles.edit_article(desk, command, call.by, call.key)
        else:
            receipt = await articles.add_article(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.ARTICLE_CHANGED or not isinstance(command, EditArticle):
            raise
        form = await articles.form(desk, call.by, command.article_id)
        return Replace(article.form(form, touched(call), words.plain(refusal, "UTC")))
    assert receipt.article_id is not None  # it has just been saved
    found = await articles.article(desk, call.by, receipt.article_id)
    if isinstance(command, EditArticle) and call.view.below is not None:
        return Refresh(article.page(found))
    return Replace(article.page(found, editable=call.view.below is None))


async def link_dialog(desk: Desk, call: Call) -> Reply:
    """Link an article, on the page of a case."""
    return Open(case_articles.view(await articles.link_form(desk, call.by, case_in_button(call.value))))


async def link_submitted(desk: Desk, call: Call) -> Reply:
    """Other words are searched for; without, what is ticked is linked and the rest is not."""
    assert call.view is not None
    command = case_articles.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    if isinstance(command, str):
        case_id = case_articles.case_in(call.view.metadata)
        form = await articles.link_form(desk, call.by, case_id, command)
        if not form.found:
            return Errors({"words": "No other article has these words. Try fewer or other ones."})
        return Replace(case_articles.view(form))
    await articles.link_articles(desk, command, call.by, call.key)
    view: View = await page_view(desk, call, command.case_id)
    return Refresh(view) if call.view.below is not None else Replace(view)


async def usage_of_kb(desk: Desk, call: Call) -> Reply:
    """`/kb help`, `/kb` alone, and every word that we do not know."""
    word = call.route.removeprefix("/kb").strip()
    known = word in ("", "help")
    typed = " ".join(part for part in (word, as_typed(call.text)) if part)
    return Say(usage.kb_help(None if known else typed))


def _number(call: Call) -> int | None:
    """The number behind a command; None for another word. Raises NoNumber where nothing stands there."""
    found = _NUMBER.fullmatch(number_typed(call))
    return int(found[1]) if found is not None else None


def _is_second(call: Call) -> bool:
    """Whether the window that was pressed in stands on another one: Slack opens no more than three."""
    return call.view is not None and call.view.below is not None
