"""What follows from a step of a request: a receipt in its case, and word to those who are concerned."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases import Case
from bot.domain.commerce.flows import Told
from bot.domain.commerce.rehearsal import DocumentToBe
from bot.domain.commerce.requests import Request
from bot.domain.ids import PersonId
from bot.domain.mail import MailState
from bot.domain.people import Person, Role
from bot.services import tied_receipts
from bot.services.desk import Desk
from bot.services.on_call import eyes
from bot.services.order_rights import who_may_approve
from bot.services.tied_receipts import Receipt
from bot.store import cases, order_mails, order_messages, order_requests
from bot.store.outbox import Announcement, Kind, announce
from bot.store.people import people_by_ids, people_of_role, person_by_id
from bot.store.work import Work

MOST_TOLD = 25
"""How many are asked for one approval at once; the others find it in their list."""


def tell(work: Work, kind: Kind, request: Request, people: Iterable[Person]) -> None:
    """A direct message to each of them about a request; drawn when it is sent.

    One with buttons to decide by is kept in mind, so that it is drawn again once there is nothing to decide.
    """
    told = [one for one in people if one.is_staff and one.ref.is_slack_user]
    if kind in order_messages.LIVE:
        order_messages.expect(work, kind, request, told)
    rows = [
        Announcement(
            kind=kind,
            conversation=one.slack_user_id,
            case_id=request.case_id,
            person_id=one.id,
            order_request_id=request.id,
        )
        for one in told
    ]
    announce(work, *rows)


def ask_for_approval(work: Work, desk: Desk, request: Request) -> None:
    """Everybody who may agree is asked."""
    tell(work, Kind.ORDER_APPROVAL, request, who_may_approve(work.connection, desk, request)[:MOST_TOLD])


def tell_asker(work: Work, kind: Kind, request: Request) -> None:
    """Whoever asked hears how it stands."""
    person = person_by_id(work.connection, request.asked_by.id)
    tell(work, kind, request, [person] if person is not None else [])


def tell_of_doubt(work: Work, request: Request) -> None:
    """Somebody has to look: whoever asked, and every administrator."""
    people = list(people_of_role(work.connection, work.workspace_id, Role.ADMINISTRATOR))
    asker = person_by_id(work.connection, request.asked_by.id)
    if asker is not None and all(one.id != asker.id for one in people):
        people.append(asker)
    tell(work, Kind.ORDER_IN_DOUBT, request, people)


def tell_by_flow(work: Work, request: Request, whom: Iterable[Told], besides: set[PersonId]) -> None:
    """Those whom a step of the flow names: who opened the case and who owns it, or their team's channel."""
    case = _case(work, request)
    if case is None:
        return
    wanted = set(whom)
    ids = [case.creator.id] if Told.CREATOR in wanted else []
    if Told.OWNER in wanted and case.owner_id is not None:
        ids.append(case.owner_id)
    ids = [one for one in dict.fromkeys(ids) if one not in besides]
    if ids:
        tell(work, Kind.ORDER_SETTLED, request, people_by_ids(work.connection, ids))
    if Told.TEAM in wanted and case.card_place is not None:
        announce(
            work,
            Announcement(
                kind=Kind.ORDER_SETTLED,
                conversation=case.card_place,
                case_id=case.id,
                order_request_id=request.id,
            ),
        )


def keep_receipt(
    work: Work,
    request: Request,
    what: str,
    documents: Iterable[DocumentToBe],
    by: PersonId | None,
    mail: str = "",
) -> None:
    """Write what was done into the history of the request's case, with the numbers of what arose.

    A request of no case leaves its receipt in those that are about its order. `mail` is what an e-mail to
    the customer said, in one line.
    """
    person = person_by_id(work.connection, by) if by is not None else None
    receipt = Receipt(
        what=what,
        order=request.order_number,
        arose=tied_receipts.said(documents, request.currency),
        on_behalf_of=request.on_behalf_of,
        mail=mail,
    )
    theirs = (request.case_id,) if request.case_id else tied_receipts.of_order(work, request.order_number)
    tied_receipts.keep_in(work, theirs, receipt, person)


def keep_mail(work: Work, request: Request, what: str, said: str, by: PersonId | None) -> None:
    """Write into the history of the request's case that the customer was told, or was not."""
    keep_receipt(work, request, what, (), by, mail=said)


FAILED = frozenset({MailState.REFUSED, MailState.RETURNED, MailState.UNKNOWN})


def settle_mail(work: Work, token: str, state: MailState, error: str = "") -> None:
    """Keep what became of an e-mail to a customer. Whoever sent it hears where it did not surely arrive."""
    news = order_mails.settle(work, token, state, error)
    if news is None or state not in FAILED:
        return
    request_id, mail = news
    request = order_requests.itself(work.connection, work.workspace_id, request_id)
    assert request is not None  # an e-mail points at its request
    keep_mail(work, request, f"mail_{state.value}", f"“{mail.subject}”", None)
    sender = person_by_id(work.connection, mail.by.id)
    tell(work, Kind.ORDER_SETTLED, request, [sender] if sender is not None else [])


def _case(work: Work, request: Request) -> Case | None:
    return cases.by_id(work.connection, eyes(work), request.case_id) if request.case_id else None
