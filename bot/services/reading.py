"""What people look at: pages, lists, forms and Home, each read in one trip and through the asker's eyes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain import escalation
from bot.domain.cases import Case, check, closed_refusal
from bot.domain.ids import AccountId, CaseId, CaseNumber, ChannelId, HistoryId, MessageTs, SlackUserId
from bot.domain.offers import offers
from bot.domain.pages import CaseList, CasePage, CommentsPage, HistoryPage, ListKind, OpenForm
from bot.domain.people import Person, Viewer, stranger
from bot.domain.permissions import Act, allowed, require
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.services import phones
from bot.services.desk import Desk
from bot.services.sessions import as_opened
from bot.store import (
    articles,
    cases,
    editing,
    entitlements,
    held,
    mails,
    outbox,
    people,
    records,
    ties,
)
from bot.store.escalation import call_back_owed
from bot.store.files import case_files
from bot.store.lists import PAGE, case_list
from bot.store.work import Connection

COMMENTS_SHOWN = 5
COMMENTS_ON_A_PAGE = 10
"""With ticks, files and long texts at most eight blocks each: a window has a hundred."""

FILES_SHOWN = 10

MOST_ACCOUNTS = 101
"""One more than a list of them holds: a form that has so many lets people type instead."""
MAILS_SHOWN = 5


async def open_form(
    desk: Desk, by: SlackUserId, title: str = "", account_id: AccountId | None = None
) -> OpenForm:
    """What the open modal is drawn from. Raises NOT_SET_UP or NOT_YOUR_ROLE."""

    def query(connection: Connection, viewer: Viewer) -> OpenForm:
        require(Act.OPEN_CASE, viewer.person)
        accounts = people.list_accounts(connection, viewer, MOST_ACCOUNTS)
        zone = accounts[0].timezone if len(accounts) == 1 else ""
        chosen = accounts[0].id if len(accounts) == 1 else account_id
        return OpenForm(
            person=viewer.person,
            policy=desk.policy,
            accounts=accounts,
            teams=people.list_teams(connection, viewer),
            title=title,
            phones=phones.answer(connection, viewer, desk, zone=zone) if zone else None,
            account_id=account_id,
            asks_orders=ties.has_any(connection, viewer),
            has_orders=chosen is not None and ties.account_has_any(connection, viewer, chosen),
        )

    return await desk.read(query, by)


async def find_number(desk: Desk, by: SlackUserId, number: CaseNumber) -> CaseId:
    """The case that a number names. Raises NO_SUCH_CASE, also for one that the asker may not see."""

    def query(connection: Connection, viewer: Viewer) -> CaseId:
        _known(viewer)
        case = cases.by_number(connection, viewer, number)
        if case is None:
            raise Refusal(Reason.NO_SUCH_CASE, {"number": number})
        return case.id

    return await desk.read(query, by)


async def case_page(desk: Desk, by: SlackUserId, case_id: CaseId) -> CasePage:
    """A case as the asker sees it, with what they may do. Raises NO_SUCH_CASE."""
    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> CasePage:
        case = _case(connection, viewer, case_id)
        creator = people.person_by_id(connection, case.creator.id)
        assert creator is not None  # people are never deleted
        comments, count = records.newest_comments(connection, viewer, case_id, COMMENTS_SHOWN)
        owed = call_back_owed(connection, viewer, case_id) if case.escalation.call_back_due else None
        files, file_count = case_files(connection, viewer, case_id, FILES_SHOWN)
        shows_unsaid = viewer.is_staff and desk.viewing is None  # what is not said yet is its author's own
        tied = ties.tie_of(connection, viewer, case_id)
        sent, mail_count = mails.mails_of_case(connection, viewer, case_id, MAILS_SHOWN)
        return CasePage(
            case=case,
            viewer=viewer.person,
            comments=comments,
            comment_count=count,
            offers=offers(case, viewer.person, creator, now),
            permalink=case.permalink if viewer.is_staff else None,
            now=now,
            call_back=owed,
            on_their_way=held.on_their_way(connection, viewer, case_id) if shows_unsaid else (),
            articles=articles.linked(connection, viewer, case_id),
            phones=phones.for_case(connection, viewer, desk, case),
            files=files,
            file_count=file_count,
            editors=editing.others_editing(connection, viewer, case_id, now),
            mails=sent,
            mail_count=mail_count,
            entitled=entitlements.entitlement_of(connection, viewer, case_id),
            may_triage=not case.is_closed
            and not case.opened_by_staff
            and allowed(Act.TAKE_CALL, viewer.person),
            tie=tied[0] if tied else None,
            has_orders=bool(tied) or ties.account_has_any(connection, viewer, case.account_id),
            session=as_opened(connection, viewer, Opened(case_id=case_id), now),
        )

    return await desk.read(query, by)


async def case_for(desk: Desk, by: SlackUserId, case_id: CaseId, act: Act) -> tuple[Case, Person]:
    """A case and the asker, for the form of an act. Raises the Refusal that keeps the asker from the act."""
    return await desk.store.look(lambda connection: for_act(connection, desk, by, case_id, act))


def for_act(
    connection: Connection, desk: Desk, by: SlackUserId, case_id: CaseId, act: Act
) -> tuple[Case, Person]:
    """The same, inside a trip."""
    workspace_id, now = desk.workspace_id, desk.clock.now()
    person = people.find_person(connection, workspace_id, by) or stranger(workspace_id, by)
    case = _case(connection, Viewer(person), case_id)
    creator = people.person_by_id(connection, case.creator.id)
    assert creator is not None  # people are never deleted
    if act is Act.ASK_TO_EXPEDITE and escalation.obstacle(act, case, now) is None:
        check(act, case, person)
        escalation.check_expedite(case, desk.policy.escalation, now)
    for offer in offers(case, person, creator, now):
        if offer.act is act:
            if offer.obstacle is not None:
                raise offer.obstacle
            return case, person
    if act in escalation.ACTS:
        check(act, case, person)
        escalation.check(act, case, now)
    raise _ruled_out(act, case)


async def as_it_stands(desk: Desk, by: SlackUserId, case_id: CaseId) -> tuple[Case, Person]:
    """A case as the asker may see it now, whatever they may do with it. Raises NO_SUCH_CASE."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Case, Person]:
        return _case(connection, viewer, case_id), viewer.person

    return await desk.read(query, by)


