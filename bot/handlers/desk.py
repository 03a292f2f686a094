"""Administrators set people up: `/desk people` and its window."""

from __future__ import annotations

from bot.blocks import usage, words
from bot.dialogs import person
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import SlackUserId
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Replace, Reply, Say
from bot.handlers.spoken import as_typed, users_in
from bot.services import people, reading
from bot.services.desk import Desk


async def people_dialog(desk: Desk, call: Call) -> Reply:
    """`/desk people [@who]`."""
    mentioned = users_in(call.text)
    picked = SlackUserId(mentioned[0]) if mentioned else None
    return Open(person.view(await reading.person_form(desk, call.by, picked)))


async def picked(desk: Desk, call: Call) -> Reply:
    """Somebody was chosen in the window: it goes on with what they are now."""
    return Replace(person.view(await reading.person_form(desk, call.by, SlackUserId(call.value))))


async def people_submitted(desk: Desk, call: Call) -> Reply:
    assert call.view is not None
    overtaken = person.overtaken(call.fields, call.view.metadata)
    if overtaken is not None:
        form = await reading.person_form(desk, call.by, overtaken)
        return Replace(person.view(form, banner=words.their_settings_now()))
    command = person.read(call.fields)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    await people.set_up_person(desk, command, call.by, call.key)
    return Replace(person.done(command.slack_user_id, command.role))


async def usage_of_desk(desk: Desk, call: Call) -> Reply:
    """`/desk help`, `/desk` alone, and every word that we do not know."""
    word = call.route.removeprefix("/desk").strip()
    known = word in ("", "help")
    typed = " ".join(part for part in (word, as_typed(call.text)) if part)
    return Say(usage.desk_help(None if known else typed))
