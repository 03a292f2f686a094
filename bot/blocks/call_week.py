"""The calls of a week in a report's message: table, where people stopped, what was sent; and all of it in
words. `blocks.report` puts it beside the parts about cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.words_phone import OUTCOMES
from bot.domain.call_week import LEFT_OPEN, CallsPart, MessageLine, OutcomeLine, StepLine

LONGEST_NAME = 60
LONGEST_TITLE = 60
MOST_STEPS = MOST_MESSAGES = 8
PAGE_SIZE = 12
COLUMNS = ("How it ended", "Calls", "Share", "Median length", "Longest")
ALL = "All calls"
NO_LENGTH = "–"


def outcome(name: str) -> str:
    """How a call ended, in words."""
    return "Left open for a day" if name == LEFT_OPEN else OUTCOMES.get(name, name)


def length(seconds: int | None) -> str:
    """`45 s`, `4 min 10 s`, `1 h 5 min`."""
    if seconds is None:
        return NO_LENGTH
    minutes, rest = divmod(seconds, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def calls(count: int) -> str:
    return f"{count:,} call{'' if count == 1 else 's'}"


def head(part: CallsPart) -> str:
    """Whose calls, and how many; raw text."""
    return f"{texts.inline(part.name, LONGEST_NAME)}: {calls(part.total)}"


def line(part: CallsPart) -> str:
    """All of it in one line: of a quiet week, or where there is no room; raw text."""
    if not part.is_quiet:
        return f"{head(part)}. {numbers(part)}."
    before = f" There were {part.told.before:,} in {_time_before(part)}." if part.told.before else ""
    return f"{texts.inline(part.name, LONGEST_NAME)}: no calls.{before}"


def numbers(part: CallsPart) -> str:
    """How many, how long, how many were lost, what was sent; raw text."""
    told = part.told
    said = [f"{told.before:,} in {_time_before(part)}"]
    if told.every.median is not None:
        said.append(f"median {length(told.every.median)}, longest {length(told.every.longest)}")
    lost = sum(one.calls for one in told.stopped)
    said.append(f"{lost:,} ended before the script did")
    sent = sum(one.sent for one in told.messages)
    said.append(f"{sent:,} message{'' if sent == 1 else 's'} sent")
    return " · ".join(said)


def _time_before(part: CallsPart) -> str:
    days = round((part.at - part.since) / timedelta(days=1))
    return "the week before" if days == 7 else f"the {days} days before"


def part(key: str, what: CallsPart, *, plain: bool) -> list[sb.Block]:
    """One part of a message; `plain` without the table that some workspaces refuse."""
    since = f"{numbers(what)} · since {texts.date(what.since)}"
    blocks = [kit.header(f"{key}.head", head(what)), kit.marked_section(f"{key}.numbers", since)]
    if what.told.outcomes:
        blocks.append(_list(f"{key}.table", what) if plain else _table(f"{key}.table", what))
    columns = [_column(*one) for one in _lists(what) if one[1]]
    if columns:
        blocks.append(kit.columns(f"{key}.what", *columns))
    return [*blocks, kit.small(f"{key}.foot", kit.plain(" ".join(_foot(what))))]


def lines(what: CallsPart) -> list[str]:
    """The same as lines of raw text, for the text twin."""
    rows = [_spoken(one) for one in what.told.outcomes]
    lists = [f"{title}: {'; '.join(found)}" for title, found in _lists(what) if found]
    return [line(what), *rows, *lists]


def _table(block_id: str, what: CallsPart) -> sb.Block:
    every = what.told.every
    rows: list[list[sb.RawText | sb.RawNumber | sb.RichTextBlock]] = [[sb.RawText(one) for one in COLUMNS]]
    rows += [_cells(outcome(one.outcome), one, what.total) for one in what.told.outcomes]
    if len(what.told.outcomes) > 1:
        rows.append(_cells(ALL, every, what.total))
    caption = f"{texts.inline(what.name, LONGEST_NAME)}, by how they ended"
    return sb.DataTableBlock(rows, caption, page_size=PAGE_SIZE, row_header_column_index=0, block_id=block_id)


def _cells(name: str, one: OutcomeLine, total: int) -> list[sb.RawText | sb.RawNumber | sb.RichTextBlock]:
    return [
        sb.RawText(name),
        sb.RawNumber(one.calls, f"{one.calls:,}"),
        sb.RawNumber(_share(one, total), f"{_share(one, total)} %"),
        sb.RawNumber(one.median or 0, length(one.median)),
        sb.RawNumber(one.longest or 0, length(one.longest)),
    ]


def _share(one: OutcomeLine, total: int) -> int:
    return round(100 * one.calls / total) if total else 0


def _list(block_id: str, what: CallsPart) -> sb.Block:
    told = [f"• {texts.marked(_spoken(one), 150)}" for one in what.told.outcomes]
    return kit.marked_section(block_id, "\n".join(told))


def _spoken(one: OutcomeLine) -> str:
    said = f"{outcome(one.outcome)}: {calls(one.calls)}"
    if one.median is None:
        return said
    return f"{said}, median {length(one.median)}, longest {length(one.longest)}"


def _lists(what: CallsPart) -> list[tuple[str, list[str]]]:
    """What stands beside the table, each with its title; raw text."""
    told = what.told
    return [
        ("Where people stopped", _some([_stopped(one) for one in told.stopped], MOST_STEPS)),
        ("Messages sent", _some([_sent(one) for one in told.messages], MOST_MESSAGES)),
        ("New cases triaged", [f"{outcome(one.outcome)}: {one.calls:,}" for one in told.triaged]),
    ]


def _some(found: Sequence[str], most: int) -> list[str]:
    more = len(found) - most
    return [*found[:most], f"and {more:,} more"] if more > 0 else list(found)


def _stopped(one: StepLine) -> str:
    left = f" ({one.left_open:,} left open)" if one.left_open else ""
    return f"{texts.inline(one.title, LONGEST_TITLE)}: {one.calls:,}{left}"


def _sent(one: MessageLine) -> str:
    back = f" ({one.came_back:,} came back)" if one.came_back else ""
    return f"{texts.inline(one.title, LONGEST_TITLE)}: {one.sent:,}{back}"


def _column(title: str, found: Sequence[str]) -> str:
    return "\n".join([f"*{title}*", *(texts.marked(one, 2 * LONGEST_TITLE) for one in found)])


def _foot(what: CallsPart) -> list[str]:
    told = ["Each call is in the file in this message's thread."] if what.total else []
    told.append(f"Calls of {texts.inline(what.team, LONGEST_NAME)}." if what.team else "Calls of everybody.")
    if what.set_up_by is None:
        told.append("Comes without any set-up; managers change it with /desk reports.")
    else:
        by = texts.inline(what.set_up_by.name, LONGEST_NAME)
        told.append(f"{by} set it up; managers change it with /desk reports.")
    return told
