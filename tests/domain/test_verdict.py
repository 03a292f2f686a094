"""What a caller is entitled to: every rule, their order, the days at the edges, and why."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.entitlement import (
    EntitlementReceipt,
    LicensedSite,
    OtherRules,
    PlacedOrder,
    Standing,
    from_record,
    judge,
    major_version,
    overrule,
    replay,
    same_site,
    to_record,
)
from bot.domain.verdict import CallerKind, PassedOver, Verdict
from bot.playbook_file import load_playbook

RULES = load_playbook().rules
STORE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # 12:00 on 2 March in the store's zone
TODAY = date(2026, 3, 2)
SITE = "shop.example.com"
CUSTOMER, EVALUATOR, HOSTED = CallerKind


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def order(days: int, number: str = "1001", site: str = SITE, *, void: bool = False) -> PlacedOrder:
    """An order placed at noon in the store's zone, that many of its days ago."""
    at = datetime(2026, 3, 2, 12, tzinfo=STORE) - timedelta(days=days)
    return PlacedOrder(number=number, site=site, ordered_at=at.astimezone(UTC), is_void=void)


def caller(
    *orders: PlacedOrder,
    kind: CallerKind = CUSTOMER,
    version: str = "7.1",
    hosting: date | None = None,
    priority: date | None = None,
    began: date | None = None,
    licence_order: str = "",
) -> Standing:
    site = LicensedSite(
        name=SITE,
        version=version,
        hosting_until=hosting,
        priority_until=priority,
        order_number=licence_order,
    )
    return Standing(kind=kind, site=site, orders=orders, eval_start=began)


def verdict_on(standing: Standing, now: datetime = NOW, zone: ZoneInfo = STORE) -> EntitlementReceipt:
    return judge(RULES, standing, now, zone, "digest")


TABLE = [
    # one rule at a time
    (caller(order(40), version="5.9"), "old_version", "old_version"),
    (caller(order(40), version="4"), "old_version", "old_version"),
    (caller(order(40), version="5.x Gold"), "old_version", "old_version"),
    (caller(order(40), version="6.0"), "none", "older_order"),
    (caller(order(40), version=""), "none", "older_order"),  # not known is not old
    (caller(order(400), priority=ago(-10)), "priority", "priority"),
    (caller(order(400), priority=ago(0)), "priority", "priority"),  # the last day counts
    (caller(order(400), priority=ago(1)), "none", "older_order"),
    (caller(kind=EVALUATOR, began=ago(0)), "evaluating", "evaluating"),
    (caller(kind=EVALUATOR, began=ago(90)), "evaluating", "evaluating"),
    (caller(kind=EVALUATOR, began=ago(91)), "evaluation_over", "evaluation_over"),
    (caller(kind=EVALUATOR), "evaluating", "evaluating"),  # nobody wrote down when it began
    (caller(order(400), kind=HOSTED, hosting=ago(-1)), "hosting", "hosting"),
    (caller(order(400), kind=HOSTED, hosting=ago(0)), "hosting", "hosting"),  # T7: the day itself counts
    (caller(order(400), kind=HOSTED, hosting=ago(1)), "none", "older_order"),
    (caller(order(400), kind=HOSTED), "none", "older_order"),  # no date, no subscription
    (caller(order(0)), "recent_order", "recent_order"),
    (caller(order(30)), "recent_order", "recent_order"),  # T16: day 30 is active
    (caller(order(31)), "none", "older_order"),
    (caller(), "none", "no_order"),
    # their order, from the top
    (caller(order(1), version="5.2", hosting=ago(-9)), "old_version", "old_version"),
    (caller(order(1), version="5.2", kind=EVALUATOR, began=ago(1)), "old_version", "old_version"),
    (caller(order(1), version="5.2", priority=ago(0)), "priority", "priority"),
    (caller(order(1), version="5.2", priority=ago(1)), "old_version", "old_version"),
    (caller(priority=ago(0), kind=EVALUATOR, began=ago(200)), "priority", "priority"),
    (caller(priority=ago(0), hosting=ago(0)), "priority", "priority"),
    (caller(order(2), kind=EVALUATOR, began=ago(91)), "evaluation_over", "evaluation_over"),
    (caller(kind=EVALUATOR, began=ago(91), hosting=ago(0)), "evaluation_over", "evaluation_over"),
    (caller(kind=EVALUATOR, began=ago(5), hosting=ago(0)), "evaluating", "evaluating"),
    (caller(order(2), hosting=ago(0)), "hosting", "hosting"),
    # which order is the newest that counts
    (caller(order(400, "1"), order(3, "2")), "recent_order", "recent_order"),
    (caller(order(400, "1"), order(3, "2", void=True)), "none", "older_order"),
    (caller(order(20, "1"), order(3, "2", void=True)), "recent_order", "recent_order"),
    (caller(order(3, "2", void=True)), "none", "no_order"),
    # two sites: only the orders of the one it is about
    (caller(order(400, "1"), order(3, "2", "other.example.com")), "none", "older_order"),
    (caller(order(3, "2", "other.example.com")), "none", "no_order"),
    (caller(order(3, "2", "https://WWW.shop.example.com/")), "recent_order", "recent_order"),
    (caller(order(3, "77", ""), licence_order="77"), "recent_order", "recent_order"),
    (caller(order(3, "77", "")), "none", "no_order"),
]


