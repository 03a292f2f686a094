"""A customer without Slack fills the form in a real browser: without scripts, by keyboard, on a phone too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import SLOWEST
from tests.forms.conftest import LONG, Desk, database_url, furnished, there

__all__ = ["database_url", "furnished", "there"]

PICTURES = os.environ.get("CASELINE_FORM_PICTURES", "")
"""A folder that gets what the browser shows, for who wants to look."""


async def look(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1280, 360])
async def test_a_customer_opens_a_case_without_scripts(
    chromium: Browser, there: Desk, tmp_path: Path, width: int
) -> None:
    link = await there.sent_link(there.person("chloe"))
    context = await chromium.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=False, locale="en-GB"
    )
    context.set_default_timeout(SLOWEST)
    page = await context.new_page()
    await page.goto(link)
    await look(page, f"form-{width}")
    assert (await page.locator("body").bounding_box() or {})["width"] <= width, "nothing sticks out"
    await page.get_by_label("Complaint").check()
    await page.get_by_label("Which order or cart is it about?").select_option(index=1)
    await page.get_by_label("What is it about?").fill(" ")  # required looks at no blanks
    await page.get_by_role("button", name="Open the case").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("Write what it is about.")
    await expect(alert).to_be_focused()
    await look(page, f"error-{width}")
    await expect(page.get_by_label("Complaint")).to_be_checked()
    await expect(page.get_by_label("Which order or cart")).to_contain_text("Order 102")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the link to the field
    await page.get_by_label("What is it about?").fill(LONG)
    picture = tmp_path / "screen.png"
    picture.write_bytes(b"\x89PNG")
    await page.get_by_label("Files (optional)").set_input_files(picture)
    await page.get_by_label("2 - High").check()
    await page.get_by_role("button", name="Open the case").press("Enter")
    await expect(page.get_by_role("heading")).to_have_text("Thank you, we have it")
    await expect(page.get_by_text("Case 00001001")).to_be_visible()
    await look(page, f"done-{width}")
    await page.reload()
    await expect(page.get_by_text("Case 00001001")).to_be_visible()
    await page.goto(f"{link}x")
    await expect(page.get_by_role("heading")).to_have_text("This link does not work any more")
    await look(page, f"gone-{width}")
    await context.close()
    ana = there.person("ana")
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert "screen.png" in ana.modal.text
    assert "order 102" in ana.modal.text
