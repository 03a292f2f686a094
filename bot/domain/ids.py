"""Typed identifiers: a bare `str` in a domain signature is text that a person wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
SlackUserId = NewType("SlackUserId", str)
ChannelId = NewType("ChannelId", str)
MessageTs = NewType("MessageTs", str)
PersonId = NewType("PersonId", int)
AccountId = NewType("AccountId", int)
TeamId = NewType("TeamId", int)
CaseId = NewType("CaseId", int)
CaseNumber = NewType("CaseNumber", int)
CommentId = NewType("CommentId", int)
HistoryId = NewType("HistoryId", int)
HeldId = NewType("HeldId", int)
ArticleId = NewType("ArticleId", int)
AccessRequestId = NewType("AccessRequestId", int)
QueryId = NewType("QueryId", int)
ReportId = NewType("ReportId", int)
CustomerId = NewType("CustomerId", int)
SiteId = NewType("SiteId", int)
OrderId = NewType("OrderId", int)
CartId = NewType("CartId", int)
PhoneCallId = NewType("PhoneCallId", int)
OrderRequestId = NewType("OrderRequestId", int)
FormLinkId = NewType("FormLinkId", int)
PersonalReportId = NewType("PersonalReportId", int)
SessionId = NewType("SessionId", int)
PlacingId = NewType("PlacingId", int)


@dataclass(frozen=True)
class CallKey:
    """What makes doing the same thing twice harmless: the same name gets the first receipt.

    `content` is a digest of what a form held: the same form sent again with other words is not the same
    thing, and must not be told that those words were saved.
    """

    name: str
    content: str = ""


def is_channel_id(place: str) -> bool:
    """Whether a channel is named by its id; a channel's name has no capital letters."""
    return place[:1] in ("C", "G") and place.isalnum() and place.isupper()


def shown(number: CaseNumber) -> str:
    """A case number as people see it: 8 digits (house.md, "What every table and read has")."""
    return f"{number:08d}"
