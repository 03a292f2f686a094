"""What can go wrong between us and Slack, sorted by what may be done about it."""

from __future__ import annotations

TRANSIENT = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "accesslimited",
    }
)
"""Errors that Slack itself calls temporary: the same request may go through later."""

INVITE = "type /invite @Caseline in that channel, or name another one"
REINSTALL = "install the app again and put its bot token into SLACK_BOT_TOKEN"

REPAIRABLE = {
    "not_in_channel": INVITE,
    "channel_not_found": INVITE,
    "is_archived": "unarchive that channel, or name another one",
    "token_revoked": REINSTALL,
    "invalid_auth": REINSTALL,
    "account_inactive": REINSTALL,
    "missing_scope": "give the app the scopes of manifest.yml and install it again",
    "ratelimited": "nothing: Slack wants to be asked less, and we wait",
    "rate_limited": "nothing: Slack wants to be asked less, and we wait",
}
"""Refusals that last until an operator does something, and what that is; the message itself is right."""

LOST_TRIGGER = frozenset(
    {
        "expired_trigger_id",
        "trigger_expired",
        "exchanged_trigger_id",
        "trigger_exchanged",
        "invalid_trigger_id",
    }
)
"""A window cannot be opened any more: the click that allowed it is too old or used up."""


class SlackRefused(Exception):
    """Slack said no, by the name in `error`; `temporary` says that it may say yes later."""

    def __init__(self, method: str, error: str, detail: str = "") -> None:
        super().__init__(f"{method}: {error}{f' ({detail})' if detail else ''}")
        self.method = method
        self.error = error

    @property
    def temporary(self) -> bool:
        return self.error in TRANSIENT


class SlackBusy(Exception):
    """Slack asks to wait (429); `seconds` is how long."""

    def __init__(self, method: str, seconds: float) -> None:
        super().__init__(f"{method}: wait {seconds:g} s")
        self.method = method
        self.seconds = seconds


class SlackUnsure(Exception):
    """No answer came. Whether the request had its effect is not known."""


class CannotServe(Exception):
    """Slack will not have us at all; the text says why and what to do, for whoever started the bot."""
