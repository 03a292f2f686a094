"""What support a caller is entitled to, and why: measured, judged by a playbook's rules, kept as a receipt.

Services judge with the rules of the playbook that a call or a case began with; the receipt is kept with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.verdict import CallerKind, Measures, PassedOver, Rule, Rules, Verdict, deciding, fits_caller


@dataclass(frozen=True, kw_only=True)
class LicensedSite:
    """The site that a call is about. The two dates are the last days that count, in the store's zone.

    `order_number` is the order that its licence was bought with, "" where that is not known.
    """

    name: str
    version: str = ""
    hosting_until: date | None = None
    priority_until: date | None = None
    order_number: str = ""


@dataclass(frozen=True, kw_only=True)
class PlacedOrder:
    """As much of an order as the verdict needs. `is_void`: cancelled or refunded down to the last unit."""

    number: str
    site: str
    ordered_at: datetime
    is_void: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a caller: their kind, the site it is about, and the orders of their account."""

    kind: CallerKind
    site: LicensedSite | None = None
    orders: tuple[PlacedOrder, ...] = ()
    eval_start: date | None = None


@dataclass(frozen=True, kw_only=True)
class Overruling:
    """A manager's word against the rules."""

    verdict: Verdict
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EntitlementReceipt:
    """A verdict and all that it came from, kept with the call and the case.

    `playbook` is the digest of the playbook whose rules were used, `today` the date in `zone`, the store's.
    `order` is the newest order of the site that counts, `void_orders` newer ones that do not.
    """

    verdict: Verdict
    rule: str
    because: str
    playbook: str
    today: date
    zone: str
    kind: CallerKind
    measured: Measures
    site: str = ""
    order: str = ""
    void_orders: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    overruled: Overruling | None = None

    @property
    def in_force(self) -> Verdict:
        """What the desk goes by."""
        return self.overruled.verdict if self.overruled else self.verdict


class OtherRules(ValueError):
    """A receipt was to be replayed under rules that it does not come from."""


def judge(
    rules: Rules, standing: Standing, now: datetime, zone: ZoneInfo, playbook: str
) -> EntitlementReceipt:
    """The verdict on a caller at an aware instant, with its reasons (domain.md 4; T7, T16, T17).

    `zone` is the store's: all ages are counted between its calendar dates. Raises NoRuleHolds.
    """
    if now.utcoffset() is None:
        raise ValueError(f"{now} has no time zone")
    today = now.astimezone(zone).date()
    newest, void = _newest(standing)
    measured = _measure(standing, newest, today, zone)
    rule, passed = deciding(rules, measured)
    return EntitlementReceipt(
        verdict=rule.verdict,
        rule=rule.id,
        because=_in_words(rule, standing, measured, newest),
        playbook=playbook,
        today=today,
        zone=zone.key,
        kind=standing.kind,
        measured=measured,
        site=standing.site.name if standing.site else "",
        order=newest.number if newest else "",
        void_orders=void,
        passed_over=passed,
    )


def replay(rules: Rules, playbook: str, receipt: EntitlementReceipt) -> EntitlementReceipt:
    """What the rules of a revision make of what a receipt had measured: the same, or something is wrong.

    Raises OtherRules when `playbook`, the digest of those rules' playbook, is not the receipt's.
    """
    if playbook != receipt.playbook:
        raise OtherRules(
            f"the receipt is of playbook {receipt.playbook[:12]}, these rules of {playbook[:12]}"
        )
    rule, passed = deciding(rules, receipt.measured)
    return replace(receipt, verdict=rule.verdict, rule=rule.id, passed_over=passed)


def overrule(
    receipt: EntitlementReceipt, verdict: Verdict, by: str, reason: str, at: datetime
) -> EntitlementReceipt:
    """The receipt with a manager's word on it; what the rules said stays.

    Raises ValueError without a reason, and for a verdict that is not for this kind of caller.
    """
    if not fits_caller(verdict, receipt.kind):
        raise ValueError(f"a {receipt.kind} is not {verdict}")
    if not reason.strip():
        raise ValueError("an overruled verdict needs a reason")
    return replace(receipt, overruled=Overruling(verdict=verdict, by=by, reason=reason.strip(), at=at))


def major_version(text: str) -> int | None:
    """The first number of a version as people write it ("5.2", "V7 Gold"); None where there is none."""
    found = re.search(r"\d{1,4}", text)
    return int(found.group()) if found else None


