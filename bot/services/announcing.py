"""What follows from a change: a row of history, and who is to hear of it, all in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.due import DueKind
from bot.domain.ids import AccountId, CaseId, CommentId, HistoryId, PersonId, SlackUserId, TeamId
from bot.domain.mail import address_of, is_in_slack
from bot.domain.notify import USUAL, Pace, Preference, Way, digest_at, ways
from bot.domain.people import Person
from bot.services import clocks
from bot.services.desk import Desk
from bot.services.hours import opens_for, own_calendar
from bot.store import cases, notify, records, reviews
from bot.store.due import due_at, insert_due
from bot.store.mails import announce_mails
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.people import find_person, people_by_ids
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
    edited: bool = False,
    aside: ChangeKind = ChangeKind.STATUS_SET,
    told: Changes | None = None,
    at_once: PersonId | None = None,
    to_contact: bool = False,
    quietly: bool = False,
    any_hour: bool = False,
) -> HistoryId:
    """Write a change into the history and tell it: card, thread, creator and owner, the actor's Home.

    `in_thread` says that the comment stands in the card's thread already. Creator and owner are told once
    each, never the actor, and nobody of what the audience excludes (domain.md 1.4). What an internal comment
    changes about the case is public all the same: it gets a row of its own (of the kind `aside`), which the
    customer side is told. Who has chosen a digest finds it there, but for whoever is to know `at_once`.
    `told` is what an internal row says, for staff alone. `edited` says that the comment stands in the thread
    and is to be drawn again. `by` is None where a rule did it; `also` are told although they are neither
    creator nor owner. Whoever is told at once hears it by e-mail too, where they want that and it is on;
    `to_contact` adds the case's contact. `quietly`: card and history say it, nobody is told. What a rule did
    waits for the office hours of its reader, but for `any_hour` (T15). Last, the clocks of the case are set
    by what has happened.

    Returns the row of history that everybody who sees the case may read.
    """
    inside = audience is Audience.INTERNAL
    hidden = changes if inside else {}
    history_id = _history(work, case, kind, by, (told or {}) if inside else changes, audience, comment_id)
    public_id = history_id
    if hidden:
        public_id = _history(work, case, aside, by, hidden, Audience.PUBLIC, None)
    rows = _card_rows(case, None if in_thread else comment_id, edited=edited)
    listeners = [] if quietly else _listeners(work, case, by, former_owner, also)
    chosen = notify.preferences(work.connection, [person.id for person in listeners])
    letters: list[tuple[Announcement, str]] = []
    for person in listeners:
        if audience is Audience.PUBLIC or person.is_staff:
            what = audience, history_id
        elif hidden:
            what = Audience.PUBLIC, public_id
        else:
            continue
        preference = chosen.get(person.id, USUAL)
        if preference.pace is Pace.DIGEST and person.id != at_once:
            wait_for_digest(work, person, preference, case.id, *what)
            continue
        opens = work.now if by is not None or any_hour else opens_for(work, case, person)
        if opens > work.now:
            wait_until(work, person, opens, case.id, *what)
            continue
        wanted = ways(
            preference,
            email_ready=work.stamp.email_ready and bool(person.email),
            in_slack=is_in_slack(person.slack_user_id),
        )
        notice = _notice(case, person, *what)
        if Way.SLACK in wanted:
            rows.append(notice)
        if Way.EMAIL in wanted and person.email:
            letters.append(by_mail(notice, person))
    if by is not None and by.home_seen:
        rows.append(home_of(by, case))
    announce(work, *rows)
    if to_contact and audience is Audience.PUBLIC:
        letters += _to_contact(case, history_id, comment_id)
    if work.stamp.email_ready:
        announce_mails(work, *letters)
    if clocks.follow(work, case, is_new=kind is ChangeKind.OPENED):
        announce(work, *_reviews(work, case))
    return public_id


def wait_for_digest(
    work: Work,
    person: Person,
    preference: Preference,
    case_id: CaseId,
    audience: Audience,
    history_id: HistoryId,
) -> None:
    """Keep a change for somebody's digest, which comes at their hour."""
    notify.add_item(work, person.id, case_id, history_id, audience)
    if due_at(work.connection, work.workspace_id, DueKind.DIGEST, person_id=person.id) is None:
        at = digest_at(preference, work.now, own_calendar(work.connection, person, work.now))
        insert_due(work, DueKind.DIGEST, at, person_id=person.id)


def wait_until(
    work: Work, person: Person, at: datetime, case_id: CaseId, audience: Audience, history_id: HistoryId
) -> None:
    """Keep what a rule did until somebody's office opens: all of one night is one message."""
    notify.add_item(work, person.id, case_id, history_id, audience)
    if due_at(work.connection, work.workspace_id, DueKind.DIGEST, person_id=person.id) is None:
        insert_due(work, DueKind.DIGEST, at, person_id=person.id)


def by_mail(notice: Announcement, person: Person) -> tuple[Announcement, str]:
    """The same by e-mail, and the address: one conversation for each person and case, so that order holds."""
    road = f"mail:{notice.case_id}:{person.id}"
    return replace(notice, kind=Kind.EMAIL, conversation=road, token=new_token()), person.email


def _to_contact(
    case: Case, history_id: HistoryId, comment_id: CommentId | None
) -> list[tuple[Announcement, str]]:
    """A public comment to the case's contact, at the address that its writer was shown, if it is one."""
    address = address_of(case.contact.email)
    if address is None:
        return []
    letter = Announcement(
        kind=Kind.EMAIL,
        conversation=f"mail:{case.id}:contact",
        audience=Audience.PUBLIC,
        case_id=case.id,
        comment_id=comment_id,
        history_id=history_id,
    )
    return [(letter, address)]


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


def _reviews(work: Work, case: Case) -> list[Announcement]:
    """The newest daily reviews that show a case are drawn again."""
    return [
        Announcement(kind=Kind.REVIEW_NEWS, conversation=who, person_id=reader)
        for reader, who in reviews.readers_of(work, case.id)
    ]


def draw_cards_of(work: Work, who_or_what: PersonId | AccountId | TeamId, *roles: cases.CardRole) -> None:
    """Draw the cards of open cases again that name somebody or something whose name has changed."""
    cards = cases.open_cards_of(work, who_or_what, *roles)
    announce(
        work, *(Announcement(kind=Kind.CARD, conversation=card.place, case_id=card.case_id) for card in cards)
    )


def _card_rows(case: Case, comment_id: CommentId | None, *, edited: bool = False) -> list[Announcement]:
    if case.card_place is None:
        return []
    rows = [Announcement(kind=Kind.CARD, conversation=case.card_place, case_id=case.id)]
    if comment_id is not None:
        rows.append(
            Announcement(
                kind=Kind.COMMENT_EDIT if edited else Kind.THREAD_COMMENT,
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
    wanted = [one for one in ids if one is not None and one != actor_id]
    found = {person.id: person for person in people_by_ids(work.connection, wanted)} if wanted else {}
    heard = {one: found[one] for one in wanted if one in found and found[one].role is not None}
    heard |= {one.id: one for one in also if one.role is not None and one.id != actor_id}
    return list(heard.values())


def _notice(case: Case, person: Person, audience: Audience, history_id: HistoryId) -> Announcement:
    return Announcement(
        kind=Kind.NOTICE,
        conversation=person.slack_user_id,
        audience=audience,
        case_id=case.id,
        history_id=history_id,
        person_id=person.id,
    )
