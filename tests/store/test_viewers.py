"""No read without a viewer: the signatures of the store, and what each viewer gets out of the SQL itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

import bot.store
from bot.domain.access import AccessKind, AccessRequest, RequestAccess
from bot.domain.articles import AddArticle, Article, ArticleRow, EditArticle, Readers, may_write
from bot.domain.articles import may_read as may_read_article
from bot.domain.call_week import CallsAsked
from bot.domain.cases import Case, ChangeKind, may_read
from bot.domain.clocks import Stage, Timing
from bot.domain.commands import Audience
from bot.domain.contacts import AccountContact
from bot.domain.due import DueKind
from bot.domain.entitlement import EntitlementReceipt
from bot.domain.files import FileRules
from bot.domain.ids import (
    AccountId,
    ChannelId,
    CommentId,
    CustomerId,
    FormLinkId,
    HistoryId,
    MessageTs,
    PersonId,
    PhoneCallId,
    QueryId,
    SlackUserId,
    TeamId,
    WorkspaceId,
)
from bot.domain.lifecycle import Status
from bot.domain.mail import Fate, Held, Incoming
from bot.domain.outcomes import Outcome
from bot.domain.pages import ListKind
from bot.domain.people import Person, Role, TeamKind, Viewer, channel_viewer
from bot.domain.phones import DEFAULT_HOURS
from bot.domain.playbook.canned import FilledMessage
from bot.domain.reports import OwnerLine, Scope
from bot.domain.rosters import Shift
from bot.domain.rules import RuleId
from bot.domain.search import Search, Sought
from bot.domain.talk import Attached
from bot.domain.team_calendars import TeamCalendar
from bot.domain.verdict import CallerKind, Measures, Verdict
from bot.store import (
    access,
    articles,
    calendars,
    call_week,
    canned,
    case_dues,
    cases,
    contacts,
    dead_letters,
    editing,
    entitlements,
    escalation,
    exports,
    files,
    home,
    mails,
    naming,
    outcomes,
    own_comments,
    people,
    phone_calls,
    phones,
    queries,
    received,
    records,
    report_counts,
    report_lines,
    report_reading,
    reviews,
    schema,
    set_up,
    slots,
    stories,
    triage,
    web_forms,
)
from bot.store import due as due_store
from bot.store.cases import visible
from bot.store.lists import case_list, case_rows
from bot.store.outbox import Announcement, Kind, announce, bury, claim_head
from bot.store.report_reading import Asked
from bot.store.report_scope import in_default
from bot.store.schema import cases as case_table
from bot.store.search import Named, condition, find, values
from bot.store.work import Work
from tests.factories import (
    NOON,
    WORKSPACE,
    add_account,
    add_case,
    add_comment,
    add_person,
    add_team,
    load_case,
    person,
    stamp,
)
from tests.store import queue_making, shop_making
from tests.store.conftest import Table

# --- what the code says -------------------------------------------------------------------------------

STORE = Path(bot.store.__file__).parent
PROTECTED = {
    "access_requests",
    "access_messages",
    "articles",
    "article_versions",
    "call_backs",
    "case_articles",
    "cases",
    "comments",
    "history",
    "accounts",
    "people",
    "teams",
    "team_members",
    "account_contacts",
    "phone_hours",
    "team_calendars",
    "shifts",
    "absences",
    "recognitions",
    "recognition_messages",
    "order_messages",
    "comment_versions",
    "customers",
    "phone_calls",
    "phone_answers",
    "canned_mails",
    "entitlements",
    "form_links",
    "triage_queue",
    "licensed_sites",
    "orders",
    "order_lines",
    "order_payments",
    "carts",
    "cart_lines",
    "product_reviews",
    "fraud_reports",
    "case_ties",
    "shop_mentions",
    "personal_reports",
    "erasures",
    "asm_sessions",
    "cart_placings",
    "review_decisions",
    "fraud_decisions",
    "change_orders",
    "change_order_lines",
    "return_orders",
    "return_order_lines",
    "credit_memos",
    "refunds",
}

WITHOUT_VIEWER = {
    "people.find_person": "who somebody is decides what they may see: it makes the viewer",
    "people.person_by_id": "the same by internal id: creator, owner and recipient of a change",
    "people.identities": "the same of people who had a part in requests: nobody is shown it",
    "people.people_by_ids": "whole people for ids that a read with a viewer has found",
    "escalation.watched_cases": "which cases time looks at again; nobody is shown it",
    "escalation.critical_cases": "which cases a changed roster has looked at again; nobody is shown it",
    "report_scope.last_event": "an expression over cases that a statement has narrowed by a viewer",
    "people.people_of_role": "whom rules tell; nobody is shown it",
    "people.names": "names of people who are mentioned in a message that the reader has before them",
    "case_dues.cases_to_recount": "which cases another policy concerns; nobody is shown them",
    "stories.concerned": "a yes or no that every change of a case asks; nobody is shown it",
    "policies.newest": "the policy is no secret, and every bot goes by it",
    "calendars.drop_shift": "what was taken away, for the history",
    "calendars.drop_absence": "the same of somebody's leave",
    "calendars.overlapping": "a yes or no that a rule needs; nobody is shown it",
    "people.dm_channel": "where the bot talks to a person; nobody is shown it",
    "people.count_administrators": "a number that a rule needs; nobody is shown it",
    "dead_letters.tell_administrators": "to whom a digest goes; nobody is shown it",
    "escalation.escalated": "whose cards are to be drawn again; each is read through its channel's eyes then",
    "escalation.waiting": "which cases wait for their hour; each is then read through somebody's eyes",
    "queries.save_query": "looks whether one of the writer's own queries has this name, and returns nothing",
    "people.hold_set_up": "keeps other administrators waiting and returns nothing",
    "people.insert_person": "the id of somebody who was there already; nobody is shown it",
    "cases.hold": "keeps others from a case and returns nothing",
    "access.hold": "keeps others from a request and returns nothing",
    "access.leaders": "to whom a request goes; nobody is shown them",
    "access.told": "in which conversations a message is brought up to date; nobody is shown it",
    "access.owed": "what somebody was told of or has taken: the rules decide then what they still owe",
    "access.message_of": "where Slack has a message; nobody is shown it",
    "articles.hold": "keeps others from an article and returns nothing",
    "cases.by_thread": "says that a thread belongs to a case, and nothing of the case",
    "cases.open_cards_of": "which cards are to be drawn again; each is read through its channel's eyes then",
    "contacts.upsert_contact": "whether something changed; the operator's import counts it",
    "contacts.contact_with": "whom to ask about; who is asked reads it through their own eyes",
    "contacts.list_contacts": "the operator's export, on the command line",
    "contacts.has_contacts": "a yes or no that spares strangers' calls a look",
    "contacts.unplaced_with": "whom to ask about, when an import brings their address",
    "contacts.email_of": "what a rule compares; nobody is shown it",
    "contacts.deciders": "to whom a question goes",
    "contacts.placed": "the operator's export, on the command line",
    "contacts.question_to": "where a message of ours stands, to be drawn again",
    "contacts.asked": "whose message is drawn again; each is read through their own eyes",
    "contacts.told_by": "a row of history, by which a message finds what it is about",
    "contacts.was_asked": "a yes or no that a rule needs",
    "contacts.is_being_asked": "a yes or no about the asker alone",
    "contacts.hold_recognition": "keeps others from it and returns nothing",
    "search_index.index_comment": "copies a case's account into a document and returns nothing",
    "talk.whereabouts": "says that a message belongs to a case, and nothing of the case",
    "talk.said": "what was recorded of a message, to be joined with what is told of it now",
    "talk.author_of": "who wrote a comment, for the history of it",
    "records.audience_of": "who may read a comment, for what is written about it",
    "threads.comments_at": "which messages are comments already, so that none is kept twice",
    "threads.customers_of": "who may be in a channel, which decides its audience; nobody is shown it",
    "mails.people_without_address": "whose e-mail Slack is to be asked for; nobody is shown it",
    "mails.sent_mail": "an e-mail by its secret: to send it, or to know an answer to it",
    "reports.customers_among": "whether a channel may be shown a report; nobody is shown them but managers",
    "reports.common_zone": "where most of a team live, which a calendar needs",
    "reports.plans": "which reports there are, for who sends them; services ask for the right to see them",
    "customers.order_rows": "a statement without rows; those who run it narrow it by a viewer",
    **dict.fromkeys(
        (
            f"customer_asking.{one}"
            for one in ("BY_EMAIL", "BY_ORDER", "BY_LICENCE", "common", "beginning", "spelt", "misspelt")
        ),
        "a statement, which `customer_find.find` runs for a viewer who may",
    ),
    "customer_asking.having": "the same",
    "call_week.first_call_at": "since when a report of calls is owed; nobody is shown it",
    "phone_calls.hold": "keeps others from a call and returns nothing",
    "phone_calls.set_walk": "which answers of a call that is held are undone; nobody is shown them",
    "order_flows.revisions": "who published which flow; the service asks for the right to see it",
    "playbooks.revisions": "who published which revision; the service asks for the right to see it",
    "canned.was_sent": "a yes or no that a rule needs",
    "canned.to_send": "an e-mail by its secret, to send it",
    "canned.owner_of": "through whose eyes a call is read for a channel",
    "web_forms.by_ticket": "a link by its signed text: who holds it may use it",
    "web_forms.by_token": "a link by its secret, to send it",
    "web_forms.of_comment": "the same for a link that goes along with a question",
    "web_forms.writer_of": "whose link it is: the form shows them their own name, and asks for their account",
    "triage.watchers": "whose Home is published again; each is read through their own eyes",
    "shop_import.account_ids": "the operator's import, on the command line",
    "shop_import.upsert_customers": "the same",
    "shop_import.upsert_fraud": "the same",
    "shop_import.upsert_reviews": "the same",
    "shop_import.let_go_on_here": "the same: what it may not take back",
    "product_reviews.hold": "keeps others from a review and returns nothing",
    "product_reviews.is_asked_for": "whether one's own file is being made; says yes or no",
    "fraud_deciding.hold": "keeps others from a report and returns nothing",
    "shop_import.site_names": "the same: the words that a customer is found by",
    "shop_import.named_by_orders": "the same",
    **dict.fromkeys(
        (f"order_books.{one}" for one in ("books", "held_books", "of_orders", "refund_state")),
        "the shop of our own reads as a shop does: rights stand above its port",
    ),
    **dict.fromkeys(
        (f"finance_files.{one}" for one in ("make", "file_numbered")),
        "the operator's export, on the command line; the service asks whoever else for the right",
    ),
    **dict.fromkeys(
        ("order_books.changes_of", "order_books.has_documents", "order_books.with_documents"),
        "what the operator's import compares with",
    ),
    "shop_overwriting.hold": "keeps others from orders that an import writes over",
    "order_saving.free_number": "whether a number is taken; nobody is shown what has it",
    "reviews.staff": "who has a morning review; nobody is shown it",
    "reviews.readers_of": "whose reviews are drawn again; each is read through their own eyes",
    "personal_reports.expired": "which files of Slack's are to be deleted; nobody is shown them",
    "personal_reports.next_expiry": "when that is to be done",
    "personal_reports.is_about_erased": "whether its files are to go at once; nobody is shown it",
    "placings.left": "carts to be read again; nobody is shown them",
    "erasing.held": "keeps an erasure from others; nobody is shown it",
    "erasing.called": "the pseudonym alone",
    **dict.fromkeys(
        (
            "erasing.step",
            "erasing.erase_customer",
            "erasing.erase_calls",
            "erasing_cases.draw_account_again",
            "erasing_cases.erase_case",
            "erasing_words.redact_words",
            "shop_index.forget_all",
        ),
        "looks for what is to be erased, which an administrator asked for; nobody is shown it",
    ),
    "sessions.touch": "the session of who acts, to be written anew",
    "sessions.last_touch": "when it was last used; nobody is shown it",
    "sessions.assisted_order": "the same of an order",
    "sessions.on_behalf_of": "for whom somebody acts themselves",
    "sessions.ASSISTING": "a part of the statement that appends to the history",
    "sessions.FOR_WHOM": "a part of statements that narrow the history by a viewer",
    "outbox.card_on_its_way": "says that some card may be on its way, and nothing of its case",
}
"""Reads of protected tables that take no viewer, each with its reason."""


@dataclass(frozen=True)
class Function:
    """A function of the store, as its source says."""

    name: str
    takes_viewer: bool
    selects: bool
    tables: frozenset[str]
    calls: frozenset[str]


def _functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aliases = {
        target.id: statement.value.func.value.id
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
        and statement.value.func.attr == "alias"
        and isinstance(statement.value.func.value, ast.Name)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (_function(one, aliases) for one in node.body if _is_function(one))  # type: ignore[arg-type]
    yield from (_function(one, aliases) for one in tree.body if _is_function(one))  # type: ignore[arg-type]
    for statement in tree.body:  # a statement that is built once, for whoever executes it
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield _function(statement, aliases, statement.targets[0].id)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _function(node: Any, aliases: dict[str, str], name: str = "") -> Function:
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    names = {aliases.get(name, name) for name in names}
    annotations = [one.annotation for one in ast.walk(node) if isinstance(one, ast.arg)]
    return Function(
        name=name or node.name,
        takes_viewer=any(isinstance(one, ast.Name) and one.id == "Viewer" for one in annotations),
        selects="select" in names,
        tables=frozenset(names & PROTECTED),
        calls=frozenset(names),
    )


def _reads() -> dict[str, Function]:
    """Public functions that read a protected table, themselves or by a private helper of their module."""
    found: dict[str, Function] = {}
    for path in STORE.glob("*.py"):
        here = {one.name: one for one in _functions(path)}
        readers = {name for name, one in here.items() if one.selects and one.tables}
        grown = True
        while grown:
            more = {
                name
                for name, one in here.items()
                if any(helper in readers and helper.startswith("_") for helper in one.calls)
            }
            grown = not more <= readers
            readers |= more
        found |= {f"{path.stem}.{name}": here[name] for name in readers if not name.startswith("_")}
    return found


def test_every_read_takes_a_viewer_or_says_here_why_not() -> None:
    without = {name for name, function in _reads().items() if not function.takes_viewer}
    assert without == set(WITHOUT_VIEWER)


# --- what the database says ---------------------------------------------------------------------------

OTHER = WorkspaceId("T0OTHER")

ASKED = Asked(
    scope=Scope(),
    at=NOON + timedelta(hours=1),
    since=NOON - timedelta(hours=1),
    untouched_at=NOON,
    untouched_since=NOON,
)
CALLS = CallsAsked(at=NOON + timedelta(hours=1), since=NOON - timedelta(hours=1))
RECEIPT = EntitlementReceipt(
    verdict=Verdict.NONE,
    rule="no_order",
    because="There is no order.",
    playbook="0",
    today=NOON.date(),
    zone="UTC",
    kind=CallerKind.CUSTOMER,
    measured=Measures(),
)
SLOT = slots.Claim(job="report.team.1", period="2026-11-23", audience="channel.C1", due_at=NOON)


PRINTER = Search(words=(Sought("printer"),))


@dataclass(frozen=True)
class World:
    """A desk with two accounts, and another workspace in the same database."""

    cases: tuple[Case, ...]
    comments: tuple[tuple[CommentId, Case, Audience], ...]
    history: tuple[tuple[HistoryId, Case, Audience], ...]
    accounts: tuple[int, int]
    staff: Person
    team: TeamId
    stranger_case: Case
    articles: tuple[Article, ...]
    requests: tuple[AccessRequest, ...]
    recognition: int

    def viewers(self) -> Iterator[Viewer]:
        """Everybody who can exist: each role with each account; and the same people of the other desk."""
        for role in (*Role, None):
            for account in (None, *self.accounts):
                if role is not None and role.is_staff and account is not None:
                    continue
                someone = person("Some", role, account=account)  # type: ignore[arg-type]
                yield Viewer(replace(someone, id=self.staff.id))
                yield Viewer(replace(someone, id=self.staff.id, workspace_id=OTHER))
        yield channel_viewer(WORKSPACE)


@pytest.fixture(scope="module")
def world(shared_table: Table) -> World:
    return shared_table.write(_populate)


@pytest.fixture
def table(shared_table: Table) -> Table:
    return shared_table


def _populate(work: Work) -> World:
    accounts = (add_account(work, "Cloud Nine"), add_account(work, "Harbour"))
    team = add_team(work, TeamKind.LEVEL_TWO)
    staff = add_person(work, "Ana", Role.AGENT, team)
    made = tuple(
        add_case(work, staff, account, status=status, owner=staff.ref, team_id=team)
        for account in accounts
        for status in (Status.NEW, Status.WAITING, Status.CLOSED)
    )
    escalation.insert_call_back(work, made[0], staff.id, NOON, "+1 555 0100", "")
    flagged = update(schema.cases).where(schema.cases.c.id == made[0].id)
    work.connection.execute(flagged.values(escalated_at=NOON))
    cases.touch(work, load_case(work, made[0].id), heard=True)
    made = (load_case(work, made[0].id), *made[1:])
    comments = tuple(
        (add_comment(work, one.id, staff, audience=audience), one, audience)
        for one in made
        for audience in Audience
    )
    history = tuple(
        (
            records.insert_history(
                work, ChangeKind.STATUS_SET, actor_id=staff.id, audience=audience, changes={}, case_id=one.id
            ),
            one,
            audience,
        )
        for one in made
        for audience in Audience
    )
    said, mine = comments[0][0], Viewer(staff)
    outcomes.insert_outcomes(work, made[0].id, said, staff.id, [Outcome.SPOKE])
    own_comments.set_posted(work, said, ChannelId("C1"), MessageTs("1.1"))
    first = records.comment_by_id(work.connection, mine, said)
    assert first is not None
    assert own_comments.save_edit(work, first, "Something else")
    for number, (comment_id, one, _) in enumerate(comments):
        brought = Attached(slack_file_id=f"F{number}", name="dump.log", size=1)
        files.add_files(work, FileRules(), one.id, comment_id, [brought])
    there = replace(work, stamp=stamp(workspace_id=OTHER))
    _bury(work, made[0])
    queries.save_query(work, staff.id, None, "Printers", "printer", shared=True)
    _mail(work, made[0])
    other = add_case(there, add_person(there, "Ana", Role.AGENT), add_account(there, "Cloud Nine"))
    linda = add_person(work, "Linda", Role.DSC, account=accounts[0])
    editing.begin_editing(work, made[0].id, linda.id)
    written = tuple(_write_articles(work, staff, accounts))
    for one in written:
        articles.link(work, made[0].id, one.id, staff)
    requests = tuple(_ask_for_access(work, staff, accounts))
    _call(work, staff, made[0])
    slots.claim(work, SLOT, "bot:1", "token")
    phones.save_hours(work, replace(DEFAULT_HOURS, numbers=("+1 555 010 0199",)))
    calendars.save_calendar(work, TeamCalendar(country="PT"))
    always = Shift(person=staff.ref, weekdays=frozenset(range(7)), begins=time(0), ends=time(0))
    calendars.add_shift(work, always)
    calendars.add_absence(work, staff.id, date(2026, 12, 24), date(2026, 12, 31), None)
    _pass_a_limit(work, made[0])
    recognition = _ask(work, AccountId(accounts[0]), history[0][0])
    shop_making.make_shop(work, accounts[0], made[0].id)
    queue_making.make(work, staff.id)
    _form(work, staff, made[0])
    return World(made, comments, history, accounts, staff, team, other, written, requests, recognition)


def _call(work: Work, staff: Person, case: Case) -> None:
    """A call with a customer that opened a case and sent an e-mail, as the first of all."""
    call_id = phone_calls.insert_call(
        work, staff.id, script="phone", revision=1, step="greet", case_id=case.id, customer_id=CustomerId(7)
    )
    letter = FilledMessage(id="resources", version=1, subject="Secret", body="Secret", aloud=())
    canned.send(work, call_id, letter, "lena@example.com", NOON.date(), staff.id)
    entitlements.keep_entitlement(work, case.id, call_id, 1, RECEIPT)
    earlier = phone_calls.insert_call(
        work, staff.id, script="phone", revision=1, step="ask_once", case_id=case.id
    )
    made = phone_calls.by_id(work.connection, Viewer(staff), earlier)
    assert made is not None
    phone_calls.save(work, replace(made, outcome="asked_for_more", ended_at=NOON))


def _form(work: Work, staff: Person, case: Case) -> None:
    """A link that a customer used to open the first case, which waits for triage."""
    web_forms.send(work, CustomerId(1), "lena@example.com", NOON + timedelta(days=1), staff.id)
    assert web_forms.use(work, FormLinkId(1), case.id)
    triage.enter(work, add_case(work, staff, case.account_id).id)


def _pass_a_limit(work: Work, case: Case) -> None:
    stage = Stage(kind=DueKind.FIRST_COMMENT, at=NOON)
    case_dues.settle(work, case.id, [Timing(rule=RuleId.T1, began=NOON, due=NOON, stages=(stage,))])
    (due,) = due_store.due_now(work.connection, WORKSPACE, NOON)
    due_store.finish(work, due)


def _ask_for_access(
    work: Work, staff: Person, accounts: tuple[AccountId, AccountId]
) -> Iterator[AccessRequest]:
    """Of each account one that staff asked for, and one of Harbour's that another person of its own did."""
    nadia = add_person(work, "Nadia", Role.COMMUNITY, account=accounts[1])
    for account_id, requester in ((accounts[0], staff), (accounts[1], staff), (accounts[1], nadia)):
        command = RequestAccess(
            kind=AccessKind.LOCKOUT, account_id=account_id, who_name="Jane", who_email="j@example.com"
        )
        made = access.by_id(work.connection, Viewer(staff), access.insert_request(work, command, requester))
        assert made is not None
        yield made


