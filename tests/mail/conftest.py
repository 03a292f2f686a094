"""A desk that writes e-mail to a real server, and reads answers: the post room of the scheduler's tests."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, select

from bot.config import Settings
from bot.domain.commands import AddComment, Audience, Contact, EditCase
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.mail import SentMail
from bot.domain.people import channel_viewer
from bot.mail.smtp import SmtpPost
from bot.scheduler.delivery import Delivery
from bot.scheduler.mailing import Post
from bot.services import cases, people
from bot.services.desk import Desk
from bot.store import cases as case_store
from bot.store import mails, schema
from bot.store.people import find_person
from tests.mail.postbox import Postbox
from tests.scheduler.conftest import ANA, BEN, LINDA, OMAR, HandClock, PostRoom
from tests.scheduler.conftest import clock as clock
from tests.scheduler.conftest import room as room

LOU = "lou@outside.example"
ADDRESSES = {
    OMAR: "omar@northwind.example",
    ANA: "ana@northwind.example",
    BEN: "ben@northwind.example",
    LINDA: "linda@cloudnine.example",
}


def mail_settings(port: int, **more: Any) -> Settings:
    usual: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-1"),
        "slack_app_token": SecretStr("xapp-1"),
        "admins": (OMAR,),
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "smtp_sender": "Northwind Support <support@northwind.example>",
    }
    return Settings(**(usual | more))


@dataclass
class MailRoom:
    """The post room, with a mail server."""

    room: PostRoom
    postbox: Postbox
    desk: Desk
    clock: HandClock

    def begins(self, **settings: Any) -> Delivery:
        """One more bot sends, by e-mail too."""
        made = mail_settings(self.postbox.port, **settings)
        post = Post(carrier=SmtpPost(made, self.clock), answers=True)
        sender = Delivery(self.desk, self.room.slack, post)
        self.desk.store.on_write(sender.wake)
        sender.start()
        self.room.senders.append(sender)
        return sender

    async def rests(self) -> None:
        await self.room.rests()

    async def opens(self, by: SlackUserId = LINDA) -> CaseId:
        return await self.room.opens(by)

    async def comments(
        self,
        case_id: CaseId,
        text: str,
        by: SlackUserId = ANA,
        audience: Audience = Audience.PUBLIC,
        **more: Any,
    ) -> None:
        command = AddComment(case_id=case_id, text=text, audience=audience, **more)
        await cases.comment(self.desk, command, by, self.room.key())

    async def has_contact(self, case_id: CaseId, address: str = LOU, name: str = "Lou Fox") -> None:
        case = await self.case(case_id)
        contact = Contact(name=name, email=address)
        command = EditCase(case_id=case_id, version=case.version, contact=contact)
        await cases.edit(self.room.desk, command, ANA, self.room.key())  # whose e-mail is off: nobody is told

    async def case(self, case_id: CaseId) -> Any:
        eyes = channel_viewer(self.desk.workspace_id)
        found = await self.desk.store.read(lambda c, v: case_store.by_id(c, v, case_id), eyes)
        assert found is not None
        return found

    async def told_of(self, case_id: CaseId) -> list[SentMail]:
        """What the case says of its e-mails, oldest first."""
        eyes = channel_viewer(self.desk.workspace_id)
        found, _ = await self.desk.store.read(lambda c, v: mails.mails_of_case(c, v, case_id, 99), eyes)
        return list(reversed(found))

    async def comments_of(self, case_id: CaseId) -> list[Any]:
        query = select(schema.comments).where(schema.comments.c.case_id == case_id)
        ordered = query.order_by(schema.comments.c.id)
        return await self.desk.store.look(lambda c: list(c.execute(ordered)))

    async def received(self) -> list[Any]:
        query = select(schema.received_mails).order_by(schema.received_mails.c.id)
        return await self.desk.store.look(lambda c: list(c.execute(query)))


@pytest.fixture
async def mail(room: PostRoom) -> AsyncIterator[MailRoom]:
    desk = replace(room.desk, email_ready=True)
    for user, address in ADDRESSES.items():
        person = await desk.store.look(partial(_person, desk, user))
        await people.learn_profile(desk, person.id, person.name, person.timezone, address)
    async with Postbox() as postbox:
        yield MailRoom(room, postbox, desk, room.clock)
        for sender in room.senders:
            await sender.stop(patience=1.0)
        room.senders.clear()


def _person(desk: Desk, user: SlackUserId, connection: Connection) -> Any:
    return find_person(connection, desk.workspace_id, user)


@dataclass
class Server:
    """A real IMAP server with one mailbox, in a process of its own."""

    port: int
    user: str = "support"
    password: str = "made up"

    def line(self) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        line.login(self.user, self.password)
        line.select("INBOX")
        return line

    def arrives(self, *mails: bytes) -> None:
        """E-mails stand in the mailbox, unread."""
        line = self.line()
        for one in mails:
            line.append("INBOX", None, None, one)  # type: ignore[arg-type]
        line.logout()

    def unread(self) -> int:
        line = self.line()
        found = line.uid("SEARCH", "UNSEEN")[1][0]
        line.logout()
        return len(found.split())

    def empties(self) -> None:
        line = self.line()
        line.store("1:*", "+FLAGS", "(\\Deleted)")
        line.expunge()
        line.logout()


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(free.getsockname()[1])
    where = ["--host", "127.0.0.1", "--port", str(server.port), "--no-tls"]
    whose = ["dict", "--demo-user", server.user, "--demo-password", server.password]
    process = subprocess.Popen(
        [sys.executable, "-c", "from pymap.main import main; main()", *where, *whose],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1):
            break
        time.sleep(0.05)
    yield server
    process.terminate()
    process.wait(5)


@pytest.fixture
def mailbox(imap_server: Server) -> Server:
    """The mailbox, empty."""
    imap_server.empties()
    return imap_server
