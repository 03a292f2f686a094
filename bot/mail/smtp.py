"""The way out: one letter at a time to the mail server, with honest errors. It never retries.

A server that was not reached is left alone for a moment, so that a hundred waiting letters do not each wait
for it; the outbox brings them back.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from email.utils import parseaddr
from typing import Any

import aiosmtplib
from aiosmtplib import errors

from bot.clock import Clock
from bot.domain.mail import Letter
from bot.mail.faults import MailAway, MailLater, MailMisconfigured, MailRefused
from bot.mail.letters import message
from bot.mail_settings import MailSettings

log = logging.getLogger(__name__)

SECONDS = 10.0
"""How long the server may take for each answer."""

LEFT_ALONE = 5.0
"""Seconds that a server which was not reached is not asked again."""

AT_ONCE = 2
"""Lines to the server at the same time."""


class SmtpPost:
    """Sends letters; `bot/scheduler` calls it for each row of the outbox."""

    def __init__(self, settings: MailSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lines = asyncio.Semaphore(AT_ONCE)
        self._away_until = 0.0
        self._why_away = ""

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the server. Raises MailAway, MailLater, MailRefused or MailMisconfigured."""
        async with self._lines:
            if self._clock.real_now().timestamp() < self._away_until:
                raise MailAway(self._why_away)
            try:
                await self._hand_over(letter)
            except MailAway as away:
                self._away_until = self._clock.real_now().timestamp() + LEFT_ALONE
                self._why_away = str(away.__cause__ or away)
                raise

    async def _hand_over(self, letter: Letter) -> None:
        settings = self._settings
        try:
            made = message(letter, settings)
        except (ValueError, UnicodeError) as malformed:
            raise MailRefused(553, f"no message can be made of it: {malformed}") from malformed
        sender = parseaddr(settings.smtp_sender or "")[1]
        client = self._client()
        try:
            async with client:
                if settings.smtp_user is not None:
                    password = settings.smtp_password
                    await client.login(settings.smtp_user, password.get_secret_value() if password else "")
                await client.sendmail(sender, [letter.to], made.as_bytes())
        except Exception as error:
            fault = _sorted(error)
            if isinstance(fault, MailAway) and client.handed_over and not _is_answer(error):
                fault = MailAway(error, perhaps=True)
            raise fault from error

    def _client(self) -> Line:
        settings = self._settings
        return Line(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            timeout=SECONDS,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            tls_context=ssl.create_default_context() if settings.smtp_tls != "none" else None,
        )


class Line(aiosmtplib.SMTP):
    """A line to the server that knows whether a letter was handed over on it."""

    handed_over = False

    async def data(self, *given: Any, **named: Any) -> Any:
        """The letter itself: from here on the server may have it, whatever becomes of the line."""
        self.handed_over = True
        return await super().data(*given, **named)


def _is_answer(error: Exception) -> bool:
    """Whether the server has said something, and be it that it goes away."""
    return isinstance(error, errors.SMTPResponseException)


def _sorted(error: Exception) -> Exception:
    """The server's answer as one of our four errors; what is none of its answers stays what it is."""
    if isinstance(error, ssl.SSLCertVerificationError) or isinstance(
        error.__cause__, ssl.SSLCertVerificationError
    ):
        return MailMisconfigured(error)
    match error:
        case errors.SMTPRecipientsRefused(recipients=recipients):
            return _by_code(recipients[0].code, recipients[0].message)
        case errors.SMTPAuthenticationError(code=code, message=text):
            return MailLater(code, text) if 400 <= code < 500 else MailMisconfigured(f"{code} {text}")
        case errors.SMTPSenderRefused(code=code, message=text) if code >= 500 and code != 552:
            return MailMisconfigured(f"{code} {text}")
        case errors.SMTPServerDisconnected() | errors.SMTPTimeoutError():
            return MailAway(error)
        case errors.SMTPConnectError() | OSError() | TimeoutError():
            return MailAway(error)
        case errors.SMTPResponseException(code=code, message=text):
            return _by_code(code, text)
        case errors.SMTPException():  # no TLS, no AUTH, no SMTPUTF8
            return MailMisconfigured(error)
    return error


def _by_code(code: int, text: str) -> Exception:
    if code == 421:
        return MailAway(f"{code} {text}")
    return MailRefused(code, text) if code >= 500 else MailLater(code, text)
