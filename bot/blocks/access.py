"""Messages about requests for access: the live one with its buttons, and the morning's reminder."""

from __future__ import annotations

from collections.abc import Sequence

import slackblocks as sb

from bot.blocks import kit
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.names import ACCESS_NAMES
from bot.domain.access import AccessRequest, AccessRow, AccessState

TAKE, FINISH, PUT_BACK, LIST = "access.take", "access.finish", "access.put_back", "access.list"
MOST_REMINDED = 10


def title(request: AccessRequest) -> str:
    """What it is about, as raw text: "Request 3: locked out: Jane Doe"."""
    return f"Request {request.number} · {ACCESS_NAMES[request.kind]}: {texts.inline(request.who_name, 60)}"


def standing(request: AccessRequest) -> str:
    """How it stands, in mrkdwn for small print: each reader sees the instant in their own zone."""
    if request.state is AccessState.FINISHED and request.finished_by and request.finished_at:
        by = texts.marked(request.finished_by.name, 60)
        return f"*Finished*: {by} finished it {texts.date(request.finished_at)}"
    if request.state is AccessState.TAKEN and request.taken_by and request.taken_at:
        return f"*Taken*: {texts.marked(request.taken_by.name, 60)} took it {texts.date(request.taken_at)}"
    return f"*Waiting* since {texts.date(request.created_at)}: nobody has taken it yet"


def facts(request: AccessRequest) -> str:
    """Whose it is and who asked, as raw text for small print."""
    email = texts.inline(request.who_email, 100)
    asked = f"Asked by {texts.inline(request.requester.name, 60)}"
    account = texts.inline(request.account_name, 60)
    return " · ".join(part for part in (account, email, asked) if part)


def acts(row: AccessRow) -> list[sb.Button]:
    """The buttons that this reader may press now."""
    request = row.request
    value, about = f"{request.id}.{request.version}", f"request {request.number}"
    offered = (
        (row.may_take, "Take it", TAKE),
        (row.may_finish, "Done", FINISH),
        (row.may_put_back, "Put it back", PUT_BACK),
    )
    return [
        kit.button(
            words, action, value, style="primary" if action != PUT_BACK else None, label=f"{words}: {about}"
        )
        for may, words, action in offered
        if may
    ]


def message(row: AccessRow) -> Message:
    """The live message of a request, for one reader or a channel of staff."""
    request = row.request
    blocks: list[sb.Block] = [
        kit.rich("what", [[kit.bold(title(request))]]),
        kit.small("facts", kit.plain(facts(request))),
    ]
    if request.note:
        blocks += kit.typed("note", request.note, quote=True)
    blocks.append(kit.small("standing", standing(request)))
    made = acts(row)
    if made:
        blocks.append(kit.buttons("acts", *made))
    return kit.message(_spoken(request), blocks)


def _spoken(request: AccessRequest) -> str:
    told = f"{title(request)}. {facts(request)}. "
    if request.state is AccessState.FINISHED and request.finished_by:
        return f"{told}{texts.inline(request.finished_by.name, 60)} finished it: they can get in again."
    if request.state is AccessState.TAKEN and request.taken_by:
        return f"{told}{texts.inline(request.taken_by.name, 60)} took it."
    return f"{told}{request.note} Nobody has taken it yet."


def reminder(requests: Sequence[AccessRequest]) -> Message:
    """What is still owed, all in one message."""
    count = len(requests)
    head = "1 person cannot get in and waits" if count == 1 else f"{count} people cannot get in and wait"
    blocks: list[sb.Block] = [kit.section("head", f"{head} for you.")]
    for one in requests[:MOST_REMINDED]:
        blocks.append(kit.rich(f"request.{one.id}", [[kit.bold(title(one))]]))
        blocks.append(kit.small(f"request.{one.id}.standing", standing(one)))
    if count > MOST_REMINDED:
        blocks.append(kit.small("more", f"And {count - MOST_REMINDED} more."))
    look = kit.button("Show them", LIST, "open.0", label="Show the open requests")
    spoken = f"{head} for you: " + "; ".join(title(one) for one in requests[:MOST_REMINDED]) + "."
    return kit.message(spoken, [*blocks, kit.buttons("acts", look)])
