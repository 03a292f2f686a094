"""The message of a report: chart, what changed, table with links; plain where Slack refuses them.

`scheduler.reporting` posts it. Slack's limits: 50 blocks, two charts, 100 rows, 20,000 characters in tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import slackblocks as sb

from bot.blocks import call_week, kit, report_words, words
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.names import STATUS_NAMES
from bot.domain.call_week import CallsPart
from bot.domain.ids import shown
from bot.domain.reports import (
    AGE_NAMES,
    MOST_IN_TABLE,
    OwnerLine,
    Part,
    Report,
    ReportRow,
    days_ago,
)

MOST_CHARTS = 2
MOST_PARTS = 12
MOST_WHOLE = 5
"""Parts with a table of their own in one message; the rest are a line each, and whole in the files."""

MOST_BARS = 20
LABEL = 20
CELL, TITLE = 40, 48
PAGE_SIZE = 10
MOST_CHARACTERS = 18_000
"""In all tables of a message, links included: Slack takes 20,000, and does not say what it counts."""

LINES_A_SECTION = 2_900
MOST_SECTIONS = 10

COLUMNS = (
    "Owner", "Case", "Title", "Days open", "Days quiet", "To look at", "Severity", "Status", "Account",
)  # fmt: skip
"""What matters first stands where a narrow window shows it."""


def report(what: Report) -> Message:
    """The message as Slack's newer blocks show it best."""
    return _message(what, plain=False)


def plainly(what: Report) -> Message:
    """The same facts as sections and lists."""
    return _message(what, plain=True)


def _message(what: Report, *, plain: bool) -> Message:
    blocks: list[sb.Block] = []
    told = what.parts[:MOST_PARTS]
    loud = [part for part in told if not part.is_quiet and part.trouble is None][:MOST_WHOLE]
    share = _Share(
        characters=MOST_CHARACTERS // max(1, len(loud)), sections=MOST_SECTIONS // max(1, len(loud))
    )
    for number, part in enumerate(told):
        key = f"part.{number}"
        place = next((at for at, one in enumerate(loud) if one is part), None)
        if place is None:
            blocks.append(kit.section(key, _line(part)))
        elif isinstance(part, CallsPart):
            blocks += call_week.part(key, part, plain=plain)
        elif plain:
            blocks += _plain_part(key, part, share.sections)
        else:
            blocks += _part(key, part, share.characters, with_chart=place < MOST_CHARTS)
    if len(what.parts) > MOST_PARTS:
        rest = [report_words.head(part) for part in what.parts[MOST_PARTS:]]
        blocks.append(kit.section("rest", "; ".join(rest)))
    why = report_words.why(what, texts.date)
    if why:
        blocks.append(kit.small("why", " ".join(why)))
    return kit.message(report_words.twin(what, [part.zone for part in what.parts]), blocks)


@dataclass(frozen=True, kw_only=True)
class _Share:
    """How much of what a message takes each part may have."""

    characters: int
    sections: int


def _line(part: Part | CallsPart) -> str:
    """A part in one line: a quiet one, one whose search is broken, one for which there is no room; raw."""
    if isinstance(part, CallsPart):
        return call_week.line(part)
    if part.trouble is not None:
        said = f"{texts.inline(part.name, 60)}: {words.plain(part.trouble, part.zone)}"
        return f"{said} Managers change the search with /desk reports."
    if part.is_quiet:
        return report_words.quiet(part)
    return f"{report_words.head(part)}. {report_words.numbers(part)}."


def _head(key: str, part: Part) -> list[sb.Block]:
    since = f"Since {texts.date(part.since)}: {report_words.numbers(part)}"
    return [kit.header(f"{key}.head", report_words.head(part)), kit.marked_section(f"{key}.changed", since)]


def _changes(key: str, part: Part) -> list[sb.Block]:
    columns = report_words.columns_of_change(part)
    return [kit.columns(f"{key}.what", *columns)] if columns else []


def _part(key: str, part: Part, budget: int, *, with_chart: bool) -> list[sb.Block]:
    blocks = _head(key, part)
    if part.total and with_chart:
        blocks.append(chart(f"{key}.chart", part))
    blocks += _changes(key, part)
    rows = part.rows
    if rows:
        made, count = table(f"{key}.table", part, budget)
        blocks.append(made)
        rows = rows[:count]
    return [*blocks, _foot(key, part, len(rows))]


def _foot(key: str, part: Part, count: int) -> sb.Block:
    told = [report_words.origin(part)]
    if count < part.total:
        told.insert(0, f"{count:,} of {part.total:,} shown, of each owner the most pressing.")
    if part.total:
        told.append("All of them are in the file in this message's thread.")
    return kit.small(f"{key}.foot", kit.plain(" ".join(told)))


def chart(block_id: str, part: Part) -> sb.Block:
    """Open cases by owner, stacked by age; beyond twenty owners the rest is one bar.

    Ages that nothing has are there up to the oldest, so that each has the same colour in every report.
    """
    lines = bars(part.owners)
    names = _labels([name for name, _ in lines])
    oldest = max((age for _, counts in lines for age, count in enumerate(counts) if count), default=0)
    series = [
        sb.DataSeries(
            name=AGE_NAMES[number],
            data=[
                sb.DataPoint(label=name, value=counts[number])
                for name, (_, counts) in zip(names, lines, strict=True)
            ],
        )
        for number in range(oldest + 1)
    ]
    drawn = sb.BarChart(series, sb.AxisConfig(names, x_label="Owner", y_label="Open cases"))
    return sb.DataVisualizationBlock("Open cases by owner and age", drawn, block_id=block_id)


