"""What waits in a shop of many orders, made by the database itself: row 12 is measured on it.

Most of everything is done with, as it is in a shop of some years; what somebody has to look at is a part of
it. Of some states and currencies there is no order together.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection

from bench.shop_crowd import AGO, NUMBERS
from bot.domain.commerce.acts import DEFAULT_TERMS, CancelItems
from bot.domain.commerce.removal import Item
from bot.domain.commerce.stored_acts import plain_act, plain_terms

REVIEWS = 200_000
PEOPLE, RETURNS, REQUESTS, FRAUD, PERSONAL = 20, 100_000, 100_000, 100_000, 10_000
ORDERS_APART = 10
"""Each tenth order has a return, a request and a fraud report of its own."""

_STATEMENTS = (
    "INSERT INTO people (id, workspace_id, slack_user_id, name, timezone, role, home_seen, created_at)"
    " SELECT n, '{workspace}', 'U0P' || n, 'Person ' || n, 'UTC', 'manager', false, {at} FROM {people}",
    "INSERT INTO return_orders (id, workspace_id, order_id, number, by_id, flow, call_key, at, stage)"
    " SELECT n, '{workspace}', n * {apart}, 'O' || (n * {apart}) || '-R1', 1, '', '', {at},"
    " CASE WHEN n % 50 = 7 THEN 'waiting_for_goods' ELSE 'completed' END FROM {returns}",
    "INSERT INTO return_order_lines (workspace_id, return_id, position, line_no, expected, accepted,"
    " rejected, given_up, reason, rejection) SELECT '{workspace}', n, 0, 1, 3, 1, 0, 0, 'Damaged', ''"
    " FROM {returns}",
    "INSERT INTO order_requests (id, workspace_id, order_number, kind, state, currency, act, terms, at_stake,"
    " token, asked_by, asked_at, said, done, return_number, documents, hands, needs_approval, why, trouble,"
    " version) SELECT n, '{workspace}', 'O' || (n * {apart}), 'cancel',"
    " CASE WHEN n % 500 = 3 THEN 'awaits_approval' WHEN n % 50 = 7 THEN 'waits_for_goods'"
    " WHEN n % 1000 = 1 THEN 'in_doubt' WHEN n % 1000 = 2 THEN 'asks' ELSE 'done' END,"
    " 'USD', '{act}', '{terms}', 19990, '', 1 + n / 7 % {managers}, {at}, '{{}}', '[]', '', '[]', '[]',"
    " n % 500 = 3, '', '', 1 FROM {requests}",
    "INSERT INTO fraud_reports (id, workspace_id, order_id, provider, score, status, symptoms, state,"
    " arrived_at) SELECT n, '{workspace}', n * {apart}, 'Harrier', n % 100, 'CHECK',"
    """ '[["Another country", 40], ["Many cards", 20]]',"""
    " CASE WHEN n % 50 = 3 THEN 'waiting' WHEN n % 500 = 4 THEN 'proposed' ELSE 'ok' END, {at} FROM {fraud}",
    "INSERT INTO product_reviews (id, workspace_id, number, sku, customer_id, rating, headline, text, status,"
    " written_at, version) SELECT n, '{workspace}', 'R' || n, 'S' || (n / 20 % 500), 1 + n % 100000,"
    " 1 + n / 20 % 5, 'It does what it says', 'We have used it for a year now. It works, and help is near.',"
    " CASE n % 20 WHEN 3 THEN 'pending' WHEN 4 THEN 'rejected' ELSE 'approved' END, {at}, 1 FROM {reviews}",
    "INSERT INTO outbox (workspace_id, conversation, kind, audience, token, state, attempts, not_before,"
    " created_at) SELECT '{workspace}', 'P1', 'personal_report', 'internal', 't' || n, 'sent', 1, {at}, {at}"
    " FROM {personal}",
    "INSERT INTO personal_reports (id, workspace_id, customer_id, asked_by_id, reason, asked_at, token,"
    """ state, files, counts) SELECT n, '{workspace}', n, 1, 'They asked', {at}, 't' || n, 'deleted', '[]',"""
    """ '{{"orders": 12}}' FROM {personal}""",
)


def fill_queues(connection: Connection, workspace: str) -> None:
    """Make returns, requests, fraud reports, reviews and reports of personal data for a filled shop."""
    dialect = connection.dialect.name
    sizes = {
        "people": PEOPLE,
        "returns": RETURNS,
        "requests": REQUESTS,
        "fraud": FRAUD,
        "reviews": REVIEWS,
        "personal": PERSONAL,
    }
    values = {
        "workspace": workspace,
        "at": AGO[dialect],
        "apart": ORDERS_APART,
        "managers": PEOPLE,
        "act": json.dumps(plain_act(CancelItems(items=(Item(line_no=1, quantity=1, reason="Too slow"),)))),
        "terms": json.dumps(plain_terms(DEFAULT_TERMS)),
        **{name: NUMBERS[dialect].format(count=size) for name, size in sizes.items()},
    }
    if dialect == "postgresql":  # the crowd is ours, and right
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement.format(**values))
    if dialect == "postgresql":
        connection.exec_driver_sql("ANALYZE")  # as it does by itself within minutes
