"""People who are known by their e-mail alone, as authors of what they wrote: mail and the web form ask."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.domain.ids import AccountId, SlackUserId
from bot.domain.mail import MAIL_PERSON
from bot.domain.people import Person, Role
from bot.store import people
from bot.store.work import Work


def outsider(work: Work, address: str, name: str, account_id: AccountId, role: Role) -> Person:
    """Somebody who is known by their e-mail alone, on the side of an account.

    They have no role, so that they can do nothing else; the rules of this one act take them for `role`.
    """
    digest = hashlib.sha256(address.encode()).hexdigest()
    slack_user_id = SlackUserId(f"{MAIL_PERSON}{digest[: 32 - len(MAIL_PERSON)]}")
    shown = " ".join(f"{name} <{address}>".split())[:150] if name else address
    person_id = people.insert_person(work, slack_user_id, name=shown, timezone="UTC")
    person = people.person_by_id(work.connection, person_id)
    assert person is not None  # made a line above
    return replace(person, role=role, account_id=account_id)
