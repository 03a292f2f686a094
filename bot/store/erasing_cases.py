"""Erases a customer out of one of their cases: words, names, addresses, files, what can be found by words.

`erasing.py` goes through their cases with it, so many in a transaction. It can be done twice: what is erased
stays erased.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any

from sqlalchemy import Table, and_, delete, select, update

from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.erasing import ERASED, Redactor
from bot.domain.files import FileState
from bot.domain.ids import AccountId, CaseId, CommentId
from bot.domain.people import channel_viewer
from bot.store import cases as case_store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.schema import (
    call_backs,
    cases,
    comment_versions,
    comments,
    entitlements,
    files,
    held_comments,
    history,
    mails,
    people,
    received_mails,
    triage_queue,
)
from bot.store.search_index import index_case, index_comment
from bot.store.work import Work


def erase_case(work: Work, case_id: CaseId, redactor: Redactor, called: str, own: Collection[int]) -> None:
    """One case. `called` is the pseudonym, `own` are the people whose words are the customer's."""
    case_store.hold(work, case_id)
    redactor = redactor.also(_contact(work, case_id, called))
    _words(work, case_id, redactor, called, own)
    posted = _comments(work, case_id, redactor, own)
    _beside(work, case_id, redactor)
    _files(work, case_id)
    case = case_store.by_id(work.connection, channel_viewer(work.workspace_id), case_id)
    if case is not None:
        index_case(work, case)
        _draw_again(work, case, posted)


def _contact(work: Work, case_id: CaseId, called: str) -> tuple[str, ...]:
    """By what others called the case's contact, who need not be called as the customer is."""
    asked = select(cases.c.contact_name, cases.c.contact_email, cases.c.contact_phone)
    row = work.connection.execute(asked.where(cases.c.id == case_id)).one()
    return tuple(one for one in row if one != called)


def _words(work: Work, case_id: CaseId, redactor: Redactor, called: str, own: Collection[int]) -> None:
    """What the case says. Of one that the customer opened nothing of their words stays."""
    row = work.connection.execute(select(cases).where(cases.c.id == case_id)).one()
    theirs = not row.opened_by_staff or row.creator_id in own or row.origin == "form"
    values: dict[str, Any] = {
        "title": ERASED if theirs else redactor.text(row.title),
        "description": ERASED if theirs else redactor.text(row.description),
        "contact_name": called,
        "contact_email": "",
        "contact_phone": "",
    }
    if any(getattr(row, name) != value for name, value in values.items()):
        mine = update(cases).where(cases.c.id == case_id)
        work.connection.execute(mine.values(**values, version=row.version + 1))


def _comments(work: Work, case_id: CaseId, redactor: Redactor, own: Collection[int]) -> list[CommentId]:
    """Every comment with its earlier wordings; those that the bot has posted and that say less now."""
    asked = (
        select(comments, people.c.role)
        .join(people, people.c.id == comments.c.author_id)
        .where(comments.c.case_id == case_id)
        .order_by(comments.c.id)
    )
    changed: list[CommentId] = []
    for row in work.connection.execute(asked).all():
        theirs = row.author_id in own or (row.by_mail and row.role not in _STAFF)
        text = ERASED if theirs and row.text else redactor.text(row.text)
        _versions(work, row.id, redactor, theirs=theirs)
        if text == row.text:
            continue
        said = {"text": text, "version": row.version + 1, "edited_at": work.now}
        work.connection.execute(update(comments).where(comments.c.id == row.id).values(**said))
        index_comment(work, row.id, case_id, Audience(row.audience), text)
        if row.posted_ts is not None:
            changed.append(CommentId(row.id))
    return changed


_STAFF = ("agent", "manager", "administrator")


def _versions(work: Work, comment_id: int, redactor: Redactor, *, theirs: bool) -> None:
    mine = comment_versions.c.comment_id == comment_id
    for row in work.connection.execute(select(comment_versions).where(mine)).all():
        text = ERASED if theirs and row.text else redactor.text(row.text)
        if text != row.text:
            one = update(comment_versions).where(mine, comment_versions.c.version == row.version)
            work.connection.execute(one.values(text=text))


