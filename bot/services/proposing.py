"""Somebody whose e-mail address is a contact's: administrators and managers are asked, never silently.

Called inside the transactions that learn of an address: a profile that came from Slack, an import.
"""

from __future__ import annotations

from bot.domain.commands import Audience
from bot.domain.ids import HistoryId
from bot.domain.people import Person
from bot.services.announcing import home_of
from bot.store import contacts, records
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Work


def propose(work: Work, person: Person, email: str) -> bool:
    """Ask whether this person, who has no role, is the contact of that address; once for each contact."""
    found = contacts.contact_with(work, email) if email and person.role is None else None
    if found is None:
        return False
    contact_id, contact = found
    if contacts.was_asked(work, person.id, contact_id):
        return False
    history_id = records.insert_history(
        work,
        "person_recognised",
        actor_id=None,
        audience=Audience.INTERNAL,
        changes={"role": (None, contact.role.value)},
        person_id=person.id,
        account_id=contact.account_id,
    )
    contacts.ask(work, person.id, contact_id, history_id)
    announce(
        work,
        *(told(Kind.RECOGNITION, one, history_id) for one in contacts.deciders(work)),
        told(Kind.RECOGNISED, person, history_id),
        *([home_of(person)] if person.home_seen else []),
    )
    return True


def told(kind: Kind, person: Person, history_id: HistoryId) -> Announcement:
    """A direct message about a recognition."""
    return Announcement(
        kind=kind, conversation=person.slack_user_id, person_id=person.id, history_id=history_id
    )
