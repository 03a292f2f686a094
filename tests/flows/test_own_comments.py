"""Authors edit their comments and tick what came of a talk; all of the audience see it, and nobody else."""

from __future__ import annotations

import pytest

from bot.domain.commands import EditComment
from bot.domain.ids import CallKey, CommentId, SlackUserId
from bot.domain.people import channel_viewer
from bot.sandbox import Person
from bot.services import comments
from bot.store import own_comments
from tests.flows.conftest import Workplace, does, held, sends


async def edits(person: Person, text: str) -> None:
    """Edit the one comment on the case's page that is one's own."""
    await person.runs("/case show 1001")
    await person.clicks("Edit comment")
    await person.submits(text=text)
    assert person.errors == {}, person.errors
    await sends(person)


async def page_of(person: Person) -> str:
    await person.runs("/case show 1001")
    assert person.modal is not None
    shown = person.modal.text
    await person.closes(everything=True)
    return shown


async def test_an_edit_reaches_everything_that_shows_the_comment(workplace: Workplace) -> None:
    ana, linda, tess = workplace.people("ana linda tess")
    await workplace.case_of("linda", owner="ana")
    await does(ana, "/case comment 1001", text="Try the other fuse", audience="public")
    await workplace.settled()
    told = len(linda.dms)
    await edits(ana, "Try the other fuser")
    assert ana.modal is not None
    assert "Try the other fuser" in ana.modal.text  # the page below
    (reply,) = (await workplace.card("00001001")).replies
    assert "Try the other fuser" in reply.all_text
    assert "edited" in reply.all_text
    assert "Try the other fuser" in await page_of(tess)
    assert len(linda.dms) == told + 1
    assert "Ana Lima edited a public comment" in linda.dms[-1].all_text
    assert "Try the other fuser" in linda.dms[-1].all_text


async def test_new_words_of_a_public_comment_are_shown_with_all_who_will_read_them(
    workplace: Workplace,
) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana")
    await does(ana, "/case comment 1001", text="Try the fuse", audience="public")
    await ana.runs("/case show 1001")
    await ana.clicks("Edit comment")
    await ana.submits(text="Try the fuser")
    assert ana.modal is not None
    assert ana.modal.callback_id == "case.public"
    for told in ("Try the fuser", "Linda Berg (designated support contact)", "Tess Young (community user)"):
        assert told in ana.modal.text
    await workplace.settled()
    assert not linda.sees("Try the fuser")
    await ana.clicks("Back to writing")
    assert held(ana, "text") == "Try the fuser"
    await ana.submits(text="Try the new fuser")
    await ana.submits()
    assert ana.modal is not None
    assert "Try the new fuser" in ana.modal.text  # the page
    await workplace.settled()
    assert linda.sees("Try the new fuser")
    await does(linda, "/case comment 1001", text="Mine")
    await linda.runs("/case show 1001")
    await linda.clicks("Edit comment")
    await linda.submits(text="Mine, mended")  # the customer side writes nothing but public
    assert linda.modal is not None
    assert linda.modal.title == "Case 00001001"


