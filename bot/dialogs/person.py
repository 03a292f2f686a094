"""The modal of `/desk people`: what somebody is to the desk; `handlers.desk` shows it and reads it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import ROLE_NAMES
from bot.dialogs import forms
from bot.dialogs.forms import NONE, FieldErrors, Fields
from bot.domain.commands import SetUpPerson
from bot.domain.ids import AccountId, SlackUserId, TeamId
from bot.domain.pages import PersonForm
from bot.domain.people import Role
from bot.domain.policy import Choice
from bot.domain.refusals import Reason, Refusal

CALLBACK_ID = "desk.person"
PICK = "desk.person.pick"

_ROLE_MEANINGS = {
    Role.COMMUNITY: "Customer: reads and comments on their account's open cases",
    Role.DSC: "Customer: opens, edits and closes their account's cases",
    Role.AGENT: "Staff: works cases",
    Role.MANAGER: "Staff: works cases, closes and reopens any",
    Role.ADMINISTRATOR: "Staff: sets up the people of this desk as well",
}


def view(form: PersonForm, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form; as long as nobody is picked it asks for nothing else."""
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        inputs.user("person", "Who?", initial=form.slack_user_id, dispatch=PICK),
    ]
    if form.slack_user_id is None:
        blocks.append(kit.small("next", "Their role, account and teams come next."))
    else:
        blocks += _settings(form, form.slack_user_id, typed)
    return kit.modal(
        "Set up a person",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps({"person": form.slack_user_id}),
    )


def overtaken(fields: Fields, metadata: str) -> SlackUserId | None:
    """Whoever is picked while the window still shows the settings of somebody else, or of nobody.

    A pick redraws the window, but a quick hand saves or picks again before that: the settings in it must then
    not become this person's.
    """
    picked = forms.choice_in(fields, "person")
    drawn_for = json.loads(metadata).get("person") if metadata else None
    return SlackUserId(picked) if picked is not None and picked != drawn_for else None


def _settings(form: PersonForm, slack_user_id: str, typed: Fields | None) -> list[sb.Block]:
    """The action ids carry whose settings these are: with the same ids Slack would keep another person's."""
    person = form.person
    role = person.role.value if person and person.role else NONE if person else ""
    account = str(person.account_id) if person and person.account_id is not None else NONE
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
        inputs.select(
            "account",
            "Account",
            [
                Choice(value=NONE, label="No account"),
                *(Choice(value=str(one.id), label=one.name) for one in form.accounts),
            ],
            initial=forms.kept(typed, "account", account),
            optional=True,
            hint="For people of the customer side.",
            action_id=f"account.{slack_user_id}",
        ),
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


def read(fields: Fields) -> SetUpPerson | FieldErrors:
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
    if faults:
        return FieldErrors(errors=faults)
    return SetUpPerson(
        slack_user_id=SlackUserId(person),
        role=role,
        account_id=AccountId(int(account)) if account else None,
        team_ids=team_ids,
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


def done(slack_user_id: SlackUserId, role: Role | None) -> View:
    """What the form turns into once the person is saved."""
    who = texts.mention(slack_user_id)
    what = f"{who} is set up: {ROLE_NAMES[role]}." if role else f"{who} has no role any more."
    sentence = f"{what} It counts from now on."
    return kit.modal(
        "Saved", [kit.marked_section("saved", sentence)], callback_id="desk.person.done", close="Done"
    )