def test_a_request_for_access_is_seen_by_staff_its_accounts_contacts_and_who_made_it(
    table: Table, world: World
) -> None:
    for viewer in world.viewers():
        allowed = set()
        for one in world.requests:
            here = viewer.workspace_id == WORKSPACE and viewer.role is not None
            own = viewer.role is Role.DSC and viewer.account_id == one.account_id
            if here and (viewer.is_staff or own or viewer.person_id == one.requester.id):
                allowed.add(one.id)
            found = table.look(lambda c, v=viewer, o=one: access.by_id(c, v, o.id))
            assert found == (one if one.id in allowed else None)
        rows, total, _ = table.look(lambda c, v=viewer: access.access_page(c, v))
        assert ({row.id for row in rows}, total) == (allowed, len(allowed))


def _write_articles(work: Work, staff: Person, accounts: tuple[AccountId, AccountId]) -> Iterator[Article]:
    """Of each account, for staff and for customers, current and retired, in their second version."""
    for_whom = [(Readers.ACCOUNT, accounts[0]), (Readers.ACCOUNT, accounts[1])]
    for readers, account_id in [*for_whom, (Readers.STAFF, None), (Readers.CUSTOMERS, None)]:
        for retired in (False, True):
            text = AddArticle(title="Fire", body="Water", readers=readers, account_id=account_id)
            article_id, _ = articles.insert_article(work, text, staff)
            before = articles.by_id(work.connection, Viewer(staff), article_id)
            assert before is not None
            now = EditArticle(**vars(text), article_id=article_id, version=1, retired=retired)
            articles.save_article(work, before, now, staff)
            after = articles.by_id(work.connection, Viewer(staff), article_id)
            assert after is not None
            yield after


