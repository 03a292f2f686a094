"""How the routes of acts on orders are used, and the right that each needs; `routes.ROWS` has them too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.domain.commerce.requests import RIGHT_FOR, RequestKind
from bot.domain.permissions import Act
from bot.domain.refusals import Reason
from bot.handlers.call import Payload

NUMBER = "1001"
"""An order that is not there: whoever is let in is told so."""

_NONE = frozenset({Reason.NO_SUCH_ORDER_REQUEST})
"""A request that is not there, or that they may not see."""

_ABOUT = {"order": NUMBER, "case": None, "parent": None, "top": False}
_ITEMS = {"cancel": "1x1", "why": "Unknown"}
_KEPT: Mapping[RequestKind, Mapping[str, Any]] = {
    RequestKind.CANCEL: _ITEMS,
    RequestKind.RETURN: {"return": "1x1", "why": "Unknown", "under_way": False},
    RequestKind.RECEIVE: {
        "receive": f"{NUMBER}-R1",
        "g": [[1, 1, 0, 0]],
        "w": [""],
        "lost": False,
        "m": True,
    },
    RequestKind.MEMO: {"name": "write_memo", "of": {"changes": [f"{NUMBER}-C1"]}},
    RequestKind.REFUND: {"name": "refund_money", "of": {"source": "excess", "amount": 1}},
}
"""An act of each kind, as a rehearsal's window keeps it."""


