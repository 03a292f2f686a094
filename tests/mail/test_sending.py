"""E-mail goes out through a real server: who gets it, once, and what the case says became of it."""

from __future__ import annotations

import pytest

from bot.domain.commands import Audience
from bot.domain.mail import MailState
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from bot.store import dead_letters
from tests.mail.conftest import ANA, BEN, LINDA, LOU, MailRoom
from tests.mail.postbox import html_of, text_of


async def test_creator_hears_of_a_comment_by_e_mail_as_in_slack_and_the_writer_does_not(
    mail: MailRoom,
) -> None:
    mail.begins()
    case_id = await mail.opens(LINDA)
    await mail.comments(case_id, "The <printer> & I are on it.", by=ANA)
    await mail.rests()
    (letter,) = mail.postbox.taken
    assert mail.postbox.recipients == ["linda@cloudnine.example"]
    assert letter["From"] == "Northwind Support <support@northwind.example>"
    assert letter["Subject"] == "[00001001] Printer on fire"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "The <printer> & I are on it." in text_of(letter)
    assert "The &lt;printer&gt; &amp; I are on it." in html_of(letter)
    (told,) = await mail.told_of(case_id)
    assert (told.state, told.address) == (MailState.SENT, "linda@cloudnine.example")
    assert await mail.room.states("notice") == ["sent"]


async def test_staff_get_the_link_to_the_card_and_customers_who_cannot_follow_it_do_not(
    mail: MailRoom,
) -> None:
    mail.begins()
    case_id = await mail.opens(ANA)
    await mail.rests()
    await mail.comments(case_id, "Still smoking.", by=LINDA)
    await mail.rests()
    card = (await mail.case(case_id)).permalink
    assert card in text_of(mail.postbox.taken[-1])
    assert f'href="{card}"' in html_of(mail.postbox.taken[-1])
    await mail.comments(await mail.opens(LINDA), "On it.", by=ANA)
    await mail.rests()
    assert mail.postbox.recipients[-1] == "linda@cloudnine.example"
    assert "http" not in text_of(mail.postbox.taken[-1])


async def test_the_mails_of_a_case_hang_together(mail: MailRoom) -> None:
    mail.begins()
    case_id = await mail.opens(LINDA)
    await mail.comments(case_id, "One.")
    await mail.comments(case_id, "Two.")
    await mail.rests()
    one, two = mail.postbox.taken
    assert one["Message-ID"] != two["Message-ID"]
    assert one["References"] == two["References"] == one["In-Reply-To"]
    assert "One." in text_of(one)
    assert "Two." in text_of(two)


@pytest.mark.parametrize("away", ["no answer", "broken line", "try later"])
async def test_a_server_that_is_away_for_a_while_gets_each_letter_later_and_once(
    mail: MailRoom, away: str
) -> None:
    mail.begins()
    case_id = await mail.opens(LINDA)
    if away == "no answer":
        await mail.postbox.closes()
    elif away == "broken line":
        mail.postbox.after = ["421 4.3.0 going down"]
    else:
        mail.postbox.after = ["451 4.7.1 greylisted, come back"]
    await mail.comments(case_id, "One.")
    await mail.rests()
    (told,) = await mail.told_of(case_id)
    assert (told.state, mail.postbox.taken) == (MailState.WAITING, [])
    assert told.error.startswith("smtp: mail_")
    if away == "no answer":
        await mail.postbox.opens()
    mail.clock.passes(minutes=2)
    await mail.rests()
    assert [text_of(one).count("One.") for one in mail.postbox.taken] == [1]
    (told,) = await mail.told_of(case_id)
    assert (told.state, told.error) == (MailState.SENT, "")


async def test_a_line_that_breaks_before_the_answer_sends_the_same_message_again(mail: MailRoom) -> None:
    """Whether it was taken is not known; by its Message-ID a mailbox shows it once."""
    mail.begins()
    case_id = await mail.opens(LINDA)
    mail.postbox.after = ["hang up"]
    await mail.comments(case_id, "One.")
    await mail.rests()
    mail.clock.passes(minutes=2)
    await mail.rests()
    first, second = mail.postbox.taken
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_refused_recipient_is_a_dead_letter_with_the_servers_reason(mail: MailRoom) -> None:
    mail.begins()
    case_id = await mail.opens(LINDA)
    mail.postbox.answers["linda@cloudnine.example"] = "550 5.1.1 no such user here"
    await mail.comments(case_id, "One.")
    await mail.rests()
    (told,) = await mail.told_of(case_id)
    assert told.state is MailState.REFUSED
    assert "550 5.1.1 no such user here" in told.error
    assert await mail.room.states("email") == ["dead"]
    mail.postbox.answers.clear()
    await mail.desk.write(dead_letters.revive)  # an administrator has retried it
    await mail.rests()
    assert [one.state for one in await mail.told_of(case_id)] == [MailState.SENT]
    assert len(mail.postbox.taken) == 1


