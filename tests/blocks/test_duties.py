"""What is owed, in words: every kind, for each reader, sound whatever the names hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import case_card, duties
from bot.blocks.duties import Names, Reader
from bot.blocks.rows import row as draw
from bot.dialogs import list_cases
from bot.domain.commands import AskKind
from bot.domain.duties import Debtor, Duty, DutyKind
from bot.domain.ids import PersonId
from bot.domain.turns import Asked, Turns
from tests.blocks.samples import ANA, HOSTILE, LATER, LINDA, MARIA, NOON, POLICY, WAITS, case_list, row
from tests.blocks.slack_rules import readable, view_problems
from tests.blocks.test_cards import sound

NAMES = Names(owner="Ana Lima", account="Harbour", team="L2")
STAFF, OWNER, CUSTOMER = Reader(), Reader(is_owner=True), Reader(is_staff=False)


def told(
    kind: DutyKind, debtor: Debtor, reader: Reader = STAFF, due: bool = False, names: Names = NAMES
) -> str:
    duty = Duty(kind=kind, debtor=debtor, since=NOON, due=LATER if due else None)
    return duties.said(duty, names, reader, NOON, lambda at: f"{at:%H:%M}", str)


def test_every_duty_has_its_sentence() -> None:
    for kind in DutyKind:
        assert told(kind, Debtor.OWNER)
    assert duties.TO_CUSTOMERS.keys() | duties.SINCE <= set(DutyKind)


@pytest.mark.parametrize(
    ("kind", "debtor", "reader", "due", "sentence"),
    [
        (DutyKind.FIRST_ANSWER, Debtor.OWNER, STAFF, True, "Ana Lima owes a first answer by 15:00"),
        (DutyKind.FIRST_ANSWER, Debtor.OWNER, OWNER, True, "You owe a first answer by 15:00"),
        (DutyKind.FIRST_ANSWER, Debtor.TEAM, STAFF, True, "Somebody of L2 owes a first answer by 15:00"),
        (DutyKind.FIRST_ANSWER, Debtor.TEAM, CUSTOMER, True, "Support owes a first answer by 15:00"),
        (DutyKind.MANAGERS_CALL, Debtor.MANAGER, CUSTOMER, True, "A manager's call is owed by 15:00"),
        (DutyKind.QUESTION, Debtor.OWNER, STAFF, False, "Ana Lima owes an answer to a question since 12:00"),
        (DutyKind.UPDATE, Debtor.OWNER, OWNER, False, "You owe an update since 12:00"),
        (DutyKind.ANSWER, Debtor.OWNER, STAFF, False, "Ana Lima owes the customer an answer since 12:00"),
        (DutyKind.ANSWER, Debtor.OWNER, CUSTOMER, False, "Ana Lima owes you an answer since 12:00"),
        (DutyKind.CUSTOMERS_WORD, Debtor.CUSTOMER, STAFF, False, "Harbour owes the next word since 12:00"),
        (DutyKind.CUSTOMERS_WORD, Debtor.CUSTOMER, CUSTOMER, False, "Your answer is awaited since 12:00"),
        (DutyKind.OWNER, Debtor.TEAM, STAFF, False, "Somebody of L2 owes it an owner"),
        (DutyKind.NEXT_WORD, Debtor.OWNER, STAFF, False, "Ana Lima owes the next word"),
        (
            DutyKind.CLOSES,
            Debtor.NOBODY,
            STAFF,
            True,
            "The customer was left a message: nothing is owed, closes by itself 15:00",
        ),
        (DutyKind.INFORMATION, Debtor.NOBODY, CUSTOMER, False, "Waits for information: nobody owes anything"),
    ],
)  # fmt: skip
def test_it_says_who_owes_what_by_when(
    kind: DutyKind, debtor: Debtor, reader: Reader, due: bool, sentence: str
) -> None:
    assert told(kind, debtor, reader, due) == sentence


def test_a_team_without_a_name_is_somebody() -> None:
    assert told(DutyKind.OWNER, Debtor.TEAM, names=replace(NAMES, team="")) == "Somebody owes it an owner"


def test_the_card_says_what_is_next_before_all_the_rest() -> None:
    asked = Turns(asked=Asked(kind=AskKind.QUESTION, at=NOON, by=PersonId(4)))
    card = sound(case_card.card(replace(WAITS, owner=ANA.ref, turns=asked), POLICY, LATER))
    hours = next(one for one in card.blocks if one["block_id"] == "hours")["elements"][0]["text"]
    assert hours.startswith("*Next:* Ana Lima owes a first answer by <!date^")
    assert hours.split("\n")[1].startswith("Ana Lima owes an answer to a question since <!date^")
    assert "Ana Lima owes an answer to a question since 2" in card.text  # for screen readers
    late = case_card.card(WAITS, POLICY, LATER + timedelta(hours=2))
    assert "Somebody owes a first answer by" in readable(late.blocks)
    assert ", overdue" in readable(late.blocks)


def test_a_row_says_it_to_its_reader_and_never_without_a_time() -> None:
    duty = Duty(kind=DutyKind.ANSWER, debtor=Debtor.OWNER, since=NOON)
    mine = row(owner=ANA.ref, duty=duty)
    drawn = {
        person.name: readable([dict(block._resolve()) for block in draw("row", mine, POLICY, person, LATER)])
        for person in (ANA, MARIA, LINDA)
    }
    assert "You owe the customer an answer since <!date^" in drawn["Ana Lima"]
    assert "Ana Lima owes the customer an answer" in drawn["Maria Keller"]
    assert "Ana Lima owes you an answer" in drawn["Linda Berg"]
    assert "owe" not in readable([dict(block._resolve()) for block in draw("row", mine, POLICY, ANA)])


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_the_names_hold_rows_stay_sound(text: str) -> None:
    by = replace(ANA.ref, name=text)
    debts = [Duty(kind=kind, debtor=debtor, since=NOON, due=LATER) for kind in DutyKind for debtor in Debtor]
    for number, duty in enumerate(debts):
        if number % 9 == len(text) % 9:
            listed = case_list(count=0)
            rows = (row(title=text, account_name=text, owner=by, duty=duty),)
            view = list_cases.view(replace(listed, rows=rows, person=MARIA, now=LATER), POLICY)
            assert view_problems(view) == []
