"""Orders and carts that a case may be about, read through a viewer's eyes, and the tie of a case to one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    String,
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from bot.domain.ids import AccountId, CartId, CaseId, CustomerId, OrderId
from bot.domain.people import Person, Role, Viewer
from bot.domain.permissions import RIGHTS, Act, Reach
from bot.domain.playbook.association import Thing, number_key
from bot.domain.shop.money import Money
from bot.domain.shop.ties import Tie, Tieable, thing_of
from bot.store.cases import ref, visible
from bot.store.planning import beside
from bot.store.schema import IS_OPEN, cases, people
from bot.store.schema_shop import carts, case_ties, customers, orders
from bot.store.work import Work

MOST = 100
"""Orders and carts that are looked through or offered, the newest of each; Slack takes 100 in a select."""

MOST_CASES = 5
"""Cases that hear of what was done with the order or cart that they are about."""


def owned(
    connection: Connection, viewer: Viewer, account_id: AccountId, numbers: Collection[str] = ()
) -> tuple[Tieable, ...]:
    """What an account has, newest first, with those of older ones that have one of these number keys.

    Only for who may open a case for that account; for all others the account has nothing.
    """
    if not _may_open_for(viewer, account_id):
        return ()
    asked = {"workspace": viewer.workspace_id, "account": account_id, "most": MOST}
    rows = list(connection.execute(_OWNED, asked))
    if numbers:
        rows += connection.execute(_NUMBERED, asked | {"numbers": sorted(numbers)}).all()
    found = {one.key: one for one in map(_tieable, rows)}
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.key), reverse=True))


def beginning(
    connection: Connection, viewer: Viewer, account_id: AccountId, typed: str
) -> tuple[Tieable, ...]:
    """What an account has whose number begins so, newest first; for a select that somebody types in."""
    sought = number_key(typed.split()[-1]) if typed.strip() else ""
    found = owned(connection, viewer, account_id, [sought] if sought else ())
    return tuple(one for one in found if number_key(one.number).startswith(sought))[:MOST]


def of_customer(
    connection: Connection, viewer: Viewer, account_id: AccountId, customer_id: CustomerId
) -> tuple[Tieable, ...]:
    """What one customer of an account has themselves, newest first."""
    if not _may_open_for(viewer, account_id):
        return ()
    asked = {"workspace": viewer.workspace_id, "account": account_id, "customer": customer_id, "most": MOST}
    found = map(_tieable, connection.execute(_OF_CUSTOMER, asked))
    return tuple(sorted(found, key=lambda one: (one.at, one.key), reverse=True)[:MOST])


def one_of(connection: Connection, viewer: Viewer, account_id: AccountId, key: str) -> Tieable | None:
    """One of an account's, by the key that a select carries; None for another account's."""
    named = thing_of(key)
    if named is None or not _may_open_for(viewer, account_id):
        return None
    asked = {"workspace": viewer.workspace_id, "account": account_id, "thing": named[1]}
    row = connection.execute(_ORDER if named[0] is Thing.ORDER else _CART, asked).first()
    return _tieable(row) if row else None


def has_any(connection: Connection, viewer: Viewer) -> bool:
    """Whether an account for which the viewer may open a case has an order or a cart."""
    reach = RIGHTS[Act.OPEN_CASE].reach(viewer.role)
    if reach is Reach.NONE:
        return False
    sees_all = reach is Reach.ALL
    asked = {"workspace": viewer.workspace_id} | ({} if sees_all else {"account": viewer.account_id})
    return bool(connection.execute(_ANY_AT_ALL if sees_all else _ANY, asked).scalar())


def account_has_any(connection: Connection, viewer: Viewer, account_id: AccountId) -> bool:
    """Whether one account has an order or a cart, for who may open a case for it."""
    if not _may_open_for(viewer, account_id):
        return False
    return bool(connection.execute(_ANY, {"workspace": viewer.workspace_id, "account": account_id}).scalar())


def tie_of(connection: Connection, viewer: Viewer, case_id: CaseId) -> tuple[Tie, tuple[str, ...]] | None:
    """What a case is tied to, and the keys that a rule found; None where nothing is said, or to community.

    A customer who has become another account's since takes their orders along: the case is tied to none then.
    """
    if viewer.role is Role.COMMUNITY:
        return None
    row = connection.execute(_TIE.where(visible(viewer), case_ties.c.case_id == case_id)).first()
    return (_tie(row), tuple(row.found)) if row else None


def cases_about(
    connection: Connection, viewer: Viewer, *, order_number: str | None = None, cart_id: CartId | None = None
) -> tuple[CaseId, ...]:
    """The open cases that are tied to an order or a cart, the newest first; where none is open, the last one.

    Whose account it is counts as for `tie_of`: a tie that holds no more leads nowhere.
    """
    if viewer.role is Role.COMMUNITY:
        return ()
    which = orders.c.number == order_number if order_number is not None else case_ties.c.cart_id == cart_id
    found = _TIED.where(visible(viewer), case_ties.c.workspace_id == viewer.workspace_id, which)
    newest = found.order_by(IS_OPEN.desc(), case_ties.c.case_id.desc()).limit(MOST_CASES)
    rows = connection.execute(newest).all()
    still = [row for row in rows if row.is_open] or rows[:1]
    return tuple(CaseId(row.case_id) for row in still)


def save_tie(
    work: Work,
    case_id: CaseId,
    tied: Tieable | None,
    *,
    found: Sequence[Tieable] = (),
    rule: str = "",
    by: Person | None = None,
) -> None:
    """Say what a case is about, in place of what was said before; without `tied` somebody is to choose."""
    drop_tie(work, case_id)
    row = {
        "case_id": case_id,
        "workspace_id": work.workspace_id,
        "order_id": tied.id if tied and tied.thing is Thing.ORDER else None,
        "cart_id": tied.id if tied and tied.thing is Thing.CART else None,
        "found": [one.key for one in found],
        "rule": rule,
        "by_id": by.id if by else None,
        "at": work.now,
    }
    work.connection.execute(insert(case_ties), row)


def drop_tie(work: Work, case_id: CaseId) -> None:
    """A case is about no order and no cart."""
    mine = (case_ties.c.workspace_id == work.workspace_id) & (case_ties.c.case_id == case_id)
    work.connection.execute(delete(case_ties).where(mine))


def _may_open_for(viewer: Viewer, account_id: AccountId) -> bool:
    match RIGHTS[Act.OPEN_CASE].reach(viewer.role):
        case Reach.ALL:
            return True
        case Reach.OWN_ACCOUNT:
            return viewer.account_id == account_id
        case _:
            return False


# --- statements that are built once -------------------------------------------------------------------------


def _things(table: Any, thing: Thing, at: Any, total: Any) -> Select[Any]:
    return (
        select(
            literal(thing.value, String).label("thing"),
            table.c.id,
            table.c.number,
            table.c.site,
            at.label("at"),
            table.c.currency,
            total.label("total"),
        )
        .join(customers, customers.c.id == table.c.customer_id)
        .where(
            beside(customers.c.workspace_id) == bindparam("workspace"),
            customers.c.account_id == bindparam("account"),
        )
    )


_OF_ORDERS = _things(orders, Thing.ORDER, orders.c.ordered_at, orders.c.grand_total)
_OF_CARTS = _things(carts, Thing.CART, carts.c.updated_at, carts.c.total)


def _newest(of: Select[Any], at: Any, number: Any) -> Select[Any]:
    first = of.order_by(at.desc(), number.desc()).limit(bindparam("most", type_=Integer)).subquery()
    return select(first)


_OWNED = union_all(
    _newest(_OF_ORDERS, orders.c.ordered_at, orders.c.id), _newest(_OF_CARTS, carts.c.updated_at, carts.c.id)
)
_THEIRS = customers.c.id == bindparam("customer")
_OF_CUSTOMER = union_all(
    _newest(_OF_ORDERS.where(_THEIRS), orders.c.ordered_at, orders.c.id),
    _newest(_OF_CARTS.where(_THEIRS), carts.c.updated_at, carts.c.id),
)
_NUMBERED = _OF_ORDERS.where(orders.c.number_key.in_(bindparam("numbers", expanding=True, type_=Text))).limit(
    MOST
)
_ORDER = _OF_ORDERS.where(orders.c.id == bindparam("thing"))
_CART = _OF_CARTS.where(carts.c.id == bindparam("thing"))


def _any(narrow: Any) -> Select[Any]:
    buyers = (beside(customers.c.workspace_id) == bindparam("workspace")) & narrow
    ordered = exists().where(orders.c.customer_id == customers.c.id)
    filled = exists().where(carts.c.customer_id == customers.c.id)
    return select(literal(1)).select_from(customers).where(buyers, ordered | filled).limit(1)


_ANY = _any(customers.c.account_id == bindparam("account"))
_ANY_AT_ALL = _any(customers.c.account_id.is_not(None))

_TIE = (
    select(
        case_ties,
        orders.c.number.label("order_number"),
        orders.c.customer_id.label("order_customer"),
        carts.c.number.label("cart_number"),
        carts.c.customer_id.label("cart_customer"),
        people.c.name.label("by_name"),
        people.c.slack_user_id.label("by_slack"),
    )
    .select_from(case_ties)
    .join(cases, cases.c.id == case_ties.c.case_id)
    .outerjoin(orders, orders.c.id == case_ties.c.order_id)
    .outerjoin(carts, carts.c.id == case_ties.c.cart_id)
    .outerjoin(people, people.c.id == case_ties.c.by_id)
    .outerjoin(customers, customers.c.id == func.coalesce(orders.c.customer_id, carts.c.customer_id))
    .where(or_(customers.c.id.is_(None), customers.c.account_id == cases.c.account_id))
)


_TIED = _TIE.with_only_columns(case_ties.c.case_id, IS_OPEN.label("is_open"))


def _tieable(row: Row[Any]) -> Tieable:
    return Tieable(
        thing=Thing(row.thing),
        number=row.number,
        site=row.site,
        id=row.id,
        at=row.at,
        total=Money(minor=row.total, currency=row.currency),
    )


def _tie(row: Row[Any]) -> Tie:
    is_order, is_cart = row.order_id is not None, row.cart_id is not None
    customer = row.order_customer if is_order else row.cart_customer
    return Tie(
        case_id=CaseId(row.case_id),
        thing=Thing.ORDER if is_order else Thing.CART if is_cart else None,
        order_id=OrderId(row.order_id) if is_order else None,
        cart_id=CartId(row.cart_id) if is_cart else None,
        number=(row.order_number if is_order else row.cart_number) or "",
        customer_id=CustomerId(customer) if customer is not None else None,
        rule=row.rule,
        by=ref(row.by_id, row.by_slack, row.by_name),
        at=row.at,
    )
