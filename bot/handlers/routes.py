"""Every route of the desk: what people can do, and the handler that answers it. A test walks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.handlers import accounts, cases, desk, forms, health, home, mail, teams, threads
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Reply
from bot.services.desk import Desk

Handler = Callable[[Desk, Call], Awaitable[Reply]]
Routes = Mapping[tuple[Payload, str], Handler]

_COMMANDS: dict[str, Handler] = {
    "/case open": cases.open_dialog,
    "/case show": cases.show,
    "/case list": cases.list_own,
    "/case comment": forms.show,
    "/case assign": forms.show,
    "/case edit": forms.show,
    "/case status": forms.show,
    "/case close": forms.show,
    "/case reopen": forms.show,
    "/case *": cases.usage_of_case,
    "/desk accounts": accounts.account_list,
    "/desk people": desk.people_dialog,
    "/desk teams": teams.team_list,
    "/desk health": health.show,
    "/desk mail": mail.show,
    "/desk *": desk.usage_of_desk,
}
"""Commands by their first word; a star stands for every other word, and for none."""

_MODAL_BUTTONS: dict[str, Handler] = {
    "case.take": cases.take,
    "case.page": cases.show,
    "case.history": cases.show_history,
    "case.list.newer": cases.turn_list,
    "case.list.older": cases.turn_list,
    "case.history.newer": cases.turn_history,
    "case.history.older": cases.turn_history,
    "desk.accounts.back": accounts.turn,
    "desk.accounts.on": accounts.turn,
    "desk.account.add": accounts.dialog,
    "desk.account.edit": accounts.dialog,
    "desk.people.back": desk.turn_people,
    "desk.people.on": desk.turn_people,
    "desk.person.add": desk.person_dialog,
    "desk.person.edit": desk.person_dialog,
    "desk.person.pick": desk.picked,
    "desk.teams.back": teams.turn,
    "desk.teams.on": teams.turn,
    "desk.team.add": teams.dialog,
    "desk.team.edit": teams.dialog,
    "desk.health.look": health.look,
    "desk.health.newer": health.turn,
    "desk.health.older": health.turn,
    "desk.health.retry": health.retry,
    "desk.health.retry_all": health.retry_all,
    "desk.health.discard": health.discard,
    "desk.health.now": health.send_now,
    "desk.mail.look": mail.look,
    "desk.mail.later": mail.later,
    "desk.mail.put": mail.put_form,
    "desk.mail.discard": mail.discard,
    **dict.fromkeys(forms.FORMS, forms.show),
}

_MESSAGE_BUTTONS: dict[str, Handler] = {
    "case.take": cases.take,
    "case.page": cases.show,
    "desk.health": health.show,
    **dict.fromkeys(("case.comment", "case.status", "case.close", "case.reopen"), forms.show),
}

_HOME_BUTTONS: dict[str, Handler] = {
    "home.open": cases.open_dialog,
    "home.list": cases.list_all,
    "case.page": cases.show,
}

_SUBMISSIONS: dict[str, Handler] = {
    "case.open": cases.open_submitted,
    "desk.account": accounts.submitted,
    "desk.person": desk.people_submitted,
    "desk.team": teams.submitted,
    "desk.mail.put": mail.put_submitted,
    **dict.fromkeys(forms.FORMS, forms.submitted),
}

_BY_PAYLOAD: dict[Payload, dict[str, Handler]] = {
    Payload.COMMAND: _COMMANDS,
    Payload.MESSAGE_BUTTON: _MESSAGE_BUTTONS,
    Payload.MODAL_BUTTON: _MODAL_BUTTONS,
    Payload.HOME_BUTTON: _HOME_BUTTONS,
    Payload.SUBMISSION: _SUBMISSIONS,
    Payload.HOME_OPENED: {"app_home_opened": home.opened},
    Payload.MESSAGE: {"message": threads.replied},
}

ROUTES: Routes = {
    (payload, route): handler for payload, routes in _BY_PAYLOAD.items() for route, handler in routes.items()
}
