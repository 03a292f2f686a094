"""The desk: what every service needs in hand, and the two ways to the database that services use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.clock import Clock
from bot.domain.audiences import TAKE_BACK
from bot.domain.commerce.port import CommercePort
from bot.domain.files import FileRules
from bot.domain.health import Pulse
from bot.domain.ids import CallKey, SlackUserId, WorkspaceId
from bot.domain.people import Person, Viewer
from bot.domain.playbook.association import AssociationRules
from bot.domain.policy import Policy
from bot.domain.refusals import Reason, Refusal
from bot.domain.talk import Message
from bot.domain.threads import ThreadPlace
from bot.domain.web_forms import Links
from bot.services.books import Books
from bot.services.doing import Doing
from bot.store.blobs import Blobs
from bot.store.people import find_person
from bot.store.store import Store
from bot.store.work import Query, Stamp, Unit, Work

if TYPE_CHECKING:
    from bot.domain.commerce.port import CommercePort

R = TypeVar("R")

Fetch = Callable[[str, int], Awaitable[bytes | None]]

Peek = Callable[[ThreadPlace], Awaitable[Message | None]]


@dataclass(kw_only=True, eq=False)
class Desk:
    """One workspace's desk. `cases_channel` (an id or a name) takes the cards where the team has none.

    `pulse` is how the bot that serves it is doing; None where no bot does. `bot_user` is whom Slack takes the
    bot for: its own messages are no talk. `emoji` on a message offers to make a case of it. `peek` asks
    Slack for the first message of a thread, None where Slack has no answer. `blobs` keeps what files hold.
    Only `policy` and its revision ever change: `services.policies.refresh` takes a new one over.
    """

    store: Store
    clock: Clock
    workspace_id: WorkspaceId
    policy: Policy
    policy_revision: int
    cases_channel: str | None
    shop: CommercePort
    """Where the orders are: the desk's own tables, unless a backend is set up."""
    pulse: Pulse | None = None
    take_back: timedelta = TAKE_BACK
    email_ready: bool = False
    """Whether e-mail is set up, so that people and contacts can be told by it."""
    bot_user: SlackUserId | None = None
    emoji: str = "ticket"
    peek: Peek | None = None
    file_rules: FileRules = field(default_factory=FileRules)
    blobs: Blobs | None = None
    fetch: Fetch | None = None
    """What a file in Slack holds, up to so many bytes; None where it is not to be had."""
    books: Books = field(default_factory=Books)
    doing: Doing = field(default_factory=Doing)
    """The acts on orders that this bot is leading now."""
    association: AssociationRules | None = None
    """Which words tie a case to an order; None: those of the packaged playbook."""
    forms: Links | None = None
    """How links to the form for customers without Slack are made; None where it is not served."""
    viewing: Person | None = None
    """Through whose eyes everything is read, where somebody views as somebody else; nothing is written."""

    async def write(self, unit: Unit[R], key: CallKey | None = None) -> R:
        """Run a unit in one transaction, stamped with this moment; see `Store.write`.

        Raises VIEWING_ONLY for who views as somebody else.
        """
        if self.viewing is not None:
            raise Refusal(Reason.VIEWING_ONLY, {"name": self.viewing.name})
        return await self.store.write(unit, self.stamp(key))

    async def read(self, query: Query[R], by: SlackUserId, *, brief: bool = False) -> R:
        """Ask through the eyes of a Slack user, or of whom they view as; see `Store.read_as`."""
        if self.viewing is not None:
            return await self.store.read(query, Viewer(self.viewing), brief=brief)
        return await self.store.read_as(self.workspace_id, by, query, brief=brief)

    def stamp(self, key: CallKey | None = None) -> Stamp:
        return Stamp(
            workspace_id=self.workspace_id,
            now=self.clock.now(),
            real_now=self.clock.real_now(),
            key=key,
            policy_revision=self.policy_revision,
            limits=self.policy.limits,
            email_ready=self.email_ready,
        )


def actor(work: Work, by: SlackUserId) -> Person:
    """Who acts, with role and teams. Raises NOT_SET_UP for somebody whom the desk does not know."""
    person = find_person(work.connection, work.workspace_id, by)
    if person is None or person.role is None:
        raise Refusal(Reason.NOT_SET_UP)
    return person
