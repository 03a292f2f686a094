"""What a second person decides a request by: the customer, the order's money, the limit, the case."""

from __future__ import annotations

from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.grounds import CaseMention, Grounds, paid_of
from bot.domain.commerce.requests import RIGHT_FOR, Request
from bot.domain.people import Viewer
from bot.services.desk import Desk
from bot.store import cases, customers
from bot.store.people import person_by_id
from bot.store.work import Connection


def known(connection: Connection, viewer: Viewer, desk: Desk, request: Request) -> Grounds:
    """What the desk itself knows, through the eyes of who decides; `with_books` adds what the shop says."""
    asker = person_by_id(connection, request.asked_by.id)
    role = asker.role if asker is not None else None
    case = cases.by_id(connection, viewer, request.case_id) if request.case_id is not None else None
    acted_for = (
        customers.by_id(connection, viewer, request.on_behalf_of)
        if request.on_behalf_of is not None
        else None
    )
    return Grounds(
        for_customer=acted_for.name if acted_for is not None else "",
        limit=desk.policy.money.alone(RIGHT_FOR[request.kind], role, request.currency) if role else None,
        role=role,
        case=CaseMention(number=case.number, title=case.title, permalink=case.permalink) if case else None,
    )


def with_books(grounds: Grounds, books: OrderBooks) -> Grounds:
    """The same with whose order it is and what was paid and paid back."""
    return Grounds(
        customer=books.order.customer_name,
        for_customer=grounds.for_customer,
        paid=paid_of(books),
        limit=grounds.limit,
        role=grounds.role,
        case=grounds.case,
    )
