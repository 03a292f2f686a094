"""The page of a case for one person: all details, what they may do now and why not the rest."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import context, kit, phones, words, words_phone
from bot.blocks import text as texts
from bot.blocks.case_card import act_button, readers_of, ticks
from bot.blocks.duties import Reader
from bot.blocks.escalation import call_lines
from bot.blocks.files import listed
from bot.blocks.kit import Part, View
from bot.blocks.names import NOBODY, STATUS_NAMES, severity
from bot.blocks.standing import standing
from bot.blocks.threads import how_much
from bot.dialogs import case_articles, case_mails, forms, public_comment, tie_case
from bot.domain.cases import Case, Comment
from bot.domain.ids import shown
from bot.domain.pages import CasePage
from bot.domain.people import Person, PersonRef
from bot.domain.permissions import Act
from bot.domain.policy import Policy, label_of

CALLBACK_ID = "case.page"

MOST_COMMENTS = 5

COMMENT_SHOWN = 3000
"""A pasted log must not keep a case from being opened: Slack takes 100 blocks in a window."""


def view(page: CasePage, policy: Policy | None = None, banner: str | None = None) -> View:
    """The page; without `policy` the values of pick lists are shown as they are stored."""
    case = page.case
    return kit.modal(
        f"Case {shown(case.number)}",
        [
            *forms.banner(banner),
            *context.bar(page.session, f"case.{case.id}"),
            kit.header("head", case.title),
            kit.rich("facts", _facts(case, policy, staff=page.viewer.is_staff)),
            kit.small("dates", _dates(page)),
            *_hours(page, policy),
            *_entitled(page),
            *phones.for_case(page.phones),
            *([forms.edited_by(page.editors)] if page.editors else []),
            *_acts(page),
            *public_comment.on_their_way(page.on_their_way),
            kit.divider("line"),
            kit.marked_section("description.head", "*Description*"),
            *kit.typed("description", case.description),
            *tie_case.on_page(page),
            *case_articles.on_page(page),
            *listed(page.files, page.file_count),
            *_comments(page),
            *case_mails.blocks(page),
        ],
        callback_id=CALLBACK_ID,
        metadata=forms.reference(case),
    )


def _facts(case: Case, policy: Policy | None, *, staff: bool) -> list[list[Part]]:
    impact = label_of(policy.business_impacts, case.business_impact) if policy else case.business_impact
    kind = label_of(policy.kinds, case.kind) if policy else case.kind
    zone = label_of(policy.time_zones, case.timezone) if policy else case.timezone
    lines: list[list[Part]] = [
        [kit.bold("Status: "), STATUS_NAMES[case.status]],
        [kit.bold("Severity: "), severity(case.severity, policy).removeprefix("Severity ")],
        [kit.bold("Owner: "), _person(case.owner)],
        [kit.bold("Account: "), texts.inline(case.account_name)],
        [kit.bold("Org id or MID: "), texts.inline(case.org_id_or_mid) or "not said"],
        [kit.bold("Business impact: "), texts.inline(impact)],
        [kit.bold("Kind: "), texts.inline(kind)],
        [kit.bold("Time zone: "), texts.inline(zone)],
        [kit.bold("Contact: "), _contact(case)],
        [kit.bold("Opened by: "), _person(case.creator)],
    ]
    if case.thread and (staff or case.thread.is_public):
        lines.append([kit.bold("From a thread: "), how_much(case.thread)])
    if case.team_name and staff:
        lines.append([kit.bold("Team: "), texts.inline(case.team_name)])
    if case.is_closed:
        resolution = label_of(policy.resolutions, case.resolution) if policy else case.resolution
        lines.append([kit.bold("Closed by: "), _person(case.closed_by), f": {texts.inline(resolution)}"])
    return lines


def _person(ref: PersonRef | None) -> Part:
    return kit.person(ref.slack_user_id) if ref else NOBODY


def _contact(case: Case) -> str:
    contact = case.contact
    known = [texts.inline(part) for part in (contact.name, contact.email, contact.phone) if part]
    return " · ".join(known) or "not said"


def _dates(page: CasePage) -> str:
    case = page.case
    dates = [f"Opened {texts.date(case.created_at)}", f"Last change {texts.date(case.updated_at)}"]
    if case.closed_at:
        dates.append(f"Closed {texts.date(case.closed_at)}")
    if case.thread and case.thread.permalink and (page.viewer.is_staff or case.thread.is_public):
        dates.append(texts.link(case.thread.permalink, "Go to its thread"))
    if page.permalink:
        dates.append(texts.link(page.permalink, "Go to its card"))
    return " · ".join(dates)


def _hours(page: CasePage, policy: Policy | None) -> list[sb.Block]:
    """When it may be escalated and why, and what is owed."""
    mine = page.viewer.id == page.case.owner_id
    reader = Reader(is_staff=page.viewer.is_staff, is_owner=mine)
    lines = standing(page.case, policy, page.now, reader) if page.now is not None else []
    blocks: list[sb.Block] = [kit.small("hours", "\n".join(lines))] if lines else []
    return [*blocks, call_lines(page.call_back)] if page.call_back is not None else blocks


def _entitled(page: CasePage) -> list[sb.Block]:
    """The verdict that it came with, and why; a manager's word against it stands beside."""
    kept = page.entitled
    if kept is None:
        return []
    receipt = kept.receipt
    name = words_phone.VERDICTS[receipt.in_force]
    told = f"Entitlement: {name}. {receipt.because} Rule {receipt.rule}, playbook {kept.revision}"
    if receipt.order:
        told += f", order {receipt.order}"
    if receipt.overruled is not None:
        told += f". Overruled by {receipt.overruled.by}: {receipt.overruled.reason}"
    return [kit.small("entitled", kit.plain(texts.inline(told, 1500)))]


