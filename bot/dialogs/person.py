"""The windows of `/desk people`: the list, and what one person is; `handlers.desk` shows and reads them."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import ROLE_NAMES, listed
from bot.dialogs import forms, picking, set_up
from bot.dialogs.forms import NONE, FieldErrors, Fields
from bot.dialogs.set_up import Frame, Whence
from bot.domain.commands import SetUpPerson
from bot.domain.ids import AccountId, SlackUserId, TeamId
from bot.domain.people import Role
from bot.domain.policy import Choice
from bot.domain.refusals import Reason, Refusal
from bot.domain.set_up import Listing, PersonForm, PersonRow, PersonSaved

CALLBACK_ID = "desk.person"
ADD, EDIT, PICK = "desk.person.add", "desk.person.edit", "desk.person.pick"

LONGEST_NAME = 150

FRAME = Frame(
    window="people",
    title="People",
    add=ADD,
    add_label="Set up somebody",
    none="Nobody has a role yet. Set up the first person.",
)

_ROLE_MEANINGS = {
    Role.COMMUNITY: "Customer: reads and comments on their account's open cases",
    Role.DSC: "Customer: opens, edits and closes their account's cases",
    Role.AGENT: "Staff: works cases",
    Role.MANAGER: "Staff: works cases, closes and reopens any",
    Role.ADMINISTRATOR: "Staff: sets up accounts, people and teams as well",
}


def people(page: Listing[PersonRow], banner: str | None = None) -> View:
    """A page of the list; `banner` is mrkdwn of ours."""
    rows: list[sb.Block] = []
    for one in page.rows:
        person = one.person
        change = kit.button("Change", EDIT, person.slack_user_id, label=f"Change {person.name}")
        rows += set_up.row(FRAME, person.id, person.name, [kit.plain(_what(one))], change)
    return set_up.listing(FRAME, page, rows, banner)


def _what(row: PersonRow) -> str:
    """Role, and what belongs to it, as raw text."""
    person = row.person
    facts = [ROLE_NAMES[person.role] if person.role else "No role"]
    facts += [texts.inline(team.name, 60) for team in person.teams]
    if person.is_customer_side:
        facts.append(texts.inline(row.account_name, 60))
    if person.role is Role.DSC:
        facts.append(set_up.naming(person))
    return " · ".join(facts)


def view(
    form: PersonForm, typed: Fields | None = None, banner: str | None = None, whence: Whence | None = None
) -> View:
    """The form; as long as nobody is picked it asks for nothing else. `banner` is raw text."""
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        inputs.user("person", "Who?", initial=form.slack_user_id, dispatch=PICK),
    ]
    if form.slack_user_id is None:
        blocks.append(kit.small("next", "Their role, account and teams come next."))
    else:
        blocks += _settings(form, form.slack_user_id, typed)
    contact_of = form.person.account_id if form.person and form.person.role is Role.DSC else None
    return kit.modal(
        "Set up a person",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=set_up.metadata(
            whence or Whence(),
            person=form.slack_user_id,
            version=form.person.version if form.person else 0,
            contact_of=contact_of,
        ),
    )


def overtaken(fields: Fields, metadata: str) -> SlackUserId | None:
    """Whoever is picked while the window still shows the settings of somebody else, or of nobody.

    A pick redraws the window, but a quick hand saves or picks again before that: the settings in it must then
    not become this person's.
    """
    picked = forms.choice_in(fields, "person")
    drawn_for = set_up.held(metadata).get("person")
    return SlackUserId(picked) if picked is not None and picked != drawn_for else None


def contact_of(metadata: str) -> AccountId | None:
    """The account whose support contact the person was when the window was drawn."""
    found = set_up.number_in(metadata, "contact_of")
    return AccountId(found) if found is not None else None


def _settings(form: PersonForm, slack_user_id: str, typed: Fields | None) -> list[sb.Block]:
    """The action ids carry whose settings these are: with the same ids Slack would keep another person's."""
    person = form.person
    known = person is not None and person.role is not None
    suggested = form.suggested if not known else None
    role = person.role.value if person and person.role else NONE if person else ""
    account = str(person.account_id) if person and person.account_id is not None else NONE
    if suggested is not None:
        role, account = Role.DSC.value, str(suggested)
    teams = typed.get("teams") if typed else None
    chosen = teams if isinstance(teams, tuple) else [str(team.id) for team in person.teams] if person else []
    blocks: list[sb.Block] = [
        inputs.select(
            "role",
            "Role",
            [
                *(
                    Choice(value=one.value, label=ROLE_NAMES[one], meaning=_ROLE_MEANINGS[one])
                    for one in Role
                ),
                Choice(value=NONE, label="No role", meaning="Sees and does nothing here"),
            ],
            initial=forms.kept(typed, "role", role),
            action_id=f"role.{slack_user_id}",
        ),
        picking.accounts(
            "account",
            "Account",
            [
                Choice(value=NONE, label="No account"),
                *(
                    Choice(value=str(one.id), label=one.name, meaning=texts.inline(one.org_id_or_mid, 60))
                    for one in form.accounts
                ),
            ],
            initial=forms.kept(typed, "account", account),
            optional=True,
            hint="For people of the customer side.",
            action_id=f"account.{slack_user_id}",
        ),
        *_naming(form, slack_user_id, typed),
    ]
    if form.teams:
        choices = [Choice(value=str(team.id), label=team.name) for team in form.teams]
        hint = "For support staff; any number."
        blocks.append(
            inputs.many(
                "teams", "Teams", choices, initial=chosen, hint=hint, action_id=f"teams.{slack_user_id}"
            )
        )
    return blocks


