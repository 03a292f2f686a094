"""What README shows is what the code says."""

from __future__ import annotations

from pathlib import Path

from bot.domain.lifecycle import diagram
from bot.metrics import METRICS

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_picture_of_the_lifecycle_is_drawn_from_its_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README


def test_every_file_and_folder_that_readme_names_is_there() -> None:
    root = Path(__file__).parents[1]
    named = {word.strip("`().,|") for word in README.replace("(", " ").split()}
    paths = {word for word in named if word.startswith(("bot/", "docs/", "tests/")) and "..." not in word}
    assert paths, "README names no file at all?"
    assert [path for path in sorted(paths) if not (root / path).exists()] == []


def test_every_metric_is_told_where_operators_look() -> None:
    told = (Path(__file__).parents[1] / "docs" / "operate.md").read_text()
    assert [metric.name for metric in METRICS if f"`{metric.name}`" not in told] == []
