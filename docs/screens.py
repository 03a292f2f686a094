"""Takes the pictures of README and of the pages in docs/, from a trial made for it: `make screens`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent))

import order_scenes
import review_scenes
from stage import WINDOW, Stage, stage

PICTURES = Path(__file__).with_name("pictures")
LARGEST = 150_000
"""Bytes: a page of docs/ must open at once on a phone."""

Scene = Callable[[Stage], Awaitable[None]]
SCENES: dict[str, Scene] = {}
"""What is played, in this order, by the name of its picture; later scenes find what earlier ones did."""

CASES = "support-cases"
WALLET = "Wallet button is missing on small phones"


def picture(name: str) -> Callable[[Scene], Scene]:
    """The scene that `NAME.png` comes from."""

    def add(scene: Scene) -> Scene:
        SCENES[name] = scene
        return scene

    return add


@picture("first-light")
async def first_light(on: Stage) -> None:
    """A card in its channel, its thread open beside it: README's picture."""
    ana, ben = on.people("ana ben")
    card = on.card(WALLET)
    await ben.says("Thursday's build is on the test shop. May I close this after the release?", CASES, card)
    await ana.says("Please let Tess look at it first: she has the small phone. :eyes:", CASES, card)
    await on.look(ana, card.channel, card.ts)
    await on.page.get_by_role("log", name="Thread").get_by_text("she has the small phone").wait_for()
    shown = on.page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text=WALLET)
    await shown.scroll_into_view_if_needed()
    await on.shoot("first-light")


# A support contact of a customer


@picture("dsc-home")
async def dsc_home(on: Stage) -> None:
    (linda,) = on.people("linda")
    await linda.opens_home()
    await on.look(linda, "home")
    await on.shoot("dsc-home")


@picture("dsc-thread-menu")
async def dsc_thread_menu(on: Stage) -> None:
    tess, raj, linda = on.people("tess raj linda")
    said = await tess.says("The returns label prints upside down since this morning.", "cloud-nine")
    await raj.says(
        "Same in the Portland store. The printer's log:", "cloud-nine", said, {"printer.log": b"ink " * 900}
    )
    await tess.says("It is a Brother QL-820, if that helps.", "cloud-nine", said)
    await on.look(linda, said.channel)
    message = on.page.get_by_test_id("message").filter(has_text="upside down").last
    await message.hover()
    await message.get_by_test_id("message-shortcuts").click()
    menu = on.page.get_by_role("menu")
    await menu.wait_for()
    await on.shoot("dsc-thread-menu", message, menu)


@picture("dsc-thread-form")
async def dsc_thread_form(on: Stage) -> None:
    (linda,) = on.people("linda")
    said = next(one for one in linda.messages("cloud-nine") if "upside down" in one.all_text)
    await linda.uses("Open a case from thread", on=said)
    await on.window(linda, "dsc-thread-form", Severity="3 - Normal", Business_impact="Our own staff")
    await linda.submits(severity="3", business_impact="staff_slowed")
    assert not linda.errors, linda.errors
    await linda.closes(everything=True)
    await on.sandbox.settled()  # the thread is read, and the card is there


@picture("dsc-case")
async def dsc_case(on: Stage) -> None:
    (linda,) = on.people("linda")
    await linda.runs(f"/case show {on.number('upside down')}")
    await on.window(linda, "dsc-case")
    await linda.closes(everything=True)


@picture("dsc-escalate")
async def dsc_escalate(on: Stage) -> None:
    (linda,) = on.people("linda")
    number = on.number("upside down")
    await linda.runs(f"/case show {number}")
    await linda.clicks("Tell me then")
    await linda.closes(everything=True)
    await on.sandbox.travel(on.sandbox.clock.now() + timedelta(hours=4, minutes=1))
    await on.sandbox.settled()
    await on.newest(linda, "dsc-escalate")


@picture("dsc-access")
async def dsc_access(on: Stage) -> None:
    tess, linda = on.people("tess linda")
    await tess.runs("/case access")
    asked = {"who_name": "Jane Doe", "who_email": "jane@cloudnine.example", "note": "Since this morning"}
    await tess.submits(access_kind="lockout", **asked)
    await tess.closes(everything=True)
    await on.newest(linda, "dsc-access")


# An agent


