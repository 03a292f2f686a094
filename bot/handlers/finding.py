"""People look for cases: `/case search`, its window, and the searches that they keep."""

from __future__ import annotations

from bot.blocks import words
from bot.dialogs import (
    customer_area,
    find_cases,
    fraud_queue,
    order_areas,
    personal_data,
    picking,
    product_reviews,
    saved_queries,
)
from bot.dialogs.forms import FieldErrors
from bot.domain.commerce.customer_filters import read_customers, read_personal
from bot.domain.commerce.order_filters import read_orders, read_returns
from bot.domain.commerce.queue_filters import read_fraud, read_reviews
from bot.domain.ids import CaseId, QueryId
from bot.domain.pages import Entity, SavedQuery, SearchPage
from bot.domain.refusals import Reason, Refusal
from bot.domain.search import LONGEST_QUERY
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Options, Refresh, Replace, Reply, View
from bot.handlers.spoken import as_typed
from bot.handlers.targets import number_in
from bot.services import customer_lists, finding, order_lists
from bot.services import fraud as frauds
from bot.services import personal_data as personal_reports
from bot.services import product_reviews as reviews
from bot.services.desk import Desk

ABOUT_WORDS = frozenset(
    {
        Reason.UNKNOWN_FILTER,
        Reason.UNKNOWN_FILTER_VALUE,
        Reason.NOTHING_OF_THIS_NAME,
        Reason.EMPTY_TEXT,
        Reason.REVIEW_FILTER,
        Reason.FRAUD_FILTER,
        Reason.ORDER_FILTER,
        Reason.RETURN_FILTER,
        Reason.CUSTOMER_FILTER,
        Reason.PERSONAL_FILTER,
    }
)
"""Refusals that belong to the field of words."""

_SAVES = {
    product_reviews.SAVE: Entity.REVIEWS,
    fraud_queue.SAVE: Entity.FRAUD,
    order_areas.SAVE_ORDERS: Entity.ORDERS,
    order_areas.SAVE_RETURNS: Entity.RETURNS,
    customer_area.SAVE: Entity.CUSTOMERS,
    personal_data.SAVE: Entity.PERSONAL,
}


async def search(desk: Desk, call: Call) -> Reply:
    """`/case search [words]`."""
    return Open(await _searched(desk, call, as_typed(call.text)[:LONGEST_QUERY]))


async def _searched(desk: Desk, call: Call, text: str, said: str | None = None) -> View:
    """The window, also where the words have a slip: then with what was typed, and what is wrong with it."""
    try:
        page = await finding.search(desk, call.by, text)
    except Refusal as refusal:
        if refusal.reason not in ABOUT_WORDS:
            raise
        nothing = await finding.search(desk, call.by, "")
        page = SearchPage(person=nothing.person, text=text)
        said = words.plain(refusal, page.person.timezone)
    return find_cases.view(page, desk.policy, said)


async def submitted(desk: Desk, call: Call) -> Reply:
    """Search in the window: what is found stands in it."""
    try:
        page = await finding.search(desk, call.by, find_cases.read(call.fields))
    except Refusal as refusal:
        if refusal.reason not in ABOUT_WORDS:
            raise
        return Errors({"words": words.plain(refusal, "UTC")})
    return Replace(find_cases.view(page, desk.policy))


async def turn(desk: Desk, call: Call) -> Reply:
    """Newer and Older."""
    assert call.view is not None
    text, starts = find_cases.asked(call.view.metadata)
    starts = (*starts, CaseId(number_in(call.value))) if call.route == find_cases.OLDER else starts[:-1]
    return Replace(find_cases.view(await finding.search(desk, call.by, text, starts), desk.policy))


async def accounts_like(desk: Desk, call: Call) -> Reply:
    """What a select of accounts offers for what was typed: the asker's own, for staff all of them."""
    found = await finding.accounts_like(desk, call.by, call.text)
    return Options(tuple(picking.account(one.id, one.name, one.also) for one in found))


async def cases_like(desk: Desk, call: Call) -> Reply:
    """What a select of cases offers: by number or words, newest first."""
    found = await finding.cases_like(desk, call.by, call.text[:LONGEST_QUERY])
    return Options(tuple(picking.case(one) for one in found))


# Saved searches


async def saved(desk: Desk, call: Call, name: str) -> Reply:
    """`/case list saved [NAME]`: the list, or what the one of this name finds."""
    query = await finding.query_named(desk, call.by, name) if name else None
    if query is not None:
        return Open(await _ran(desk, call, query))
    page = await finding.saved_queries(desk, call.by)
    said = words.plain(Refusal(Reason.NO_SUCH_QUERY), "UTC") if name else None
    return Open(saved_queries.view(page, said))


