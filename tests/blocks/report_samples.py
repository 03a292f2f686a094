"""Reports to draw: plans, ledgers, and messages of any size with any texts."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.calendars import Calendar
from bot.domain.ids import CaseId, CaseNumber, PersonId, ReportId, SlackUserId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, PersonRef
from bot.domain.reports import (
    AGE_NAMES,
    Changed,
    Changes,
    LedgerRow,
    Mentioned,
    OwnerLine,
    Part,
    Plan,
    PlanNow,
    Report,
    ReportRow,
    ReportsPage,
    Scope,
)
from bot.domain.slots import SlotState
from tests.blocks.samples import ANA, LEVEL_TWO, NOON

LINK = "https://northwind.slack.com/archives/C0INTEGR/p1795406400521076?thread_ts=1795406400.521076"


def plan(*, is_usual: bool = True) -> Plan:
    if is_usual:
        return Plan(job=f"report.team.{LEVEL_TWO.id}", name="Level two", scope=Scope(team_id=LEVEL_TWO.id))
    return Plan(
        job="report.more.1",
        name="Worst first",
        scope=Scope(search="severity:1"),
        id=ReportId(1),
        search_name="Worst",
        people=(ANA.ref,),
        channel="C0INTEGR",
        set_up_by=ANA.ref,
        since=NOON,
        version=1,
    )


def page(person: Person, *plans: PlanNow, name: str = "Level two") -> ReportsPage:
    """`/case reports` with a row for each state."""
    rows = tuple(
        LedgerRow(
            id=number,
            job="report.team.1",
            occasion="regular",
            period="2026-11-23",
            due_at=NOON,
            state=state,
            to="C0INTEGR" if number % 2 else "support-cases",
            person=ANA.ref if number % 3 else None,
            sent_at=NOON,
            permalink=LINK if number % 2 else None,
            trouble="not_in_channel" if state is SlotState.CLAIMED else "",
        )
        for number, state in enumerate(SlotState, start=1)
    )
    return ReportsPage(
        person=person,
        now=NOON,
        plans=plans,
        is_subscribed=False,
        own_next=NOON,
        rows=rows,
        names={"report.team.1": name},
        may_send=True,
        newer=9,
        older=1,
    )


def now(of: Plan) -> PlanNow:
    return PlanNow(plan=of, calendar=Calendar(), audiences=(), next_at=NOON)


def part(cases: int, owners: int = 3, text: str = "Printer on fire", name: str = "Integrations") -> Part:
    """So many open cases of so many owners, the last of them nobody; `text` is everything people typed."""
    refs = [
        PersonRef(id=PersonId(number), slack_user_id=SlackUserId(f"U{number}"), name=f"{text} {number}")
        for number in range(1, owners)
    ]
    theirs: list[PersonRef | None] = [*refs, None]
    counts = [cases // owners + (number < cases % owners) for number in range(owners)]
    lines = tuple(
        OwnerLine(owner=owner, by_age=_spread(count), past_limit=count // 2, untouched=count // 3)
        for owner, count in zip(theirs, counts, strict=True)
        if count
    )
    rows = tuple(_row(number, theirs[number % owners], text) for number in range(min(cases, 100)))
    some = tuple(
        Mentioned(number=CaseNumber(1001 + number), title=text, owner=text, permalink=LINK)
        for number in range(min(cases, 5))
    )
    changed = Changed(total=cases, newly=cases // 2, some=some)
    return Part(
        job="report.team.1",
        name=name,
        at=NOON,
        since=NOON - timedelta(days=4),
        zone="Europe/Lisbon",
        owners=lines,
        changes=Changes(
            new=changed, closed=changed, handed_over=changed, past_limit=changed, untouched=changed
        ),
        rows=rows,
    )


def _spread(count: int) -> tuple[int, ...]:
    ages = len(AGE_NAMES)
    return tuple(count // ages + (number < count % ages) for number in range(ages))


def _row(number: int, owner: PersonRef | None, text: str) -> ReportRow:
    return ReportRow(
        id=CaseId(number),
        number=CaseNumber(1001 + number),
        title=text,
        account=text,
        severity=number % 4 + 1,
        status=list(Status)[number % 5],
        owner=owner,
        created_at=NOON - timedelta(days=number),
        touched_at=NOON - timedelta(days=number // 2),
        permalink=LINK if number % 3 else None,
        is_escalated=number % 7 == 0,
        past_limit=number % 2 == 0,
    )


def report(*parts: Part, **more: object) -> Report:
    return Report(parts=parts, **more)  # type: ignore[arg-type]
