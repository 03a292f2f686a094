"""What is said in Slack about a case: messages, their wordings and their end, known piece by piece.

Slack tells of a message, its edits and its deletion twice, late and in any order. What is known of one
message is a set that only grows, so that whoever has heard the same things knows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.ids import ChannelId, MessageTs, SlackUserId

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a message said from an instant on (aware, UTC): when it was posted, or edited."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """All that is known of one message: its wordings, oldest first, and when it was deleted."""

    wordings: tuple[Wording, ...]
    deleted_at: datetime | None = None

    @property
    def text(self) -> str:
        """What it says now."""
        return self.wordings[-1].text if self.wordings else ""

    @property
    def version(self) -> int:
        return max(len(self.wordings), 1)

    @property
    def edited_at(self) -> datetime | None:
        return self.wordings[-1].at if len(self.wordings) > 1 else None


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file as the message or the form that brought it tells of it; `size` is in bytes."""

    slack_file_id: str
    name: str
    mimetype: str = ""
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as Slack tells of it, its texts in Slack's encoding. `author` is empty where nobody is named.

    `thread_ts` is the first message of its thread, which may be the message itself. `by_app` says that an
    app posted it, whose name may come along.
    """

    channel: ChannelId
    ts: MessageTs
    thread_ts: MessageTs
    author: SlackUserId
    said: Said
    by_app: bool = False
    author_name: str = ""
    files: tuple[Attached, ...] = ()
    reply_count: int = 0


def joined(one: Said, other: Said) -> Said:
    """What is known by both together; the order of joining, and joining twice, make no difference.

    Of a deleted message the wordings stay with their times, and no word of what they said.
    """
    known: dict[datetime, str] = {}
    for wording in (*one.wordings, *other.wordings):
        known[wording.at] = max(known.get(wording.at, ""), wording.text)
    ends = [end for end in (one.deleted_at, other.deleted_at) if end is not None]
    wordings = tuple(Wording(at=at, text="" if ends else known[at]) for at in sorted(known))
    return Said(wordings=wordings, deleted_at=min(ends, default=None))


def instant(ts: str) -> datetime:
    """When something was said, from Slack's time stamp of it, to the microsecond."""
    seconds, _, micros = ts.partition(".")
    return _BEGINNING + timedelta(seconds=int(seconds), microseconds=int(micros.ljust(6, "0")[:6] or 0))
