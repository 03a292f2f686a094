"""Messages of threads become comments of cases, with edits and deletions, in whatever order they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain import cases as rules
from bot.domain.audiences import Readers
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import AddMessage, Audience
from bot.domain.ids import CallKey, CommentId, PersonId, SlackUserId
from bot.domain.people import Person, Viewer, channel_viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.spoken import as_typed, users_in
from bot.domain.talk import Message, Said, instant, joined
from bot.services import files, windows
from bot.services.announcing import record
from bot.services.desk import Desk, actor
from bot.services.readers import readers_now
from bot.store import cases as store
from bot.store import people, records, talk
from bot.store.outbox import Announcement, Kind, announce
from bot.store.search_index import index_comment, unindex_comment
from bot.store.talk import Whereabouts
from bot.store.work import Connection, Work

NOTHING = Receipt()


async def whereabouts(desk: Desk, message: Message) -> Whereabouts | None:
    """The case that a message belongs to, or None; it tells nothing of the case."""

    def query(connection: Connection) -> Whereabouts | None:
        return talk.whereabouts(connection, desk.workspace_id, message.channel, message.ts, message.thread_ts)

    return await desk.store.look(query)


async def hear(desk: Desk, message: Message, found: Whereabouts, key: CallKey) -> Receipt:
    """Record a message, an edit or a deletion. Raises Refusal where its writer may not comment on the case.

    What was recorded is never refused: an edit of it is kept, and a deletion erases it, whoever its writer is
    now. Nothing of a thread that became a case is refused either.
    """

    def unit(work: Work) -> Receipt:
        store.hold(work, found.case_id)
        now = _found_again(work, message)
        if now is None:
            return NOTHING
        case = store.by_id(work.connection, channel_viewer(work.workspace_id), now.case_id)
        assert case is not None  # cases are never deleted
        known = spoken(work, message)
        if now.comment_id is not None:
            know_more(work, case, now.comment_id, known)
            know_files(desk, work, case, now.comment_id, message)
        elif now.thread_id is not None:
            _said_in_thread(desk, work, case, message, known, now)
        else:
            _said_under_card(desk, work, case, message, known)
        return Receipt(case_id=case.id, number=case.number)

    return await desk.write(unit, key)


def _found_again(work: Work, message: Message) -> Whereabouts | None:
    """Once more behind the lock of the case: the message itself may have been recorded meanwhile."""
    return talk.whereabouts(
        work.connection, work.workspace_id, message.channel, message.ts, message.thread_ts
    )


def spoken(work: Work, message: Message) -> Said:
    """What is known of a message, its texts as they were typed."""
    mentioned = [user for wording in message.said.wordings for user in users_in(wording.text)]
    names: Mapping[str, str] = people.names(work.connection, work.workspace_id, mentioned)
    wordings = tuple(replace(one, text=as_typed(one.text, names)) for one in message.said.wordings)
    return joined(replace(message.said, wordings=wordings), Said(wordings=()))


def know_more(work: Work, case: Case, comment_id: CommentId, news: Said) -> None:
    """Join what was known of a message and what is told now; tell the card where that says anything new."""
    before = talk.said(work, comment_id)
    known = joined(before, news)
    if known == before:
        return
    author_id = talk.author_of(work, comment_id)
    talk.set_said(work, comment_id, author_id, known)
    if known.deleted_at is not None:
        unindex_comment(work, comment_id)
    elif known.text != before.text:
        audience = records.audience_of(work, comment_id)
        index_comment(work, comment_id, case.id, audience, known.text)
    _note_change(work, case, comment_id, author_id, before, known)


def know_files(desk: Desk, work: Work, case: Case, comment_id: CommentId, message: Message) -> None:
    """Keep what an edit has added; the files of a deleted message are gone, whatever is told of it later."""
    if message.files and talk.said(work, comment_id).deleted_at is None:
        files.bring(desk, work, case, comment_id, message.files)


def _note_change(
    work: Work, case: Case, comment_id: CommentId, author_id: PersonId, before: Said, known: Said
) -> None:
    if known.deleted_at is not None and before.deleted_at is None:
        files.take_away(work, case, comment_id)
        kind = ChangeKind.COMMENT_DELETED
    elif known.deleted_at is None and known.text != before.text:
        kind = ChangeKind.COMMENT_EDITED
    else:
        return  # an earlier wording came late, or a later one of what is deleted
    records.insert_history(
        work,
        kind.value,
        actor_id=author_id,
        audience=records.audience_of(work, comment_id),
        changes={},
        case_id=case.id,
        comment_id=comment_id,
    )
    store.touch(work, case)
    announce_card(work, case)


def announce_card(work: Work, case: Case) -> None:
    """Draw the card of a case again."""
    if case.card_place is not None:
        announce(work, Announcement(kind=Kind.CARD, conversation=case.card_place, case_id=case.id))


def _said_under_card(desk: Desk, work: Work, case: Case, message: Message, known: Said) -> None:
    """In the card's thread staff write internal and the customer side public, as everywhere by default."""
    if message.by_app or not message.author:
        return
    person = actor(work, message.author)
    require(Act.COMMENT, person)
    seen = store.by_id(work.connection, Viewer(person), case.id)
    if seen is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    rules.check(Act.COMMENT, seen, person)
    audience = rules.default_audience(person)
    rules.check_audience(person, audience)
    if not known.text.strip() and known.deleted_at is None and not message.files:
        raise Refusal(Reason.EMPTY_TEXT)
    _new(desk, work, case, person, audience, message, known)


