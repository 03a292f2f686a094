"""A script as a PNG, which Slack shows: the same picture as `playbook_picture` draws, with its own letters.

`scheduler.picturing` runs it as a process of its own, which nobody waits for: `python -m bot.playbook_png`
reads what to draw, and writes the file. The font comes with Pillow, so that a machine without any font draws
it too; letters that it lacks (other than Latin ones) become boxes.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from bot.domain.playbook.layout import LINE, PADDING, Box, Layout, Line, Row, lay_out
from bot.domain.playbook.script import Playbook, Script
from bot.playbook_file import parse_playbook
from bot.playbook_picture import HEADS, TAKEN, Path, colours_of, node_of

SCALE = 2
"""Dots for each of the layout's pixels: the letters stay sharp where somebody looks closer."""

MOST_DOTS = 30_000_000
"""A picture of a larger script is drawn with fewer dots: each takes three bytes of memory."""

INK, FAINT, EDGE, RULE, PAPER = "#1c1f23", "#4b5563", "#9aa3ad", "#d5dae0", "#ffffff"

TITLE, NODE, LABEL, REMARK, BADGE = 14.5, 11, 13, 11.5, 11


def png(playbook: Playbook, script: Script, taken: Path = ()) -> bytes:
    """The picture as a PNG file, `taken` marked."""
    layout = lay_out(playbook, script)
    scale = _scale(layout)
    picture = _shapes(layout, taken, scale)
    letters = _Letters(ImageDraw.Draw(picture), scale)
    for box in layout.boxes:
        letters.box(box, taken)
    file = io.BytesIO()
    few = picture.quantize(colors=64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "PNG")
    return file.getvalue()


def _scale(layout: Layout) -> int:
    dots = layout.width * layout.height * SCALE**2
    return SCALE if dots <= MOST_DOTS else 1


def _shapes(layout: Layout, taken: Path, scale: int) -> Image.Image:
    picture = Image.new("RGB", (layout.width * scale, layout.height * scale), PAPER)
    shapes = _Shapes(ImageDraw.Draw(picture), scale)
    colours = colours_of(layout)
    for line in layout.lines:
        shapes.line(line, colours[line.target], 1.6)
    for line in layout.lines:
        if (line.step, line.answer) in taken:
            shapes.line(line, TAKEN, 4)
    for box in layout.boxes:
        shapes.box(box, _passed(box, taken))
    return picture


def _passed(box: Box, taken: Path) -> list[int]:
    """At which places of the path this step stood."""
    return [number for number, (name, _) in enumerate(taken, start=1) if name == box.step.id]


class _Shapes:
    """Boxes, lines and badges without their letters."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: int) -> None:
        self._draw, self._scale = draw, scale

    def line(self, line: Line, colour: str, width: float) -> None:
        *before, (end_x, end_y) = line.corners
        inwards = 1 if end_x > before[-1][0] else -1
        tip = end_x - inwards
        corners = [*before, (tip - 7 * inwards, end_y)]
        self._draw.line(self._at(corners), fill=colour, width=round(width * self._scale), joint="curve")
        head = [(tip, end_y), (tip - 9 * inwards, end_y - 5), (tip - 9 * inwards, end_y + 5)]
        self._draw.polygon(self._at(head), fill=colour)

    def box(self, box: Box, passed: Sequence[int]) -> None:
        around = self._at([(box.left, box.top), (box.right, box.top + box.height)])
        edge, width = (TAKEN, 3) if passed else (EDGE, 1)
        radius = 7 * self._scale
        self._draw.rounded_rectangle(around, radius, PAPER, edge, width * self._scale)
        head = box.top + PADDING + LINE + LINE * len(box.title) + 4
        inner = self._at([(box.left + width, box.top + width), (box.right - width, head)])
        corners = (True, True, False, False)
        self._draw.rounded_rectangle(inner, radius - self._scale, HEADS[box.step.kind], corners=corners)
        for row in box.rows:
            rule = self._at([(box.left + width, row.top - 4), (box.right - width, row.top - 4)])
            self._draw.line(rule, fill=RULE, width=self._scale)
        for number in range(len(passed)):
            x, y = box.right - 16 - 24 * number, box.top + 17
            self._draw.ellipse(self._at([(x - 10, y - 10), (x + 10, y + 10)]), fill=TAKEN)

    def _at(self, corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x * self._scale, y * self._scale) for x, y in corners]


class _Letters:
    """What is written."""

    def __init__(self, draw: ImageDraw.ImageDraw, scale: int) -> None:
        self._draw, self._scale = draw, scale

    def box(self, box: Box, taken: Path) -> None:
        x, y = box.left + PADDING + 2, box.top
        self._write(x, y + PADDING + 9, node_of(box), NODE, FAINT)
        for number, line in enumerate(box.title):
            self._write(x, y + PADDING + LINE * (number + 1) + 11, line, TITLE, INK, bold=True)
        for row in box.rows:
            self._row(x, row, (box.step.id, row.answer.value) in taken)
        for number, ordinal in enumerate(_passed(box, taken)):
            middle = (box.right - 16 - 24 * number, y + 21)
            self._write(*middle, str(ordinal), BADGE, PAPER, bold=True, anchor="ms")

    def _row(self, x: int, row: Row, taken: bool) -> None:
        y = row.top + 13
        for number, line in enumerate(row.label):
            indent = 16 if taken and number == 0 else 0
            if indent:
                self._tick(x, y)
            self._write(x + indent, y + LINE * number, line, LABEL, TAKEN if taken else INK, bold=taken)
        y += LINE * len(row.label) - 2
        for number, line in enumerate(row.remarks):
            self._write(x + 8, y + (LINE - 3) * number, line, REMARK, FAINT)

    def _tick(self, x: int, y: int) -> None:
        """Drawn: the font has no such sign."""
        corners = [(x, y - 5), (x + 4, y - 1), (x + 11, y - 10)]
        scaled = [(one * self._scale, other * self._scale) for one, other in corners]
        self._draw.line(scaled, fill=TAKEN, width=2 * self._scale, joint="curve")

    def _write(
        self, x: int, y: int, text: str, size: float, colour: str, *, bold: bool = False, anchor: str = "ls"
    ) -> None:
        where = (x * self._scale, y * self._scale)
        thicker = 0.25 * self._scale if bold else 0
        self._draw.text(where, text, colour, _font(size * self._scale), anchor, stroke_width=thicker)


def main() -> int:
    """Draw what standard input asks for, as JSON: the texts of a playbook, a script's name, the path."""
    os.nice(10)  # people who wait for an answer come first
    asked = json.load(sys.stdin)
    playbook = parse_playbook(asked["texts"])
    script = next(one for one in playbook.scripts if one.name == asked["script"])
    taken = tuple((str(step), str(answer)) for step, answer in asked["taken"])
    sys.stdout.buffer.write(png(playbook, script, taken))
    return 0


@cache
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


if __name__ == "__main__":
    sys.exit(main())
