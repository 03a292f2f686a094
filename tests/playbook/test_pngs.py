"""The picture that Slack shows: as large as the layout wants, and with the path marked."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot import playbook_png
from bot.domain.playbook.layout import lay_out
from bot.domain.playbook.script import Playbook
from bot.playbook_png import SCALE, png

DARK_GREEN = (11, 61, 30)


def drawn(made: bytes) -> Image.Image:
    return Image.open(io.BytesIO(made)).convert("RGB")


def marked(picture: Image.Image) -> int:
    """How much of it has the colour of a path."""
    counts = picture.getcolors(1 << 20) or []
    near = (count for count, colour in counts if _far(colour, DARK_GREEN) < 30)  # type: ignore[arg-type]
    return sum(near)


def _far(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def test_a_picture_has_two_dots_for_each_pixel_of_its_layout_and_marks_the_path(playbook: Playbook) -> None:
    script = playbook.triage
    layout = lay_out(playbook, script)
    plain = drawn(png(playbook, script))
    assert plain.size == (layout.width * SCALE, layout.height * SCALE)
    taken = drawn(png(playbook, script, (("start", ""), (script.start, script.steps[0].answers[0].value))))
    assert marked(plain) < marked(taken) / 4


def test_a_script_too_large_for_that_is_drawn_with_fewer_dots(
    playbook: Playbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playbook_png, "MOST_DOTS", 100)
    layout = lay_out(playbook, playbook.triage)
    assert drawn(png(playbook, playbook.triage)).size == (layout.width, layout.height)
