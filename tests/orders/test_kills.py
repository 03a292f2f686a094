"""kill -9 after any commit of an act, the shop's own among them: settled by the next bot, and never twice.

By default some of the moments are tried, others each day, and fewer on PostgreSQL; CASELINE_ACT_STRIDE=1
tries all on both.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

from bot.domain.commerce.port import Ask
from bot.domain.commerce.requests import RequestState
from bot.domain.ids import OrderRequestId, PersonId
from bot.domain.people import PersonRef
from tests.orders.conftest import ANA, ORDER, Counter
from tests.orders.test_embedded import counter as counter

STRIDES = {
    kind: int(os.environ.get("CASELINE_ACT_STRIDE", usual))
    for kind, usual in {"sqlite": 5, "postgres": 14}.items()
}
TODAY = datetime.now(UTC).toordinal()
MOMENTS = 14
"""More than an act has commits, so that the last of them is seen too."""

TRIED = [
    pytest.param(kind, moment, id=f"{kind}-{moment}")
    for kind, stride in STRIDES.items()
    for moment in range(1, MOMENTS + 1)
    if moment % stride == TODAY % stride
]

ENDS = (
    (RequestState.DONE, 1, 1),
    (RequestState.REFUSED, 0, 0),  # it died before the shop was asked: nobody asks for it again unasked
    (RequestState.REFUND_FAILED, 1, 0),  # the same of the refund: a person says whether it is tried again
)
"""What may have become of it: its state, the change orders, the refunds that were paid."""

SOMEBODY = PersonRef(id=PersonId(1), slack_user_id=ANA, name="Ana")


@pytest.fixture(scope="module")
def doomed() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.orders.dying_act"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    yield process
    process.communicate(timeout=30)


@pytest.mark.parametrize(("furnished_kind", "moment"), TRIED, indirect=["furnished_kind"])
async def test_whatever_moment_it_dies_at_it_is_done_once(
    counter: Counter, doomed: subprocess.Popen[bytes], moment: int
) -> None:
    lived = await dies(doomed, counter.url, moment) == 0
    assert lived or moment < MOMENTS
    open_at_death = (await counter.request(OrderRequestId(1))).is_open
    await counter.time_passes(seconds=31)
    for _ in count():
        await counter.time_passes(minutes=3)
        if not await counter.held():
            break
    request = await counter.request(OrderRequestId(1))
    read = await counter.desk.shop.order(Ask(by=SOMEBODY), ORDER)
    assert read is not None
    assert (request.state, len(read.books.changes), len(read.books.refunds)) in ENDS
    assert read.books.faults == ()
    told = [kind for kind, who in await counter.told() if who == ANA]
    assert bool(told) is open_at_death  # who saw the end on their screen is not told besides


async def dies(process: subprocess.Popen[bytes], url: str, moment: int) -> int:
    """Let a process act, and die after so many commits; 0 where it lived on, for there were not as many."""

    def told() -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"url": url, "after": moment}).encode() + b"\n")
        process.stdin.flush()
        return process.stdout.readline()

    ended: int = json.loads(await asyncio.to_thread(told))
    assert ended in (signal.SIGKILL, 0)
    return ended
