"""The window of `/desk health`: what is wrong first, in words, with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.blocks import notices
from bot.blocks.troubles import TROUBLES, WITHOUT_SCOPE, trouble
from bot.dialogs import health
from bot.domain.health import DeadLetter, Health, HeldUp, Letters, Outbox, Pacing, Standing
from bot.domain.ids import CaseNumber
from bot.slack.faults import REPAIRABLE, TRANSIENT
from bot.store.outbox import Kind
from tests.blocks.samples import HOSTILE, LINDA, NOON
from tests.blocks.slack_rules import markup, problems, readable, view_problems

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text(encoding="utf-8"))
SCOPES = frozenset(MANIFEST["oauth_config"]["scopes"]["bot"])

LETTER = DeadLetter(
    id=31,
    kind="notice",
    place="U0LINDA",
    recipient=LINDA.ref,
    case_number=CaseNumber(1001),
    error="chat.postMessage: invalid_blocks",
    attempts=1,
    given_up_at=NOON - timedelta(hours=3),
)
WELL = Health(
    real_now=NOON,
    version="0.1.0",
    policy_revision=2,
    database="SQLite",
    revision="0005",
    way="Socket Mode",
    standing=Standing(scopes=SCOPES, ahead=0.2),
    pacing=Pacing(per_minute=60.0, slowed_for=None),
    late_jobs=(),
    outbox=Outbox(waiting=0, oldest=None, due_since=None, held=()),
    letters=Letters(rows=(), total=0, newer=None, older=None),
)
HELD = HeldUp(
    place="C0CASES", error="chat.postMessage: not_in_channel", count=3, since=NOON - timedelta(minutes=40)
)
TROUBLED = replace(
    WELL,
    standing=Standing(scopes=SCOPES - {"im:history"}, ahead=-95.0),
    pacing=Pacing(per_minute=30.0, slowed_for=125.0),
    late_jobs=("throw_away_old",),
    mailbox_trouble="[AUTHENTICATIONFAILED] No `such` user",
    outbox=Outbox(waiting=3, oldest=HELD.since, due_since=HELD.since, held=(HELD,)),
    letters=Letters(
        rows=tuple(replace(LETTER, id=31 - number) for number in range(8)), total=20, newer=40, older=23
    ),
)


def shown(picture: Health, banner: str | None = None) -> str:
    view = health.view(picture, banner)
    assert view_problems(view) == []
    return readable(view["blocks"])


def test_a_desk_that_is_well_says_so_and_shows_the_facts() -> None:
    told = shown(WELL)
    assert told.startswith("All is well.")
    assert "*Dead letters*: none." in told
    for fact in ("0 waiting", "60 messages a minute", "SQLite", "revision 0005", "0.1.0", "revision 2"):
        assert fact in told
    assert f"Socket Mode, {len(SCOPES)} scopes" in told
    assert "Retry" not in told


def test_what_is_wrong_stands_first_and_says_what_to_do() -> None:
    told = shown(TROUBLED, "Discarded.")
    order = [
        "Discarded.",
        "The scope `im:history` is missing.",
        "This machine's clock is 95 seconds behind Slack's.",
        "3 messages have been waiting 40 minutes for <#C0CASES>.",
        "20 messages were given up.",
        "The mailbox of answers cannot be read",
        "The job `throw_away_old` is late.",
        "Notice of case 00001001",
        "3 waiting, the oldest for 40 minutes",
    ]
    places = [told.index(each) for each in order]
    assert places == sorted(places)
    assert "Type /invite @Caseline in that channel" in told
    assert "Slack asked to slow down 2 minutes ago" in told
    assert "All is well" not in told


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (None, "Slack takes long to answer."),
        (Standing(error="invalid_auth"), "Slack, asked who we are: Slack does not know the token."),
        (Standing(error="token_revoked"), "The bot token was revoked."),
        (Standing(error="no_answer"), "Slack did not answer."),
        (Standing(scopes=SCOPES, ahead=31.0), "31 seconds ahead of Slack's"),
    ],
)
def test_a_connection_that_is_not_right_is_the_first_thing_said(
    standing: Standing | None, words: str
) -> None:
    assert words in shown(replace(WELL, standing=standing)).partition("\n")[0]


def test_what_is_due_for_long_and_has_not_failed_is_spoken_of() -> None:
    due = Outbox(waiting=2, oldest=HELD.since, due_since=NOON - timedelta(minutes=20), held=())
    assert "Messages could have gone 20 minutes ago." in shown(replace(WELL, outbox=due))
    again = replace(due, due_since=NOON)
    assert shown(replace(WELL, outbox=again)).startswith("All is well."), "it is on its way again"


def test_scopes_and_times_that_slack_does_not_tell_are_no_trouble() -> None:
    assert shown(replace(WELL, standing=Standing())).startswith("All is well.")


def test_a_letter_says_what_to_whom_why_and_for_how_long() -> None:
    one = replace(WELL, letters=Letters(rows=(LETTER,), total=1, newer=None, older=None))
    told = shown(one)
    assert "1 message was given up." in told
    assert (
        f"*Notice of case 00001001* to <@{LINDA.slack_user_id}>\nSlack finds the message malformed." in told
    )
    assert "Row 31 · given up 3 hours ago" in told
    assert "Retry all" not in told


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("C0CASES", "<#C0CASES>"),
        ("U0LINDA", "<@U0LINDA>"),
        ("home:U0LINDA", "Home of <@U0LINDA>"),
        ("support-cases", "#support-cases"),
        ("mail:12:contact", "waiting 40 minutes for e-mail."),
        ("files:12", "waiting 40 minutes for the files of a case."),
        ("thread:12", "waiting 40 minutes for a thread that became a case."),
    ],
)
def test_a_place_is_shown_as_people_know_it(place: str, words: str) -> None:
    held = replace(HELD, place=place)
    assert words in shown(replace(WELL, outbox=Outbox(waiting=3, oldest=NOON, due_since=NOON, held=(held,))))


@pytest.mark.parametrize("text", HOSTILE)
def test_an_error_that_quotes_anything_breaks_no_window_and_pings_nobody(text: str) -> None:
    letter = replace(LETTER, error=f"chat.postMessage: invalid_blocks ({text})", recipient=None, place=text)
    strange = replace(LETTER, error=text, id=32)
    page = Letters(rows=(letter, strange), total=2, newer=None, older=None)
    picture = replace(WELL, letters=page)
    shown(picture)
    assert not [each for each in markup(health.view(picture)) if "<!" in each]


def test_the_fullest_window_is_one_that_slack_takes() -> None:
    held = tuple(replace(HELD, place=f"C0CASES{number}") for number in range(6))
    full = replace(
        TROUBLED,
        standing=Standing(scopes=frozenset(), ahead=99.0),
        late_jobs=tuple(f"job_{number}" for number in range(10)),
        outbox=Outbox(waiting=600, oldest=HELD.since, due_since=HELD.since, held=held),
    )
    shown(full, "1 message is on the way again.")


# What errors mean


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_row_has_a_name(kind: Kind) -> None:
    assert kind.value in health.KINDS


@pytest.mark.parametrize("error", sorted(REPAIRABLE))
def test_whatever_an_operator_can_repair_is_explained(error: str) -> None:
    assert trouble(f"chat.postMessage: {error}") is TROUBLES[error]


@pytest.mark.parametrize("error", sorted(TROUBLES))
def test_an_explanation_is_two_short_sentences(error: str) -> None:
    found = TROUBLES[error]
    for sentence in (found.what, found.remedy):
        assert sentence.endswith(".")
        assert len(sentence.split()) < 25


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ("no answer: chat.postMessage", "Slack did not answer."),
        ("chat.postMessage: missing_scope (needs chat:write)", "The app lacks the scope chat:write."),
        ("chat.postMessage: missing_scope", "The app lacks a scope."),
        ("chat.postMessage: wait 30 s", "Slack asks to slow down."),
        ("chat.postMessage: msg_too_long (at most 4,000)", "The message is too long for Slack."),
        ("chat.postMessage: something_new", "Slack refused it: something_new."),
        ("KeyError('linda')", "Something broke on our side."),
        ("", "Something broke on our side."),
    ],
)
def test_an_error_is_told_in_words(error: str, what: str) -> None:
    assert trouble(error).what == what
    assert "linda" not in trouble(error).remedy


@pytest.mark.parametrize("error", sorted(TRANSIENT))
def test_slacks_own_trouble_has_words_of_some_kind(error: str) -> None:
    assert trouble(f"chat.update: {error}").what.startswith("Slack refused it")


def test_the_scopes_that_are_explained_are_those_of_the_manifest() -> None:
    assert set(WITHOUT_SCOPE) == set(SCOPES)


def test_the_digest_says_how_many_and_leads_to_the_window() -> None:
    one, many = notices.dead_letters(1), notices.dead_letters(12)
    assert one.text.startswith("1 message could not be delivered.")
    assert many.text.startswith("12 messages could not be delivered.")
    for message in (one, many):
        assert problems("message", message.blocks) == []
        assert len(message.text.split()) < 25
