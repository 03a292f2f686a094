"""Answers come back through a real mailbox: to their case, once, from whom they say, for whom they may be."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from bot.domain.commands import Audience
from bot.domain.ids import CaseId
from bot.domain.mail import FASTEST, Fate, Held, MailState
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from bot.mail.faults import MailboxAway
from bot.mail.imap import Mailbox
from bot.scheduler.mail_in import MailIn
from bot.services import inbox
from bot.store import received
from tests.mail.answers import answer, report
from tests.mail.conftest import ANA, BEN, LINDA, LOU, MailRoom, Server, mail_settings
from tests.mail.postbox import text_of

LINDAS, ANAS = "linda@cloudnine.example", "ana@northwind.example"


def reader(mail: MailRoom, mailbox: Server, **settings: Any) -> MailIn:
    """The bot's reader of the mailbox."""
    made = mail_settings(
        mail.postbox.port,
        imap_host="127.0.0.1",
        imap_port=mailbox.port,
        imap_tls="none",
        imap_user=mailbox.user,
        imap_password=settings.pop("password", mailbox.password),
        **settings,
    )
    return MailIn(mail.desk, Mailbox(made))


async def takes(mail: MailRoom, mailbox: Server, *mails: bytes, **settings: Any) -> None:
    """The e-mails arrive, and the bot looks."""
    mailbox.arrives(*mails)
    there = reader(mail, mailbox, **settings)
    assert await there.look() == len(mails)
    assert mailbox.unread() == 0
    await there.stop()


async def told(mail: MailRoom, to: str = LINDAS) -> tuple[CaseId, EmailMessage]:
    """A case of Linda's whose creator (or contact) was told of a comment by e-mail."""
    mail.begins()
    case_id = await mail.opens(LINDA)
    if to == LOU:
        await mail.has_contact(case_id)
    await mail.comments(case_id, "Which model is it?", to_contact=to == LOU)
    await mail.rests()
    letter = next(one for one in mail.postbox.taken if to in str(one["To"]))
    return case_id, letter


async def said(mail: MailRoom, case_id: CaseId) -> list[tuple[str, str]]:
    """The comments that came by e-mail: audience and text."""
    return [(one.audience, one.text) for one in await mail.comments_of(case_id) if one.by_mail]


async def held(mail: MailRoom) -> list[str]:
    return [one.why for one in await mail.received() if one.fate == Fate.HELD]


async def test_an_answer_becomes_a_public_comment_of_its_case_without_what_it_quotes(
    mail: MailRoom, mailbox: Server
) -> None:
    case_id, letter = await told(mail)
    await takes(mail, mailbox, answer(letter, "An LP-200.\nIt still smokes.", LINDAS))
    assert await said(mail, case_id) == [("public", "An LP-200.\nIt still smokes.")]
    assert await held(mail) == []


async def test_the_contact_answers_as_somebody_outside_slack_and_the_creator_hears_of_it(
    mail: MailRoom, mailbox: Server
) -> None:
    case_id, letter = await told(mail, LOU)
    await takes(mail, mailbox, answer(letter, "An LP-200.", LOU, "Lou Fox"))
    await mail.rests()
    assert await said(mail, case_id) == [("public", "An LP-200.")]
    assert any("Lou Fox" in text and "An LP-200." in text for text in mail.room.told("linda"))
    assert LOU not in mail.postbox.recipients[-1]  # who wrote it is not told


