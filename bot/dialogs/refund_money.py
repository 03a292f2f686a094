"""The windows in which money is paid back, a credit memo is written, or a return without a flow is moved.

`handlers.order_acts` shows them. Each source says what it owes, and all of it is over the whole order.
"""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names_orders import CHANGE_NAMES, STAGE_NAMES
from bot.dialogs import asked_acts, forms
from bot.dialogs.asked_acts import About
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.acts import MoveReturn, RefundMoney, WriteMemo
from bot.domain.commerce.books import OrderBooks
from bot.domain.commerce.documents import RefundSource, ReturnOrder
from bot.domain.commerce.funds import funds_of, memo_refundable, without_memo
from bot.domain.commerce.requests import OrderStanding
from bot.domain.commerce.returning import moves_by_hand
from bot.domain.commerce.states import ReturnMove
from bot.domain.policy import Choice
from bot.domain.shop.money import WrongAmount, decimals, minor_units, plain

CALLBACK_ID = "order.refund"
MEMO = "order.memo"
MOVE, MOVE_LIST = "order.return.move", "order.return.moves"

LONGEST_REASON = 300
_EXAMPLE = 25
"""Twice the amount that the hint shows, in whole units: 12.50, or 12 where a currency has no decimals."""
_MOVE_NAMES = {ReturnMove.APPROVE: "Approve", ReturnMove.CANCEL: "Drop it", ReturnMove.COMPLETE: "Complete"}


def view(
    standing: OrderStanding,
    about: About,
    *,
    by_hand: bool = True,
    typed: Fields | None = None,
    said: str | None = None,
) -> View:
    """The window of a refund. `by_hand`: the shop can pay back what nothing owes."""
    books, funds = standing.books, standing.funds
    sources = sources_of(books, by_hand=by_hand)
    first = forms.kept(typed, "source", sources[0].value if sources else "")
    blocks: list[sb.Block] = [*forms.banner(said), kit.small("about", kit.plain(f"Order {about.order}"))]
    whole = books.order.money(funds.can_be_refunded)
    blocks.append(kit.section("cap", f"{whole} can be refunded now. That is over the whole order."))
    if not sources:
        blocks.append(kit.section("none", "No payment of this order has money that could go back."))
        return kit.modal("Refund", blocks, callback_id="order.refused", metadata=asked_acts.written(about))
    owed = _owed(books, first)
    blocks += [
        inputs.select("source", "What is paid back?", sources, initial=first),
        inputs.text(
            "amount",
            f"Amount, in {books.currency}",
            initial=forms.kept(typed, "amount", plain(owed, books.currency) if owed else ""),
            limit=20,
            hint=f"As digits, like {plain(_EXAMPLE * 10 ** decimals(books.currency) // 2, books.currency)}.",
        ),
        inputs.select(
            "payment",
            "By which payment?",
            _payments(books),
            initial=forms.kept(typed, "payment", _only(books)) or None,
            optional=True,
            hint="Needed by hand. Else it goes by the payment that can bear it.",
        ),
        inputs.text(
            "reason",
            "Reason",
            initial=forms.kept(typed, "reason", ""),
            limit=LONGEST_REASON,
            multiline=True,
            optional=True,
            hint="Needed by hand: nothing of the order changes, so only this says why.",
        ),
    ]
    return kit.modal(
        "Refund",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Show what it does",
        close="Cancel",
        metadata=asked_acts.written(about, cur=books.currency),
    )


def _only(books: OrderBooks) -> str:
    """The one payment that money can go back by; nothing where there are several to choose from."""
    able = [one.ref for one in books.order.payments if one.available_to_refund]
    return able[0] if len(able) == 1 else ""


def sources_of(books: OrderBooks, *, by_hand: bool) -> list[Choice]:
    """What can be paid back, each with what it owes; by hand is the last."""
    found = []
    excess = _owed(books, RefundSource.EXCESS.value)
    if excess:
        found.append(Choice(value="excess", label=f"Excess funds: {books.order.money(excess)}"))
    for memo in books.memos:
        left = memo_refundable(books, memo)
        if left:
            label = f"Credit memo {texts.inline(memo.number, 30)}: {books.order.money(left)}"
            found.append(Choice(value=f"memo.{memo.number}", label=label))
    most = sum(one.available_to_refund for one in books.order.payments)
    if by_hand and most:
        label = f"By hand, goodwill: at most {books.order.money(most)}"
        found.append(Choice(value="manual", label=label))
    return found


