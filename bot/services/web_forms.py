"""The form for customers without Slack: its link is sent, opened, and used once; `bot/web` serves it."""

from __future__ import annotations

from bot.domain import cases as rules
from bot.domain.cases import Case
from bot.domain.commands import Audience, Contact, OpenCase, Origin
from bot.domain.ids import CallKey, CommentId, CustomerId, SlackUserId, WorkspaceId
from bot.domain.mail import address_of
from bot.domain.people import Person, Role, Team, TeamKind, Viewer, contact_viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.ties import Tieable
from bot.domain.web_forms import FillForm, FormLink, FormWriter, Received, SendForm, Ticket, WebForm
from bot.services import cases, triage_queue
from bot.services.customers import account_for
from bot.services.desk import Desk, actor
from bot.services.files import bring_sent
from bot.services.outsiders import outsider
from bot.store import cases as case_store
from bot.store import customers, people, playbooks, ties
from bot.store import web_forms as store
from bot.store.work import Connection, Work

# Staff send it


async def send_form(desk: Desk, by: SlackUserId, customer_id: CustomerId) -> SendForm:
    """Whom the form would go to, and what went there before. NOT_YOUR_ROLE, NO_SUCH_CUSTOMER."""

    def query(connection: Connection, viewer: Viewer) -> SendForm:
        require(Act.SEND_FORM, viewer.person)
        customer = customers.by_id(connection, viewer, customer_id)
        if customer is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        return SendForm(
            customer_id=customer_id,
            name=customer.name,
            address=address_of(customer.email) or "",
            days=desk.forms.lifetime.days if desk.forms is not None else 0,
            ready=desk.forms is not None and desk.email_ready,
            links=store.links_of(connection, viewer, customer_id),
        )

    return await desk.read(query, by)


async def send(desk: Desk, customer_id: CustomerId, by: SlackUserId, key: CallKey) -> Receipt:
    """Send a customer the link to an empty form, to the address that the desk has of them and no other.

    Raises NOT_YOUR_ROLE, NO_SUCH_CUSTOMER, FORMS_OFF, NO_EMAIL_HERE, CUSTOMER_WITHOUT_EMAIL.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.SEND_FORM, person)
        customer = customers.by_id(work.connection, Viewer(person), customer_id)
        if customer is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        if desk.forms is None:
            raise Refusal(Reason.FORMS_OFF)
        if not work.stamp.email_ready:
            raise Refusal(Reason.NO_EMAIL_HERE)
        address = address_of(customer.email)
        if address is None:
            raise Refusal(Reason.CUSTOMER_WITHOUT_EMAIL, {"name": customer.name})
        account_for(work, person, customer_id)
        store.send(work, customer_id, address, desk.forms.expiry(work.now), person.id)
        return Receipt(customer_id=customer_id)

    return await desk.write(unit, key)


def ask_again(desk: Desk, work: Work, case: Case, comment_id: CommentId, by: Person) -> None:
    """A question that goes to a case's contact takes a link to the form along, where it is a customer's."""
    address = address_of(case.contact.email)
    customer_id = triage_queue.customer_of(work.connection, Viewer(by), case)
    if desk.forms is None or address is None or customer_id is None:
        return
    expires_at = desk.forms.expiry(work.now)
    store.attach(work, customer_id, address, expires_at, by.id, case.id, comment_id)


# The customer opens it, and sends it


async def opened(desk: Desk, token: str) -> WebForm | Received | None:
    """What a link opens: the form, what it came to already, or nothing where it is none of ours or over."""
    ticket = _ticket(desk, token)
    if ticket is None:
        return None

    def query(connection: Connection) -> WebForm | Received | None:
        link = store.by_ticket(connection, desk.workspace_id, ticket)
        if link is None:
            return None
        if link.used_at is not None:
            return _received(link)
        return _form(connection, desk.workspace_id, link)

    return await desk.store.look(query)


def _ticket(desk: Desk, token: str) -> Ticket | None:
    """The ticket of a link that holds still."""
    ticket = desk.forms.read(desk.workspace_id, token) if desk.forms is not None else None
    return ticket if ticket is not None and desk.clock.now() < ticket.expires_at else None


def _received(link: FormLink) -> Received | None:
    return Received(number=link.case_number, before=True) if link.case_number is not None else None


def _form(connection: Connection, workspace_id: WorkspaceId, link: FormLink) -> WebForm | None:
    """The form of a link that is not used. Who has another address by now has another link, too."""
    writer = store.writer_of(connection, workspace_id, link.customer_id)
    if writer is None or not link.address:  # who was erased has no address, and no link either
        return None
    if link.asks_about is None:
        if writer.email != link.address:
            return None
        return WebForm(link=link, writer=writer, things=_things(connection, workspace_id, writer))
    case = case_store.by_id(connection, contact_viewer(workspace_id, writer.account_id), link.asks_about)
    if case is None or address_of(case.contact.email) != link.address:
        return None
    known = writer.email == link.address  # somebody else's contact is shown no orders
    return WebForm(
        link=link,
        writer=writer,
        things=_things(connection, workspace_id, writer) if known else (),
        case_number=case.number,
        case_title=case.title,
        is_closed=case.is_closed,
    )


def _things(connection: Connection, workspace_id: WorkspaceId, writer: FormWriter) -> tuple[Tieable, ...]:
    eyes = contact_viewer(workspace_id, writer.account_id)
    return ties.of_customer(connection, eyes, writer.account_id, writer.customer_id)


async def submit(desk: Desk, token: str, command: FillForm) -> Received | None:
    """Take what was sent by a form: a case is opened, or added to; all of it, and once for each link.

    Sent again, it answers with what came of it the first time. None where the link holds no more. Raises
    NOT_OF_THE_ACCOUNT for an order that is not their own, EMPTY_TEXT, NO_SUCH_CHOICE, ALREADY_CLOSED.
    """
    ticket = _ticket(desk, token)
    if ticket is None:
        return None

    def unit(work: Work) -> Received | None:
        link = store.by_ticket(work.connection, work.workspace_id, ticket)
        if link is None:
            return None
        if not store.use(work, link.id):  # locked until this ends: whoever comes second sees what came of it
            used = store.by_ticket(work.connection, work.workspace_id, ticket)
            return _received(used) if used is not None else None
        form = _form(work.connection, work.workspace_id, link)
        if form is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER)
        if not command.description.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        thing = next((one for one in form.things if one.key == command.about), None)
        if command.about and thing is None:
            raise Refusal(Reason.NOT_OF_THE_ACCOUNT)
        case = _added(desk, work, form, command, thing) if form.adds else _opened(desk, work, form, command)
        store.came_to(work, link.id, case.id)
        return Received(number=case.number)

    return await desk.write(unit)


def _opened(desk: Desk, work: Work, form: WebForm, command: FillForm) -> Case:
    """A new case, its files, its place in the queue, and the e-mail with its number."""
    writer = form.writer
    person = outsider(work, form.link.address, writer.name, writer.account_id, Role.DSC)
    opens = OpenCase(
        account_id=writer.account_id,
        org_id_or_mid="",
        title=command.title,
        description=command.description,
        business_impact=desk.policy.business_impacts[-1].value,
        timezone="",
        severity=command.severity,
        kind=command.kind,
        contact=Contact(name=writer.name, email=form.link.address, phone=writer.phone),
        origin=Origin.FORM,
        about=command.about,
    )
    case, _ = cases.opening_as(desk, work, opens, person, team=_level_one(work, form.link), to_contact=True)
    bring_sent(work, case, None, command.files)
    triage_queue.enter(work, case.id)
    return case


def _level_one(work: Work, link: FormLink) -> Team | None:
    """The team whose queue it is: of several the sender's own, else the first."""
    sender = people.person_by_id(work.connection, link.sent_by.id)
    own = [one for one in sender.teams if one.kind is TeamKind.LEVEL_ONE] if sender is not None else []
    return own[0] if own else triage_queue.first_team(work)