@pytest.mark.parametrize(("standing", "verdict", "rule"), TABLE)
def test_the_first_rule_that_holds_decides(standing: Standing, verdict: str, rule: str) -> None:
    receipt = verdict_on(standing)
    assert (receipt.verdict.value, receipt.rule) == (verdict, rule)


def test_every_rule_of_the_playbook_decides_somewhere_in_the_table() -> None:
    assert {rule for _, _, rule in TABLE} == {rule.id for rule in RULES}


ORDERED = datetime(2026, 1, 31, 6, 30, tzinfo=UTC)  # 30 January 22:30 in Los Angeles, 31 January in Lisbon


@pytest.mark.parametrize(
    ("now", "zone", "days", "verdict"),
    [
        ("2026-03-01T07:59", "America/Los_Angeles", 29, "recent_order"),  # 28 February 23:59 there
        ("2026-03-01T08:00", "America/Los_Angeles", 30, "recent_order"),  # midnight there
        ("2026-03-02T07:59", "America/Los_Angeles", 30, "recent_order"),
        ("2026-03-02T08:00", "America/Los_Angeles", 31, "none"),
        ("2026-03-02T23:59", "Europe/Lisbon", 30, "recent_order"),
        ("2026-03-03T00:00", "Europe/Lisbon", 31, "none"),
        ("2026-03-01T10:00", "Pacific/Auckland", 29, "recent_order"),  # 1 March 23:00, ordered on the 31st
        ("2026-03-01T11:00", "Pacific/Auckland", 30, "recent_order"),
        ("2026-04-01T07:00", "America/Los_Angeles", 61, "none"),  # the clocks went forward in between
    ],
)
def test_days_are_counted_between_calendar_dates_of_the_store(
    now: str, zone: str, days: int, verdict: str
) -> None:
    standing = caller(PlacedOrder(number="1", site=SITE, ordered_at=ORDERED))
    receipt = verdict_on(standing, datetime.fromisoformat(now).replace(tzinfo=UTC), ZoneInfo(zone))
    assert (receipt.measured.order_days, receipt.verdict.value) == (days, verdict)


@pytest.mark.parametrize(("hour", "verdict"), [("07:59", "hosting"), ("08:00", "none")])
def test_hosting_ends_with_its_last_day_in_the_store(hour: str, verdict: str) -> None:
    now = datetime.fromisoformat(f"2026-03-02T{hour}").replace(tzinfo=UTC)  # 08:00 is midnight there
    assert verdict_on(caller(hosting=date(2026, 3, 1)), now).verdict.value == verdict


