"""Where the boxes and lines of a script's picture stand, in pixels; `bot/playbook_picture.py` draws them.

Steps stand in columns from left to right, in the order in which a caller can come to them. Every answer is a
row of its step's box, and its line runs through the gutter beside the column. Answers that end the script, or
lead back to a step that stands before, say so in their row and need no line: what is left can be followed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.domain.playbook.script import RETURN, Answer, Playbook, Script, Step, StepKind

WIDTH = 310
GAP = 34
MARGIN = 30
TRACK = 14
LINE = 18
PADDING = 10
TITLE_CHARACTERS = 29
TEXT_CHARACTERS = 35


@dataclass(frozen=True, kw_only=True)
class Row:
    """One answer in a box: its label in lines, what it brings about in smaller ones, and where it stands."""

    answer: Answer
    label: tuple[str, ...]
    remarks: tuple[str, ...]
    top: int
    height: int

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


@dataclass(frozen=True, kw_only=True)
class Box:
    """One step: `left` and `top` of it, its title in lines, and its rows."""

    step: Step
    column: int
    left: int
    top: int
    height: int
    title: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def right(self) -> int:
        return self.left + WIDTH

    @property
    def port(self) -> int:
        """The height at which lines come in."""
        return self.top + 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """From an answer to a step, through these corners."""

    step: str
    answer: str
    target: str
    corners: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A whole picture."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


@dataclass
class _Plan:
    """What is known before there are pixels: the column of each step, and the answers that need a line."""

    columns: list[list[Step]]
    forward: list[tuple[Step, Answer, Step]]
    reached: frozenset[str]
    column_of: dict[str, int] = field(default_factory=dict)


def lay_out(playbook: Playbook, script: Script) -> Layout:
    """Where everything of a script stands."""
    plan = _plan(playbook, script)
    tracks = _tracks(plan)
    lanes = {name: number for number, name in enumerate(_long(plan))}
    top = MARGIN + TRACK * len(lanes)
    boxes = dict[str, Box]()
    left = MARGIN
    for number, column in enumerate(plan.columns):
        y = top
        for step in column:
            box = _box(playbook, script, plan, step, number, left, y)
            boxes[step.id] = box
            y += box.height + GAP
        left += WIDTH + TRACK * (len(tracks[number]) + 3)
    lines = tuple(
        _line(boxes[step.id], answer, boxes[target.id], tracks, lanes, boxes)
        for step, answer, target in plan.forward
    )
    return Layout(
        boxes=tuple(boxes.values()),
        lines=lines,
        width=max((box.right for box in boxes.values()), default=0) + TRACK * (len(tracks[-1]) + 1) + MARGIN,
        height=max((box.top + box.height for box in boxes.values()), default=top) + MARGIN,
    )


def _plan(playbook: Playbook, script: Script) -> _Plan:
    layers, forward = _layers(script)
    sketch = _Plan([], forward, frozenset(layers))
    heights = {step.id: _box(playbook, script, sketch, step, 0, 0, 0).height for step in script.steps}
    by_layer = dict[int, list[Step]]()
    for step in script.steps:
        if step.id in layers:
            by_layer.setdefault(layers[step.id], []).append(step)
    ordered = [by_layer[number] for number in sorted(by_layer)]
    tallest = max((_tall(layer, heights) for layer in ordered), default=0)
    columns = ordered[:1] or [[]]
    for layer in ordered[1:]:
        if _tall(columns[-1], heights) + GAP + _tall(layer, heights) <= tallest:
            columns[-1] = columns[-1] + layer
        else:
            columns.append(layer)
    aside = [step for step in script.steps if step.id not in layers and step.kind is not StepKind.END]
    shortest = min(range(len(columns)), key=lambda one: _tall(columns[one], heights))
    columns[shortest] = columns[shortest] + aside
    plan = _Plan(columns, forward, frozenset(layers))
    plan.column_of = {step.id: number for number, column in enumerate(columns) for step in column}
    return plan


def _tall(steps: list[Step], heights: Mapping[str, int]) -> int:
    return sum(heights[step.id] + GAP for step in steps) - GAP


def _layers(script: Script) -> tuple[dict[str, int], list[tuple[Step, Answer, Step]]]:
    """For each step the most answers that lead to it without going round; and those that lead forward."""
    forward = list[tuple[Step, Answer, Step]]()
    order = list[str]()
    state = dict[str, str]()

    def visit(step: Step) -> None:
        state[step.id] = "open"
        for answer in step.answers:
            target = script.step(answer.go)
            if target is None or target.kind is StepKind.END or state.get(target.id) == "open":
                continue
            forward.append((step, answer, target))
            if target.id not in state:
                visit(target)
        state[step.id] = "done"
        order.insert(0, step.id)

    start = script.step(script.start)
    if start is not None:
        visit(start)
    layers = dict.fromkeys(order, 0)
    for name in order:
        for step, _, target in forward:
            if step.id == name:
                layers[target.id] = max(layers[target.id], layers[name] + 1)
    return layers, forward


def _box(
    playbook: Playbook, script: Script, plan: _Plan, step: Step, column: int, left: int, top: int
) -> Box:
    title = tuple(textwrap.wrap(step.title, TITLE_CHARACTERS)) or ("",)
    y = top + PADDING + LINE + LINE * len(title) + PADDING
    rows = list[Row]()
    for answer in step.answers:
        label = tuple(textwrap.wrap(answer.label, TEXT_CHARACTERS))
        remarks = tuple(
            line
            for each in _remarks(playbook, script, plan, step, answer)
            for line in textwrap.wrap(each, TEXT_CHARACTERS + 2, subsequent_indent="  ")
        )
        height = LINE * len(label) + (LINE - 3) * len(remarks) + PADDING
        rows.append(Row(answer=answer, label=label, remarks=remarks, top=y, height=height))
        y += height
    return Box(
        step=step, column=column, left=left, top=top, height=y - top + 4, title=title, rows=tuple(rows)
    )


def _remarks(playbook: Playbook, script: Script, plan: _Plan, step: Step, answer: Answer) -> Iterator[str]:
    """What an answer brings about, beside leading along its line."""
    if answer.only:
        yield "only " + ", ".join(f"{fact}: {' or '.join(values)}" for fact, values in answer.only)
    if answer.message:
        message = playbook.message(answer.message)
        yield f"e-mail: {message.title if message else answer.message}"
    if answer.case:
        yield f"case: {answer.case}"
    target = script.step(answer.go)
    aside = step.id not in plan.reached
    if answer.go == RETURN:
        yield "back to where they were"
    elif target is None:
        yield f"no such step: {answer.go}"
    elif target.kind is StepKind.END:
        yield f"ends: {target.title}"
    elif (step, answer, target) not in plan.forward:
        yield f"{'to' if aside else 'back to'}: {target.title}"


def _long(plan: _Plan) -> list[str]:
    """Targets that some line reaches over a whole column: they get a lane above all boxes."""
    found = (
        target.id
        for step, _, target in plan.forward
        if plan.column_of[target.id] - plan.column_of[step.id] > 1
    )
    return list(dict.fromkeys(found))


def _tracks(plan: _Plan) -> list[list[str]]:
    """For each gutter the targets that lines in it lead to: those of its own column first, nearest to it."""
    tracks = list[list[str]]()
    for number in range(len(plan.columns)):
        inner, outer = dict[str, None](), dict[str, None]()
        for step, _, target in plan.forward:
            begins, ends = plan.column_of[step.id], plan.column_of[target.id]
            if begins == ends == number:
                inner[target.id] = None
            elif begins == number or (begins < number < ends and ends == number + 1):
                outer[target.id] = None
        # a line that goes deeper turns off later, so that lines to one column cross as little as can be
        tracks.append([*reversed(inner), *outer])
    return tracks


def _line(
    box: Box,
    answer: Answer,
    target: Box,
    tracks: list[list[str]],
    lanes: Mapping[str, int],
    boxes: Mapping[str, Box],
) -> Line:
    """Out of the row, along the target's track, and into its box: from the right in one's own column."""
    row = next(one for one in box.rows if one.answer is answer)
    name = target.step.id
    x = _track(tracks, box.column, name, box.right)
    corners = [(box.right, row.middle), (x, row.middle)]
    if target.column == box.column:
        corners += [(x, target.port), (target.right, target.port)]
    elif target.column == box.column + 1:
        corners += [(x, target.port), (target.left, target.port)]
    else:
        lane = MARGIN // 2 + TRACK * lanes[name]
        before = next(one.right for one in boxes.values() if one.column == target.column - 1)
        turn = _track(tracks, target.column - 1, name, before)
        corners += [(x, lane), (turn, lane), (turn, target.port), (target.left, target.port)]
    return Line(step=box.step.id, answer=answer.value, target=name, corners=tuple(corners))


def _track(tracks: list[list[str]], column: int, target: str, right: int) -> int:
    return right + TRACK * (tracks[column].index(target) + 1)
