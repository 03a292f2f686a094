"""Daily reviews to draw: rows as they stand, and messages of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.cases import ChangeKind
from bot.domain.commands import Contact
from bot.domain.ids import CaseId, CaseNumber
from bot.domain.permissions import Act
from bot.domain.reviews import Part, Review, ReviewPage, ReviewRow, Stand
from tests.blocks.samples import ANA, CASE, JUN, NOON, comment, entry

ACTS = frozenset({Act.COMMENT, Act.SET_STATUS, Act.ASSIGN, Act.CLOSE})
MORNING = NOON + timedelta(days=1)


def row(
    number: int, stand: Stand = Stand.DUE, part: Part = Part.OWNED, text: str = "", **more: Any
) -> ReviewRow:
    case = replace(CASE, id=CaseId(number), number=CaseNumber(1000 + number), owner=ANA.ref)
    if text:
        contact = Contact(name=text, email="", phone=text)
        case = replace(case, title=text, account_name=text, contact=contact)
    values: dict[str, Any] = {
        "added": (entry(ChangeKind.COMMENTED, actor=JUN.ref), entry(ChangeKind.TAKEN, actor=JUN.ref)),
        "added_count": 9,
        "said": comment(text or "Have you tried water?", author=JUN.ref),
        "acts": ACTS,
    }
    return ReviewRow(case=case, part=part, stand=stand, **(values | more))


def of(*rows: ReviewRow, **more: Any) -> Review:
    return Review(reader=ANA, now=MORNING, rows=rows, **more)


def page(start: int, total: int, size: int, *rows: ReviewRow) -> ReviewPage:
    return ReviewPage(review=of(*rows), start=start, total=total, size=size, of_id=ANA.id)
