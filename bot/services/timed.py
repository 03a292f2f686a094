"""What the desk does by itself when a rule's time has come (T1, T2, T5, T6, T8); the scheduler calls it.

The case is held by the caller. What has settled itself has no due time any more; what settles itself after
this is not told, because a message is drawn when it is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import cases as rules
from bot.domain.cases import Case, ChangeKind
from bot.domain.clocks import Timing
from bot.domain.commands import Audience
from bot.domain.due import DueKind, DueTime
from bot.domain.people import Person, TeamKind
from bot.domain.policy import Policy, choice_of
from bot.domain.refusals import Refusal
from bot.domain.rules import RuleId
from bot.services import windows
from bot.services.announcing import record
from bot.services.clocks import follow, timings_now
from bot.services.desk import Desk
from bot.services.on_call import answerable, duty_in, eyes, managers_on_duty, tell_in_hours, there, together
from bot.store import cases as store
from bot.store.case_dues import not_passed
from bot.store.due import put_off, told_at
from bot.store.outbox import Kind
from bot.store.people import people_by_ids, person_by_id
from bot.store.work import Work

RULE_OF: dict[DueKind, tuple[RuleId, Kind]] = {
    DueKind.FIRST_COMMENT_SOON: (RuleId.T1, Kind.FIRST_COMMENT),
    DueKind.FIRST_COMMENT: (RuleId.T1, Kind.FIRST_COMMENT),
    DueKind.CUSTOMER_CALL_SOON: (RuleId.T2, Kind.CUSTOMER_CALL),
    DueKind.CUSTOMER_CALL: (RuleId.T2, Kind.CUSTOMER_CALL),
    DueKind.LEFT_MESSAGE_SOON: (RuleId.T5, Kind.CLOSES_SOON),
    DueKind.LEFT_MESSAGE: (RuleId.T5, Kind.MAY_CLOSE),
    DueKind.SPOKE_SOON: (RuleId.T6, Kind.CLOSES_SOON),
    DueKind.SPOKE: (RuleId.T6, Kind.MAY_CLOSE),
    DueKind.NO_RESPONSE: (RuleId.T8, Kind.NO_RESPONSE),
}
"""Which rule a due time is of, and what is told then."""

IN_TIME = timedelta(minutes=5)
"""What is told within it of its hour is told in time."""

RESOLUTIONS = {RuleId.T5: "no_answer", RuleId.T6: "solved"}
"""How a case ends that a rule closes, where the desk's list has it; else the last of the list."""


def remind(desk: Desk, work: Work, due: DueTime) -> None:
    """T1, T2: what is owed is said to who owes it."""
    found = _running(work, due)
    if found is not None:
        case, _ = found
        tell_in_hours(work, RULE_OF[due.kind][1], case, answerable(work, case))


def pass_limit(desk: Desk, work: Work, due: DueTime) -> None:
    """T1, T2: the limit is passed. The history and the card say so, the manager on duty is told too."""
    found = _running(work, due)
    if found is None:
        not_passed(work, due.id)
        return
    case, timing = found
    record(
        work,
        case,
        ChangeKind.LIMIT_PASSED,
        None,
        changes={},
        audience=Audience.INTERNAL,
        told={"rule": (None, timing.rule.value)},
        quietly=True,
    )
    owing = together(answerable(work, case), managers_on_duty(work))
    tell_in_hours(work, RULE_OF[due.kind][1], case, owing)


def warn_of_closing(desk: Desk, work: Work, due: DueTime) -> None:
    """T5, T6: creator and owner hear that the case is about to close, while they can keep it open."""
    found = _running(work, due)
    if found is not None:
        case, _ = found
        tell_in_hours(work, Kind.CLOSES_SOON, case, _staff_of(work, case))


def close_by_rule(desk: Desk, work: Work, due: DueTime) -> None:
    """T5, T6: close on the tick of somebody who may close it; else its creator is asked to.

    It closes so long after the warning was told as the rule warns before, also where that waited for an
    office to open, or for a bot to come back.
    The history names the rule and the tick's author; nobody is named as the closer (domain.md 3).
    """
    found = _running(work, due)
    if found is None:
        return
    case, timing = found
    soon = [stage.kind for stage in timing.stages[:-1]]
    told = told_at(work, case.id, Kind.CLOSES_SOON.value, soon=soon, began=timing.began)
    if told is not None and told + timing.warning - work.now > IN_TIME:
        put_off(work, due, told + timing.warning)
        follow(work, case)  # cards and lists say the later hour
        return
    author = person_by_id(work.connection, timing.author_id) if timing.author_id is not None else None
    creator = person_by_id(work.connection, case.creator.id)
    assert creator is not None  # people are never deleted
    if author is None or not _may_close(case, creator, author):
        asked = there(work, creator.ref) if creator.is_staff else None
        tell_in_hours(work, Kind.MAY_CLOSE, case, [asked] if asked else managers_on_duty(work))
        return
    resolution = _resolution(desk.policy, timing.rule)
    after = rules.closed(case, None, resolution, work.now)
    after = replace(after, version=store.save(work, after))
    windows.follow(work, case, after, None)
    changes = {
        "status": (case.status.value, after.status.value),
        "resolution": (None, resolution),
        "rule": (None, timing.rule.value),
        "ticked_by": (None, author.name),
    }
    record(work, after, ChangeKind.CLOSED, None, changes=changes)


def propose_no_response(desk: Desk, work: Work, due: DueTime) -> None:
    """T8: a member of Integrations is asked to set No Response: the owner, or else who is on duty."""
    found = _running(work, due)
    if found is None:
        return
    case, _ = found
    owing = [one for one in answerable(work, case) if _is_integrations(one)]
    duty = duty_in(work, case.team_id) if not owing else None
    on_duty = person_by_id(work.connection, duty.person.id) if duty is not None else None
    if on_duty is not None and _is_integrations(on_duty):
        owing = [on_duty]
    tell_in_hours(work, Kind.NO_RESPONSE, case, owing or managers_on_duty(work))


def _running(work: Work, due: DueTime) -> tuple[Case, Timing] | None:
    """The case and the clock that a due time is of, while that runs."""
    assert due.case_id is not None
    case = store.by_id(work.connection, eyes(work), due.case_id)
    if case is None or case.is_closed:
        return None
    rule_id = RULE_OF[due.kind][0]
    running = (one for one in timings_now(work, case) if one.rule is rule_id and one.began == due.began)
    timing = next(running, None)
    return (case, timing) if timing is not None else None


def _staff_of(work: Work, case: Case) -> list[Person]:
    """Creator and owner, and the deputy of who is on leave."""
    refs = [one for one in (case.creator, case.owner) if one is not None]
    staff = [one.ref for one in people_by_ids(work.connection, [ref.id for ref in refs]) if one.is_staff]
    present = [one for ref in staff if (one := there(work, ref)) is not None]
    return together(present) or answerable(work, case)


def _may_close(case: Case, creator: Person, person: Person) -> bool:
    try:
        rules.check_may_close(case, creator, person)
    except Refusal:
        return False
    return person.is_staff


def _resolution(policy: Policy, rule_id: RuleId) -> str:
    wanted = RESOLUTIONS[rule_id]
    return wanted if choice_of(policy.resolutions, wanted) is not None else policy.resolutions[-1].value


def _is_integrations(person: Person) -> bool:
    return any(team.kind is TeamKind.INTEGRATIONS for team in person.teams)
