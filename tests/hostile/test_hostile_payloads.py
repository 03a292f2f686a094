"""Signed, and hostile all the same: at every route no error, no word of others' cases, and a sentence."""

from __future__ import annotations

import itertools
import json
import logging
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings

from bot.app import build
from bot.handlers.call import Payload
from bot.handlers.routes import ROUTES
from bot.logs import TextLines
from bot.metrics import Result
from bot.sandbox import Sandbox
from bot.slack.pacing import Pacer
from tests.flows.conftest import Workplace, database_url, furnished, starting_clock, unhurried
from tests.hostile.payloads import CHANGES, MARK, Change, Json, Sound, changed
from tests.transport import HOST, free_port
from tests.web.conftest import MANIFEST, Answer, Knocker, http_settings

__all__ = ["database_url", "furnished"]

SECRET = "HARBOUR-ONLY"
"""Stands in the cases of an account that the people who act here may not see."""

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "8"))
"""For each kind of payload, and each at every route of it; more by hand: a bug is worth an hour."""
TO_TELL = (Result.REFUSED, Result.FAULT, Result.UNREADABLE, Result.BUSY)

_numbers = itertools.count(1)

few = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)


@dataclass
class Besieged:
    """A desk whose port is in hostile hands that have the signing secret."""

    workplace: Workplace
    knock: Knocker
    results: list[Result] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def sound(self, handle: str, case_id: int, number: str) -> Sound:
        return Sound(self.workplace.sandbox, self.workplace.person(handle).id, case_id, number)

    async def sends(self, payload: Json) -> Answer:
        """Whatever it is: over the wire as Slack would send it."""
        payload = payload | {"number": str(next(_numbers))}  # no request may look like another's replay
        if payload.get("type") == "event_callback":
            return await self.knock.event(payload)
        if "command" in payload:
            return await self.knock.post(_form(payload))
        return await self.knock.interactive(payload)


def _form(payload: Json) -> bytes:
    from urllib.parse import urlencode

    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in payload.items()}
    return urlencode(flat, errors="replace").encode()


@pytest.fixture
async def besieged(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Besieged]:
    port = free_port()
    root = f"http://{HOST}:{port}"
    async with (
        Sandbox(manifest=MANIFEST, request_url=f"{root}/slack/events", clock=starting_clock()) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        unhurried(sandbox)
        sandbox.control = tmp_path / "control.sock"
        bot = build(
            http_settings(sandbox, port, tmp_path, cases_channel="support-cases", database_url=database_url),
            clock=sandbox.clock,
            pacer=Pacer(enabled=False),
            control=sandbox.control,
        )
        await bot.start()
        workplace = Workplace(sandbox, bot)
        there = Besieged(workplace, Knocker(session, root, sandbox.signing_secret))
        count = bot.probes.metrics.answered

        def note(payload: str, route: str, result: Result, seconds: float) -> None:
            there.results.append(result)
            count(payload, route, result, seconds)

        monkeypatch.setattr(bot.probes.metrics, "answered", note)
        handler = _Kept(there.lines)
        logging.getLogger().addHandler(handler)
        try:
            await sandbox.bot_connected()
            assert await workplace.case_of("linda", title="Ours") == "00001001"
            assert await workplace.case_of("viktor", title=SECRET, description=SECRET) == "00001002"
            await sandbox.settled()
            yield there
        finally:
            logging.getLogger().removeHandler(handler)
            await bot.stop()
            sandbox.control = None


class _Kept(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.setFormatter(TextLines())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith("sandbox"):
            self._lines.append(self.format(record))


ROUTES_OF = {payload: sorted({route for kind, route in ROUTES if kind is payload}) for payload in Payload}
ROUTES_OF[Payload.CLOSED] = ["case.open"]


@pytest.mark.parametrize("payload", Payload)
@given(changes=CHANGES)
@few
async def test_a_malformed_payload_ends_in_a_sentence_and_never_in_an_error(
    besieged: Besieged, payload: Payload, changes: list[Change]
) -> None:
    sandbox = besieged.workplace.sandbox
    before = len(sandbox.requests)
    answers: list[str] = []
    for route in ROUTES_OF[payload]:
        sent = changed(besieged.sound("linda", 1, "1001").of(payload, route), changes)
        asked = len(sandbox.requests) + len(_said(besieged))
        answer = await besieged.sends(sent)
        assert answer.status == 200, (route, answer)
        answers.append(answer.text)
        told = answer.text or len(sandbox.requests) + len(_said(besieged)) > asked
        if besieged.results[-1] in TO_TELL and _waits(payload, sent):
            assert told, (route, besieged.results[-1], sent)
    await sandbox.settled()
    _nothing_leaked(besieged, before, answers)


@pytest.mark.parametrize("handle", ["linda", "tess", "sam"])
@pytest.mark.parametrize("payload", [one for one in Payload if one is not Payload.CLOSED])
async def test_other_peoples_ids_open_nothing(besieged: Besieged, payload: Payload, handle: str) -> None:
    sandbox = besieged.workplace.sandbox
    before = len(sandbox.requests)
    answers = []
    for route in ROUTES_OF[payload]:
        answer = await besieged.sends(besieged.sound(handle, 2, "1002").of(payload, route))
        assert answer.status == 200, route
        answers.append(answer.text)
    await sandbox.settled()
    _nothing_leaked(besieged, before, answers)


def _said(besieged: Besieged) -> list[Any]:
    """What was said by way of response URLs, which are no Web API calls."""
    workspace = besieged.workplace.sandbox.workspace
    return [one for who in ("U0LINDA",) for one in workspace.ephemerals(who)]


def _waits(payload: Payload, sent: Json) -> bool:
    """Whether there is a person who can be told: not for events, nor where nothing says what it is."""
    known = "command" in sent or sent.get("type") in ("block_actions", "view_submission")
    return known and payload not in (Payload.CLOSED, Payload.HOME_OPENED, Payload.MESSAGE)


def _nothing_leaked(besieged: Besieged, before: int, answers: list[str]) -> None:
    sandbox = besieged.workplace.sandbox
    out = json.dumps([one.args for one in sandbox.requests[before:]], default=str) + "".join(answers)
    assert SECRET not in out
    assert "Traceback" not in out
    logged = [line for line in besieged.lines if MARK in line or SECRET in line]
    assert not logged, logged[0][:2000]
    assert sandbox.complaints == []
