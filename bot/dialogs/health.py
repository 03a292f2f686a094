"""The window of `/desk health`: what is wrong first, then what was not delivered, then the facts.

`handlers.health` shows it, and draws it again after each button.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.troubles import WITHOUT_SCOPE, Trouble, trouble
from bot.domain.health import DeadLetter, Health, HeldUp, Standing
from bot.domain.ids import is_channel_id, shown

CALLBACK_ID = "desk.health"

SKEW = 30.0
"""Seconds by which our clock may differ from Slack's before we speak of it."""

LATE = timedelta(minutes=10)
"""How long a row may be due before we speak of it, even if it has not failed."""

KINDS: dict[str, str] = {
    "card": "Case card",
    "thread_comment": "Comment in a thread",
    "comment_edit": "Edited comment in a thread",
    "notice": "Notice",
    "digest": "Daily digest",
    "email_digest": "Daily digest by e-mail",
    "unsaid": "Word that a public comment is not sent",
    "home": "Home",
    "profile": "Name and time zone",
    "access": "Request for access",
    "access_reminder": "Reminder of requests for access",
    "thread": "Reading a thread",
    "files": "Fetching files",
    "email": "E-mail",
    "recognition": "Question who somebody is",
    "recognised": "Word to somebody new",
    "export": "Export of cases",
    "finance": "Credit memos and refunds as files",
    "picture": "Picture of the playbook",
    "health": "Word about dead letters",
    "escalation": "Word of an escalation",
    "may_escalate": "Escalation has opened",
    "call_back": "Reminder of a call-back",
    "needs_owner": "Critical case without owner",
    "report": "Report",
    "review": "Daily review",
    "review_news": "Daily review, drawn again",
    "review_over": "Daily review, folded",
    "report_file": "File of a report",
    "shift_ended": "Critical case after a shift",
    "first_answer": "Reminder of a first answer",
    "first_comment": "Reminder of a first comment",
    "customer_call": "Reminder of a call to the customer",
    "closes_soon": "Warning that a case closes",
    "may_close": "Word that a case can be closed",
    "no_response": "Proposal of No response",
    "form_link": "Link to the web form",
    "canned": "Message to a caller",
    "to_sales": "Caller for sales",
    "handed_call": "Call handed over",
    "overrule": "Question about a verdict",
    "overruled": "Word about a verdict",
    "order_approval": "Question of an approval",
    "order_decided": "What was said of a request",
    "order_settled": "What became of an act on an order",
    "order_in_doubt": "Act on an order in doubt",
    "call_window": "Window of a call, drawn again",
    "personal_data": "Personal data report",
    "personal_gone": "Deletion of a personal data report",
    "erasure": "Erasure of a customer",
    "cart_placing": "Word about a cart",
    "review_export": "Export of product reviews",
    "fraud_proposed": "Question about a fraud report",
    "fraud_settled": "Word about a fraud report",
}


def view(health: Health, banner: str | None = None) -> View:
    """The window; `banner` says what the last button did."""
    blocks: list[sb.Block] = [kit.section("banner", banner)] if banner else []
    wrong = [*_connection(health.standing), *_waiting(health)]
    blocks += [kit.marked_section(f"wrong.{number}", each) for number, each in enumerate(wrong)]
    if health.outbox.held:
        blocks.append(kit.buttons("held", kit.button("Try again now", "desk.health.now", "held")))
    more = list(_more(health))
    blocks += [kit.marked_section(f"more.{number}", each) for number, each in enumerate(more)]
    if not wrong and not more:
        blocks.append(kit.section("well", "All is well. Nothing needs you."))
    blocks += [kit.divider("line"), *_letters(health), kit.divider("facts.line"), *_facts(health)]
    look = kit.button("Look again", "desk.health.look", "look", label="Look again at how things are now")
    return kit.modal("Health of the desk", [*blocks, kit.buttons("look", look)], callback_id=CALLBACK_ID)


# What is wrong


def _waiting(health: Health) -> Iterator[str]:
    """What is held up, as mrkdwn."""
    outbox, now = health.outbox, health.real_now
    for held in outbox.held:
        yield _held(held, now)
    if not outbox.held and outbox.due_since is not None and now - outbox.due_since > LATE:
        yield (
            f"*Messages could have gone {_ago(outbox.due_since, now)} ago.* "
            "If it stays so, look at the log: Slack may ask to slow down."
        )


def _more(health: Health) -> Iterator[str]:
    """What else is wrong, as mrkdwn; it holds up nobody."""
    dead = health.letters.total
    if dead:
        some = "1 message was" if dead == 1 else f"{dead} messages were"
        yield f"*{some} given up.* Read below why, then retry or discard."
    if health.mailbox_trouble is not None:
        yield (
            f"*The mailbox of answers cannot be read*: {_code(health.mailbox_trouble)}. It is tried every "
            "minute. `caseline doctor` on the machine says which setting to look at."
        )
    for job in health.late_jobs:
        yield f"*The job {_code(job)} is late.* It is tried every minute; the log says what stops it."


def _connection(standing: Standing | None) -> Iterator[str]:
    if standing is None:
        yield "*Slack takes long to answer.* Look again in a minute; then look at the network."
        return
    if standing.error is not None:
        yield _told(trouble(standing.error), "Slack, asked who we are: ")
    for scope in missing_scopes(standing):
        yield (
            f"*The scope {_code(scope)} is missing.* Without it: {WITHOUT_SCOPE[scope]}. "
            "Add it as in manifest.yml and install the app again."
        )
    if standing.ahead is not None and abs(standing.ahead) > SKEW:
        way = "ahead of" if standing.ahead > 0 else "behind"
        yield (
            f"*This machine's clock is {abs(standing.ahead):.0f} seconds {way} Slack's.* "
            "Let it follow a time server."
        )


