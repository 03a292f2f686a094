"""People who come from outside: they are met, recognised by e-mail, and confirmed or not by somebody."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commands import Audience, SetUpPerson
from bot.domain.contacts import Decision, Recognition
from bot.domain.ids import CallKey, ChannelId, HistoryId, MessageTs, SlackUserId
from bot.domain.people import Person, Role, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.set_up import AccountNow
from bot.services import people
from bot.services.desk import Desk, actor
from bot.services.proposing import propose, told
from bot.store import contacts, records, set_up
from bot.store import people as store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Connection, Work


async def meet(desk: Desk, who: SlackUserId, *, at_home: bool = False) -> bool:
    """Somebody without a role has come: learn their e-mail, and ask who could confirm them.

    Says whether somebody is being asked already. What is asked comes of the profile, behind the answer: no
    call of Slack's is waited for. On a desk without contacts nothing is written.
    """

    def look(connection: Connection) -> tuple[bool, bool]:
        """Whether there is anything to do, and whether they wait already."""
        person = store.find_person(connection, desk.workspace_id, who)
        if not contacts.has_contacts(connection, desk.workspace_id):
            return False, False
        if person is None:
            return True, False
        if person.role is not None:
            return False, False
        waits = contacts.is_being_asked(connection, person.id)
        return not waits or (at_home and not person.home_seen), waits

    to_do, waits = await desk.store.look(look)
    if not to_do:
        return waits

    def unit(work: Work) -> bool:
        known = store.find_person(work.connection, work.workspace_id, who)
        person = known or people.known(work, who)
        if at_home and not person.home_seen:
            store.set_home_seen(work, person.id)
            person = replace(person, home_seen=True)
        email = contacts.email_of(work.connection, person.id)
        if known is not None and not email:
            announce(work, Announcement(kind=Kind.PROFILE, conversation=who, person_id=person.id))
        propose(work, person, email)
        return contacts.is_being_asked(work.connection, person.id)

    return await desk.write(unit)


async def decide(desk: Desk, recognition_id: int, by: SlackUserId, key: CallKey, *, confirm: bool) -> Receipt:
    """*Confirm* or *Not them*. Raises NOT_YOUR_ROLE, NO_SUCH_QUESTION, ALREADY_DECIDED, SET_UP_ALREADY.

    To confirm sets role and account as `/desk people` would, in the name of who confirms. It is a right of
    its own: managers may, though they set up nobody else.
    """

    def unit(work: Work) -> Receipt:
        decider = actor(work, by)
        require(Act.CONFIRM_PERSON, decider)
        contacts.hold_recognition(work, recognition_id)
        store.hold_set_up(work)
        found = contacts.recognition(work.connection, Viewer(decider), recognition_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_QUESTION)
        if found.state is not Decision.ASKED:
            raise Refusal(Reason.ALREADY_DECIDED, {"by": found.decided_by, "at": found.decided_at})
        person = store.person_by_id(work.connection, found.person_id)
        assert person is not None  # people are never deleted
        if person.role is not None:
            raise Refusal(Reason.SET_UP_ALREADY, {"name": person.name})
        decision = Decision.CONFIRMED if confirm else Decision.REJECTED
        history_id = _record(work, decider, person, found, decision)
        contacts.decide(work, recognition_id, decision, decider.id, history_id)
        if confirm:
            _set_up(work, decider, found)
        # Where it is still asked, it is said who has decided: a button that leads nowhere misleads.
        asked = (told(Kind.RECOGNITION, one, history_id) for one in contacts.asked(work, recognition_id))
        announce(work, told(Kind.RECOGNISED, person, history_id), *asked)
        return Receipt(account_id=found.contact.account_id)

    return await desk.write(unit, key)


def asked_of(work: Work, reader: Person, asked: Recognition, channel: ChannelId, ts: MessageTs) -> None:
    """The question stands in somebody's direct message; where it was decided meanwhile, it is drawn again."""
    contacts.set_question(work, asked.id, reader.id, channel, ts)
    now = contacts.recognition(work.connection, Viewer(reader), asked.id)
    if now is not None and now.state is not Decision.ASKED:
        announce(work, told(Kind.RECOGNITION, reader, contacts.told_by(work, asked.id)))


def _set_up(work: Work, decider: Person, found: Recognition) -> None:
    contact = found.contact
    people.set_up_in(
        work,
        decider,
        SetUpPerson(
            slack_user_id=found.slack_user_id,
            role=contact.role,
            account_id=contact.account_id,
            named_by=contact.named_by if contact.role is Role.DSC else "",
        ),
    )


def _record(work: Work, decider: Person, person: Person, found: Recognition, decision: Decision) -> HistoryId:
    """Keep who decided; the person's message is then about this row."""
    return records.insert_history(
        work,
        f"person_{decision.value}",
        actor_id=decider.id,
        audience=Audience.INTERNAL,
        changes={"recognition": (Decision.ASKED.value, decision.value)},
        person_id=person.id,
        account_id=found.contact.account_id,
    )


async def outcome(desk: Desk, recognition_id: int, by: SlackUserId) -> tuple[Recognition, AccountNow]:
    """How a recognition stands, and its account now. Raises NOT_YOUR_ROLE or NO_SUCH_QUESTION."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Recognition, AccountNow]:
        require(Act.CONFIRM_PERSON, viewer.person)
        found = contacts.recognition(connection, viewer, recognition_id)
        if found is None:
            raise Refusal(Reason.NO_SUCH_QUESTION)
        account = store.find_account(connection, viewer, found.contact.account_id)
        assert account is not None  # whoever decides sees all accounts, and none is ever deleted
        count = set_up.count_contacts(connection, viewer, account.id)
        return found, AccountNow(account=account, contacts=count)

    return await desk.read(query, by)
