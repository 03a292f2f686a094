"""A desk at work that serves the form, with e-mail both ways, and a browser of a customer without Slack."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import build
from bot.config import Settings
from bot.domain.ids import CallKey, CustomerId
from bot.domain.people import Role
from bot.domain.phone_calls import PhoneSettings
from bot.domain.web_forms import Links
from bot.sandbox import Person, Sandbox
from bot.services import playbooks
from bot.slack.pacing import Pacer
from bot.store.work import Work
from tests.callers import add_caller
from tests.flows.conftest import (
    CLOUD_NINE,
    LEVEL_ONE,
    MANIFEST,
    OMAR,
    Workplace,
    database_url,
    furnished,
    starting_clock,
    unhurried,
)
from tests.services.test_phone_calls import PAGES
from tests.transport import request_url, served_by, ways_in

__all__ = ["database_url", "furnished"]

OMID = "omid@example.com"
LONG = "The checkout stays blank since the last update, in two browsers, for every shopper."


@dataclass
class Answer:
    """What came back for one request."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def errors(self) -> list[str]:
        """What the summary on top of the page says."""
        return [unescape(one) for one in re.findall(r'<li><a href="#[a-z0-9-]+">([^<]+)</a>', self.text)]


@dataclass
class Browser:
    """Opens links and sends forms, as a browser without scripts does."""

    session: aiohttp.ClientSession

    async def opens(self, url: str, **headers: str) -> Answer:
        async with self.session.get(url, headers=headers) as answer:
            return Answer(answer.status, await answer.text(), dict(answer.headers))

    async def sends(
        self, url: str, files: dict[str, bytes] | None = None, follow: bool = True, **fields: str
    ) -> Answer:
        usual = {"kind": "problem", "about": "", "description": LONG, "severity": "3"}
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, value in (usual | fields).items():
            form.add_field(name, value)
        for name, content in (files or {}).items():
            form.add_field("files", io.BytesIO(content), filename=name, content_type="text/plain")
        if not files:  # an empty choice of files is sent too
            form.add_field("files", io.BytesIO(), filename="", content_type="application/octet-stream")
        async with self.session.post(url, data=form, allow_redirects=follow) as answer:
            return Answer(answer.status, await answer.text(), dict(answer.headers))


@dataclass
class Desk(Workplace):
    """The workplace with a form; `links` makes links as the bot does."""

    browser: Browser = field(kw_only=True)
    omid: CustomerId = field(kw_only=True)
    olga: CustomerId = field(kw_only=True)

    @property
    def links(self) -> Links:
        assert self.bot.desk.forms is not None
        return self.bot.desk.forms

    @property
    def letters(self) -> list[dict[str, Any]]:
        """E-mails that went out, oldest first."""
        assert self.sandbox.post is not None
        return list(reversed(self.sandbox.post.mails()))

    def letter(self, subject: str) -> dict[str, Any]:
        return next(one for one in reversed(self.letters) if subject in one["subject"])

    def link_in(self, letter: dict[str, Any]) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+/form/\S+", letter["text"])
        assert found is not None, letter["text"]
        return found[0]

    async def sent_link(self, by: Person, number: str = "2") -> str:
        """Somebody of staff sends the form; the link as it stands in the e-mail."""
        await by.runs(f"/customer form {number}")
        await by.clicks("Send the link")
        assert by.modal is not None, by.reply
        assert "on its way" in by.modal.text, by.modal.text
        await by.closes(everything=True)
        await self.settled()
        return self.link_in(self.letter("Your link"))


@pytest.fixture
async def there(tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    async with (
        Sandbox(manifest=MANIFEST, request_url=request_url(), clock=starting_clock(), mail=True) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        unhurried(sandbox)
        sandbox.control = tmp_path / "control.sock"
        settings = Settings(
            slack_bot_token=SecretStr(sandbox.bot_token),
            **served_by(ways_in(sandbox)),
            slack_api_url=sandbox.api_url,
            database_url=database_url,
            data=tmp_path,
            admins=(OMAR,),
            cases_channel="support-cases",
        )
        bot = build(settings, clock=sandbox.clock, pacer=Pacer(enabled=False), control=sandbox.control)
        await bot.start()
        try:
            await sandbox.bot_connected()
            made: list[CustomerId] = []

            def shop(work: Work) -> None:
                mine = {"account_id": CLOUD_NINE}
                add_caller(work, "1", "Lena Fox", "Fox Outdoor", "fox.example", ordered_days=12, **mine)
                made.append(
                    add_caller(work, "2", "Omid Rahimi", "Lima Coffee", "lima.example", ordered_days=9)
                )
                made.append(add_caller(work, "3", "Olga Lima", "Lima Toys", "toys.example", ordered_days=700))

            await bot.desk.write(shop)
            key = sandbox.clock.now().isoformat()
            await playbooks.set_settings(
                bot.desk, PhoneSettings(**PAGES, sales_address=""), OMAR, CallKey(f"begin:{key}")
            )
            desk = Desk(sandbox, bot, browser=Browser(session), omid=made[0], olga=made[1])
            await desk.role_of("chloe", Role.AGENT, None, (LEVEL_ONE,))
            await sandbox.settled()
            yield desk
            await sandbox.settled()
        finally:
            await bot.stop()
        assert sandbox.complaints == []
        assert sandbox.pings == []
