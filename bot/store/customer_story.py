"""The story of a customer through a viewer's eyes: one statement says what stands on a page, others read it.

Each kind gives its own newest few by its own index; the union of those is sorted, and no more is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from bot.domain.ids import CaseId, CaseNumber, PhoneCallId
from bot.domain.mail import MailState
from bot.domain.pages import CaseRow
from bot.domain.people import Viewer
from bot.domain.permissions import Act, Reach, allowed
from bot.domain.phone_calls import PHONE, TO_SALES
from bot.domain.shop.customers import Customer
from bot.domain.shop.orders import OrderRow
from bot.domain.shop.story import (
    A_PAGE,
    MOST_COUNTED,
    NEWEST,
    TOLD,
    CallTold,
    Happening,
    MailTold,
    Place,
    Story,
    StoryKind,
)
from bot.store.cases import eyes, reach_of, ref, visible_to
from bot.store.customers import order_row, order_rows
from bot.store.lists import LINE, line, with_names
from bot.store.planning import beside
from bot.store.schema import canned_mails, cases, people, phone_calls
from bot.store.schema_shop import orders
from bot.store.types import Id, UtcDateTime

NOBODYS = -1
"""The account of a customer who has none: no case is of it."""


def story(
    connection: Connection, viewer: Viewer, customer: Customer, kind: StoryKind, start: Place | None = None
) -> Story:
    """A page of what happened with a customer; nothing for who may not read customers."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return Story(kind=kind)
    reach, first = reach_of(viewer), start or NEWEST
    asked = eyes(viewer) | {
        "workspace": viewer.workspace_id,
        "customer": customer.id,
        "account": customer.account_id if customer.account_id is not None else NOBODYS,
    }
    cursor = {"at": first.at, "rank": first.rank, "id": first.id, "size": A_PAGE + 1}
    found = [_place(row) for row in connection.execute(_places(kind, reach, above=False), asked | cursor)]
    above = []
    if start is not None:
        rows = connection.execute(_places(kind, reach, above=True), asked | cursor | {"size": A_PAGE})
        above = [_place(row) for row in rows]
    counted = connection.execute(_counts(reach), asked).one()
    return Story(
        kind=kind,
        happenings=_told(connection, viewer, asked, found[:A_PAGE]),
        counts={one: counted._mapping[one.value] for one in (*TOLD, StoryKind.RETURNS)},
        newer=above[-1] if above else None,
        older=found[A_PAGE] if len(found) > A_PAGE else None,
    )


def _place(row: Any) -> Place:
    return Place(row.at, row.rank, row.id)


def _told(
    connection: Connection, viewer: Viewer, asked: Mapping[str, Any], places: Iterable[Place]
) -> tuple[Happening, ...]:
    """What stands at these places, each kind in one trip."""
    wanted: dict[StoryKind, list[int]] = {}
    ordered = list(places)
    for place in ordered:
        wanted.setdefault(TOLD[place.rank], []).append(place.id)
    read = {
        kind: _READERS[kind](connection, viewer, dict(asked) | {"ids": ids}) for kind, ids in wanted.items()
    }
    made = []
    for place in ordered:
        kind = TOLD[place.rank]
        thing = read[kind].get(place.id)
        if thing is not None:
            made.append(Happening(place=place, **{_FIELDS[kind]: thing}))
    return tuple(made)


_FIELDS = {
    StoryKind.ORDERS: "order",
    StoryKind.CASES: "case",
    StoryKind.CALLS: "call",
    StoryKind.MESSAGES: "mail",
}


def _orders(connection: Connection, _: Viewer, asked: dict[str, Any]) -> dict[int, OrderRow]:
    return {row.id: order_row(row) for row in connection.execute(_ORDERS, asked)}


def _cases(connection: Connection, viewer: Viewer, asked: dict[str, Any]) -> dict[int, CaseRow]:
    rows = connection.execute(_CASES[reach_of(viewer)], asked).all()
    return {row[0]: line(row, for_staff=viewer.is_staff) for row in rows}


def _calls(connection: Connection, _: Viewer, asked: dict[str, Any]) -> dict[int, CallTold]:
    return {row.id: _call(row) for row in connection.execute(_CALLS, asked)}


def _mails(connection: Connection, _: Viewer, asked: dict[str, Any]) -> dict[int, MailTold]:
    return {
        row.id: MailTold(
            subject=row.subject, address=row.address, state=MailState(row.state), by=row.by_name or ""
        )
        for row in connection.execute(_MAILS, asked)
    }


def _call(row: Any) -> CallTold:
    owner = ref(row.owner_id, row.owner_slack, row.owner_name)
    assert owner is not None  # every call has one
    return CallTold(
        id=PhoneCallId(row.id),
        owner=owner,
        began_at=row.began_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        case_id=CaseId(row.case_id) if row.case_id is not None else None,
        case_number=CaseNumber(row.case_number) if row.case_number is not None else None,
    )


_READERS: dict[StoryKind, Callable[[Connection, Viewer, dict[str, Any]], dict[int, Any]]] = {
    StoryKind.ORDERS: _orders,
    StoryKind.CASES: _cases,
    StoryKind.CALLS: _calls,
    StoryKind.MESSAGES: _mails,
}


# --- statements that are built once -------------------------------------------------------------------------