async def run(desk: Desk, call: Call) -> Reply:
    """Run beside a saved search."""
    query = await finding.saved_query(desk, call.by, QueryId(number_in(call.value)))
    return Open(await _ran(desk, call, query))


async def _ran(desk: Desk, call: Call, query: SavedQuery) -> View:
    """What a query finds, in the window of what it looks through."""
    return await _looked(desk, call, query.entity, query.text)


async def _looked(desk: Desk, call: Call, entity: Entity, text: str, said: str | None = None) -> View:
    match entity:
        case Entity.REVIEWS:
            page = await reviews.page(desk, call.by, read_reviews(text))
            return product_reviews.listing(page, said)
        case Entity.FRAUD:
            return fraud_queue.listing(await frauds.page(desk, call.by, read_fraud(text)), said)
        case Entity.ORDERS:
            wanted = read_orders(text)
            return order_areas.orders(await order_lists.orders(desk, call.by, wanted), wanted, said)
        case Entity.RETURNS:
            back = read_returns(text)
            return order_areas.returns(await order_lists.returns(desk, call.by, back.stage), back, said)
        case Entity.CUSTOMERS:
            kind = read_customers(text).kind
            return customer_area.view(await customer_lists.page(desk, call.by, kind), said)
        case Entity.PERSONAL:
            state = read_personal(text).state
            return personal_data.reports(await personal_reports.reports(desk, call.by, state), said)
        case Entity.CASES:
            return await _searched(desk, call, text, said)


async def save_dialog(desk: Desk, call: Call) -> Reply:
    """Save this search, in the window that found something."""
    assert call.view is not None
    entity = _SAVES.get(call.route, Entity.CASES)
    match entity:
        case Entity.REVIEWS:
            text = product_reviews.asked(call.view.metadata)[0].text
        case Entity.FRAUD:
            text = fraud_queue.asked(call.view.metadata)[0].text
        case Entity.ORDERS:
            text = order_areas.orders_in(call.view.metadata).text
        case Entity.RETURNS:
            text = order_areas.returns_in(call.view.metadata).text
        case Entity.CUSTOMERS:
            text = customer_area.filter_in(call.view.metadata).text
        case Entity.PERSONAL:
            text = personal_data.filter_in(call.view.metadata).text
        case Entity.CASES:
            text, _ = find_cases.asked(call.view.metadata)
    page = await finding.saved_queries(desk, call.by)
    return Open(saved_queries.form(page.person, text, entity=entity))


async def edit_dialog(desk: Desk, call: Call) -> Reply:
    """Change beside one's own saved search."""
    query = await finding.saved_query(desk, call.by, QueryId(number_in(call.value)))
    person = (await finding.saved_queries(desk, call.by)).person
    if not query.is_own:
        raise Refusal(Reason.NO_SUCH_QUERY)
    return Open(saved_queries.form(person, query.text, query))


async def query_submitted(desk: Desk, call: Call) -> Reply:
    """The search is kept when this returns; the window below says so."""
    assert call.view is not None
    command = saved_queries.read(call.fields)
    if isinstance(command, FieldErrors):
        return Errors(command.errors)
    name, text, shared = command
    query_id = saved_queries.query_in(call.view.metadata)
    entity = saved_queries.entity_in(call.view.metadata)
    try:
        await finding.save_query(desk, call.by, call.key, query_id, name, text, shared=shared, entity=entity)
    except Refusal as refusal:
        if refusal.reason is Reason.QUERY_NAME_TAKEN:
            return Errors({"name": words.plain(refusal, "UTC")})
        if refusal.reason in ABOUT_WORDS:
            return Errors({"words": words.plain(refusal, "UTC")})
        raise
    said = saved_queries.saved(name)
    if query_id is None:
        view = await _looked(desk, call, entity, text, said)
    else:
        view = saved_queries.view(await finding.saved_queries(desk, call.by), said)
    return Refresh(view) if call.view.below is not None else Replace(view)


async def delete(desk: Desk, call: Call) -> Reply:
    """Delete beside one's own saved search."""
    await finding.delete_query(desk, call.by, call.key, QueryId(number_in(call.value)))
    page = await finding.saved_queries(desk, call.by)
    return Replace(saved_queries.view(page, "It is deleted."))
