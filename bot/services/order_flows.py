"""The flows by which a team cancels and takes back: the published one or the packaged one, and its revisions.

A request keeps the flow that it began with. A flow without its safeguards is refused with what is wrong, and
the last good one goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache

from bot.domain.commands import Audience
from bot.domain.commerce.flow_changes import flow_changes
from bot.domain.commerce.flow_pages import FlowPage, FlowRevision
from bot.domain.commerce.flows import Flow, FlowKind
from bot.domain.commerce.requests import RequestKind
from bot.domain.ids import CallKey, PersonId, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.flow_file import packaged_flow, packaged_text, sound_flow
from bot.services.desk import Desk, actor
from bot.store import order_flows as store
from bot.store import records
from bot.store.work import Connection, Work

KINDS = {RequestKind.CANCEL: FlowKind.CANCEL, RequestKind.RETURN: FlowKind.RETURN}
"""The kinds of acts that teams have flows for."""

packaged = cache(packaged_flow)
_sound = cache(sound_flow)


def flow_for(desk: Desk, connection: Connection, kind: RequestKind) -> Flow | None:
    """The flow that counts for a kind of act now; None where it has none."""
    return in_force(desk, connection, KINDS[kind]) if kind in KINDS else None


def in_force(desk: Desk, connection: Connection, kind: FlowKind) -> Flow:
    """The flow of a kind that counts now; it was sound when it was published."""
    newest = store.newest(connection, desk.workspace_id, kind)
    return _sound(kind, newest.text) if newest is not None and newest.text else packaged(kind)


async def page(desk: Desk, kind: FlowKind, by: SlackUserId) -> FlowPage:
    """A flow with its revisions. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> FlowPage:
        require(Act.EDIT_PLAYBOOK, viewer.person)
        found = store.revisions(connection, desk.workspace_id, kind)
        text = found[0].text if found and found[0].text else packaged_text(kind)
        return FlowPage(flow=in_force(desk, connection, kind), text=text, revisions=found)

    return await desk.read(query, by)


async def pages(desk: Desk, by: SlackUserId) -> tuple[FlowPage, ...]:
    """All flows with their revisions. Raises NOT_YOUR_ROLE."""
    return tuple([await page(desk, kind, by) for kind in FlowKind])


async def what_changes(desk: Desk, kind: FlowKind, text: str, by: SlackUserId) -> tuple[str, ...]:
    """What would be different with this text. Raises UnsoundPlaybook with all that is wrong with it."""
    now = await page(desk, kind, by)
    wanted = await asyncio.to_thread(sound_flow, kind, text)
    return flow_changes(now.flow, wanted)


async def publish(desk: Desk, kind: FlowKind, text: str, base: int, by: SlackUserId, key: CallKey) -> Receipt:
    """Make a text the flow of a kind; what is asked for from now on goes by it. Raises as `publish_all`."""
    return await publish_all(desk, {kind: (text, base)}, by, key)


async def publish_all(
    desk: Desk, texts: Mapping[FlowKind, tuple[str, int]], by: SlackUserId, key: CallKey
) -> Receipt:
    """Make several texts the flows of their kinds, each with the revision it was to replace: all or none.

    What says nothing new keeps no other back. Raises UnsoundPlaybook, NOT_YOUR_ROLE, NOTHING_CHANGED where
    none does; PUBLISHED_MEANWHILE where a newer revision came since.
    """
    wanted = {kind: await asyncio.to_thread(sound_flow, kind, text) for kind, (text, _) in texts.items()}

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_PLAYBOOK, person)
        now = {kind: in_force(desk, work.connection, kind).digest for kind in wanted}
        new = [kind for kind, flow in wanted.items() if flow.digest != now[kind]]
        if not new:
            raise Refusal(Reason.NOTHING_CHANGED)
        for kind in new:
            text, base = texts[kind]
            _add(work, kind, base, wanted[kind], text, person.id)
        return Receipt()

    return await desk.write(unit, key)


async def go_back(
    desk: Desk, kind: FlowKind, revision: int, base: int, by: SlackUserId, key: CallKey
) -> Receipt:
    """Let an earlier revision count again (0: the packaged flow), as a revision of its own.

    Raises as `publish`, and NO_SUCH_REVISION.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_PLAYBOOK, person)
        found = store.text_of(work.connection, work.workspace_id, kind, revision) if revision else ""
        if found is None:
            raise Refusal(Reason.NO_SUCH_REVISION, {"revision": revision})
        wanted = _sound(kind, found) if found else packaged(kind)
        if in_force(desk, work.connection, kind).digest == wanted.digest:
            raise Refusal(Reason.NOTHING_CHANGED)
        return _add(work, kind, base, wanted, found, person.id, goes_back_to=revision)

    return await desk.write(unit, key)


def _add(
    work: Work,
    kind: FlowKind,
    base: int,
    flow: Flow,
    text: str,
    by: PersonId,
    goes_back_to: int | None = None,
) -> Receipt:
    newest = store.newest(work.connection, work.workspace_id, kind)
    if (newest.number if newest is not None else 0) != base:
        raise _meanwhile(newest)
    if not store.add(work, kind, base + 1, flow.digest, text, by, goes_back_to):
        raise _meanwhile(store.newest(work.connection, work.workspace_id, kind))
    told = {"flow": (kind.value, kind.value), "revision": (str(base), str(base + 1))}
    records.insert_history(work, "flow_published", actor_id=by, audience=Audience.INTERNAL, changes=told)
    return Receipt()


def _meanwhile(newest: FlowRevision | None) -> Refusal:
    """Somebody published `newest` since the text was opened."""
    by, number = (newest.by, newest.number) if newest is not None else ("Caseline", 0)
    return Refusal(Reason.PUBLISHED_MEANWHILE, {"name": by, "value": str(number)})
