"""Erasing a customer: one step a transaction, each of which may be done again; `services.erasing` asks it.

Their cases come first and they themselves last, because their names are needed until the last text has lost
them. A bot that dies between two steps leaves the rest to whoever goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.domain.erasing import ERASED, Goes, Redactor, Stays, pseudonym, redactor
from bot.domain.ids import CaseId, CustomerId, PersonId
from bot.domain.people import Viewer, channel_viewer
from bot.domain.permissions import Act, allowed
from bot.domain.sessions import Ending
from bot.store import personal_reports, shop_index
from bot.store.at_once import keep
from bot.store.erasing_cases import draw_account_again, erase_case, redact
from bot.store.erasing_words import redact_words
from bot.store.outbox_kinds import State
from bot.store.personal_data import Rows, rows_of
from bot.store.personal_subject import Subject, found_by_rule, some_of, subject
from bot.store.schema import (
    IS_ON,
    access_requests,
    account_contacts,
    accounts,
    asm_sessions,
    canned_mails,
    cases,
    entitlements,
    erasures,
    form_links,
    mails,
    outbox,
    people,
    phone_answers,
    phone_calls,
    received_mails,
)
from bot.store.schema_decisions import fraud_decisions, review_decisions
from bot.store.schema_shop import (
    cart_lines,
    carts,
    case_ties,
    customers,
    fraud_reports,
    licensed_sites,
    orders,
    product_reviews,
)
from bot.store.work import Work

CASES_AT_ONCE = 10
"""Cases in one transaction: people wait behind it."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """One that was asked for, and how far it is."""

    customer_id: CustomerId
    asked_by_id: PersonId
    token: str
    after_id: CaseId
    done_at: datetime | None
    counts: Mapping[str, int]


def begin(work: Work, customer_id: CustomerId, person_id: PersonId, reason: str, token: str) -> None:
    """That somebody is to be erased; nothing is yet."""
    row = {
        "workspace_id": work.workspace_id,
        "customer_id": customer_id,
        "asked_by_id": person_id,
        "reason": reason,
        "asked_at": work.now,
        "token": token,
        "after_id": 0,
        "counts": {},
    }
    work.connection.execute(insert(erasures), row)


def begin_again(work: Work, erasure: Erasure, person_id: PersonId, reason: str, token: str) -> None:
    """The same once more, of somebody who was erased and came back."""
    again = {"asked_by_id": person_id, "reason": reason, "asked_at": work.now, "token": token}
    mine = update(erasures).where(erasures.c.workspace_id == work.workspace_id)
    mine = mine.where(erasures.c.token == erasure.token)
    work.connection.execute(mine.values(**again, after_id=0, done_at=None, counts={}))


def of_customer(connection: Connection, viewer: Viewer, customer_id: CustomerId) -> Erasure | None:
    """Whether somebody is being erased, or was."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return None
    here = erasures.c.workspace_id == viewer.workspace_id
    row = connection.execute(select(erasures).where(here, erasures.c.customer_id == customer_id)).first()
    return _erasure(row) if row else None


def is_given_up(connection: Connection, erasure: Erasure) -> bool:
    """Whether nobody goes on with it: an administrator has discarded the row that did, in `/desk health`."""
    if erasure.done_at is not None:
        return False
    states = select(outbox.c.state).where(outbox.c.token == erasure.token)
    return set(connection.execute(states).scalars()) <= {State.DISCARDED.value}


def take_up(work: Work, erasure: Erasure, token: str) -> None:
    """Another row of the outbox goes on with it."""
    mine = update(erasures).where(erasures.c.workspace_id == work.workspace_id)
    work.connection.execute(mine.where(erasures.c.token == erasure.token).values(token=token))


def held(work: Work, token: str) -> Erasure | None:
    """The one that a row of the outbox is to go on with, kept from others until the step is done."""
    mine = (erasures.c.workspace_id == work.workspace_id) & (erasures.c.token == token)
    keep(work.connection, select(erasures.c.id).where(mine))
    row = work.connection.execute(select(erasures).where(mine)).first()
    return _erasure(row) if row else None


def _erasure(row: Row[Any]) -> Erasure:
    return Erasure(
        customer_id=CustomerId(row.customer_id),
        asked_by_id=PersonId(row.asked_by_id),
        token=row.token,
        after_id=CaseId(row.after_id),
        done_at=row.done_at,
        counts=dict(row.counts),
    )


