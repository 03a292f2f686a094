"""What follows from a change: a row of history, and who is to hear of it, all in the same transaction."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.ids import AccountId, CommentId, HistoryId, PersonId, SlackUserId, TeamId
from bot.domain.mail import address_of
from bot.domain.people import Person
from bot.services.desk import Desk
from bot.store import cases, records
from bot.store.mails import announce_mails
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.people import find_person, person_by_id
from bot.store.records import Changes
from bot.store.work import Work


def record(
    work: Work,
    case: Case,
    kind: ChangeKind,
    by: Person,
    *,
    changes: Changes,
    audience: Audience = Audience.PUBLIC,
    comment_id: CommentId | None = None,
    former_owner: PersonId | None = None,
    in_thread: bool = False,
    mail_contact: bool = False,
) -> None:
    """Write a change into the history and tell it: card, thread, creator and owner, the actor's Home.

    `in_thread` says that the comment stands in the card's thread already. Creator and owner are told once
    each, never the actor, and nobody of what the audience excludes (domain.md 1.4). What an internal comment
    changes about the case is public all the same: it gets a row of its own, which the customer side is told.
    Whoever is told hears it by e-mail too, where that is on; `mail_contact` adds the case's contact.
    """
    hidden = changes if audience is Audience.INTERNAL else {}
    history_id = _history(work, case, kind, by, {} if hidden else changes, audience, comment_id)
    public_id = history_id
    if hidden:
        public_id = _history(work, case, ChangeKind.STATUS_SET, by, hidden, Audience.PUBLIC, None)
    rows = _card_rows(case, None if in_thread else comment_id)
    notices: list[tuple[Person, Announcement]] = []
    for person in _listeners(work, case, by, former_owner):
        if audience is Audience.PUBLIC or person.is_staff:
            notices.append((person, _notice(case, person, audience, history_id)))
        elif hidden:
            notices.append((person, _notice(case, person, Audience.PUBLIC, public_id)))
    rows += [notice for _, notice in notices]
    if by.home_seen:
        rows.append(home_of(by, case))
    announce(work, *rows)
    letters = [
        by_mail(notice, person) for person, notice in notices if person.email and person.notice_by_mail
    ]
    if mail_contact and audience is Audience.PUBLIC:
        letters.append(_to_contact(case, history_id, comment_id))
    if work.stamp.mail_on:
        announce_mails(work, *letters)


def by_mail(notice: Announcement, person: Person) -> tuple[Announcement, str]:
    """The same by e-mail, and the address: one conversation for each person and case, so that order holds."""
    road = f"mail:{notice.case_id}:{person.id}"
    return replace(notice, kind=Kind.EMAIL, conversation=road, token=new_token()), person.email


def _to_contact(case: Case, history_id: HistoryId, comment_id: CommentId | None) -> tuple[Announcement, str]:
    """A public comment to the case's contact: to the address that its writer was shown."""
    address = address_of(case.contact.email)
    assert address is not None  # the service has looked
    letter = Announcement(
        kind=Kind.EMAIL,
        conversation=f"mail:{case.id}:contact",
        audience=Audience.PUBLIC,
        case_id=case.id,
        comment_id=comment_id,
        history_id=history_id,
    )
    return letter, address


def _history(
    work: Work,
    case: Case,
    kind: ChangeKind,
    by: Person,
    changes: Changes,
    audience: Audience,
    comment_id: CommentId | None,
) -> HistoryId:
    return records.insert_history(
        work,
        kind.value,
        actor_id=by.id,
        audience=audience,
        changes=changes,
        case_id=case.id,
        comment_id=comment_id,
    )


async def publish_later(desk: Desk, who: SlackUserId) -> None:
    """Let the outbox publish somebody's Home: Slack had no time for it. Who is not known here has none."""

    def unit(work: Work) -> None:
        person = find_person(work.connection, work.workspace_id, who)
        if person is not None:
            announce(work, home_of(person))

    await desk.write(unit)


def home_of(person: Person, case: Case | None = None) -> Announcement:
    """That somebody's App Home is to be published again."""
    return Announcement(
        kind=Kind.HOME,
        conversation=person.slack_user_id,
        person_id=person.id,
        case_id=case.id if case else None,
    )


def draw_cards_of(work: Work, who_or_what: PersonId | AccountId | TeamId, *roles: cases.CardRole) -> None:
    """Draw the cards of open cases again that name somebody or something whose name has changed."""
    cards = cases.open_cards_of(work, who_or_what, *roles)
    announce(
        work, *(Announcement(kind=Kind.CARD, conversation=card.place, case_id=card.case_id) for card in cards)
    )


def _card_rows(case: Case, comment_id: CommentId | None) -> list[Announcement]:
    if case.card_place is None:
        return []
    rows = [Announcement(kind=Kind.CARD, conversation=case.card_place, case_id=case.id)]
    if comment_id is not None:
        rows.append(
            Announcement(
                kind=Kind.THREAD_COMMENT,
                conversation=case.card_place,
                case_id=case.id,
                comment_id=comment_id,
            )
        )
    return rows


def _listeners(work: Work, case: Case, by: Person, former_owner: PersonId | None) -> list[Person]:
    ids = dict.fromkeys((case.creator.id, case.owner_id, former_owner))
    found = [person_by_id(work.connection, one) for one in ids if one is not None and one != by.id]
    return [person for person in found if person is not None and person.role is not None]


def _notice(case: Case, person: Person, audience: Audience, history_id: HistoryId) -> Announcement:
    return Announcement(
        kind=Kind.NOTICE,
        conversation=person.slack_user_id,
        audience=audience,
        case_id=case.id,
        history_id=history_id,
        person_id=person.id,
    )
