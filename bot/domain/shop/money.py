"""Amounts of money: whole minor units with their currency; everything of the shop uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DECIMALS: dict[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimals of the currencies that have not two (ISO 4217)."""

MOST_MINOR = 10**15
"""More than any order comes to; what is larger is a slip of the keyboard."""

_AMOUNT = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]+))?")


class WrongAmount(ValueError):
    """A text that is no amount of this currency; says what to do."""


@dataclass(frozen=True, kw_only=True)
class Money:
    """An exact amount. `minor` counts the currency's smallest unit: cents, yen, fils."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(minor=self.minor + self._same(other), currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(minor=self.minor - self._same(other), currency=self.currency)

    def __neg__(self) -> Money:
        return Money(minor=-self.minor, currency=self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {grouped(self.minor, self.currency)}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be counted with {self.currency}")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that are all in this currency."""
    return sum(amounts, Money(minor=0, currency=currency))


def is_currency(code: str) -> bool:
    """Whether this can be an ISO code: three capital letters."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def decimals(currency: str) -> int:
    """How many decimals amounts of a currency have."""
    return _DECIMALS.get(currency, 2)


def minor_units(text: str, currency: str) -> int:
    """An amount as people write it, in the currency's smallest unit. Raises WrongAmount.

    More decimals than the currency has are refused, unless they are zeros: nobody may guess how to round.
    """
    written = text.strip()
    found = _AMOUNT.fullmatch(written)
    if found is None:
        raise WrongAmount(f'"{text}" is no amount. Write digits and a point, like 1234.50.')
    sign, whole, fraction = found.groups("")
    places = decimals(currency)
    if len(fraction.rstrip("0")) > places:
        raise WrongAmount(f"{written} has more than the {places} decimals of {currency}.")
    minor = int(whole + fraction[:places].ljust(places, "0"))
    if minor > MOST_MINOR:
        raise WrongAmount(f"{written} is more than any order comes to. Correct it.")
    return -minor if sign == "-" else minor


def plain(minor: int, currency: str) -> str:
    """An amount as a file has it: digits and a point."""
    places = decimals(currency)
    digits = f"{abs(minor):0{places + 1}d}"
    sign = "-" if minor < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def grouped(minor: int, currency: str) -> str:
    """An amount as people read it, with commas between thousands."""
    whole, point, rest = plain(minor, currency).partition(".")
    return f"{int(whole):,}{point}{rest}" if whole != "-0" else f"-0{point}{rest}"