def test_an_article_is_found_read_and_seen_on_a_case_by_those_who_may_by_the_rules(
    table: Table, world: World
) -> None:
    seen = 0
    for viewer in world.viewers():
        here = viewer.workspace_id == WORKSPACE
        allowed = {one.id for one in world.articles if here and may_read_article(one, viewer.person)}
        found = table.look(lambda c, v=viewer: articles.search(c, v, "FIRE water"))
        assert ({row.id for row in found.rows}, found.total) == (allowed, len(allowed))
        current = {one.id for one in world.articles if one.id in allowed and not one.retired}
        near = table.look(lambda c, v=viewer: articles.suggested(c, v, "Fires", limit=20))
        assert {row.id for row in near} == current
        for one in world.articles:
            wanted = one if one.id in allowed else None
            assert table.look(lambda c, v=viewer, o=one: articles.by_id(c, v, o.id)) == wanted
            assert table.look(lambda c, v=viewer, o=one: articles.by_number(c, v, o.number)) == wanted
            before = table.look(lambda c, v=viewer, o=one: articles.earlier_version(c, v, o.id, 1))
            assert (before is not None) == (here and may_write(viewer.person, one.readers, one.account_id))
        on_case = table.look(lambda c, v=viewer: articles.linked(c, v, world.cases[0].id))
        reads_case = _may_read(world, viewer, world.cases[0])
        assert {row.id for row in on_case} == (allowed if reads_case else set())
        seen += len(on_case)
    assert seen > 30


