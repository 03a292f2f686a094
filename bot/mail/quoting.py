"""Cuts off what an answer quotes: our own mail below its writer's words, in whatever way programs put it."""

from __future__ import annotations

import re

from mailparser_reply import EmailReplyParser

ANSWER_ABOVE = re.compile(r"^[>|\s]*-{2,}\s*Write your answer above this line\.\s*-{2,}\s*$", re.MULTILINE)
"""What stands on top of each of our mails (`bot/blocks/letters.py`): all below it is ours."""

_LEAD_IN = re.compile(r"^[^\n]{0,300}:\s*$")
"""The line before a quotation: "On Monday Ana wrote:", in any language."""

_LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "cs", "nl", "pl", "ja"]

LONGEST = 100_000
"""What is longer is not looked through for quotations: only our own mark is."""


def answer_in(text: str) -> str:
    """What somebody wrote, without the tail that they quote; answers between quoted lines stay whole."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    mark = ANSWER_ABOVE.search(text)
    if mark is not None:
        above = _without_lead_in(text[: mark.start()])
        below = text[mark.end() :]
        if not _answers_between(below):
            text = above
    if len(text) <= LONGEST:
        text = EmailReplyParser(languages=_LANGUAGES).parse_reply(text=text) or ""
    return text.strip()


def _without_lead_in(text: str) -> str:
    """The words above our mark, without the line that announces the quotation; it may be folded in two."""
    lines = text.rstrip().split("\n")
    while lines and lines[-1].strip(" >|\t") == "":
        lines.pop()
    if lines and _LEAD_IN.match(lines[-1]):
        lines.pop()
        if lines and lines[-1].startswith(
            ("On ", "Am ", "Le ", "El ", "Em ", "Il ", "Op ", "Dne ", "W dniu ")
        ):
            lines.pop()
    return "\n".join(lines)


def _answers_between(below: str) -> bool:
    """Whether somebody wrote between the lines of a quotation that is marked as such, line by line."""
    lines = [line for line in below.split("\n") if line.strip()]
    quoted = [line.startswith((">", "|")) for line in lines]
    return any(quoted) and not all(quoted)
