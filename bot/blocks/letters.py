"""E-mails about cases, in words: the text and the HTML of what creator, owner and contact are told.

Delivery draws them. What people wrote is escaped in the HTML and on one line in the subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.blocks import changes, digest
from bot.blocks import text as texts
from bot.blocks.names import STATUS_NAMES
from bot.domain.cases import ChangeKind
from bot.domain.commands import Audience
from bot.domain.ids import shown
from bot.domain.mail import Letter, SentMail
from bot.domain.pages import Digest, Notice
from bot.domain.policy import Policy

COMMENT_SHOWN = 20_000
"""The rest of a pasted log is in the case."""

MOST_CASES = 200
"""Of one daily e-mail."""

ANSWER_ABOVE = "Write your answer above this line."
"""What stands below it in an answer is ours, and cut off; `bot/mail/quoting.py` knows it."""


@dataclass(frozen=True)
class Para:
    """A paragraph: of ours, or a quotation of what somebody wrote; or a link with its words."""

    text: str
    quoted: bool = False
    link: str | None = None
    small: bool = False


def letter(what: Notice, mail: SentMail, policy: Policy | None, *, answers: bool, form: str = "") -> Letter:
    """The e-mail about one change; `answers` says whether somebody reads what comes back.

    `form` is the address of the form that asks for more.
    """
    case, zone = what.case, what.recipient.timezone
    asked = [Para("Answer in the form", link=form)] if form else []
    paras = [*_opening(what, mail, policy), *asked, *_facts(what, zone), *_ways_back(what, mail, answers)]
    above = f"---- {ANSWER_ABOVE} ----\n\n" if answers else ""
    return Letter(
        to=mail.address,
        to_name=what.recipient.name if mail.person is not None else case.contact.name,
        subject=f"[{shown(case.number)}] {texts.inline(case.title, 150)}",
        text=above + "\n\n".join(plain_of(one) for one in paras) + "\n",
        html=html_of(paras, answers),
        token=mail.token,
        thread=f"case-{case.number}",
        at=mail.created_at,
    )


def digest_letter(
    what: Digest, address: str, token: str, at: datetime, policy: Policy | None, *, in_slack: bool
) -> Letter:
    """The daily e-mail of who wants one: what changed, by case. It says nothing of comments' text."""
    paras = [Para(digest.summary(what))]
    for case, entries in what.cases[:MOST_CASES]:
        title = f"{shown(case.number)} · {texts.inline(case.title)} · {STATUS_NAMES[case.status]}"
        paras.append(Para(title))
        told = [f"- {digest.one_change(entry, policy)}." for entry in entries[-digest.MOST_CHANGES :]]
        paras.append(Para("\n".join(told), quoted=True))
    if len(what.cases) > MOST_CASES:
        paras.append(Para(f"And {len(what.cases) - MOST_CASES} more cases."))
    if in_slack:
        ways = "In Slack, type /case show and a number to see one, /case notify to be told in another way."
        paras.append(Para(ways, small=True))
    paras.append(Para("An answer to this e-mail goes into no case.", small=True))
    return Letter(
        to=address,
        to_name=what.recipient.name,
        subject=digest.summary(what).removesuffix("."),
        text="\n\n".join(plain_of(one) for one in paras) + "\n",
        html=html_of(paras, answers=False),
        token=token,
        thread=f"digest-{what.recipient.id}",
        at=at,
    )


def _opening(what: Notice, mail: SentMail, policy: Policy | None) -> list[Para]:
    actor = texts.inline(what.entry.actor.name, 60)
    number = shown(what.case.number)
    if mail.person is None and what.entry.kind is ChangeKind.OPENED:
        return [
            Para(f"Thank you. We have your request: it is case {number}."),
            Para(texts.inline(what.case.title, 150), quoted=True),
            Para("Somebody looks at it next, and you hear from us by e-mail."),
        ]
    if mail.person is None and what.comment is not None:
        said = [Para(f"{actor} wrote about your case {number}:")]
    else:
        said = [Para(f"Case {number}: {actor} {changes.told(what.entry, policy)}.")]
    if what.comment is not None:
        said.append(Para(texts.first(what.comment.text, COMMENT_SHOWN), quoted=True))
    return said


def _facts(what: Notice, zone: str) -> list[Para]:
    case = what.case
    facts = f"{texts.spoken(what.entry.at, zone)} · Status now: {STATUS_NAMES[case.status]}"
    return [Para(facts, small=True)]


def _ways_back(what: Notice, mail: SentMail, answers: bool) -> list[Para]:
    """The link to the case for who can follow it, and what an answer becomes."""
    ways: list[Para] = []
    if what.permalink is not None:
        ways.append(Para("Go to its card in Slack", link=what.permalink))
    elif mail.person is not None:
        ways.append(Para(f"In Slack, type /case show {what.case.number} to see it.", small=True))
    if answers:
        staff = mail.person is not None and what.recipient.is_staff
        becomes = "an internal comment, for staff only" if staff else "a comment in the case"
        ways.append(Para(f"Your answer to this e-mail becomes {becomes}.", small=True))
    if mail.audience is Audience.INTERNAL:
        ways.append(Para("This is internal: do not pass it on outside.", small=True))
    return ways


def plain_of(para: Para) -> str:
    """A paragraph as text."""
    if para.quoted:
        return "\n".join(f"    {line}" for line in para.text.splitlines())
    return f"{para.text}: {para.link}" if para.link else para.text


def html_of(paras: list[Para], answers: bool) -> str:
    """The same letter for those who show HTML."""
    above = f'<p style="color:#888;font-size:12px">---- {ANSWER_ABOVE} ----</p>' if answers else ""
    body = "\n".join(_element(one) for one in paras)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"></head>\n'
        '<body style="font-family:sans-serif;font-size:15px;line-height:1.45">\n'
        f"{above}\n{body}\n</body></html>\n"
    )


def _element(para: Para) -> str:
    text = escape(para.text).replace("\n", "<br>\n")
    if para.quoted:
        return (
            '<blockquote style="margin:0 0 1em;padding:.3em 1em;border-left:3px solid #1f4e5f">'
            f"{text}</blockquote>"
        )
    if para.link:
        return f'<p><a href="{escape(para.link)}">{text}</a></p>'
    return f'<p style="color:#666;font-size:13px">{text}</p>' if para.small else f"<p>{text}</p>"
