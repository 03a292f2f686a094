"""The page of one request for an act on an order, with what this person may do; and the forms it opens.

`handlers.order_requests` shows them: a decline, an answer to a step, what somebody saw in the shop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import slackblocks as sb

from bot.blocks import inputs, kit, order_mails, rehearsals
from bot.blocks import order_requests as blocks_of
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names_orders import REQUEST_NAMES
from bot.dialogs import forms, rehearse_act
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.flows import FlowStep, StepKind
from bot.domain.commerce.mail_drafts import MailDraft
from bot.domain.commerce.requests import Request, Requests, RequestShown, RequestState
from bot.domain.ids import OrderRequestId
from bot.domain.policy import Choice

CALLBACK_ID = "order.request"
DECLINED, SETTLED, ANSWERED = "order.request.declined", "order.request.settled", "order.request.answered"

MAILED_AGAIN = "order.request.mailed_again"

LONGEST_WHY = 500

HOW, BY_MAIL = "how", "mail"
WAYS = (
    Choice(value=BY_MAIL, label="Send this e-mail"),
    Choice(value="by_hand", label="I have told them by hand: send nothing"),
)


def view(shown: RequestShown, said: str | None = None, *, on_top: bool = False) -> View:
    """The page; `said` is a sentence on top, raw text. `on_top`: no further window fits over it."""
    request = shown.request
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.header("head", blocks_of.what(request)),
        kit.section("outcome", blocks_of.outcome(request)),
        kit.rich("facts", blocks_of.facts(request, shown.grounds)),
        *_rule(shown),
        kit.small("dates", _dates(request)),
        *blocks_of.said(request),
        *rehearse_act.held(shown.held),
        *blocks_of.warnings(shown),
        *_acts(shown),
    ]
    if request.trouble:
        blocks += kit.typed("trouble", texts.first(request.trouble, 2000), quote=True)
    if shown.fresh is None:  # else they stand below, as those that will arise
        blocks += rehearsals.documents("arose", request.documents, request.currency)
    blocks += order_mails.delivery(shown.mails, request.flow)
    if shown.fresh is not None:
        blocks += [kit.divider("fresh.line"), *rehearsals.blocks(shown.fresh)]
    if request.is_open:
        blocks += rehearsals.ahead(request.ahead)
    return kit.modal(
        REQUEST_NAMES[request.kind],
        blocks,
        callback_id=CALLBACK_ID,
        metadata=_reference(request.id, top=on_top),
    )


def _rule(shown: RequestShown) -> list[sb.Block]:
    if shown.grounds is None:
        return []
    return [kit.small("rule", kit.plain(blocks_of.rule(shown.request, shown.grounds)))]


def _dates(request: Request) -> str:
    dates = f"Asked {texts.date(request.asked_at)}"
    if request.decided_at is not None:
        how = "Decided" if request.decided_by is not None else "Taken back"
        dates += f" · {how} {texts.date(request.decided_at)}"
    if request.waits_until is not None and request.state is RequestState.WAITS:
        dates += f" · Goes on {texts.date(request.waits_until)}"
    return dates


def _acts(shown: RequestShown) -> list[sb.Block]:
    request = shown.request
    value, about = str(request.id), f"order {request.order_number}"
    made = []
    if shown.may_decide:
        made += [one for one in blocks_of.deciding(request, shown.fresh) if one.action_id != blocks_of.SHOW]
    if shown.may_answer:
        made.append(kit.button("Answer...", blocks_of.ANSWER, value, label=f"Answer the flow: {about}"))
    if request.state is RequestState.WAITS_FOR_GOODS:
        made.append(
            kit.button(
                "Receive goods",
                blocks_of.RECEIVE,
                blocks_of.receiving(request),
                label=f"Receive goods: {about}",
            )
        )
    if shown.may_retry:
        made.append(kit.button("Try again", blocks_of.RETRY, value, label=f"Try again: {about}"))
    if shown.may_settle:
        made.append(kit.button("It was done...", blocks_of.DONE, value, label=f"It was done: {about}"))
        made.append(
            kit.button("It was not done...", blocks_of.NOT_DONE, value, label=f"It was not done: {about}")
        )
    if shown.may_withdraw:
        made.append(kit.button("Take it back", blocks_of.WITHDRAW, value, label=f"Take it back: {about}"))
    if shown.may_mail:
        made += order_mails.again(shown.mails, request.id)
    made.append(kit.button("Look again", blocks_of.LOOK, value, label=f"Look again: {about}"))
    made.append(
        kit.button("Order", blocks_of.SHOW_ORDER, request.order_number, label=f"Show {about}"),
    )
    return [kit.buttons("acts", *made)]


def listing(page: Requests, title: str, callback_id: str, metadata: str, turning: list[sb.Block]) -> View:
    """A page of requests, with the buttons that turn it."""
    blocks: list[sb.Block] = []
    if not page.rows:
        blocks.append(kit.section("none", "Nothing is in this list now."))
    else:
        first = page.offset + 1
        blocks.append(kit.small("count", f"{first}-{page.offset + len(page.rows)} of {page.total}"))
        for one in page.rows:
            blocks += blocks_of.row("row", one)
    return kit.modal(title, [*turning, *blocks], callback_id=callback_id, metadata=metadata)


def decline(request: Request, typed: Fields | None = None) -> View:
    """The form that declines a request: whoever asked is told why."""
    return _why_form(request, DECLINED, "Decline", "Why not?", "Whoever asked reads it.", typed)


def settle(request: Request, *, was_done: bool, typed: Fields | None = None) -> View:
    """The form that says what somebody saw in the shop."""
    label = "It was done: how do you know?" if was_done else "It was not done: how do you know?"
    hint = "Look in the shop first. What you write is kept with your name."
    return _why_form(request, SETTLED, "Settle it", label, hint, typed, was_done=was_done)


def _why_form(
    request: Request,
    callback_id: str,
    title: str,
    label: str,
    hint: str,
    typed: Fields | None,
    **more: bool,
) -> View:
    initial = forms.kept(typed, "why", "")
    return kit.modal(
        title,
        [
            kit.section("about", blocks_of.what(request)),
            inputs.text("why", label, initial=initial, limit=LONGEST_WHY, multiline=True, hint=hint),
        ],
        callback_id=callback_id,
        submit=title,
        close="Cancel",
        metadata=_reference(request.id, **more),
    )


def why(fields: Fields) -> str | FieldErrors:
    """The reason, or a sentence where it is missing."""
    said = forms.text_in(fields, "why")
    return said or FieldErrors(errors={"why": "The reason is missing. Say why in a few words."})


def answer(request: Request, draft: MailDraft | None = None, said: str | None = None) -> View | None:
    """The form of the step at which a request stands; None where it stands at none.

    `draft` is what it would e-mail to the customer; `said` a sentence on top, raw text.
    """
    step = request.step
    if step is None or not (step.mails or step.kind in (StepKind.FORM, StepKind.MESSAGE)):
        return None
    if step.mails and draft is not None:
        return _mail_form(request, step, draft, said)
    return kit.modal(
        texts.first(step.title, 24),
        [kit.section("about", blocks_of.what(request)), *rehearse_act.asked(step, request.said, None)],
        callback_id=ANSWERED,
        submit="Save" if step.kind is StepKind.FORM else "Read",
        close="Cancel",
        metadata=_reference(request.id),
    )


def _mail_form(request: Request, step: FlowStep, draft: MailDraft, said: str | None) -> View:
    """The e-mail of a step as it would go, or why a person has to tell the customer."""
    blocks: list[sb.Block] = [
        *forms.banner(said),
        kit.section("about", blocks_of.what(request)),
        *rehearse_act.asked(step, request.said, None),
        *order_mails.preview(draft, request.flow),
    ]
    if draft.may_go:
        blocks.append(inputs.radio(HOW, "How the customer hears of it", WAYS, initial=BY_MAIL))
    else:
        blocks.append(kit.section("by_hand", "Tell the customer by hand, then say so here: It is sent."))
    return kit.modal(
        texts.first(step.title, 24),
        blocks,
        callback_id=ANSWERED,
        submit="Go on" if draft.may_go else "It is sent",
        close="Cancel",
        metadata=_reference(request.id, mail=draft.digest if draft.may_go else ""),
    )


def mail_again(request: Request, step: FlowStep, draft: MailDraft, said: str | None = None) -> View:
    """The e-mail of a step that did not surely arrive, as it would go once more with the values of now."""
    return kit.modal(
        texts.first(step.title, 24),
        [
            *forms.banner(said),
            kit.section("about", blocks_of.what(request)),
            *order_mails.preview(draft, request.flow),
        ],
        callback_id=MAILED_AGAIN,
        submit="Send it again" if draft.may_go else None,
        close="Cancel",
        metadata=_reference(request.id, step=step.id, mail=draft.digest),
    )


def by_mail(fields: Fields, held: Mapping[str, object]) -> str:
    """The digest of the e-mail that somebody wants sent as it was shown; empty where they tell by hand."""
    digest = held.get("mail")
    return digest if isinstance(digest, str) and forms.choice_in(fields, HOW) == BY_MAIL else ""


def _reference(request_id: OrderRequestId, **more: bool | str) -> str:
    return json.dumps({"request": request_id, **more})


def request_in(metadata: str) -> tuple[OrderRequestId, Mapping[str, object]]:
    """The request that a window is about, and what else it keeps. Raises ValueError."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    match held:
        case {"request": int(request_id)}:
            return OrderRequestId(request_id), held
    raise ValueError("private_metadata holds no request")
