"""Sessions of staff with customers: who goes on with whom, and what was done for them in it.

`services.sessions` keeps them. Whatever is written into the history by somebody in assisted service carries
their session by itself (`assisting`), so that no act can forget for whom it was done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, or_, select, update

from bot.domain.ids import CartId, CaseId, CaseNumber, CustomerId, OrderId, PersonId, SessionId, WorkspaceId
from bot.domain.people import Viewer
from bot.domain.sessions import Ending, Opened, Session, goes_on, joined
from bot.store.at_once import insert_new
from bot.store.carts import seen
from bot.store.schema import IS_ON, asm_sessions, cases, history
from bot.store.schema_shop import carts, case_ties, customers, orders
from bot.store.types import Id
from bot.store.work import Work

_WHOSE = (
    select(
        asm_sessions,
        func.coalesce(func.nullif(customers.c.company, ""), customers.c.name).label("customer"),
        cases.c.number.label("case_number"),
        orders.c.number.label("order_number"),
        carts.c.number.label("cart_number"),
        select(func.count(history.c.call_key.distinct()))
        .where(history.c.asm_session_id == asm_sessions.c.id)
        .correlate(asm_sessions)
        .scalar_subquery()
        .label("acts"),
    )
    .outerjoin(customers, customers.c.id == asm_sessions.c.customer_id)
    .outerjoin(cases, cases.c.id == asm_sessions.c.case_id)
    .outerjoin(orders, orders.c.id == asm_sessions.c.order_id)
    .outerjoin(carts, carts.c.id == asm_sessions.c.cart_id)
    .where(
        asm_sessions.c.workspace_id == bindparam("workspace"),
        asm_sessions.c.person_id == bindparam("person"),
        IS_ON,
    )
)


def current(connection: Connection, viewer: Viewer, now: datetime) -> Session | None:
    """The viewer's own session, if one goes on; nobody else's is anybody's to see."""
    if not viewer.is_staff:
        return None
    asked = {"workspace": viewer.workspace_id, "person": viewer.person_id}
    row = connection.execute(_WHOSE, asked).first()
    if row is None:
        return None
    return Session(
        id=SessionId(row.id),
        now=now,
        began_at=row.began_at,
        touched_at=row.touched_at,
        opened=_opened(row),
        assisted=row.assisted,
        customer=row.customer or "",
        case_number=CaseNumber(row.case_number) if row.case_number is not None else None,
        order_number=row.order_number or "",
        cart_number=row.cart_number or "",
        acts=row.acts,
    )


def _opened(row: Any) -> Opened:
    return Opened(
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
        case_id=CaseId(row.case_id) if row.case_id is not None else None,
        order_id=OrderId(row.order_id) if row.order_id is not None else None,
        cart_id=CartId(row.cart_id) if row.cart_id is not None else None,
    )


def known(connection: Connection, viewer: Viewer, opened: Opened) -> Opened:
    """What is opened with whose it is: of a case by its order or cart, or its account's one customer."""
    if opened.customer_id is not None:
        return opened
    if opened.order_id is not None:
        asked = select(orders.c.customer_id).where(seen(viewer, orders), orders.c.id == opened.order_id)
    elif opened.cart_id is not None:
        asked = select(carts.c.customer_id).where(seen(viewer, carts), carts.c.id == opened.cart_id)
    else:
        asked = _of_case(viewer, opened.case_id)
    found = list(connection.execute(asked.limit(2)).scalars())
    return replace(opened, customer_id=CustomerId(found[0])) if len(found) == 1 else opened


def _of_case(viewer: Viewer, case_id: CaseId | None) -> Any:
    tied = (
        select(func.coalesce(orders.c.customer_id, carts.c.customer_id))
        .select_from(case_ties)
        .outerjoin(orders, orders.c.id == case_ties.c.order_id)
        .outerjoin(carts, carts.c.id == case_ties.c.cart_id)
        .where(case_ties.c.case_id == case_id)
        .scalar_subquery()
    )
    account = select(cases.c.account_id).where(cases.c.id == case_id).scalar_subquery()
    of_account = tied.is_(None) & (customers.c.account_id == account)
    return select(customers.c.id).where(seen(viewer), (customers.c.id == tied) | of_account)


def called(connection: Connection, viewer: Viewer, opened: Opened, now: datetime) -> Session | None:
    """A session as it begins with this, for a window that is drawn before it is written down."""
    if not viewer.is_staff or opened == Opened():
        return None
    name = func.coalesce(func.nullif(customers.c.company, ""), customers.c.name)
    asked = select(name).where(seen(viewer), customers.c.id == opened.customer_id)
    customer = connection.execute(asked).scalar() if opened.customer_id is not None else None
    return Session(id=None, now=now, began_at=now, touched_at=now, opened=opened, customer=customer or "")


def numbered(connection: Connection, viewer: Viewer, before: Session, opened: Opened) -> Session:
    """A session that goes on with this opened in it, for a window that is drawn before it is written down."""
    wanted = (
        ("case_number", cases, opened.case_id, before.opened.case_id),
        ("order_number", orders, opened.order_id, before.opened.order_id),
        ("cart_number", carts, opened.cart_id, before.opened.cart_id),
    )
    changed = [
        select(table.c.number)
        .where(table.c.workspace_id == viewer.workspace_id, table.c.id == now)
        .scalar_subquery()
        .label(name)
        for name, table, now, was in wanted
        if now is not None and now != was
    ]
    if not changed or not viewer.is_staff:
        return replace(before, opened=opened)
    row = connection.execute(select(*changed)).one()
    found = {name: number for name, number in row._mapping.items() if number is not None}
    return replace(before, opened=opened, **found)


