"""The window of the fraud queue: what narrows it, and a page of it; `handlers.fraud` shows it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, queues
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held
from bot.domain.commerce.fraud_queue import FraudPage
from bot.domain.commerce.queue_filters import FraudFilter, FraudState, read_fraud
from bot.domain.ids import FraudReportId
from bot.domain.policy import Choice
from bot.domain.refusals import Refusal

LIST = "fraud.list"
BACK, ON, SAVE = "fraud.list.back", "fraud.list.on", "fraud.save"
NARROW = "fraud.list.narrow"

MOST_STARTS = 100
_ALL = "all"


def listing(page: FraudPage, banner: str | None = None, *, narrowing: bool = False) -> View:
    """A page of the queue; with `narrowing` the filters stand on top of it. `banner` is raw text."""
    asked = page.filter
    blocks: list[sb.Block] = [*forms.banner(banner), *(_filters(asked) if narrowing else [])]
    waits = (
        "No order waits for a decision on fraud." if asked == FraudFilter() else "There is no such report."
    )
    told = f"{waits} Choose another state to see others."
    if page.rows:
        first = len(page.starts) * 8 + 1
        told = f"{first}-{first + len(page.rows) - 1} of {queues.total(page.total, is_more=page.is_more)}"
        told += f" · {queues.FRAUD_STATE_NAMES[asked.state] if asked.state else 'All of them'}"
        told += f" · score from {asked.score}" if asked.score else ""
    narrow = None if narrowing else kit.button("Filter...", NARROW, "narrow", label="Choose which reports")
    blocks.append(kit.section("count" if page.rows else "none", told, narrow))
    for row in page.rows:
        blocks += queues.fraud_row(row)
    made = []
    if page.starts:
        made.append(kit.button("Back", BACK, "back", label="The page before"))
    if page.further is not None and len(page.starts) < MOST_STARTS:
        made.append(kit.button("More", ON, str(page.further), label="The next page"))
    made.append(kit.button("Save this search", SAVE, "save"))
    return kit.modal(
        "Fraud reports",
        [*blocks, kit.buttons("turn", *made)],
        callback_id=LIST,
        submit="Show" if narrowing else None,
        metadata=json.dumps({"filter": asked.text, "starts": list(page.starts)}),
    )


def _filters(asked: FraudFilter) -> list[sb.Block]:
    states = [Choice(value=one.value, label=name) for one, name in queues.FRAUD_STATE_NAMES.items()]
    states.append(Choice(value=_ALL, label="All of them"))
    score = str(asked.score or "")
    return [
        inputs.select("state", "State", states, initial=asked.state.value if asked.state else _ALL),
        inputs.text("score", "Score from", initial=score, limit=6, optional=True, placeholder="50"),
    ]


def read(fields: Fields) -> FraudFilter | FieldErrors:
    """What the window is narrowed by now."""
    score = forms.text_in(fields, "score")
    if score and not score.isdecimal():
        return FieldErrors(errors={"score": "This is no score. Write a whole number, like 50."})
    state = forms.choice_in(fields, "state")
    return FraudFilter(
        state=FraudState(state) if state in set(FraudState) else None, score=int(score[:6] or "0")
    )


def asked(metadata: str) -> tuple[FraudFilter, tuple[FraudReportId, ...]]:
    """What the queue shows: its filter, and where its page and those before it begin."""
    kept = held(metadata)
    text, starts = kept.get("filter"), kept.get("starts")
    try:
        found = read_fraud(text if isinstance(text, str) else "")
    except Refusal:
        found = FraudFilter()
    numbers = starts if isinstance(starts, list) else []
    return found, tuple(FraudReportId(one) for one in numbers if type(one) is int)
