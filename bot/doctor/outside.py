"""What `caseline doctor` looks at of the form for customers: whether it answers where they would come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from bot import config
from bot.doctor.findings import Finding, ok, safely, warn
from bot.domain.web_forms import PATH

SECONDS = 5.0


async def of_the_form(settings: config.Settings) -> AsyncIterator[Finding]:
    """A link that is none is asked for: the form's own page says so, and nothing else does."""
    yield await safely("web form", lambda: _form(settings))


async def _form(settings: config.Settings) -> Finding:
    if settings.public_url is None:
        return ok("web form", "CASELINE_PUBLIC_URL is not set: no form is served.")
    if not settings.mail_on:
        return warn("web form", "links to it go by e-mail, and there is none.", "Set SMTP_HOST.")
    where = f"{settings.public_url}{PATH}"
    try:
        answers = await _answers(f"{where}doctor")
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return warn(
            "web form",
            f"{where} cannot be reached from here ({type(error).__name__}).",
            "Start the bot; check that your proxy passes /form/ on to PORT, and what firewalls say.",
        )
    if not answers:
        return warn(
            "web form",
            f"something else answers at {where}.",
            "Let your proxy pass /form/ on to PORT, headers as they come.",
        )
    return ok("web form", f"{where} answers.")


async def _answers(address: str) -> bool:
    """Whether the form answers there: for what is no link it has one page, which may load nothing."""
    async with (
        asyncio.timeout(SECONDS),
        aiohttp.ClientSession() as session,
        session.get(address, allow_redirects=False) as answer,
    ):
        policy = answer.headers.get("Content-Security-Policy", "")
        return answer.status in (404, 429) and policy.startswith("default-src 'none'")
