"""Asking a question or for an update: comment, new owner and notice, all three or none; T3 and T4."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.flows.conftest import INTEGRATIONS, Workplace, does, fields_of, held


async def travels(workplace: Workplace, **by: int) -> datetime:
    now = workplace.sandbox.clock.now() + timedelta(**by)
    await workplace.sandbox.travel(now)
    return now


async def test_a_question_comments_reassigns_and_notifies_in_one_act(workplace: Workplace) -> None:
    ana, ines, linda = workplace.people("ana ines linda")
    number = await workplace.case_of("linda", owner="ana")
    await workplace.settled()
    before = len(ines.dms)
    await ana.runs("/case show 1001")
    await ana.clicks("Ask a question")
    assert fields_of(ana) == ["who", "text"]
    await ana.submits(who="ines", text="Which fuser is it?")
    assert ana.errors == {}
    card = await workplace.card(number)
    assert "Owner: Inês" in card.all_text or "Owner: Ines" in card.all_text
    (said,) = card.replies
    assert "Which fuser is it?" in said.all_text
    assert "internal: staff only" in said.all_text
    assert len(ines.dms) == before + 1, "told once"
    assert "Ana Lima asked" in ines.dms[-1].all_text
    assert "a question" in ines.dms[-1].all_text
    assert "Which fuser is it?" in ines.dms[-1].all_text
    assert not linda.sees("fuser")
    assert "the owner" in linda.dms[-1].all_text  # that somebody else has it now is hers to know


async def test_all_three_or_none(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs("/case show 1001")
    await ana.clicks("Ask a question")
    refused = {
        "linda": "Linda Berg is not support staff and cannot own a case. Choose somebody who is.",
        "chloe": "Chloé Martin is in level one and may not work cases. Choose somebody of another team.",
        "ana": "You cannot ask yourself. Choose somebody else.",
        "sam": "The desk does not know this person. Ask an administrator to add them with /desk people.",
    }
    for handle, sentence in refused.items():
        await ana.submits(who=handle, text="Well?")
        assert ana.errors == {"who": sentence}
        assert held(ana, "text") == "Well?"
    card = await workplace.card(number)
    assert card.replies == []
    assert "Owner: Ana Lima" in card.all_text


async def test_the_customer_side_asks_nobody_by_this_way(workplace: Workplace) -> None:
    await workplace.case_of("linda", owner="ana")
    for person in workplace.people("linda tess"):
        await person.runs("/case ask 1001")
        assert person.modal is None
        assert person.reply == "Only support staff may assign a case. Ask one of them."


async def test_integrations_have_seven_business_days_of_peace(workplace: Workplace) -> None:
    ana, ines = workplace.people("ana ines")
    number = await workplace.case_of("maria", owner="ines", team_id=INTEGRATIONS)
    await does(ines, "/case comment 1001", text="looking")
    await ana.runs("/case ask 1001")
    assert ana.modal is not None
    assert "Integrations may be asked from" in ana.modal.text  # said before it is tried
    assert held(ana, "who") == "U0INES"
    await ana.submits()
    assert "Integrations may be asked for an update from" in ana.errors["customer_asks"]
    assert "Wait until then, or tick that the customer asks." in ana.errors["customer_asks"]
    await ana.closes(everything=True)
    assert len((await workplace.card(number, "integrations")).replies) == 1
    await travels(workplace, days=12)  # seven business days and a weekend or two
    await ana.runs("/case ask 1001")
    assert ana.modal is not None
    assert "may be asked from" not in ana.modal.text
    await ana.submits()
    assert ana.errors == {}
    replies = (await workplace.card(number, "integrations")).replies
    assert "Please give an update." in replies[-1].all_text
    assert "for an update" in ines.dms[-1].all_text


async def test_that_the_customer_asks_opens_it_at_once_and_is_written_down(workplace: Workplace) -> None:
    ana, ines, linda = workplace.people("ana ines linda")
    number = await workplace.case_of("maria", owner="ines", team_id=INTEGRATIONS)
    await does(ana, "/case ask 1001", text="Still on Friday?", customer_asks=["yes"])
    (said,) = (await workplace.card(number, "integrations")).replies
    assert "Still on Friday?" in said.all_text
    assert "The customer asks for an update." in said.all_text
    assert "asked" in ines.dms[-1].all_text
    assert not linda.sees("Still on Friday?")


async def test_a_case_that_waits_is_asked_nothing_not_even_by_the_customer(workplace: Workplace) -> None:
    ana, ines = workplace.people("ana ines")
    number = await workplace.case_of("maria", owner="ines", team_id=INTEGRATIONS)
    await does(ines, "/case comment 1001", text="looking")
    await does(ines, "/case status 1001", status="waiting")
    await travels(workplace, days=30)
    for ticks in ([], ["yes"]):
        await ana.runs("/case ask 1001")
        await ana.submits(customer_asks=ticks)
        assert "is waiting for something, so no update is asked for" in "".join(ana.errors.values())
        await ana.closes(everything=True)
    assert len((await workplace.card(number, "integrations")).replies) == 1


async def test_other_teams_may_be_asked_any_day(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    number = await workplace.case_of("linda", owner="ben")
    await does(ana, "/case ask 1001")
    (said,) = (await workplace.card(number)).replies
    assert "Please give an update." in said.all_text
    assert "Owner: Ben Okafor" in (await workplace.card(number)).all_text