def missing_scopes(standing: Standing) -> list[str]:
    """The scopes that the app should have and does not, in the order of the manifest."""
    if standing.scopes is None:
        return []
    return [scope for scope in WITHOUT_SCOPE if scope not in standing.scopes]


def _held(held: HeldUp, now: datetime) -> str:
    some = "1 message has" if held.count == 1 else f"{held.count} messages have"
    found = trouble(held.error)
    waited = f"{some} been waiting {_ago(held.since, now)} for {_place(held.place)}"
    return f"*{waited}.* {found.what} {found.remedy}"


def _told(found: Trouble, before: str = "") -> str:
    return f"*{before}{found.what}* {found.remedy}"


def _code(word: str) -> str:
    return f"`{word}`"


# Dead letters


def _letters(health: Health) -> list[sb.Block]:
    letters = health.letters
    if not letters.total:
        return [kit.small("letters.none", "*Dead letters*: none. Whatever was to be said has been said.")]
    head = f"*Dead letters*: {letters.total}, newest first. They hold up nothing."
    blocks: list[sb.Block] = [kit.marked_section("letters", head)]
    for letter in letters.rows:
        blocks += _letter(letter, health.real_now)
    turning = []
    if letters.newer is not None:
        turning.append(kit.button("Newer", "desk.health.newer", str(letters.newer), label="Newer letters"))
    if letters.older is not None:
        turning.append(kit.button("Older", "desk.health.older", str(letters.older), label="Older letters"))
    if letters.total > 1:
        turning.append(kit.button("Retry all", "desk.health.retry_all", "all", label="Retry all letters"))
    return [*blocks, kit.buttons("letters.turn", *turning)] if turning else blocks


def _letter(letter: DeadLetter, now: datetime) -> list[sb.Block]:
    """What it was, to whom, why it failed and what to do; its buttons carry its id."""
    about = f" of case {shown(letter.case_number)}" if letter.case_number is not None else ""
    to = texts.mention(letter.recipient.slack_user_id) if letter.recipient else _place(letter.place)
    found = trouble(letter.error)
    facts = f"Row {letter.id} · given up {_ago(letter.given_up_at, now)} ago"
    name = f"{KINDS.get(letter.kind, letter.kind)}{about}"
    return [
        kit.marked_section(f"letter.{letter.id}", f"*{name}* to {to}\n{found.what} {found.remedy}"),
        kit.small(f"letter.{letter.id}.facts", facts),
        kit.buttons(
            f"letter.{letter.id}.acts",
            kit.button("Retry", "desk.health.retry", str(letter.id), label=f"Retry: {name}"),
            kit.button("Discard", "desk.health.discard", str(letter.id), label=f"Discard: {name}"),
        ),
    ]


_OURS = {"mail": "e-mail", "files": "the files of a case", "thread": "a thread that became a case"}
"""Conversations of the outbox that are none in Slack, by their first word."""


def _place(place: str) -> str:
    """A conversation of the outbox as mrkdwn: a channel, a person, a person's Home, or work of our own."""
    road, _, rest = place.rpartition(":")
    if road.partition(":")[0] in _OURS:
        return _OURS[road.partition(":")[0]]
    if is_channel_id(rest):
        return f"<#{rest}>"
    if re.fullmatch(r"[UW][A-Z0-9]+", rest):
        return f"Home of {texts.mention(rest)}" if road == "home" else texts.mention(rest)
    return f"#{texts.marked(rest, 80)}"


# Facts


def _facts(health: Health) -> list[sb.Block]:
    outbox, pacing = health.outbox, health.pacing
    waiting = f"{outbox.waiting} waiting"
    if outbox.oldest is not None:
        waiting += f", the oldest for {_ago(outbox.oldest, health.real_now)}"
    facts = [f"*Outbox*: {waiting}"]
    if pacing is not None:
        slowed = _span(timedelta(seconds=pacing.slowed_for)) if pacing.slowed_for is not None else None
        asked = f"Slack asked to slow down {slowed} ago" if slowed else "Slack never asked to slow down"
        facts.append(f"*Pace*: {pacing.per_minute:.0f} messages a minute; {asked}")
    facts.append(f"*Slack*: {_slack(health)}")
    desk = (
        f"*Caseline* {health.version} · *{health.database}*, revision {health.revision} · "
        f"*Policy* revision {health.policy_revision}"
    )
    return [kit.small("facts", *facts), kit.small("versions", desk)]


def _slack(health: Health) -> str:
    standing = health.standing
    if standing is None or standing.error is not None:
        return f"by {health.way}"
    scopes = "scopes not told" if standing.scopes is None else f"{len(standing.scopes)} scopes"
    return f"by {health.way}, {scopes}"


def _ago(then: datetime, now: datetime) -> str:
    return _span(max(now - then, timedelta()))


def _span(span: timedelta) -> str:
    """A length of time in its largest unit, as people say it."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError  # a minute is the smallest


def sent_again(count: int) -> str:
    """What Retry did."""
    if count == 0:
        return "Nothing was left to retry: somebody was faster."
    some = "1 message is" if count == 1 else f"{count} messages are"
    return f"{some} on the way again. Look again in a moment: what fails comes back here."


def hurried(count: int) -> str:
    """What Try again now did."""
    if count == 0:
        return "Nothing waits for its time any more. Look again in a moment."
    return "It is being tried. Look again in a moment: what still fails stays here."


def discarded(count: int) -> str:
    """What Discard did."""
    if count == 0:
        return "That one is gone already: somebody was faster."
    return "Discarded. It will never be sent; the case itself is as it was."
