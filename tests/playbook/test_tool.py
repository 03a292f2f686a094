"""`caseline playbook` as somebody who writes playbooks meets it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import TravellingClock
from bot.domain.mail import Letter
from bot.domain.playbook.changes import changes
from bot.domain.playbook.script import Outcome, Playbook
from bot.mail.smtp import SmtpPost
from bot.playbook_file import parse_playbook
from bot.playbook_tool.callers import CALLERS
from bot.store.migrate import upgrade
from tests.mail.conftest import mail_settings
from tests.mail.postbox import Postbox
from tests.playbook.conftest import changed, ours


def runs(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = main(["playbook", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What will be typed, line by line; the input ends after it."""
    lines: list[str] = []

    def line(prompt: str = "") -> str:
        if not lines:
            raise EOFError
        return lines.pop(0)

    monkeypatch.setattr("builtins.input", line)
    return lines


def test_the_packaged_playbook_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = runs(capsys, "check")
    assert code == 0
    assert said.startswith("Sound: 28 steps for calls, 14 for new cases, 8 rules for the verdict, 8 mess")


def test_check_tells_each_fault_and_ends_with_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = ours(tmp_path, "verdict.toml", "{ from = 31 }", "{ from = 32 }")
    code, said = runs(capsys, "check", folder)
    assert code == 1
    assert "verdict.toml, rules: none holds for a caller with" in said
    assert said.endswith("1 thing is wrong.\n")


def test_new_writes_a_copy_to_change_and_nothing_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, said = runs(capsys, "new", tmp_path / "ours")
    assert code == 0
    assert said.endswith(f"caseline playbook check {tmp_path / 'ours'}\n")
    assert runs(capsys, "diff", tmp_path / "ours") == (0, "Nothing is different.\n")
    assert runs(capsys, "new", tmp_path / "ours") == (
        1,
        f"{tmp_path / 'ours'} is not empty. Name a new folder.\n",
    )


