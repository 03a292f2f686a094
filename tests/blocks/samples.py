"""People, cases and a policy to draw, and the texts that try to break what is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.access import AccessKind, AccessRequest, AccessState
from bot.domain.articles import Article, ArticleRow, Readers
from bot.domain.cases import Case, ChangeKind, Comment
from bot.domain.commands import Audience, Contact, Origin
from bot.domain.contacts import AccountContact, Decision, Recognition
from bot.domain.escalation import CallBack
from bot.domain.ids import (
    AccessRequestId,
    AccountId,
    ArticleId,
    CaseId,
    CaseNumber,
    CommentId,
    HistoryId,
    PersonId,
    SlackUserId,
    TeamId,
    WorkspaceId,
)
from bot.domain.lifecycle import Status
from bot.domain.pages import CaseList, CaseRow, HistoryEntry, ListKind
from bot.domain.people import Account, Person, Role, SuccessPlan, Team, TeamKind
from bot.domain.policy import Choice, Policy
from bot.domain.windows import Escalation

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

POLICY = Policy(
    business_impacts=(
        Choice(value="sales_stopped", label="Sales have stopped", meaning="Shoppers cannot buy at all."),
        Choice(value="none", label="No impact now"),
    ),
    severities=(
        Choice(value="1", label="1 - Critical: nobody can order", meaning="The shop is down."),
        Choice(value="2", label="2 - High: an important part fails"),
        Choice(value="3", label="3 - Normal: something works wrongly"),
        Choice(value="4", label="4 - Low: a question or a wish"),
    ),
    kinds=(Choice(value="enquiry", label="Enquiry"), Choice(value="problem", label="Problem")),
    time_zones=(Choice(value="UTC", label="UTC"), Choice(value="Europe/Lisbon", label="Lisbon")),
    resolutions=(Choice(value="solved", label="Solved"), Choice(value="none", label="None of these")),
)

LEVEL_TWO = Team(id=TeamId(1), name="Level two", kind=TeamKind.LEVEL_TWO)
INTEGRATIONS = Team(
    id=TeamId(2), name="Integrations", kind=TeamKind.INTEGRATIONS, public_comments_locked=True
)
LEVEL_ONE = Team(id=TeamId(3), name="Level one", kind=TeamKind.LEVEL_ONE)
CLOUD_NINE = Account(
    id=AccountId(7),
    name="Cloud Nine Shoes",
    org_id_or_mid="MID-100",
    success_plan=SuccessPlan.PREMIER,
    timezone="America/Los_Angeles",
)


def person(number: int, name: str, role: Role | None, *teams: Team, **more: Any) -> Person:
    return Person(
        id=PersonId(number),
        workspace_id=WorkspaceId("T1"),
        slack_user_id=SlackUserId(f"U{number}"),
        name=name,
        role=role,
        teams=teams,
        timezone=more.pop("timezone", "Europe/Lisbon"),
        **more,
    )


ANA = person(1, "Ana Lima", Role.AGENT, LEVEL_TWO)
JUN = person(2, "Jun Sato", Role.AGENT, INTEGRATIONS)
CHLOE = person(3, "Chloé Martin", Role.AGENT, LEVEL_ONE)
MARIA = person(4, "Maria Keller", Role.MANAGER)
OMAR = person(5, "Omar Reyes", Role.ADMINISTRATOR)
LINDA = person(6, "Linda Berg", Role.DSC, account_id=CLOUD_NINE.id)
TESS = person(7, "Tess Young", Role.COMMUNITY, account_id=CLOUD_NINE.id)
SAM = person(8, "Sam Newcomer", None)
EVERYBODY = (ANA, JUN, CHLOE, MARIA, OMAR, LINDA, TESS, SAM)

CASE = Case(
    id=CaseId(41),
    number=CaseNumber(1001),
    version=3,
    status=Status.WORKING,
    severity=2,
    kind="problem",
    origin=Origin.DSC,
    title="Printer on fire",
    description="It burns since Monday.",
    business_impact="sales_stopped",
    timezone="America/Los_Angeles",
    account_id=CLOUD_NINE.id,
    account_name=CLOUD_NINE.name,
    org_id_or_mid="MID-100",
    contact=Contact(name="Linda Berg", email="linda@example.com", phone="+1 555 0100"),
    creator=LINDA.ref,
    opened_by_staff=False,
    created_at=NOON,
    updated_at=NOON,
)
CLOSED = replace(
    CASE, status=Status.CLOSED, resolution="solved", closed_at=NOON, closed_by=ANA.ref, owner=ANA.ref
)

LATER = NOON + timedelta(hours=3)
WAITS = replace(CASE, plan=SuccessPlan.PREMIER, escalation=Escalation(opens_at=LATER + timedelta(hours=1)))
OPENED = replace(WAITS, escalation=Escalation(opens_at=NOON + timedelta(hours=2)))
_FLAG = Escalation(opens_at=NOON + timedelta(hours=2), at=LATER, by=LINDA.ref, reason="worse")
ESCALATED = replace(WAITS, escalation=_FLAG)
OWED = replace(WAITS, escalation=replace(_FLAG, call_back_due=LATER + timedelta(hours=48)))
CALL = CallBack(
    case_id=CASE.id,
    asked_by=LINDA.ref,
    asked_at=LATER,
    due_at=LATER + timedelta(hours=48),
    phone="+1 555 0100",
    wanted="after four",
)
"""A case at `LATER` as escalation goes on: it waits, may be escalated, is, and is owed a manager's call."""


