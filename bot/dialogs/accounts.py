"""The windows of `/desk accounts`: the list, and an account with its people; `handlers.accounts` shows it."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import Frame, Whence
from bot.domain.commands import AddAccount, EditAccount
from bot.domain.ids import AccountId
from bot.domain.people import Account, Person, SuccessPlan
from bot.domain.policy import Choice, Policy, label_of
from bot.domain.set_up import AccountForm, AccountNow, AccountRow, Listing

CALLBACK_ID = "desk.account"
ADD, EDIT = "desk.account.add", "desk.account.edit"
ADD_PERSON, EDIT_PERSON = "desk.person.add", "desk.person.edit"

LONGEST_NAME = 150
MOST_PEOPLE = 40
"""Two blocks each, and Slack takes 100 in a window."""

FRAME = Frame(
    window="accounts",
    title="Accounts",
    add=ADD,
    add_label="Add an account",
    none="There is no account yet. Add the first customer, so that cases can be opened for them.",
)


def view(page: Listing[AccountRow], policy: Policy, banner: str | None = None) -> View:
    """A page of the list."""
    rows: list[sb.Block] = []
    for one in page.rows:
        account = one.account
        edit = kit.button("Edit", EDIT, f"{account.id}.{account.version}", label=f"Edit {account.name}")
        facts = " · ".join(
            (
                texts.inline(account.org_id_or_mid, 60),
                account.success_plan.value,
                texts.inline(label_of(policy.time_zones, account.timezone), 60),
                set_up.contacts(one.contacts),
                f"{one.community} community user{'' if one.community == 1 else 's'}",
            )
        )
        rows += set_up.row(FRAME, account.id, account.name, [kit.plain(facts)], edit)
    return set_up.listing(FRAME, page, rows, banner)


def form(
    account_form: AccountForm,
    whence: Whence,
    typed: Fields | None = None,
    banner: str | None = None,
    said: str | None = None,
) -> View:
    """An account to add, or to edit with its people.

    `banner` is raw text and says why nothing was saved; `said` is mrkdwn and tells of a person who was.
    """
    account = account_form.account
    blocks = [*forms.banner(banner), *set_up.note(said), *_inputs(account_form, typed)]
    if account is not None:
        blocks += _people(account_form, account)
    return kit.modal(
        "Edit an account" if account else "Add an account",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=set_up.metadata(
            whence, account=account.id if account else None, version=account.version if account else None
        ),
    )


def _inputs(account_form: AccountForm, typed: Fields | None) -> list[sb.Block]:
    account, policy = account_form.account, account_form.policy
    own = account.timezone if account else ""
    plan = account.success_plan.value if account else ""
    return [
        inputs.text(
            "name",
            "Name",
            initial=forms.kept(typed, "name", account.name if account else ""),
            limit=LONGEST_NAME,
            placeholder="As people here call the customer",
        ),
        inputs.text(
            "org_id",
            "Org id or MID",
            initial=forms.kept(typed, "org_id", account.org_id_or_mid if account else ""),
            limit=LONGEST_NAME,
            hint="Each account has its own.",
        ),
        inputs.select(
            "plan",
            "Success plan",
            [Choice(value=one.value, label=one.value) for one in SuccessPlan],
            initial=forms.kept(typed, "plan", plan),
        ),
        inputs.select(
            "timezone",
            "Time zone",
            forms.with_own(policy.time_zones, own),
            initial=forms.kept(typed, "timezone", own),
            hint="Cases of the account get it, and its hours are counted in it.",
        ),
    ]


def _people(account_form: AccountForm, account: Account) -> list[sb.Block]:
    """The account's people under the inputs, with the warning where its contacts are too few or too many."""
    contacts, community = account_form.contacts, account_form.community
    add = kit.button("Add a person", ADD_PERSON, str(account.id), label=f"Add a person of {account.name}")
    blocks: list[sb.Block] = [
        kit.divider("people.line"),
        kit.marked_section("people.head", f"*Support contacts* ({len(contacts)})", add),
    ]
    warning = set_up.contacts_warning(AccountNow(account=account, contacts=len(contacts)))
    if warning:
        blocks.append(kit.small("people.warning", warning))
    shown = contacts[:MOST_PEOPLE]
    for one in shown:
        blocks.append(_person(one, set_up.naming(one)))
    blocks.append(kit.marked_section("community.head", f"*Community users* ({len(community)})"))
    rest = community[: MOST_PEOPLE - len(shown)]
    blocks += [_person(one, "") for one in rest]
    hidden = len(contacts) + len(community) - len(shown) - len(rest)
    if hidden:
        blocks.append(kit.small("people.more", f"And {hidden} more: `/desk people` finds them by name."))
    return blocks


def _person(person: Person, more: str) -> sb.Block:
    change = kit.button("Change", EDIT_PERSON, person.slack_user_id, label=f"Change {person.name}")
    told = texts.inline(person.name, 60)
    return kit.section(f"person.{person.id}", f"{told}: {more}" if more else told, change)


def read(fields: Fields, metadata: str) -> AddAccount | EditAccount | FieldErrors:
    """The command, or a sentence for each field that cannot be taken."""
    name, org_id = forms.text_in(fields, "name"), forms.text_in(fields, "org_id")
    plan, zone = forms.choice_in(fields, "plan"), forms.choice_in(fields, "timezone")
    errors = {}
    if not name:
        errors["name"] = "The name is missing. Write what people here call the customer."
    if not org_id:
        errors["org_id"] = "The org id or MID is missing. Write the one of this customer."
    if plan not in set(SuccessPlan):
        errors["plan"] = "No plan is chosen. Choose one."
    if zone is None:
        errors["timezone"] = "The time zone is missing. Choose the customer's."
    if errors or zone is None:
        return FieldErrors(errors=errors)
    facts = AddAccount(name=name, org_id_or_mid=org_id, success_plan=SuccessPlan(str(plan)), timezone=zone)
    account_id, version = account_in(metadata), set_up.number_in(metadata, "version")
    if account_id is None:
        return facts
    return EditAccount(**vars(facts), account_id=account_id, version=version or 0)


def account_in(metadata: str) -> AccountId | None:
    """Whose window it is; None while an account is being added."""
    found = set_up.number_in(metadata, "account")
    return AccountId(found) if found is not None else None


def saved(now: AccountNow) -> str:
    """What is said once an account is saved; mrkdwn."""
    told = f"{texts.marked(now.account.name, 60)} is saved."
    return "\n".join(part for part in (told, set_up.contacts_warning(now)) if part)
