"""What was said and what happened: comments and the append-only history of cases and people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, literal, or_, select

from bot.domain.cases import ChangeKind, Comment
from bot.domain.commands import Audience
from bot.domain.ids import (
    AccessRequestId,
    AccountId,
    ArticleId,
    CaseId,
    ChannelId,
    CommentId,
    CustomerId,
    HistoryId,
    MessageTs,
    PersonId,
    SlackUserId,
    TeamId,
)
from bot.domain.outcomes import Outcome
from bot.domain.pages import HistoryEntry
from bot.domain.people import Person, PersonRef, TeamKind, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.talk import Said, instant
from bot.store.cases import ref, visible
from bot.store.customers import names_of
from bot.store.outcomes import insert_outcomes, outcomes_of
from bot.store.schema import cases, comments, history, people, team_members, teams
from bot.store.search_index import index_comment
from bot.store.sessions import ASSISTING, FOR_WHOM
from bot.store.work import Work

_SAY = insert(comments).returning(comments.c.id)
_APPEND = insert(history).values(asm_session_id=ASSISTING).returning(history.c.id)

Changes = Mapping[str, tuple[str | None, str | None]]


def insert_comment(
    work: Work,
    case_id: CaseId,
    author: Person,
    audience: Audience,
    text: str,
    said_in: tuple[ChannelId, MessageTs] | None = None,
    *,
    outcomes: Collection[Outcome] = (),
    to_contact: bool = False,
    by_mail: bool = False,
    known: Said | None = None,
) -> CommentId:
    """Keep a comment; `said_in` names the Slack message that it is, if it was said in a thread.

    `known` is all that is known of that message; without it, it says `text` and has said nothing else.
    """
    channel, ts = said_in or (None, None)
    at = instant(ts) if ts is not None else work.now
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case_id,
        "author_id": author.id,
        "audience": audience.value,
        "text": text,
        "channel": channel,
        "ts": ts,
        "created_at": at,
        "to_contact": to_contact,
        "version": known.version if known else 1,
        "edited_at": known.edited_at if known else None,
        "deleted_at": known.deleted_at if known else None,
        "by_mail": by_mail,
    }
    comment_id = CommentId(work.connection.execute(_SAY, row).scalar_one())
    insert_outcomes(work, case_id, comment_id, author.id, outcomes)
    if text:  # a message that was deleted before it was recorded says nothing
        index_comment(work, comment_id, case_id, audience, text, is_new=True)
    return comment_id


def readable(viewer: Viewer, audience: Any) -> Any:
    """Which audiences a viewer belongs to, as SQL over the column `audience`."""
    return readable_by(reads_internal(viewer), audience)


def reads_internal(viewer: Viewer) -> bool:
    """Whether a viewer belongs to the audience of what staff say among themselves."""
    return allowed(Act.READ_INTERNAL, viewer.person)


def readable_by(internal: bool, audience: Any) -> Any:
    """The same for a statement that is built once for all who do, or do not (`reads_internal`)."""
    # One parameter for each: a list makes SQLAlchemy write the statement anew each time.
    theirs = [Audience.PUBLIC, *([Audience.INTERNAL] if internal else [])]
    return audience.in_([literal(one.value) for one in theirs])


def newest_comments(
    connection: Connection, viewer: Viewer, case_id: CaseId, limit: int
) -> tuple[tuple[Comment, ...], int]:
    """The newest comments of a case that the viewer may read, oldest first, and how many there are."""
    # By when it was said: a thread that became a case is read after its case was opened.
    newest = _comments().order_by(comments.c.created_at.desc(), comments.c.id.desc())
    found, count = _some_comments(connection, viewer, case_id, newest.limit(limit))
    return found[::-1], count


def comments_page(
    connection: Connection, viewer: Viewer, case_id: CaseId, start: int, limit: int
) -> tuple[tuple[Comment, ...], int]:
    """Comments of a case that the viewer may read, oldest first, behind the first `start`; and how many."""
    oldest = _comments().order_by(comments.c.created_at, comments.c.id)
    return _some_comments(connection, viewer, case_id, oldest.offset(start).limit(limit))


def _some_comments(
    connection: Connection, viewer: Viewer, case_id: CaseId, which: Select[Any]
) -> tuple[tuple[Comment, ...], int]:
    mine = (
        visible(viewer)
        & (comments.c.case_id == case_id)
        & (comments.c.case_id == cases.c.id)
        & readable(viewer, comments.c.audience)
    )
    rows = connection.execute(which.where(mine)).all()
    counted = select(func.count()).select_from(comments.join(cases)).where(mine)
    ticks = outcomes_of(connection, viewer, [CommentId(row.id) for row in rows])
    return tuple(_comment(row, ticks) for row in rows), connection.execute(counted).scalar_one()


def comment_by_id(connection: Connection, viewer: Viewer, comment_id: CommentId) -> Comment | None:
    mine = visible(viewer) & (comments.c.id == comment_id) & readable(viewer, comments.c.audience)
    row = connection.execute(_comments().where(mine)).first()
    return _comment(row, outcomes_of(connection, viewer, [comment_id])) if row else None


def audience_of(work: Work, comment_id: CommentId) -> Audience:
    """Who may read a comment: for what is written about it, which is for the same readers."""
    found = select(comments.c.audience).where(comments.c.id == comment_id)
    return Audience(work.connection.execute(found).scalar_one())


def _comments() -> Select[Any]:
    return (
        select(comments, people.c.name.label("author_name"), people.c.slack_user_id.label("author_slack"))
        .select_from(comments)
        .join(cases, cases.c.id == comments.c.case_id)
        .join(people, people.c.id == comments.c.author_id)
    )


def _comment(row: Row[Any], ticks: Mapping[CommentId, tuple[Outcome, ...]]) -> Comment:
    author = ref(row.author_id, row.author_slack, row.author_name)
    assert author is not None  # the join and NOT NULL say so
    return Comment(
        id=CommentId(row.id),
        case_id=CaseId(row.case_id),
        author=author,
        audience=Audience(row.audience),
        text=row.text,
        at=row.created_at,
        version=row.version,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        outcomes=ticks.get(CommentId(row.id), ()),
        to_contact=row.to_contact,
        is_message=row.ts is not None,
        by_mail=row.by_mail,
    )


def insert_history(
    work: Work,
    kind: str,
    *,
    actor_id: PersonId | None,
    audience: Audience,
    changes: Changes,
    case_id: CaseId | None = None,
    person_id: PersonId | None = None,
    comment_id: CommentId | None = None,
    account_id: AccountId | None = None,
    team_id: TeamId | None = None,
    article_id: ArticleId | None = None,
    access_request_id: AccessRequestId | None = None,
    customer_id: CustomerId | None = None,
    source: str | None = None,
) -> HistoryId:
    """Append one row. `changes` maps a field to (before, after); (None, None) for text that people wrote."""
    row = {
        "workspace_id": work.workspace_id,
        "case_id": case_id,
        "person_id": person_id,
        "account_id": account_id,
        "team_id": team_id,
        "article_id": article_id,
        "access_request_id": access_request_id,
        "customer_id": customer_id,
        "comment_id": comment_id,
        "at": work.now,
        "kind": kind,
        "actor_id": actor_id,
        "source": source or ("person" if actor_id is not None else "rule"),
        "call_key": work.stamp.key.name if work.stamp.key else None,
        "policy_revision": work.stamp.policy_revision,
        "audience": audience.value,
        "changes": {field: list(change) for field, change in changes.items()},
        "session_workspace": work.workspace_id,
        "session_actor": actor_id,
        "session_case": case_id,
        "session_customer": customer_id,
    }
    return HistoryId(work.connection.execute(_APPEND, row).scalar_one())


def history_entry(
    connection: Connection, viewer: Viewer, history_id: HistoryId
) -> tuple[HistoryEntry, CommentId | None] | None:
    """One row of a case's history, if the viewer may see it, and the comment that it tells of."""
    rows = connection.execute(_history(viewer).where(history.c.id == history_id)).all()
    found = _entries(connection, viewer, rows)
    return (found[0], rows[0].comment_id) if found else None