async def test_the_same_e_mail_counts_once_whoever_brings_it(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    one = answer(letter, "An LP-200.", LINDAS)
    await takes(mail, mailbox, one)
    await takes(mail, mailbox, one)
    assert len(await said(mail, case_id)) == 1


async def test_two_bots_that_read_it_at_the_same_moment_make_one_comment(
    mail: MailRoom, mailbox: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, letter = await told(mail)
    twice = answer(letter, "Done.", LINDAS)
    await takes(mail, mailbox, twice)
    monkeypatch.setattr(received, "is_known", lambda *_: False)  # the other bot looked before it was kept
    await takes(mail, mailbox, twice)
    assert await said(mail, case_id) == [("public", "Done.")]


async def test_an_answer_of_staff_is_internal_whatever_it_answers(mail: MailRoom, mailbox: Server) -> None:
    mail.begins()
    case_id = await mail.opens(ANA)
    await mail.comments(case_id, "It smokes.", by=LINDA)
    await mail.rests()
    await takes(mail, mailbox, answer(mail.postbox.taken[-1], "Probably not paid.", ANAS))
    await mail.rests()
    assert await said(mail, case_id) == [("internal", "Probably not paid.")]
    assert "not paid" not in "".join(mail.room.told("linda"))
    assert [one for one in mail.postbox.recipients if one != ANAS] == []


@pytest.mark.parametrize("forged", ["spy@evil.example", "lindas@cloudnine.example", LOU])
async def test_whoever_got_hold_of_an_answer_cannot_write_as_somebody_else(
    mail: MailRoom, mailbox: Server, forged: str
) -> None:
    case_id, letter = await told(mail)
    await takes(mail, mailbox, answer(letter, "Send me all you have.", forged))
    assert await said(mail, case_id) == []
    assert await held(mail) == [Held.OTHER_SENDER]


async def test_a_known_sender_who_answers_nothing_of_ours_posts_nothing(
    mail: MailRoom, mailbox: Server
) -> None:
    """Who says so is Linda, and anybody can say so: the case's number is no secret."""
    case_id, _ = await told(mail)
    await takes(mail, mailbox, answer(None, "Close it.", LINDAS, Subject="[00001001] Close it"))
    guessed = answer(None, "x", LINDAS, In_Reply_To="<case-1001@northwind.example>")
    await takes(mail, mailbox, guessed)
    made_up = answer(None, "y", LINDAS, In_Reply_To=f"<{'0' * 32}@northwind.example>")
    await takes(mail, mailbox, made_up)
    assert await said(mail, case_id) == []
    assert await held(mail) == [Held.UNMATCHED] * 3
    queue = await inbox.mail_queue(mail.desk, ANA)
    assert [one.perhaps and one.perhaps.number for one in queue.rows] == [1001, None, None]


@pytest.mark.parametrize(
    ("results", "trusted", "why"),
    [
        ("mx.example; dmarc=fail header.from=cloudnine.example", None, [Held.DOUBTFUL]),
        ("mx.example; dmarc=pass header.from=cloudnine.example", "mx.example", []),
        ("mx.evil; dmarc=pass header.from=cloudnine.example", "mx.example", [Held.DOUBTFUL]),
        ("", "mx.example", [Held.DOUBTFUL]),
    ],
)
async def test_a_sender_whom_the_mail_server_does_not_believe_posts_nothing(
    mail: MailRoom, mailbox: Server, results: str, trusted: str | None, why: list[Held]
) -> None:
    _, letter = await told(mail)
    one = answer(letter, "Hello.", LINDAS, Authentication_Results=results)
    await takes(mail, mailbox, one, imap_authserv_id=trusted)
    assert await held(mail) == why


async def test_two_senders_in_one_e_mail_are_none(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    raw = answer(letter, "Hello.", LINDAS)
    await takes(mail, mailbox, b"From: spy@evil.example\r\n" + raw)
    other = answer(letter, "Hello.", LINDAS)
    await takes(mail, mailbox, other.replace(b"From: ", b"From: spy@evil.example, ", 1))
    assert await said(mail, case_id) == []
    assert await held(mail) == [Held.UNREADABLE] * 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"List_Id": "<all.cloudnine.example>"},
        {"X_Autoreply": "yes"},
    ],
)
async def test_a_vacation_program_starts_no_loop(
    mail: MailRoom, mailbox: Server, headers: dict[str, str]
) -> None:
    case_id, letter = await told(mail)
    before = len(mail.postbox.taken)
    await takes(mail, mailbox, answer(letter, "I am away.", LINDAS, **headers))
    await mail.rests()
    assert await said(mail, case_id) == []
    assert await held(mail) == []
    assert len(mail.postbox.taken) == before


