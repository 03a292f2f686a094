"""What the desk can do with a case: a function an act, each one transaction that also announces it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain import cases as rules
from bot.domain import escalation
from bot.domain import mail as mailing
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import (
    AddComment,
    AssignCase,
    Audience,
    CloseCase,
    EditCase,
    OpenCase,
    ReopenCase,
    SetStatus,
)
from bot.domain.ids import CallKey, CaseId, ChannelId, CommentId, MessageTs, SlackUserId
from bot.domain.outcomes import Outcome, check_outcomes
from bot.domain.people import Person, Team, Viewer
from bot.domain.permissions import Act, require
from bot.domain.policy import choice_of
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import files, threads, triage_queue, tying, windows
from bot.services.announcing import record
from bot.services.choices import check_choices, check_zone
from bot.services.desk import Desk, actor
from bot.store import cases as store
from bot.store import people, records
from bot.store.editing import end_editing
from bot.store.records import Changes
from bot.store.search_index import index_case
from bot.store.work import Work

FREE_TEXT: tuple[None, None] = (None, None)
"""In the history: this text changed, and what it says is not repeated there."""


async def open_case(desk: Desk, command: OpenCase, by: SlackUserId, key: CallKey) -> Receipt:
    """Open a case. Raises NOT_SET_UP, NOT_YOUR_ROLE, WRONG_ACCOUNT, NO_SUCH_CHOICE, THREAD_HAS_CASE."""

    return await desk.write(lambda work: opening(desk, work, command, by)[1], key)


def opening(desk: Desk, work: Work, command: OpenCase, by: SlackUserId) -> tuple[Case, Receipt]:
    """`open_case` as a part of a unit."""
    return opening_as(desk, work, command, actor(work, by))


def opening_as(
    desk: Desk,
    work: Work,
    command: OpenCase,
    person: Person,
    *,
    team: Team | None = None,
    to_contact: bool = False,
) -> tuple[Case, Receipt]:
    """The same for somebody whom Slack does not know; `to_contact` tells the contact of it by e-mail.

    `team` is one that the desk chose for them: they see none.
    """
    require(Act.OPEN_CASE, person)
    account = people.find_account(work.connection, Viewer(person), command.account_id)
    if account is None:
        raise Refusal(Reason.WRONG_ACCOUNT)
    team = team or _team(work, person, command)
    check_choices(desk.policy, command)
    check_zone(desk.policy, command.timezone, account.timezone)
    number = store.next_number(work)
    new = rules.opened(
        command,
        person,
        number=number,
        account=account,
        team=team,
        card_place=(team.channel if team else None) or desk.cases_channel,
        now=work.now,
    )
    new = escalation.rebased(new, account.success_plan, desk.policy.escalation, work.now)
    case = store.insert_case(work, new)
    windows.begin(work, case)
    files.bring(desk, work, case, None, command.files)
    if account.buys or command.about:
        tying.tie_opened(desk, work, case, person, command.about)
    if command.thread is not None:
        threads.begin(work, Viewer(person), case, command.thread)
    record(work, case, ChangeKind.OPENED, person, changes={}, to_contact=to_contact)
    return case, receipt(case, case.version, person)


def _team(work: Work, person: Person, command: OpenCase) -> Team | None:
    if command.team_id is None:
        return None
    team = people.find_team(work.connection, Viewer(person), command.team_id)
    if team is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "team"})
    return team


async def take(desk: Desk, case_id: CaseId, by: SlackUserId, key: CallKey) -> Receipt:
    """Make a case one's own. Raises ALREADY_TAKEN when somebody was faster."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, case_id, Act.TAKE)
        rules.check_open(case)
        after = rules.taken(case, person, work.now)
        return _save(work, case, after, ChangeKind.TAKEN, person)

    return await desk.write(unit, key)


async def assign(desk: Desk, command: AssignCase, by: SlackUserId, key: CallKey) -> Receipt:
    """Make somebody of staff the owner, with an internal note if one is given: both or none."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.ASSIGN)
        rules.check_open(case)
        rules.check_version(case, command.version)
        owner = people.find_person(work.connection, work.workspace_id, SlackUserId(command.owner_slack_id))
        if owner is None or owner.role is None:
            raise Refusal(Reason.NO_SUCH_PERSON, {"slack_user_id": command.owner_slack_id})
        after = rules.assigned(case, owner, work.now)
        comment_id, after = _note(work, after, person, command.note, Audience.INTERNAL)
        return _save(work, case, after, ChangeKind.ASSIGNED, person, comment_id=comment_id)

    return await desk.write(unit, key)


async def comment(
    desk: Desk,
    command: AddComment,
    by: SlackUserId,
    key: CallKey,
    said_in: tuple[ChannelId, MessageTs] | None = None,
) -> Receipt:
    """Add a comment; `said_in` names the message of the card's thread that it is, if it is one."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.COMMENT)
        audience = command.audience or rules.default_audience(person)
        check_comment(person, audience, command)
        if command.to_contact:
            mailing.check_contact(case, audience, work.stamp.email_ready)
        return say(
            work,
            case,
            person,
            audience,
            command.text,
            command.outcomes,
            to_contact=command.to_contact,
            said_in=said_in,
            bring=lambda comment_id: files.bring(desk, work, case, comment_id, command.files),
        )

    return await desk.write(unit, key)


