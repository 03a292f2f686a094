"""The window of a call: one modal that is drawn again at each step, the prompt large, the answers below."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import slackblocks as sb

from bot.blocks import context, home_calls, inputs, kit, words_phone
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, send_form
from bot.dialogs.call_panels import PANELS, collected, may_send
from bot.dialogs.forms import Fields
from bot.domain.ids import PhoneCallId, shown
from bot.domain.phone_calls import (
    LONGEST_FIELD,
    LONGEST_NOTES,
    LONGEST_TEXT,
    TRIAGE,
    CallPage,
    lasted,
)
from bot.domain.playbook.script import SENDS, Answer, Field, FieldKind, Panel, StepKind
from bot.domain.policy import Choice

CALLBACK_ID = "call"
ANSWER, BACK, LOOK, SAVE = "call.answer", "call.back", "call.look", "call.note"
HAND_OVER, TAKE_OVER, HANG_UP, NEW = "call.hand_over", "call.take_over", "call.hang_up", "call.new"
PATH = "call.path"
NOTES = "notes"
LICENCE = "licence_key"
"""Of a key only the last signs are kept: with them nobody is found again."""

LONGEST_LINE = 150
"""Characters of a header: a longer prompt is a paragraph."""

_NAME = re.compile(r"\{([a-z_]+)\}")


def view(page: CallPage, banner: str | None = None) -> View:
    """The window as the call stands; `banner` is raw text."""
    call = page.call
    submits = _submits(page)
    return kit.modal(
        "Triage" if call.script == TRIAGE else "Call",
        [
            *forms.banner(banner),
            *context.bar(page.session, f"call.{call.id}"),
            *_line(page),
            *_prompt(page),
            *(_ending(page) if call.is_over else _step(page, submits)),
            *_notes(page),
            *_footer(page, submits),
        ],
        callback_id=CALLBACK_ID,
        submit=_submit(page, submits),
        metadata=json.dumps(
            {
                "call": call.id,
                "version": call.version,
                "step": page.place.step.id,
                "submits": submits.value if submits is not None else "",
            }
        ),
        tells_when_closed=True,
    )


def _submit(page: CallPage, submits: Answer | None) -> str | None:
    """What the form's own button says; who looks on has nothing to send."""
    if not page.is_mine:
        return None
    return submits.label if submits is not None else "Save notes"


