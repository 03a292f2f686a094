"""Files of cases: what is to be fetched, what became of each, and what goes with a deleted message."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cases import Case
from bot.domain.files import CaseFile, FileState
from bot.domain.ids import CaseId, CommentId
from bot.domain.talk import Attached
from bot.domain.web_forms import SentFile
from bot.services.desk import Desk
from bot.store import files as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work


def bring(
    desk: Desk, work: Work, case: Case, comment_id: CommentId | None, found: Sequence[Attached]
) -> None:
    """Note the files that came with a case or a comment, and have them fetched."""
    if found and store.add_files(work, desk.file_rules, case.id, comment_id, found):
        announce(work, _fetching(case.id))


def bring_sent(work: Work, case: Case, comment_id: CommentId | None, found: Sequence[SentFile]) -> None:
    """Note files that are here already, and have them put into the card's thread for staff to open."""
    if found:
        store.add_sent(work, case.id, comment_id, found)
        announce(work, _fetching(case.id))


def take_away(work: Work, case: Case, comment_id: CommentId) -> None:
    """The files of a deleted message go with it."""
    if store.delete_of(work, comment_id):
        announce(work, _fetching(case.id))


def fetch_again(work: Work, case: Case) -> None:
    """What could not be read perhaps now can."""
    announce(work, _fetching(case.id))


def _fetching(case_id: CaseId) -> Announcement:
    """In a conversation of its own: what cannot be fetched holds up nothing else."""
    return Announcement(kind=Kind.FILES, conversation=f"files:{case_id}", case_id=case_id)


async def to_fetch(desk: Desk, case_id: CaseId) -> list[CaseFile]:
    return await desk.store.look(lambda connection: store.to_fetch(connection, case_id))


async def to_erase(desk: Desk, case_id: CaseId) -> list[tuple[CaseFile, bool]]:
    """The deleted files whose content is still there, and whether another file needs it."""

    def query(connection: Connection) -> list[tuple[CaseFile, bool]]:
        gone = store.to_erase(connection, case_id)
        return [(file, store.is_needed(connection, file.sha256 or "")) for file in gone]

    return await desk.store.look(query)


async def erased(desk: Desk, file: CaseFile) -> None:
    await desk.write(lambda work: store.erased(work, file.id))


async def to_share(desk: Desk, case_id: CaseId) -> list[CaseFile]:
    """The files that came by the form and are not in the card's thread yet."""
    return await desk.store.look(lambda connection: store.to_share(connection, case_id))


async def shared(desk: Desk, file: CaseFile) -> None:
    """A file that came by the form stands in the card's thread."""
    await desk.write(lambda work: store.shared(work, file.id))


async def settle(desk: Desk, file: CaseFile, state: FileState, **values: object) -> bool:
    """Note what became of a file; False where it was deleted meanwhile."""
    settled = {"trouble": None, **values, "state": state.value}
    return await desk.write(lambda work: store.set_file(work, file.id, **settled))


async def is_needed(desk: Desk, sha256: str) -> bool:
    """Whether a file of any case has this content."""
    return await desk.store.look(lambda connection: store.is_needed(connection, sha256))
