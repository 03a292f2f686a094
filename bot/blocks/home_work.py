"""The parts of Home beside its lists: what waits, what is due next, escalations, searches, first steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import slackblocks as sb

from bot.blocks import duties, kit
from bot.blocks import text as texts
from bot.blocks.names import ROLE_NAMES
from bot.domain.contacts import Recognition
from bot.domain.home import Lacking, Waiting
from bot.domain.ids import shown
from bot.domain.pages import CaseRow, HomePage, SavedQuery

MOST_ESCALATED = 5
MOST_QUERIES = 100

_STEPS: dict[Lacking, str] = {
    Lacking.CHANNEL: "Say where case cards go: set `CASELINE_CASES_CHANNEL`, and invite Caseline there.",
    Lacking.ACCOUNTS: "Add your customers: `/desk accounts`.",
    Lacking.TEAMS: "Add your support teams: `/desk teams`.",
    Lacking.STAFF: "Say who works here: `/desk people`.",
    Lacking.DEPUTY: "Make somebody else administrator too: `/desk people`.",
    Lacking.PHONES: "Say when the phones are open, and on which numbers: `/desk phones`.",
}
"""A next step for each; a test holds that none is missing."""


def lacking(missing: Collection[Lacking]) -> list[sb.Block]:
    """What an administrator has still to set up, the first step first."""
    steps = [step for name, step in _STEPS.items() if name in missing]
    if not steps:
        return []
    told = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return [
        kit.divider("steps.line"),
        kit.marked_section("steps", f"*To finish setting up this desk*\n{told}"),
    ]


def waiting(asked: Waiting) -> list[sb.Block]:
    """What others wait for: each with the button that leads there."""
    if asked.is_empty:
        return []
    blocks: list[sb.Block] = [
        kit.divider("waiting.line"),
        kit.marked_section("waiting.head", "*Waiting for you*"),
    ]
    if asked.access:
        told = f"{_count(asked.access, 'request')} of people who cannot get in"
        look = kit.button("Look", "home.access", "open.0", label="Look at the requests for access")
        blocks.append(kit.section("waiting.access", told, look))
    if asked.mails:
        told = f"{_count(asked.mails, 'e-mail')} that no machine could put into a case"
        look = kit.button("Look", "home.mail", "mail", label="Look at the e-mails that wait")
        blocks.append(kit.section("waiting.mail", told, look))
    for one in asked.people:
        blocks += _to_confirm(one)
    if asked.people_total > len(asked.people):
        more = f"{asked.people_total - len(asked.people)} more people wait to be confirmed after these."
        blocks.append(kit.small("waiting.people", kit.plain(more)))
    return blocks


def _count(many: int, of: str) -> str:
    return f"{many} {of}" if many == 1 else f"{many} {of}s"


def _to_confirm(asked: Recognition) -> list[sb.Block]:
    """The question of the direct message, once more."""
    name = texts.inline(asked.person_name, 60)
    role, account = ROLE_NAMES[asked.contact.role].lower(), texts.inline(asked.account_name, 60)
    named = f"{texts.inline(asked.contact.name, 60)}, {texts.inline(asked.contact.email)}"
    yes = kit.button("Confirm", "person.confirm", str(asked.id), style="primary", label=f"Confirm {name}")
    no = kit.button("Not them", "person.reject", str(asked.id), label=f"{name} is not this contact")
    told = f"Is {name} a {role} of {account}? The customer named {named}."
    return [kit.section(f"person.{asked.id}", told), kit.buttons(f"person.{asked.id}.acts", yes, no)]


def due(page: HomePage) -> list[sb.Block]:
    """What the one who looks owes, and what somebody has to take; what is due first before the rest."""
    if not page.person.is_staff:
        return []
    blocks: list[sb.Block] = [kit.divider("due.line"), kit.marked_section("due.head", "*Due next*")]
    blocks += [_line("due", case, page) for case in page.due]
    if not page.due:
        blocks.append(kit.small("due.none", "Nobody waits for you at the moment."))
    if page.to_take:
        blocks += [
            kit.divider("take.line"),
            kit.marked_section("take.head", "*To be taken*: nobody owns these yet"),
            *(_line("take", case, page) for case in page.to_take),
        ]
    return blocks


def escalated(page: HomePage) -> list[sb.Block]:
    """The escalated cases: of a customer's account, for managers all."""
    if not page.escalated:
        return []
    more = " (the newest)" if len(page.escalated) > MOST_ESCALATED else f" ({len(page.escalated)})"
    return [
        kit.divider("escalated.line"),
        kit.marked_section("escalated.head", f"*Escalated*{more}"),
        *(_line("escalated", case, page) for case in page.escalated[:MOST_ESCALATED]),
    ]


def _line(prefix: str, case: CaseRow, page: HomePage) -> sb.Block:
    """A case in one block: what is owed, number and title, and a Show button."""
    number = shown(case.number)
    show = kit.button("Show", "case.page", f"{case.id}.{case.version}", label=f"Show case {number}")
    names = duties.Names(owner=case.owner.name if case.owner else "", account=case.account_name)
    mine = case.owner is not None and case.owner.id == page.person.id
    reader = duties.Reader(is_staff=page.person.is_staff, is_owner=mine)
    owed = f"*{duties.marked(case.duty, names, reader, page.now)}*\n" if case.duty is not None else ""
    title = f"{number} · {texts.marked(case.title)} · {texts.marked(case.account_name, 60)}"
    return kit.marked_section(f"{prefix}.{case.id}", f"{owed}{title}", show)


def queries(saved: Sequence[SavedQuery]) -> list[sb.Block]:
    """Saved searches, to be run by choosing one."""
    if not saved:
        return []
    offered = [(str(one.id), one.name, one.text) for one in saved[:MOST_QUERIES]]
    menu = kit.menu("home.saved", "Run a saved search", offered)
    return [
        kit.divider("saved.line"),
        kit.marked_section("saved.head", f"*Saved searches* ({len(saved)})", menu),
    ]