def _line(page: CallPage) -> list[sb.Block]:
    """Who it is with, since when, at which step; and who else has them on the line."""
    call = page.call
    minutes = int(lasted(call, page.now).total_seconds() // 60)
    label = f" with {texts.inline(call.label, 60)}" if call.label else ""
    name = f"Triage of {texts.inline(call.label, 60)}" if call.script == TRIAGE else f"Call{label}"
    told = f"{minutes} min · step {page.place.number} · {page.place.step.title}"
    blocks: list[sb.Block] = [
        kit.small("line", kit.plain(name), f"began {texts.date(call.began_at)}", kit.plain(told))
    ]
    if not page.is_mine and not call.is_over:
        said = f":warning: {texts.who(call.owner)} has this caller. You see it as it stands."
        blocks.append(kit.marked_section("whose", said))
    for other in page.others:
        blocks.append(kit.marked_section(f"other.{other.id}", home_calls.on_the_line(other)))
    return blocks


def _prompt(page: CallPage) -> list[sb.Block]:
    """What to say, large; and what to do next. Nothing more is said on a line that has been hung up."""
    step = page.place.step
    if page.call.is_over and not page.place.is_over:
        return []
    said = filled(step.say, {"desk": "our support desk", **page.values})
    blocks: list[sb.Block] = (
        [kit.header("say", said)]
        if len(said) <= LONGEST_LINE
        else [kit.marked_section("say", f"*{texts.marked(said, 2900)}*")]
    )
    if step.do_next:
        blocks.append(kit.small("next", kit.plain(f"Next: {filled(step.do_next, page.values)}", 2000)))
    return blocks


def filled(text: str, values: Mapping[str, str]) -> str:
    """A prompt with what is known; what is not is left to the speaker."""
    return _NAME.sub(lambda found: values.get(found.group(1), "…"), text)


def _step(page: CallPage, submits: Answer | None) -> list[sb.Block]:
    """What is needed first comes first: the address before the e-mail, the answers before the orders."""
    step = page.place.step
    below = {Panel.ORDERS} if Panel.VERDICT in step.shows else set[Panel]()
    above = [block for panel in step.shows if panel not in below for block in PANELS[panel](page)]
    beside = [block for panel in step.shows if panel in below for block in PANELS[panel](page)]
    if not page.is_mine:
        return [*above, *beside]
    needed = submits.needs if submits is not None else ()  # Slack asks for them before it sends
    fields = [block for name in step.fields for block in _field(page, name, optional=name not in needed)]
    first = [*fields, *above] if step.kind is StepKind.SEND else [*above, *fields]
    return [*first, *_answers(page, submits), *beside]


def field_id(step: str, name: str) -> str:
    """A block id of its own at each step: Slack keeps what was typed in a block of the same name."""
    return f"f.{step}.{name}"


def _field(page: CallPage, name: str, *, optional: bool) -> list[sb.Block]:
    field = page.script.field(name)
    if field is None:
        return []
    step = page.place.step.id
    drafted = page.call.drafts.get(step, {}).get(name) if name != LICENCE else None
    block_id, held = field_id(step, name), drafted or page.place.data.get(name, "")
    if field.kind is FieldKind.ACCOUNT:
        return []  # picked by the button beside a hit
    if field.kind is FieldKind.SITE:
        return _sites(page, field, block_id, held)
    if field.kind is FieldKind.ORDER:
        return _things(page, field, block_id, held)
    if field.kind is FieldKind.EMAIL:
        held = held or page.values.get(name, "")
    long = field.kind is FieldKind.TEXT
    limit = LONGEST_TEXT if long else LONGEST_FIELD
    return [
        inputs.text(
            block_id,
            field.label,
            initial=held,
            limit=limit,
            multiline=long,
            optional=optional,
            hint=field.hint,
        )
    ]


def _sites(page: CallPage, field: Field, block_id: str, held: str) -> list[sb.Block]:
    sites = page.caller.sites if page.caller is not None else ()
    if len(sites) < 2:
        return []
    choices = [Choice(value=one.name[:75], label=one.name) for one in sites[:100]]
    chosen = held or (page.site.name if page.site else "")
    return [inputs.select(block_id, field.label, choices, initial=chosen[:75], optional=True)]


def _things(page: CallPage, field: Field, block_id: str, held: str) -> list[sb.Block]:
    caller = page.caller
    if caller is None or not (caller.orders or caller.carts):
        return []
    choices = [
        Choice(value=one.number[:75], label=f"Order {one.number} · {one.site}") for one in caller.orders[:90]
    ]
    choices += [Choice(value=one.number[:75], label=f"Cart {one.number}") for one in caller.carts[:9]]
    chosen = held or next((one.value for one in choices if one.value == page.about), "")
    return [inputs.select(block_id, field.label, choices, initial=chosen, optional=True)]


def _answers(page: CallPage, submits: Answer | None) -> list[sb.Block]:
    """One button a line, so that each label is whole; what the form's own button does is not among them."""
    blocks: list[sb.Block] = []
    by_hits = page.hits is not None and bool(page.hits.hits)  # then that is what to press first
    # Which message, or what stands beside sending: none of them goes before the others.
    alike = page.place.step.kind is StepKind.SEND or any(one.message or one.case for one in page.place.offers)
    for number, answer in enumerate(_pressed(page)):
        if submits is not None and answer.value == submits.value:
            continue
        carried = f"{page.call.id}.{page.call.version}.{answer.value}"
        button = kit.button(
            answer.label, ANSWER, carried, style=None if number or by_hits or alike else "primary"
        )
        blocks.append(kit.buttons(f"answer.{page.place.step.id}.{number}", button))
    return blocks


def _pressed(page: CallPage) -> list[Answer]:
    """The answers that are given by their own button: an account is picked beside its hit."""
    accounts = {one.name for one in page.script.fields if one.kind is FieldKind.ACCOUNT}
    here = accounts & set(page.place.step.fields)
    known = not page.picked and page.caller is not None
    sends = page.place.step.kind is StepKind.SEND and not may_send(page)
    return [
        one
        for one in page.place.offers
        if (known or not here.intersection(one.needs)) and not (sends and one.value == SENDS)
    ]


def _submits(page: CallPage) -> Answer | None:
    """The answer that the form's own button, and Enter, gives: the one that what was typed is for."""
    if page.call.is_over or not page.is_mine or not page.place.step.fields:
        return None
    typed = set(page.place.step.fields)
    found = (
        one
        for one in _pressed(page)
        if typed & {*one.needs, *one.needs_any} and len(one.label) <= kit.TITLE_LIMIT
    )
    first = next(found, None)
    # Which of several it is about is for them to choose: Enter chooses no message and opens no case.
    asks = page.place.step.kind is StepKind.ASK and first is not None and (first.message or first.case)
    return None if asks else first


def _ending(page: CallPage) -> list[sb.Block]:
    call = page.call
    said = words_phone.OUTCOMES.get(call.outcome, call.outcome)
    case = f" · case {shown(call.case_number)}" if call.case_number is not None else ""
    minutes = int(lasted(call, page.now).total_seconds() // 60)
    blocks: list[sb.Block] = [kit.section("outcome", f"{said}{case} · {minutes} min"), *collected(page)]
    for panel in (Panel.VERDICT, Panel.DELIVERY):
        blocks += PANELS[panel](page)
    return blocks


def _notes(page: CallPage) -> list[sb.Block]:
    if not page.is_mine:
        return [kit.section(NOTES, f"Notes: {page.call.notes}")] if page.call.notes else []
    return [
        inputs.text(
            NOTES,
            "Notes",
            initial=page.call.notes,
            limit=LONGEST_NOTES,
            multiline=True,
            optional=True,
            hint="Kept with every answer; they stay with the call.",
        )
    ]


def _footer(page: CallPage, submits: Answer | None) -> list[sb.Block]:
    call, carried = page.call, f"{page.call.id}.{page.call.version}"
    if call.is_over:
        path = kit.button("The path taken", PATH, carried, label="The path taken, as a picture")
        return [kit.buttons("footer", kit.button("New call", NEW, carried), path)]
    if not page.is_mine:
        take = kit.button("Take it over", TAKE_OVER, carried, label="Take this call over")
        return [kit.buttons("footer", take, kit.button("Look again", LOOK, carried))]
    made = [kit.button("Back", BACK, carried)] if call.answers else []
    made.append(kit.button("Look again", LOOK, carried, label="Draw this window again"))
    if submits is not None:  # or else the form's own button saves them
        made.append(kit.button("Save notes", SAVE, carried))
    if page.caller is not None and page.picked:
        carried_to = str(page.caller.customer.id)
        made.append(
            kit.button("Send the form", send_form.SEND, carried_to, label="Send them the form for a new case")
        )
    made.append(kit.button("Hand over...", HAND_OVER, carried, label="Hand this call over"))
    made.append(kit.button("Hang up", HANG_UP, carried, style="danger", label="End this call here"))
    return [kit.buttons("footer", *made)]


def reference(metadata: str) -> tuple[PhoneCallId, int, str, str]:
    """The call, its version, the step that was drawn and what the form's button answers. ValueError."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    match held:
        case {"call": int(call_id), "version": int(version), "step": str(step), "submits": str(submits)}:
            return PhoneCallId(call_id), version, step, submits
    raise ValueError("private_metadata holds no call")


def data_in(fields: Fields, step: str) -> dict[str, str]:
    """What was written down at a step, by the names of its fields."""
    prefix = field_id(step, "")
    return {
        block_id.removeprefix(prefix): forms.text_in(fields, block_id)
        for block_id in fields
        if block_id.startswith(prefix)
    }


def notes_in(fields: Fields) -> str | None:
    """The notes as they stand in the window; None where it has none."""
    return forms.text_in(fields, NOTES) if NOTES in fields else None


def account_of(page: CallPage) -> dict[str, str]:
    """The customer whom a case belongs to, as the field that picks an account."""
    field = next((one.name for one in page.script.fields if one.kind is FieldKind.ACCOUNT), None)
    return {field: str(page.caller.customer.id)} if field and page.caller is not None else {}
