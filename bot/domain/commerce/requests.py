"""Requests: one thing that somebody wants done with an order, and its way through a team's flow. Pure.

Services keep them, dialogs and messages draw them. What a request is of, who had a part in it and how far it
is stands in `Request`; what may be done with an order at all in `OrderStanding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.commerce.acts import (
    CancelItems,
    MoveReturn,
    MoveUnits,
    OrderAct,
    ReceiveGoods,
    RefundMoney,
    ReturnItems,
    ReverseAuthorization,
    Terms,
    WriteMemo,
)
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import ReturnOrder
from bot.domain.commerce.flows import Flow, FlowFacts, FlowStep, FormField, next_step, path
from bot.domain.commerce.funds import Funds
from bot.domain.commerce.grounds import Grounds
from bot.domain.commerce.limits import NoApproval
from bot.domain.commerce.rehearsal import DocumentToBe, Rehearsal
from bot.domain.commerce.request_mails import RequestMail
from bot.domain.ids import CaseId, CustomerId, OrderRequestId
from bot.domain.people import PersonRef
from bot.domain.permissions import Act
from bot.domain.refusals import Refusal
from bot.domain.shop.money import Money


class RequestKind(StrEnum):
    """What a request is for: the buttons that an order has."""

    CANCEL = "cancel"
    RETURN = "return"
    MOVE_RETURN = "move_return"  # approve or cancel a return that no flow of the desk leads
    RECEIVE = "receive"
    MEMO = "memo"
    REFUND = "refund"
    RELEASE = "release"
    REVERSE = "reverse"


class RequestState(StrEnum):
    """Where a request stands; `STATES_OPEN` are those in which something still comes."""

    ASKS = "asks"  # a step of the flow wants an answer: a form, a message, a label sent by hand
    AWAITS_APPROVAL = "awaits_approval"
    UNDER_WAY = "under_way"  # the shop is being asked
    WAITS_FOR_GOODS = "waits_for_goods"
    WAITS = "waits"  # for days, until `Request.waits_until`
    PAYING = "paying"  # all is done, and the money is on its way
    IN_DOUBT = "in_doubt"  # the shop did not answer; the desk reads the order until it knows
    FOR_A_PERSON = "for_a_person"  # reading did not tell: somebody has to look, and to say
    REFUND_FAILED = "refund_failed"  # the money did not go; it may be tried again
    DONE = "done"
    DECLINED = "declined"  # by the second person
    REFUSED = "refused"  # by the shop, or by the order as it is now; nothing was done
    STALE = "stale"  # the order changed before it was done; nothing was done
    WITHDRAWN = "withdrawn"


STATES_OPEN = frozenset(
    {
        RequestState.ASKS,
        RequestState.AWAITS_APPROVAL,
        RequestState.UNDER_WAY,
        RequestState.WAITS_FOR_GOODS,
        RequestState.WAITS,
        RequestState.PAYING,
        RequestState.IN_DOUBT,
        RequestState.FOR_A_PERSON,
        RequestState.REFUND_FAILED,
    }
)


UNDER_WAY = frozenset(
    {
        RequestState.ASKS,
        RequestState.UNDER_WAY,
        RequestState.WAITS_FOR_GOODS,
        RequestState.WAITS,
        RequestState.PAYING,
    }
)
"""Nobody who was asked about a request has anything to do in these: to them they are one."""


def stage_of(state: RequestState) -> RequestState:
    """What a message that asks somebody shows of a request: it is drawn again when this changes."""
    return RequestState.UNDER_WAY if state in UNDER_WAY else state


def kind_of(act: OrderAct) -> RequestKind:
    """What a request for an act is called."""
    match act:
        case CancelItems():
            return RequestKind.CANCEL
        case ReturnItems():
            return RequestKind.RETURN
        case MoveReturn():
            return RequestKind.MOVE_RETURN
        case ReceiveGoods():
            return RequestKind.RECEIVE
        case WriteMemo():
            return RequestKind.MEMO
        case RefundMoney():
            return RequestKind.REFUND
        case MoveUnits():
            return RequestKind.RELEASE
        case ReverseAuthorization():
            return RequestKind.REVERSE


RIGHT_FOR: Mapping[RequestKind, Act] = {
    RequestKind.CANCEL: Act.CANCEL_ITEMS,
    RequestKind.RETURN: Act.RETURN_ITEMS,
    RequestKind.MOVE_RETURN: Act.RETURN_ITEMS,
    RequestKind.RECEIVE: Act.RECEIVE_GOODS,
    RequestKind.MEMO: Act.REFUND,
    RequestKind.REFUND: Act.REFUND,
    RequestKind.RELEASE: Act.CANCEL_ITEMS,  # what makes cancelling possible is a part of it
    RequestKind.REVERSE: Act.REFUND,
}
"""The right that each kind asks for."""


@dataclass(frozen=True, kw_only=True)
class OrderAsk:
    """What somebody wants done. `said` has what forms of the flow were answered with, by field name, and
    `reason`; `parent` is the request whose goods are received, or whose refund is tried.
    """

    order_number: str
    act: OrderAct
    said: Mapping[str, str] = field(default_factory=dict)
    case_id: CaseId | None = None
    on_behalf_of: CustomerId | None = None
    parent: OrderRequestId | None = None


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Why an order may not be acted on now. `doubtful`: nobody knows what the shop has done."""

    request_id: OrderRequestId | None
    by: PersonRef | None
    since: datetime
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it stands. `said` is what forms were answered with; `done` are ids of steps.

    `at_stake` is in minor units of `currency`. `documents` are those that arose so far. `hands` had a part
    in it besides whoever asked. `trouble` is what the shop said, or what is not as it should be, in figures.
    """

    id: OrderRequestId
    kind: RequestKind
    state: RequestState
    order_number: str
    currency: str
    act: OrderAct
    terms: Terms
    at_stake: int
    token: str
    asked_by: PersonRef
    asked_at: datetime
    on_behalf_of: CustomerId | None = None
    case_id: CaseId | None = None
    parent: OrderRequestId | None = None
    flow: Flow | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    return_number: str = ""
    documents: tuple[DocumentToBe, ...] = ()
    hands: tuple[PersonRef, ...] = ()
    needs_approval: bool = False
    approved: bool | None = None
    decided_by: PersonRef | None = None
    decided_at: datetime | None = None
    """When somebody decided it; with nobody in `decided_by`, when it was taken back."""
    why: str = ""
    """What whoever decided said."""
    trouble: str = ""
    waits_until: datetime | None = None
    version: int = 1

    @property
    def stake(self) -> Money:
        return Money(minor=self.at_stake, currency=self.currency)

    @property
    def is_open(self) -> bool:
        return self.state in STATES_OPEN

    @property
    def step(self) -> FlowStep | None:
        """The step at which it stands, of a flow that it has; None at its end."""
        if self.flow is None:
            return None
        facts = FlowFacts(at_stake=self.stake, above_limit=self.needs_approval, said=self.said)
        return next_step(self.flow, self.done, facts)

    @property
    def ahead(self) -> tuple[FlowStep, ...]:
        """The steps of its flow that it still goes through, by what is known of it; none without a flow."""
        if self.flow is None:
            return ()
        facts = FlowFacts(at_stake=self.stake, above_limit=self.needs_approval, said=self.said)
        return tuple(one for one in path(self.flow, facts) if one.id not in self.done)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An act that an order has a button for. `refusal` says why this person, shop or order has it not now.

    `only_shown` says why this person may see what it would do, and not do it.
    """

    kind: RequestKind
    refusal: Refusal | None = None
    only_shown: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class LineCan:
    """How many units of a line can be cancelled, returned and released; what of it returns wait for."""

    line_no: int
    cancel: int
    give_back: int
    release: int
    awaited: int


