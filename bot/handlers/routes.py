"""Every route of the desk: what people can do, and the handler that answers it. A test walks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.handlers import (
    access,
    accounts,
    articles,
    asking,
    calendars,
    captures,
    cases,
    clocks,
    comments,
    desk,
    escalation,
    finding,
    forms,
    health,
    home,
    mail,
    notify,
    people,
    phones,
    public,
    teams,
    threads,
)
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Reply
from bot.services.desk import Desk

Handler = Callable[[Desk, Call], Awaitable[Reply]]
Routes = Mapping[tuple[Payload, str], Handler]

_COMMANDS: dict[str, Handler] = {
    "/case open": cases.open_dialog,
    "/case show": cases.show,
    "/case clock": clocks.show,
    "/case list": cases.list_own,
    "/case ask": asking.dialog,
    "/case notify": notify.show,
    "/case search": finding.search,
    "/case comment": forms.show,
    "/case assign": forms.show,
    "/case edit": forms.show,
    "/case status": forms.show,
    "/case close": forms.show,
    "/case reopen": forms.show,
    "/case escalate": forms.show,
    "/case access": access.command,
    "/case export": cases.export,
    "/case *": cases.usage_of_case,
    "/kb search": articles.search,
    "/kb show": articles.show,
    "/kb add": articles.dialog,
    "/kb edit": articles.dialog,
    "/kb *": articles.usage_of_kb,
    "/desk accounts": accounts.account_list,
    "/desk people": desk.people_dialog,
    "/desk teams": teams.team_list,
    "/desk phones": phones.show,
    "/desk calendar": calendars.show,
    "/desk health": health.show,
    "/desk mail": mail.show,
    "/desk *": desk.usage_of_desk,
}
"""Commands by their first word; a star stands for every other word, and for none."""

_MODAL_BUTTONS: dict[str, Handler] = {
    "case.take": cases.take,
    "case.page": cases.show,
    "case.history": cases.show_history,
    "case.clock": clocks.show,
    "case.tell_me": escalation.tell_me_then,
    "case.called_back": escalation.called_back,
    "case.ask": asking.dialog,
    "case.ask_update": asking.dialog,
    "case.public.back": public.back,
    "case.public.take_back": public.take_back,
    "comment.edit": comments.dialog,
    "case.list.newer": cases.turn_list,
    "case.list.older": cases.turn_list,
    "case.search.newer": finding.turn,
    "case.search.older": finding.turn,
    "case.search.save": finding.save_dialog,
    "case.query.run": finding.run,
    "case.query.edit": finding.edit_dialog,
    "case.query.delete": finding.delete,
    "case.history.newer": cases.turn_history,
    "case.history.older": cases.turn_history,
    "case.articles": articles.link_dialog,
    **dict.fromkeys(("access.take", "access.finish", "access.put_back"), access.act),
    **dict.fromkeys(("access.list.back", "access.list.on", "access.list.others"), access.turn),
    "kb.first": articles.search_first,
    "kb.read": articles.read,
    "kb.add": articles.dialog,
    "kb.edit": articles.dialog,
    "kb.list.back": articles.turn,
    "kb.list.on": articles.turn,
    "kb.page.back": articles.turn_page,
    "kb.page.on": articles.turn_page,
    "kb.version.back": articles.turn_page,
    "kb.version.on": articles.turn_page,
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
    "desk.phones.edit": phones.dialog,
    "desk.calendar.edit": calendars.dialog,
    "desk.roster": calendars.roster,
    "desk.roster.add": calendars.shift_dialog,
    "desk.roster.drop": calendars.shift_dropped,
    "desk.leave.add": calendars.leave_dialog,
    "desk.leave.drop": calendars.leave_dropped,
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
    "case.tell_me": escalation.tell_me_then,
    "case.called_back": escalation.called_back,
    "access.list": access.show_list,
    **dict.fromkeys(("access.take", "access.finish", "access.put_back"), access.act),
    "person.confirm": people.decide,
    "person.reject": people.decide,
    "thread.open": captures.open_dialog,
    **dict.fromkeys(("case.comment", "case.status", "case.close", "case.reopen"), forms.show),
    **dict.fromkeys(("case.escalate", "case.expedite", "case.call_back"), forms.show),
}

_HOME_BUTTONS: dict[str, Handler] = {
    "home.open": cases.open_dialog,
    "home.list": cases.list_all,
    "case.page": cases.show,
}

_SUBMISSIONS: dict[str, Handler] = {
    "case.open": cases.open_submitted,
    "case.ask": asking.submitted,
    "case.notify": notify.submitted,
    "case.public": public.submitted,
    "comment.edit": comments.submitted,
    "case.articles": articles.link_submitted,
    "access.ask": access.submitted,
    "kb.article": articles.submitted,
    "kb.search": articles.searched,
    "case.search": finding.submitted,
    "case.query": finding.query_submitted,
    "desk.account": accounts.submitted,
    "desk.person": desk.people_submitted,
    "desk.team": teams.submitted,
    "desk.phones": phones.submitted,
    "desk.calendar": calendars.submitted,
    "desk.shift": calendars.shift_submitted,
    "desk.leave": calendars.leave_submitted,
    "message.add": captures.add_submitted,
    "desk.mail.put": mail.put_submitted,
    **dict.fromkeys(forms.FORMS, forms.submitted),
}

_SUGGESTIONS: dict[str, Handler] = {
    "pick.account": finding.accounts_like,
    "pick.case": finding.cases_like,
}
"""Selects whose options come from us, by what stands before `.for.` in their action id."""

_BY_PAYLOAD: dict[Payload, dict[str, Handler]] = {
    Payload.COMMAND: _COMMANDS,
    Payload.MESSAGE_BUTTON: _MESSAGE_BUTTONS,
    Payload.MODAL_BUTTON: _MODAL_BUTTONS,
    Payload.HOME_BUTTON: _HOME_BUTTONS,
    Payload.SUBMISSION: _SUBMISSIONS,
    Payload.CLOSED: dict.fromkeys(("case.edit", "case.status", "case.close"), forms.closed),
    Payload.HOME_OPENED: {"app_home_opened": home.opened},
    Payload.MESSAGE: {"message": threads.heard},
    Payload.SUGGESTION: _SUGGESTIONS,
    Payload.SHORTCUT: {"thread.open": captures.open_dialog, "message.add": captures.add_dialog},
    Payload.EVENT: {
        "reaction_added": captures.reacted,
        "member_joined_channel": captures.place_changed,
        "member_left_channel": captures.place_changed,
    },
}

ROUTES: Routes = {
    (payload, route): handler for payload, routes in _BY_PAYLOAD.items() for route, handler in routes.items()
}
