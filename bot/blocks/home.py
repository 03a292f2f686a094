"""App Home: a person's own work on top, friendly where there is none; `handlers.home` publishes it."""

from __future__ import annotations

import json
from datetime import datetime

import slackblocks as sb

from bot.blocks import (
    context,
    home_areas,
    home_calls,
    home_triage,
    home_work,
    kit,
    order_requests,
    phones,
    words,
)
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import LIST_NAMES, ROLE_NAMES, listed
from bot.blocks.rows import row
from bot.domain.ids import CaseId
from bot.domain.pages import CaseList, HomePage, ListKind
from bot.domain.people import Person
from bot.domain.permissions import Act, obstacle
from bot.domain.policy import Policy
from bot.domain.refusals import Reason, Refusal

MOST_ROWS = 5  # a list at a time; Slack takes a hundred blocks in Home


def home(page: HomePage, policy: Policy | None = None) -> View:
    """The Home tab of one person."""
    if page.person.role is None:
        return kit.home(_welcome(page))
    said: list[sb.Block] = [kit.section("said", page.said)] if page.said else []
    blocks: list[sb.Block] = [
        *said,
        kit.header("head", "Your support desk"),
        kit.small("who", kit.plain(_who(page))),
        kit.buttons("open", *_ways(page.person, page.now)),
        *home_areas.areas(page.person),
        *context.bar(page.session, "home"),
        *home_calls.to_resume(page),
        *home_triage.queue(page.triage),
        *phones.for_everything(page.phones),
        *home_work.lacking(page.lacking),
        *order_requests.to_approve(page.approvals, page.approvals_total),
        *home_work.waiting(page.waiting),
        *home_work.due(page),
        *home_work.escalated(page),
    ]
    for cases in page.lists:
        blocks += [kit.divider(f"{cases.kind}.line"), *_list(cases, page, policy)]
    blocks += home_work.queries(page.queries)
    blocks += [kit.divider("help.line"), kit.small("help", _help(page.person))]
    return kit.home(blocks, metadata=json.dumps({kind.value: start for kind, start in page.starts.items()}))


def starts_in(metadata: str) -> dict[ListKind, CaseId]:
    """Where the lists of a Home begin that are not at their first page."""
    try:
        held = json.loads(metadata or "{}")
    except ValueError:
        held = None
    if not isinstance(held, dict):
        return {}
    known = set(ListKind)
    return {
        ListKind(kind): CaseId(start) for kind, start in held.items() if kind in known and type(start) is int
    }


def _welcome(page: HomePage) -> list[sb.Block]:
    if page.is_being_confirmed:
        return [
            kit.header("head", "Welcome to Caseline"),
            kit.section("welcome", words.plain(Refusal(Reason.BEING_CONFIRMED), "UTC")),
            kit.small("step", "This page then shows your cases. There is nothing else that you need to do."),
        ]
    return [
        kit.header("head", "Welcome to Caseline"),
        kit.section("welcome", "This is your company's support desk. You are not set up here yet."),
        kit.marked_section(
            "step",
            "*First step:* ask an administrator of the desk. They type `/desk people`, choose you, and say "
            "what you do here. Your cases then appear on this page.",
        ),
    ]


def _may_open(person: Person) -> bool:
    return obstacle(Act.OPEN_CASE, person) is None


def _ways(person: Person, now: datetime) -> list[sb.Button]:
    """Where somebody may go from here."""
    made = [kit.button("Open a case", "home.open", "open", style="primary")] if _may_open(person) else []
    if obstacle(Act.TAKE_CALL, person) is None:
        # With the moment: in a Home that is drawn anew it is another call, and a double click is not.
        made.append(kit.button("Take a call", "home.call", f"{now.timestamp():.0f}"))
    made.append(kit.button("Find cases", "home.search", "search"))
    made.append(kit.button("Knowledge base", "home.kb", "kb", label="Look through the knowledge base"))
    if obstacle(Act.VIEW_AS, person) is None:
        made.append(
            kit.button("View as...", "view_as.choose", "choose", label="View the desk as somebody else")
        )
    return made


def _who(page: HomePage) -> str:
    person = page.person
    role = ROLE_NAMES[person.role] if person.role else ""
    where = [page.account.name] if page.account else [team.name for team in person.teams]
    named = listed([texts.inline(name, 60) for name in where])
    return " · ".join(part for part in (texts.inline(person.name, 60), role, named) if part)


def _list(cases: CaseList, page: HomePage, policy: Policy | None) -> list[sb.Block]:
    person, rows = page.person, cases.rows[:MOST_ROWS]
    heading = f"*{LIST_NAMES[cases.kind]}* ({cases.total})"
    if not rows:
        return [
            kit.marked_section(f"{cases.kind}.head", heading),
            kit.small(f"{cases.kind}.none", kit.plain(nothing(cases.kind, person))),
        ]
    if cases.total > len(rows):
        heading += f" · {cases.first}-{cases.first + len(rows) - 1}"
    see_all = kit.button("See all", "home.list", cases.kind.value, label=f"See all: {LIST_NAMES[cases.kind]}")
    blocks: list[sb.Block] = [kit.marked_section(f"{cases.kind}.head", heading, see_all)]
    for case in rows:
        blocks += row(cases.kind.value, case, policy, person, page.now)
    return blocks + _turning(cases)


def _turning(cases: CaseList) -> list[sb.Block]:
    name, made = LIST_NAMES[cases.kind], []
    if cases.newer is not None:
        made.append(kit.button("Newer", "home.newer", f"{cases.kind}.{cases.newer}", label=f"Newer: {name}"))
    if cases.older is not None:
        made.append(kit.button("Older", "home.older", f"{cases.kind}.{cases.older}", label=f"Older: {name}"))
    return [kit.buttons(f"{cases.kind}.turn", *made)] if made else []


def nothing(kind: ListKind, person: Person | None = None) -> str:
    """What an empty list says, with a next step; raw text."""
    may_open = person is None or _may_open(person)
    if kind is ListKind.MINE and person is not None and obstacle(Act.TAKE, person) is not None:
        return "No case is yours: your team hands cases over, and others work them."
    if kind is ListKind.MINE:
        return "No case is yours at the moment. To take one, press Take on its card."
    if kind is ListKind.TEAM:
        return "Your teams have no cases at the moment. New ones appear here and as cards in the channel."
    if kind is ListKind.WAITING:
        return "Nothing waits for information at the moment. /case list shows what is open."
    opening = (
        "Open one with /case open." if may_open else "Your account's support contact can open one for you."
    )
    if kind is ListKind.ACCOUNT and person is not None and person.is_staff:
        return "Support staff belong to no account. /case search account:NAME finds a customer's cases."
    if kind is ListKind.ACCOUNT:
        return f"Your account has no cases at the moment. {opening}"
    return f"None of the cases that you opened is open now. {opening}"


def _help(person: Person) -> str:
    words = "`/case help` says what you can type."
    if obstacle(Act.SET_UP_DESK, person) is None:
        words += " `/desk accounts`, `/desk people` and `/desk teams` set up this desk."
    return words
