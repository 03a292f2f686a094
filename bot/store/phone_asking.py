"""The statements of a call, built once: each step of one runs most of them; `phone_calls` does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, bindparam, insert, select, update

from bot.domain.phone_calls import PHONE
from bot.store.schema import GOES_ON, cases, people, phone_answers, phone_calls

_owner, _beginner = people.alias("owner"), people.alias("beginner")


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
ONE = _calls().where(_THIS)
HOLD = select(phone_calls.c.id).where(_THIS)
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
CHANGE = (
    update(phone_calls)
    .where(_THIS, phone_calls.c.version == bindparam("looked_at"))
    .values({name: bindparam(f"to_{name}") for name in _CHANGED} | {"version": bindparam("looked_at") + 1})
)
MINE = (
    _rows()
    .where(_HERE, phone_calls.c.owner_id == bindparam("mine"), GOES_ON)
    .order_by(phone_calls.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
BUSY = (
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
WALK = (
    select(phone_answers.c.step, phone_answers.c.answer, phone_answers.c.data, phone_answers.c.undone_at)
    .where(phone_answers.c.call_id == bindparam("call"))
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
UNDO = (
    update(phone_answers)
    .where(_STANDS, phone_answers.c.id >= _FIRST_UNDONE)
    .values(undone_at=bindparam("now"))
)
ANSWER = insert(phone_answers)
