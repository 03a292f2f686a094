"""The first start fills a desk through the real bot, with a past; later starts find it again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.lifecycle import Status
from bot.sandbox.state import State
from bot.trial.cast import PARTS, PEOPLE
from bot.trial.stories import Step, Story, WrongStories
from tests.trial.conftest import Seen, start


def ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """What the desk's database says."""
    with closing(sqlite3.connect(f"file:{folder / 'caseline.db'}?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def everything(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that people wrote and did, and what became of it."""
    return {
        table: ask(folder, f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - our own names
        for table in ("people", "accounts", "teams", "cases", "comments", "history", "outbox")
    }


def when(text: str) -> datetime:
    return datetime.fromisoformat(text if "+" in text else f"{text}+00:00")


def test_the_bot_does_nothing_that_slack_would_refuse(first: Seen) -> None:
    assert first.complaints == []


def test_the_desk_arrives_in_the_present(first: Seen) -> None:
    assert first.offset == first.bots_offset == timedelta()


def test_messages_are_paced_as_slack_wants_once_the_desk_is_filled(first: Seen) -> None:
    assert first.paced


def test_calendars_rosters_and_leave_are_set_up_in_the_present(first: Seen) -> None:
    named = dict(ask(first.folder, "SELECT id, name FROM people"))
    teams = dict(ask(first.folder, "SELECT id, name FROM teams")) | {None: ""}
    calendars = ask(first.folder, "SELECT team_id, country FROM team_calendars")
    assert {teams[team]: country for team, country in calendars} == {
        "": "GB",
        "Level two": "GB",
        "Integrations": "CZ",
    }
    for weekday in "0123456":  # a manager, and somebody for severity 1, on any day that a visitor comes
        shifts = ask(first.folder, f"SELECT team_id FROM shifts WHERE weekdays LIKE '%{weekday}%'")  # noqa: S608
        assert {teams[team] for (team,) in shifts} >= {"", "Level two", "Integrations"}
    ((who, deputy, last),) = ask(first.folder, "SELECT person_id, deputy_id, last FROM absences")
    assert (named[who], named[deputy]) == (PEOPLE["jun"].real_name, PEOPLE["ines"].real_name)
    assert date.fromisoformat(last) > first.began.date()


def test_each_case_has_one_card(first: Seen, stories: tuple[Story, ...]) -> None:
    numbers = [f"{number:08d}" for (number,) in ask(first.folder, "SELECT number FROM cases")]
    assert sorted(first.cards) == sorted(numbers)
    assert len(numbers) == len(stories)
    assert set(first.cards.values()) == {1}


def test_each_comment_stands_in_the_thread_of_its_card(first: Seen) -> None:
    assert [(first.replies,)] == ask(first.folder, "SELECT count(*) FROM comments")
    assert first.replies > 100


def test_everything_that_was_to_be_told_was_told(first: Seen) -> None:
    states = ask(first.folder, "SELECT DISTINCT state, kind FROM outbox WHERE state != 'sent'")
    assert {state for state, _ in states} <= {"collapsed", "dropped"}
    dropped = {kind for state, kind in states if state == "dropped"}
    assert not dropped & {"card", "notice", "thread_comment", "report"}  # only what has settled itself


def test_cases_and_cards_have_the_dates_of_their_stories(first: Seen, stories: tuple[Story, ...]) -> None:
    rows = ask(first.folder, "SELECT title, created_at, card_ts FROM cases")
    ages = {story.opening.title: story.age for story in stories}
    for title, created_at, card_ts in rows:
        wanted = (first.began - ages[title]).timestamp()
        # The past begins when the filling does; an event may be late by what the one before it took.
        assert wanted - 1 < when(created_at).timestamp() < wanted + 60
        assert 0 <= float(card_ts) - when(created_at).timestamp() < 60


def test_every_person_with_a_part_is_known_by_name_and_sam_is_nobody(first: Seen) -> None:
    known = dict(ask(first.folder, "SELECT slack_user_id, name FROM people WHERE role IS NOT NULL"))
    assert set(known) == {PEOPLE[handle].id for handle in PARTS}
    assert known["U0CHLOE"] == "Chloé Martin"
    assert "U0SAM" not in known


def test_every_member_of_staff_and_every_contact_has_something_to_look_at(first: Seen) -> None:
    by_owner = dict(
        ask(
            first.folder,
            "SELECT slack_user_id, count(*) FROM cases JOIN people ON people.id = owner_id"
            " WHERE status != 'closed' GROUP BY 1",
        )
    )
    by_creator = dict(
        ask(
            first.folder,
            "SELECT slack_user_id, count(*) FROM cases JOIN people ON people.id = creator_id GROUP BY 1",
        )
    )
    assert (by_owner["U0ANA"], by_owner["U0BEN"]) == (6, 5)
    assert min(by_owner[person] for person in ("U0INES", "U0JUN", "U0MARIA")) >= 2
    assert min(by_creator[person] for person in ("U0LINDA", "U0RAJ", "U0VIKTOR", "U0CHLOE")) >= 5
    assert min(by_creator[person] for person in ("U0MARIA", "U0OMAR")) >= 2


def test_the_desk_shows_every_status_severity_and_kind(first: Seen) -> None:
    seen = {status for (status,) in ask(first.folder, "SELECT DISTINCT status FROM cases")}
    assert seen == set(Status)
    assert ask(first.folder, "SELECT DISTINCT severity FROM cases ORDER BY 1") == [(1,), (2,), (3,), (4,)]
    assert len(ask(first.folder, "SELECT DISTINCT kind FROM cases")) == 3


def test_there_is_an_article_of_each_kind_to_find(first: Seen) -> None:
    readers = [one for (one,) in ask(first.folder, "SELECT readers FROM articles")]
    assert sorted(set(readers)) == ["account", "customers", "staff"]


def test_new_things_of_the_last_hours_are_unread_and_older_ones_are_not(first: Seen) -> None:
    assert 0 < sum(first.unread.values()) < 15


async def test_a_second_start_finds_the_desk_and_changes_nothing(
    filled: Path, stories: tuple[Story, ...]
) -> None:
    before = everything(filled)
    second = await start(filled, stories)
    assert everything(filled) == before
    assert (second.said, second.posted, second.complaints) == ([], 0, [])
    assert second.offset == timedelta()


async def test_a_later_start_keeps_the_time_to_which_somebody_travelled(filled: Path) -> None:
    state = State(filled / "sandbox.db")
    state.put("meta", "offset", 3600.0)
    state.close()
    later = await start(filled, ())
    assert later.offset == timedelta(hours=1)
    assert later.bots_offset == later.offset


async def test_a_first_start_that_was_cut_off_is_begun_again(
    filled: Path, stories: tuple[Story, ...]
) -> None:
    state = State(filled / "sandbox.db")
    state.put("meta", "offset", -86400.0)
    state.close()
    again = await start(filled, stories[:1])
    assert "interrupted" in again.said[0]
    assert (len(again.cards), again.offset) == (1, timedelta())


async def test_a_story_that_the_desk_refuses_is_named(tmp_path: Path, stories: tuple[Story, ...]) -> None:
    story = next(story for story in stories if story.opening.by == "linda")
    unable = Step(after=timedelta(minutes=1), by="chloe", act="take", facts={})
    with pytest.raises(WrongStories, match="chloe may not take"):
        await start(tmp_path, (replace(story, steps=(unable,)),))
