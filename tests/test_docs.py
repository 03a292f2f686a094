"""The pages for people in docs/ say what the product says, and their pictures come from the script."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from bot.blocks.usage import commands
from bot.domain.search import FILTERS
from bot.handlers.routes import ROUTES, Payload

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PEOPLE = [DOCS / f"{name}.md" for name in ("dsc", "agent", "manager", "administrator")]
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
LARGEST = 150_000
MACHINE = {"import", "export", "backup", "doctor", "run", "try", "migrate"}


def _taken() -> list[str]:
    """The names of the pictures that the script takes, without running it: it needs a browser."""
    tree = ast.parse((DOCS / "screens.py").read_text(encoding="utf-8"))
    marks = [
        mark for node in tree.body if isinstance(node, ast.AsyncFunctionDef) for mark in node.decorator_list
    ]
    calls = [mark for mark in marks if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "picture"]
    return (
        [ast.literal_eval(call.args[0]) for call in calls] + _of("order_scenes.py") + _of("review_scenes.py")
    )


def _of(name: str) -> list[str]:
    """The same of the scenes in a table of their own."""
    tree = ast.parse((DOCS / name).read_text(encoding="utf-8"))
    tables = [
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "SCENES"
    ]
    return [ast.literal_eval(key) for one in tables if isinstance(one, ast.Dict) for key in one.keys if key]


def _shown(page: Path) -> list[Path]:
    found = re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    return [(page.parent / one).resolve() for one in found]


def _words() -> set[str]:
    """Every text that stands whole in the product: labels of buttons, titles, entries of menus."""
    found: set[str] = set()
    for room in ("blocks", "dialogs"):
        for path in (ROOT / "bot" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return found | {one["name"] for one in manifest["features"]["shortcuts"]}


def test_every_picture_that_a_page_shows_is_there_small_and_made_by_the_script() -> None:
    taken, shown = set(_taken()), {path for page in PAGES for path in _shown(page)}
    assert shown == {DOCS / "pictures" / f"{name}.png" for name in taken}, "taken, and shown"
    assert {path.name for path in (DOCS / "pictures").iterdir()} == {f"{name}.png" for name in taken}
    sizes = {path.name: path.stat().st_size for path in shown}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


@pytest.mark.parametrize("page", PEOPLE, ids=lambda page: page.stem)
def test_a_page_for_people_has_pictures_and_is_linked_from_readme(page: Path) -> None:
    assert len(_shown(page)) >= 3
    assert f"](docs/{page.name})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PEOPLE, ids=lambda page: page.stem)
def test_every_command_that_a_page_names_can_be_typed(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    typed = [span for span in spans if span.startswith("/")]
    assert typed
    routes = {route for payload, route in ROUTES if payload is Payload.COMMAND}
    for span in typed:
        assert " ".join(span.split()[:2]) in routes or span.endswith(" help"), span
        assert any(_begins(span, usage) for usage in commands()), span
    for span in spans:
        if span.startswith("caseline "):
            assert span.split()[1] in MACHINE, span
        elif re.match(r"[a-z]+:", span):
            assert span.partition(":")[0] in {*FILTERS, "is"}, span


def _begins(span: str, usage: str) -> bool:
    """Whether a usage line like `/case list [mine|created]` allows what is named."""
    allowed = re.split(r"[ \[\]|]+", usage)
    return all(word in allowed or word.startswith("@") or ":" in word for word in span.split())


@pytest.mark.parametrize("page", PEOPLE, ids=lambda page: page.stem)
def test_whatever_is_bold_can_be_pressed_or_chosen_under_that_name(page: Path) -> None:
    bold = set(re.findall(r"\*\*([^*\n]+)\*\*", page.read_text(encoding="utf-8")))
    assert bold
    assert sorted(bold - _words()) == []
