"""A process that has loaded Caseline and forks others from it, each of which does one act of a call and dies.

Run as a program; `test_calls_that_die` starts it. A line on its input is what is to be done, a line on its
output the signal by which that process ended, 0 if it did not come to its death.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.domain.ids import CallKey, CaseId, CustomerId, PhoneCallId, SlackUserId
from bot.domain.phone_calls import GiveAnswer, PickCustomer
from bot.domain.verdict import Verdict
from bot.services import overruling, phone_calls
from bot.services.desk import Desk
from bot.store import phone_calls as rows
from bot.store.store import Store
from tests.services.conftest import _desk

Act = Callable[[Desk, dict[str, Any], SlackUserId, CallKey], Awaitable[Any]]


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _on(act: Callable[..., Awaitable[Any]]) -> Act:
    """An act of a service that takes a call, its version and a few things more by their names."""

    def done(desk: Desk, told: dict[str, Any], by: SlackUserId, key: CallKey) -> Awaitable[Any]:
        return act(desk, PhoneCallId(told.pop("call_id")), **told, by=by, key=key)

    return done


ACTS: dict[str, Act] = {
    "begin": lambda desk, _, by, key: phone_calls.begin(desk, by, key),
    "triage": lambda desk, told, by, key: phone_calls.triage(desk, CaseId(told["case_id"]), by, key),
    "give": lambda desk, told, by, key: phone_calls.give(desk, GiveAnswer(**told), by, key),
    "pick": lambda desk, told, by, key: phone_calls.pick(
        desk, PickCustomer(**told | {"customer_id": CustomerId(told["customer_id"])}), by, key
    ),
    "back": _on(phone_calls.go_back),
    "note": _on(phone_calls.note),
    "hang_up": _on(phone_calls.hang_up),
    "hand_over": _on(phone_calls.hand_over),
    "ask": lambda desk, told, by, key: overruling.ask(
        desk, PhoneCallId(told["call_id"]), Verdict(told["wished"]), told["reason"], by, key
    ),
    "rule": lambda desk, told, by, key: overruling.rule(
        desk, PhoneCallId(told["call_id"]), Verdict(told["verdict"]), told["reason"], by, key
    ),
}


async def act(path: str, name: str, told: dict[str, Any], by: str, key: str) -> None:
    """Do it, then die."""
    store = Store(f"sqlite:///{path}")
    store.start()
    desk = replace(_desk(store), email_ready=True)
    await ACTS[name](desk, told, SlackUserId(by), CallKey(key))
    die()


def dies_within() -> None:
    """Die when all is written and nothing is committed."""
    for name in ("save", "insert_call"):
        setattr(rows, name, _then_die(getattr(rows, name)))


def _then_die(write: Callable[..., Any]) -> Callable[..., Any]:
    def written(*given: Any, **named: Any) -> Any:
        write(*given, **named)
        die()

    return written


def become(request: dict[str, Any]) -> None:
    """Be the one who dies; it never returns."""
    try:
        if request.pop("moment") == "within":
            dies_within()
        asyncio.run(act(**request))
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    os._exit(70)


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
        _, status = os.waitpid(pid, 0)
        print(json.dumps(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
