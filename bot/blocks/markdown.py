"""Articles as Slack shows them: a small part of Markdown becomes rich text, page by page; dialogs draw it.

Rich text is structure, not marks: nothing that somebody wrote can mention, ring or turn into something else.
What is not understood is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts

PAGE_BLOCKS = 24
PAGE_CHARACTERS = 8000
"""What one page of a window holds: Slack takes 100 blocks, people take less."""

PIECE = 2500
"""Characters in one block; Slack takes 3,000."""

LONGEST_HEADING = 150

_FENCE = re.compile(r"^\s*```")
_HEADING = re.compile(r"^(#{1,6})\s+(\S.*?)\s*#*$")
_RULE = re.compile(r"^\s*([-*_])(\s*\1){2,}\s*$")
_ITEM = re.compile(r"^(\s*)(?:([-*+])|(\d{1,4})[.)])\s+(\S.*)$")
_QUOTE = re.compile(r"^\s*>\s?(.*)$")
_BOX = re.compile(r"^\[([ xX])\]\s+")

_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,500})`"
    r"|\[(?P<words>[^\]\n]{1,300})\]\((?P<url>(?:https?://|mailto:)[^\s()<>]{1,1000})\)"
    r"|\*\*(?P<bold>\S(?:[^\n]{0,500}?\S)?)\*\*"
    r"|~~(?P<strike>\S(?:[^\n]{0,500}?\S)?)~~"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*\n]{0,500}?[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<slanted>[^\s_](?:[^_\n]{0,500}?[^\s_])?)_(?!\w)"
    r"|(?P<bare>https?://[^\s<>()\[\]\"']{1,1000}[^\s<>()\[\]\"'.,;:!?])"
)


@dataclass(frozen=True)
class _Style:
    bold: bool = False
    italic: bool = False
    strike: bool = False


@dataclass(frozen=True)
class _Drawn:
    """A block to be, once its place on the page gives it an id, and how much of a page it takes."""

    make: Callable[[str], sb.Block]
    size: int


def pages(body: str, prefix: str = "body") -> list[list[sb.Block]]:
    """The whole text, a list of blocks a page; there is always one page."""
    made: list[list[sb.Block]] = [[]]
    used = 0
    for number, drawn in enumerate(_blocks(body)):
        full = len(made[-1]) >= PAGE_BLOCKS or (made[-1] and used + drawn.size > PAGE_CHARACTERS)
        if full:
            made.append([])
            used = 0
        made[-1].append(drawn.make(f"{prefix}.{number}"))
        used += drawn.size
    return made


def _blocks(body: str) -> Iterator[_Drawn]:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif _FENCE.match(line):
            end = next((n for n in range(place + 1, len(lines)) if _FENCE.match(lines[n])), len(lines))
            yield from _code("\n".join(lines[place + 1 : end]))
            place = end + 1
        elif heading := _HEADING.match(line):
            yield from _heading(heading[2])
            place += 1
        elif _RULE.match(line):
            yield _Drawn(kit.divider, 1)
            place += 1
        else:
            end = _end_of(lines, place, _kind(line))
            part = lines[place:end]
            yield from {"item": _items, "quote": _quote, "text": _paragraph}[_kind(line)](part)
            place = end


def _kind(line: str) -> str:
    if _ITEM.match(line):
        return "item"
    return "quote" if _QUOTE.match(line) else "text"


def _end_of(lines: Sequence[str], start: int, kind: str) -> int:
    """Where lines of one kind end: at an empty one, or at one that is something else."""
    for number in range(start + 1, len(lines)):
        line = lines[number]
        other = _FENCE.match(line) or _HEADING.match(line) or _RULE.match(line)
        if not line.strip() or other or _kind(line) != kind:
            return number
    return len(lines)


def _heading(words: str) -> Iterator[_Drawn]:
    if texts.width(words) <= LONGEST_HEADING:
        yield _Drawn(lambda block_id: kit.header(block_id, words), len(words))
        return
    for piece in texts.split(words, PIECE):
        yield _section([sb.RichText(piece, bold=True)], len(piece))


def _code(text: str) -> Iterator[_Drawn]:
    for piece in texts.split(text, PIECE):
        shown = piece.rstrip("\n")
        if shown:
            yield _rich(sb.RichTextCodeBlock([sb.RichText(shown)]), len(shown))


def _paragraph(lines: Sequence[str]) -> Iterator[_Drawn]:
    for piece in texts.split("\n".join(lines), PIECE):
        yield _section(_inline(piece), len(piece))


def _quote(lines: Sequence[str]) -> Iterator[_Drawn]:
    said = "\n".join(match[1] for line in lines if (match := _QUOTE.match(line)))
    for piece in texts.split(said, PIECE):
        yield _rich(sb.RichTextQuote(_inline(piece) or [sb.RichText(" ")]), len(piece))


def _items(lines: Sequence[str]) -> Iterator[_Drawn]:
    """Items of a list; neighbours of one kind and depth are one list, so that numbers go on."""
    groups: list[tuple[str, int, list[str]]] = []
    used = 0
    for line in lines:
        found = _ITEM.match(line)
        assert found is not None  # that is what made it an item
        style = "bullet" if found[2] else "ordered"
        depth = min(len(found[1].expandtabs(4)) // 2, 4)
        words = _BOX.sub(lambda box: "☐ " if box[1] == " " else "☑ ", found[4])
        for piece in texts.split(words, PIECE):
            same = bool(groups) and groups[-1][:2] == (style, depth)
            if same and used + len(piece) <= PIECE:
                groups[-1][2].append(piece)
            else:
                groups.append((style, depth, [piece]))
                used = 0
            used += texts.width(piece)
    counts: dict[int, int] = {}
    for style, depth, items in groups:
        counts = {level: count for level, count in counts.items() if level <= depth}
        begun = counts.get(depth, 0) if style == "ordered" else 0
        counts[depth] = begun + len(items)
        made = [sb.RichTextSection(_inline(item)) for item in items]
        listed = sb.RichTextList(style, made, indent=depth, offset=begun)
        yield _rich(listed, sum(map(len, items)))


def _section(elements: list[sb.RichTextElement], size: int) -> _Drawn:
    return _rich(sb.RichTextSection(elements or [sb.RichText(" ")]), size)


def _rich(element: sb.RichTextObject, size: int) -> _Drawn:
    return _Drawn(lambda block_id: sb.RichTextBlock(element, block_id=block_id), size)


def _inline(text: str, style: _Style | None = None) -> list[sb.RichTextElement]:
    """A line or several with bold, italic, struck out, code and links."""
    style = style or _Style()
    made: list[sb.RichTextElement] = []
    last = 0
    for found in _INLINE.finditer(text):
        if found.start() > last:
            made.append(_plain(text[last : found.start()], style))
        made += _marked(found, style)
        last = found.end()
    if last < len(text):
        made.append(_plain(text[last:], style))
    return made


def _marked(found: re.Match[str], style: _Style) -> list[sb.RichTextElement]:
    parts = found.groupdict()
    if parts["code"]:
        return [sb.RichText(parts["code"], code=True, **_given(style))]
    if parts["bare"]:
        return [sb.RichTextLink(parts["bare"], text=parts["bare"], **_given(style))]
    if parts["url"]:
        return _link(parts["url"], parts["words"], style)
    if parts["bold"]:
        return _inline(parts["bold"], replace(style, bold=True))
    if parts["strike"]:
        return _inline(parts["strike"], replace(style, strike=True))
    return _inline(parts["italic"] or parts["slanted"], replace(style, italic=True))


def _link(url: str, words: str, style: _Style) -> list[sb.RichTextElement]:
    """A link under words, and where it leads: words could promise something else."""
    link = sb.RichTextLink(url, text=words, **_given(style))
    try:
        host = urlsplit(url).hostname or url.removeprefix("mailto:").partition("?")[0]
    except ValueError:
        return [_plain(f"{words} ({url})", style)]
    return [link] if host in words else [link, _plain(f" ({host})", style)]


def _plain(text: str, style: _Style) -> sb.RichText:
    return sb.RichText(text, **_given(style))


def _given(style: _Style) -> dict[str, bool]:
    return {name: True for name in ("bold", "italic", "strike") if getattr(style, name)}