def _ask(work: Work, account_id: AccountId, history_id: HistoryId) -> int:
    """Somebody whose address is a contact's: what it is about is the first row of history."""
    contacts.upsert_contact(work, AccountContact(account_id=account_id, name="Sam", email="s@cloud.example"))
    found = contacts.contact_with(work, "s@cloud.example")
    assert found is not None
    contacts.ask(work, add_person(work, "Sam", None).id, found[0], history_id)
    return 1


def _bury(work: Work, case: Case) -> None:
    """A dead letter about a case."""
    announce(work, Announcement(kind=Kind.CARD, conversation="support-cases", case_id=case.id))
    row = claim_head(work, "support-cases")
    assert row is not None
    bury(work, row, "chat.postMessage: invalid_blocks")


def _mail(work: Work, case: Case) -> None:
    """An e-mail about a case, and one that came in and waits for somebody."""
    letter = Announcement(kind=Kind.EMAIL, conversation="mail:1:contact", case_id=case.id)
    mails.announce_mails(work, (letter, "lou@outside.example"))
    arrived = Incoming(digest="d", sender="lou@outside.example", sender_name="Lou", subject="s", text="t")
    received.keep(work, arrived, Fate.HELD, why=Held.UNMATCHED)


def _may_read(world: World, viewer: Viewer, case: Case) -> bool:
    theirs = OTHER if case is world.stranger_case else WORKSPACE
    return theirs == viewer.workspace_id and may_read(case, viewer.person)


