"""The link to the form leaves by a real mail server, once, and staff see what became of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import CallKey, CustomerId, SlackUserId
from bot.domain.mail import Incoming, MailState
from bot.domain.web_forms import FillForm, FormLink, Links, WebForm
from bot.services import inbox, web_forms
from tests.callers import add_caller
from tests.mail.conftest import ANA, MailRoom
from tests.mail.postbox import html_of, text_of

LINKS = Links(root="https://desk.example.com", secret=b"k" * 32, lifetime=timedelta(days=14))
OMID = CustomerId(1)


@pytest.fixture
async def post(mail: MailRoom) -> MailRoom:
    """A desk that serves the form, and a customer."""
    mail.desk = replace(mail.desk, forms=LINKS)
    await mail.desk.write(
        lambda work: add_caller(work, "2", "Omid <Rahimi>", "Lima Coffee", "lima.example", ordered_days=9)
    )
    return mail


async def sent(post: MailRoom, key: str = "send") -> FormLink:
    await web_forms.send(post.desk, OMID, SlackUserId(ANA), CallKey(key))
    await post.rests()
    return (await web_forms.send_form(post.desk, SlackUserId(ANA), OMID)).links[0]


async def test_a_link_is_a_real_e_mail_that_opens_the_form(post: MailRoom) -> None:
    post.begins()
    link = await sent(post)
    assert (link.state, post.postbox.recipients) == (MailState.SENT, ["omid@example.com"])
    (letter,) = post.postbox.taken
    assert letter["From"] == "Northwind Support <support@northwind.example>"
    assert letter["Subject"] == "Your link to open a support case"
    assert "Hello Omid <Rahimi>," in text_of(letter)
    assert "Hello Omid &lt;Rahimi&gt;," in html_of(letter)
    found = re.search(r"https://desk\.example\.com/form/(\S+)", text_of(letter))
    assert found is not None
    assert f'href="{found[0]}"' in html_of(letter)
    form = await web_forms.opened(post.desk, found[1])
    assert isinstance(form, WebForm)
    await web_forms.submit(post.desk, found[1], FillForm(description="It fails", kind="problem"))
    await post.rests()
    confirmation = post.postbox.taken[-1]
    number = re.search(r"it is case (\d{8})", text_of(confirmation))
    assert number is not None
    assert confirmation["Subject"] == f"[{number[1]}] It fails"
    assert "Your answer to this e-mail becomes a comment in the case." in text_of(confirmation)


async def test_a_link_that_is_refused_or_comes_back_says_so(post: MailRoom) -> None:
    post.postbox.answers["omid@example.com"] = "550 no such mailbox"
    post.begins()
    link = await sent(post)
    assert link.state is MailState.REFUSED
    assert "no such mailbox" in link.error
    post.postbox.answers.clear()
    link = await sent(post, "again")
    assert link.state is MailState.SENT
    token = str(post.postbox.taken[-1]["Message-ID"]).strip("<>").partition("@")[0]
    bounce = Incoming(
        digest="b", sender="mailer@example.com", sender_name="", subject="", text="", tokens=(token,),
        bounced="mailbox full",
    )  # fmt: skip
    await inbox.receive(post.desk, bounce)
    link = (await web_forms.send_form(post.desk, SlackUserId(ANA), OMID)).links[0]
    assert (link.state, link.error) == (MailState.RETURNED, "mailbox full")
