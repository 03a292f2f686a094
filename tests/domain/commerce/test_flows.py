"""Flows: what a team may change and what it may not, and where one stands in them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commerce.flow_changes import flow_changes
from bot.domain.commerce.flow_check import ONCE, SAFEGUARDS
from bot.domain.commerce.flow_messages import filled, names_in
from bot.domain.commerce.flow_reading import FLOW_FILES
from bot.domain.commerce.flows import (
    Flow,
    FlowFacts,
    FlowKind,
    FormField,
    FormKind,
    OtherFlow,
    StepKind,
    missing,
    next_step,
    path,
)
from bot.domain.commerce.removal import ShippingRule
from bot.domain.playbook.faults import FaultKind, UnsoundPlaybook
from bot.domain.shop.money import Money
from bot.flow_file import LARGEST, PACKAGED_FLOWS, packaged_flow, packaged_text, sound_flow

CANCEL, RETURN = FlowKind
PREVIEW = '    { id = "preview", kind = "preview", title = "What will change" },\n'
LIMIT = '    { id = "limit", kind = "approval", title = "A manager agrees", when = "above_limit" },\n'
SUBMIT = '    { id = "submit", kind = "submit", title = "Cancel the items" },\n'
REFUND = '    { id = "refund", kind = "refund", title = "Pay back what was captured" },\n'
OPEN = '    { id = "submit", kind = "submit", title = "Open the return" },\n'
GOODS = '    { id = "goods", kind = "wait", title = "Wait for the goods", waits_for = "goods" },\n'
MEMO = '    { id = "memo", kind = "memo", title = "Write the credit memo" },\n'
PAY = '    { id = "refund", kind = "refund", title = "Pay it back" },\n'
LABEL = '    { id = "label", kind = "return_label", title = "Send it", only = { reason = ["Damaged"] } },\n'
LATE = '    { id = "agree", kind = "approval", title = "A colleague agrees", when = "always" },\n'
OWNERS = 'to = ["creator", "owner"]'
MAILED = '    {{ id = "label", kind = "return_label", title = "Send it", message = "{}" }},\n'
FORM = """    { id = "ask", kind = "form", title = "Ask", fields = [
        { name = "opened", label = "Was it opened?", kind = "yes_no", needed = true },
        { name = "colour", label = "Colour", kind = "choice", choices = ["red", "blue"] },
    ] },
