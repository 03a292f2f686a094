"""Requests for access in the database, and where each stands in Slack; read through a viewer's eyes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, false, func, insert, or_, select, update

from bot.domain.access import LISTED, AccessKind, AccessRequest, AccessState, RequestAccess
from bot.domain.ids import AccessRequestId, AccountId, ChannelId, MessageTs, PersonId, WorkspaceId
from bot.domain.people import Person, Role, Viewer
from bot.domain.permissions import RIGHTS, Act, Reach, allowed
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import insert_new, keep
from bot.store.cases import ref
from bot.store.numbers import next_number
from bot.store.people import people_by_ids
from bot.store.schema import IS_ACCESS_OPEN, access_messages, access_requests, accounts, people
from bot.store.work import Work

ACCESS_NUMBERS = "access_number"

_requester = people.alias("requester")
_taker = people.alias("taker")
_finisher = people.alias("finisher")


def visible(viewer: Viewer) -> Any:
    """The requests that a viewer may see: those that they could see to, and those that they made."""
    here = access_requests.c.workspace_id == viewer.workspace_id
    if not allowed(Act.REQUEST_ACCESS, viewer.person):
        return here & false()
    mine = access_requests.c.requester_id == viewer.person_id
    match RIGHTS[Act.FINISH_ACCESS_REQUEST].reach(viewer.role):
        case Reach.ALL | Reach.WITHOUT_DSC:
            return here
        case Reach.OWN_ACCOUNT:
            return here & or_(mine, access_requests.c.account_id == viewer.account_id)
        case _:
            return here & mine


def by_id(connection: Connection, viewer: Viewer, request_id: AccessRequestId) -> AccessRequest | None:
    row = connection.execute(_whole().where(visible(viewer), access_requests.c.id == request_id)).first()
    return _request(row) if row else None


def access_page(
    connection: Connection, viewer: Viewer, start: int = 0, *, finished: bool = False
) -> tuple[tuple[AccessRequest, ...], int, int]:
    """A page of requests, how many there are, and where it starts: open by age, or the newest finished."""
    mine = visible(viewer) & (~IS_ACCESS_OPEN if finished else IS_ACCESS_OPEN)
    total = connection.execute(select(func.count()).select_from(access_requests).where(mine)).scalar_one()
    if start >= total:
        start = max(total - 1, 0) // LISTED * LISTED
    order = access_requests.c.finished_at.desc() if finished else access_requests.c.id
    rows = connection.execute(
        _whole().where(mine).order_by(order, access_requests.c.id.desc()).offset(start).limit(LISTED)
    ).all()
    return tuple(_request(row) for row in rows), total, start


def contacts(connection: Connection, viewer: Viewer, account_id: AccountId) -> tuple[Person, ...]:
    """An account's support contacts, by name; for staff and for the account's own people."""
    if not (viewer.is_staff or (viewer.role is not None and viewer.account_id == account_id)):
        return ()
    mine = (people.c.workspace_id == viewer.workspace_id) & (people.c.account_id == account_id)
    ids = connection.execute(select(people.c.id).where(mine, people.c.role == Role.DSC.value)).scalars()
    found = people_by_ids(connection, [PersonId(one) for one in ids])
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def leaders(work: Work) -> tuple[Person, ...]:
    """Managers and administrators: whom a request goes to where there is nobody else."""
    mine = (people.c.workspace_id == work.workspace_id) & people.c.role.in_(
        [Role.MANAGER.value, Role.ADMINISTRATOR.value]
    )
    ids = work.connection.execute(select(people.c.id).where(mine).order_by(people.c.id)).scalars()
    return people_by_ids(work.connection, [PersonId(one) for one in ids])


# --- writing ------------------------------------------------------------------------------------------------


def hold(work: Work, request_id: AccessRequestId) -> None:
    """Keep a request from others until this transaction ends. Load it after this and not before."""
    mine = (access_requests.c.workspace_id == work.workspace_id) & (access_requests.c.id == request_id)
    keep(work.connection, select(access_requests.c.id).where(mine))


def insert_request(work: Work, command: RequestAccess, requester: Person) -> AccessRequestId:
    row = {
        "workspace_id": work.workspace_id,
        "number": next_number(work, ACCESS_NUMBERS),
        "version": 1,
        "kind": command.kind.value,
        "state": AccessState.WAITING.value,
        "account_id": command.account_id,
        "who_name": command.who_name,
        "who_email": command.who_email,
        "note": command.note,
        "requester_id": requester.id,
        "created_at": work.now,
    }
    made = work.connection.execute(insert(access_requests).returning(access_requests.c.id), row)
    return AccessRequestId(made.scalar_one())


def save_request(work: Work, request: AccessRequest) -> None:
    """Save a request under its version. It was held before: nobody else has changed it since."""
    mine = (access_requests.c.id == request.id) & (access_requests.c.version == request.version)
    changed = update(access_requests).where(access_requests.c.workspace_id == work.workspace_id, mine)
    values = {
        "version": request.version + 1,
        "state": request.state.value,
        "taken_by_id": request.taken_by.id if request.taken_by else None,
        "taken_at": request.taken_at,
        "finished_by_id": request.finished_by.id if request.finished_by else None,
        "finished_at": request.finished_at,
    }
    if work.connection.execute(changed.values(**values)).rowcount != 1:
        raise Refusal(Reason.NO_SUCH_REQUEST)


def tell(work: Work, request_id: AccessRequestId, conversation: str, person_id: PersonId | None) -> None:
    """Note that a conversation has, or gets, the message of a request."""
    row = insert_new(work.connection, access_messages).values(
        workspace_id=work.workspace_id,
        access_request_id=request_id,
        conversation=conversation,
        person_id=person_id,
    )
    work.connection.execute(row)


def told(work: Work, request_id: AccessRequestId) -> list[tuple[str, PersonId | None]]:
    """The conversations that have the message of a request, and whose each is; None is a channel of staff."""
    mine = (access_messages.c.workspace_id == work.workspace_id) & (
        access_messages.c.access_request_id == request_id
    )
    rows = work.connection.execute(
        select(access_messages.c.conversation, access_messages.c.person_id)
        .where(mine)
        .order_by(access_messages.c.conversation)
    )
    return [(row.conversation, PersonId(row.person_id) if row.person_id else None) for row in rows]


def owed(
    connection: Connection, workspace_id: WorkspaceId, person_id: PersonId | None
) -> list[AccessRequest]:
    """The open requests that somebody, or the staff channel, was told of or has taken."""
    whose = access_messages.c.person_id
    mine = select(access_messages.c.access_request_id).where(
        access_messages.c.workspace_id == workspace_id,
        whose.is_(None) if person_id is None else whose == person_id,
    )
    theirs: Any = access_requests.c.id.in_(mine)
    if person_id is not None:
        theirs = or_(theirs, access_requests.c.taken_by_id == person_id)
    here = access_requests.c.workspace_id == workspace_id
    rows = connection.execute(_whole().where(here, IS_ACCESS_OPEN, theirs).order_by(access_requests.c.id))
    return [_request(row) for row in rows]


def message_of(
    connection: Connection, request_id: AccessRequestId, conversation: str
) -> tuple[ChannelId, MessageTs] | None:
    """Where Slack has the message of a request; None while it has none."""
    mine = (access_messages.c.access_request_id == request_id) & (
        access_messages.c.conversation == conversation
    )
    row = connection.execute(select(access_messages.c.channel, access_messages.c.ts).where(mine)).first()
    return (ChannelId(row.channel), MessageTs(row.ts)) if row and row.channel and row.ts else None


def set_message(
    work: Work, request_id: AccessRequestId, conversation: str, channel: ChannelId, ts: MessageTs
) -> None:
    mine = (access_messages.c.access_request_id == request_id) & (
        access_messages.c.conversation == conversation
    )
    posted = update(access_messages).where(access_messages.c.workspace_id == work.workspace_id, mine)
    work.connection.execute(posted.values(channel=channel, ts=ts))


def _whole() -> Select[Any]:
    return (
        select(
            access_requests,
            accounts.c.name.label("account_name"),
            _requester.c.name.label("requester_name"),
            _requester.c.slack_user_id.label("requester_slack"),
            _taker.c.name.label("taker_name"),
            _taker.c.slack_user_id.label("taker_slack"),
            _finisher.c.name.label("finisher_name"),
            _finisher.c.slack_user_id.label("finisher_slack"),
        )
        .join(accounts, accounts.c.id == access_requests.c.account_id)
        .join(_requester, _requester.c.id == access_requests.c.requester_id)
        .outerjoin(_taker, _taker.c.id == access_requests.c.taken_by_id)
        .outerjoin(_finisher, _finisher.c.id == access_requests.c.finished_by_id)
    )


def _request(row: Row[Any]) -> AccessRequest:
    requester = ref(row.requester_id, row.requester_slack, row.requester_name)
    assert requester is not None  # the join and NOT NULL say so
    return AccessRequest(
        id=AccessRequestId(row.id),
        number=row.number,
        version=row.version,
        kind=AccessKind(row.kind),
        state=AccessState(row.state),
        account_id=AccountId(row.account_id),
        account_name=row.account_name,
        who_name=row.who_name,
        who_email=row.who_email,
        note=row.note,
        requester=requester,
        created_at=row.created_at,
        taken_by=ref(row.taken_by_id, row.taker_slack, row.taker_name),
        taken_at=row.taken_at,
        finished_by=ref(row.finished_by_id, row.finisher_slack, row.finisher_name),
        finished_at=row.finished_at,
    )
