"""Calls among the secrets: a verdict asked about, a message sent, a caller handed over, one for sales."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.ids import CallKey
from bot.domain.phone_calls import PhoneSettings
from bot.domain.verdict import CallerKind
from bot.sandbox import Person
from bot.services import playbooks
from bot.store.work import Work
from tests.audience.conftest import Guarded
from tests.callers import add_caller
from tests.flows.conftest import OMAR
from tests.services.test_phone_calls import PAGES


class Calls:
    """Chloe is on the phone."""

    def __init__(self, there: Guarded) -> None:
        self.there = there

    async def happen(self) -> None:
        there, desk = self.there, self.there.bot.desk
        chloe, ana, maria = there.people("chloe ana maria")

        def shop(work: Work) -> None:
            began = (work.now - timedelta(days=200)).date()
            add_caller(work, "2", "Omid Rahimi", "Lima Coffee", "lima-coffee.example", ordered_days=700)
            add_caller(
                work, "5", "Una Trial", "Trial Goods", "trial-goods.example", kind=CallerKind.EVALUATOR,
                eval_start=began,
            )  # fmt: skip

        await desk.write(shop)
        await playbooks.set_settings(desk, PhoneSettings(**PAGES), OMAR, CallKey("begin:names"))
        await self._calls(chloe, "lima-coffee")
        await chloe.clicks("Ask a manager...")
        await chloe.submits(verdict="recent_order", reason="Promised by sales")
        await there.settled()
        asked = next(one for one in reversed(maria.dms) if "asks you about the verdict" in one.text)
        await maria.clicks("Decide...", on=asked)
        await maria.submits(verdict="recent_order", reason="So it was")
        maria.reloads()
        await there.settled()  # her word stands in Chloe's window
        await chloe.clicks("Customization")
        await chloe.submits()
        assert chloe.errors == {}, chloe.errors
        await chloe.clicks("Hand over...")
        await chloe.submits(who=ana.id)
        chloe.reloads()
        await chloe.runs("/customer form 2")
        await chloe.clicks("Send the link")
        chloe.reloads()
        await self._calls(chloe, "trial-goods")
        await chloe.submits(**{"f.sales.sales_contact": "+351 555"})
        assert chloe.errors == {}, chloe.errors
        await chloe.clicks("The path taken")
        chloe.reloads()
        await there.settled()

    async def _calls(self, chloe: Person, site: str) -> None:
        await chloe.runs("/call")
        await chloe.submits(**{"f.greet.site": site})
        await chloe.clicks("Go on")
        assert chloe.modal is not None
        if "is your shop down" in chloe.modal.text.lower():
            await chloe.clicks("Yes, severity 1")
