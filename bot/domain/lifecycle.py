"""The case lifecycle as one table; buttons, refusals, the README diagram and the tests all read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import TeamKind


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    WORKING = "working"
    WAITING = "waiting"
    NO_RESPONSE = "no_response"
    CLOSED = "closed"
    REOPENED = "reopened"


class Move(StrEnum):
    """What makes a case change its status."""

    TAKE = "take"  # somebody of staff makes it theirs: "owner opened it"
    STAFF_COMMENT = "staff_comment"
    CUSTOMER_COMMENT = "customer_comment"
    SET = "set"  # a member of staff picks the next status by hand
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One arrow of the lifecycle. `only` names the kind of team whose members may take it by hand."""

    start: Status
    move: Move
    end: Status
    only: TeamKind | None = None


def _steps() -> tuple[Step, ...]:
    new, open_, working, waiting = Status.NEW, Status.OPEN, Status.WORKING, Status.WAITING
    no_response, closed, reopened = Status.NO_RESPONSE, Status.CLOSED, Status.REOPENED
    integrations = TeamKind.INTEGRATIONS
    arrows: list[tuple[Status, Move, Status, TeamKind | None]] = [
        (new, Move.TAKE, open_, None),
        (new, Move.STAFF_COMMENT, working, None),
        (open_, Move.STAFF_COMMENT, working, None),
        (reopened, Move.STAFF_COMMENT, working, None),
        (no_response, Move.CUSTOMER_COMMENT, working, None),
        (new, Move.SET, open_, None),
        (new, Move.SET, working, None),
        (open_, Move.SET, working, None),
        (reopened, Move.SET, working, None),
        (working, Move.SET, waiting, None),
        (waiting, Move.SET, working, None),
        (no_response, Move.SET, working, None),
        (working, Move.SET, no_response, integrations),
        (waiting, Move.SET, no_response, integrations),
        (closed, Move.REOPEN, reopened, None),
    ]
    arrows += [(status, Move.CLOSE, closed, None) for status in Status if status is not closed]
    return tuple(Step(start=start, move=move, end=end, only=only) for start, move, end, only in arrows)


STEPS = _steps()
"""Every arrow (domain.md 2, "Case"). What is not here does not happen."""


def after(status: Status, move: Move) -> Status:
    """The status after `move`; the same one when the table has no arrow for it.

    Not for `Move.SET`, which has several arrows from one status: see `settable`.
    """
    for step in STEPS:
        if step.start is status and step.move is move:
            return step.end
    return status


def settable(status: Status) -> tuple[Step, ...]:
    """The steps that a member of staff may pick by hand from `status`."""
    return tuple(step for step in STEPS if step.start is status and step.move is Move.SET)


def diagram() -> str:
    """The table as a Mermaid state diagram, the one that README shows."""
    lines = ["stateDiagram-v2", "    [*] --> new"]
    words = {
        Move.TAKE: "taken",
        Move.STAFF_COMMENT: "staff comment",
        Move.CUSTOMER_COMMENT: "customer comment",
        Move.SET: "set by hand",
        Move.CLOSE: "closed",
        Move.REOPEN: "reopened",
    }
    arrows: dict[tuple[Status, Status], list[str]] = {}
    for step in STEPS:
        by = f" ({step.only.value})" if step.only else ""
        arrows.setdefault((step.start, step.end), []).append(words[step.move] + by)
    lines += [f"    {start} --> {end}: {', '.join(why)}" for (start, end), why in arrows.items()]
    return "\n".join(lines)
