"""A call from the greeting to the sent message on a real database: what is kept at each step, what not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.ids import CaseId, CustomerId, PhoneCallId, SlackUserId
from bot.domain.mail import MailState
from bot.domain.phone_calls import HUNG_UP, CallPage, GiveAnswer, PhoneSettings, PickCustomer
from bot.domain.phones import PhoneHours
from bot.domain.refusals import Reason, Refusal
from bot.domain.verdict import CallerKind, Verdict
from bot.services import call_page, overruling, phones, playbooks
from bot.services import home as home_service
from bot.services import phone_calls as service
from bot.store import canned, entitlements
from bot.store.schema import canned_mails, phone_answers
from tests.callers import KEY, add_caller
from tests.factories import NOON
from tests.services.conftest import OMAR, Office

ANA, CHLOE, MARIA, LINDA = (SlackUserId(one) for one in ("U0ANA", "U0CHLOE", "U0MARIA", "U0LINDA"))
PAGES = {
    "desk": "Example Shops support",
    "support_admin": "desk@example.com",
    "case_link": "https://example.com/case",
    "key_page": "https://example.com/keys",
    "help_page": "https://example.com/help",
    "developer_page": "https://example.com/developers",
    "hosting_page": "https://example.com/hosting",
    "bug_page": "https://example.com/bugs",
    "priority_page": "https://example.com/priority",
    "upgrade_page": "https://example.com/upgrade",
}


@pytest.fixture
async def desk(office: Office) -> Office:
    """A desk that can send e-mail, with open phones and a few customers."""
    office.desk = replace(office.desk, email_ready=True)
    always = PhoneHours(numbers=("+1",), weekdays=frozenset(range(7)), opens=NOON.time(), closes=NOON.time())
    await phones.set_hours(office.desk, always, OMAR, office.key())
    await playbooks.set_settings(office.desk, PhoneSettings(**PAGES), OMAR, office.key())
    today = NOON.date()

    def shop(work: Any) -> None:
        account = {"account_id": office.cloud}
        add_caller(work, "1", "Lena Fox", "Fox Outdoor", "fox-outdoor.example", ordered_days=12, **account)
        add_caller(work, "2", "Omid Rahimi", "Lima Coffee", "lima-coffee.example", ordered_days=700)
        add_caller(
            work, "3", "Pia Stone", "Stone Toys", "stone-toys.example", ordered_days=700,
            priority_until=today + timedelta(days=5), licence=KEY, **account,
        )  # fmt: skip
        add_caller(work, "6", "Nora Lamp", "Nora Lamps", "nora-lamps.example", ordered_days=2)
        add_caller(work, "4", "Ed Vale", "Vale Books", "vale-books.example", version="5.2", ordered_days=3)
        add_caller(
            work, "5", "Una Trial", "Trial Goods", "trial-goods.example",
            kind=CallerKind.EVALUATOR, eval_start=today - timedelta(days=120),
        )  # fmt: skip

    await office.desk.write(shop)
    return office


class Phone:
    """Somebody of staff with a caller on the line."""

    def __init__(self, office: Office, by: SlackUserId = CHLOE) -> None:
        self.office, self.by = office, by
        self.id = PhoneCallId(0)

    async def takes(self) -> Phone:
        receipt = await service.begin(self.office.desk, self.by, self.office.key())
        assert receipt.phone_call_id is not None
        self.id = receipt.phone_call_id
        return self

    async def page(self, by: SlackUserId | None = None) -> CallPage:
        return await call_page.page(self.office.desk, self.id, by or self.by)

    async def at(self) -> str:
        return (await self.page()).place.step.id

    async def says(self, answer: str, data: Mapping[str, str] | None = None, notes: str | None = None) -> str:
        version = (await self.page()).call.version
        command = GiveAnswer(call_id=self.id, version=version, answer=answer, data=data or {}, notes=notes)
        await service.give(self.office.desk, command, self.by, self.office.key())
        return await self.at()

    async def finds(self, site: str) -> str:
        return await self.says("look_up", {"site": site})

    async def goes_back(self) -> str:
        version = (await self.page()).call.version
        await service.go_back(self.office.desk, self.id, version, None, self.by, self.office.key())
        return await self.at()


async def refused(reason: Reason, coming: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await coming
    assert caught.value.reason is reason
    return caught.value


async def sent(office: Office) -> list[Any]:
    return await office.desk.store.look(
        lambda c: list(c.execute(select(canned_mails).order_by(canned_mails.c.id)))
    )


async def test_a_known_caller_is_answered_in_five_presses(desk: Office) -> None:
    call = await Phone(desk).takes()
    assert await call.finds("fox-outdoor") == "orders"  # one hit leads on by itself
    assert await call.says("seen") == "live"
    page = await call.page()
    assert page.call.receipt is not None
    assert (page.call.receipt.verdict, page.call.receipt.order) == (Verdict.RECENT_ORDER, "101")
    assert await call.says("product", {"issue": "The checkout stays blank"}) == "send_covered"
    page = await call.page()
    assert page.filled is not None
    assert "https://example.com/case" in page.filled.body
    assert "Hello Lena Fox" in page.filled.body
    assert await call.says("send", {"email": "lena@example.com"}) == "assure_covered"
    assert await call.says("nothing") == "end_sent"
    ended = (await call.page()).call
    assert (ended.outcome, ended.label, ended.is_over) == ("sent", "Fox Outdoor", True)
    (mail,) = await sent(desk)
    assert (mail.message, mail.address, mail.state) == ("open_case", "lena@example.com", "waiting")
    _, told = await desk.news()
    assert [one[0] for one in told if one[0] == "canned"] == ["canned"]


async def test_every_answer_is_a_row_that_back_only_marks(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.finds("fox-outdoor")
    await call.says("seen")
    assert await call.goes_back() == "orders"
    assert await call.goes_back() == "find"
    rows = await desk.desk.store.look(
        lambda c: list(c.execute(select(phone_answers).order_by(phone_answers.c.id)))
    )
    told = [(row.step, row.answer, row.undone_at is None, row.by_id is None) for row in rows]
    assert told == [
        ("greet", "look_up", True, False),
        ("find", "picked", False, True),  # the only hit: the desk itself
        ("orders", "seen", False, False),
        ("phones", "open", False, True),
        ("verdict", "recent_order", False, True),
    ]


async def test_what_was_written_down_stands_there_again_after_back(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.finds("fox-outdoor")
    await call.says("seen")
    await call.says("product", {"issue": "Nobody can pay"})
    assert await call.goes_back() == "live"
    assert (await call.page()).call.drafts["live"] == {"issue": "Nobody can pay"}
    version = (await call.page()).call.version
    typed = {"issue": "Nobody can pay by card", "nonsense": "x"}
    await service.go_back(desk.desk, call.id, version, None, CHLOE, desk.key(), typed)
    assert await call.says("seen") == "live"
    assert (await call.page()).call.drafts["live"] == {"issue": "Nobody can pay by card"}
    await call.says("product", {"issue": "It works again"})
    assert "live" not in (await call.page()).call.drafts  # what stands is newer
    assert (await call.page()).place.data["issue"] == "It works again"


async def test_of_a_licence_key_that_was_typed_before_back_nothing_is_kept_but_its_end(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.says("evaluating")
    await call.goes_back()
    await call.says("praise_or_blame")
    await call.says("go_on")
    version = (await call.page()).call.version
    typed = {"licence_key": "LIMA-7QX2-99AB-4T1Z"}
    await service.go_back(desk.desk, call.id, version, None, CHLOE, desk.key(), typed)
    assert (await call.page()).call.drafts["greet"] == {"licence_key": "…4T1Z"}


async def test_the_same_press_twice_is_one_step(desk: Office) -> None:
    call = await Phone(desk).takes()
    key = desk.key()
    command = GiveAnswer(call_id=call.id, version=1, answer="evaluating")
    first = await service.give(desk.desk, command, CHLOE, key)
    assert await service.give(desk.desk, command, CHLOE, key) == first
    assert await call.at() == "evaluator"
    stale = service.give(desk.desk, command, CHLOE, desk.key())
    await refused(Reason.CALL_CHANGED, stale)


async def test_what_is_missing_is_named_and_nothing_is_kept(desk: Office) -> None:
    call = await Phone(desk).takes()
    told = await refused(Reason.ANSWER_NEEDS, call.says("look_up", {}))
    assert "Licensed site or Order number" in str(told.facts["value"])
    await refused(Reason.ANSWER_NOT_OFFERED, call.says("picked"))
    assert (await call.page()).call.version == 1


async def test_of_a_licence_key_nothing_is_kept_but_its_end(desk: Office) -> None:
    call = await Phone(desk).takes()
    assert await call.says("look_up", {"licence_key": KEY}) == "orders"
    kept = repr(await desk.everything())
    assert KEY not in kept
    assert "…5678" in kept


@pytest.mark.parametrize(
    ("site", "verdict", "step"),
    [
        ("fox-outdoor", Verdict.RECENT_ORDER, "live"),
        ("lima-coffee", Verdict.NONE, "no_plan"),
        ("stone-toys", Verdict.PRIORITY, "live"),
        ("vale-books", Verdict.OLD_VERSION, "old_version"),
        ("trial-goods", Verdict.EVALUATION_OVER, "sales"),
    ],
)
async def test_the_verdict_decides_where_the_call_goes_on(
    desk: Office, site: str, verdict: Verdict, step: str
) -> None:
    call = await Phone(desk).takes()
    await call.finds(site)
    assert await call.says("seen") == step
    receipt = (await call.page()).call.receipt
    assert receipt is not None
    assert receipt.verdict is verdict


async def test_outside_phone_hours_one_question_asks_for_severity_1(desk: Office) -> None:
    never = PhoneHours(numbers=("+1",), weekdays=frozenset(), version=1)
    await phones.set_hours(desk.desk, never, OMAR, desk.key())
    call = await Phone(desk).takes()
    await call.finds("fox-outdoor")
    assert await call.says("seen") == "urgent"
    assert await call.says("severity_1") == "live"


async def test_a_message_waits_for_its_values_and_goes_once_a_day(desk: Office) -> None:
    await playbooks.set_settings(
        desk.desk, PhoneSettings(**{**PAGES, "help_page": ""}, version=1), OMAR, desk.key()
    )
    call = await Phone(desk).takes()
    await call.finds("lima-coffee")
    await call.says("seen")
    await call.says("product")
    told = await refused(Reason.VALUE_MISSING, call.says("send", {"email": "omid@example.com"}))
    assert "documentation" in str(told.facts["value"])
    await playbooks.set_settings(desk.desk, PhoneSettings(**PAGES, version=2), OMAR, desk.key())
    await call.says("send", {"email": "omid@example.com"})
    await call.says("another_issue")
    await call.says("other")
    await refused(Reason.SENT_TODAY, call.says("send", {"email": "omid@example.com"}))
    assert await call.says("send", {"email": "other@example.com"}) == "assure_uncovered"
    assert [mail.address for mail in await sent(desk)] == ["omid@example.com", "other@example.com"]
    by_mail = (await sent(desk))[0].token
    await desk.desk.write(lambda work: canned.settle(work, by_mail, MailState.SENT))
    assert (await call.page()).mails[0].state is MailState.SENT


async def test_a_bug_becomes_a_case_of_level_two_with_the_receipt(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.finds("stone-toys")
    await call.says("seen")
    await call.says("priority", {"issue": "Nobody can pay"}, notes="Sounds upset.")
    assert await call.says("open", {"summary": "Since this morning"}) == "end_level_two"
    ended = (await call.page()).call
    assert ended.case_id is not None
    case = await desk.case(CaseId(ended.case_id))
    assert (case.origin, case.team_id, case.title) == ("phone", desk.level_two, "Nobody can pay")
    assert "Since this morning" in case.description
    assert "Sounds upset" not in case.description  # notes are staff's own
    kept = await desk.desk.read(lambda c, viewer: entitlements.entitlement_of(c, viewer, case.id), CHLOE)
    assert kept is not None
    assert kept.receipt.verdict is Verdict.PRIORITY
    hidden = await desk.desk.read(lambda c, viewer: entitlements.entitlement_of(c, viewer, case.id), LINDA)
    assert hidden is None


async def test_a_caller_without_an_account_gets_one_by_their_record_and_a_case_in_it(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.finds("nora-lamps")
    await call.says("seen")
    await call.says("bug", {"issue": "Prices are wrong"})
    assert await call.says("open", {"summary": "Since today"}) == "end_level_two"
    page = await call.page()
    assert page.case is not None
    assert (page.case.account_name, page.case.team_id) == ("Nora Lamps", desk.level_two)
    assert page.caller is not None
    assert page.caller.customer.account_id == page.case.account_id
    again = await Phone(desk).takes()  # the second case is of the same account
    await again.finds("nora-lamps")
    await again.says("seen")
    await again.says("bug", {"issue": "Prices are wrong again"})
    await again.says("open", {"summary": "Since now"})
    second = (await again.page()).case
    assert second is not None
    assert second.account_id == page.case.account_id


async def test_a_manager_overrules_with_a_reason_and_the_call_goes_on_from_there(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.finds("lima-coffee")
    await call.says("seen")
    await call.says("product")
    why = "They were promised a month more."
    await overruling.ask(desk.desk, call.id, Verdict.RECENT_ORDER, why, CHLOE, desk.key())
    _, told = await desk.news()
    assert ("overrule", "U0MARIA", "internal") in told
    by_level_one = overruling.rule(desk.desk, call.id, Verdict.RECENT_ORDER, "No", CHLOE, desk.key())
    await refused(Reason.NOT_YOUR_ROLE, by_level_one)
    await overruling.rule(desk.desk, call.id, Verdict.RECENT_ORDER, "Agreed by sales.", MARIA, desk.key())
    page = await call.page()
    assert page.place.step.id == "live"
    assert page.call.receipt is not None
    assert (page.call.receipt.verdict, page.call.receipt.in_force) == (Verdict.NONE, Verdict.RECENT_ORDER)
    _, told = await desk.news()
    assert ("overruled", "U0CHLOE", "internal") in told
    again = overruling.rule(desk.desk, call.id, None, "Too late", OMAR, desk.key())
    await refused(Reason.VERDICT_RULED, again)
    await call.goes_back()  # judged again, the manager's word holds
    assert await call.says("seen") == "live"


async def test_a_call_is_handed_over_with_all_answers_and_others_see_who_has_it(desk: Office) -> None:
    call = await Phone(desk).takes()
    await call.finds("fox-outdoor")
    other = await Phone(desk, ANA).takes()
    await other.finds("fox-outdoor")
    assert [one.owner.name for one in (await other.page()).others] != []
    version = (await call.page()).call.version
    to_customer = service.hand_over(desk.desk, call.id, version, LINDA, CHLOE, desk.key())
    await refused(Reason.CALL_TO_STAFF, to_customer)
    await service.hand_over(desk.desk, call.id, version, ANA, CHLOE, desk.key())
    _, told = await desk.news()
    assert ("handed_call", "U0ANA", "internal") in told
    await refused(Reason.CALL_IS_THEIRS, call.says("seen"))
    call.by = ANA
    assert await call.says("seen") == "live"
    mine = await home_service.home(desk.desk, ANA)
    assert {one.id for one in mine.calls} == {call.id, other.id}
    assert (await home_service.home(desk.desk, CHLOE)).calls == ()


async def test_a_call_ends_where_the_caller_does_and_keeps_its_notes(desk: Office) -> None:
    call = await Phone(desk).takes()
    await service.hang_up(desk.desk, call.id, 1, "The line broke.", CHLOE, desk.key())
    ended = (await call.page()).call
    assert (ended.outcome, ended.notes) == (HUNG_UP, "The line broke.")
    await refused(Reason.CALL_IS_OVER, call.says("evaluating"))
    await service.note(desk.desk, call.id, 2, "They will call again.", CHLOE, desk.key())
    assert (await call.page()).call.notes == "They will call again."


async def test_who_evaluates_for_long_goes_to_sales_wherever_sales_is(desk: Office) -> None:
    settings = PhoneSettings(**PAGES, sales_address="sales@example.com", sales_channel="C0SALES", version=1)
    call = await Phone(desk).takes()
    await call.finds("trial-goods")
    await call.says("seen")
    await desk.news()
    await playbooks.set_settings(desk.desk, settings, OMAR, desk.key())
    assert await call.says("passed_on", {"sales_contact": "+351 555"}) == "end_to_sales"
    _, told = await desk.news()
    assert {one[:2] for one in told} >= {("to_sales", "C0SALES"), ("canned", f"mail:call:{call.id}")}


async def test_a_customer_found_while_typing_is_at_their_orders_at_once(desk: Office) -> None:
    call = await Phone(desk).takes()
    options = await call_page.suggestions(desk.desk, "lima cofee", CHLOE)  # one wrong letter
    (lima,) = [one for one in options if "Lima Coffee" in one.label]
    assert "omid@" not in lima.label
    command = PickCustomer(call_id=call.id, version=1, customer_id=CustomerId(int(lima.value)))
    await service.pick(desk.desk, command, CHLOE, desk.key())
    assert await call.at() == "orders"


async def test_customers_take_no_calls_and_see_none(desk: Office) -> None:
    call = await Phone(desk).takes()
    await refused(Reason.NOT_YOUR_ROLE, service.begin(desk.desk, LINDA, desk.key()))
    await refused(Reason.NOT_YOUR_ROLE, call_page.page(desk.desk, call.id, LINDA))
    await refused(Reason.NOT_YOUR_ROLE, call_page.suggestions(desk.desk, "lima", LINDA))
