"""The windows of `/desk calendar`: the list, and the calendar of the desk or of one team."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.phones import WEEKDAYS, days_in_words
from bot.dialogs import forms, rosters, set_up
from bot.dialogs.forms import NONE, FieldErrors, Fields
from bot.dialogs.phones import time_in
from bot.dialogs.phones import whose as whose
from bot.domain.calendars import OfficeHours
from bot.domain.policy import Choice
from bot.domain.team_calendars import CalendarForm, CalendarList, CalendarRow, TeamCalendar

CALLBACK_ID = "desk.calendar"
EDIT = "desk.calendar.edit"
DESK = "desk"
DESKS_OWN = "desks_own"
OFFICE_CLOCK = "office_clock"

MOST_TEAMS = 40
MOST_DAYS = 60
LONGEST_NAME = 60
SHORT_DAYS = tuple(name[:3].lower() for name in WEEKDAYS)

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s+(.+))?")
_HOURS = re.compile(r"([A-Za-z]{3})[a-z]*\s+(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")

RULE = (
    "Reminders and reports keep to these hours; rules that count business days skip weekends and holidays. "
    "Without a roster, whoever owns a case is asked, then the managers."
)


def view(page: CalendarList, banner: str | None = None) -> View:
    """The desk and each team, who is on duty, and whose leave is noted; `banner` is mrkdwn of ours."""
    rows: list[sb.Block] = [*set_up.note(banner), kit.small("rule", RULE)]
    for row in page.rows[: MOST_TEAMS + 1]:
        rows += _row(row)
    rows += rosters.leave_lines(page.absences)
    return kit.modal("Calendar and roster", rows, callback_id="desk.calendar.list")


def _row(row: CalendarRow) -> list[sb.Block]:
    scope = str(row.team.id) if row.team else DESK
    name = texts.inline(row.team.name if row.team else "The desk", LONGEST_NAME)
    if row.calendar is not None:
        told = in_words(row.calendar)
    else:
        told = "as the desk" if row.team else "Monday to Friday, 09:00-17:00, on the clocks of each case"
    version = row.calendar.version if row.calendar else 0
    of = name if row.team else "the desk"
    roster = f"Roster of {name}" if row.team else "Managers on duty"
    return [
        kit.section(f"calendar.{scope}", f"{name}: {told}"),
        kit.small(f"duty.{scope}", rosters.duty_in_words(row.on_duty, managers=row.team is None)),
        kit.buttons(
            f"acts.{scope}",
            kit.button(f"Edit {of}", EDIT, f"{scope}.{version}", label=f"Edit the calendar of {of}"),
            kit.button(roster, rosters.SHOW, scope),
        ),
    ]


def in_words(calendar: TeamCalendar) -> str:
    """`Monday to Friday, 09:00-17:00, Europe/Lisbon, holidays of PT`; raw text."""
    by_hours: dict[OfficeHours, list[int]] = {}
    for day, hours in sorted(calendar.hours.items()):
        by_hours.setdefault(hours, []).append(day)
    parts = [
        f"{days_in_words(frozenset(days))}, {hours.opens:%H:%M}-{hours.closes:%H:%M}"
        for hours, days in by_hours.items()
    ]
    place = "-".join(one for one in (calendar.country, calendar.region) if one)
    own = len(calendar.own)
    facts = [
        "; ".join(parts) or "never open",
        calendar.zone or "each case's own clocks",
        f"holidays of {place}" if place else "",
        f"{own} day{'' if own == 1 else 's'} off of its own" if own else "",
    ]
    return ", ".join(one for one in facts if one)


def form(page: CalendarForm, typed: Fields | None = None, banner: str | None = None) -> View:
    """The calendar to edit; `banner` is raw text."""
    team = page.team
    told = f"Of the team {texts.inline(team.name, LONGEST_NAME)}" if team else "Of the desk"
    held = {"team": team.id if team else None, "version": page.calendar.version if page.is_own else 0}
    return kit.modal(
        "Calendar",
        [
            *forms.banner(banner),
            kit.small("whose", kit.plain(told)),
            *_hours(page.calendar, typed),
            *_place(page, typed),
            *_days(page.calendar, typed),
            *_switches(page.calendar, typed),
            *_takes_over(page, typed),
        ],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps(held),
    )


def _usual(calendar: TeamCalendar) -> OfficeHours:
    """The hours of most days: the form has a field for them, and a line for each other day."""
    every = list(calendar.hours.values())
    return max(every, key=every.count) if every else OfficeHours()


def _hours(calendar: TeamCalendar, typed: Fields | None) -> list[sb.Block]:
    usual = _usual(calendar)
    days = _ticked(typed, "weekdays", tuple(str(day) for day in calendar.hours))
    others = "\n".join(
        f"{WEEKDAYS[day][:3]} {one.opens:%H:%M}-{one.closes:%H:%M}"
        for day, one in sorted(calendar.hours.items())
        if one != usual
    )
    return [
        inputs.boxes(
            "weekdays",
            "Business days",
            [Choice(value=str(number), label=name) for number, name in enumerate(WEEKDAYS)],
            initial=days,
        ),
        inputs.clock("opens", "From", initial=forms.kept(typed, "opens", f"{usual.opens:%H:%M}")),
        inputs.clock("closes", "Until", initial=forms.kept(typed, "closes", f"{usual.closes:%H:%M}")),
        inputs.text(
            "others",
            "Other hours on some days",
            initial=forms.kept(typed, "others", others),
            multiline=True,
            optional=True,
            placeholder="Fri 09:00-13:00",
            hint="One day a line.",
        ),
    ]


def _place(page: CalendarForm, typed: Fields | None) -> list[sb.Block]:
    calendar = page.calendar
    zones = (
        Choice(value=NONE, label="Each case's own"),
        *forms.with_own(page.policy.time_zones, calendar.zone),
    )
    nations = [Choice(value=code, label=f"{name} ({code})") for code, name in page.countries]
    return [
        inputs.select(
            "timezone",
            "On the clocks of",
            zones,
            initial=forms.kept(typed, "timezone", calendar.zone or NONE),
        ),
        inputs.select(
            "country",
            "Public holidays of",
            (Choice(value=NONE, label="No country"), *nations),
            initial=forms.kept(typed, "country", calendar.country or NONE),
        ),
        inputs.text(
            "region",
            "Region of it",
            initial=forms.kept(typed, "region", calendar.region),
            limit=16,
            optional=True,
            placeholder="CA, BY, 20 ...",
            hint="Its code, where holidays differ by region.",
        ),
    ]


def _days(calendar: TeamCalendar, typed: Fields | None) -> list[sb.Block]:
    own = "\n".join(f"{day} {name}" for day, name in sorted(calendar.own.items()))
    worked = "\n".join(str(day) for day in sorted(calendar.worked))
    return [
        inputs.text(
            "own",
            "Further days off",
            initial=forms.kept(typed, "own", own),
            multiline=True,
            optional=True,
            placeholder="2026-12-24 Christmas Eve",
            hint="One a line: the date as YYYY-MM-DD, then its name.",
        ),
        inputs.text(
            "worked",
            "Public holidays that you work",
            initial=forms.kept(typed, "worked", worked),
            multiline=True,
            optional=True,
            placeholder="2026-12-08",
            hint="One a line.",
        ),
    ]


def _takes_over(page: CalendarForm, typed: Fields | None) -> list[sb.Block]:
    if page.team is None or not page.is_own:
        return []
    tick = Choice(value=DESKS_OWN, label="Use the desk's calendar again")
    return [inputs.boxes("options", "Instead", [tick], initial=_ticked(typed, "options", ()))]


def _switches(calendar: TeamCalendar, typed: Fields | None) -> list[sb.Block]:
    choice = Choice(
        value=OFFICE_CLOCK,
        label="Count the first comment in office hours",
        meaning="Integrations' 48 hours (T1) else pass at night and on weekends too.",
    )
    initial = _ticked(typed, "switches", (OFFICE_CLOCK,) if calendar.office_clock else ())
    return [inputs.boxes("switches", "Clock", [choice], initial=initial)]


def _ticked(typed: Fields | None, block_id: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """What is ticked: as it was typed where the form is drawn again."""
    found = typed.get(block_id) if typed else None
    return found if isinstance(found, tuple) else otherwise


def read(fields: Fields, metadata: str) -> TeamCalendar | FieldErrors | None:
    """The calendar, a sentence for each field that cannot be taken, or None: the desk's counts again."""
    team_id, version = whose(metadata)
    ticked = fields.get("options")
    if isinstance(ticked, tuple) and DESKS_OWN in ticked and team_id is not None:
        return None
    errors: dict[str, str] = {}
    opens, closes = time_in(fields, "opens"), time_in(fields, "closes")
    if opens is None or closes is None:
        errors["opens" if opens is None else "closes"] = "No time is chosen. Choose one."
    days = fields.get("weekdays")
    weekdays = sorted(int(day) for day in days if day in set("0123456")) if isinstance(days, tuple) else []
    usual = OfficeHours(opens=opens or time(9), closes=closes or time(17))
    hours: dict[int, OfficeHours] = dict.fromkeys(weekdays, usual)
    hours |= _read_others(fields, errors)
    own = _read_days(fields, "own", errors, named=True)
    worked = _read_days(fields, "worked", errors, named=False)
    if not hours:
        errors["weekdays"] = "Nobody would ever be there. Tick at least one day."
    if errors:
        return FieldErrors(errors=errors)
    return TeamCalendar(
        team_id=team_id,
        zone=forms.choice_in(fields, "timezone") or "",
        hours=dict(sorted(hours.items())),
        country=forms.choice_in(fields, "country") or "",
        region=forms.text_in(fields, "region").upper(),
        own=own,
        worked=frozenset(worked),
        office_clock=OFFICE_CLOCK in _ticked(fields, "switches", ()),
        version=version,
    )


