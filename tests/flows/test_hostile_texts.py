"""Whatever people type comes out as they typed it, everywhere, and rings nobody.

`workplace` asserts at the end of every test that nobody was pinged and that Slack took every block.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Person
from bot.services import people as people_service
from tests.flows.conftest import Workplace, does, held, open_case

HOSTILE = {
    "pings and escapes": "<!channel> <!here> @everyone <@U0BEN> <@U0BEN|ben> Tom & Jerry <b>b</b> &amp; &lt;",
    "links, formatting and code": (
        "<https://e.example|click> <mailto:a@b.example> *b* _i_ ~s~ `c` ```d``` > q :fire: {0} %s {title}"
    ),
    "right to left and emoji": "שלום עולם \u202etxt.exe abc 👩‍👩‍👧‍👦 printer 🔥 👍🏽 in 東京",
}
"""Each fits a title."""

NAMES = {
    "pings and escapes": "<!channel> <@U0BEN> & <b>",
    "formatting, right to left and emoji": "*b* _i_ `c` :fire: 👩‍👩‍👧‍👦 שלום \u202eabc",
}
"""Each is as long as the desk shows a name."""


def bare(text: str) -> str:
    """Without the invisible signs that keep right-to-left text from turning its neighbours."""
    return text.translate(dict.fromkeys(map(ord, "\u2068\u2069\u202c")))


async def seen_everywhere(workplace: Workplace, ana: Person, linda: Person) -> dict[str, str]:
    """All places where the title of Linda's case, owned by Ana, comes out."""
    await does(ana, "/case comment 1001", text="looking", audience="public")
    places = {"card": (await workplace.card("00001001")).all_text}
    places["notice"] = linda.dms[-1].all_text
    await linda.runs("/case show 1001")
    assert linda.modal is not None
    places["page"] = linda.modal.text
    await linda.clicks("History")
    assert linda.modal is not None
    places["history"] = linda.modal.text
    await linda.closes(everything=True)
    await linda.runs("/case list")
    assert linda.modal is not None
    places["list"] = linda.modal.text
    await linda.closes()
    for word in ("edit", "comment", "close", "assign", "status"):
        await ana.runs(f"/case {word} 1001")
        assert ana.modal is not None, ana.reply
        places[word] = ana.modal.text
        await ana.closes()
    for person in (ana, linda):
        await person.opens_home()
        assert person.home is not None
        places[f"home of {person.handle}"] = person.home.text
    return places


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_title_comes_out_as_typed_everywhere(workplace: Workplace, text: str) -> None:
    ana, linda = workplace.people("ana linda")
    await linda.runs("/case open")
    await linda.submits(title=text, description="D", business_impact="none", severity="4", kind="enquiry")
    assert linda.modal is not None
    assert text in bare(linda.modal.text)
    await linda.closes()
    await ana.clicks("Take", on=await workplace.card("00001001"))
    for place, shown in (await seen_everywhere(workplace, ana, linda)).items():
        assert text in bare(shown), place


