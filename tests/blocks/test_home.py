"""Home with all that it can hold: within Slack's limits, and every step in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.blocks import home
from bot.dialogs import view_as
from bot.domain.duties import Debtor, Duty, DutyKind
from bot.domain.home import Lacking, Waiting
from bot.domain.ids import CaseId, QueryId
from bot.domain.pages import ListKind, SavedQuery
from bot.domain.phones import DEFAULT_HOURS, PhoneAnswer
from tests.blocks.samples import ANA, LATER, LINDA, NOON, OMAR, POLICY, RECOGNITION, case_list, row
from tests.blocks.slack_rules import readable, view_problems
from tests.blocks.test_cards import page


def test_a_home_that_holds_everything_is_within_slacks_limits() -> None:
    """A manager's, with full lists on a page in their middle, and all that may wait."""
    kinds = (ListKind.MINE, ListKind.CREATED, ListKind.TEAM)
    debt = Duty(kind=DutyKind.CUSTOMERS_WORD, debtor=Debtor.CUSTOMER, since=NOON, due=LATER)
    rows = tuple(
        row(number, "W" * 150, account_name="&" * 150, owner=replace(ANA.ref, name="<" * 150), duty=debt)
        for number in range(1, 7)
    )
    lists = tuple(
        replace(case_list(kind), rows=rows, total=10**6, first=6, newer=CaseId(11), older=CaseId(5))
        for kind in kinds
    )
    full = replace(
        page(OMAR, *kinds),
        lists=lists,
        due=rows[:5],
        to_take=rows[:3],
        escalated=rows,
        waiting=Waiting(access=9, mails=9, people=(RECOGNITION,) * 3, people_total=20),
        queries=tuple(
            SavedQuery(
                id=QueryId(number), name="&" * 80, text="<" * 300, is_shared=True, owner=ANA.ref, is_own=False
            )
            for number in range(120)
        ),
        lacking=frozenset(Lacking),
        starts=dict.fromkeys(kinds, CaseId(10**17)),
        said="x" * 300,
        phones=PhoneAnswer(
            severity=2, is_open=False, until=None, opens=LATER, hours=DEFAULT_HOURS, zone="UTC"
        ),
    )
    people = tuple(replace(RECOGNITION, id=number) for number in range(3))
    full = replace(full, waiting=replace(full.waiting, people=people))
    view = home.home(full, POLICY)
    assert view_problems(view) == []
    assert len(view_as.marked(view, LINDA)["blocks"]) <= 100
    assert view_problems(dict(view_as.marked(view, replace(LINDA, name="&" * 200)))) == []
    assert home.starts_in(view["private_metadata"]) == full.starts
    for text in ("Waiting for you", "Due next", "To be taken", "Escalated* (the newest)", "Saved searches"):
        assert text in readable(view["blocks"])


@pytest.mark.parametrize("metadata", ["", "{}", "[]", "nonsense", '{"mine": "x"}', '{"yours": 3}', "3"])
def test_where_lists_begin_is_read_with_care(metadata: str) -> None:
    assert home.starts_in(metadata) == {}


def test_every_step_of_a_new_desk_has_its_words() -> None:
    told = readable(home.home(replace(page(OMAR), lacking=frozenset(Lacking)))["blocks"])
    assert all(f"{number}. " in told for number in range(1, len(Lacking) + 1))
