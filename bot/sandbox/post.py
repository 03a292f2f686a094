"""The sandbox's post office: takes the app's e-mail by SMTP, shows it to the page, brings answers by IMAP."""

from __future__ import annotations

import asyncio
import email
import email.policy
from email.message import EmailMessage
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.sandbox.imap import HANG_UP, ImapServer, Inbox, Interference
from bot.sandbox.live import Live
from bot.sandbox.records import Json
from bot.sandbox.state import State

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

USER, PASSWORD = "support", "sandbox"
ADDRESS = "support@northwind.example"
MOST = 500
"""E-mails that are kept; older ones are forgotten."""


class PostOffice:
    """Everybody's mail in one place. `start` opens its two ports."""

    def __init__(self, state: State, live: Live, clock: Clock) -> None:
        self._state = state
        self._live = live
        self._clock = clock
        self._mails: list[Json] = [body for _, body in state.all("mail")]
        self._inbox = Inbox()
        self._imap = ImapServer(self._inbox, USER, PASSWORD)
        self._server: asyncio.Server | None = None
        self._answers = 0
        self.smtp_port = 0
        self.imap_port = 0

    async def start(self) -> None:
        """Listen on two free ports."""
        from aiosmtpd.smtp import SMTP  # for trials alone: tests of other things do without

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="sandbox.example", ident="Sandbox"), "127.0.0.1", 0
        )
        self.smtp_port = self._server.sockets[0].getsockname()[1]
        self.imap_port = await self._imap.start()

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._imap.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail for whoever; addresses that begin with "nobody" are refused, to see what then happens."""
        if address.startswith("nobody"):
            return "550 5.1.1 There is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep an e-mail and show it."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        made = email.message_from_bytes(raw, policy=email.policy.default)
        if not isinstance(made, EmailMessage):
            return "554 5.6.0 This is no message"
        about = {"message_id": str(made["Message-ID"] or ""), "to": ", ".join(envelope.rcpt_tos)}
        answer = await self._interfered("before", about)
        if answer is None:
            self._keep(made, envelope.rcpt_tos)
            answer = await self._interfered("after", about)
        if answer == HANG_UP:
            assert server.transport is not None
            server.transport.close()
        return answer or "250 OK"

    @property
    def interfere(self) -> Interference | None:
        """A test's hand on both lines; a word that it gives is what SMTP answers, or `HANG_UP`."""
        return self._imap.interfere

    @interfere.setter
    def interfere(self, hook: Interference | None) -> None:
        self._imap.interfere = hook

    async def _interfered(self, moment: str, about: Json) -> str | None:
        return None if self.interfere is None else await self.interfere(moment, "smtp.data", about)

    @property
    def unread(self) -> int:
        """How many e-mails stand in the app's mailbox that it has not dealt with."""
        return self._inbox.unread

    def _keep(self, made: EmailMessage, recipients: list[str]) -> None:
        mail: Json = {
            "id": (self._mails[-1]["id"] if self._mails else 0) + 1,
            "at": self._clock.now().timestamp(),
            "from": str(made["From"] or ""),
            "to": str(made["To"] or ""),
            "recipient": ", ".join(recipients),
            "reply_to": str(made["Reply-To"] or made["From"] or ""),
            "subject": str(made["Subject"] or ""),
            "message_id": str(made["Message-ID"] or ""),
            "references": str(made["References"] or ""),
            "text": _body(made, "plain"),
            "html": _body(made, "html"),
            "answers": [],
        }
        self._mails.append(mail)
        self._put(mail)
        for old in self._mails[:-MOST]:
            self._state.drop("mail", _key(old))
        del self._mails[:-MOST]
        self._live.tell_all("mail", id=mail["id"])

    def _put(self, mail: Json) -> None:
        self._state.put("mail", _key(mail), mail)

    def mails(self) -> list[Json]:
        """All e-mails, newest first."""
        return list(reversed(self._mails))

    def receive(self, raw: bytes) -> None:
        """Let an e-mail of anybody come into the app's mailbox."""
        self._inbox.add(raw)

    def answer(self, mail_id: int, text: str) -> bool:
        """Let the recipient of an e-mail answer it; it stands in the app's mailbox then."""
        mail = next((one for one in self._mails if one["id"] == mail_id), None)
        if mail is None:
            return False
        self._answers += 1
        made = EmailMessage(policy=email.policy.SMTP)
        made["From"] = mail["to"] or mail["recipient"]
        made["To"] = parseaddr(mail["reply_to"])[1]
        made["Subject"] = f"Re: {mail['subject']}"
        moment = self._clock.real_now().timestamp()
        made["Message-ID"] = f"<answer.{moment:.6f}.{self._answers}@sandbox.example>"
        made["In-Reply-To"] = mail["message_id"]
        made["References"] = f"{mail['references']} {mail['message_id']}".strip()
        quoted = "\n".join(f"> {line}" for line in mail["text"].splitlines())
        made.set_content(f"{text}\n\n{mail['from']} wrote:\n\n{quoted}\n")
        self._inbox.add(made.as_bytes())
        mail["answers"].append({"text": text, "at": self._clock.now().timestamp()})
        self._put(mail)
        self._live.tell_all("mail", id=mail["id"])
        return True

    def write(self, sender: str, subject: str, text: str) -> bool:
        """Let whoever has this address write to the app; False where it is none, or would be two lines."""
        name, address = parseaddr(sender)
        if "@" not in address or any(ord(letter) < 32 for letter in f"{sender}{subject}"):
            return False
        self._answers += 1
        made = EmailMessage(policy=email.policy.SMTP)
        made["From"] = formataddr((name, address))
        made["To"] = ADDRESS
        made["Subject"] = subject
        moment = self._clock.real_now().timestamp()
        made["Message-ID"] = f"<letter.{moment:.6f}.{self._answers}@sandbox.example>"
        made.set_content(text)
        self.receive(made.as_bytes())
        return True


def _key(mail: Json) -> str:
    return f"{mail['id']:09d}"


def _body(made: EmailMessage, kind: str) -> str:
    part: Any = made.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
