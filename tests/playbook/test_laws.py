"""Laws that hold for every call and every caller, whatever they say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.domain.entitlement import LicensedSite, PlacedOrder, Standing, from_record, judge, replay, to_record
from bot.domain.playbook.script import Script
from bot.domain.playbook.walk import BrokenWalk, Given, NotOffered, StillMissing, answer, at, back
from bot.domain.verdict import CallerKind
from bot.playbook_file import load_playbook

PLAYBOOK = load_playbook()
NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
STORE = ZoneInfo("America/Los_Angeles")

days = some.integers(min_value=-3, max_value=400)
dates = some.none() | days.map(lambda number: TODAY - timedelta(days=number))
orders = some.builds(
    PlacedOrder,
    number=some.sampled_from(["1", "2", "3", "4"]),
    site=some.sampled_from(["a.example", "b.example"]),
    ordered_at=some.integers(-60, 24 * 90).map(lambda hours: NOW - timedelta(hours=hours)),
    is_void=some.booleans(),
)
standings = some.builds(
    Standing,
    kind=some.sampled_from(CallerKind),
    site=some.builds(
        LicensedSite,
        name=some.just("a.example"),
        version=some.sampled_from(["", "4.9", "5.9", "6", "7.1"]),
        hosting_until=dates,
        priority_until=dates,
    ),
    orders=some.lists(orders, max_size=4).map(tuple),
    eval_start=dates,
)


def by_hand(standing: Standing) -> str:
    """The order of test as domain.md 4 tells it, written once more without any rules."""
    site = standing.site
    assert site is not None
    paid = site.priority_until is not None and site.priority_until >= TODAY
    if site.version in ("4.9", "5.9") and not paid:
        return "old_version"
    if paid:
        return "priority"
    if standing.kind is CallerKind.EVALUATOR:
        began = standing.eval_start or TODAY
        return "evaluating" if began >= TODAY - timedelta(days=90) else "evaluation_over"
    if site.hosting_until is not None and site.hosting_until >= TODAY:
        return "hosting"
    counting = [one.ordered_at for one in standing.orders if one.site == "a.example" and not one.is_void]
    if not counting:
        return "none"
    newest = max(counting).astimezone(STORE).date()
    return "recent_order" if newest >= TODAY - timedelta(days=30) else "none"


@given(standings)
@settings(max_examples=150, deadline=None)
def test_the_rules_say_what_the_plan_says_and_receipts_replay(standing: Standing) -> None:
    receipt = judge(PLAYBOOK.rules, standing, NOW, STORE, PLAYBOOK.digest)
    assert receipt.verdict == by_hand(standing)
    assert replay(PLAYBOOK.rules, PLAYBOOK.digest, from_record(to_record(receipt))) == receipt


FACTS = {"verdict": "none", "caller": "hosting", "hosting": "yes", "priority": "yes"}


@given(some.sampled_from(PLAYBOOK.scripts), some.lists(some.integers(0, 30) | some.just("back"), max_size=25))
@settings(max_examples=60, deadline=None)
def test_however_a_call_goes_it_can_be_resumed_and_gone_back(
    script: Script, presses: list[int | str]
) -> None:
    answers: tuple[Given, ...] = ()
    for press in presses:
        place = at(script, answers)
        if isinstance(press, str):
            assert len(back(script, answers)) <= max(0, len(answers) - 1)
            answers = back(script, answers)
            continue
        if place.is_over:
            assert place.offers == ()
            break
        chosen = place.offers[press % len(place.offers)]
        data = dict.fromkeys(place.step.fields, "lena@example.com")
        given_facts = {**FACTS, "verdict": chosen.value} if place.step.by == "verdict" else data
        longer = answer(script, answers, chosen.value, given_facts if place.is_decided else data)
        assert longer[:-1] == answers
        answers = longer
        assert at(script, answers).data.items() >= dict(answers[-1].data).items()


@given(some.lists(some.tuples(some.text(max_size=6), some.text(max_size=6)), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_answers_that_no_script_has_are_never_taken_for_a_call(pairs: list[tuple[str, str]]) -> None:
    try:
        at(PLAYBOOK.phone, tuple(Given(step=step, answer=value) for step, value in pairs))
    except BrokenWalk:
        return
    raise AssertionError("a call was made up")


@given(some.text(max_size=8), some.dictionaries(some.text(max_size=8), some.text(max_size=8), max_size=3))
@settings(max_examples=20, deadline=None)
def test_what_is_not_offered_is_refused(value: str, data: dict[str, str]) -> None:
    try:
        answer(PLAYBOOK.phone, (), value, data)
    except (NotOffered, StillMissing):
        return
    raise AssertionError("an answer was made up")