def bars(lines: Sequence[OwnerLine]) -> list[tuple[str, tuple[int, ...]]]:
    """Whose bars there are, with their heights: those with most cases have one of their own."""
    if len(lines) <= MOST_BARS:
        return [(report_words.owner(line), line.by_age) for line in lines]
    most = set(sorted(range(len(lines)), key=lambda at: -lines[at].total)[: MOST_BARS - 1])
    own = [(report_words.owner(line), line.by_age) for at, line in enumerate(lines) if at in most]
    rest = [line.by_age for at, line in enumerate(lines) if at not in most]
    return [*own, (f"{len(rest):,} others", tuple(sum(column) for column in zip(*rest, strict=True)))]


def _labels(names: Sequence[str]) -> list[str]:
    """Names that fit an axis, each another one: two people may be called the same."""
    made: list[str] = []
    for name in names:
        label, number = texts.first(name, LABEL) or "?", 2
        while label in made:
            end = f" {number}"
            label, number = texts.first(name, LABEL - len(end)) + end, number + 1
        made.append(label)
    return made


def table(block_id: str, part: Part, budget: int) -> tuple[sb.Block, int]:
    """The table, and how many cases it holds: as many as Slack takes."""
    rows: list[list[sb.RawText | sb.RawNumber | sb.RichTextBlock]] = [[sb.RawText(one) for one in COLUMNS]]
    used = sum(len(one) for one in COLUMNS)
    for number, row in enumerate(part.rows[:MOST_IN_TABLE]):
        cells = _texts(row, part)
        used += sum(len(one) for one in cells) + len(row.permalink or "")
        if used > budget:
            break
        rows.append(_cells(f"{block_id}.{number}", row, part, cells))
    whose = "Your open cases" if part.is_own else f"Open cases of {texts.inline(part.name, 60)}"
    caption = f"{whose}, by owner"
    made = sb.DataTableBlock(rows, caption, page_size=PAGE_SIZE, row_header_column_index=1, block_id=block_id)
    return made, len(rows) - 1


def _cells(
    key: str, row: ReportRow, part: Part, cells: Sequence[str]
) -> list[sb.RawText | sb.RawNumber | sb.RichTextBlock]:
    made: list[sb.RawText | sb.RawNumber | sb.RichTextBlock] = [sb.RawText(one or " ") for one in cells]
    if row.permalink:
        link = sb.RichTextLink(url=row.permalink, text=cells[1])
        made[1] = sb.RichTextBlock(sb.RichTextSection([link]), block_id=f"{key}.case")
    for column in (3, 4, 6):
        made[column] = sb.RawNumber(int(cells[column]), cells[column])
    return made


def _texts(row: ReportRow, part: Part) -> list[str]:
    owner = texts.inline(row.owner.name, CELL) if row.owner else report_words.NOBODYS
    return [
        owner,
        shown(row.number),
        texts.inline(row.title, TITLE),
        str(days_ago(row.created_at, part.at, part.zone)),
        str(_quiet(row, part)),
        notes(row, part),
        str(row.severity),
        STATUS_NAMES[row.status],
        texts.inline(row.account, CELL),
    ]


def _quiet(row: ReportRow, part: Part) -> int:
    return days_ago(row.touched_at, part.at, part.zone)


def notes(row: ReportRow, part: Part) -> str:
    """Why a case wants a look, in words: colour says nothing to some."""
    said = []
    if row.is_escalated:
        said.append("escalated")
    if row.past_limit:
        said.append("past a limit")
    if _quiet(row, part) >= part.untouched_days:
        said.append("untouched")
    return ", ".join(said)


def _plain_part(key: str, part: Part, sections: int) -> list[sb.Block]:
    """The same without chart and table: owners and their ages, then their cases."""
    lines: list[str] = []
    by_owner: dict[int | None, list[ReportRow]] = {}
    for row in part.rows:
        by_owner.setdefault(row.owner.id if row.owner else None, []).append(row)
    for line in part.owners:
        ages = ", ".join(f"{count:,} {AGE_NAMES[at]}" for at, count in enumerate(line.by_age) if count)
        lines.append(f"*{texts.marked(report_words.owner(line), 60)}*: {line.total:,} ({ages})")
        lines += [_plain_row(row, part) for row in by_owner.get(line.owner.id if line.owner else None, ())]
    blocks = [*_head(key, part), *_changes(key, part)]
    made = _sections(f"{key}.rows", lines, max(1, sections))
    return [*blocks, *made, _foot(key, part, len(part.rows))]


def _plain_row(row: ReportRow, part: Part) -> str:
    number = texts.link(row.permalink, shown(row.number)) if row.permalink else shown(row.number)
    facts = [
        texts.marked(row.account, CELL),
        f"severity {row.severity}",
        STATUS_NAMES[row.status],
        _days_open(days_ago(row.created_at, part.at, part.zone)),
        notes(row, part),
    ]
    return f"• {number} {texts.marked(row.title, CELL)} · {' · '.join(fact for fact in facts if fact)}"


def _days_open(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'} open"


def _sections(key: str, lines: Sequence[str], most: int) -> list[sb.Block]:
    """Lines of mrkdwn in as few sections as hold them, and no more than `most`."""
    pieces: list[list[str]] = []
    used = LINES_A_SECTION + 1
    for line in lines:
        size = texts.width(line) + 1
        if used + size > LINES_A_SECTION:
            if len(pieces) == most:
                break
            pieces.append([])
            used = 0
        pieces[-1].append(line)
        used += size
    return [
        kit.marked_section(f"{key}.{number}", "\n".join(piece))
        for number, piece in enumerate(pieces)
        if piece
    ]