def test_draw_writes_a_picture_also_of_a_playbook_with_faults(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = ours(tmp_path / "ours", "phone.toml", 'go = "send_options"', 'go = "send_opts"')
    picture = tmp_path / "phone.svg"
    code, said = runs(capsys, "draw", folder, "--to", picture)
    assert code == 0
    assert "caseline playbook check says what" in said
    assert "no such step: send_opts" in picture.read_text(encoding="utf-8")


def test_draw_marks_a_path_and_says_where_it_breaks_off(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = runs(capsys, "draw", "--mermaid", "--path", "look_up, picked")
    assert code == 0
    assert "class s0,s2,s4 taken" in said
    code, said = runs(capsys, "draw", "--path", "look_up,sings")
    assert code == 1
    assert said == "2. answer: there is no “sings” here. There is picked, another_field, not_there.\n"


def test_diff_tells_in_words_what_is_different(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = ours(tmp_path, "verdict.toml", "{ to = 30 }", "{ to = 45 }")
    code, said = runs(capsys, "diff", folder)
    assert code == 0
    assert said == "Verdict: the rule “recent_order”: order days: 0 to 45 instead of 0 to 30.\n1 change.\n"
    assert runs(capsys, "diff", folder, folder) == (0, "Nothing is different.\n")
    assert runs(capsys, "diff", folder, folder, folder)[0] == 1


CHANGED = [
    (
        "phone.toml",
        'title = "Phone"',
        'title = "Hotline"',
        "Hotline: it is called “Hotline” instead of “Phone”.",
    ),
    (
        "phone.toml",
        'label = "They insist", go = "send_options", message = "priority_options"',
        'label = "They insist", go = "send_uncovered", message = "resources"',
        "Phone: “Explain that no plan is running”: the answer “They insist” leads to "
        "“Send what there is for it”, sending “Available support resources”; before, it led to "
        "“Send the priority options”, sending "
        "“Priority support options”.",
    ),
    (
        "phone.toml",
        'only = { hosting = ["yes"] }',
        'only = { hosting = ["yes"], caller = ["hosting"] }',
        "Phone: “A version that is no longer supported”: the answer “It is about hosting” is for callers "
        "with hosting yes and caller hosting instead of callers with hosting yes.",
    ),
    (
        "phone.toml",
        '    { value = "insists"',
        '    { value = "leaves", label = "They hang up", go = "end_sent" },\n    { value = "insists"',
        "Phone: “Explain that no plan is running”: the answer “They hang up” is new and leads to “Answered”.",
    ),
    ("phone.toml", "[steps.end_remark]", "[steps.end_word]", "Phone: the step “Remark written down” is new."),
    ("triage.toml", "fewest_words = 8", "fewest_words = 5", "Completeness: fewest words: 5 instead of 8."),
    (
        "association.toml",
        'words = ["cart", "carts", "basket"]',
        'words = ["cart"]',
        "Orders in cases: the rule “cart_in_words”: words: “cart” instead of “cart”, “carts”, “basket”.",
    ),
    (
        "messages.toml",
        "Send it off. The key",
        "Send it. The key",
        "Messages: “How to request a key”: its words changed, but it is still version 1: raise it.",
    ),
    (
        "messages.toml",
        'version = 1\ntitle = "How to report a bug"',
        'version = 2\ntitle = "How to report a bug"',
        "Messages: “How to report a bug”: it is version 2 instead of 1.",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), CHANGED)
def test_each_kind_of_change_has_its_sentence(
    playbook: Playbook, file: str, old: str, new: str, said: str
) -> None:
    assert said in [str(one) for one in changes(playbook, parse_playbook(changed(file, old, new)))]


def test_a_dry_run_of_a_known_caller_ends_with_the_message_shown(
    capsys: pytest.CaptureFixture[str], typing: list[str]
) -> None:
    typing += ["1", "", "1", "", "1", "2", "1", "", "1"]
    code, said = runs(capsys, "try")
    assert code == 0
    assert "Verdict: recent_order. Order 1042 is 12 days old" in said
    assert "E-mail “How to open a support case”, version 1." in said
    assert "this e-mail would now go to lena@example.com" in said
    assert "Outcome: sent, after 6 answers by hand.\nNothing was written, and nothing was sent." in said


def test_a_dry_run_shows_what_a_case_takes_along(
    capsys: pytest.CaptureFixture[str], typing: list[str]
) -> None:
    typing += ["1", "", "1", "", "1", "7", "It stays blank.", "1", ""]
    _, said = runs(capsys, "try", "--caller", "priority")
    assert "The case is priority, and takes along:" in said
    assert "| What it is about, in a sentence: It stays blank." in said
    assert "Outcome: to_level_two, after 5 answers by hand." in said


def test_a_dry_run_goes_back_refuses_what_is_no_answer_and_can_be_left(
    capsys: pytest.CaptureFixture[str], typing: list[str]
) -> None:
    typing += ["9", "3", "b", "q"]
    code, said = runs(capsys, "try")
    assert code == 0
    assert "“9” is no answer" in said
    assert said.count("GREET AND IDENTIFY") == 3
    assert "Ended before its end." in said


def test_a_dry_run_does_not_send_the_same_twice_on_a_day(
    capsys: pytest.CaptureFixture[str], typing: list[str]
) -> None:
    typing += ["1", "", "1", "", "1", "2", "1", "", "3", "2", "1", "", "2", "1"]
    _, said = runs(capsys, "try")
    assert "It would not be sent: the same went out today." in said
    assert "Outcome: sent" in said


@pytest.mark.parametrize("caller", sorted(CALLERS))
@pytest.mark.parametrize("script", ["phone", "triage"])
def test_every_made_up_caller_comes_to_an_end_by_first_answers(
    capsys: pytest.CaptureFixture[str], typing: list[str], caller: str, script: str
) -> None:
    for _ in range(30):
        typing += ["1", ""]
    _, said = runs(capsys, "try", "--caller", caller, "--script", script, "--phones", "closed")
    assert any(f"Outcome: {one}" in said for one in Outcome)


async def test_a_dry_run_leaves_no_trace_in_the_database_beside_it_or_in_the_mail(
    capsys: pytest.CaptureFixture[str],
    typing: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASELINE_DATA", str(tmp_path))
    url = f"sqlite+aiosqlite:///{tmp_path / 'caseline.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    await asyncio.to_thread(upgrade, url)

    def everything() -> dict[str, int]:
        with closing(sqlite3.connect(tmp_path / "caseline.db")) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            counts = {name: f'SELECT count(*) FROM "{name}"' for (name,) in tables}  # noqa: S608 - its own
            rows = {name: database.execute(count).fetchone()[0] for name, count in counts.items()}
        return rows | {path.name: len(path.read_bytes()) for path in tmp_path.iterdir()}

    async with Postbox() as drawer:
        room = mail_settings(drawer.port)
        for name in ("smtp_host", "smtp_port", "smtp_tls", "smtp_sender"):
            monkeypatch.setenv(name.upper(), str(getattr(room, name)))
        await SmtpPost(room, TravellingClock()).send(LETTER)  # who sends with these settings, does send
        lines, before = drawer.connections, everything()
        typing += ["1", "", "1", "", "1", "2", "1", "", "1"]
        code, said = await asyncio.to_thread(runs, capsys, "try")
        assert (code, "Outcome: sent" in said) == (0, True)
        assert "this e-mail would now go to lena@example.com" in said
        assert everything() == before
        assert drawer.recipients == ["lou@outside.example"]
        assert drawer.connections == lines


LETTER = Letter(
    to="lou@outside.example",
    to_name="Lou",
    subject="Before the dry run",
    text="Hello",
    html="<p>Hello</p>",
    token="0" * 32,
    thread="case-1",
    at=datetime(2026, 3, 2, 12, tzinfo=UTC),
)


def test_without_a_folder_of_a_playbook_the_command_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for command in ("check", "draw", "try", "diff"):
        code, said = runs(capsys, command, tmp_path)
        assert code == 1
        assert "No file of a playbook is there." in said