def _acts(page: CasePage) -> list[sb.Block]:
    """Buttons for what this person may do, and in small print what keeps them from the rest."""
    case = page.case
    number = shown(case.number)
    made = [act_button(offer.act, case) for offer in page.offers if offer.obstacle is None]
    history = kit.button("History", "case.history", f"{case.id}.{case.version}", label=f"History of {number}")
    clocks = kit.button("Clocks", "case.clock", f"{case.id}.{case.version}", label=f"Clocks of {number}")
    if page.may_triage:
        name = f"Triage case {number}: verdict, then level two or an answer"
        made.append(kit.button("Triage", "case.triage", f"{case.id}.{case.version}", label=name))
    blocks: list[sb.Block] = [kit.buttons("acts", *made, *_asking(page), history, clocks)]
    zone = page.viewer.timezone
    reasons = words.together([offer.obstacle for offer in page.offers if offer.obstacle is not None], zone)
    if reasons:
        blocks.append(kit.small("why", kit.plain("\n".join(reasons))))
    return blocks


def _asking(page: CasePage) -> list[sb.Button]:
    """Asking reassigns the case: who may assign it may ask."""
    if not any(offer.act is Act.ASSIGN and offer.obstacle is None for offer in page.offers):
        return []
    case, number = page.case, shown(page.case.number)
    return [
        kit.button(words_, action_id, f"{case.id}.{case.version}", label=f"{words_}: case {number}")
        for words_, action_id in (
            ("Ask a question", "case.ask"),
            ("Ask for an update", "case.ask_update"),
        )
    ]


def _comments(page: CasePage) -> list[sb.Block]:
    newest = page.comments[-MOST_COMMENTS:]
    if not newest:
        return [kit.divider("comments.line"), kit.small("comments.none", "No comments yet.")]
    blocks: list[sb.Block] = [
        kit.divider("comments.line"),
        kit.marked_section(
            "comments.head", f"*Comments*{_how_many(len(newest), page.comment_count)}", _all_comments(page)
        ),
    ]
    for comment in newest:
        blocks += comment_blocks(comment, page.case, page.viewer)
        blocks += _acts_on(comment, page)
    return blocks


def _all_comments(page: CasePage) -> sb.Button | None:
    """What opens the others, where there are more than the page shows."""
    if page.comment_count <= MOST_COMMENTS:
        return None
    case, number = page.case, shown(page.case.number)
    return kit.button(
        "All comments", "case.comments", f"{case.id}.{case.version}", label=f"All comments on {number}"
    )


def _how_many(here: int, all_of_them: int) -> str:
    return f" (the newest {here} of {all_of_them})" if here < all_of_them else f" ({here})"


def comment_blocks(comment: Comment, case: Case, viewer: Person) -> list[sb.Block]:
    """A comment as this person reads it: by whom, when, for whom, what, and what came of it."""
    block_id = f"comment.{comment.id}"
    readers = readers_of(comment.audience, case)
    if comment.to_contact and viewer.is_staff:
        readers += "; the contact by e-mail"
    by = f"{texts.who(comment.author)}{' by e-mail' if comment.by_mail else ''} · {texts.date(comment.at)}"
    if comment.deleted_at is not None:
        by += f" · deleted {texts.date(comment.deleted_at)}"
        stub = kit.small(block_id, "_Deleted in Slack._")
        return [kit.small(f"{block_id}.by", by, kit.plain(readers)), stub]
    if comment.edited_at is not None:
        by += f" · edited {texts.date(comment.edited_at)}"
    return [
        kit.small(f"{block_id}.by", by, kit.plain(readers)),
        *kit.typed(block_id, texts.first(comment.text, COMMENT_SHOWN), quote=True),
        *ticks(f"{block_id}.outcomes", comment.outcomes),
    ]


def _acts_on(comment: Comment, page: CasePage) -> list[sb.Block]:
    """Its author edits it; they and staff see what it said before."""
    if comment.deleted_at is not None:
        return []
    own, acts = comment.author.id == page.viewer.id, []
    value = f"{comment.id}.{comment.version}"
    if own and not comment.is_message:
        acts.append(kit.button("Edit comment", "comment.edit", value, label="Edit your comment"))
    if comment.edited_at is not None and (own or page.viewer.is_staff):
        name = f"Earlier wordings of the comment of {comment.author.name}"
        acts.append(kit.button("Earlier wordings", "comment.versions", value, label=texts.first(name, 75)))
    return [kit.buttons(f"comment.{comment.id}.acts", *acts)] if acts else []