def comment(text: str = "Have you tried water?", **more: Any) -> Comment:
    values: dict[str, Any] = {
        "id": CommentId(5),
        "author": ANA.ref,
        "audience": Audience.INTERNAL,
        "at": NOON,
    }
    return Comment(case_id=CASE.id, text=text, **(values | more))


def entry(kind: ChangeKind, **more: Any) -> HistoryEntry:
    values: dict[str, Any] = {
        "id": HistoryId(9),
        "actor": ANA.ref,
        "audience": Audience.PUBLIC,
        "changes": {},
    }
    return HistoryEntry(at=NOON, kind=kind, **(values | more))


def row(number: int = 1, title: str = "Printer on fire", **more: Any) -> CaseRow:
    values: dict[str, Any] = {"account_name": CLOUD_NINE.name, "owner": None}
    return CaseRow(
        id=CaseId(number), number=CaseNumber(1000 + number), version=1, title=title,
        status=Status.NEW, severity=1, updated_at=NOON, **(values | more),
    )  # fmt: skip


def case_list(kind: ListKind = ListKind.MINE, count: int = 10, total: int = 43, **more: Any) -> CaseList:
    values: dict[str, Any] = {"newer": None, "older": None, "first": 1 if count else 0}
    rows = tuple(row(number) for number in range(1, count + 1))
    return CaseList(kind=kind, rows=rows, total=total, **(values | more))


def article(**more: Any) -> Article:
    values: dict[str, Any] = {
        "version": 1,
        "title": "What to do when a printer burns",
        "body": "# First\n\n- [ ] Pull the plug\n- [ ] Call **us**",
        "readers": Readers.CUSTOMERS,
    }
    return Article(
        id=ArticleId(12), number=12, author=ANA.ref, editor=ANA.ref, created_at=NOON, updated_at=NOON,
        **(values | more),
    )  # fmt: skip


def article_row(**more: Any) -> ArticleRow:
    values: dict[str, Any] = {"readers": Readers.CUSTOMERS, "account_name": "", "retired": False}
    return ArticleRow(
        id=ArticleId(12),
        number=12,
        title="What to do when a printer burns",
        updated_at=NOON,
        **(values | more),
    )


def access_request(**more: Any) -> AccessRequest:
    values: dict[str, Any] = {"state": AccessState.WAITING, "note": "Since this morning"}
    return AccessRequest(
        id=AccessRequestId(3), number=3, version=1, kind=AccessKind.LOCKOUT, account_id=CLOUD_NINE.id,
        account_name=CLOUD_NINE.name, who_name="Jane Doe", who_email="jane@example.com", requester=TESS.ref,
        created_at=NOON, **(values | more),
    )  # fmt: skip


_PIECES = (
    "<!channel>", "<!here> now", "<@U0ANA>", "<#C0CASES>", "<https://evil.example|bank>",
    "&lt;!channel&gt;", "&amp;", "a & b < c > d", "&&&<<<>>>", "*stars*", "_under_", "~tilde~", "`ticks`",
    "```block```", ":smile:", ":+1::skin-tone-3:", "> quote", "• bullet", "1. one", "line one\nline two",
    "tab\there", "  spaces  ", "שלום עולם", "مرحبا بالعالم", "abc \u202e drow",
    "\u2067flip\u2069 \u2069stray",
    "👩\u200d👩\u200d👧\u200d👦 family", "🇵🇹 flag", "e\u0301 accent", "\U0001f600",
    "zero\u200bwidth", "null-ish \u0001", "{braces} {0} {case}", "%s %d", "\\n", "@channel", "#general",
    "https://example.com/?a=1&b=2", "javascript:alert(1)", "<script>", "' OR 1=1 --", "–—…", "—", "ﷺ",
    "\ufeffbom", "Ünïcödé", "日本語のタイトル", "𝕱𝖗𝖆𝖐𝖙𝖚𝖗", "a" * 74, "-",
)  # fmt: skip
HOSTILE = (
    *_PIECES,
    *(f"*{piece}* and {piece}" for piece in _PIECES[:20]),
    *(
        (piece * 3000)[:3000]
        for piece in ("x", "&", "<", "😀", "é ", "word ", "<!channel> ", "ש", "a\n", "👩\u200d👧")
    ),
    *((piece * 400)[:400] for piece in _PIECES[:20]),
)
"""A hundred texts that somebody could type or paste."""


RECOGNITION = Recognition(
    id=3,
    person_id=SAM.id,
    slack_user_id=SAM.slack_user_id,
    person_name=SAM.name,
    email="sam@cloudnine.example",
    contact=AccountContact(account_id=CLOUD_NINE.id, name="Samira O.", email="Sam@CloudNine.example"),
    contact_id=5,
    account_name=CLOUD_NINE.name,
    state=Decision.ASKED,
)
