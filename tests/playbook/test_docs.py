"""docs/playbooks.md is true: its tutorial is done here, its pictures are drawn, its tables are whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.domain.playbook.canned import Source
from bot.domain.playbook.faults import FaultKind
from bot.domain.playbook.script import CaseReason, Decider, FieldKind, Outcome, Panel, StepKind
from bot.domain.verdict import Verdict

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "playbooks.md").read_text(encoding="utf-8")


def told(command: str) -> str:
    """What the page shows under a command."""
    found = re.search(rf"```\n\$ {re.escape(command)}\n(.*?)```", TEXT, re.DOTALL)
    assert found, f"the page does not show {command}"
    return found.group(1)


def changes(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_the_tutorial_can_be_followed_word_by_word(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours = Path("ours")

    def runs(command: str) -> str:
        main(command.removeprefix("caseline ").split())
        return capsys.readouterr().out

    runs("caseline playbook new ours")
    step = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert step
    with (ours / "phone.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + step.group(1))
    assert runs("caseline playbook check ours") == told("caseline playbook check ours")
    changes(ours, "phone.toml", 'go = "level_two", case = "bug"', 'go = "live_shop", case = "bug"')
    changes(ours, "verdict.toml", "{ to = 30 }", "{ to = 45 }")
    assert "both hold for a caller" in runs("caseline playbook check ours")
    changes(ours, "verdict.toml", "{ from = 31 }", "{ from = 46 }")
    assert runs("caseline playbook check ours").startswith("Sound: 29 steps")
    assert runs("caseline playbook diff ours") == told("caseline playbook diff ours")


PATH = "look_up,picked,seen,open,recent_order,product,send,nothing"


@pytest.mark.parametrize(
    ("picture", "arguments"),
    [("phone-script.svg", ["--path", PATH]), ("triage.svg", ["--script", "triage"])],
)
def test_the_pictures_are_as_draw_makes_them(
    capsys: pytest.CaptureFixture[str], picture: str, arguments: list[str]
) -> None:
    main(["playbook", "draw", *arguments])
    drawn = capsys.readouterr().out
    again = f"caseline playbook draw {' '.join(arguments)} --to docs/{picture}"
    assert (DOCS / picture).read_text(encoding="utf-8") == drawn, again


@pytest.mark.parametrize(
    "kinds", [FaultKind, StepKind, Decider, Outcome, Panel, FieldKind, CaseReason, Source, Verdict]
)
def test_the_tables_name_every_word_that_a_playbook_may_use(kinds: type) -> None:
    assert [one.value for one in kinds if f"`{one.value}`" not in TEXT] == []  # type: ignore[attr-defined]
