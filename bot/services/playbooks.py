"""The playbook in numbered revisions: read by every call, checked and published in `/desk playbooks`.

A broken playbook is refused with its reasons while the last good one goes on. A call keeps the revision that
it began with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict

from bot.domain.commands import Audience
from bot.domain.ids import CallKey, PersonId, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.phone_calls import PhoneSettings, PlaybookPage, PlaybookRevision
from bot.domain.playbook.association import AssociationRules
from bot.domain.playbook.changes import Change, changes
from bot.domain.playbook.script import Playbook
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.playbook_file import sound_playbook
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.store import playbooks as store
from bot.store import records
from bot.store.work import Connection, Work


def book(desk: Desk, connection: Connection, revision: int) -> Playbook:
    """The playbook of a revision. Raises NO_SUCH_REVISION."""
    digest = store.digest_of(connection, desk.workspace_id, revision)
    known = desk.books.get(digest) if digest is not None else None
    if known is not None:
        return known
    texts = store.texts_of(connection, desk.workspace_id, revision)
    if texts is None:
        raise Refusal(Reason.NO_SUCH_REVISION, {"revision": revision})
    return desk.books.read(texts)


def counting(desk: Desk, work: Work) -> tuple[int, Playbook]:
    """The revision that counts and its playbook.

    The one that came with this release is written down when nobody has published another.
    """
    newest = store.newest(work.connection, work.workspace_id)
    if newest is not None and not newest.is_packaged:
        return newest.number, book(desk, work.connection, newest.number)
    texts, packaged = desk.books.packaged()
    if newest is not None and newest.digest == packaged.digest:
        return newest.number, packaged
    store.add_revision(work, newest.number + 1 if newest else 1, packaged.digest, texts)
    after = store.newest(work.connection, work.workspace_id)
    assert after is not None  # this one, or another bot's
    return after.number, book(desk, work.connection, after.number)


def in_force(desk: Desk, connection: Connection) -> Playbook:
    """The playbook that counts, for who only looks."""
    newest = store.newest(connection, desk.workspace_id)
    if newest is None or newest.is_packaged:
        return desk.books.packaged()[1]
    return book(desk, connection, newest.number)


def association(desk: Desk, connection: Connection) -> AssociationRules:
    """Which words tie a case to an order, by the revision that counts."""
    return in_force(desk, connection).association


async def page(desk: Desk, by: SlackUserId, revision: int | None = None) -> PlaybookPage:
    """What `/desk playbooks` shows, with the texts of a revision. NOT_YOUR_ROLE, NO_SUCH_REVISION."""

    def query(connection: Connection, viewer: Viewer) -> PlaybookPage:
        require(Act.EDIT_PLAYBOOK, viewer.person)
        found = store.revisions(connection, desk.workspace_id)
        newest = found[0].number if found else 0  # each start of a bot sees to it that there is one
        asked = revision if revision is not None else newest
        texts = store.texts_of(connection, desk.workspace_id, asked)
        if texts is None:
            raise Refusal(Reason.NO_SUCH_REVISION, {"revision": asked})
        return PlaybookPage(
            revisions=found,
            total=store.count(connection, desk.workspace_id),
            settings=store.settings(connection, desk.workspace_id),
            playbook=book(desk, connection, asked),
            texts=texts,
        )

    return await desk.read(query, by)


async def what_changes(desk: Desk, texts: Mapping[str, str], by: SlackUserId) -> tuple[Change, ...]:
    """What would be different with these texts in place of those of the newest revision.

    Raises UnsoundPlaybook with everything that is wrong with them; nothing is written.
    """
    now = await page(desk, by)
    wanted = await asyncio.to_thread(sound_playbook, {**now.texts, **texts})
    return changes(now.playbook, wanted)


async def publish(desk: Desk, texts: Mapping[str, str], base: int, by: SlackUserId, key: CallKey) -> Receipt:
    """Make a revision of these texts in place of those of revision `base`; calls from now on go by it.

    Raises UnsoundPlaybook, NOT_YOUR_ROLE, NOTHING_CHANGED; PUBLISHED_MEANWHILE where `base` is no more
    the newest.
    """
    before = await page(desk, by, base)
    whole = {**before.texts, **texts}
    wanted = await asyncio.to_thread(sound_playbook, whole)
    if wanted.digest == before.playbook.digest:
        raise Refusal(Reason.NOTHING_CHANGED)

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_PLAYBOOK, person)
        return _add(work, base, wanted.digest, whole, person.id)

    return await desk.write(unit, key)


async def go_back(desk: Desk, revision: int, base: int, by: SlackUserId, key: CallKey) -> Receipt:
    """Let the texts of an earlier revision count again, as a revision of their own. Raises as `publish`."""
    wanted = await page(desk, by, revision)

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_PLAYBOOK, person)
        newest = store.digest_of(work.connection, work.workspace_id, base)
        if newest == wanted.playbook.digest:
            raise Refusal(Reason.NOTHING_CHANGED)
        return _add(work, base, wanted.playbook.digest, wanted.texts, person.id, goes_back_to=revision)

    return await desk.write(unit, key)


def _add(
    work: Work,
    base: int,
    digest: str,
    texts: Mapping[str, str],
    by: PersonId,
    goes_back_to: int | None = None,
) -> Receipt:
    newest = store.newest(work.connection, work.workspace_id)
    if newest is None or newest.number != base:
        raise _meanwhile(newest)
    if not store.add_revision(work, base + 1, digest, texts, by=by, goes_back_to=goes_back_to):
        raise _meanwhile(store.newest(work.connection, work.workspace_id))
    told = {"revision": (str(base), str(base + 1)), "digest": (newest.digest[:12], digest[:12])}
    records.insert_history(work, "playbook_published", actor_id=by, audience=Audience.INTERNAL, changes=told)
    return Receipt()


def _meanwhile(newest: PlaybookRevision | None) -> Refusal:
    """Somebody published `newest` since the texts were opened; no name: it came with Caseline."""
    by, number = (newest.by, newest.number) if newest is not None else ("", 0)
    return Refusal(Reason.PUBLISHED_MEANWHILE, {"name": by or "Caseline", "value": str(number)})


async def set_settings(desk: Desk, wanted: PhoneSettings, by: SlackUserId, key: CallKey) -> Receipt:
    """Keep what prompts and messages name of the desk. NOT_YOUR_ROLE, SET_UP_MEANWHILE, NOTHING_CHANGED."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_PLAYBOOK, person)
        before, after = asdict(store.settings(work.connection, work.workspace_id)), asdict(wanted)
        told = differences(before, {name: value for name, value in after.items() if name != "version"})
        if not told:
            raise Refusal(Reason.NOTHING_CHANGED)
        store.save_settings(work, wanted)
        records.insert_history(
            work, "phone_set_up", actor_id=person.id, audience=Audience.INTERNAL, changes=told
        )
        return Receipt()

    return await desk.write(unit, key)
