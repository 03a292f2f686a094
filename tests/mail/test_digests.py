"""The daily message by e-mail: to who wants it there, and to who has no Slack."""

from __future__ import annotations

from sqlalchemy import update

from bot.domain.commands import Audience
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.mail import MAIL_PERSON
from bot.domain.notify import Pace, Preference, Way, ways
from bot.scheduler.due import DueTimes
from bot.services import notify
from bot.store.schema import people
from bot.store.work import Work
from tests.mail.conftest import LINDA, MailRoom
from tests.mail.postbox import text_of


async def wants(mail: MailRoom, who: SlackUserId, **by: bool) -> None:
    chosen = Preference(pace=Pace.DIGEST, hour=8, **by)
    await notify.choose(mail.desk, chosen, who, CallKey(f"choose {by}"))


async def hour_comes(mail: MailRoom) -> None:
    """What waits becomes due, as the scheduler has it: within four days there is an office day's morning."""
    for _ in range(4 * 24):
        mail.clock.passes(hours=1)
        await DueTimes(mail.desk).sweep()
    await mail.rests()


async def two_comments(mail: MailRoom) -> None:
    case_id = await mail.opens(LINDA)
    await mail.comments(case_id, "For you.")
    await mail.comments(case_id, "Between us.", audience=Audience.INTERNAL)
    await mail.rests()
    assert mail.postbox.taken == [], "no drip"


async def test_who_wants_it_by_e_mail_alone_gets_one_letter_and_no_message(mail: MailRoom) -> None:
    mail.begins()
    await wants(mail, LINDA, slack=False, email=True)
    await two_comments(mail)
    await hour_comes(mail)
    (letter,) = mail.postbox.taken
    assert mail.postbox.recipients == ["linda@cloudnine.example"]
    assert letter["Subject"].endswith("to 1 case of yours")
    assert "wrote a public comment" in text_of(letter)
    assert "internal" not in text_of(letter)
    assert "/case notify" in text_of(letter)
    assert await mail.room.rows("digest") == []
    await hour_comes(mail)
    assert len(mail.postbox.taken) == 1, "once"


async def test_who_wants_both_gets_both_and_each_once(mail: MailRoom) -> None:
    mail.begins()
    await wants(mail, LINDA, slack=True, email=True)
    await two_comments(mail)
    await hour_comes(mail)
    assert len(mail.postbox.taken) == 1
    assert await mail.room.states("digest") == ["sent"]
    await hour_comes(mail)
    assert len(mail.postbox.taken) == 1
    assert await mail.room.states("digest") == ["sent"]


async def test_who_wants_no_e_mail_any_more_gets_none(mail: MailRoom) -> None:
    mail.begins()
    await wants(mail, LINDA, slack=False, email=True)
    await two_comments(mail)
    await mail.postbox.closes()  # so that it waits
    await hour_comes(mail)
    await wants(mail, LINDA, slack=True, email=False)
    await mail.postbox.opens()
    mail.clock.passes(minutes=2)
    await mail.rests()
    assert mail.postbox.taken == []


async def test_who_is_known_by_an_address_alone_is_never_written_to_in_slack(mail: MailRoom) -> None:
    """Whatever they are said to have chosen: there is no such person in Slack."""
    mail.begins()
    await wants(mail, LINDA, slack=True, email=False)
    await two_comments(mail)

    def loses_slack(work: Work) -> None:
        mine = update(people).where(people.c.slack_user_id == LINDA)
        work.connection.execute(mine.values(slack_user_id=SlackUserId(f"{MAIL_PERSON}linda")))

    await mail.desk.write(loses_slack)
    before = len(mail.room.sandbox.requests)
    await hour_comes(mail)
    (letter,) = mail.postbox.taken
    assert "wrote a public comment" in text_of(letter)
    assert "Slack" not in text_of(letter)
    assert "mail:" not in str(mail.room.sandbox.requests[before:])
    assert await mail.room.rows("digest") == []


def test_nobody_is_told_where_they_are_not() -> None:
    only_slack = Preference(slack=True, email=False)
    assert ways(only_slack, email_ready=False, in_slack=False) == {Way.EMAIL}
    assert ways(only_slack, email_ready=True, in_slack=False) == {Way.EMAIL}
    assert ways(Preference(slack=False), email_ready=False) == {Way.SLACK}
