"""A call walked through the phone script: on, back, interrupted, resumed, decided again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.entitlement import Standing, judge, overrule
from bot.domain.playbook.script import CaseReason, Outcome, Playbook
from bot.domain.playbook.walk import (
    Answers,
    BrokenWalk,
    Given,
    NotOffered,
    StillMissing,
    answer,
    at,
    back,
    decided_again,
    facts_of,
    written_down,
)
from bot.domain.verdict import CallerKind, Verdict

NOW = datetime(2026, 3, 2, 20, tzinfo=UTC)
COVERED = {"verdict": "recent_order", "caller": "customer", "hosting": "no", "priority": "no"}
TRIAL = {"verdict": "evaluating", "caller": "evaluator", "hosting": "no", "priority": "no"}


def walk(playbook: Playbook, *given: str | tuple[str, Mapping[str, str]]) -> Answers:
    answers: Answers = ()
    for one in given:
        value, data = (one, {}) if isinstance(one, str) else one
        answers = answer(playbook.phone, answers, value, data)
    return answers


FOUND = (("look_up", {"site": "fox"}), ("picked", {"account": "7"}))
KNOWN = (*FOUND, "seen", "open", ("recent_order", COVERED))


def test_a_call_of_a_known_caller_takes_at_most_six_presses_to_the_sent_message(playbook: Playbook) -> None:
    answers = walk(playbook, *KNOWN, "product", ("send", {"email": "lena@example.com"}))
    place = at(playbook.phone, answers)
    by_people = [one for one in place.path if one[0].kind != "decide"]
    assert len(by_people) <= 6
    assert (place.step.id, place.message) == ("assure_covered", "open_case")
    assert place.data["site"] == "fox"
    assert place.data["email"] == "lena@example.com"
    assert place.number == len(by_people) + 1
    assert [(field.label, text) for field, text in written_down(playbook.phone, place)] == [
        ("Licensed site", "fox"),
        ("E-mail", "lena@example.com"),
        ("Account", "7"),
    ]


def test_an_answer_waits_until_its_fields_are_filled_in(playbook: Playbook) -> None:
    with pytest.raises(StillMissing) as missing:
        walk(playbook, ("look_up", {"site": "   "}))
    assert missing.value.any_of
    assert "Licensed site or Order number" in str(missing.value)
    with pytest.raises(StillMissing, match="Account"):
        walk(playbook, ("look_up", {"order_no": "1042"}), "picked")
    with pytest.raises(StillMissing, match="E-mail"):
        walk(playbook, *KNOWN, "product", ("send", {"email": "lena at example"}))


def test_what_was_written_down_before_need_not_be_written_again(playbook: Playbook) -> None:
    known = (("look_up", {"email": "lena@example.com"}), *KNOWN[1:])
    assert at(playbook.phone, walk(playbook, *known, "product", "send")).step.id == "assure_covered"


def test_back_undoes_the_last_answer_of_a_person_and_what_the_desk_decided_since(playbook: Playbook) -> None:
    answers = walk(playbook, *KNOWN)
    before = back(playbook.phone, answers)
    assert at(playbook.phone, before).step.id == "orders"
    assert [one.step for one in answers[len(before) :]] == ["orders", "phones", "verdict"]
    assert back(playbook.phone, back(playbook.phone, back(playbook.phone, before))) == ()


def test_a_trial_user_gets_no_licence_key_but_a_case(playbook: Playbook) -> None:
    start = (*KNOWN[:4], ("evaluating", TRIAL))
    offers = [one.value for one in at(playbook.phone, walk(playbook, *start)).offers]
    assert "licence_key" not in offers
    assert at(playbook.phone, walk(playbook, *start, "licence_key_trial")).message == "open_case"
    with pytest.raises(NotOffered):
        walk(playbook, *start, "licence_key")


def test_priority_is_offered_to_those_alone_who_pay_for_it(playbook: Playbook) -> None:
    paid = {**COVERED, "verdict": "priority", "priority": "yes"}
    issue = {"issue": "The import stops."}
    place = at(playbook.phone, walk(playbook, *KNOWN[:4], ("priority", paid), ("priority", issue)))
    assert (place.step.id, place.case) == ("level_two", CaseReason.PRIORITY)
    assert "priority" not in [one.value for one in at(playbook.phone, walk(playbook, *KNOWN)).offers]


def test_a_caller_with_an_old_version_who_is_hosted_gets_the_answer_about_hosting(playbook: Playbook) -> None:
    old = {**COVERED, "verdict": "old_version", "caller": "hosting", "hosting": "yes"}
    place = at(playbook.phone, walk(playbook, *KNOWN[:4], ("old_version", old), "hosting"))
    assert place.message == "hosting_ticket"
    unhosted = at(playbook.phone, walk(playbook, *KNOWN[:4], ("old_version", {**old, "hosting": "no"})))
    assert [one.value for one in unhosted.offers] == ["options", "praise_or_blame"]


def test_a_complaint_interrupts_and_the_call_goes_on_where_it_was(playbook: Playbook) -> None:
    aside = walk(playbook, *KNOWN, "praise_or_blame")
    assert at(playbook.phone, aside).step.id == "praise_or_blame"
    assert [one.value for one in at(playbook.phone, aside).offers] == ["go_on", "end"]
    again = answer(playbook.phone, aside, "go_on", {"remark": "Long wait."})
    assert at(playbook.phone, again).step.id == "live"
    assert at(playbook.phone, again).data["remark"] == "Long wait."
    ended = at(playbook.phone, answer(playbook.phone, aside, "end"))
    assert (ended.is_over, ended.step.outcome) == (True, Outcome.COMPLIMENT_OR_COMPLAINT)


def test_a_manager_who_overrules_moves_the_call_to_where_the_new_verdict_leads(playbook: Playbook) -> None:
    none = {**COVERED, "verdict": "none"}
    answers = walk(playbook, *KNOWN[:4], ("none", none), "product")
    standing = Standing(kind=CallerKind.CUSTOMER)
    receipt = judge(playbook.rules, standing, NOW, ZoneInfo("UTC"), playbook.digest)
    value, facts = facts_of(overrule(receipt, Verdict.RECENT_ORDER, "Mia", "Their first week.", NOW))
    again = decided_again(playbook.phone, answers, "verdict", value, facts)
    assert (value, at(playbook.phone, again).step.id) == ("recent_order", "live")
    with pytest.raises(NotOffered):
        decided_again(playbook.phone, walk(playbook, *KNOWN[:2]), "verdict", "none", none)


def test_who_is_let_have_priority_support_is_offered_its_case(playbook: Playbook) -> None:
    answers = walk(playbook, *KNOWN[:4], ("none", {**COVERED, "verdict": "none"}), "product")
    receipt = judge(playbook.rules, Standing(kind=CallerKind.CUSTOMER), NOW, ZoneInfo("UTC"), playbook.digest)
    value, facts = facts_of(overrule(receipt, Verdict.PRIORITY, "Mia", "Paid this morning.", NOW))
    place = at(playbook.phone, decided_again(playbook.phone, answers, "verdict", value, facts))
    assert "priority" in [one.value for one in place.offers]
    _, hosted = facts_of(overrule(receipt, Verdict.HOSTING, "Mia", "They move to us.", NOW))
    assert (facts["hosting"], hosted["hosting"], hosted["priority"]) == ("no", "yes", "no")


def test_answers_of_another_script_are_noticed(playbook: Playbook) -> None:
    with pytest.raises(BrokenWalk):
        at(playbook.phone, (Given(step="identify", answer="known"),))
    with pytest.raises(BrokenWalk):
        at(playbook.phone, (Given(step="greet", answer="sings"),))


def test_nobody_writes_down_what_only_the_desk_knows(playbook: Playbook) -> None:
    with pytest.raises(NotOffered, match="does not write down priority"):
        walk(playbook, ("look_up", {"site": "fox", "priority": "yes"}))
    with pytest.raises(NotOffered, match="does not write down email"):
        walk(playbook, *KNOWN[:4], ("recent_order", {**COVERED, "email": "lena@example.com"}))


def test_with_another_account_nothing_stays_of_what_was_picked_from_the_first(playbook: Playbook) -> None:
    first = (*FOUND, ("another_account", {"licensed_site": "fox.example"}))
    again = ("look_up", {"company": "Owl Ltd"})
    same = at(playbook.phone, walk(playbook, *first, again, ("picked", {"account": "7"})))
    other = at(playbook.phone, walk(playbook, *first, again, ("picked", {"account": "8"})))
    assert same.data["licensed_site"] == "fox.example"
    assert "licensed_site" not in other.data
    assert (other.data["site"], other.data["company"], other.data["account"]) == ("fox", "Owl Ltd", "8")


def test_outside_phone_hours_one_question_tells_severity_1_from_the_rest(playbook: Playbook) -> None:
    place = at(playbook.phone, walk(playbook, *KNOWN[:3], "closed"))
    assert place.step.id == "urgent"
    ends = {one.value: one.go for one in place.offers}
    assert ends["severity_1"] == ends["in_writing"] == "verdict"
    assert ends["calls_again"] == "end_calls_again"


def test_a_digest_tells_revisions_apart(playbook: Playbook) -> None:
    from bot.playbook_file import sound_playbook
    from tests.playbook.conftest import changed

    reworded = sound_playbook(changed("phone.toml", "Gladly.", "With pleasure."))
    commented = sound_playbook(changed("phone.toml", "title =", "# A remark.\ntitle ="))
    assert reworded.digest != playbook.digest == commented.digest