def _held(**more: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda target: {**_ABOUT, **more}


def order_rows(use: Callable[..., Any]) -> dict[tuple[Payload, str], tuple[Any, ...]]:
    """A row for each route; `use` makes one way to use it."""
    modal, message, home = Payload.MODAL_BUTTON, Payload.MESSAGE_BUTTON, Payload.HOME_BUTTON
    return {
        **{
            (Payload.COMMAND, f"/order {word}"): (use(act=Act.READ_ORDERS, text=lambda t: NUMBER),)
            for word in ("cancel", "return", "refund")
        },
        **{
            (modal, f"order.act.{kind.value}"): (use(act=Act.READ_ORDERS, value=lambda t: NUMBER),)
            for kind in RequestKind
        },
        (message, "order.act.receive"): (use(act=Act.READ_ORDERS, value=lambda t: f"1.{NUMBER}"),),
        (modal, "order.acts"): (use(act=Act.READ_ORDERS, value=lambda t: NUMBER),),
        (modal, "order.numbered"): (use(act=Act.READ_ORDERS, value=lambda t: NUMBER),),
        **{
            (modal, route): (
                use(
                    act=Act.READ_ORDERS,
                    value=lambda t: "0",
                    held=_held(kind="cancel", start=0, picked=""),
                ),
            )
            for route in ("order.pick.turn", "order.pick.all")
        },
        (modal, "order.receive.choose"): (
            use(act=Act.READ_ORDERS, value=lambda t: f"{NUMBER}-R1", held=_held()),
        ),
        **{
            (modal, f"order.return.move.{move}"): (
                use(act=Act.REHEARSE_ORDER_ACT, value=lambda t: f"{NUMBER}-R1", held=_held()),
            )
            for move in ("approve", "cancel", "complete")
        },
        **_submissions(use),
        **_requests(use, modal),
        **_requests(use, message),
        (home, "order.request"): (use(act=Act.READ_ORDERS, value=lambda t: "99", anothers=_NONE),),
        (home, "area.tickets"): (use(act=None, member_only=True),),
        (home, "area.orders"): (use(act=Act.READ_ORDERS),),
        (home, "area.returns"): (use(act=Act.READ_ORDERS),),
        (home, "area.requests"): (use(act=Act.READ_ORDERS, value=lambda t: "to_approve"),),
        (modal, "area.requests"): (use(act=Act.READ_ORDERS, value=lambda t: "mine"),),
        **{
            (modal, f"area.{name}.filter"): (use(act=Act.READ_ORDERS, value=lambda t: "all"),)
            for name in ("orders", "returns")
        },
        (modal, "area.orders.narrow"): (use(act=Act.READ_ORDERS),),
        (Payload.SUBMISSION, "area.orders.list"): (use(act=Act.READ_ORDERS),),
        **{(modal, f"area.{name}.save"): (use(act=Act.SAVE_QUERY),) for name in ("orders", "returns")},
        **{
            (modal, f"area.orders.turn.{way}"): (
                use(act=Act.READ_ORDERS, value=lambda t: "2026-11-22T12:00:00+00:00 7"),
            )
            for way in ("newer", "older")
        },
        **{
            (modal, f"area.{name}.turn.{way}"): (use(act=Act.READ_ORDERS, value=lambda t: "7"),)
            for name in ("returns", "requests")
            for way in ("newer", "older")
        },
    }


def _submissions(use: Callable[..., Any]) -> dict[tuple[Payload, str], tuple[Any, ...]]:
    sent = Payload.SUBMISSION
    picked: Sequence[RequestKind] = (RequestKind.CANCEL, RequestKind.RETURN)
    return {
        (sent, "order.pick"): tuple(
            use(
                act=Act.REHEARSE_ORDER_ACT,
                fields={"line.1": "1", "reason": "Unknown"},
                held=_held(kind=kind.value, start=0, picked=""),
            )
            for kind in picked
        ),
        (sent, "order.receive"): (
            use(act=Act.REHEARSE_ORDER_ACT, fields={"accepted.1": "1"}, held=_held(back=f"{NUMBER}-R1")),
        ),
        (sent, "order.refund"): (
            use(
                act=Act.REHEARSE_ORDER_ACT, fields={"source": "excess", "amount": "1"}, held=_held(cur="USD")
            ),
        ),
        (sent, "order.memo"): (
            use(act=Act.REHEARSE_ORDER_ACT, ticks="changes", ticked=f"{NUMBER}-C1", held=_held()),
        ),
        (sent, "order.rehearsal"): tuple(
            use(act=RIGHT_FOR[kind], held=_held(act=act, token="f" * 64, was=[]))
            for kind, act in _KEPT.items()
        ),
        (sent, "order.request.declined"): (
            use(act=Act.APPROVE, fields={"why": "No"}, held=lambda t: {"request": 99}, anothers=_NONE),
        ),
        (sent, "order.request.settled"): (
            use(
                act=Act.APPROVE,
                fields={"why": "Seen"},
                held=lambda t: {"request": 99, "was_done": True},
                anothers=_NONE,
            ),
        ),
        (sent, "order.request.mailed_again"): (
            use(
                act=Act.READ_ORDERS,
                held=lambda t: {"request": 99, "step": "label", "mail": "ff"},
                anothers=_NONE,
            ),
        ),
        (sent, "order.request.answered"): (
            use(
                act=Act.READ_ORDERS,
                fields={"asked.seal": "yes"},
                held=lambda t: {"request": 99},
                anothers=_NONE,
            ),
        ),
    }


def _requests(use: Callable[..., Any], payload: Payload) -> dict[tuple[Payload, str], tuple[Any, ...]]:
    """What is pressed about a request that is not there."""
    words = ("look", "decline", "answer", "was_done", "not_done")
    return {
        (payload, "order.request"): (use(act=Act.READ_ORDERS, value=lambda t: "99", anothers=_NONE),),
        **{
            (payload, f"order.request.{word}"): (
                use(act=Act.READ_ORDERS, value=lambda t: "99", anothers=_NONE),
            )
            for word in words
        },
        (payload, "order.request.approve"): (use(act=Act.APPROVE, value=lambda t: "99.ff", anothers=_NONE),),
        (payload, "order.request.mail_again"): (
            use(act=Act.READ_ORDERS, value=lambda t: "99.label", anothers=_NONE),
        ),
        (payload, "order.request.retry"): (use(act=Act.REFUND, value=lambda t: "99", anothers=_NONE),),
        (payload, "order.request.withdraw"): (
            use(act=Act.REHEARSE_ORDER_ACT, value=lambda t: "99", anothers=_NONE),
        ),
    }
