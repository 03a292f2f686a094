"""The window of `/case clock N`: every clock of a case, stretch by stretch, in the reader's zone."""

from __future__ import annotations

from datetime import timedelta

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.domain.clocks import COUNTED, WAITING, Entry
from bot.domain.ids import shown
from bot.domain.ledger import DAY_ZERO, Account, Ledger
from bot.domain.rules import rule

CALLBACK_ID = "case.clock"

LINES_SHOWN = 40
LINES_A_BLOCK = 12

WHY = {
    COUNTED: "counted",
    WAITING: "skipped: the case waits",
    "night": "skipped: outside office hours",
    "weekend": "skipped: weekend",
    "holiday": "skipped: {holiday}",
    DAY_ZERO: "skipped: the day it counts from",
}


def view(page: Ledger) -> View:
    """All clocks that run; times are the reader's own."""
    blocks: list[sb.Block] = [kit.small("about", kit.plain(page.case.title))]
    for number, account in enumerate(page.accounts):
        blocks += _account(account, number, page)
    if not page.accounts:
        blocks.append(kit.section("none", "No clock runs for this case now. Its history says what happened."))
    told = f"Policy revision {page.revision} · times are on your own clocks"
    return kit.modal(
        f"Clocks of {shown(page.case.number)}",
        [*blocks, kit.small("revision", told)],
        callback_id=CALLBACK_ID,
    )


def _account(account: Account, number: int, page: Ledger) -> list[sb.Block]:
    row = rule(account.rule)
    prefix = f"clock.{number}"
    if account.due is None:
        due = "stands still while the case waits"
    elif account.due <= page.now:
        due = f"was due {texts.date(account.due)}"
    else:
        due = f"due {texts.date(account.due)}"
    revision = f" · revision {account.revision}" if account.revision is not None else ""
    return [
        kit.divider(f"{prefix}.line"),
        kit.marked_section(f"{prefix}.head", f"*{account.rule} {texts.escape(row.name)}*: {due}"),
        kit.small(f"{prefix}.how", f"Counts {row.clock.value} from {texts.date(account.began)}{revision}"),
        *_lines(account, prefix),
        kit.marked_section(f"{prefix}.sum", _sum(account)),
    ]


def _lines(account: Account, prefix: str) -> list[sb.Block]:
    lines = [_line(one, in_days=account.in_days) for one in account.entries]
    if len(lines) > LINES_SHOWN:
        left_out = len(lines) - LINES_SHOWN
        lines = [*lines[: LINES_SHOWN // 2], f"... {left_out} lines more ...", *lines[-LINES_SHOWN // 2 :]]
    parts = [lines[start : start + LINES_A_BLOCK] for start in range(0, len(lines), LINES_A_BLOCK)]
    return [kit.marked_section(f"{prefix}.{n}", "\n".join(part)) for n, part in enumerate(parts)]


def _line(one: Entry, *, in_days: bool) -> str:
    why = WHY.get(one.why, one.why).format(holiday=texts.marked(one.holiday, 60) or "a day off")
    length = _days(one.length) if in_days else _hours(one.length)
    return f"{texts.date(one.begins)} to {texts.date(one.ends)}: {length} {why}"


def _sum(account: Account) -> str:
    amount = _days if account.in_days else _hours
    if account.due is None:
        return f"*Sum* {amount(account.counted)} of {amount(account.span)} until now"
    return f"*Sum* {amount(account.counted)}, of {amount(account.span)} allowed"


def _hours(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _days(length: timedelta) -> str:
    days = length / timedelta(days=1)
    if days < 1:
        return "part of a day"
    return f"{round(days)} day{'' if round(days) == 1 else 's'}"