async def test_descriptions_and_comments_come_out_as_typed(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    text, short = "\n".join(HOSTILE.values()), HOSTILE["right to left and emoji"] + " <b> & *c*"
    await open_case(linda, description=f"first\n{text}\n\nlast", contact_name=short, org_id=short)
    await linda.closes()
    await ana.clicks("Take", on=await workplace.card("00001001"))
    await does(ana, "/case comment 1001", text=f"a comment\n{text}", audience="public")
    await does(linda, "/case comment 1001", text=f"an answer\n\n{text}")
    await does(ana, "/case close 1001", resolution="solved", note=f"a note {text}", audience="public")
    await does(linda, "/case reopen 1001", reason=f"a reason {text}")
    replies = [reply.all_text for reply in (await workplace.card("00001001")).replies]
    assert f"a comment\n{text}" in replies[0]
    assert f"an answer\n\n{text}" in replies[1]
    assert f"a note {text}" in replies[2]
    assert f"a reason {text}" in replies[3]
    notices = "\n".join(message.all_text for message in [*linda.dms, *ana.dms])
    for said in (f"a comment\n{text}", f"an answer\n\n{text}", f"a note {text}", f"a reason {text}"):
        assert said in notices, said
    await linda.runs("/case show 1001")
    assert linda.modal is not None
    assert f"first\n{text}\n\nlast" in linda.modal.text
    assert f"a comment\n{text}" in linda.modal.text
    assert f"Contact: {short}" in bare(linda.modal.text)
    assert f"Org id or MID: {short}" in bare(linda.modal.text)
    await linda.clicks("Edit")
    assert held(linda, "description") == f"first\n{text}\n\nlast"


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
async def test_names_come_out_as_they_are(workplace: Workplace, text: str) -> None:
    desk = workplace.bot.desk
    ana, linda, ben = workplace.people("ana linda ben")
    for person in (ana, linda):
        who = await workplace.person_id(person.handle)
        await people_service.learn_profile(desk, who, text, "UTC")
    number = await workplace.case_of("linda", owner="ana")
    await does(ana, "/case comment 1001", text="looking", audience="public")
    await does(ana, "/case assign 1001", owner="ben")
    await does(ben, "/case assign 1001", owner="ana")
    card = await workplace.card(number)
    assert f"Opened by {text}" in bare(card.all_text)
    assert f"Owner: {text}" in bare(card.all_text)
    assert text in bare(card.replies[0].all_text)
    assert f"made {text} the owner" in bare(linda.dms[-1].all_text)
    assert f"{text} took the case" in bare(linda.dms[0].all_text)
    await ben.runs("/case close 1001")
    assert "may close or reopen this case" in ben.reply
    await ben.runs("/case list")
    await ben.closes()
    await ana.opens_home()
    assert ana.home is not None
    assert text in bare(ana.home.text)


async def test_a_thread_reply_with_everything_in_it_is_kept_as_typed(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    text = (
        "Tom & Jerry <b>bold</b> &amp; &lt;3\n*b* _i_ ~s~ `c` ```d``` > q :fire:\n"
        + HOSTILE["right to left and emoji"]
    )
    await ana.says(text, channel="support-cases", thread=card)
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert text in ana.modal.text


async def test_the_longest_texts_that_slack_takes_come_through_whole(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    title, text = "<&> " * 37 + "xy", "<&> é\n" * 499 + "so far"
    assert (len(title), len(text)) == (150, 3000)
    await linda.runs("/case open")
    await linda.submits(title=title, description=text, business_impact="none", severity="4", kind="enquiry")
    assert linda.errors == {}
    await linda.closes()
    await ana.clicks("Take", on=await workplace.card("00001001"))
    await does(ana, "/case comment 1001", text=text, audience="public")
    await does(ana, "/case close 1001", resolution="solved", note=text, audience="public")
    for reply in (await workplace.card("00001001")).replies:
        assert _whole(reply.blocks).endswith(text)
    for notice in linda.dms[1:]:
        assert _whole(notice.blocks).endswith(text)
    await linda.runs("/case show 1001")
    assert linda.modal is not None
    assert _whole(linda.modal.blocks).count(text) == 3
    await linda.clicks("Edit")
    assert held(linda, "description") == text
    await linda.closes(everything=True)
    await ana.runs("/case edit 1001")
    assert held(ana, "title") == title


def _whole(blocks: list[dict[str, Any]]) -> str:
    """The rich text of some blocks as one text: a long one is split over several blocks."""
    parts = [part for block in blocks if block["type"] == "rich_text" for part in block["elements"]]
    return "".join(piece.get("text", "") for part in parts for piece in part["elements"])


async def test_a_title_is_one_line(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await open_case(linda, title="one   two\tthree")
    await linda.closes()
    assert "00001001 · one two three" in (await workplace.card("00001001")).all_text
    await ana.runs("/case edit 1001")
    assert held(ana, "title") == "one   two\tthree"
