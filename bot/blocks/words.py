"""Every sentence that refuses or comforts a person; whoever answers somebody uses it.

A sentence says what happened, then what to do. `plain` is raw text for fields, banners and plain text;
`mrkdwn` is ready to send.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks import text as texts
from bot.blocks import (
    words_forms,
    words_orders,
    words_personal,
    words_phone,
    words_queues,
    words_set_up,
    words_shop,
    words_time,
)
from bot.blocks.names import ACT_NAMES, ROLE_NAMES, STATUS_NAMES, field, listed
from bot.domain.ids import CaseNumber, is_channel_id, shown
from bot.domain.lifecycle import Status
from bot.domain.people import Role, TeamKind
from bot.domain.permissions import Act
from bot.domain.refusals import Reason, Refusal
from bot.domain.search import FILTERS

__all__ = ["ACT_NAMES", "ROLE_NAMES", "STATUS_NAMES", "mrkdwn", "plain"]

_SENTENCES: dict[Reason, str] = {
    **words_time.SENTENCES,
    **words_shop.SENTENCES,
    **words_phone.SENTENCES,
    **words_forms.SENTENCES,
    **words_personal.SENTENCES,
    **words_set_up.SENTENCES,
    **words_orders.SENTENCES,
    **words_queues.SENTENCES,
    Reason.NOT_SET_UP: "You are not set up here yet. Ask an administrator to add you with /desk people.",
    Reason.NO_SUCH_CASE: "{case} does not exist, or you may not see it. Check the number with /case list.",
    Reason.NO_SUCH_PERSON: (
        "The desk does not know {name}. Ask an administrator to add them with /desk people."
    ),
    Reason.NOT_YOUR_ROLE: "Only {roles} may {act}. Ask one of them.",
    Reason.NOT_YOUR_TEAM: "Only {teams} may {act}. Ask one of their members.",
    Reason.TAKEN_FROM_YOUR_TEAM: "People of {team} may not {act}. Ask {roles} of another team.",
    Reason.NOT_YOUR_CASE_TO_CLOSE: (
        "Only {closers} may close or reopen this case. Hand it back with a comment."
    ),
    Reason.NOT_YOUR_FIELD: "Only support staff change {fields}. Say what is wrong in a comment.",
    Reason.PUBLIC_COMMENTS_LOCKED: (
        "Public comments are locked for {team}. Write an internal one, or ask another team."
    ),
    Reason.INTERNAL_IS_FOR_STAFF: "Internal comments are for support staff. Write a public one instead.",
    Reason.ALREADY_CLOSED: "{case} was closed by {by}{when}. Reopen it to go on.",
    Reason.NOT_CLOSED: "{case} is not closed, so it needs no reopening. Comment to go on.",
    Reason.ALREADY_TAKEN: "{by} was faster and owns this case. Ask them, or assign it to somebody else.",
    Reason.ALREADY_OWNER: "{name} owns this case already. Choose somebody else, or leave it.",
    Reason.OWNER_MUST_BE_STAFF: "{name} is not support staff and cannot own a case. Choose somebody who is.",
    Reason.OWNER_MAY_NOT_WORK: (
        "{name} is in level one and may not work cases. Choose somebody of another team."
    ),
    Reason.STATUS_NOT_REACHABLE: (
        "A case cannot go from {status} to {wanted} by hand. Choose one of the steps offered."
    ),
    Reason.CHANGED_MEANWHILE: (
        "Somebody changed {case} meanwhile, so nothing is saved yet. Look at it again, then repeat your step."
    ),
    Reason.NOTHING_CHANGED: "Nothing is different from before. Change something, or close this window.",
    Reason.SAVED_BEFORE: (
        "What you sent first is saved{as_case}; what you changed since is not. Copy it, then look again."
    ),
    Reason.EMPTY_TEXT: "There is no text to save. Write something first.",
    Reason.INTERNAL_IS_NEVER_MAILED: (
        "Internal comments never leave the desk by e-mail. Make it public, or take the tick away."
    ),
    Reason.CONTACT_HAS_NO_MAIL: (
        "There is no e-mail address to write to for {case}. Add it to the contact, or take the tick away."
    ),
    Reason.MAIL_DECIDED: "Somebody has dealt with this e-mail already. Look at the list again.",
    Reason.WRONG_ACCOUNT: "This account is not yours. Choose your own account.",
    Reason.NO_SUCH_CHOICE: "{choice} is no longer on the list. Choose another one.",
    Reason.NO_SUCH_ARTICLE: "There is no such article, or you may not read it. Look for it with /kb search.",
    Reason.ARTICLE_CHANGED: (
        "Somebody changed this article meanwhile, so nothing is saved yet. Look at it, then save again."
    ),
    Reason.NO_SUCH_REQUEST: (
        "There is no such request, or you may not see it. Look at them with /case access list."
    ),
    Reason.ACCESS_TAKEN: "{by} took this request{when}. Ask them how it goes.",
    Reason.ACCESS_FINISHED: "{by} finished this request{when}. Ask again with /case access if need be.",
    Reason.ACCESS_NOT_YOURS: "{by} took this request{when}. Ask them to finish it, or to put it back.",
    Reason.ACCESS_NOT_TAKEN: "Nobody has taken this request. Take it first.",
    Reason.ACCESS_IS_THEIRS: (
        "The account's own support contacts see to this request. Ask one of them, or a manager."
    ),
    Reason.THREAD_HAS_CASE: "{case} was opened from this thread already. Look there, or ask its owner.",
    Reason.MESSAGE_HAS_CASE: "This message is in {case} already. Look there.",
    Reason.LAST_ADMINISTRATOR: (
        "This is the last administrator, and a desk needs one. Make somebody else administrator first."
    ),
    Reason.ESCALATION_NOT_YET: (
        "Escalation of {case} opens {at}. Until then, /case show offers Tell me then and Ask to expedite."
    ),
    Reason.ESCALATION_IS_OPEN: "{case} may be escalated now. Escalate it if it still takes too long.",
    Reason.ALREADY_ESCALATED: "{by} escalated {case} already{when}. You may request a manager's call.",
    Reason.NOT_ESCALATED: "{case} is not escalated. Escalate it first, then ask for a manager's call.",
    Reason.EXPEDITE_ASKED: "Somebody asked to expedite {case} lately. You may ask again {at}.",
    Reason.CALL_BACK_ASKED: "A manager's call is owed for {case} already, by {at}. Comment to add something.",
    Reason.NO_CALL_BACK: "No manager's call is owed for {case} now. Its history says who made it.",
    Reason.REASON_NEEDS_WORDS: "Another reason needs words. Say in the comment what it is.",
    Reason.NO_SUCH_DRAFT: "This comment is not here any more. Look at the case, or write it again.",
    Reason.TOO_LATE_TO_TAKE_BACK: (
        "It is too late: the comment has been sent{when}. Edit it on the case's page, or write another one."
    ),
    Reason.NO_SUCH_COMMENT: "This comment does not exist, or you may not see it. Look at the case again.",
    Reason.NOT_YOUR_COMMENT: "Only its author may edit a comment. Write one of your own.",
    Reason.COMMENT_DELETED: "This comment was deleted. Write a new one.",
    Reason.COMMENT_IN_SLACK: (
        "This comment is a message of yours in Slack. Edit the message there; the case follows."
    ),
    Reason.COMMENT_CHANGED: (
        "This comment was edited meanwhile, so nothing is saved yet. Compare the two, then save again."
    ),
    Reason.OUTCOMES_CLASH: "These ticks cannot all be true of one talk. Untick what does not fit.",
    Reason.UPDATE_NOT_YET: (
        "Integrations may be asked for an update{from_when}. Wait until then, or tick that the customer asks."
    ),
    Reason.UPDATE_WHILE_WAITING: (
        "{case} is waiting for something, so no update is asked for. Write a comment instead."
    ),
    Reason.ASK_YOURSELF: "You cannot ask yourself. Choose somebody else.",
    Reason.NOBODY_TO_ASK: "This case has no owner to ask. Choose somebody.",
    Reason.NO_WAY_LEFT: "You would hear of nothing. Choose Slack, e-mail or both.",
    Reason.BEING_CONFIRMED: (
        "Your e-mail address is known here. We have asked the desk to confirm you; you will be told."
    ),
    Reason.NO_SUCH_QUESTION: "This question does not exist any more. See who is who with /desk people.",
    Reason.ALREADY_DECIDED: "{by} has decided this already{when}. See who is who with /desk people.",
    Reason.SET_UP_ALREADY: "{name} is set up here already. Look at them with /desk people.",
    Reason.UNKNOWN_FILTER: (
        "There is no filter “{filter}:”. Use {filters}, or put it in quotes to look for it."
    ),
    Reason.UNKNOWN_FILTER_VALUE: "The filter “{filter}:” does not know {value}. Write it like {example}.",
    Reason.NOTHING_OF_THIS_NAME: "No {filter} is called {value}. Check the spelling, or leave it out.",
    Reason.QUERY_NAME_TAKEN: "You have a query of this name already. Choose another name.",
    Reason.NO_SUCH_QUERY: "This query does not exist any more. See what there is with /case list saved.",
    Reason.VIEWING_ONLY: "You are viewing as {name}, read only. Press Stop, then do it as yourself.",
    Reason.VIEW_YOURSELF: "You see the desk as yourself already. Choose somebody else.",
    Reason.VIEW_ABOVE: "{name} sees more than you. Ask an administrator to look, or choose somebody else.",
    Reason.NO_SUCH_REPORT: "This report does not exist any more. See what there is with /desk reports.",
    Reason.REPORT_FOR_NOBODY: "Nobody gets this report yet. Say who with /desk reports.",
    Reason.REPORTS_ARE_FOR_STAFF: "{name} is not support staff, and reports are. Choose somebody who is.",
    Reason.ME_IN_A_CHANNEL: "In a channel, “me” is nobody. Choose a search that names the owner.",
}
"""A sentence and a next step for each reason; a test proves that none is missing."""

_YOURS_ALREADY = "{case} is yours already. Comment or set its status to go on."

_OUR_OWN_BEGINNINGS = ("case ", "this ", "somebody ", "its ", "your ")

_CUSTOMER_SIDE: dict[str, str] = {
    Role.COMMUNITY.value: "community users",
    Role.DSC.value: "the account's support contacts",
}
_STAFF: dict[str, str] = {
    Role.AGENT.value: "agents",
    Role.MANAGER.value: "managers",
    Role.ADMINISTRATOR.value: "administrators",
}
_TEAMS: dict[str, str] = {
    TeamKind.LEVEL_ONE.value: "level one",
    TeamKind.LEVEL_TWO.value: "level two",
    TeamKind.INTEGRATIONS.value: "Integrations",
}


def plain(refusal: Refusal, zone: str) -> str:
    """The sentence as raw text, its instants in `zone` (an IANA name)."""
    return _sentence(
        _Pieces(
            refusal=refusal,
            write=lambda name: texts.inline(name, 60),
            tell=lambda instant: texts.spoken(instant, zone),
            mention=lambda _: "this person",
        )
    )


def together(refusals: Sequence[Refusal], zone: str) -> list[str]:
    """Sentences for several acts, as raw text: what is refused for the same reason shares one."""
    alike: dict[tuple[object, ...], list[Refusal]] = {}
    for refusal in refusals:
        rest = sorted((key, str(value)) for key, value in refusal.facts.items() if key != "act")
        alike.setdefault((refusal.reason, *rest), []).append(refusal)
    merged = [
        Refusal(ones[0].reason, {**ones[0].facts, "act": ",".join(str(one.facts.get("act")) for one in ones)})
        for ones in alike.values()
    ]
    return list(dict.fromkeys(plain(one, zone) for one in merged))


def mrkdwn(refusal: Refusal) -> str:
    """The sentence as mrkdwn, ready to send; every reader sees its instants in their own zone."""
    return _sentence(
        _Pieces(
            refusal=refusal,
            write=lambda name: texts.marked(name, 60),
            tell=texts.date,
            mention=lambda user_id: texts.mention(user_id) if user_id else "this person",
        )
    )


def _sentence(pieces: _Pieces) -> str:
    refusal = pieces.refusal
    sentence = _SENTENCES[refusal.reason]
    if refusal.reason is Reason.ALREADY_OWNER and not refusal.facts.get("name"):
        sentence = _YOURS_ALREADY
    told = sentence.format(
        case=pieces.case,
        as_case=f" as {pieces.case}" if isinstance(refusal.facts.get("number"), int) else "",
        act=pieces.act,
        roles=pieces.roles,
        teams=pieces.teams,
        closers=pieces.closers,
        fields=pieces.fields,
        when=pieces.when,
        at=pieces.at,
        from_when=pieces.from_when,
        name=pieces.person,
        choice=pieces.choice,
        by=pieces.name("by", "somebody"),
        team=pieces.name("team", "your team"),
        status=pieces.status("status"),
        wanted=pieces.status("wanted"),
        filter=pieces.filter,
        filters=listed(list(FILTERS), "or"),
        value=pieces.name("value", "this"),
        example=FILTERS.get(pieces.filter, "status:waiting"),
    )
    # A sentence may begin with a word of ours or with a name, and names stay as they are.
    return told[0].upper() + told[1:] if told.startswith(_OUR_OWN_BEGINNINGS) else told


@dataclass(frozen=True, kw_only=True)
class _Pieces:
    """The facts of a refusal as pieces of a sentence; one that was left out becomes a general word."""

    refusal: Refusal
    write: Callable[[str], str]
    tell: Callable[[datetime], str]
    mention: Callable[[str], str]

    def name(self, key: str, otherwise: str) -> str:
        value = self.refusal.facts.get(key)
        return self.write(str(value)) if value else otherwise

    def parts(self, key: str) -> list[str]:
        return [part.strip() for part in str(self.refusal.facts.get(key) or "").split(",") if part.strip()]

    @property
    def person(self) -> str:
        """By name; somebody whom the desk does not know can only be mentioned, which plain text cannot."""
        return self.name("name", self.mention(str(self.refusal.facts.get("slack_user_id") or "")))

    @property
    def choice(self) -> str:
        value = self.refusal.facts.get("field")
        return f"this {field(str(value))}" if value else "this choice"

    @property
    def case(self) -> str:
        value = self.refusal.facts.get("number")
        return f"case {shown(CaseNumber(value))}" if isinstance(value, int) else "this case"

    @property
    def act(self) -> str:
        acts = [ACT_NAMES[Act(part)] for part in self.parts("act") if part in set(Act)]
        return listed(acts, "or") or "do this"

    def status(self, key: str) -> str:
        value = str(self.refusal.facts.get(key, ""))
        return STATUS_NAMES[Status(value)] if value in set(Status) else "that status"

    @property
    def filter(self) -> str:
        return self.name("filter", "this")

    @property
    def when(self) -> str:
        value = self.refusal.facts.get("at")
        return f" ({self.tell(value)})" if isinstance(value, datetime) else ""

    @property
    def at(self) -> str:
        value = self.refusal.facts.get("at")
        return self.tell(value) if isinstance(value, datetime) else "later"

    @property
    def from_when(self) -> str:
        value = self.refusal.facts.get("at")
        return f" from {self.tell(value)}" if isinstance(value, datetime) else " later"

    @property
    def fields(self) -> str:
        return listed([field(name) for name in self.parts("fields")]) or "this"

    @property
    def roles(self) -> str:
        """Who has the right at all: staff together as one word, the customer side by name."""
        roles = self.parts("who")
        if set(_STAFF).issubset(roles):
            who = [_CUSTOMER_SIDE[role] for role in roles if role in _CUSTOMER_SIDE] + ["support staff"]
        else:
            who = [(_CUSTOMER_SIDE | _STAFF).get(role, role) for role in roles]
        return listed(who) or "others"

    @property
    def teams(self) -> str:
        return _TEAMS.get(str(self.refusal.facts.get("who", "")), "other teams")

    @property
    def closers(self) -> str:
        """domain.md 5, "Who closes"."""
        if self.refusal.facts.get("who") == "creator":
            return f"{self.name('creator', 'its creator')}, their team and managers"
        owner = self.name("owner", "its owner")
        return f"{owner}, managers and the account's support contacts"


def our_fault(reference: str) -> str:
    """When something broke on our side; `reference` finds it in the log."""
    return f"Something broke on our side. Please try again; if it stays, tell an administrator: {reference}."


def unreadable(reference: str) -> str:
    """What came from Slack is not what Slack sends; nothing was done with it."""
    return f"This could not be read, and nothing has changed. Open it anew; the log has it as {reference}."


def unknown_route() -> str:
    """A button or a form that this version does not know: it was drawn by another one."""
    return "This comes from another version of Caseline and does nothing now. Open it anew with /case."


def not_recorded(refusal: Refusal) -> str:
    """mrkdwn, for somebody whose reply in a card's thread could not become a comment."""
    return f"Your reply is not in the case. {mrkdwn(refusal)}"


