"""The stage of the pictures: a filled desk, a browser that looks at it, small files; `screens.py` plays."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright

from bot.app import Bot
from bot.policy_file import load_policy
from bot.sandbox import Message, Person, Sandbox
from bot.trial.folder import Folder
from bot.trial.running import trial
from bot.trial.stories import load

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WINDOW = {"width": 1280, "height": 1000}
COLOURS = 200
"""Of one picture: text on a page needs few, and its file stays small."""

FEWER_COLOURS = Path(__file__).with_name("fewer-colours.js").read_text(encoding="utf-8")


class Stage:
    """A desk at work and a page on it. `look` goes somewhere as somebody, `shoot` writes what is seen."""

    def __init__(
        self, sandbox: Sandbox, bot: Bot, page: Page, smith: Page, folder: Path, only: Collection[str]
    ) -> None:
        self.sandbox = sandbox
        self.bot = bot
        self.page = page
        self._smith = smith
        self._folder = folder
        self._only = only

    def people(self, handles: str) -> tuple[Person, ...]:
        return tuple(self.sandbox.act_as(handle) for handle in handles.split())

    def card(self, words: str) -> Message:
        """The newest card with these words in the cases channel."""
        cards = [one for one in self.sandbox.act_as("ana").messages("support-cases") if words in one.all_text]
        assert cards, f"there is no card with {words!r}"
        return cards[-1]

    def number(self, words: str) -> str:
        """The number of the case whose card has these words."""
        return self.card(words).text.split()[1].strip(":")

    async def look(self, who: Person, place: str = "C0GENERAL", thread: str = "") -> None:
        """The page as `who` sees it: a channel, "dm" or "home". Whatever window is open is in front."""
        room = self.sandbox.workspace.dm(who.id).id if place == "dm" else place
        await self.sandbox.settled()
        await self.page.goto("about:blank")  # another hash alone would not load the page anew
        beside = f"&thread={thread}" if thread else ""
        await self.page.goto(f"{self.sandbox.page_url}#as={who.id}&channel={room}{beside}")
        await self.page.wait_for_selector("body[data-ready]")
        await self.page.evaluate("document.fonts.ready")
        await self.page.wait_for_timeout(600)  # what comes in by the live connection is drawn

    async def window(self, who: Person, name: str, **typed: str) -> None:
        """The picture of the modal that `who` has in front, with something `typed` into it, by labels.

        It is typed for the picture alone: what is sent is what `who` sends.
        """
        assert who.modal is not None, who.reply
        await self.look(who)
        window = self.page.get_by_role("dialog").last
        for label, text in typed.items():
            words = label.replace("_", " ")
            chooser = window.get_by_role("combobox", name=words)
            if await chooser.count():
                await chooser.click()
                await self.page.get_by_role("option").filter(has_text=text).first.click()
            else:
                await window.get_by_label(words).fill(text)
        await self.shoot(name, window)

    async def newest(self, who: Person, name: str, count: int = 1) -> None:
        """The picture of the last messages in somebody's direct message with the app."""
        await self.look(who, "dm")
        await self.shoot(name, *await self._last(count))

    async def _last(self, count: int) -> list[Locator]:
        shown = self.page.get_by_role("log", name="Messages").get_by_role("article")
        every = await shown.all()
        return every[-count:]

    async def shoot(self, name: str, *parts: Locator) -> None:
        """Write what is on screen, or the smallest piece of it with all `parts`, as `NAME.png`."""
        if self._only and name not in self._only:
            return
        await self.page.mouse.move(0, 0)
        await self.page.evaluate("document.activeElement?.blur()")  # no blinking line, no ring
        clip = None
        if parts:
            await parts[-1].scroll_into_view_if_needed()
            boxes = [box for one in parts if (box := await one.bounding_box()) is not None]
            left, top = min(one["x"] for one in boxes), min(one["y"] for one in boxes)
            right = max(one["x"] + one["width"] for one in boxes)
            bottom = max(one["y"] + one["height"] for one in boxes)
            clip = {"x": left, "y": max(top, 0), "width": right - left, "height": bottom - max(top, 0)}
        shot = await self.page.screenshot(animations="disabled", clip=clip)
        plain = [base64.b64encode(shot).decode(), COLOURS]
        width, height, palette, indices = await self._smith.evaluate(FEWER_COLOURS, plain)
        made = _png(width, height, palette, base64.b64decode(indices))
        (self._folder / f"{name}.png").write_bytes(made)


def _png(width: int, height: int, palette: list[int], indices: bytes) -> bytes:
    """An image of one byte a pixel, each naming a colour."""
    rows = b"".join(b"\0" + indices[row * width : (row + 1) * width] for row in range(height))
    colours = b"".join(colour.to_bytes(3, "big") for colour in palette)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


@contextlib.asynccontextmanager
async def stage(folder: Path, only: Collection[str] = ()) -> AsyncIterator[Stage]:
    """Fill a desk of its own in a temporary folder, and open a browser on it; write all pictures or some."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        # Slack's client would send even what stays on this machine through a proxy.
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    named = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, named)), None)
    if chromium is None:
        sys.exit("There is no Chromium here (Debian: apt install chromium).")
    with tempfile.TemporaryDirectory(prefix="caseline-") as temporary:
        place = Folder(Path(temporary))
        stories = load(load_policy(None)[0])
        async with (
            trial(place, 0, place.path / "control.sock", stories, print) as (sandbox, bot),
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = await (await browser.new_context(viewport=WINDOW)).new_page()
            yield Stage(sandbox, bot, page, await browser.new_page(), folder, only)
            await browser.close()
