"""What can be wrong with a playbook, said so that its author can mend it: file, key, what, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """One for each way in which a playbook can be broken."""

    UNREADABLE = "unreadable"
    SHAPE = "shape"
    UNKNOWN_TARGET = "unknown_target"
    UNKNOWN_NAME = "unknown_name"
    UNREACHABLE = "unreachable"
    DEAD_END = "dead_end"
    LOOP = "loop"
    MESSAGE_MISSING = "message_missing"
    MESSAGE_UNFILLED = "message_unfilled"
    MESSAGE_UNUSED = "message_unused"
    CONTRADICTION = "contradiction"
    TOO_LONG = "too_long"
    TWICE = "twice"
    RULES_GAP = "rules_gap"
    RULES_OVERLAP = "rules_overlap"
    RULE_IDLE = "rule_idle"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong. `key` is where in the file, like `steps.find.answers 2.go`."""

    kind: FaultKind
    file: str
    key: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.key}" if self.key else self.file
        return f"{where}: {self.wrong} {self.remedy}"


class UnsoundPlaybook(ValueError):
    """A playbook that cannot be used; `faults` has all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(one) for one in self.faults))
