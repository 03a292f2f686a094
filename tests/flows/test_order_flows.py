"""Managers change how orders are cancelled and taken back, in `/desk playbooks`; the safeguards stay."""

from __future__ import annotations

import pytest

from bot.dialogs.playbooks import parts_of
from bot.domain.commerce.flows import FlowKind
from bot.domain.ids import SlackUserId
from bot.domain.people import Role
from bot.flow_file import packaged_text
from bot.sandbox import Person
from bot.services import order_flows
from tests.flows.conftest import Workplace
from tests.flows.test_playbooks import shown, uploads

TEXT = packaged_text(FlowKind.CANCEL)
REWORDED = TEXT.replace("version = 1", "version = 2").replace('"Cancel the items"', '"Take them off"')
UNSAFE = "\n".join(line for line in TEXT.splitlines() if 'kind = "approval"' not in line) + "\n"


@pytest.fixture
async def maria(workplace: Workplace) -> Person:
    await workplace.role_of("maria", Role.MANAGER)
    return workplace.person("maria")


async def counts(there: Workplace) -> str:
    omar = SlackUserId(there.person("omar").id)
    flow = (await order_flows.page(there.bot.desk, FlowKind.CANCEL, omar)).flow
    step = flow.step("submit")
    assert step is not None
    return step.title


async def test_a_flow_is_edited_published_and_gone_back_from(workplace: Workplace, maria: Person) -> None:
    await maria.runs("/desk playbooks")
    assert "Cancel items of an order" in shown(maria)
    await maria.clicks("Edit cancel.toml")
    await maria.submits(**parts(UNSAFE), wish="publish")
    assert "have no approval above the limit" in shown(maria)
    await maria.submits(**parts(REWORDED), wish="check")
    assert "Take them off" in shown(maria)
    assert await counts(workplace) == "Cancel the items"
    await maria.submits(**parts(REWORDED), wish="publish")
    assert "The flow cancel.toml is published." in shown(maria)
    assert await counts(workplace) == "Take them off"
    await maria.clicks("Go back to the packaged one")
    assert await counts(workplace) == "Cancel the items"


async def test_a_flow_is_uploaded(workplace: Workplace, maria: Person) -> None:
    same = packaged_text(FlowKind.RETURN)  # a folder is uploaded whole, whatever of it is new
    await uploads(maria, "publish", {"return.toml": same.encode(), "cancel.toml": REWORDED.encode()})
    assert maria.errors == {}, maria.errors
    assert "Published: cancel.toml." in shown(maria)
    assert await counts(workplace) == "Take them off"
    await uploads(maria, "publish", {"return.toml": same.encode()})
    assert maria.errors != {}


def parts(text: str) -> dict[str, str]:
    """A text as the fields of the form have it."""
    return {f"part.{number}": part for number, part in enumerate(parts_of(text))}
