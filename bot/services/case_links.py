"""The personal link to the form in a message that tells how to open a case; calls ask, delivery signs it.

In what is kept of the message stands a mark in its place: the link itself is signed when the e-mail is
written, as that of every form, and stands nowhere but there.
"""

from __future__ import annotations

from bot.domain.mail import address_of
from bot.domain.people import Person
from bot.domain.shop.customers import CustomerStanding
from bot.domain.web_forms import PATH
from bot.services.customers import account_for
from bot.services.desk import Desk
from bot.store import web_forms as store
from bot.store.outbox import new_token
from bot.store.work import Connection, Work

FIELD = "case_link"
"""What messages name it by; without a form it is the address that `/desk playbooks` has."""


def is_personal(desk: Desk, caller: CustomerStanding | None, address: str | None) -> bool:
    """Whether a link of their own can go there: to the address that the desk has of them, and no other.

    Whoever is on the phone may say any address, and the link shows whose orders they are.
    """
    if desk.forms is None or not desk.email_ready or caller is None or address is None:
        return False
    return address_of(caller.customer.email) == address


def previewed(desk: Desk) -> str:
    """What stands for the link in a preview, and in a case: it opens nothing."""
    return f"{desk.forms.root if desk.forms is not None else ''}{PATH}…"


def mark_of(nonce: str) -> str:
    """What stands for the link in what is kept."""
    return f"caseline-form:{nonce}"


def new_nonce() -> str:
    """What tells a link from all others."""
    return new_token()


def go_along(
    desk: Desk, work: Work, person: Person, caller: CustomerStanding, address: str, nonce: str, token: str
) -> None:
    """Keep the link that goes along with the e-mail `token` of the outbox; its form needs an account."""
    assert desk.forms is not None  # `is_personal` said so
    account_for(work, person, caller.customer.id)
    store.go_along(
        work, caller.customer.id, address, desk.forms.expiry(work.now), person.id, nonce=nonce, token=token
    )


def signed(desk: Desk, connection: Connection, token: str, body: str) -> str | None:
    """What is sent: with the link where its mark stands; None where it can be made no more."""
    link = store.by_token(connection, desk.workspace_id, token)
    if link is None:
        return body
    if desk.forms is None:
        return None
    return body.replace(mark_of(link.nonce), desk.forms.url(desk.workspace_id, link.ticket))
