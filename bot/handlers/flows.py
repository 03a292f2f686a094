"""The flows of orders in `/desk playbooks`: edited, published, gone back to; `handlers.playbooks` asks it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.blocks import words
from bot.blocks.kit import View
from bot.dialogs import flows, forms, playbooks
from bot.domain.commerce.flow_pages import FlowRevision
from bot.domain.commerce.flows import FlowKind
from bot.domain.phone_calls import PlaybookRevision
from bot.domain.playbook.faults import Fault, UnsoundPlaybook
from bot.domain.refusals import Reason, Refusal
from bot.handlers.call import Call
from bot.handlers.reply import Errors, Open, Refresh, Replace, Reply
from bot.handlers.wire import Unreadable
from bot.services import order_flows
from bot.services import playbooks as service
from bot.services.desk import Desk

PASSING = (Reason.PUBLISHED_MEANWHILE, Reason.NOTHING_CHANGED)
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
        said = await _tried(desk, call, kind, text, base, wish)
    except UnsoundPlaybook as unsound:
        said = playbooks.faults(unsound.faults)
    except Refusal as refusal:
        if refusal.reason is not Reason.NOTHING_CHANGED:
            raise
        said = forms.banner(words.plain(refusal, "UTC"))
    if said is None:
        return await _shown(desk, call, f"The flow {name} is published. New requests go by it.")
    page = await order_flows.page(desk, kind, call.by)
    said = [*playbooks.newer(next(iter(page.revisions), None), base), *said]
    return Replace(flows.editor(page, playbooks.parts_of(text), said, wish))


async def _tried(
    desk: Desk, call: Call, kind: FlowKind, text: str, base: int, wish: str
) -> playbooks.Said | None:
    """What is to be said of a text; None once it is published. Raises what the service raises.

    Beside a newer revision than the one that was opened stands what would be different from that.
    """
    try:
        if wish == playbooks.PUBLISH:
            await order_flows.publish(desk, kind, text, base, call.by, call.key)
            return None
    except Refusal as refusal:
        if refusal.reason is not Reason.PUBLISHED_MEANWHILE:
            raise
    return flows.differences(await order_flows.what_changes(desk, kind, text, call.by))


async def uploading(
    desk: Desk, call: Call, said: playbooks.Said = (), opened: Mapping[str, int] | None = None
) -> View:
    """The window to upload files in, on the revisions that count now; `opened`: those of what was uploaded.

    Where one of them was published since, that stands on top.
    """
    page = await service.page(desk, call.by)
    pages = {flows.FILE_OF[one.flow.kind]: one for one in await order_flows.pages(desk, call.by)}
    newest: dict[str, PlaybookRevision | FlowRevision | None]
    newest = {name: next(iter(one.revisions), None) for name, one in pages.items()}
    for name, base in (opened or {}).items():
        if told := playbooks.newer(newest.get(name, page.revisions[0]), base):
            said = [*told, *said]
            break
    return playbooks.upload(page, {name: one.base for name, one in pages.items()}, said)


async def uploaded(
    desk: Desk, call: Call, held: Mapping[str, str], opened: Mapping[str, int], wish: str
) -> Reply:
    """Files of flows: all of them are sound and replace what was `opened`, or none is published."""
    said, faults = list[str](), list[Fault]()
    for name, text in held.items():
        try:
            changes = await order_flows.what_changes(desk, flows.NAMES[name], text, call.by)
            said += [f"{name}: {one}" for one in changes]
        except UnsoundPlaybook as unsound:
            faults += unsound.faults
    if faults or wish != playbooks.PUBLISH:
        found = playbooks.faults(faults) if faults else flows.differences(said)
        return Replace(await uploading(desk, call, found, opened))
    wanted = {flows.NAMES[name]: (text, opened[name]) for name, text in held.items()}
    try:
        await order_flows.publish_all(desk, wanted, call.by, call.key)
    except Refusal as refusal:
        if refusal.reason not in PASSING:
            raise
        return Errors({"files": words.plain(refusal, "UTC")})
    after = {flows.FILE_OF[one.flow.kind]: one.base for one in await order_flows.pages(desk, call.by)}
    new = [name for name in held if after[name] != opened[name]]
    return await _shown(desk, call, f"Published: {', '.join(new)}. New requests go by them.")


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
