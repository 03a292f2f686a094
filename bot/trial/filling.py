"""Acts the stories out, event by event from the past to the present, so that everything has its true date."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.commands import (
    AddComment,
    AssignCase,
    Audience,
    CloseCase,
    EditCase,
    OpenCase,
    ReopenCase,
    SetStatus,
)
from bot.domain.ids import CallKey
from bot.domain.lifecycle import Status
from bot.domain.receipts import Receipt
from bot.domain.refusals import Refusal
from bot.sandbox import Sandbox
from bot.services import cases
from bot.services.desk import Desk
from bot.trial import library, order_stories, shop
from bot.trial.calendars import set_up_calendars
from bot.trial.cast import ACCOUNTS, PARTS, Ids, set_up, slack_id
from bot.trial.stories import OLDEST, Step, Story, WrongStories

BEGINNING = OLDEST + timedelta(hours=8)
"""How long before the present the trial's time begins: people are set up before the first case comes."""

A_MOMENT = timedelta(seconds=1)

READ_UNTIL = timedelta(hours=18)
"""What is older than this, everybody has read. What came later shows as unread."""


async def fill(desk: Desk, sandbox: Sandbox, stories: tuple[Story, ...]) -> None:
    """Set the desk up and act the stories out; ends in the present, with all cards and notices delivered.

    The clocks of bot and sandbox must stand at `BEGINNING` before the present.
    """
    present = desk.clock.real_now()
    ids = await set_up(desk)
    await library.write(desk, ids)
    await shop.bring(desk, present.date())
    teller = _Teller(desk, ids)
    for event in _in_order(stories):
        await _travel(sandbox, present - event.ago)
        if event.story is None:
            _everybody_reads(sandbox)
        else:
            await teller.tell(event.story, event.step)
    await sandbox.arrive()
    await sandbox.settled()
    await set_up_calendars(desk, ids, present)
    await order_stories.tell(desk, slack_id("maria"))
    await sandbox.settled()


async def _travel(sandbox: Sandbox, to: datetime) -> None:
    """Go on to `to` once all of the time before is delivered; an event may be late by what that took."""
    if to - sandbox.clock.now() > A_MOMENT:  # time never goes back
        await sandbox.travel(to)


@dataclass(frozen=True, kw_only=True)
class _Event:
    """Something that happens: a story begins (no step) or goes on, or everybody reads (no story)."""

    ago: timedelta
    story: Story | None = None
    step: Step | None = None


def _in_order(stories: tuple[Story, ...]) -> list[_Event]:
    def events() -> Iterator[_Event]:
        yield _Event(ago=READ_UNTIL)
        for story in stories:
            yield _Event(ago=story.age, story=story)
            for step in story.steps:
                yield _Event(ago=story.age - step.after, story=story, step=step)

    return sorted(events(), key=lambda event: event.ago, reverse=True)


def _everybody_reads(sandbox: Sandbox) -> None:
    for handle in PARTS:
        person = sandbox.act_as(handle)
        for channel in sandbox.workspace.channels.values():
            if person.id in channel.members:
                person.reads(channel.id)


class _Teller:
    """Does what stories say, through the services, and remembers each case's newest receipt."""

    def __init__(self, desk: Desk, ids: Ids) -> None:
        self._desk = desk
        self._ids = ids
        self._receipts: dict[int, Receipt] = {}
        self._count = 0

    async def tell(self, story: Story, step: Step | None) -> None:
        """Open the story's case, or take its next step. Raises WrongStories where the desk refuses it."""
        self._count += 1
        key = CallKey(f"trial step {self._count}")
        try:
            if step is None:
                receipt = await self._open(story, key)
            else:
                receipt = await _DOING[step.act](self._desk, self._receipts[id(story)], step, key)
        except Refusal as refusal:
            what = f"{step.by} may not {step.act}" if step else f"{story.opening.by} may not open it"
            facts = f"{refusal.reason.value} {dict(refusal.facts)}"
            raise WrongStories([f'"{story.opening.title}": {what}: {facts}']) from refusal
        self._receipts[id(story)] = receipt

    async def _open(self, story: Story, key: CallKey) -> Receipt:
        opening = story.opening
        account = ACCOUNTS[opening.account]
        command = OpenCase(
            account_id=self._ids.accounts[opening.account],
            org_id_or_mid=account.org_id_or_mid,
            title=opening.title,
            description=opening.description,
            business_impact=opening.impact,
            timezone=account.timezone,
            severity=opening.severity,
            kind=opening.kind,
            contact=opening.contact,
            team_id=self._ids.teams[opening.team] if opening.team else None,
        )
        return await cases.open_case(self._desk, command, slack_id(opening.by), key)


_Doing = Callable[[Desk, Receipt, Step, CallKey], Awaitable[Receipt]]


async def _take(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    return await cases.take(desk, last.case_id, slack_id(step.by), key)


async def _comment(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    command = AddComment(case_id=last.case_id, text=step.facts["text"], audience=_audience(step))
    return await cases.comment(desk, command, slack_id(step.by), key)


async def _assign(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    assert last.version is not None
    command = AssignCase(
        case_id=last.case_id,
        version=last.version,
        owner_slack_id=slack_id(step.facts["to"]),
        note=step.facts.get("text", ""),
    )
    return await cases.assign(desk, command, slack_id(step.by), key)


async def _status(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    assert last.version is not None
    command = SetStatus(case_id=last.case_id, version=last.version, status=Status(step.facts["to"]))
    return await cases.set_status(desk, command, slack_id(step.by), key)


async def _close(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    assert last.version is not None
    command = CloseCase(
        case_id=last.case_id,
        version=last.version,
        resolution=step.facts["resolution"],
        note=step.facts.get("text", ""),
        audience=_audience(step),
    )
    return await cases.close(desk, command, slack_id(step.by), key)


async def _reopen(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    assert last.version is not None
    command = ReopenCase(
        case_id=last.case_id, version=last.version, reason=step.facts["text"], audience=_audience(step)
    )
    return await cases.reopen(desk, command, slack_id(step.by), key)


async def _edit(desk: Desk, last: Receipt, step: Step, key: CallKey) -> Receipt:
    assert last.case_id is not None
    assert last.version is not None
    facts = step.facts
    command = EditCase(
        case_id=last.case_id,
        version=last.version,
        title=facts.get("title"),
        description=facts.get("description"),
        business_impact=facts.get("impact"),
        severity=facts.get("severity"),
        kind=facts.get("kind"),
    )
    return await cases.edit(desk, command, slack_id(step.by), key)


def _audience(step: Step) -> Audience | None:
    written = step.facts.get("audience")
    return Audience(written) if written else None


_DOING: dict[str, _Doing] = {
    "take": _take,
    "comment": _comment,
    "assign": _assign,
    "status": _status,
    "close": _close,
    "reopen": _reopen,
    "edit": _edit,
}
