"""E-mail in the run: who gets any, who answers, and what arrived, and what of it again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.notify import Preference
from bot.sandbox import Sandbox
from bot.store import schema
from bot.store.notify import set_preference
from bot.store.work import Work
from tests.faults_runs.script import CONTACT, Step

if TYPE_CHECKING:
    from tests.faults_runs.acting import Crew

LETTERS_FOR = ("U0LINDA", "U0BEN")
"""The others chose to hear by Slack alone."""


def few_letters(work: Work) -> None:
    """Let most people hear by Slack alone, as they may choose."""
    people = schema.people
    found = work.connection.execute(select(people.c.id).where(people.c.slack_user_id.not_in(LETTERS_FOR)))
    for person_id in found.scalars().all():
        set_preference(work, person_id, Preference(email=False))


def answers(crew: Crew, step: Step) -> None:
    """Answer the newest letter about a case."""
    office = crew.sandbox.post
    assert office is not None
    address = CONTACT if step.who == "lou" else _address(crew.sandbox, step.who)
    number = crew.numbers[step.case]
    theirs = [one for one in office.mails() if one["recipient"] == address and number in one["subject"]]
    assert theirs, f"{step}: no letter to answer"
    assert office.answer(theirs[0]["id"], f"Written {step.n}")


def _address(sandbox: Sandbox, handle: str) -> str:
    member = sandbox.workspace.person(handle)
    assert member is not None
    return member.email


def letters(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """What arrived, once for each Message-ID."""
    assert sandbox.post is not None
    return {one["message_id"]: one for one in reversed(sandbox.post.mails())}


def came_again(sandbox: Sandbox) -> dict[str, int]:
    """How often a letter came after its first time."""
    assert sandbox.post is not None
    arrived = Counter(one["message_id"] for one in sandbox.post.mails())
    return {message_id: times - 1 for message_id, times in arrived.items() if times > 1}
