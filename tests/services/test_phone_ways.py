"""Every way through the phone script and the triage of new cases, walked by the services on a real database.

The ways are read from the packaged playbook (`tests/phone_ways.py`); of each comes what the script says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.commands import AddAccount, Audience
from bot.domain.ids import AccountId, CaseId, CustomerId, PhoneCallId, SlackUserId
from bot.domain.people import SuccessPlan
from bot.domain.phone_calls import CallPage, GiveAnswer, PhoneCall, PhoneSettings
from bot.domain.phones import PhoneHours
from bot.domain.playbook.script import (
    SENDS,
    Answer,
    Decider,
    FieldKind,
    Outcome,
    Panel,
    Script,
    Step,
    StepKind,
)
from bot.domain.playbook.walk import Given, at, facts_of
from bot.services import accounts, call_page, phones, playbooks
from bot.services import phone_calls as service
from bot.store import entitlements
from bot.store import phone_calls as store
from bot.store.outbox import Kind
from bot.store.schema import canned_mails, outbox
from tests.callers import add_caller
from tests.factories import NOON
from tests.phone_ways import CAST, MODES, Character, Way, script_named, ways
from tests.services.conftest import OMAR, Office
from tests.services.test_phone_calls import PAGES

CHLOE = SlackUserId("U0CHLOE")
CLEAR = "The checkout stays blank since the last update, in two browsers, for every shopper."
NOBODY = "Nobody is called so"


@dataclass
class Shop:
    """The desk, and who of the cast is which customer with which account."""

    office: Office
    customers: Mapping[str, CustomerId]
    accounts: Mapping[str, AccountId]
    hours: int = 0
    letters: int = field(default=0)

    async def open_phones(self, mode: str) -> None:
        """Phones that are open all week, or on no day; a triage asks nobody to call."""
        if mode not in MODES[Decider.PHONES]:
            return
        days = frozenset(range(7)) if mode != "closed" else frozenset[int]()
        hours = PhoneHours(numbers=("+1",), weekdays=days, opens=time(0), closes=time(0), version=self.hours)
        await phones.set_hours(self.office.desk, hours, OMAR, self.office.key())
        self.hours += 1

    def address(self) -> str:
        """One that no message has gone to today."""
        self.letters += 1
        return f"reader{self.letters}@example.com"


@pytest.fixture
async def shop(office: Office) -> Shop:
    office.desk = replace(office.desk, email_ready=True)
    await playbooks.set_settings(office.desk, PhoneSettings(**PAGES), OMAR, office.key())
    theirs = {one.name: await _account(office, one) for one in CAST}
    today = NOON.date()

    def furnish(work: Any) -> dict[str, CustomerId]:
        return {
            one.name: add_caller(
                work, str(number), one.name, f"Harbour Group {number}", one.site,
                kind=one.caller, account_id=theirs[one.name], **one.known(today),
            )
            for number, one in enumerate(CAST, 1)
        }  # fmt: skip

    return Shop(office, await office.desk.write(furnish), theirs)


async def _account(office: Office, who: Character) -> AccountId:
    plan = SuccessPlan.STANDARD
    command = AddAccount(name=who.site, org_id_or_mid=who.site, success_plan=plan, timezone="Europe/Lisbon")
    return await accounts.add_account(office.desk, command, OMAR)


class Walker:
    """Level one, who goes one way."""

    def __init__(self, shop: Shop, way: Way, *, by_hand: bool = False) -> None:
        self.shop, self.way, self.by_hand = shop, way, by_hand
        self.desk = shop.office.desk
        self.script: Script = script_named(way.script)
        self.id = PhoneCallId(0)
        self.typed = list[Given]()
        self.case_id: CaseId | None = None

    async def page(self) -> CallPage:
        return await call_page.page(self.desk, self.id, CHLOE)

    async def begins(self) -> None:
        """Take the call; or the case, which was asked about before where the way says so."""
        if self.way.script == "phone":
            receipt = await service.begin(self.desk, CHLOE, self.shop.office.key())
        else:
            text = CLEAR if self.way.mode == "complete" else "It is broken"
            account = self.shop.accounts[self.way.who.name]
            case = await self.shop.office.opened(
                "U0ANA", account_id=account, description=text, team_id=None, org_id_or_mid=""
            )
            self.case_id = case.id
            if self.way.mode == "asked_before":
                await self._was_asked()
            receipt = await service.triage(self.desk, case.id, CHLOE, self.shop.office.key())
        assert receipt.phone_call_id is not None
        self.id = receipt.phone_call_id

    async def _was_asked(self) -> None:
        asking = Way(script="triage", who=self.way.who, mode="missing", answers=_asks())
        before = Walker(self.shop, asking)
        assert self.case_id is not None
        receipt = await service.triage(self.desk, self.case_id, CHLOE, self.shop.office.key())
        assert receipt.phone_call_id is not None
        before.id = receipt.phone_call_id
        await before.goes()

    async def call(self) -> PhoneCall:
        found = await self.desk.read(lambda c, viewer: store.by_id(c, viewer, self.id), CHLOE)
        assert found is not None
        return found

    async def goes(self) -> None:
        """Give every answer; what the desk answers by itself has to be what the way says."""
        call = await self.call()
        while (done := self.so_far(call)) < len(self.way.answers):
            await service.give(self.desk, self.answer(call), CHLOE, self.shop.office.key())
            call = await self.call()
            assert self.so_far(call) > done, f"{self.way}: nothing came of {self.way.answers[done]}"

    def so_far(self, call: PhoneCall) -> int:
        """How many of the answers of the way are kept; they are these and no others."""
        edges = tuple((one.step, one.answer) for one in call.answers)
        assert edges == self.way.edges[: len(edges)], f"{self.way}: {edges}"
        return len(edges)

    def answer(self, call: PhoneCall) -> GiveAnswer:
        """The next answer, with what is written down there."""
        position = self.so_far(call)
        given = self.way.answers[position]
        data = self.data(position)
        self.typed.append(replace(given, data=tuple(data.items())))
        return GiveAnswer(
            call_id=self.id,
            version=call.version,
            answer=given.answer,
            data=data,
            notes=f"Note {position}",
        )

    def data(self, position: int) -> dict[str, str]:
        """What this caller says in place of what the way has for anybody."""
        given = self.way.answers[position]
        step = self.script.step(given.step)
        assert step is not None
        answer = _answer(self.script, step, given.answer)
        target = self.script.step(answer.go)
        if answer.needs_any and target is not None and Panel.HITS in target.shows:
            return self._looks_up(step, answer, self.way.answers[position + 1])
        known = {
            FieldKind.ACCOUNT: str(self.shop.customers[self.way.who.name]),
            FieldKind.SITE: self.way.who.site,
        }
        data = dict(given.data)
        for name in data:
            found = self.script.field(name)
            assert found is not None
            if found.kind is FieldKind.EMAIL:
                data[name] = self.shop.address()
            data[name] = known.get(found.kind, data[name])
        if self.way.script == "triage" and "order" in step.fields and self.way.mode != "complete":
            data.pop("order", None)
        return data

    def _looks_up(self, step: Step, answer: Answer, then: Given) -> dict[str, str]:
        """Who is meant alone, or among others who are called alike, or nobody."""
        picks = next((one for one in _hits(self.script, answer).answers if one.value == then.answer), None)
        if picks is None or not picks.needs:
            return {answer.needs_any[0]: NOBODY}
        if self.by_hand and "company" in step.fields:
            return {"company": "Harbour Group"}
        named = {"site": self.way.who.site}
        return {answer.needs_any[0]: named.get(answer.needs_any[0], self.way.who.name)}


def _hits(script: Script, answer: Answer) -> Step:
    step = script.step(answer.go)
    assert step is not None
    return step


def _answer(script: Script, step: Step, value: str) -> Answer:
    found = next((one for one in (*step.answers, *script.anytime) if one.value == value), None)
    assert found is not None, f"{step.id} has no {value}"
    return found


def _asks() -> tuple[Given, ...]:
    """The way that ends with a question for what is missing."""
    return next(
        way.answers
        for way in ways("triage")
        if way.mode == "missing"
        and at(script_named("triage"), way.answers).step.outcome is Outcome.ASKED_FOR_MORE
    )


async def mails_of(office: Office, call_id: PhoneCallId) -> list[Any]:
    rows = select(canned_mails).where(canned_mails.c.call_id == call_id).order_by(canned_mails.c.id)
    return await office.desk.store.look(lambda c: list(c.execute(rows)))


async def told_of(office: Office, call_id: PhoneCallId) -> Counter[str]:
    """The rows of the outbox about a call, by kind."""
    rows = select(outbox.c.kind).where(outbox.c.phone_call_id == call_id)
    return Counter(await office.desk.store.look(lambda c: list(c.execute(rows).scalars())))


async def check(walker: Walker) -> None:
    """The call ended as the script says, has all that was typed, and did what the script names, once."""
    way, office = walker.way, walker.shop.office
    page = await walker.page()
    call, place = page.call, page.place
    assert call.is_over, way
    assert place.step.outcome is not None
    assert call.outcome == place.step.outcome.value, way
    _all_is_kept(walker, call)
    messages = _named_messages(walker)
    mails = await mails_of(office, call.id)
    assert [(one.message, one.address) for one in mails if one.message != "to_sales"] == messages, way
    told = await told_of(office, call.id)
    assert told[Kind.CANNED.value] == len(mails), way
    assert told[Kind.TO_SALES.value] == (place.step.outcome is Outcome.TO_SALES), way
    if "verdict" in place.data:
        assert call.receipt is not None
        assert facts_of(call.receipt)[1] == way.who.facts, way
    await _case_says_so(walker, call)


def _all_is_kept(walker: Walker, call: PhoneCall) -> None:
    kept = [dict(one.data) for one in call.answers]
    for typed in walker.typed:
        said = dict(typed.data)
        assert any(said.items() <= one.items() for one in kept), f"{walker.way}: {said} is lost"
    assert call.notes.startswith("Note "), walker.way


def _named_messages(walker: Walker) -> list[tuple[str, str]]:
    """The messages that the script names on this way, each with the address that was read back."""
    found, chosen = list[tuple[str, str]](), ""
    typed = iter(walker.typed)
    for given in walker.way.answers:
        step = walker.script.step(given.step)
        assert step is not None
        said = next(typed) if step.kind is not StepKind.DECIDE and not _by_itself(walker, given) else given
        if step.kind is StepKind.SEND and given.answer == SENDS:
            found.append((chosen, dict(said.data)["email"]))
        chosen = _answer(walker.script, step, given.answer).message or chosen
    return found


def _by_itself(walker: Walker, given: Given) -> bool:
    """Whether the desk picked the only one who was meant, so that nobody pressed anything."""
    return (given.step, given.answer) not in {(one.step, one.answer) for one in walker.typed}


async def _case_says_so(walker: Walker, call: PhoneCall) -> None:
    way, office = walker.way, walker.shop.office
    steps = [walker.script.step(one.step) for one in way.answers]
    to_level_two = any(one is not None and one.kind is StepKind.CASE for one in steps)
    assert (call.case_id is not None) == (way.script == "triage" or to_level_two), way
    if call.case_id is None:
        return
    case = await office.case(call.case_id)
    assert (case.team_id == office.level_two) == to_level_two, way
    texts = [text for one in walker.typed for name, text in one.data if _is_text(walker.script, name)]
    said = "\n".join(text for _, text in await office.said())
    if way.script == "phone":
        assert case.origin == "phone"
        assert all(text in case.description for text in texts if "What they said" not in text), way
    elif to_level_two:
        assert any(text in said for text in texts), way
    if call.outcome == Outcome.ASKED_FOR_MORE.value:
        audience, asked = (await office.said())[-1]
        assert (audience, asked) == (Audience.PUBLIC.value, walker.script.step("ask_once").say)  # type: ignore[union-attr]
    if call.receipt is not None:
        kept = await office.desk.read(lambda c, v: entitlements.entitlement_of(c, v, case.id), CHLOE)
        assert kept is not None
        assert (kept.receipt, kept.revision) == (call.receipt, call.revision), way


def _is_text(script: Script, name: str) -> bool:
    found = script.field(name)
    return found is not None and found.kind is FieldKind.TEXT


def in_order(name: str) -> list[Way]:
    """The ways through a script, those with one mode together."""
    return sorted(ways(name), key=lambda one: one.mode)


@pytest.mark.parametrize("name", ["phone", "triage"])
async def test_every_way_through_the_script_comes_to_what_the_script_says(shop: Shop, name: str) -> None:
    mode = ""
    for number, way in enumerate(in_order(name)):
        if way.mode != mode:
            await shop.open_phones(mode := way.mode)
        walker = Walker(shop, way, by_hand=number % 2 == 0)
        await walker.begins()
        await walker.goes()
        await check(walker)
