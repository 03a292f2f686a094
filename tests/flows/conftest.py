"""A desk at work for flow tests: a fresh sandbox, the real bot on a real database, people set up."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import Bot, build
from bot.config import Settings
from bot.domain.commands import AddAccount, AddTeam, SetUpPerson
from bot.domain.ids import AccountId, CallKey, ChannelId, SlackUserId, TeamId
from bot.domain.people import Role, SuccessPlan, TeamKind
from bot.sandbox import Message, Person, Sandbox
from bot.services import people
from bot.slack.pacing import Pacer

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
OMAR = SlackUserId("U0OMAR")
DATABASE = "caseline.db"


@dataclass(frozen=True)
class Workplace:
    """A workspace with the bot in it; `act_as` people, look at what they see, wait until all is `settled`."""

    sandbox: Sandbox
    bot: Bot

    def person(self, handle: str) -> Person:
        return self.sandbox.act_as(handle)

    async def settled(self) -> None:
        await self.sandbox.settled()

    async def card(self, number: str, channel: str = "support-cases") -> Message:
        """The card of a case, once everything is delivered."""
        await self.settled()
        cards = [one for one in self.person("omar").messages(channel) if number in one.all_text]
        assert len(cards) == 1, f"{len(cards)} cards of {number} in {channel}"
        return cards[0]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people set up and no case yet, made once; each test works on a copy of it."""
    folder = tmp_path_factory.mktemp("furnished")
    asyncio.run(_furnish(folder))
    return folder / DATABASE


async def _furnish(folder: Path) -> None:
    async with Sandbox(manifest=MANIFEST) as sandbox:
        bot = bot_for(sandbox, folder)
        await bot.start()
        try:
            await sandbox.bot_connected()
            await set_up(bot)
            await sandbox.settled()
        finally:
            await bot.stop()


@pytest.fixture
async def workplace(tmp_path: Path, furnished: Path) -> AsyncIterator[Workplace]:
    """The trial workspace with people set up and no case yet."""
    shutil.copy(furnished, tmp_path / DATABASE)
    async with Sandbox(manifest=MANIFEST) as sandbox:
        bot = bot_for(sandbox, tmp_path)
        await bot.start()
        try:
            await sandbox.bot_connected()
            yield Workplace(sandbox, bot)
            await sandbox.settled()
        finally:
            await bot.stop()
        assert sandbox.complaints == []
        assert sandbox.pings == []


def bot_for(sandbox: Sandbox, folder: Path) -> Bot:
    """The real bot, pointed at a sandbox; nothing of it is replaced but its pace."""
    sandbox.control = folder / "control.sock"
    settings = Settings(
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        slack_api_url=sandbox.api_url,
        database_url=f"sqlite:///{folder / DATABASE}",
        data=folder,
        admins=(OMAR,),
        cases_channel="support-cases",
    )
    return build(settings, clock=sandbox.clock, pacer=Pacer(enabled=False), control=sandbox.control)


async def set_up(bot: Bot) -> None:
    """The people of the trial workspace, by the same service that `/desk people` uses."""
    desk = bot.desk
    cloud = await people.add_account(
        desk,
        AddAccount(
            name="Cloud Nine Shoes",
            org_id_or_mid="MID-40017",
            success_plan=SuccessPlan.PREMIER,
            timezone="America/Los_Angeles",
        ),
        OMAR,
    )
    harbour = await people.add_account(
        desk,
        AddAccount(
            name="Harbour Optics",
            org_id_or_mid="MID-40555",
            success_plan=SuccessPlan.STANDARD,
            timezone="Europe/Prague",
        ),
        OMAR,
    )
    one = await people.add_team(desk, AddTeam(name="Level one", kind=TeamKind.LEVEL_ONE), OMAR)
    two = await people.add_team(desk, AddTeam(name="Level two", kind=TeamKind.LEVEL_TWO), OMAR)
    integrations = await people.add_team(
        desk,
        AddTeam(
            name="Integrations",
            kind=TeamKind.INTEGRATIONS,
            channel=ChannelId("C0INTEGR"),
            public_comments_locked=True,
        ),
        OMAR,
    )
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


async def open_case(person: Person, **fields: str) -> None:
    """Open a case through the modal, with sensible values where none are given."""
    await person.runs("/case open")
    assert person.modal is not None, person.reply or person.sentence
    await person.submits(**{**OPEN_FORM, **fields})
    assert person.errors == {}, person.errors
