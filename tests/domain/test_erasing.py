"""Names go out of texts that others wrote: whole words, however they are written, and nothing else."""

from __future__ import annotations

import pytest

from bot.domain.erasing import pseudonym, redactor
from bot.domain.ids import CustomerId

NAMES = redactor(
    name="José Quispe",
    company="Lima Coffee",
    others=("jose@lima.example", "+51 1 555", "lima.example"),
    lines=("Av. Larco 1301", "Lima"),
)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("José Quispe called", "[erased] called"),
        ("QUISPE called, josé did not", "[erased] called, [erased] did not"),
        ("Quispes are others", "Quispes are others"),
        ("lima  coffee is shut", "[erased] is shut"),
        ("Lima is a city", "Lima is a city"),
        ("write to JOSE@lima.example.", "write to [erased]."),
        ("see https://lima.example/cart", "see https://[erased]/cart"),
        ("sent to Av. Larco 1301, Lima", "sent to [erased], Lima"),
        ("+51 1 555 rings", "[erased] rings"),
        ("", ""),
    ],
)
def test_the_names_go_and_the_rest_of_the_sentence_stays(said: str, left: str) -> None:
    assert NAMES.text(said) == left


def test_what_is_inside_json_loses_them_too() -> None:
    held = {"site": "lima.example", "sum": 3, "list": [None, "Quispe", {"a": "b"}]}
    assert NAMES.value(held) == {"site": "[erased]", "sum": 3, "list": [None, "[erased]", {"a": "b"}]}


def test_a_name_of_two_letters_stands_in_too_many_sentences() -> None:
    assert redactor(name="Bo Li").text("Bo Li, bo, li") == "[erased], bo, li"


def test_nobody_without_a_name_changes_anything_and_no_log_shows_a_name() -> None:
    assert redactor(name="").text("as it was") == "as it was"
    assert "Quispe" not in repr(NAMES)
    assert pseudonym(CustomerId(7)) == "Erased customer 7"


def test_a_cases_contact_goes_as_a_whole_besides() -> None:
    both = NAMES.also(("Mina Quispe Vale", "+1 22", "", "x"))
    said = "Mina Quispe Vale and José were called at +1 22; Mina was glad"
    assert both.text(said) == "[erased] and [erased] were called at [erased]; Mina was glad"
    assert redactor(name="").also(("Mina Vale",)).text("mina  vale") == "[erased]"
    assert NAMES.also(()) is NAMES
