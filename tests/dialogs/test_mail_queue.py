"""The windows of `/desk mail`, and what a case says of its e-mails."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.dialogs import case_page, history, mail_queue
from bot.dialogs.forms import FieldErrors
from bot.domain.cases import ChangeKind, Comment
from bot.domain.commands import Audience
from bot.domain.ids import CaseId, CaseNumber, CommentId, PersonId, SlackUserId
from bot.domain.mail import Held, HeldMail, MailQueue, MailState, NamedCase, SentMail
from bot.domain.offers import offers
from bot.domain.pages import CasePage, HistoryPage
from bot.domain.people import PersonRef
from tests.blocks.samples import ANA, CASE, CHLOE, NOON, entry
from tests.blocks.slack_rules import readable, view_problems

NASTY = "*bold* <!channel> <@U0ANA> & \u202e" + "x" * 4000
QUEUE = MailQueue(
    rows=tuple(
        HeldMail(
            id=number,
            sender="lou@outside.example" if why is not Held.UNREADABLE else "",
            sender_name=NASTY,
            subject=NASTY,
            text=NASTY,
            why=why,
            received_at=NOON,
            perhaps=NamedCase(
                id=CaseId(7), number=CaseNumber(1001), title=NASTY, account_name="Cloud Nine Shoes"
            ),
        )
        for number, why in enumerate(list(Held)[:5], 1)
    ),
    total=9,
    later=6,
)


def test_a_queue_of_whatever_strangers_send_can_be_shown() -> None:
    view = mail_queue.view(QUEUE, "Discarded.")
    assert view_problems(view) == []
    told = readable(view["blocks"])
    assert "*9 e-mails wait" in told
    assert "<!channel>" not in json.dumps([one for one in view["blocks"] if one["type"] != "rich_text"])


def test_an_empty_queue_says_so() -> None:
    assert "No e-mail waits" in readable(mail_queue.view(MailQueue(rows=(), total=0))["blocks"])


@pytest.mark.parametrize("why", Held)
def test_every_reason_to_wait_is_told(why: Held) -> None:
    mail = replace(QUEUE.rows[0], why=why, subject="", text="", sender_name="")
    assert view_problems(mail_queue.form(mail, ANA)) == []
    assert view_problems(mail_queue.view(MailQueue(rows=(mail,), total=1))) == []
    assert len(mail_queue.WHY[why].split()) < 25


def test_staff_of_locked_teams_are_offered_no_public_comment() -> None:
    locked = replace(ANA, teams=tuple(replace(one, public_comments_locked=True) for one in ANA.teams))
    assert locked.teams
    assert "Public" in json.dumps(mail_queue.form(QUEUE.rows[0], ANA))
    assert "Public" not in json.dumps(mail_queue.form(QUEUE.rows[0], locked))


@pytest.mark.parametrize(
    ("chosen", "case_id"), [("7", 7), ("x", None), ("", None), (None, None), ("1 2", None), ("9" * 19, None)]
)
def test_the_case_is_one_of_those_offered(chosen: str | None, case_id: int | None) -> None:
    command = mail_queue.read({"case": chosen, "audience": "public"}, json.dumps({"mail": 3}))
    if case_id is None:
        assert isinstance(command, FieldErrors)
        assert list(command.errors) == ["case"]
    else:
        assert command == mail_queue.PutMail(mail_id=3, case_id=CaseId(case_id), audience=Audience.PUBLIC)


def test_the_case_that_it_may_belong_to_is_chosen_beforehand() -> None:
    def chosen(mail: HeldMail) -> object:
        blocks = mail_queue.form(mail, ANA)["blocks"]
        return next(one for one in blocks if one["block_id"] == "case")["element"].get("initial_option")

    assert "'value': '7'" in str(chosen(QUEUE.rows[0]))
    assert chosen(replace(QUEUE.rows[0], perhaps=None)) is None


@pytest.mark.parametrize("chosen", [None, "internal", "everybody"])
def test_without_a_choice_it_is_internal(chosen: str | None) -> None:
    command = mail_queue.read({"case": "1", "audience": chosen}, json.dumps({"mail": 3}))
    assert isinstance(command, mail_queue.PutMail)
    assert command.audience is Audience.INTERNAL


def test_a_case_says_what_became_of_its_e_mails_and_who_wrote_by_e_mail() -> None:
    outsider = PersonRef(
        id=PersonId(9), slack_user_id=SlackUserId("mail:0f"), name="Lou <lou@outside.example>"
    )
    said = Comment(
        id=CommentId(1),
        case_id=CASE.id,
        author=outsider,
        audience=Audience.PUBLIC,
        text="An LP-200.",
        at=NOON,
        by_mail=True,
    )
    sent = SentMail(
        id=1,
        case_id=CASE.id,
        token="0" * 32,
        address="lou@outside.example",
        audience=Audience.PUBLIC,
        state=MailState.REFUSED,
        error="smtp: mail_refused (550 5.1.1 no such user)",
        created_at=NOON,
        settled_at=NOON,
    )
    states = [replace(sent, state=state, error="") for state in MailState]
    page = CasePage(
        case=CASE,
        viewer=CHLOE,
        comments=(said,),
        comment_count=1,
        offers=offers(CASE, CHLOE, ANA),
        mails=(sent, *states),
        mail_count=12,
    )
    view = case_page.view(page)
    assert view_problems(view) == []
    told = readable(view["blocks"])
    assert "refused" in told
    assert "550 5.1.1 no such user" in told
    assert "the newest 7 of 12" in told
    assert "by e-mail" in told
    assert "mail:0f" not in json.dumps(view)


@pytest.mark.parametrize(
    ("slack_user_id", "name"), [("mail:0f", "Lou Fox"), ("B0PAGER", "Pager"), ("", "Caseline")]
)
def test_the_history_names_who_is_not_in_slack(slack_user_id: str, name: str) -> None:
    who = PersonRef(id=PersonId(9), slack_user_id=SlackUserId(slack_user_id), name=name)
    told = entry(ChangeKind.COMMENTED, actor=who)
    view = history.view(HistoryPage(case=CASE, entries=(told,), total=1, newer=None, older=None))
    assert view_problems(view) == []
    assert f"{name} " in readable(view["blocks"])