def touch(work: Work, person_id: PersonId, opened: Opened) -> bool:
    """What somebody opened joins their session, or begins another one; whether it did."""
    mine = {"workspace": work.workspace_id, "whose": person_id}
    row = work.connection.execute(_GOES_ON, mine).first()
    if row is not None and goes_on(_opened(row), opened):
        joins = {"id_": row.id, **vars(joined(_opened(row), opened)), "touched_at": work.now}
        work.connection.execute(_JOIN, joins)
        return False
    if row is not None:
        end(work, person_id, Ending.ANOTHER)
    made = {
        "workspace_id": work.workspace_id,
        "person_id": person_id,
        **vars(opened),
        "assisted": False,
        "began_at": work.now,
        "touched_at": work.now,
        "ending": "",
    }
    # Two windows that are opened at once begin one session.
    return bool(work.connection.execute(insert_new(work.connection, asm_sessions), made).rowcount)


# Each step of a call runs these: they are built once.
_GOES_ON = select(asm_sessions).where(
    asm_sessions.c.workspace_id == bindparam("workspace"),
    asm_sessions.c.person_id == bindparam("whose"),
    IS_ON,
)
_JOIN = (
    update(asm_sessions)
    .where(asm_sessions.c.id == bindparam("id_"))
    .values(
        {name: bindparam(name) for name in ("customer_id", "case_id", "order_id", "cart_id", "touched_at")}
    )
)


def end(work: Work, person_id: PersonId, ending: Ending) -> bool:
    """End somebody's session; whether there was one."""
    mine = (
        (asm_sessions.c.workspace_id == work.workspace_id) & (asm_sessions.c.person_id == person_id) & IS_ON
    )
    ended = update(asm_sessions).where(mine).values(ended_at=work.now, ending=ending.value)
    return bool(work.connection.execute(ended).rowcount)


def assist(work: Work, person_id: PersonId, customer_id: CustomerId) -> bool:
    """From now on what somebody does is done for this customer; False without a session with them."""
    mine = (
        (asm_sessions.c.workspace_id == work.workspace_id) & (asm_sessions.c.person_id == person_id) & IS_ON
    )
    with_them = mine & (asm_sessions.c.customer_id == customer_id)
    changed = update(asm_sessions).where(with_them).values(assisted=True, touched_at=work.now)
    return bool(work.connection.execute(changed).rowcount)


def last_touch(work: Work, person_id: PersonId) -> datetime | None:
    """When something was last opened or done in somebody's session; None where none goes on."""
    mine = (
        (asm_sessions.c.workspace_id == work.workspace_id) & (asm_sessions.c.person_id == person_id) & IS_ON
    )
    row = work.connection.execute(select(asm_sessions.c.id, asm_sessions.c.touched_at).where(mine)).first()
    if row is None:
        return None
    acted: datetime | None = work.connection.execute(
        select(func.max(history.c.at)).where(history.c.asm_session_id == row.id)
    ).scalar_one()
    touched: datetime = row.touched_at
    return max(touched, acted) if acted is not None else touched


def on_behalf_of(connection: Connection, person_id: PersonId, customer_id: CustomerId) -> CustomerId | None:
    """For whom somebody acts on what is this customer's: for them in assisted service, else for nobody.

    Documents of orders carry it (`commerce.documents.Stamp.on_behalf_of`).
    """
    mine = (asm_sessions.c.person_id == person_id) & IS_ON & asm_sessions.c.assisted
    found = select(asm_sessions.c.id).where(mine, asm_sessions.c.customer_id == customer_id)
    return customer_id if connection.execute(found).first() is not None else None


def assisted_order(
    connection: Connection, workspace_id: WorkspaceId, person_id: PersonId, order_number: str
) -> CustomerId | None:
    """The same of whoever an order is, by its number: in assisted service its documents carry both names."""
    mine = (asm_sessions.c.person_id == person_id) & IS_ON & asm_sessions.c.assisted
    theirs = orders.c.customer_id == asm_sessions.c.customer_id
    here = (orders.c.workspace_id == workspace_id) & (orders.c.number == order_number)
    found = select(asm_sessions.c.customer_id).select_from(asm_sessions.join(orders, theirs))
    customer: int | None = connection.execute(found.where(mine, here)).scalar()
    return CustomerId(customer) if customer is not None else None


_THEIRS = exists().where(
    cases.c.id == bindparam("session_case", type_=Id),
    customers.c.id == asm_sessions.c.customer_id,
    or_(
        customers.c.account_id == cases.c.account_id,
        exists().where(
            case_ties.c.case_id == cases.c.id,
            or_(
                case_ties.c.order_id.in_(select(orders.c.id).where(orders.c.customer_id == customers.c.id)),
                case_ties.c.cart_id.in_(select(carts.c.id).where(carts.c.customer_id == customers.c.id)),
            ),
        ),
    ),
)
ASSISTING = (
    select(asm_sessions.c.id)
    .where(
        asm_sessions.c.workspace_id == bindparam("session_workspace"),
        asm_sessions.c.person_id == bindparam("session_actor", type_=Id),
        IS_ON,
        asm_sessions.c.assisted,
        or_(asm_sessions.c.customer_id == bindparam("session_customer", type_=Id), _THEIRS),
    )
    .scalar_subquery()
)
"""The session in which an actor acts for the customer whom a row of the history is about, if there is one.

It stands within the statement that appends the row: it costs no trip of its own.
"""

FOR_WHOM = (
    select(func.coalesce(func.nullif(customers.c.company, ""), customers.c.name))
    .select_from(asm_sessions.join(customers, customers.c.id == asm_sessions.c.customer_id))
    .where(asm_sessions.c.id == history.c.asm_session_id)
    .correlate(history)
    .scalar_subquery()
)
"""The customer for whom a row of the history says that something was done."""
