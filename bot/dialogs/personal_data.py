"""The windows of reports of personal data: those that were asked for, and the form that asks for one."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, words_personal
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.customer_filters import PersonalFilter, read_personal
from bot.domain.commerce.queue_filters import ANY
from bot.domain.ids import CustomerId
from bot.domain.personal import AskForReport, PersonalReport, ReportsPage, ReportState
from bot.domain.refusals import Refusal
from bot.domain.shop.customers import Customer

CALLBACK_ID = "personal.ask"
LIST_ID = "personal.list"
NEW, NEWER, OLDER = "personal.new", "personal.newer", "personal.older"
FILTER, SAVE = "personal.filter", "personal.save"
CUSTOMER = "pick.customer"
"""A select of customers, filled while somebody types."""
ALL = ANY

_FILTERS = (
    (ALL, "All reports", ""),
    *((one.value, words_personal.STATES[one].partition(":")[0].capitalize(), "") for one in ReportState),
)

LONGEST_REASON = 300


def reports(page: ReportsPage, banner: str | None = None) -> View:
    """All that were asked for, newest first: the log of who had what of whom."""
    new = kit.button(
        "New report", NEW, "new", style="primary", label="Ask for everything that is held of one"
    )
    rule = (
        f"A report goes to who asked alone, in a direct message, and its files are deleted after {page.days} "
        "days. That it was asked for stays here."
    )
    chosen = page.state.value if page.state else ALL
    which = kit.menu(FILTER, "Which reports", _FILTERS, chosen=chosen)
    acts: list[sb.Element] = [new, which, kit.button("Save this search", SAVE, "save")]
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        sb.ActionsBlock(elements=acts, block_id=f"acts.{chosen}"),
        kit.small("rule", rule),
    ]
    if not page.reports:
        blocks.append(kit.section("none", _NONE_OF_THESE if page.state else _NONE_YET))
    else:
        last = page.first + len(page.reports) - 1
        blocks += [kit.divider("line"), kit.small("count", f"{page.first}-{last} of {page.total}")]
    for one in page.reports:
        blocks += _report(one)
    kept = json.dumps({"filter": PersonalFilter(state=page.state).text})
    return kit.modal("Personal data reports", [*blocks, *_turns(page)], callback_id=LIST_ID, metadata=kept)


_NONE_YET = "Nobody has asked for a report yet. Press New report to ask for one."
_NONE_OF_THESE = "No report stands so. Choose another state above."


def filter_in(metadata: str) -> PersonalFilter:
    """What the list is narrowed by; all of them where it cannot be read."""
    text = set_up.held(metadata).get("filter")
    try:
        return read_personal(text if isinstance(text, str) else "")
    except Refusal:
        return PersonalFilter()


def filter_of(chosen: str) -> PersonalFilter:
    """What a choice of the menu names; all of them where it is none of ours."""
    return PersonalFilter(state=next((one for one in ReportState if one.value == chosen), None))


def _report(one: PersonalReport) -> list[sb.Block]:
    head = f"*{texts.marked(one.customer, 80)}* · {texts.marked(one.number, 40)} · {state(one)}"
    asked = f"{texts.marked(one.asked_by.name, 60)} · {texts.date(one.asked_at)}"
    return [
        kit.marked_section(f"report.{one.id}", head),
        kit.small(f"report.{one.id}.by", asked, kit.plain(texts.first(one.reason, LONGEST_REASON))),
    ]


def state(one: PersonalReport) -> str:
    """mrkdwn: how it stands, and until when its files are there."""
    if one.is_stuck:
        return "Slack would not take it: an administrator looks at `/desk health`"
    told = words_personal.STATES[one.state]
    if one.state is ReportState.SENT and one.sent_at is not None and one.expires_at is not None:
        return f"{told} {texts.date(one.sent_at)}, {one.rows:,} entries, goes {texts.date(one.expires_at)}"
    if one.state is ReportState.DELETED and one.deleted_at is not None:
        return f"{told} {texts.date(one.deleted_at)}"
    return told


def _turns(page: ReportsPage) -> list[sb.Block]:
    made = []
    if page.newer is not None:
        made.append(kit.button("Newer", NEWER, str(page.newer), label="Newer reports"))
    if page.older is not None:
        made.append(kit.button("Older", OLDER, str(page.older), label="Older reports"))
    return [kit.buttons("turn", *made)] if made else []


def ask(customer: Customer | None, days: int) -> View:
    """The form: of whom, where that is not said yet, and why."""
    whom: sb.Block
    if customer is None:
        whom = inputs.external(
            "customer",
            "Customer",
            f"{CUSTOMER}.for.personal",
            placeholder="Type a name, company, site, e-mail or order",
        )
    else:
        whom = kit.rich("whom", [[kit.bold(customer.called), f" · {texts.inline(customer.number, 40)}"]])
    said = (
        "You get all that is held of them: orders, carts, cases with every comment, files, calls, e-mails, "
        f"reviews, sessions. It is for you alone, is logged, and is deleted in Slack after {days} days."
    )
    return kit.modal(
        "Personal data report",
        [
            whom,
            kit.section("what", said),
            inputs.text(
                "reason",
                "Why",
                limit=LONGEST_REASON,
                hint="Stands in the log: the customer's request and its date, for example.",
            ),
        ],
        callback_id=CALLBACK_ID,
        submit="Make the report",
        close="Cancel",
        metadata=json.dumps({"customer": customer.id if customer else None}),
    )


def read(fields: Fields, metadata: str) -> AskForReport | FieldErrors:
    """What is asked for, or what is missing."""
    customer, reason = customer_in(fields, metadata), forms.text_in(fields, "reason")
    errors = {}
    if customer is None:
        errors["customer"] = "Choose a customer: type a name, company, site, e-mail or order number."
    if not reason:
        errors["reason"] = "Say why: it stands in the log beside your name."
    if errors or customer is None:
        return FieldErrors(errors=errors)
    return AskForReport(customer_id=customer, reason=reason)


def customer_in(fields: Fields, metadata: str) -> CustomerId | None:
    """Who was chosen, or whose window it is."""
    held: int | None = held_customer(metadata)
    chosen = forms.choice_in(fields, "customer") or ""
    if held is None and chosen.isdecimal() and len(chosen) <= 18:
        held = int(chosen)
    return CustomerId(held) if held is not None else None


def held_customer(metadata: str) -> CustomerId | None:
    """Whose window it is, where it was opened on a customer's page."""
    found = set_up.number_in(metadata, "customer")
    return CustomerId(found) if found is not None else None


def done(days: int) -> View:
    """What the form turns into."""
    begun = kit.section("begun", words_personal.begun(days))
    return kit.modal("Personal data report", [begun], callback_id=f"{CALLBACK_ID}.done", close="Done")
