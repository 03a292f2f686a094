"""The people and channels that a fresh workspace starts with; `workspace.py` plants them once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SeedPerson:
    """One person of the workspace; `handle` is what others type after an @."""

    id: str
    handle: str
    real_name: str
    title: str = ""
    tz: str = "UTC"
    email: str = ""
    is_admin: bool = False
    color: str = "9f69e7"


@dataclass(frozen=True, kw_only=True)
class SeedChannel:
    """One channel; `members` are handles, and "*" stands for everybody."""

    id: str
    name: str
    topic: str = ""
    members: tuple[str, ...] = ("*",)
    is_private: bool = False
    bot_is_member: bool = True


@dataclass(frozen=True, kw_only=True)
class Seed:
    """A whole workspace."""

    team_id: str
    team_name: str
    team_domain: str
    people: tuple[SeedPerson, ...]
    channels: tuple[SeedChannel, ...]


def _person(
    handle: str, real_name: str, title: str, tz: str, company: str, color: str, is_admin: bool = False
) -> SeedPerson:
    return SeedPerson(
        id=f"U0{handle.upper()}",
        handle=handle,
        real_name=real_name,
        title=title,
        tz=tz,
        email=f"{handle}@{company}.example",
        is_admin=is_admin,
        color=color,
    )


_STAFF = (
    _person("ana", "Ana Lima", "Level two support", "Europe/Lisbon", "northwind", "2f7d8c"),
    _person("ben", "Ben Okafor", "Level two support", "Europe/London", "northwind", "b5651d"),
    _person("chloe", "Chloé Martin", "Level one support", "Europe/Paris", "northwind", "8a4f7d"),
    _person("ines", "Ines Haddad", "Integrations support", "Asia/Dubai", "northwind", "4a7c3a"),
    _person("jun", "Jun Sato", "Integrations support", "Asia/Tokyo", "northwind", "c0392b"),
    _person("maria", "Maria Keller", "Support manager", "Europe/Berlin", "northwind", "34558b"),
    _person("omar", "Omar Reyes", "Desk administrator", "America/New_York", "northwind", "6b5b95", True),
)
_CLOUD_NINE = (
    _person(
        "linda",
        "Linda Berg",
        "Support contact, Cloud Nine Shoes",
        "America/Los_Angeles",
        "cloudnine",
        "d0743c",
    ),
    _person("raj", "Raj Patel", "Support contact, Cloud Nine Shoes", "Asia/Kolkata", "cloudnine", "3c8d5a"),
    _person("tess", "Tess Young", "Shop floor, Cloud Nine Shoes", "America/Chicago", "cloudnine", "a05195"),
)
_HARBOUR = (
    _person(
        "viktor", "Viktor Novak", "Support contact, Harbour Optics", "Europe/Prague", "harbour", "7a6c2e"
    ),
    _person("nadia", "Nadia Costa", "Shop floor, Harbour Optics", "Europe/Lisbon", "harbour", "2d6a9f"),
)
_NEWCOMER = _person("sam", "Sam Newcomer", "", "UTC", "newcomer", "808080")


def _handles(people: tuple[SeedPerson, ...]) -> tuple[str, ...]:
    return tuple(person.handle for person in people)


SEED = Seed(
    team_id="T0NORTHWIND",
    team_name="Northwind Support",
    team_domain="northwind-support",
    people=(*_STAFF, *_CLOUD_NINE, *_HARBOUR, _NEWCOMER),
    channels=(
        SeedChannel(id="C0GENERAL", name="general", topic="Everybody is here"),
        SeedChannel(id="C0RANDOM", name="random", topic="Anything but work", bot_is_member=False),
        # Case cards show internal comments: their channels are for staff alone.
        SeedChannel(
            id="C0CASES",
            name="support-cases",
            topic="One card for each case",
            members=_handles(_STAFF),
            is_private=True,
        ),
        SeedChannel(
            id="C0LEVELONE",
            name="level-one",
            topic="Phones",
            members=("chloe", "ana", "maria", "omar"),
            is_private=True,
        ),
        SeedChannel(
            id="C0LEVELTWO",
            name="level-two",
            topic="Level two",
            members=("ana", "ben", "maria", "omar"),
            is_private=True,
        ),
        SeedChannel(
            id="C0INTEGR",
            name="integrations",
            topic="Integrations team",
            members=("ines", "jun", "maria", "omar"),
            is_private=True,
        ),
        SeedChannel(
            id="C0CLOUD",
            name="cloud-nine",
            topic="Cloud Nine Shoes and Northwind",
            members=_handles((*_STAFF, *_CLOUD_NINE)),
        ),
        SeedChannel(
            id="C0HARBOUR",
            name="harbour-optics",
            topic="Harbour Optics and Northwind",
            members=_handles((*_STAFF, *_HARBOUR)),
        ),
    ),
)
