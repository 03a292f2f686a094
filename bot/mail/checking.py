"""Tries the mail servers of the settings, step by step, without a letter being sent or read: for `doctor`."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from email.utils import parseaddr
from enum import StrEnum

import aiosmtplib

from bot.mail_settings import MailSettings

SECONDS = 10.0
"""How long a server may take for each answer."""


class Step(StrEnum):
    """How far it went."""

    REACH = "reach"
    SECRECY = "secrecy"
    LOGIN = "login"
    SENDER = "sender"
    FOLDER = "folder"


class NotSoFar(Exception):
    """A step failed; `reason` is what the server or the machine says of it."""

    def __init__(self, step: Step, reason: object) -> None:
        self.step = step
        self.reason = " ".join(str(reason).split())[:200] or type(reason).__name__
        super().__init__(f"{step}: {self.reason}")


async def try_smtp(settings: MailSettings) -> None:
    """Reach the server, log in, and ask whether it sends for us. Raises NotSoFar."""
    by_tls = settings.smtp_tls == "tls"
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        timeout=SECONDS,
        use_tls=by_tls,
        start_tls=False,
        tls_context=ssl.create_default_context() if by_tls else None,
    )
    try:
        with _step(Step.REACH):
            await client.connect()
        if settings.smtp_tls == "starttls":
            with _step(Step.SECRECY):
                await client.starttls(tls_context=ssl.create_default_context())
        if settings.smtp_user is not None:
            password = settings.smtp_password
            with _step(Step.LOGIN):
                await client.login(settings.smtp_user, password.get_secret_value() if password else "")
        with _step(Step.SENDER):
            await client.mail(parseaddr(settings.smtp_sender or "")[1])
            await client.rset()
    finally:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
        client.close()


async def try_imap(settings: MailSettings) -> None:
    """Reach the mailbox, log in, and open its folder for reading only. Raises NotSoFar."""
    await asyncio.to_thread(_try_imap, settings)


def _try_imap(settings: MailSettings) -> None:
    assert settings.imap_host is not None
    assert settings.imap_user is not None
    assert settings.imap_password is not None
    with _step(Step.REACH):
        line = _reached(settings.imap_host, settings)
    try:
        if settings.imap_tls == "starttls":
            with _step(Step.SECRECY):
                line.starttls(ssl.create_default_context())
        with _step(Step.LOGIN):
            line.login(settings.imap_user, settings.imap_password.get_secret_value())
        with _step(Step.FOLDER):
            folder = settings.imap_folder.replace("\\", "\\\\").replace('"', '\\"')
            kind, said = line.select(f'"{folder}"', readonly=True)
            if kind != "OK":
                raise imaplib.IMAP4.error(said[0].decode("utf-8", "replace") if said and said[0] else kind)
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError, EOFError):
            line.logout()
        with contextlib.suppress(OSError):
            line.shutdown()


def _reached(host: str, settings: MailSettings) -> imaplib.IMAP4:
    if settings.imap_tls != "tls":
        return imaplib.IMAP4(host, settings.imap_port, timeout=SECONDS)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(host, settings.imap_port, ssl_context=context, timeout=SECONDS)


@contextlib.contextmanager
def _step(step: Step) -> Iterator[None]:
    """What goes wrong in here is this step's; a line that cannot be kept secret is always that."""
    try:
        yield
    except (aiosmtplib.SMTPException, imaplib.IMAP4.error, OSError, EOFError, ValueError) as trouble:
        causes = (trouble, trouble.__cause__, trouble.__context__)
        secrecy = next((one for one in causes if isinstance(one, ssl.SSLError)), None)
        found = Step.SECRECY if secrecy is not None else step
        raise NotSoFar(found, _said(secrecy or trouble)) from trouble


def _said(trouble: BaseException) -> str:
    """An exception's own words; imaplib wraps the server's in bytes."""
    words = trouble.args[0] if isinstance(trouble, imaplib.IMAP4.error) and trouble.args else trouble
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return told or type(trouble).__name__