def test_the_sql_shows_a_case_exactly_to_those_who_may_read_it_by_the_rules(
    table: Table, world: World
) -> None:
    seen = 0
    for viewer in world.viewers():
        for case in (*world.cases, world.stranger_case):
            wanted = case if _may_read(world, viewer, case) else None
            assert table.look(lambda c, v=viewer, k=case: cases.by_id(c, v, k.id)) == wanted
            by_number = table.look(lambda c, v=viewer, k=case: cases.by_number(c, v, k.number))
            if case is not world.stranger_case and viewer.workspace_id == WORKSPACE:
                assert by_number == wanted
            seen += wanted is not None
    assert seen > 30, "the table of viewers and cases has become trivial"


def test_the_same_number_in_two_workspaces_is_two_cases(table: Table, world: World) -> None:
    assert world.stranger_case.number == world.cases[0].number
    there = channel_viewer(OTHER)
    found = table.look(lambda c: cases.by_number(c, there, world.stranger_case.number))
    assert found == world.stranger_case


def test_comments_and_history_are_seen_by_those_of_their_audience_who_see_the_case(
    table: Table, world: World
) -> None:
    for viewer in world.viewers():
        for comment_id, case, audience in world.comments:
            allowed = _may_read(world, viewer, case) and _belongs(viewer, audience)
            found = table.look(lambda c, v=viewer, i=comment_id: records.comment_by_id(c, v, i))
            assert (found is not None) == allowed
            if found is not None:
                assert (found.id, found.case_id, found.audience) == (comment_id, case.id, audience)
        for history_id, case, audience in world.history:
            allowed = _may_read(world, viewer, case) and _belongs(viewer, audience)
            entry = table.look(lambda c, v=viewer, i=history_id: records.history_entry(c, v, i))
            assert (entry is not None) == allowed


