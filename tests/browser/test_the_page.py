"""The page itself: dark and light, without a mouse, on a narrow window, with the traffic and with faults."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.hands import button, go_to_channel, messages, pick, reload, scrolls_sideways, tab_to, write
from tests.flows.conftest import Workplace

CASE = "00001001"


async def test_whoever_chose_dark_still_has_it_after_a_reload(page: Page) -> None:
    dark = page.get_by_role("switch", name="Dark mode")
    await expect(dark).to_have_attribute("aria-checked", "false")
    await dark.click()
    await expect(dark).to_have_attribute("aria-checked", "true")
    await reload(page)
    await expect(dark).to_have_attribute("aria-checked", "true")
    await expect(page.locator("#main")).to_have_css("background-color", "rgb(27, 24, 29)")
    await dark.click()
    await expect(page.locator("#main")).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_a_case_is_opened_and_closed_without_a_mouse(page: Page) -> None:
    press = page.keyboard.press
    await expect(page.get_by_label("Message #")).to_be_focused()
    await page.keyboard.type("/case open Printer on fire")
    await press("Enter")
    modal = page.get_by_role("dialog", name="Open a case")
    await pick(page, modal.get_by_role("combobox", name="Account"), "Cloud Nine")
    await tab_to(page, modal.get_by_label("Description"))
    await page.keyboard.type("Smoke comes out.")
    await pick(page, modal.get_by_role("combobox", name="Severity"), "2")
    await pick(page, modal.get_by_role("combobox", name="Business impact"), "Paid orders")
    await press("Control+Enter")
    await expect(page.get_by_role("dialog", name="Case opened")).to_contain_text(CASE)
    await press("Escape")
    await expect(page.get_by_label("Message #")).to_be_focused()

    await press("Control+k")
    switcher = page.get_by_role("dialog", name="Quick switcher")
    await page.keyboard.type("support-c")
    await expect(switcher.get_by_role("option")).to_have_count(1)
    await press("Enter")
    card = messages(page).get_by_role("article").filter(has_text=CASE)
    await expect(card).to_contain_text("New")
    await press("Shift+F6")
    await press("ArrowUp")
    await expect(card).to_be_focused()
    await tab_to(page, button(card, "Close case"))
    await press("Enter")
    modal = page.get_by_role("dialog", name=f"Close case {CASE}")
    await pick(page, modal.get_by_role("combobox", name="How did it end?"), "Solved")
    await tab_to(page, modal.get_by_label("Last comment"))
    await page.keyboard.type("The plug is out.")
    await tab_to(page, modal.get_by_role("button", name="Close case"))
    await press("Enter")
    await expect(card).to_contain_text("Closed by Ana Lima")
    await expect(card).to_be_focused()  # its button is gone, so the card has the keyboard

    await press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await press("Escape")
    await expect(card).to_be_focused()


async def test_a_narrow_window_has_a_drawer_and_one_pane_at_a_time(page: Page, workplace: Workplace) -> None:
    await workplace.case_of("linda")
    await page.set_viewport_size({"width": 380, "height": 760})
    sidebar = page.get_by_role("navigation", name="Channels and apps")
    await expect(sidebar).to_be_hidden()
    drawer = page.get_by_role("button", name="Channels and people")
    await drawer.click()
    await expect(sidebar).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sidebar).to_be_hidden()
    await expect(drawer).to_be_focused()
    await drawer.click()
    await go_to_channel(page, "support-cases")
    await expect(sidebar).to_be_hidden()
    card = messages(page).get_by_role("article").filter(has_text=CASE)
    assert not await scrolls_sideways(page)

    await card.hover()
    await card.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text(CASE)
    await expect(card).to_be_hidden()
    assert not await scrolls_sideways(page)
    await thread.get_by_role("button", name="Close thread").click()
    await expect(card).to_be_visible()

    await button(card, "Set status").click()
    await expect(page.get_by_role("dialog", name=f"Status of {CASE}")).to_be_visible()
    assert not await scrolls_sideways(page)


async def test_the_traffic_shows_each_call_and_what_it_carried(page: Page) -> None:
    await page.get_by_role("button", name="Traffic").click()
    traffic = page.get_by_role("complementary", name="Traffic")
    await write(page, "/case help")
    commands = traffic.get_by_role("listitem").filter(has_text="ana · /case help")
    await expect(commands).to_contain_text("OK")
    await commands.get_by_role("button", name="slash_commands").click()
    await expect(commands.get_by_test_id("call-json")).to_contain_text('"text": "help"')
    await traffic.get_by_role("button", name="Failed").click()
    await expect(commands).to_have_count(0)
    await traffic.get_by_role("button", name="All").click()
    await expect(commands).to_have_count(1)

    await traffic.get_by_role("button", name="Pause").click()
    await write(page, "/case help")
    go_on = traffic.get_by_role("button", name="Go on")
    await expect(go_on).to_contain_text("new")
    await expect(commands).to_have_count(1)
    await go_on.click()
    await expect(commands).to_have_count(2)
    await traffic.get_by_label("Filter the traffic").fill("ana · /case help")
    await expect(traffic.get_by_role("listitem")).to_have_count(2)


async def test_a_fault_is_switched_on_and_the_bar_says_so_until_it_is_off(
    page: Page, workplace: Workplace
) -> None:
    faults = page.get_by_role("button", name=re.compile("^Faults"))
    badge = page.get_by_test_id("faults-badge")
    workplace.sandbox.faults.turn("limits")  # as a trial keeps them: no trouble of anybody's
    await expect(faults).to_have_accessible_name("Faults, none on")
    await faults.click()
    await page.get_by_role("switch", name="Slow answers").click()
    await expect(badge).to_have_text("1 on")
    assert [one["label"] for one in workplace.sandbox.faults.to_json() if one["on"]] == [
        "Slack's limits",
        "Slow answers",
    ]
    await reload(page)
    await expect(badge).to_have_text("1 on")
    await faults.click()
    await page.get_by_role("button", name="All off").click()
    await expect(badge).to_be_hidden()
    assert [one["name"] for one in workplace.sandbox.faults.to_json() if one["on"]] == ["limits"]


async def test_a_long_channel_comes_in_pages_as_one_scrolls_up(page: Page, workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for number in range(230):
        await ana.says(f"Parcel {number} is packed.", channel="random")
    await go_to_channel(page, "random")
    parcels = messages(page).get_by_role("article")
    for loaded in (100, 200, 230):
        await expect(parcels).to_have_count(loaded)
        await messages(page).evaluate("list => { list.scrollTop = 0; }")
    await expect(parcels.first).to_contain_text("Parcel 0 is packed.")
    await expect(parcels.first).to_be_in_viewport()
    await ana.says("That was the last one.", channel="random")
    await expect(parcels).to_have_count(231)
    await expect(parcels.first).to_be_in_viewport()  # what comes below does not move what one reads
