"""Public holidays by country and region, from the package `holidays`: the only file that knows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

BEFORE, AHEAD = 1, 2
"""Years around the present one whose holidays are known: what is counted lies within."""


@lru_cache(maxsize=64)
def holidays_of(country: str, region: str, year: int) -> Mapping[date, str]:
    """The public holidays of a country (ISO code) and a region of it, for the years around `year`.

    Nothing for a country that the package does not have; a region that it does not have counts for nothing.
    Names are in English where the package has them so.
    """
    if not country:
        return {}
    import holidays  # a tenth of a second, which a desk without a country need not spend

    years = range(year - BEFORE, year + AHEAD + 1)
    known = regions_of(country)
    try:
        found = holidays.country_holidays(
            country, subdiv=region if region in known else None, years=years, language="en_US"
        )
    except NotImplementedError:
        return {}
    return dict(found.items())


def regions_of(country: str) -> Sequence[str]:
    """The codes of a country's regions; none for a country that the package does not have."""
    import holidays

    return tuple(holidays.list_supported_countries(include_aliases=False).get(country, ()))


@lru_cache(maxsize=1)
def countries() -> Sequence[tuple[str, str]]:
    """The countries that the package has: ISO code and English name, in the order of names."""
    from holidays.registry import COUNTRIES

    found = [(codes[1], _spaced(codes[0])) for codes in COUNTRIES.values() if len(codes[1]) == 2]
    return tuple(sorted(found, key=lambda one: one[1]))


def _spaced(name: str) -> str:
    """`UnitedStates` as people write it."""
    return "".join(
        f" {letter}" if letter.isupper() and place and not name[place - 1].isupper() else letter
        for place, letter in enumerate(name)
    )
