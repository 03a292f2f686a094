"""kill -9 around the mail server: a message of a call goes once at most, and the call says what is known.

A sender in a process of its own is killed before the server has the letter, between its acceptance and our
record of it, and afterwards; then another one starts.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update

from bot.domain.mail import MailState
from bot.store import schema
from bot.store.work import Work
from tests.mail.postbox import Postbox
from tests.services.conftest import Office
from tests.services.test_phone_calls import Phone, desk

__all__ = ["desk"]


class Deadly(Postbox):
    """A server in the middle of whose answers the sender dies; it takes the letter all the same, or not."""

    def __init__(self, pid: Path) -> None:
        super().__init__()
        self.pid = pid
        self.kills = ""

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._kill("before")
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self._kill("accepted")
        return answer

    def _kill(self, moment: str) -> None:
        if self.kills == moment:
            os.kill(int(self.pid.read_text()), signal.SIGKILL)


class Senders:
    """Senders, one after the other."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, post: Deadly) -> None:
        self._process, self._folder, self.post = process, folder, post

    async def sends(self, office: Office, kills: str = "") -> int:
        """Let one send what waits; the signal by which it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None

        def free(work: Work) -> None:  # the half minute until a dead sender's lease runs out is over
            work.connection.execute(update(schema.leases).values(expires_at=work.stamp.real_now))
            others = schema.outbox.c.kind != "canned"  # what goes to Slack is not what this is about
            work.connection.execute(update(schema.outbox).where(others).values(state="dropped"))

        await office.desk.write(free)
        self.post.kills = kills
        request = {
            "path": str(self._folder / "caseline.db"), "port": self.post.port, "pid": str(self.post.pid),
        }  # fmt: skip
        print(json.dumps(request), file=self._process.stdin, flush=True)
        heard = asyncio.create_task(asyncio.to_thread(self._process.stdout.readline))
        done, _ = await asyncio.wait([heard], timeout=20)
        if not done:
            os.kill(int(self.post.pid.read_text()), signal.SIGKILL)
        return int(await heard) if done else 0


@pytest.fixture(scope="module")
def loaded() -> Iterator[subprocess.Popen[str]]:
    """The process that senders are forked from; to load it takes longer than a test."""
    command = [sys.executable, "-m", "tests.services.dying_sender"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
async def senders(loaded: subprocess.Popen[str], tmp_path: Path) -> AsyncIterator[Senders]:
    async with Deadly(tmp_path / "pid") as post:
        yield Senders(loaded, tmp_path, post)


async def sent_call(office: Office) -> Phone:
    """A call that has pressed Send; nobody sends yet."""
    call = await Phone(office).takes()
    await call.finds("fox-outdoor")
    await call.says("seen")
    await call.says("product")
    await call.says("send", {"email": "lena@example.com"})
    return call


async def state(call: Phone) -> MailState:
    (mail,) = (await call.page()).mails
    return mail.state


async def test_killed_around_the_mail_server_a_message_goes_once_at_most(
    desk: Office, senders: Senders
) -> None:
    post = senders.post
    call = await sent_call(desk)
    assert await senders.sends(desk, "accepted") == signal.SIGKILL
    assert len(post.taken) == 1  # the server has it, and nobody wrote that down
    assert await state(call) is MailState.WAITING
    assert await senders.sends(desk) == 0
    assert await state(call) is MailState.UNKNOWN
    assert await senders.sends(desk) == 0
    assert len(post.taken) == 1

    assert await call.goes_back() == "send_covered"  # they ask whether it arrived; it did not
    assert (await call.page()).hindered == ()
    await call.says("send", {"email": "lena@example.com"})
    assert await senders.sends(desk) == 0
    assert [one.state for one in (await call.page()).mails] == [MailState.UNKNOWN, MailState.SENT]
    assert len(post.taken) == 2
    assert post.taken[0]["Message-ID"] != post.taken[1]["Message-ID"]


async def test_killed_before_the_server_has_it_the_call_says_that_nobody_knows(
    desk: Office, senders: Senders
) -> None:
    call = await sent_call(desk)
    assert await senders.sends(desk, "before") == signal.SIGKILL
    assert await senders.sends(desk) == 0
    assert await state(call) is MailState.UNKNOWN
    assert senders.post.taken == []
    query = select(schema.outbox.c.state, schema.outbox.c.error).where(schema.outbox.c.kind == "canned")
    ((held, why),) = await desk.desk.store.look(lambda c: c.execute(query).all())
    assert held == "dead"  # administrators are told, and can send it again
    assert "mail_unsure" in why


async def test_a_line_that_breaks_before_the_answer_leaves_it_unknown(desk: Office, senders: Senders) -> None:
    senders.post.after = ["hang up"]
    call = await sent_call(desk)
    assert await senders.sends(desk) == 0
    assert await state(call) is MailState.UNKNOWN
    assert len(senders.post.taken) == 1
