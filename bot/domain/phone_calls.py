"""A call, or the triage of a new case: a walk through a script that is kept answer by answer. Pure.

`services/phone_calls.py` makes and continues them; the windows draw `CallPage`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.call_rows import CallRow as CallRow
from bot.domain.call_rows import Entitled as Entitled
from bot.domain.cases import Case
from bot.domain.entitlement import EntitlementReceipt
from bot.domain.ids import CaseId, CaseNumber, CustomerId, PhoneCallId
from bot.domain.mail import MailState
from bot.domain.people import Person, PersonRef
from bot.domain.phones import PhoneAnswer
from bot.domain.playbook.canned import Blocked, CannedMessage, FilledMessage, MessageField
from bot.domain.playbook.script import Decider, FieldKind, Outcome, Panel, Playbook, Script
from bot.domain.playbook.walk import Answers, Given, Place
from bot.domain.sessions import Opened, Session
from bot.domain.shop.customers import CustomerStanding, Site
from bot.domain.shop.lookup import Hits
from bot.domain.verdict import Verdict

PHONE, TRIAGE = "phone", "triage"
HUNG_UP = "hung_up"
"""How a call ended that came to none of its script's ends."""

OUTCOMES = (*(one.value for one in Outcome), HUNG_UP)

LONGEST_NOTES = 3000
LONGEST_FIELD = 500
LONGEST_TEXT = 2000
TO_SALES = "to_sales"
"""What the e-mail to sales is called among those that a call sent."""


class Ruling(StrEnum):
    """What became of the question whether a verdict holds."""

    ASKED = "asked"
    OVERRULED = "overruled"
    STANDS = "stands"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to a manager: whether the verdict holds. `by` and `ruled_by` are names.

    `window` is Slack's name of the window in which `seen_by`, a Slack user, waits for the answer; `version`
    is that of the call as the ruling left it. `messages` are where managers were asked: who, channel, ts.
    """

    wished: Verdict
    reason: str
    by: str
    by_slack: str
    at: datetime
    ruling: Ruling = Ruling.ASKED
    ruled_by: str = ""
    answer: str = ""
    window: str = ""
    seen_by: str = ""
    version: int = 0
    messages: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class PhoneCall:
    """A call as it is kept. `outcome` is one of OUTCOMES, empty while it goes on.

    `answers` is the walk so far under revision `revision` of the playbook; `version` grows with each change.
    `drafts` is what was written down at steps and undone by Back: their fields hold it again.
    """

    id: PhoneCallId
    script: str
    revision: int
    version: int
    begun_by: PersonRef
    owner: PersonRef
    began_at: datetime
    changed_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""
    step: str = ""
    step_number: int = 1
    customer_id: CustomerId | None = None
    label: str = ""
    case_id: CaseId | None = None
    case_number: CaseNumber | None = None
    notes: str = ""
    receipt: EntitlementReceipt | None = None
    asked: Asked | None = None
    answers: Answers = ()
    drafts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


@dataclass(frozen=True, kw_only=True)
class SentCanned:
    """An e-mail that a call sent or is about to, and what became of it."""

    message: str
    message_version: int
    address: str
    subject: str
    state: MailState
    error: str
    created_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MailToSend:
    """An e-mail of a call that is to be handed to the mail server. An empty body is drawn then."""

    address: str
    subject: str
    body: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class PhoneSettings:
    """What prompts and messages name of the desk, set in `/desk playbooks`; empty where nobody did.

    `zone` is the store's: days of orders, hosting and messages are counted in it.
    """

    zone: str = "UTC"
    desk: str = ""
    support_admin: str = ""
    return_address: str = ""
    """Where goods are sent back to, a line each."""
    sales_address: str = ""
    sales_channel: str = ""
    key_page: str = ""
    hosting_page: str = ""
    developer_page: str = ""
    help_page: str = ""
    bug_page: str = ""
    priority_page: str = ""
    upgrade_page: str = ""
    case_link: str = ""
    version: int = 0


PAGES = (
    "key_page",
    "hosting_page",
    "developer_page",
    "help_page",
    "bug_page",
    "priority_page",
    "upgrade_page",
    "case_link",
)
"""Settings that are addresses of pages: https, or http."""


@dataclass(frozen=True, kw_only=True)
class CallPage:
    """All that the window of a call shows, through the eyes of `viewer`.

    `caller` is the customer once one is picked, `hits` who may be meant while none is. `others` have the
    same customer on the line. `values` fill prompts and messages. `message` is the one chosen, `filled` what
    its recipient would read, None while something is missing; `hindered` is what stands against sending.
    """

    call: PhoneCall
    viewer: Person
    script: Script
    place: Place
    now: datetime
    settings: PhoneSettings
    values: Mapping[str, str]
    caller: CustomerStanding | None = None
    picked: bool = False
    case: Case | None = None
    about: str = ""
    """The order or cart that the case says it is about, by its number."""
    email_ready: bool = False
    site: Site | None = None
    hits: Hits | None = None
    others: tuple[CallRow, ...] = ()
    phones: PhoneAnswer | None = None
    message: CannedMessage | None = None
    filled: FilledMessage | None = None
    hindered: tuple[Blocked, ...] = ()
    fields: Mapping[str, MessageField] = field(default_factory=dict)
    """What messages name, to tell what is missing."""
    mails: tuple[SentCanned, ...] = ()
    today: date | None = None
    session: Session | None = None
    """The one that the viewer has, or has once they see this."""

    @property
    def opens(self) -> Opened | None:
        """What whoever leads the call has before them; None while nobody is known, and once it is over."""
        if self.caller is None or not self.is_mine or self.call.is_over:
            return None
        return Opened(customer_id=self.caller.customer.id, case_id=self.call.case_id)

    def shows(self, panel: Panel) -> bool:
        return panel in self.place.step.shows

    @property
    def is_mine(self) -> bool:
        return self.call.owner.id == self.viewer.id

    @property
    def waits_for_manager(self) -> bool:
        """Whether the viewer is one who waits for a manager's word on the verdict."""
        asked = self.call.asked
        if asked is None or asked.ruling is not Ruling.ASKED or self.call.is_over:
            return False
        return self.is_mine or asked.by_slack == self.viewer.slack_user_id


