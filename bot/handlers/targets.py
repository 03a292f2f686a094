"""Which case a call is about: by the number after a command, by a button's value, by a form's reference."""

from __future__ import annotations

import re

from bot.domain.ids import CaseId, CaseNumber
from bot.handlers.call import Call, Payload
from bot.handlers.spoken import as_typed
from bot.handlers.wire import Unreadable
from bot.services import reading
from bot.services.desk import Desk

_NUMBER = re.compile(r"#?(\d{1,9})")
_ID = re.compile(r"[0-9]{1,18}")
"""What both databases can hold; a longer one is an error to them."""


class NoNumber(Exception):
    """A command that is about a case, an order, a customer or such came without its number."""


def names_a_case(word: str) -> bool:
    """Whether it is a number as people type it: 1042, 00001042 or #1042."""
    return _NUMBER.fullmatch(word) is not None


def is_shops_number(word: str) -> bool:
    """Whether it may be the number of an order or a review: with letters or without, it has a digit."""
    return any(map(str.isdigit, word)) and ":" not in word


def number_typed(call: Call) -> str:
    """The shop's number behind a command, as it was typed. Raises NoNumber where there is none."""
    number = as_typed(call.text).strip()
    if not number:
        raise NoNumber
    return number


async def target(desk: Desk, call: Call) -> tuple[CaseId, str]:
    """The case, and what else stands behind its number (Slack's encoding).

    Raises NoNumber where a command names none, and Refusal NO_SUCH_CASE where the asker sees no such case.
    """
    if call.payload is not Payload.COMMAND:
        return case_in_button(call.value), ""
    number, _, rest = call.text.partition(" ")
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise NoNumber
    return await reading.find_number(desk, call.by, CaseNumber(int(found[1]))), rest.strip()


def case_in_button(value: str) -> CaseId:
    """The case that a button carries; its version behind the dot only serves the call's key."""
    return CaseId(number_in(value.partition(".")[0], "case"))


def number_in(value: str, of: str = "id") -> int:
    """The id that a button carries. Raises Unreadable."""
    found = _ID.fullmatch(value)
    if found is None:
        raise Unreadable(f"a button carries no {of}")
    return int(found[0])


def numbers_in(value: str, count: int) -> tuple[int, ...]:
    """The ids, versions and places that a button carries, with dots between. Raises Unreadable."""
    parts = value.split(".")
    if len(parts) != count or not all(_ID.fullmatch(part) for part in parts):
        raise Unreadable(f"a button does not carry {count} numbers")
    return tuple(int(part) for part in parts)
