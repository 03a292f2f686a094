"""A call on the page, with mouse and keyboard, from the command to the e-mail that is sent."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.hands import act_as, write
from tests.flows.conftest import Workplace
from tests.flows.test_call_windows import letters
from tests.flows.test_call_windows import phone as phone


@pytest.fixture
def workplace(phone: Workplace) -> Workplace:
    """The desk that sends e-mail, with callers as its customers."""
    return phone


async def test_a_known_caller_is_led_to_the_sent_message_in_five_clicks(
    page: Page, workplace: Workplace
) -> None:
    await act_as(page, "Chloé Martin")
    await write(page, "/call")
    window = page.get_by_role("dialog")
    clicks = ["/call"]

    async def click(name: str) -> None:
        await window.get_by_role("button", name=name, exact=True).click()
        clicks.append(name)

    await expect(window).to_contain_text("which licensed site is this about?")
    await expect(window.get_by_label("Licensed site")).to_be_focused()  # one types at once
    await page.keyboard.type("fox-outdoor")
    await page.keyboard.press("Enter")
    clicks.append("Enter")
    await expect(window).to_contain_text("30 days old")
    await click("Go on")
    await expect(window).to_contain_text("Covered by a recent order")
    last = window.get_by_role("button", name="A bug: a case with level two", exact=True)
    await expect(last).to_be_in_viewport()  # all answers, without scrolling
    await click("Installation or the product")
    await expect(window).to_contain_text("How to open a support case")
    await expect(window.get_by_label("E-mail")).to_be_in_viewport()
    await expect(window.get_by_label("E-mail")).to_have_value("lena@example.com")
    await click("Send it")
    await expect(window).to_contain_text("What I have sent explains")
    assert len(clicks) == 5
    await workplace.settled()
    assert [to for to, _ in letters(workplace)] == ["lena@example.com"]
