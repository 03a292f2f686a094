"""The policy in numbered revisions: made by a file or in `/desk policy`, read by every bot, counted by.

A new revision counts open cases anew, and their history says so (domain.md 3 and 5).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.cases import ChangeKind
from bot.domain.commands import Audience
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CallKey, SlackUserId
from bot.domain.people import Viewer
from bot.domain.permissions import Act, require
from bot.domain.policy import Policy, UnsoundPolicy
from bot.domain.policy_change import PolicyPage, as_data, from_data, overlaid, settings_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import clocks, windows
from bot.services.announcing import record
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.timed import RULE_OF
from bot.store import policies as store
from bot.store import records
from bot.store.due import set_due
from bot.store.work import Connection, Work

log = logging.getLogger(__name__)


def ensure_revision(work: Work, policy: Policy, digest: str) -> int:
    """At a start: the revision of this file, a new one when the newest is of another; what was set in the
    desk stays over it. Open cases are counted under it.
    """
    while True:
        found = store.newest(work.connection, work.workspace_id)
        own = found.own if found is not None else {}
        effective, wrong = overlaid(policy, own)
        if wrong:
            log.warning("what was set in /desk policy does not fit the policy file: %s", " ".join(wrong))
            own = {}
        if found is not None and found.digest == digest:
            if found.content is None:
                store.fill_in(work, found.number, as_data(effective))
            windows.recount(work, effective.escalation, found.number)
            return found.number
        number = found.number + 1 if found is not None else 1
        if store.add_revision(work, number, digest, as_data(effective), own=own, source=store.FILE):
            recount(work, effective, number)
            return number


def load(work: Work, policy: Policy, digest: str) -> int:
    """Make a file the policy, without what was set in the desk. Returns the number of the revision."""
    found = store.newest(work.connection, work.workspace_id)
    content = as_data(policy)
    if found is not None and found.content == content:
        return found.number
    number = found.number + 1 if found is not None else 1
    if not store.add_revision(work, number, digest, content, own={}, source=store.FILE):
        raise Refusal(Reason.SET_UP_MEANWHILE)
    recount(work, policy, number)
    return number


async def refresh(desk: Desk) -> None:
    """Take over a revision that another bot, a person or the command line has made; asked at every beat."""
    workspace_id = desk.workspace_id
    number = await desk.store.look(lambda connection: store.newest_number(connection, workspace_id))
    if number is None or (number == desk.policy_revision):
        return
    found = await desk.store.look(lambda connection: store.newest(connection, workspace_id))
    if found is None or found.content is None:
        return
    try:
        policy = from_data(found.content)
    except UnsoundPolicy as error:
        log.error("revision %d of the policy cannot be used: %s", found.number, error)
        return
    desk.policy, desk.policy_revision = policy, found.number
    log.info("the policy is now revision %d", found.number)


async def policy_page(desk: Desk, by: SlackUserId) -> PolicyPage:
    """What counts now. Raises NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> PolicyPage:
        require(Act.SET_UP_DESK, viewer.person)
        found = store.newest(connection, viewer.workspace_id)
        own = found.own if found is not None else {}
        return PolicyPage(
            policy=desk.policy,
            revision=desk.policy_revision,
            at=found.at if found is not None else None,
            by=found.by if found is not None else "",
            own=tuple(f"{table}.{name}" for table, names in own.items() for name in names),
        )

    return await desk.read(query, by)


async def change(
    desk: Desk, wanted: Mapping[str, Mapping[str, Any]], revision: int, by: SlackUserId, key: CallKey
) -> Receipt:
    """Set hours and limits, by table and name, over those of `revision`: a new revision counts from now on.

    Raises NOT_YOUR_ROLE, SET_UP_MEANWHILE, NOTHING_CHANGED. The caller has checked that they are sound.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.SET_UP_DESK, person)
        found = store.newest(work.connection, work.workspace_id)
        if found is None or found.number != revision or desk.policy_revision != revision:
            raise Refusal(Reason.SET_UP_MEANWHILE)
        before = desk.policy
        own: dict[str, dict[str, Any]] = {table: dict(names) for table, names in found.own.items()}
        for table, names in wanted.items():
            now = as_data(before)[table]
            changed = {name: value for name, value in names.items() if value != now[name]}
            own.setdefault(table, {}).update(changed)
        after, wrong = overlaid(before, own)
        if wrong or after == before:
            raise Refusal(Reason.NOTHING_CHANGED)
        made = store.add_revision(
            work, revision + 1, found.digest, as_data(after), own=own, source=store.DESK, by=person.id
        )
        if not made:
            raise Refusal(Reason.SET_UP_MEANWHILE)
        records.insert_history(
            work,
            "policy_changed",
            actor_id=person.id,
            audience=Audience.INTERNAL,
            changes=differences(settings_of(before), settings_of(after)),
        )
        set_due(work, DueKind.RECOUNT, work.now)  # by itself in a moment: nobody waits for many cases
        return Receipt()

    receipt = await desk.write(unit, key)
    await refresh(desk)
    return receipt


def recount_due(desk: Desk, work: Work, due: DueTime) -> None:
    """A revision was made in the desk: open cases are counted under it. The scheduler calls it."""
    found = store.newest(work.connection, work.workspace_id)
    if found is not None and found.content is not None:
        recount(work, from_data(found.content), found.number)


def recount(work: Work, policy: Policy, revision: int) -> None:
    """Count open cases under this revision: escalation first, then the rules. Nothing comes sooner."""
    windows.recount(work, policy.escalation, revision)
    stamped = replace(work, stamp=replace(work.stamp, policy_revision=revision, limits=policy.limits))
    for case, moved in clocks.recount(work, policy.limits, revision):
        told: dict[str, tuple[str | None, str | None]] = {
            RULE_OF[kind][0].value: (old.isoformat(), new.isoformat()) for kind, (old, new) in moved.items()
        }
        record(
            stamped,
            case,
            ChangeKind.RULES_CHANGED,
            None,
            changes={},
            audience=Audience.INTERNAL,
            told=told,
            quietly=True,
        )
