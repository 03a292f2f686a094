"""Acts on orders as people do them: a cancel, a return with a rejected unit, refunds and who approves."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from bot.dialogs.playbooks import parts_of
from bot.domain.commerce.acts import MoveUnits, Units
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.flows import FlowKind
from bot.domain.commerce.performing import perform
from bot.domain.commerce.quantities import UnitAct
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import Role
from bot.domain.phone_calls import PhoneSettings
from bot.flow_file import packaged_text
from bot.sandbox import Message, Person
from bot.services import order_flows, playbooks
from bot.store.schema import customers
from bot.store.work import Work
from tests.domain.commerce.books import worked
from tests.flows.conftest import LEVEL_ONE, Workplace
from tests.store.order_making import a_customer, kept, placed


def sent(books: OrderBooks, units: int) -> list[OrderBooks]:
    """The books as they become when so many of the first line are sent."""
    states = [books]
    for act in (UnitAct.ALLOCATE, UnitAct.FULFIL):
        move = MoveUnits(act=act, units=(Units(line_no=1, quantity=units),))
        states.append(perform(states[-1], move).after)
    return states


async def order_of(workplace: Workplace, *, sent_units: int = 0, times: int = 1) -> None:
    """The worked order of domain.md 1.3 as 1042; `times` makes its prices so many times as high."""

    def unit(work: Work) -> None:
        books = worked()
        if times > 1:
            lines = tuple(
                replace(one, unit_price=one.unit_price * times, tax=one.tax * times)
                for one in books.order.lines
            )
            payments = tuple(
                replace(one, authorized=one.authorized * times, captured=one.captured * times)
                for one in books.order.payments
            )
            books = OrderBooks(replace(books.order, lines=lines, payments=payments))
        books = placed(work, books, a_customer(work), "1042")
        kept(work, sent(books, sent_units) if sent_units else [books])

    await workplace.bot.desk.write(unit)


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def test_a_part_of_an_order_is_cancelled_and_what_was_captured_is_paid_back(
    workplace: Workplace,
) -> None:
    await order_of(workplace)
    ana = workplace.person("ana")
    await ana.runs("/order show 1042")
    assert "Can be refunded, over the whole order: USD 0.00" in shown(ana)
    await ana.clicks("Cancel items")
    assert "3 of 3 can be cancelled" in shown(ana)
    await ana.submits(**{"line.1": "1", "reason": "Too slow"})
    page = shown(ana)
    for told in ("USD 108.20 comes off the order.", "Total USD 280.51", "Change order 1042-C1: USD 108.20"):
        assert told in page.replace("*", "")
    await ana.submits()
    await workplace.settled()
    await ana.closes(everything=True)
    await ana.runs("/order show 1042")
    page = shown(ana)
    assert "Change order 1042-C1: 1 unit cancelled, USD 108.20 comes off" in page
    assert "Refund 1042-F1: USD 108.20" in page
    assert "Total: USD 280.51" in page


async def test_a_return_comes_back_with_one_unit_rejected(workplace: Workplace) -> None:
    await order_of(workplace, sent_units=3)
    ana = workplace.person("ana")
    await ana.runs("/order return 1042")
    assert "3 of 3 can be returned" in shown(ana)
    await ana.submits(**{"line.1": "2", "reason": "Damaged"})
    assert "Nothing comes off yet. USD 216.39 will, once all of it is accepted." in shown(ana)
    assert "A manager agrees" in shown(ana), "it is above the limit of an agent"
    await ana.submits(note="They are right")
    assert "Waits for approval" in shown(ana)
    await workplace.settled()
    maria = workplace.person("maria")
    asked = maria.dms[-1]
    for told in ("Approval: return items", "Ana Lima", "Damaged", "They are right", "USD 216.39"):
        assert told in asked.all_text, told
    await maria.clicks("Approve", on=asked)
    await workplace.settled()
    assert "Maria Keller approved it." in maria.dms[-1].all_text
    waits = next(one for one in reversed(ana.dms) if "Receive goods" in one.all_text)
    await ana.closes(everything=True)
    await ana.clicks("Receive goods", on=waits)
    await ana.submits(**{"accepted.1": "1", "rejected.1": "1"})
    assert "say why" in ana.errors["why.1"]
    await ana.submits(**{"accepted.1": "1", "rejected.1": "1", "why.1": "Worn out"})
    page = shown(ana)
    assert "USD 108.20 comes off the order." in page
    assert "1 unit is rejected" in page
    await ana.submits()
    await workplace.settled()
    await ana.closes(everything=True)
    await ana.runs("/order show 1042")
    page = shown(ana)
    assert "Return 1042-R1: 2 units expected, 1 accepted, 1 rejected" in page
    assert "Credit memo 1042-M1: USD 108.20" in page
    assert "Refund 1042-F1: USD 108.20 from 1042-M1" in page


async def test_a_refund_above_the_limit_waits_for_a_manager_and_never_for_its_own_asker(
    workplace: Workplace,
) -> None:
    await order_of(workplace, times=10)
    ana, maria, omar = workplace.people("ana maria omar")
    await maria.runs("/order refund 1042")
    await maria.submits(source="manual", amount="2500", payment="P1", reason="A goodwill")
    assert "Your limit is USD 2,000.00 for one act." in shown(maria)
    await maria.submits()
    await workplace.settled()
    assert not [one for one in maria.dms if "Approval: refund" in one.all_text], "never one's own request"
    await maria.clicks("Look again")
    assert "This is your own request." in shown(maria)
    asked = next(one for one in reversed(omar.dms) if "Approval: refund" in one.all_text)
    await omar.clicks("Decline...", on=asked)
    await omar.submits(why=" ")
    assert "The reason is missing" in omar.errors["why"]
    await omar.submits(why="Not for this")
    await workplace.settled()
    assert any("declined it." in one.all_text and "Not for this" in one.all_text for one in maria.dms)
    await omar.closes(everything=True)
    folded = next(one for one in reversed(omar.dms) if "Refund: order 1042" in one.all_text)
    assert folded.ts == asked.ts
    assert "declined it" in folded.all_text, "it is decided, and says by whom"
    assert "Approve" not in folded.all_text
    await ana.runs("/order show 1042")
    assert "Total: USD 3,887.10" in shown(ana)


async def test_figures_that_are_stale_are_shown_anew_and_nothing_is_done(workplace: Workplace) -> None:
    await order_of(workplace)
    ana, jun = workplace.people("ana jun")
    for person in (ana, jun):
        await person.runs("/order cancel 1042")
        await person.submits(**{"line.1": "1", "reason": "Too slow"})
    await ana.submits()
    await workplace.settled()
    await jun.submits()
    page = shown(jun)
    assert "The order has changed meanwhile" in page
    assert "USD 108.20 at stake became USD 108.19" in page
    assert "Nothing is done." in page
    await jun.submits()
    await workplace.settled()
    await jun.closes(everything=True)
    await jun.runs("/order show 1042")
    assert "Change order 1042-C2" in shown(jun)
    assert "Change order 1042-C3" not in shown(jun)


async def test_what_was_written_for_an_act_that_the_order_no_longer_allows_stays_in_sight(
    workplace: Workplace,
) -> None:
    await order_of(workplace)
    ana, maria = workplace.people("ana maria")
    for person, why in ((maria, "A goodwill"), (ana, "The box was wet")):
        await person.runs("/order refund 1042")
        await person.submits(source="manual", amount="388.71", payment="P1", reason=why)
    await maria.submits()
    await workplace.settled()
    await ana.submits(note="They are old customers")
    page = shown(ana)
    assert "This cannot be done with the order as it is:" in page
    assert "You wrote: The box was wet" in page
    assert "You wrote: They are old customers" in page


async def test_level_one_sees_what_an_act_would_do_and_customers_see_nothing(workplace: Workplace) -> None:
    await order_of(workplace)
    linda = workplace.person("linda")
    await linda.runs("/order cancel 1042")
    assert "Only support staff may" in linda.reply
    await workplace.role_of("ben", Role.AGENT, None, (LEVEL_ONE,))
    ben = workplace.person("ben")
    await ben.runs("/order show 1042")
    assert "Cancel items" in shown(ben)
    assert "People of Level one" in shown(ben)
    assert "You see what it would do." in shown(ben)
    await ben.clicks("Cancel items")
    await ben.submits(**{"line.1": "1", "reason": "Too slow"})
    assert "USD 108.20 comes off the order." in shown(ben)
    assert "People of Level one may not" in shown(ben)
    assert "Do it" not in shown(ben)
    assert shown(ben).endswith("Close"), "there is nothing to send it with"


async def test_home_leads_to_orders_returns_and_what_waits_for_approval(workplace: Workplace) -> None:
    await order_of(workplace, times=10)
    ana, maria = workplace.people("ana maria")
    await ana.runs("/order refund 1042")
    await ana.submits(source="manual", amount="250", payment="P1", reason="A goodwill")
    await ana.submits()
    await workplace.settled()
    await ana.closes(everything=True)
    await maria.opens_home()
    assert maria.home is not None
    assert "Waiting for your approval* (1)" in maria.home.text
    await maria.clicks("area.orders")
    assert "1042" in shown(maria)
    await _narrows_the_orders(maria)
    await _saves_a_search_of_orders(maria)
    await maria.clicks("order.show")
    assert "Refund, USD 250.00: Waits for approval." in shown(maria)
    await maria.closes(everything=True)
    await maria.clicks("area.returns")
    assert "No return is in this list." in shown(maria)
    await maria.clicks("Requests")
    assert "Refund: order 1042, USD 250.00" in shown(maria)
    await maria.clicks("Look")
    await maria.clicks("Approve")
    await workplace.settled()
    assert "Maria Keller approved it." in shown(maria)


async def _narrows_the_orders(maria: Person) -> None:
    """By a form on top, which says what is wrong and keeps what was typed."""
    await maria.clicks("Filter...")
    await maria.submits(kind="Approved", currency="e1", since="2026-11-22", until="2026-11-01")
    assert maria.errors == {
        "currency": "No currency is written so. Write three letters, for example USD.",
        "until": "This day is before the first one. Choose a later day.",
    }
    await maria.submits(kind="Approved", currency="eur", since=None, until=None)
    assert "Only currency:EUR" in shown(maria)
    assert "No order is in this list." in shown(maria)
    await maria.clicks("Filter...")
    await maria.submits(kind="all", currency="usd")
    assert "1042" in shown(maria)
    await maria.clicks("Filter...")
    await maria.submits(currency="")
    await maria.clicks("Find...")
    assert "order number" in shown(maria)
    await maria.closes()


async def _saves_a_search_of_orders(maria: Person) -> None:
    """It is kept with its filters, refused with a slip in them, and run by its name."""
    await maria.clicks("Save this search")
    await maria.submits(name="Euros of today", words="currency:euros")
    assert "Orders have no filter like" in maria.errors["words"]
    await maria.submits(name="Euros of today", words="currency:EUR from:2026-11-22")
    assert "Saved as Euros of today." in shown(maria)
    assert "No order is in this list." in shown(maria)
    await maria.closes(everything=True)
    await maria.runs("/case list saved euros")
    assert "Only currency:EUR from:2026-11-22" in shown(maria)
    await maria.closes(everything=True)
    await maria.opens_home()
    await maria.clicks("area.orders")


async def test_the_label_of_a_return_is_looked_at_as_an_e_mail_before_it_goes(workplace: Workplace) -> None:
    await order_of(workplace, sent_units=3)
    desk, maria = workplace.bot.desk, SlackUserId(workplace.person("maria").id)
    desk.email_ready = True
    label = '{ id = "label", kind = "return_label", title = "Send the label", message = "label" },\n    '
    text = packaged_text(FlowKind.RETURN).replace('{ id = "goods"', label + '{ id = "goods"')
    await order_flows.publish(desk, FlowKind.RETURN, text, 0, maria, CallKey("flow"))
    settings = PhoneSettings(desk="Northwind", return_address="14 Harbour Lane\nDover")
    await playbooks.set_settings(desk, settings, maria, CallKey("names"))
    ana = workplace.person("ana")
    await ana.runs("/order return 1042")
    await ana.submits(**{"line.1": "1", "reason": "Damaged"})
    await ana.submits()
    assert "Waits for an answer" in shown(ana)
    await ana.clicks("Answer...")
    assert "The customer has no e-mail address" in shown(ana)
    known = update(customers).values(email="lena@example.com", email_key="lena@example.com")
    await desk.write(lambda work: work.connection.execute(known) and None)
    await ana.closes()
    await ana.clicks("Answer...")
    for told in ("To: Harbour Books, lena@example.com", "- 1 × Thing 1", "14 Harbour Lane", "USD 108.20"):
        assert told in shown(ana), told
    await ana.submits(how="mail")
    page = shown(ana)
    assert "Waits for the goods" in page
    assert "how to send it back, return 1042-R1” to lena@example.com: queued" in page
    assert "Send the label: by e-mail" in page


async def test_news_keep_up_and_older_news_of_a_request_fold(workplace: Workplace) -> None:
    """Nobody finds buttons in their messages for what is answered already, or told anew below."""
    await order_of(workplace, sent_units=3)
    desk, (ana, maria) = workplace.bot.desk, workplace.people("ana maria")
    told = '{ id = "told", kind = "notify", title = "Tell the customer", to = ["customer"] },\n    '
    text = packaged_text(FlowKind.RETURN).replace('{ id = "tell"', told + '{ id = "tell"')
    await order_flows.publish(desk, FlowKind.RETURN, text, 0, SlackUserId(maria.id), CallKey("flow"))
    await ana.runs("/order return 1042")
    await ana.submits(**{"line.1": "2", "reason": "Damaged"})
    await ana.submits(note="Both are crushed")
    await workplace.settled()
    await ana.closes(everything=True)
    asked = next(one for one in reversed(maria.dms) if "Approval: return items" in one.all_text)
    await maria.clicks("Approve", on=asked)
    await workplace.settled()
    assert len(with_button(ana, "Receive goods")) == 1
    await maria.runs("/order show 1042")
    await maria.clicks("Receive goods")
    await maria.submits(**{"accepted.1": "2"})
    await maria.submits()
    await workplace.settled()
    assert not with_button(ana, "Receive goods"), "told anew below"
    [waits] = with_button(ana, "Answer...")
    assert any("It went on: how it stands is told below." in one.all_text for one in ana.dms)
    await ana.clicks("Answer...", on=waits)
    await ana.submits()
    await workplace.settled()
    assert not with_button(ana, "Answer...")
    now = next(one for one in ana.dms if one.ts == waits.ts)
    assert "Nothing is left to do." in now.all_text
    assert "Maria Keller approved it. Done." in "\n".join(one.text for one in ana.dms)


def with_button(person: Person, words: str) -> list[Message]:
    return [one for one in person.dms if words in one.buttons]


async def test_a_manager_puts_a_question_into_the_flow_and_the_next_cancel_asks_it(
    workplace: Workplace,
) -> None:
    await order_of(workplace)
    ana, maria = workplace.people("ana maria")
    await maria.runs("/desk playbooks")
    await maria.clicks("Edit cancel.toml")
    text = packaged_text(FlowKind.CANCEL)
    asks = '{ id = "ask", kind = "form", title = "Before we cancel", fields = [{ name = "seal", label = '
    asks += '"Is the box sealed?", kind = "yes_no", needed = true }] },\n    { id = "limit"'
    whole = text.replace('{ id = "limit"', asks).replace("version = 1", "version = 2")
    parts = parts_of(whole)
    await maria.submits(wish="publish", **{f"part.{number}": part for number, part in enumerate(parts)})
    assert "The flow cancel.toml is published." in shown(maria)
    assert "Before we cancel" in shown(maria), "the steps are in sight"
    await ana.runs("/order cancel 1042")
    await ana.submits(**{"line.1": "1", "reason": "Too slow"})
    assert "Is the box sealed?" in shown(ana)
    await ana.submits(**{"asked.seal": "yes"})
    await workplace.settled()
    assert "Is the box sealed?: yes" in shown(ana)
