"""The routes of the shop, from customers and orders to reviews and personal data; `routes` takes them in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.commerce.requests import RequestKind
from bot.handlers import (
    areas,
    customer_area,
    customers,
    erasing,
    fraud,
    order_acts,
    order_files,
    order_requests,
    orders,
    personal_data,
    placing,
    product_reviews,
    sessions,
)
from bot.handlers.call import Call
from bot.handlers.reply import Reply
from bot.services.desk import Desk

Handler = Callable[[Desk, Call], Awaitable[Reply]]

_ORDER_ACTS: dict[str, Handler] = dict.fromkeys(
    (f"order.act.{kind.value}" for kind in RequestKind), order_acts.begin
)
_ORDER_REQUESTS: dict[str, Handler] = {
    "order.request": order_requests.show,
    "order.request.approve": order_requests.approve,
    "order.request.look": order_requests.look,
    **dict.fromkeys(("order.request.retry", "order.request.withdraw"), order_requests.act),
    **dict.fromkeys(("order.request.decline", "order.request.answer"), order_requests.form),
    "order.request.mail_again": order_requests.mail_again,
    **dict.fromkeys(("order.request.was_done", "order.request.not_done"), order_requests.form),
}
"""What is pressed about a request, in a message and in a window."""

COMMANDS: dict[str, Handler] = {
    "/customer find": customers.find,
    "/customer show": customers.show,
    "/customer new": customers.dialog,
    "/customer edit": customers.dialog,
    "/customer data": personal_data.of_customer,
    "/customer erase": erasing.rehearse,
    "/customer *": customers.usage_of_customer,
    "/order find": orders.find,
    "/order show": orders.show,
    **dict.fromkeys(("/order cancel", "/order return", "/order refund"), order_acts.command),
    "/order fraud": fraud.show_list,
    "/order export": order_files.export,
    "/order *": orders.usage_of_order,
    "/review next": product_reviews.begin,
    "/review list": product_reviews.show_list,
    "/review show": product_reviews.show,
    "/review export": product_reviews.export,
    "/review *": product_reviews.usage_of_review,
}


MODAL_BUTTONS: dict[str, Handler] = {
    "customer.show": customers.show,
    **dict.fromkeys(("customer.new", "customer.edit"), customers.dialog),
    "customer.personal": personal_data.of_customer,
    "customer.erase": erasing.rehearse,
    "personal.new": personal_data.new,
    **dict.fromkeys(("personal.newer", "personal.older"), personal_data.turn),
    "personal.filter": personal_data.narrow,
    **dict.fromkeys(("customer.story", "customer.story.newer", "customer.story.older"), customers.turn_story),
    "order.show": orders.show,
    "order.cart": orders.show_cart,
    **dict.fromkeys(
        ("area.customers.filter", "area.customers.turn.newer", "area.customers.turn.older"),
        customer_area.turn,
    ),
    "area.customers.find": customer_area.find,
    "cart.place": placing.rehearse,
    "cart.look": placing.look,
    "session.end": sessions.end,
    "session.assist": sessions.assist,
    "case.ticket": sessions.ticket,
    "order.numbered": orders.show_numbered,
    **_ORDER_ACTS,
    **_ORDER_REQUESTS,
    "finance.again": order_files.again,
    "finance.reconcile": order_files.has_it,
    "order.acts": order_acts.more,
    **dict.fromkeys(("order.pick.turn", "order.pick.all"), order_acts.turn),
    "order.receive.choose": order_acts.chosen,
    **dict.fromkeys(
        (f"order.return.move.{one}" for one in ("approve", "cancel", "complete")), order_acts.moved
    ),
    "area.orders.filter": areas.filter_orders,
    "area.orders.narrow": areas.narrow_orders,
    **dict.fromkeys(("area.orders.turn.newer", "area.orders.turn.older"), areas.turn_orders),
    "area.returns.filter": areas.filter_returns,
    **dict.fromkeys(("area.returns.turn.newer", "area.returns.turn.older"), areas.turn_returns),
    "area.requests": areas.requests,
    **dict.fromkeys(("area.requests.turn.newer", "area.requests.turn.older"), areas.turn_requests),
    "product_review.show": product_reviews.show,
    "product_review.begin": product_reviews.begin,
    **dict.fromkeys(("product_review.next", "product_review.skip"), product_reviews.step),
    **dict.fromkeys(("product_review.list.back", "product_review.list.on"), product_reviews.turn),
    "product_review.list.narrow": product_reviews.narrow,
    "product_review.approve": product_reviews.approve,
    "product_review.reject": product_reviews.reject,
    "product_review.words": product_reviews.write_reason,
    "product_review.export": product_reviews.export,
    "fraud.show": fraud.show,
    "fraud.go_on": fraud.go_on,
    "fraud.list.narrow": fraud.narrow,
    **dict.fromkeys(("fraud.list.back", "fraud.list.on"), fraud.turn),
    **dict.fromkeys(("fraud.approve", "fraud.reject", "fraud.agree", "fraud.decline"), fraud.form),
}


MESSAGE_BUTTONS: dict[str, Handler] = {
    "order.show": orders.show,
    "order.cart": orders.show_cart,
    "cart.place": placing.rehearse,
    **_ORDER_REQUESTS,
    "order.act.receive": order_acts.begin,
    "fraud.show": fraud.show,
}


HOME_BUTTONS: dict[str, Handler] = {
    "session.end": sessions.end,
    "area.customers": customer_area.show,
    "area.personal_data": personal_data.area,
    "area.orders": areas.orders,
    "area.returns": areas.returns,
    "area.requests": areas.requests,
    "order.request": order_requests.show,
    "area.reviews": product_reviews.show_list,
    "area.fraud": fraud.show_list,
}


SUBMISSIONS: dict[str, Handler] = {
    "customer.find": customers.found,
    "customer.form": customers.submitted,
    "personal.ask": personal_data.submitted,
    "cart.place": placing.submitted,
    "cart.decide": placing.decided,
    "customer.erase": erasing.submitted,
    "order.pick": order_acts.picked,
    "order.receive": order_acts.received,
    **dict.fromkeys(("order.refund", "order.memo"), order_acts.refunded),
    "order.rehearsal": order_acts.submitted,
    "order.request.declined": order_requests.declined,
    "order.request.settled": order_requests.settled,
    "order.request.answered": order_requests.answered,
    "order.request.mailed_again": order_requests.mailed_again,
    "product_review.list": product_reviews.filtered,
    "area.orders.list": areas.narrowed_orders,
    "product_review.decide": product_reviews.reason_submitted,
    "fraud.list": fraud.filtered,
    "fraud.decide": fraud.submitted,
}