def _naming(form: PersonForm, slack_user_id: str, typed: Fields | None) -> list[sb.Block]:
    """Who at the customer chose this contact, and when (domain.md 1.4)."""
    person = form.person
    named_on = person.named_on.isoformat() if person and person.named_on else ""
    return [
        inputs.text(
            "named_by",
            "Named by",
            initial=forms.kept(typed, "named_by", person.named_by if person else ""),
            limit=LONGEST_NAME,
            optional=True,
            hint="For designated support contacts: who of the customer's management named them.",
            action_id=f"named_by.{slack_user_id}",
        ),
        inputs.day(
            "named_on",
            "Named on",
            initial=forms.kept(typed, "named_on", named_on) or None,
            optional=True,
            hint="Left empty, it is today.",
            action_id=f"named_on.{slack_user_id}",
        ),
    ]


def read(fields: Fields, metadata: str) -> SetUpPerson | FieldErrors:
    """The command, or a sentence for each field that does not go with the others."""
    person = forms.choice_in(fields, "person")
    if person is None:
        return FieldErrors(errors={"person": "Nobody is chosen. Choose a person."})
    chosen, account, teams = fields.get("role"), forms.choice_in(fields, "account"), fields.get("teams")
    if chosen != NONE and chosen not in set(Role):
        return FieldErrors(errors={"role": "No role is chosen. Choose one."})
    role = None if chosen == NONE else Role(str(chosen))
    team_ids = tuple(TeamId(int(team)) for team in teams) if isinstance(teams, tuple) else ()
    faults = _faults(role, account, team_ids)
    named_by, named_on = forms.text_in(fields, "named_by"), forms.day_in(fields, "named_on")
    if role is Role.DSC and not named_by:
        faults["named_by"] = "Nobody is noted. Write who of the customer's management named this contact."
    if faults:
        return FieldErrors(errors=faults)
    return SetUpPerson(
        slack_user_id=SlackUserId(person),
        role=role,
        account_id=AccountId(int(account)) if account else None,
        team_ids=team_ids,
        named_by=named_by,
        named_on=named_on,
        version=set_up.number_in(metadata, "version"),
    )


def _faults(role: Role | None, account: str | None, team_ids: tuple[TeamId, ...]) -> dict[str, str]:
    faults = {}
    customer_side = role is not None and not role.is_staff
    if customer_side and account is None:
        faults["account"] = words.plain(Refusal(Reason.ROLE_NEEDS_ACCOUNT), "UTC")
    if not customer_side and account is not None:
        faults["account"] = words.plain(Refusal(Reason.ROLE_NEEDS_NO_ACCOUNT), "UTC")
    if team_ids and (role is None or customer_side):
        faults["teams"] = "Only support staff are in teams. Choose none."
    return faults


def done(slack_user_id: SlackUserId, role: Role | None, said: str | None = None) -> View:
    """What the form turns into once the person is saved, where no window below it can show it."""
    sentence = said or f"{_what_became(slack_user_id, role)}. It counts from now on."
    return kit.modal(
        "Saved", [kit.marked_section("saved", sentence)], callback_id="desk.person.done", close="Done"
    )


def saved(now: PersonSaved) -> str:
    """What somebody is from now on, and what that makes of their account's contacts; mrkdwn."""
    person = now.person
    told = _what_became(person.slack_user_id, person.role)
    if person.is_customer_side:
        told += f" of {texts.marked(now.account_name, 60)}"
    elif person.teams:
        told += f" in {listed([texts.marked(team.name, 60) for team in person.teams])}"
    sentences = [f"{told}. It counts from now on."]
    if person.role is Role.DSC and person.named_by:
        on = f" on {set_up.day(person.named_on)}" if person.named_on else ""
        sentences.append(f"Named by {texts.marked(person.named_by, 60)}{on}.")
    warnings = [set_up.contacts_warning(one) for one in now.affected]
    return "\n".join([" ".join(sentences), *(one for one in warnings if one)])


def _what_became(slack_user_id: SlackUserId, role: Role | None) -> str:
    who = texts.mention(slack_user_id)
    return f"{who} is set up: {ROLE_NAMES[role]}" if role else f"{who} has no role any more"
