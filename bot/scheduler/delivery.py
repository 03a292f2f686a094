"""Empties the outbox: leases one conversation at a time, sends its rows in order, and retries what failed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.mail.faults import MailMisconfigured, MailUnsure
from bot.scheduler import mailing
from bot.scheduler.about import NothingToSay
from bot.scheduler.drawing import carry_out, tell_of_missing_bot
from bot.scheduler.mailing import MAIL_FAULTS, Post
from bot.scheduler.reporting import GivenUp
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import REPAIRABLE, SlackBusy, SlackRefused, SlackUnsure
from bot.store import dead_letters, outbox
from bot.store.faults import DatabaseAway, StillSaving
from bot.store.outbox import Kind, OutboxRow
from bot.store.work import Connection, Unit, Work

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
MAILS_AT_ONCE = 3
AT_ONCE = 8
"""Conversations that are sent side by side."""

IDLE = 5.0
"""Seconds between two looks at the outbox while nobody writes to it: another bot may have."""

REST = 4
"""How much longer than a look took the next one is put off: who writes a lot shall not wait for who looks."""

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
MOST_FAULTS = 5
"""Attempts at a row that fails by a fault of ours. What Slack's troubles hold up is never given up."""

MOST_HOMES = 5
"""Attempts at a Home, whatever fails: the next change, or its owner opening it, publishes it again."""


SLOW = {
    Kind.PICTURE: 180.0,
    Kind.EXPORT: 900.0,
    Kind.PERSONAL_DATA: 900.0,
    Kind.ERASURE: 900.0,
    Kind.REVIEW_EXPORT: 900.0,
    Kind.FINANCE: 180.0,
    Kind.FILES: 900.0,
    Kind.REPORT: 120.0,
    Kind.REVIEW: 60.0,
    Kind.REPORT_FILE: 900.0,
}
"""Seconds that an attempt may take; its lease is kept meanwhile. The others end well before their lease."""

MAILED = frozenset({Kind.EMAIL, Kind.EMAIL_DIGEST, Kind.CANNED, Kind.FORM_LINK})
"""What goes by e-mail."""

UNTOLD = frozenset({Kind.HOME, Kind.HEALTH, Kind.REVIEW_NEWS, Kind.REVIEW_OVER, Kind.CALL_WINDOW})
"""Dropped, and never dead letters: a Home, a review or a window comes with the next change, a digest with
a death."""

TIRING = frozenset({Kind.HOME, Kind.REVIEW_NEWS, Kind.REVIEW_OVER, Kind.CALL_WINDOW})
"""What is drawn again soon: it is not tried for ever."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one attempt: sent when `error` is None, else again at `again`, or never (None).

    `needless` says that there is nothing to send any more, which is nobody's trouble; `unsure` that nobody
    can find out whether it was sent.
    """

    error: str | None = None
    again: datetime | None = None
    maybe_sent: bool = False
    needless: bool = False
    unsure: bool = False


Claimed = tuple[OutboxRow, int] | None
"""A row that is ours to send, with the fencing number of its conversation's lease."""


