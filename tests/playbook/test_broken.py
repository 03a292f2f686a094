"""Broken playbooks, at least one for each kind of fault: the check finds it, says where and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.playbook.faults import FaultKind, UnsoundPlaybook
from bot.playbook_file import load_playbook, sound_playbook
from tests.playbook.conftest import changed, ours

LONG = "x" * 76
TOLD = '{ value = "told", label = "Told them; end the call", go = "end_not_identified" }'

# File, what stands there, what is put in its place; then the kind of fault, where, and a word of it.
BROKEN = [
    ("phone.toml", 'start = "greet"', 'start = "greet', FaultKind.UNREADABLE, "phone.toml", "line"),
    ("phone.toml", 'title = "Phone"', "title = 5", FaultKind.SHAPE, "title", "a number"),
    ("phone.toml", 'title = "Phone"', "", FaultKind.SHAPE, "title", "missing"),
    ("phone.toml", 'say = "Thank', 'sya = "Thank', FaultKind.SHAPE, "steps.find.sya", "not a key"),
    ("phone.toml", 'kind = "decide"\nby = "ph', 'by = "ph', FaultKind.SHAPE, "steps.phones.by", "decide"),
    ("phone.toml", 'outcome = "sent"', 'outcome = "fine"', FaultKind.SHAPE, "end_sent.outcome", "to_sales"),
    (
        "phone.toml",
        'value = "seen", label = "Go on", go = "phones" ',
        'value = "seen", label = "Go on", go = "phones", message = "resources" ',
        FaultKind.SHAPE,
        "steps.orders.answers 1.message",
        "sends nothing",
    ),
    ("phone.toml", 'start = "greet"', 'start = "hello"', FaultKind.UNKNOWN_TARGET, "start", "hello"),
    (
        "phone.toml",
        'go = "send_options"',
        'go = "send_opts"',
        FaultKind.UNKNOWN_TARGET,
        "steps.explain.answers 2.go",
        "send_opts",
    ),
    (
        "phone.toml",
        'label = "They accept that", go = "end_sent"',
        'label = "They accept that", go = "return"',
        FaultKind.UNKNOWN_TARGET,
        "steps.explain.answers 1.go",
        "interrupted",
    ),
    ("phone.toml", 'fields = ["account"]', 'fields = ["acount"]', FaultKind.UNKNOWN_NAME, "find", "acount"),
    ("phone.toml", "this is {desk}", "this is {dekc}", FaultKind.UNKNOWN_NAME, "steps.greet.say", "dekc"),
    (
        "phone.toml",
        'only = { hosting = ["yes"] }',
        'only = { hosting = ["ja"] }',
        FaultKind.UNKNOWN_NAME,
        "steps.old_version.answers 2.only.hosting",
        "yes, no",
    ),
    (
        "phone.toml",
        'go = "level_two", case = "bug"',
        'go = "level_two"',
        FaultKind.UNKNOWN_NAME,
        "steps.level_two",
        "says why",
    ),
    ("verdict.toml", "{order} is", "{oder} is", FaultKind.UNKNOWN_NAME, "recent_order.because", "oder"),
    (
        "phone.toml",
        'label = "They want help from a person", go = "explain"',
        'label = "They want help from a person", go = "end_sent"',
        FaultKind.UNREACHABLE,
        "steps.explain",
        "never reached",
    ),
    (
        "phone.toml",
        f"answers = [\n    {TOLD},\n]",
        "",
        FaultKind.DEAD_END,
        "steps.not_found",
        "leads nowhere",
    ),
    (
        "phone.toml",
        '{ value = "closed", label = "Closed", go = "urgent" },',
        "",
        FaultKind.DEAD_END,
        "steps.phones.answers",
        "closed",
    ),
    (
        "phone.toml",
        'go = "send_old", message = "old_versions" }',
        'go = "send_old", message = "old_versions", only = { hosting = ["yes"] } }',
        FaultKind.DEAD_END,
        "steps.old_version",
        "hosting = no",
    ),
    (
        "phone.toml",
        TOLD,
        '{ value = "told", label = "Told them", go = "not_found" }',
        FaultKind.LOOP,
        "steps.not_found",
        "no end",
    ),
    (
        "triage.toml",
        'message = "development"',
        'message = "developing"',
        FaultKind.MESSAGE_MISSING,
        "steps.no_plan.answers 4.message",
        "developing",
    ),
    (
        "triage.toml",
        'go = "send", message = "resources"',
        'go = "send"',
        FaultKind.MESSAGE_MISSING,
        "steps.send",
        "no message was chosen",
    ),
    (
        "triage.toml",
        'label = "Send it", go = "end_sent", needs = ["email"]',
        'label = "Send it", go = "end_sent"',
        FaultKind.MESSAGE_UNFILLED,
        "steps.no_plan.answers 2.message",
        "email",
    ),
    (
        "messages.toml",
        "{key_page} and",
        "{keypage} and",
        FaultKind.MESSAGE_UNFILLED,
        "request_key",
        "keypage",
    ),
    (
        "messages.toml",
        "Hello {customer}",
        "Hello {Customer}",
        FaultKind.MESSAGE_UNFILLED,
        "request_key",
        "curly",
    ),
    (
        "phone.toml",
        'message = "priority_options"',
        'message = "resources"',
        FaultKind.MESSAGE_UNUSED,
        "messages.priority_options",
        "no answer",
    ),
    (
        "messages.toml",
        'fits = ["old_version"]',
        'fits = ["none"]',
        FaultKind.CONTRADICTION,
        "steps.old_version.answers",
        "old_version",
    ),
    (
        "phone.toml",
        'label = "Look it up"',
        f'label = "{LONG}"',
        FaultKind.TOO_LONG,
        "greet.answers 1.label",
        "75",
    ),
    ("phone.toml", 'title = "Phone"', f'title = "{LONG}"', FaultKind.TOO_LONG, "title", "24"),
    (
        "phone.toml",
        'value = "calls_again"',
        'value = "in_writing"',
        FaultKind.TWICE,
        "steps.urgent.answers",
        "2 times",
    ),
    ("verdict.toml", 'id = "no_order"', 'id = "older_order"', FaultKind.TWICE, "rules", "older_order"),
    ("verdict.toml", "{ from = 31 }", "{ from = 32 }", FaultKind.RULES_GAP, "rules", "31 days"),
    ("verdict.toml", "ordered = false\nb", "ordered = true\nb", FaultKind.RULES_GAP, "rules", "no order"),
    (
        "verdict.toml",
        "{ from = 31 }",
        "{ from = 30 }",
        FaultKind.RULES_OVERLAP,
        "rules recent_order and older_order",
        "30 days",
    ),
    (
        "verdict.toml",
        'id = "hosting"\nverdict = "hosting"\nhosting = true',
        'id = "hosting"\nverdict = "hosting"\nhosting = true\npriority = true',
        FaultKind.RULE_IDLE,
        "rules hosting",
        "never decides",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "kind", "key", "word"), BROKEN)
def test_a_broken_playbook_is_refused_and_says_where_and_why(
    file: str, old: str, new: str, kind: FaultKind, key: str, word: str
) -> None:
    with pytest.raises(UnsoundPlaybook) as broken:
        sound_playbook(changed(file, old, new))
    told = [one for one in broken.value.faults if one.kind is kind and key in f"{one.file} {one.key}"]
    assert any(word in f"{one}" for one in told), broken.value
    assert all(one.wrong.endswith((".", ":")) and one.remedy.endswith(".") for one in broken.value.faults)


def test_each_kind_of_fault_has_a_broken_playbook() -> None:
    assert {row[3] for row in BROKEN} == set(FaultKind)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    texts = changed("phone.toml", 'title = "Phone"', "title = 5")
    texts |= {"verdict.toml": changed("verdict.toml", "priority = false", 'priority = "no"')["verdict.toml"]}
    with pytest.raises(UnsoundPlaybook) as broken:
        sound_playbook(texts)
    assert [one.file for one in broken.value.faults] == ["phone.toml", "verdict.toml"]


def test_a_fault_is_one_line_that_an_author_can_act_on() -> None:
    with pytest.raises(UnsoundPlaybook) as broken:
        sound_playbook(changed("phone.toml", "calls_again", "in_writing"))
    assert str(broken.value.faults[0]) == (
        "phone.toml, steps.urgent.answers: "
        "“in_writing” is there 2 times. Give each answer a value of its own."
    )


def test_a_folder_with_some_of_the_files_takes_the_others_from_the_package(tmp_path: Path) -> None:
    ours(tmp_path, "phone.toml", 'title = "Phone"', 'title = "Hotline"')
    own = load_playbook(tmp_path)
    assert (own.phone.title, own.triage) == ("Hotline", load_playbook().triage)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (256 * 1024 + 1)])
def test_a_file_that_is_no_text_or_far_too_large_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "phone.toml").write_bytes(content)
    with pytest.raises(UnsoundPlaybook, match=r"phone\.toml: It "):
        load_playbook(tmp_path)


def test_a_file_with_a_misspelt_name_is_not_passed_over(tmp_path: Path) -> None:
    ours(tmp_path, "phone.toml", 'title = "Phone"', 'title = "Hotline"')
    (tmp_path / "massages.toml").write_text("", encoding="utf-8")
    with pytest.raises(UnsoundPlaybook, match=r"massages\.toml: It is no file of a playbook"):
        load_playbook(tmp_path)


def test_a_field_must_not_be_called_like_what_the_verdict_says() -> None:
    texts = changed("phone.toml", "[fields]", '[fields]\npriority = { label = "Priority" }')
    with pytest.raises(UnsoundPlaybook, match=r"fields\.priority: is what the verdict says"):
        sound_playbook(texts)


def test_a_folder_without_a_playbook_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnsoundPlaybook, match="No file of a playbook is there"):
        load_playbook(tmp_path)
