"""The modal that opens a case; `handlers.cases` shows it and reads it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, phones
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import case_articles, forms, picking, tie_case
from bot.dialogs import fields as case_fields
from bot.dialogs.forms import NONE, FieldErrors, Fields
from bot.dialogs.set_up import held
from bot.domain.commands import Contact, OpenCase
from bot.domain.ids import AccountId, CaseNumber, TeamId, shown
from bot.domain.pages import OpenForm
from bot.domain.policy import Choice
from bot.domain.threads import ThreadPlace, thread_place

CALLBACK_ID = "case.open"
PICKED = "case.open.account"
"""An account was picked in the form, which then offers its orders."""

_REQUIRED = ("account", "title", "description", "business_impact", "severity", "kind")


def view(form: OpenForm, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form; `typed` keeps what was typed when it is drawn again, `banner` is a sentence on top."""
    if not form.accounts:
        return kit.modal("Open a case", [kit.section("none", _NO_ACCOUNTS)], callback_id=CALLBACK_ID)
    policy = form.policy
    kind = policy.kinds[0].value if policy.kinds else ""
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        *([kit.small("thread", _THREAD)] if form.thread else []),
        *phones.for_everything(form.phones),
        _account(form, typed),
        case_fields.title(typed, form.title[: case_fields.LONGEST_TITLE]),
        *case_articles.search_first(),
        case_fields.description(typed, form.description),
        case_fields.severity(typed, "", policy),
        case_fields.business_impact(typed, "", policy),
        case_fields.kind(typed, kind, policy),
        *_order(form),
        case_fields.timezone(typed, _zone(form), policy, may_be_empty=True),
        case_fields.org_id(typed, "", hint=case_fields.ACCOUNTS_OWN),
        *case_fields.contact(typed, _contact(form)),
        *_team(form, typed),
        inputs.files("files", "Files", hint="The account's people see them too."),
    ]
    return kit.modal(
        "Open a case",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Open case",
        close="Cancel",
        metadata=_kept(form),
    )


_THREAD = "What is said in the thread, before and from now on, is recorded in the case."


def _kept(form: OpenForm) -> str:
    """The thread that becomes the case, and the account whose orders are offered: Slack says what stands in
    the select of accounts only when it is picked, not while somebody types in another.
    """
    kept: dict[str, object] = {}
    if form.thread is not None:
        kept |= {"channel": form.thread.channel, "thread": form.thread.ts}
    account = _chosen(form)
    if form.has_orders and account is not None:
        kept["account"] = account
    return json.dumps(kept) if kept else ""


def account_in(metadata: str) -> AccountId | None:
    """The account whose orders the form offers."""
    found = held(metadata).get("account")
    return AccountId(found) if isinstance(found, int) else None


def _chosen(form: OpenForm) -> AccountId | None:
    return form.accounts[0].id if len(form.accounts) == 1 else form.account_id


def _order(form: OpenForm) -> list[sb.Block]:
    """The order or cart, where the account has any; each account has a select of its own."""
    account = _chosen(form)
    if not form.has_orders or account is None:
        return []
    hint = "Left empty, a number in your text is enough."
    return [tie_case.field(hint=hint, of=str(account), chosen=form.thing)]


def thread_in(metadata: str) -> ThreadPlace | None:
    """The thread that the form was opened on."""
    kept = held(metadata)
    return thread_place(kept.get("channel"), kept.get("thread"))


_NO_ACCOUNTS = (
    "There is no account to open a case for yet. Ask an administrator to add the customer's account."
)


def _account(form: OpenForm, typed: Fields | None) -> sb.Block:
    only = str(form.accounts[0].id if len(form.accounts) == 1 else form.account_id or "")
    choices = [
        Choice(value=str(account.id), label=account.name, meaning=account.success_plan.value)
        for account in form.accounts
    ]
    initial = forms.kept(typed, "account", only)
    if not form.asks_orders or len(form.accounts) == 1:
        return picking.accounts("account", "Account", choices, initial=initial)
    return picking.accounts("account", "Account", choices, initial=initial, action_id=PICKED, dispatch=True)


def _zone(form: OpenForm) -> str:
    """The account's zone where there is but one account; among several it comes with the account."""
    return form.accounts[0].timezone if len(form.accounts) == 1 else ""


def _contact(form: OpenForm) -> Contact:
    """Whom it is opened for. On the customer side its opener is the contact unless they say otherwise."""
    if form.contact is not None:
        return form.contact
    return Contact(name=form.person.name) if form.person.is_customer_side else Contact()


def _team(form: OpenForm, typed: Fields | None) -> list[sb.Block]:
    if not form.teams or not form.person.is_staff:
        return []
    choices = [
        Choice(value=NONE, label="No team yet"),
        *(Choice(value=str(team.id), label=team.name) for team in form.teams),
    ]
    return [
        inputs.select(
            "team",
            "Team",
            choices,
            initial=forms.kept(typed, "team", NONE),
            optional=True,
            hint="Its channel gets the card.",
        )
    ]


def read(fields: Fields, metadata: str = "") -> OpenCase | FieldErrors:
    """The command, or a sentence for each field that cannot be taken."""
    given = {name: value for name, value in fields.items() if name != "timezone" or value}
    faults = case_fields.faults({**dict.fromkeys(_REQUIRED), **given})
    if faults:
        return FieldErrors(errors=faults)
    team = forms.choice_in(fields, "team")
    return OpenCase(
        account_id=AccountId(int(forms.text_in(fields, "account"))),
        org_id_or_mid=forms.text_in(fields, "org_id"),
        title=forms.text_in(fields, "title"),
        description=forms.text_in(fields, "description"),
        business_impact=forms.text_in(fields, "business_impact"),
        timezone=forms.text_in(fields, "timezone"),
        severity=int(forms.text_in(fields, "severity")),
        kind=forms.text_in(fields, "kind"),
        contact=case_fields.read_contact(fields),
        team_id=TeamId(int(team)) if team else None,
        thread=thread_in(metadata),
        files=forms.uploads(fields, "files"),
        about=forms.choice_in(fields, "thing") or "",
    )


def done(number: CaseNumber, title: str, permalink: str | None = None, *, of_thread: bool = False) -> View:
    """What the form turns into once the case is saved."""
    read = " Its thread is being read now; the case says how much of it is there." if of_thread else ""
    blocks: list[sb.Block] = [
        kit.header("head", f"{shown(number)} · {title}"),
        kit.section(
            "saved",
            f"Case {shown(number)} is open. You are told here in Slack when something happens.{read}",
        ),
    ]
    if permalink:
        blocks.append(kit.small("link", texts.link(permalink, "Go to its card")))
    return kit.modal("Case opened", blocks, callback_id="case.open.done", close="Done")
