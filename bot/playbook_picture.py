"""A script as a picture, SVG or Mermaid, with the path that somebody took; the command line draws it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from bot.domain.playbook.layout import LINE, PADDING, WIDTH, Box, Layout, Line, Row, lay_out
from bot.domain.playbook.script import Playbook, Script, StepKind
from bot.domain.playbook.walk import Place

COLOURS = ("#1d5fa8", "#a4432a", "#4a7a1f", "#7a4fa3", "#8a6410", "#1f7a78", "#a83a74", "#5a5f66")
"""Of lines, by where they lead: to tell them apart where they cross. Nothing is said by colour alone."""

HEADS = {
    StepKind.ASK: "#e4ecf5",
    StepKind.DECIDE: "#efe6f5",
    StepKind.SEND: "#e3f1e3",
    StepKind.CASE: "#f9ecd6",
    StepKind.END: "#eeeeee",
}
TAKEN = "#0b3d1e"

STYLE = """
text { font-family: 'DejaVu Sans', Verdana, sans-serif; fill: #1c1f23; }
.title { font-size: 15px; font-weight: bold; }
.node { font-size: 11px; fill: #4b5563; }
.label { font-size: 13px; }
.remark { font-size: 11.5px; fill: #4b5563; }
.taken { font-weight: bold; fill: #0b3d1e; }
.badge { font-size: 11px; font-weight: bold; fill: #ffffff; text-anchor: middle; }
""".strip()

Path = tuple[tuple[str, str], ...]
"""Steps and the answers that were given there, in their order."""


def path_of(place: Place) -> Path:
    """The path that led to a place, for `svg` and `mermaid`; the place itself comes last, without answer."""
    return (*((step.id, answer.value) for step, answer in place.path), (place.step.id, ""))


def svg(playbook: Playbook, script: Script, taken: Path = ()) -> str:
    """The picture as an SVG document. It has its size in pixels, a title, and its path in words."""
    layout = lay_out(playbook, script)
    colours = colours_of(layout)
    body = [
        *(_line(line, colours[line.target], False) for line in layout.lines),
        *(_line(line, TAKEN, True) for line in layout.lines if (line.step, line.answer) in taken),
    ]
    for box in layout.boxes:
        body += _box(box, taken)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width}" height="{layout.height}" '
            f'viewBox="0 0 {layout.width} {layout.height}" role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(script.title)}</title>',
            f'<desc id="description">{escape(in_words(script, taken))}</desc>',
            f"<style>{STYLE}</style>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            *body,
            "</svg>\n",
        ]
    )


def in_words(script: Script, taken: Path) -> str:
    """What the picture shows, for who cannot see it: the path, or how large the script is."""
    said = list[str]()
    for name, value in taken:
        step = script.step(name)
        if step is not None:
            chosen = step.answer(value) or next((one for one in script.anytime if one.value == value), None)
            said.append(f"{step.title} {chosen.label}." if chosen else f"Then: {step.title}.")
    answers = sum(len(step.answers) for step in script.steps)
    return " ".join(said) or f"{script.title}: {len(script.steps)} steps with {answers} answers."


def colours_of(layout: Layout) -> dict[str, str]:
    """The colour of the lines to each step."""
    targets = dict.fromkeys(line.target for line in layout.lines)
    return {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(targets)}


def _line(line: Line, colour: str, taken: bool) -> str:
    (start_x, start_y), *rest = line.corners
    end_x, end_y = rest[-1]
    inwards = 1 if end_x > rest[-2][0] else -1
    tip = end_x - inwards
    points = " ".join(f"{x},{y}" for x, y in ((start_x, start_y), *rest[:-1], (tip - 7 * inwards, end_y)))
    head = f"{tip},{end_y} {tip - 9 * inwards},{end_y - 5} {tip - 9 * inwards},{end_y + 5}"
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{4 if taken else 1.6}" '
        f'stroke-linejoin="round"/><polygon points="{head}" fill="{colour}"/>'
    )


def _box(box: Box, taken: Path) -> Iterator[str]:
    passed = [number for number, (name, _) in enumerate(taken, start=1) if name == box.step.id]
    border = f'stroke="{TAKEN}" stroke-width="3"' if passed else 'stroke="#9aa3ad" stroke-width="1"'
    head = PADDING + LINE + LINE * len(box.title) + 4
    x, y = box.left, box.top
    yield f"<g><title>{escape(box.step.say)}</title>"
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{box.height}" rx="7" fill="#ffffff" {border}/>'
    yield (
        f'<path d="M{x + 1},{y + head} v-{head - 8} q0,-7 7,-7 h{WIDTH - 16} q7,0 7,7 v{head - 8} z" '
        f'fill="{HEADS[box.step.kind]}"/>'
    )
    yield _text(x + PADDING + 2, y + PADDING + 9, "node", node_of(box))
    for number, line in enumerate(box.title):
        yield _text(x + PADDING + 2, y + PADDING + LINE * (number + 1) + 11, "title", line)
    for row in box.rows:
        yield from _row(box, row, (box.step.id, row.answer.value) in taken)
    for number, ordinal in enumerate(passed):
        yield f'<circle cx="{x + WIDTH - 16 - 24 * number}" cy="{y + 17}" r="10" fill="{TAKEN}"/>'
        yield _text(x + WIDTH - 16 - 24 * number, y + 21, "badge", str(ordinal))
    yield "</g>"


def node_of(box: Box) -> str:
    """What stands above the title: where the step belongs, and what happens there."""
    kinds = {StepKind.DECIDE: "the desk decides", StepKind.SEND: "sends", StepKind.CASE: "opens a case"}
    return " · ".join(part for part in (box.step.node, kinds.get(box.step.kind, "")) if part)


def _row(box: Box, row: Row, taken: bool) -> Iterator[str]:
    x, y = box.left + PADDING + 2, row.top + 13
    yield f'<path d="M{box.left + 1},{row.top - 4} h{WIDTH - 2}" stroke="#d5dae0" stroke-width="1"/>'
    for number, line in enumerate(row.label):
        mark = "✓ " if taken and number == 0 else ""
        yield _text(x, y + LINE * number, "label taken" if taken else "label", mark + line)
    y += LINE * len(row.label) - 2
    for number, line in enumerate(row.remarks):
        yield _text(x + 8, y + (LINE - 3) * number, "remark", line)


def _text(x: int, y: int, kind: str, text: str) -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(text)}</text>'


def mermaid(playbook: Playbook, script: Script, taken: Path = ()) -> str:
    """The same as a Mermaid flowchart, for a page that draws those. What was taken is thick."""
    names = {step.id: f"s{number}" for number, step in enumerate(script.steps)}
    lines, thick, count = ["flowchart LR"], list[int](), 0
    for step in script.steps:
        opens, closes = {StepKind.DECIDE: ("{", "}"), StepKind.END: ("([", "])")}.get(step.kind, ("[", "]"))
        node = "" if step.kind is StepKind.END else f"{step.node}: "
        lines.append(f'    {names[step.id]}{opens}"{_quoted(node + step.title)}"{closes}')
    for step in script.steps:
        for answer in step.answers:
            if answer.go not in names:
                continue
            message = playbook.message(answer.message)
            label = answer.label + (f" / {message.title}" if message else "")
            lines.append(f'    {names[step.id]} -->|"{_quoted(label)}"| {names[answer.go]}')
            if (step.id, answer.value) in taken:
                thick.append(count)
            count += 1
    lines += _marks([names[name] for name, _ in taken if name in names], thick)
    return "\n".join(lines) + "\n"


def _marks(steps: Sequence[str], thick: Sequence[int]) -> Iterator[str]:
    if steps:
        yield f"    classDef taken stroke:{TAKEN},stroke-width:4px"
        yield f"    class {','.join(dict.fromkeys(steps))} taken"
    if thick:
        yield f"    linkStyle {','.join(map(str, thick))} stroke:{TAKEN},stroke-width:4px"


def _quoted(text: str) -> str:
    """Mermaid reads quotation marks as the end of a text, and these characters as its own."""
    for letter, written in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(letter, written)
    return text
