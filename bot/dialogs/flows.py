"""The flows of orders in `/desk playbooks`: each as text, with its revisions; the same buttons and forms."""

from __future__ import annotations

import json
from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import Fields
from bot.domain.commerce.flow_pages import FlowPage
from bot.domain.commerce.flows import FlowKind
from bot.domain.policy import Choice

EDIT, BACK = "playbook.edit", "playbook.back"
CHECK, PUBLISH = "check", "publish"
NAMES = {"cancel.toml": FlowKind.CANCEL, "return.toml": FlowKind.RETURN}
"""The files of flows; they stand beside those of the phone."""

TITLES = {FlowKind.CANCEL: "Cancel items of an order", FlowKind.RETURN: "Return items of an order"}
FILE_OF = {kind: name for name, kind in NAMES.items()}
MOST_CHANGES = 12


def rows(pages: Sequence[FlowPage]) -> list[sb.Block]:
    """A row for each flow, with its button to edit it and, where there was one before, to go back."""
    found: list[sb.Block] = []
    for page in pages:
        kind = page.flow.kind
        name = FILE_OF[kind]
        newest = page.revisions[0] if page.revisions else None
        since = f"revision {newest.number}, by {texts.inline(newest.by, 60)}" if newest else "as it came"
        edit = kit.button(f"Edit {name}", EDIT, f"{name}.{page.base}", label=f"Edit the flow: {TITLES[kind]}")
        buttons = [edit]
        if newest is not None:
            earlier = page.revisions[1].number if len(page.revisions) > 1 else 0
            said = f"Go back to revision {earlier}" if earlier else "Go back to the packaged one"
            buttons.append(kit.button(said, BACK, f"{name}.{earlier}.{page.base}", label=f"{said}: {name}"))
        found.append(kit.section(f"flow.{name}", f"{TITLES[kind]} · {page.flow.stamp} · {since}"))
        steps = " → ".join(one.title for one in page.flow.steps)
        found.append(kit.small(f"flow.{name}.steps", kit.plain(texts.inline(steps, 1500))))
        found.append(kit.buttons(f"flow.{name}.acts", *buttons))
    return found


def editor(page: FlowPage, parts: Sequence[str], said: Sequence[sb.Block] = (), wish: str = CHECK) -> View:
    """A flow as text, in parts that Slack takes; `said` is what the check found of it."""
    name = FILE_OF[page.flow.kind]
    options = [
        Choice(value=CHECK, label="Check it, and say what would be different"),
        Choice(value=PUBLISH, label="Publish it: what is asked for from now on goes by it"),
    ]
    fields = [
        inputs.text(
            f"part.{number}", f"{name}, part {number + 1}", initial=part, multiline=True, optional=True
        )
        for number, part in enumerate(parts)
    ]
    return kit.modal(
        f"Flow: {page.flow.kind.value}",
        [*said, inputs.radio("wish", "What to do", options, initial=wish), *fields],
        callback_id=EDIT,
        submit="Go",
        close="Cancel",
        metadata=json.dumps({"file": name, "base": page.base}),
    )


def differences(found: Sequence[str]) -> list[sb.Block]:
    """What would be different, in people's words."""
    if not found:
        return [kit.section(forms.BANNER, "Nothing is wrong with it, and nothing would be different.")]
    told = [f"• {texts.inline(one, 200)}" for one in found[:MOST_CHANGES]]
    if len(found) > MOST_CHANGES:
        told.append(f"… and {len(found) - MOST_CHANGES} more.")
    head = "*Nothing is wrong with it.* It would change this:"
    return [kit.marked_section(forms.BANNER, head), kit.rich("changes", [[one] for one in told])]


def typed_text(fields: Fields, most: int) -> str:
    """The parts of the form as one text again."""
    held = [fields.get(f"part.{number}") for number in range(most)]
    return "\n".join(one for one in held if isinstance(one, str)) + "\n"
