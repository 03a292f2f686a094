"""Files of cases in the database; what they hold is in `blobs.py`, or in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from bot.domain.commands import Audience
from bot.domain.files import PASSES, CaseFile, FileRules, FileState
from bot.domain.ids import CaseId, CommentId
from bot.domain.people import Viewer
from bot.domain.talk import Attached
from bot.domain.web_forms import SentFile
from bot.store.cases import visible
from bot.store.records import readable
from bot.store.schema import cases, comments, files
from bot.store.work import Work


def add_files(
    work: Work,
    rules: FileRules,
    case_id: CaseId,
    comment_id: CommentId | None,
    found: Sequence[Attached],
) -> bool:
    """Note the files of a case or comment, each once; whether there is anything to fetch."""
    here = (files.c.case_id == case_id) & (
        files.c.comment_id.is_(None) if comment_id is None else files.c.comment_id == comment_id
    )
    known = set(work.connection.execute(select(files.c.slack_file_id).where(here)).scalars())
    rows = [
        {
            "workspace_id": work.workspace_id,
            "case_id": case_id,
            "comment_id": comment_id,
            "slack_file_id": one.slack_file_id,
            "name": one.name,
            "mimetype": one.mimetype,
            "size": one.size,
            "state": (FileState.PENDING if rules.takes(one.size) else FileState.IN_SLACK).value,
            "created_at": work.now,
        }
        for one in {file.slack_file_id: file for file in found}.values()
        if one.slack_file_id not in known
    ]
    if rows:
        work.connection.execute(insert(files), rows)
    return any(row["state"] == FileState.PENDING.value for row in rows)


def add_sent(work: Work, case_id: CaseId, comment_id: CommentId | None, found: Sequence[SentFile]) -> None:
    """Note files that came by the form: what they hold is kept already, and Slack has none of it."""
    rows = [
        {
            "workspace_id": work.workspace_id,
            "case_id": case_id,
            "comment_id": comment_id,
            "name": one.name,
            "mimetype": one.mimetype,
            "size": one.size,
            "sha256": one.sha256,
            "state": FileState.KEPT.value,
            "created_at": work.now,
        }
        for one in found
    ]
    work.connection.execute(insert(files), rows)


def to_share(connection: Connection, case_id: CaseId) -> list[CaseFile]:
    """The files of a case that came by the form and are not in its card's thread yet."""
    kept = (files.c.state == FileState.KEPT.value) & files.c.slack_file_id.is_(None)
    mine = (files.c.case_id == case_id) & kept & files.c.shared_at.is_(None)
    rows = connection.execute(select(files).where(mine).order_by(files.c.id))
    return [_file(row, Audience.INTERNAL) for row in rows]


def shared(work: Work, file_id: int) -> None:
    """A file stands in its case's thread."""
    work.connection.execute(update(files).where(files.c.id == file_id).values(shared_at=work.now))


def to_fetch(connection: Connection, case_id: CaseId) -> list[CaseFile]:
    """The files of a case that are to be fetched, and those that could not be and perhaps now can."""
    again = (files.c.state == FileState.UNREADABLE.value) & files.c.trouble.in_(sorted(PASSES))
    wanted = or_(files.c.state == FileState.PENDING.value, again)
    rows = connection.execute(select(files).where(files.c.case_id == case_id, wanted).order_by(files.c.id))
    return [_file(row, Audience.INTERNAL) for row in rows]


def to_erase(connection: Connection, case_id: CaseId) -> list[CaseFile]:
    """The deleted files of a case whose content is still kept, and by no other file."""
    gone = (files.c.state == FileState.DELETED.value) & files.c.sha256.is_not(None)
    rows = connection.execute(select(files).where(files.c.case_id == case_id, gone).order_by(files.c.id))
    return [_file(row, Audience.INTERNAL) for row in rows]


def is_needed(connection: Connection, sha256: str) -> bool:
    """Whether a file that is not deleted has this content."""
    mine = (files.c.sha256 == sha256) & (files.c.state == FileState.KEPT.value)
    return connection.execute(select(files.c.id).where(mine).limit(1)).first() is not None


def set_file(work: Work, file_id: int, **values: object) -> bool:
    """Write what has become known of a file; False, and nothing written, where it was deleted meanwhile."""
    mine = (files.c.id == file_id) & (files.c.state != FileState.DELETED.value)
    return bool(work.connection.execute(update(files).where(mine).values(**values)).rowcount)


def erased(work: Work, file_id: int) -> None:
    """The content of a deleted file is gone."""
    work.connection.execute(update(files).where(files.c.id == file_id).values(sha256=None))


def delete_of(work: Work, comment_id: CommentId) -> bool:
    """The files of a deleted message go with it, their names too; whether it had any."""
    mine = (files.c.comment_id == comment_id) & (files.c.state != FileState.DELETED.value)
    gone = update(files).where(mine)
    values = {"state": FileState.DELETED.value, "name": "", "permalink": None, "trouble": None}
    return bool(work.connection.execute(gone.values(**values)).rowcount)


def case_files(
    connection: Connection, viewer: Viewer, case_id: CaseId, limit: int
) -> tuple[tuple[CaseFile, ...], int]:
    """The newest files of a case that the viewer may know of, oldest first, and how many there are."""
    theirs = or_(files.c.comment_id.is_(None), readable(viewer, comments.c.audience))
    joined = files.join(cases, cases.c.id == files.c.case_id).outerjoin(
        comments, comments.c.id == files.c.comment_id
    )
    mine = visible(viewer) & (files.c.case_id == case_id) & theirs
    newest = select(files, comments.c.audience).select_from(joined).where(mine).order_by(files.c.id.desc())
    rows = connection.execute(newest.limit(limit)).all()
    count = connection.execute(select(func.count()).select_from(joined).where(mine)).scalar_one()
    found = [_file(row, Audience(row.audience or Audience.PUBLIC.value)) for row in reversed(rows)]
    return tuple(found), count


def _file(row: Row[Any], audience: Audience) -> CaseFile:
    return CaseFile(
        id=row.id,
        case_id=CaseId(row.case_id),
        slack_file_id=row.slack_file_id or "",
        name=row.name,
        mimetype=row.mimetype,
        size=row.size,
        state=FileState(row.state),
        audience=audience,
        trouble=row.trouble,
        sha256=row.sha256,
        permalink=row.permalink,
    )
