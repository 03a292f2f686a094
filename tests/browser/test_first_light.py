"""A case from opening to closing, by clicking and typing in the browser page and by nothing else."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.hands import act_as, button, choose, go_to_channel, messages, write
from tests.flows.conftest import Workplace, open_case

CASE = "00001002"
OTHER_ACCOUNTS_CASE = "00001001"


async def test_ana_works_a_case_from_opening_to_closing_and_linda_sees_only_her_accounts(
    page: Page, workplace: Workplace
) -> None:
    await open_case(workplace.person("viktor"), account="Harbour", title="Lens cutter stopped")

    await act_as(page, "Ana Lima")
    await go_to_channel(page, "general")
    await write(page, "/case open Printer on fire")
    modal = page.get_by_role("dialog", name="Open a case")
    await expect(modal.get_by_label("What is it about?")).to_have_value("Printer on fire")
    await choose(modal, "Account", "Cloud Nine Shoes")
    await modal.get_by_label("Description").fill("Smoke comes out of the label printer.")
    await choose(modal, "Severity", "2")
    await choose(modal, "Business impact", "Paid orders")
    await modal.get_by_role("button", name="Open case").click()
    done = page.get_by_role("dialog", name="Case opened")
    await expect(done).to_contain_text(f"{CASE} · Printer on fire")
    await done.get_by_role("button", name="Done").click()

    await go_to_channel(page, "support-cases")
    card = messages(page).get_by_role("article").filter(has_text=f"{CASE} · Printer on fire")
    await expect(card).to_contain_text("New")
    await expect(card).to_contain_text("Owner: nobody")
    await button(card, "Take").click()
    await expect(card).to_contain_text("Owner: Ana Lima")

    await card.hover()
    await card.get_by_role("button", name="Reply in thread").click()
    await write(page, "I have pulled the plug.", box="Reply…")
    await expect(page.get_by_role("log", name="Thread")).to_contain_text("I have pulled the plug.")
    await expect(card.get_by_test_id("thread-summary")).to_contain_text("1 reply")
    await expect(card).to_contain_text("Working")  # the reply became a comment: only now can one wait

    await button(card, "Set status").click()
    modal = page.get_by_role("dialog", name=f"Status of {CASE}")
    await choose(modal, "New status", "Waiting")
    await modal.get_by_role("button", name="Set status").click()
    await expect(card).to_contain_text("Waiting")

    await button(card, "Close case").click()
    modal = page.get_by_role("dialog", name=f"Close case {CASE}")
    await choose(modal, "How did it end?", "Solved")
    await modal.get_by_label("Last comment").fill("The new printer is in place.")
    await modal.get_by_role("button", name="Close case").click()
    await expect(card).to_contain_text("Closed by Ana Lima")
    await expect(button(card, "Reopen")).to_be_visible()
    await expect(button(card, "Close case")).to_have_count(0)

    await act_as(page, "Linda Berg")
    await page.get_by_role("button", name="Caseline Home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("My account's cases (1)")
    await expect(home).to_contain_text(f"{CASE} · Printer on fire")
    await expect(home).not_to_contain_text(OTHER_ACCOUNTS_CASE)

    await page.get_by_role("tab", name="Messages").click()
    await expect(page.get_by_test_id("composer-closed")).to_contain_text("has been turned off")
