"""Who will read somebody else's words once they are public: what a sorter of e-mail or messages is shown."""

from __future__ import annotations

from bot.domain import cases as rules
from bot.domain.audiences import PublicAct, Readers, readers
from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.people import Person, Viewer
from bot.store.set_up import people_of_account
from bot.store.work import Work


def readers_now(work: Work, case: Case, person: Person) -> Readers:
    """The readers of what `person` makes public in a case. Raises what keeps them from it."""
    rules.check_audience(person, Audience.PUBLIC)
    there = people_of_account(work.connection, Viewer(person), case.account_id)
    return Readers(case=case, people=readers(case, PublicAct.COMMENT, there))