@dataclass(frozen=True, kw_only=True)
class OrderStanding:
    """An order as it is now, with the desk's own refunds in its books, and what may be done with it.

    Amounts are minor units of the order's currency. `waiting` are returns that goods are awaited for.
    """

    books: OrderBooks
    shop: str
    read_at: datetime
    lines: tuple[LineCan, ...]
    offers: tuple[Offer, ...]
    funds: Funds
    requests: tuple[Request, ...]
    """The open ones of this order, the oldest first."""
    recent: tuple[Request, ...]
    """The last that ended, the newest first."""
    waiting: tuple[ReturnOrder, ...]
    held: Hold | None = None

    def offer(self, kind: RequestKind) -> Offer | None:
        return next((one for one in self.offers if one.kind is kind), None)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A rehearsal with what comes of it: the team's flow, what is still asked, whether somebody has to agree.

    `asks` are the forms and messages that come before it is done; `missing` the fields that still have to be
    filled in. `limit` is what this person may decide alone, None where they have no limit.
    """

    ask: OrderAsk
    rehearsal: Rehearsal
    flow: Flow | None
    steps: tuple[FlowStep, ...]
    asks: tuple[FlowStep, ...]
    missing: tuple[FormField, ...]
    needs_approval: bool
    limit: Money | None
    approvers: tuple[PersonRef, ...] = ()
    """Who could agree; empty where nobody needs to, or where nobody may."""
    held: Hold | None = None
    only_shown: Refusal | None = None
    """Why this person may see it, and not do it: level one rehearses (domain.md 2)."""

    @property
    def token(self) -> str:
        return self.rehearsal.token


class Came(StrEnum):
    """What became of a press of the button."""

    SAVED = "saved"  # the request is there; its state says the rest
    STALE = "stale"  # the order is another now: nothing was done, `fresh` shows it anew
    ASKS = "asks"  # a form before the act is not filled in: nothing was done, `fresh.missing` says which


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What came of it. `request` is as it stands now: UNDER_WAY says that whoever asked will be told.

    `again`: the same press came before, and this is its answer. `missing` are the fields of a request's step
    that are not filled in; those of a rehearsal are in `fresh`.
    """

    came: Came
    missing: tuple[FormField, ...] = ()
    request: Request | None = None
    fresh: Shown | None = None
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestShown:
    """A request to look at, and what this person may do with it. `fresh` is its act rehearsed now.

    `no_approval` says why this person may not decide it; None where they may, or nothing is to be decided.
    `refused` are the reasons for which the act cannot be done any more. `stale`: the figures are others than
    those that whoever asked had before them.
    """

    request: Request
    fresh: Rehearsal | None = None
    stale: bool = False
    refused: str = ""
    may_decide: bool = False
    no_approval: NoApproval | None = None
    may_answer: bool = False
    may_withdraw: bool = False
    may_settle: bool = False
    may_retry: bool = False
    held: Hold | None = None
    grounds: Grounds | None = None
    """What to decide by; None once it is decided."""
    mails: tuple[RequestMail, ...] = ()
    """What the customer was e-mailed, in order, for its page."""
    may_mail: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request as a line of a list. `at_stake` is in minor units of `currency`, `asked_at` is UTC."""

    id: OrderRequestId
    kind: RequestKind
    state: RequestState
    order_number: str
    currency: str
    at_stake: int
    asked_by: PersonRef
    asked_at: datetime

    @property
    def stake(self) -> Money:
        return Money(minor=self.at_stake, currency=self.currency)


@dataclass(frozen=True, kw_only=True)
class Requests:
    """A page of a list of requests, of `total`; it begins behind `offset` of them."""

    rows: tuple[RequestLine, ...]
    total: int
    offset: int = 0


class Queue(StrEnum):
    """The lists of requests that people work from."""

    TO_APPROVE = "to_approve"  # those that the viewer may decide
    MINE = "mine"  # open ones that the viewer asked for
    OPEN = "open"
    GOODS = "goods"  # returns whose goods are awaited
    ANSWERS = "answers"  # a step wants an answer
    DOUBT = "doubt"  # in doubt, for a person, or a refund that failed
