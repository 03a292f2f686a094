"""What people typed, made safe to show: escaped, shortened, kept to itself; cards, words and dialogs use it.

Slack reads `&`, `<` and `>` as control characters in `plain_text` and in `mrkdwn`, so both are escaped, once,
at the edge (`kit`). Rich text elements are taken as they are. Lengths are counted as Slack counts them: in
UTF-16 units of the escaped form.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.people import PersonRef

ELLIPSIS = "…"

_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_ISOLATES = frozenset("\u2066\u2067\u2068")
_EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")
_POP_EMBEDDING = "\u202c"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
_SKIN_TONES = range(0x1F3FB, 0x1F400)

_FORMATTING = re.compile(r"[*_~`]")
_EMOJI_NAME = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
_LOOK_ALIKES = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})


def escape(text: str) -> str:
    """`text` with Slack's three control characters written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def width(text: str) -> int:
    """How long `text` is for Slack once it is escaped."""
    return len(escape(text).encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """`text`, or as much of its beginning as fits `limit` together with an ellipsis."""
    if width(text) <= limit:
        return text
    return text[: _fitting(text, limit - 1)].rstrip() + ELLIPSIS


def first(text: str, characters: int) -> str:
    """`text`, or its first characters and an ellipsis: for text that is not escaped when it is sent."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + ELLIPSIS


def split(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit`, cut after a line or a word where one ends in the second half."""
    pieces = []
    while width(text) > limit:
        end = max(_fitting(text, limit), 1)
        for mark in ("\n", " "):
            place = text.rfind(mark, end // 2, end)
            if place > 0:
                end = place + 1
                break
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` fit, without tearing apart an emoji or a letter and its accent."""
    used = end = 0
    for character in text:
        used += width(character)
        if used > limit:
            break
        end += 1
    while 0 < end < len(text) and (_clings(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return end


def _clings(character: str) -> bool:
    return (
        character in _JOINERS
        or ord(character) in _SKIN_TONES
        or unicodedata.category(character).startswith("M")
    )


def inline(text: str, limit: int = 150) -> str:
    """What a person typed as part of a sentence of ours: one line, shortened, turning nothing around it."""
    return _isolated(shorten(" ".join(text.split()), limit))


def marked(text: str, limit: int = 150) -> str:
    """`inline` for mrkdwn: escaped, and without effect as formatting.

    mrkdwn has no escape for its own marks, so where one is present its look-alike stands in; emoji names get
    an invisible joiner. What is long or likely to hold marks belongs in `kit.typed` or plain text instead.
    """
    shown = inline(text, limit)
    if _FORMATTING.search(shown):
        shown = shown.translate(_LOOK_ALIKES)
    return escape(_EMOJI_NAME.sub(":\u2060", shown))


def _isolated(text: str) -> str:
    """`text` between isolates if it has right-to-left letters or controls, so that it turns no neighbours."""
    if text.isascii() or not any(_turns(character) for character in text):
        return text
    open_isolates = stray = 0
    open_embeddings = 0
    for character in text:
        if character in _ISOLATES:
            open_isolates += 1
        elif character in _EMBEDDINGS:
            open_embeddings += 1
        elif character == _POP_EMBEDDING and open_embeddings:
            open_embeddings -= 1
        elif character == _POP_ISOLATE:
            if open_isolates:
                open_isolates -= 1
            else:
                stray += 1  # it would close ours: one more to be closed by it
    closing = _POP_EMBEDDING * open_embeddings + _POP_ISOLATE * (open_isolates + 1)
    return _ISOLATE * (stray + 1) + text + closing


def _turns(character: str) -> bool:
    return unicodedata.bidirectional(character) in (
        "R", "AL", "AN", "RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI",
    )  # fmt: skip


def date(instant: datetime) -> str:
    """An instant for mrkdwn: each reader sees it in their own zone."""
    return f"<!date^{int(instant.timestamp())}^{{date_short_pretty}} {{time}}|{spoken(instant, 'UTC')}>"


def spoken(instant: datetime, zone: str) -> str:
    """An instant where Slack cannot turn it into the reader's zone; an unknown zone becomes UTC."""
    there, zone = _there(instant, zone)
    return f"{there.day} {there:%b %Y %H:%M} {zone}"


def day(instant: datetime, zone: str) -> str:
    """The day of an instant on the reader's clocks."""
    there, _ = _there(instant, zone)
    return f"{there.day} {there:%b}"


def _there(instant: datetime, zone: str) -> tuple[datetime, str]:
    try:
        return instant.astimezone(ZoneInfo(zone)), zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return instant.astimezone(UTC), "UTC"


def mention(slack_user_id: str) -> str:
    """A person in mrkdwn. For modals and Home only: in a channel's message it would ring."""
    return f"<@{slack_user_id}>"


def who(ref: PersonRef) -> str:
    """Somebody in mrkdwn, by a mention where Slack has them, else by name. For modals and Home only."""
    return mention(ref.slack_user_id) if ref.is_slack_user else marked(ref.name, 100)


def link(url: str, words: str) -> str:
    """A link of ours in mrkdwn. `url` comes from Slack, `words` from us."""
    return f"<{escape(url)}|{escape(words)}>"
