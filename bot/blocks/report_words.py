"""What a report says in words: heads, what changed, when it came; for blocks, text twin and plain form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.blocks import call_week
from bot.blocks import text as texts
from bot.blocks.names import listed
from bot.domain.call_week import CallsPart
from bot.domain.ids import shown
from bot.domain.reports import Changed, Mentioned, OwnerLine, Part, Report

NOBODYS = "Nobody's"
LONGEST_NAME = 60
LONGEST_TITLE = 60
LONGEST_IN_COLUMN = 32
LONGEST_OWNER = 30


def cases(count: int, what: str = "case") -> str:
    """`1 case`, `2,000 cases`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def owner(line: OwnerLine) -> str:
    """An owner by name, as typed."""
    return texts.inline(line.owner.name, LONGEST_NAME) if line.owner else NOBODYS


def head(part: Part | CallsPart) -> str:
    """The head of a part: whose report it is, and how many cases are open, or calls were made."""
    if isinstance(part, CallsPart):
        return call_week.head(part)
    return f"{texts.inline(part.name, LONGEST_NAME)}: {cases(part.total, 'open case')}"


def quiet(part: Part) -> str:
    """The one line of a quiet day; raw text."""
    name = texts.inline(part.name, LONGEST_NAME)
    if not part.total:
        return f"{name}: nothing is open, nothing has changed."
    return f"{name}: {cases(part.total, 'open case')}, nothing has changed."


def numbers(part: Part) -> str:
    """Everything that changed, in one line; raw text."""
    changes = part.changes
    parts = [
        f"{changes.new.total:,} new",
        f"{changes.closed.total:,} closed",
        f"{changes.handed_over.total:,} handed over",
        f"{changes.past_limit.total:,} past a limit{_newly(changes.past_limit)}",
        f"{changes.untouched.total:,} untouched for {part.untouched_days} days{_newly(changes.untouched)}",
    ]
    return " · ".join(parts)


def _newly(changed: Changed) -> str:
    return f" ({changed.newly:,} newly)" if changed.newly else ""


def kinds_of_change(part: Part) -> list[tuple[str, Changed]]:
    """Each kind of change that there is, by name."""
    changes = part.changes
    kinds = (
        ("New", changes.new),
        ("Closed", changes.closed),
        ("Handed over", changes.handed_over),
        ("Past a limit", changes.past_limit),
        (f"Untouched for {part.untouched_days} days", changes.untouched),
    )
    return [(word, changed) for word, changed in kinds if changed.total]


def lines_of_change(part: Part) -> list[str]:
    """A line of raw text for each kind of change."""
    return [
        f"{word}: {'; '.join([*map(spoken_case, changed.some), *_more(changed)])}"
        for word, changed in kinds_of_change(part)
    ]


def columns_of_change(part: Part) -> list[str]:
    """A column of mrkdwn for each kind of change, a case a line."""
    return [
        "\n".join([f"*{word}: {changed.total:,}*", *map(linked_case, changed.some), *_more(changed)])
        for word, changed in kinds_of_change(part)
    ]


def _more(changed: Changed) -> list[str]:
    more = changed.total - len(changed.some)
    return [f"and {more:,} more"] if more else []


def spoken_case(one: Mentioned) -> str:
    """A case in a line of raw text."""
    whose = f" ({texts.inline(one.owner, LONGEST_NAME)})" if one.owner else ""
    return f"{shown(one.number)} {texts.inline(one.title, LONGEST_TITLE)}{whose}"


def linked_case(one: Mentioned) -> str:
    """The same as mrkdwn."""
    number = texts.link(one.permalink, shown(one.number)) if one.permalink else shown(one.number)
    whose = f" · {texts.marked(one.owner, LONGEST_OWNER)}" if one.owner else ""
    return f"{number} {texts.marked(one.title, LONGEST_IN_COLUMN)}{whose}"


def why(report: Report, tell: Callable[[datetime], str]) -> list[str]:
    """Why this is not the usual report at its usual time: asked for, late, moved, two in one."""
    said = []
    if report.is_preview:
        said.append("A preview: nobody else got it.")
    elif report.asked_by:
        said.append(f"{texts.inline(report.asked_by, LONGEST_NAME)} sent it by hand.")
    if report.late_since is not None:
        said.append(f"Late: it was due {tell(report.late_since)}, while I was away.")
    if report.missed:
        times = listed([tell(one) for one in report.missed[-3:]])
        said.append(f"It also stands for {len(report.missed)} missed before ({times}).")
    if report.met:
        said.append("Holidays brought two reports onto this day: this is both.")
    elif report.moved:
        said.append("A holiday moved it to this day.")
    return said


def origin(part: Part) -> str:
    """Whose idea it was; raw text."""
    if part.is_own:
        return "What you own or created. Stop it with /case reports."
    which = (
        f"Found by “{texts.inline(part.search_name, 40)}”" if part.search_name else "Opened by support staff"
    )
    if part.set_up_by is None:
        return f"{which}. Comes without any set-up; managers change it with /desk reports."
    by = texts.inline(part.set_up_by.name, LONGEST_NAME)
    return f"{which}. {by} set it up; managers change it with /desk reports."


def twin(report: Report, zones: Sequence[str]) -> str:
    """All of it as raw text, for screen readers and notifications: what matters most comes first."""
    zone = zones[0] if zones else "UTC"
    told: list[str] = []
    for part in report.parts:
        if isinstance(part, CallsPart):
            told += [call_week.line(part)] if part.is_quiet else call_week.lines(part)
        elif part.trouble is not None:
            told.append(f"{texts.inline(part.name, LONGEST_NAME)}: its search does not work any more.")
        elif part.is_quiet:
            told.append(quiet(part))
        else:
            told.append(f"{head(part)}. {numbers(part)}.")
            told += lines_of_change(part)
            told += [spoken_owner(line) for line in part.owners]
    return "\n".join([*told, *why(report, lambda instant: texts.spoken(instant, zone))])


def spoken_owner(line: OwnerLine) -> str:
    """An owner's cases in a line: how many, how old the oldest are, what needs a look; raw text."""
    facts = [cases(line.total, "open case")]
    if line.past_limit:
        facts.append(f"{line.past_limit:,} past a limit")
    if line.untouched:
        facts.append(f"{line.untouched:,} untouched")
    return f"{owner(line)}: {', '.join(facts)}"
