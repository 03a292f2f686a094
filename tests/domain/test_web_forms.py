"""Links to the form: signed, for one desk, one customer, some days; and what files are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import CustomerId
from bot.domain.web_forms import FillForm, Links, Ticket, file_name, mimetype

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINKS = Links(root="https://desk.example.com", secret=b"k" * 32, lifetime=timedelta(days=14))
TICKET = Ticket(customer_id=CustomerId(7), expires_at=LINKS.expiry(NOON), nonce="0a" * 16)
TOKEN = LINKS.token("T1", TICKET)


def test_a_link_says_whose_it_is_and_until_when_and_is_known_again() -> None:
    assert LINKS.url("T1", TICKET) == f"https://desk.example.com/form/{TOKEN}"
    assert LINKS.read("T1", TOKEN) == TICKET
    assert LINKS.expiry(NOON.replace(microsecond=5)) == datetime(2026, 12, 6, 12, 0, tzinfo=UTC)
    assert "kkkk" not in repr(LINKS)


def _parts(**other: str) -> str:
    customer, until, nonce, signature = TOKEN.split(".")
    held = {"customer": customer, "until": until, "nonce": nonce, "signature": signature} | other
    return ".".join(held.values())


FORGED = {
    "another customer": _parts(customer="8"),
    "a longer life": _parts(until=str(int(TICKET.expires_at.timestamp()) + 86_400)),
    "another link": _parts(nonce="0b" * 16),
    "no signature": _parts(signature=""),
    "a signature of another purpose": _parts(signature="A" * 43),
    "half a link": TOKEN[:-1],
    "more than a link": f"{TOKEN}A",
    "a line break": f"{TOKEN}\n",
    "other digits": TOKEN.replace("7.", "７.", 1),
    "a leading zero": f"0{TOKEN}",
    "nothing": "",
    "words": "../../etc/passwd",
    "padding": f"{TOKEN}=",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_a_link_that_was_touched_opens_nothing(token: str) -> None:
    assert LINKS.read("T1", token) is None


def test_a_link_of_another_desk_or_of_another_secret_opens_nothing() -> None:
    assert LINKS.read("T2", TOKEN) is None
    assert replace(LINKS, secret=b"l" * 32).read("T1", TOKEN) is None


@given(st.text(max_size=120))
def test_no_text_that_we_did_not_make_opens_anything(text: str) -> None:
    assert LINKS.read("T1", text) is None


@given(st.integers(min_value=0, max_value=len(TOKEN) - 1), st.characters())
def test_no_single_letter_can_be_changed(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    found = LINKS.read("T1", changed)
    assert found is None or found == TICKET


NAMES = (
    ("screen.png", "screen.png"),
    ("C:\\Users\\me\\log.txt", "log.txt"),
    ("../../etc/passwd", "passwd"),
    ("a\r\nContent-Type: text", "a Content-Type text"),
    ("evil\u202egnp.exe", "evil gnp.exe"),
    ("", "file"),
    ("...", "file"),
    ('<img src=x onerror="1">.png', "img src=x onerror= 1.png"),
    ("x" * 300 + ".log", "x" * 116 + ".log"),
    ("y" * 300, "y" * 120),
)


@pytest.mark.parametrize(("given_name", "kept"), NAMES)
def test_a_file_keeps_its_name_without_folders_and_tricks(given_name: str, kept: str) -> None:
    assert file_name(given_name) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("image/png", "image/png"),
        ("Text/Plain; charset=utf-8", "text/plain"),
        ("text/html\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_what_a_file_says_it_is_is_kept_where_it_says_it_properly(said: str, kept: str) -> None:
    assert mimetype(said) == kept


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  The checkout   is blank \nand more", "The checkout is blank"),
        ("word " * 60, "word " * 28 + "word…"),
        ("x" * 200, "x" * 149 + "…"),
    ],
)
def test_a_case_is_called_by_the_first_line_of_its_description(text: str, title: str) -> None:
    made = FillForm(description=text).title
    assert made == title
    assert len(made) <= 150
