"""kill -9 between any two steps of a call, and within one: no answer is lost, no message goes twice."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

from sqlalchemy import func, select

from bot.store.outbox import Kind
from bot.store.schema import canned_mails, outbox, phone_answers
from bot.store.work import Connection
from tests.services.conftest import Office
from tests.services.test_phone_calls import Phone, desk

__all__ = ["desk"]

STEPS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("look_up", {"site": "fox-outdoor"}, "orders"),
    ("seen", {}, "live"),
    ("product", {"issue": "It stays blank"}, "send_covered"),
    ("send", {"email": "lena@example.com"}, "assure_covered"),
    ("nothing", {}, "end_sent"),
)


async def dies(folder: Path, call: Phone, answer: str, data: dict[str, str], moment: str) -> None:
    step = json.dumps({"call": call.id, "answer": answer, "data": data})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.dying_call",
        str(folder / "caseline.db"),
        step,
        moment,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == -signal.SIGKILL, said.decode()


async def counted(office: Office) -> tuple[int, int, int]:
    """Answers, e-mails of calls, and their rows in the outbox."""

    def query(connection: Connection) -> tuple[int, int, int]:
        canned = outbox.c.kind == Kind.CANNED.value
        return (
            connection.execute(select(func.count()).select_from(phone_answers)).scalar_one(),
            connection.execute(select(func.count()).select_from(canned_mails)).scalar_one(),
            connection.execute(select(func.count()).select_from(outbox).where(canned)).scalar_one(),
        )

    return await office.desk.store.look(query)


async def test_killed_at_every_step_a_call_goes_on_where_it_stood(desk: Office, tmp_path: Path) -> None:
    call = await Phone(desk).takes()
    for answer, data, leads_to in STEPS:
        if answer == "send":  # within it: nothing of it happened, and it is pressed again
            stood, before = await call.at(), await counted(desk)
            await dies(tmp_path, call, answer, data, "within")
            assert (await call.at(), await counted(desk)) == (stood, before)
        await dies(tmp_path, call, answer, data, "after")
        assert await call.at() == leads_to
    answers, mails, rows = await counted(desk)
    assert (answers, mails, rows) == (8, 1, 1)  # six by hand or for the only hit, two decided
    ended = (await call.page()).call
    assert (ended.outcome, len(ended.answers)) == ("sent", 8)
