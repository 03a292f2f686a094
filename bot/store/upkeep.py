"""The desk's own book-keeping: policy revisions, runs of jobs, and throwing away what is no longer needed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.domain.ids import WorkspaceId
from bot.store.at_once import insert_new
from bot.store.held import sweep_held
from bot.store.outbox import State
from bot.store.schema import calls, job_runs, outbox, policy_revisions
from bot.store.work import Work

SWEPT = 1000


def policy_revision(work: Work, digest: str) -> int:
    """The number of the policy with this digest; a new one when the newest policy is another."""
    newest = (
        select(policy_revisions.c.revision, policy_revisions.c.digest)
        .where(policy_revisions.c.workspace_id == work.workspace_id)
        .order_by(policy_revisions.c.revision.desc())
        .limit(1)
    )
    while True:
        found = work.connection.execute(newest).first()
        if found is not None and found.digest == digest:
            return int(found.revision)
        revision = found.revision + 1 if found is not None else 1
        made = insert_new(work.connection, policy_revisions).values(
            workspace_id=work.workspace_id, revision=revision, digest=digest, at=work.now
        )
        if work.connection.execute(made).rowcount == 1:  # or else another bot was faster: look again
            return int(revision)


def last_run(connection: Connection, workspace_id: WorkspaceId, job: str) -> datetime | None:
    """When the newest claimed slot of a job was due, in business time; None before the first one."""
    mine = (job_runs.c.workspace_id == workspace_id) & (job_runs.c.job == job)
    found: datetime | None = connection.execute(select(func.max(job_runs.c.due_at)).where(mine)).scalar_one()
    return found


def claim_run(work: Work, job: str, period: str, due_at: datetime) -> bool:
    """Claim a slot of a job before it runs; False when this or another bot has it already."""
    claim = insert_new(work.connection, job_runs).values(
        workspace_id=work.workspace_id, job=job, period=period, due_at=due_at, claimed_at=work.now
    )
    claimed: bool = work.connection.execute(claim).rowcount == 1
    return claimed


def finish_run(work: Work, job: str, period: str) -> None:
    mine = (
        (job_runs.c.workspace_id == work.workspace_id)
        & (job_runs.c.job == job)
        & (job_runs.c.period == period)
    )
    work.connection.execute(update(job_runs).where(mine).values(done_at=work.now))


def unclaim_run(work: Work, job: str, period: str) -> None:
    """Give a claimed slot back after a run that failed."""
    mine = (
        (job_runs.c.workspace_id == work.workspace_id)
        & (job_runs.c.job == job)
        & (job_runs.c.period == period)
        & job_runs.c.done_at.is_(None)
    )
    work.connection.execute(delete(job_runs).where(mine))


def sweep(work: Work, before: datetime) -> int:
    """Throw away call keys and ended outbox rows older than `before` (real time); how many went.

    Dead letters stay. At most SWEPT of each kind in one transaction: people wait behind it.
    """
    ended = (State.SENT, State.COLLAPSED, State.DROPPED, State.DISCARDED)
    done = outbox.c.state.in_([state.value for state in ended])
    keys = select(calls.c.key).where(calls.c.workspace_id == work.workspace_id, calls.c.at < before)
    rows = select(outbox.c.id).where(
        outbox.c.workspace_id == work.workspace_id, done, outbox.c.created_at < before
    )
    old_calls = delete(calls).where(
        calls.c.workspace_id == work.workspace_id, calls.c.key.in_(keys.limit(SWEPT))
    )
    old_rows = delete(outbox).where(outbox.c.id.in_(rows.order_by(outbox.c.id).limit(SWEPT)))
    gone = sum(work.connection.execute(statement).rowcount for statement in (old_calls, old_rows))
    return gone + sweep_held(work, before)


def workspaces(connection: Connection) -> dict[str, int]:
    """The workspaces that a database serves, with the newest revision of each one's policy."""
    newest = select(policy_revisions.c.workspace_id, func.max(policy_revisions.c.revision).label("revision"))
    found = connection.execute(newest.group_by(policy_revisions.c.workspace_id))
    return {row.workspace_id: row.revision for row in found}
