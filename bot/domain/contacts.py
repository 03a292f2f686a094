"""Contacts that customers have named, and recognising them when they come: who may be whom. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import AccountId, PersonId, SlackUserId
from bot.domain.people import Role

LONGEST_EMAIL = 254  # RFC 5321
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+")


def email_key(email: str) -> str:
    """By which two spellings of an address are known to be one: nobody tells mailboxes apart by capitals."""
    return email.strip().casefold()


def is_email(text: str) -> bool:
    """Whether this can be somebody's address. It says nothing about whether mail arrives."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class AccountContact:
    """Somebody whom a customer named. `role` is what they shall be here: DSC or COMMUNITY."""

    account_id: AccountId
    name: str
    email: str
    phone: str = ""
    role: Role = Role.DSC
    named_by: str = ""

    @property
    def email_key(self) -> str:
        return email_key(self.email)


class Decision(StrEnum):
    """How a recognition stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """The proposal that somebody of the workspace is a contact. `decided_by` is a name."""

    id: int
    person_id: PersonId
    slack_user_id: SlackUserId
    person_name: str
    email: str
    contact: AccountContact
    contact_id: int
    account_name: str
    state: Decision
    decided_by: str = ""
    decided_at: datetime | None = None