def counted(
    connection: Connection, viewer: Viewer, customer_id: CustomerId
) -> tuple[dict[Goes, int], dict[Stays, int], bool]:
    """What would go and what would stay, and whether others share the customer's account."""
    one = subject(connection, viewer, customer_id)
    if one is None:
        return {}, {}, False
    rows = rows_of(connection, one)
    own = set(_own(rows))
    written = [row for row in rows["comments"] if row["author_id"] in own or row["by_mail"]]
    goes = {
        Goes.CUSTOMER: 1,
        Goes.SITES: len(rows["licensed_sites"]),
        Goes.CARTS: len(rows["carts"]),
        Goes.REVIEWS: len(rows["product_reviews"]),
        Goes.ORDERS: len(rows["orders"]),
        Goes.CASES: len(rows["cases"]),
        Goes.COMMENTS: len(written),
        Goes.FILES: len([row for row in rows["files"] if row["state"] != "deleted"]),
        Goes.CALLS: len(rows["phone_calls"]),
        Goes.MAILS: sum(len(rows[name]) for name in _MAILS),
        Goes.LINKS: len(rows["form_links"]),
        Goes.PEOPLE: len(rows["account_contacts"]) + len(rows["access_requests"]),
        Goes.REPORTS: len([row for row in rows["personal_reports"] if row["state"] == "sent"]),
    }
    stays = {
        Stays.ORDERS: len(rows["orders"]),
        Stays.PAYMENTS: len(rows["order_payments"]),
        Stays.CASES: len(rows["cases"]),
        Stays.LOG: len(rows["history"]),
        Stays.SLACK: len([row for row in rows["comments"] if row["ts"] is not None]),
    }
    return goes, stays, one.account_id is not None and not one.alone


def _own(rows: Rows) -> list[int]:
    return [row["id"] for row in rows["people"]]


def step(work: Work, token: str) -> bool:
    """Do the next part of an erasure; False when it is done, before this or with this."""
    erasure = held(work, token)
    if erasure is None or erasure.done_at is not None:
        return False
    one = subject(work.connection, channel_viewer(work.workspace_id), erasure.customer_id)
    assert one is not None  # an erasure points at its customer
    own = found_by_rule(work.connection, one, people, {})
    names = _redactor(work, one)
    left = [case for case in found_by_rule(work.connection, one, cases, {}) if case > erasure.after_id]
    for case in left[:CASES_AT_ONCE]:
        erase_case(work, CaseId(case), names, pseudonym(one.id), own)
        erase_calls(work, phone_calls.c.case_id == case, names)
    if left:
        last = update(erasures).where(erasures.c.token == token)
        work.connection.execute(last.values(after_id=left[:CASES_AT_ONCE][-1]))
        return True
    erase_customer(work, one, names)
    done = update(erasures).where(erasures.c.token == token)
    work.connection.execute(done.values(done_at=work.now))
    return False


def _redactor(work: Work, one: Subject) -> Redactor:
    """All by which others may have called the customer; it stands in their own rows until the last step."""
    row = work.connection.execute(select(customers).where(customers.c.id == one.id)).one()
    account = select(accounts.c.name).where(accounts.c.id == (one.account_id if one.alone else None))
    sites = select(licensed_sites.c.name).where(licensed_sites.c.customer_id == one.id)
    lines = [line for each in row.addresses for part in _TYPED for line in each.get(part, "").splitlines()]
    sent = select(orders.c.deliveries).where(orders.c.customer_id == one.id)
    for deliveries in work.connection.execute(sent).scalars():
        lines += [line for each in deliveries for line in str(each.get("address", "")).splitlines()]
    named = [name for asked in (sites, account) for name in work.connection.execute(asked).scalars()]
    return redactor(name=row.name, company=row.company, others=(row.email, row.phone, *named), lines=lines)


_TYPED = ("recipient", "lines")
_MAILS = ("mails", "received_mails", "canned_mails", "order_mails")


def erase_calls(work: Work, which: Any, names: Redactor) -> None:
    """What was written down in calls and sent from them; how long they took and how they ended stays."""
    ids = list(work.connection.execute(select(phone_calls.c.id).where(which)).scalars())
    mine = some_of(phone_calls.c.id, ids)
    work.connection.execute(update(phone_calls).where(mine).values(label="", notes=""))
    for column in ("receipt", "asked"):
        redact(work, phone_calls, mine, names, column)
    answers = some_of(phone_answers.c.call_id, ids)
    work.connection.execute(update(phone_answers).where(answers).values(data=[]))
    redact(work, entitlements, some_of(entitlements.c.call_id, ids), names, "receipt")
    sent = some_of(canned_mails.c.call_id, ids)
    blank = {"address": "", "subject": ERASED, "body": ERASED, "error": ""}
    work.connection.execute(update(canned_mails).where(sent).values(**blank))


def erase_customer(work: Work, one: Subject, names: Redactor) -> None:
    """The customer themselves and all that is theirs alone: the last step."""
    erase_calls(work, phone_calls.c.customer_id == one.id, names)
    _erase_mails(work, one)
    _erase_people(work, one)
    _erase_shop(work, one)
    redact_words(work, one, names)
    ended = update(asm_sessions).where(asm_sessions.c.customer_id == one.id, IS_ON)
    work.connection.execute(ended.values(ended_at=work.now, ending=Ending.ERASED.value))
    personal_reports.hasten(work, one.id)
    called = {"name": pseudonym(one.id), "company": "", "email": "", "email_key": "", "phone": ""}
    row = update(customers).where(customers.c.id == one.id)
    work.connection.execute(
        row.values(
            **called,
            addresses=[],
            eval_start=None,
            version=customers.c.version + 1,
            updated_at=work.now,
        )
    )
    if one.alone:
        account = update(accounts).where(accounts.c.id == one.account_id)
        work.connection.execute(account.values(name=pseudonym(one.id), version=accounts.c.version + 1))
        draw_account_again(work, one.account_id)


