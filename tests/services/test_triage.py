"""New cases of customers, triaged by level one: the same verdict, then level two, an answer, a question."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, PhoneCallId, SlackUserId
from bot.domain.refusals import Reason
from bot.domain.verdict import Verdict
from bot.services import call_page
from bot.services import phone_calls as service
from bot.store import entitlements
from tests.callers import add_caller
from tests.services.conftest import Office
from tests.services.test_phone_calls import CHLOE, Phone, desk, refused, sent

__all__ = ["desk"]
LINDA = SlackUserId("U0LINDA")
LONG = "The checkout stays blank since the last update, in two browsers, for every shopper."


class Triage(Phone):
    """Level one with a case of a customer before them."""

    async def of(self, case_id: CaseId) -> Triage:
        receipt = await service.triage(self.office.desk, case_id, self.by, self.office.key())
        assert receipt.phone_call_id is not None
        self.id = PhoneCallId(receipt.phone_call_id)
        return self

    async def identifies(self, order: str = "") -> str:
        page = await self.page()
        assert page.caller is not None, "the account's own customer is offered"
        data = {"account": str(page.caller.customer.id), **({"order": order} if order else {})}
        return await self.says("known", data)


async def account_of(desk: Office, ordered_days: int) -> None:
    """The customer whom the cases of Harbour belong to."""
    await desk.desk.write(
        lambda work: add_caller(
            work, "9", "Viktor Hale", "Harbour", "harbour.example", ordered_days=ordered_days,
            account_id=desk.harbour,
        )
    )  # fmt: skip


async def opened(desk: Office, description: str = LONG) -> Any:
    return await desk.opened(
        "U0VIKTOR", account_id=desk.harbour, description=description, team_id=None, org_id_or_mid=""
    )


async def test_an_eligible_case_goes_to_level_two_with_its_receipt(desk: Office) -> None:
    await account_of(desk, 3)
    case = await opened(desk)
    triage = await Triage(desk).of(case.id)
    assert await triage.identifies("109") == "level_two"
    assert await triage.says("assign", {"summary": "Looks like the update"}) == "end_level_two"
    after = await desk.case(case.id)
    assert after.team_id == desk.level_two
    assert ("internal", "Looks like the update") in await desk.said()
    kept = await desk.desk.read(lambda c, v: entitlements.entitlement_of(c, v, case.id), CHLOE)
    assert kept is not None
    assert kept.receipt.verdict is Verdict.RECENT_ORDER


async def test_without_a_plan_the_answer_is_sent_and_stands_in_the_case(desk: Office) -> None:
    await account_of(desk, 400)
    case = await opened(desk)
    triage = await Triage(desk).of(case.id)
    assert await triage.identifies("109") == "no_plan"
    await triage.says("product")
    assert await triage.says("send", {"email": "viktor@example.com"}) == "end_sent"
    assert [mail.message for mail in await sent(desk)] == ["resources"]
    (audience, text) = (await desk.said())[-1]
    assert audience == Audience.PUBLIC.value
    assert "No support plan is running" in text


async def test_what_is_missing_is_asked_for_once(desk: Office) -> None:
    await account_of(desk, 400)
    case = await opened(desk, "It is broken")
    triage = await Triage(desk).of(case.id)
    assert await triage.identifies() == "ask_once"
    assert await triage.says("asked") == "end_asked"
    assert (await desk.said())[-1][0] == "public"
    again = await Triage(desk).of(case.id)
    assert again.id != triage.id
    assert await again.identifies() == "no_plan"


async def test_the_same_triage_goes_on_whoever_begins_it_and_a_closed_case_ends_it(desk: Office) -> None:
    await account_of(desk, 400)
    case = await opened(desk)
    first = await Triage(desk).of(case.id)
    second = await Triage(desk, SlackUserId("U0ANA")).of(case.id)
    assert first.id == second.id
    await refused(Reason.CALL_IS_THEIRS, second.says("unknown"))
    page = await call_page.page(desk.desk, first.id, CHLOE)
    assert page.case is not None
    assert page.case.title == case.title
    await refused(Reason.NOT_YOUR_ROLE, service.triage(desk.desk, case.id, LINDA, desk.key()))


@pytest.mark.parametrize("bug", [True, False])
async def test_a_bug_goes_to_level_two_without_a_plan(desk: Office, bug: bool) -> None:
    await account_of(desk, 400)
    case = await opened(desk)
    triage = await Triage(desk).of(case.id)
    await triage.identifies("109")
    if bug:
        assert await triage.says("bug") == "level_two"
        await triage.says("assign")
        assert (await desk.case(case.id)).team_id == desk.level_two
    else:
        await triage.says("customization")
        assert (await triage.page()).message is not None
