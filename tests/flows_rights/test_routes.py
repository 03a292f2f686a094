"""Every route as every role and team that matters to it, over the wire: let in or refused as the table says.

The table is the one that `tests/domain/test_permissions.py` writes out a second time, by hand.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select, update

from bot.blocks.names import ACT_NAMES
from bot.domain.access import AccessKind, RequestAccess
from bot.domain.articles import AddArticle, Readers
from bot.domain.commands import AddComment, Audience, CloseCase, Escalate, RequestCallBack
from bot.domain.ids import CallKey, CaseId, CaseNumber, SlackUserId
from bot.domain.people import Role, TeamKind, channel_viewer
from bot.domain.permissions import Act
from bot.domain.refusals import Reason
from bot.handlers.call import Payload
from bot.handlers.routes import ROUTES
from bot.sandbox import Person
from bot.services import access, cases, public
from bot.services import articles as article_service
from bot.services import escalation as escalating
from bot.store import cases as store
from bot.store.schema import (
    accounts,
    articles,
    comments,
    history,
    people,
    phone_calls,
    phone_hours,
    policy_revisions,
    team_calendars,
    teams,
)
from bot.store.schema import cases as case_table
from bot.store.work import Work
from tests.domain.test_permissions import (
    EVERYWHERE,
    GIVEN,
    NEVER,
    OWN,
    OWN_OPEN,
    ROLES,
    reason_against,
)
from tests.flows.conftest import CLOUD_NINE, Workplace
from tests.flows_rights.parts import PARTS, Part
from tests.flows_rights.routes import ROWS, Target, Use, use_route

SECRET = "Secret of Cloud Nine"
SECRET_ARTICLE = "Turn the second key"


def test_every_route_has_a_row_that_says_what_it_needs() -> None:
    assert set(ROWS) == set(ROUTES)


SAID: dict[Reason, str] = {
    Reason.NOT_SET_UP: "You are not set up here yet.",
    Reason.NOT_YOUR_ROLE: "Only ",
    Reason.NOT_YOUR_TEAM: "Only Integrations may ",
    Reason.TAKEN_FROM_YOUR_TEAM: "People of ",
    Reason.PUBLIC_COMMENTS_LOCKED: "Public comments are locked for ",
    Reason.INTERNAL_IS_FOR_STAFF: "Internal comments are for support staff.",
    Reason.NO_SUCH_CASE: "you may not see it",
    Reason.WRONG_ACCOUNT: "This account is not yours.",
    Reason.NO_SUCH_ARTICLE: "There is no such article, or you may not read it.",
    Reason.NO_SUCH_REQUEST: "There is no such request, or you may not see it.",
    Reason.ACCESS_NOT_YOURS: "Linda Berg took this request",
    Reason.ACCESS_IS_THEIRS: "The account's own support contacts see to this request.",
    Reason.NOT_YOUR_CASE_TO_CLOSE: "may close or reopen this case.",
    Reason.NO_SUCH_DRAFT: "This comment is not here any more.",
    Reason.NO_SUCH_COMMENT: "This comment does not exist",
    Reason.NOT_YOUR_COMMENT: "Only its author may edit a comment.",
    Reason.NO_SUCH_CALL: "There is no such call",
    Reason.NO_SUCH_ORDER_REQUEST: "There is no such request, or it is no more.",
    Reason.NO_SUCH_REVIEW: "The desk has no such product review.",
    Reason.NO_SUCH_FINANCE_FILE: "There is no file of that number.",
    Reason.NO_SUCH_FRAUD_REPORT: "There is no such fraud report.",
    Reason.NOTHING_CHANGED: "Nothing is different from before.",
}
"""How a refusal begins, or a part of it that no other has."""


def obstacles(use: Use, part: Part) -> set[Reason]:
    """All that keeps this part from it, by the table; the desk may tell any of them."""
    if part.role is None:
        return {Reason.NOT_SET_UP} if use.act is not None or use.member_only else set()
    if use.act is None:
        return set(use.anothers)
    found = set(use.anothers) | _by_table(use, part.role, part.kinds)
    if use.about_case and not _reaches(use, part):
        found.add(Reason.NO_SUCH_CASE)
    if use.staffs and not part.role.is_staff:
        found.add(Reason.NO_SUCH_COMMENT)
    if use.request:
        found |= _of_request(use, part)
    if use.article and not _reads(use, part):
        found = {*found, Reason.NO_SUCH_ARTICLE}
    if use.about_account and not part.role.is_staff and part.account != CLOUD_NINE:
        found.add(Reason.WRONG_ACCOUNT)
    if use.closers and part.role is Role.AGENT:
        found.add(Reason.NOT_YOUR_CASE_TO_CLOSE)  # Linda opened it and it is not theirs (domain.md 5)
    return found


def _by_table(use: Use, role: Role, kinds: tuple[TeamKind, ...]) -> set[Reason]:
    """The forms ask for more than one right: to comment at all and for this audience, to set any status."""
    asked = {
        Act.COMMENT_PUBLIC: (Act.COMMENT, Act.COMMENT_PUBLIC),
        Act.COMMENT_INTERNAL: (Act.COMMENT, Act.COMMENT_INTERNAL),
        Act.SET_NO_RESPONSE: (Act.SET_STATUS, Act.SET_NO_RESPONSE),
    }
    assert use.act is not None
    reasons = {reason_against(act, role, kinds) for act in asked.get(use.act, (use.act,))} - {None}
    if use.act is Act.COMMENT_INTERNAL and Reason.NOT_YOUR_ROLE in reasons:
        reasons = {Reason.INTERNAL_IS_FOR_STAFF}
    if use.act is Act.COMMENT and use.changes and role.is_staff:
        reasons -= {Reason.PUBLIC_COMMENTS_LOCKED}  # staff write internal in a thread
    return {reason for reason in reasons if reason is not None}


def _of_request(use: Use, part: Part) -> set[Reason]:
    """Cloud Nine has contacts, so agents leave it to them; what Linda took only she or a leader puts back."""
    if part.role is Role.DSC:
        if part.account != CLOUD_NINE:
            return {Reason.NO_SUCH_REQUEST}
        return {Reason.ACCESS_NOT_YOURS} if use.request == "taken" else set()
    return {Reason.ACCESS_IS_THEIRS} if part.role is Role.AGENT else set()


def _reads(use: Use, part: Part) -> bool:
    """Whether an article of one account, or for staff, is theirs to read."""
    assert use.act is not None
    assert part.role is not None
    reach = GIVEN[use.act][ROLES.index(part.role)]
    return reach == EVERYWHERE or (reach == OWN and part.account == CLOUD_NINE)


def _reaches(use: Use, part: Part) -> bool:
    """Whether the case is one of those that the right goes as far as, and one that they see at all."""
    assert use.act is not None
    assert part.role is not None
    reach = {GIVEN[act][ROLES.index(part.role)] for act in (use.act, Act.READ_CASE)}
    own = part.account == CLOUD_NINE
    within = {EVERYWHERE: True, OWN: own, OWN_OPEN: own and not use.closed, NEVER: True}
    return all(within[one] for one in reach)


EVERY_PART = os.environ.get("CASELINE_EVERY_PART", "") == "1"
TODAY = datetime.now(UTC).toordinal()


def players(use: Use, turn: int) -> set[Part]:
    """One of all parts that have the same role and account, and that the table treats alike in this use.

    Others of them in the next use, and the next day. That teams of no account take nothing away is a rule
    of the domain alone, and its test goes through all of them; `make rights` plays every part here too.
    """
    alike: dict[object, list[Part]] = {}
    for part in PARTS:
        alike.setdefault((part.role, part.account, frozenset(obstacles(use, part))), []).append(part)
    if EVERY_PART:
        return set(PARTS)
    return {parts[(turn + TODAY) % len(parts)] for parts in alike.values()}


def test_every_role_plays_every_route_with_every_outcome_that_the_table_has() -> None:
    for uses in ROWS.values():
        for turn, use in enumerate(uses):
            playing = players(use, turn)
            assert {part.role for part in playing} == {part.role for part in PARTS}
            assert {part.account for part in playing} == {part.account for part in PARTS}
            outcomes = {(part.role, frozenset(obstacles(use, part))) for part in PARTS}
            assert {(part.role, frozenset(obstacles(use, part))) for part in playing} == outcomes


class Walk:
    """One person plays every part and uses one route after the other."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self.failures: list[str] = []
        self.in_general = 0
        self.let_in = 0
        self._targets: dict[tuple[bool, bool, bool, str, bool], Target] = {}
        self._requests: dict[str, int] = {}

    async def goes(self, payload: Payload) -> None:
        self.in_general = await self.workplace.team_in("general")
        await three_articles(self.workplace)
        assert self.in_general == 4
        uses = [
            (route, number, use, players(use, turn))
            for turn, (route, number, use) in enumerate(
                (route, number, use)
                for (kind, route), uses in ROWS.items()
                for number, use in enumerate(uses if kind is payload else ())
            )
        ]
        for part in PARTS:
            await part.plays(self.workplace)
            await self.workplace.settled()  # Home follows a new role
            person = self.workplace.person(part.handle)
            for route, number, use, playing in uses:
                if part in playing:
                    await self._tries(part, person, payload, route, use, f"{route} ({number}) as {part}")

    async def _tries(
        self, part: Part, person: Person, payload: Payload, route: str, use: Use, where: str
    ) -> None:
        target = await self._target(payload, use)
        if use.request:
            target = replace(target, request_id=await self._request(use.request))
        before = await self._state()
        person.reloads()
        await use_route(self.workplace, person, payload, route, use, target)
        said = _said(person)
        after = await self._state()
        against = obstacles(use, part)
        if against:
            if not any(SAID[reason] in said for reason in against):
                self.failures.append(f"{where}: not refused with {sorted(against)}, but {said[:150]!r}")
            elif Reason.NOT_YOUR_ROLE in against and "Only " in said and use.act is not None:
                self._check_explained(use.act, said, against, where)
            if after != before:
                self.failures.append(f"{where}: refused and yet something was written")
        else:
            self.let_in += 1
            told = _told(person)
            if any(sentence in told for sentence in SAID.values()):
                self.failures.append(f"{where}: refused with {told[:150]!r}")
            changes = use.changes and not (use.second_step and part.role is not None and part.role.is_staff)
            if (after != before) != changes:
                self.failures.append(f"{where}: let in, changed: {after != before}; {said[:150]!r}")
        if use.article and against and SECRET_ARTICLE in said:
            self.failures.append(f"{where}: reads an article that is not theirs")
        if Reason.NO_SUCH_CASE in against and SECRET in said:
            self.failures.append(f"{where}: sees what is not theirs")
        if part.account != CLOUD_NINE and part.role is not None and not part.role.is_staff:
            home = person.home.text if person.home else ""
            if SECRET in home + said:
                self.failures.append(f"{where}: sees a case of another account")
        if after != before:
            self._targets.clear()
            self._requests.pop(use.request, None)

    def _check_explained(self, act: Act, said: str, against: set[Reason], where: str) -> None:
        asked = {act, Act.COMMENT, Act.SET_STATUS, Act.REHEARSE_ORDER_ACT} if against else {act}
        elsewhere = (SAID[Reason.NO_SUCH_CASE], SAID[Reason.NO_SUCH_ARTICLE])
        if not any(part in said for part in (*(ACT_NAMES[one] for one in asked), *elsewhere)):
            self.failures.append(f"{where}: does not name the rule: {said[:150]!r}")

    async def _target(self, payload: Payload, use: Use) -> Target:
        """A case in the state that the use begins with; the same one as long as nothing happens to it."""
        key = (
            use.closed,
            use.working,
            payload is Payload.MESSAGE,
            use.escalation,
            bool(use.anothers) or use.staffs,
        )
        if key not in self._targets:
            self._targets[key] = await self._new_target(*key)
        if payload is not Payload.SUBMISSION:
            return self._targets[key]
        return replace(self._targets[key], **await self._versions())

    async def _new_target(
        self, closed: bool, working: bool, with_card: bool, escalation: str, anothers: bool
    ) -> Target:
        workplace, desk = self.workplace, self.workplace.bot.desk
        channel = {"team_id": self.in_general} if with_card else {}
        number = await workplace.case_of("omar" if with_card else "linda", title=SECRET, **channel)
        viewer = channel_viewer(desk.workspace_id)

        async def now() -> tuple[CaseId, int]:
            found = await desk.store.read(lambda c, v: store.by_number(c, v, CaseNumber(int(number))), viewer)
            assert found is not None
            return found.id, found.version

        case_id, version = await now()
        key = CallKey(secrets.token_hex(8))
        omar, linda = SlackUserId("U0OMAR"), SlackUserId("U0LINDA")
        if working:
            await cases.comment(desk, AddComment(case_id=case_id, text="On it"), omar, key)
        if closed:
            command = CloseCase(case_id=case_id, version=version, resolution="solved")
            await cases.close(desk, command, linda, key)
        if escalation:
            await self._escalate(case_id, escalation, now)
        case_id, version = await now()
        card = await workplace.card(number, channel="general") if with_card else None
        held_id, comment_id = await self._of_omar(case_id) if anothers else (0, 0)
        return Target(
            case_id=case_id,
            version=version,
            number=number,
            card=card,
            person_version=0,
            account_version=0,
            team_version=0,
            held_id=held_id,
            comment_id=comment_id,
        )

    async def _escalate(
        self, case_id: CaseId, standing: str, now: Callable[[], Awaitable[tuple[CaseId, int]]]
    ) -> None:
        """Bring a case to its hour, and further as Linda would."""
        desk, linda = self.workplace.bot.desk, SlackUserId("U0LINDA")

        def come(work: Work) -> None:
            mine = update(case_table).where(case_table.c.id == case_id)
            work.connection.execute(mine.values(escalation_opens_at=work.now))

        await desk.write(come)
        if standing in ("flagged", "owed"):
            _, version = await now()
            command = Escalate(case_id=case_id, version=version, reason="worse")
            await escalating.escalate(desk, command, linda, CallKey(secrets.token_hex(8)))
        if standing == "owed":
            _, version = await now()
            ask = RequestCallBack(case_id=case_id, version=version, phone="555 0100", wanted="")
            await escalating.request_call_back(desk, ask, linda, CallKey(secrets.token_hex(8)))

    async def _of_omar(self, case_id: CaseId) -> tuple[int, int]:
        """A public text that he was shown and a comment that he wrote."""
        desk, omar = self.workplace.bot.desk, SlackUserId("U0OMAR")
        command = AddComment(case_id=case_id, text="Omar's own", audience=Audience.PUBLIC)
        shown = await public.show(desk, command, omar)
        assert shown is not None
        await cases.comment(desk, command, omar, CallKey(secrets.token_hex(8)))
        newest = await desk.store.look(lambda c: c.execute(select(func.max(comments.c.id))).scalar_one())
        return shown.held.id, newest

    async def _request(self, state: str) -> int:
        """A request for access of Cloud Nine: the last one, where nothing has happened to it."""
        if state in self._requests:
            return self._requests[state]
        desk, linda = self.workplace.bot.desk, SlackUserId("U0LINDA")
        command = RequestAccess(kind=AccessKind.LOCKOUT, account_id=CLOUD_NINE, who_name="Jane", who_email="")
        asked = await access.request_access(desk, command, linda, CallKey(secrets.token_hex(8)))
        assert asked.access_request_id is not None
        if state == "taken":
            await access.take(desk, asked.access_request_id, linda, CallKey(secrets.token_hex(8)))
        self._requests[state] = asked.access_request_id
        return asked.access_request_id

    async def _versions(self) -> dict[str, int]:
        def query(connection: Connection) -> dict[str, int]:
            return {
                "person_version": connection.execute(
                    select(people.c.version).where(people.c.slack_user_id == "U0JUN")
                ).scalar_one(),
                "account_version": connection.execute(
                    select(accounts.c.version).where(accounts.c.id == 2)
                ).scalar_one(),
                "team_version": connection.execute(
                    select(teams.c.version).where(teams.c.id == 4)
                ).scalar_one(),
                "article_version": connection.execute(
                    select(articles.c.version).where(articles.c.number == 3)
                ).scalar_one(),
                "phones_version": connection.execute(select(phone_hours.c.version)).scalar() or 0,
                "policy_revision": connection.execute(
                    select(func.max(policy_revisions.c.revision))
                ).scalar_one(),
                "calendar_version": connection.execute(select(team_calendars.c.version)).scalar() or 0,
            }

        return await self.workplace.bot.desk.store.look(query)

    async def _state(self) -> tuple[object, ...]:
        """What a change would change: every change writes history, most a version; calls are a log."""

        def query(connection: Connection) -> tuple[object, ...]:
            counted = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (case_table, comments, accounts, teams, history, phone_calls)
            ]
            versions = [
                connection.execute(select(func.sum(table.c.version))).scalar_one()
                for table in (case_table, accounts, teams, people, phone_calls)
            ]
            return (*counted, *versions)

        return await self.workplace.bot.desk.store.look(query)


