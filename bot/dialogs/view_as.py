"""Viewing as somebody else: the window that chooses whom, and the line on top of all that is seen so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import context, inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import ROLE_NAMES
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.ids import PersonId
from bot.domain.people import Person, Role
from bot.domain.policy import Choice

CALLBACK_ID = "view_as"
PICK, CHOOSE, STOP = "view_as.person", "view_as.choose", "view_as.stop"

MARK = "viewing."
"""How the id of the line begins that stands on top of what is seen with somebody else's eyes."""

MOST_BLOCKS = 100
LONGEST_ID = 18


def view() -> View:
    """The window."""
    return kit.modal(
        "View as",
        [
            kit.section(
                "how",
                "See Home, lists and cases as somebody else sees them. You can change nothing meanwhile. "
                "That you looked, as whom and when, is written down.",
            ),
            inputs.external("viewed", "As whom", PICK, placeholder="Type a name"),
        ],
        callback_id=CALLBACK_ID,
        submit="View",
    )


def person(person_id: int, name: str, role: str) -> Choice:
    """Somebody as an option."""
    return Choice(value=str(person_id), label=name, meaning=ROLE_NAMES[Role(role)])


def read(fields: Fields) -> PersonId | FieldErrors:
    """Whom they chose."""
    chosen = forms.choice_in(fields, "viewed")
    if chosen is None or not chosen.isdecimal() or len(chosen) > LONGEST_ID:
        return FieldErrors(errors={"viewed": "Choose somebody."})
    return PersonId(int(chosen))


def marked(drawn: Mapping[str, Any], viewed: Person) -> Mapping[str, Any]:
    """A view as seen by somebody else: it says so on top, with the way back.

    A window has no bar of a session then: the viewed person would begin one by opening it, a viewer does not.
    """
    stop = kit.button("Stop", STOP, str(viewed.id), style="danger", label="Stop viewing as somebody else")
    line = kit.marked_section(f"{MARK}{viewed.id}", f":eye: *{sentence(viewed)}*", stop)
    hidden = (MARK, context.BAR) if drawn.get("type") == "modal" else (MARK,)
    blocks = [one for one in drawn["blocks"] if not str(one.get("block_id", "")).startswith(hidden)]
    return {**drawn, "blocks": [kit.rendered(line), *blocks[: MOST_BLOCKS - 1]]}


def viewed_in(blocks: Sequence[Mapping[str, Any]]) -> int | None:
    """As whom a view is seen, by the line on top of it; None where it is seen with one's own eyes."""
    top = blocks[0].get("block_id") if blocks else None
    if not isinstance(top, str) or not top.startswith(MARK):
        return None
    held = top.removeprefix(MARK)
    return int(held) if held.isdecimal() and len(held) <= LONGEST_ID else 0


def sentence(viewed: Person) -> str:
    """Whose eyes these are; mrkdwn."""
    return f"Viewing as {texts.marked(viewed.name, 60)}, read only"


def stopped() -> View:
    """The window in which they pressed Stop."""
    return kit.modal(
        "View as",
        [kit.section("done", "You see the desk as yourself again. Your Home is on its way.")],
        callback_id="notice",
    )
