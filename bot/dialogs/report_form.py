"""The windows of `/desk reports`: the list, and the form of one report; `handlers.reports` shows them."""

from __future__ import annotations

import json
from typing import Any

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.phones import WEEKDAYS
from bot.dialogs import forms
from bot.dialogs.forms import NONE, FieldErrors, Fields
from bot.dialogs.reports import MOST_PLANS, set_up_by, to, when
from bot.domain.call_week import CALLS_JOB
from bot.domain.ids import TeamId, is_channel_id
from bot.domain.policy import Choice
from bot.domain.reports import Plan, PlanNow, ReportForm, ReportKind, SetUpReport

FORM, LIST = "desk.report", "desk.reports"
ADD, EDIT = "desk.report.add", "desk.report.edit"
ADD_CALLS = "desk.report.add_calls"

MANAGERS, IS_ON = "managers", "is_on"
KEPT_SEARCH = "kept"
LONGEST_NAME = 60


def plan_list(plans: tuple[PlanNow, ...], said: str | None = None) -> View:
    """Every report; `said` is raw text."""
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.buttons(
            "add",
            kit.button("Add a report", ADD, "new", style="primary", label="Add a report of cases"),
            kit.button("Add one of calls", ADD_CALLS, "new", label="Add a report of calls"),
        ),
    ]
    if not any(one.plan.team for one in plans):
        blocks.append(kit.section("none", "There is no team yet, so none of a team. Add teams: /desk teams."))
    for number, one in enumerate(plans[: MOST_PLANS + 5]):
        plan = one.plan
        name = texts.inline(plan.name, LONGEST_NAME)
        edit = kit.button(f"Edit {name}", EDIT, plan.job, label=f"Edit the report {name}")
        what = _what(plan)
        where = texts.marked(plan.team.name, 60) if plan.team else "all teams"
        blocks += [
            kit.section(f"report.{number}", name, edit),
            kit.small(
                f"report.{number}.facts",
                f"{where}, {what} · {when(one)} · {to(one)} · {set_up_by(plan, plan.since)}",
            ),
        ]
    return kit.modal("Reports", blocks, callback_id=LIST)


def _what(plan: Plan) -> str:
    """What it tells of; mrkdwn."""
    if plan.kind is ReportKind.CALLS:
        return "calls by outcome, length and step"
    if plan.search_name:
        return f"found by “{texts.marked(plan.search_name, 40)}”"
    return "what support staff opened"


def form(page: ReportForm, typed: Fields | None = None, banner: str | None = None) -> View:
    """A report to change or to add; `banner` is raw text."""
    plan = page.now.plan if page.now else None
    is_usual = plan is not None and (plan.job.startswith("report.team.") or plan.job == CALLS_JOB)
    of_calls = page.kind is ReportKind.CALLS
    return kit.modal(
        "Edit a report" if plan else "Add a report",
        [
            *forms.banner(banner),
            *([kit.small("by", set_up_by(plan, plan.since))] if plan else []),
            inputs.text(
                "name",
                "Name",
                initial=forms.kept(typed, "name", plan.name if plan else ""),
                limit=LONGEST_NAME,
            ),
            *([] if is_usual else [_team(page, plan, typed)]),
            *([] if of_calls else [_search(page, plan, typed)]),
            *_time(page, plan, typed),
            *_readers(page, typed),
        ],
        callback_id=FORM,
        submit="Save",
        close="Cancel",
        metadata=json.dumps(
            {
                "job": plan.job if plan else "",
                "version": plan.version if plan else 0,
                "kind": page.kind.value,
                "team": plan.scope.team_id if plan and is_usual else None,
                "search": [plan.search_name, plan.scope.search] if plan and plan.scope.search else None,
            }
        ),
    )


def _team(page: ReportForm, plan: Plan | None, typed: Fields | None) -> sb.Block:
    choices = [Choice(value=NONE, label="All teams")]
    choices += [Choice(value=str(team.id), label=team.name) for team in page.teams]
    now = str(plan.scope.team_id) if plan and plan.scope.team_id is not None else NONE
    what = "Calls taken by" if page.kind is ReportKind.CALLS else "Cases of"
    return inputs.select("team", what, choices, initial=forms.kept(typed, "team", now))


def _search(page: ReportForm, plan: Plan | None, typed: Fields | None) -> sb.Block:
    choices = [Choice(value=NONE, label="What support staff opened")]
    if plan and plan.scope.search:
        choices.append(Choice(value=KEPT_SEARCH, label=f"As now: {plan.search_name}"))
    choices += [Choice(value=str(number), label=name) for number, name, _ in page.searches]
    now = KEPT_SEARCH if plan and plan.scope.search else NONE
    hint = "Saved searches: yours and those that others share. Only open cases are listed."
    return inputs.select(
        "search", "Which cases", choices, initial=forms.kept(typed, "search", now), hint=hint
    )


