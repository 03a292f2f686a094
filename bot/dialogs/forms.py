"""What all forms share: the reference to a case, what was typed, errors at fields, the choice of readers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks import text as texts
from bot.blocks.case_card import readers_of
from bot.blocks.kit import View
from bot.domain import cases
from bot.domain.cases import Case
from bot.domain.commands import Audience
from bot.domain.ids import CaseId
from bot.domain.pages import Editor
from bot.domain.people import Person
from bot.domain.policy import Choice, choice_of
from bot.domain.refusals import Refusal
from bot.domain.talk import Attached

Fields = Mapping[str, str | tuple[str, ...] | None]
"""What a submission holds: block id to typed text, the value or user id that was chosen, or all that were."""

NONE = "-"
"""The value of "none of these": a select that was set once cannot be emptied in every Slack client."""

LONGEST_TEXT = 3000

BANNER = "banner"
"""The block id of the sentence on top of a form that is drawn again."""
LONGEST_VALUE = 150  # of an option


@dataclass(frozen=True, kw_only=True)
class FieldErrors:
    """A sentence for each field that cannot be taken as it is; nothing was written."""

    errors: Mapping[str, str]


def reference(case: Case) -> str:
    """What a form about a case keeps in `private_metadata`: which case, and the version it was drawn from."""
    return json.dumps({"case": case.id, "version": case.version})


def read_reference(metadata: str) -> tuple[CaseId, int]:
    """The case and the version. Raises ValueError when `metadata` is not what `reference` wrote."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    match held:
        case {"case": int(case_id), "version": int(version)}:
            return CaseId(case_id), version
    raise ValueError("private_metadata holds no reference to a case")


def by_command(view: Mapping[str, Any]) -> View:
    """The form, marked as opened by a typed command: its outcome is then shown, for no card is in sight."""
    kept = json.loads(view["private_metadata"])
    return {**view, "private_metadata": json.dumps({**kept, "by": "command"})}


def is_by_command(metadata: str) -> bool:
    return bool(json.loads(metadata).get("by") == "command")