def _belongs(viewer: Viewer, audience: Audience) -> bool:
    return audience is Audience.PUBLIC or viewer.is_staff


def test_counts_and_pages_tell_no_more_than_single_reads(table: Table, world: World) -> None:
    for viewer in world.viewers():
        for case in world.cases:
            readable = [
                one
                for one, of, audience in world.comments
                if of is case and _may_read(world, viewer, case) and _belongs(viewer, audience)
            ]
            shown, count = table.look(
                lambda c, v=viewer, k=case: records.newest_comments(c, v, k.id, limit=10)
            )
            assert ([one.id for one in shown], count) == (readable, len(readable))
            for start in (0, 1):
                shown, count = table.look(
                    lambda c, v=viewer, k=case, n=start: records.comments_page(c, v, k.id, n, limit=10)
                )
                assert ([one.id for one in shown], count) == (readable[start:], len(readable))
            entries = [
                one
                for one, of, audience in world.history
                if of is case and _may_read(world, viewer, case) and _belongs(viewer, audience)
            ]
            page = table.look(lambda c, v=viewer, k=case: records.history_page(c, v, k.id, None, 10))
            assert [one.id for one in page] == entries[::-1]
            assert table.look(lambda c, v=viewer, k=case: records.count_history(c, v, k.id)) == len(entries)


def _not_for_all(rows: tuple[ArticleRow, ...]) -> list[ArticleRow]:
    """Articles for customers are for everybody who has a role."""
    return [row for row in rows if row.readers is not Readers.CUSTOMERS]


def test_files_are_seen_by_those_who_read_the_message_that_brought_them(table: Table, world: World) -> None:
    for viewer in world.viewers():
        for case in world.cases:
            wanted = [
                audience
                for _, of, audience in world.comments
                if of is case and _may_read(world, viewer, case) and _belongs(viewer, audience)
            ]
            found, count = table.look(lambda c, v=viewer, k=case: files.case_files(c, v, k.id, 10))
            assert ([one.audience for one in found], count) == (wanted, len(wanted))


Ask = Callable[[Connection, Viewer, World], object]


def _asked_before(connection: Connection, viewer: Viewer, world: World) -> bool:
    """Whether an earlier triage of the case of the only call asked for more: seen from another one."""
    staff = Viewer(world.staff)
    first = phone_calls.by_id(connection, staff, PhoneCallId(1))
    assert first is not None
    return phone_calls.was_asked(connection, viewer, first)


