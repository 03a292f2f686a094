"""What people do on the page with mouse and keyboard; the browser tests call it."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import SLOWEST

expect.set_options(timeout=SLOWEST)


async def act_as(page: Page, name: str) -> None:
    """Become somebody: one click in the rail."""
    await page.get_by_role("button", name=f"Act as {name}").click()
    await expect(page.get_by_test_id("acting")).to_contain_text(name)


async def go_to_channel(page: Page, name: str) -> None:
    await page.get_by_role("button", name=re.compile(rf"^{name}, (private )?channel")).click()
    await expect(page.get_by_test_id("channel-title")).to_have_text(name)


async def write(page: Page, text: str, box: str = "Message #") -> None:
    """Type into the composer, key by key as people do, and send it."""
    composer = page.get_by_label(box)
    await composer.press_sequentially(text)
    await composer.press("Enter")


async def choose(modal: Locator, label: str, option: str) -> None:
    """Open a select by clicking and click the option that begins like this."""
    await modal.get_by_role("combobox", name=label).click()
    await modal.page.get_by_role("option", name=re.compile(f"^{option}")).click()


def messages(page: Page) -> Locator:
    """The conversation in the middle, without the thread beside it."""
    return page.get_by_role("log", name="Messages")


def button(card: Locator, words: str) -> Locator:
    """A button of a card, by the words on it."""
    return card.get_by_test_id("block-button").filter(has_text=re.compile(f"^{words}$"))


async def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the keyboard is there. Whoever has no mouse has no other way."""
    await goal.wait_for()
    for _ in range(40):
        if await goal.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {goal}")


async def pick(page: Page, select: Locator, words: str) -> None:
    """Choose in a select by typing the beginning of an option."""
    await tab_to(page, select)
    await page.keyboard.type(words)
    await expect(page.get_by_role("option").first).to_contain_text(words)
    await page.keyboard.press("Enter")


async def scrolls_sideways(page: Page) -> bool:
    """Whether anything is wider than the window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth"))


async def reload(page: Page) -> None:
    """Load the page anew once it is quiet: what it still asked for would count as trouble."""
    await page.wait_for_load_state("networkidle")
    await page.reload()
