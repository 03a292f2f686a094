"""Administrators set people up: `/desk people`, its list and its window; and the help of `/desk`."""

from __future__ import annotations

from bot.blocks import usage, words
from bot.dialogs import person
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import AccountId, SlackUserId
from bot.domain.refusals import Reason, Refusal
from bot.handlers import ways_back
from bot.handlers.call import Call
from bot.handlers.forms import touched
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply, Say, View
from bot.handlers.spoken import as_typed, users_in
from bot.services import people
from bot.services import set_up as reading
from bot.services.desk import Desk


async def people_dialog(desk: Desk, call: Call) -> Reply:
    """`/desk people [@who]`: the window of whoever is mentioned, else the list of those found by name."""
    mentioned = users_in(call.text)
    if mentioned:
        return Open(person.view(await reading.person_form(desk, call.by, SlackUserId(mentioned[0]))))
    found = await reading.people_list(desk, call.by, words=ways_back.looked_for(call))
    return Open(person.people(found))


async def turn_people(desk: Desk, call: Call) -> Reply:
    """Earlier and Later in the list."""
    page = await reading.people_list(desk, call.by, int(call.value), ways_back.whence(call).words)
    return Replace(person.people(page))


async def person_dialog(desk: Desk, call: Call) -> Reply:
    """The buttons of a list and of an account's window: for somebody who is there, or for somebody new."""
    below = ways_back.below(call)
    picked = SlackUserId(call.value) if call.route == person.EDIT else None
    form = await reading.person_form(desk, call.by, picked, below.account_id)
    return Open(person.view(form, whence=below))


async def picked(desk: Desk, call: Call) -> Reply:
    """Somebody was chosen in the window: it goes on with what they are now."""
    return Replace(await _window_of(desk, call, SlackUserId(call.value)))


async def people_submitted(desk: Desk, call: Call) -> Reply:
    assert call.view is not None
    overtaken = person.overtaken(call.fields, call.view.metadata)
    if overtaken is not None:
        return Replace(await _window_of(desk, call, overtaken, banner=words.their_settings_now()))
    command = person.read(call.fields, call.view.metadata)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    try:
        await people.set_up_person(desk, command, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason is Reason.NAMED_IN_THE_FUTURE:
            return Errors({"named_on": words.plain(refusal, "UTC")})
        if refusal.reason is not Reason.SET_UP_MEANWHILE:
            raise
        banner = words.plain(refusal, "UTC")
        return Replace(await _window_of(desk, call, command.slack_user_id, banner, again=True))
    try:
        return await _saved(desk, call, command.slack_user_id, person.contact_of(call.view.metadata))
    except Refusal:  # an administrator who is none any more may not look at people, and yet it is saved
        return Replace(person.done(command.slack_user_id, command.role))


async def _window_of(
    desk: Desk, call: Call, who: SlackUserId, banner: str | None = None, again: bool = False
) -> View:
    """The person's window as things stand; drawn `again`, it keeps what was changed in it."""
    whence = ways_back.whence(call)
    form = await reading.person_form(desk, call.by, who, whence.account_id)
    return person.view(form, touched(call) if again else None, banner, whence)


async def _saved(desk: Desk, call: Call, who: SlackUserId, former: AccountId | None) -> Reply:
    """What came of it: in the window below where there is one, else in this one."""
    assert call.view is not None
    said = person.saved(await reading.person_saved(desk, call.by, who, former))
    whence = ways_back.whence(call)
    if call.view.below is None or not whence.window:
        return Replace(person.done(who, None, said))
    return Refresh(await ways_back.drawn(desk, call, whence, said))


async def usage_of_desk(desk: Desk, call: Call) -> Reply:
    """`/desk help`, `/desk` alone, and every word that we do not know."""
    word = call.route.removeprefix("/desk").strip()
    known = word in ("", "help")
    typed = " ".join(part for part in (word, as_typed(call.text)) if part)
    return Say(usage.desk_help(None if known else typed))
