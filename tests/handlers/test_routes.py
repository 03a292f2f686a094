"""What people can press has a handler, and every handler can be reached: all that is drawn is walked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
import yaml

from bot.blocks import access as access_blocks
from bot.blocks import home, notices, recognitions, threads, unsaid, usage
from bot.blocks import review as review_blocks
from bot.blocks.case_card import card, thread_comment
from bot.dialogs import (
    access,
    accounts,
    add_message,
    all_comments,
    article,
    article_list,
    ask,
    assign,
    calendars,
    call_back,
    case_articles,
    case_page,
    clocks,
    close_case,
    comment,
    edit_case,
    edit_comment,
    escalate,
    expedite,
    find_cases,
    health,
    history,
    list_cases,
    mail_queue,
    notice,
    notify,
    open_case,
    person,
    phones,
    picking,
    policy,
    public_comment,
    reopen,
    report_form,
    reports,
    review,
    rosters,
    saved_queries,
    set_up,
    status,
    teams,
    tie_case,
    view_as,
    wordings,
)
from bot.domain.access import AccessForm, AccessList, AccessRow
from bot.domain.articles import ArticleForm, ArticleList, ArticlePage, LinkForm, Readers
from bot.domain.audiences import Held, PublicAct, Shown
from bot.domain.audiences import Readers as PublicReaders
from bot.domain.cases import ChangeKind
from bot.domain.clocks import Entry
from bot.domain.commands import AskKind
from bot.domain.home import Waiting
from bot.domain.ids import AccountId, CaseId, CaseNumber, ChannelId, HeldId, HistoryId, MessageTs, QueryId
from bot.domain.ledger import Account, Ledger
from bot.domain.lifecycle import Status
from bot.domain.notify import Preference
from bot.domain.offers import offers
from bot.domain.pages import (
    AskForm,
    CasePage,
    CommentsPage,
    Found,
    HistoryPage,
    HomePage,
    ListKind,
    NotifyForm,
    OpenForm,
    SavedQueries,
    SavedQuery,
    SearchPage,
    Wordings,
)
from bot.domain.people import Role
from bot.domain.phones import DEFAULT_HOURS, PhoneForm, PhoneList
from bot.domain.policy_change import PolicyPage
from bot.domain.reports import ReportForm
from bot.domain.rosters import Absence, OnDuty, Roster, Shift
from bot.domain.rules import RuleId
from bot.domain.set_up import (
    AccountForm,
    AccountRow,
    Listing,
    PersonForm,
    PersonRow,
    TeamForm,
    TeamRow,
)
from bot.domain.talk import Wording
from bot.domain.team_calendars import CalendarForm, CalendarList, CalendarRow, RosterPage, TeamCalendar
from bot.domain.threads import ThreadPlace
from bot.handlers.call import Payload
from bot.handlers.routes import ROUTES
from bot.public_holidays import countries
from bot.slack.messages import read_message
from tests.blocks import (
    call_samples,
    form_samples,
    personal_samples,
    queue_samples,
    report_samples,
    review_samples,
    samples,
    shop_samples,
)
from tests.blocks.samples import CASE, CLOSED, CLOUD_NINE, EVERYBODY, LEVEL_TWO, LINDA, OMAR, POLICY, SAM
from tests.dialogs import order_samples
from tests.dialogs.test_health import TROUBLED
from tests.dialogs.test_mail_queue import QUEUE
from tests.handlers.conftest import MANIFEST

Json = dict[str, Any]

CASES = [
    *(replace(CASE, status=one) for one in Status if one is not Status.CLOSED),
    replace(CASE, owner=samples.ANA.ref),
    CLOSED,
    samples.WAITS,
    samples.OPENED,
    samples.ESCALATED,
    samples.OWED,
]
SET_UP = [one for one in EVERYBODY if one is not SAM]


ALL_ACCESS = AccessRow(request=samples.access_request(), may_take=True, may_finish=True, may_put_back=True)


def messages() -> Iterator[list[Json]]:
    yield from order_samples.messages()
    for case in CASES:
        yield card(case, POLICY, samples.LATER).blocks
        yield thread_comment(samples.comment(), case).blocks
    for tie in shop_samples.ties():
        yield card(CASE, POLICY, samples.LATER, None, tie).blocks
    for unknown in (None, "what"):
        yield usage.case_help(unknown).blocks
        yield usage.desk_help(unknown).blocks
        yield usage.kb_help(unknown).blocks
        yield usage.call_help(unknown).blocks
        yield usage.customer_help(unknown).blocks
        yield usage.order_help(unknown).blocks
        yield usage.review_help(unknown).blocks
    yield notices.dead_letters(2).blocks
    yield access_blocks.reminder([samples.access_request()]).blocks
    yield access_blocks.message(ALL_ACCESS).blocks
    yield recognitions.question(samples.RECOGNITION).blocks
    held = Held(
        id=HeldId(1), case_id=CASE.id, author_id=OMAR.id, act=PublicAct.COMMENT, case_version=1, text="Hello"
    )
    yield unsaid.unsaid((held,), CASE, OMAR).blocks
    yield review_blocks.review(review_samples.of(review_samples.row(1), rest=9), POLICY).blocks
    yield threads.offer("C0CLOUD/1.000001").blocks
    yield threads.has_case(CaseNumber(1001), "11.3").blocks
    yield from call_samples.messages()
    yield from personal_samples.messages()
    yield from (one.blocks for one in queue_samples.messages())


def modals() -> Iterator[Json]:
    yield from order_samples.windows()
    for case in CASES:
        for who in SET_UP:
            yield case_page.view(
                CasePage(
                    case=case,
                    viewer=who,
                    comments=(samples.comment(),),
                    comment_count=1,
                    offers=offers(case, who, LINDA, samples.LATER),
                    now=samples.LATER,
                    articles=(samples.article_row(),),
                    may_triage=True,
                ),
                POLICY,
            )
            yield comment.view(case, who)
            yield edit_case.view(case, who, POLICY)
            yield status.view(case, who)
            yield close_case.view(case, who, POLICY)
            yield reopen.view(case, who)
            yield escalate.view(case, who, POLICY)
            yield expedite.view(case, who)
            yield call_back.view(case, POLICY)
        yield assign.view(case)
    yield from modals_of_comments()
    for kind in ListKind:
        yield list_cases.view(samples.case_list(kind, newer=CaseId(1), older=CaseId(9)), POLICY)
        yield list_cases.view(samples.case_list(kind, count=0, total=0), POLICY)
    entries = tuple(samples.entry(kind) for kind in ChangeKind)
    pages = HistoryPage(case=CASE, entries=entries[:1], total=9, newer=HistoryId(1), older=HistoryId(5))
    yield history.view(pages, POLICY)
    said = (samples.comment(),) * 2
    yield all_comments.view(CommentsPage(case=CASE, viewer=OMAR, comments=said, total=9, start=2, size=2))
    many = CasePage(case=CASE, viewer=OMAR, comments=said, comment_count=9, offers=())
    yield case_page.view(many, POLICY)
    for open_to in ((), (CLOUD_NINE,)):
        yield open_case.view(OpenForm(person=OMAR, policy=POLICY, accounts=open_to, teams=(LEVEL_TWO,)))
    yield open_case.done(CaseNumber(1001), "Printer on fire")
    two = (CLOUD_NINE, replace(CLOUD_NINE, id=AccountId(99)))
    many = tuple(replace(CLOUD_NINE, id=AccountId(number)) for number in range(1, 110))
    for choices in (two, many):
        form = OpenForm(person=OMAR, policy=POLICY, accounts=choices, teams=(), asks_orders=True)
        yield open_case.view(replace(form, account_id=choices[0].id, has_orders=True))
    thread = ThreadPlace(channel=ChannelId("C0CLOUD"), ts=MessageTs("1.000001"))
    yield open_case.view(
        OpenForm(person=LINDA, policy=POLICY, accounts=(CLOUD_NINE,), teams=(), thread=thread)
    )
    said = read_message({"ts": "1.000001", "user": "U0LINDA", "text": "Hello"}, "C0CLOUD")
    for who in (LINDA, OMAR):
        yield add_message.view(said, "Hello", who)
    people = PersonForm(accounts=(CLOUD_NINE,), teams=(LEVEL_TWO,))
    yield person.view(people)
    yield person.view(replace(people, slack_user_id=LINDA.slack_user_id, person=LINDA))
    yield person.done(LINDA.slack_user_id, Role.DSC)
    yield from set_up_modals()
    yield from kb_modals()
    yield access.view(AccessForm(person=OMAR, accounts=(CLOUD_NINE,)))
    for finished in (True, False):
        yield access.listing(AccessList(rows=(ALL_ACCESS,), total=30, start=8, finished=finished))
    yield from phone_modals()
    yield from time_modals()
    yield from finding_modals()
    yield from report_modals()
    yield from shop_samples.modals()
    yield from queue_samples.modals()
    yield from call_samples.modals()
    yield from form_samples.modals()
    yield from personal_samples.modals()
    yield notice.view("Caseline", "A sentence.")
    yield health.view(TROUBLED)
    yield mail_queue.view(QUEUE)
    yield mail_queue.form(QUEUE.rows[0], OMAR)
    seen = PublicReaders(case=CASE, people=(LINDA,))
    yield mail_queue.second_step(QUEUE.rows[0], seen)
    yield add_message.second_step("Hello", seen, add_message.view(said, "Hello", OMAR)["private_metadata"])


def modals_of_comments() -> Iterator[Json]:
    case, ana = samples.CASE, samples.ANA
    for act in PublicAct:
        held = Held(id=HeldId(1), case_id=case.id, author_id=ana.id, act=act, case_version=1, text="Hello")
        shown = Shown(held=held, case=case, author=ana, readers=(LINDA,))
        yield public_comment.view(shown, email_ready=False)
        yield public_comment.sent(held, case)
    own = replace(samples.comment(), author=ana.ref)
    for viewer in (ana, LINDA):
        page = CasePage(case=case, viewer=viewer, comments=(own,), comment_count=1, offers=())
        yield case_page.view(page, POLICY)
    edited = replace(own, edited_at=samples.LATER)
    page = CasePage(case=case, viewer=ana, comments=(edited,), comment_count=1, offers=())
    yield case_page.view(page, POLICY)
    earlier = (Wording(at=samples.NOON, text="Before"),)
    yield wordings.view(Wordings(comment=edited, case=case, earlier=earlier))
    yield edit_comment.view(own, case)
    for kind in AskKind:
        yield ask.view(AskForm(case=case, person=ana, kind=kind, opens=None, now=samples.NOON))
    yield notify.view(NotifyForm(person=ana, preference=Preference(), email_ready=False))
    yield notify.saved(Preference(), email_ready=False)


def finding_modals() -> Iterator[Json]:
    rows = samples.case_list(ListKind.MINE).rows
    found = Found(rows=rows, total=40, older=CaseId(3))
    for page in (None, replace(found, rows=()), found):
        yield find_cases.view(SearchPage(person=OMAR, text="x", found=page, starts=(CaseId(9),)), POLICY)
    query = SavedQuery(
        id=QueryId(1), name="Mine", text="owner:me", is_shared=True, owner=OMAR.ref, is_own=True
    )
    for queries in ((), (query, replace(query, is_own=False))):
        yield saved_queries.view(SavedQueries(person=OMAR, queries=queries))
    for who in (OMAR, LINDA):
        yield saved_queries.form(who, "owner:me", query)
    yield view_as.view()
    yield dict(view_as.marked(view_as.stopped(), LINDA))


def external_selects() -> Iterator[str]:
    """The action ids of selects whose options come from us."""
    many = tuple(replace(CLOUD_NINE, id=AccountId(number)) for number in range(1, 110))
    form = PersonForm(accounts=many, teams=(), slack_user_id=LINDA.slack_user_id, person=LINDA)
    views = [
        open_case.view(OpenForm(person=OMAR, policy=POLICY, accounts=many, teams=())),
        person.view(form),
        {"blocks": [picking.cases("case", "Case")._resolve()]},
        tie_case.view(CASE),
        view_as.view(),
    ]
    views += [*call_samples.modals(), *personal_samples.modals()]
    for view in views:
        for block in view["blocks"]:
            beside = block.get("accessory") or {}
            if beside.get("type") == "external_select":
                yield beside["action_id"]
            if block.get("element", {}).get("type") == "external_select":
                yield block["element"]["action_id"].partition(".for.")[0]


def test_every_select_that_asks_us_has_a_route_and_every_such_route_a_select() -> None:
    assert set(external_selects()) == routes_of(Payload.SUGGESTION)


def set_up_modals() -> Iterator[Json]:
    listed = AccountRow(account=CLOUD_NINE, contacts=2, community=1)
    yield accounts.view(Listing(rows=(listed,) * 10, total=30, start=10), POLICY)
    yield person.people(Listing(rows=(PersonRow(person=LINDA),) * 10, total=30, start=10))
    yield teams.view(Listing(rows=(TeamRow(team=LEVEL_TWO, members=2),) * 10, total=30, start=10))
    whence = set_up.Whence(window="accounts")
    for account in (None, CLOUD_NINE):
        yield accounts.form(AccountForm(policy=POLICY, account=account, contacts=(LINDA,)), whence)
    for team in (None, LEVEL_TWO):
        yield teams.form(TeamForm(team=team, members=(OMAR,)), set_up.Whence(window="teams"))


def kb_modals() -> Iterator[Json]:
    for rows in ((), (samples.article_row(),)):
        listed = ArticleList(rows=rows, total=30, start=10, words="fire", may_write=True)
        yield article_list.view(listed)
        yield case_articles.view(LinkForm(case=CASE, linked=rows, found=()))
    long = samples.article(body="word " * 4000, version=2)
    page = ArticlePage(article=long, viewer=OMAR, newest=3, may_write=True)
    for shown in (page, replace(page, newest=2)):
        yield article.page(shown, 1)
    for choices in (tuple(Readers), (Readers.ACCOUNT,)):
        form = ArticleForm(person=LINDA, choices=choices, accounts=(CLOUD_NINE,))
        yield article.form(form)
        yield article.form(replace(form, article=long))


def phone_modals() -> Iterator[Json]:
    own = {
        LEVEL_TWO.id: replace(DEFAULT_HOURS, numbers=("+1 555 010 0199",), team_id=LEVEL_TWO.id, version=1)
    }
    yield phones.view(PhoneList(teams=(LEVEL_TWO,), hours=own))
    for team in (None, LEVEL_TWO):
        yield phones.form(PhoneForm(policy=POLICY, team=team, hours=DEFAULT_HOURS, is_own=team is not None))


def report_modals() -> Iterator[Json]:
    for is_usual in (True, False):
        now = report_samples.now(report_samples.plan(is_usual=is_usual))
        yield report_form.plan_list((now,))
        yield report_form.form(ReportForm(person=OMAR, now=now, teams=(LEVEL_TWO,), searches=()))
        page = report_samples.page(OMAR, now)
        for subscribed in (False, True):
            yield reports.ledger(replace(page, is_subscribed=subscribed))
    yield report_form.form(ReportForm(person=OMAR, now=None, teams=(), searches=((1, "Mine", "printer"),)))


def time_modals() -> Iterator[Json]:
    ana, day = samples.ANA.ref, date(2026, 12, 24)
    calendar = TeamCalendar(team_id=LEVEL_TWO.id, country="PT", own={day: "Christmas Eve"}, version=1)
    shift = Shift(id=1, person=ana, weekdays=frozenset(range(7)), begins=time(9), ends=time(17), first=day)
    away = Absence(id=1, person=ana, first=day, last=day, deputy=samples.LINDA.ref)
    duty = OnDuty(person=ana, until=CASE.created_at, instead_of=samples.LINDA.ref)
    rows = (
        CalendarRow(team=None, calendar=None, on_duty=None),
        CalendarRow(team=LEVEL_TWO, calendar=calendar, on_duty=duty),
    )
    yield calendars.view(CalendarList(rows=rows, absences=(away,)))
    for team in (None, LEVEL_TWO):
        yield calendars.form(
            CalendarForm(
                policy=POLICY, team=team, calendar=calendar, is_own=team is not None, countries=countries()
            )
        )
        roster = Roster(shifts=(shift,))
        yield rosters.view(RosterPage(team=team, roster=roster, zone="UTC", on_duty=duty))
        yield rosters.shift_form(team.id if team else None)
    yield rosters.leave_form()
    entry = Entry(begins=CASE.created_at, ends=CASE.created_at, counts=False, why="holiday", holiday="<Eve>")
    told = Account(
        rule=RuleId.T1,
        began=CASE.created_at,
        due=None,
        span=timedelta(hours=48),
        entries=(entry,) * 90,
        counted=timedelta(minutes=5),
        revision=1,
    )
    every = tuple(
        replace(told, rule=one, due=CASE.created_at) for one in list(RuleId)[:8]
    )  # more never run at once
    for shown in ((), (told,), every):
        yield clocks.view(
            Ledger(case=CASE, viewer=samples.ANA, now=CASE.created_at, accounts=shown, revision=2)
        )
    for start in (0, 15):
        yield review.view(review_samples.page(start, 40, 15, review_samples.row(1)), POLICY)
    page = PolicyPage(policy=POLICY, revision=2, at=CASE.created_at, by="Omar")
    yield policy.view(page)
    yield policy.done(page)


def homes() -> Iterator[Json]:
    for who in EVERYBODY:
        for count in (0, 3):
            lists = tuple(samples.case_list(kind, count=count, total=count) for kind in ListKind)
            shown = () if who is SAM else lists
            drawn = HomePage(person=who, account=None, lists=shown, now=samples.NOON)
            yield home.home(drawn, POLICY)
            yield dict(view_as.marked(home.home(drawn, POLICY), LINDA))
    full = samples.case_list(ListKind.MINE, count=5, total=20, newer=CaseId(9), older=CaseId(3))
    query = SavedQuery(
        id=QueryId(1), name="Open", text="is:open", is_shared=False, owner=OMAR.ref, is_own=True
    )
    yield home.home(
        HomePage(
            person=OMAR,
            account=None,
            lists=(full,),
            now=samples.NOON,
            calls=(call_samples.ROW,),
            triage=form_samples.QUEUE,
            waiting=Waiting(access=1, mails=1, people=(samples.RECOGNITION,), people_total=1),
            queries=(query,),
            session=shop_samples.SESSION,
            approvals=(order_samples.line(),),
            approvals_total=1,
        )
    )


def pressed(blocks: list[Json]) -> Iterator[str]:
    """The action ids that reach the bot at once: not those of inputs, which wait for the submission."""
    for block in blocks:
        if block["type"] == "input":
            if block.get("dispatch_action"):
                yield block["element"]["action_id"]
            continue
        found = [*block.get("elements", ()), *([block["accessory"]] if block.get("accessory") else [])]
        for element in found:
            if "action_id" in element and not element.get("url"):
                yield element["action_id"]


DRAWN: dict[Payload, set[str]] = {
    Payload.MESSAGE_BUTTON: {action for blocks in messages() for action in pressed(blocks)},
    Payload.MODAL_BUTTON: {action for view in modals() for action in pressed(view["blocks"])},
    Payload.HOME_BUTTON: {action for view in homes() for action in pressed(view["blocks"])},
    Payload.SUBMISSION: {view["callback_id"] for view in modals() if view.get("submit")},
    Payload.CLOSED: {view["callback_id"] for view in modals() if view.get("notify_on_close")},
}


AREAS = {"area.reviews", "area.fraud"}
"""Of the row of areas in Home, which draws them for staff."""


def routes_of(payload: Payload) -> set[str]:
    return {route for kind, route in ROUTES if kind is payload}


@pytest.mark.parametrize("payload", DRAWN)
def test_whatever_can_be_pressed_or_submitted_there_has_a_route(payload: Payload) -> None:
    assert DRAWN[payload] <= routes_of(payload)


@pytest.mark.parametrize("payload", DRAWN)
def test_every_route_can_be_reached_from_something_that_is_drawn(payload: Payload) -> None:
    assert routes_of(payload) - AREAS <= DRAWN[payload]


def test_there_is_something_to_press_on_every_surface() -> None:
    assert all(DRAWN[payload] for payload in DRAWN if payload is not Payload.CLOSED)


SECOND_STEPS = {
    "cart.place",
    "case.public",
    "desk.mail.public",
    "message.add.public",
    "order.rehearsal",
    "order.request.answered",
    "order.request.mailed_again",
}
"""Windows that show what is about to be public or done, and whose submission says yes to it."""


def test_every_view_with_inputs_can_be_submitted_or_acts_at_once() -> None:
    for view in modals():
        if view["callback_id"] in SECOND_STEPS:
            continue
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        assert bool(inputs) == bool(view.get("submit")), view["callback_id"]


def test_every_command_of_the_manifest_has_routes_and_answers_any_word() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text())
    commands = {one["command"] for one in manifest["features"]["slash_commands"]}
    routed = {route.partition(" ")[0] for route in routes_of(Payload.COMMAND)}
    assert commands == routed
    assert {f"{command} *" for command in commands} <= routes_of(Payload.COMMAND)


def test_the_usage_names_every_command_and_no_other() -> None:
    helps = (
        usage.case_help,
        usage.call_help,
        usage.desk_help,
        usage.kb_help,
        usage.customer_help,
        usage.order_help,
        usage.review_help,
    )
    told = "\n".join(tell(None).text for tell in helps)
    named = set(re.findall(r"/(?:case|call|desk|kb|customer|order|review) (?!alone)[a-z]\w*", told))
    known = {route for route in routes_of(Payload.COMMAND) if not route.endswith("*")}
    assert {line for line in named if not line.endswith(" help")} == known
