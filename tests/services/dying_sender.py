"""A process that has loaded Caseline and forks senders from it, which send what waits until they are killed.

Run as a program; `test_canned_that_die` starts it. A line on its input is a database, a mail server's port
and where the sender's process id goes; a line on its output the signal by which that sender ended, or 0.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.clock import Clock
from bot.mail.smtp import SmtpPost
from bot.scheduler.delivery import Delivery
from bot.scheduler.mailing import Post
from bot.slack.client import SlackClient
from bot.slack.pacing import Pacer
from bot.store.outbox import Kind
from bot.store.schema import IS_WAITING, outbox
from bot.store.store import Store
from tests.factories import NOON
from tests.mail.conftest import mail_settings
from tests.services.conftest import _desk


class Silent(AsyncWebClient):
    """Slack is not asked here: what goes there waits."""

    async def api_call(self, *_: Any, **__: Any) -> Any:
        await asyncio.sleep(60)


class Later(Clock):
    """After all that waits was written; it runs on, as leases need it."""

    def __init__(self) -> None:
        self._ahead = NOON + timedelta(hours=1) - super().real_now()

    def now(self) -> datetime:
        return super().now() + self._ahead

    def real_now(self) -> datetime:
        return super().real_now() + self._ahead


async def send(path: str, port: int) -> None:
    """Send e-mail until none waits that may go now."""
    store = Store(f"sqlite:///{path}")
    store.start()
    desk = replace(_desk(store), email_ready=True, clock=Later())
    post = Post(carrier=SmtpPost(mail_settings(port), Clock()))
    sender = Delivery(desk, SlackClient(Silent(token="xoxb-1"), Pacer(enabled=False)), post)
    sender.start()
    mine = (outbox.c.kind == Kind.CANNED.value) & IS_WAITING
    while await store.look(lambda c: c.execute(select(outbox.c.id).where(mine)).first()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            Path(request["pid"]).write_text(str(os.getpid()))
            try:
                asyncio.run(send(request["path"], request["port"]))
                os._exit(0)
            except BaseException:
                os.write(2, traceback.format_exc().encode())
            os._exit(70)
        _, status = os.waitpid(pid, 0)
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
        print(ended, flush=True)  # noqa: T201 - that is how it answers


if __name__ == "__main__":
    main()
