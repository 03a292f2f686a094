"""Talk in the thread of a card is talk about the case; talk anywhere else is none of the desk's business."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from bot.sandbox import Message, Person
from bot.sandbox.records import Message as Record
from bot.store.schema import metadata
from tests.flows.conftest import LEVEL_TWO, Role, Workplace, does


async def shown_comments(person: Person, number: str = "00001001") -> str:
    """What the page of the case says beneath its description."""
    await person.runs(f"/case show {number}")
    assert person.modal is not None, person.reply
    text = person.modal.text.split("*Description*")[1]
    await person.closes()
    return text


async def card_in_the_accounts_channel(workplace: Workplace) -> Message:
    """The card of a case of Cloud Nine Shoes, in a channel that its people are in."""
    team = await workplace.team_in("cloud-nine")
    return await workplace.card(await workplace.case_of("ana", team_id=team), channel="cloud-nine")


async def test_a_reply_of_staff_becomes_an_internal_comment(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    card = await workplace.card(await workplace.case_of("linda"))
    await ana.says("The fuser is broken", channel="support-cases", thread=card)
    assert ana.failure == ""
    told = await shown_comments(ana)
    assert "The fuser is broken" in told
    assert "internal: staff only" in told
    assert "The fuser is broken" not in await shown_comments(linda)
    card = await workplace.card("00001001")
    assert len(card.replies) == 1  # it stands there already and is not posted again
    assert "Status Working" in card.text


async def test_a_reply_of_the_customer_side_becomes_a_public_comment(workplace: Workplace) -> None:
    linda, tess, ana = workplace.people("linda tess ana")
    card = await card_in_the_accounts_channel(workplace)
    await linda.says("It smells", channel="cloud-nine", thread=card)
    await tess.says("It burns", channel="cloud-nine", thread=card)
    for reader in (ana, linda, tess):
        told = await shown_comments(reader)
        assert "It smells" in told
        assert "It burns" in told
        assert "internal" not in told
    assert linda.ephemerals == []
    assert tess.ephemerals == []


async def test_what_is_said_elsewhere_is_no_comment(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    card = await workplace.card(await workplace.case_of("linda"))
    await ana.says("not in a thread", channel="support-cases")
    lunch = await ben.says("Lunch?", channel="support-cases")
    await ana.says("in another thread", channel="support-cases", thread=lunch)
    elsewhere = await ben.says("1001 is on fire", channel="general")
    await ana.says("in another channel", channel="general", thread=elsewhere)
    await workplace.settled()
    told = await shown_comments(ana)
    for text in ("not in a thread", "Lunch?", "in another thread", "1001 is on fire", "in another channel"):
        assert text not in told
    assert "No comments yet." in told
    assert card.replies == []
    assert ana.ephemerals == []


async def test_the_desks_own_posts_are_not_taken_for_comments(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("linda")
    await does(ana, "/case comment 1001", text="from the window")
    (reply,) = (await workplace.card("00001001")).replies
    assert reply.user == workplace.sandbox.bot_user_id
    assert "Comments* (1)" in await shown_comments(ana)
    whispered = [one for one in workplace.sandbox.requests if one.method == "chat.postEphemeral"]
    assert whispered == []  # the desk does not answer itself either


async def test_what_other_apps_say_in_the_thread_is_no_comment(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    sandbox = workplace.sandbox
    card = await workplace.card(await workplace.case_of("linda"))
    posted = sandbox.workspace.add(
        Record(
            ts=sandbox.workspace.next_ts(),
            channel=card.channel,
            user=ana.id,  # an app that posts in her name
            bot_id="B0DEPLOYS",
            text="Deployed 4711",
            thread_ts=card.ts,
        )
    )
    assert await sandbox.events.posted(posted) == ""
    await workplace.settled()
    assert "No comments yet." in await shown_comments(ana)
    assert ana.ephemerals == []


async def test_an_edit_of_a_message_is_an_edit_of_its_comment(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("first wording", channel="support-cases", thread=card)
    await ana.edits(said, "second wording")
    assert ana.failure == ""
    await workplace.settled()
    told = await shown_comments(ana)
    assert "Comments* (1)" in told
    assert "second wording" in told
    assert "first wording" not in told
    assert "edited" in told
    assert ana.ephemerals == []
    await ana.runs("/case show 1001")
    await ana.clicks("History")
    assert ana.modal is not None
    assert "@ana edited an internal comment." in ana.modal.text


async def test_a_deletion_leaves_a_stub_and_no_word(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("the pasword is hunter1", channel="support-cases", thread=card)
    await ana.edits(said, "the password is hunter2")
    await ana.deletes(said)
    assert ana.failure == ""
    await workplace.settled()
    told = await shown_comments(ben)
    assert "Comments* (1)" in told
    assert "Deleted in Slack." in told
    assert "hunter" not in told

    def kept(connection: Connection) -> str:
        return repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])

    assert "hunter" not in await workplace.bot.desk.store.look(kept)


async def test_an_edit_that_unfurls_a_link_changes_nothing(workplace: Workplace) -> None:
    ana, sandbox = workplace.person("ana"), workplace.sandbox
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("see https://docs.example", channel="support-cases", thread=card)
    record = sandbox.workspace.message(said.channel, said.ts)
    assert record is not None
    assert await sandbox.events.changed(record, sandbox.payloads.message(record)) == ""
    assert "edited" not in await shown_comments(ana)


async def test_an_edit_by_somebody_who_was_refused_is_refused_in_silence(workplace: Workplace) -> None:
    sam, ana = workplace.people("sam ana")
    team = await workplace.team_in("general")
    card = await workplace.card(await workplace.case_of("ana", team_id=team), channel="general")
    said = await sam.says("let me in", channel="general", thread=card)
    await sam.edits(said, "please")
    await sam.deletes(said)
    await workplace.settled()
    assert len(sam.ephemerals) == 1
    assert "No comments yet." in await shown_comments(ana)


async def test_the_same_event_twice_makes_one_comment(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    sandbox = workplace.sandbox
    card = await workplace.card(await workplace.case_of("linda"))
    said = await ana.says("only once", channel="support-cases", thread=card)
    record = sandbox.workspace.message(said.channel, said.ts)
    assert record is not None
    assert await sandbox.events.posted(record) == ""  # as Slack does when it missed the answer
    assert "Comments* (1)" in await shown_comments(ana)
    assert ana.ephemerals == []


async def test_mentions_and_links_come_out_readable(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    card = await workplace.card(await workplace.case_of("linda"))
    typed = "@ben see https://docs.example/a?b=1&c=2 or ask help@cloudnine.example <now> & *then*"
    await ana.says(typed, channel="support-cases", thread=card)
    told = await shown_comments(ana)
    for words in (
        "@Ben Okafor",
        "https://docs.example/a?b=1&c=2",
        "help@cloudnine.example",
        "<now> & *then*",
    ):
        assert words in told, words
    for code in ("<@", "U0BEN", "&amp;", "&lt;", "mailto:", "<http"):
        assert code not in told, code


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        ("sam", "You are not set up here yet."),
        ("viktor", "does not exist, or you may not see it."),
    ],
)
async def test_a_reply_by_somebody_who_may_not_is_answered_only_to_them_in_the_thread(
    workplace: Workplace, handle: str, sentence: str
) -> None:
    ana, stranger = workplace.people(f"ana {handle}")
    team = await workplace.team_in("general")
    card = await workplace.card(await workplace.case_of("ana", team_id=team), channel="general")
    await stranger.says("let me in", channel="general", thread=card)
    await workplace.settled()
    (answer,) = stranger.ephemerals
    assert "Your reply is not in the case." in answer.all_text
    assert sentence in answer.all_text
    assert answer.channel == card.channel
    assert answer.thread_ts == card.ts
    assert ana.ephemerals == []
    assert not ana.sees("Your reply is not in the case.")
    assert "let me in" not in await shown_comments(ana)
    assert stranger.dms == []


async def test_a_community_user_who_replies_to_a_closed_case_is_told(workplace: Workplace) -> None:
    tess, linda, ana = workplace.people("tess linda ana")
    card = await card_in_the_accounts_channel(workplace)
    await does(ana, "/case close 1001", resolution="solved")
    await tess.says("thanks", channel="cloud-nine", thread=card)
    assert "Your reply is not in the case." in tess.reply
    await linda.says("thank you", channel="cloud-nine", thread=card)
    assert linda.ephemerals == []
    told = await shown_comments(ana)
    assert "thank you" in told
    assert "\nthanks\n" not in told


async def test_a_reply_counts_as_a_comment_for_status_and_history(workplace: Workplace) -> None:
    ana, ines = workplace.people("ana ines")
    card = await workplace.card(await workplace.case_of("linda", owner="ana"))
    await ana.says("looking", channel="support-cases", thread=card)
    await does(ana, "/case status 1001", status="waiting")
    await ines.says("me too", channel="support-cases", thread=card)
    assert "Status Waiting" in (await workplace.card("00001001")).text
    await ana.runs("/case show 1001")
    await ana.clicks("History")
    assert ana.modal is not None
    assert "@ines wrote an internal comment." in ana.modal.text
    assert "@ana wrote an internal comment." in ana.modal.text
    assert "@ana set the status to Working (before: Open)." in ana.modal.text


async def test_who_loses_their_role_can_talk_but_not_to_the_case(workplace: Workplace) -> None:
    ben, ana = workplace.people("ben ana")
    card = await workplace.card(await workplace.case_of("linda"))
    await workplace.role_of("ben", None)
    await ben.says("one more thing", channel="support-cases", thread=card)
    assert "Your reply is not in the case." in ben.reply
    assert "one more thing" not in await shown_comments(ana)
    await workplace.role_of("ben", Role.AGENT, team_ids=(LEVEL_TWO,))
    await ben.says("and now", channel="support-cases", thread=card)
    assert "and now" in await shown_comments(ana)