def told_then(at: str) -> str:
    """For somebody who wants to be told when a case may be escalated; `at` is that instant."""
    return f"You are told in a direct message {at}, with the button to escalate. You need not wait here."


def call_made() -> str:
    return "Thank you: the call is noted, and whoever asked for it is told."


def their_settings_now() -> str:
    """For an administrator who saved before the window showed the person they had picked."""
    return "Nothing is saved yet. These are the settings of the person you chose: look at them, then save."


def still_saving() -> str:
    return "Still saving, it takes longer than usual. Press again in a moment: nothing is done twice."


def database_away() -> str:
    """Whether something was saved may be unknown: the call key makes pressing again safe."""
    return "The desk cannot reach its database just now. Press again in a minute: nothing is done twice."


def lost_trigger() -> str:
    return "The window could not be opened in time. Please press again."


def window_closed() -> str:
    return "The window was closed before its answer came. Open it again to see how things stand."


def not_in_channel(channel: str) -> str:
    """mrkdwn, for the person whose act could not be shown there; the channel by its id or its name."""
    there = f"<#{channel}>" if is_channel_id(channel) else f"#{texts.marked(channel)}"
    return f"Your work is saved, but I am not in {there} to show it. Type `/invite @Caseline` there."


def unknown_input(typed: str) -> str:
    """mrkdwn; the usage follows it."""
    return f"I do not know “{texts.marked(typed, 60)}”. This is what I understand:"
