"""The playbook as a picture in Slack, with words for who cannot see it, and the path that a call took."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot.domain.people import Role
from bot.sandbox import Message, Person
from tests.flows.conftest import LEVEL_ONE, Workplace


@pytest.fixture
async def chloe(workplace: Workplace) -> Person:
    await workplace.role_of("chloe", Role.AGENT, None, (LEVEL_ONE,))
    return workplace.person("chloe")


def pictures(workplace: Workplace, message: Message) -> list[Image.Image]:
    uploads = workplace.sandbox.parts.uploads
    return [Image.open(io.BytesIO(uploads.content(one["id"]))) for one in message.files]


def with_files(person: Person) -> list[Message]:
    return [one for one in person.dms if one.files]


async def test_a_manager_sees_the_playbook_drawn(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await maria.runs("/desk playbooks")
    await maria.clicks("Draw")
    assert maria.modal is not None
    assert "The pictures are being drawn." in maria.modal.text
    await workplace.settled()
    (message,) = with_files(maria)
    assert message.text.startswith("The playbook as it counts now.")
    names = [one["name"].rpartition("-")[0] for one in message.files]
    assert names == ["phone-revision-1", "triage-revision-1"]
    assert message.files[0]["alt_txt"].startswith("Phone: ")
    assert all(one.format == "PNG" and one.width > 1000 for one in pictures(workplace, message))


async def test_the_path_of_a_call_is_marked_and_said_in_words(workplace: Workplace, chloe: Person) -> None:
    await chloe.runs("/call")
    await chloe.clicks("They know none of these")
    await chloe.clicks("Told them; end the call")
    await chloe.clicks("The path taken")
    assert chloe.modal is not None
    assert "The picture is being drawn." in chloe.modal.text
    await workplace.settled()
    (message,) = with_files(chloe)
    (file,) = message.files
    assert file["alt_txt"].startswith(
        "Greet and identify They know none of these. No account found Told them"
    )
    (picture,) = pictures(workplace, message)
    counts: list[Any] = picture.convert("RGB").getcolors(1 << 16) or []
    assert sum(count for count, colour in counts if _is_dark_green(colour)) > 10_000


def _is_dark_green(colour: tuple[int, int, int]) -> bool:
    red, green, blue = colour
    return red < 40 and 45 < green < 90 and blue < 60


async def test_who_may_not_change_the_playbook_gets_no_picture_of_it(
    workplace: Workplace, chloe: Person
) -> None:
    maria = workplace.person("maria")
    await maria.runs("/desk playbooks")
    await workplace.role_of("maria", Role.AGENT)
    await maria.clicks("Draw")
    await workplace.settled()
    assert with_files(maria) == []


async def test_an_upload_whose_answer_is_lost_is_not_repeated(workplace: Workplace, chloe: Person) -> None:
    struck: list[str] = []

    async def loses(moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        if moment == "after" and method == "files.completeUploadExternal" and not struck:
            struck.append(method)
            return {"ok": False, "error": "internal_error"}
        return None

    await is_stranger_with_window(chloe)
    workplace.sandbox.interfere = loses
    await chloe.clicks("The path taken")
    await workplace.settled()
    assert struck
    assert len(with_files(chloe)) == 1


async def is_stranger_with_window(chloe: Person) -> None:
    await chloe.runs("/call")
    await chloe.clicks("They know none of these")
    await chloe.clicks("Told them; end the call")