async def test_a_refused_recipient_holds_up_nobody_else(mail: MailRoom) -> None:
    mail.begins()
    case_id = await mail.opens(LINDA)
    await mail.has_contact(case_id)
    mail.postbox.answers["linda@cloudnine.example"] = "550 5.1.1 no"
    await mail.comments(case_id, "One.", to_contact=True)
    await mail.rests()
    assert mail.postbox.recipients == [LOU]


async def test_a_wrong_password_waits_for_an_operator_and_loses_nothing(mail: MailRoom) -> None:
    mail.postbox.login = ("support", "right")
    sender = mail.begins(smtp_user="support", smtp_password="wrong")
    case_id = await mail.opens(LINDA)
    await mail.comments(case_id, "One.")
    await mail.rests()
    (told,) = await mail.told_of(case_id)
    assert told.state is MailState.WAITING
    assert told.error.startswith("smtp: mail_settings")
    assert "wrong" not in told.error
    await sender.stop()
    mail.room.senders.clear()
    mail.begins(smtp_user="support", smtp_password="right")
    mail.clock.passes(minutes=6)
    await mail.rests()
    assert mail.postbox.logins[-1] == ("support", "right")
    assert len(mail.postbox.taken) == 1


async def test_an_internal_comment_goes_to_staff_alone(mail: MailRoom) -> None:
    mail.begins()
    case_id = await mail.opens(LINDA)
    await mail.has_contact(case_id)
    await mail.room.sets_up(BEN, Role.AGENT)
    await mail.comments(case_id, "They have not paid.", by=ANA, audience=Audience.INTERNAL)
    await mail.comments(case_id, "Nor will they.", by=BEN, audience=Audience.INTERNAL)
    await mail.rests()
    everything = "".join(one.as_string() for one in mail.postbox.taken)
    assert "paid" not in everything
    assert "Nor will" not in everything
    assert {*mail.postbox.recipients} <= {"linda@cloudnine.example"}  # the status is public


async def test_an_internal_comment_cannot_be_ticked_for_the_contact(mail: MailRoom) -> None:
    case_id = await mail.opens(LINDA)
    await mail.has_contact(case_id)
    with pytest.raises(Refusal) as refused:
        await mail.comments(case_id, "Psst.", audience=Audience.INTERNAL, to_contact=True)
    assert refused.value.reason is Reason.INTERNAL_IS_NEVER_MAILED


async def test_a_public_comment_goes_to_the_contact_where_its_writer_ticks_it(mail: MailRoom) -> None:
    mail.begins()
    case_id = await mail.opens(ANA)
    await mail.has_contact(case_id)
    await mail.comments(case_id, "Please restart it.", to_contact=True)
    await mail.comments(case_id, "Not for you.")
    await mail.rests()
    (letter,) = mail.postbox.taken
    assert mail.postbox.recipients == [LOU]
    assert letter["To"] == "Lou Fox <lou@outside.example>"
    assert "Please restart it." in text_of(letter)
    assert "http" not in text_of(letter)


async def test_a_contact_without_an_address_cannot_be_written_to(mail: MailRoom) -> None:
    case_id = await mail.opens(LINDA)
    with pytest.raises(Refusal) as refused:
        await mail.comments(case_id, "Hello?", to_contact=True)
    assert refused.value.reason is Reason.CONTACT_HAS_NO_MAIL


async def test_who_changed_sides_meanwhile_gets_nothing(mail: MailRoom) -> None:
    """What a letter says is read through its reader's eyes when it is sent."""
    case_id = await mail.opens(ANA)
    await mail.comments(case_id, "They have not paid.", by=BEN, audience=Audience.INTERNAL)
    await mail.room.sets_up(ANA, Role.DSC, mail.room.account)
    mail.begins()
    await mail.rests()
    assert "paid" not in "".join(one.as_string() for one in mail.postbox.taken)
    assert MailState.NEEDLESS in {one.state for one in await mail.told_of(case_id)}


async def test_without_e_mail_there_is_none(mail: MailRoom) -> None:
    case_id = await mail.opens(LINDA)
    await mail.room.comments(case_id, "One.")  # by a desk whose e-mail is off
    assert await mail.room.states("email") == []
