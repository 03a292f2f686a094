"""`/case export`: files in a direct message for those the matrix names, without what they may not read."""

from __future__ import annotations

import asyncio
import csv
import io

import pytest

from bot.domain.people import Role
from bot.sandbox import Person
from bot.services import exporting
from tests.flows.conftest import CLOUD_NINE, HARBOUR, LEVEL_TWO, Workplace, does

SECRET = "Only staff may know this"
FORMULA = '=HYPERLINK("http://evil.example","Click")'


@pytest.fixture
async def busy(workplace: Workplace) -> Workplace:
    """Cases of two accounts, with comments of both audiences."""
    await workplace.case_of("ana", title=FORMULA, description="+1\nsecond line", team_id=LEVEL_TWO)
    await workplace.case_of("viktor", title="A case of Harbour")
    ana, linda = workplace.people("ana linda")
    await does(ana, "/case comment 1001", text=SECRET, audience="internal")
    await does(ana, "/case comment 1001", text="We are on it", audience="public")
    await does(linda, "/case comment 1001", text="@Thanks")
    return workplace


async def exports(workplace: Workplace, who: Person) -> dict[str, list[dict[str, str]]]:
    """The rows of the files that somebody gets, by what they are about."""
    await who.runs("/case export")
    await workplace.settled()
    found = [one for one in workplace.sandbox.workspace.everything(who.id) if one.files]
    if not found:
        return {}
    content = {
        one["name"].partition("-")[0]: workplace.sandbox.parts.uploads.content(one["id"])
        for one in found[-1].files or ()
    }
    return {
        name: list(csv.DictReader(io.StringIO(held.decode("utf-8-sig")))) for name, held in content.items()
    }


async def test_a_manager_gets_everything_with_formulas_guarded(busy: Workplace) -> None:
    maria = busy.person("maria")
    found = await exports(busy, maria)
    assert "Your files are being made." in maria.reply
    assert any("2 cases, 3 comments" in one.text for one in maria.dms)
    assert [(one["number"], one["title"], one["account"], one["team"]) for one in found["cases"]] == [
        ("00001001", f"'{FORMULA}", "Cloud Nine Shoes", "Level two"),
        ("00001002", "A case of Harbour", "Harbour Optics", ""),
    ]
    assert found["cases"][0]["description"] == "'+1\nsecond line"
    assert [(one["audience"], one["text"]) for one in found["comments"]] == [
        ("internal", SECRET),
        ("public", "We are on it"),
        ("public", "'@Thanks"),
    ]


EXPORTED: list[tuple[Role | None, int | None, set[str], bool]] = [
    (None, None, set(), False),
    (Role.COMMUNITY, CLOUD_NINE, set(), False),
    (Role.DSC, CLOUD_NINE, {"00001001"}, False),
    (Role.DSC, HARBOUR, {"00001002"}, False),
    (Role.AGENT, None, set(), False),
    (Role.MANAGER, None, {"00001001", "00001002"}, True),
    (Role.ADMINISTRATOR, None, {"00001001", "00001002"}, True),
]


async def test_nobody_exports_what_they_may_not_read(busy: Workplace) -> None:
    """Every role, and every byte of what Slack was given for them."""
    ben = busy.person("ben")
    for role, account, numbers, internal in EXPORTED:
        await busy.role_of("ben", role, account)  # type: ignore[arg-type]
        await busy.settled()
        before = len([one for one in busy.sandbox.workspace.everything(ben.id) if one.files])
        found = await exports(busy, ben)
        now = len([one for one in busy.sandbox.workspace.everything(ben.id) if one.files])
        assert (now > before) == bool(numbers), role
        if not numbers:
            assert "not set up" in ben.reply or "Only the account's support contacts" in ben.reply
            continue
        assert {one["number"] for one in found["cases"]} == numbers, role
        assert (SECRET in str(found)) == internal, role
        assert {one["audience"] for one in found["comments"]} <= (
            {"public", "internal"} if internal else {"public"}
        )
        assert ("team" in found["cases"][0]) == internal, role
        if not internal:
            assert all(one["number"] in numbers for one in found["comments"])
            assert ("Harbour" in str(found)) == (account == HARBOUR)


async def test_an_export_of_many_pages_has_every_case_once(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 3)
    for _ in range(8):
        await workplace.case_of("linda")
    found = await exports(workplace, workplace.person("linda"))
    assert [one["number"] for one in found["cases"]] == [f"{number:08d}" for number in range(1001, 1009)]


async def test_who_loses_the_right_meanwhile_gets_nothing(
    busy: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    linda = busy.person("linda")
    asked, go_on = asyncio.Event(), asyncio.Event()
    pages = exporting.comment_pages

    async def slowly(desk: object, by: object) -> object:
        asked.set()
        await go_on.wait()
        async for page in pages(desk, by):  # type: ignore[arg-type]
            yield page

    monkeypatch.setattr(exporting, "comment_pages", slowly)
    await linda.runs("/case export")
    await asked.wait()
    await busy.role_of("linda", Role.COMMUNITY, CLOUD_NINE)
    go_on.set()
    await busy.settled()
    assert not [one for one in busy.sandbox.workspace.everything(linda.id) if one.files]


async def test_files_come_once_also_when_slacks_answer_is_lost(
    busy: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = busy.person("maria")
    lost = 0

    async def hook(moment: str, method: str, args: dict[str, object]) -> object:
        nonlocal lost
        if (moment, method) == ("after", "files.completeUploadExternal") and not lost:
            lost += 1
            return {"ok": False, "error": "internal_error"}
        return None

    busy.sandbox.interfere = hook  # type: ignore[assignment]
    await exports(busy, maria)
    assert lost == 1
    assert len([one for one in busy.sandbox.workspace.everything(maria.id) if one.files]) == 1