def same_site(one: str, other: str) -> bool:
    """Whether two names mean one site: case, a scheme, "www." and a closing slash do not count."""
    return site_key(one) == site_key(other) != ""


def site_key(name: str) -> str:
    """A site's name as it is compared."""
    bare = name.strip().casefold()
    if "://" in bare:
        bare = re.sub(r"^[a-z]+://", "", bare)
    return bare.removeprefix("www.").rstrip("/")


def _newest(standing: Standing) -> tuple[PlacedOrder | None, tuple[str, ...]]:
    """The newest order of the site that counts, and the numbers of newer ones that are void (T16)."""
    mine = [order for order in standing.orders if _is_of(order, standing.site)]
    void = list[str]()
    for order in sorted(mine, key=lambda one: (one.ordered_at, one.number), reverse=True):
        if not order.is_void:
            return order, tuple(void)
        void.append(order.number)
    return None, tuple(void)


def _is_of(order: PlacedOrder, site: LicensedSite | None) -> bool:
    """An order names its site, or the site's licence names it. Without a site: orders that name none."""
    if site is None:
        return not order.site
    return same_site(order.site, site.name) or (bool(order.number) and order.number == site.order_number)


def _measure(standing: Standing, newest: PlacedOrder | None, today: date, zone: ZoneInfo) -> Measures:
    """A start of evaluation that is not recorded counts as today: who just downloaded is not sent away.

    What lies ahead by a slip of a clock counts as today as well.
    """
    site = standing.site
    evaluation = None
    if standing.kind is CallerKind.EVALUATOR:
        evaluation = max(0, (today - (standing.eval_start or today)).days)
    ordered = newest.ordered_at.astimezone(zone).date() if newest else None
    return Measures(
        version=major_version(site.version) if site else None,
        priority=bool(site and site.priority_until and site.priority_until >= today),
        hosting=bool(site and site.hosting_until and site.hosting_until >= today),
        evaluation_days=evaluation,
        order_days=max(0, (today - ordered).days) if ordered else None,
    )


def _in_words(rule: Rule, standing: Standing, measured: Measures, newest: PlacedOrder | None) -> str:
    site = standing.site or LicensedSite(name="this site")
    days = rule.evaluation_days or rule.order_days
    values: dict[str, object] = {
        "site": site.name,
        "version": site.version,
        "order": newest.number if newest else None,
        "order_days": measured.order_days,
        "evaluation_days": measured.evaluation_days,
        "hosting_until": site.hosting_until,
        "priority_until": site.priority_until,
        "from": days.first if days else None,
        "to": days.to if days else None,
        "version_at_most": rule.version_at_most,
    }
    shown = {name: "unknown" if value in (None, "") else str(value) for name, value in values.items()}
    return re.sub(r"\{([a-z_]+)\}", lambda found: shown.get(found.group(1), found.group()), rule.because)


def to_record(receipt: EntitlementReceipt) -> dict[str, Any]:
    """The receipt as plain values that JSON can keep; `from_record` reads it again."""
    over = receipt.overruled
    return {
        "verdict": receipt.verdict.value,
        "rule": receipt.rule,
        "because": receipt.because,
        "playbook": receipt.playbook,
        "today": receipt.today.isoformat(),
        "zone": receipt.zone,
        "kind": receipt.kind.value,
        "measured": {name: getattr(receipt.measured, name) for name in Measures.__dataclass_fields__},
        "site": receipt.site,
        "order": receipt.order,
        "void_orders": list(receipt.void_orders),
        "passed_over": [[one.rule, one.condition] for one in receipt.passed_over],
        "overruled": None
        if over is None
        else {
            "verdict": over.verdict.value,
            "by": over.by,
            "reason": over.reason,
            "at": over.at.astimezone(UTC).isoformat(),
        },
    }


def from_record(record: Mapping[str, Any]) -> EntitlementReceipt:
    """What `to_record` kept."""
    over = record["overruled"]
    return EntitlementReceipt(
        **{name: record[name] for name in ("rule", "because", "playbook", "zone", "site", "order")},
        verdict=Verdict(record["verdict"]),
        today=date.fromisoformat(record["today"]),
        kind=CallerKind(record["kind"]),
        measured=Measures(**record["measured"]),
        void_orders=tuple(record["void_orders"]),
        passed_over=tuple(PassedOver(rule=one, condition=other) for one, other in record["passed_over"]),
        overruled=over
        and Overruling(
            verdict=Verdict(over["verdict"]),
            by=over["by"],
            reason=over["reason"],
            at=datetime.fromisoformat(over["at"]),
        ),
    )
