"""A desk at work for flow tests: a fresh sandbox, the real bot on a real database, people set up."""

from __future__ import annotations

import asyncio
import gc
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import Bot, build
from bot.clock import TravellingClock
from bot.config import Settings
from bot.domain.calendars import same_hours
from bot.domain.commands import AddAccount, AddTeam, Contact, OpenCase, SetUpPerson
from bot.domain.ids import AccountId, CallKey, ChannelId, PersonId, SlackUserId, TeamId, shown
from bot.domain.people import Role, SuccessPlan, TeamKind
from bot.domain.team_calendars import TeamCalendar
from bot.sandbox import Message, Person, Sandbox
from bot.sandbox.words import unescape
from bot.services import accounts as account_service
from bot.services import calendars, cases, people
from bot.slack.pacing import Pacer
from bot.store.people import find_person
from tests.databases import Kind, kind, with_tables
from tests.transport import request_url, ways_in

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
OMAR = SlackUserId("U0OMAR")


@dataclass
class Workplace:
    """A workspace with the bot in it; `act_as` people, look at what they see, wait until all is `settled`."""

    sandbox: Sandbox
    bot: Bot
    take_back: timedelta = timedelta()

    def person(self, handle: str) -> Person:
        return self.sandbox.act_as(handle)

    def people(self, handles: str) -> list[Person]:
        """Several people at once: `ana, ben = workplace.people("ana ben")`."""
        return [self.person(handle) for handle in handles.split()]

    async def settled(self) -> None:
        await self.sandbox.settled()

    async def restart(self) -> None:
        """Stop the bot and start another one on the same data."""
        await self.bot.stop()
        settings = self.bot.settings
        self.bot = bot_for(self.sandbox, settings.data, settings.database_url, self.take_back)
        await self.bot.start()
        await self.sandbox.bot_connected()

    async def card(self, number: str, channel: str = "support-cases") -> Message:
        """The card of a case, once everything is delivered."""
        await self.settled()
        there = without_reports(self.person("omar").messages(channel))
        cards = [one for one in there if number in one.all_text]
        assert len(cards) == 1, f"{len(cards)} cards of {number} in {channel}"
        return cards[0]

    async def case_of(self, creator: str, owner: str | None = None, **fields: Any) -> str:
        """A case that is there already, and its number; made by the services, for what a test begins with."""
        theirs = HARBOUR if creator in ("viktor", "nadia") else CLOUD_NINE
        command = OpenCase(**{**CASE, "account_id": theirs, **fields})
        by, key = SlackUserId(self.person(creator).id), CallKey(f"begin:{secrets.token_hex(8)}")
        receipt = await cases.open_case(self.bot.desk, command, by, key)
        assert receipt.number is not None
        assert receipt.case_id is not None
        if owner is not None:
            await cases.take(
                self.bot.desk, receipt.case_id, SlackUserId(self.person(owner).id), CallKey(f"{key}:take")
            )
        return shown(receipt.number)

    async def role_of(
        self,
        handle: str,
        role: Role | None,
        account_id: AccountId | None = None,
        team_ids: tuple[TeamId, ...] = (),
    ) -> None:
        """Make somebody something else, as an administrator would."""
        who, key = SlackUserId(self.person(handle).id), CallKey(f"begin:{secrets.token_hex(8)}")
        command = SetUpPerson(slack_user_id=who, role=role, account_id=account_id, team_ids=team_ids)
        await people.set_up_person(self.bot.desk, command, OMAR, key)

    async def person_id(self, handle: str) -> PersonId:
        """Who somebody is in the database."""
        desk, who = self.bot.desk, SlackUserId(self.person(handle).id)
        found = await desk.store.look(lambda c: find_person(c, desk.workspace_id, who))
        assert found is not None
        return found.id

    async def never_closes(self) -> None:
        """Office hours without an end, so that no reminder waits for the morning of some other day."""
        always = same_hours(frozenset(range(7)), time(0), time(0))
        key = CallKey(f"begin:{secrets.token_hex(8)}")
        await calendars.set_calendar(self.bot.desk, TeamCalendar(hours=always), OMAR, key)

    async def team_in(self, channel: str) -> TeamId:
        """One more team, whose case cards go to this channel."""
        found = self.sandbox.workspace.channel_named(channel)
        assert found is not None
        command = AddTeam(name=f"Team of {channel}", kind=TeamKind.OTHER, channel=ChannelId(found.id))
        return await account_service.add_team(self.bot.desk, command, OMAR)