def _owed(books: OrderBooks, source: str) -> int:
    funds = funds_of(books)
    if source == RefundSource.EXCESS.value:
        return min(funds.excess, funds.available)
    memo = books.memo(source.removeprefix("memo."))
    return min(memo_refundable(books, memo), funds.available) if memo else 0


def _payments(books: OrderBooks) -> list[Choice]:
    return [
        Choice(
            value=one.ref,
            label=f"{texts.inline(one.method, 20) or 'Payment'} {texts.inline(one.ref, 30)}",
            meaning=f"{books.order.money(one.available_to_refund)} can go back by it",
        )
        for one in books.order.payments
    ][:100]


def read(metadata: str, fields: Fields) -> RefundMoney | FieldErrors:
    """The act that the window asks for, or what is wrong with its fields."""
    source, errors = forms.choice_in(fields, "source") or "", dict[str, str]()
    currency = str(asked_acts.held(metadata).get("cur", ""))
    payment, reason = forms.choice_in(fields, "payment") or "", forms.text_in(fields, "reason")
    amount = 0
    try:
        amount = minor_units(forms.text_in(fields, "amount"), currency)
    except WrongAmount as wrong:
        errors["amount"] = str(wrong)
    if not errors and amount < 1:
        errors["amount"] = "Write an amount above nothing."
    if not source:
        errors["source"] = "Choose what is paid back."
    if source == "manual" and not payment:
        errors["payment"] = "A refund by hand names its payment. Choose one."
    if source == "manual" and not reason:
        errors["reason"] = "A refund by hand says why. Write a few words."
    if errors:
        return FieldErrors(errors=errors)
    memo = source.removeprefix("memo.") if source.startswith("memo.") else ""
    kind = RefundSource.MEMO if memo else RefundSource(source)
    return RefundMoney(source=kind, amount=amount, memo=memo, payment=payment, reason=reason)


def memo(standing: OrderStanding, about: About, said: str | None = None) -> View:
    """The window that writes a credit memo for change orders which have none."""
    books = standing.books
    open_ = [one for one in without_memo(books) if one.comes_off > 0]
    blocks: list[sb.Block] = [*forms.banner(said), kit.small("about", kit.plain(f"Order {about.order}"))]
    if not open_:
        blocks.append(
            kit.section("none", "Every change order of this order stands in a memo, or owes nothing.")
        )
        return kit.modal(
            "Write a memo", blocks, callback_id="order.refused", metadata=asked_acts.written(about)
        )
    choices = [
        Choice(
            value=one.number,
            label=f"{texts.inline(one.number, 30)}: {books.order.money(one.comes_off)}",
            meaning=CHANGE_NAMES[one.type],
        )
        for one in open_[:100]
    ]
    ticked = [one.number for one in open_ if not one.is_pre_fulfillment]
    blocks.append(inputs.many("changes", "For which change orders?", choices, initial=ticked, optional=False))
    return kit.modal(
        "Write a memo",
        blocks,
        callback_id=MEMO,
        submit="Show what it does",
        close="Cancel",
        metadata=asked_acts.written(about),
    )


def read_memo(fields: Fields) -> WriteMemo | FieldErrors:
    """The memo that is asked for."""
    chosen = fields.get("changes")
    if not isinstance(chosen, tuple) or not chosen:
        return FieldErrors(errors={"changes": "Choose at least one change order."})
    return WriteMemo(changes=chosen)


def moves(standing: OrderStanding, about: About) -> View:
    """The returns that can be approved, dropped or completed by hand, a button each."""
    blocks: list[sb.Block] = []
    led = {one.return_number for one in standing.requests}
    for one in standing.books.returns[:30]:
        buttons = [
            kit.button(
                _MOVE_NAMES[move],
                f"{MOVE}.{move.value}",
                one.number,
                label=f"{_MOVE_NAMES[move]}: {one.number}",
            )
            for move in moves_by_hand(one, led=one.number in led)
        ]
        if buttons:
            blocks.append(kit.section(f"return.{one.number}", _return(one)))
            blocks.append(kit.buttons(f"return.{one.number}.acts", *buttons))
    if not blocks:
        blocks = [kit.section("none", "No return of this order can be moved by hand now.")]
    return kit.modal("Returns", blocks, callback_id=MOVE_LIST, metadata=asked_acts.written(about))


def read_move(route: str, number: str) -> MoveReturn:
    """The move that a button asks for. Raises ValueError."""
    return MoveReturn(number=number, move=ReturnMove(route.removeprefix(f"{MOVE}.")))


def _return(one: ReturnOrder) -> str:
    expected = sum(line.expected for line in one.lines)
    return f"Return {texts.inline(one.number, 40)}: {expected} units, {STAGE_NAMES[one.stage]}"
