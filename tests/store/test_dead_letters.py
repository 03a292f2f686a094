"""Dead letters are found by their own index, however much was sent before them."""

from __future__ import annotations

from bot.domain.people import Role, Viewer
from bot.store import dead_letters
from bot.store.outbox import Announcement, Kind, announce
from tests.factories import WORKSPACE, person
from tests.store.conftest import Table


def test_looking_for_dead_letters_reads_no_years_of_what_was_sent(table: Table) -> None:
    administrator = Viewer(person("Omar", Role.ADMINISTRATOR))
    table.write(lambda work: announce(work, Announcement(kind=Kind.CARD, conversation="support-cases")))
    queries = (
        lambda c: dead_letters.letters(c, administrator),
        lambda c: dead_letters.letters(c, administrator, 40),
        lambda c: dead_letters.count_dead(c, WORKSPACE),
    )
    for query in queries:
        for plan in table.plans(query):
            assert "ix_outbox_dead" in plan, plan
            assert "SCAN outbox" not in plan.splitlines(), plan
