"""The windows of rosters and leave, which `/desk calendar` leads to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.phones import WEEKDAYS, days_in_words
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.phones import time_in
from bot.domain.ids import PersonId, SlackUserId, TeamId
from bot.domain.people import PersonRef
from bot.domain.policy import Choice
from bot.domain.rosters import Absence, OnDuty, Shift
from bot.domain.team_calendars import RosterPage

SHOW = "desk.roster"
ADD = "desk.roster.add"
DROP = "desk.roster.drop"
CALLBACK_ID = "desk.shift"
LEAVE = "desk.leave"
LEAVE_ADD = "desk.leave.add"
LEAVE_DROP = "desk.leave.drop"

MANAGERS = "desk"
MOST_LINES = 30


@dataclass(frozen=True, kw_only=True)
class Leave:
    """What the form of leave holds."""

    who: SlackUserId
    first: date
    last: date
    deputy: SlackUserId | None


def duty_in_words(duty: OnDuty | None, *, managers: bool) -> str:
    """Who is on duty now, and until when on the reader's clocks; mrkdwn."""
    whom = "Manager on duty" if managers else "On duty"
    if duty is None:
        return f"{whom}: nobody by roster"
    until = f" until {texts.date(duty.until)}" if duty.until else ""
    instead = f", for {texts.who(duty.instead_of)}" if duty.instead_of else ""
    return f"{whom}: {texts.who(duty.person)}{until}{instead}"


def view(page: RosterPage, banner: str | None = None) -> View:
    """The shifts of a team, or of the managers; `banner` is mrkdwn of ours."""
    scope = str(page.team.id) if page.team else MANAGERS
    name = f"Of the team {texts.inline(page.team.name, 60)}" if page.team else "Of the managers"
    rows: list[sb.Block] = [
        *set_up.note(banner),
        kit.small("whose", kit.plain(f"{name}; times are those of {page.zone}")),
        kit.section("duty", "Who is on duty when; dated shifts come before weekly ones."),
        kit.small("now", duty_in_words(page.on_duty, managers=page.team is None)),
        kit.buttons("add", kit.button("Add a shift", ADD, scope, style="primary")),
    ]
    for shift in page.roster.shifts[:MOST_LINES]:
        told = shift_in_words(shift)
        drop = kit.button("Remove", DROP, f"{scope}.{shift.id}", label=f"Remove {told}")
        rows.append(kit.section(f"shift.{shift.id}", told, drop))
    if not page.roster.shifts:
        rows.append(kit.small("none", "No shifts yet: whoever owns a case is asked, then the managers."))
    return kit.modal("Roster", rows, callback_id="desk.roster.list", metadata=json.dumps({"scope": scope}))


def shift_in_words(shift: Shift) -> str:
    """`Ana Silva: Monday to Friday, 09:00-17:00, from 1 Dec 2026`; raw text."""
    whole = shift.begins == shift.ends
    hours = "the whole day" if whole else f"{shift.begins:%H:%M}-{shift.ends:%H:%M}"
    first = f", from {set_up.day(shift.first)}" if shift.first else ""
    last = f", to {set_up.day(shift.last)}" if shift.last else ""
    return f"{texts.inline(shift.person.name, 60)}: {days_in_words(shift.weekdays)}, {hours}{first}{last}"


def shift_form(team_id: TeamId | None, typed: Fields | None = None, banner: str | None = None) -> View:
    """A shift to be added; `banner` is raw text."""
    ticked = typed.get("weekdays") if typed else None
    return kit.modal(
        "Add a shift",
        [
            *forms.banner(banner),
            inputs.user("person", "Who", initial=forms.kept(typed, "person", "") or None),
            inputs.boxes(
                "weekdays",
                "Days",
                [Choice(value=str(number), label=name) for number, name in enumerate(WEEKDAYS)],
                initial=ticked if isinstance(ticked, tuple) else tuple("01234"),
                hint="None ticked means every day.",
            ),
            inputs.clock("opens", "From", initial=forms.kept(typed, "opens", "09:00")),
            inputs.clock(
                "closes",
                "Until",
                initial=forms.kept(typed, "closes", "17:00"),
                hint="Earlier than it begins means on the next day; the same time means the whole day.",
            ),
            inputs.day(
                "first",
                "First day",
                initial=forms.kept(typed, "first", "") or None,
                optional=True,
                hint="Without days it is every week.",
            ),
            inputs.day("last", "Last day", initial=forms.kept(typed, "last", "") or None, optional=True),
        ],
        callback_id=CALLBACK_ID,
        submit="Add",
        close="Cancel",
        metadata=json.dumps({"team": team_id}),
    )


