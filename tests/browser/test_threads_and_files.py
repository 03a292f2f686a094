"""A thread becomes a case in the browser: the message's menu, the file field, editing and deleting."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.hands import act_as, choose, go_to_channel, messages, write
from tests.flows.conftest import Workplace


async def test_a_thread_becomes_a_case_with_a_file(page: Page, workplace: Workplace) -> None:
    await act_as(page, "Linda Berg")
    await go_to_channel(page, "cloud-nine")
    await write(page, "Labels come out black")
    said = messages(page).get_by_test_id("message").last
    await said.hover()
    await said.get_by_test_id("message-shortcuts").click()
    await page.get_by_role("menuitem", name="Open a case from thread").click()
    modal = page.get_by_role("dialog", name="Open a case")
    await choose(modal, "Severity", "2")
    await choose(modal, "Business impact", "Paid orders")
    await modal.locator("input[type=file]").set_input_files(
        [{"name": "fuser.log", "mimeType": "text/plain", "buffer": b"hot"}]
    )
    await expect(modal).to_contain_text("fuser.log")
    await modal.get_by_role("button", name="Open case").click()
    done = page.get_by_role("dialog", name="Case opened")
    await expect(done).to_contain_text("Its thread is being read now")
    await done.get_by_role("button", name="Done").click()
    await workplace.settled()
    await said.hover()
    await said.get_by_test_id("message-shortcuts").click()
    await page.get_by_role("menuitem", name="Open a case from thread").click()
    case = page.get_by_role("dialog", name="Case 00001001")
    await expect(case).to_contain_text("1 message, all captured")
    await expect(case).to_contain_text("fuser.log · 3 bytes · kept here · public")
