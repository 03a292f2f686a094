"""People open, take and look at cases; the forms of the other acts are served by `forms.py`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.blocks import made_files, usage
from bot.dialogs import all_comments, case_page, history, list_cases, open_case
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import AccountId, CaseId, HistoryId
from bot.domain.pages import ListKind
from bot.domain.refusals import Refusal
from bot.domain.sessions import Opened
from bot.handlers import captures, finding
from bot.handlers.call import Call, Payload
from bot.handlers.forms import page_view
from bot.handlers.reply import Errors, Nothing, Open, Replace, Reply, Say, said
from bot.handlers.spoken import as_typed
from bot.handlers.targets import case_in_button, names_a_case, number_in, numbers_in, target
from bot.services import cases, exporting, reading, sessions
from bot.services.desk import Desk


async def open_dialog(desk: Desk, call: Call) -> Reply:
    """`/case open [title]`, and the button of Home."""
    form = await reading.open_form(desk, call.by, title=as_typed(call.text))
    return Open(open_case.view(form))


async def account_picked(desk: Desk, call: Call) -> Reply:
    """An account was picked in the form of a new case: its orders are offered, and what was typed stays."""
    assert call.view is not None
    account = number_in(call.value, "account")
    form = await reading.open_form(desk, call.by, account_id=AccountId(account))
    thread = open_case.thread_in(call.view.metadata)
    return Replace(open_case.view(replace(form, thread=thread), call.fields))


async def open_submitted(desk: Desk, call: Call) -> Reply:
    """The case is saved when this returns: the window then shows its number."""
    assert call.view is not None
    command = open_case.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        receipt = await cases.open_case(desk, command, call.by, call.key)
    except Refusal as refusal:
        return await captures.opened_already(desk, call, refusal)
    assert receipt.number is not None  # a case was opened
    return Replace(open_case.done(receipt.number, command.title, of_thread=command.thread is not None))


async def take(desk: Desk, call: Call) -> Reply:
    """The Take button of a card or a case page."""
    case_id = case_in_button(call.value)
    in_page = call.payload is Payload.MODAL_BUTTON
    try:
        await cases.take(desk, case_id, call.by, call.key)
    except Refusal as refusal:
        if not in_page:
            raise
        return Replace(await page_view(desk, call, case_id, refusal))
    return Replace(await page_view(desk, call, case_id)) if in_page else Nothing()


async def show(desk: Desk, call: Call) -> Reply:
    """`/case show N`, and the buttons Show and More."""
    case_id, _ = await target(desk, call)
    page = await reading.case_page(desk, call.by, case_id)
    after = partial(sessions.opened, desk, call.by, Opened(case_id=case_id)) if page.session else None
    return Open(case_page.view(page, desk.policy), after=after)


async def list_own(desk: Desk, call: Call) -> Reply:
    """`/case list [mine|...|saved NAME]`; without a word the list that suits the asker's side."""
    word, _, rest = call.text.strip().lower().partition(" ")
    if word == "saved":
        return await finding.saved(desk, call, as_typed(call.text.strip()[len(word) :]).strip())
    if rest:
        return Say(usage.case_help(f"list {as_typed(call.text)}"))
    if not word:
        page = await reading.own_list(desk, call.by)
    elif word in set(ListKind):
        page = await reading.list_page(desk, call.by, ListKind(word))
    else:
        return Say(usage.case_help(f"list {as_typed(call.text)}"))
    return Open(list_cases.view(page, desk.policy))


async def list_all(desk: Desk, call: Call) -> Reply:
    """The See all buttons of Home."""
    page = await reading.list_page(desk, call.by, ListKind(call.value))
    return Open(list_cases.view(page, desk.policy))


async def turn_list(desk: Desk, call: Call) -> Reply:
    """Newer and Older in a list; the button carries the kind and where the page starts."""
    kind, _, start = call.value.partition(".")
    page = await reading.list_page(desk, call.by, ListKind(kind), CaseId(int(start)))
    return Replace(list_cases.view(page, desk.policy))


async def show_history(desk: Desk, call: Call) -> Reply:
    """The History button of a case page."""
    page = await reading.history_page(desk, call.by, case_in_button(call.value))
    return Open(history.view(page, desk.policy))


async def turn_history(desk: Desk, call: Call) -> Reply:
    """Newer and Older in a history; the button carries the case and where the page starts."""
    case_id, _, start = call.value.partition(".")
    page = await reading.history_page(desk, call.by, CaseId(int(case_id)), HistoryId(int(start)))
    return Replace(history.view(page, desk.policy))


async def show_comments(desk: Desk, call: Call) -> Reply:
    """The All comments button of a case page."""
    return Open(all_comments.view(await reading.comments_page(desk, call.by, case_in_button(call.value))))


async def turn_comments(desk: Desk, call: Call) -> Reply:
    """Older and Newer among them; the button carries the case and how many stand before the page."""
    case_id, start = numbers_in(call.value, 2)
    page = await reading.comments_page(desk, call.by, CaseId(case_id), start)
    return Replace(all_comments.view(page))


async def export(desk: Desk, call: Call) -> Reply:
    """`/case export`: the files come behind, because thousands of cases take longer than an answer may."""
    await exporting.ask(desk, call.by, call.key)
    return said(made_files.export_begun())


async def usage_of_case(desk: Desk, call: Call) -> Reply:
    """`/case help`, `/case` alone, and every word that we do not know; a number alone means *show*."""
    word = call.route.removeprefix("/case").strip()
    if names_a_case(word) and not call.text:
        return await show(desk, replace(call, text=word))
    known = word in ("", "help")
    typed = " ".join(part for part in (word, as_typed(call.text)) if part)
    return Say(usage.case_help(None if known else typed))
