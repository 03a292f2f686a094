"""Requests for acts on orders: as messages to decide by, as news of what came of them, as rows of a list."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit, order_mails, rehearsals, words_orders
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.names import ROLE_NAMES
from bot.blocks.names_orders import REQUEST_NAMES, STATE_MEANINGS, STATE_NAMES
from bot.domain.commerce.acts import ReceiveGoods, RefundMoney
from bot.domain.commerce.grounds import CaseMention, Grounds, Paid
from bot.domain.commerce.rehearsal import Rehearsal
from bot.domain.commerce.request_mails import RequestMail
from bot.domain.commerce.requests import (
    STATES_OPEN,
    Request,
    RequestLine,
    RequestShown,
    RequestState,
    stage_of,
)
from bot.domain.ids import shown as shown_number

APPROVE, DECLINE, SHOW = "order.request.approve", "order.request.decline", "order.request"
LOOK, DONE, NOT_DONE = "order.request.look", "order.request.was_done", "order.request.not_done"
RETRY, WITHDRAW, ANSWER = "order.request.retry", "order.request.withdraw", "order.request.answer"
RECEIVE = "order.act.receive"
SHOW_ORDER = "order.numbered"

LONGEST_ANSWER = 300

STEPS_DONE = {"yes": "done by hand, or read", "mailed": "by e-mail"}
"""What `Request.said` has of steps that a person went through."""


def what(request: Request | RequestLine) -> str:
    """What is wanted, in a few words; raw text. Acts that move no money name none."""
    stake = f", {request.stake}" if request.at_stake else ""
    return f"{REQUEST_NAMES[request.kind]}: order {texts.inline(request.order_number, 40)}{stake}"


def approval(shown: RequestShown) -> Message:
    """The message that asks somebody to decide, with all that there is to decide by; decided ones fold."""
    request = shown.request
    if request.state is not RequestState.AWAITS_APPROVAL:
        return folded(request)
    spoken = f"{asked_by(request)} asks for your approval. {what(request)}."
    blocks: list[sb.Block] = [
        kit.header("head", f"Approval: {REQUEST_NAMES[request.kind].lower()}"),
        kit.rich("facts", facts(request, shown.grounds)),
        kit.small("rule", kit.plain(rule(request, shown.grounds))),
    ]
    blocks += said(request)
    if shown.fresh is not None:
        spoken += f" {rehearsals.spoken(shown.fresh)}"
        blocks += rehearsals.blocks(shown.fresh, most=rehearsals.LINES_IN_A_MESSAGE)
    blocks += warnings(shown)
    return kit.message(spoken, [*blocks, kit.buttons("acts", *deciding(request, shown.fresh))])


def rule(request: Request, grounds: Grounds | None) -> str:
    """Why a second person is asked: whose limit it is above, in figures, or what wants one; raw text."""
    limit = grounds.limit if grounds is not None else None
    if grounds is None or limit is None or grounds.role is None:
        return "It is above what they decide alone, or a step of the flow asks for a second person."
    whose = f"{asked_by(request)} ({ROLE_NAMES[grounds.role].lower()}) decides up to {limit} alone"
    if request.at_stake > limit.minor:
        return f"{whose}: this is above it."
    if request.needs_approval:
        return f"{whose}, and what they did alone on this order before counts along."
    return f"{whose}. A step of the flow asks for a second person."


def deciding(request: Request, fresh: Rehearsal | None) -> list[sb.Button]:
    """*Approve* carries the figures that are in sight, *Decline...* opens a form."""
    about = f"order {request.order_number}"
    made = []
    if fresh is not None:
        value = f"{request.id}.{fresh.token}"
        made.append(kit.button("Approve", APPROVE, value, style="primary", label=f"Approve: {about}"))
    made.append(kit.button("Decline...", DECLINE, str(request.id), label=f"Decline: {about}"))
    made.append(kit.button("More...", SHOW, str(request.id), label=f"More about this request: {about}"))
    return made


def folded(request: Request) -> Message:
    """What stands where the question stood: what was wanted, who has decided and when, what came of it."""
    return _short(request, f"{what(request)}. {ended(request)}")


def _short(request: Request, sentence: str) -> Message:
    blocks: list[sb.Block] = [kit.section("what", sentence)]
    if request.decided_at is not None:
        blocks.append(kit.small("when", texts.date(request.decided_at)))
    show = kit.button("Look at it", SHOW, str(request.id), label=f"Look at order {request.order_number}")
    return kit.message(sentence, [*blocks, kit.buttons("acts", show)])


def is_told_anew(request: Request) -> bool:
    """Whether what came of a request that was approved stands in a message of its own."""
    return bool(request.approved) and request.state is not RequestState.UNDER_WAY


def decided(request: Request) -> Message:
    """What stays of the word that a request was approved, once it went on; at its end, what came of it."""
    if request.state not in STATES_OPEN:
        return folded(request)
    return _short(request, f"{what(request)}. {_decided(request)}")


def passed(request: Request) -> Message:
    """What stays of news about a request when newer ones stand below."""
    return _short(request, f"{what(request)}. It went on: how it stands is told below.")


def ended(request: Request) -> str:
    """How the question ended, raw text. What is under way is not told step by step: the end is."""
    if request.state is RequestState.WITHDRAWN and request.decided_by is None:
        return f"{asked_by(request)} took it back. {STATE_MEANINGS[request.state]}"
    if request.decided_by is not None and stage_of(request.state) is RequestState.UNDER_WAY:
        return f"{_decided(request)} What comes of it will stand here."
    return outcome(request)


def news(request: Request, mails: Sequence[RequestMail] = ()) -> Message:
    """What became of a request, for whoever asked: decided, settled, failed, waiting, or in doubt.

    Of its `mails` those are told that did not surely reach the customer.
    """
    sentence = f"{what(request)}. {outcome(request)}"
    undelivered = order_mails.delivery(mails, request.flow, short=True)
    if undelivered:
        sentence += " An e-mail to the customer did not surely arrive."
    blocks: list[sb.Block] = [
        kit.rich("what", [[kit.bold(STATE_NAMES[request.state])], [what(request)]]),
        kit.section("outcome", outcome(request, named=False)),
        *undelivered,
        *rehearsals.documents("documents", request.documents, request.currency),
    ]
    if request.trouble:
        blocks += kit.typed("trouble", texts.first(request.trouble, 1500), quote=True)
    return kit.message(sentence, [*blocks, kit.buttons("acts", *for_news(request, mails))])


def for_news(request: Request, mails: Sequence[RequestMail] = ()) -> list[sb.Button]:
    """What is likely to be done next; who may not is told so when they press."""
    value, about = str(request.id), f"order {request.order_number}"
    made = []
    if request.state in (RequestState.IN_DOUBT, RequestState.FOR_A_PERSON):
        made.append(kit.button("Look again", LOOK, value, label=f"Look again at {about}"))
    if request.state is RequestState.FOR_A_PERSON:
        made.append(kit.button("It was done...", DONE, value, label=f"It was done: {about}"))
        made.append(kit.button("It was not done...", NOT_DONE, value, label=f"It was not done: {about}"))
    if request.state is RequestState.REFUND_FAILED:
        made.append(kit.button("Try again", RETRY, value, label=f"Try the refund again: {about}"))
    if request.state is RequestState.WAITS_FOR_GOODS:
        made.append(kit.button("Receive goods", RECEIVE, receiving(request), label=f"Receive goods: {about}"))
    if request.state is RequestState.AWAITS_APPROVAL:
        made.append(kit.button("Take it back", WITHDRAW, value, label=f"Take it back: {about}"))
    if request.state is RequestState.ASKS:
        made.append(kit.button("Answer...", ANSWER, value, label=f"Answer what the flow asks: {about}"))
    made += order_mails.again(mails, request.id)
    made.append(kit.button("More...", SHOW, value, label=f"More about this request: {about}"))
    return made


def receiving(request: Request) -> str:
    """What a button carries that receives the goods of a request: its id, then the order's number."""
    return f"{request.id}.{request.order_number}"