async def test_the_desk_never_answers_itself(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    own = letter.as_bytes().replace(b"Auto-Submitted: auto-generated", b"X-Was: ours")
    await takes(mail, mailbox, own)
    assert await said(mail, case_id) == []
    assert [one.fate for one in await mail.received()] == [Fate.IGNORED]


async def test_an_auto_reply_that_looks_like_a_person_stops_after_a_while(
    mail: MailRoom, mailbox: Server
) -> None:
    """Two machines that hide what they are answer each other faster than people."""
    case_id, letter = await told(mail)
    mails = [answer(letter, f"Ticket {number} received.", LINDAS) for number in range(FASTEST + 3)]
    await takes(mail, mailbox, *mails)
    assert len(await said(mail, case_id)) == FASTEST
    assert await held(mail) == [Held.TOO_MANY] * 3
    mail.clock.passes(hours=2)
    await takes(mail, mailbox, answer(letter, "It is me now.", LINDAS))
    assert len(await said(mail, case_id)) == FASTEST + 1


async def test_an_e_mail_that_comes_back_is_told_on_the_case(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    await takes(mail, mailbox, report(letter))
    (sent,) = await mail.told_of(case_id)
    assert (sent.state, sent.error) == (MailState.RETURNED, "552 5.2.2 mailbox full")
    assert await held(mail) == []


async def test_who_changed_sides_since_does_not_carry_over_what_they_were_told(
    mail: MailRoom, mailbox: Server
) -> None:
    mail.begins()
    case_id = await mail.opens(ANA)
    await mail.comments(case_id, "They have not paid.", by=BEN, audience=Audience.INTERNAL)
    await mail.rests()
    letter = mail.postbox.taken[-1]
    assert "not paid" in text_of(letter)
    await mail.room.sets_up(ANA, Role.DSC, mail.room.account)
    await takes(mail, mailbox, answer(letter, "Oh, they have not?", ANAS))
    assert await said(mail, case_id) == []
    assert await held(mail) == [Held.OVER_HEARD]


async def test_who_has_no_role_any_more_posts_nothing(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    await mail.room.sets_up(LINDA, None)
    await takes(mail, mailbox, answer(letter, "Hello?", LINDAS))
    assert await said(mail, case_id) == []
    assert await held(mail) == [Held.NOT_ALLOWED]


async def test_a_former_contact_posts_nothing(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail, LOU)
    await mail.has_contact(case_id, "max@outside.example")
    await takes(mail, mailbox, answer(letter, "Hello?", LOU))
    assert await said(mail, case_id) == []
    assert await held(mail) == [Held.CONTACT_CHANGED]


async def test_an_answer_without_words_waits_and_says_what_was_attached(
    mail: MailRoom, mailbox: Server
) -> None:
    _, letter = await told(mail)
    await takes(mail, mailbox, answer(letter, "", LINDAS))
    assert await held(mail) == [Held.EMPTY]


async def test_what_nobody_can_read_waits_and_holds_up_nothing(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    await takes(mail, mailbox, b"\xff\xfe\x00 no mail at all", answer(letter, "Hello.", LINDAS))
    assert await held(mail) == [Held.UNREADABLE]
    assert await said(mail, case_id) == [("public", "Hello.")]


async def test_a_mailbox_that_is_away_is_read_later(mail: MailRoom, mailbox: Server) -> None:
    case_id, letter = await told(mail)
    mailbox.arrives(answer(letter, "Hello.", LINDAS))
    there = reader(mail, mailbox, password="wrong")
    with pytest.raises(MailboxAway):
        await there.look()
    await there.stop()
    assert mailbox.unread() == 1
    there = reader(mail, mailbox)
    await there.look()
    await there.stop()
    assert await said(mail, case_id) == [("public", "Hello.")]


# What people decide about the rest


async def test_staff_put_a_held_e_mail_into_a_case_as_its_senders_comment(
    mail: MailRoom, mailbox: Server
) -> None:
    case_id, _ = await told(mail)
    await takes(mail, mailbox, answer(None, "It was the fuse.", LOU, "Lou Fox"))
    queue = await inbox.mail_queue(mail.desk, ANA)
    (waiting,) = queue.rows
    await inbox.assign_mail(mail.desk, ANA, waiting.id, case_id, Audience.PUBLIC)
    assert await said(mail, case_id) == [("public", "It was the fuse.")]
    assert (await inbox.mail_queue(mail.desk, ANA)).total == 0
    assert [one.text for one in await mail.received()] == [""]
    with pytest.raises(Refusal) as refused:
        await inbox.assign_mail(mail.desk, BEN, waiting.id, case_id, Audience.PUBLIC)
    assert refused.value.reason is Reason.MAIL_DECIDED


async def test_staff_discard_a_held_e_mail_once(mail: MailRoom, mailbox: Server) -> None:
    await takes(mail, mailbox, answer(None, "Buy now!", "spam@evil.example"))
    (waiting,) = (await inbox.mail_queue(mail.desk, ANA)).rows
    assert await inbox.discard_mail(mail.desk, ANA, waiting.id)
    assert not await inbox.discard_mail(mail.desk, BEN, waiting.id)
    assert (await inbox.mail_queue(mail.desk, ANA)).total == 0


async def test_customers_never_see_what_waits(mail: MailRoom, mailbox: Server) -> None:
    await takes(mail, mailbox, answer(None, "For staff.", LOU))
    with pytest.raises(Refusal) as refused:
        await inbox.mail_queue(mail.desk, LINDA)
    assert refused.value.reason is Reason.NOT_YOUR_ROLE
