"""What the desk can do with customers of the shop: find, look at, make and change them; their accounts."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.call_rows import ON_THE_LINE
from bot.domain.commands import Audience
from bot.domain.erasing import is_back
from bot.domain.ids import AccountId, CallKey, CustomerId, SlackUserId
from bot.domain.people import Person, SuccessPlan, Viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.domain.shop.customers import (
    AddCustomer,
    Customer,
    CustomerFacts,
    CustomerForm,
    CustomerPage,
    CustomerStanding,
    EditCustomer,
    kept,
)
from bot.domain.shop.lookup import Find, FindKey, Hits
from bot.domain.shop.story import Place, StoryKind
from bot.services.changes import differences
from bot.services.desk import Desk, actor
from bot.services.sessions import as_opened
from bot.store import (
    customer_find,
    customer_story,
    erasing,
    lookalikes,
    people,
    phone_calls,
    records,
    shop_index,
)
from bot.store import customers as store
from bot.store.numbers import next_number
from bot.store.work import Connection, Work

CUSTOMER_NUMBERS = "customer_number"


async def find(desk: Desk, by: SlackUserId, sought: Find) -> Hits:
    """The customers that a key names. Raises NOT_SET_UP, NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> Hits:
        require(Act.FIND_ACCOUNT, viewer.person)
        found = customer_find.find(connection, viewer, sought)
        ids, since = {one.customer_id for one in found.hits}, desk.clock.now() - ON_THE_LINE
        return replace(found, busy=phone_calls.on_the_line(connection, viewer, ids, since))

    return await desk.read(query, by, brief=True)