async def test_what_was_edited_in_another_window_meanwhile_costs_no_word(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await does(ana, "/case comment 1001", text="first words", audience="public")
    await ana.runs("/case show 1001")
    await ana.clicks("Edit comment")
    await ana.submits(text="from this window")
    elsewhere = EditComment(comment_id=CommentId(1), version=1, text="from the other window")
    await comments.edit(workplace.bot.desk, elsewhere, SlackUserId("U0ANA"), CallKey("elsewhere"))
    await ana.submits()
    assert ana.modal is not None
    assert "This comment was edited meanwhile" in ana.modal.text
    assert held(ana, "text") == "from this window"


async def test_what_it_said_before_is_kept_with_its_time_and_author(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await does(ana, "/case comment 1001", text="one")
    await edits(ana, "two")
    await edits(ana, "three")
    desk = workplace.bot.desk
    kept = await desk.store.read(
        lambda c, v: own_comments.versions_of(c, v, CommentId(1)), channel_viewer(desk.workspace_id)
    )
    assert [(one.version, one.text) for one in kept] == [(1, "one"), (2, "two")]
    assert {one.author_id for one in kept} == {await workplace.person_id("ana")}
    assert kept[0].at < kept[1].at


async def test_author_and_staff_see_what_it_said_before(workplace: Workplace) -> None:
    ana, ben, linda, tess = workplace.people("ana ben linda tess")
    await workplace.case_of("linda")
    await does(linda, "/case comment 1001", text="one")
    await linda.runs("/case show 1001")
    await linda.clicks("Edit comment")
    await linda.submits(text="two")
    for reader in (linda, ana, ben):
        await reader.runs("/case show 1001")
        await reader.clicks("Earlier wordings")
        assert reader.modal is not None
        assert reader.modal.title == "Earlier wordings"
        assert "one" in reader.modal.text.splitlines()
        assert "two" in reader.modal.text.splitlines()
    await tess.runs("/case show 1001")
    assert tess.modal is not None
    assert "Earlier wordings" not in tess.modal.buttons


async def test_of_what_is_deleted_no_earlier_wording_is_left(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("password is hunter2", channel="support-cases", thread=card)
    await ana.edits(said, "never mind")
    await workplace.settled()
    await ana.runs("/case show 1001")
    await ana.clicks("Earlier wordings")
    assert ana.modal is not None
    assert "hunter2" in ana.modal.text
    page = ana.modals[0]
    await ana.closes()
    await ana.deletes(said)
    await workplace.settled()
    assert "Earlier wordings" in page.buttons
    await ana.clicks("Earlier wordings")  # of the page as it was drawn
    assert ana.modal is not None
    assert "nothing of what it said is kept" in ana.modal.text
    assert "hunter2" not in ana.modal.text


async def test_an_internal_comment_stays_internal_when_it_is_edited(workplace: Workplace) -> None:
    ana, ben, linda = workplace.people("ana ben linda")
    await workplace.case_of("linda", owner="ben")
    await does(ana, "/case comment 1001", text="between us")
    await edits(ana, "strictly between us")
    await workplace.settled()
    assert ben.sees("strictly between us")
    assert not linda.sees("between us")
    assert "between us" not in await page_of(linda)


async def test_nobody_is_offered_to_edit_what_somebody_else_wrote(workplace: Workplace) -> None:
    ana, ben, maria, linda = workplace.people("ana ben maria linda")
    await workplace.case_of("linda")
    await does(ana, "/case comment 1001", text="mine", audience="public")
    for other in (ben, maria, linda):
        await other.runs("/case show 1001")
        assert other.modal is not None
        assert "Edit comment" not in other.modal.buttons
    await does(linda, "/case comment 1001", text="Linda's own")
    await linda.runs("/case show 1001")
    await linda.clicks("Edit comment")
    await linda.submits(text="Linda's better words")
    assert (await workplace.card("00001001")).replies[1].all_text.count(
        "Linda's better words"
    ) == 2  # said and shown


async def test_a_stale_edit_keeps_its_text_and_shows_what_is_there_now(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await does(ana, "/case comment 1001", text="first words")
    await ana.runs("/case show 1001")
    await ana.clicks("Edit comment")
    desk = workplace.bot.desk
    elsewhere = EditComment(comment_id=CommentId(1), version=1, text="from the other window")
    await comments.edit(desk, elsewhere, SlackUserId("U0ANA"), CallKey("elsewhere"))
    await ana.submits(text="from this window")
    assert ana.modal is not None
    assert "This comment was edited meanwhile" in ana.modal.text
    assert "from the other window" in ana.modal.text
    assert held(ana, "text") == "from this window"
    await ana.submits()
    (reply,) = (await workplace.card("00001001")).replies
    assert "from this window" in reply.all_text


async def test_a_reply_in_the_thread_is_edited_where_it_was_said(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await ana.says("said in the thread", channel="support-cases", thread=await workplace.card("00001001"))
    await workplace.settled()
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert "said in the thread" in ana.modal.text
    assert "Edit comment" not in ana.modal.buttons


# Ticks


async def test_what_came_of_a_talk_stands_wherever_the_comment_stands(workplace: Workplace) -> None:
    ana, ben, linda = workplace.people("ana ben linda")
    await workplace.case_of("linda", owner="ben")
    await does(ana, "/case comment 1001", text="rang them", outcomes=["call_back_requested"])
    (reply,) = (await workplace.card("00001001")).replies
    assert "Call-back requested" in reply.all_text
    assert "Call-back requested" in ben.dms[-1].all_text
    assert "Call-back requested" in ben.dms[-1].text  # for screen readers
    assert "Call-back requested" in await page_of(ana)
    assert not linda.sees("Call-back")


async def test_ticks_that_contradict_each_other_are_refused_with_the_text_kept(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await ana.runs("/case comment 1001")
    await ana.submits(text="rang them", outcomes=["left_message", "spoke"])
    assert ana.errors == {"outcomes": "These ticks cannot all be true of one talk. Untick what does not fit."}
    await ana.submits(outcomes=["left_message"])
    assert ana.errors == {}


@pytest.mark.parametrize(
    ("outcomes", "status"), [(["customer_answered"], "Working"), (["left_message"], "No response")]
)
async def test_an_answer_by_phone_ends_no_response(
    workplace: Workplace, outcomes: list[str], status: str
) -> None:
    ines = workplace.person("ines")
    await workplace.case_of("linda", owner="ines")
    await does(ines, "/case comment 1001", text="on it")
    await does(ines, "/case status 1001", status="no_response")
    await does(ines, "/case comment 1001", text="they rang", outcomes=outcomes)
    assert f"Status {status}" in (await workplace.card("00001001")).text
