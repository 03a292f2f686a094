"""Every list, every select and Home as every role and team, over the wire: as the table allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.blocks.names import READERS_NAMES
from bot.domain.pages import ListKind
from bot.domain.people import Role, TeamKind
from bot.sandbox import Modal, Person
from tests.flows.conftest import CLOUD_NINE, HARBOUR, Workplace, does
from tests.flows_rights.parts import PARTS, Part

CASES = {
    "00001001": (CLOUD_NINE, False),
    "00001002": (CLOUD_NINE, True),
    "00001003": (HARBOUR, False),
    "00001004": (HARBOUR, True),
}
"""Number -> account and whether it is closed; Linda and Viktor opened them."""


def readable(part: Part) -> set[str]:
    """domain.md 2, row "read cases"."""
    match part.role:
        case None:
            return set()
        case Role.COMMUNITY:
            own = {number for number, (account, _) in CASES.items() if account == part.account}
            return {number for number in own if not CASES[number][1]}
        case Role.DSC:
            return {number for number, (account, _) in CASES.items() if account == part.account}
        case _:
            return set(CASES)


def listed(kind: ListKind, part: Part) -> set[str]:
    """What a list may hold for somebody who owns and has opened nothing."""
    if kind is ListKind.ACCOUNT:
        return readable(part) if part.account is not None else set()
    if kind is ListKind.TEAM and part.role is not None and part.role.is_staff:
        return {number for number in readable(part) if not CASES[number][1]}  # of no team and no owner
    return set()


def numbers_in(text: str) -> set[str]:
    return {number for number in CASES if number in text}


async def _open_cases(workplace: Workplace) -> None:
    linda, viktor = workplace.people("linda viktor")
    for creator, closes in ((linda, False), (linda, True), (viktor, False), (viktor, True)):
        number = await workplace.case_of(creator.handle)
        if closes:
            await does(creator, f"/case close {number}", resolution="solved")
    await workplace.team_in("general")


async def test_every_list_and_home_hold_what_the_table_lets_each_one_read(workplace: Workplace) -> None:
    await _open_cases(workplace)
    wrong: list[str] = []
    for part in PARTS:
        await part.plays(workplace)
        person = workplace.person(part.handle)
        for kind in ListKind:
            person.reloads()
            await person.runs(f"/case list {kind.value}")
            if part.role is None:
                assert person.modal is None
                continue
            assert person.modal is not None, f"{part}: {person.reply}"
            if numbers_in(person.modal.text) != listed(kind, part):
                wrong.append(f"{kind} as {part}: {numbers_in(person.modal.text)}")
        await person.opens_home()
        assert person.home is not None
        on_home = listed(ListKind.ACCOUNT, part)
        if part.role is not Role.AGENT or part.kinds != (TeamKind.LEVEL_ONE,):
            on_home |= listed(ListKind.TEAM, part)  # what nobody owns is to be taken, not by level one
        if numbers_in(person.home.text) != on_home:
            wrong.append(f"Home as {part}: {numbers_in(person.home.text)}")
    assert not wrong, "\n".join(wrong)


# --- selects ------------------------------------------------------------------------------------------------

ACCOUNTS = {CLOUD_NINE: "Cloud Nine Shoes", HARBOUR: "Harbour Optics"}
TEAMS = {"Level one", "Level two", "Integrations", "Team of general"}


def _accounts(part: Part) -> set[str]:
    """The customer side chooses its own account alone."""
    return {ACCOUNTS[part.account]} if part.account is not None else set(ACCOUNTS.values())


def _statuses(part: Part) -> set[str]:
    """From Working: Waiting for all, and No response for Integrations alone."""
    return {"Waiting"} | ({"No response"} if TeamKind.INTEGRATIONS in part.kinds else set())


def _audiences(part: Part) -> set[str]:
    return {"Internal: staff only", "Public: staff and Cloud Nine Shoes"}


SELECTS: dict[tuple[str, str], Any] = {
    ("case.open", "account"): _accounts,
    ("case.open", "team"): lambda part: {"No team yet"} | TEAMS,
    ("case.status", "status"): _statuses,
    ("case.comment", "audience"): _audiences,
    ("case.close", "audience"): _audiences,
    ("case.reopen", "audience"): _audiences,
    ("kb.article", "readers"): lambda part: set(READERS_NAMES.values()),
    ("kb.article", "account"): lambda part: {"No account"} | set(ACCOUNTS.values()),
    ("access.ask", "account"): _accounts,
    ("desk.person", "account"): lambda part: {"No account"} | set(ACCOUNTS.values()),
    ("desk.person", "teams"): lambda part: TEAMS,
}
"""Selects whose choices depend on who looks: the ones that could tell somebody too much."""

OF_THE_POLICY = {
    ("case.open", "severity"),
    ("case.open", "business_impact"),
    ("case.open", "kind"),
    ("case.open", "timezone"),
    ("case.edit", "severity"),
    ("case.edit", "business_impact"),
    ("case.edit", "kind"),
    ("case.edit", "timezone"),
    ("case.close", "resolution"),
    ("case.comment", "outcomes"),
    ("case.ask", "customer_asks"),
    ("case.notify", "pace"),
    ("case.notify", "hour"),
    ("case.notify", "ways"),
    ("case.notify", "review"),
    ("access.ask", "access_kind"),
    ("desk.person", "role"),
    ("desk.account", "plan"),
    ("desk.account", "timezone"),
    ("desk.team", "kind"),
    ("desk.team", "options"),
}
"""Selects that hold the same for everybody who sees them."""

NOT_FOR = {
    ("case.open", "team"): lambda part: not part.role.is_staff,
    ("kb.article", "readers"): lambda part: not part.role.is_staff,
    ("kb.article", "account"): lambda part: not part.role.is_staff,
    ("access.ask", "account"): lambda part: not part.role.is_staff,
    ("case.comment", "audience"): lambda part: _has_no_choice(part),
    ("case.close", "audience"): lambda part: _has_no_choice(part),
    ("case.reopen", "audience"): lambda part: _has_no_choice(part),
    ("case.comment", "outcomes"): lambda part: not part.role.is_staff,
    ("case.ask", "customer_asks"): lambda part: not part.role.is_staff,
}
"""Selects that some do not get at all."""

WINDOWS = (
    "/case open",
    "/case comment 1001",
    "/case ask 1001",
    "/case notify",
    "/case edit 1001",
    "/case status 1001",
    "/case close 1001",
    "/case reopen 1002",
    "/kb add",
    "/case access",
    "/desk people @jun",
)
UNDER_A_BUTTON = (("/desk accounts", "Add an account"), ("/desk teams", "Add a team"))


def _has_no_choice(part: Part) -> bool:
    assert part.role is not None
    return not part.role.is_staff or part.kinds == (TeamKind.INTEGRATIONS,)


def selects(modal: Modal) -> Iterator[tuple[str, set[str]]]:
    for block in modal.blocks:
        element = block.get("element", {})
        groups = element.get("option_groups") or [element]
        if "options" in element or "option_groups" in element:
            yield (
                block["block_id"],
                {option["text"]["text"] for group in groups for option in group["options"]},
            )


async def _windows(person: Person) -> list[Modal]:
    """Every window that the person can open by a command."""
    found = []
    for line in WINDOWS:
        person.reloads()
        await person.runs(line)
        if person.modal is not None:
            found.append(person.modal)
    for line, button in UNDER_A_BUTTON:
        person.reloads()
        await person.runs(line)
        if person.modal is not None:
            await person.clicks(button)
            found.append(person.modal)
    return found


async def test_every_select_offers_what_the_table_lets_each_one_choose(workplace: Workplace) -> None:
    await _open_cases(workplace)
    await does(workplace.person("ana"), "/case comment 1001", text="On it")  # Working
    seen: set[tuple[str, str]] = set()
    wrong: list[str] = []
    for part in PARTS:
        await part.plays(workplace)
        for modal in await _windows(workplace.person(part.handle)):
            for block_id, offered in selects(modal):
                key = (modal.callback_id, block_id)
                seen.add(key)
                if key in NOT_FOR and NOT_FOR[key](part):
                    wrong.append(f"{key} as {part}: offered at all")
                elif key in SELECTS and offered != SELECTS[key](part):
                    wrong.append(f"{key} as {part}: {offered}")
    assert not wrong, "\n".join(wrong)
    assert seen == set(SELECTS) | OF_THE_POLICY, "a select needs a row: whose eyes does it look through?"
