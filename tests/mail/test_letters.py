"""What a letter is made of: nothing that people type can become a header, markup, or another recipient."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from bot.domain.mail import Letter, address_of
from bot.mail.letters import message
from tests.mail.conftest import mail_settings

TOKEN = "0123456789abcdef0123456789abcdef"
SETTINGS = mail_settings(25)


def _letter(**values: str) -> Letter:
    return Letter(
        to=values.get("to", "lou@outside.example"),
        to_name=values.get("to_name", "Lou Fox"),
        subject=values.get("subject", "[00001001] Printer"),
        text=values.get("text", "Hello\n"),
        html=values.get("html", "<p>Hello</p>"),
        token=TOKEN,
        thread="case-1001",
        at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    )


def _sent(**values: str) -> EmailMessage:
    """The letter as a mail server would read it."""
    read = email.message_from_bytes(
        message(_letter(**values), SETTINGS).as_bytes(), policy=email.policy.default
    )
    assert isinstance(read, EmailMessage)
    return read


PLAIN = sorted(_sent().keys())
NASTY = [
    "x\r\nBcc: spy@evil.example",
    "x\nBcc: spy@evil.example\n\nBody",
    "x\r\n\r\n<script>",
    "x\x00\x0b\x0c\x85\u2028Bcc: spy@evil.example",
    '"Boss" <boss@evil.example>, x',
    "=?utf-8?q?=0D=0ABcc=3A_spy=40evil.example?=",
    "\ud800 half a letter",
    "ü" * 500,
    ', ; : < > ( ) [ ] @ \\ "',
]


@pytest.mark.parametrize("field", ["subject", "to_name", "text", "html"])
@pytest.mark.parametrize("text", NASTY)
def test_what_people_typed_adds_no_header_and_no_recipient(field: str, text: str) -> None:
    sent = _sent(**{field: text})
    assert sorted(sent.keys()) == PLAIN
    assert [one.addr_spec for one in sent["To"].addresses] == ["lou@outside.example"]
    assert [one.addr_spec for one in sent["From"].addresses] == ["support@northwind.example"]
    assert sent.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "address",
    [
        "lou@outside.example\r\nBcc: spy@evil.example",
        "lou@outside.example, spy@evil.example",
        "<lou@outside.example> SIZE=1",
        "lou",
        "",
        "a@b@c",
        "lou@outside.example\x00",
        "x" * 250 + "@outside.example",
    ],
)
def test_what_is_no_single_address_is_never_written_to(address: str) -> None:
    assert address_of(address) is None


def test_addresses_are_the_same_however_they_are_spelt() -> None:
    assert address_of(" Lou@Outside.Example ") == address_of("lou@outside.example")


def test_a_letter_says_that_a_machine_wrote_it_and_which_case_it_belongs_to() -> None:
    sent = _sent()
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == f"<{TOKEN}@northwind.example>"
    assert sent["References"] == sent["In-Reply-To"] == "<case-1001@northwind.example>"


def test_the_reply_address_carries_the_token_where_the_server_has_plus_addresses() -> None:
    settings = mail_settings(25, mail_reply_address="support+{token}@northwind.example")
    made = message(_letter(), settings)
    assert made["Reply-To"] == f"Northwind Support <support+{TOKEN}@northwind.example>"
