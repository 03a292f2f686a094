"""The embedded shop's orders: read whole, acted on by the desk's rules, paid back no more than came in."""

from __future__ import annotations

from dataclasses import replace

from bot.commerce.embedded_base import Answer, EmbeddedBase
from bot.domain.commerce.acts import OrderAct, RefundMoney, Terms
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import Refund, Stamp
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.funds import funds_of
from bot.domain.commerce.paying import paid_back
from bot.domain.commerce.performing import Outcome, perform
from bot.domain.commerce.port import (
    Ask,
    Changed,
    Declined,
    Done,
    OrderRead,
    Preview,
    RefundSeen,
    Write,
)
from bot.domain.commerce.states import RefundState
from bot.store import order_books, order_saving, shop_answers
from bot.store.work import Connection, Work

NO_SUCH_ORDER = Declined(said="The shop has no such order.")


class EmbeddedOrders(EmbeddedBase):
    """`OrderPort` in the desk's own tables."""

    async def order(self, ask: Ask, number: str) -> OrderRead | None:
        books = await self._books(number)
        if books is None:
            return None
        return OrderRead(books=books, version=str(books.order.version), read_at=self.clock.now())

    async def preview(self, ask: Ask, number: str, act: OrderAct, terms: Terms) -> Preview | Declined:
        books = await self._books(number)
        if books is None:
            return NO_SUCH_ORDER
        try:
            after = perform(books, act, terms).after
        except ActRefused as refusal:
            return Declined(said=str(refusal))
        return Preview(totals=after.totals, funds=funds_of(after))

    async def submit(self, write: Write, number: str, act: OrderAct, terms: Terms) -> Answer:
        if isinstance(act, RefundMoney):
            raise TypeError("money goes back by `refund`, one payment at a time")

        def unit(work: Work) -> Answer:
            books = order_books.held_books(work, number)
            if books is None:
                return NO_SUCH_ORDER
            _check_version(books, write)
            try:
                outcome = perform(books, act, terms, _stamp(work, write))
            except ActRefused as refusal:
                return Declined(said=str(refusal))
            order_saving.save(work, outcome.before, outcome.after)
            return Done(ref=_arose(outcome), version=str(outcome.after.order.version))

        return await self._once(write, write.key, ("submit", number, act, terms), unit)

    async def refund(self, write: Write, number: str, refund: Refund) -> Answer:
        """Paid at once, and known again by its sending key: here, the shop's books are all that there is."""

        def unit(work: Work) -> Answer:
            books = order_books.held_books(work, number)
            if books is None:
                return NO_SUCH_ORDER
            _check_version(books, write)
            try:
                after = paid_back(books, replace(refund, stamp=_stamp(work, write)))
            except ActRefused as refusal:
                return Declined(said=str(refusal))
            order_saving.save(work, books, after)
            return Done(ref=refund.sending_key, version=str(after.order.version))

        asked = ("refund", number, refund.number, refund.payment_ref, refund.amount)
        return await self._once(write, _refund_key(refund), asked, unit)

    async def refund_status(self, ask: Ask, number: str, refund: Refund) -> RefundSeen:
        def query(connection: Connection) -> RefundSeen:
            state = order_books.refund_state(connection, self.workspace_id, number, refund.number)
            if state is not None:
                return _SEEN.get(state, RefundSeen.PENDING)
            answer = shop_answers.answer_to(connection, self.workspace_id, _refund_key(refund))
            return RefundSeen.REFUSED if answer is not None else RefundSeen.NOTHING

        return await self._look(query)

    async def _books(self, number: str) -> OrderBooks | None:
        return await self._look(lambda connection: order_books.books(connection, self.workspace_id, number))


_SEEN = {RefundState.SETTLED: RefundSeen.PAID, RefundState.FAILED: RefundSeen.REFUSED}


def _refund_key(refund: Refund) -> str:
    """The keys of refunds and of acts are two kinds: neither can take the other's."""
    return f"refund {refund.sending_key}"


def _check_version(books: OrderBooks, write: Write) -> None:
    if write.version != str(books.order.version):
        raise Changed(f"{books.order.number} is at version {books.order.version}")


def _stamp(work: Work, write: Write) -> Stamp:
    return Stamp(
        by=write.by,
        on_behalf_of=write.on_behalf_of,
        case_id=write.case_id,
        flow=write.flow,
        key=write.key,
        at=work.now,
    )


def _arose(outcome: Outcome) -> str:
    """The numbers of the documents that arose or moved; the order's own where none did."""
    numbers = [one.number for one in outcome.changes]
    numbers += [one.number for one in outcome.memos] + [one.number for one in outcome.returns]
    return ", ".join(numbers) or outcome.after.order.number
