"""Takes the README's pictures of a trial: `.venv/bin/python docs/screens.py` in the repository's root."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bot.policy_file import load_policy
from bot.sandbox import Message, Sandbox
from bot.trial.folder import Folder
from bot.trial.running import trial
from bot.trial.stories import load

FIRST_LIGHT = Path(__file__).with_name("first-light.png")
SIZE = {"width": 1440, "height": 900}
CASE = "Wallet button is missing on small phones"
CHANNEL = "support-cases"


async def take() -> None:
    """Fill a desk of its own in a temporary folder, look at it as Ana, and write the pictures."""
    # Slack's client would send even what stays on this machine through a proxy.
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    chromium = shutil.which("chromium") or sys.exit(
        "There is no Chromium here (Debian: apt install chromium)."
    )
    with tempfile.TemporaryDirectory(prefix="caseline-") as temporary:
        place = Folder(Path(temporary))
        async with (
            trial(place, 0, place.path / "control.sock", load(load_policy(None)[0]), print) as (sandbox, _),
            async_playwright() as playwright,
        ):
            card = await _talk(sandbox)
            arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
            browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
            context = await browser.new_context(viewport=SIZE)
            await _first_light(await context.new_page(), sandbox.page_url, card)
            await browser.close()


async def _talk(sandbox: Sandbox) -> Message:
    """Two colleagues go on in the thread of a case; its card is what the picture shows."""
    ana, ben = sandbox.act_as("ana"), sandbox.act_as("ben")
    card = next(one for one in ana.messages(CHANNEL) if CASE in one.all_text)
    await ben.says("Thursday's build is on the test shop. May I close this after the release?", CHANNEL, card)
    await ana.says("Please let Tess look at it first: she has the small phone. :eyes:", CHANNEL, card)
    await sandbox.settled()
    return card


async def _first_light(page: Page, url: str, card: Message) -> None:
    """A card in its channel, its thread open beside it."""
    await page.goto(f"{url}#as=U0ANA&channel={card.channel}&thread={card.ts}")
    await page.get_by_role("log", name="Thread").get_by_text("she has the small phone").wait_for()
    shown = page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=CASE)
    await shown.scroll_into_view_if_needed()
    await page.evaluate("document.fonts.ready")
    await page.mouse.move(0, 0)
    await page.screenshot(path=FIRST_LIGHT, animations="disabled")


if __name__ == "__main__":
    asyncio.run(take())
