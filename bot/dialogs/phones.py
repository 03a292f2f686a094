"""The windows of `/desk phones`: the list, and the hours of the desk or of one team; `handlers.phones`."""

from __future__ import annotations

import json
from datetime import time

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.phones import WEEKDAYS, hours_in_words
from bot.dialogs import forms, set_up
from bot.dialogs.forms import NONE, FieldErrors, Fields
from bot.domain.ids import TeamId
from bot.domain.phones import PhoneForm, PhoneHours, PhoneList
from bot.domain.policy import Choice

CALLBACK_ID = "desk.phones"
EDIT = "desk.phones.edit"
DESK = "desk"
DESKS_OWN = "desks_own"

MOST_NUMBERS = 5
LONGEST_NUMBER = 60
MOST_TEAMS = 90
"""Slack takes 100 blocks in a window."""


def view(page: PhoneList, banner: str | None = None) -> View:
    """The desk's hours, and those of each team; `banner` is mrkdwn of ours."""
    own = page.hours.get(None)
    rows: list[sb.Block] = [
        *set_up.note(banner),
        kit.small(
            "rule", "Severity 1 is answered at any hour. Without a number, people are told nothing of phones."
        ),
        _row(DESK, "the desk", _facts(own) if own else "no number yet", 0),
    ]
    for team in page.teams[:MOST_TEAMS]:
        hours = page.hours.get(team.id)
        told = _facts(hours) if hours else "as the desk"
        rows.append(_row(str(team.id), team.name, told, hours.version if hours else 0))
    return kit.modal("Phones", rows, callback_id="desk.phones.list")


def _row(scope: str, name: str, facts: str, version: int) -> sb.Block:
    edit = kit.button(f"Edit {name}", EDIT, f"{scope}.{version}", label=f"Edit the phones of {name}")
    title = texts.inline(name[0].upper() + name[1:], 60)
    return kit.section(f"phones.{scope}", f"{title}: {facts}", edit)


def _facts(hours: PhoneHours) -> str:
    numbers = ", ".join(texts.inline(one, LONGEST_NUMBER) for one in hours.numbers)
    return f"{numbers or 'no number'} · {hours_in_words(hours)}"


def form(page: PhoneForm, typed: Fields | None = None, banner: str | None = None) -> View:
    """The hours to edit; `banner` is raw text."""
    hours, team = page.hours, page.team
    return kit.modal(
        "Phones",
        [
            *forms.banner(banner),
            kit.small(
                "whose", kit.plain(f"Of the team {texts.inline(team.name, 60)}" if team else "Of the desk")
            ),
            *_inputs(page, typed),
            *_takes_over(page, typed),
        ],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps(
            {"team": team.id if team else None, "version": hours.version if page.is_own else 0}
        ),
    )


def _inputs(page: PhoneForm, typed: Fields | None) -> list[sb.Block]:
    hours = page.hours
    ticked = typed.get("weekdays") if typed else None
    days = ticked if isinstance(ticked, tuple) else tuple(str(day) for day in hours.weekdays)
    zones = (
        Choice(value=NONE, label="The account's own"),
        *forms.with_own(page.policy.time_zones, hours.zone),
    )
    return [
        inputs.text(
            "numbers",
            "Numbers",
            initial=forms.kept(typed, "numbers", "\n".join(hours.numbers)),
            limit=MOST_NUMBERS * LONGEST_NUMBER,
            multiline=True,
            optional=True,
            hint="One a line, with the country: +1 555 010 0199. Without one, nothing is said of phones.",
        ),
        inputs.boxes(
            "weekdays",
            "Days",
            [Choice(value=str(number), label=name) for number, name in enumerate(WEEKDAYS)],
            initial=days,
        ),
        inputs.clock("opens", "Open from", initial=forms.kept(typed, "opens", f"{hours.opens:%H:%M}")),
        inputs.clock(
            "closes",
            "Open until",
            initial=forms.kept(typed, "closes", f"{hours.closes:%H:%M}"),
            hint="Earlier than they open means on the next day; the same time means the whole day.",
        ),
        inputs.select(
            "timezone",
            "On the clocks of",
            zones,
            initial=forms.kept(typed, "timezone", hours.zone or NONE),
        ),
    ]


def _takes_over(page: PhoneForm, typed: Fields | None) -> list[sb.Block]:
    if page.team is None or not page.is_own:
        return []
    ticked = typed.get("options") if typed else None
    tick = Choice(value=DESKS_OWN, label="Use the desk's numbers and hours again")
    return [inputs.boxes("options", "Instead", [tick], initial=ticked if isinstance(ticked, tuple) else ())]


def read(fields: Fields, metadata: str) -> PhoneHours | FieldErrors | None:
    """The hours, a sentence for each field that cannot be taken, or None: the desk's hours count again."""
    team_id, version = whose(metadata)
    ticked = fields.get("options")
    if isinstance(ticked, tuple) and DESKS_OWN in ticked and team_id is not None:
        return None
    numbers = tuple(
        one for one in (" ".join(n.split()) for n in forms.text_in(fields, "numbers").split("\n")) if one
    )
    opens, closes = time_in(fields, "opens"), time_in(fields, "closes")
    errors = {}
    if len(numbers) > MOST_NUMBERS or any(len(one) > LONGEST_NUMBER for one in numbers):
        errors["numbers"] = f"Write at most {MOST_NUMBERS} numbers, each of {LONGEST_NUMBER} characters."
    elif any(sum(letter.isdigit() for letter in one) < 3 for one in numbers):
        errors["numbers"] = "A line has no phone number in it. Write one number a line."
    if opens is None:
        errors["opens"] = "No time is chosen. Choose when the phones open."
    if closes is None:
        errors["closes"] = "No time is chosen. Choose when the phones close."
    if errors or opens is None or closes is None:
        return FieldErrors(errors=errors)
    days = fields.get("weekdays")
    return PhoneHours(
        numbers=numbers,
        weekdays=frozenset(int(day) for day in days if day in set("0123456"))
        if isinstance(days, tuple)
        else frozenset(),
        opens=opens,
        closes=closes,
        zone=forms.choice_in(fields, "timezone") or "",
        team_id=team_id,
        version=version,
    )


def whose(metadata: str) -> tuple[TeamId | None, int]:
    """Whose hours a window holds, None for the desk's, and the version that it was drawn from."""
    team = set_up.number_in(metadata, "team")
    return (TeamId(team) if team is not None else None), set_up.number_in(metadata, "version") or 0


def time_in(fields: Fields, block_id: str) -> time | None:
    """The time of a field; None where none is chosen."""
    try:
        return time.fromisoformat(forms.text_in(fields, block_id))
    except ValueError:
        return None


def saved() -> str:
    """What is said once hours are saved; mrkdwn."""
    return "The phones are saved. Everybody is told so from now on."
