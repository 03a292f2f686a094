"""Public comments of staff: shown with everybody who will read them, sent, taken back, and said when due."""

from __future__ import annotations

from bot.domain import cases as rules
from bot.domain.audiences import Held, HeldState, PublicAct, Shown, readers
from bot.domain.cases import Case
from bot.domain.commands import AddComment, Audience, CloseCase, EditComment, ReopenCase
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CallKey, HeldId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import cases, comments, files
from bot.services.desk import Desk, actor
from bot.store import cases as case_store
from bot.store import held as store
from bot.store.due import insert_due
from bot.store.outbox import Announcement, Kind, announce
from bot.store.people import person_by_id
from bot.store.set_up import people_of_account
from bot.store.work import Connection, Work

PublicCommand = AddComment | CloseCase | ReopenCase


def has_public_text(command: object) -> bool:
    """Whether a command says something to the customer side, as far as the form tells."""
    if not isinstance(command, PublicCommand):
        return False
    return command.audience is Audience.PUBLIC and bool(_text(command).strip())


async def show(desk: Desk, command: PublicCommand, by: SlackUserId) -> Shown | None:
    """Keep a public text and show its author who will read it; None for the customer side, which just sends.

    Raises what keeps them from the act or from this audience, so that nobody is shown what cannot be sent.
    """

    def unit(work: Work) -> Shown | None:
        person, case, act = _checked(desk, work, command, by)
        if person.is_customer_side:
            return None
        rules.check_audience(person, Audience.PUBLIC)
        held = Held(
            id=HeldId(0),
            case_id=case.id,
            author_id=person.id,
            act=act,
            case_version=case.version if isinstance(command, AddComment) else command.version,
            text=_text(command),
            resolution=command.resolution if isinstance(command, CloseCase) else "",
            outcomes=command.outcomes if isinstance(command, AddComment) else (),
            files=command.files if isinstance(command, AddComment) else (),
        )
        return _shown(work.connection, person, case, held, store.insert_held(work, held))

    return await desk.write(unit)


async def show_edit(desk: Desk, command: EditComment, by: SlackUserId) -> Shown | None:
    """The same for the new words of a public comment; None where the edit is simply saved.

    Raises what keeps them from the edit: COMMENT_CHANGED, NOTHING_CHANGED, NOT_YOUR_COMMENT.
    """

    def unit(work: Work) -> Shown | None:
        person, case, comment = comments.to_be_edited(work, command, by)
        if person.is_customer_side or comment.audience is not Audience.PUBLIC:
            return None
        held = Held(
            id=HeldId(0),
            case_id=case.id,
            author_id=person.id,
            act=PublicAct.EDIT,
            case_version=comment.version,
            text=command.text,
            comment_id=comment.id,
        )
        return _shown(work.connection, person, case, held, store.insert_held(work, held))

    return await desk.write(unit)


def _checked(
    desk: Desk, work: Work, command: PublicCommand, by: SlackUserId
) -> tuple[Person, Case, PublicAct]:
    if isinstance(command, CloseCase):
        return *cases.check_closing(desk, work, command, by), PublicAct.CLOSE
    if isinstance(command, ReopenCase):
        return *cases.check_reopening(work, command, by), PublicAct.REOPEN
    person, case = cases.begin(work, by, command.case_id, Act.COMMENT)
    cases.check_comment(person, Audience.PUBLIC, command)
    return person, case, PublicAct.COMMENT


def _text(command: PublicCommand) -> str:
    match command:
        case CloseCase():
            return command.note
        case ReopenCase():
            return command.reason
        case _:
            return command.text


def _shown(connection: Connection, person: Person, case: Case, held: Held, held_id: HeldId) -> Shown:
    there = people_of_account(connection, Viewer(person), case.account_id)
    kept = Held(**{**vars(held), "id": held_id})
    return Shown(held=kept, case=case, author=person, readers=readers(case, held.act, there))


async def own(desk: Desk, by: SlackUserId, held_id: HeldId) -> Held:
    """A text of one's own that was shown, sent or taken back. Raises NO_SUCH_DRAFT, also for another's."""

    def query(connection: Connection, viewer: Viewer) -> Held:
        if viewer.role is None:
            raise Refusal(Reason.NOT_SET_UP)
        held = store.own_held(connection, viewer, held_id)
        if held is None:
            raise Refusal(Reason.NO_SUCH_DRAFT)
        return held

    return await desk.read(query, by)


async def send(
    desk: Desk, held_id: HeldId, by: SlackUserId, key: CallKey, *, to_contact: bool = False
) -> Receipt:
    """The second step: the act is done now, and its public text waits a moment in which it can be taken back.

    Raises what keeps them from it by now; nothing is done then. `held_id` in the receipt says that it waits.
    """

    def unit(work: Work) -> Receipt:
        person, held = _own(work, by, held_id)
        case_id = held.case_id
        person, case = cases.begin(work, by, case_id, _RIGHTS[held.act])
        rules.check_audience(person, Audience.PUBLIC)
        if held.act is PublicAct.EDIT:
            if not store.say(work, held):
                raise Refusal(Reason.NO_SUCH_DRAFT)
            return comments.editing(work, edit_of(held), by)
        mailed = to_contact and bool(case.contact.email)
        if not desk.take_back:
            if not store.say(work, held):
                raise Refusal(Reason.NO_SUCH_DRAFT)
            return _act(desk, work, held, by, case, mailed=mailed)
        goes_at = work.now + desk.take_back
        if not store.hold(work, held, goes_at, to_contact=mailed):
            raise Refusal(Reason.NO_SUCH_DRAFT)
        insert_due(work, DueKind.COMMENT_GOES_OUT, goes_at, case_id=case_id, person_id=person.id)
        done = _without_text(desk, work, held, by)
        version = done.version if done is not None else case.version
        return Receipt(case_id=case_id, number=case.number, version=version, held_id=held.id)

    return await desk.write(unit, key)


