"""A case ties itself to an order or cart: when it is opened, and when its words change; `cases` calls it."""

from __future__ import annotations

from bot.domain.cases import Case
from bot.domain.people import Person, Viewer
from bot.domain.playbook.association import AssociationRules, may_name, named_numbers
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.ties import tied_by_rule
from bot.services import playbooks
from bot.services.desk import Desk
from bot.store import ties as store
from bot.store.work import Connection, Work


def rules_of(desk: Desk, connection: Connection) -> AssociationRules:
    """The rules of the playbook that counts; the packaged one's where none was published."""
    return desk.association if desk.association is not None else playbooks.association(desk, connection)


def tie_opened(desk: Desk, work: Work, case: Case, person: Person, chosen: str = "") -> None:
    """Tie a new case to what its opener chose, or else to what its words name; its account buys at the shop.

    Raises NOT_OF_THE_ACCOUNT for a choice that the case's account does not have.
    """
    viewer = Viewer(person)
    if chosen:
        picked = store.one_of(work.connection, viewer, case.account_id, chosen)
        if picked is None:
            raise Refusal(Reason.NOT_OF_THE_ACCOUNT)
        store.save_tie(work, case.id, picked, by=person)
        return
    tie_by_words(desk, work, case, person)


def tie_edited(desk: Desk, work: Work, case: Case, person: Person) -> None:
    """Other words may name an order: a case that is tied already stays as it is."""
    known = store.tie_of(work.connection, Viewer(person), case.id)
    if known is None or known[0].asks:
        tie_by_words(desk, work, case, person)


def tie_by_words(desk: Desk, work: Work, case: Case, person: Person) -> None:
    """One match ties itself, several ask; of another account's orders nothing is tied, nor said."""
    texts = {"title": case.title, "description": case.description}
    if not may_name(texts.values()):
        return
    rules = rules_of(desk, work.connection)
    numbers = named_numbers(rules, texts)
    owned = store.owned(work.connection, Viewer(person), case.account_id, numbers)
    if not owned:
        return
    tied, found = tied_by_rule(rules, texts, owned)
    if tied is not None or found.asks:
        some = [one for one in owned if one in found.found]
        store.save_tie(work, case.id, tied, found=some, rule=found.rule)
