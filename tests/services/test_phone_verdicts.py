"""The verdict on a call as the shop's rows give it: T7, T14, T16, T17, two sites, zones, and old receipts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.domain.entitlement import OtherRules, replay, site_key
from bot.domain.ids import PhoneCallId
from bot.domain.phone_calls import PhoneSettings
from bot.domain.phones import PhoneHours
from bot.domain.verdict import CallerKind
from bot.services import phones, playbooks
from bot.services import playbooks as books
from bot.store import entitlements
from bot.store.schema_shop import customers, licensed_sites, orders
from bot.store.work import Connection, Work
from tests.callers import add_caller
from tests.factories import NOON
from tests.services.conftest import OMAR, Office
from tests.services.test_phone_calls import CHLOE, MARIA, PAGES, Phone
from tests.services.test_phone_calls import desk as desk

TODAY = NOON.date()
MIDNIGHT = NOON.replace(hour=0, minute=0)
SITE = "table.example"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A customer, the store's zone, and which rule decides. NOON is in UTC."""

    rule: str
    known: dict[str, Any] = field(default_factory=dict)
    zone: str = "UTC"
    ordered_at: datetime | None = None
    void: bool = False


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


TABLE = {
    # T7: hosting counts while its last day is today or later, on the store's clocks.
    "hosted until today": Row(rule="hosting", known={"hosting_until": TODAY}),
    "hosted until yesterday": Row(rule="no_order", known={"hosting_until": _ago(1)}),
    "hosted until today, where it is tomorrow": Row(
        rule="no_order", known={"hosting_until": TODAY}, zone="Pacific/Kiritimati"
    ),
    # T16: the newest order of the site; day 30 counts, day 31 does not.
    "day 30": Row(rule="recent_order", known={"ordered_days": 30}),
    "day 31": Row(rule="older_order", known={"ordered_days": 31}),
    "day 31 here, day 30 in the store": Row(
        rule="recent_order", ordered_at=MIDNIGHT - timedelta(days=30, minutes=30), zone="Europe/Athens"
    ),
    "day 30 here, day 31 in the store": Row(
        rule="older_order", ordered_at=MIDNIGHT - timedelta(days=30, minutes=-30), zone="America/Lima"
    ),
    "the newest is cancelled or refunded": Row(rule="no_order", known={"ordered_days": 3}, void=True),
    # T17: who evaluates, for 90 days.
    "day 90 of an evaluation": Row(
        rule="evaluating", known={"kind": CallerKind.EVALUATOR, "eval_start": _ago(90)}
    ),
    "day 91 of an evaluation": Row(
        rule="evaluation_over", known={"kind": CallerKind.EVALUATOR, "eval_start": _ago(91)}
    ),
    # An old version: hosting does not help, priority does.
    "5.x and hosted": Row(rule="old_version", known={"version": "5.9", "hosting_until": TODAY}),
    "5.x with priority": Row(rule="priority", known={"version": "5.9", "priority_until": TODAY}),
    "5.x, priority ended yesterday": Row(
        rule="old_version", known={"version": "5.9", "priority_until": _ago(1), "ordered_days": 1}
    ),
}


@pytest.mark.parametrize("name", TABLE)
async def test_the_rows_of_the_shop_give_the_verdict_that_the_rules_say(desk: Office, name: str) -> None:
    row = TABLE[name]
    settings = PhoneSettings(**PAGES, zone=row.zone, version=1)
    if row.zone != "UTC":
        await playbooks.set_settings(desk.desk, settings, OMAR, desk.key())

    def shop(work: Work) -> None:
        known = {"ordered_days": 0, **row.known} if row.ordered_at else row.known
        add_caller(work, "77", "Tab Le", "Table", SITE, **known)
        changed: dict[str, Any] = {"is_void": row.void}
        if row.ordered_at is not None:
            changed["ordered_at"] = row.ordered_at
        work.connection.execute(update(orders).where(orders.c.site == SITE).values(**changed))

    await desk.desk.write(shop)
    call = await Phone(desk).takes()
    await call.finds(SITE)
    await call.says("seen")
    receipt = (await call.page()).call.receipt
    assert receipt is not None
    assert receipt.rule == row.rule, receipt.because


