"""Somebody else's words become public in two steps: the text and all who will read it come first."""

from __future__ import annotations

from bot.domain.mail import Incoming
from bot.sandbox import Person
from bot.services import inbox
from tests.flows.conftest import Workplace
from tests.flows.test_capturing import page

WORDS = "The fuser glows red"
MAIL = Incoming(digest="1", sender="lou@outside.example", sender_name="Lou", subject="Labels", text=WORDS)


def shows_the_readers(person: Person) -> None:
    assert person.modal is not None, person.reply
    told = person.modal.text
    for part in (WORDS, "(3 outside of support)", "Linda Berg (designated", "Tess Young (community user)"):
        assert part in told
    assert "Viktor" not in told


async def test_an_e_mail_is_put_into_a_case_in_public_after_its_readers_were_shown(
    workplace: Workplace,
) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda")
    await inbox.receive(workplace.bot.desk, MAIL)
    await ana.runs("/desk mail")
    await ana.clicks("Put into a case")
    await ana.submits(case="00001001", audience="public")
    shows_the_readers(ana)
    assert WORDS not in await page(linda)  # nothing is written by being shown
    await ana.submits()
    assert ana.modal is not None
    assert "It is in case 00001001 now" in ana.modal.text
    assert WORDS in await page(linda)


async def test_who_was_faster_is_told_at_the_second_step_too(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await workplace.case_of("linda")
    await inbox.receive(workplace.bot.desk, MAIL)
    await ana.runs("/desk mail")
    await ana.clicks("Put into a case")
    await ana.submits(case="00001001", audience="public")
    await ben.runs("/desk mail")
    await ben.clicks("Discard")
    await ana.submits()
    assert ana.modal is not None
    assert "Somebody has dealt with this e-mail already." in ana.modal.text


async def test_a_message_is_added_in_public_after_its_readers_were_shown(workplace: Workplace) -> None:
    ana, linda, tess = workplace.people("ana linda tess")
    await workplace.case_of("linda")
    said = await linda.says(WORDS, channel="cloud-nine")
    await ana.uses("Add to a case", on=said)
    await ana.submits(case="00001001", audience="public")
    shows_the_readers(ana)
    assert WORDS not in await page(tess)
    await ana.submits()
    assert ana.modal is not None
    assert WORDS in ana.modal.text
    assert WORDS in await page(tess)


async def test_internal_takes_no_second_step_and_neither_does_the_customer_side(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda")
    said = await ana.says(WORDS, channel="level-two")
    await ana.uses("Add to a case", on=said)
    await ana.submits(case="00001001", audience="internal")
    assert ana.modal is not None
    assert ana.modal.title == "Case 00001001"
    theirs = await linda.says("It smells", channel="cloud-nine")
    await linda.uses("Add to a case", on=theirs)
    await linda.submits(case="00001001")
    assert linda.modal is not None
    assert linda.modal.title == "Case 00001001"