def last_word_of(connection: Connection, viewer: Viewer, case_id: CaseId, kind: TeamKind) -> datetime | None:
    """When somebody who is of such a team now last commented or set the status of a case (T3)."""
    members = (
        select(team_members.c.person_id)
        .join(teams, teams.c.id == team_members.c.team_id)
        .where(teams.c.workspace_id == viewer.workspace_id, teams.c.kind == kind.value)
    )
    words = history.c.comment_id.is_not(None) | history.c.kind.in_([one.value for one in _OF_STATUS])
    rows = (
        select(func.max(history.c.at))
        .select_from(history.join(cases, cases.c.id == history.c.case_id))
        .where(visible(viewer), readable(viewer, history.c.audience), history.c.case_id == case_id)
        .where(words, history.c.actor_id.in_(members))
    )
    last: datetime | None = connection.execute(rows).scalar_one()
    return last


_OF_STATUS = (ChangeKind.STATUS_SET, ChangeKind.TAKEN, ChangeKind.CLOSED, ChangeKind.REOPENED)
"""The changes that set a status, and are no comments."""


def history_page(
    connection: Connection, viewer: Viewer, case_id: CaseId, start: HistoryId | None, limit: int
) -> tuple[HistoryEntry, ...]:
    """Rows of a case's history, newest first, from `start` (included) on downwards."""
    rows = _history(viewer).where(history.c.case_id == case_id)
    if start is not None:
        rows = rows.where(history.c.id <= start)
    found = connection.execute(rows.order_by(history.c.id.desc()).limit(limit)).all()
    return _entries(connection, viewer, found)


