"""What a desk may choose from: look-ups that always answer, and every fault of a list named at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.policy import PICK_LISTS, Choice, Policy, choice_of, faults, label_of, meaning_of


def _choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=f"Label {value}", meaning=f"Meaning {value}") for value in values)


SOUND = Policy(
    business_impacts=_choices("sales_stopped", "none"),
    severities=_choices("1", "2", "3", "4"),
    kinds=_choices("enquiry", "problem"),
    time_zones=_choices("UTC", "Europe/Lisbon"),
    resolutions=_choices("solved"),
)


def test_a_value_is_shown_by_its_label_and_explained_by_its_meaning() -> None:
    assert label_of(SOUND.kinds, "problem") == "Label problem"
    assert meaning_of(SOUND.kinds, "problem") == "Meaning problem"
    assert choice_of(SOUND.kinds, "problem") == SOUND.kinds[1]


def test_a_value_that_the_desk_has_dropped_is_still_shown_on_old_cases() -> None:
    assert label_of(SOUND.kinds, "praise") == "praise"
    assert meaning_of(SOUND.kinds, "praise") == ""
    assert choice_of(SOUND.kinds, "praise") is None


def test_a_sound_policy_has_no_faults() -> None:
    assert faults(SOUND) == ()


@pytest.mark.parametrize(
    ("kinds", "fault"),
    [
        ((), "kinds is empty; a list needs at least one entry."),
        (_choices(*map(str, range(101))), "kinds has 101 entries; Slack shows at most 100 in one list."),
        (_choices("a") * 2, 'kinds has the value "a" 2 times; each value stands once.'),
        (
            (Choice(value="a", label="Same"), Choice(value="b", label="Same")),
            'kinds shows the label "Same" 2 times; people could not tell them apart.',
        ),
        ((Choice(value="", label="A"),), "kinds, entry 1: the value is empty."),
        ((Choice(value="a", label=""),), "kinds, entry 1: the label is empty."),
        ((Choice(value="a", label=" A"),), "kinds, entry 1: the label begins or ends with a space."),
        (
            (Choice(value="a", label="x" * 76),),
            "kinds, entry 1: the label has 76 characters; Slack takes at most 75.",
        ),
        (
            (Choice(value="a", label="A", meaning="x" * 76),),
            "kinds, entry 1: the meaning has 76 characters; Slack takes at most 75.",
        ),
    ],
)
def test_a_list_that_slack_could_not_show_is_refused(kinds: tuple[Choice, ...], fault: str) -> None:
    assert fault in faults(replace(SOUND, kinds=kinds))


def test_a_label_of_75_characters_and_a_list_of_100_entries_are_just_right() -> None:
    assert faults(replace(SOUND, kinds=(Choice(value="a", label="x" * 75, meaning="y" * 75),))) == ()
    assert faults(replace(SOUND, kinds=_choices(*map(str, range(100))))) == ()


@pytest.mark.parametrize("values", [("1", "2", "3"), ("1", "2", "3", "4", "5"), ("a", "b", "c", "d")])
def test_there_are_always_the_four_severities_that_escalation_counts_on(values: tuple[str, ...]) -> None:
    assert faults(replace(SOUND, severities=_choices(*values))) == (
        "severities must have exactly the values 1, 2, 3, 4: escalation relies on them.",
    )


def test_all_faults_of_all_lists_are_told_at_once() -> None:
    found = faults(replace(SOUND, kinds=(), resolutions=(), severities=_choices("1")))
    assert [fault.split(" ")[0] for fault in found] == ["severities", "kinds", "resolutions"]


def test_the_pick_lists_are_known_by_name() -> None:
    assert PICK_LISTS == (
        "business_impacts",
        "severities",
        "kinds",
        "time_zones",
        "resolutions",
        "escalation_reasons",
        "review_reasons",
    )


def test_escalating_always_has_a_reason_for_what_no_entry_says() -> None:
    assert faults(replace(SOUND, escalation_reasons=_choices("worse"))) == (
        'escalation_reasons must have the value "other", for what no entry says.',
    )
