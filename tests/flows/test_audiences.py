"""An internal word by every way out that comments have: nobody outside of its audience sees any of it."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.flows.conftest import Workplace, does

SECRET = "not for customers"
OUTSIDE = "linda raj tess viktor nadia sam"


async def sees_nothing(person: Person) -> None:
    """Every window and message that the person can reach."""
    await person.opens_home()
    for line in (
        "/case show 1001",
        "/case list",
        "/case notify",
        "/case ask 1001",
        "/case comment 1001",
        "/case edit 1001",
        "/case close 1001",
    ):
        await person.runs(line)
        assert not person.sees(SECRET), f"{person.handle}: {line}"
        if line == "/case show 1001" and person.modal is not None:
            await person.clicks("History")
            assert not person.sees(SECRET), f"{person.handle}: history"
            assert "asked" not in person.modal.text
            assert "internal" not in person.modal.text
            assert "edited" not in person.modal.text
        if person.modal is not None:
            await person.closes(everything=True)
    assert not any(SECRET in message.all_text for message in person.dms), person.handle
    assert not any("Call-back" in message.all_text for message in person.dms), person.handle


async def test_nobody_outside_ever_sees_an_internal_word(workplace: Workplace) -> None:
    ana, ben, linda, raj = workplace.people("ana ben linda raj")
    await raj.runs("/case notify")  # one by digest, the others at once
    await raj.submits(pace="digest", hour="8")
    await raj.closes(everything=True)
    await workplace.case_of("linda", owner="ben")
    await workplace.case_of("raj", owner="ben")
    for number in (1001, 1002):
        await does(ana, f"/case comment {number}", text=f"{SECRET} 1", outcomes=["call_back_requested"])
        await ana.runs(f"/case show {number}")
        await ana.clicks("Edit comment")
        await ana.submits(text=f"{SECRET} 2")
        await ana.closes(everything=True)
        await ana.runs(f"/case show {number}")
        await ana.clicks("Ask a question")
        await ana.submits(who="ines", text=f"{SECRET} 3")
        await ana.closes(everything=True)
        await does(ana, f"/case ask {number}", who="ben", text=f"{SECRET} 4")
    await workplace.settled()
    assert ben.sees(SECRET), "the test would prove nothing"
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(days=4))  # an office day
    await workplace.settled()
    assert any("changes to" in message.all_text for message in raj.dms), "raj has his digest"
    for person in workplace.people(OUTSIDE):
        await sees_nothing(person)
    assert linda.dms
