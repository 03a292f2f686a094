"""The embedded shop's customers: found, read and changed in the desk's own tables, with what they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commerce.embedded_base import Answer, EmbeddedBase
from bot.domain.commerce.port import Ask, Changed, Declined, Done, Write
from bot.domain.people import Viewer, stranger
from bot.domain.shop.carts import Cart
from bot.domain.shop.customers import Customer, CustomerFacts, Site, kept
from bot.domain.shop.lookup import Find, Hits
from bot.domain.shop.orders import OrderRow
from bot.store import carts, customer_find, customers, order_lists, order_saving, shop_index
from bot.store.people import find_person
from bot.store.work import Connection, Work

NO_SUCH_CUSTOMER = Declined(said="The shop has no such customer.")


class EmbeddedCustomers(EmbeddedBase):
    """`CustomerPort` in the desk's own tables, through the eyes of whoever asks."""

    async def find_customers(self, ask: Ask, find: Find, limit: int) -> Hits:
        found = await self._read(ask, lambda connection, viewer: customer_find.find(connection, viewer, find))
        return replace(found, hits=found.hits[:limit], more=found.more or len(found.hits) > limit)

    async def customer(self, ask: Ask, number: str) -> Customer | None:
        return await self._read(
            ask, lambda connection, viewer: customers.by_number(connection, viewer, number)
        )

    async def update_customer(self, write: Write, number: str, facts: CustomerFacts) -> Answer:
        def unit(work: Work) -> Answer:
            before = customers.by_number(work.connection, self._viewer(work, write), number)
            if before is None:
                return NO_SUCH_CUSTOMER
            if write.version != str(before.version):
                raise Changed(f"{number} is at version {before.version}")
            if not facts.name.strip():
                return Declined(said="A customer has a name.")
            after = replace(facts, addresses=kept(before.addresses, facts.addresses))
            customers.save_customer(work, before.id, before.version, after, before.account_id)
            shop_index.forget(work, before.id, (shop_index.NAME, shop_index.COMPANY))
            shop_index.mention(work, shop_index.of_customer(before.id, after.name, after.company))
            return Done(ref=number, version=str(before.version + 1))

        return await self._once(write, write.key, ("update_customer", number, facts), unit)

    async def order_history(self, ask: Ask, customer: str, offset: int, limit: int) -> Sequence[OrderRow]:
        def query(connection: Connection, viewer: Viewer) -> Sequence[OrderRow]:
            return order_lists.of_customer(connection, viewer, customer, offset, limit)

        return await self._read(ask, query)

    async def carts(self, ask: Ask, customer: str) -> Sequence[Cart]:
        """The newest first."""

        def query(connection: Connection, viewer: Viewer) -> Sequence[Cart]:
            found = customers.by_number(connection, viewer, customer)
            rows = carts.cart_rows(connection, viewer, found.id) if found else ()
            whole = (carts.cart(connection, viewer, one.id) for one in rows)
            return tuple(one for one in whole if one is not None)

        return await self._read(ask, query)

    async def place_cart(self, write: Write, cart: str) -> Answer:
        """The order's number is of our own counting; `write.version` is what `Cart.version` said."""

        def unit(work: Work) -> Answer:
            found = carts.held_cart(work, self._viewer(work, write), cart)
            if found is None:
                return Declined(said="The shop has no such cart.")
            if found.placed_as:
                return Declined(said=f"Cart {cart} was placed already, as order {found.placed_as}.")
            if write.version != found.version:
                raise Changed(f"cart {cart} has changed")
            if not found.lines:
                return Declined(said=f"Cart {cart} is empty.")
            number = order_saving.free_number(work)
            placed = order_saving.place(work, found.as_order(number, work.now))
            carts.set_placed(work, found.id, placed)
            return Done(ref=number, version="1")

        return await self._once(write, write.key, ("place_cart", cart), unit)

    async def subscriptions(self, ask: Ask, customer: str) -> Sequence[Site]:
        def query(connection: Connection, viewer: Viewer) -> Sequence[Site]:
            found = customers.by_number(connection, viewer, customer)
            return customers.sites_of(connection, viewer, found.id) if found else ()

        return await self._read(ask, query)

    def _viewer(self, work: Work, write: Write) -> Viewer:
        """Whoever asks, as the desk knows them now."""
        person = find_person(work.connection, self.workspace_id, write.by.slack_user_id)
        return Viewer(person or stranger(self.workspace_id, write.by.slack_user_id))
