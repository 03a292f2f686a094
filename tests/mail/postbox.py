"""A real mail server for tests: what it took, what it refuses, and how to take it away for a while."""

from __future__ import annotations

import asyncio
import email
import email.policy
import warnings
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Postbox:
    """Takes mail on a port of its own; `answers` are to recipients, `after` what it says to data."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.after: list[str] = []
        self.port = 0
        self.logins: list[tuple[str, str]] = []
        self.login: tuple[str, str] | None = None
        self._server: asyncio.Server | None = None
        self._lines: set[SMTP] = set()

    async def __aenter__(self) -> Postbox:
        await self.opens()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.closes()

    async def opens(self) -> None:
        """Listen, on the same port again after a closing."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._line, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def closes(self) -> None:
        """Be gone: nobody reaches us."""
        if self._server is not None:
            self._server.close()
            for line in self._lines:
                if line.transport is not None:
                    line.transport.close()
            await asyncio.sleep(0.01)
            self._server = None

    @property
    def connections(self) -> int:
        """How many lines were ever opened to it."""
        return len(self._lines)

    def _line(self) -> SMTP:
        guarded: dict[str, Any] = {}
        if self.login is not None:
            guarded = {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a password goes over an open line is the point here
            line = SMTP(self, hostname="post.example", ident="Postbox", **guarded)
        self._lines.add(line)
        return line

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        self.logins.append(given)
        return AuthResult(success=given == self.login, handled=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.answers.get(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.after.pop(0) if self.after else "250 OK"
        if answer.startswith("250") or answer == "hang up":
            made = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
            assert isinstance(made, EmailMessage)
            self.taken.append(made)
            self.recipients += envelope.rcpt_tos
        if answer == "hang up":
            assert server.transport is not None
            server.transport.close()
        return answer


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())
