"""Managers change what is said on the phone: `/desk playbooks`, its files, revisions and settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.blocks import text as texts
from bot.blocks import words
from bot.dialogs import forms, playbooks
from bot.dialogs.forms import FieldErrors
from bot.domain.playbook.faults import UnsoundPlaybook
from bot.domain.playbook.reading import FILES
from bot.domain.refusals import Reason, Refusal
from bot.handlers import flows
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.targets import numbers_in
from bot.handlers.wire import Unreadable
from bot.playbook_file import LARGEST
from bot.services import pictures
from bot.services import playbooks as service
from bot.services.desk import Desk

FETCHING = 1.5
"""Seconds for all the files of an upload: the window has to be answered within three."""


async def show(desk: Desk, call: Call) -> Reply:
    """`/desk playbooks`."""
    return Open(await flows.drawn(desk, call))


async def edit(desk: Desk, call: Call) -> Reply:
    """The buttons of the files: the newest revision's text."""
    name = call.value.rpartition(".")[0]
    if flows.is_flow(call.value):
        return await flows.edit(desk, call, name)
    if name not in FILES:
        raise Unreadable("a button carries no file of a playbook")
    return Open(playbooks.editor(await service.page(desk, call.by), name))


async def edited(desk: Desk, call: Call) -> Reply:
    """Checked, or checked and published; what is wrong stands on top, and the text stays as it was typed."""
    assert call.view is not None
    name, base = playbooks.reference(call.view.metadata)
    if name in playbooks.FLOWS:
        return await flows.edited(desk, call, name, base)
    wish, held = playbooks.wish_in(call.fields), {name: playbooks.text_in(call.fields)}
    try:
        told = await _tried(desk, call, held, base, wish)
    except Refusal as refusal:
        if refusal.reason not in flows.PASSING:
            raise
        told = forms.banner(words.plain(refusal, "UTC"))
        if refusal.reason is Reason.PUBLISHED_MEANWHILE:  # beside that: what would be different from it
            told = await _tried(desk, call, held, base, playbooks.CHECK)
    if told is None:
        return await _published(desk, call)
    page = await service.page(desk, call.by)
    said = [*playbooks.newer(page.revisions[0], base), *told]
    return Replace(playbooks.editor(page, name, call.fields, said, wish))


async def upload(desk: Desk, call: Call) -> Reply:
    """*Upload files...*"""
    return Open(await flows.uploading(desk, call))


async def uploaded(desk: Desk, call: Call) -> Reply:
    """Files under the names of a playbook's, fetched from Slack at once.

    Those that would go over a newer revision are refused at their field, where Slack keeps them.
    """
    assert call.view is not None
    await service.page(desk, call.by)  # before anything is fetched: who may not publish uploads nothing
    bases = playbooks.bases(call.view.metadata)
    wish = playbooks.wish_in(call.fields)
    held = await _fetched(desk, call)
    if isinstance(held, FieldErrors):
        return Errors(held.errors)
    opened = {name: bases[name] for name in held}
    if set(held) <= set(playbooks.FLOWS):
        return await flows.uploaded(desk, call, held, opened, wish)
    try:
        told = await _tried(desk, call, held, min(opened.values()), wish)
    except Refusal as refusal:
        if refusal.reason not in flows.PASSING:
            raise
        return Errors({"files": words.plain(refusal, "UTC")})
    if told is None:
        return await _published(desk, call)
    return Replace(await flows.uploading(desk, call, told, opened))


async def _fetched(desk: Desk, call: Call) -> Mapping[str, str] | FieldErrors:
    """The texts of the files, or what is wrong with them."""
    files = forms.uploads(call.fields, "files")
    if not files or desk.fetch is None:
        return FieldErrors(errors={"files": "No file is there. Upload some, or edit them as text."})
    known = playbooks.FLOWS if all(one.name in playbooks.FLOWS for one in files) else FILES
    strangers = [one.name for one in files if one.name not in known]
    if strangers:
        named = f"Name it as one of {', '.join(FILES)}; flows ({', '.join(playbooks.FLOWS)}) come alone."
        return FieldErrors(errors={"files": f"{texts.inline(strangers[0], 40)} is none of them. {named}"})
    held = dict[str, str]()
    try:
        async with asyncio.timeout(FETCHING):
            for one in files:
                content = await desk.fetch(one.slack_file_id, LARGEST)
                if content is None:
                    raise TimeoutError
                held[one.name] = content.decode("utf-8")
    except UnicodeDecodeError:
        return FieldErrors(errors={"files": "A file is not UTF-8 text. Save it as that, and upload again."})
    except TimeoutError:
        return FieldErrors(errors={"files": "Slack did not hand the files over. Send the form again."})
    return held


async def _tried(
    desk: Desk, call: Call, held: Mapping[str, str], base: int, wish: str
) -> playbooks.Said | None:
    """What is to be said of it; None once it is published. Raises what the service refuses."""
    try:
        if wish == playbooks.PUBLISH:
            await service.publish(desk, held, base, call.by, call.key)
            return None
        return playbooks.differences(await service.what_changes(desk, held, call.by))
    except UnsoundPlaybook as unsound:
        return playbooks.faults(unsound.faults)


async def _published(desk: Desk, call: Call) -> Reply:
    assert call.view is not None
    page = await service.page(desk, call.by)
    said = f"Revision {page.revisions[0].number} is published. New calls go by it."
    drawn = await flows.drawn(desk, call, said)
    return Refresh(drawn) if call.view.below is not None else Replace(drawn)


async def go_back(desk: Desk, call: Call) -> Reply:
    """*Go back to it*: the texts of an earlier revision count again, as a new one."""
    if flows.is_flow(call.value):
        return await flows.go_back(desk, call)
    revision, base = numbers_in(call.value, 2)
    try:
        await service.go_back(desk, revision, base, call.by, call.key)
        said = f"Revision {revision} counts again, under a new number. Calls that run keep theirs."
    except Refusal as refusal:
        if refusal.reason not in flows.PASSING:
            raise
        said = words.plain(refusal, "UTC")
    return Replace(await flows.drawn(desk, call, said))


async def draw(desk: Desk, call: Call) -> Reply:
    """*Draw*: the pictures come as a direct message."""
    await pictures.ask_for_playbook(desk, call.by, call.key)
    said = "The pictures are being drawn. They come to you as a direct message from me."
    return Replace(await flows.drawn(desk, call, said))


async def settings(desk: Desk, call: Call) -> Reply:
    """*Names and pages...*"""
    return Open(playbooks.settings_form(await service.page(desk, call.by)))


async def settings_submitted(desk: Desk, call: Call) -> Reply:
    assert call.view is not None
    wanted = playbooks.read_settings(call.fields, call.view.metadata)
    if isinstance(wanted, FieldErrors):
        return Errors(wanted.errors)
    try:
        await service.set_settings(desk, wanted, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is not Reason.SET_UP_MEANWHILE:
            raise
        page = await service.page(desk, call.by)
        return Replace(playbooks.settings_form(page, touched(call), words.plain(refusal, "UTC")))
    drawn = await flows.drawn(desk, call, "The names and pages are saved.")
    return Refresh(drawn) if call.view.below is not None else Replace(drawn)
