"""What is drawn of escalation: card, direct messages and windows, for every standing and with any text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import case_card, changes, escalation, notices
from bot.dialogs import call_back, escalate, expedite, history
from bot.dialogs.forms import FieldErrors, reference
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import AskToExpedite, Escalate, RequestCallBack
from bot.domain.pages import HistoryPage, Notice
from bot.domain.people import PersonRef
from bot.store.records import THE_DESK
from tests.blocks.samples import (
    ANA,
    CALL,
    CASE,
    CLOSED,
    ESCALATED,
    HOSTILE,
    JUN,
    LATER,
    LINDA,
    NOON,
    OPENED,
    OWED,
    POLICY,
    WAITS,
    entry,
)
from tests.blocks.slack_rules import readable, view_problems
from tests.blocks.test_cards import sound

STANDINGS: list[tuple[Case, list[str], list[str]]] = [
    (
        WAITS,
        ["Escalation opens <!date^", "Premier, severity 2, 4 hours after it was opened", "first answer by"],
        ["case.tell_me", "case.expedite"],
    ),
    (OPENED, ["May be escalated since <!date^", "owes a first answer by", "overdue"], ["case.escalate"]),
    (ESCALATED, ["Escalated <!date^", "by Linda Berg: The problem has become worse"], ["case.call_back"]),
    (OWED, ["A manager's call is owed by <!date^"], ["case.called_back"]),
    (replace(CLOSED, escalation=ESCALATED.escalation), ["Escalated <!date^"], []),
]


@pytest.mark.parametrize(("case", "said", "acts"), STANDINGS)
def test_a_card_says_how_it_stands_with_escalation_and_has_its_buttons(
    case: Case, said: list[str], acts: list[str]
) -> None:
    message = sound(case_card.card(case, POLICY, LATER))
    shown = readable(message.blocks)
    for words in said:
        assert words in shown
        assert words.partition(" <!date^")[0] in message.text  # for screen readers
    found = [one["action_id"] for one in message.blocks[-1]["elements"]]
    assert [one for one in found if one in {action for _, _, acts in STANDINGS for action in acts}] == acts


def test_without_a_time_a_card_says_nothing_of_it() -> None:
    message = sound(case_card.card(WAITS, POLICY))
    assert "scalat" not in readable(message.blocks) + message.text


def test_who_owes_the_first_answer_is_named() -> None:
    owned = case_card.card(replace(WAITS, owner=ANA.ref), POLICY, LATER)
    assert "Ana Lima owes a first answer by" in readable(owned.blocks)
    answered = case_card.card(replace(WAITS, first_answered_at=NOON), POLICY, LATER)
    assert "first answer" not in readable(answered.blocks)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_names_and_wishes_hold_all_of_it_stays_sound(text: str) -> None:
    by = replace(LINDA.ref, name=text)
    flag = replace(OWED.escalation, by=by, reason=text)
    case = replace(OWED, title=text, account_name=text, owner=by, escalation=flag)
    call = replace(CALL, phone=text, wanted=text, asked_by=by)
    sound(case_card.card(case, POLICY, LATER))
    sound(escalation.may_escalate(replace(case, escalation=OPENED.escalation)))
    sound(escalation.needs_owner(case))
    sound(escalation.call_back_due(case, call, LATER))
    told = entry(ChangeKind.ESCALATED, actor=by, changes={"escalation_reason": (None, text)})
    sound(escalation.escalated(case, told, POLICY))
    asked = entry(ChangeKind.CALL_BACK_ASKED, actor=by)
    for reader in (ANA, LINDA):
        said = Notice(case=case, entry=asked, recipient=reader, comment=None, permalink=None, call_back=call)
        sound(notices.notice(said))
    for view in (
        escalate.view(case, LINDA, POLICY, {"reason": "worse", "note": text}, text),
        expedite.view(replace(case, escalation=WAITS.escalation), JUN, {"text": text}, text),
        call_back.view(case, POLICY, {"phone": text, "wanted": text}, text),
    ):
        assert view_problems(view) == []


def test_a_reminder_has_the_number_and_says_when_it_is_late() -> None:
    early = sound(escalation.call_back_due(OWED, CALL, LATER))
    assert "+1 555 0100" in early.text
    assert "overdue" not in early.text
    late = sound(escalation.call_back_due(OWED, CALL, CALL.due_at + timedelta(minutes=1)))
    assert "which is overdue" in late.text
    whenever = escalation.call_back_due(OWED, replace(CALL, wanted=""), LATER)
    assert "When: any time" in readable(whenever.blocks)


def test_only_staff_can_say_that_the_call_was_made() -> None:
    for reader, wanted in ((ANA, ["case.called_back", "case.page"]), (LINDA, ["case.page"])):
        asked = Notice(
            case=OWED,
            entry=entry(ChangeKind.CALL_BACK_ASKED),
            recipient=reader,
            comment=None,
            permalink=None,
            call_back=CALL,
        )
        drawn = notices.notice(asked)
        assert [one["action_id"] for one in drawn.blocks[-1]["elements"]] == wanted


TOLD = [
    (
        ChangeKind.ESCALATED,
        {"escalation_reason": (None, "worse")},
        "escalated the case: The problem has become worse",
    ),
    (ChangeKind.EXPEDITE_ASKED, {}, "asked to expedite the case"),
    (ChangeKind.CALL_BACK_ASKED, {}, "asked for a manager's call"),
    (ChangeKind.CALLED_BACK, {}, "made the manager's call"),
    (
        ChangeKind.RULES_CHANGED,
        {"escalation_opens": (NOON.isoformat(), LATER.isoformat())},
        "moved the hour from which the case may be escalated",
    ),
    (
        ChangeKind.RULES_CHANGED,
        {"T2": (NOON.isoformat(), LATER.isoformat()), "T1": (NOON.isoformat(), LATER.isoformat())},
        "counted anew the time of rule T1 (First comment of Integrations) and T2 (Call-back to the customer)",
    ),
    (
        ChangeKind.LIMIT_PASSED,
        {"rule": (None, "T1")},
        "noted that the time of rule T1 (First comment of Integrations) has passed",
    ),
    (ChangeKind.LIMIT_PASSED, {}, "noted that the time of rule unknown has passed"),
    (
        ChangeKind.EDITED,
        {"severity": ("2", "3"), "escalation_opens": (NOON.isoformat(), LATER.isoformat())},
        "changed severity from 2 - High: an important part fails to 3 - Normal: something works wrongly",
    ),
]


@pytest.mark.parametrize(("kind", "changed", "sentence"), TOLD)
def test_what_happened_is_told_in_a_sentence(
    kind: ChangeKind, changed: dict[str, tuple[str | None, str | None]], sentence: str
) -> None:
    assert changes.told(entry(kind, changes=changed), POLICY) == sentence


@pytest.mark.parametrize("actor", [ANA.ref, THE_DESK])
def test_the_history_says_when_it_opens_in_the_readers_zone_and_names_the_desk_for_a_rule(
    actor: PersonRef,
) -> None:
    moved = entry(
        ChangeKind.RULES_CHANGED,
        actor=actor,
        changes={"escalation_opens": (NOON.isoformat(), LATER.isoformat())},
    )
    view = history.view(HistoryPage(case=CASE, entries=(moved,), total=1, newer=None, older=None), POLICY)
    assert view_problems(view) == []
    shown = readable(view)
    assert f"Escalation opens <!date^{int(LATER.timestamp())}^" in shown
    assert ("Caseline moved" in shown) == (actor is THE_DESK)


def test_the_forms_give_commands_or_say_what_is_missing() -> None:
    held = reference(CASE)
    assert escalate.read({"reason": "worse", "note": " now "}, held) == Escalate(
        case_id=CASE.id, version=3, reason="worse", note="now"
    )
    assert isinstance(escalate.read({"reason": None}, held), FieldErrors)
    assert isinstance(escalate.read({"reason": "other", "note": " "}, held), FieldErrors)
    assert expedite.read({"text": "Please"}, held) == AskToExpedite(case_id=CASE.id, version=3, text="Please")
    assert isinstance(expedite.read({"text": " "}, held), FieldErrors)
    assert call_back.read({"phone": "+1 (555) 0100", "wanted": "soon"}, held) == RequestCallBack(
        case_id=CASE.id, version=3, phone="+1 (555) 0100", wanted="soon"
    )
    for phone in ("", "call me", "12"):
        assert isinstance(call_back.read({"phone": phone}, held), FieldErrors)