def fields_of(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Fields:
    """Slack's `view.state.values` as `Fields`: every block holds one input."""
    return {block_id: value_of(next(iter(held.values()), {})) for block_id, held in values.items()}


def initial_fields(blocks: Sequence[Mapping[str, Any]]) -> Fields:
    """What the inputs of a view were drawn with, as `Fields`; the blocks come back with every submission."""
    return {
        block["block_id"]: value_of(
            {name.removeprefix("initial_"): value for name, value in block.get("element", {}).items()}
            | {
                f"selected_{name.removeprefix('initial_')}": value
                for name, value in block.get("element", {}).items()
                if name in _CHOSEN
            }
        )
        for block in blocks
        if block.get("type") == "input"
    }


def value_of(state: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    """What one element holds, in a form's state or in an action: text, what was chosen, or all that were."""
    if "files" in state:
        return tuple(json.dumps(one) for one in state["files"] or ())
    if "selected_options" in state:
        return tuple(option["value"] for option in state["selected_options"])
    if "selected_option" in state:
        chosen = state["selected_option"]
        return str(chosen["value"]) if chosen else None
    if "selected_users" in state:
        return tuple(str(one) for one in state["selected_users"] or ())
    for name in ("selected_user", "selected_conversation", "selected_date", "selected_time"):
        if name in state:
            return str(state[name]) if state[name] is not None else None
    value = state.get("value")
    return str(value) if value is not None else None


_CHOSEN = (
    "initial_option",
    "initial_options",
    "initial_user",
    "initial_users",
    "initial_conversation",
    "initial_date",
    "initial_time",
)
"""What an element begins with when something is chosen in it; its state says `selected_` instead."""


def text_in(fields: Fields, block_id: str) -> str:
    """The text of a field, without the space around it; empty when there is none. No database keeps NUL."""
    value = fields.get(block_id)
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def day_in(fields: Fields, block_id: str) -> date | None:
    """The day that a field has; None where it has none that can be read."""
    try:
        return date.fromisoformat(text_in(fields, block_id))
    except ValueError:
        return None


def uploads(fields: Fields, block_id: str) -> tuple[Attached, ...]:
    """The files that were uploaded into a field. Raises ValueError where they are not as Slack sends them."""
    held = fields.get(block_id)
    found = [json.loads(one) for one in held] if isinstance(held, tuple) else []
    return tuple(
        Attached(
            slack_file_id=str(one["id"])[:32],
            name=str(one.get("name") or one.get("title") or "")[:255],
            mimetype=str(one.get("mimetype") or "")[:255],
            size=one["size"] if isinstance(one.get("size"), int) and 0 <= one["size"] < 2**53 else 0,
        )
        for one in found
        if isinstance(one, dict) and isinstance(one.get("id"), str)
    )


def choice_in(fields: Fields, block_id: str) -> str | None:
    """What was chosen; None for nothing and for "none of these"."""
    value = fields.get(block_id)
    return value if isinstance(value, str) and value not in ("", NONE) else None


def kept(typed: Fields | None, block_id: str, otherwise: str) -> str:
    """What a field begins with: what was typed before where the form is drawn again, else `otherwise`."""
    if typed is None or block_id not in typed:
        return otherwise
    value = typed[block_id]
    return value if isinstance(value, str) else ""


def limit_for(own: str, limit: int) -> int:
    """How long a field may be that begins with `own`, in Slack's units (two for many a sign).

    A field that holds less than it begins with would be saved cut: half an address reaches somebody else.
    Slack has no field beyond LONGEST_INPUT.
    """
    return min(max(limit, units(own)), inputs.LONGEST_INPUT)


def units(text: str) -> int:
    """How long Slack counts a text: in UTF-16 units, two for many a sign."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def with_own(choices: Sequence[Choice], own: str) -> tuple[Choice, ...]:
    """The choices and, in front, a value that the list lacks (any more), so that it can stay as it is."""
    if not own or len(own) > LONGEST_VALUE or choice_of(choices, own) is not None:
        return tuple(choices)
    return (Choice(value=own, label=own), *choices)


def banner(sentence: str | None) -> list[sb.Block]:
    """A sentence on top of a form, raw text."""
    return [kit.section(BANNER, sentence)] if sentence else []


def unsaid(sentence: str, wrote: str) -> str:
    """Why it was not saved, with what was written for it: nobody writes that twice. Raw text."""
    return f"{sentence} You wrote: {texts.first(wrote, 1000)}" if wrote else sentence


def wrote(*said: str) -> list[sb.Block]:
    """What somebody had written for what came to nothing: it is kept nowhere, so it stays in sight."""
    found = [one for one in dict.fromkeys(said) if one]
    return [
        block
        for number, one in enumerate(found)
        for block in kit.typed(f"wrote.{number}", f"You wrote: {texts.first(one, 1000)}", quote=True)
    ]


def edited_by(others: Sequence[Editor]) -> sb.Block:
    """Small print: who has a form of this case open, and since when in the reader's zone."""
    who = [f"{texts.mention(one.person.slack_user_id)} since {texts.date(one.since)}" for one in others[:5]]
    return kit.small("editing", f":warning: Being edited by {'; '.join(who)}. Talk to them before you save.")


def with_editors(view: Mapping[str, Any], others: Sequence[Editor]) -> Mapping[str, Any]:
    """The form with a warning on top, where somebody else has one open."""
    if not others:
        return view
    return {**view, "blocks": [kit.rendered(edited_by(others)), *view["blocks"]]}


def about(case: Case) -> sb.Block:
    """The title of the case that a form is about."""
    return kit.small("about", kit.plain(case.title))


def audience(case: Case, person: Person, typed: Fields | None) -> list[sb.Block]:
    """Who reads what will be written: a choice for staff, told to everybody who has none."""
    try:
        cases.check_audience(person, Audience.PUBLIC)
    except Refusal as refusal:
        return [kit.small("readers", kit.plain(words.plain(refusal, person.timezone)))]
    if person.is_customer_side:
        return [kit.small("readers", kit.plain(_sentence_of(Audience.PUBLIC, case)))]
    initial = kept(typed, "audience", cases.default_audience(person).value)
    choices = [
        Choice(value=one.value, label=_sentence_of(one, case)) for one in (Audience.INTERNAL, Audience.PUBLIC)
    ]
    return [inputs.radio("audience", "Who reads it", choices, initial=initial)]


def _sentence_of(audience: Audience, case: Case) -> str:
    readers = readers_of(audience, case)
    return readers[0].upper() + readers[1:]


def read_audience(fields: Fields) -> Audience | None:
    """The audience that was chosen; None where there was no choice: then it is the writer's default."""
    chosen = choice_in(fields, "audience")
    return Audience(chosen) if chosen in set(Audience) else None
