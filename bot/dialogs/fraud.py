"""The windows of a fraud report: its page, and the form that decides; `handlers.fraud` shows them."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, queues, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.shop import ORDER_STATUS_NAMES
from bot.blocks.words_orders import NO_APPROVALS
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held
from bot.domain.commerce.faults import ActRefused
from bot.domain.commerce.fraud import FraudRuling
from bot.domain.commerce.fraud_queue import Declined, FraudShown, Rejecting, may_continue
from bot.domain.commerce.queue_filters import FraudState
from bot.domain.commerce.requests import Came, RequestState, Submitted
from bot.domain.ids import FraudReportId
from bot.domain.refusals import Refusal
from bot.domain.shop.money import Money

PAGE, DECIDE = "fraud.page", "fraud.decide"
APPROVE, REJECT = "fraud.approve", "fraud.reject"
AGREE, DECLINE = "fraud.agree", "fraud.decline"
GO_ON = "fraud.go_on"
ORDER = "order.show"

LONGEST_REMARK = 1000
SYMPTOMS_SHOWN = 20

_WAY = {APPROVE: "approve", REJECT: "reject", AGREE: "agree", DECLINE: "decline"}
_TITLES = {
    "approve": "Approve the order",
    "reject": "Reject the order",
    "agree": "Agree",
    "decline": "Decline",
}


def page(shown: FraudShown, *, banner: str | None = None, room: int = 1, wrote: str = "") -> View:
    """A report whole. `banner` is raw text; `room` is how many windows may be opened on top of it.

    `wrote` is what somebody had written who came second: it is kept nowhere, so it stays in sight.
    """
    report, order = shown.report, shown.order
    symptoms = [f"{texts.inline(name, 100)}: {score}" for name, score in report.ranked[:SYMPTOMS_SHOWN]]
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        *forms.wrote(wrote),
        kit.header("head", f"Order {order.number}: score {report.score}"),
        kit.rich("facts", _facts(shown)),
        kit.marked_section("symptoms.head", "*Symptoms*"),
        kit.section("symptoms", "\n".join(symptoms) or "The provider names none."),
        kit.marked_section("order.head", "*The order*"),
        kit.rich("order", _order(shown)),
        kit.marked_section("past.head", "*The customer until now*"),
        kit.section("past", _past(shown)),
    ]
    blocks += _decision(shown)
    blocks += _acts(shown, room)
    return kit.modal(
        "Fraud report",
        blocks,
        callback_id=PAGE,
        metadata=json.dumps({"report": shown.id, "room": room}),
    )


def _facts(shown: FraudShown) -> list[list[kit.Part]]:
    lines: list[list[kit.Part]] = [
        [kit.bold("State: "), queues.FRAUD_STATE_NAMES[shown.state]],
        [kit.bold("By: "), texts.inline(shown.report.provider, 80)],
    ]
    for provider, state in shown.others[:3]:
        lines.append(
            [kit.bold("Also "), f"{texts.inline(provider, 60)}: {queues.FRAUD_STATE_NAMES[state].lower()}"]
        )
    return lines


def _order(shown: FraudShown) -> list[list[kit.Part]]:
    order = shown.order
    suspended = ", suspended" if order.is_suspended else ""
    lines: list[list[kit.Part]] = [
        [kit.bold("Customer: "), texts.inline(order.customer_name)],
        [kit.bold("Total: "), _total(shown)],
        [kit.bold("Captured: "), f"{order.captured} of {order.authorized} authorised"],
        [kit.bold("Status: "), f"{ORDER_STATUS_NAMES[order.status]}{suspended}"],
    ]
    items = ", ".join(f"{one.net_ordered} × {texts.inline(one.name, 40)}" for one in order.products[:5])
    lines.append([kit.bold("Items: "), items + (" and more" if len(order.products) > 5 else "")])
    if shown.bill_to:
        lines.append([kit.bold("Bill to: "), _address(shown.bill_to)])
    sent = [_address(one.address) for one in order.deliveries if one.address]
    if sent:
        mark = " — another address than the bill's" if shown.elsewhere else ""
        lines.append([kit.bold("Send to: "), f"{'; '.join(sent[:3])}{mark}"])
    return lines


def _total(shown: FraudShown) -> str:
    """What it comes to now; where something was cancelled since, also what it came to when it was placed."""
    placed = shown.order.money(shown.order.totals.grand)
    return f"{shown.now}, of {placed} when it was placed" if shown.now not in (None, placed) else str(placed)


def _address(written: str) -> str:
    return texts.inline(", ".join(one.strip() for one in written.splitlines() if one.strip()), 150)


def _past(shown: FraudShown) -> str:
    past = shown.past
    if not past.orders:
        return "This is the first order of theirs that the desk knows."
    told = [f"{past.orders} other order{'s' if past.orders > 1 else ''}"]
    if past.canceled:
        told.append(f"{past.canceled} of them cancelled or refunded")
    if past.with_returns:
        told.append(f"{past.with_returns} with returns")
    told.append(f"{past.rejected} rejected for fraud" if past.rejected else "none rejected for fraud")
    return f"{', '.join(told)}."


def _decision(shown: FraudShown) -> list[sb.Block]:
    """Who decided, or wants to, when and why."""
    made: list[sb.Block] = []
    decision, proposal = shown.report.decision, shown.proposal
    if decision is not None:
        ruled = queues.RULING_NAMES[decision.ruling].capitalize()
        told = f"*{ruled}* by {texts.who(decision.by)} {texts.date(decision.at)}"
        if decision.remark:
            told += f": {texts.marked(decision.remark, 500)}"
        if shown.agreed is not None:
            told += f"\nAgreed to by {texts.who(shown.agreed.by)} {texts.date(shown.agreed.at)}"
            told += f": {texts.marked(shown.agreed.remark, 500)}" if shown.agreed.remark else ""
        made.append(kit.marked_section("decision", told))
        if decision.ruling is FraudRuling.REJECT:
            made += _ending(shown)
    elif proposal is not None:
        ruled = queues.RULING_NAMES[proposal.ruling]
        told = f"{texts.who(proposal.by)} wants it *{ruled}* {texts.date(proposal.at)}"
        told += f": {texts.marked(proposal.remark, 500)}" if proposal.remark else ""
        made.append(kit.marked_section("decision", f"{told}\nA second person has to agree."))
    elif shown.waits and shown.declined is not None:
        made.append(kit.marked_section("decision", _no(shown.declined)))
    return [kit.divider("decision.line"), *made] if made else []


def _no(declined: Declined) -> str:
    """mrkdwn: what somebody wanted, and who declined it, and why."""
    proposal, second = declined.proposal, declined.second
    wanted = f"{texts.who(proposal.by)} wanted it {queues.RULING_NAMES[proposal.ruling]}"
    wanted += f": {texts.marked(proposal.remark, 500)}" if proposal.remark else ""
    why = f": {texts.marked(second.remark, 500)}" if second.remark else ""
    return f"{wanted}\n*Declined* by {texts.who(second.by)} {texts.date(second.at)}{why}"


def _ending(shown: FraudShown) -> list[sb.Block]:
    """What is still to be done with a rejected order."""
    would = shown.rejecting
    if would is None:
        return [
            kit.section("ending", f"It cannot be cancelled as it stands: {texts.first(shown.trouble, 500)}")
        ]
    left = ending_left(would, shown.order.currency)
    if not left:
        return [kit.section("ending", "Nothing of the order is left to cancel, and nothing is owed back.")]
    return [kit.section("ending", "Still to be done: " + "; ".join(left) + ".")]


def ending_left(would: Rejecting, currency: str) -> list[str]:
    """What rejecting an order comes to, in raw text; nothing where nothing is left."""

    def money(minor: int) -> str:
        return str(Money(minor=minor, currency=currency))

    left = []
    if would.units:
        left.append(f"{_units(would.units)} to cancel, {money(would.comes_off)} comes off")
    if would.to_refund:
        left.append(f"{money(would.to_refund)} to refund")
    if would.to_reverse:
        left.append(f"{money(would.to_reverse)} of the authorisation to give back")
    return left


def is_unfinished(shown: FraudShown) -> bool:
    """Whether a rejected order still needs something done."""
    would = shown.rejecting
    return would is not None and bool(ending_left(would, shown.order.currency))


def came(what: Submitted | Refusal | ActRefused | None, zone: str) -> str:
    """What became of the next act on a rejected order; raw text."""
    match what:
        case None:
            return "Nothing is left to do on this order."
        case Refusal():
            return f"Not done: {words.plain(what, zone)}"
        case ActRefused():
            return f"Not done: {texts.first(str(what), 500)}"
        case Submitted(came=Came.ASKS):
            return "Your team's flow asks for more than this. Cancel it from the order's page."
    if what.request is None:
        return "The order changed meanwhile. Look at it again, then go on."
    return _STATES.get(what.request.state, "It is under way; you are told when it is done.")


_STATES = {
    RequestState.DONE: "Done.",
    RequestState.AWAITS_APPROVAL: "A second person has to agree to this act on the order; they are told.",
    RequestState.IN_DOUBT: "The shop did not answer. The desk reads the order until it knows.",
    RequestState.REFUSED: "The shop refused it. Look at the order.",
}


def _units(count: int) -> str:
    return f"{count} unit{'' if count == 1 else 's'}"


def _acts(shown: FraudShown, room: int) -> list[sb.Block]:
    made: list[sb.Button] = []
    told: list[sb.Block] = []
    value = f"{shown.id}.{shown.order.version}"
    if shown.waits and shown.refusal is not None:
        told.append(kit.small("refusal", kit.plain(words.plain(shown.refusal, shown.person.timezone))))
    elif shown.state is FraudState.WAITING and room:
        made.append(kit.button("Approve", APPROVE, value, style="primary", label="Approve this order"))
        made.append(kit.button("Reject", REJECT, value, style="danger", label="Reject this order"))
        if shown.needs_second:
            told.append(kit.small("second", kit.plain(_second(shown))))
    elif shown.state is FraudState.PROPOSED and shown.no_approval is not None:
        told.append(kit.small("refusal", kit.plain(NO_APPROVALS[shown.no_approval])))
    elif shown.state is FraudState.PROPOSED and room:
        made.append(kit.button("Agree", AGREE, value, style="primary"))
        made.append(kit.button("Decline", DECLINE, value, style="danger"))
    if shown.state is FraudState.REJECTED and shown.refusal is None and is_unfinished(shown):
        made.append(kit.button("Do the next of it", GO_ON, value, style="danger"))
    if room:
        made.append(kit.button("Order", ORDER, str(shown.order.id), label="Look at the order"))
    return [kit.divider("acts.line"), *told, *([kit.buttons("acts", *made)] if made else [])]


def _second(shown: FraudShown) -> str:
    limit = f"Alone you decide up to {shown.limit}. " if shown.limit is not None else ""
    return f"{limit}A second person has to agree to what you decide."


def page_in(metadata: str) -> tuple[FraudReportId, int]:
    """Which report a window shows, and how many windows may be opened on top of it."""
    kept = held(metadata)
    found, room = kept.get("report"), kept.get("room")
    return FraudReportId(found if type(found) is int else 0), room if type(room) is int else 0


# --- the form -----------------------------------------------------------------------------------------------


def form(shown: FraudShown, way: str, typed: Fields | None = None, banner: str | None = None) -> View:
    """What will come of it, and a word why. `way` is approve, reject, agree or decline."""
    order = shown.order
    needs_words = way in ("reject", "decline")
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        kit.section(
            "about", f"Order {texts.inline(order.number, 60)} of {texts.inline(order.customer_name, 80)}"
        ),
        kit.section("comes", "\n".join(_comes(shown, way))),
        inputs.text(
            "remark",
            "Why?" if needs_words else "A remark",
            initial=forms.kept(typed, "remark", ""),
            limit=LONGEST_REMARK,
            multiline=True,
            optional=not needs_words,
            hint="It is kept with your name. The customer is not told.",
        ),
    ]
    return kit.modal(
        _TITLES[way],
        blocks,
        callback_id=DECIDE,
        submit=way.capitalize(),
        close="Cancel",
        metadata=json.dumps({"report": shown.id, "order": order.version, "way": way}),
    )


def way_of(route: str) -> str:
    """What a button of the page is for."""
    return _WAY[route]


def _comes(shown: FraudShown, way: str) -> list[str]:
    """What will come of it, in raw text: the same rules as the act itself."""
    ruling = way
    if way in ("agree", "decline") and shown.proposal is not None:
        if way == "decline":
            return [f"It waits again, and {texts.inline(shown.proposal.by.name, 60)} is told."]
        ruling = shown.proposal.ruling.value
    told = []
    if ruling == FraudRuling.APPROVE.value:
        if may_continue([state for _, state in shown.others]):
            told.append(
                "The order goes on." + (" It is not suspended any more." if shown.order.is_suspended else "")
            )
        else:
            told.append("The order still waits for its other fraud report.")
    else:
        told += _rejected(shown)
    if way in ("approve", "reject") and shown.needs_second:
        told.append(_second(shown))
    else:
        told.append("A decision on fraud is final.")
    return told


def _rejected(shown: FraudShown) -> list[str]:
    would = shown.rejecting
    if would is None:
        return ["The order cannot be cancelled as it stands: " + texts.first(shown.trouble, 500)]
    left = ending_left(would, shown.order.currency)
    told = (
        [f"The order is to be cancelled: {'; '.join(left)}."]
        if left
        else ["Nothing of it is left to cancel."]
    )
    stays = sum(count for _, count in would.stays)
    if stays:
        told.append(f"{_units(stays)} allocated or sent already: this does not stop them.")
    return told


def read_form(fields: Fields, metadata: str) -> tuple[FraudReportId, int, str, str] | FieldErrors:
    """Which report, in which version of its order, which way, and why."""
    kept = held(metadata)
    report, order, way = kept.get("report"), kept.get("order"), kept.get("way")
    remark = forms.text_in(fields, "remark")
    chosen = way if isinstance(way, str) and way in _TITLES else "reject"
    if not remark and chosen in ("reject", "decline"):
        return FieldErrors(errors={"remark": "The reason is missing. Say why in a few words."})
    numbers = (report if type(report) is int else 0, order if type(order) is int else 0)
    return FraudReportId(numbers[0]), numbers[1], chosen, remark


def fits(shown: FraudShown, way: str) -> bool:
    """Whether a report still stands where this form belongs to it."""
    wanted = FraudState.PROPOSED if way in ("agree", "decline") else FraudState.WAITING
    return shown.state is wanted


def said(shown: FraudShown, way: str) -> str:
    """What came of it, on top of the page; raw text."""
    if way == "decline":
        return "You declined. It waits for a decision again."
    if shown.state is FraudState.PROPOSED:
        return "Saved. It counts once a second person agrees; those who may are told."
    number = texts.inline(shown.order.number, 60)
    if shown.state is FraudState.APPROVED:
        return f"Order {number} is approved."
    return f"Order {number} is rejected."