def read_shift(fields: Fields, metadata: str) -> tuple[SlackUserId, Shift] | FieldErrors:
    """Who, and the shift without them; or a sentence for each field that cannot be taken."""
    who = forms.choice_in(fields, "person")
    begins, ends = time_in(fields, "opens"), time_in(fields, "closes")
    first, last = forms.day_in(fields, "first"), forms.day_in(fields, "last")
    days = fields.get("weekdays")
    ticked = {int(day) for day in days if day in set("0123456")} if isinstance(days, tuple) else set()
    errors = {}
    if who is None:
        errors["person"] = "Nobody is chosen. Choose who is on duty."
    if begins is None or ends is None:
        errors["opens" if begins is None else "closes"] = "No time is chosen. Choose one."
    if first is not None and last is not None and last < first:
        errors["last"] = "This is before the first day. Choose a later one."
    if errors:
        return FieldErrors(errors=errors)
    shift = Shift(
        person=_UNKNOWN,
        weekdays=frozenset(ticked or range(7)),
        begins=begins or time(9),
        ends=ends or time(17),
        first=first,
        last=last,
        team_id=_team_in(metadata),
    )
    return SlackUserId(who or ""), shift


_UNKNOWN = PersonRef(id=PersonId(0), slack_user_id=SlackUserId(""), name="")


def leave_lines(absences: Sequence[Absence]) -> list[sb.Block]:
    """Whose leave is noted, for the list of calendars."""
    rows: list[sb.Block] = [
        kit.divider("leave.line"),
        kit.section("leave", "Leave of staff, and who stands in"),
        kit.buttons("leave.add", kit.button("Note leave", LEAVE_ADD, "new", style="primary")),
    ]
    for one in absences[:MOST_LINES]:
        told = _absence_in_words(one)
        drop = kit.button("Remove", LEAVE_DROP, str(one.id), label=f"Remove {told}")
        rows.append(kit.section(f"leave.{one.id}", told, drop))
    return rows


def _absence_in_words(one: Absence) -> str:
    days = set_up.day(one.first)
    if one.last != one.first:
        days += f" to {set_up.day(one.last)}"
    deputy = f", {texts.inline(one.deputy.name, 60)} stands in" if one.deputy else ", nobody stands in"
    return f"{texts.inline(one.person.name, 60)}: {days}{deputy}"


def leave_form(typed: Fields | None = None, banner: str | None = None) -> View:
    """Somebody's leave; `banner` is raw text."""
    return kit.modal(
        "Leave",
        [
            *forms.banner(banner),
            inputs.user("person", "Who is away", initial=forms.kept(typed, "person", "") or None),
            inputs.day("first", "First day", initial=forms.kept(typed, "first", "") or None),
            inputs.day("last", "Last day", initial=forms.kept(typed, "last", "") or None),
            inputs.user(
                "deputy",
                "Who stands in",
                initial=forms.kept(typed, "deputy", "") or None,
                optional=True,
                hint="They get the daily review and the reminders meanwhile.",
            ),
        ],
        callback_id=LEAVE,
        submit="Save",
        close="Cancel",
    )


def read_leave(fields: Fields) -> Leave | FieldErrors:
    """The leave, or a sentence for each field that cannot be taken."""
    who, first, last = (
        forms.choice_in(fields, "person"),
        forms.day_in(fields, "first"),
        forms.day_in(fields, "last"),
    )
    errors = {}
    if who is None:
        errors["person"] = "Nobody is chosen. Choose who is away."
    if first is None:
        errors["first"] = "No day is chosen. Choose the first one."
    if last is None:
        errors["last"] = "No day is chosen. Choose the last one."
    elif first is not None and last < first:
        errors["last"] = "This is before the first day. Choose a later one."
    if who is None or first is None or last is None or errors:
        return FieldErrors(errors=errors)
    deputy = forms.choice_in(fields, "deputy")
    return Leave(who=SlackUserId(who), first=first, last=last, deputy=SlackUserId(deputy) if deputy else None)


def _team_in(metadata: str) -> TeamId | None:
    team = set_up.number_in(metadata, "team")
    return TeamId(team) if team is not None else None


def saved_shift() -> str:
    """mrkdwn."""
    return "The roster is saved."


def saved_leave() -> str:
    """mrkdwn."""
    return "The leave is noted."
