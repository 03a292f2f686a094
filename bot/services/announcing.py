"""What follows from a change: a row of history, and who is to hear of it, all in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.ids import AccountId, CommentId, HistoryId, PersonId, SlackUserId, TeamId
from bot.domain.people import Person
from bot.services.desk import Desk
from bot.store import cases, records
from bot.store.outbox import Announcement, Kind, announce
from bot.store.people import find_person, person_by_id
from bot.store.records import Changes
from bot.store.work import Work


def record(
    work: Work,
    case: Case,
    kind: ChangeKind,
    by: Person | None,
    *,
    changes: Changes,
    audience: Audience = Audience.PUBLIC,
    comment_id: CommentId | None = None,
    former_owner: PersonId | None = None,
    in_thread: bool = False,
    also: Iterable[Person] = (),
) -> HistoryId:
    """Write a change into the history and tell it: card, thread, creator and owner, the actor's Home.

    `in_thread` says that the comment stands in the card's thread already. Creator and owner are told once
    each, never the actor, and nobody of what the audience excludes (domain.md 1.4). What an internal comment
    changes about the case is public all the same: it gets a row of its own, which the customer side is told.
    `by` is None where a rule did it; `also` are told although they are neither creator nor owner.

    Returns the row of history that everybody who sees the case may read.
    """
    hidden = changes if audience is Audience.INTERNAL else {}
    history_id = _history(work, case, kind, by, {} if hidden else changes, audience, comment_id)
    public_id = history_id
    if hidden:
        public_id = _history(work, case, ChangeKind.STATUS_SET, by, hidden, Audience.PUBLIC, None)
    rows = _card_rows(case, None if in_thread else comment_id)
    for person in _listeners(work, case, by, former_owner, also):
        if audience is Audience.PUBLIC or person.is_staff:
            rows.append(_notice(case, person, audience, history_id))
        elif hidden:
            rows.append(_notice(case, person, Audience.PUBLIC, public_id))
    if by is not None and by.home_seen:
        rows.append(home_of(by, case))
    announce(work, *rows)
    return public_id


def _history(
    work: Work,
    case: Case,
    kind: ChangeKind,
    by: Person | None,
    changes: Changes,
    audience: Audience,
    comment_id: CommentId | None,
) -> HistoryId:
    return records.insert_history(
        work,
        kind.value,
        actor_id=by.id if by else None,
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


def _listeners(
    work: Work, case: Case, by: Person | None, former_owner: PersonId | None, also: Iterable[Person]
) -> list[Person]:
    actor_id = by.id if by is not None else None
    ids = dict.fromkeys((case.creator.id, case.owner_id, former_owner))
    found = [person_by_id(work.connection, one) for one in ids if one is not None and one != actor_id]
    heard = {one.id: one for one in (*found, *also) if one is not None and one.role is not None}
    return [person for person in heard.values() if person.id != actor_id]


def _notice(case: Case, person: Person, audience: Audience, history_id: HistoryId) -> Announcement:
    return Announcement(
        kind=Kind.NOTICE,
        conversation=person.slack_user_id,
        audience=audience,
        case_id=case.id,
        history_id=history_id,
        person_id=person.id,
    )
