"""The run: 200 mixed calls by several people about sixteen cases, the same each time, a few at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Act = Literal["open", "take", "reply", "unheard reply", "refused", "form"]

CALLS = 200
AT_ONCE = 4
"""Calls of one wave: of different people, about different cases."""


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
        return self.act in ("take", "reply", "unheard reply")


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
