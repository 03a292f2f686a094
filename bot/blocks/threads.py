"""What is said about a thread that became a case: how much of it is there, and why not the rest."""

from __future__ import annotations

from bot.blocks import kit
from bot.blocks.kit import Message
from bot.blocks.names import listed
from bot.domain.ids import CaseNumber, shown
from bot.domain.threads import DELETED, ELSEWHERE, NO_AUTHOR, NO_TEXT, ODD, CapturedThread

WHY_NOT: dict[str, str] = {
    DELETED: "deleted before",
    NO_AUTHOR: "without an author",
    NO_TEXT: "without a text",
    ELSEWHERE: "in another case",
    ODD: "of a kind that is not known here",
}

TROUBLES: dict[str, str] = {
    "not_in_channel": "Caseline is not in its channel. Type /invite @Caseline there.",
    "channel_not_found": "Caseline is not in its channel. Type /invite @Caseline there.",
    "missing_scope": "the app may not read there. Install it again with manifest.yml.",
    "thread_not_found": "it was deleted.",
    "is_archived": "its channel is archived.",
}


def how_much(thread: CapturedThread) -> str:
    """The honest count, as raw text: "41 messages, 39 captured, 2 not readable: deleted before (2)"."""
    if thread.trouble is not None:
        why = TROUBLES.get(thread.trouble, f"Slack says {thread.trouble}.")
        so_far = f"{_messages(thread.captured)} captured so far; the rest" if thread.captured else "It"
        return f"{so_far} cannot be read: {why}"
    if thread.read_at is None:
        return "It is being read."
    left = thread.total - thread.captured
    if not left:
        return f"{_messages(thread.total)}, all captured"
    reasons = listed([f"{WHY_NOT.get(why, why)} ({many})" for why, many in sorted(thread.unreadable.items())])
    return f"{_messages(thread.total)}, {thread.captured} captured, {left} not readable: {reasons}"


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def became_a_case(number: CaseNumber) -> Message:
    """Our word in the thread itself, for everybody who writes there."""
    sentence = f"This thread is case {shown(number)} now. What is said in it is recorded there."
    return kit.message(sentence, [kit.section("said", sentence)])


def offer(value: str) -> Message:
    """For who put the desk's emoji on a message."""
    sentence = "Shall this become a support case? The whole thread is recorded in it."
    button = kit.button(
        "Open a case", "thread.open", value, style="primary", label="Open a case from this thread"
    )
    return kit.message(sentence, [kit.section("said", sentence), kit.buttons("acts", button)])


def has_case(number: CaseNumber, case: str) -> Message:
    """The same where the thread is a case already; `case` is what the button carries."""
    sentence = f"This thread is case {shown(number)} already."
    button = kit.button("Show case", "case.page", case, label=f"Show case {shown(number)}")
    return kit.message(sentence, [kit.section("said", sentence), kit.buttons("acts", button)])