def history_ids_above(
    connection: Connection, viewer: Viewer, case_id: CaseId, start: HistoryId, limit: int
) -> tuple[HistoryId, ...]:
    """The ids of the rows just newer than `start`, nearest first: where the page before begins."""
    rows = _history(viewer).where(history.c.case_id == case_id, history.c.id > start)
    found = connection.execute(rows.order_by(history.c.id).limit(limit)).all()
    return tuple(HistoryId(row.id) for row in found)


def count_history(connection: Connection, viewer: Viewer, case_id: CaseId) -> int:
    rows = _history(viewer).where(history.c.case_id == case_id).subquery()
    return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def _history(viewer: Viewer) -> Select[Any]:
    return (
        select(
            history,
            people.c.name.label("actor_name"),
            people.c.slack_user_id.label("actor_slack"),
            FOR_WHOM.label("for_whom"),
        )
        .join(cases, cases.c.id == history.c.case_id)
        .outerjoin(people, people.c.id == history.c.actor_id)
        .where(visible(viewer), readable(viewer, history.c.audience))
    )


MOST_ADDED = 3

Added = tuple[tuple[HistoryEntry, ...], int, CommentId | None]
"""The newest changes of a case, oldest first, how many there are, and the newest comment among them."""


def added(connection: Connection, viewer: Viewer, since: Mapping[CaseId, HistoryId]) -> dict[CaseId, Added]:
    """What others did to these cases, each since some row of its history; of what the viewer may read."""
    if not since:
        return {}
    news = or_(*(and_(history.c.case_id == one, history.c.id > row) for one, row in since.items()))
    others = or_(history.c.actor_id.is_(None), history.c.actor_id != viewer.person_id)
    place = func.row_number().over(partition_by=history.c.case_id, order_by=history.c.id.desc())
    of_all = func.count().over(partition_by=history.c.case_id)
    ranked = _history(viewer).add_columns(place.label("place"), of_all.label("of_all")).where(others, news)
    newest = ranked.subquery()
    rows = select(newest).where(newest.c.place <= MOST_ADDED).order_by(newest.c.id)
    found: dict[CaseId, Added] = {}
    kept = connection.execute(rows).all()
    for row, entry in zip(kept, _entries(connection, viewer, kept), strict=True):
        entries, _, said = found.get(CaseId(row.case_id), ((), 0, None))
        told = row.comment_id if row.kind != ChangeKind.COMMENT_DELETED.value else None
        comment = CommentId(told) if told is not None else said
        found[CaseId(row.case_id)] = ((*entries, entry), row.of_all, comment)
    return found


THE_DESK = PersonRef(id=PersonId(0), slack_user_id=SlackUserId(""), name="Caseline")
"""Who did what nobody did: a rule."""


def _entries(connection: Connection, viewer: Viewer, rows: Sequence[Row[Any]]) -> tuple[HistoryEntry, ...]:
    """Rows as the domain has them. A receipt names its customer by id: here they get their name of today."""
    ids = {whose for row in rows if (whose := _named_in(row)) is not None}
    names = names_of(connection, viewer, ids) if ids else {}
    return tuple(_entry(row, names) for row in rows)


def _named_in(row: Row[Any]) -> CustomerId | None:
    """For whom a receipt says that it was done; the session of its row need not be on any more."""
    whose = row.changes.get("on_behalf_of", (None, None))[1] if not row.for_whom else None
    return CustomerId(int(whose)) if whose and whose.isdecimal() else None


def _entry(row: Row[Any], names: Mapping[CustomerId, str]) -> HistoryEntry:
    actor = ref(row.actor_id, row.actor_slack, row.actor_name) or THE_DESK
    whose = _named_in(row)
    return HistoryEntry(
        id=HistoryId(row.id),
        at=row.at,
        kind=ChangeKind(row.kind),
        actor=actor,
        audience=Audience(row.audience),
        changes={field: (change[0], change[1]) for field, change in row.changes.items()},
        on_behalf_of=row.for_whom or (names.get(whose, "") if whose is not None else ""),
    )
