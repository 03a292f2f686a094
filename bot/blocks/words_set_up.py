"""The sentences of who sets the desk up: accounts, people and teams; `words` takes them in."""

from __future__ import annotations

from bot.domain.refusals import Reason

SENTENCES: dict[Reason, str] = {
    Reason.ROLE_NEEDS_ACCOUNT: "Customer-side people belong to an account. Choose theirs.",
    Reason.ROLE_NEEDS_NO_ACCOUNT: "Only customer-side people have an account. Choose no account.",
    Reason.SET_UP_MEANWHILE: (
        "Somebody changed these settings meanwhile, so nothing is saved yet. Look at them, then save again."
    ),
    Reason.PUBLISHED_MEANWHILE: (
        "{name} published revision {value} since you opened this, so yours is not published. "
        "Look at theirs in /desk playbooks, then publish yours."
    ),
    Reason.ACCOUNT_EXISTS: "{name} has this org id or MID already. Edit that account, or correct the id.",
    Reason.TEAM_EXISTS: "A team of this name is there already. Edit that one, or choose another name.",
    Reason.NO_SUCH_ACCOUNT: "This account does not exist. Look for it with /desk accounts.",
    Reason.NO_SUCH_TEAM: "This team does not exist. Look for it with /desk teams.",
    Reason.NAMED_IN_THE_FUTURE: "This day is still to come. Choose today or an earlier one.",
}
