"""The table of timed rules: its page is fresh, its settings exist, its numbers are those of the policy."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, fields
from pathlib import Path

from bot.domain.limits import DEFAULT_LIMITS, read_limits
from bot.domain.rules import OF_CASES, RULES, RuleId, rule
from bot.domain.rules_page import page
from bot.domain.windows import Windows
from bot.scheduler.due import ACTIONS
from bot.services.timed import RULE_OF

ROOT = Path(__file__).parents[2]


def test_the_page_of_rules_is_as_the_table_says() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page(), "write it anew: make rules"


def test_every_rule_stands_once_in_the_order_of_its_number() -> None:
    assert [one.id for one in RULES] == list(RuleId)
    assert all(rule(one).id is one for one in RuleId)


def test_every_due_time_of_a_rule_has_its_act_and_its_rule() -> None:
    assert {kind for one in RULES for kind in one.kinds} <= set(ACTIONS)
    assert {kind: one.id for one in RULES for kind in one.kinds if kind in OF_CASES} == {
        kind: found[0] for kind, found in RULE_OF.items()
    }


OF_NO_CASE = {"personal_data_days", "session_minutes"}
"""How long something is kept or goes on; no rule of a case counts by it."""


def test_the_settings_that_the_table_names_are_there() -> None:
    known = {
        "limits": {one.name for one in fields(DEFAULT_LIMITS)},
        "escalation": {one.name for one in fields(Windows)},
    }
    named: dict[str, set[str]] = {"limits": set(), "escalation": set()}
    for one in RULES:
        table, _, names = one.setting.partition(".")
        if table in known:
            named[table] |= {name.strip() for name in names.partition(";")[0].split(",")}
    assert named["limits"] == known["limits"] - OF_NO_CASE
    assert named["escalation"] <= known["escalation"]


def test_the_policy_file_says_what_the_rules_default_to() -> None:
    raw = tomllib.loads((ROOT / "bot" / "policy.toml").read_text(encoding="utf-8"))
    assert read_limits(raw["limits"]) == (DEFAULT_LIMITS, [])
    assert set(raw["limits"]) == set(asdict(DEFAULT_LIMITS))


def test_what_is_wrong_with_limits_is_said_all_at_once() -> None:
    wrong = {
        "first_comment": -1,
        "update_days": 1.5,
        "customer_call_reminders": [44, 24],
        "spoken": 3,
        "left_message_warning": True,
    }
    _, faults = read_limits(wrong)
    assert len(faults) == len(wrong)
    _, faults = read_limits({"spoke": 10, "customer_call_reminders": [50]})
    assert faults == [
        "limits.spoke_reminder must be less than limits.spoke.",
        "limits.customer_call_reminders must lie before limits.customer_call.",
    ]
    assert read_limits([])[1] == ["limits is no table of hours and days."]
