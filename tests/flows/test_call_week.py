"""The calls of a week come to managers on Mondays: once, with a file, and not where nobody ever called."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.people import Role
from bot.sandbox import Message, Person
from bot.store.schema import slots
from bot.store.work import Work
from tests.callers import add_caller
from tests.flows.conftest import CLOUD_NINE, LEVEL_ONE, Workplace
from tests.flows.test_reports import MONDAY, THURSDAY, TUESDAY, about, block, next_at, sets_up, travels

NAME = "Calls of the week"


@pytest.fixture
async def chloe(workplace: Workplace) -> Person:
    """Somebody of level one, and a customer who calls."""

    def shop(work: Work) -> None:
        add_caller(
            work, "1", "Lena Fox", "Fox Outdoor", "fox.example", ordered_days=12, account_id=CLOUD_NINE
        )

    await workplace.bot.desk.write(shop)
    await workplace.role_of("chloe", Role.AGENT, None, (LEVEL_ONE,))
    return workplace.person("chloe")


async def hangs_up(chloe: Person) -> None:
    await chloe.runs("/call")
    await chloe.submits(**{"f.greet.site": "fox"})
    await chloe.clicks("Hang up")
    await chloe.closes()


async def is_stranger(chloe: Person) -> None:
    await chloe.runs("/call")
    await chloe.clicks("They know none of these")
    await chloe.clicks("Told them; end the call")
    await chloe.closes()


async def ledger(workplace: Workplace) -> list[tuple[Any, ...]]:
    mine = select(slots.c.audience, slots.c.state).where(slots.c.job == "report.calls").order_by(slots.c.id)
    return await workplace.bot.desk.store.look(lambda c: [tuple(row) for row in c.execute(mine)])


def sent(person: Person) -> list[Message]:
    return about(person.dms, NAME)


async def test_managers_get_the_calls_of_the_week_once_somebody_called(
    workplace: Workplace, chloe: Person
) -> None:
    maria = workplace.person("maria")
    await travels(workplace, MONDAY, 20)
    assert sent(maria) == []
    assert await ledger(workplace) == []  # a desk without phones hears nothing of it
    await hangs_up(chloe)
    await is_stranger(chloe)
    await is_stranger(chloe)
    await travels(workplace, THURSDAY, 20)
    assert sent(maria) == []
    await travels(workplace, MONDAY, 20)
    (report,) = sent(maria)
    (first, *_) = [line for line in report.text.splitlines() if line.startswith(NAME)]
    assert first.startswith(f"{NAME}: 3 calls. 0 in the week before · median ")
    assert "1 ended before the script did · 0 messages sent" in first
    rows = [[cell["text"] for cell in row[:3]] for row in block(report, "data_table")["rows"][1:]]
    assert rows == [
        ["Not identified", "2", "67 %"],
        ["Ended before the script did", "1", "33 %"],
        ["All calls", "3", "100 %"],
    ]
    assert "*Where people stopped*\nLook at the orders: 1" in str(
        [one.get("fields") for one in report.blocks]
    ).replace("\\n", "\n")
    (reply,) = report.replies
    assert "All 3 calls of this report" in reply.text
    (file,) = reply.files
    content = workplace.sandbox.parts.uploads.content(file["id"]).decode("utf-8-sig").splitlines()
    assert content[0].startswith("began_at,ended_at,seconds,outcome,step")
    assert [line.split(",")[3] for line in content[1:]] == ["hung_up", "not_identified", "not_identified"]
    assert about(chloe.dms, NAME) == []
    await workplace.restart()
    await travels(workplace, TUESDAY, 20)
    assert len(sent(maria)) == 1
    await travels(workplace, MONDAY, 20)
    quiet = sent(maria)[-1]
    assert f"{NAME}: no calls. There were 3 in the week before." in quiet.text
    states = {state for audience, state in await ledger(workplace)}
    assert states == {"sent", "quiet"}


async def test_a_missed_week_comes_once_and_says_so(workplace: Workplace, chloe: Person) -> None:
    await hangs_up(chloe)
    await workplace.settled()
    await workplace.bot.stop()
    workplace.sandbox.control = None
    clock = workplace.sandbox.clock
    later = next_at(next_at(next_at(clock.now(), MONDAY), MONDAY), MONDAY, 20)
    clock.travel(later - clock.real_now())
    await workplace.restart()
    await workplace.settled()
    (report,) = sent(workplace.person("maria"))
    assert "Late: it was due" in report.all_text
    await workplace.restart()
    await workplace.settled()
    assert len(sent(workplace.person("maria"))) == 1


async def test_a_workspace_that_refuses_tables_gets_the_calls_as_text(
    workplace: Workplace, chloe: Person
) -> None:
    async def refuses(moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        new = ("data_table", "data_visualization")
        if moment == "before" and any(one["type"] in new for one in args.get("blocks") or ()):
            return {"ok": False, "error": "invalid_blocks"}
        return None

    await hangs_up(chloe)
    workplace.sandbox.interfere = refuses
    await travels(workplace, MONDAY, 20)
    (report,) = sent(workplace.person("maria"))
    assert {one["type"] for one in report.blocks} <= {"header", "section", "context"}
    assert "• Ended before the script did: 1 call, median" in str(report.blocks)


async def test_a_manager_previews_sends_and_sets_up_reports_of_calls(
    workplace: Workplace, chloe: Person
) -> None:
    maria, ana = workplace.people("maria ana")
    await maria.runs("/case reports")
    assert maria.modal is not None
    assert "Monday at 08:00, America/New_York · from the first call on" in maria.modal.text
    await maria.clicks(f"Preview {NAME}")
    await workplace.settled()
    (preview,) = sent(maria)
    assert preview.text.startswith(f"{NAME}: 0 calls.")
    await hangs_up(chloe)
    await maria.clicks(f"Send {NAME} now")
    await workplace.settled()
    by_hand = sent(maria)[-1]
    assert "sent it by hand." in by_hand.all_text
    await maria.closes(everything=True)
    await sets_up(
        maria,
        "Add one of calls",
        name="Our phones",
        team=str(LEVEL_ONE),
        days=["1"],
        hour="9",
        people=[ana.id],
        options=["is_on"],
    )
    assert maria.errors == {}, maria.errors
    assert maria.modal is not None
    assert "calls by outcome, length and step" in maria.modal.text
    await maria.closes(everything=True)
    await sets_up(maria, f"Edit {NAME}", hour="10", options=["is_on"], people=[ana.id])
    assert maria.errors == {}, maria.errors
    await maria.closes(everything=True)
    await hangs_up(chloe)
    before = len(sent(maria))
    await travels(workplace, TUESDAY, 20)
    (mine,) = about(ana.dms, "Our phones")
    assert mine.text.startswith("Our phones: 2 calls.")
    assert "Calls of Level one." in str(mine.blocks)
    (usual,) = sent(ana)
    assert "Maria" in str(usual.blocks)
    assert len(sent(maria)) == before


async def test_agents_see_no_report_of_calls_that_is_not_theirs(workplace: Workplace, chloe: Person) -> None:
    await chloe.runs("/case reports")
    assert chloe.modal is not None
    assert NAME not in chloe.modal.text
    await chloe.runs("/desk reports")
    assert NAME not in str(chloe.reply)