_REPORT = re.compile(r"[^\n]*: ([\d,]+ open cases?|nothing is open)")


def without_reports(messages: list[Message]) -> list[Message]:
    """Messages but for reports, which come whenever a test travels over a Monday or a Thursday."""
    return [one for one in messages if not _REPORT.match(one.text)]


CLOUD_NINE, HARBOUR = AccountId(1), AccountId(2)
LEVEL_ONE, LEVEL_TWO, INTEGRATIONS = TeamId(1), TeamId(2), TeamId(3)

CASE: dict[str, Any] = {
    "org_id_or_mid": "",
    "title": "Printer on fire",
    "description": "Smoke comes out of the label printer.",
    "business_impact": "orders_held",
    "timezone": "Europe/Lisbon",
    "severity": 2,
    "kind": "problem",
    "contact": Contact(),
}
"""What `Workplace.case_of` opens when it is told nothing else."""


@dataclass(frozen=True)
class Furnished:
    """A database with the people set up and no case yet, made once; each test works on a copy of it."""

    kind: Kind
    template: str

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        url = self.kind.copy(self.template, folder)
        yield url
        self.kind.drop(url)


@pytest.fixture(scope="session")
def furnished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    folder = tmp_path_factory.mktemp("furnished")
    chosen = kind(request.config.getoption("database"))
    url = with_tables(chosen.name, folder)
    asyncio.run(_furnish(folder, url))
    gc.freeze()  # what is loaded stays loaded: no need to look through all of it again and again
    return Furnished(chosen, url)


async def _furnish(folder: Path, database_url: str) -> None:
    async with Sandbox(manifest=MANIFEST, request_url=request_url(), clock=starting_clock()) as sandbox:
        bot = bot_for(sandbox, folder, database_url)
        await bot.start()
        try:
            await sandbox.bot_connected()
            await set_up(bot)
            await sandbox.settled()
        finally:
            await bot.stop()


@pytest.fixture
def database_url(tmp_path: Path, furnished: Furnished) -> Iterator[str]:
    """The address of a database of this test's own."""
    with furnished.copy(tmp_path) as url:
        yield url


@pytest.fixture
def take_back() -> timedelta:
    """How long a public comment of staff waits: not at all, but where that is what a test is about."""
    return timedelta()


@pytest.fixture
async def workplace(tmp_path: Path, database_url: str, take_back: timedelta) -> AsyncIterator[Workplace]:
    """The trial workspace with people set up and no case yet."""
    async with Sandbox(manifest=MANIFEST, request_url=request_url(), clock=starting_clock()) as sandbox:
        unhurried(sandbox)
        there = Workplace(sandbox, bot_for(sandbox, tmp_path, database_url, take_back), take_back)
        await there.bot.start()
        try:
            await sandbox.bot_connected()
            yield there
            await sandbox.settled()
        finally:
            await there.bot.stop()
        assert sandbox.complaints == []
        assert sandbox.pings == []


BEGINNING = datetime(2026, 11, 22, 10, tzinfo=UTC)
"""When every flow begins: a Sunday, before a whole week, so that no test goes by the day it is outside."""


def starting_clock() -> TravellingClock:
    return TravellingClock(BEGINNING - datetime.now(UTC))


PATIENCE = 20.0


def unhurried(sandbox: Sandbox) -> None:
    """Slack's three seconds are tested where time is the subject; elsewhere a busy machine is no failure."""
    sandbox.sockets.ack_seconds = sandbox.triggers.lifetime = PATIENCE


def bot_for(sandbox: Sandbox, folder: Path, database_url: str, take_back: timedelta = timedelta()) -> Bot:
    """The real bot, pointed at a sandbox; nothing of it is replaced but its pace."""
    sandbox.control = folder / "control.sock"
    settings = Settings(
        slack_bot_token=SecretStr(sandbox.bot_token),
        **ways_in(sandbox),
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        data=folder,
        admins=(OMAR,),
        cases_channel="support-cases",
    )
    pacer, control = Pacer(enabled=False), sandbox.control
    return build(settings, clock=sandbox.clock, pacer=pacer, control=control, take_back=take_back)