READS: dict[str, Ask] = {
    "access.by_id": lambda c, v, w: access.by_id(c, v, w.requests[0].id),
    "access.access_page": lambda c, v, w: access.access_page(c, v)[0],
    "access.contacts": lambda c, v, w: access.contacts(c, v, w.cases[0].account_id),
    "articles.search": lambda c, v, w: _not_for_all(articles.search(c, v, "fire").rows),
    "articles.suggested": lambda c, v, w: _not_for_all(articles.suggested(c, v, "Fires", limit=9)),
    "articles.by_number": lambda c, v, w: articles.by_number(c, v, 2),
    "articles.by_id": lambda c, v, w: articles.by_id(c, v, w.articles[0].id),
    "articles.earlier_version": lambda c, v, w: articles.earlier_version(c, v, w.articles[0].id, 1),
    "articles.linked": lambda c, v, w: articles.linked(c, v, w.cases[0].id),
    "cases.by_id": lambda c, v, w: cases.by_id(c, v, w.cases[0].id),
    "cases.by_ids": lambda c, v, w: cases.by_ids(c, v, [w.cases[0].id]),
    "cases.by_number": lambda c, v, w: cases.by_number(c, v, w.cases[0].number),
    "dead_letters.letters": lambda c, v, w: dead_letters.letters(c, v).rows,
    "escalation.call_back_owed": lambda c, v, w: escalation.call_back_owed(c, v, w.cases[0].id),
    "files.case_files": lambda c, v, w: files.case_files(c, v, w.cases[0].id, 10)[0],
    "home.due_next": lambda c, v, w: [row for part in home.due_next(c, v) for row in part],
    "home.escalated": lambda c, v, w: home.escalated(c, v),
    "home.waiting": lambda c, v, w: sum(home.waiting(c, v)),
    "home.lacking": lambda c, v, w: v.workspace_id == WORKSPACE and home.lacking(c, v),
    "lists.case_list": lambda c, v, w: [row for kind in ListKind for row in case_list(kind)(c, v).rows],
    "editing.others_editing": lambda c, v, w: editing.others_editing(c, v, w.cases[0].id, NOON),
    "lists.case_rows": lambda c, v, w: case_rows(c, v, [w.cases[0].id]),
    "naming.account_names": lambda c, v, w: naming.account_names(c, v, "cloud"),
    "naming.staff_names": lambda c, v, w: naming.staff_names(c, v, "ana"),
    "naming.viewable_names": lambda c, v, w: naming.viewable_names(c, v, ""),
    "queries.queries": lambda c, v, w: queries.queries(c, v),
    "queries.query_by_id": lambda c, v, w: queries.query_by_id(c, v, QueryId(1)),
    "search.find": lambda c, v, w: find(Search(words=(Sought("printer"),)), Named())(c, v).rows,
    "mails.mails_of_case": lambda c, v, w: mails.mails_of_case(c, v, w.cases[0].id, 10)[0],
    "received.queue": lambda c, v, w: received.queue(c, v).rows,
    "received.held_mail": lambda c, v, w: received.held_mail(c, v, 1),
    "people.list_accounts": lambda c, v, w: people.list_accounts(c, v),
    "people.find_account": lambda c, v, w: people.find_account(c, v, w.cases[0].account_id),
    "people.list_teams": lambda c, v, w: people.list_teams(c, v),
    "exports.exported_cases": lambda c, v, w: list(exports.exported_cases(c, v)),
    "exports.exported_comments": lambda c, v, w: list(exports.exported_comments(c, v)),
    "stories.story_of": lambda c, v, w: stories.story_of(c, v, w.cases[0]).happenings,
    "case_dues.dues_of_case": lambda c, v, w: case_dues.dues_of_case(c, v, w.cases[0].id),
    "calendars.all_calendars": lambda c, v, w: calendars.all_calendars(c, v),
    "calendars.rosters": lambda c, v, w: calendars.rosters(c, v, date(2026, 11, 1)),
    "calendars.leave": lambda c, v, w: calendars.leave(c, v, date(2026, 11, 1))[0],
    "call_week.calls_told": lambda c, v, w: call_week.calls_told(c, v, CALLS).outcomes,
    "call_week.calls_of": lambda c, v, w: call_week.calls_of(c, v, CALLS, PhoneCallId(0), 9),
    "canned.of_call": lambda c, v, w: canned.of_call(c, v, PhoneCallId(1)),
    "web_forms.links_of": lambda c, v, w: web_forms.links_of(c, v, CustomerId(1)),
    "web_forms.customer_of_case": lambda c, v, w: web_forms.customer_of_case(c, v, w.cases[0].id),
    "triage.queue": lambda c, v, w: triage.queue(c, v, 5).cases,
    "phone_calls.by_id": lambda c, v, w: phone_calls.by_id(c, v, PhoneCallId(1)),
    "phone_calls.of_case": lambda c, v, w: phone_calls.of_case(c, v, w.cases[0].id, "phone"),
    "entitlements.entitlement_of": lambda c, v, w: entitlements.entitlement_of(c, v, w.cases[0].id),
    "phone_calls.to_resume": lambda c, v, w: phone_calls.to_resume(c, v),
    "phone_calls.was_asked": lambda c, v, w: _asked_before(c, v, w),
    "phone_calls.on_the_line": lambda c, v, w: phone_calls.on_the_line(
        c, Viewer(replace(v.person, id=PersonId(999))), {CustomerId(7)}, NOON - timedelta(days=1)
    ),
    "phones.all_hours": lambda c, v, w: phones.all_hours(c, v),
    "contacts.recognition": lambda c, v, w: contacts.recognition(c, v, w.recognition),
    "contacts.waiting_recognitions": lambda c, v, w: contacts.waiting_recognitions(c, v, 3)[0],
    "contacts.recognition_of": lambda c, v, w: contacts.recognition_of(c, v, w.history[0][0]),
    "set_up.account_page": lambda c, v, w: set_up.account_page(c, v, 0, "").rows,
    "set_up.people_page": lambda c, v, w: set_up.people_page(c, v, 0, "").rows,
    "set_up.team_page": lambda c, v, w: set_up.team_page(c, v, 0, "").rows,
    "set_up.people_of_account": lambda c, v, w: set_up.people_of_account(c, v, w.cases[0].account_id),
    "set_up.people_of_team": lambda c, v, w: set_up.people_of_team(c, v, w.team),
    "set_up.count_contacts": lambda c, v, w: set_up.count_contacts(c, v, w.cases[0].account_id),
    "records.newest_comments": lambda c, v, w: records.newest_comments(c, v, w.cases[0].id, 10)[0],
    "records.comments_page": lambda c, v, w: records.comments_page(c, v, w.cases[0].id, 0, 10)[0],
    "records.comment_by_id": lambda c, v, w: records.comment_by_id(c, v, w.comments[0][0]),
    "records.history_entry": lambda c, v, w: records.history_entry(c, v, w.history[0][0]),
    "records.history_page": lambda c, v, w: records.history_page(c, v, w.cases[0].id, None, 10),
    "records.history_ids_above": lambda c, v, w: records.history_ids_above(
        c, v, w.cases[0].id, HistoryId(0), 10
    ),
    "records.last_word_of": lambda c, v, w: records.last_word_of(c, v, w.cases[0].id, TeamKind.LEVEL_TWO),
    "outcomes.latest_outcomes": lambda c, v, w: outcomes.latest_outcomes(c, v, w.cases[0].id),
    "own_comments.versions_of": lambda c, v, w: own_comments.versions_of(c, v, w.comments[0][0]),
    "own_comments.posted": lambda c, v, w: own_comments.posted(c, v, w.comments[0][0]),
    "report_counts.counted": lambda c, v, w: report_counts.counted(c, v, ASKED),
    "report_counts.owners": lambda c, v, w: report_counts.owners(c, v, ASKED),
    "report_reading.report": lambda c, v, w: report_reading.report(c, v, ASKED, 10).rows,
    "report_lines.lines_of": lambda c, v, w: report_lines.lines_of(
        c, v, ASKED, [OwnerLine(owner=w.staff.ref, by_age=(1,))]
    ),
    "report_scope.in_default": lambda c, v, w: c.execute(
        select(case_table.c.id).where(visible(v), in_default(v, NOON + timedelta(days=90)))
    ).all(),
    "search.condition": lambda c, v, w: c.execute(
        select(case_table.c.id).where(condition(c.dialect.name, v, PRINTER, Named())),
        values(c.dialect.name, v, PRINTER, Named()),
    ).all(),
    "slots.ledger": lambda c, v, w: slots.ledger(c, v)[0],
    "records.added": lambda c, v, w: records.added(
        c, Viewer(replace(v.person, id=PersonId(999))), {w.cases[0].id: HistoryId(0)}
    ),
    "reviews.standings": lambda c, v, w: reviews.standings(c, v, w.staff.id),
    "reviews.newest_row": lambda c, v, w: reviews.newest_row(c, v, w.cases[0].id),
    "records.count_history": lambda c, v, w: records.count_history(c, v, w.cases[0].id),
    **shop_making.READS,
    **queue_making.READS,
}
"""Every read of the store that takes a viewer, asked for something of Cloud Nine's."""


