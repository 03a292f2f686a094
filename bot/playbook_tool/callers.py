"""Made-up callers for a dry run, one of each kind that the script tells apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.entitlement import LicensedSite, PlacedOrder, Standing
from bot.domain.verdict import CallerKind

SITE = "shop.example.com"


@dataclass(frozen=True, kw_only=True)
class MadeUpCaller:
    """Somebody on the line: who they say they are, how they stand, and what they would answer.

    `says` has values for fields of the scripts; what is not in there is made up from the field's label.
    """

    about: str
    standing: Standing
    says: Mapping[str, str] = field(default_factory=dict)


def _caller(about: str, standing: Standing, **says: str) -> MadeUpCaller:
    known = {
        "site": "shop.exa",
        "licensed_site": SITE,
        "account": "Fox Outdoor Ltd",
        "caller_name": "Lena Fox",
        "downloaded_by": "Lena Fox",
        "email": "lena@example.com",
        "order": "1042",
        "order_no": "1042",
        "issue": "The checkout stays blank after the last update of the shop.",
        "summary": "Blank page after checkout since this morning; tried two browsers.",
    }
    return MadeUpCaller(about=about, standing=standing, says=known | says)


def _standing(
    now: datetime,
    days: int | None = None,
    *,
    kind: CallerKind = CallerKind.CUSTOMER,
    version: str = "7.1",
    hosted: bool = False,
    priority: bool = False,
    evaluates: int | None = None,
) -> Standing:
    soon = now.date() + timedelta(days=60)
    orders = (PlacedOrder(number="1042", site=SITE, ordered_at=now - timedelta(days=days)),) if days else ()
    site = LicensedSite(
        name=SITE,
        version=version,
        hosting_until=soon if hosted else None,
        priority_until=soon if priority else None,
    )
    began = None if evaluates is None else now.date() - timedelta(days=evaluates)
    return Standing(kind=kind, site=site, orders=orders, eval_start=began)


CALLERS: Mapping[str, Callable[[datetime], MadeUpCaller]] = {
    "customer": lambda now: _caller("They ordered twelve days ago.", _standing(now, 12)),
    "lapsed": lambda now: _caller("They ordered two years ago.", _standing(now, 730)),
    "evaluator": lambda now: _caller(
        "They have tried it for two weeks.", _standing(now, kind=CallerKind.EVALUATOR, evaluates=14)
    ),
    "evaluator-for-long": lambda now: _caller(
        "They have tried it for half a year.", _standing(now, kind=CallerKind.EVALUATOR, evaluates=180)
    ),
    "hosted": lambda now: _caller(
        "We host their shop.", _standing(now, 730, kind=CallerKind.HOSTING, hosted=True)
    ),
    "priority": lambda now: _caller("They pay for priority support.", _standing(now, 730, priority=True)),
    "old-version": lambda now: _caller("Their shop runs 5.2.", _standing(now, 730, version="5.2")),
    "old-version-hosted": lambda now: _caller(
        "Their shop runs 5.2, and we host it.",
        _standing(now, 730, kind=CallerKind.HOSTING, version="5.2", hosted=True),
    ),
    "no-order": lambda now: _caller("They have an account, and no order.", _standing(now), order=""),
}
"""By the names under which `--caller` knows them."""