def site_of(caller: CustomerStanding, data: Mapping[str, str]) -> Site | None:
    """The site that a call is about: the one that was picked, else the one that was named, else the only."""
    for name in ("licensed_site", "site"):
        found = caller.site_named(data[name]) if data.get(name) else None
        if found is not None:
            return found
    return caller.sites[0] if len(caller.sites) == 1 else None


def label_of(caller: CustomerStanding | None, data: Mapping[str, str]) -> str:
    """What lists call a call: the customer, else what the caller has said of themselves."""
    if caller is not None:
        return caller.customer.called
    said = (data.get(name, "") for name in ("company", "caller_name", "site", "email", "order_no"))
    return next((one for one in said if one), "")


def values_of(
    settings: PhoneSettings,
    viewer: Person,
    caller: CustomerStanding | None,
    site: Site | None,
    data: Mapping[str, str],
    case_number: str = "",
) -> dict[str, str]:
    """What stands for the names in curly brackets. What nobody knows is left out, and blocks a message."""
    known = {
        **{name: getattr(settings, name) for name in ("desk", "support_admin", *PAGES)},
        "agent": viewer.name,
        "case_number": case_number,
        **data,
    }
    if caller is not None:
        known["customer"] = caller.customer.name
        known["email"] = data.get("email") or caller.customer.email
        known["caller_name"] = data.get("caller_name") or caller.customer.name
        known["company"] = data.get("company") or caller.customer.company
    if site is not None:
        known |= {"licensed_site": site.name, "version": site.product_version}
    return {name: value for name, value in known.items() if value.strip()}


def is_urgent(answers: Sequence[Given]) -> bool:
    """Whether the caller said that it is severity 1 (T14)."""
    return any(one.answer == "severity_1" for one in answers)


def verdict_step(script: Script, answers: Sequence[Given]) -> str | None:
    """The last step of a walk at which the verdict was decided; None where it was not yet."""
    deciding = {step.id for step in script.steps if step.by is Decider.VERDICT}
    return next((one.step for one in reversed(answers) if one.step in deciding), None)


def account_in(script: Script, data: Mapping[str, str]) -> CustomerId | None:
    """The customer that was picked on the way."""
    name = next((one.name for one in script.fields if one.kind is FieldKind.ACCOUNT), None)
    held = data.get(name, "") if name is not None else ""
    return CustomerId(int(held)) if held.isdecimal() and len(held) < 16 else None


def carried_over(before: EntitlementReceipt | None, after: EntitlementReceipt) -> EntitlementReceipt:
    """A verdict that is judged anew: a manager's word holds as long as the rules say what they said."""
    same = before is not None and (before.verdict, before.rule, before.site) == (
        after.verdict,
        after.rule,
        after.site,
    )
    return replace(after, overruled=before.overruled) if same and before is not None else after


def lasted(call: PhoneCall, now: datetime) -> timedelta:
    """How long a call goes on, or went on."""
    return max(timedelta(), (call.ended_at or now) - call.began_at)


@dataclass(frozen=True, kw_only=True)
class PlaybookRevision:
    """A revision of the playbook. `by` is a name, empty for the one that came with Caseline."""

    number: int
    digest: str
    at: datetime
    by: str = ""
    goes_back_to: int | None = None
    is_packaged: bool = False


@dataclass(frozen=True, kw_only=True)
class PlaybookPage:
    """What `/desk playbooks` shows: revisions, the newest first, and which counts; `texts` of one of them."""

    revisions: tuple[PlaybookRevision, ...]
    total: int
    settings: PhoneSettings
    playbook: Playbook
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class GiveAnswer:
    """Go one step on. `data` is what was written down there; `notes` None leaves the notes as they are."""

    call_id: PhoneCallId
    version: int
    answer: str
    data: Mapping[str, str] = field(default_factory=dict)
    notes: str | None = None


@dataclass(frozen=True, kw_only=True)
class PickCustomer:
    """Take a customer who was found while somebody typed; `data` is what was written down so far."""

    call_id: PhoneCallId
    version: int
    customer_id: CustomerId
    notes: str | None = None
