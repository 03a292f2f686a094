"""A real browser on the trial page, where the machine has one; says loudly where it has none."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.flows.conftest import Workplace, database_url, furnished, take_back, workplace

__all__ = [
    "database_url",
    "furnished",
    "take_back",
    "workplace",
]  # the desk at work of the flow tests, with the same bot behind the page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_BROWSER = (
    "No Chromium here, so nobody clicked through the page. Install one (Debian: apt install chromium)."
)
ARGUMENTS = [
    "--no-sandbox",  # root in a container has no other way; the page comes from this machine
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLOWEST = 15_000
"""Milliseconds that a busy machine may take for one step; nothing waits longer than it must."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skipped browser must not drown among other skips."""
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.getreports("skipped")):
        terminalreporter.section("THE PAGE WAS NOT TRIED IN A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(NO_BROWSER, red=True, bold=True)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own Chromium. Skips loudly without one, and fails where CI promises one."""
    if CHROMIUM is None and os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER)
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
async def page(chromium: Browser, workplace: Workplace) -> AsyncIterator[Page]:
    """The page as somebody finds it who opens it first. Errors that only its console shows fail the test."""
    context = await chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(SLOWEST)
    opened = await context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    opened.on(
        "response", lambda one: troubles.append(f"{one.url}: {one.status}") if one.status >= 400 else None
    )
    opened.on("requestfailed", lambda request: troubles.append(f"{request.url}: {request.failure}"))
    await opened.goto(workplace.sandbox.page_url)
    yield opened
    told = list(troubles)  # closing cuts off what the page still asks for: that is no trouble
    await context.close()
    assert told == []