async def set_up(bot: Bot) -> None:
    """The people of the trial workspace, by the same service that `/desk people` uses."""
    desk = bot.desk
    cloud = await account_service.add_account(
        desk,
        AddAccount(
            name="Cloud Nine Shoes",
            org_id_or_mid="MID-40017",
            success_plan=SuccessPlan.PREMIER,
            timezone="America/Los_Angeles",
        ),
        OMAR,
    )
    harbour = await account_service.add_account(
        desk,
        AddAccount(
            name="Harbour Optics",
            org_id_or_mid="MID-40555",
            success_plan=SuccessPlan.STANDARD,
            timezone="Europe/Prague",
        ),
        OMAR,
    )
    one = await account_service.add_team(desk, AddTeam(name="Level one", kind=TeamKind.LEVEL_ONE), OMAR)
    two = await account_service.add_team(desk, AddTeam(name="Level two", kind=TeamKind.LEVEL_TWO), OMAR)
    integrations = await account_service.add_team(
        desk,
        AddTeam(
            name="Integrations",
            kind=TeamKind.INTEGRATIONS,
            channel=ChannelId("C0INTEGR"),
            public_comments_locked=True,
        ),
        OMAR,
    )
    assert (cloud, harbour) == (CLOUD_NINE, HARBOUR)
    assert (one, two, integrations) == (LEVEL_ONE, LEVEL_TWO, INTEGRATIONS)
    roles: dict[str, tuple[Role, AccountId | None, tuple[TeamId, ...]]] = {
        "U0ANA": (Role.AGENT, None, (two,)),
        "U0BEN": (Role.AGENT, None, (two,)),
        "U0CHLOE": (Role.AGENT, None, (one,)),
        "U0INES": (Role.AGENT, None, (integrations,)),
        "U0JUN": (Role.AGENT, None, (integrations,)),
        "U0MARIA": (Role.MANAGER, None, ()),
        "U0LINDA": (Role.DSC, cloud, ()),
        "U0RAJ": (Role.DSC, cloud, ()),
        "U0TESS": (Role.COMMUNITY, cloud, ()),
        "U0VIKTOR": (Role.DSC, harbour, ()),
        "U0NADIA": (Role.COMMUNITY, harbour, ()),
    }
    for user, (role, account_id, team_ids) in roles.items():
        await people.set_up_person(
            desk,
            SetUpPerson(slack_user_id=SlackUserId(user), role=role, account_id=account_id, team_ids=team_ids),
            OMAR,
            CallKey(f"set-up:{user}"),
        )


OPEN_FORM: dict[str, str] = {
    "account": "Cloud Nine",
    "title": "Printer on fire",
    "description": "Smoke comes out of the label printer.",
    "business_impact": "orders_held",
    "severity": "2",
    "kind": "problem",
}


async def open_case(person: Person, **fields: str | None) -> None:
    """Open a case through the modal, with sensible values where none are given."""
    await person.runs("/case open")
    assert person.modal is not None, person.reply or person.sentence
    await person.submits(**{**OPEN_FORM, **fields})
    assert person.errors == {}, person.errors


async def does(person: Person, line: str, **fields: str | None) -> None:
    """Type a command, fill its form, submit it, and close what the window turned into.

    A public comment of staff is sent by a second step.
    """
    await person.runs(line)
    assert person.modal is not None, person.reply or person.sentence
    await person.submits(**fields)
    assert person.errors == {}, person.errors
    await sends(person)
    if person.modal is not None:
        await person.closes(everything=True)


async def sends(person: Person) -> None:
    """Press *Send*, where a window shows a public comment first."""
    if person.modal is not None and person.modal.callback_id == "case.public":
        await person.submits()
        assert person.errors == {}, person.errors


def options(person: Person, field: str) -> list[str]:
    """What a select or a row of radio buttons in the person's window offers, by label."""
    assert person.modal is not None, person.reply
    for block in person.modal.blocks:
        if block["block_id"] == field:
            return [unescape(option["text"]["text"]) for option in block["element"]["options"]]
    raise AssertionError(f"no field {field} in {person.modal!r}")


def held(person: Person, field: str) -> str | None:
    """What an input of the person's window holds now: its text, or the value that is chosen."""
    assert person.modal is not None, person.reply
    (value,) = person.modal.values[field].values()
    chosen = value.get("selected_option")
    return chosen["value"] if chosen else value.get("selected_user") or value.get("value")


def fields_of(person: Person) -> list[str]:
    """The inputs of the person's window, by block id, from top to bottom."""
    assert person.modal is not None, person.reply
    return [block["block_id"] for block in person.modal.blocks if block["type"] == "input"]
