"""The sandbox's post office: real SMTP in, the page's drawer, real IMAP out."""

from __future__ import annotations

import asyncio
import imaplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.imap import HANG_UP
from bot.sandbox.post import PASSWORD, USER

MANIFEST = Path(__file__).with_name("manifest.yml")


@pytest.fixture
async def place() -> AsyncIterator[Sandbox]:
    async with Sandbox(manifest=MANIFEST, mail=True) as sandbox:
        yield sandbox


@pytest.fixture
async def page(place: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(place.page_url) as session:
        yield session


async def sends(place: Sandbox, to: str = "lou@outside.example") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Support <support@northwind.example>", to
    made["Subject"], made["Message-ID"] = "Printer", "<one@northwind.example>"
    made.set_content("Which model?")
    made.add_alternative("<p>Which <b>model</b>?<script>alert(1)</script></p>", subtype="html")
    assert place.post is not None
    await aiosmtplib.send(made, hostname="127.0.0.1", port=place.post.smtp_port, start_tls=False)
    return made


async def drawer(page: aiohttp.ClientSession) -> Any:
    async with page.get("/ui/mail") as response:
        return (await response.json())["mails"]


async def test_an_e_mail_stands_in_the_drawer(place: Sandbox, page: aiohttp.ClientSession) -> None:
    await sends(place)
    (mail,) = await drawer(page)
    assert (mail["to"], mail["subject"], mail["text"].strip()) == (
        "lou@outside.example",
        "Printer",
        "Which model?",
    )


async def test_its_html_may_do_nothing_in_the_page(place: Sandbox, page: aiohttp.ClientSession) -> None:
    await sends(place)
    async with page.get("/ui/mail/1") as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    async with page.get("/ui/mail/2") as response:
        assert response.status == 404


async def test_nobody_is_refused(place: Sandbox, page: aiohttp.ClientSession) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await sends(place, "nobody@outside.example")
    assert await drawer(page) == []


async def test_a_hand_on_the_line_hangs_up_before_or_after_a_letter_is_taken(place: Sandbox) -> None:
    assert place.post is not None
    hung_up: list[str] = []

    async def hangs_up(moment: str, what: str, about: dict[str, Any]) -> str | None:
        assert (what, about["message_id"]) == ("smtp.data", "<one@northwind.example>")
        if moment != chosen:
            return None
        hung_up.append(moment)
        return HANG_UP

    place.post.interfere = hangs_up
    for chosen, taken in (("before", 0), ("after", 1)):  # noqa: B007 - the hand on the line reads it
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await sends(place)
        assert len(place.post.mails()) == taken
    assert hung_up == ["before", "after"]


async def test_an_answer_stands_unread_in_the_mailbox(place: Sandbox, page: aiohttp.ClientSession) -> None:
    await sends(place)
    async with page.post("/ui/mail", json={"id": 1, "text": "An LP-200."}) as response:
        assert (await response.json())["ok"]
    assert place.post is not None
    raw = await asyncio.to_thread(_unread, place.post.imap_port)
    assert b"An LP-200." in raw
    assert b"In-Reply-To: <one@northwind.example>" in raw
    assert b"From: lou@outside.example" in raw
    assert b"> Which model?" in raw


def _unread(port: int) -> bytes:
    line = imaplib.IMAP4("127.0.0.1", port, timeout=5)
    with pytest.raises(imaplib.IMAP4.error):
        line.login(USER, "wrong")
    line.login(USER, PASSWORD)
    line.select("INBOX")
    (uids,) = line.uid("SEARCH", "UNSEEN")[1]
    assert uids == b"1"
    found = line.uid("FETCH", "1", "(BODY.PEEK[])")[1]
    line.uid("STORE", "1", "+FLAGS.SILENT", "(\\Seen)")
    assert line.uid("SEARCH", "UNSEEN")[1] in ([b""], [None])
    line.logout()
    return bytes(found[0][1])


@pytest.mark.parametrize("body", [{"id": 9, "text": "x"}, {"id": 1, "text": " "}, {"text": "x"}, []])
async def test_an_answer_to_nothing_is_refused(
    place: Sandbox, page: aiohttp.ClientSession, body: Any
) -> None:
    await sends(place)
    async with page.post("/ui/mail", json=body) as response:
        assert response.status == 400


async def test_a_workspace_without_a_post_office_says_so(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession(sandbox.page_url) as page, page.get("/ui/mail") as response:
        assert await response.json() == {"on": False, "mails": []}


async def test_somebody_unknown_writes_to_the_desk(place: Sandbox, page: aiohttp.ClientSession) -> None:
    assert place.post is not None
    letter = {"from": "Lou Fox <lou@outside.example>", "subject": "My order", "text": "Where is it?"}
    async with page.post("/ui/mail/new", json=letter) as response:
        assert (await response.json())["ok"]
    found = await asyncio.to_thread(_unread, place.post.imap_port)
    assert b"From: Lou Fox <lou@outside.example>" in found
    assert b"Where is it?" in found
    for odd in ({"from": "nobody"}, {"from": "a@b.example\nBcc: c@d.example"}, {"text": " "}):
        async with page.post("/ui/mail/new", json=letter | odd) as response:
            assert response.status == 400
            assert (await response.json())["sentence"]