class Delivery:
    """The sender of one bot. `wake` it when something was written; `quiet` says that nothing is under way."""

    def __init__(self, desk: Desk, slack: SlackClient, post: Post | None = None) -> None:
        """`post` takes what goes by e-mail; without one that waits until there is."""
        self._desk = desk
        self._slack = slack
        self._post = post
        self._owner = secrets.token_hex(8)
        self._awake = asyncio.Event()
        self._active: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False
        self._ending = asyncio.Event()  # cuts a rest short
        self._held: set[str] = set()  # conversations that wait for an operator, which is not for us to await
        self._nothing_waits = False  # that is known after a look at the outbox only

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="delivery")

    async def stop(self, patience: float = 3.0) -> None:
        """Begin nothing new, give what is under way a moment, then let go: the next start takes it up."""
        self._stopping = True
        self._ending.set()
        self.wake()
        tasks = [*self._active.values(), *([self._loop] if self._loop else [])]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._let_go()

    async def _let_go(self) -> None:
        """Give our leases back, so that the next bot need not wait until they run out."""
        try:
            await self._desk.store.write(
                lambda work: outbox.release_all(work, self._owner), self._desk.stamp(), quietly=True
            )
        except Exception:
            log.exception("the leases could not be given back; they run out by themselves")

    def wake(self) -> None:
        self._nothing_waits = False
        self._awake.set()

    @property
    def alive(self) -> bool:
        """Whether the sender is at work; /readyz asks."""
        return self._loop is not None and not self._loop.done()

    @property
    def busy(self) -> bool:
        """Whether something is being sent."""
        return bool(self._active)

    @property
    def _mails_active(self) -> int:
        return sum(mailing.is_mail(conversation) for conversation in self._active)

    async def quiet(self) -> bool:
        """Whether nothing is being sent, and nothing waits in the outbox but for an operator."""
        return self._nothing_waits and not self.busy

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while not self._stopping:
            self._awake.clear()
            begun = clock()
            try:
                pause = await self._begin_ready()
            except Exception:
                log.exception("the outbox could not be read")
                pause = IDLE
            rest = REST * (clock() - begun)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), rest)

    async def _begin_ready(self) -> float:
        """Begin what may go now, and say after how many seconds to look again at the latest."""
        now, workspace_id, owner = self._desk.clock.real_now(), self._desk.workspace_id, self._owner

        held = frozenset(self._held)

        def query(connection: Connection) -> tuple[list[str], datetime | None, bool]:
            ready = outbox.ready_conversations(connection, workspace_id, now, owner)
            later = outbox.next_attempt(connection, workspace_id, now)
            waiting = outbox.count_waiting(connection, workspace_id, besides=held, digests_until=now)
            return ready, later, waiting == 0

        ready, later, empty = await self._desk.store.look(query)
        self._nothing_waits = empty and not self._awake.is_set()  # or else it was written while we looked
        for conversation in ready:
            if len(self._active) >= AT_ONCE or self._stopping:
                break
            if mailing.is_mail(conversation) and self._mails_active >= MAILS_AT_ONCE:
                continue  # a mail server that takes its time does not keep Slack's messages waiting
            if conversation not in self._active:
                task = asyncio.create_task(self._drain(conversation), name=f"deliver {conversation}")
                self._active[conversation] = task
        # What may go already is being sent, or leased by another bot.
        return min(max((later - now).total_seconds(), 0.05), IDLE) if later is not None else IDLE

    async def _drain(self, conversation: str) -> None:
        """Send a conversation's rows until none is ready; result and next claim share a transaction."""
        try:
            claimed = await self._note(lambda work: self._claim(work, conversation))
            while claimed is not None:
                row, fence = claimed
                async with self._kept(row, fence):
                    outcome = await self._attempt(row)
                claimed = await self._note(partial(self._settle, row=row, fence=fence, outcome=outcome))
        except Exception:
            log.exception("the conversation %s could not be served; its rows stay", conversation)
            await asyncio.sleep(1)
        finally:
            del self._active[conversation]
            self.wake()

    async def _note(self, unit: Unit[Claimed]) -> Claimed:
        """Write what concerns the sender alone: it announces nothing, so nobody need wake and look."""
        return await self._desk.store.write(unit, self._desk.stamp(), quietly=True)

    def _claim(self, work: Work, conversation: str) -> Claimed:
        fence = outbox.lease(work, conversation, self._owner, work.stamp.real_now + LEASE)
        if fence is None:
            return None
        row = None if self._stopping else outbox.claim_head(work, conversation)
        if row is None:
            outbox.release(work, conversation, self._owner)
            return None
        return row, fence

    def _settle(self, work: Work, row: OutboxRow, fence: int, outcome: Outcome) -> Claimed:
        """Note what became of a row and claim the next. Another bot's lease means: it is theirs now."""
        if not outbox.holds(work, row.conversation, self._owner, fence):
            return None
        tired = row.kind in TIRING and row.attempts >= MOST_HOMES
        mailing.settle(
            work,
            row,
            outcome.error,
            given_up=outcome.again is None,
            needless=outcome.needless,
            unsure=outcome.unsure,
        )
        if outcome.error is None:
            outbox.sent(work, row)
            dead_letters.settled_by(work, row)
        elif outcome.again is not None and not tired:
            outbox.retry(work, row, outcome.error, outcome.again, maybe_sent=outcome.maybe_sent)
        elif outcome.needless or row.kind in UNTOLD:
            outbox.drop(work, row, outcome.error)
        else:
            outbox.bury(work, row, outcome.error)
            dead_letters.tell_administrators(work)
        return self._claim(work, row.conversation)

    @contextlib.asynccontextmanager
    async def _kept(self, row: OutboxRow, fence: int) -> AsyncIterator[None]:
        """Keep the lease of a conversation while something slow is done for it."""
        if row.kind not in SLOW:
            yield
            return

        async def keep() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                until = self._desk.clock.real_now() + LEASE
                unit = partial(
                    outbox.prolong, conversation=row.conversation, owner=self._owner, fence=fence, until=until
                )
                with contextlib.suppress(StillSaving, DatabaseAway):  # the next one may come through
                    await self._desk.store.write(unit, self._desk.stamp(), quietly=True)

        keeping = asyncio.create_task(keep(), name=f"keep {row.conversation}")
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _attempt(self, row: OutboxRow) -> Outcome:
        now = self._desk.clock.real_now()
        self._held.discard(row.conversation)
        try:
            async with asyncio.timeout(SLOW.get(row.kind, LEASE.total_seconds() / 2)):
                if row.kind in MAILED:
                    await mailing.send(self._desk, self._post, row)
                else:
                    await carry_out(self._desk, self._slack, row)
        except SlackBusy as busy:
            # It may have been the look-up of an earlier, unanswered attempt: that doubt stays.
            later = now + timedelta(seconds=busy.seconds)
            return Outcome(error=str(busy), again=later, maybe_sent=row.maybe_sent)
        except (SlackUnsure, TimeoutError) as unsure:
            return Outcome(error=f"no answer: {unsure}", again=now + _backoff(row), maybe_sent=True)
        except SlackRefused as refused:
            if refused.temporary:
                # By Slack's own words, an internal or fatal error may come after the effect.
                return Outcome(error=str(refused), again=now + _backoff(row), maybe_sent=True)
            if refused.error in REPAIRABLE:
                return await self._hold(row, refused)
            log.error("outbox row %d (%s) was refused and is given up: %s", row.id, row.kind, refused)
            return Outcome(error=str(refused))
        except MAIL_FAULTS as trouble:
            return self._mail_trouble(row, trouble)
        except GivenUp as reason:
            log.error("outbox row %d (%s) is given up: %s", row.id, row.kind, reason)
            return Outcome(error=str(reason))
        except NothingToSay as reason:
            return Outcome(error=str(reason), needless=True)
        except Exception as fault:
            log.exception("outbox row %d (%s) failed", row.id, row.kind)
            again = now + _backoff(row) if row.attempts < MOST_FAULTS else None
            return Outcome(error=repr(fault), again=again, maybe_sent=True)
        return Outcome()

    def _mail_trouble(self, row: OutboxRow, trouble: Exception) -> Outcome:
        """An e-mail that did not go: again, or never. Sent twice, it is the same by its Message-ID."""
        log.warning("outbox row %d (%s): %s", row.id, row.kind, trouble)
        wait = mailing.wait_after(trouble, row)
        if wait is None:
            return Outcome(error=str(trouble), unsure=isinstance(trouble, MailUnsure))
        if isinstance(trouble, MailMisconfigured):
            self._held.add(row.conversation)
        return Outcome(error=str(trouble), again=self._desk.clock.real_now() + (wait or _backoff(row)))

    async def _hold(self, row: OutboxRow, refused: SlackRefused) -> Outcome:
        """Wait for somebody to repair what Slack refuses: nothing behind it could be sent either."""
        advice = REPAIRABLE[refused.error]
        log.error("outbox row %d (%s) waits (%s); what to do: %s", row.id, row.kind, refused, advice)
        self._held.add(row.conversation)
        if refused.error == "not_in_channel" and row.kind is Kind.CARD and row.attempts == 1:
            await tell_of_missing_bot(self._desk, self._slack, row)
        again = self._desk.clock.real_now() + LONGEST_WAIT
        return Outcome(error=str(refused), again=again, maybe_sent=row.maybe_sent)


def _backoff(row: OutboxRow) -> timedelta:
    """Twice as long each time, up to the longest."""
    return min(FIRST_WAIT * (1 << min(row.attempts - 1, 10)), LONGEST_WAIT)
