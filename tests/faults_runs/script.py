"""The run: 200 mixed calls by several people about sixteen cases, the same each time, a few at once.

By forms, buttons, messages in threads, edits and deletions, and by e-mail; time itself acts too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Act = Literal[
    "open",
    "take",
    "reply",
    "unheard reply",
    "refused",
    "form",
    "button",  # on the case's page
    "take back",  # a public comment, before it went out
    "chat",  # a thread, of which nobody knows yet that it becomes a case
    "says",
    "rewords",
    "unsays",
    "thread",  # becomes a case
    "hour",  # the hour of escalation comes, and nobody does anything
    "mail",  # an answer to what the desk wrote
]

IN_CHANNELS = frozenset({"take", "reply", "unheard reply", "chat", "says", "rewords", "unsays", "thread"})

CALLS = 200
AT_ONCE = 4
"""Calls of one wave: of different people, about different cases."""

MOST_TRIES = 60
CONTACT = "lou@outside.example"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One call: who does what about which case. `word` is the command's, `fields` what the form is given."""

    n: int
    case: str
    who: str
    act: Act
    word: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def needs_card(self) -> bool:
        """Whether it is done in the channel, so that the case's card must be there and be heard."""
        return self.act in IN_CHANNELS


Plan = tuple[str, Act, str, dict[str, str]]


def _form(who: str, word: str, **fields: str) -> Plan:
    return who, "form", word, fields


def _opens(who: str, **fields: str) -> Plan:
    return who, "open", "open", fields


def _takes(who: str) -> Plan:
    return who, "take", "", {}


def _replies(who: str) -> Plan:
    return who, "reply", "", {}


def _is_refused(who: str, word: str) -> Plan:
    return who, "refused", word, {}


def _is_unheard(who: str) -> Plan:
    return who, "unheard reply", "", {}


def _does(who: str, act: Act, word: str = "", **fields: str) -> Plan:
    return who, act, word, fields


LIVES: tuple[tuple[Plan, ...], ...] = (
    (
        _opens("linda", account="Cloud Nine"),
        _takes("ben"),
        _replies("ben"),
        _form("linda", "comment", text="It still smells"),
        _form("ben", "comment", text="Is it plugged in?", audience="public"),
        _form("ben", "status", status="waiting"),
        _form("raj", "comment", text="It was not"),
        _form("ana", "edit", severity="1"),
        _is_refused("tess", "close"),
        _form("ben", "close", resolution="solved", note="A plug", audience="public"),
        _is_unheard("sam"),
        _form("linda", "reopen", reason="It smells again"),
        _form("ana", "comment", text="A new plug?", audience="internal"),
    ),
    (
        _opens("ana", account="Harbour"),
        _form("maria", "assign", owner="jun", note="Yours, I think"),
        _replies("jun"),
        _form("jun", "status", status="no_response"),
        _form("viktor", "comment", text="We are here"),
        _is_refused("chloe", "status"),
        _form("maria", "edit", severity="3", description="It hums now."),
        _form("jun", "comment", text="Hums?"),
        _form("maria", "close", resolution="workaround"),
        _is_unheard("sam"),
        _form("ana", "reopen", reason="It hums on"),
        _form("ana", "status", status="working"),
    ),
    (
        _opens("raj", account="Cloud Nine"),
        _takes("ana"),
        _form("ana", "comment", text="The usual one", audience="internal"),
        _replies("ana"),
        _form("tess", "comment", text="It is mine"),
        _form("ana", "assign", owner="ines", note="An interface"),
        _replies("ines"),
        _form("ines", "status", status="waiting"),
        _is_refused("sam", "show"),
        _form("ines", "close", resolution="answered", note="It works as built"),
        _form("raj", "reopen", reason="It does not"),
        _form("maria", "assign", owner="ben"),
        _form("raj", "close", resolution="withdrawn"),
    ),
    (
        _opens("viktor", account="Harbour"),
        _replies("chloe"),
        _takes("ana"),
        _form("ana", "status", status="waiting"),
        _form("nadia", "comment", text="Any news?"),
        _form("ben", "edit", severity="4", business_impact="none"),
        _is_refused("nadia", "edit"),
        _form("ana", "comment", text="None yet", audience="public"),
        _form("viktor", "close", resolution="withdrawn", note="Never mind"),
        _form("maria", "reopen", reason="We do mind"),
        _form("ana", "status", status="working"),
        _replies("ben"),
        _form("viktor", "comment", text="Thank you"),
    ),
    (
        _does("tess", "chat"),
        _does("ana", "says"),
        _does("linda", "thread", account="Cloud Nine"),
        _does("raj", "says"),
        _does("raj", "rewords"),
        _does("ben", "says"),
        _does("ben", "unsays"),
        _form("ana", "comment", text="Turn the tap off", audience="public"),
        _does("ben", "take back", text="Buy a new tap"),
        _does("linda", "mail"),
        _does("tess", "says"),
        _form("maria", "close", resolution="solved", note="It was the tap", audience="public"),
        _does("tess", "rewords"),
    ),
    (
        _opens("linda", account="Cloud Nine", contact_name="Lou", contact_email=CONTACT),
        _takes("ben"),
        _does("raj", "button", "Tell me then"),
        _does("linda", "button", "Ask to expedite", text="We wait for it"),
        _is_refused("raj", "escalate"),
        _does("omar", "hour"),
        _form("linda", "escalate", reason="too_long", note="It costs us a day"),
        _does("ben", "mail"),
        _does("raj", "button", "Request a manager's call", phone="+1 555 0100"),
        _form("ana", "comment", text="We are at it", audience="public", contact="yes"),
        _does("lou", "mail"),
        _does("maria", "button", "Called back"),
        _form("ben", "close", resolution="answered"),
    ),
)


def waves(calls: int = CALLS) -> list[list[Step]]:
    """The first so many calls, in waves: each case's own in order, nobody and no case twice in a wave."""
    waiting = {f"Run {number:02d}": list(LIVES[number % len(LIVES)]) for number in range(calls // 12)}
    found: list[list[Step]] = []
    count = 0
    while count < calls and any(waiting.values()):
        wave: list[Step] = []
        for case, plans in waiting.items():
            if (
                not plans
                or len(wave) == AT_ONCE
                or count == calls
                or plans[0][0] in (one.who for one in wave)
            ):
                continue
            who, act, word, fields = plans.pop(0)
            wave.append(Step(n=count, case=case, who=who, act=act, word=word, fields=fields))
            count += 1
        found.append(wave)
    return found
