"""Takes a customer's names out of what staff wrote beside their cases; `erasing.py` asks in its last step."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.domain.erasing import ERASED, Redactor
from bot.store import order_messages
from bot.store.erasing_cases import redact
from bot.store.personal_subject import Subject, found_by_rule, some_of
from bot.store.schema import cart_placings, erasures, history, personal_reports
from bot.store.schema_documents import (
    change_order_lines,
    change_orders,
    refunds,
    return_order_lines,
    return_orders,
)
from bot.store.schema_finding import saved_queries
from bot.store.schema_requests import desk_refunds, order_intents, order_mails, order_requests
from bot.store.schema_shop import orders
from bot.store.schema_slots import reports
from bot.store.work import Work


def redact_words(work: Work, one: Subject, names: Redactor) -> None:
    """Out of the log, of searches, of reasons on documents, of what was asked of their orders and carts."""
    _redact_log(work, one, names)
    _redact_reasons(work, one, names)
    _redact_requests(work, one, names)
    redact(work, cart_placings, cart_placings.c.customer_id == one.id, names, "said")


def _redact_log(work: Work, one: Subject, names: Redactor) -> None:
    """Their names in who did what and why, and in searches that somebody keeps or that a report goes by."""
    mine = history.c.customer_id == one.id
    mine |= (history.c.workspace_id == one.workspace_id) & (history.c.kind == "report_set_up")
    if one.alone:
        mine |= (history.c.workspace_id == one.workspace_id) & (history.c.account_id == one.account_id)
    redact(work, history, mine, names, "changes")
    for table in (personal_reports, erasures):
        redact(work, table, table.c.customer_id == one.id, names, "reason")
    here = saved_queries.c.workspace_id == one.workspace_id
    redact(work, saved_queries, here, names, "text")
    redact(work, saved_queries, here, names, "name", apart=True)
    for column in ("name", "search", "search_name"):
        redact(work, reports, reports.c.workspace_id == one.workspace_id, names, column)


def _redact_reasons(work: Work, one: Subject, names: Redactor) -> None:
    """What staff wrote as a reason on documents of orders; the documents themselves stay."""
    mine = select(orders.c.id).where(orders.c.customer_id == one.id)
    redact(work, refunds, refunds.c.order_id.in_(mine), names, "reason")
    changes = select(change_orders.c.id).where(change_orders.c.order_id.in_(mine))
    redact(work, change_order_lines, change_order_lines.c.change_id.in_(changes), names, "reason")
    returns = select(return_orders.c.id).where(return_orders.c.order_id.in_(mine))
    for column in ("reason", "rejection"):
        redact(work, return_order_lines, return_order_lines.c.return_id.in_(returns), names, column)


def _redact_requests(work: Work, one: Subject, names: Redactor) -> None:
    """What was asked to be done with their orders, and what the shop was shown and answered."""
    asked = found_by_rule(work.connection, one, order_requests, {})
    for column in ("act", "said", "documents", "why", "trouble"):
        redact(work, order_requests, some_of(order_requests.c.id, asked), names, column)
    for column in ("act", "before", "answer", "why"):
        redact(work, order_intents, some_of(order_intents.c.request_id, asked), names, column)
    for column in ("reason", "why"):
        redact(work, desk_refunds, some_of(desk_refunds.c.request_id, asked), names, column)
    sent = update(order_mails).where(some_of(order_mails.c.request_id, asked))
    blank = {"address": "", "to_name": "", "subject": ERASED, "body": ERASED, "error": ""}
    work.connection.execute(sent.values(**blank))
    order_messages.draw_again(work, asked)
