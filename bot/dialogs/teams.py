"""The windows of `/desk teams`: the list, and one team; `handlers.teams` shows them."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import TEAM_KIND_MEANINGS, TEAM_KIND_NAMES
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import Frame, Whence
from bot.domain.commands import AddTeam, EditTeam
from bot.domain.ids import ChannelId, TeamId, is_channel_id
from bot.domain.people import Team, TeamKind
from bot.domain.policy import Choice
from bot.domain.set_up import Listing, TeamForm, TeamRow

CALLBACK_ID = "desk.team"
ADD, EDIT = "desk.team.add", "desk.team.edit"
LOCKED, DESKS_CHANNEL = "locked", "desks_channel"

LONGEST_NAME = 60

FRAME = Frame(
    window="teams",
    title="Teams",
    add=ADD,
    add_label="Add a team",
    none="There is no team yet. Add the first one, then put people into it with /desk people.",
)


def view(page: Listing[TeamRow], banner: str | None = None) -> View:
    """A page of the list."""
    rows: list[sb.Block] = []
    for one in page.rows:
        team = one.team
        edit = kit.button("Edit", EDIT, f"{team.id}.{team.version}", label=f"Edit {team.name}")
        people = f"{one.members} {'person' if one.members == 1 else 'people'}"
        facts = [TEAM_KIND_NAMES[team.kind], _place(team), people]
        if team.public_comments_locked:
            facts.append("public comments locked")
        rows += set_up.row(FRAME, team.id, team.name, [" · ".join(facts)], edit)
    return set_up.listing(FRAME, page, rows, banner)


def _place(team: Team) -> str:
    """Where the cards go, as mrkdwn."""
    if team.channel is None:
        return "cards in the desk's channel"
    return f"cards in <#{team.channel}>" if is_channel_id(team.channel) else f"cards in #{team.channel}"


def form(team_form: TeamForm, whence: Whence, typed: Fields | None = None, banner: str | None = None) -> View:
    """A team to add or to edit; `banner` is raw text."""
    team = team_form.team
    return kit.modal(
        "Edit a team" if team else "Add a team",
        [*forms.banner(banner), *_inputs(team, typed), *_members(team_form)],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=set_up.metadata(
            whence, team=team.id if team else None, version=team.version if team else None
        ),
    )


def _inputs(team: Team | None, typed: Fields | None) -> list[sb.Block]:
    channel = team.channel if team and team.channel and is_channel_id(team.channel) else ""
    ticks = [Choice(value=LOCKED, label="Public comments are locked for its people")]
    if team and team.channel:
        ticks.append(Choice(value=DESKS_CHANNEL, label="Send its cards to the desk's cases channel again"))
    ticked = typed.get("options") if typed else None
    chosen = ticked if isinstance(ticked, tuple) else [LOCKED] if team and team.public_comments_locked else []
    return [
        inputs.text(
            "name",
            "Name",
            initial=forms.kept(typed, "name", team.name if team else ""),
            limit=LONGEST_NAME,
        ),
        inputs.select(
            "kind",
            "Kind",
            [
                Choice(value=one.value, label=TEAM_KIND_NAMES[one], meaning=TEAM_KIND_MEANINGS[one])
                for one in TeamKind
            ],
            initial=forms.kept(typed, "kind", team.kind.value if team else ""),
        ),
        inputs.channel(
            "channel",
            "Channel for its case cards",
            initial=forms.kept(typed, "channel", channel) or None,
            optional=True,
            hint=(
                "Internal comments are shown there: choose one of staff alone, and invite me. "
                "Without a channel, cards go to the desk's own. Cards that are there stay where they are."
            ),
        ),
        inputs.boxes("options", "Rules", ticks, initial=chosen, hint="A lock binds staff, never customers."),
    ]


def _members(team_form: TeamForm) -> list[sb.Block]:
    if team_form.team is None:
        return []
    names = ", ".join(texts.inline(one.name, 60) for one in team_form.members)
    return [
        kit.divider("members.line"),
        kit.marked_section("members.head", f"*People* ({len(team_form.members)})"),
        kit.small("members", kit.plain(names or "Nobody yet. Put people into it with /desk people.")),
    ]


def read(fields: Fields, metadata: str) -> AddTeam | EditTeam | FieldErrors:
    """The command, or a sentence for each field that cannot be taken."""
    name, kind = forms.text_in(fields, "name"), forms.choice_in(fields, "kind")
    ticked = fields.get("options")
    ticks = ticked if isinstance(ticked, tuple) else ()
    errors = {}
    if not name:
        errors["name"] = "The name is missing. Write what people here call the team."
    if kind not in set(TeamKind):
        errors["kind"] = "No kind is chosen. Choose what the team does."
    if errors:
        return FieldErrors(errors=errors)
    channel = None if DESKS_CHANNEL in ticks else forms.choice_in(fields, "channel")
    facts = AddTeam(
        name=name,
        kind=TeamKind(str(kind)),
        channel=ChannelId(channel) if channel else None,
        public_comments_locked=LOCKED in ticks,
    )
    team_id, version = team_in(metadata), set_up.number_in(metadata, "version")
    return EditTeam(**vars(facts), team_id=team_id, version=version or 0) if team_id is not None else facts


def team_in(metadata: str) -> TeamId | None:
    """Whose window it is; None while a team is being added."""
    found = set_up.number_in(metadata, "team")
    return TeamId(found) if found is not None else None


def saved(command: AddTeam) -> str:
    """What is said once a team is saved; mrkdwn."""
    told = f"{texts.marked(command.name, 60)} is saved. It counts from now on."
    if command.channel is None:
        return told
    return f"{told}\nType `/invite @Caseline` in <#{command.channel}> if I am not there yet."