def _said_in_thread(
    desk: Desk, work: Work, case: Case, message: Message, known: Said, found: Whereabouts
) -> None:
    """A thread that became a case has the audience of its place, whoever writes in it (domain.md 5)."""
    if found.audience is None and known.deleted_at is None:
        announce(work, reading(case))  # it is being read, or cannot be: this message is read with the rest
        return
    author = author_in(work, message)
    if author is not None:
        _new(desk, work, case, author, found.audience or Audience.INTERNAL, message, known)


def reading(case: Case) -> Announcement:
    """That the thread which became a case is to be read; in a row of its own, for it may wait for long."""
    return Announcement(kind=Kind.THREAD, conversation=f"thread:{case.id}", case_id=case.id)


def author_in(work: Work, message: Message) -> Person | None:
    """Who wrote a message; somebody whom the desk has never heard of is somebody without a role."""
    if not message.author:
        return None
    known = people.find_person(work.connection, work.workspace_id, message.author)
    if known is not None:
        return known
    return _newcomer(work, message.author, message.author_name)


def _newcomer(work: Work, who: SlackUserId, name: str) -> Person | None:
    person_id = people.insert_person(work, who, name=name or who, timezone="UTC")
    if who.startswith(("U", "W")) and not name:
        announce(work, Announcement(kind=Kind.PROFILE, conversation=who, person_id=person_id))
    return people.person_by_id(work.connection, person_id)


def _new(
    desk: Desk, work: Work, case: Case, author: Person, audience: Audience, message: Message, known: Said
) -> None:
    """A message that was not known yet, as a comment; it is told unless it is deleted already."""
    comment_id = keep_message(desk, work, case, author, audience, message, known)
    if known.deleted_at is not None:
        _note_change(work, case, comment_id, author.id, Said(wordings=()), known)
        return
    heard = windows.heard(work, case, author, audience, at=instant(message.ts))
    after = rules.commented(heard, author, work.now) if author.role is not None else heard
    if after.status is case.status:
        store.touch(work, after, heard=True)
    else:
        after = replace(after, version=store.save(work, after))
    status = {} if after.status is case.status else {"status": (case.status.value, after.status.value)}
    record(
        work,
        after,
        ChangeKind.COMMENTED,
        author,
        changes=status,
        audience=audience,
        comment_id=comment_id,
        in_thread=True,
    )


async def add_message(
    desk: Desk, command: AddMessage, message: Message, by: SlackUserId, key: CallKey
) -> Receipt:
    """Make one message a comment of a case that `by` may comment on, in its writer's name.

    Raises NO_SUCH_CASE, MESSAGE_HAS_CASE and what keeps `by` from commenting for that audience.
    """

    def unit(work: Work) -> Receipt:
        person, case, known = _to_add(work, command, message, by)
        audience = command.audience or rules.default_audience(person)
        author = author_in(work, message) or person
        comment_id = keep_message(desk, work, case, author, audience, message, known)
        if instant(message.ts) >= case.created_at:  # what was said before it was opened is no answer to it
            case = windows.heard(work, case, author, audience, at=instant(message.ts))
        store.touch(work, case, heard=True)
        record(work, case, ChangeKind.COMMENTED, person, changes={}, audience=audience, comment_id=comment_id)
        return Receipt(case_id=case.id, number=case.number, version=case.version)

    return await desk.write(unit, key)


def _to_add(work: Work, command: AddMessage, message: Message, by: SlackUserId) -> tuple[Person, Case, Said]:
    """Who adds what to which case, once nothing keeps them from it. Raises as `add_message` does."""
    person = actor(work, by)
    require(Act.COMMENT, person)
    case = store.by_id(work.connection, Viewer(person), command.case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    store.hold(work, case.id)
    case = store.by_id(work.connection, Viewer(person), case.id) or case
    rules.check(Act.COMMENT, case, person)
    rules.check_audience(person, command.audience or rules.default_audience(person))
    there = _found_again(work, message)
    if there is not None and (there.comment_id is not None or there.case_id != case.id):
        former = store.by_id(work.connection, Viewer(person), there.case_id)
        raise Refusal(Reason.MESSAGE_HAS_CASE, {"number": former.number if former else None})
    known = spoken(work, message)
    if not known.text.strip() and not message.files:
        raise Refusal(Reason.EMPTY_TEXT)
    return person, case, known


async def shown_first(
    desk: Desk, command: AddMessage, message: Message, by: SlackUserId
) -> tuple[str, Readers] | None:
    """What staff see before a message becomes public: its text and who will read it; None: it is added."""

    def unit(work: Work) -> tuple[str, Readers] | None:
        person, case, known = _to_add(work, command, message, by)
        if person.is_customer_side:
            return None
        files = "".join(f"\n(File: {one.name})" for one in message.files)
        return f"{known.text}{files}".strip(), readers_now(work, case, person)

    return await desk.write(unit) if command.audience is Audience.PUBLIC else None


def keep_message(
    desk: Desk, work: Work, case: Case, author: Person, audience: Audience, message: Message, known: Said
) -> CommentId:
    """Write a message as a comment, with all that it said before. Nobody is told."""
    place = (message.channel, message.ts)
    comment_id = records.insert_comment(work, case.id, author, audience, known.text, place, known=known)
    talk.insert_versions(work, comment_id, author.id, known)
    if known.deleted_at is None:
        files.bring(desk, work, case, comment_id, message.files)
    return comment_id
