"""What people type to find cases, read: words, filters, days of the asker's calendar, and slips."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lifecycle import Status
from bot.domain.refusals import Reason, Refusal
from bot.domain.search import Search, Sought, is_called, parse, words_in

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LISBON, NEW_YORK, AUCKLAND = "Europe/Lisbon", "America/New_York", "Pacific/Auckland"


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Checkout page", ["checkout", "page"]),
        ("CAFÉ naïve Ångström", ["cafe", "naive", "angstrom"]),
        ("Straße ŁÓDŹ", ["strasse", "łodz"]),
        ("re-send e_mail to lou@example.com!", ["re", "send", "e", "mail", "to", "lou", "example", "com"]),
        ("ﬁle №5 x²", ["file", "no5", "x2"]),
        ("Ω Москва 東京", ["ω", "москва", "東京"]),
        ("  \t\n ", []),
    ],
)
def test_words_are_kept_small_and_plain(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@given(st.text(max_size=80))
def test_words_of_words_are_the_same_words(text: str) -> None:
    words = words_in(text)
    assert words_in(" ".join(words)) == words
    assert all(word and "_" not in word and " " not in word for word in words)


READ = [
    ("", Search()),
    ("blank page", Search(words=(Sought("blank"), Sought("page")))),
    ("blank blank", Search(words=(Sought("blank"),))),
    ("check* out", Search(words=(Sought("check", is_beginning=True), Sought("out")))),
    ("status:waiting", Search(statuses=frozenset({Status.WAITING}))),
    ("Status:New,no-response", Search(statuses=frozenset({Status.NEW, Status.NO_RESPONSE}))),
    ('status:"no response"', Search(statuses=frozenset({Status.NO_RESPONSE}))),
    ("owner:me", Search(owners=("me",))),
    ("owner:@Ana owner:nobody", Search(owners=("Ana", "none"))),
    ('account:"Cloud Nine"', Search(accounts=("Cloud Nine",))),
    ("severity:1,2", Search(severities=frozenset({1, 2}))),
    ("team:billing", Search(teams=("billing",))),
    ("is:open", Search(is_open=True)),
    ("is:closed is:escalated", Search(is_open=False, is_escalated=True)),
    ("is:open is:closed", Search()),
    ('"status:waiting" x', Search(words=(Sought("status"), Sought("waiting"), Sought("x")))),
    ("https://shop.example/cart", Search(words=tuple(map(Sought, ("https", "shop", "example", "cart"))))),
    ("Error: 12:30", Search(words=(Sought("error"), Sought("12"), Sought("30")))),
    ("#00001001", Search(words=(Sought("00001001"),))),
]


@pytest.mark.parametrize(("text", "search"), READ, ids=[text for text, _ in READ])
def test_words_and_filters_are_read(text: str, search: Search) -> None:
    assert parse(text, NOW, LISBON) == search


CREATED = [
    # text, the asker's zone, from when, until when
    ("2026", LISBON, "2026-01-01T00:00", "2027-01-01T00:00"),
    ("2026-11", LISBON, "2026-11-01T00:00", "2026-12-01T00:00"),
    ("2026-12", LISBON, "2026-12-01T00:00", "2027-01-01T00:00"),
    ("2026-11-05", LISBON, "2026-11-05T00:00", "2026-11-06T00:00"),
    ("2026-11-05", NEW_YORK, "2026-11-05T05:00", "2026-11-06T05:00"),
    ("2026-11-01", NEW_YORK, "2026-11-01T04:00", "2026-11-02T05:00"),  # 25 hours: the clock went back
    ("2026-11-05", AUCKLAND, "2026-11-04T11:00", "2026-11-05T11:00"),
    (">2026-11-01", LISBON, "2026-11-02T00:00", None),
    (">=2026-11-01", LISBON, "2026-11-01T00:00", None),
    ("<2026-11-01", LISBON, None, "2026-11-01T00:00"),
    ("<=2026-11-01", LISBON, None, "2026-11-02T00:00"),
    ("2026-11-01..2026-11-03", LISBON, "2026-11-01T00:00", "2026-11-04T00:00"),
    (">2026-11-01,<2026-11-10", LISBON, "2026-11-02T00:00", "2026-11-10T00:00"),
    ("7d", LISBON, "2026-11-15T10:00", None),
    ("last7d", LISBON, "2026-11-15T10:00", None),
    ('"last 7d"', LISBON, "2026-11-15T10:00", None),
    ("2w", LISBON, "2026-11-08T10:00", None),
    ("24h", LISBON, "2026-11-21T10:00", None),
]


@pytest.mark.parametrize(("text", "zone", "since", "before"), CREATED)
def test_days_are_those_of_the_askers_calendar(
    text: str, zone: str, since: str | None, before: str | None
) -> None:
    search = parse(f"created:{text}", NOW, zone)
    assert search.since == (day(since) if since else None)
    assert search.before == (day(before) if before else None)


@pytest.mark.parametrize(
    ("text", "reason", "value"),
    [
        ("colour:red", Reason.UNKNOWN_FILTER, None),
        ("status:asleep", Reason.UNKNOWN_FILTER_VALUE, "asleep"),
        ("severity:5", Reason.UNKNOWN_FILTER_VALUE, "5"),
        ("is:late", Reason.UNKNOWN_FILTER_VALUE, "late"),
        ("created:yesterday", Reason.UNKNOWN_FILTER_VALUE, "yesterday"),
        ("created:2026-13", Reason.UNKNOWN_FILTER_VALUE, "2026-13"),
        ("created:2026-02-30", Reason.UNKNOWN_FILTER_VALUE, "2026-02-30"),
        ("created:0000", Reason.UNKNOWN_FILTER_VALUE, "0000"),
        ("created:9999", Reason.UNKNOWN_FILTER_VALUE, "9999"),
        ("created:>", Reason.UNKNOWN_FILTER_VALUE, ""),
    ],
)
def test_a_filter_that_is_not_known_is_said_with_what_is_wrong(
    text: str, reason: Reason, value: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        parse(f"blank {text}", NOW, LISBON)
    assert refused.value.reason is reason
    assert refused.value.facts.get("value") == value


@given(st.text(max_size=120))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    reason = None
    with contextlib.suppress(Refusal):
        try:
            assert all(word.text for word in parse(text, NOW, LISBON).words)
        except Refusal as refusal:
            reason = refusal.reason
            raise
    assert reason in (None, Reason.UNKNOWN_FILTER, Reason.UNKNOWN_FILTER_VALUE)


@pytest.mark.parametrize(
    ("name", "sought", "found"),
    [
        ("Cloud Nine Shoes", "cloud", True),
        ("Cloud Nine Shoes", "SHOES ni", True),
        ("Cloud Nine Shoes", "nine cloudy", False),
        ("Ana Łukasz", "ana", True),
        ("Ana", "", False),
        ("Banana", "ana", False),
    ],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(name: str, sought: str, found: bool) -> None:
    assert is_called(name, sought) is found