@picture("agent-home")
async def agent_home(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.opens_home()
    await on.look(ana, "home")
    await on.shoot("agent-home")


@picture("agent-card")
async def agent_card(on: Stage) -> None:
    linda, ana = on.people("linda ana")
    await linda.runs(f"/case escalate {on.number('upside down')}")
    await linda.submits(reason="worse", note="Forty parcels wait at the door.")
    assert not linda.errors, linda.errors
    await linda.closes(everything=True)
    card = on.card("upside down")
    await on.look(ana, card.channel)
    shown = on.page.get_by_role("log", name="Messages").get_by_role("article")
    await on.shoot("agent-card", shown.filter(has_text="upside down").last)


@picture("agent-comment")
async def agent_comment(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.runs(f"/case comment {on.number(WALLET)}")
    text = "The button is back below 360 pixels. Please look at it on Tess's phone."
    await ana.submits(text=text, audience="public")
    await on.window(ana, "agent-comment")
    await ana.submits()
    await ana.closes(everything=True)


@picture("agent-ask")
async def agent_ask(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.runs(f"/case show {on.number(WALLET)}")
    await ana.clicks("Ask a question")
    question = "Does your feed send the wallet's name in small letters?"
    await on.window(ana, "agent-ask", Whom_do_you_ask="Ines Haddad", Your_question=question)
    await ana.closes(everything=True)


@picture("agent-search")
async def agent_search(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.runs("/case search checkout is:open")
    await on.window(ana, "agent-search")
    await ana.closes(everything=True)


@picture("agent-mail")
async def agent_mail(on: Stage) -> None:
    (ana,) = on.people("ana")
    assert on.sandbox.post is not None
    on.sandbox.post.write("Lou Fox <lou@outside.example>", "My order 70031", "It was promised for Monday.")
    assert on.bot.mail_in is not None
    await on.bot.mail_in.look()
    await ana.runs("/desk mail")
    await on.window(ana, "agent-mail")
    await ana.closes(everything=True)


# A manager


@picture("manager-call")
async def manager_call(on: Stage) -> None:
    linda, maria = on.people("linda maria")
    await linda.runs(f"/case show {on.number('upside down')}")
    await linda.clicks("Request a manager's call")
    await linda.submits(phone="+1 555 010 7000", wanted="today after ten")
    assert not linda.errors, linda.errors
    await linda.closes(everything=True)
    await on.newest(maria, "manager-call")


@picture("manager-person")
async def manager_person(on: Stage) -> None:
    sam, maria = on.people("sam maria")
    await sam.opens_home()
    await on.newest(maria, "manager-person")


@picture("manager-phones")
async def manager_phones(on: Stage) -> None:
    (maria,) = on.people("maria")
    await maria.runs("/desk phones")
    await maria.clicks("Edit the desk")
    await on.window(maria, "manager-phones")
    await maria.closes(everything=True)


@picture("manager-view-as")
async def manager_view_as(on: Stage) -> None:
    (maria,) = on.people("maria")
    await maria.opens_home()
    await on.look(maria, "home")  # which opens Home again, and so would end the view
    await maria.clicks("View as...")
    await maria.submits(viewed="Linda Berg")
    assert not maria.errors, maria.errors
    await on.page.get_by_text("read only").first.wait_for()
    await on.shoot("manager-view-as")
    await maria.clicks("Stop")


# Level one, on the phone


# A customer's affairs


@picture("personal-session")
async def personal_session(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.runs("/customer show C-40701")
    await ana.clicks("Act for them")
    await on.window(ana, "personal-session")


@picture("personal-cart")
async def personal_cart(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.clicks("order.cart")
    await ana.clicks("Place as an order...")
    await on.window(ana, "personal-cart")
    await ana.closes(everything=True)


@picture("personal-report")
async def personal_report(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.runs("/customer data C-40701")
    await ana.submits(reason="Letter of 20 November")
    await ana.closes(everything=True)
    await on.sandbox.settled()
    await on.look(ana, "dm")
    messages = on.page.get_by_role("log", name="Messages").get_by_role("article")
    await on.shoot("personal-report", messages.filter(has_text="Everything that is held").last)


@picture("personal-log")
async def personal_log(on: Stage) -> None:
    (maria,) = on.people("maria")
    await maria.runs("/customer data")
    await on.window(maria, "personal-log")
    await maria.closes(everything=True)


@picture("personal-erase")
async def personal_erase(on: Stage) -> None:
    (omar,) = on.people("omar")
    await omar.runs("/customer erase C-40701")
    await on.window(omar, "personal-erase")
    await omar.closes(everything=True)


@picture("phone-find")
async def phone_find(on: Stage) -> None:
    ana, chloe = on.people("ana chloe")
    await ana.runs("/call")
    await ana.submits(**{"f.greet.site": "lima-coffee"})
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "lima"})
    await on.window(chloe, "phone-find")


@picture("phone-verdict")
async def phone_verdict(on: Stage) -> None:
    (chloe,) = on.people("chloe")
    await chloe.clicks("This is Lima Coffee Traders")
    await chloe.clicks("Go on")
    assert chloe.modal is not None
    if "is your shop down" in chloe.modal.text.lower():
        await chloe.clicks("No: they take it by e-mail now")
    await on.window(chloe, "phone-verdict")


@picture("phone-message")
async def phone_message(on: Stage) -> None:
    (chloe,) = on.people("chloe")
    await chloe.clicks("Installation or the product")
    await on.window(chloe, "phone-message")


@picture("phone-home")
async def phone_home(on: Stage) -> None:
    ana, chloe = on.people("ana chloe")
    await ana.clicks("Hang up")
    await ana.closes(everything=True)
    await chloe.closes(everything=True)
    await chloe.opens_home()
    await on.look(chloe, "home")
    await on.shoot("phone-home")


@picture("phone-question")
async def phone_question(on: Stage) -> None:
    chloe, maria = on.people("chloe maria")
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "fromages-dupont"})
    await chloe.clicks("Go on")
    assert chloe.modal is not None
    if "is your shop down" in chloe.modal.text.lower():
        await chloe.clicks("No: they take it by e-mail now")
    await chloe.clicks("Ask a manager...")
    await chloe.submits(verdict="recent_order", reason="Sales promised them another month.")
    assert not chloe.errors, chloe.errors
    await on.sandbox.settled()
    await on.newest(maria, "phone-question")
    await chloe.clicks("Hang up")
    await chloe.closes(everything=True)


# An administrator


@picture("administrator-people")
async def administrator_people(on: Stage) -> None:
    (omar,) = on.people("omar")
    await omar.runs("/desk people")
    await on.window(omar, "administrator-people")
    await omar.closes(everything=True)


@picture("administrator-account")
async def administrator_account(on: Stage) -> None:
    (omar,) = on.people("omar")
    await omar.runs("/desk accounts Cloud Nine")
    await on.window(omar, "administrator-account")
    await omar.closes(everything=True)


@picture("administrator-health")
async def administrator_health(on: Stage) -> None:
    (omar,) = on.people("omar")
    await omar.runs("/desk health")
    await on.window(omar, "administrator-health")
    await omar.closes(everything=True)


# Time goes by


@picture("agent-review")
async def agent_review(on: Stage) -> None:
    """The next Monday at nine in Ana's morning."""
    (ana,) = on.people("ana")
    await _monday(on, on.sandbox.workspace.members[ana.id].tz, 9)
    await on.page.set_viewport_size({"width": 1280, "height": 1200})  # it is long
    reviews = on.page.get_by_role("log", name="Messages").get_by_role("article")
    await on.look(ana, "dm")
    await on.shoot("agent-review", reviews.filter(has_text="Your review").last)
    await on.page.set_viewport_size(WINDOW)


@picture("manager-report")
async def manager_report(on: Stage) -> None:
    (maria,) = on.people("maria")
    await on.page.set_viewport_size({"width": 1280, "height": 1400})  # it is long
    await on.look(maria, "dm")
    messages = on.page.get_by_role("log", name="Messages").get_by_role("article")
    await on.shoot("manager-report", messages.filter(has_text="Level two: ").last)
    await on.page.set_viewport_size(WINDOW)


@picture("manager-clock")
async def manager_clock(on: Stage) -> None:
    (maria,) = on.people("maria")
    await maria.runs("/case clock 1041")  # of Integrations, from the stories: its hours are office hours
    await on.window(maria, "manager-clock")
    await maria.closes(everything=True)


@picture("manager-calendar")
async def manager_calendar(on: Stage) -> None:
    (maria,) = on.people("maria")
    await maria.runs("/desk calendar")
    await on.window(maria, "manager-calendar")
    await maria.closes(everything=True)


# Orders: they come last, so that what they leave in Home is in no other picture

SCENES |= order_scenes.SCENES | review_scenes.SCENES


async def _monday(on: Stage, zone: str, hour: int) -> None:
    """Travel to a few minutes after an hour of the next Monday there."""
    there = on.sandbox.clock.now().astimezone(ZoneInfo(zone))
    day = there.date() + timedelta(days=7 - there.weekday())
    await on.sandbox.travel(datetime.combine(day, time(hour, 5), tzinfo=ZoneInfo(zone)))
    await on.sandbox.settled()


async def take(only: list[str]) -> None:
    """Play all scenes; write all pictures, or `only` those of these names."""
    unknown = sorted(set(only) - SCENES.keys())
    if unknown:
        sys.exit(f"There is no picture {', '.join(unknown)}; there are {', '.join(SCENES)}.")
    PICTURES.mkdir(exist_ok=True)
    wrong = []
    async with stage(PICTURES, only) as on:
        for name, scene in SCENES.items():
            try:
                await scene(on)
            except Exception as trouble:  # the others are wanted all the same
                wrong.append(f"{name}: {type(trouble).__name__}: {trouble}")
    for name in only or SCENES:
        found = PICTURES / f"{name}.png"
        if found.exists() and found.stat().st_size > LARGEST:
            wrong.append(f"{name}: {found.stat().st_size} bytes are too many, {LARGEST} are allowed")
    if wrong:
        sys.exit("Not all is well:\n" + "\n".join(wrong))


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1:]))
