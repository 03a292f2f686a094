"""Requests for acts on orders: as messages to decide by, as news of what came of them, as rows of a list."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit, order_mails, rehearsals, words_orders
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.names_orders import REQUEST_NAMES, STATE_MEANINGS, STATE_NAMES
from bot.domain.commerce.rehearsal import Rehearsal
from bot.domain.commerce.request_mails import RequestMail
from bot.domain.commerce.requests import Request, RequestShown, RequestState

APPROVE, DECLINE, SHOW = "order.request.approve", "order.request.decline", "order.request"
LOOK, DONE, NOT_DONE = "order.request.look", "order.request.was_done", "order.request.not_done"
RETRY, WITHDRAW, ANSWER = "order.request.retry", "order.request.withdraw", "order.request.answer"
RECEIVE = "order.act.receive"
SHOW_ORDER = "order.numbered"

LONGEST_ANSWER = 300

STEPS_DONE = {"yes": "done by hand, or read", "mailed": "by e-mail"}
"""What `Request.said` has of steps that a person went through."""


def what(request: Request) -> str:
    """What is wanted, in a few words; raw text."""
    return f"{REQUEST_NAMES[request.kind]}: order {texts.inline(request.order_number, 40)}, {request.stake}"


def approval(shown: RequestShown, case: str = "") -> Message:
    """The message that asks somebody to decide, with all that there is to decide by; decided ones fold.

    `case` is the number and title of the case that it is about, raw text.
    """
    request = shown.request
    if request.state is not RequestState.AWAITS_APPROVAL:
        return folded(request)
    spoken = f"{asked_by(request)} asks for your approval. {what(request)}."
    blocks: list[sb.Block] = [
        kit.header("head", f"Approval: {REQUEST_NAMES[request.kind].lower()}"),
        kit.rich("facts", facts(request, case)),
        kit.small(
            "rule", "It is above what they decide alone, or a step of the flow asks for a second person."
        ),
    ]
    blocks += said(request)
    if shown.fresh is not None:
        spoken += f" {rehearsals.spoken(shown.fresh)}"
        blocks += rehearsals.blocks(shown.fresh, most=rehearsals.LINES_IN_A_MESSAGE)
    blocks += warnings(shown)
    return kit.message(spoken, [*blocks, kit.buttons("acts", *deciding(request, shown.fresh))])


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
    """What stands where the question stood: what was wanted, who has decided and when."""
    sentence = f"{what(request)}. {outcome(request)}"
    blocks: list[sb.Block] = [kit.section("what", sentence)]
    if request.decided_at is not None:
        blocks.append(kit.small("when", texts.date(request.decided_at)))
    show = kit.button("Look at it", SHOW, str(request.id), label=f"Look at order {request.order_number}")
    return kit.message(sentence, [*blocks, kit.buttons("acts", show)])


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
        kit.section("outcome", outcome(request)),
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


def outcome(request: Request) -> str:
    """Where it stands and what to do, raw text."""
    told = f"{STATE_NAMES[request.state]}. {STATE_MEANINGS[request.state]}"
    if request.decided_by is not None and request.approved is not None:
        how = "approved" if request.approved else "declined"
        told = f"{texts.inline(request.decided_by.name, 60)} {how} it. {told}"
        if request.why:
            told += f" Reason: {texts.inline(request.why, LONGEST_ANSWER)}"
    return told


def asked_by(request: Request) -> str:
    return texts.inline(request.asked_by.name, 60)


def facts(request: Request, case: str = "") -> list[list[kit.Part]]:
    """Who asks, about which case, what is at stake and by which flow, a line each; `case` is raw text."""
    lines: list[list[kit.Part]] = [
        [kit.bold("Asked by: "), asked_by(request)],
        [kit.bold("Order: "), texts.inline(request.order_number, 60)],
        [kit.bold("At stake: "), str(request.stake)],
    ]
    if case:
        lines.append([kit.bold("Case: "), texts.inline(case)])
    if request.flow is not None:
        lines.append([kit.bold("Flow: "), texts.inline(f"{request.flow.title}, {request.flow.stamp}", 100)])
    if request.hands:
        named = ", ".join(texts.inline(one.name, 40) for one in request.hands[:5])
        lines.append([kit.bold("Had a part in it: "), named])
    return lines


def said(request: Request) -> list[sb.Block]:
    """The reason, the note and what forms of the flow were answered with."""
    labels = _labels(request)
    told = {one.id for one in (request.flow.steps if request.flow else ()) if not one.fields}
    lines: list[list[kit.Part]] = [
        [
            kit.bold(f"{texts.inline(labels.get(name, name), 60)}: "),
            STEPS_DONE.get(text, text) if name in told else texts.inline(text, LONGEST_ANSWER),
        ]
        for name, text in request.said.items()
        if text.strip()
    ]
    return [kit.rich("said", lines[:20])] if lines else []


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


def row(prefix: str, request: Request) -> list[sb.Block]:
    """A request as two lines of a list, with a button."""
    show = kit.button("Look", SHOW, str(request.id), label=f"Look at order {request.order_number}")
    small = f"{STATE_NAMES[request.state]} · {texts.marked(request.asked_by.name, 60)} · "
    small += texts.date(request.asked_at)
    return [
        kit.section(f"{prefix}.{request.id}", what(request), show),
        kit.small(f"{prefix}.{request.id}.facts", small),
    ]


def to_approve(requests: Sequence[Request], total: int) -> list[sb.Block]:
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