def edit_of(held: Held) -> EditComment:
    """What a held edit is to do."""
    assert held.comment_id is not None  # `show_edit` wrote it
    return EditComment(comment_id=held.comment_id, version=held.case_version, text=held.text)


_RIGHTS = {
    PublicAct.EDIT: Act.COMMENT,
    PublicAct.COMMENT: Act.COMMENT,
    PublicAct.CLOSE: Act.CLOSE,
    PublicAct.REOPEN: Act.REOPEN,
}


def _own(work: Work, by: SlackUserId, held_id: HeldId) -> tuple[Person, Held]:
    person = actor(work, by)
    held = store.own_held(work.connection, Viewer(person), held_id)
    if held is None:
        raise Refusal(Reason.NO_SUCH_DRAFT)
    return person, held


def _without_text(desk: Desk, work: Work, held: Held, by: SlackUserId) -> Receipt | None:
    """What is not to be taken back: that the case is closed or reopened."""
    if held.act is PublicAct.CLOSE:
        return cases.closing(desk, work, _close(held, ""), by)
    if held.act is PublicAct.REOPEN:
        return cases.reopening(desk, work, _reopen(held), by, note=False)
    return None


def _act(desk: Desk, work: Work, held: Held, by: SlackUserId, case: Case, *, mailed: bool) -> Receipt:
    """Everything at once, where nothing is held."""
    if held.act is PublicAct.COMMENT:
        person = actor(work, by)
        return _say(desk, work, case, person, held, mailed=mailed)
    if held.act is PublicAct.CLOSE:
        return cases.closing(desk, work, _close(held, held.text), by)
    return cases.reopening(desk, work, _reopen(held), by)


def _close(held: Held, note: str) -> CloseCase:
    return CloseCase(
        case_id=held.case_id,
        version=held.case_version,
        resolution=held.resolution,
        note=note,
        audience=Audience.PUBLIC,
    )


def _reopen(held: Held) -> ReopenCase:
    return ReopenCase(
        case_id=held.case_id, version=held.case_version, reason=held.text, audience=Audience.PUBLIC
    )


async def take_back(desk: Desk, held_id: HeldId, by: SlackUserId, key: CallKey) -> Receipt:
    """Nothing was told, and nothing will be. Raises TOO_LATE_TO_TAKE_BACK once it has been said."""

    def unit(work: Work) -> Receipt:
        _, held = _own(work, by, held_id)
        if not store.take_back(work, held):
            if held.state is HeldState.SHOWN or held.state is HeldState.TAKEN_BACK:
                raise Refusal(Reason.NO_SUCH_DRAFT)
            raise Refusal(Reason.TOO_LATE_TO_TAKE_BACK, {"at": held.goes_at})
        return Receipt(case_id=held.case_id, held_id=held.id)

    return await desk.write(unit, key)


def say_what_is_due(desk: Desk, work: Work, due: DueTime) -> None:
    """The moment is over: what was not taken back becomes a comment, and is told. The scheduler calls it."""
    assert due.case_id is not None
    assert due.person_id is not None
    case_store.hold(work, due.case_id)
    author = person_by_id(work.connection, due.person_id)
    assert author is not None  # people are never deleted
    kept_back = False
    for held in store.due_of(work, due.case_id, author.id, due.at):
        case = case_store.by_id(work.connection, Viewer(author), due.case_id)
        if case is None or not allowed(Act.COMMENT_PUBLIC, author):
            kept_back |= store.unsay(work, held)
        elif store.say(work, held):
            _say(desk, work, case, author, held, mailed=held.to_contact)
    if kept_back:
        told = Announcement(
            kind=Kind.UNSAID, conversation=author.slack_user_id, case_id=due.case_id, person_id=author.id
        )
        announce(work, told)


async def to_keep(desk: Desk, held_id: HeldId, by: SlackUserId) -> tuple[Held, Case, Person]:
    """A text of one's own that was not said, to be kept for staff. Raises what keeps them from commenting."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Held, Case, Person]:
        if viewer.role is None:
            raise Refusal(Reason.NOT_SET_UP)
        held = store.own_held(connection, viewer, held_id)
        if held is None or not held.text:
            raise Refusal(Reason.NO_SUCH_DRAFT)
        case = case_store.by_id(connection, viewer, held.case_id)
        if case is None:
            raise Refusal(Reason.NO_SUCH_CASE)
        require(Act.COMMENT, viewer.person)
        rules.check(Act.COMMENT, case, viewer.person)
        return held, case, viewer.person

    return await desk.read(query, by)


def _say(desk: Desk, work: Work, case: Case, author: Person, held: Held, *, mailed: bool) -> Receipt:
    """It is a comment now, with the files that came with it."""
    return cases.say(
        work,
        case,
        author,
        Audience.PUBLIC,
        held.text,
        held.outcomes,
        to_contact=mailed,
        moves=held.act is PublicAct.COMMENT,
        bring=lambda comment_id: files.bring(desk, work, case, comment_id, held.files),
    )