def check_comment(person: Person, audience: Audience, command: AddComment) -> None:
    """Raise what keeps somebody from saying this to these."""
    rules.check_audience(person, audience)
    if not command.text.strip():
        raise Refusal(Reason.EMPTY_TEXT)
    if command.outcomes and not person.is_staff:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "outcomes"})
    check_outcomes(command.outcomes)


def say(
    work: Work,
    case: Case,
    person: Person,
    audience: Audience,
    text: str,
    outcomes: tuple[Outcome, ...] = (),
    *,
    to_contact: bool = False,
    moves: bool = True,
    said_in: tuple[ChannelId, MessageTs] | None = None,
    by_mail: bool = False,
    bring: Callable[[CommentId], None] | None = None,
) -> Receipt:
    """Write a comment that may be written, and tell it; `moves` that it makes a case Working.

    `bring` adds to it what came with it.
    """
    comment_id = records.insert_comment(
        work,
        case.id,
        person,
        audience,
        text,
        said_in,
        outcomes=outcomes,
        to_contact=to_contact,
        by_mail=by_mail,
    )
    if bring is not None:
        bring(comment_id)
    if person.is_customer_side:
        triage_queue.answered(work, case.id)
    known = windows.heard(work, case, person, audience, outcomes=outcomes)
    after = rules.commented(known, person, work.now, outcomes) if moves else known
    if after.status is case.status:
        store.touch(work, after, heard=True)
    else:
        after = replace(after, version=store.save(work, after))
    record(
        work,
        after,
        ChangeKind.COMMENTED,
        person,
        changes=changes(case, after),
        audience=audience,
        comment_id=comment_id,
        in_thread=said_in is not None,
        to_contact=to_contact,
    )
    return receipt(after, after.version, person)