async def standing(desk: Desk, by: SlackUserId, customer_id: CustomerId) -> CustomerStanding:
    """All that a call needs of a customer. Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER."""

    def query(connection: Connection, viewer: Viewer) -> CustomerStanding:
        require(Act.READ_CUSTOMERS, viewer.person)
        found = store.standing(connection, viewer, customer_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        return found

    return await desk.read(query, by)


async def page(
    desk: Desk,
    by: SlackUserId,
    customer_id: CustomerId,
    kind: StoryKind = StoryKind.ALL,
    start: Place | None = None,
) -> CustomerPage:
    """One view of a customer, with a page of what happened. Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER."""

    def query(connection: Connection, viewer: Viewer) -> CustomerPage:
        require(Act.READ_CUSTOMERS, viewer.person)
        found = store.standing(connection, viewer, customer_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        return CustomerPage(
            standing=found,
            story=customer_story.story(connection, viewer, found.customer, kind, start),
            may_edit=allowed(Act.EDIT_CUSTOMERS, viewer.person),
            may_report=allowed(Act.REPORT_PERSONAL_DATA, viewer.person),
            may_erase=allowed(Act.ERASE_CUSTOMER, viewer.person),
            may_assist=allowed(Act.ASSIST_CUSTOMER, viewer.person),
            session=as_opened(connection, viewer, Opened(customer_id=customer_id), desk.clock.now()),
            on_the_line=phone_calls.on_the_line(
                connection, viewer, {customer_id}, desk.clock.now() - ON_THE_LINE
            ).get(customer_id),
            is_erased=_is_erased(connection, viewer, found.customer),
        )

    return await desk.read(query, by)


def _is_erased(connection: Connection, viewer: Viewer, customer: Customer) -> bool:
    """Also while they are being erased; not where that was given up, or where they came back."""
    erasure = erasing.of_customer(connection, viewer, customer.id)
    if erasure is None or erasing.is_given_up(connection, erasure):
        return False
    return erasure.done_at is None or not is_back(customer)


async def number_of(desk: Desk, by: SlackUserId, number: str) -> CustomerId:
    """Whom the shop calls so. Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER."""

    def query(connection: Connection, viewer: Viewer) -> CustomerId:
        require(Act.READ_CUSTOMERS, viewer.person)
        found = store.by_number(connection, viewer, number)
        if found is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        return found.id

    return await desk.read(query, by)


async def form(desk: Desk, by: SlackUserId, customer_id: CustomerId | None = None) -> CustomerForm:
    """A customer to make, or to change.

    Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM, NO_SUCH_CUSTOMER, ERASED_ALREADY.
    """

    def query(connection: Connection, viewer: Viewer) -> CustomerForm:
        require(Act.EDIT_CUSTOMERS if customer_id is not None else Act.RECORD_CALLER, viewer.person)
        customer = store.by_id(connection, viewer, customer_id) if customer_id is not None else None
        if customer is None and customer_id is not None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        if customer is not None and _is_erased(connection, viewer, customer):
            raise Refusal(Reason.ERASED_ALREADY)
        return CustomerForm(
            customer=customer,
            policy=desk.policy,
            may_edit=allowed(Act.EDIT_CUSTOMERS, viewer.person),
        )

    return await desk.read(query, by)


async def alike(desk: Desk, by: SlackUserId, command: AddCustomer) -> Hits:
    """Who looks like the customer that somebody is about to make."""

    def query(connection: Connection, viewer: Viewer) -> Hits:
        require(Act.RECORD_CALLER, viewer.person)
        hits = lookalikes.lookalikes(connection, viewer, command.facts, command.site)
        return Hits(sought=Find(text=command.facts.name, key=FindKey.NAME), hits=hits)

    return await desk.read(query, by)


async def add(desk: Desk, command: AddCustomer, by: SlackUserId, key: CallKey) -> Receipt:
    """Make a customer. Level one makes a caller's record: no plan, no account, no address.

    Raises CUSTOMER_EXISTS unless its maker has seen who looks alike, SITE_EXISTS, NO_SUCH_ACCOUNT.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.RECORD_CALLER, person)
        if command.facts.plan is not SuccessPlan.STANDARD or command.account_id or command.facts.addresses:
            require(Act.EDIT_CUSTOMERS, person)
        customer_id = add_in(desk, work, person, command)
        return Receipt(customer_id=customer_id, version=1)

    return await desk.write(unit, key)


def add_in(desk: Desk, work: Work, person: Person, command: AddCustomer) -> CustomerId:
    """`add` as a part of a unit: a call makes its caller's record in its own transaction."""
    facts, viewer = command.facts, Viewer(person)
    _check(desk, work, viewer, facts, command.account_id, own_zone="")
    if command.site:
        holder = lookalikes.holder_of_site(work.connection, viewer, command.site)
        if holder is not None:
            raise Refusal(Reason.SITE_EXISTS, {"value": command.site, "name": holder.called})
    if not command.is_new:
        alike = lookalikes.lookalikes(work.connection, viewer, facts, command.site)
        if alike:
            raise Refusal(Reason.CUSTOMER_EXISTS, {"name": alike[0].company or alike[0].name})
    number = _number(work, viewer)
    customer_id = store.insert_customer(work, number, facts, command.account_id)
    said = shop_index.of_customer(customer_id, facts.name, facts.company)
    if command.site:
        store.insert_site(work, customer_id, command.site)
        said += shop_index.of_site(customer_id, command.site)
    shop_index.mention(work, said)
    _record(work, "customer_added", person, customer_id, {}, _told(facts, command.account_id))
    return customer_id


def _number(work: Work, viewer: Viewer) -> str:
    """A number of our own, which no customer of the shop has."""
    while True:
        number = f"D{next_number(work, CUSTOMER_NUMBERS):05d}"
        if store.by_number(work.connection, viewer, number) is None:
            return number


async def edit(desk: Desk, command: EditCustomer, by: SlackUserId, key: CallKey) -> Receipt:
    """Change a customer.

    Raises CUSTOMER_CHANGED, NOTHING_CHANGED, NO_SUCH_CUSTOMER, NO_SUCH_ACCOUNT, ERASED_ALREADY.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.EDIT_CUSTOMERS, person)
        viewer = Viewer(person)
        before = store.by_id(work.connection, viewer, command.customer_id)
        if before is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        if _is_erased(work.connection, viewer, before):
            raise Refusal(Reason.ERASED_ALREADY)
        if before.version != command.version:
            raise Refusal(Reason.CUSTOMER_CHANGED)
        facts = replace(command.facts, addresses=kept(before.addresses, command.facts.addresses))
        _check(desk, work, viewer, facts, command.account_id, own_zone=before.timezone)
        then, now = _told(facts_of(before), before.account_id), _told(facts, command.account_id)
        if then == now:
            raise Refusal(Reason.NOTHING_CHANGED)
        store.save_customer(work, before.id, command.version, facts, command.account_id)
        if (before.name, before.company) != (facts.name, facts.company):
            shop_index.forget(work, before.id, (shop_index.NAME, shop_index.COMPANY))
            shop_index.mention(work, shop_index.of_customer(before.id, facts.name, facts.company))
        _record(work, "customer_edited", person, before.id, then, now)
        return Receipt(customer_id=before.id, version=command.version + 1)

    return await desk.write(unit, key)


def _check(
    desk: Desk, work: Work, viewer: Viewer, facts: CustomerFacts, account_id: AccountId | None, own_zone: str
) -> None:
    if not facts.name.strip():
        raise Refusal(Reason.EMPTY_TEXT)
    if facts.timezone != own_zone and choice_of(desk.policy.time_zones, facts.timezone) is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "timezone"})
    if account_id is not None and people.find_account(work.connection, viewer, account_id) is None:
        raise Refusal(Reason.NO_SUCH_ACCOUNT)


def account_for(work: Work, person: Person, customer_id: CustomerId) -> AccountId:
    """The account that a customer's cases are of; made with the customer's name and plan where there is none.

    Raises NO_SUCH_CUSTOMER. Whoever opens a case for a caller asks it, in the same transaction.
    """
    viewer = Viewer(person)
    customer = store.by_id(work.connection, viewer, customer_id)
    if customer is None:
        raise Refusal(Reason.NO_SUCH_CUSTOMER)
    if customer.account_id is not None:
        return customer.account_id
    people.hold_set_up(work)
    account_id = lookalikes.account_called(work.connection, viewer, customer.number)
    if account_id is None:
        account_id = people.insert_account(
            work,
            name=customer.called,
            org_id_or_mid=customer.number,
            plan=customer.plan,
            timezone=customer.timezone,
        )
        records.insert_history(
            work,
            "account_added",
            actor_id=person.id,
            audience=Audience.INTERNAL,
            changes=differences({}, {"org_id_or_mid": customer.number, "success_plan": customer.plan}),
            account_id=account_id,
        )
    store.set_account(work, customer_id, account_id)
    return account_id


def facts_of(customer: Customer) -> CustomerFacts:
    """What a customer's form holds before anybody types."""
    return CustomerFacts(**{name: getattr(customer, name) for name in CustomerFacts.__dataclass_fields__})


def _told(facts: CustomerFacts, account_id: AccountId | None) -> dict[str, object]:
    return {**vars(facts), "account_id": account_id}


PERSONAL = ("name", "company", "email", "phone", "addresses")
"""What the history says of these is that they changed, so that erasing a customer erases them."""


def _record(
    work: Work,
    kind: str,
    person: Person,
    customer_id: CustomerId,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    changes = differences(before, after)
    told = {name: (None, None) if name in PERSONAL else change for name, change in changes.items()}
    records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes=told,
        customer_id=customer_id,
    )
