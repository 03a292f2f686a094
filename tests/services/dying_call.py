"""A process that gives one answer of a call and is killed; `test_calls_that_die` starts it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from typing import Any

from bot.domain.ids import CallKey, PhoneCallId, SlackUserId
from bot.domain.phone_calls import GiveAnswer
from bot.services import call_page, phone_calls, walking
from bot.store.store import Store
from tests.services.conftest import _desk


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(path: str, step: str, moment: str) -> None:
    store = Store(f"sqlite:///{path}")
    store.start()
    desk = replace(_desk(store), email_ready=True)
    told = json.loads(step)
    by, call_id = SlackUserId("U0CHLOE"), PhoneCallId(told["call"])
    page = await call_page.page(desk, call_id, by)
    command = GiveAnswer(call_id=call_id, version=page.call.version, answer=told["answer"], data=told["data"])
    if moment == "within":
        walking.Walking.save = die  # type: ignore[method-assign]
    key = CallKey(f"call:{call_id}.{page.call.version}:{told['answer']}")
    await phone_calls.give(desk, command, by, key)
    die()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
