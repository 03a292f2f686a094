"""A desk for the bench: its database with people in it, the window that is sent, the recipe of the floor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bench.recipe import Recipe
from bench.wire import TEAM, USER
from bot.clock import Clock
from bot.commerce import later
from bot.dialogs import open_case
from bot.domain.commands import AddAccount, Contact, OpenCase, SetUpPerson
from bot.domain.ids import AccountId, CallKey, SlackUserId, WorkspaceId
from bot.domain.people import Role, SuccessPlan
from bot.policy_file import load_policy
from bot.services import accounts as account_service
from bot.services import cases, people, reading
from bot.services.desk import Desk
from bot.store.migrate import upgrade
from bot.store.search_index import SPAN
from bot.store.store import Store

ADMINISTRATOR = SlackUserId("U0OMAR")
FILLERS = 776
"""Cases opened before the recorded one, so that its ids are like no other number in its statements."""

TYPED = {
    "title": "Checkout shows a blank page",
    "description": "Since this morning the last step of the checkout stays white for half of our buyers. "
    * 4,
}


async def furnish(database: Path) -> tuple[dict[str, Any], Recipe]:
    """Make the database; gives the filled window that opens a case, and what opening one runs."""
    address = f"sqlite:///{database}"
    upgrade(address)
    store = Store(address)
    store.start()
    try:
        policy, digest = load_policy(None)
        desk = Desk(
            store=store,
            clock=Clock(),
            workspace_id=WorkspaceId(TEAM),
            policy=policy,
            policy_revision=1,
            cases_channel="C0CASES",
            shop=later.embedded(store, Clock(), WorkspaceId(TEAM)),
        )
        await people.ensure_desk(desk, [ADMINISTRATOR], digest)
        account = await account_service.add_account(
            desk,
            AddAccount(
                name="Cloud Nine Shoes",
                org_id_or_mid="MID-40017",
                success_plan=SuccessPlan.PREMIER,
                timezone="America/Los_Angeles",
            ),
            ADMINISTRATOR,
        )
        await people.set_up_person(
            desk,
            SetUpPerson(slack_user_id=SlackUserId(USER), role=Role.AGENT, account_id=None),
            ADMINISTRATOR,
            CallKey("set up"),
        )
        view = await _window(desk)
        return view, await _recorded(desk, account)
    finally:
        await store.stop()


async def _window(desk: Desk) -> dict[str, Any]:
    """The window as a person sends it back: every input filled."""
    view: dict[str, Any] = open_case.view(await reading.open_form(desk, SlackUserId(USER)))
    values = {block["block_id"]: _filled(block) for block in view["blocks"] if block["type"] == "input"}
    return {**view, "hash": "1.h", "state": {"values": values}, "previous_view_id": None}


def _filled(block: dict[str, Any]) -> dict[str, Any]:
    element = block["element"]
    state: dict[str, Any] = {"type": element["type"]}
    if element["type"] == "static_select":
        options = element.get("options") or element["option_groups"][0]["options"]
        state["selected_option"] = element.get("initial_option") or options[0]
    else:
        state["value"] = TYPED.get(block["block_id"]) or element.get("initial_value")
    return {element["action_id"]: state}


async def _recorded(desk: Desk, account: AccountId) -> Recipe:
    policy = desk.policy
    command = OpenCase(
        account_id=account,
        org_id_or_mid="",
        business_impact=policy.business_impacts[0].value,
        timezone="America/Los_Angeles",
        severity=int(policy.severities[0].value),
        kind=policy.kinds[0].value,
        contact=Contact(),
        title=TYPED["title"],
        description=TYPED["description"],
    )
    for filler in range(FILLERS):
        await cases.open_case(desk, command, SlackUserId(USER), CallKey(f"filler {filler}"))
    key = "the call that is recorded"
    with _statements(desk) as seen:
        receipt = await cases.open_case(desk, command, SlackUserId(USER), CallKey(key))
    assert receipt.number is not None
    assert receipt.case_id is not None
    return Recipe(
        statements=seen,
        marks={
            "number": receipt.number,
            "case": receipt.case_id,
            "document": receipt.case_id * SPAN,
            "key": key,
        },
    )


@contextmanager
def _statements(desk: Desk) -> Iterator[list[tuple[str, list[list[Any]]]]]:
    seen: list[tuple[str, list[list[Any]]]] = []

    def note(
        _connection: object, _cursor: object, sql: str, values: Any, _context: object, many: bool
    ) -> None:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append((sql, [list(row) for row in values] if many else [list(values)]))

    engine = desk.store.database.writing
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
