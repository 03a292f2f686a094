"""Customers of the shop as tests of calls want them: with a site, an order of some age, a plan that runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import insert

from bot.domain.entitlement import site_key
from bot.domain.ids import AccountId, CustomerId
from bot.domain.shop.customers import CustomerFacts
from bot.domain.shop.lookup import last_four, licence_hash
from bot.domain.verdict import CallerKind
from bot.store import licence_secret, shop_index
from bot.store.customers import insert_customer
from bot.store.schema_shop import licensed_sites, orders
from bot.store.work import Work

KEY = "ABCD-1234-EFGH-5678"


def add_caller(
    work: Work,
    number: str,
    name: str,
    company: str,
    site: str,
    *,
    account_id: AccountId | None = None,
    kind: CallerKind = CallerKind.CUSTOMER,
    version: str = "7.1",
    ordered_days: int | None = None,
    hosting_until: date | None = None,
    priority_until: date | None = None,
    eval_start: date | None = None,
    email: str = "",
    licence: str = "",
    now: datetime | None = None,
) -> CustomerId:
    """A customer with one site, and an order so many days old where there is one."""
    facts = CustomerFacts(
        name=name,
        company=company,
        email=email or f"{name.split()[0].lower()}@example.com",
        timezone="Europe/Lisbon",
        kind=kind,
        eval_start=eval_start,
    )
    customer_id = insert_customer(work, number, facts, account_id)
    order_number = f"10{number}" if ordered_days is not None else ""
    work.connection.execute(
        insert(licensed_sites).values(
            workspace_id=work.workspace_id,
            customer_id=customer_id,
            name=site,
            site_key=site_key(site),
            licence_hash=licence_hash(licence, licence_secret.kept(work)) if licence else "",
            licence_last4=last_four(licence) if licence else "",
            product_version=version,
            hosting_until=hosting_until,
            priority_until=priority_until,
            order_number=order_number,
        )
    )
    shop_index.mention(work, shop_index.of_customer(customer_id, name, company))
    shop_index.mention(work, shop_index.of_site(customer_id, site))
    if ordered_days is not None:
        _order(work, customer_id, order_number, site, (now or work.now) - timedelta(days=ordered_days))
    return customer_id


def _order(work: Work, customer_id: CustomerId, number: str, site: str, ordered_at: datetime) -> None:
    work.connection.execute(
        insert(orders).values(
            workspace_id=work.workspace_id,
            number=number,
            number_key=number,
            customer_id=customer_id,
            site=site,
            currency="EUR",
            tax_type="gross",
            ordered_at=ordered_at,
            status="Fulfilled",
            is_suspended=False,
            notes="",
            deliveries=[],
            grand_total=9900,
            is_void=False,
            in_return=0,
            returned=0,
            version=1,
        )
    )
