"""What a saved change answers with; kept with the call key, so that the same call gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ids import (
    AccessRequestId,
    AccountId,
    ArticleId,
    CaseId,
    CaseNumber,
    CustomerId,
    HeldId,
    OrderRequestId,
    PhoneCallId,
    TeamId,
)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Which case, account or team it was about and how it stands now; None where it was about none.

    `seen_on_card` says that the actor sees the outcome on the live card, so that nothing else need show it.
    """

    case_id: CaseId | None = None
    number: CaseNumber | None = None
    version: int | None = None
    seen_on_card: bool = False
    account_id: AccountId | None = None
    team_id: TeamId | None = None
    held_id: HeldId | None = None
    article_id: ArticleId | None = None
    access_request_id: AccessRequestId | None = None
    customer_id: CustomerId | None = None
    phone_call_id: PhoneCallId | None = None
    order_request_id: OrderRequestId | None = None
