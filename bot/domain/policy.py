"""What a desk may choose from and its hours. Config loads them; dialogs, cards and rules read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from bot.domain.commerce.limits import DEFAULT_MONEY_LIMITS, MoneyLimits, read_money_limits
from bot.domain.limits import DEFAULT_LIMITS, Limits, read_limits
from bot.domain.windows import DEFAULT, Windows, read_windows

SEVERITIES = ("1", "2", "3", "4")
"""The escalation windows are written for these four (rule T11): a desk may rename them, not add more."""

MOST_CHOICES = 100  # options in one select
LONGEST_TEXT = 75  # an option's text, its description, and what we send as its value


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a pick list: `value` is stored, `label` is shown, `meaning` helps to choose."""

    value: str
    label: str
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The pick lists of a desk, each in the order in which it is shown, and the hours of its rules."""

    business_impacts: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    time_zones: tuple[Choice, ...]
    resolutions: tuple[Choice, ...]
    escalation_reasons: tuple[Choice, ...] = (
        Choice(value="too_long", label="Too much time has passed"),
        Choice(value="worse", label="The problem has become worse"),
        Choice(value="financial", label="The financial impact has become worse"),
        Choice(value="other", label="Another reason"),
    )
    escalation: Windows = DEFAULT
    limits: Limits = DEFAULT_LIMITS
    money: MoneyLimits = DEFAULT_MONEY_LIMITS


TABLES = ("escalation", "limits", "money")
"""The tables of settings."""

PICK_LISTS = tuple(field.name for field in fields(Policy) if field.name not in TABLES)
"""The names of the pick lists, in the order of `Policy`."""


def choice_of(choices: Sequence[Choice], value: str) -> Choice | None:
    """The entry with that value, or None when the list has no such entry (any more)."""
    return next((choice for choice in choices if choice.value == value), None)


def label_of(choices: Sequence[Choice], value: str) -> str:
    """How `value` is shown. A value that the list no longer has is shown as it is."""
    choice = choice_of(choices, value)
    return choice.label if choice else value


def meaning_of(choices: Sequence[Choice], value: str) -> str:
    """What `value` means, or nothing when the list does not say."""
    choice = choice_of(choices, value)
    return choice.meaning if choice else ""


class UnsoundPolicy(ValueError):
    """A policy that Slack or the rules could not work with; `faults` has a sentence for each thing."""

    def __init__(self, found: tuple[str, ...]) -> None:
        self.faults = found
        super().__init__("\n".join(found))


def read_policy(raw: Mapping[str, object], known_zones: frozenset[str]) -> Policy:
    """The policy that a file's content describes. Raises `UnsoundPolicy` with all that is wrong with it."""
    found = [
        f"{name} is no list of a policy: those are {', '.join(PICK_LISTS)}."
        for name in raw
        if name not in (*PICK_LISTS, *TABLES)
    ]
    lists = dict[str, tuple[Choice, ...]]()
    for name in PICK_LISTS:
        lists[name], wrong = _read_list(name, raw.get(name))
        found += wrong or _list_faults(name, lists[name])
    windows, wrong = read_windows(raw.get("escalation"))
    found += wrong
    limits, wrong = read_limits(raw.get("limits"))
    found += wrong
    money, wrong = read_money_limits(raw.get("money"))
    found += wrong
    policy = Policy(**lists, escalation=windows, limits=limits, money=money)
    found += [
        f'time_zones has "{zone.value}", which is no name of the IANA zone database (like Europe/Lisbon).'
        for zone in policy.time_zones
        if zone.value not in known_zones
    ]
    if found:
        raise UnsoundPolicy(tuple(found))
    return policy


def _read_list(name: str, raw: object) -> tuple[tuple[Choice, ...], list[str]]:
    if not isinstance(raw, list):
        return (), [f"{name} is no list of entries."] if raw is not None else []
    choices, found = list[Choice](), list[str]()
    for position, entry in enumerate(raw, start=1):
        wrong = _entry_shape(entry)
        found += [f"{name}, entry {position}: {each}" for each in wrong]
        if not wrong:
            choices.append(Choice(**entry))
    return tuple(choices), found


def _entry_shape(entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return ["it is not written as { value = ..., label = ..., meaning = ... }."]
    parts = [field.name for field in fields(Choice)]
    return [
        *(f"it has no {part}." for part in ("value", "label") if part not in entry),
        *(f"{part} is not a part of an entry." for part in entry if part not in parts),
        *(
            f"the {part} must be text in quotes."
            for part in parts
            if not isinstance(entry.get(part, ""), str)
        ),
    ]


def faults(policy: Policy) -> tuple[str, ...]:
    """All that Slack or the rules could not work with, a sentence each; empty for a sound policy."""
    return tuple(fault for name in PICK_LISTS for fault in _list_faults(name, getattr(policy, name)))


def _list_faults(name: str, choices: Sequence[Choice]) -> Iterator[str]:
    if not choices:
        yield f"{name} is empty; a list needs at least one entry."
    if len(choices) > MOST_CHOICES:
        yield f"{name} has {len(choices)} entries; Slack shows at most {MOST_CHOICES} in one list."
    for value, times in Counter(choice.value for choice in choices).items():
        if times > 1:
            yield f'{name} has the value "{value}" {times} times; each value stands once.'
    for label, times in Counter(choice.label for choice in choices).items():
        if times > 1:
            yield f'{name} shows the label "{label}" {times} times; people could not tell them apart.'
    for position, choice in enumerate(choices, start=1):
        yield from _entry_faults(f"{name}, entry {position}", choice)
    if name == "severities" and choices and {choice.value for choice in choices} != set(SEVERITIES):
        yield f"severities must have exactly the values {', '.join(SEVERITIES)}: escalation relies on them."
    if name == "escalation_reasons" and choices and choice_of(choices, "other") is None:
        yield 'escalation_reasons must have the value "other", for what no entry says.'


def _entry_faults(where: str, choice: Choice) -> Iterator[str]:
    for part in ("value", "label", "meaning"):
        text: str = getattr(choice, part)
        if part != "meaning" and not text:
            yield f"{where}: the {part} is empty."
        elif text != text.strip():
            yield f"{where}: the {part} begins or ends with a space."
        elif len(text) > LONGEST_TEXT:
            yield f"{where}: the {part} has {len(text)} characters; Slack takes at most {LONGEST_TEXT}."
