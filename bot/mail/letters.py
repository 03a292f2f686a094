"""Makes an Internet message of a letter: headers that no name can break, threading, text and HTML."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from bot.domain.mail import Letter
from bot.mail_settings import TOKEN, MailSettings

AGENT = "Caseline"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def message(letter: Letter, settings: MailSettings) -> EmailMessage:
    """The message as it goes out; the same letter always makes the same Message-ID."""
    name, address = parseaddr(settings.smtp_sender or "")
    domain = address.rpartition("@")[2]
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(name, address)
    made["To"] = _address(letter.to_name, letter.to)
    if settings.mail_reply_address is not None:
        made["Reply-To"] = _address(name, settings.mail_reply_address.replace(TOKEN, letter.token))
    made["Subject"] = _line(letter.subject)
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.token}@{domain}>"
    # The first message of the thread was never sent: naming it keeps a case together all the same.
    root = f"<{letter.thread}@{domain}>"
    made["In-Reply-To"] = root
    made["References"] = root
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: vacation programs leave it unanswered
    made["X-Auto-Response-Suppress"] = "All"
    made["List-Id"] = f"<{letter.thread}.{domain}>"
    made["X-Mailer"] = AGENT
    made.set_content(_text(letter.text), cte="quoted-printable")
    made.add_alternative(_text(letter.html), subtype="html", cte="quoted-printable")
    return made


def _address(name: str, address: str) -> Address:
    """An address that stays one, whatever its name holds."""
    return Address(display_name=_line(name)[:100], addr_spec=address)


def _line(text: str) -> str:
    """Text for a header: what could end the header, or is no text, becomes a space.

    So does what looks like an encoded word: the library would decode it, line breaks and all.
    """
    text = text.replace("=?", "= ?")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text)).strip()


def _text(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _NOT_XML.sub("", text))
