"""What a saved change answers with; kept with the call key, so that the same call gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ids import CaseId, CaseNumber


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Which case it was about and how it stands now; None where the change was not about a case."""

    case_id: CaseId | None = None
    number: CaseNumber | None = None
    version: int | None = None
