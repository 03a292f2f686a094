"""State machines as tables: refunds, returns, fraud reports, reviews and memos each have one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


class NotReachable(ValueError):
    """A move that a thing in this state does not make; nothing was changed."""

    def __init__(self, noun: str, state: str, move: str, possible: Iterable[str]) -> None:
        self.noun, self.state, self.move, self.possible = noun, state, move, tuple(possible)
        ways = f"it can {', '.join(self.possible)}" if self.possible else "that is its end"
        super().__init__(f"A {noun} that is {state} cannot {move}: {ways}.")


@dataclass(frozen=True, kw_only=True)
class Arrow(Generic[S, M]):
    """One arrow: from a state by a move to a state."""

    start: S
    move: M
    end: S


@dataclass(frozen=True)
class Machine(Generic[S, M]):
    """All arrows of a noun; the first state is where it begins."""

    noun: str
    begins: S
    arrows: tuple[Arrow[S, M], ...]

    def after(self, state: S, move: M) -> S:
        """The state after a move. Raises NotReachable."""
        for one in self.arrows:
            if one.start is state and one.move is move:
                return one.end
        raise NotReachable(self.noun, state.value, move.value, self.moves(state))

    def moves(self, state: S) -> tuple[M, ...]:
        """What can happen in a state: the buttons of who may press them."""
        return tuple(one.move for one in self.arrows if one.start is state)

    def may(self, state: S, move: M) -> bool:
        return move in self.moves(state)

    def is_end(self, state: S) -> bool:
        return not self.moves(state)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.begins}"]
        lines += [f"    {one.start} --> {one.end}: {one.move.replace('_', ' ')}" for one in self.arrows]
        return "\n".join(lines)


def machine(noun: str, begins: S, arrows: Iterable[tuple[S, M, S]]) -> Machine[S, M]:
    """A machine from its table."""
    return Machine(noun, begins, tuple(Arrow(start=start, move=move, end=end) for start, move, end in arrows))
