"""What `caseline doctor` looks at of e-mail: the server that takes it, and the mailbox of the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot import config
from bot.doctor.findings import Finding, fail, ok, safely
from bot.mail.checking import NotSoFar, Step, try_imap, try_smtp


async def of_the_mail(settings: config.Settings) -> AsyncIterator[Finding]:
    """Whether e-mail would go out and come in; nothing is sent, and nothing marked as read."""
    yield await safely("SMTP", lambda: _smtp(settings))
    yield await safely("IMAP", lambda: _imap(settings))


async def _smtp(settings: config.Settings) -> Finding:
    if settings.smtp_host is None:
        return ok("SMTP", "SMTP_HOST is not set: the desk writes no e-mail.")
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        await try_smtp(settings)
    except NotSoFar as stopped:
        told = {
            Step.REACH: (
                f"{where} cannot be reached ({stopped.reason}).",
                "Check SMTP_HOST and SMTP_PORT, and that a firewall lets this machine out.",
            ),
            Step.SECRECY: (
                f"{where} gives no secure line ({stopped.reason}).",
                "Check SMTP_TLS: starttls goes with port 587, tls with 465; the certificate names SMTP_HOST.",
            ),
            Step.LOGIN: (
                f"{where} does not let us in ({stopped.reason}).",
                "Check SMTP_USER and SMTP_PASSWORD.",
            ),
            Step.SENDER: (
                f"{where} does not send for {settings.smtp_sender} ({stopped.reason}).",
                "Set SMTP_SENDER to an address that SMTP_USER may send for, or log in with SMTP_USER.",
            ),
        }
        return fail("SMTP", *told[stopped.step])
    return ok("SMTP", f"{where} lets us in and sends for {settings.smtp_sender}.")


async def _imap(settings: config.Settings) -> Finding:
    if settings.imap_host is None:
        return ok("IMAP", "IMAP_HOST is not set: answers by e-mail are not read.")
    where = f"{settings.imap_host}:{settings.imap_port}"
    try:
        await try_imap(settings)
    except NotSoFar as stopped:
        told = {
            Step.REACH: (
                f"{where} cannot be reached ({stopped.reason}).",
                "Check IMAP_HOST and IMAP_PORT, and that a firewall lets this machine out.",
            ),
            Step.SECRECY: (
                f"{where} gives no secure line ({stopped.reason}).",
                "Check IMAP_TLS: tls goes with port 993, starttls with 143; the certificate names IMAP_HOST.",
            ),
            Step.LOGIN: (
                f"{where} does not let us in ({stopped.reason}).",
                "Check IMAP_USER and IMAP_PASSWORD; some hosts want a password made for apps.",
            ),
            Step.FOLDER: (
                f"the folder {settings.imap_folder} cannot be opened ({stopped.reason}).",
                "Check IMAP_FOLDER.",
            ),
        }
        return fail("IMAP", *told[stopped.step])
    return ok("IMAP", f"{where} lets us in, and the folder {settings.imap_folder} can be read.")