async def three_articles(workplace: Workplace) -> None:
    """One for customers, one for staff, one of Cloud Nine: numbers and ids 1 to 3."""
    for readers in (Readers.CUSTOMERS, Readers.STAFF, Readers.ACCOUNT):
        command = AddArticle(
            title=f"Fire for {readers}",
            body=SECRET_ARTICLE,
            readers=readers,
            account_id=CLOUD_NINE if readers is Readers.ACCOUNT else None,
        )
        await article_service.add_article(
            workplace.bot.desk, command, SlackUserId("U0OMAR"), CallKey(f"begin:{readers}")
        )


def _said(person: Person) -> str:
    """All that the person was shown in answer."""
    return "\n".join([person.reply, *person.errors.values(), *(one.text for one in person.modals)])


def _told(person: Person) -> str:
    """What was said in so many words: a window that opens may say in small print what else is refused."""
    notices = [one.text for one in person.modals if one.callback_id == "notice"]
    return "\n".join([person.reply, *person.errors.values(), *notices])


@pytest.mark.parametrize("payload", sorted({payload for payload, _ in ROWS}))
async def test_every_route_lets_in_and_refuses_as_the_table_says(
    workplace: Workplace, payload: Payload
) -> None:
    walk = Walk(workplace)
    await walk.goes(payload)
    assert not walk.failures, "\n".join(walk.failures[:20])
    assert walk.let_in, "nobody was let in anywhere"