_HERE: Any = bindparam("workspace")
_THEIRS: Any = bindparam("customer", type_=Id)
_SENT = canned_mails.join(phone_calls, phone_calls.c.id == canned_mails.c.call_id)


def _of(kind: StoryKind, reach: Reach) -> tuple[Select[Any], Any, Any]:
    """The rows of a kind that are this customer's and may be seen, without columns; their time and id."""
    match kind:
        case StoryKind.CASES:
            mine = visible_to(reach) & (cases.c.account_id == bindparam("account", type_=Id))
            return select().select_from(cases).where(mine), cases.c.created_at, cases.c.id
        case StoryKind.CALLS:
            mine = and_(beside(phone_calls.c.workspace_id) == _HERE, phone_calls.c.customer_id == _THEIRS)
            spoken = mine & (phone_calls.c.script == PHONE)
            return select().select_from(phone_calls).where(spoken), phone_calls.c.began_at, phone_calls.c.id
        case StoryKind.MESSAGES:
            mine = and_(beside(phone_calls.c.workspace_id) == _HERE, phone_calls.c.customer_id == _THEIRS)
            theirs = mine & (canned_mails.c.message != TO_SALES)
            return select().select_from(_SENT).where(theirs), canned_mails.c.created_at, canned_mails.c.id
        case _:
            mine = and_(beside(orders.c.workspace_id) == _HERE, orders.c.customer_id == _THEIRS)
            if kind is StoryKind.RETURNS:
                mine &= (orders.c.in_return > 0) | (orders.c.returned > 0)
            return select().select_from(orders).where(mine), orders.c.ordered_at, orders.c.id


def _rank(kind: StoryKind) -> int:
    return TOLD.index(StoryKind.ORDERS if kind is StoryKind.RETURNS else kind)


_AT: Any = bindparam("at", type_=UtcDateTime)
_AT_RANK: Any = bindparam("rank", type_=Integer)
_AT_ID: Any = bindparam("id", type_=Id)
_SIZE: Any = bindparam("size", type_=Integer)


@cache
def _places(kind: StoryKind, reach: Reach, *, above: bool) -> Select[Any]:
    """What stands from a place on, it included; or, `above`, what is newer, the nearest first."""
    told = [_stretch(one, reach, above=above) for one in (TOLD if kind is StoryKind.ALL else (kind,))]
    both = union_all(*told).subquery()
    order = (
        (both.c.at, both.c.rank.desc(), both.c.id)
        if above
        else (both.c.at.desc(), both.c.rank, both.c.id.desc())
    )
    return select(both).order_by(*order).limit(_SIZE)


def _stretch(kind: StoryKind, reach: Reach, *, above: bool) -> Select[Any]:
    rows, at, row_id = _of(kind, reach)
    rank = _rank(kind)
    if above:
        later = or_(literal(rank) < _AT_RANK, and_(literal(rank) == _AT_RANK, row_id > _AT_ID))
        beyond = and_(at >= _AT, or_(at > _AT, later))
        order = (at, row_id)
    else:
        later = or_(literal(rank) > _AT_RANK, and_(literal(rank) == _AT_RANK, row_id <= _AT_ID))
        beyond = and_(at <= _AT, or_(at < _AT, later))
        order = (at.desc(), row_id.desc())
    columns = (at.label("at"), literal_column(str(rank), Integer).label("rank"), row_id.label("id"))
    few = rows.add_columns(*columns).where(beyond).order_by(*order).limit(_SIZE).subquery()
    return select(few)


@cache
def _counts(reach: Reach) -> Select[Any]:
    """How much there is of each kind, no further than is worth while."""
    counted = []
    for kind in (*TOLD, StoryKind.RETURNS):
        rows, _, row_id = _of(kind, reach)
        few = rows.add_columns(row_id).limit(MOST_COUNTED).subquery()
        counted.append(select(func.count()).select_from(few).scalar_subquery().label(kind.value))
    return select(*counted)


def _among(column: Any) -> Any:
    return column.in_(bindparam("ids", expanding=True, type_=Id))


_ORDERS = order_rows().where(beside(orders.c.workspace_id) == _HERE, _among(orders.c.id))
_CASES = {
    reach: with_names(select(*LINE).select_from(cases)).where(
        visible_to(reach, by_index=False), _among(cases.c.id)
    )
    for reach in Reach
}
_CALLS = (
    select(
        phone_calls.c.id,
        phone_calls.c.owner_id,
        phone_calls.c.began_at,
        phone_calls.c.ended_at,
        phone_calls.c.outcome,
        phone_calls.c.case_id,
        people.c.name.label("owner_name"),
        people.c.slack_user_id.label("owner_slack"),
        cases.c.number.label("case_number"),
    )
    .join(people, people.c.id == phone_calls.c.owner_id)
    .outerjoin(cases, cases.c.id == phone_calls.c.case_id)
    .where(beside(phone_calls.c.workspace_id) == _HERE, _among(phone_calls.c.id))
)
_MAILS = (
    select(
        canned_mails.c.id,
        canned_mails.c.subject,
        canned_mails.c.address,
        canned_mails.c.state,
        people.c.name.label("by_name"),
    )
    .outerjoin(people, people.c.id == canned_mails.c.by_id)
    .where(beside(canned_mails.c.workspace_id) == _HERE, _among(canned_mails.c.id))
)
