"""Lists of customers, page by page through a viewer's eyes; `services.customer_lists` asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain.ids import CustomerId
from bot.domain.people import SuccessPlan, Viewer
from bot.domain.shop.customer_lists import MOST_COUNTED, PAGE, CustomerLine, CustomersPage
from bot.domain.verdict import CallerKind
from bot.store.carts import seen
from bot.store.schema_shop import customers


def page(
    connection: Connection, viewer: Viewer, kind: CallerKind | None, start: CustomerId | None
) -> CustomersPage:
    """Customers of a kind, the newest first, from `start` on."""
    here = seen(viewer)
    if kind is not None:
        here = here & (customers.c.kind == kind.value)
    mine = customers.c.id
    asked = select(customers).where(here if start is None else here & (mine <= start))
    rows = connection.execute(asked.order_by(mine.desc()).limit(PAGE + 1)).all()
    above: list[Any] = []
    if start is not None:
        before = select(mine).where(here, mine > start).order_by(mine).limit(PAGE)
        above = list(connection.execute(before).scalars())
    counted = select(mine).where(here).limit(MOST_COUNTED).subquery()
    return CustomersPage(
        lines=tuple(
            CustomerLine(
                id=CustomerId(row.id),
                number=row.number,
                called=row.company or row.name,
                name=row.name,
                email=row.email,
                plan=SuccessPlan(row.plan),
                kind=CallerKind(row.kind),
            )
            for row in rows[:PAGE]
        ),
        kind=kind,
        total=connection.execute(select(func.count()).select_from(counted)).scalar_one(),
        newer=CustomerId(above[-1]) if above else None,
        older=CustomerId(rows[PAGE].id) if len(rows) > PAGE else None,
    )
