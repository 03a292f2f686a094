"""The flows of orders in `/desk playbooks`: edited, published, gone back to; `handlers.playbooks` asks it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.blocks import words
from bot.blocks.kit import View
from bot.dialogs import flows, forms, playbooks
from bot.domain.commerce.flows import FlowKind
from bot.domain.ids import CallKey
from bot.domain.playbook.faults import Fault, UnsoundPlaybook
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.wire import Unreadable
from bot.services import order_flows
from bot.services import playbooks as service
from bot.services.desk import Desk

PASSING = (Reason.SET_UP_MEANWHILE, Reason.NOTHING_CHANGED)
"""What is said on top of the window, which stays."""


async def edit(desk: Desk, call: Call, name: str) -> Reply:
    """The text of a flow."""
    page = await order_flows.page(desk, flows.NAMES[name], call.by)
    return Open(flows.editor(page, playbooks.parts_of(page.text)))


async def edited(desk: Desk, call: Call, name: str, base: int) -> Reply:
    """Checked, or checked and published; what is wrong stands on top, and the text stays as it was typed."""
    kind, text = flows.NAMES[name], flows.typed_text(call.fields, playbooks.MOST_PARTS)
    wish = playbooks.wish_in(call.fields)
    try:
        if wish == playbooks.PUBLISH:
            await order_flows.publish(desk, kind, text, base, call.by, call.key)
            return await _shown(desk, call, f"The flow {name} is published. New requests go by it.")
        said = flows.differences(await order_flows.what_changes(desk, kind, text, call.by))
    except UnsoundPlaybook as unsound:
        said = list(playbooks.faults(unsound.faults))
    except Refusal as refusal:
        if refusal.reason not in PASSING:
            raise
        said = forms.banner(words.plain(refusal, "UTC"))
    page = await order_flows.page(desk, kind, call.by)
    return Replace(flows.editor(page, playbooks.parts_of(text), said, wish))


async def uploaded(desk: Desk, call: Call, held: Mapping[str, str], wish: str) -> Reply:
    """Files of flows: all of them are sound, or none is published."""
    said, faults = list[str](), list[Fault]()
    for name, text in held.items():
        try:
            changes = await order_flows.what_changes(desk, flows.NAMES[name], text, call.by)
            said += [f"{name}: {one}" for one in changes]
        except UnsoundPlaybook as unsound:
            faults += unsound.faults
    if faults or wish != playbooks.PUBLISH:
        found = playbooks.faults(faults) if faults else flows.differences(said)
        return Replace(playbooks.upload(await service.page(desk, call.by), found))
    new = list[str]()
    try:
        for name, text in held.items():
            if await _is_published(desk, call, name, text):
                new.append(name)
    except Refusal as refusal:
        if refusal.reason not in PASSING:
            raise
        return Errors({"files": words.plain(refusal, "UTC")})
    if not new:
        return Errors({"files": words.plain(Refusal(Reason.NOTHING_CHANGED), "UTC")})
    return await _shown(desk, call, f"Published: {', '.join(new)}. New requests go by them.")


async def _is_published(desk: Desk, call: Call, name: str, text: str) -> bool:
    """Publish one of several files; False for one that says nothing new, which keeps no other back."""
    page = await order_flows.page(desk, flows.NAMES[name], call.by)
    key = CallKey(f"{call.key.name}:{name}", call.key.content)
    try:
        await order_flows.publish(desk, flows.NAMES[name], text, page.base, call.by, key)
    except Refusal as refusal:
        if refusal.reason is not Reason.NOTHING_CHANGED:
            raise
        return False
    return True


async def go_back(desk: Desk, call: Call) -> Reply:
    """*Go back*: an earlier revision of a flow counts again, as a new one."""
    kind, revision, base = _reference(call.value)
    try:
        await order_flows.go_back(desk, kind, revision, base, call.by, call.key)
        said = "The earlier flow counts again. Requests that run keep theirs."
    except Refusal as refusal:
        if refusal.reason not in PASSING:
            raise
        said = words.plain(refusal, "UTC")
    return await _shown(desk, call, said)


def is_flow(value: str) -> bool:
    """Whether a button is about a flow, and not about a file of the phone."""
    return value.startswith(tuple(f"{name}." for name in flows.NAMES))


def _reference(value: str) -> tuple[FlowKind, int, int]:
    name, _, numbers = value.partition(".toml.")
    revision, _, base = numbers.partition(".")
    kind = flows.NAMES.get(f"{name}.toml")
    if kind is None or not (revision.isdecimal() and base.isdecimal()):
        raise Unreadable("a button carries no flow and its revisions")
    return kind, int(revision), int(base)


async def drawn(desk: Desk, call: Call, said: str | None = None) -> View:
    """The window of `/desk playbooks` with its flows."""
    rows = flows.rows(await order_flows.pages(desk, call.by))
    return playbooks.view(await service.page(desk, call.by), said, rows)


async def _shown(desk: Desk, call: Call, said: str) -> Reply:
    view = await drawn(desk, call, said)
    below = call.view is not None and call.view.below is not None
    return Refresh(view) if below else Replace(view)
