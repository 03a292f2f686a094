"""A process that has loaded Caseline and forks others from it, each of which acts on an order and dies.

Run as a program; `test_kills` starts it. A line on its input names the database and after which of its
commits the process is killed; a line on its output has the signal by which it ended, 0 if it lived.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from typing import Any

from bot.commerce.embedded import EmbeddedShop
from bot.domain.commerce.requests import OrderAsk
from bot.domain.ids import CallKey, SlackUserId
from bot.services import order_acts
from bot.store.store import Store
from tests.orders.conftest import ORDER, MovingClock, cancel
from tests.services.conftest import _desk

ANA = SlackUserId("U0ANA")


async def act(url: str, after: int) -> None:
    """Cancel one unit, and be killed after so many commits."""
    store = Store(url)
    store.start()
    clock = MovingClock()
    desk = _desk(store)
    shop = EmbeddedShop(store=store, clock=clock, workspace_id=desk.workspace_id)
    desk = replace(desk, clock=clock, shop=shop)
    ask = OrderAsk(order_number=ORDER, act=cancel())
    shown = await order_acts.rehearse(desk, ANA, ask)
    commits, real = 0, store.write

    async def counted(*given: Any, **named: Any) -> Any:
        nonlocal commits
        result = await real(*given, **named)
        commits += 1
        if commits == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    store.write = counted  # type: ignore[method-assign]
    await order_acts.submit(desk, ANA, ask, shown.token, CallKey("press"))
    await desk.doing.settled()


def main() -> None:
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            asyncio.run(act(told["url"], told["after"]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{json.dumps(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