async def edit(desk: Desk, command: EditCase, by: SlackUserId, key: CallKey) -> Receipt:
    """Change what a case says. Raises CHANGED_MEANWHILE, NOTHING_CHANGED or NOT_YOUR_FIELD."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.EDIT_CASE)
        rules.check_version(case, command.version)
        check_choices(desk.policy, command)
        check_zone(desk.policy, command.timezone, case.timezone)
        after = rules.edited(case, command, person, work.now)
        if after.severity != case.severity:
            after = escalation.rebased(after, case.plan, desk.policy.escalation, work.now)
        end_editing(work, case.id, person.id)
        saved = _save(work, case, after, ChangeKind.EDITED, person)
        if (after.title, after.description) != (case.title, case.description):
            tying.tie_edited(desk, work, after, person)
        return saved

    return await desk.write(unit, key)


async def set_status(desk: Desk, command: SetStatus, by: SlackUserId, key: CallKey) -> Receipt:
    """Set the status by hand, along the lifecycle table."""

    def unit(work: Work) -> Receipt:
        person, case = _begin(work, by, command.case_id, Act.SET_STATUS)
        rules.check_version(case, command.version)
        rules.check_settable(case, person, command.status)
        after = replace(case, status=command.status, updated_at=work.now)
        end_editing(work, case.id, person.id)
        return _save(work, case, after, ChangeKind.STATUS_SET, person)

    return await desk.write(unit, key)


async def close(desk: Desk, command: CloseCase, by: SlackUserId, key: CallKey) -> Receipt:
    """Close with a resolution. Raises ALREADY_CLOSED with who was faster, CHANGED_MEANWHILE and others."""

    return await desk.write(lambda work: closing(desk, work, command, by), key)


def check_closing(desk: Desk, work: Work, command: CloseCase, by: SlackUserId) -> tuple[Person, Case]:
    """Who closes and what; raises what keeps them from it."""
    person, case = _begin(work, by, command.case_id, Act.CLOSE)
    rules.check_open(case)
    rules.check_may_close(case, _creator(work, case), person)
    rules.check_version(case, command.version)
    if choice_of(desk.policy.resolutions, command.resolution) is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "resolution"})
    return person, case


def closing(desk: Desk, work: Work, command: CloseCase, by: SlackUserId) -> Receipt:
    """`close` as a part of a unit."""
    person, case = check_closing(desk, work, command, by)
    after = rules.closed(case, person, command.resolution, work.now)
    end_editing(work, case.id, person.id)
    comment_id, after = _note(work, after, person, command.note, command.audience)
    return _save(work, case, after, ChangeKind.CLOSED, person, comment_id=comment_id)


async def reopen(desk: Desk, command: ReopenCase, by: SlackUserId, key: CallKey) -> Receipt:
    """Open a closed case again, with the reason as a comment."""

    return await desk.write(lambda work: reopening(desk, work, command, by), key)


def check_reopening(work: Work, command: ReopenCase, by: SlackUserId) -> tuple[Person, Case]:
    """Who reopens and what; raises what keeps them from it."""
    person, case = _begin(work, by, command.case_id, Act.REOPEN)
    rules.reopened(case, work.now)
    rules.check_may_close(case, _creator(work, case), person)
    rules.check_version(case, command.version)
    if not command.reason.strip():
        raise Refusal(Reason.EMPTY_TEXT)
    return person, case


def reopening(desk: Desk, work: Work, command: ReopenCase, by: SlackUserId, *, note: bool = True) -> Receipt:
    """`reopen` as a part of a unit; without `note` the reason is said by another way."""
    person, case = check_reopening(work, command, by)
    after = rules.reopened(case, work.now)
    if after.escalation.opens_at is None:  # an older release closed it
        after = escalation.rebased(after, case.plan, desk.policy.escalation, work.now)
    reason = command.reason if note else ""
    comment_id, after = _note(work, after, person, reason, command.audience)
    return _save(work, case, after, ChangeKind.REOPENED, person, comment_id=comment_id)


def begin(work: Work, by: SlackUserId, case_id: CaseId, act: Act) -> tuple[Person, Case]:
    """Who acts and on what, the case kept from others, once role, team and account allow it."""
    return _begin(work, by, case_id, act)


def _begin(work: Work, by: SlackUserId, case_id: CaseId, act: Act) -> tuple[Person, Case]:
    """Who acts and on what, once role, team and account allow it."""
    person = actor(work, by)
    require(act, person)
    store.hold(work, case_id)
    case = _load(work, person, case_id)
    rules.check(act, case, person)
    return person, case


def _load(work: Work, person: Person, case_id: CaseId) -> Case:
    case = store.by_id(work.connection, Viewer(person), case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    return case


def _creator(work: Work, case: Case) -> Person:
    creator = people.person_by_id(work.connection, case.creator.id)
    assert creator is not None  # people are never deleted
    return creator


def _note(
    work: Work, case: Case, person: Person, text: str, audience: Audience | None
) -> tuple[CommentId | None, Case]:
    """A comment that comes with another change, and the case after it."""
    if not text.strip():
        return None, case
    audience = audience or rules.default_audience(person)
    rules.check_audience(person, audience)
    case = windows.heard(work, case, person, audience)
    return records.insert_comment(work, case.id, person, audience, text), case


def _save(
    work: Work,
    before: Case,
    after: Case,
    kind: ChangeKind,
    person: Person,
    comment_id: CommentId | None = None,
) -> Receipt:
    version = store.save(work, after)
    windows.follow(work, before, after, person)
    if (before.title, before.description) != (after.title, after.description):
        index_case(work, after)
    former_owner = before.owner_id if before.owner_id != after.owner_id else None
    record(
        work,
        after,
        kind,
        person,
        changes=changes(before, after),
        comment_id=comment_id,
        former_owner=former_owner,
    )
    return receipt(after, version, person)


def changes(before: Case, after: Case) -> Changes:
    """What is different, as the history keeps it: values of pick lists and names, never text people wrote."""
    plain = ("status", "severity", "kind", "business_impact", "timezone", "resolution", "owner_name")
    text = ("title", "description", "org_id_or_mid", "contact")
    found: dict[str, tuple[str | None, str | None]] = {}
    for field in plain:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            found[field.removesuffix("_name")] = (str(old) if old else None, str(new) if new else None)
    for field in text:
        if getattr(before, field) != getattr(after, field):
            found[field] = FREE_TEXT
    return {**found, **windows.opening_moved(before, after)}


def receipt(case: Case, version: int, person: Person) -> Receipt:
    """What a saved change of a case answers with."""
    seen = person.is_staff and case.card_ts is not None
    return Receipt(case_id=case.id, number=case.number, version=version, seen_on_card=seen)
