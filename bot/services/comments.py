"""Comments after they were said: their authors edit them, and what they said before is kept."""

from __future__ import annotations

from bot.domain import cases as rules
from bot.domain.cases import Case, ChangeKind, Comment
from bot.domain.commands import EditComment
from bot.domain.ids import CallKey, CommentId, SlackUserId
from bot.domain.pages import Wordings
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.talk import Wording
from bot.services import cases
from bot.services.announcing import record
from bot.services.desk import Desk, actor
from bot.store import cases as case_store
from bot.store import own_comments as store
from bot.store import records
from bot.store.work import Connection, Work


async def to_edit(desk: Desk, by: SlackUserId, comment_id: CommentId) -> tuple[Comment, Case, Person]:
    """A comment of one's own, for its form. Raises what keeps them from editing it."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Comment, Case, Person]:
        require(Act.COMMENT, viewer.person)
        comment = _editable(connection, viewer, comment_id)
        case = case_store.by_id(connection, viewer, comment.case_id)
        assert case is not None  # its comment is visible
        return comment, case, viewer.person

    return await desk.read(query, by)


async def wordings(desk: Desk, by: SlackUserId, comment_id: CommentId) -> Wordings:
    """What a comment said before, for its author and for staff who may read it. Raises NO_SUCH_COMMENT."""

    def query(connection: Connection, viewer: Viewer) -> Wordings:
        if viewer.role is None:
            raise Refusal(Reason.NOT_SET_UP)
        comment = records.comment_by_id(connection, viewer, comment_id)
        if comment is None or not (viewer.is_staff or comment.author.id == viewer.person_id):
            raise Refusal(Reason.NO_SUCH_COMMENT)
        case = case_store.by_id(connection, viewer, comment.case_id)
        assert case is not None  # its comment is visible
        found = store.versions_of(connection, viewer, comment_id)
        earlier = tuple(Wording(at=one.at, text=one.text) for one in found)
        return Wordings(comment=comment, case=case, earlier=earlier)

    return await desk.read(query, by)


def _editable(connection: Connection, viewer: Viewer, comment_id: CommentId) -> Comment:
    comment = records.comment_by_id(connection, viewer, comment_id)
    if comment is None:
        raise Refusal(Reason.NO_SUCH_COMMENT)
    if comment.author.id != viewer.person_id:
        raise Refusal(Reason.NOT_YOUR_COMMENT)
    rules.check_audience(viewer.person, comment.audience)
    if comment.deleted_at is not None:
        raise Refusal(Reason.COMMENT_DELETED)
    if comment.is_message:
        raise Refusal(Reason.COMMENT_IN_SLACK)
    return comment


async def edit(desk: Desk, command: EditComment, by: SlackUserId, key: CallKey) -> Receipt:
    """Say something else in a comment of one's own; creator and owner hear of it, as of every change.

    Raises COMMENT_CHANGED when it was edited since its author looked, NOTHING_CHANGED, NOT_YOUR_COMMENT.
    """

    return await desk.write(lambda work: editing(work, command, by), key)


def editing(work: Work, command: EditComment, by: SlackUserId) -> Receipt:
    """The same inside a transaction."""
    person, case, comment = to_be_edited(work, command, by)
    if not store.save_edit(work, comment, command.text):
        raise Refusal(Reason.COMMENT_CHANGED)
    case_store.touch(work, case)
    record(
        work,
        case,
        ChangeKind.COMMENT_EDITED,
        person,
        changes={},
        audience=comment.audience,
        comment_id=comment.id,
        edited=True,
    )
    return Receipt(case_id=case.id, number=case.number, version=case.version)


def to_be_edited(work: Work, command: EditComment, by: SlackUserId) -> tuple[Person, Case, Comment]:
    """Who edits what, once nothing keeps them from it. Raises as `edit` does."""
    person = actor(work, by)
    require(Act.COMMENT, person)
    comment = _editable(work.connection, Viewer(person), command.comment_id)
    person, case = cases.begin(work, by, comment.case_id, Act.COMMENT)
    if not command.text.strip():
        raise Refusal(Reason.EMPTY_TEXT)
    if comment.version != command.version:
        raise Refusal(Reason.COMMENT_CHANGED)
    if comment.text == command.text:
        raise Refusal(Reason.NOTHING_CHANGED)
    return person, case, comment
