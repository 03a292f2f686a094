"""Who looks like a customer that is about to be made; read through a viewer's eyes."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.domain.entitlement import site_key
from bot.domain.ids import AccountId, CustomerId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.shop.customers import Customer, CustomerFacts
from bot.domain.shop.lookup import CustomerHit, Find, FindKey, Match, nearly
from bot.store.carts import seen
from bot.store.customer_find import find
from bot.store.customers import by_id
from bot.store.schema import accounts
from bot.store.schema_shop import licensed_sites

MOST_ALIKE = 5


def lookalikes(
    connection: Connection, viewer: Viewer, facts: CustomerFacts, site: str = ""
) -> tuple[CustomerHit, ...]:
    """Those with the same e-mail address or site, or with a name that is nearly the same.

    A company's name stands for itself; that of a person without one is compared with persons alone.
    """
    found: dict[CustomerId, CustomerHit] = {}
    if facts.email:
        for hit in find(connection, viewer, Find(text=facts.email, key=FindKey.EMAIL)).hits:
            found.setdefault(hit.customer_id, hit)
    holder = holder_of_site(connection, viewer, site) if site else None
    if holder is not None:
        for hit in find(connection, viewer, Find(text=site, key=FindKey.SITE)).hits:
            if hit.customer_id == holder.id:
                found.setdefault(hit.customer_id, hit)
    key = FindKey.COMPANY if facts.company else FindKey.NAME
    for hit in find(connection, viewer, Find(text=facts.company or facts.name, key=key)).hits:
        called = hit.company if facts.company else hit.name
        if hit.match is Match.EXACT or nearly(facts.company or facts.name, called):
            found.setdefault(hit.customer_id, hit)
    return tuple(found.values())[:MOST_ALIKE]


def holder_of_site(connection: Connection, viewer: Viewer, site: str) -> Customer | None:
    """Whose a licensed site is."""
    mine = seen(viewer, licensed_sites) & (licensed_sites.c.site_key == site_key(site))
    customer_id = connection.execute(select(licensed_sites.c.customer_id).where(mine)).scalar()
    return by_id(connection, viewer, CustomerId(customer_id)) if customer_id is not None else None


def account_called(connection: Connection, viewer: Viewer, number: str) -> AccountId | None:
    """The account whose org id or MID a customer's number is."""
    if not allowed(Act.READ_CUSTOMERS, viewer.person):
        return None
    here = (accounts.c.workspace_id == viewer.workspace_id) & (accounts.c.org_id_or_mid == number)
    found = connection.execute(select(accounts.c.id).where(here)).scalar()
    return AccountId(found) if found is not None else None
