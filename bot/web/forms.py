"""The form for customers without Slack, on PORT: its page, and what is posted to it; `server.py` adds it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from aiohttp import web

from bot.blocks import web_pages
from bot.dialogs import web_form
from bot.dialogs.web_form import Room, Wrong
from bot.domain.refusals import Refusal
from bot.domain.web_forms import LARGEST_FILE, LARGEST_WHOLE, PATH, Received, SentFile, WebForm
from bot.services import files, web_forms
from bot.services.desk import Desk
from bot.store.faults import DatabaseAway, StillSaving
from bot.web.multipart import NoForm, Posted, Sizes, read_form
from bot.web.rates import Buckets, Network, Rate, client_of

log = logging.getLogger(__name__)

Act = Callable[[Desk, web.Request, str, WebForm], Awaitable[web.Response]]

ADDRESS_RATE = Rate(at_once=60, every=1.0)
"""Of one client address: an office behind one shares it."""

STRANGER_RATE = Rate(at_once=20, every=15.0)
"""Links of one address that are none: who tries out links learns nothing, and not quickly."""

LINK_RATE = Rate(at_once=30, every=10.0)
POST_RATE = Rate(at_once=8, every=60.0)
"""Of one link: a form that is sent once needs few attempts."""

AT_ONCE = 4
"""Forms that are read at the same time; who comes then waits for their turn, as long as a browser does."""

TURN_SECONDS = 20.0
LONGEST_TOKEN = 200


class FormPages:
    """Serves the form. `open` lets people in, once there is a desk."""

    def __init__(self, proxies: tuple[Network, ...], now: Callable[[], float] = time.monotonic) -> None:
        self._proxies = proxies
        self._desk: Desk | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._addresses = Buckets(ADDRESS_RATE, now)
        self._strangers = Buckets(STRANGER_RATE, now)
        self._links = Buckets(LINK_RATE, now)
        self._posts = Buckets(POST_RATE, now)

    def open(self, desk: Desk) -> None:
        """Serve from now on."""
        self._desk = desk

    def close(self) -> None:
        """Take nothing new."""
        self._desk = None

    def add_to(self, app: web.Application) -> None:
        app.router.add_get(PATH + "{token}", self._show)
        app.router.add_post(PATH + "{token}", self._take)

    # What is asked

    async def _show(self, request: web.Request) -> web.Response:
        return await self._answered(request, self._shown)

    async def _take(self, request: web.Request) -> web.Response:
        return await self._answered(request, self._taken)

    async def _answered(self, request: web.Request, act: Act) -> web.Response:
        """Whatever happens, a page; and who knocks too often gets the least of them."""
        token, desk = request.match_info["token"][:LONGEST_TOKEN], self._desk
        client = client_of(request.remote, request.headers.getall("X-Forwarded-For", []), self._proxies)
        wait = self._addresses.wait(client) or self._strangers.empty(client)
        if wait:
            return _page(429, web_pages.too_often(wait), retry=wait)
        if desk is None:
            return _page(503, web_pages.not_now(), retry=10)
        try:
            found = await web_forms.opened(desk, token)
            if found is None:
                self._strangers.wait(client)
                return _page(404, web_pages.gone())
            wait = self._links.wait(token)
            if wait:
                return _page(429, web_pages.too_often(wait), retry=wait)
            if isinstance(found, Received):
                return _page(200, web_pages.received(found.number, before=request.method == "POST"))
            if found.is_closed and found.case_number is not None:
                return _page(409, web_pages.closed(found.case_number, found.case_title))
            return await act(desk, request, token, found)
        except (StillSaving, DatabaseAway):
            return _page(503, web_pages.not_now(), retry=30)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("a form could not be served (%s)", reference)
            return _page(500, web_pages.not_now(reference))

    async def _shown(self, desk: Desk, request: web.Request, token: str, form: WebForm) -> web.Response:
        name = await web_forms.name_of(desk)
        return _page(200, web_form.view(form, desk.policy, _room(desk), name))

    async def _taken(self, desk: Desk, request: web.Request, token: str, form: WebForm) -> web.Response:
        """Read it, keep its files, save it; then its own address shows what came of it."""
        wait = self._posts.wait(token)
        if wait:
            return _page(429, web_pages.too_often(wait), retry=wait)
        if desk.blobs is None:
            return _page(503, web_pages.not_now())
        room = _room(desk)
        sizes = Sizes(file=room.file, whole=room.whole)
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            return _page(503, web_pages.not_now(), retry=30)
        try:
            posted = await read_form(request, sizes, desk.blobs.begin)
        except NoForm:
            return _page(415, web_pages.not_read(), close=True)
        except TimeoutError:
            return _page(408, web_pages.not_read(), close=True)
        finally:
            self._turns.release()
        try:
            return await self._saved(desk, token, form, posted, room)
        finally:
            posted.forget()

    async def _saved(self, desk: Desk, token: str, form: WebForm, posted: Posted, room: Room) -> web.Response:
        command = web_form.read(posted.fields, form, desk.policy)
        errors = dict(command.errors) if isinstance(command, Wrong) else {}
        if posted.trouble is not None:
            errors[web_form.FILES] = web_form.trouble(posted.trouble.value, posted.of, room)
        elif errors and posted.uploads:
            errors[web_form.FILES] = web_form.AGAIN
        if errors or isinstance(command, Wrong):
            name = await web_forms.name_of(desk)
            drawn = web_form.view(form, desk.policy, room, name, posted.fields, errors)
            status = 413 if posted.trouble is not None else 422
            return _page(status, drawn, close=not posted.whole)
        kept: list[SentFile] = []
        try:
            await _keep(posted, kept)
            received = await web_forms.submit(desk, token, replace(command, files=tuple(kept)))
        except Refusal as refusal:
            log.info("a form was refused: %s", refusal)
            await _throw_away(desk, kept)
            return _page(409, web_pages.gone())
        except DatabaseAway:  # perhaps it was saved before that, and then needs them
            raise
        except Exception:
            await _throw_away(desk, kept)
            raise
        if received is None or received.before:
            await _throw_away(desk, kept)
        if received is None:
            return _page(404, web_pages.gone())
        # The same address: to load it again sends nothing, and shows the number.
        return web.Response(status=303, headers={**web_pages.HEADERS, "Location": token})


async def _keep(posted: Posted, kept: list[SentFile]) -> None:
    """Put the files where they belong, durably; `kept` says which are, also where it breaks off."""
    while posted.uploads:
        one = posted.uploads[0]
        sha256 = await asyncio.to_thread(one.writer.keep)
        kept.append(SentFile(name=one.name, mimetype=one.mimetype, size=one.writer.size, sha256=sha256))
        posted.uploads.pop(0)


async def _throw_away(desk: Desk, kept: Sequence[SentFile]) -> None:
    """Nobody's files: but another case may have the same content."""
    assert desk.blobs is not None
    for one in kept:
        if not await files.is_needed(desk, one.sha256):
            await asyncio.to_thread(desk.blobs.remove, one.sha256)


def _room(desk: Desk) -> Room:
    """What the desk keeps at all, and no more than anybody may fill its disk with."""
    return Room(file=min(desk.file_rules.largest, LARGEST_FILE), whole=LARGEST_WHOLE)


def _page(status: int, drawn: str, *, retry: int = 0, close: bool = False) -> web.Response:
    headers = {"Retry-After": str(retry)} if retry else {}
    made = web.Response(
        status=status,
        text=drawn,
        content_type="text/html",
        charset="utf-8",
        headers={**web_pages.HEADERS, **headers},
    )
    if close:
        made.force_close()
    return made
