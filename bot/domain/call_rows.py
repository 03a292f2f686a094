"""Calls as a line of a list, and the verdict that a case keeps: what pages of other things show of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.entitlement import EntitlementReceipt
from bot.domain.ids import CustomerId, PhoneCallId
from bot.domain.people import PersonRef

ON_THE_LINE = timedelta(hours=4)
"""How old a call with a customer may be and still be told to others: longer than any call lasts."""


@dataclass(frozen=True, kw_only=True)
class CallRow:
    """A call in a list: Home's, and the warning that somebody has this account on the phone already."""

    id: PhoneCallId
    version: int
    script: str
    owner: PersonRef
    began_at: datetime
    step_number: int
    label: str
    customer_id: CustomerId | None = None


@dataclass(frozen=True, kw_only=True)
class Entitled:
    """The verdict that is kept with a case, for its page."""

    receipt: EntitlementReceipt
    revision: int
    at: datetime