def _beside(work: Work, case_id: CaseId, redactor: Redactor) -> None:
    """What else is kept about the case: drafts, numbers to call, e-mails, verdicts, what was changed."""
    for table, column in ((held_comments, "text"), (call_backs, "wanted")):
        redact(work, table, table.c.case_id == case_id, redactor, column)
    redact(work, entitlements, entitlements.c.case_id == case_id, redactor, "receipt")
    redact(work, history, history.c.case_id == case_id, redactor, "changes")
    _set(work, held_comments, case_id, files=[])  # their names
    _set(work, call_backs, case_id, phone="")
    _set(work, received_mails, case_id, sender="", sender_name="", subject="", text="")
    contact = update(mails).where(mails.c.case_id == case_id, mails.c.person_id.is_(None))
    work.connection.execute(contact.values(address="", error=""))
    work.connection.execute(delete(triage_queue).where(triage_queue.c.case_id == case_id))


def _set(work: Work, table: Table, case_id: CaseId, **values: object) -> None:
    work.connection.execute(update(table).where(table.c.case_id == case_id).values(**values))


def redact(
    work: Work, table: Table, which: Any, redactor: Redactor, column: str, *, apart: bool = False
) -> None:
    """Take the names out of a column of some rows, whether it holds text or JSON.

    `apart` is for what may not be called alike: its number then stands behind it.
    """
    keys = list(table.primary_key.columns)
    for row in work.connection.execute(select(table.c[column], *keys).where(which)).all():
        told = redactor.value(row[0])
        if told != row[0]:
            told = f"{told} {row.id}" if apart else told
            mine = and_(*(key == value for key, value in zip(keys, row[1:], strict=True)))
            work.connection.execute(update(table).where(mine).values({column: told}))


def _files(work: Work, case_id: CaseId) -> None:
    """All of them: a scan that staff put there is the customer's, too. The outbox erases what they hold."""
    mine = (files.c.case_id == case_id) & (files.c.state != FileState.DELETED.value)
    values = {"state": FileState.DELETED.value, "name": "", "permalink": None, "trouble": None}
    if work.connection.execute(update(files).where(mine).values(**values)).rowcount:
        announce(work, Announcement(kind=Kind.FILES, conversation=f"files:{case_id}", case_id=case_id))


def draw_account_again(work: Work, account_id: AccountId | None) -> None:
    """Cards and public comments of an account say what it is called now: each names it, by who reads it.

    Some were drawn when their case was erased, and it still had its name.
    """
    shown = (
        (cases.c.workspace_id == work.workspace_id)
        & (cases.c.account_id == account_id)
        & cases.c.card_place.is_not(None)
    )
    cards = select(cases.c.id, cases.c.card_place).where(shown).order_by(cases.c.id)
    public = (comments.c.audience == Audience.PUBLIC.value) & comments.c.posted_ts.is_not(None)
    said = select(comments.c.id, cases.c.id).join(cases, cases.c.id == comments.c.case_id)
    named: dict[int, list[CommentId]] = {}
    for comment_id, case_id in work.connection.execute(said.where(shown, public).order_by(comments.c.id)):
        named.setdefault(case_id, []).append(CommentId(comment_id))
    drawn = [_drawn(id_, place, named.get(id_, ())) for id_, place in work.connection.execute(cards)]
    announce(work, *chain.from_iterable(drawn))


def _draw_again(work: Work, case: Case, posted: list[CommentId]) -> None:
    """Card and comments in Slack say what they say now."""
    if case.card_place is not None:
        announce(work, *_drawn(case.id, case.card_place, posted))


def _drawn(case_id: CaseId, place: str, posted: Collection[CommentId]) -> Iterator[Announcement]:
    yield Announcement(kind=Kind.CARD, conversation=place, case_id=case_id)
    for one in posted:
        yield Announcement(kind=Kind.COMMENT_EDIT, conversation=place, case_id=case_id, comment_id=one)
