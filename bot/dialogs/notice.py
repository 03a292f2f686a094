"""A small modal with a sentence; handlers show it where a form cannot be shown, or in place of one."""

from __future__ import annotations

from bot.blocks import kit
from bot.blocks.kit import View

CALLBACK_ID = "notice"


def view(title: str, sentence: str) -> View:
    """A modal of `title` (at most 24 characters are shown) and `sentence`, both raw text."""
    return kit.modal(title, [kit.section("sentence", sentence)], callback_id=CALLBACK_ID)