def _time(page: ReportForm, plan: Plan | None, typed: Fields | None) -> list[sb.Block]:
    ticked = typed.get("days") if typed else None
    usual = (0,) if page.kind is ReportKind.CALLS else (0, 3)
    now = tuple(str(day) for day in (plan.rhythm.weekdays if plan else usual))
    hours = [Choice(value=str(hour), label=f"{hour:02d}:00") for hour in range(24)]
    zone = page.now.calendar.zone if page.now else "the team's zone"
    return [
        inputs.boxes(
            "days",
            "Days",
            [Choice(value=str(number), label=name) for number, name in enumerate(WEEKDAYS)],
            initial=ticked if isinstance(ticked, tuple) else now,
            hint="On a holiday or a weekend it comes on the next business day.",
        ),
        inputs.select(
            "hour",
            "At",
            hours,
            initial=forms.kept(typed, "hour", str(plan.rhythm.hour if plan else 8)),
            hint=f"On the clocks of {zone}.",
        ),
    ]


def _readers(page: ReportForm, typed: Fields | None) -> list[sb.Block]:
    plan = page.now.plan if page.now else None
    # Where it goes now: what nobody has set up goes where the team's cards go, and shall stay there.
    places = [one.place for one in (page.now.audiences if page.now else ()) if one.person_id is None]
    channel = next((place for place in places if is_channel_id(place)), "")
    ticked = typed.get("options") if typed else None
    now = [
        value
        for value, on in (
            (MANAGERS, plan is None or plan.to_managers),
            (IS_ON, plan is None or plan.is_on),
        )
        if on
    ]
    chosen = typed.get("people") if typed else None
    people = (
        chosen if isinstance(chosen, tuple) else [one.slack_user_id for one in plan.people] if plan else []
    )
    return [
        inputs.channel(
            "channel",
            "Channel",
            initial=forms.kept(typed, "channel", channel) or None,
            optional=True,
            hint="Of staff alone: it is not sent where customers' people read. Invite me there.",
        ),
        inputs.users("people", "People who get it in a direct message", initial=people),
        inputs.boxes(
            "options",
            "Also",
            [
                Choice(value=MANAGERS, label="The team's managers get it"),
                Choice(value=IS_ON, label="It is switched on"),
            ],
            initial=ticked if isinstance(ticked, tuple) else now,
        ),
    ]


def read(fields: Fields, page: ReportForm, metadata: str) -> SetUpReport | FieldErrors:
    """The command, or a sentence for each field that cannot be taken."""
    held = _held(metadata)
    name = forms.text_in(fields, "name")
    ticked, chosen = fields.get("options"), fields.get("days")
    days = frozenset(int(day) for day in chosen if day in set("0123456")) if isinstance(chosen, tuple) else ()
    hour = forms.choice_in(fields, "hour") or ""
    errors = {}
    if not name:
        errors["name"] = "The name is missing. Write what people here call it."
    if not days:
        errors["days"] = "No day is ticked. Tick at least one, or switch the report off below."
    if not hour.isdecimal() or int(hour) > 23:
        errors["hour"] = "No hour is chosen. Choose when it comes."
    if errors:
        return FieldErrors(errors=errors)
    ticks = ticked if isinstance(ticked, tuple) else ()
    people = fields.get("people")
    team = held.get("team") if held.get("team") is not None else forms.choice_in(fields, "team")
    search_name, search = _chosen_search(fields, page, held)
    return SetUpReport(
        job=str(held.get("job") or ""),
        version=int(held.get("version") or 0),
        name=name,
        team_id=TeamId(int(team)) if team is not None else None,
        weekdays=frozenset(days),
        hour=int(hour),
        channel=forms.choice_in(fields, "channel") or "",
        to_managers=MANAGERS in ticks,
        people=tuple(people) if isinstance(people, tuple) else (),
        search=search,
        search_name=search_name,
        is_on=IS_ON in ticks,
        kind=page.kind,
    )


def _chosen_search(fields: Fields, page: ReportForm, held: dict[str, Any]) -> tuple[str, str]:
    """Its name and its text, as they are now: what its owner changes later changes no report."""
    chosen = forms.choice_in(fields, "search")
    if chosen is None:
        return "", ""
    kept = held.get("search")
    if chosen == KEPT_SEARCH and isinstance(kept, list) and len(kept) == 2:
        return str(kept[0]), str(kept[1])
    return next(((name, text) for number, name, text in page.searches if str(number) == chosen), ("", ""))


def kind_in(metadata: str) -> ReportKind:
    """What the report in a form tells of."""
    return ReportKind.CALLS if _held(metadata).get("kind") == ReportKind.CALLS.value else ReportKind.CASES


def job_in(metadata: str) -> str:
    """Which report a form holds; empty for a new one."""
    return str(_held(metadata).get("job") or "")


def _held(metadata: str) -> dict[str, Any]:
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    return held if isinstance(held, dict) else {}