def _read_others(fields: Fields, errors: dict[str, str]) -> Mapping[int, OfficeHours]:
    found: dict[int, OfficeHours] = {}
    for line in _lines(fields, "others"):
        parts = _HOURS.fullmatch(line)
        try:
            day = SHORT_DAYS.index(parts[1].lower()) if parts else -1
            found[day] = (
                OfficeHours(opens=_clock(parts[2]), closes=_clock(parts[3])) if parts else OfficeHours()
            )
        except ValueError:
            day = -1
        if day < 0:
            errors["others"] = (
                f"“{texts.inline(line, 30)}” is no day with hours. Write it like Fri 09:00-13:00."
            )
            return {}
    return found


def _clock(written: str) -> time:
    return time.fromisoformat(written.rjust(5, "0"))


def _read_days(fields: Fields, block_id: str, errors: dict[str, str], *, named: bool) -> dict[date, str]:
    found: dict[date, str] = {}
    lines = _lines(fields, block_id)
    if len(lines) > MOST_DAYS:
        errors[block_id] = f"These are more than {MOST_DAYS} days. Take past ones out."
        return {}
    for line in lines:
        parts = _DAY.fullmatch(line)
        try:
            day = date.fromisoformat(parts[1]) if parts else None
        except ValueError:
            day = None
        name = (parts[2] or "").strip() if parts else ""
        if day is None or (named and not name):
            like = "2026-12-24 Christmas Eve" if named else "2026-12-08"
            errors[block_id] = f"“{texts.inline(line, 30)}” is no such day. Write it like {like}."
            return {}
        found[day] = name[:LONGEST_NAME]
    return found


def _lines(fields: Fields, block_id: str) -> list[str]:
    return [one for one in (" ".join(n.split()) for n in forms.text_in(fields, block_id).split("\n")) if one]


def saved() -> str:
    """What is said once a calendar is saved; mrkdwn."""
    return "The calendar is saved. Open cases are counted anew by it, never sooner than announced."