def test_an_order_that_a_fast_clock_dates_ahead_counts_as_todays() -> None:
    assert verdict_on(caller(order(-1))).measured.order_days == 0


def test_the_receipt_says_why_in_words_and_what_stood_before() -> None:
    receipt = verdict_on(caller(order(12, "1042"), order(3, "1050", void=True)))
    assert receipt.because == "Order 1042 is 12 days old; support comes with an order for 30 days."
    assert (receipt.order, receipt.void_orders, receipt.site) == ("1042", ("1050",), SITE)
    assert (receipt.today, receipt.zone, receipt.playbook) == (TODAY, "America/Los_Angeles", "digest")
    assert receipt.passed_over == (
        PassedOver(rule="old_version", condition="version_at_most"),
        PassedOver(rule="priority", condition="priority"),
        PassedOver(rule="evaluating", condition="evaluation_days"),
        PassedOver(rule="evaluation_over", condition="evaluation_days"),
        PassedOver(rule="hosting", condition="hosting"),
    )


@pytest.mark.parametrize("standing", [row[0] for row in TABLE])
def test_a_receipt_that_was_kept_replays_to_the_same_verdict(standing: Standing) -> None:
    kept = json.dumps(to_record(verdict_on(standing)))
    assert replay(RULES, "digest", from_record(json.loads(kept))) == verdict_on(standing)


def test_a_receipt_is_replayed_under_its_own_revision_alone() -> None:
    with pytest.raises(OtherRules):
        replay(RULES, "another", verdict_on(caller()))


def test_a_manager_overrules_with_a_reason_and_the_rules_word_stays() -> None:
    receipt = overrule(verdict_on(caller(order(31))), Verdict.RECENT_ORDER, "Mia", " One day. ", NOW)
    assert (receipt.verdict, receipt.in_force) == (Verdict.NONE, Verdict.RECENT_ORDER)
    assert receipt.overruled is not None
    assert receipt.overruled.reason == "One day."
    assert from_record(json.loads(json.dumps(to_record(receipt)))) == receipt


@pytest.mark.parametrize(("verdict", "reason"), [(Verdict.HOSTING, " "), (Verdict.EVALUATING, "Kindness.")])
def test_without_a_reason_or_against_the_kind_of_caller_nothing_is_overruled(
    verdict: Verdict, reason: str
) -> None:
    with pytest.raises(ValueError, match=r"reason|customer"):
        overrule(verdict_on(caller()), verdict, "Mia", reason, NOW)


@pytest.mark.parametrize(
    ("text", "major"), [("5.2.1", 5), ("V7 Gold", 7), ("build 12", 12), ("", None), ("trial", None)]
)
def test_a_version_is_read_as_people_write_it(text: str, major: int | None) -> None:
    assert major_version(text) == major


def test_sites_are_compared_without_what_people_leave_out() -> None:
    assert same_site("https://www.Shop.example.com/", "shop.example.com")
    assert not same_site("", "")
    assert not same_site("shop.example.com", "shop.example.org")


@pytest.mark.parametrize(
    ("standing", "because"),
    [
        (caller(order(40)), "Order 1001 is 40 days old. From day 31 on support has to be paid for"),
        (caller(version="5.2"), f"{SITE} runs version 5.2. Up to 5.x there is no free support"),
        (caller(kind=EVALUATOR, began=ago(100)), "They have been evaluating for 100 days. From day 91 on"),
        (caller(hosting=ago(0)), f"{SITE} is hosted by us until 2026-03-02, and"),
        (caller(version="", priority=ago(-1)), f"Priority support for {SITE} is paid until 2026-03-03."),
        (Standing(kind=CUSTOMER), "this site has no order that counts"),
    ],
)
def test_why_is_said_with_the_limits_of_the_rule(standing: Standing, because: str) -> None:
    assert verdict_on(standing).because.startswith(because)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        verdict_on(caller(), datetime(2026, 3, 2))  # noqa: DTZ001
