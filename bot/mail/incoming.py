"""Takes an e-mail apart: whose answer it is to what, what it says, and whether a person wrote it at all."""

from __future__ import annotations

import email
import hashlib
import re
from email.headerregistry import AddressHeader
from email.message import EmailMessage, Message
from email.policy import default
from html.parser import HTMLParser

from bot.domain.ids import CaseNumber
from bot.domain.mail import Incoming, address_of
from bot.mail.quoting import answer_in
from bot.mail_settings import TOKEN, MailSettings

_TOKEN = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_NUMBER = re.compile(r"\[(\d{8})\]")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")
MOST_TOKENS = 50


def take_apart(raw: bytes, settings: MailSettings, own_domain: str) -> Incoming:
    """An e-mail as the rules see it. Never raises: what cannot be read says so."""
    digest = hashlib.sha256(raw).hexdigest()
    try:
        message = email.message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        return _read(message, digest, settings, own_domain)
    except Exception as fault:  # the library raises nearly anything at what strangers send
        return Incoming(
            digest=digest,
            sender="",
            sender_name="",
            subject=f"An e-mail that cannot be read ({type(fault).__name__})",
            text="",
            unreadable=True,
        )


def _read(message: EmailMessage, digest: str, settings: MailSettings, own_domain: str) -> Incoming:
    sender, name = _sender(message)
    text, attachments = _words(message)
    message_id = _header(message, "Message-ID")
    own = f"@{own_domain}>"
    return Incoming(
        digest=hashlib.sha256(f"{message_id}\n{sender}".encode()).hexdigest() if message_id else digest,
        sender=sender,
        sender_name=name,
        subject=_header(message, "Subject") or "",
        text=answer_in(text),
        tokens=_tokens(message, settings, own),
        numbers=tuple(
            CaseNumber(int(found)) for found in _NUMBER.findall(_header(message, "Subject") or "")[:3]
        ),
        attachments=attachments,
        automatic=_is_automatic(message, sender),
        bounced=_bounce(message),
        doubtful=_is_doubtful(message, settings.imap_authserv_id),
        ours=bool(re.fullmatch(rf"<[0-9a-f]{{32}}{re.escape(own)}", message_id)),
        unreadable=not sender,
    )


def _header(message: Message, name: str) -> str:
    value = message.get(name)
    return " ".join(_clean(str(value)).split()) if value is not None else ""


def _clean(text: str) -> str:
    """Text that every database keeps: strangers send anything."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _sender(message: EmailMessage) -> tuple[str, str]:
    """The one address that it comes from, and the name that goes with it; several senders are none."""
    if len(message.get_all("From", [])) != 1:
        return "", ""
    header = message["From"]
    if not isinstance(header, AddressHeader) or len(header.addresses) != 1:
        return "", ""
    one = header.addresses[0]
    return address_of(one.addr_spec) or "", " ".join(_clean(one.display_name).split())


def _tokens(message: EmailMessage, settings: MailSettings, own: str) -> tuple[str, ...]:
    """The secrets of our mails that it names: in what it answers, and in the address that it went to."""
    found: list[str] = []
    for name in ("In-Reply-To", "References"):
        for one in re.findall(r"<[^<>\s]+>", _header(message, name)):
            if one.endswith(own):
                found += _TOKEN.findall(one.removesuffix(own))
    if settings.mail_reply_address and TOKEN in settings.mail_reply_address:
        before, _, after = settings.mail_reply_address.partition(TOKEN)
        pattern = re.compile(re.escape(before) + r"([0-9a-f]{32})" + re.escape(after), re.IGNORECASE)
        for name in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"):
            for value in message.get_all(name, []):
                found += [one.lower() for one in pattern.findall(str(value))]
    # The last reference is what it answers; earlier ones are how it came to that.
    return tuple(dict.fromkeys(found))[-MOST_TOKENS:]


def _is_automatic(message: EmailMessage, sender: str) -> bool:
    """Whether a machine wrote it: vacation programs, lists, other desks (RFC 3834 and older)."""
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if _header(message, "Precedence").lower() in _BULK:
        return True
    if any(
        message.get(name) is not None
        for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")
    ):
        return True
    if _header(message, "Return-Path") == "<>":
        return True
    return sender.partition("@")[0] in _MACHINES


def _bounce(message: EmailMessage) -> str | None:
    """What a mail server says when it sends ours back (RFC 3464); None for what is no such report."""
    if message.get_content_type() != "multipart/report":
        return None
    if str(message.get_param("report-type", "")).lower() != "delivery-status":
        return None
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if not isinstance(block, Message) or _header(block, "Action").lower() != "failed":
                continue
            said = _header(block, "Diagnostic-Code").partition(";")[2] or _header(block, "Status")
            return said.strip()[:300] or "no reason given"
    return None


def tokens_in_bounce(raw: bytes, own_domain: str) -> tuple[str, ...]:
    """The secrets in the copy of our mail that a report carries."""
    own = re.escape(f"@{own_domain}>").encode()
    found = re.findall(rb"^Message-ID:\s*<([0-9a-f]{32})" + own, raw, re.MULTILINE | re.IGNORECASE)
    return tuple(dict.fromkeys(one.decode().lower() for one in found))


def _is_doubtful(message: EmailMessage, trusted: str | None) -> bool:
    """Whether our own mail server does not believe the sender; with no server named, whether any says so."""
    verdicts = [str(one).lower() for one in message.get_all("Authentication-Results", [])]
    if trusted is None:
        return any(re.search(r"\bdmarc\s*=\s*fail", one) for one in verdicts)
    ours = [one for one in verdicts if one.partition(";")[0].split()[:1] == [trusted.lower()]]
    # Only the topmost is our server's: what stands below it came with the mail.
    return not ours or verdicts[0] != ours[0] or not re.search(r"\bdmarc\s*=\s*pass\b", ours[0])


def _words(message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    """What it says, as plain text, and the names of what is attached."""
    body = message.get_body(("plain", "html"))
    names = tuple(
        _clean(part.get_filename() or part.get_content_type())[:100] for part in message.iter_attachments()
    )
    if body is None:
        return "", names
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError):  # a character set that nobody knows
        payload = body.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    text = _clean(text)
    return (_plain(text) if body.get_content_type() == "text/html" else text), names


class _Plain(HTMLParser):
    """HTML as plain text: good enough for the words of an answer. Quoted blocks are marked as such."""

    _BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote", "table", "ul", "ol"})
    _SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent += 1
        if tag in self._BREAKS:
            self._break()
        if tag == "blockquote":
            self._quoted += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT and self._silent:
            self._silent -= 1
        if tag in self._BREAKS:
            self._break()
        if tag == "blockquote" and self._quoted:
            self._quoted -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            words = " ".join(data.split())
            glue = " " if self.lines[-1] and data[:1].isspace() else ""
            trail = " " if words and data[-1:].isspace() else ""
            self.lines[-1] += f"{glue}{words}{trail}"

    def _break(self) -> None:
        mark = "> " * self._quoted
        if self.lines[-1].strip():
            self.lines[-1] = mark + self.lines[-1].strip()
            self.lines.append("")


def _plain(html: str) -> str:
    reader = _Plain()
    reader.feed(html)
    reader.close()
    reader._break()
    return "\n".join(line for line in reader.lines if line.strip())
