"""Calls in the database: each answer a row, the walk in their order, and what lists show of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, bindparam, func, insert, select, update

from bot.domain.entitlement import from_record, to_record
from bot.domain.ids import CaseId, CaseNumber, CustomerId, PersonId, PhoneCallId
from bot.domain.people import Viewer
from bot.domain.phone_calls import PHONE, Asked, CallRow, PhoneCall, Ruling
from bot.domain.playbook.script import Outcome
from bot.domain.playbook.walk import Answers, Given
from bot.domain.refusals import Reason, Refusal
from bot.domain.verdict import Verdict
from bot.store.at_once import keep
from bot.store.cases import ref
from bot.store.schema import GOES_ON, cases, people, phone_answers, phone_calls
from bot.store.work import Work

MOST_RESUMED = 5
"""Calls that Home offers to resume."""

_owner, _beginner = people.alias("owner"), people.alias("beginner")


def insert_call(
    work: Work,
    by: PersonId,
    *,
    script: str,
    revision: int,
    step: str,
    case_id: CaseId | None = None,
    customer_id: CustomerId | None = None,
    label: str = "",
) -> PhoneCallId:
    """A new call without an answer, at version 1."""
    made = insert(phone_calls).values(
        workspace_id=work.workspace_id,
        script=script,
        revision=revision,
        begun_by_id=by,
        owner_id=by,
        began_at=work.now,
        changed_at=work.now,
        outcome="",
        step=step,
        step_number=1,
        customer_id=customer_id,
        label=label,
        case_id=case_id,
        notes="",
        version=1,
    )
    return PhoneCallId(work.connection.execute(made.returning(phone_calls.c.id)).scalar_one())


def by_id(connection: Connection, viewer: Viewer, call_id: PhoneCallId) -> PhoneCall | None:
    """A call with its walk; staff alone see calls."""
    if not viewer.is_staff:
        return None
    row = connection.execute(_ONE, {"workspace": viewer.workspace_id, "call": call_id}).first()
    return _call(row, *_walk(connection, call_id)) if row is not None else None


def hold(work: Work, call_id: PhoneCallId) -> None:
    """Keep a call from others until this transaction ends."""
    keep(work.connection, _HOLD, {"workspace": work.workspace_id, "call": call_id})


def save(work: Work, call: PhoneCall) -> int:
    """Keep what a call is now, and say its new version. CALL_CHANGED when it is not what was looked at."""
    kept = {
        "owner_id": call.owner.id,
        "changed_at": work.now,
        "ended_at": call.ended_at,
        "outcome": call.outcome,
        "step": call.step,
        "step_number": call.step_number,
        "customer_id": call.customer_id,
        "label": call.label,
        "case_id": call.case_id,
        "notes": call.notes,
        "receipt": to_record(call.receipt) if call.receipt is not None else None,
        "asked": _as_record(call.asked) if call.asked is not None else None,
    }
    mine = {"workspace": work.workspace_id, "call": call.id, "looked_at": call.version}
    done = work.connection.execute(_CHANGE, mine | {f"to_{name}": one for name, one in kept.items()})
    if done.rowcount != 1:
        raise Refusal(Reason.CALL_CHANGED)
    return call.version + 1


def set_question(work: Work, call_id: PhoneCallId, asked: Asked) -> None:
    """Keep where the answer to a question is waited for; the call is what it was, and so is its version."""
    mine = (phone_calls.c.workspace_id == work.workspace_id) & (phone_calls.c.id == call_id)
    work.connection.execute(update(phone_calls).where(mine).values(asked=_as_record(asked)))


def set_notes(work: Work, call_id: PhoneCallId, notes: str) -> None:
    """Keep notes beside what goes on; the version stays, as no step does."""
    mine = (phone_calls.c.workspace_id == work.workspace_id) & (phone_calls.c.id == call_id)
    work.connection.execute(update(phone_calls).where(mine).values(notes=notes))


def set_walk(
    work: Work, call_id: PhoneCallId, before: Answers, after: Answers, by: Mapping[int, PersonId | None]
) -> None:
    """Keep another walk: what both begin with stays, the rest is marked as undone, what is new is added.

    `by` says who gave the answer at a position of the new walk; the desk itself where it does not.
    """
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    if same < len(before):
        work.connection.execute(_UNDO, {"call": call_id, "same": same, "now": work.now})
    rows = [
        {
            "workspace_id": work.workspace_id,
            "call_id": call_id,
            "step": given.step,
            "answer": given.answer,
            "data": [list(one) for one in given.data],
            "by_id": by.get(position),
            "at": work.now,
        }
        for position, given in enumerate(after)
        if position >= same
    ]
    if rows:
        work.connection.execute(_ANSWER, rows)


def to_resume(connection: Connection, viewer: Viewer, limit: int = MOST_RESUMED) -> tuple[CallRow, ...]:
    """The calls that the viewer has and that are not over, the latest first."""
    if not viewer.is_staff:
        return ()
    mine = {"workspace": viewer.workspace_id, "mine": viewer.person_id, "most": limit}
    found = connection.execute(_MINE, mine)
    return tuple(_row(row) for row in found)


def on_the_line(
    connection: Connection, viewer: Viewer, customer_ids: Collection[CustomerId], since: datetime
) -> dict[CustomerId, CallRow]:
    """Who else has these customers on the phone: the latest call with each that began after `since`."""
    if not viewer.is_staff or not customer_ids:
        return {}
    asked = {"workspace": viewer.workspace_id, "mine": viewer.person_id, "since": since}
    rows = connection.execute(_BUSY, asked | {"customers": list(customer_ids)})
    return {CustomerId(row.customer_id): _row(row) for row in rows}


def of_case(connection: Connection, viewer: Viewer, case_id: CaseId, script: str) -> PhoneCallId | None:
    """The walk of a script that is about a case and not over."""
    if not viewer.is_staff:
        return None
    mine = (phone_calls.c.workspace_id == viewer.workspace_id) & (phone_calls.c.case_id == case_id)
    found = connection.execute(
        select(phone_calls.c.id).where(mine, GOES_ON, phone_calls.c.script == script).limit(1)
    ).scalar()
    return PhoneCallId(found) if found is not None else None


def was_asked(connection: Connection, viewer: Viewer, call: PhoneCall) -> bool:
    """Whether an earlier triage of the same case ended with the question for what is missing."""
    if not viewer.is_staff or call.case_id is None:
        return False
    mine = (phone_calls.c.workspace_id == viewer.workspace_id) & (phone_calls.c.case_id == call.case_id)
    mine &= (phone_calls.c.script == call.script) & (phone_calls.c.id != call.id)
    asked = mine & (phone_calls.c.outcome == Outcome.ASKED_FOR_MORE.value)
    return connection.execute(select(phone_calls.c.id).where(asked).limit(1)).first() is not None


def _calls() -> Select[Any]:
    return (
        select(
            phone_calls,
            _owner.c.slack_user_id.label("owner_slack"),
            _owner.c.name.label("owner_name"),
            _beginner.c.slack_user_id.label("beginner_slack"),
            _beginner.c.name.label("beginner_name"),
            cases.c.number.label("case_number"),
        )
        .select_from(phone_calls)
        .join(_owner, _owner.c.id == phone_calls.c.owner_id)
        .join(_beginner, _beginner.c.id == phone_calls.c.begun_by_id)
        .outerjoin(cases, cases.c.id == phone_calls.c.case_id)
    )


def _rows() -> Select[Any]:
    return select(
        phone_calls, _owner.c.slack_user_id.label("owner_slack"), _owner.c.name.label("owner_name")
    ).join(_owner, _owner.c.id == phone_calls.c.owner_id)


_HERE = phone_calls.c.workspace_id == bindparam("workspace")
_THIS = _HERE & (phone_calls.c.id == bindparam("call"))
_ONE = _calls().where(_THIS)
_HOLD = select(phone_calls.c.id).where(_THIS)
_CHANGED = [
    "owner_id",
    "changed_at",
    "ended_at",
    "outcome",
    "step",
    "step_number",
    "customer_id",
    "label",
    "case_id",
    "notes",
    "receipt",
    "asked",
]
_CHANGE = (
    update(phone_calls)
    .where(_THIS, phone_calls.c.version == bindparam("looked_at"))
    .values({name: bindparam(f"to_{name}") for name in _CHANGED} | {"version": bindparam("looked_at") + 1})
)
_MINE = (
    _rows()
    .where(_HERE, phone_calls.c.owner_id == bindparam("mine"), GOES_ON)
    .order_by(phone_calls.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_BUSY = (
    _rows()
    .where(
        _HERE,
        phone_calls.c.customer_id.in_(bindparam("customers", expanding=True)),
        phone_calls.c.began_at > bindparam("since"),
        phone_calls.c.owner_id != bindparam("mine"),
        phone_calls.c.script == PHONE,
        GOES_ON,
    )
    .order_by(phone_calls.c.id)
)
_STANDS = (phone_answers.c.call_id == bindparam("call")) & phone_answers.c.undone_at.is_(None)
_earlier = phone_answers.alias("earlier")
_NEWEST = (
    select(func.max(_earlier.c.id)).where(_earlier.c.call_id == bindparam("call")).group_by(_earlier.c.step)
)
_WALK = (  # what stands, and the newest of each step: of what Back has undone no more is shown
    select(phone_answers.c.step, phone_answers.c.answer, phone_answers.c.data, phone_answers.c.undone_at)
    .where(phone_answers.c.call_id == bindparam("call"))
    .where(phone_answers.c.undone_at.is_(None) | phone_answers.c.id.in_(_NEWEST))
    .order_by(phone_answers.c.id)
)
_FIRST_UNDONE = (
    select(phone_answers.c.id)
    .where(_STANDS)
    .order_by(phone_answers.c.id)
    .limit(1)
    .offset(bindparam("same", type_=Integer))
    .correlate(None)
    .scalar_subquery()
)
_UNDO = (
    update(phone_answers)
    .where(_STANDS, phone_answers.c.id >= _FIRST_UNDONE)
    .values(undone_at=bindparam("now"))
)
_ANSWER = insert(phone_answers)


Drafts = Mapping[str, Mapping[str, str]]


def _walk(connection: Connection, call_id: PhoneCallId) -> tuple[Answers, Drafts]:
    """The answers that stand; and by step what was written down there last, where Back has undone that."""
    rows = connection.execute(_WALK, {"call": call_id}).all()
    standing = tuple(
        Given(step=row.step, answer=row.answer, data=_pairs(row.data))
        for row in rows
        if row.undone_at is None
    )
    newest = {row.step: row for row in rows}
    drafts = {step: dict(_pairs(row.data)) for step, row in newest.items() if row.undone_at is not None}
    return standing, drafts


def keep_draft(
    work: Work, call_id: PhoneCallId, step: str, data: Mapping[str, str], by: PersonId | None
) -> None:
    """Keep what was written down at a step that was left by Back: an answer that counts for nothing."""
    draft = {
        "workspace_id": work.workspace_id,
        "call_id": call_id,
        "step": step,
        "answer": "",
        "data": [list(one) for one in data.items()],
        "by_id": by,
        "at": work.now,
        "undone_at": work.now,
    }
    work.connection.execute(_ANSWER, draft)


def _pairs(held: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in held)


def _row(row: Row[Any]) -> CallRow:
    owner = ref(row.owner_id, row.owner_slack, row.owner_name)
    assert owner is not None
    return CallRow(
        id=PhoneCallId(row.id),
        version=row.version,
        script=row.script,
        owner=owner,
        began_at=row.began_at,
        step_number=row.step_number,
        label=row.label,
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
    )


def _call(row: Row[Any], answers: Answers, drafts: Drafts) -> PhoneCall:
    owner = ref(row.owner_id, row.owner_slack, row.owner_name)
    beginner = ref(row.begun_by_id, row.beginner_slack, row.beginner_name)
    assert owner is not None
    assert beginner is not None
    return PhoneCall(
        id=PhoneCallId(row.id),
        script=row.script,
        revision=row.revision,
        version=row.version,
        begun_by=beginner,
        owner=owner,
        began_at=row.began_at,
        changed_at=row.changed_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        step=row.step,
        step_number=row.step_number,
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
        label=row.label,
        case_id=CaseId(row.case_id) if row.case_id is not None else None,
        case_number=CaseNumber(row.case_number) if row.case_number is not None else None,
        notes=row.notes,
        receipt=from_record(row.receipt) if row.receipt else None,
        asked=_as_asked(row.asked) if row.asked else None,
        answers=answers,
        drafts=drafts,
    )


def _as_record(asked: Asked) -> dict[str, Any]:
    return {
        "wished": asked.wished.value,
        "reason": asked.reason,
        "by": asked.by,
        "by_slack": asked.by_slack,
        "at": asked.at.astimezone(UTC).isoformat(),
        "ruling": asked.ruling.value,
        "ruled_by": asked.ruled_by,
        "answer": asked.answer,
        "window": asked.window,
        "seen_by": asked.seen_by,
        "version": asked.version,
        "messages": [list(one) for one in asked.messages],
    }


def _as_asked(record: Mapping[str, Any]) -> Asked:
    return Asked(
        wished=Verdict(record["wished"]),
        reason=record["reason"],
        by=record["by"],
        by_slack=record["by_slack"],
        at=datetime.fromisoformat(record["at"]),
        ruling=Ruling(record["ruling"]),
        ruled_by=record["ruled_by"],
        answer=record["answer"],
        window=record.get("window", ""),
        seen_by=record.get("seen_by", ""),
        version=record.get("version", 0),
        messages=tuple((who, channel, ts) for who, channel, ts in record.get("messages", ())),
    )
