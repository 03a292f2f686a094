"""Finding cases: by words and filters, by a list's name, and by queries that people keep."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.commerce.customer_filters import read_customers, read_personal
from bot.domain.commerce.order_filters import read_orders, read_returns
from bot.domain.commerce.queue_filters import read_fraud, read_reviews
from bot.domain.ids import AccountId, CallKey, CaseId, PersonId, QueryId, SlackUserId, TeamId
from bot.domain.pages import CaseRow, Entity, SavedQueries, SavedQuery, SearchPage
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.search import ME, NOBODY, Search, is_called, is_one_word, parse
from bot.services.desk import Desk, actor
from bot.store import naming, people, queries
from bot.store.naming import Name
from bot.store.search import Named, find
from bot.store.work import Connection, Work


async def search(desk: Desk, by: SlackUserId, text: str, starts: Sequence[CaseId] = ()) -> SearchPage:
    """A page of what `text` finds, the page that begins at the last of `starts`.

    Raises NOT_SET_UP, UNKNOWN_FILTER, UNKNOWN_FILTER_VALUE or NOTHING_OF_THIS_NAME.
    """

    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> SearchPage:
        require(Act.READ_CASE, viewer.person)
        asked = parse(text, now, viewer.person.timezone)
        if asked.is_empty:
            return SearchPage(person=viewer.person, text=text)
        named = names_in(connection, viewer, asked)
        found = find(asked, named, starts[-1] if starts else None)(connection, viewer)
        return SearchPage(person=viewer.person, text=text, found=found, starts=tuple(starts), now=now)

    return await desk.read(query, by, brief=is_one_word(text))


def names_in(connection: Connection, viewer: Viewer, asked: Search) -> Named:
    """Whom and what the names in a search mean. A name that means nothing is a slip, and is said."""
    owners: list[int] = []
    for one in asked.owners:
        if one not in (ME, NOBODY):
            found = [staff.id for staff in naming.staff_names(connection, viewer, one)]
            owners += _some(found, "owner", one)
    if ME in asked.owners:
        owners.append(viewer.person_id)
    accounts: list[int] = []
    for one in asked.accounts:
        found = [account.id for account in naming.account_names(connection, viewer, one)]
        accounts += _some(found, "account", one)
    teams: list[int] = []
    for one in asked.teams:
        known = people.list_teams(connection, viewer)
        teams += _some([team.id for team in known if is_called(team.name, one)], "team", one)
    return Named(
        owners=tuple(PersonId(one) for one in owners) if asked.owners else None,
        without_owner=NOBODY in asked.owners,
        accounts=tuple(AccountId(one) for one in accounts) if asked.accounts else None,
        teams=tuple(TeamId(one) for one in teams) if asked.teams else None,
    )


def _some(found: list[int], name: str, value: str) -> list[int]:
    if not found:
        raise Refusal(Reason.NOTHING_OF_THIS_NAME, {"filter": name, "value": value})
    return found


async def accounts_like(desk: Desk, by: SlackUserId, typed: str) -> tuple[Name, ...]:
    """The accounts that somebody may choose from, by what they typed of a name or an org id."""
    return await desk.read(lambda connection, viewer: naming.account_names(connection, viewer, typed), by)


async def cases_like(desk: Desk, by: SlackUserId, typed: str) -> tuple[CaseRow, ...]:
    """The cases that somebody may choose from, newest first: open ones as long as nothing is typed.

    Raises what `search` raises.
    """
    page = await search(desk, by, typed if typed.strip() else "is:open")
    return page.found.rows if page.found else ()


# Saved queries


async def saved_queries(desk: Desk, by: SlackUserId) -> SavedQueries:
    """The queries that somebody may run. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> SavedQueries:
        require(Act.SAVE_QUERY, viewer.person)
        return SavedQueries(person=viewer.person, queries=queries.queries(connection, viewer))

    return await desk.read(query, by)


async def saved_query(desk: Desk, by: SlackUserId, query_id: QueryId) -> SavedQuery:
    """One of them. Raises NOT_SET_UP or NO_SUCH_QUERY."""

    def query(connection: Connection, viewer: Viewer) -> SavedQuery:
        require(Act.SAVE_QUERY, viewer.person)
        found = queries.query_by_id(connection, viewer, query_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_QUERY)
        return found

    return await desk.read(query, by)


async def query_named(desk: Desk, by: SlackUserId, name: str) -> SavedQuery | None:
    """The one of this name, or the only one whose name begins so; None where there is none."""
    known = (await saved_queries(desk, by)).queries
    same = [one for one in known if one.name.casefold() == name.casefold()]
    alike = [one for one in known if is_called(one.name, name)]
    return same[0] if same else alike[0] if len(alike) == 1 else None


async def save_query(
    desk: Desk,
    by: SlackUserId,
    key: CallKey,
    query_id: QueryId | None,
    name: str,
    text: str,
    *,
    shared: bool,
    entity: Entity = Entity.CASES,
) -> Receipt:
    """Keep a search under a name. Raises what reading it raises, NOT_YOUR_ROLE, QUERY_NAME_TAKEN, others."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.SAVE_QUERY, person)
        if shared:
            require(Act.SHARE_QUERY, person)
        if not name.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        _check_text(work, person, text, entity)
        queries.save_query(work, person.id, query_id, name.strip(), text, shared=shared, entity=entity)
        return Receipt()

    return await desk.write(unit, key)


def _check_text(work: Work, person: Person, text: str, entity: Entity) -> None:
    """Nobody keeps what cannot be read again."""
    match entity:
        case Entity.REVIEWS:
            require(Act.READ_CUSTOMERS, person)
            read_reviews(text)
        case Entity.FRAUD:
            require(Act.READ_ORDERS, person)
            read_fraud(text)
        case Entity.ORDERS:
            require(Act.READ_ORDERS, person)
            read_orders(text)
        case Entity.RETURNS:
            require(Act.READ_ORDERS, person)
            read_returns(text)
        case Entity.CUSTOMERS:
            require(Act.READ_CUSTOMERS, person)
            read_customers(text)
        case Entity.PERSONAL:
            require(Act.REPORT_PERSONAL_DATA, person)
            read_personal(text)
        case Entity.CASES:
            if parse(text, work.now, person.timezone).is_empty:
                raise Refusal(Reason.EMPTY_TEXT)


async def delete_query(desk: Desk, by: SlackUserId, key: CallKey, query_id: QueryId) -> Receipt:
    """Forget one of one's own queries."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.SAVE_QUERY, person)
        queries.delete_query(work, person.id, query_id)
        return Receipt()

    return await desk.write(unit, key)
