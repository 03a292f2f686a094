"""What the timed rules say: what is owed by when, one tap to do it, what people wrote as they wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import reminders
from bot.blocks.kit import Message
from bot.domain.cases import Case
from bot.domain.clocks import Timing
from bot.domain.rules import RuleId
from tests.blocks.samples import ANA, CASE, HOSTILE
from tests.blocks.test_cards import sound

NOW = CASE.created_at
OWNED = replace(CASE, owner=ANA.ref)
CASES = [
    OWNED,
    *(
        replace(OWNED, title=text, account_name=text, contact=replace(CASE.contact, phone=text))
        for text in HOSTILE
    ),
]


def timing(rule: RuleId, hours: float) -> Timing:
    return Timing(rule=rule, began=NOW, due=NOW + timedelta(hours=hours), span=timedelta(days=21))


SAID: list[tuple[Callable[[Case], Message], str, str]] = [
    (lambda c: reminders.first_answer(c, timing(RuleId.T0, 0), NOW), "overdue. Write it", "case.comment"),
    (
        lambda c: reminders.first_answer(c, timing(RuleId.T0, 0), NOW, may_answer=False),
        "hand it over",
        "case.assign",
    ),
    (lambda c: reminders.first_comment(c, timing(RuleId.T1, 1), NOW), "of Integrations.", "case.comment"),
    (lambda c: reminders.first_comment(c, timing(RuleId.T1, -1), NOW), "is overdue", "case.comment"),
    (lambda c: reminders.customer_call(c, timing(RuleId.T2, 1), NOW), "asked for.", "case.comment"),
    (lambda c: reminders.closes_soon(c, timing(RuleId.T5, 4), NOW), "A comment keeps it open", "case.close"),
    (lambda c: reminders.closes_soon(c, timing(RuleId.T6, 4), NOW), "we spoke", "case.comment"),
    (lambda c: reminders.may_close(c, timing(RuleId.T5, 0)), "can be closed", "case.close"),
    (lambda c: reminders.no_response(c, timing(RuleId.T8, 0)), "no answer for 21 days", "case.status"),
    (lambda c: reminders.shift_ended(c), "is off duty", "case.page"),
]


@pytest.mark.parametrize(("draw", "words", "button"), SAID)
def test_each_reminder_says_what_to_do_and_has_the_button_for_it(
    draw: Callable[[Case], Message], words: str, button: str
) -> None:
    for case in CASES:
        said = draw(case)
        sound(said)
        assert words in said.text
        assert button in str(said.blocks)
