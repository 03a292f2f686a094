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


async def test_uploaded_flows_never_go_over_a_newer_one_and_all_are_published_or_none(
    workplace: Workplace, maria: Person
) -> None:
    back = packaged_text(FlowKind.RETURN).replace("version = 1", "version = 2")
    files = {"return.toml": back.encode(), "cancel.toml": REWORDED.encode()}
    await maria.runs("/desk playbooks")
    await maria.clicks("Upload files...")
    omar = workplace.person("omar")
    await uploads(omar, "publish", {"cancel.toml": REWORDED.replace("Take them off", "Omar's").encode()})
    assert await counts(workplace) == "Omar's"
    await maria.submits(files=files, wish="publish")
    assert "Omar Reyes published revision 1 since you opened this" in maria.errors["files"]
    await maria.submits(wish="publish")  # sent again, it is told again
    assert await counts(workplace) == "Omar's"
    maria_id = SlackUserId(maria.id)
    assert (await order_flows.page(workplace.bot.desk, FlowKind.RETURN, maria_id)).base == 0
    await maria.submits(wish="check")
    assert "Omar Reyes published revision 1 since you opened this" in shown(maria)
    await maria.submits(files=files, wish="publish")
    assert "Published: return.toml, cancel.toml." in shown(maria)


async def test_an_edited_flow_goes_over_a_newer_one_only_once_that_was_told(
    workplace: Workplace, maria: Person
) -> None:
    await maria.runs("/desk playbooks")
    await maria.clicks("Edit cancel.toml")
    omar = workplace.person("omar")
    await uploads(omar, "publish", {"cancel.toml": REWORDED.replace("Take them off", "Omar's").encode()})
    await maria.submits(**parts(REWORDED), wish="publish")
    assert "Omar Reyes published revision 1 since you opened this" in shown(maria)
    assert "Take them off" in shown(maria)
    assert await counts(workplace) == "Omar's"
    await maria.submits(wish="publish")
    assert await counts(workplace) == "Take them off"


def parts(text: str) -> dict[str, str]:
    """A text as the fields of the form have it."""
    return {f"part.{number}": part for number, part in enumerate(parts_of(text))}
