"""The desk of the simulated year: four teams in four zones, holidays, leave, and what happens there."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.domain.access import AccessKind, RequestAccess
from bot.domain.calendars import OfficeHours
from bot.domain.cases import Case
from bot.domain.commands import (
    AddComment,
    AddTeam,
    AssignCase,
    Audience,
    CloseCase,
    EditAccount,
    EditCase,
    Escalate,
    ReopenCase,
    RequestCallBack,
    SetStatus,
    SetUpPerson,
)
from bot.domain.ids import AccountId, CaseId, ChannelId, PersonId, SlackUserId, TeamId
from bot.domain.lifecycle import Status
from bot.domain.outcomes import Outcome
from bot.domain.people import PersonRef, Role, SuccessPlan, TeamKind
from bot.domain.refusals import Refusal
from bot.domain.reports import SetUpReport
from bot.domain.rosters import Shift
from bot.domain.team_calendars import TeamCalendar
from bot.services import access, accounts, calendars, cases, escalation, people, policies, reports
from bot.store.people import find_person
from tests.factories import NOON
from tests.services.conftest import OMAR, Office
from tests.services.year.books import Book, Done, Group, Limits
from tests.services.year.slow import DAY, USUAL, Duty, Leave, Week

BERLIN = Week("Europe/Berlin", USUAL, "DE", "BY")
KOLKATA = Week("Asia/Kolkata", tuple((day, time(10), time(18, 30)) for day in range(6)), "IN")
ANGELES = Week("America/Los_Angeles", tuple((day, time(8), time(16)) for day in (0, 1, 2, 3, 6)), "US", "CA")
SYDNEY = Week("Australia/Sydney", USUAL, "AU", "NSW")
DESK = Week("Europe/Lisbon", USUAL, "PT")
ROSTER = (Duty("U0ANA", 0, 12, BERLIN.zone), Duty("U0BEN", 12, 24, BERLIN.zone))

NO_TEAM = Group("Desk", DESK)
OF_TEAM = {"U0ANA": 0, "U0INES": 1, "U0BEN": 2, "U0JUN": 3, "U0KIM": 3, "U0CHLOE": 0}
ZONES = {
    "U0ANA": "Europe/Berlin",
    "U0CHLOE": "Europe/London",
    "U0INES": "Asia/Kolkata",
    "U0BEN": "America/Los_Angeles",
    "U0JUN": "Australia/Sydney",
    "U0KIM": "Pacific/Auckland",
    "U0MARIA": "Asia/Kathmandu",
    "U0OMAR": "Europe/Lisbon",
    "U0LINDA": "America/New_York",
    "U0VIKTOR": "Europe/Prague",
}
LEAVE = (
    Leave("U0ANA", date(2027, 1, 11), date(2027, 1, 22), "U0CHLOE"),
    Leave("U0INES", date(2027, 2, 15), date(2027, 2, 26), "U0JUN"),
    Leave("U0BEN", date(2027, 3, 8), date(2027, 3, 19), "U0ANA"),
    Leave("U0JUN", date(2027, 6, 7), date(2027, 6, 18), "U0KIM"),
    Leave("U0KIM", date(2027, 6, 14), date(2027, 6, 18), None),
    Leave("U0ANA", date(2027, 8, 2), date(2027, 8, 20), None),
)
GROUPS = (
    Group("Berlin", BERLIN, roster=ROSTER, leave=tuple((one, ZONES[one.who]) for one in LEAVE)),
    Group("Kolkata", KOLKATA, integrations=True, office_clock=True),
    Group("Los Angeles", ANGELES),
    Group("Sydney", SYDNEY, integrations=True),
)
DAY_OFF = date(2027, 8, 18)
"""A day that Kolkata takes off by itself, and says so a few days before."""
LINDA, VIKTOR, MARIA = SlackUserId("U0LINDA"), SlackUserId("U0VIKTOR"), SlackUserId("U0MARIA")
TICKS = (*Outcome, Outcome.LEFT_MESSAGE, Outcome.SPOKE, Outcome.LEFT_MESSAGE)


@dataclass
class Life:
    """The desk, its books, and the dice."""

    office: Office
    dice: random.Random
    groups: list[Group] = field(default_factory=lambda: list(GROUPS))
    teams: list[TeamId] = field(default_factory=list)
    books: dict[CaseId, Book] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    apart: list[CaseId] = field(default_factory=list)
    """Cases that the dice leave alone."""
    ids: dict[str, PersonId] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.office.desk.clock.now()

    def zone_of(self, who: str) -> str:
        return ZONES[who]

    def away(self, who: str) -> Leave | None:
        found = (one for one in LEAVE if one.who == who and one.covers(ZONES[who], self.now()))
        return next(found, None)

    def stand_in(self, who: str) -> str | None:
        """Somebody, while they are away their deputy; None where neither is there."""
        leave = self.away(who)
        if leave is None:
            return who
        return leave.deputy if leave.deputy and self.away(leave.deputy) is None else None

    def on_duty(self, group: Group) -> str | None:
        for one in group.roster:
            there = self.stand_in(one.who) if one.runs(self.now()) else None
            if there is not None:
                return there
        return None

    # What happens.

    async def something(self) -> None:
        """One act of somebody, at random; what the desk refuses has not happened."""
        recent = [one for one in list(self.books)[-14:] if one not in self.apart]
        old = [one for one in self.books if self._is_old(self.books[one])]
        if old:  # nothing stays open for ever
            case = await self.office.case(old[0])
            await self.noted(case.id, await self.closes(case), watched=True)
            return
        if not recent or self.dice.random() < 0.22:
            await self.opens()
            return
        case = await self.office.case(self.dice.choice(recent))
        acts: list[tuple[float, Callable[[Case], Awaitable[Done | None]]]] = [
            (6, self.says),
            (1.2, self.says_customer),
            (1.5, self.sets),
            (0.7, self.assigns),
            (0.8, self.closes),
            (0.8, self.edits),
            (1.0, self.escalates),
            (0.8, self.calls),
        ]
        if case.is_closed:
            acts = [(1, self.reopens)]
        act = self.dice.choices([one for _, one in acts], [weight for weight, _ in acts])[0]
        watched = self.books[case.id].watched
        try:
            done = await act(case)
        except Refusal:
            return
        await self.noted(case.id, done or Done(self.now()), watched=watched)

    def _is_old(self, book: Book) -> bool:
        age = self.now() - book.created
        return not book.closed and age > (7 if book.watched else 50) * DAY

    async def noted(self, case_id: CaseId, done: Done, *, watched: bool = False) -> None:
        """Write down what was done, with what became of status and owner."""
        book, case = self.books[case_id], await self.office.case(case_id)
        owner = case.owner.slack_user_id if case.owner else None
        status = case.status.value if case.status.value != book.status else None
        book.done.append(replace(done, status=status, owner=owner != book.owner))
        book.status, book.owner = case.status.value, owner
        book.owner_integrations = owner is not None and self.groups[OF_TEAM.get(owner, 0)].integrations
        book.call_asked = None if book.closed else book.call_asked
        book.settle(self.now(), self.limits)
        if book.watched and not watched and book.group.roster:
            book.waiting["shift", "", None] = self.now()

    async def critical(self) -> None:
        """Berlin opens a case of severity 1 of Premier."""
        await self.opens("U0CHLOE", 1, self.office.cloud, 0)

    async def unanswered(self) -> None:
        """Sydney opens a case that nobody touches but Ana, who writes to the customer in vain."""
        await self.opens("U0KIM", 3, self.office.cloud, 3)
        self.apart.append(next(reversed(self.books)))
        await self.in_vain()

    async def in_vain(self) -> None:
        case = await self.office.case(self.apart[-1])
        await self._comment(case, "U0ANA", public=True, tick=None)
        await self.noted(case.id, Done(self.now(), "U0ANA", word=True, public=True))

    async def grave(self) -> None:
        """Kolkata opens a case that is to be escalated."""
        await self.opens("U0INES", 2, self.office.cloud, 1)
        self.apart.append(next(reversed(self.books)))

    async def called_for(self) -> None:
        """It is, and Linda wants a manager to call."""
        for act in (self.escalates, self.calls):
            case = await self.office.case(self.apart[-1])
            await self.noted(case.id, await act(case))

    async def opens(
        self, by: str = "", severity: int = 0, account: AccountId | None = None, team: int | None = None
    ) -> None:
        dice, is_taken = self.dice, not severity
        by = by or dice.choice((*OF_TEAM, LINDA, VIKTOR))
        severity = severity or (1 if dice.random() < 0.1 else dice.choice((2, 3, 4)))
        team = (0 if severity == 1 else dice.randrange(4)) if team is None else team
        if account is None:
            theirs = {LINDA: self.office.cloud, VIKTOR: self.office.harbour}
            account = theirs.get(by) or dice.choice((self.office.harbour, self.office.cloud))
        of_staff = by in OF_TEAM  # others name no team
        facts = {
            "account_id": account,
            "severity": severity,
            "team_id": self.teams[team] if of_staff else None,
        }
        receipt = await cases.open_case(
            self.office.desk, self.office.form(**facts), SlackUserId(by), self.office.key()
        )
        assert receipt.case_id is not None
        premier, group = account == self.office.cloud, self.groups[team] if of_staff else NO_TEAM
        book = Book(self.now(), group, premier, severity, by, not of_staff, self.now())
        book.opens = book.created + book.window(self.limits)
        self.books[receipt.case_id] = book
        await self.noted(receipt.case_id, Done(self.now()))
        if is_taken and dice.random() < 0.8:
            taker = dice.choice([one for one in OF_TEAM if OF_TEAM[one] == team] + list(OF_TEAM))
            await cases.take(self.office.desk, receipt.case_id, SlackUserId(taker), self.office.key())
            await self.noted(receipt.case_id, Done(self.now(), who=taker), watched=book.watched)

    async def says(self, case: Case) -> Done:
        by = self.dice.choice(list(OF_TEAM))
        theirs = GROUPS[OF_TEAM[by]].integrations
        public = self.dice.random() < 0.5 and not theirs
        tick = self.dice.choice((None, None, *TICKS))
        await self._comment(case, by, public=public, tick=tick)
        value = tick.value if tick else None
        return Done(self.now(), by, integrations=theirs, word=True, public=public, tick=value)

    async def says_customer(self, case: Case) -> Done:
        by = LINDA if case.account_id == self.office.cloud else VIKTOR
        await self._comment(case, by, public=True, tick=None)
        return Done(self.now(), by, customer=True, word=True, public=True)

    async def _comment(self, case: Case, by: str, *, public: bool, tick: Outcome | None) -> None:
        audience = Audience.PUBLIC if public else Audience.INTERNAL
        said = AddComment(case_id=case.id, text="Hello", audience=audience, outcomes=(tick,) if tick else ())
        await cases.comment(self.office.desk, said, SlackUserId(by), self.office.key())

    async def sets(self, case: Case) -> Done:
        status = Status.WORKING if case.status is Status.WAITING else Status.WAITING
        command = SetStatus(case_id=case.id, version=case.version, status=status)
        by = case.owner.slack_user_id if case.owner else MARIA
        await cases.set_status(self.office.desk, command, by, self.office.key())
        return Done(self.now(), by)

    async def assigns(self, case: Case) -> Done:
        to = self.dice.choice(list(OF_TEAM))
        command = AssignCase(case_id=case.id, version=case.version, owner_slack_id=to)
        await cases.assign(self.office.desk, command, MARIA, self.office.key())
        return Done(self.now(), MARIA)

    async def closes(self, case: Case) -> Done:
        command = CloseCase(case_id=case.id, version=case.version, resolution="solved")
        await cases.close(self.office.desk, command, MARIA, self.office.key())
        return Done(self.now(), MARIA)

    async def reopens(self, case: Case) -> Done:
        command = ReopenCase(
            case_id=case.id, version=case.version, reason="Again", audience=Audience.INTERNAL
        )
        await cases.reopen(self.office.desk, command, MARIA, self.office.key())
        return Done(self.now(), MARIA, word=True)

    async def edits(self, case: Case) -> Done:
        severity = self.dice.choice([one for one in (1, 2, 3, 4) if one != case.severity])
        command = EditCase(case_id=case.id, version=case.version, severity=severity)
        await cases.edit(self.office.desk, command, MARIA, self.office.key())
        book = self.books[case.id]
        book.severity = severity
        book.rebase(self.limits, self.now())
        return Done(self.now(), MARIA)

    async def escalates(self, case: Case) -> Done:
        command = Escalate(case_id=case.id, version=case.version, reason="worse")
        await escalation.escalate(self.office.desk, command, MARIA, self.office.key())
        self.books[case.id].escalated = True
        return Done(self.now(), MARIA)

    async def calls(self, case: Case) -> Done:
        book = self.books[case.id]
        if book.call_asked is not None:
            await escalation.called_back(self.office.desk, case.id, MARIA, self.office.key())
            book.call_asked = None
        else:
            ask = RequestCallBack(case_id=case.id, version=case.version, phone="555", wanted="soon")
            by = LINDA if case.account_id == self.office.cloud else VIKTOR
            await escalation.request_call_back(self.office.desk, ask, by, self.office.key())
            book.call_asked = self.now()
        return Done(self.now())

    # What the desk is changed to.

    async def policy(self, limits: Limits) -> None:
        """Other hours: what waits is counted anew, and never comes sooner."""
        wanted = {
            "limits": {
                "first_comment": limits.first_comment,
                "first_comment_reminder": limits.first_comment_reminder,
                "left_message": limits.left_message,
            },
            "escalation": {"premier": list(limits.premier)},
        }
        desk = self.office.desk
        await policies.change(desk, wanted, desk.policy_revision, OMAR, self.office.key())
        self.limits = limits
        for book in self.books.values():
            book.rebase(limits, self.now(), policy=True)
            book.settle(self.now(), limits, quiet=True)

    async def day_off(self) -> None:
        """Kolkata's team takes a day off that nobody knew of when some of its hours were counted."""
        group = self.groups[1]
        changed = replace(group, week=replace(group.week, own=frozenset({DAY_OFF})))
        await self._calendar(changed, self.teams[1], version=1)
        self.groups[1] = changed
        for book in self.books.values():
            if book.group is group:
                book.group = changed
                book.settle(self.now(), self.limits, quiet=True)

    async def _calendar(self, group: Group, team_id: TeamId | None, version: int = 0) -> None:
        week = group.week
        calendar = TeamCalendar(
            team_id=team_id,
            zone=week.zone,
            hours={day: OfficeHours(opens=opens, closes=closes) for day, opens, closes in week.hours},
            country=week.country,
            region=week.region,
            own=dict.fromkeys(week.own, "A day off"),
            office_clock=group.office_clock,
            version=version,
        )
        await calendars.set_calendar(self.office.desk, calendar, OMAR, self.office.key())

    # How it begins.

    async def begins(self) -> None:
        office, desk = self.office, self.office.desk
        harbour = EditAccount(
            account_id=office.harbour,
            version=1,
            name="Harbour",
            org_id_or_mid="MID-Harbour",
            success_plan=SuccessPlan.STANDARD,
            timezone="Europe/Lisbon",
        )
        await accounts.edit_account(desk, harbour, OMAR, office.key())
        await self._calendar(NO_TEAM, None)
        for group in GROUPS:
            kind = TeamKind.INTEGRATIONS if group.integrations else TeamKind.LEVEL_TWO
            add = AddTeam(name=group.name, kind=kind, channel=ChannelId(f"C0{len(self.teams)}"))
            self.teams.append(await accounts.add_team(desk, add, OMAR))
            await self._calendar(group, self.teams[-1])
        for who, team in OF_TEAM.items():
            command = SetUpPerson(
                slack_user_id=SlackUserId(who),
                role=Role.AGENT,
                account_id=None,
                team_ids=(self.teams[team],),
            )
            await people.set_up_person(desk, command, OMAR, office.key())
        for who, zone in ZONES.items():
            person = await desk.store.look(lambda c, one=who: find_person(c, desk.workspace_id, one))
            assert person is not None
            self.ids[who] = person.id
            await people.learn_profile(desk, person.id, person.name, zone)
        await self._times()

    async def _times(self) -> None:
        office, desk = self.office, self.office.desk
        nobody = PersonRef(id=PersonId(0), slack_user_id=SlackUserId(""), name="")
        for duty in ROSTER:
            shift = Shift(
                person=nobody,
                weekdays=frozenset(range(7)),
                begins=time(duty.begins),
                ends=time(duty.ends % 24),
                team_id=self.teams[0],
            )
            await calendars.add_shift(desk, shift, SlackUserId(duty.who), OMAR, office.key())
        for one in LEAVE:
            deputy = SlackUserId(one.deputy) if one.deputy else None
            who, key = SlackUserId(one.who), office.key()
            await calendars.add_absence(desk, who, one.first, one.last, deputy, OMAR, key)
        for who in ("U0ANA", "U0BEN", "U0INES"):
            await reports.subscribe(desk, SlackUserId(who), office.key(), wanted=True)
        for name, team, days, hour in (
            ("Skipped and doubled", 2, {6}, 2),
            ("Doubled", 2, {6}, 1),
            ("Mornings", 3, {1, 5}, 6),
        ):
            wanted = SetUpReport(
                job="",
                version=0,
                name=name,
                team_id=self.teams[team],
                weekdays=frozenset(days),
                hour=hour,
                channel=f"C0{team}",
                to_managers=True,
                people=(),
                search="",
                search_name="",
                is_on=True,
            )
            await reports.set_up(desk, wanted, OMAR, office.key())
        locked_out = RequestAccess(
            kind=AccessKind.LOCKOUT,
            account_id=office.cloud,
            who_name="Jane",
            who_email="jane@cloudnine.example",
            note="",
        )
        await access.request_access(desk, locked_out, OMAR, office.key())
        await desk.write(lambda work: policies.ensure_revision(work, desk.policy, "the file"))
        await policies.refresh(desk)


START, END = NOON, NOON + timedelta(days=365)
