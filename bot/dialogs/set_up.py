"""What the windows of `/desk` share: a list's frame, the way back to it, and how contacts are warned of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.domain.ids import AccountId
from bot.domain.people import FEWEST_CONTACTS, MOST_CONTACTS, Person, contacts_are_enough
from bot.domain.set_up import AccountNow, Listing

LONGEST_WORDS = 60
"""What is looked for stands in `private_metadata`, which is not for long texts."""


@dataclass(frozen=True, kw_only=True)
class Whence:
    """The window below a form, so that it can be drawn again once the form is saved.

    `window` is "accounts", "people", "teams", "account", or nothing where there is none; `start` and `words`
    are those of the list; `account_id` is whose window it is.
    """

    window: str = ""
    start: int = 0
    words: str = ""
    account_id: AccountId | None = None


def metadata(whence: Whence, **more: object) -> str:
    """What a window keeps in `private_metadata`: ids, versions and the way back."""
    back = {
        "window": whence.window,
        "start": whence.start,
        "words": whence.words,
        "account": whence.account_id,
    }
    return json.dumps({**more, "from": back})


def held(written: str) -> Mapping[str, Any]:
    """What `metadata` wrote; nothing where it did not."""
    try:
        found = json.loads(written)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def number_in(written: str, name: str) -> int | None:
    """An id or a version that a window keeps, or None."""
    value = held(written).get(name)
    return value if isinstance(value, int) else None


def read_whence(written: str) -> Whence:
    """The way back that a window keeps."""
    back = held(written).get("from")
    if not isinstance(back, dict):
        return Whence()
    account = back.get("account")
    start = back.get("start")
    return Whence(
        window=str(back.get("window", "")),
        start=start if isinstance(start, int) else 0,
        words=str(back.get("words", ""))[:LONGEST_WORDS],
        account_id=AccountId(account) if isinstance(account, int) else None,
    )


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a list is called, and where its buttons lead: `add` and `turn` are beginnings of action ids."""

    window: str
    title: str
    add: str
    add_label: str
    none: str


def listing(frame: Frame, page: Listing[Any], rows: Sequence[sb.Block], banner: str | None) -> View:
    """One page of a list with its rows drawn already; `banner` is mrkdwn of ours."""
    add = kit.button(frame.add_label, frame.add, "new", style="primary")
    blocks: list[sb.Block] = [*note(banner), kit.buttons("add", add)]
    if page.words:
        blocks.append(kit.small("words", kit.plain(f"Only those with “{texts.inline(page.words, 60)}”")))
    if not page.rows:
        blocks.append(kit.section("none", _nothing_found(page) if page.words else frame.none))
    else:
        blocks.append(kit.small("count", f"{page.start + 1}-{page.start + len(page.rows)} of {page.total}"))
    return kit.modal(
        frame.title,
        [*blocks, *rows, *_turning(frame, page)],
        callback_id=f"desk.{frame.window}",
        metadata=metadata(Whence(window=frame.window, start=page.start, words=page.words)),
    )


def _nothing_found(page: Listing[Any]) -> str:
    return f"Nothing has “{texts.inline(page.words, 60)}” in it. Try a shorter part of the name, or add it."


def row(
    frame: Frame, key: object, title: str, facts: Sequence[str | sb.Text], action: sb.Button
) -> list[sb.Block]:
    """A line of a list: `title` as typed with its button, `facts` in small print."""
    prefix = f"{frame.window}.{key}"
    return [
        kit.divider(f"{prefix}.line"),
        kit.section(prefix, texts.inline(title), action),
        kit.small(f"{prefix}.facts", *facts),
    ]


def _turning(frame: Frame, page: Listing[Any]) -> list[sb.Block]:
    turns = (("back", "Earlier", page.earlier), ("on", "Later", page.later))
    made = [
        kit.button(words, f"desk.{frame.window}.{way}", str(start), label=f"{words} in this list")
        for way, words, start in turns
        if start is not None
    ]
    return [kit.buttons("turn", *made)] if made else []


def note(mrkdwn: str | None) -> list[sb.Block]:
    """What was just saved, on top of a window; mrkdwn of ours."""
    return [kit.marked_section("saved", mrkdwn)] if mrkdwn else []


def contacts(count: int) -> str:
    """How many support contacts there are, and whether that is as it should be; raw text for small print."""
    told = f"{count} support contact{'' if count == 1 else 's'}"
    return told if contacts_are_enough(count) else f"{told} ({FEWEST_CONTACTS} to {MOST_CONTACTS} expected)"


def contacts_warning(now: AccountNow) -> str | None:
    """What to do where an account has too few support contacts or too many; mrkdwn."""
    if contacts_are_enough(now.contacts):
        return None
    step = "name more" if now.contacts < FEWEST_CONTACTS else "say who should stay"
    return (
        f":warning: {texts.marked(now.account.name, 60)} has {contacts(now.contacts)}. "
        f"Ask the customer's management to {step}."
    )


def naming(person: Person) -> str:
    """Who at the customer named a support contact, and when; raw text."""
    if not person.named_by:
        return "nobody is noted as having named them"
    on = f" on {day(person.named_on)}" if person.named_on else ""
    return f"named by {texts.inline(person.named_by, 60)}{on}"


def day(when: date) -> str:
    return f"{when.day} {when:%b %Y}"