def _added(desk: Desk, work: Work, form: WebForm, command: FillForm, thing: Tieable | None) -> Case:
    """What was asked for: a public comment of theirs, its files, and the order where none was known."""
    writer, case_id = form.writer, form.link.asks_about
    assert case_id is not None  # or else it adds to none
    case_store.hold(work, case_id)
    author = outsider(work, form.link.address, writer.name, writer.account_id, Role.COMMUNITY)
    viewer = contact_viewer(work.workspace_id, writer.account_id)
    case = case_store.by_id(work.connection, viewer, case_id)
    if case is None or case.is_closed:
        raise Refusal(Reason.ALREADY_CLOSED, {"number": form.case_number or 0})
    rules.check(Act.COMMENT, case, author)
    text = command.description
    if thing is not None:
        known = ties.tie_of(work.connection, viewer, case_id)
        if known is None or known[0].asks:
            ties.save_tie(work, case_id, thing, by=author)
        text = f"{thing.thing.value.capitalize()} {thing.number}\n\n{text}"
    cases.say(
        work,
        case,
        author,
        Audience.PUBLIC,
        text,
        bring=lambda comment_id: bring_sent(work, case, comment_id, command.files),
    )
    return case


async def name_of(desk: Desk) -> str:
    """What the desk is called, where a manager has said so in `/desk playbooks`."""
    return (await desk.store.look(lambda c: playbooks.settings(c, desk.workspace_id), brief=True)).desk


async def letter_of(desk: Desk, token: str) -> tuple[FormLink, FormWriter, str] | None:
    """A link that is to go out, whose it is, and its address; None where it is not needed any more."""

    def query(connection: Connection) -> tuple[FormLink, FormWriter, str] | None:
        link = store.by_token(connection, desk.workspace_id, token)
        if link is None or desk.forms is None or link.used_at is not None:
            return None
        form = _form(connection, desk.workspace_id, link)
        if form is None or link.expires_at <= desk.clock.now():
            return None
        return link, form.writer, desk.forms.url(desk.workspace_id, link.ticket)

    return await desk.store.look(query)


async def link_with(desk: Desk, comment_id: CommentId) -> str:
    """The address of the form that goes along with a question; empty where none does."""

    def query(connection: Connection) -> str:
        link = store.of_comment(connection, desk.workspace_id, comment_id)
        if link is None or desk.forms is None or link.used_at is not None:
            return ""
        return desk.forms.url(desk.workspace_id, link.ticket)

    return await desk.store.look(query)
