"""The pages that customers without Slack see: one frame of plain HTML, and what is not the form.

`dialogs/web_form.py` draws the form itself, `bot/web` serves them. What people wrote is escaped by `esc`.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape

from bot.blocks import text as texts
from bot.domain.ids import CaseNumber, shown

STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#f3f5f6;color:#1b2227;font:17px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:42rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
.sheet{background:#fff;border:1px solid #c9d1d6;border-radius:8px;padding:1.25rem 1.5rem 1.5rem}
h1{font-size:1.55rem;line-height:1.25;margin:.25rem 0 .5rem}
p{margin:.5rem 0}
.desk{color:#4a565e;margin:0 0 .75rem}
.who{color:#37424a;margin:0 0 1.25rem}
form>div,fieldset{margin:0 0 1.4rem;padding:0;border:0;min-width:0}
label,legend{font-weight:600;padding:0}
.hint{color:#4a565e;font-size:.92rem;margin:.1rem 0 .4rem}
textarea,select,input[type=file]{display:block;width:100%;font:inherit;color:inherit;background:#fff;
border:1px solid #6b7780;border-radius:5px;padding:.55rem .65rem}
textarea{min-height:11rem;resize:vertical}
.choice{display:flex;gap:.6rem;align-items:flex-start;padding:.35rem 0}
.choice input{width:1.2rem;height:1.2rem;margin:.2rem 0 0;flex:none;accent-color:#1f4e5f}
.choice label{font-weight:400}
.choice .hint{display:block;margin:0}
button{font:inherit;font-weight:600;color:#fff;background:#1f4e5f;border:0;border-radius:5px;
padding:.7rem 1.4rem;cursor:pointer}
button:hover{background:#163a47}
:focus-visible{outline:3px solid #c2570c;outline-offset:2px}
.errors{border:2px solid #a3200f;border-radius:5px;padding:.75rem 1rem;margin:0 0 1.4rem;background:#fdf3f1}
.errors h2{font-size:1.1rem;margin:0 0 .3rem}
.errors ul{margin:0;padding-left:1.2rem}
.errors a,.wrong{color:#a3200f}
.wrong{font-weight:600;margin:.2rem 0 .4rem}
.bad{border-left:4px solid #a3200f;padding-left:.9rem}
.number{font-size:1.3rem;font-weight:600}
@media (max-width:30rem){main{padding:.5rem 0 2rem}.sheet{border-width:1px 0;border-radius:0;padding:1rem}
button{width:100%}}
""".strip()

_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What goes with every page: its address is a secret, and nothing but the page may run or load."""


def esc(text: str) -> str:
    """Text as HTML shows it, between tags and in quoted attributes alike."""
    return escape(text, quote=True)


def page(title: str, body: str, desk: str = "") -> str:
    """A whole page; `body` is HTML of ours, title and desk raw text."""
    named = f'<p class="desk">{esc(desk)}</p>\n' if desk else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{esc(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f'<body>\n<main>\n<div class="sheet">\n{named}{body}\n</div>\n</main>\n</body>\n</html>\n'
    )


def _said(title: str, *sentences: str) -> str:
    paragraphs = "\n".join(f"<p>{esc(one)}</p>" for one in sentences)
    return page(title, f"<h1>{esc(title)}</h1>\n{paragraphs}")


def gone() -> str:
    """A link that is none of ours, or holds no more: for all of them the same words."""
    return _said(
        "This link does not work any more",
        "A link to our form can be used once, and for some days only.",
        "If you have a case with us, answer any of our e-mails about it. If not, ask support for a new link: "
        "write to the address that this one came from.",
    )


def received(number: CaseNumber, *, before: bool) -> str:
    """It is sent, now or a while ago."""
    title = "We already have it" if before else "Thank you, we have it"
    body = (
        f'<h1>{title}</h1>\n<p class="number">Case {shown(number)}</p>\n'
        "<p>You hear from us by e-mail. Keep the number: with it we find your case at once.</p>\n"
        "<p>To add something, answer any of our e-mails about it. You can close this page.</p>"
    )
    return page(f"{title}: case {shown(number)}", body)


def closed(number: CaseNumber, title: str) -> str:
    """More was asked about a case that is closed by now."""
    name = f"{shown(number)}, {texts.inline(title, 150)}"
    return _said(
        "This case is closed",
        f"Case {name}, was closed meanwhile, so nothing can be added by this form.",
        "If it is not solved, answer our last e-mail about it.",
    )


def too_often(seconds: int) -> str:
    """Somebody knocks too often."""
    wait = f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
    return _said(
        "Please wait a moment",
        f"This page was asked for too often. Try again in {wait}.",
        "What you sent before stays sent.",
    )


def not_read() -> str:
    """What came was no form."""
    return _said(
        "We could not read that",
        "Nothing was saved. Go back, and send the form from its own page.",
        "If that does not help, answer the e-mail that the link came with.",
    )


def not_now(reference: str = "") -> str:
    """A fault of ours, or no time."""
    named = f" Tell us this reference if it stays so: {reference}." if reference else ""
    return _said(
        "That did not work, and it is our fault",
        f"Nothing is lost: go back, where your text still stands, and send it again in a minute.{named}",
    )
