"""How the house is built, held by machine: who may import whom, who may ask the time, how big a room gets."""

from __future__ import annotations

import ast
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))
LONGEST_MODULE = 400

# These may read the machine's clock: the clock itself, and the sandbox, whose sockets and timeouts are real.
CLOCK_READERS = ("bot/clock.py", "bot/sandbox/")
CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "utcnow",
}
DATABASE_CLOCKS = ("func.now", "func.current_timestamp", "CURRENT_TIMESTAMP", "datetime('now'")


def _path(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def _dotted(node: ast.expr) -> str:
    """`datetime.now` for the call `datetime.datetime.now(UTC)`: the last two names."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.insert(0, node.id)
    return ".".join(names[-2:])


def _clock_calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            if name in CLOCK_CALLS or name.endswith(".utcnow"):
                yield f"line {node.lineno}: {name}()"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"line {node.lineno}: time.{each.name}" for each in node.names if each.name == "time")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_imports_go_down_only_and_neighbours_do_not_know_each_other() -> None:
    configure()
    kept = lint_imports(str(ROOT / "pyproject.toml"), cache_dir=None, no_logo=True)
    assert kept, "what was printed above names the imports"


def test_the_rules_are_made_of_the_standard_library_alone() -> None:
    strangers = [
        f"{_path(module)}: {name}"
        for module in [*(BOT / "domain").rglob("*.py"), BOT / "clock.py"]
        for name in _imported(_tree(module))
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("bot.domain")
    ]
    assert not strangers


@pytest.mark.parametrize("module", MODULES, ids=_path)
def test_only_the_clock_knows_what_time_it_is(module: Path) -> None:
    if not _path(module).startswith(CLOCK_READERS):
        assert not list(_clock_calls(_tree(module))), "take a Clock, or an instant, as an argument"


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "time.time()",
        "dt.datetime.utcnow()",
        "from time import time",
        "x = date.today()",
    ],
)
def test_asking_the_machine_for_the_time_is_noticed(source: str) -> None:
    assert list(_clock_calls(ast.parse(source)))


@pytest.mark.parametrize("source", ["clock.now()", "self._clock.real_now()", "time.monotonic()", "now(UTC)"])
def test_asking_a_clock_that_was_passed_in_is_welcome(source: str) -> None:
    assert not list(_clock_calls(ast.parse(source)))


@pytest.mark.parametrize("module", MODULES, ids=_path)
def test_the_database_is_never_asked_for_the_time(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert not [each for each in DATABASE_CLOCKS if each.lower() in text.lower()]


@pytest.mark.parametrize("module", MODULES, ids=_path)
def test_a_module_says_what_lives_there_and_stays_small_enough_to_read(module: Path) -> None:
    assert ast.get_docstring(_tree(module)), "open with one sentence: what lives here, who calls it"
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_tests_reach_this_machine_and_nothing_else() -> None:
    with socket.socket() as nowhere, pytest.raises(SocketConnectBlockedError):
        nowhere.connect(("192.0.2.1", 443))  # an address reserved for examples