def outcome(request: Request, *, named: bool = True) -> str:
    """Where it stands and what to do, raw text; not `named` where the state itself stands above already."""
    told = STATE_MEANINGS[request.state]
    step = request.step if request.state is RequestState.ASKS else None
    if step is not None:
        told = f"Next: {texts.inline(step.title, 100)}. Press Answer..., and it goes on."
    if named:
        told = f"{STATE_NAMES[request.state]}. {told}"
    if request.decided_by is not None and request.approved is not None:
        told = f"{_decided(request)} {told}"
        if request.why:
            told += f" Reason: {texts.inline(request.why, LONGEST_ANSWER)}"
    return told


def _decided(request: Request) -> str:
    assert request.decided_by is not None
    how = "approved" if request.approved else "declined"
    return f"{texts.inline(request.decided_by.name, 60)} {how} it."


def asked_by(request: Request) -> str:
    return texts.inline(request.asked_by.name, 60)


def facts(request: Request, grounds: Grounds | None = None) -> list[list[kit.Part]]:
    """Who asks, for which customer and case, the order's money, what is at stake, by which flow."""
    known = grounds or Grounds()
    lines: list[list[kit.Part]] = [[kit.bold("Asked by: "), asked_by(request)]]
    if known.customer:
        lines.append([kit.bold("Customer: "), texts.inline(known.customer, 100)])
    if known.for_customer:
        lines.append([kit.bold("Asked on behalf of: "), texts.inline(known.for_customer, 100)])
    lines.append([kit.bold("Order: "), texts.inline(request.order_number, 60)])
    if known.paid is not None:
        lines += _paid(known.paid)
    if request.at_stake:
        lines.append([kit.bold("At stake: "), str(request.stake)])
    if known.case is not None:
        lines.append([kit.bold("Case: "), _case(known.case)])
    if request.flow is not None:
        lines.append([kit.bold("Flow: "), texts.inline(f"{request.flow.title}, {request.flow.stamp}", 100)])
    if request.hands:
        named = ", ".join(texts.inline(one.name, 40) for one in request.hands[:5])
        lines.append([kit.bold("Had a part in it: "), named])
    return lines


