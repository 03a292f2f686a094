"""`caseline playbook` on the flows of cancel and return, which stand beside a playbook's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.commerce.flows import FlowKind
from bot.domain.playbook.faults import UnsoundPlaybook
from bot.flow_file import load_flows, packaged_flow
from tests.playbook.conftest import ours
from tests.playbook.test_tool import runs


def with_flows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A copy of the packaged playbook, with its flows."""
    folder = tmp_path / "ours"
    assert runs(capsys, "new", folder)[0] == 0
    return folder


def edited(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "flows" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_check_says_which_flows_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = runs(capsys, "check")
    assert code == 0
    assert said.endswith("Flows: 5 steps to cancel (version 1), 7 steps to return (version 1).\n")


def test_check_finds_a_safeguard_that_was_taken_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = with_flows(tmp_path, capsys)
    edited(folder, "return.toml", 'waits_for = "goods"', 'waits_for = "days", days = 3')
    code, said = runs(capsys, "check", folder)
    assert code == 1
    safeguard, accepted, rejected, count = said.splitlines()
    assert safeguard == (
        "return.toml, steps: have no wait for the goods. Put it back: it is a safeguard, and stands in every "
        "flow of this kind."
    )
    for line, value in ((accepted, "{accepted}"), (rejected, "{rejected}")):  # nobody knows them before
        assert line.startswith(f"return.toml, messages.paid_back: names {value}")
    assert count == "3 things are wrong."


def test_diff_tells_what_is_different_in_a_flow(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = with_flows(tmp_path, capsys)
    edited(folder, "cancel.toml", '"Too slow", ', "")
    edited(folder, "cancel.toml", "version = 1", "version = 2")
    code, said = runs(capsys, "diff", folder)
    assert (code, said) == (0, "Cancel items: The reason “Too slow” is gone.\n1 change.\n")


def test_a_playbook_without_flows_has_the_packaged_ones(tmp_path: Path) -> None:
    folder = ours(tmp_path, "phone.toml", 'title = "Phone"', 'title = "Hotline"')
    assert load_flows(folder) == tuple(packaged_flow(kind) for kind in FlowKind)


def test_files_that_are_no_flow_or_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "refund.toml").write_text("", encoding="utf-8")
    (tmp_path / "flows" / "cancel.toml").write_bytes(b"\xff")
    with pytest.raises(UnsoundPlaybook) as found:
        load_flows(tmp_path)
    assert [str(one) for one in found.value.faults] == [
        "cancel.toml: It is not UTF-8 at byte 0. Save it as UTF-8 text.",
        "flows/refund.toml: It is no flow. Name it as one of cancel.toml, return.toml.",
    ]
