"""What Slack's refusals mean and what to do about them, in words; `/desk health` and `doctor` say them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """A sentence that says what is the matter, and one that says what to do."""

    what: str
    remedy: str


_INVITE = "Type /invite @Caseline in that channel, or choose another one."
_REINSTALL = "Install the app again, put its bot token into SLACK_BOT_TOKEN and restart."
_RETRY_OR_REPORT = "Retry it after the next upgrade; discard it if nobody needs it any more."
_GONE = "Discard it, unless that person comes back."
_ASK_AN_OWNER = "Ask an owner of the workspace to allow it, then retry."

TROUBLES: dict[str, Trouble] = {
    "not_in_channel": Trouble("Caseline is not in that channel.", _INVITE),
    "channel_not_found": Trouble("Slack knows no such channel, or does not show it to Caseline.", _INVITE),
    "is_archived": Trouble("That channel is archived.", "Unarchive it, or choose another one."),
    "token_revoked": Trouble("The bot token was revoked.", _REINSTALL),
    "token_expired": Trouble("The bot token has expired.", _REINSTALL),
    "invalid_auth": Trouble("Slack does not know the token.", _REINSTALL),
    "not_authed": Trouble("Slack got no token.", _REINSTALL),
    "account_inactive": Trouble("The app was removed from the workspace.", _REINSTALL),
    "not_allowed_token_type": Trouble(
        "That is a token of another kind.", "Bot tokens begin with xoxb-, app tokens with xapp-."
    ),
    "missing_scope": Trouble(
        "The app lacks a scope.", "Compare its scopes with manifest.yml, add them, and install it again."
    ),
    "ratelimited": Trouble("Slack asks to slow down.", "Nothing: it goes on by itself."),
    "rate_limited": Trouble("Slack asks to slow down.", "Nothing: it goes on by itself."),
    "no_answer": Trouble(
        "Slack did not answer.", "Nothing for an hour: it is tried again. Then look at the network."
    ),
    "invalid_blocks": Trouble("Slack finds the message malformed.", _RETRY_OR_REPORT),
    "invalid_blocks_format": Trouble("Slack finds the message malformed.", _RETRY_OR_REPORT),
    "invalid_arguments": Trouble("Slack finds the message malformed.", _RETRY_OR_REPORT),
    "msg_too_long": Trouble("The message is too long for Slack.", _RETRY_OR_REPORT),
    "metadata_too_large": Trouble("The message is too long for Slack.", _RETRY_OR_REPORT),
    "no_text": Trouble("Slack finds the message empty.", _RETRY_OR_REPORT),
    "user_not_found": Trouble("Slack knows no such person.", _GONE),
    "users_not_found": Trouble("Slack knows no such person.", _GONE),
    "user_disabled": Trouble("That person's Slack account is deactivated.", _GONE),
    "user_not_visible": Trouble("Slack does not show that person to Caseline.", _GONE),
    "cannot_dm_bot": Trouble("That is a bot, and bots take no messages.", "Discard it."),
    "messages_tab_disabled": Trouble(
        "The app's Messages tab is switched off.",
        "Switch it on (App Home on the app's page), then retry.",
    ),
    "thread_not_found": Trouble("The thread it belongs to was deleted.", "Change the case, then retry."),
    "cannot_reply_to_message": Trouble("That message takes no replies.", "Discard it."),
    "message_not_found": Trouble("The message was deleted.", "Retry: it is posted anew."),
    "cant_update_message": Trouble("Somebody else posted that message.", "Retry: it is posted anew."),
    "edit_window_closed": Trouble("The workspace does not let old messages be changed.", _ASK_AN_OWNER),
    "restricted_action": Trouble("The workspace's settings forbid it.", _ASK_AN_OWNER),
    "restricted_action_read_only_channel": Trouble("That channel is read-only.", _ASK_AN_OWNER),
    "restricted_action_thread_only_channel": Trouble("That channel takes replies only.", _ASK_AN_OWNER),
    "restricted_action_non_threadable_channel": Trouble("That channel takes no threads.", _ASK_AN_OWNER),
    "team_access_not_granted": Trouble("The app may not act in that workspace.", _ASK_AN_OWNER),
    "ekm_access_denied": Trouble("The organisation's key management forbids it.", _ASK_AN_OWNER),
    "access_denied": Trouble("Slack forbids it.", _ASK_AN_OWNER),
    "no_permission": Trouble("The app may not do that.", _REINSTALL),
    "mail_refused": Trouble(
        "A mail server refuses that recipient or the e-mail.",
        "Correct the address, then retry; or discard it.",
    ),
    "mail_later": Trouble(
        "A mail server asks to try again later.", "Nothing: it is tried again for two days."
    ),
    "mail_unsure": Trouble(
        "The mail server may have taken it, or not: its answer was lost.",
        "Ask its reader; retry it only where it did not arrive.",
    ),
    "mail_away": Trouble(
        "The mail server cannot be reached.",
        "Nothing for an hour: it is tried again. Then look at SMTP_HOST.",
    ),
    "mail_settings": Trouble(
        "The mail server does not let Caseline in, or not send for that sender.",
        "Look at the settings SMTP_USER, SMTP_PASSWORD, SMTP_TLS and SMTP_SENDER, then restart.",
    ),
    "mail_off": Trouble("E-mail is switched off.", "Set SMTP_HOST again and restart, or discard it."),
    "org_login_required": Trouble("The organisation is being migrated.", "Wait, then retry."),
}
"""Slack's own words for a refusal, and ours."""

