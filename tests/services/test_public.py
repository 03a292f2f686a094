"""Public texts before they are said, asking, editing, digests: what each writes, whole or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.audiences import HeldState, PublicAct, Shown
from bot.domain.cases import Case
from bot.domain.commands import (
    AddComment,
    Ask,
    AskKind,
    Audience,
    CloseCase,
    EditComment,
    ReopenCase,
)
from bot.domain.due import DueKind
from bot.domain.ids import CallKey, CommentId, SlackUserId
from bot.domain.notify import Pace, Preference
from bot.domain.outcomes import Outcome
from bot.domain.people import Viewer, channel_viewer
from bot.domain.refusals import Reason, Refusal
from bot.services import asking, cases, comments, notify, public
from bot.store import due as due_store
from bot.store.outcomes import latest_outcomes
from bot.store.people import find_person
from bot.store.schema import comments as comment_table
from bot.store.schema import digest_items, held_comments
from bot.store.work import Work
from tests.factories import NOON
from tests.services.conftest import Office

ANA, BEN, INES, LINDA, MARIA, TESS = (
    SlackUserId(f"U0{name}") for name in ("ANA", "BEN", "INES", "LINDA", "MARIA", "TESS")
)
WORDS = "We found the fuser"


async def shown(office: Office, case: Case, by: SlackUserId = ANA, **more: object) -> Shown:
    command = AddComment(case_id=case.id, text=WORDS, audience=Audience.PUBLIC, **more)  # type: ignore[arg-type]
    found = await public.show(office.desk, command, by)
    assert found is not None
    return found


async def time_is_over(office: Office) -> None:
    """Do what is due in eleven seconds, as the scheduler does."""

    def unit(work: Work) -> None:
        later = replace(work, stamp=replace(work.stamp, now=NOON + timedelta(seconds=11)))
        for due in due_store.due_now(work.connection, work.workspace_id, later.now):
            if due.kind is DueKind.COMMENT_GOES_OUT and due_store.finish(later, due):
                public.say_what_is_due(office.desk, later, due)

    await office.desk.write(unit)


async def test_showing_and_sending_tell_nobody(office: Office) -> None:
    case = await office.opened()
    found = await shown(office, case)
    assert [one.name for one in found.readers] == ["U0LINDA", "U0TESS"]
    await public.send(office.desk, found.held.id, ANA, CallKey("send"))
    assert await office.news() == ([], [])
    assert await office.said() == []
    assert (await office.case(case.id)).status is case.status


async def test_said_once_over_all_who_try_at_once(office: Office) -> None:
    case = await office.opened()
    found = await shown(office, case)
    await asyncio.gather(*(public.send(office.desk, found.held.id, ANA, CallKey("send")) for _ in range(3)))
    await asyncio.gather(time_is_over(office), time_is_over(office))
    assert await office.said() == [("public", WORDS)]
    rows, told = await office.news()
    assert [(row["kind"], row["audience"]) for row in rows] == [("commented", "public")]
    assert [kind for kind, _, _ in told] == ["card", "thread_comment", "notice"]
    kept = await office.desk.store.look(lambda c: c.execute(select(held_comments.c.text)).scalars().all())
    assert kept == [""], "what is said stands in the comment alone"


async def test_taking_back_and_saying_at_once_have_one_winner(office: Office) -> None:
    for round_ in range(5):
        case = await office.opened()
        found = await shown(office, case)
        await public.send(office.desk, found.held.id, ANA, CallKey(f"send:{round_}"))
        before = len(await office.said())
        taken, _ = await asyncio.gather(
            public.take_back(office.desk, found.held.id, ANA, CallKey(f"back:{round_}")),
            time_is_over(office),
            return_exceptions=True,
        )
        said = len(await office.said()) - before
        if isinstance(taken, Refusal):
            assert (taken.reason, said) == (Reason.TOO_LATE_TO_TAKE_BACK, 1)
        else:
            assert said == 0


async def test_a_text_is_its_authors_own(office: Office) -> None:
    case = await office.opened()
    found = await shown(office, case)
    await public.send(office.desk, found.held.id, ANA, CallKey("send"))
    before = await office.everything()
    for other in (BEN, MARIA, LINDA):
        for attempt in (
            lambda by: public.own(office.desk, by, found.held.id),
            lambda by: public.send(office.desk, found.held.id, by, office.key()),
            lambda by: public.take_back(office.desk, found.held.id, by, office.key()),
        ):
            with pytest.raises(Refusal) as refused:
                await attempt(other)
            assert refused.value.reason is Reason.NO_SUCH_DRAFT
    assert await office.everything() == before


async def test_the_customer_side_is_not_asked_twice(office: Office) -> None:
    case = await office.opened()
    command = AddComment(case_id=case.id, text=WORDS, audience=Audience.PUBLIC)
    assert await public.show(office.desk, command, LINDA) is None


@pytest.mark.parametrize("act", [PublicAct.COMMENT, PublicAct.CLOSE, PublicAct.REOPEN])
async def test_integrations_are_not_even_shown_a_public_text(office: Office, act: PublicAct) -> None:
    case = await office.opened(by=INES)
    if act is PublicAct.REOPEN:
        closing = CloseCase(case_id=case.id, version=case.version, resolution="solved")
        await cases.close(office.desk, closing, MARIA, office.key())
        case = await office.case(case.id)
    command = {
        PublicAct.COMMENT: AddComment(case_id=case.id, text=WORDS, audience=Audience.PUBLIC),
        PublicAct.CLOSE: CloseCase(
            case_id=case.id, version=case.version, resolution="solved", note=WORDS, audience=Audience.PUBLIC
        ),
        PublicAct.REOPEN: ReopenCase(
            case_id=case.id, version=case.version, reason=WORDS, audience=Audience.PUBLIC
        ),
    }[act]
    before = await office.everything()
    with pytest.raises(Refusal) as refused:
        await public.show(office.desk, command, INES)
    assert refused.value.reason is Reason.PUBLIC_COMMENTS_LOCKED
    assert await office.everything() == before


async def test_ticks_and_the_contact_are_kept_with_the_comment(office: Office) -> None:
    case = await office.opened()
    found = await shown(office, case, outcomes=(Outcome.SPOKE, Outcome.CUSTOMER_ANSWERED))
    await public.send(office.desk, found.held.id, ANA, CallKey("send"), to_contact=True)
    await time_is_over(office)
    mailed = await office.desk.store.look(lambda c: c.execute(select(comment_table.c.to_contact)).scalar())
    assert mailed is True
    ticked = await office.desk.store.read(
        lambda c, v: latest_outcomes(c, v, case.id), channel_viewer(office.desk.workspace_id)
    )
    assert set(ticked) == {Outcome.SPOKE, Outcome.CUSTOMER_ANSWERED}


async def test_the_customer_side_ticks_nothing(office: Office) -> None:
    case = await office.opened()
    command = AddComment(case_id=case.id, text=WORDS, outcomes=(Outcome.CUSTOMER_ASKS,))
    with pytest.raises(Refusal) as refused:
        await cases.comment(office.desk, command, LINDA, office.key())
    assert refused.value.reason is Reason.NO_SUCH_CHOICE


async def test_what_was_never_sent_is_thrown_away_and_what_waits_is_not(office: Office) -> None:
    from bot.store.held import sweep_held

    case = await office.opened()
    await shown(office, case)
    sent = await shown(office, case)
    await public.send(office.desk, sent.held.id, ANA, CallKey("send"))
    assert await office.desk.write(lambda work: sweep_held(work, NOON + timedelta(days=1))) == 1
    left = await office.desk.store.look(lambda c: c.execute(select(held_comments.c.state)).scalars().all())
    assert left == [HeldState.HELD.value]


# Asking


@pytest.mark.parametrize(
    ("who", "kind", "text", "reason"),
    [
        ("U0LINDA", AskKind.QUESTION, "Well?", Reason.OWNER_MUST_BE_STAFF),
        ("U0CHLOE", AskKind.QUESTION, "Well?", Reason.OWNER_MAY_NOT_WORK),
        ("U0ANA", AskKind.QUESTION, "Well?", Reason.ASK_YOURSELF),
        ("U0NOBODY", AskKind.QUESTION, "Well?", Reason.NO_SUCH_PERSON),
        ("", AskKind.UPDATE, "", Reason.NOBODY_TO_ASK),
        ("U0INES", AskKind.UPDATE, "", Reason.UPDATE_NOT_YET),
        ("U0BEN", AskKind.QUESTION, "", Reason.EMPTY_TEXT),
    ],
)
async def test_a_refused_question_leaves_nothing_behind(
    office: Office, who: str, kind: AskKind, text: str, reason: Reason
) -> None:
    case = await office.opened()
    command = Ask(case_id=case.id, version=case.version, kind=kind, who=who, text=text)
    before = await office.everything()
    with pytest.raises(Refusal) as refused:
        await asking.ask(office.desk, command, ANA, office.key())
    assert refused.value.reason is reason
    assert await office.everything() == before


async def test_asking_writes_comment_owner_and_notices_together(office: Office) -> None:
    case = await office.opened()
    command = Ask(case_id=case.id, version=case.version, kind=AskKind.QUESTION, who=BEN, text="Which one?")
    await asking.ask(office.desk, command, ANA, CallKey("ask"))
    await asking.ask(office.desk, command, ANA, CallKey("ask"))  # the same press again
    rows, told = await office.news()
    assert [(row["kind"], row["audience"]) for row in rows] == [("asked", "internal"), ("assigned", "public")]
    assert rows[0]["changes"] == {"asked": [None, "U0BEN"]}
    assert rows[1]["changes"] == {"status": ["new", "working"], "owner": [None, "U0BEN"]}
    assert told[2:] == [("notice", LINDA, "public"), ("notice", BEN, "internal")]
    assert await office.said() == [("internal", "Which one?")]
    assert (await office.case(case.id)).owner_name == "U0BEN"


# Editing


async def test_an_edit_keeps_who_is_told_within_the_audience(office: Office) -> None:
    case = await office.opened()
    await cases.take(office.desk, case.id, BEN, office.key())
    for text, audience in (("inside", Audience.INTERNAL), ("outside", Audience.PUBLIC)):
        command = AddComment(case_id=case.id, text=text, audience=audience)
        await cases.comment(office.desk, command, ANA, office.key())
    await office.news()
    for comment_id, told in ((1, {BEN}), (2, {BEN, LINDA})):
        edit = EditComment(comment_id=CommentId(comment_id), version=1, text="edited")
        await comments.edit(office.desk, edit, ANA, office.key())
        rows, sent = await office.news()
        assert [row["kind"] for row in rows] == ["comment_edited"]
        assert {place for kind, place, _ in sent if kind == "notice"} == told
        assert "comment_edit" in {kind for kind, _, _ in sent}
    with pytest.raises(Refusal) as refused:
        await comments.edit(
            office.desk, EditComment(comment_id=CommentId(1), version=1, text="late"), ANA, office.key()
        )
    assert refused.value.reason is Reason.COMMENT_CHANGED
    for other, reason in ((BEN, Reason.NOT_YOUR_COMMENT), (LINDA, Reason.NO_SUCH_COMMENT)):
        with pytest.raises(Refusal) as refused:
            await comments.edit(
                office.desk, EditComment(comment_id=CommentId(1), version=2, text="x"), other, office.key()
            )
        assert refused.value.reason is reason


# Digests


async def test_what_waits_for_a_digest_is_told_by_one_message(office: Office) -> None:
    chosen = Preference(pace=Pace.DIGEST, hour=8)
    await notify.choose(office.desk, chosen, LINDA, office.key())
    case = await office.opened()
    await cases.take(office.desk, case.id, BEN, office.key())
    await cases.comment(office.desk, AddComment(case_id=case.id, text="inside"), ANA, office.key())
    _, told = await office.news()
    assert {place for kind, place, _ in told if kind == "notice"} == {BEN}

    def waiting(work: Work) -> list[object]:
        linda = find_person(work.connection, work.workspace_id, LINDA)
        assert linda is not None
        at = due_store.due_at(work.connection, work.workspace_id, DueKind.DIGEST, person_id=linda.id)
        items = work.connection.execute(select(digest_items.c.audience)).scalars().all()
        assert Viewer(linda).role is not None
        return [at is not None and at > NOON, sorted(items)]

    # that it was taken, and that it is Working now: of the internal comment only what is public
    assert await office.desk.write(waiting) == [True, ["public", "public"]]
