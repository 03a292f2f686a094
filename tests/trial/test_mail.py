"""E-mail in the trial: what the desk writes stands in the drawer, and an answer is a comment of its case."""

from __future__ import annotations

from pathlib import Path

from bot.domain.commands import AddComment, Audience, Contact, OpenCase
from bot.domain.ids import AccountId, CallKey, SlackUserId
from bot.services import cases, reading
from bot.trial.folder import Folder
from bot.trial.running import trial
from bot.trial.stories import Story

LINDA, ANA = SlackUserId("U0LINDA"), SlackUserId("U0ANA")


async def test_an_answer_from_the_drawer_comes_back_into_its_case(
    filled: Path, stories: tuple[Story, ...]
) -> None:
    place = Folder(filled)
    with place.control() as control:
        async with trial(place, 0, control, stories, lambda _: None) as (sandbox, bot):
            assert sandbox.post is not None
            assert bot.mail_in is not None
            assert sandbox.post.mails() == [], "what is long past is not mailed"
            await sandbox.settled()
            command = OpenCase(
                account_id=AccountId(1),
                org_id_or_mid="",
                title="Scanner is silent",
                description="It does not beep.",
                business_impact="orders_held",
                timezone="UTC",
                severity=3,
                kind="problem",
                contact=Contact(),
            )
            receipt = await cases.open_case(bot.desk, command, LINDA, CallKey("mail:open"))
            assert receipt.case_id is not None
            said = AddComment(case_id=receipt.case_id, text="Is it charged?", audience=Audience.PUBLIC)
            await cases.comment(bot.desk, said, ANA, CallKey("mail:comment"))
            await sandbox.settled()
            (mail,) = sandbox.post.mails()
            assert "Linda Berg" in mail["to"]
            assert "Is it charged?" in mail["text"]
            assert sandbox.post.answer(mail["id"], "It is now, and it beeps.")
            await bot.mail_in.look()
            page = await reading.case_page(bot.desk, ANA, receipt.case_id)
            assert [one.text for one in page.comments] == ["Is it charged?", "It is now, and it beeps."]
            assert page.comments[-1].by_mail
            assert page.comments[-1].author.slack_user_id == LINDA
            await sandbox.settled()
