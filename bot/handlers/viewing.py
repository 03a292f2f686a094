"""Viewing as somebody else: it begins and ends, and whatever is pressed meanwhile is answered read only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.blocks import home as blocks
from bot.blocks import words
from bot.dialogs import view_as
from bot.dialogs.forms import FieldErrors
from bot.domain.ids import PersonId
from bot.domain.people import Person
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Errors, Open, Options, Publish, Refresh, Replace, Reply
from bot.handlers.targets import number_in
from bot.services import home, viewing
from bot.services.desk import Desk

Handler = Callable[[Desk, Call], Awaitable[Reply]]

READS = frozenset(
    {
        "home.list", "home.newer", "home.older", "home.search", "home.kb", "home.saved", "home.access",
        "home.mail", "case.page", "case.history", "case.history.newer", "case.history.older",
        "case.comments", "case.comments.newer", "case.comments.older", "comment.versions",
        "case.list.newer", "case.list.older", "case.search", "case.search.newer", "case.search.older",
        "case.query.run", "kb.read", "kb.search", "kb.list.back", "kb.list.on", "kb.page.back", "kb.page.on",
        "kb.version.back", "kb.version.on", "access.list.back", "access.list.on", "access.list.others",
        "desk.mail.look", "desk.mail.later", "customer.find", "customer.show", "customer.story",
        "customer.story.newer", "customer.story.older", "order.show", "order.cart",
        "product_review.show", "product_review.list", "product_review.list.back", "product_review.list.on",
        "product_review.begin", "product_review.next", "product_review.skip", "fraud.show", "fraud.list",
        "fraud.list.back", "fraud.list.on", "area.reviews", "area.fraud",
        "product_review.list.narrow", "fraud.list.narrow", "area.tickets", "area.orders",
        "area.orders.list", "area.orders.narrow",
        "area.orders.filter", "area.orders.turn.newer", "area.orders.turn.older", "area.returns",
        "area.returns.filter", "area.returns.turn.newer", "area.returns.turn.older", "area.requests",
        "area.requests.turn.newer", "area.requests.turn.older", "order.request", "order.numbered",
        "area.customers", "area.customers.filter", "area.customers.turn.newer",
        "area.customers.turn.older", "area.customers.find",
        "order.request.look", "area.personal_data", "personal.newer", "personal.older", "personal.filter",
    }
)  # fmt: skip
"""The routes that show something and change nothing. All others are refused, also those to come."""


async def choose(desk: Desk, call: Call) -> Reply:
    """The View as button of Home."""
    await viewing.may_view_as(desk, call.by)
    return Open(view_as.view())


async def people_like(desk: Desk, call: Call) -> Reply:
    """What the select of people offers for what was typed."""
    found = await viewing.names_like(desk, call.by, call.text)
    return Options(tuple(view_as.person(one.id, one.name, one.also) for one in found))


async def submitted(desk: Desk, call: Call) -> Reply:
    """It is written down when this returns; Home is the other person's then."""
    chosen = view_as.read(call.fields)
    if isinstance(chosen, FieldErrors):
        return Errors(chosen.errors)
    try:
        await viewing.begin(desk, call.by, call.key, chosen)
        viewed = await viewing.viewed(desk, call.by, chosen)
    except Refusal as refusal:
        if refusal.reason not in (Reason.VIEW_ABOVE, Reason.VIEW_YOURSELF, Reason.NO_SUCH_PERSON):
            raise
        return Errors({"viewed": words.plain(refusal, "UTC")})
    page = await home.home(replace(desk, viewing=viewed), call.by)
    return Publish(view_as.marked(blocks.home(page, desk.policy), viewed))


async def stop(desk: Desk, call: Call) -> Reply:
    """Stop: one's own Home comes back, at once where it was pressed there."""
    in_window = call.payload is Payload.MODAL_BUTTON
    await viewing.end(desk, call.by, PersonId(number_in(call.value)), publish=in_window)
    if in_window:
        return Replace(view_as.stopped())
    return Publish(blocks.home(await home.home(desk, call.by), desk.policy))


async def answered(desk: Desk, call: Call, handler: Handler) -> Reply:
    """The answer to whatever was pressed in a view that is seen as somebody else: read with their eyes.

    Raises VIEWING_ONLY for every act, and NOT_YOUR_ROLE for who may not view as others (any more).
    """
    assert call.view is not None
    if call.route == view_as.STOP:
        return await handler(desk, call)
    viewed = await viewing.viewed(desk, call.by, PersonId(call.view.viewing or 0))
    if call.route not in READS:
        raise Refusal(Reason.VIEWING_ONLY, {"name": viewed.name})
    return _marked(await handler(replace(desk, viewing=viewed), call), viewed)


def _marked(reply: Reply, viewed: Person) -> Reply:
    if isinstance(reply, Open | Replace | Refresh | Publish):
        return replace(reply, view=view_as.marked(reply.view, viewed))
    return reply
