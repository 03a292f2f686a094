"""E-mails that steps of requests sent to customers, and what became of each. Pure.

`services/order_mails.py` sends them, the page of a request draws them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import OrderRequestId
from bot.domain.mail import MailState
from bot.domain.people import PersonRef


@dataclass(frozen=True, kw_only=True)
class RequestMail:
    """An e-mail of a request as it was sent, or is about to be. `flow` is the stamp of the words' version."""

    step: str
    attempt: int
    message: str
    flow: str
    address: str
    subject: str
    body: str
    state: MailState
    error: str
    by: PersonRef
    created_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RequestMailToSend:
    """The same for whoever hands it to a mail server; `is_newest`: no later one has taken its place."""

    request_id: OrderRequestId
    address: str
    to_name: str
    subject: str
    body: str
    created_at: datetime
    is_newest: bool


NOT_THERE = frozenset({MailState.REFUSED, MailState.RETURNED, MailState.UNKNOWN})
"""States in which it did not arrive, or in which nobody knows: a person may send it once more."""


def may_go_again(mails: Iterable[RequestMail], step: str) -> bool:
    """Whether a person may send a step's e-mail once more: what is on its way or arrived stays single."""
    mine = [one for one in mails if one.step == step]
    return bool(mine) and max(mine, key=lambda one: one.attempt).state in NOT_THERE