def _ruled_out(act: Act, case: Case) -> Refusal:
    """Why the state of a case rules an act out for everybody."""
    if case.is_closed:
        return closed_refusal(case)
    if act is Act.REOPEN:
        return Refusal(Reason.NOT_CLOSED, {"number": case.number})
    return Refusal(Reason.ALREADY_TAKEN, {"number": case.number, "by": case.owner_name})


async def list_page(desk: Desk, by: SlackUserId, kind: ListKind, start: CaseId | None = None) -> CaseList:
    """A page of a list of cases, from `start` on."""

    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> CaseList:
        _known(viewer)
        return replace(case_list(kind, start)(connection, viewer), now=now)

    return await desk.read(query, by, brief=True)


async def own_list(desk: Desk, by: SlackUserId) -> CaseList:
    """The list that suits the asker: what staff own, what the customer side's account has."""

    now = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> CaseList:
        _known(viewer)
        kind = ListKind.MINE if viewer.is_staff else ListKind.ACCOUNT
        return replace(case_list(kind)(connection, viewer), now=now)

    return await desk.read(query, by, brief=True)


async def comments_page(desk: Desk, by: SlackUserId, case_id: CaseId, start: int = -1) -> CommentsPage:
    """Comments of a case behind the first `start`; the newest where that is negative. Raises NO_SUCH_CASE."""

    def query(connection: Connection, viewer: Viewer) -> CommentsPage:
        case = _case(connection, viewer, case_id)
        first, size = start, COMMENTS_ON_A_PAGE
        if first < 0:
            _, total = records.comments_page(connection, viewer, case_id, 0, 1)
            first = max(total - 1, 0) // size * size
        found, total = records.comments_page(connection, viewer, case_id, first, size)
        return CommentsPage(
            case=case, viewer=viewer.person, comments=found, total=total, start=first, size=size
        )

    return await desk.read(query, by)


async def history_page(
    desk: Desk, by: SlackUserId, case_id: CaseId, start: HistoryId | None = None
) -> HistoryPage:
    """A page of a case's history, newest first, from `start` on. Raises NO_SUCH_CASE."""

    def query(connection: Connection, viewer: Viewer) -> HistoryPage:
        case = _case(connection, viewer, case_id)
        entries = records.history_page(connection, viewer, case_id, start, PAGE + 1)
        above = records.history_ids_above(connection, viewer, case_id, start, PAGE) if start else ()
        return HistoryPage(
            case=case,
            entries=entries[:PAGE],
            total=records.count_history(connection, viewer, case_id),
            newer=above[-1] if above else None,
            older=entries[PAGE].id if len(entries) > PAGE else None,
        )

    return await desk.read(query, by)


CLOCKS_APART = timedelta(minutes=1)
"""How far Slack's clock and ours may differ."""


async def card_on_its_way(desk: Desk, channel: ChannelId, thread_ts: MessageTs) -> bool:
    """Whether a thread that is no case's may hang on a card that Slack has posted and not yet named to us."""
    begun = datetime.fromtimestamp(float(thread_ts), UTC) + CLOCKS_APART
    return await desk.store.look(lambda c: outbox.card_on_its_way(c, desk.workspace_id, channel, begun))


def _known(viewer: Viewer) -> None:
    if viewer.role is None:
        raise Refusal(Reason.NOT_SET_UP)


def _case(connection: Connection, viewer: Viewer, case_id: CaseId) -> Case:
    _known(viewer)
    case = cases.by_id(connection, viewer, case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    return case
