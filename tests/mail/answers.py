"""Answers as mail programs write them, to what a test's mail server has taken."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from itertools import count

from tests.mail.postbox import text_of

_NUMBERS = count(1)


def answer(to: EmailMessage | None, text: str, sender: str, name: str = "", **headers: str) -> bytes:
    """An answer that quotes what it answers; `headers` with underscores, empty to leave one out."""
    made = EmailMessage(policy=SMTP)
    made["From"] = f"{name} <{sender}>" if name else sender
    made["To"] = "support@northwind.example"
    made["Message-ID"] = f"<answer.{next(_NUMBERS)}@{sender.rpartition('@')[2]}>"
    if to is not None:
        made["Subject"] = f"Re: {to['Subject']}"
        made["In-Reply-To"] = to["Message-ID"]
        made["References"] = f"{to['References']} {to['Message-ID']}"
        text += "\n\nOn Mon, 23 Nov 2026 at 12:00, Northwind Support wrote:\n\n"
        text += "\n".join(f"> {line}" for line in text_of(to).splitlines())
    for key, value in headers.items():
        header = key.replace("_", "-")
        del made[header]
        if value:
            made[header] = value
    made.set_content(text)
    return made.as_bytes()


def report(of: EmailMessage, sender: str = "mailer-daemon@post.example") -> bytes:
    """The report of a mail server further on that it could not deliver (RFC 3464)."""
    return (
        f"From: <{sender}>\r\nTo: support@northwind.example\r\nSubject: Undelivered\r\n"
        f"Message-ID: <report.{next(_NUMBERS)}@post.example>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; post.example\r\n\r\n"
        f"Final-Recipient: rfc822; {of['To']}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {of['Message-ID']}\r\nSubject: x\r\n\r\n"
        "--b--\r\n"
    ).encode()
