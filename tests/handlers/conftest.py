"""A stage: the real bot in the sandbox, but whatever is done there is answered as the test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.blocks import kit
from bot.config import Settings
from bot.domain.ids import SlackUserId
from bot.handlers.call import Call, Payload
from bot.handlers.reply import Nothing, Open, Publish, Reply
from bot.handlers.routes import Handler, Routes
from bot.sandbox import Message, Person, Sandbox
from bot.services.desk import Desk
from bot.slack.pacing import Pacer
from tests.databases import with_tables
from tests.flows.conftest import unhurried

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str) -> dict[str, Any]:
    return {"type": "button", "text": words(text), "action_id": action_id, "value": "1.1"}


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "row", "elements": list(buttons)}


def window(title: str, **more: Any) -> dict[str, Any]:
    """A modal with two inputs, a submit button, and buttons that act and push."""
    inputs = [
        {
            "type": "input",
            "block_id": name,
            "label": words(name.title()),
            "element": {"type": "plain_text_input", "action_id": "value"},
            "optional": True,
        }
        for name in ("first", "second")
    ]
    return {
        "type": "modal",
        "callback_id": "do",
        "title": words(title),
        "submit": words("Send"),
        "blocks": [row(button("Do", "do"), button("Push", "push")), *inputs],
        "notify_on_close": True,
        **more,
    }


def page(text: str) -> dict[str, Any]:
    """A Home with a button."""
    said = {"type": "section", "block_id": "said", "text": words(text)}
    return {"type": "home", "callback_id": "home", "blocks": [said, row(button("Do", "do"))]}


def message(text: str) -> kit.Message:
    return kit.message(text, [kit.section("said", text)])


@dataclass
class Stage:
    """Ana acts in eight ways; `answer` is the reply, or the fault, that all get but the `first` ones."""

    sandbox: Sandbox
    answer: Reply | Exception = field(default_factory=Nothing)
    calls: list[Call] = field(default_factory=list)
    first: list[Reply | Exception] = field(default_factory=list)
    offered: list[dict[str, Any]] | None = None

    @property
    def ana(self) -> Person:
        return self.sandbox.act_as("ana")

    @property
    def ben(self) -> Person:
        return self.sandbox.act_as("ben")

    @property
    def routes(self) -> Routes:
        ways_in = {
            Payload.COMMAND: "/case do",
            Payload.HOME_OPENED: "app_home_opened",
            Payload.MESSAGE: "message",
            Payload.SHORTCUT: "thread.open",
            Payload.GLOBAL_SHORTCUT: "call.take",
            Payload.EVENT: "reaction_added",
        }
        routes: dict[tuple[Payload, str], Handler] = {
            (payload, ways_in.get(payload, "do")): self._do for payload in Payload
        }
        routes[Payload.COMMAND, "/case window"] = _always(Open(window("Base")))
        routes[Payload.COMMAND, "/case home"] = _always(Publish(page("Before")))
        routes[Payload.MODAL_BUTTON, "push"] = _always(Open(window("Pushed")))
        return routes

    async def _do(self, desk: Desk, call: Call) -> Reply:
        self.calls.append(call)
        answer = self.first.pop(0) if self.first else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def acts(self, payload: Payload, **more: Any) -> None:
        """Ana does what sends this kind of payload."""
        self.ana.reloads()
        await getattr(self, f"_{payload.value}")(**more)

    async def _command(self, **more: Any) -> None:
        await self.ana.runs("/case do", **more)

    async def _message_button(self, **more: Any) -> None:
        await self.ana.clicks("Do", on=self.post(), **more)

    async def _modal_button(self, **more: Any) -> None:
        await self.ana.runs("/case window")
        await self.ana.clicks("Do", **more)

    async def _home_button(self, **more: Any) -> None:
        answer, self.answer = self.answer, Publish(page("Before"))
        await self.ana.opens_home()
        self.answer = answer
        await self.ana.clicks("Do", **more)

    async def _submission(self, **more: Any) -> None:
        await self.ana.runs("/case window")
        await self.ana.clicks("Push")
        await self.ana.submits(second="What Ana typed", **more)

    async def _closed(self) -> None:
        await self.ana.runs("/case window")
        await self.ana.closes()

    async def _home_opened(self) -> None:
        await self.ana.opens_home()

    async def _suggestion(self) -> None:
        text = words("Pick")
        element = {"type": "external_select", "action_id": "do", "min_query_length": 0}
        pick = {"type": "input", "block_id": "pick", "label": text, "element": element}
        view = {"type": "modal", "callback_id": "do", "title": text, "submit": text, "blocks": [pick]}
        self.sandbox.views.push_over(self.ana.id, view)
        self.offered = await self.ana.suggestions("pick", "What Ana typed")

    async def _message(self) -> None:
        root = self.post()
        await self.ana.says("What Ana wrote", channel="support-cases", thread=root)

    async def _shortcut(self) -> None:
        await self.ana.uses("thread.open", on=self.post())

    async def _global_shortcut(self) -> None:
        await self.ana.uses("call.take")

    async def _event(self) -> None:
        await self.ana.reacts("ticket", on=self.post())

    def post(self) -> Message:
        """A message of the bot with a button."""
        body = {"text": "A card", "blocks": [row(button("Do", "do"))]}
        self.sandbox.speech.post("C0CASES", body)
        return self.ben.messages("support-cases")[-1]


def _always(reply: Reply) -> Callable[[Desk, Call], Awaitable[Reply]]:
    async def answer(desk: Desk, call: Call) -> Reply:
        return reply

    return answer


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Sandbox(manifest=MANIFEST) as sandbox:
        unhurried(sandbox)
        stage = Stage(sandbox)
        sandbox.control = tmp_path / "control.sock"
        settings = Settings(
            slack_bot_token=SecretStr(sandbox.bot_token),
            slack_app_token=SecretStr(sandbox.app_token),
            slack_api_url=sandbox.api_url,
            database_url=with_tables("sqlite", tmp_path),
            data=tmp_path,
            admins=(SlackUserId("U0OMAR"),),
            cases_channel="support-cases",
        )
        pacer = Pacer(enabled=False)
        bot = build(settings, clock=sandbox.clock, pacer=pacer, control=sandbox.control, routes=stage.routes)
        await bot.start()
        try:
            await sandbox.bot_connected()
            yield stage
        finally:
            await bot.stop()
        assert sandbox.complaints == []
