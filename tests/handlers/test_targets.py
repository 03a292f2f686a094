"""Which case somebody means: by the number they typed, or by the button they pressed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.ids import CallKey, CaseId, SlackUserId
from bot.domain.refusals import Reason, Refusal
from bot.handlers import zones
from bot.handlers.call import Call, Payload
from bot.handlers.targets import NoNumber, case_in_button, target
from bot.handlers.wire import Unreadable
from bot.services import people
from bot.services.desk import Desk
from bot.store.people import find_person
from tests.scheduler.conftest import ANA, LINDA, MONDAY_NOON, PostRoom, clock, desk, room

__all__ = ["clock", "desk", "room"]


def typed(text: str, by: SlackUserId = ANA) -> Call:
    return Call(payload=Payload.COMMAND, route="/case show", by=by, key=CallKey("k"), text=text)


def pressed(value: str) -> Call:
    return Call(payload=Payload.MODAL_BUTTON, route="case.page", by=ANA, key=CallKey("k"), value=value)


async def test_a_case_is_found_by_its_number_however_it_is_typed(room: PostRoom) -> None:
    case = await room.opens()
    for text in ("1001", "00001001", "#1001", "#00001001"):
        assert await target(room.desk, typed(text)) == (case, "")
    assert await target(room.desk, typed("1001  and the rest ")) == (case, "and the rest")


@pytest.mark.parametrize(
    "text",
    ["", "printer", "1001x", "x1001", "##1001", "-1001", "1.5", "1001,1002", "#", "1" * 10, "one 1001"],
)
async def test_what_is_no_number_is_asked_for(desk: Desk, text: str) -> None:
    with pytest.raises(NoNumber):
        await target(desk, typed(text))


async def test_a_number_that_nobody_has_or_that_is_not_for_the_asker_is_answered_alike(
    room: PostRoom,
) -> None:
    await room.opens()
    await room.sets_up(LINDA, None)
    for text, by, reason in (
        ("9999", ANA, Reason.NO_SUCH_CASE),
        ("0", ANA, Reason.NO_SUCH_CASE),
        ("999999999", ANA, Reason.NO_SUCH_CASE),
        ("1001", LINDA, Reason.NOT_SET_UP),
    ):
        with pytest.raises(Refusal) as refused:
            await target(room.desk, typed(text, by))
        assert refused.value.reason is reason


@pytest.mark.parametrize(("value", "case"), [("41.3", 41), ("41", 41), ("7.0.9", 7)])
async def test_a_button_carries_its_case_before_the_dot(desk: Desk, value: str, case: int) -> None:
    assert case_in_button(value) == case
    assert await target(desk, pressed(value)) == (CaseId(case), "")


@pytest.mark.parametrize("value", ["", ".3", "x.3"])
def test_a_button_without_a_case_is_a_mistake(value: str) -> None:
    with pytest.raises(Unreadable, match="carries no case"):
        case_in_button(value)


async def test_a_refusal_at_a_field_says_its_hour_in_the_zone_of_whoever_sent_the_form(
    room: PostRoom,
) -> None:
    """In messages Slack writes it in the reader's zone; at a field there is plain text alone."""
    ana = await room.desk.store.look(lambda c: find_person(c, room.desk.workspace_id, ANA))
    assert ana is not None
    await people.learn_profile(room.desk, ana.id, ana.name, "Asia/Tokyo")
    refusal = Refusal(Reason.REQUEST_DECIDED, {"by": "Maria", "at": MONDAY_NOON})
    sent, clicked = (replace(typed(""), payload=one) for one in (Payload.SUBMISSION, Payload.MODAL_BUTTON))
    assert "21:00" in await zones.plain(room.desk, sent, refusal)
    assert "12:00" in await zones.plain(room.desk, clicked, refusal)