async def test_of_two_sites_the_one_that_the_call_is_about_is_judged(desk: Office) -> None:
    def shop(work: Work) -> None:
        mine = add_caller(work, "78", "Sofia Rossi", "Rossi", "rossi-wine.example", ordered_days=3)
        work.connection.execute(
            insert(licensed_sites).values(
                workspace_id=work.workspace_id, customer_id=mine, name="rossi-oil.example",
                site_key=site_key("rossi-oil.example"), licence_hash="", licence_last4="",
                product_version="7.0", order_number="",
            )
        )  # fmt: skip

    await desk.desk.write(shop)
    for site, rule in (("rossi-wine.example", "recent_order"), ("rossi-oil.example", "no_order")):
        call = await Phone(desk).takes()
        await call.says("look_up", {"caller_name": "Sofia Rossi"})
        await call.says("seen", {"licensed_site": site})
        page = await call.page()
        assert page.call.receipt is not None
        assert (page.call.receipt.site, page.call.receipt.rule) == (site, rule)
        assert page.site is not None
        assert page.site.name == site


# T14: the account's own clocks and holidays. NOON is in UTC.
HOURS = [
    ("Europe/Lisbon", time(9), time(17), "open"),  # noon there
    ("Europe/Lisbon", time(13), time(17), "closed"),
    ("America/Los_Angeles", time(9), time(17), "closed"),  # four in the morning
    ("Asia/Tokyo", time(20), time(22), "open"),  # nine in the evening
]


@pytest.mark.parametrize(("zone", "opens", "closes", "said"), HOURS)
async def test_phone_hours_are_those_of_the_accounts_zone(
    desk: Office, zone: str, opens: time, closes: time, said: str
) -> None:
    hours = PhoneHours(numbers=("+1",), weekdays=frozenset(range(7)), opens=opens, closes=closes, version=1)
    await phones.set_hours(desk.desk, hours, OMAR, desk.key())
    lives = update(customers).where(customers.c.name == "Lena Fox").values(timezone=zone)
    await desk.desk.write(lambda work: work.connection.execute(lives) and None)
    call = await Phone(desk).takes()
    await call.finds("fox-outdoor")
    assert await call.says("seen") == ("live" if said == "open" else "urgent")
    answers = (await call.page()).call.answers
    assert [one.answer for one in answers if one.step == "phones"] == [said]
    if said == "closed":  # severity 1 is answered at any hour
        assert await call.says("severity_1") == "live"


async def test_an_old_receipt_replays_to_its_verdict_under_its_revision_alone(desk: Office) -> None:
    before = await Phone(desk).takes()
    await before.finds("stone-toys")
    await before.says("seen")
    await before.says("priority", {"issue": "Nobody can pay"})
    await before.says("open", {"summary": "Since today"})
    page = await playbooks.page(desk.desk, MARIA)
    other = page.texts["verdict.toml"].replace('id = "priority"', 'id = "paid"')
    await playbooks.publish(desk.desk, {"verdict.toml": other}, 1, MARIA, desk.key())
    after = await Phone(desk).takes()
    await after.finds("stone-toys")
    await after.says("seen")
    case_id = (await before.page()).call.case_id
    assert case_id is not None
    kept = await desk.desk.read(lambda c, viewer: entitlements.entitlement_of(c, viewer, case_id), CHLOE)
    assert kept is not None
    assert (kept.revision, kept.receipt.rule) == (1, "priority")
    assert await _rule(after) == "paid"

    def again(connection: Connection) -> None:
        old, new = (books.book(desk.desk, connection, number) for number in (1, 2))
        assert replay(old.rules, old.digest, kept.receipt) == kept.receipt
        with pytest.raises(OtherRules):
            replay(new.rules, new.digest, kept.receipt)

    await desk.desk.store.look(again)


async def _rule(call: Phone) -> str:
    assert call.id != PhoneCallId(0)
    receipt = (await call.page()).call.receipt
    assert receipt is not None
    return receipt.rule