def _paid(paid: Paid) -> list[list[kit.Part]]:
    went = f"{paid.refunded} of {paid.captured} captured"
    if paid.on_its_way.minor:
        went += f"; {paid.on_its_way} is on its way"
    return [
        [kit.bold("Order total now: "), str(paid.total)],
        [kit.bold("Refunded before: "), went],
    ]


def _case(case: CaseMention) -> kit.Part:
    told = f"{shown_number(case.number)} · {texts.inline(case.title, 150)}"
    return sb.RichTextLink(url=case.permalink, text=told) if case.permalink else told


def said(request: Request) -> list[sb.Block]:
    """The reason, the note and what forms of the flow were answered with."""
    labels = _labels(request)
    told = {one.id for one in (request.flow.steps if request.flow else ()) if not one.fields}
    lines: list[list[kit.Part]] = [
        [
            kit.bold(f"{texts.inline(labels.get(name, name), 60)}: "),
            STEPS_DONE.get(text, text) if name in told else texts.inline(text, LONGEST_ANSWER),
        ]
        for name, text in {**_why(request), **request.said}.items()
        if text.strip()
    ]
    return [kit.rich("said", lines[:20])] if lines else []


def _why(request: Request) -> dict[str, str]:
    """The words that an act itself carries: why money goes back, why units were rejected."""
    match request.act:
        case RefundMoney(reason=reason) if reason:
            return {"reason": reason}
        case ReceiveGoods(goods=goods):
            return {
                f"Line {one.line_no}, {one.rejected} rejected": one.rejection for one in goods if one.rejected
            }
    return {}


def _labels(request: Request) -> dict[str, str]:
    labels = {"reason": "Reason", "note": "Note"}
    for step in request.flow.steps if request.flow else ():
        labels.setdefault(step.id, step.title)
        labels.update({one.name: one.label for one in step.fields})
    return labels


def warnings(shown: RequestShown) -> list[sb.Block]:
    """That the figures are others by now, that it cannot be done any more, why this person may not decide."""
    told = []
    if shown.stale:
        told.append(
            f"The order has changed since {asked_by(shown.request)} asked. These are the figures of now."
        )
    if shown.refused:
        told.append(f"It cannot be done any more: {texts.first(shown.refused, 1000)}")
    if shown.no_approval is not None:
        told.append(words_orders.NO_APPROVALS[shown.no_approval])
    return [kit.section("warnings", "\n".join(told))] if told else []


def row(prefix: str, request: RequestLine) -> list[sb.Block]:
    """A request as two lines of a list, with a button."""
    show = kit.button("Look", SHOW, str(request.id), label=f"Look at order {request.order_number}")
    small = f"{STATE_NAMES[request.state]} · {texts.marked(request.asked_by.name, 60)} · "
    small += texts.date(request.asked_at)
    return [
        kit.section(f"{prefix}.{request.id}", what(request), show),
        kit.small(f"{prefix}.{request.id}.facts", small),
    ]


def to_approve(requests: Sequence[RequestLine], total: int) -> list[sb.Block]:
    """What waits for somebody's approval, on their Home; nothing where nothing does."""
    if not requests:
        return []
    every = kit.button("See all", "area.requests", "to_approve", label="See all that wait for your approval")
    made: list[sb.Block] = [
        kit.divider("approvals.line"),
        kit.marked_section("approvals.head", f"*Waiting for your approval* ({total})", every),
    ]
    for one in requests:
        made += row("approval", one)
    return made
