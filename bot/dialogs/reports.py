"""The window of `/case reports`: what was due and what became of it; `handlers.reports` shows it."""

from __future__ import annotations

from datetime import datetime

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import listed
from bot.blocks.phones import WEEKDAYS
from bot.dialogs import forms
from bot.domain.ids import is_channel_id
from bot.domain.reports import LedgerRow, Plan, PlanNow, ReportsPage
from bot.domain.reviews import person_in
from bot.domain.slots import SlotState

LEDGER = "case.reports"
PREVIEW, SEND = "report.preview", "report.send"
SUBSCRIBE, UNSUBSCRIBE = "report.subscribe", "report.unsubscribe"
NEWER, OLDER = "report.newer", "report.older"

MOST_PLANS = 25
LONGEST_NAME = 60

STATES: dict[SlotState, str] = {
    SlotState.DUE: "Due",
    SlotState.CLAIMED: "On its way",
    SlotState.SENT: "Sent",
    SlotState.LATE: "Sent late",
    SlotState.QUIET: "Sent: nothing had changed",
    SlotState.NOTHING: "Nothing was due",
    SlotState.UNKNOWN: "Unknown: perhaps sent",
    SlotState.DROPPED: "Not sent",
}
OCCASIONS = {"asked": "sent by hand", "preview": "preview"}


# The ledger


def ledger(page: ReportsPage, said: str | None = None) -> View:
    """What was due and what became of it, newest first; `said` is raw text."""
    blocks: list[sb.Block] = [*forms.banner(said), *_own(page)]
    for number, one in enumerate(page.plans[:MOST_PLANS]):
        blocks += _plan(f"plan.{number}", one, page)
    blocks += [kit.divider("line"), kit.marked_section("head", "*What was due*")]
    if not page.rows:
        blocks.append(kit.section("none", "Nothing has been due yet."))
    for row in page.rows:
        blocks.append(_row(row, page))
    return kit.modal("Reports", [*blocks, *_turning(page)], callback_id=LEDGER)


def _own(page: ReportsPage) -> list[sb.Block]:
    if page.is_subscribed:
        when = f" The next one comes {texts.date(page.own_next)}." if page.own_next else ""
        stop = kit.button("Stop", UNSUBSCRIBE, "own", label="No more reports of your own cases")
        said = f"You get a report of the cases that you own or created.{when}"
        return [kit.marked_section("own", said, stop)]
    begin = kit.button("Subscribe", SUBSCRIBE, "own", label="Subscribe to a report of your own cases")
    said = "Mondays and Thursdays at 08:00 you can get a report of the cases that you own or created."
    return [kit.section("own", said, begin)]


def _plan(key: str, one: PlanNow, page: ReportsPage) -> list[sb.Block]:
    plan = one.plan
    name, short = texts.marked(plan.name, LONGEST_NAME), texts.inline(plan.name, 40)
    blocks: list[sb.Block] = [kit.marked_section(key, f"*{name}*\n{when(one)} · {to(one)}")]
    if page.may_send:
        # With the newest row: pressed again once that has come, it is another call; a double click is not.
        value = f"{plan.job}.{page.rows[0].id if page.rows else 0}"
        blocks.append(
            kit.buttons(
                f"{key}.acts",
                kit.button(f"Preview {short}", PREVIEW, value, label=f"Preview {plan.name} for yourself"),
                kit.button(f"Send {short} now", SEND, value, label=f"Send {plan.name} to all who get it"),
            )
        )
    return blocks


def _row(row: LedgerRow, page: ReportsPage) -> sb.Block:
    usual = "Own cases" if person_in(row.job) is None else "Daily review"
    name = page.names.get(row.job) or usual
    who = texts.marked(row.person.name, 60) if row.person else _place(row.to)
    state = STATES[row.state]
    if row.permalink:
        state = texts.link(row.permalink, state)
    facts = [f"*{texts.marked(name, LONGEST_NAME)}* to {who}", f"due {texts.date(row.due_at)}", state]
    if row.occasion in OCCASIONS:
        facts.insert(1, OCCASIONS[row.occasion])
    if row.sent_at is not None and row.state is SlotState.LATE:
        facts.append(f"at {texts.date(row.sent_at)}")
    if row.trouble:
        facts.append(texts.marked(row.trouble, 120))
    return kit.marked_section(f"slot.{row.id}", " · ".join(facts))


def _turning(page: ReportsPage) -> list[sb.Block]:
    turns = (("Newer", NEWER, page.newer), ("Older", OLDER, page.older))
    made = [
        kit.button(word, action, str(start), label=f"{word} in the ledger")
        for word, action, start in turns
        if start is not None
    ]
    return [kit.buttons("turn", *made)] if made else []


# What is said of a report


def when(one: PlanNow) -> str:
    """Days, hour and zone, and when it comes next; mrkdwn."""
    plan = one.plan
    if not plan.is_on:
        return "switched off"
    usual = f"{days(plan)} at {plan.rhythm.hour:02d}:00, {texts.inline(one.calendar.zone, 40)}"
    if not one.has_begun:
        return f"{usual} · from the first call on"
    return f"{usual} · next {texts.date(one.next_at)}" if one.next_at else usual


def days(plan: Plan) -> str:
    chosen = sorted(plan.rhythm.weekdays)
    return "every day" if len(chosen) == 7 else listed([WEEKDAYS[day] for day in chosen])


def _place(place: str) -> str:
    if not place:
        return "nobody"
    return f"<#{place}>" if is_channel_id(place) else f"#{texts.marked(place, 80)}"


def to(one: PlanNow) -> str:
    """Who gets it; mrkdwn."""
    plan = one.plan
    who = [_place(audience.place) for audience in one.audiences if audience.person_id is None]
    if plan.to_managers:
        who.append("managers")
    who += [texts.marked(person.name, 40) for person in plan.people[:5]]
    if len(plan.people) > 5:
        who.append(f"{len(plan.people) - 5} more")
    return f"to {listed(who)}" if who else "to nobody"


def set_up_by(plan: Plan, since: datetime | None) -> str:
    """Whose idea it is; mrkdwn."""
    if plan.set_up_by is None:
        return "by default, set up by nobody"
    when = f" {texts.date(since)}" if since else ""
    return f"set up by {texts.who(plan.set_up_by)}{when}"
