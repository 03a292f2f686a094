"""Bots that die in the middle of an erasure: in the end all of it is gone, from the files and Slack as well.

A bot dies at its requests to Slack, before or after their effect, and comes back: between the steps in the
database, the content of files, the cards and comments, the files of reports, and the word that it is done.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.commands import Contact
from bot.domain.erasing import pseudonym
from bot.domain.ids import AccountId, CaseId, CustomerId, SlackUserId
from bot.domain.people import Person
from bot.domain.shop.customers import CustomerFacts
from bot.domain.web_forms import SentFile
from bot.store import customers, erasing, files, personal_reports, schema
from bot.store.blobs import Blobs
from bot.store.everything import carried
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.people import find_person
from bot.store.work import Connection, Work
from tests.crash.test_report_slots import EVERY, OFFSET, STRIDE, Herd, herd, stamp
from tests.factories import add_case, add_comment

NAME = "Quispe"
CHANNEL = "C0CASES"
"""As a bot knows it from its start on: what is configured by name cannot be looked into."""
CASES = 12
"""More than a step of an erasure takes."""

METHODS = frozenset(
    {
        "chat.postMessage",
        "chat.update",
        "conversations.open",
        "conversations.history",
        "conversations.replies",
        "files.delete",
    }
)
CHOSEN = [("sqlite", 1, ("before", "after")[OFFSET % 2])]
SLOWEST = 120.0


def person(work: Work, who: str) -> Person:
    found = find_person(work.connection, work.workspace_id, SlackUserId(who))
    assert found is not None
    return found


def a_customer(work: Work, content: SentFile) -> CustomerId:
    """Somebody with cases, cards, a comment in a thread, a file that came by the form, and a report."""
    ana, account = person(work, "U0ANA"), AccountId(1)
    mine = update(schema.accounts).where(schema.accounts.c.id == account)
    work.connection.execute(mine.values(name=f"{NAME} and daughters"))
    facts = CustomerFacts(name=f"José {NAME}", email="jose@lima.example")
    customer_id = customers.insert_customer(work, "C-1", facts, account)
    contact = Contact(name=f"José {NAME}", email="jose@lima.example")
    for number in range(CASES):
        title = f"{NAME} waits {number}"
        case = add_case(work, ana, account, title=title, contact=contact, card_place=CHANNEL)
        if number < 3:
            announce(work, Announcement(kind=Kind.CARD, conversation=CHANNEL, case_id=case.id))
    said = add_comment(work, CaseId(1), ana, f"{NAME} called")
    told = Announcement(kind=Kind.THREAD_COMMENT, conversation=CHANNEL, case_id=CaseId(1), comment_id=said)
    announce(work, told)
    files.add_sent(work, CaseId(1), None, [content])
    announce(work, Announcement(kind=Kind.FILES, conversation="files:1", case_id=CaseId(1)))
    token = new_token()
    personal_reports.add(work, customer_id, ana.id, "They asked", token)
    report = Announcement(
        kind=Kind.PERSONAL_DATA, conversation=ana.slack_user_id, person_id=ana.id, token=token
    )
    announce(work, report)
    return customer_id


def erase(work: Work, customer_id: CustomerId) -> None:
    """As the service asks for it."""
    omar, token = person(work, "U0OMAR"), new_token()
    erasing.begin(work, customer_id, omar.id, "They asked", token)
    asked = Announcement(kind=Kind.ERASURE, conversation=omar.slack_user_id, person_id=omar.id, token=token)
    announce(work, asked)


async def settled(bots: Herd) -> None:
    """Wait until nothing waits in the outbox, and no files of a report."""

    def waits(connection: Connection) -> bool:
        outbox = select(schema.outbox.c.id).where(schema.IS_WAITING)
        due = select(schema.due_times.c.id).where(
            schema.due_times.c.kind == "personal_data",
            schema.IS_DUE,
            schema.due_times.c.due_at <= datetime.now(UTC),
        )
        return any(connection.execute(one.limit(1)).first() for one in (outbox, due))

    async with asyncio.timeout(SLOWEST):
        while await bots.store.look(waits) or not all(one.done() for one in bots.rising):  # noqa: ASYNC110  other processes do it
            await asyncio.sleep(0.05)


def in_slack(bots: Herd) -> Iterator[str]:
    """All that the workspace shows anybody, and the names of its files."""
    for channel in bots.sandbox.workspace.channels.values():
        for message in bots.sandbox.workspace.roots(channel.id):
            for one in (message, *bots.sandbox.workspace.replies(channel.id, message.ts)):
                yield json.dumps(one.to_json(), ensure_ascii=False, default=str)


def in_database(connection: Connection) -> set[str]:
    rows: dict[str, Any] = {table.name: connection.execute(select(table)).all() for table in carried()}
    return {table for table, found in rows.items() if NAME.casefold() in repr(found).casefold()}


@pytest.mark.parametrize(("kind", "count", "moment"), EVERY if STRIDE == 1 else CHOSEN)
async def test_all_of_it_is_gone_however_often_bots_die(
    kind: str, count: int, moment: str, tmp_path: Path
) -> None:
    writer = Blobs(tmp_path / "files").begin()
    writer.write(b"a passport")
    content = SentFile(name=f"{NAME}.pdf", mimetype="", size=writer.size, sha256=writer.keep())
    async with herd(kind, count, moment, tmp_path) as bots:
        bots.methods = METHODS
        now = stamp(bots.sandbox)
        customer_id = await bots.store.write(lambda work: a_customer(work, content), now, quietly=True)
        for _ in range(count):
            await bots.start()
        await settled(bots)
        told = "".join(in_slack(bots))
        assert all(one in told for one in (f"{NAME} called", f"{NAME}-1.pdf", "personal-data-C-1"))
        assert await bots.store.look(in_database)
        bots.sandbox.interfere = bots.watch
        await bots.store.write(lambda work: erase(work, customer_id), stamp(bots.sandbox), quietly=True)
        await settled(bots)
        log = f"{bots.kills}\n{(tmp_path / 'bot.log').read_text()[-2000:]}"
        assert bots.kills, log
        assert await bots.store.look(in_database) == set(), log
        left = [one for one in in_slack(bots) if NAME in one or "personal-data-C-1" in one]  # nor a file
        assert left == [], log
        assert [one for one in (tmp_path / "files").rglob("*") if one.is_file()] == [], log
        word = f"called “{pseudonym(customer_id)}”"
        assert sum(word in one for one in in_slack(bots) if "is erased" in one) == 1, log