def test_this_file_asks_every_read_there_is() -> None:
    assert {name for name, function in _reads().items() if function.takes_viewer} == set(READS)


@pytest.mark.parametrize("read", list(READS))
def test_a_viewer_from_outside_gets_nothing_and_an_administrator_something(
    table: Table, world: World, read: str
) -> None:
    elsewhere = WorkspaceId("T0EMPTY")
    outsiders = (
        Viewer(person("Nobody", None)),
        Viewer(person("Lost", Role.DSC)),  # a customer's person without an account
        Viewer(replace(person("Omar", Role.ADMINISTRATOR), workspace_id=elsewhere)),
        Viewer(
            replace(person("Viktor", Role.DSC, account=world.cases[0].account_id), workspace_id=elsewhere)
        ),
    )
    for outsider in outsiders:
        assert not table.look(lambda c, v=outsider: READS[read](c, v, world)), outsider
    administrator = Viewer(replace(world.staff, role=Role.ADMINISTRATOR))
    assert table.look(lambda c: READS[read](c, administrator, world))


def test_people_are_known_within_their_workspace_only(table: Table, world: World) -> None:
    ana = SlackUserId("U0ANA")
    here = table.look(lambda c: people.find_person(c, WORKSPACE, ana))
    there = table.look(lambda c: people.find_person(c, OTHER, ana))
    assert here is not None
    assert there is not None
    assert here.id == world.staff.id != there.id
    assert table.look(lambda c: people.find_person(c, WorkspaceId("T0EMPTY"), ana)) is None
    assert table.look(lambda c: people.names(c, OTHER, [ana, "U0NOBODY"])) == {ana: "Ana"}


def test_a_case_is_loaded_as_it_was_saved(table: Table, world: World) -> None:
    for case in world.cases:
        assert table.write(lambda work, k=case: load_case(work, k.id)) == case
