"""Canned messages that refuse to be wrong."""

from __future__ import annotations

import pytest

from bot.domain.playbook.canned import Blocked, Hindrance, fill, hindrances, unwrapped
from bot.domain.playbook.script import Playbook, Thinness, completeness
from bot.domain.verdict import Verdict


def samples(playbook: Playbook) -> dict[str, str]:
    return {one.name: one.sample for one in playbook.message_fields}


def test_a_message_with_all_its_values_under_its_verdict_goes(playbook: Playbook) -> None:
    message = playbook.message("request_key")
    assert message is not None
    assert hindrances(message, samples(playbook), Verdict.NONE, sent_today=False) == ()
    filled = fill(message, samples(playbook))
    assert filled.subject == "Your licence key for shop.example.com"
    assert filled.body.startswith("Hello Lena Fox,\n")
    assert "https://example.com/keys" in filled.aloud[0]


def test_all_that_stands_against_a_message_is_told_at_once(playbook: Playbook) -> None:
    message = playbook.message("open_case")
    assert message is not None
    values = samples(playbook) | {"customer": "  ", "case_link": ""}
    assert hindrances(message, values, Verdict.NONE, sent_today=True) == (
        Blocked(why=Hindrance.VALUE_MISSING, fields=("customer", "case_link")),
        Blocked(why=Hindrance.CONTRADICTS_VERDICT),
        Blocked(why=Hindrance.SENT_TODAY),
    )


def test_what_a_customer_is_called_cannot_write_lines_or_fields_of_its_own(playbook: Playbook) -> None:
    message = playbook.message("request_key")
    assert message is not None
    filled = fill(message, samples(playbook) | {"customer": "Lena\nBcc: all\r\n{key_page}"})
    assert filled.body.startswith("Hello Lena Bcc: all {key_page},\n")


@pytest.mark.parametrize(
    ("order", "words", "asked", "answer"),
    [
        ("1042", 8, False, "complete"),
        ("1042", 7, False, "missing"),
        ("", 50, False, "missing"),
        ("", 50, True, "asked_before"),
        ("1042", 2, True, "asked_before"),
        ("1042", 8, True, "complete"),
    ],
)
def test_a_new_case_is_asked_about_once(order: str, words: int, asked: bool, answer: str) -> None:
    assert completeness(order, "word " * words, asked, Thinness()) == answer


FOR_A_FILE = """
Hello {customer},

Servers, domains, certificates and mailboxes are looked after by our hosting
team. They answer tickets:

1. Open {hosting_page} and log in with the account that the licence was bought
   with.
2. Short
- Upgrade to a version that is supported, if you like, and with help as well:
  {upgrade_page}

Kind regards
{desk}
"""

FOR_A_READER = """
Hello {customer},

Servers, domains, certificates and mailboxes are looked after by our hosting team. They answer tickets:

1. Open {hosting_page} and log in with the account that the licence was bought with.
2. Short
- Upgrade to a version that is supported, if you like, and with help as well: {upgrade_page}

Kind regards
{desk}
"""


def test_lines_that_were_broken_for_a_file_are_whole_for_a_reader() -> None:
    assert unwrapped(FOR_A_FILE) == FOR_A_READER
    assert unwrapped(FOR_A_READER) == FOR_A_READER
