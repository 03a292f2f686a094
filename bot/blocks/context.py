"""The session that somebody has, as a bar on their windows and in their Home: with whom, since when, End."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.domain.ids import shown
from bot.domain.sessions import Session

END, ASSIST = "session.end", "session.assist"
BAR = "session"
"""The block id of the bar."""


def bar(session: Session | None, where: str) -> list[sb.Block]:
    """The bar, where there is a session; `where` is the window to draw again without it: "customer.5"."""
    if session is None:
        return []
    end = kit.button("End", END, where, label="End the session with this customer")
    return [kit.marked_section(BAR, said(session), end)]


def said(session: Session) -> str:
    """mrkdwn: one line, the customer first."""
    opened, parts = session.opened, list[str]()
    whose = texts.marked(session.customer, 60) if session.customer else "no customer yet"
    parts.append(f"*Acting for {whose}*" if session.assisted else f"*Session: {whose}*")
    if opened.case_id is not None and session.case_number is not None:
        parts.append(f"case {shown(session.case_number)}")
    if opened.order_id is not None and session.order_number:
        parts.append(f"order {texts.marked(session.order_number, 30)}")
    if opened.cart_id is not None and session.cart_number:
        parts.append(f"cart {texts.marked(session.cart_number, 30)}")
    minutes = session.minutes
    parts.append(f"{minutes} min" if minutes else "just begun")
    if session.assisted:
        counted = f"{session.acts} act{'' if session.acts == 1 else 's'}" if session.acts else "recorded"
        parts.append(f"{counted} in both names")
    return " · ".join(parts)


def with_bar(view: Mapping[str, Any], session: Session | None, where: str) -> Mapping[str, Any]:
    """A window that knows nothing of sessions, with the bar on top."""
    made = [kit.rendered(one) for one in bar(session, where)]
    return {**view, "blocks": [*made, *view["blocks"]]} if made else view
