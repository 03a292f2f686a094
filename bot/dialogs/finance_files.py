"""The window of files for the finance system: each is sent again, or noted to be in its books."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.domain.commerce.finance import FinanceFile

AGAIN, RECONCILE = "finance.again", "finance.reconcile"


def view(files: Sequence[FinanceFile], said: str | None = None, turn: int = 0) -> View:
    """The newest files, newest first. `said` is raw text; `turn` tells one press from the next."""
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.small("rule", "Each credit memo and each paid refund stands in one file alone. Days are in UTC."),
    ]
    for one in files:
        held = f"{one.number}.{turn}"
        buttons = [kit.button("Send it again", AGAIN, held, label=f"Send file {one.number} again")]
        if one.reconciled_at is None:
            has = kit.button("Finance has it", RECONCILE, held, label=f"Finance has file {one.number}")
            buttons.append(has)
        blocks.append(kit.marked_section(f"file.{one.number}", _told(one)))
        blocks.append(kit.buttons(f"file.{one.number}.acts", *buttons))
    if not files:
        blocks.append(kit.section("none", "No file was made yet. Type /order export to make the first."))
    return kit.modal("Files for finance", blocks, callback_id="finance.files")


def _told(one: FinanceFile) -> str:
    since = f"{one.since:%Y-%m-%d}" if one.since is not None else "the first"
    period = f"from {since} to {one.until:%Y-%m-%d}"
    known = f"in finance's books since {texts.date(one.reconciled_at)}" if one.reconciled_at else "sent"
    return f"*File {one.number}* · made {texts.date(one.made_at)} · {period} · {known}"


def has_it(number: int) -> str:
    """Raw text, once it is noted."""
    return f"It is noted that finance has file {number} in its books."
