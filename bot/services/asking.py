"""Asking about a case: comment, reassign and notify in one transaction, all three or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import cases as rules
from bot.domain import turns
from bot.domain.asking import check_update, is_integrations, update_opens
from bot.domain.cases import Case, ChangeKind
from bot.domain.clocks import waited
from bot.domain.commands import Ask, AskKind, Audience
from bot.domain.ids import CallKey, CaseId, SlackUserId
from bot.domain.outcomes import Outcome
from bot.domain.pages import AskForm
from bot.domain.people import Person, TeamKind, Viewer
from bot.domain.permissions import Act
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services import cases
from bot.services.announcing import record
from bot.services.calendars import calendar_for
from bot.services.desk import Desk
from bot.services.reading import case_for
from bot.store import cases as store
from bot.store import people, records
from bot.store.stories import story_of
from bot.store.work import Connection, Work

UPDATE_WANTED = "Please give an update."
CUSTOMER_ASKED = "The customer asks for an update."
"""What the desk writes into the comments by itself (T3)."""


async def form(desk: Desk, by: SlackUserId, case_id: CaseId, kind: AskKind) -> AskForm:
    """What the form is drawn from. Raises what keeps the asker from it, but not that it is too early."""
    case, person = await case_for(desk, by, case_id, Act.ASSIGN)
    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> datetime | None:
        owner = people.person_by_id(connection, case.owner_id) if case.owner_id else None
        return _opens(desk, connection, viewer, case, owner)

    opens = await desk.read(query, by) if kind is AskKind.UPDATE else None
    return AskForm(case=case, person=person, kind=kind, opens=opens, now=now)


def _opens(
    desk: Desk, connection: Connection, viewer: Viewer, case: Case, asked: Person | None
) -> datetime | None:
    """From when an update may be asked for (T3); None where nobody of Integrations is asked."""
    theirs = asked is not None and is_integrations(asked)
    if not theirs and case.team_id is not None:
        team = people.find_team(connection, viewer, case.team_id)
        theirs = team is not None and team.kind is TeamKind.INTEGRATIONS
    if not theirs:
        return None
    last = records.last_word_of(connection, viewer, case.id, TeamKind.INTEGRATIONS)
    calendar = calendar_for(connection, viewer, case.team_id, case.timezone, desk.clock.now())
    pauses = waited(story_of(connection, viewer, case))
    return update_opens(last or case.created_at, calendar, desk.policy.limits.update_days, pauses)


async def ask(desk: Desk, command: Ask, by: SlackUserId, key: CallKey) -> Receipt:
    """Ask the owner or somebody else of staff, who owns the case from then on and is told at once.

    Raises UPDATE_WHILE_WAITING, UPDATE_NOT_YET (with the instant), ASK_YOURSELF, NOBODY_TO_ASK, those of
    assigning, CHANGED_MEANWHILE and ALREADY_CLOSED; nothing is written then.
    """

    def unit(work: Work) -> Receipt:
        person, case = cases.begin(work, by, command.case_id, Act.ASSIGN)
        rules.check_open(case)
        asked = _asked(work, case, command.who)
        if asked.id == person.id:
            raise Refusal(Reason.ASK_YOURSELF)
        if command.kind is AskKind.UPDATE:
            opens = _opens(desk, work.connection, Viewer(person), case, asked)
            check_update(case, opens, work.now, customer_asks=command.customer_asks)
        rules.check_version(case, command.version)
        after = case if asked.id == case.owner_id else rules.assigned(case, asked, work.now)
        after = replace(after, turns=turns.asked(after.turns, command.kind, work.now, person.id))
        return _tell(work, case, rules.commented(after, person, work.now), person, asked, command)

    return await desk.write(unit, key)


def _asked(work: Work, case: Case, who: str) -> Person:
    if not who and case.owner_id is None:
        raise Refusal(Reason.NOBODY_TO_ASK)
    found = (
        people.find_person(work.connection, work.workspace_id, SlackUserId(who))
        if who
        else people.person_by_id(work.connection, case.owner_id or case.creator.id)
    )
    if found is None or found.role is None:
        raise Refusal(Reason.NO_SUCH_PERSON, {"slack_user_id": who})
    return found


def _tell(work: Work, before: Case, after: Case, person: Person, asked: Person, command: Ask) -> Receipt:
    """The comment, the new owner and the notices."""
    update = command.kind is AskKind.UPDATE
    ticks = (Outcome.CUSTOMER_ASKS,) if update and command.customer_asks else ()
    lines = (command.text.strip() or (UPDATE_WANTED if update else ""), CUSTOMER_ASKED if ticks else "")
    text = "\n".join(line for line in lines if line)
    if not text:
        raise Refusal(Reason.EMPTY_TEXT)
    comment_id = records.insert_comment(work, after.id, person, Audience.INTERNAL, text, outcomes=ticks)
    saved = replace(after, version=store.save(work, after))
    moved = before.owner_id != after.owner_id
    record(
        work,
        saved,
        ChangeKind.ASKED_FOR_UPDATE if update else ChangeKind.ASKED,
        person,
        changes=cases.changes(before, after),
        audience=Audience.INTERNAL,
        comment_id=comment_id,
        former_owner=before.owner_id if moved else None,
        aside=ChangeKind.ASSIGNED if moved else ChangeKind.STATUS_SET,
        told={"asked": (None, asked.name)},
        at_once=asked.id,
    )
    return cases.receipt(saved, saved.version, person)
