"""The pictures of docs/reviews.md: reviews one by one, and orders that are doubted; `screens.py` plays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from stage import Stage

Scene = Callable[[Stage], Awaitable[None]]
DOUBTED = "100501"
YEN = "100390"


async def queue(on: Stage) -> None:
    """What waits, the oldest first, for a manager."""
    (maria,) = on.people("maria")
    await maria.runs("/review")
    await on.window(maria, "reviews-queue")
    await maria.closes(everything=True)


async def one(on: Stage) -> None:
    """The second of them: the first was just approved."""
    (ana,) = on.people("ana")
    await ana.runs("/review next")
    await ana.clicks("Approve")
    await on.window(ana, "reviews-one")
    await ana.closes(everything=True)


async def changed(on: Stage) -> None:
    """A manager takes a decision back, and sees who decided what, when and why."""
    (maria,) = on.people("maria")
    await maria.runs("/review list status:approved")
    await maria.clicks("Show")
    await maria.clicks("Reject after all")
    await maria.submits(reason="It is about a product of somebody else's.")
    assert not maria.errors, maria.errors
    await on.window(maria, "reviews-changed")
    await maria.closes(everything=True)


async def report(on: Stage) -> None:
    (ana,) = on.people("ana")
    await ana.runs(f"/order fraud {DOUBTED}")
    await on.window(ana, "fraud-report")
    await ana.closes(everything=True)


async def reject(on: Stage) -> None:
    """What would come of a rejection, which is above an agent's limit."""
    (ana,) = on.people("ana")
    await ana.runs(f"/order fraud {YEN}")
    await ana.clicks("Reject")
    await on.window(ana, "fraud-reject", Why="The card is of another country, and so is the telephone.")
    await ana.submits(remark="The card is of another country, and so is the telephone.")
    await ana.closes(everything=True)


async def agree(on: Stage) -> None:
    """The question as a manager gets it."""
    (maria,) = on.people("maria")
    await on.newest(maria, "fraud-agree")


async def second(on: Stage) -> None:
    """Of two who had it before them, one was faster."""
    ana, ben = on.people("ana ben")
    for who in (ana, ben):
        await who.runs("/order fraud 100505")
    await ben.clicks("Approve")
    await ana.clicks("Reject")
    await ben.submits(remark="I know them: the parcel locker is theirs.")
    await ana.submits(remark="It goes to a parcel locker.")
    await on.window(ana, "fraud-second")
    await ana.closes(everything=True)
    await ben.closes(everything=True)


SCENES: dict[str, Scene] = {
    "reviews-queue": queue,
    "reviews-one": one,
    "reviews-changed": changed,
    "fraud-report": report,
    "fraud-reject": reject,
    "fraud-agree": agree,
    "fraud-second": second,
}
