"""`caseline doctor` tries the mail servers of the settings: real ones here, well and not so well."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.doctor.findings import Finding, Level
from bot.doctor.post import of_the_mail
from tests.mail.conftest import Server, mail_settings
from tests.mail.postbox import Postbox


@pytest.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with Postbox() as postbox:
        yield postbox


async def looked_at(settings: Settings) -> dict[str, Finding]:
    found = {one.about: one async for one in of_the_mail(settings)}
    assert not [one for one in found.values() if one.level is not Level.OK and not one.remedy]
    assert "hunter2" not in " ".join(map(str, found.values()))
    return found


def with_box(server: Server, postbox: Postbox, **more: Any) -> Settings:
    box: dict[str, Any] = {
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_tls": "none",
        "imap_user": server.user,
        "imap_password": SecretStr(server.password),
    }
    return mail_settings(postbox.port, **(box | more))


async def test_servers_that_let_us_in_are_well_and_nothing_is_sent_or_read(
    postbox: Postbox, mailbox: Server
) -> None:
    postbox.login = ("support", "hunter2")
    mailbox.arrives(b"From: lou@outside.example\r\nSubject: Hello\r\n\r\nStill here?\r\n")
    user: dict[str, Any] = {"smtp_user": "support", "smtp_password": SecretStr("hunter2")}
    found = await looked_at(with_box(mailbox, postbox, **user))
    assert {one.level for one in found.values()} == {Level.OK}
    assert "lets us in and sends for Northwind Support <support@northwind.example>" in found["SMTP"].what
    assert "the folder INBOX can be read" in found["IMAP"].what
    assert postbox.taken == []
    assert mailbox.unread() == 1


async def test_a_desk_without_e_mail_is_told_so_and_that_is_well() -> None:
    found = await looked_at(mail_settings(25, smtp_host=None, smtp_tls="starttls"))
    assert {one.level for one in found.values()} == {Level.OK}
    assert "writes no e-mail" in found["SMTP"].what
    assert "are not read" in found["IMAP"].what


async def test_servers_that_cannot_be_reached(postbox: Postbox, mailbox: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = free.getsockname()[1]
    await postbox.closes()
    found = await looked_at(with_box(mailbox, postbox, imap_port=nowhere))
    assert "cannot be reached" in found["SMTP"].what
    assert "SMTP_HOST and SMTP_PORT" in found["SMTP"].remedy
    assert "cannot be reached" in found["IMAP"].what
    assert "IMAP_HOST and IMAP_PORT" in found["IMAP"].remedy


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_servers_that_keep_no_line_secret(postbox: Postbox, mailbox: Server, tls: str) -> None:
    found = await looked_at(with_box(mailbox, postbox, smtp_tls=tls, imap_tls=tls))
    assert "gives no secure line" in found["SMTP"].what
    assert "SMTP_TLS" in found["SMTP"].remedy
    assert "gives no secure line" in found["IMAP"].what
    assert "IMAP_TLS" in found["IMAP"].remedy


async def test_passwords_that_are_wrong(postbox: Postbox, mailbox: Server) -> None:
    postbox.login = ("support", "another")
    user: dict[str, Any] = {"smtp_user": "support", "smtp_password": SecretStr("hunter2")}
    found = await looked_at(with_box(mailbox, postbox, imap_password=SecretStr("hunter2"), **user))
    assert "does not let us in (" in found["SMTP"].what
    assert "SMTP_USER and SMTP_PASSWORD" in found["SMTP"].remedy
    assert "does not let us in (" in found["IMAP"].what
    assert "IMAP_USER and IMAP_PASSWORD" in found["IMAP"].remedy


async def test_a_server_that_sends_for_nobody_who_is_not_logged_in_and_a_folder_that_is_not_there(
    postbox: Postbox, mailbox: Server
) -> None:
    postbox.login = ("support", "hunter2")
    found = await looked_at(with_box(mailbox, postbox, imap_folder="Support"))
    assert "does not send for Northwind Support" in found["SMTP"].what
    assert "SMTP_SENDER" in found["SMTP"].remedy
    assert "the folder Support cannot be opened" in found["IMAP"].what
    assert "IMAP_FOLDER" in found["IMAP"].remedy