"""


def with_change(kind: FlowKind, old: str, new: str) -> str:
    text = packaged_text(kind)
    assert text.count(old) == 1, old
    return text.replace(old, new)


def facts(amount: int = 100, *, above: bool = False, currency: str = "USD", **said: str) -> FlowFacts:
    return FlowFacts(at_stake=Money(minor=amount, currency=currency), above_limit=above, said=said)


def ids(flow: Flow, given_facts: FlowFacts) -> list[str]:
    return [one.id for one in path(flow, given_facts)]


@pytest.mark.parametrize("kind", list(FlowKind))
def test_the_packaged_flows_are_sound_and_say_their_version(kind: FlowKind) -> None:
    flow = packaged_flow(kind)
    assert flow.stamp == f"{kind.value} 1 ({flow.digest[:8]})"
    assert flow.reasons[-1] == "Unknown"
    assert {one.name for one in PACKAGED_FLOWS.iterdir()} == set(FLOW_FILES.values())


# Flow, what stands there, what is put in its place; then the kind of fault, where, and a word of it.
BROKEN = [
    (CANCEL, "version = 1", "", FaultKind.SHAPE, "version", "missing"),
    (CANCEL, "version = 1", "version = ", FaultKind.UNREADABLE, "", "not TOML"),
    (CANCEL, 'title = "Cancel items"', 'titel = "Cancel"', FaultKind.SHAPE, "titel", "not a key"),
    (CANCEL, '"whole_group"', '"half"', FaultKind.SHAPE, "shipping", "half"),
    (CANCEL, PREVIEW, "", FaultKind.CONTRADICTION, "steps", "have no preview"),
    (CANCEL, LIMIT, "", FaultKind.CONTRADICTION, "steps", "have no approval above the limit"),
    (CANCEL, SUBMIT, "", FaultKind.CONTRADICTION, "steps", "have no submit"),
    (RETURN, GOODS, "", FaultKind.CONTRADICTION, "steps", "have no wait for the goods"),
    (RETURN, MEMO, "", FaultKind.CONTRADICTION, "steps", "have no credit memo"),
    (CANCEL, '"above_limit"', '"always"', FaultKind.CONTRADICTION, "steps", "have no approval above"),
    (CANCEL, LIMIT + SUBMIT, SUBMIT + LIMIT, FaultKind.CONTRADICTION, "steps 2", "before the approval"),
    (CANCEL, PREVIEW + LIMIT, LIMIT + PREVIEW, FaultKind.CONTRADICTION, "steps 1", "before the preview"),
    (CANCEL, SUBMIT + REFUND, REFUND + SUBMIT, FaultKind.CONTRADICTION, "steps 3", "before the submit"),
    (RETURN, MEMO + PAY, PAY + MEMO, FaultKind.CONTRADICTION, "steps 5", "before the credit memo"),
    (RETURN, GOODS + MEMO, MEMO + GOODS, FaultKind.CONTRADICTION, "steps 4", "before the wait for the goods"),
    (RETURN, OPEN, LABEL + OPEN, FaultKind.CONTRADICTION, "steps 3", "before the submit"),
    (RETURN, GOODS, GOODS + LABEL, FaultKind.CONTRADICTION, "steps 4", "before the return label"),
    (CANCEL, SUBMIT, SUBMIT + GOODS, FaultKind.CONTRADICTION, "steps 4", "nothing of what is cancelled"),
    (
        CANCEL,
        PREVIEW,
        '    { id = "told", kind = "notify", title = "Tell", to = ["customer"] },\n' + PREVIEW,
        FaultKind.CONTRADICTION,
        "steps 1",
        "before the submit",
    ),
    (
        CANCEL,
        'when = "above_limit"',
        'when = "above_limit", only = { reason = ["Too slow"] }',
        FaultKind.CONTRADICTION,
        "steps 2.only",
        "go round the approval",
    ),
    (
        CANCEL,
        SUBMIT,
        SUBMIT + SUBMIT.replace('"submit",', '"twice",', 1),
        FaultKind.TWICE,
        "steps 4",
        "second",
    ),
    (CANCEL, REFUND, REFUND + REFUND.replace("refund", "submit", 1), FaultKind.TWICE, "steps", "submit"),
    (CANCEL, PREVIEW, FORM + FORM.replace('"ask"', '"again"') + PREVIEW, FaultKind.TWICE, "steps", "opened"),
    (CANCEL, PREVIEW, FORM.replace("opened", "reason") + PREVIEW, FaultKind.TWICE, "steps", "reason itself"),
    (CANCEL, PREVIEW, FORM.replace("opened", "submit") + PREVIEW, FaultKind.TWICE, "steps", "id of a step"),
    (CANCEL, PREVIEW, FORM.replace("opened", "note") + PREVIEW, FaultKind.TWICE, "steps", "note to who"),
    (RETURN, MEMO, LATE + MEMO, FaultKind.CONTRADICTION, "steps 5", "approval of what is done"),
    (
        RETURN,
        OPEN,
        OPEN + LABEL.replace("Damaged", "Broken"),
        FaultKind.UNKNOWN_NAME,
        "steps 4.only.reason",
        "Broken",
    ),
    (
        RETURN,
        OPEN,
        OPEN + LABEL.replace("reason =", "opened ="),
        FaultKind.UNKNOWN_NAME,
        "steps 4.only.opened",
        "no choice of a form before it",
    ),
    (CANCEL, ', when = "above_limit"', "", FaultKind.SHAPE, "steps 2.when", "missing"),
    (CANCEL, 'when = "above_limit"', 'when = "above"', FaultKind.SHAPE, "steps 2.above", "do not fit"),
    (
        CANCEL,
        'when = "above_limit"',
        'when = "above_limit", days = 3',
        FaultKind.SHAPE,
        "steps 2.days",
        "not for",
    ),
    (CANCEL, ', to = ["creator", "owner"]', "", FaultKind.SHAPE, "steps 5.to", "tells nobody"),
    (
        CANCEL,
        PREVIEW,
        PREVIEW + '    { id = "w", kind = "wait", title = "Wait", waits_for = "days", days = 900 },\n',
        FaultKind.SHAPE,
        "steps 2.days",
        "is 900",
    ),
    (
        CANCEL,
        PREVIEW,
        PREVIEW + '    { id = "s", kind = "message", title = "Say" },\n',
        FaultKind.SHAPE,
        "steps 2.say",
        "says nothing",
    ),
    (
        CANCEL,
        PREVIEW,
        FORM.replace(', choices = ["red", "blue"]', "") + PREVIEW,
        FaultKind.SHAPE,
        "fields",
        "choices",
    ),
    (CANCEL, "{items}", "{itmes}", FaultKind.MESSAGE_UNFILLED, "messages.cancelled", "{itmes}"),
    (CANCEL, "{items}", "{return_number}", FaultKind.MESSAGE_UNFILLED, "messages.cancelled", "not know"),
    (CANCEL, "{items}", "{items", FaultKind.MESSAGE_UNFILLED, "messages.cancelled", "curly bracket"),
    (CANCEL, 'subject = "Order', 'subjekt = "Order', FaultKind.SHAPE, "messages.cancelled.subjekt", "key"),
    (CANCEL, "It comes to", "x" * 3000, FaultKind.TOO_LONG, "messages.cancelled.body", "at most 3000"),
    (CANCEL, OWNERS, f'{OWNERS}, message = "cancelled"', FaultKind.CONTRADICTION, "steps 5", "nobody"),
    (RETURN, GOODS, MAILED.format("lable") + GOODS, FaultKind.MESSAGE_MISSING, "steps 4.message", "lable"),
    (RETURN, GOODS, MAILED.format("paid_back") + GOODS, FaultKind.MESSAGE_UNFILLED, "steps 4", "not known"),
    (CANCEL, '"What will change"', f'"{"x" * 76}"', FaultKind.TOO_LONG, "steps 1.title", "76 characters"),
    (CANCEL, '"Too slow"', f'"{"x" * 76}"', FaultKind.TOO_LONG, "reasons", "76 characters"),
]


@pytest.mark.parametrize(("kind", "old", "new", "fault", "key", "word"), BROKEN)
def test_a_broken_flow_is_told_where_and_why(
    kind: FlowKind, old: str, new: str, fault: FaultKind, key: str, word: str
) -> None:
    with pytest.raises(UnsoundPlaybook) as found:
        sound_flow(kind, with_change(kind, old, new))
    hits = [one for one in found.value.faults if one.kind is fault and key in one.key and word in str(one)]
    assert hits, str(found.value)
    assert all(one.file == FLOW_FILES[kind] and one.remedy for one in found.value.faults)


def test_too_large_a_file_is_no_flow() -> None:
    with pytest.raises(UnsoundPlaybook, match="at most"):
        sound_flow(CANCEL, "#" * (LARGEST + 1))


def test_a_team_inserts_a_form_an_approval_a_wait_and_a_return_label() -> None:
    own = FORM + PREVIEW.replace("change", "come off")
    text = with_change(RETURN, PREVIEW.replace("change", "come off"), own)
    text = text.replace(
        OPEN,
        '    { id = "big", kind = "approval", title = "Ada agrees", when = "above", above = 500 },\n'
        + OPEN
        + LABEL
        + '    { id = "rest", kind = "wait", title = "Let it rest", waits_for = "days", days = 2,'
        + ' only = { opened = ["yes"] } },\n',
    )
    flow = sound_flow(RETURN, text.replace("version = 1", "version = 2", 1))
    assert flow.version == 2
    assert flow.digest != packaged_flow(RETURN).digest
    plain = ["ask", "preview", "submit", "goods", "memo", "refund", "tell"]
    assert ids(flow, facts(reason="Does not fit", opened="no")) == plain
    assert ids(flow, facts(500_01, above=True, reason="Damaged", opened="yes")) == [
        *("ask", "preview", "limit", "big", "submit", "label", "rest", "goods", "memo", "refund", "tell")
    ]
    assert "big" not in ids(flow, facts(500_00))
    assert "big" in ids(flow, facts(501, currency="JPY"))


def test_terms_and_reasons_are_a_teams_own() -> None:
    text = with_change(CANCEL, '"whole_group"\n', '"never"\npart_of_order = false\nby_customer = true\n')
    flow = sound_flow(CANCEL, text)
    assert (flow.terms.shipping, flow.terms.part_of_order, flow.terms.part_of_line) == (
        ShippingRule.NEVER,
        False,
        True,
    )
    assert (flow.by_customer, flow.has_memo, packaged_flow(RETURN).has_memo) == (True, False, True)


def test_a_flow_goes_from_step_to_step_and_jumps_over_none() -> None:
    flow, done = packaged_flow(CANCEL), list[str]()
    while step := next_step(flow, done, facts(above=True)):
        done.append(step.id)
    assert done == ["preview", "limit", "submit", "refund", "tell"]
    with pytest.raises(OtherFlow, match="limit comes before submit"):
        next_step(flow, ["preview", "submit"], facts(above=True))
    assert next_step(flow, ["preview", "submit"], facts()) is flow.step("refund")


def test_steps_of_another_version_are_not_taken_for_this_ones() -> None:
    with pytest.raises(OtherFlow, match=r"cancel 1 \(\w+\) has no step label there"):
        next_step(packaged_flow(CANCEL), ["preview", "submit", "refund", "tell", "label"], facts())


@given(st.permutations(packaged_text(RETURN).partition("steps = [\n")[2].strip("]\n").splitlines()))
def test_in_whatever_order_steps_are_put_money_moves_only_behind_its_safeguards(steps: list[str]) -> None:
    head = packaged_text(RETURN).partition("steps = [\n")[0]
    try:
        flow = sound_flow(RETURN, f"{head}steps = [\n{chr(10).join(steps)}\n]\n")
    except UnsoundPlaybook:
        return
    order = [one.kind for one in flow.steps if one.kind is not StepKind.NOTIFY]
    assert order == [
        StepKind.PREVIEW,
        StepKind.APPROVAL,
        StepKind.SUBMIT,
        StepKind.WAIT,
        StepKind.MEMO,
        StepKind.REFUND,
    ]


def test_every_safeguard_stands_once() -> None:
    for needed in SAFEGUARDS.values():
        assert set(needed) <= set(ONCE)


@pytest.mark.parametrize(
    ("kind", "needed", "text", "fits"),
    [
        (FormKind.LINE, True, "  ", False),
        (FormKind.LINE, False, "", True),
        (FormKind.NUMBER, True, "12", True),
        (FormKind.NUMBER, True, "twelve", False),
        (FormKind.YES_NO, True, "yes", True),
        (FormKind.YES_NO, True, "maybe", False),
    ],
)
def test_a_form_says_what_is_missing_of_it(kind: FormKind, needed: bool, text: str, fits: bool) -> None:
    step = packaged_flow(CANCEL).steps[0]
    form = replace(step, fields=(FormField(name="a", label="A", kind=kind, needed=needed),))
    assert (missing(form, {"a": text}) == ()) is fits


def test_what_changed_between_two_versions_is_told_before_it_counts() -> None:
    old = packaged_flow(RETURN)
    text = with_change(RETURN, OPEN, OPEN + LABEL).replace('"Pay it back"', '"Send the money"')
    text = text.replace('"Damaged", ', '"Damaged", "Arrived late", ').replace('"whole_group"', '"share"')
    new = sound_flow(RETURN, text.replace("version = 1", "version = 2", 1))
    assert flow_changes(old, new) == (
        "Shipping: share instead of whole_group.",
        "The reason “Arrived late” is new.",
        "The step “Send it” is new, after “Open the return”.",
        "“Send the money”: title: “Send the money” instead of “Pay it back”.",
    )
    assert flow_changes(old, old) == ()
    assert flow_changes(old, sound_flow(RETURN, text))[-1].startswith("It is still version 1")


def test_what_changed_in_a_form_is_told_field_by_field() -> None:
    old = sound_flow(CANCEL, with_change(CANCEL, PREVIEW, FORM + PREVIEW))
    form = FORM.replace('label = "Colour"', 'label = "Which colour"').replace("opened", "worn")
    text = with_change(CANCEL, PREVIEW, form + PREVIEW).replace("version = 1", "version = 2", 1)
    assert flow_changes(old, sound_flow(CANCEL, text)) == (
        "“Ask”: the field “Was it opened?” is gone.",
        "“Ask”: the field “Was it worn?” is new.",
        "“Ask”: the field “Which colour”: label: “Which colour” instead of “Colour”.",
    )


def test_a_text_may_name_what_everybody_was_asked_before_and_keeps_lines_where_values_have_some() -> None:
    asked = FORM.replace('"colour"', '"carrier"') + PREVIEW.replace("change", "come off")
    text = with_change(RETURN, PREVIEW.replace("change", "come off"), asked)
    text = text.replace(GOODS, MAILED.format("label") + GOODS).replace("{items}", "{items} by {carrier}")
    flow = sound_flow(RETURN, text)
    message = flow.message("label")
    assert message is not None
    assert "carrier" in names_in(message)
    values = dict.fromkeys(names_in(message), "one\n\n  line {order}")
    subject, body = filled(message, values | {"items": "- 2 × Box\n- 1 × Tape\n"})
    assert "\n" not in subject
    assert "- 2 × Box\n- 1 × Tape by one line {order}\n" in body
    assert any("label" in said for said in flow_changes(packaged_flow(RETURN), flow))
