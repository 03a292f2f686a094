"""E-mails whose words stand in the playbook or in a flow: as they were written, and the same as HTML."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape

from bot.domain.mail import Letter

_LINK = re.compile(r"""https?://(?:[^\s<>&"']|&amp;)*(?:[^\s<>&"'.,;:!?)]|&amp;)""")
"""An address in text that is escaped already: what may end a sentence after it is no part of it."""


def written_letter(
    *, to: str, subject: str, text: str, token: str, thread: str, at: datetime, to_name: str = ""
) -> Letter:
    """The letter; a paragraph ends at an empty line, and addresses of pages become links."""
    paragraphs = "\n".join(
        f"<p>{_LINK.sub(_linked, escape(one)).replace(chr(10), '<br>')}</p>"
        for one in text.strip().split("\n\n")
    )
    return Letter(
        to=to,
        to_name=to_name,
        subject=subject,
        text=text,
        html=(
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"></head>\n'
            f'<body style="font-family:sans-serif;font-size:15px;line-height:1.45">\n{paragraphs}\n'
            "</body></html>\n"
        ),
        token=token,
        thread=thread,
        at=at,
    )


def _linked(found: re.Match[str]) -> str:
    return f'<a href="{found[0]}">{found[0]}</a>'
