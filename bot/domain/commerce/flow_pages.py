"""A team's flow as `/desk playbooks` shows it: what counts, its text, and its revisions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.commerce.flows import Flow


@dataclass(frozen=True, kw_only=True)
class FlowRevision:
    """A revision of a flow; an empty text: the packaged one counts again."""

    number: int
    digest: str
    text: str
    at: datetime
    by: str
    goes_back_to: int | None = None


@dataclass(frozen=True, kw_only=True)
class FlowPage:
    """A flow as it counts now, with its text and its revisions, newest first; none: the packaged one."""

    flow: Flow
    text: str
    revisions: tuple[FlowRevision, ...]

    @property
    def base(self) -> int:
        """The number of the revision that counts; 0 is the packaged one."""
        return self.revisions[0].number if self.revisions else 0
