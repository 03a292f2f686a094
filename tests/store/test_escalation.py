"""Escalation in the database, on each kind: hours that wait, who is told, calls owed, the upgrade."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text

from bot.domain.due import DueKind
from bot.domain.ids import CaseId, WorkspaceId
from bot.domain.pages import ListKind
from bot.domain.people import Role, Viewer
from bot.domain.windows import Escalation
from bot.store import cases, due, escalation
from bot.store.lists import case_list
from bot.store.migrate import upgrade
from bot.store.people import people_of_role
from bot.store.schema import due_times
from bot.store.work import Work
from tests.factories import NOON, add_account, add_case, add_person, load_case, stamp
from tests.store.conftest import Table, Upgraded

OPENS, TELL = DueKind.ESCALATION_OPENS, DueKind.TELL_ESCALATION


def hour(count: int) -> datetime:
    return NOON + timedelta(hours=count)


def test_what_waits_is_found_by_account_and_by_revision_in_batches(table: Table) -> None:
    def unit(work: Work) -> None:
        ana = add_person(work, "Ana", Role.AGENT)
        cloud, harbour = add_account(work, "Cloud Nine"), add_account(work, "Harbour")
        made = [add_case(work, ana, account) for account in (cloud, harbour, cloud)]
        for one in made:
            due.set_due(work, OPENS, hour(2), case_id=one.id)
        shown = add_case(work, ana, cloud)
        due.set_due(work, TELL, hour(2), case_id=shown.id, person_id=ana.id)
        ids = [one.id for one in made]
        assert escalation.waiting(work) == ids
        assert escalation.waiting(work, account_id=cloud) == [ids[0], ids[2]]
        assert escalation.waiting(work, account_id=cloud, after=ids[0]) == [ids[2]]
        assert escalation.waiting(work, besides_revision=1) == []
        assert escalation.waiting(work, besides_revision=2) == ids
        elsewhere = replace(work, stamp=stamp(workspace_id=WorkspaceId("T0OTHER")))
        assert escalation.waiting(elsewhere) == []
        unknown = replace(work, stamp=stamp(policy_revision=None))
        due.set_due(unknown, OPENS, hour(2), case_id=ids[1])
        assert escalation.waiting(work, besides_revision=1) == [ids[1]]

    table.write(unit)


def test_who_wants_to_be_told_is_told_at_the_new_hour(table: Table) -> None:
    def unit(work: Work) -> None:
        ana, ben = add_person(work, "Ana", Role.AGENT), add_person(work, "Ben", Role.AGENT)
        account = add_account(work, "Cloud Nine")
        one, other = add_case(work, ana, account), add_case(work, ana, account)
        for person in (ana, ben):
            due.set_due(work, TELL, hour(2), case_id=one.id, person_id=person.id)
        due.set_due(work, TELL, hour(2), case_id=other.id, person_id=ana.id)
        escalation.move_wishes(work, one.id, hour(5))
        asked = select(due_times.c.due_at).order_by(due_times.c.id)
        assert list(work.connection.execute(asked).scalars()) == [hour(5), hour(5), hour(2)]

    table.write(unit)


def test_an_escalated_case_is_loaded_and_listed_with_its_flag(table: Table) -> None:
    def unit(work: Work) -> None:
        ana, linda = add_person(work, "Ana", Role.AGENT), add_person(work, "Linda", Role.DSC)
        case = add_case(work, ana, add_account(work, "Cloud Nine"), owner=ana.ref)
        flag = Escalation(opens_at=hour(2), at=hour(3), by=linda.ref, reason="worse")
        flagged = replace(case, escalation=flag)
        cases.save(work, flagged)
        escalation.insert_escalation(work, flagged)
        assert load_case(work, case.id).escalation == flag
        (row,) = case_list(ListKind.MINE)(work.connection, Viewer(ana)).rows
        assert row.escalated_at == hour(3)
        escalation.insert_call_back(work, flagged, linda.id, hour(48), "+1 555 0100", "soon")
        owed = escalation.call_back_owed(work.connection, Viewer(ana), case.id)
        assert owed is not None
        assert (owed.phone, owed.wanted, owed.due_at, owed.asked_by) == (
            "+1 555 0100",
            "soon",
            hour(48),
            linda.ref,
        )
        assert load_case(work, case.id).escalation.call_back_due == hour(48)
        escalation.end_call_back(work, case.id, ana.id)
        assert load_case(work, case.id).escalation == flag

    table.write(unit)


def test_people_are_found_by_what_they_are(table: Table) -> None:
    def unit(work: Work) -> None:
        maria, omar = add_person(work, "Maria", Role.MANAGER), add_person(work, "Omar", Role.ADMINISTRATOR)
        add_person(work, "Ana", Role.AGENT)
        add_person(replace(work, stamp=stamp(workspace_id=WorkspaceId("T0OTHER"))), "Eve", Role.MANAGER)
        assert people_of_role(work.connection, work.workspace_id, Role.MANAGER) == (maria,)
        assert people_of_role(work.connection, work.workspace_id, Role.ADMINISTRATOR) == (omar,)

    table.write(unit)


OLDER = (
    "INSERT INTO accounts (id, workspace_id, name, org_id_or_mid, success_plan, timezone, created_at) VALUES"
    " (1, 'T0DESK', 'Cloud Nine', 'M1', 'Premier', 'UTC', '2026-11-21 12:00:00'),"
    " (2, 'T0DESK', 'Harbour', 'M2', 'Standard', 'UTC', '2026-11-21 12:00:00')",
    "INSERT INTO people (id, workspace_id, slack_user_id, name, timezone, role, home_seen, created_at) VALUES"
    " (1, 'T0DESK', 'U0ANA', 'Ana', 'UTC', 'agent', true, '2026-11-21 12:00:00'),"
    " (2, 'T0DESK', 'U0LINDA', 'Linda', 'UTC', 'dsc', true, '2026-11-21 12:00:00')",
    *(
        "INSERT INTO cases (id, workspace_id, number, version, status, severity, kind, origin, title,"  # noqa: S608
        " description, business_impact, timezone, account_id, org_id_or_mid, contact_name,"
        " contact_email, contact_phone,"
        " creator_id, opened_by_staff, resolution, created_at, updated_at) VALUES"
        f" ({case}, 'T0DESK', {case}, 1, '{status}', {severity}, 'problem', 'dsc', 'T', 'D', 'none', 'UTC',"
        f" {account}, '', '', '', '', 2, false, '', '2026-11-23 {opened}:00', '2026-11-23 {opened}:00')"
        for case, status, severity, account, opened in (
            (1, "open", 1, 1, "10:00"),  # may be escalated already
            (2, "open", 4, 1, "09:00"),
            (3, "new", 1, 2, "12:00"),
            (4, "closed", 1, 1, "08:00"),
        )
    ),
    "INSERT INTO comments (workspace_id, case_id, author_id, audience, text, created_at) VALUES"
    " ('T0DESK', 1, 2, 'public', 'Help', '2026-11-23 10:10:00'),"
    " ('T0DESK', 1, 1, 'internal', 'Hm', '2026-11-23 10:20:00'),"
    " ('T0DESK', 1, 1, 'public', 'On it', '2026-11-23 10:30:00'),"
    " ('T0DESK', 1, 1, 'public', 'Done', '2026-11-23 10:40:00')",
)
"""A desk as 0004 left it; its last act was at noon."""


def test_the_open_cases_of_an_older_release_get_their_hours(upgraded: Upgraded, tmp_path: Path) -> None:
    url = upgraded.kind.empty(tmp_path)
    upgrade(url, "0004")
    table = Table(url)
    try:
        table.run(lambda connection: [connection.execute(text(one)) for one in OLDER])
        upgrade(url)
        wanted = {1: "11:00", 2: "17:00", 3: "12:00", 4: None}
        answered = table.write(lambda work: load_case(work, CaseId(1)).first_answered_at)
        assert answered == NOON.replace(hour=10, minute=30)
        for case_id, clock in wanted.items():
            opens = table.write(lambda work, i=case_id: load_case(work, CaseId(i)).escalation.opens_at)
            assert (f"{opens:%H:%M}" if opens else None) == clock
        assert opens is None, "it is closed: reopening counts it"
        waiting = select(due_times.c.case_id, due_times.c.due_at.label("at")).order_by(due_times.c.case_id)
        rows = table.look(lambda c: [(row.case_id, row.at) for row in c.execute(waiting)])
        assert rows == [(2, NOON.replace(hour=17)), (3, NOON + timedelta(hours=48))]
    finally:
        table.close()
        upgraded.kind.drop(url)