def _erase_mails(work: Work, one: Subject) -> None:
    links = update(form_links).where(form_links.c.customer_id == one.id)
    work.connection.execute(links.values(address="", error=""))
    if not one.email_key:
        return
    theirs = func.lower(mails.c.address) == one.email_key
    work.connection.execute(
        update(mails).where(mails.c.workspace_id == one.workspace_id, theirs).values(address="", error="")
    )
    came = func.lower(received_mails.c.sender) == one.email_key
    blank = {"sender": "", "sender_name": "", "subject": "", "text": ""}
    here = received_mails.c.workspace_id == one.workspace_id
    work.connection.execute(update(received_mails).where(here, came).values(**blank))
    sent = func.lower(canned_mails.c.address) == one.email_key
    told = {"address": "", "subject": ERASED, "body": ERASED, "error": ""}
    here = canned_mails.c.workspace_id == one.workspace_id
    work.connection.execute(update(canned_mails).where(here, sent).values(**told))


def _erase_people(work: Work, one: Subject) -> None:
    """Contacts whom the customer named, who was locked out, and the customer's own person in Slack."""
    for contact in found_by_rule(work.connection, one, account_contacts, {}):
        values = {"name": pseudonym(one.id), "email": "", "email_key": f"erased-{contact}", "phone": ""}
        row = update(account_contacts).where(account_contacts.c.id == contact)
        work.connection.execute(row.values(**values, named_by=""))
    for request in found_by_rule(work.connection, one, access_requests, {}):
        row = update(access_requests).where(access_requests.c.id == request)
        work.connection.execute(row.values(who_name=pseudonym(one.id), who_email="", note=""))
    if one.email_key:
        for person in found_by_rule(work.connection, one, people, {}):
            row = update(people).where(people.c.id == person, func.lower(people.c.email) == one.email_key)
            gone = {"name": pseudonym(one.id), "email": "", "role": None, "account_id": None, "named_by": ""}
            work.connection.execute(row.values(**gone, version=people.c.version + 1))


def _erase_doubts(work: Work, one: Subject) -> None:
    """Who decided on their orders, and how, stays; the words for it go."""
    theirs = select(fraud_reports.c.id).join(orders, orders.c.id == fraud_reports.c.order_id)
    mine = fraud_decisions.c.report_id.in_(theirs.where(orders.c.customer_id == one.id))
    work.connection.execute(update(fraud_decisions).where(mine).values(remark=ERASED, second_remark=""))


def _erase_shop(work: Work, one: Subject) -> None:
    """Sites and carts go; of orders only what says who and where; reviews keep their stars."""
    shop_index.forget_all(work, one.id)
    for site in work.connection.execute(
        select(licensed_sites.c.id).where(licensed_sites.c.customer_id == one.id)
    ).scalars():
        row = update(licensed_sites).where(licensed_sites.c.id == site)
        called = {"name": f"erased-{site}", "site_key": f"erased-{site}"}
        work.connection.execute(row.values(**called, licence_hash="", licence_last4=""))
    theirs = select(carts.c.id).where(carts.c.customer_id == one.id)
    work.connection.execute(delete(case_ties).where(case_ties.c.cart_id.in_(theirs)))
    work.connection.execute(delete(cart_lines).where(cart_lines.c.cart_id.in_(theirs)))
    work.connection.execute(update(carts).where(carts.c.customer_id == one.id).values(site="", total=0))
    reviews = update(product_reviews).where(product_reviews.c.customer_id == one.id)
    work.connection.execute(reviews.values(headline="", text=ERASED))
    theirs = select(product_reviews.c.id).where(product_reviews.c.customer_id == one.id)
    decided = update(review_decisions).where(review_decisions.c.review_id.in_(theirs))
    work.connection.execute(decided.values(reason=ERASED))
    _erase_doubts(work, one)
    placed = select(orders.c.id, orders.c.deliveries).where(orders.c.customer_id == one.id)
    for order in work.connection.execute(placed).all():
        nowhere = [{**each, "address": ""} for each in order.deliveries]
        values = {"deliveries": nowhere, "notes": "", "site": "", "version": orders.c.version + 1}
        work.connection.execute(update(orders).where(orders.c.id == order.id).values(**values))


def count(work: Work, token: str) -> None:
    """That it is done and was written down."""
    mine = update(erasures).where(erasures.c.workspace_id == work.workspace_id, erasures.c.token == token)
    work.connection.execute(mine.values(counts={Goes.CUSTOMER.value: 1}))


def called(connection: Connection, token: str) -> str:
    """The pseudonym that an erasure has given."""
    found = select(erasures.c.customer_id).where(erasures.c.token == token)
    return pseudonym(CustomerId(connection.execute(found).scalar_one()))
