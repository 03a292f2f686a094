"""What the outbox tells of calls: each read through its reader's eyes, as the call stands when it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.blocks import call_notices
from bot.blocks.kit import Message
from bot.dialogs import phone_call
from bot.domain.ids import PhoneCallId
from bot.domain.mail import Letter
from bot.domain.people import Person, Viewer
from bot.domain.phone_calls import CallPage
from bot.domain.refusals import Refusal
from bot.scheduler.about import GONE, NothingToSay
from bot.scheduler.posting import post
from bot.services import call_page, case_links, overruling
from bot.services.desk import Desk
from bot.slack.client import SlackClient
from bot.slack.faults import SlackRefused
from bot.store import canned, people
from bot.store.outbox import WINDOW, Kind, OutboxRow
from bot.store.work import Connection

Read = Callable[[Desk, Connection, Viewer, PhoneCallId], CallPage]


async def calling(desk: Desk, row: OutboxRow, reader: Person | None) -> Message:
    """The message of a row. Raises NothingToSay where it has settled itself, or is not theirs to know."""
    page = await _page(desk, row, reader)
    drawn = {
        Kind.HANDED_CALL: call_notices.handed_over,
        Kind.OVERRULED: call_notices.overruled,
        Kind.TO_SALES: call_notices.to_sales,
    }[row.kind](page)
    if drawn is None:
        raise NothingToSay("it has settled itself")
    return drawn


async def ask_manager(
    desk: Desk,
    slack: SlackClient,
    row: OutboxRow,
    reader: Person,
    direct: Callable[[Desk, SlackClient, Person], Awaitable[str]],
) -> None:
    """Ask a manager; the message in which they were asked is drawn again once there is nothing to decide."""
    page = await _page(desk, row, reader)
    messages = page.call.asked.messages if page.call.asked is not None else ()
    known = next(((channel, ts) for who, channel, ts in messages if who == reader.slack_user_id), None)
    drawn = call_notices.overrule(page)
    if known is not None:
        drawn = drawn or call_notices.overrule_settled(page)
    if drawn is None:
        raise NothingToSay("it has settled itself")
    if known is None:
        posted = await post(slack, row, await direct(desk, slack, reader), drawn)
        await overruling.asked_in(desk, page.call.id, reader, posted.channel, posted.ts)
        return
    try:
        await slack.update(*known, drawn.text, drawn.blocks)
    except SlackRefused as refused:
        if refused.error not in GONE:
            raise
        raise NothingToSay("somebody deleted the message") from refused


DRAWN_AGAIN = 3
"""How often a window is drawn that somebody goes on in while it is being drawn."""


async def call_window(desk: Desk, slack: SlackClient, row: OutboxRow, reader: Person) -> None:
    """Draw the window again in which somebody waits for a manager's word.

    A closed one is let be, and so is one in which they have gone on since: what they pressed has drawn it.
    Who presses something at this very moment shall not be left with what was before it.
    """
    page = await _page(desk, row, reader, call_page.as_it_stands)
    asked = page.call.asked
    if asked is None or page.call.version != asked.version:
        raise NothingToSay("they have gone on")
    for _ in range(DRAWN_AGAIN):
        drawn = phone_call.view(page, call_notices.ruled(page))
        try:
            await slack.update_view(row.conversation.removeprefix(WINDOW), drawn)
        except SlackRefused as refused:
            if refused.error == "not_found":
                raise NothingToSay("the window is closed") from refused
            raise
        before, page = page, await _page(desk, row, reader, call_page.as_it_stands)
        if page.call.version == before.call.version:
            return


async def canned_letter(desk: Desk, row: OutboxRow) -> Letter:
    """The e-mail of a row. What goes to sales says what the call says now."""
    mail = await desk.store.look(lambda c: canned.to_send(c, desk.workspace_id, row.token))
    if mail is None or not mail.address:
        raise NothingToSay("nobody is to get it")
    assert row.phone_call_id is not None
    if not mail.body:
        return call_notices.sales_letter(await _page(desk, row, None), mail, row.token)
    body = await desk.store.look(lambda c: case_links.signed(desk, c, row.token, mail.body))
    if body is None:
        raise NothingToSay("the form that it links to is not served any more")
    return call_notices.canned_letter(replace(mail, body=body), row.token, row.phone_call_id)


async def _page(desk: Desk, row: OutboxRow, reader: Person | None, read: Read = call_page.read) -> CallPage:
    assert row.phone_call_id is not None
    call_id = row.phone_call_id

    def query(connection: Connection) -> CallPage:
        eyes = reader
        if eyes is None:  # a channel, or an address outside: as who has the call sees it
            owner = canned.owner_of(connection, desk.workspace_id, call_id)
            eyes = people.person_by_id(connection, owner) if owner is not None else None
        if eyes is None:
            raise NothingToSay("there is no such call")
        return read(desk, connection, Viewer(eyes), call_id)

    try:
        return await desk.store.look(query)
    except Refusal as refusal:
        raise NothingToSay(f"it is not for them to see: {refusal}") from refusal