_OURS = Trouble(
    "Something broke on our side.", "Look for this row's number in the log; retry after the next upgrade."
)

_REASONS: dict[str, str] = {
    "Not sent: ": "Have them leave, or choose another channel in /desk reports; then send it again there.",
    "It was perhaps sent": "Look there. If it did not come, send it again from /case reports.",
}
"""What to do where Caseline itself gave a message up, by how its reason begins."""

WITHOUT_SCOPE: dict[str, str] = {
    "commands": "/case, /kb and /desk, and so everything",
    "chat:write": "case cards, comments in threads, notices, and answers to buttons",
    "im:write": "notices, and everything else that is said to a person directly",
    "users:read": "names and time zones: people appear by their ids, and Homes wait until they are opened",
    "users:read.email": "people's e-mail: no notices by it, no answers from it, nobody recognised by it",
    "files:write": "exports, files of reports and pictures, which wait until it is there",
    "channels:read": "finding a public cases channel by its name, and telling whether Caseline is in it",
    "groups:read": "finding a private cases channel by its name, and telling whether Caseline is in it",
    "channels:history": "threads as cases and replies as comments; a crash may also double a card or comment",
    "groups:history": "the same in a private cases channel: replies as comments, looking up after a crash",
    "reactions:read": "the emoji that offers to open a case from a message; the message's menu still does",
    "files:read": "files: a case lists them and says that they cannot be read",
    "im:history": "the look-up of a notice: a crash may double one",
}
"""What does not work without each scope of manifest.yml; a test holds the two equal."""

_CODE = re.compile(r"^[\w.]+: (\w{1,80})(?: \(.*\))?$", re.DOTALL)


def trouble(error: str) -> Trouble:
    """What an error means that the outbox keeps, as `slack.faults` spells it, or a bare word of Slack's."""
    if error.startswith("no answer"):
        return TROUBLES["no_answer"]
    for begins, remedy in _REASONS.items():
        if error.startswith(begins):
            return Trouble(error, remedy)
    if re.match(r"^[\w.]+: wait ", error):
        return TROUBLES["ratelimited"]
    needed = re.match(r"^[\w.]+: missing_scope \(needs ([\w:.,]+)\)$", error)
    if needed:
        return Trouble(f"The app lacks the scope {needed[1]}.", TROUBLES["missing_scope"].remedy)
    found = _CODE.match(error)
    code = found[1] if found else error
    if code in TROUBLES:
        return TROUBLES[code]
    if found or re.fullmatch(r"[a-z_]{1,80}", code):
        return Trouble(f"Slack refused it: {code}.", "Slack's documentation explains that word; then retry.")
    return _OURS
