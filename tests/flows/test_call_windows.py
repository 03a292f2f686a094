"""Calls in Slack as people take them, with e-mail: to each outcome, in few clicks, seen by colleagues."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import CallKey
from bot.domain.people import Role
from bot.domain.phone_calls import PhoneSettings
from bot.domain.phones import PhoneHours
from bot.handlers.front import Front
from bot.sandbox import Person, Sandbox
from bot.services import phones, playbooks
from bot.store.store import Store
from bot.store.work import Work
from tests.callers import add_caller
from tests.flows.conftest import (
    CLOUD_NINE,
    LEVEL_ONE,
    MANIFEST,
    OMAR,
    Workplace,
    bot_for,
    starting_clock,
    unhurried,
)
from tests.phone_ways import CAST
from tests.services.test_phone_calls import PAGES
from tests.transport import request_url

ALL_WEEK = frozenset(range(7))


@pytest.fixture
async def phone(tmp_path: Path, database_url: str) -> AsyncIterator[Workplace]:
    """A desk that sends e-mail, with the cast of the phone ways as its customers; Chloe is level one."""
    async with Sandbox(
        manifest=MANIFEST, request_url=request_url(), clock=starting_clock(), mail=True
    ) as sandbox:
        unhurried(sandbox)
        there = Workplace(sandbox, bot_for(sandbox, tmp_path, database_url))
        await there.bot.start()
        try:
            await sandbox.bot_connected()
            await _furnish(there)
            yield there
            await sandbox.settled()
        finally:
            await there.bot.stop()
        assert sandbox.complaints == []


async def _furnish(there: Workplace) -> None:
    desk, today = there.bot.desk, there.sandbox.clock.now().date()

    def shop(work: Work) -> None:
        for number, one in enumerate(CAST, 1):
            mine = {"account_id": CLOUD_NINE} if number == 1 else {}
            add_caller(
                work, str(number), one.name, f"Harbour Group {number}", one.site, kind=one.caller,
                **mine, **one.known(today),
            )  # fmt: skip

    await desk.write(shop)
    await playbooks.set_settings(desk, PhoneSettings(**PAGES), OMAR, CallKey("begin:names"))
    await there.role_of("chloe", Role.AGENT, None, (LEVEL_ONE,))
    await hours(there, ALL_WEEK)


async def hours(there: Workplace, days: frozenset[int], version: int = 0) -> None:
    """Phones that are open on these days, all day long."""
    wanted = PhoneHours(numbers=("+1",), weekdays=days, opens=time(0), closes=time(0), version=version)
    await phones.set_hours(there.bot.desk, wanted, OMAR, CallKey(f"begin:hours:{version}"))


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


class Clicks:
    """Somebody whose clicks are counted; typing is not, and Enter is the button at the bottom."""

    def __init__(self, person: Person) -> None:
        self.person, self.count = person, 0

    async def clicks(self, what: str) -> None:
        self.count += 1
        await self.person.clicks(what)

    async def submits(self, **fields: Any) -> None:
        self.count += 1
        await self.person.submits(**fields)
        assert self.person.errors == {}, self.person.errors


def letters(there: Workplace) -> list[tuple[str, str]]:
    """Every e-mail that was sent, the oldest first: to whom, about what."""
    assert there.sandbox.post is not None
    return [(one["recipient"], one["subject"]) for one in reversed(there.sandbox.post.mails())]


@pytest.mark.parametrize(("open_now", "clicks"), [(True, 5), (False, 6)])
async def test_a_known_caller_has_the_message_after_at_most_six_clicks(
    phone: Workplace, open_now: bool, clicks: int
) -> None:
    if not open_now:
        await hours(phone, frozenset(), version=1)
    chloe = phone.person("chloe")
    counted = Clicks(chloe)
    await chloe.opens_home()
    await counted.clicks("Take a call")
    await counted.submits(**{"f.greet.site": "fox-outdoor"})
    await counted.clicks("Go on")
    if not open_now:
        await counted.clicks("No: they take it by e-mail now")
    await counted.clicks("Installation or the product")
    await counted.submits()  # the address that is known stands there, to be read back
    assert "explains step by step how to get help" in shown(chloe)
    assert counted.count == clicks
    await phone.settled()
    assert letters(phone) == [("lena@example.com", "How to reach our technicians about fox-outdoor.example")]
    await chloe.clicks("Look again")
    assert "taken by the mail server" in shown(chloe)


Press = Callable[[Person], Awaitable[None]]


def says(**fields: str) -> Press:
    """The button at the bottom, with something typed."""

    async def press(person: Person) -> None:
        await person.submits(**{name.replace("__", "."): text for name, text in fields.items()})
        assert person.errors == {}, person.errors

    return press


def fills(**fields: str) -> Press:
    async def press(person: Person) -> None:
        await person.fills(**{name.replace("__", "."): text for name, text in fields.items()})

    return press


def on(what: str) -> Press:
    async def press(person: Person) -> None:
        await person.clicks(what)

    return press


def finds(site: str) -> tuple[Press, ...]:
    return says(f__greet__site=site), on("Go on")


WAYS: dict[str, tuple[tuple[Press, ...], str]] = {
    "covered, helped on": (
        (
            *finds("okoye-linen"),
            on("Hosting, or the site is down"),
            says(f__send_covered__email="amara@example.com"),
            on("They would like help with it"),
            on("They know how to go on"),
        ),
        "Answered by e-mail",
    ),
    "no plan, insists": (
        (
            *finds("lima-coffee"),
            on("They report a bug"),
            says(f__send_uncovered__email="omid@example.com"),
            on("They want help from a person"),
            on("They insist"),
            says(f__send_options__email="omid@example.com"),
        ),
        "Answered by e-mail",
    ),
    "old version": (
        (*finds("vale-books"), on("Send the choices they have"), says()),
        "Answered by e-mail",
    ),
    "a bug to level two": (
        (
            *finds("fox-outdoor"),
            fills(f__live__issue="Nobody can pay"),
            on("A bug: a case with level two"),
            says(f__level_two__summary="Since this morning"),
        ),
        "With level two",
    ),
    "to sales": (
        (*finds("trial-goods"), says(f__sales__sales_contact="+351 555, mornings")),
        "With sales",
    ),
    "a compliment in between": (
        (
            *finds("mori-paper"),
            on("Compliment or complaint"),
            on("That was all; end the call"),
        ),
        "Compliment or complaint written down",
    ),
    "nobody is found": (
        (
            says(f__greet__site="nowhere.example"),
            on("They have nothing else"),
            on("Told them; end the call"),
        ),
        "Not identified",
    ),
}
"""One way to each outcome in Slack; `tests/services/test_phone_ways.py` walks them all."""


async def test_every_outcome_is_come_to_in_the_window(phone: Workplace) -> None:
    chloe = phone.person("chloe")
    for name, (presses, outcome) in WAYS.items():
        await chloe.runs("/call")
        for press in presses:
            await press(chloe)
            assert chloe.failure == "", f"{name}: {chloe.sentence}"
        assert outcome in shown(chloe), f"{name}: {shown(chloe)}"
        await chloe.closes(everything=True)
    await phone.settled()
    assert sorted(subject for _, subject in letters(phone)) == [
        "How to reach our hosting team about okoye-linen.example",
        "How to report a bug",
        "Priority support for lima-coffee.example",
        "Support for version 5.2 of vale-books.example",
    ]
    card = await phone.card("00001001")
    assert "Nobody can pay" in card.all_text


async def test_the_managers_word_comes_into_the_open_window(phone: Workplace) -> None:
    await phone.role_of("maria", Role.MANAGER)
    chloe, maria = phone.people("chloe maria")
    await asks(phone, chloe)
    await chloe.fills(notes="They wait on the line")
    await decides(phone, maria, verdict="recent_order", reason="So it was")
    told = shown(chloe)
    assert "Maria Keller has overruled the verdict: Covered by a recent order." in told
    assert "Support comes with it: what is it about?" in told
    assert "*Session: " in told  # its bar does not go with the drawing
    await chloe.clicks("Installation or the product")
    assert "May I read back the address" in shown(chloe)
    assert held_notes(chloe) == "They wait on the line"


async def test_a_closed_window_stays_closed_and_the_next_one_has_the_answer(phone: Workplace) -> None:
    await phone.role_of("maria", Role.MANAGER)
    chloe, maria = phone.people("chloe maria")
    await asks(phone, chloe)
    await chloe.closes(everything=True)
    await decides(phone, maria, verdict="stands", reason="Nobody promised anything")
    assert chloe.modal is None
    assert any("stands: No support plan" in one.text for one in chloe.dms)
    await asks(phone, chloe)
    await chloe.closes(everything=True)
    await chloe.opens_home()
    await chloe.clicks("Resume")
    await decides(phone, maria, verdict="hosting", reason="We host them since today")
    assert "has overruled the verdict: Hosted by us" in shown(chloe)
    chloe.reloads()
    await asks(phone, chloe)
    assert "Decide..." in str(maria.dms[-1].blocks)
    await chloe.clicks("Hang up")
    await phone.settled()
    assert "was over before anybody decided" in maria.dms[-1].text
    assert "Decide..." not in str(maria.dms[-1].blocks)


async def asks(there: Workplace, chloe: Person) -> None:
    await chloe.runs("/call")
    for press in finds("lima-coffee"):
        await press(chloe)
    assert "No support plan" in shown(chloe)
    await chloe.clicks("Ask a manager...")
    await chloe.submits(verdict="recent_order", reason="Promised by sales")
    await there.settled()


async def decides(there: Workplace, maria: Person, **fields: str) -> None:
    message = next(one for one in reversed(maria.dms) if "asks you about the verdict" in one.text)
    await maria.clicks("Decide...", on=message)
    await maria.submits(**fields)
    assert maria.errors == {}, maria.errors
    maria.reloads()
    await there.settled()


def held_notes(person: Person) -> str | None:
    assert person.modal is not None
    (value,) = person.modal.values["notes"].values()
    return value.get("value")


async def test_who_has_an_account_on_the_phone_is_seen_before_the_click(phone: Workplace) -> None:
    chloe, ana = phone.people("chloe ana")
    await ana.runs("/call")
    await ana.submits(**{"f.greet.site": "fox-outdoor"})
    busy = "is on the phone with this account since"
    assert busy not in shown(ana)  # nobody is told of themselves
    await chloe.runs("/call")
    (option,) = await chloe.suggestions("call.find", "fox-out")
    assert option["description"]["text"].startswith("On the phone with Ana")
    await chloe.submits(**{"f.greet.company": "Harbour Group"})
    assert shown(chloe).count(busy) == 1  # of eight who may be meant
    await chloe.clicks("This is Harbour Group 1")
    assert busy in shown(chloe)
    await chloe.closes(everything=True)
    await chloe.opens_home()
    assert chloe.home is not None
    assert busy in chloe.home.text
    await chloe.runs("/customer find fox-outdoor")
    assert busy in shown(chloe)
    await chloe.clicks("Show")
    assert busy in shown(chloe)
    await chloe.closes(everything=True)
    await ana.clicks("Hang up")
    await chloe.runs("/customer find fox-outdoor")
    assert busy not in shown(chloe)


async def types_and_presses(person: Person) -> None:
    await person.fills(**{"f.live.issue": "Nobody can pay"})
    await person.clicks("A bug: a case with level two")


# At each kind of step: what is pressed, and what the bot then asks of Slack.
STEPS: tuple[tuple[str, Press, list[str]], ...] = (
    ("a form is sent", says(f__greet__site="fox-outdoor"), []),  # the answer is in the acknowledgement
    ("a button is pressed", on("Go on"), ["views.update"]),
    ("a step back", on("Back"), ["views.update"]),
    ("on again", on("Go on"), ["views.update"]),
    ("notes", says(), []),
    ("an interruption", on("Compliment or complaint"), ["views.update"]),
    ("back from it", on("Go on where we were"), ["views.update"]),
    ("a message is chosen", on("Customization"), ["views.update"]),
    ("a message is sent", says(), []),
    ("something else", on("Yes, something else"), ["views.update"]),
    ("something is missing", on("A bug: a case with level two"), ["views.update"]),
    ("a bug", types_and_presses, ["views.update"]),
    ("a case is opened", says(f__level_two__summary="Since today"), []),
)


async def test_each_kind_of_step_is_one_transaction_and_one_call_of_slack(
    phone: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    chloe, written = phone.person("chloe"), list[str]()
    write, handle = Store.write, Front._handle
    is_asked: ContextVar[bool] = ContextVar(
        "is_asked", default=False
    )  # not so of what the outbox does meanwhile

    async def handled(self: Front, *given: Any) -> Any:
        is_asked.set(True)
        return await handle(self, *given)

    async def counted(self: Store, *given: Any, **named: Any) -> Any:
        if is_asked.get():
            written.append("write")
        return await write(self, *given, **named)

    await chloe.runs("/call")
    await phone.settled()
    monkeypatch.setattr(Store, "write", counted)
    monkeypatch.setattr(Front, "_handle", handled)
    for name, press, asked in STEPS:
        written.clear()
        before = len(phone.sandbox.journal.requests)
        await press(chloe)
        requests = [one.method for one in phone.sandbox.journal.requests[before:]]
        views = [one for one in requests if one.startswith("views.") and one != "views.publish"]
        assert (written, views) == (["write"], asked), name
        await phone.settled()
    assert "With level two" in shown(chloe)


async def test_a_message_that_lacks_a_value_says_which_and_who_sets_it(phone: Workplace) -> None:
    await playbooks.set_settings(
        phone.bot.desk, PhoneSettings(**{**PAGES, "developer_page": ""}, version=1), OMAR, CallKey("unset")
    )
    chloe = phone.person("chloe")
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "fox-outdoor"})
    await chloe.clicks("Go on")
    await chloe.clicks("Customization")
    assert "The page with guides for developers and partners. A manager sets it in /desk" in shown(chloe)
    assert chloe.modal is not None
    assert chloe.modal.submit == "Save notes"  # nothing can be sent
    assert '"style": "primary"' not in json.dumps(chloe.modal.blocks)


async def test_what_was_typed_goes_along_when_the_call_is_handed_over(phone: Workplace) -> None:
    chloe, ana = phone.person("chloe"), phone.person("ana")
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "fox-outdoor"})
    await chloe.clicks("Go on")
    await chloe.fills(**{"f.live.issue": "Nobody can pay", "notes": "Calls from a train"})
    await chloe.clicks("Hand over")
    await chloe.closes()  # not yet: the window below goes on
    await chloe.fills(**{"f.live.issue": "Nobody can pay by card"})
    await chloe.clicks("Hand over")
    await chloe.submits(who="ana")
    await phone.settled()
    await ana.clicks("Open the call", on=ana.dms[-1])
    assert "Nobody can pay by card" in shown(ana)
    assert "Calls from a train" in shown(ana)


async def test_back_shows_what_was_typed_and_forward_keeps_it(phone: Workplace) -> None:
    chloe = phone.person("chloe")
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "fox-outdoor"})
    await chloe.clicks("Go on")
    await chloe.fills(**{"f.live.issue": "Nobody can pay"})
    await chloe.clicks("Installation or the product")
    await chloe.clicks("Back")
    assert "Nobody can pay" in shown(chloe)
    await chloe.clicks("Back")
    await chloe.clicks("Go on")
    assert "Nobody can pay" in shown(chloe)
    for _ in range(3):
        await chloe.clicks("Back")
    assert "fox-outdoor" in shown(chloe)
