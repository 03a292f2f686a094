"""Lists of requests by few columns: line for line what all of each request, read whole, would tell."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select

from bot.domain.commerce.acts import DEFAULT_TERMS, CancelItems
from bot.domain.commerce.removal import Item
from bot.domain.commerce.requests import STATES_OPEN, Queue, Request, RequestKind, Requests, RequestState
from bot.domain.commerce.stored_acts import plain_act, plain_terms
from bot.domain.contacts import email_key
from bot.domain.ids import OrderRequestId, SlackUserId
from bot.domain.people import Person, Role
from bot.domain.permissions import Act, allowed
from bot.domain.refusals import Refusal
from bot.services import order_requests, order_rights
from bot.store import order_requests as store
from bot.store.people import find_person
from bot.store.schema import people, team_members, teams
from bot.store.schema_requests import order_requests as table
from bot.store.schema_shop import customers
from bot.store.work import Work
from tests.dialogs.order_samples import as_line
from tests.factories import NOON
from tests.orders.conftest import Counter
from tests.store.order_making import a_customer
from tests.store.queue_making import request_row

ADDRESSES = ("", "lou@example.com", "Lou@Example.com", " kim@example.com ", "kim@EXAMPLE.com", "no address")
ROLES = (Role.MANAGER,) * 4 + (Role.ADMINISTRATOR,) * 2 + (Role.AGENT,) * 4 + (Role.DSC, Role.COMMUNITY, None)
SEEDS = (1, 2, 3)
PAGES = ((0, 10), (0, 3), (10, 10), (7, 4), (400, 10))


def fill(work: Work, seed: int, count: int = 160) -> list[SlackUserId]:
    """People of every role, some of them twice, customers who are some of them, and requests of all kinds."""
    chance, here = Random(seed), {"workspace_id": work.workspace_id}
    on = work.connection
    teams_known = list(on.execute(select(teams.c.id)).scalars())
    whom = []
    for number, role in enumerate(ROLES):
        who = SlackUserId(f"U0CROWD{number}")
        row = here | {"slack_user_id": who, "name": f"Person {number}", "timezone": "UTC", "home_seen": False}
        row |= {"role": role.value if role else None, "created_at": NOON, "email": chance.choice(ADDRESSES)}
        made = on.execute(insert(people).values(row).returning(people.c.id)).scalar_one()
        for team in chance.sample(teams_known, chance.randrange(2)) if role is Role.AGENT else ():
            on.execute(insert(team_members).values(team_id=team, person_id=made))
        whom.append((made, who))
    buyers = [a_customer(work, f"C-{number}") for number in range(len(ADDRESSES))]
    for buyer, address in zip(buyers, ADDRESSES, strict=True):
        known = customers.update().where(customers.c.id == buyer)
        on.execute(known.values(email=address, email_key=email_key(address)))
    askers = [made for made, _ in whom]
    on.execute(insert(table), [_request(work, chance, n, askers, buyers) for n in range(count)])
    elsewhere = [_request(work, chance, n, askers, buyers) for n in range(10)]
    on.execute(insert(table), [one | {"workspace_id": "T0OTHER"} for one in elsewhere])
    return [who for _, who in whom]


def _request(
    work: Work, chance: Random, number: int, askers: Sequence[int], buyers: Sequence[int]
) -> dict[str, Any]:
    often = [RequestState.AWAITS_APPROVAL] * 20
    act = CancelItems(items=(Item(line_no=1, quantity=1, reason="Too slow"),))
    rarely = chance.random()
    return request_row(chance.choice(askers), work) | {
        "order_number": f"1{number:03}",
        "kind": chance.choice(list(RequestKind)).value,
        "state": chance.choice([*often, *RequestState]).value,
        "currency": chance.choice(("USD", "JPY")),
        "act": plain_act(act),
        "terms": plain_terms(DEFAULT_TERMS),
        "at_stake": chance.randrange(50_000),
        "on_behalf_of": chance.choice(buyers) if chance.random() < 0.5 else None,
        "hands": chance.sample(list(askers), chance.randrange(1, 4)) if rarely < 0.3 else [],
        "decided_by": chance.choice(askers) if rarely > 0.9 else None,
    }


def whole(connection: Connection, counter: Counter) -> list[Request]:
    """Every request as it is kept, the oldest first."""
    here = counter.desk.workspace_id
    ids = connection.execute(select(table.c.id).where(table.c.workspace_id == here).order_by(table.c.id))
    found = [store.itself(connection, here, OrderRequestId(one)) for one in ids.scalars()]
    return [one for one in found if one is not None]


def listed(
    connection: Connection, counter: Counter, every: Sequence[Request], person: Person, queue: Queue
) -> list[Request]:
    """Which of them a list has, by what each of them is."""
    match queue:
        case Queue.TO_APPROVE:
            if not allowed(Act.APPROVE, person):
                return []
            waits = [one for one in every if one.state is RequestState.AWAITS_APPROVAL]
            others = [one for one in waits if one.asked_by.id != person.id]
            return [
                one
                for one in others[: order_requests.MOST_LOOKED_AT]
                if order_rights.why_not(connection, counter.desk, one, person) is None
            ]
        case Queue.MINE:
            return [one for one in every if one.is_open and one.asked_by.id == person.id]
        case _:
            states = order_requests.STATES.get(queue, STATES_OPEN)
            return [one for one in every if one.state in states]


@pytest.mark.parametrize("most", [200, 25], ids=["all are looked at", "only the oldest are"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_each_list_has_what_all_of_each_request_tells(
    counter: Counter, seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_requests, "MOST_LOOKED_AT", most)
    whom = await counter.desk.write(lambda work: fill(work, seed))
    every = await counter.desk.store.look(lambda c: whole(c, counter))
    refusals = 0
    for who in whom:
        person = await counter.desk.store.look(
            lambda c, who=who: find_person(c, counter.desk.workspace_id, who)
        )
        assert person is not None
        for queue in Queue:
            if not allowed(Act.READ_ORDERS, person):
                with pytest.raises(Refusal):
                    await order_requests.waiting(counter.desk, who, queue)
                refusals += 1
                continue
            wanted = await counter.desk.store.look(
                lambda c, person=person, queue=queue: listed(c, counter, every, person, queue)
            )
            for offset, limit in PAGES:
                found = await order_requests.waiting(counter.desk, who, queue, offset, limit)
                rows = tuple(as_line(one) for one in wanted[offset : offset + limit])
                assert found == Requests(rows=rows, total=len(wanted), offset=offset), (person, queue)
    assert refusals


async def test_the_crowd_has_every_reason_why_somebody_may_not_decide(counter: Counter) -> None:
    """Else the comparison would hold nothing."""
    whom = await counter.desk.write(lambda work: fill(work, SEEDS[0]))

    def reasons(connection: Connection) -> set[object]:
        found = (find_person(connection, counter.desk.workspace_id, who) for who in whom)
        deciders = [one for one in found if one is not None and allowed(Act.APPROVE, one)]
        waits = [one for one in whole(connection, counter) if one.state is RequestState.AWAITS_APPROVAL]
        return {
            order_rights.why_not(connection, counter.desk, one, person)
            for person in deciders
            for one in waits
        }

    assert len(await counter.desk.store.look(reasons)) == len(order_rights.REFUSALS) + 1


@pytest.mark.parametrize(
    ("queue", "statements"),
    [(Queue.TO_APPROVE, 3), (Queue.MINE, 1), (Queue.OPEN, 1), (Queue.GOODS, 1), (Queue.DOUBT, 1)],
)
async def test_a_list_is_one_statement_however_long_it_is(
    counter: Counter, queue: Queue, statements: int
) -> None:
    """Of those to approve there are three: who had a part, who they are, and the lines."""
    manager, *_ = await counter.desk.write(lambda work: fill(work, SEEDS[0]))
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        found = await order_requests.waiting(counter.desk, manager, queue)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    asked = [one for one in seen if "order_requests" in one or "slack_user_id, people.email" in one]
    assert len(asked) == statements, asked
    assert found.rows
