"""What people type comes back as they typed it, whatever Slack makes of it on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.spoken import as_typed, users_in
from bot.sandbox import words

IDS = {"ana": "U0ANA", "ben": "U0BEN"}
CHANNELS = {"general": "C0GENERAL", "level-two": "C0LEVELTWO"}
NAMES = {user: handle for handle, user in IDS.items()}


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a &amp; b &lt; c &gt; d", "a & b < c > d"),
        ("&amp;lt; is written, not meant", "&lt; is written, not meant"),
        ("&amp;amp;", "&amp;"),
        ("<@U0ANA|ana> and <@U0BEN>", "@ana and @ben"),
        ("<@U0WHO>", "@U0WHO"),
        ("<@W0GRID|ana.lima>", "@ana.lima"),
        ("<#C0GENERAL|general>", "#general"),
        ("<#C0GENERAL>", "#C0GENERAL"),
        ("<!here> <!channel|channel>", "@here channel"),
        ("<!subteam^S1|@desk>", "@desk"),
        ("<!subteam^S1>", "@subteam"),
        ("<!date^1795435200^{date}|23 November>", "23 November"),
        ("<https://example.com/?a=1&amp;b=2>", "https://example.com/?a=1&b=2"),
        ("<https://example.com|https://example.com>", "https://example.com"),
        ("<http://example.com|example.com>", "example.com (http://example.com)"),
        ("<https://example.com|the shop>", "the shop (https://example.com)"),
        ("<mailto:ana@example.com|ana@example.com>", "ana@example.com"),
        ("<mailto:ana@example.com>", "ana@example.com"),
        ("<tel:+15550100|+1 555 0100>", "+1 555 0100 (tel:+15550100)"),
        ("&lt;!channel&gt; stays typed", "<!channel> stays typed"),
        ("&lt;@U0ANA&gt;", "<@U0ANA>"),
        ("*bold* _it_ `code` :smile:", "*bold* _it_ `code` :smile:"),
        ("line one\nline two", "line one\nline two"),
        ("שלום <@U0ANA>", "שלום @ana"),
        ("<>", "<>"),
        ("< not a token", "< not a token"),
    ],
)
def test_what_slack_sends_is_read_as_it_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent, NAMES) == typed


@pytest.mark.parametrize(
    ("sent", "users"),
    [
        ("", ()),
        ("nobody", ()),
        ("<@U0ANA|ana>", ("U0ANA",)),
        ("<@U0BEN> <@U0ANA|ana> <@U0BEN|ben>", ("U0BEN", "U0ANA")),
        ("<@W0GRID>", ("W0GRID",)),
        ("&lt;@U0ANA&gt; @U0BEN U0CHLOE", ()),
        ("<#C0GENERAL|general> <!here> <https://u.example|U0ANA>", ()),
    ],
)
def test_the_people_whom_a_text_mentions_are_found_once_each_and_in_order(
    sent: str, users: tuple[str, ...]
) -> None:
    assert users_in(sent) == users


PIECES = st.one_of(
    st.sampled_from(
        [
            "@ana", "@ben ", " @nobody", "#general", "#level-two", "#nowhere", "<!channel>", "<@U0ANA>",
            "&lt;", "&amp;", "&", "<", ">", "|", "<a|b>", "https://example.com/?a=1&b=2", "ana@example.com",
            "<https://evil.example|bank>", "*b*", "\n", " ", "é", "😀", "\u202e", "!here", "^", "mailto:",
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_whatever_is_typed_comes_out_of_slacks_encoding_as_it_was(text: str, named: bool) -> None:
    sent = words.typed(text, IDS.get, CHANNELS.get, named=named, broadcasts=False)
    shown = as_typed(sent, NAMES)
    for name, channel in CHANNELS.items():  # a message names channels by id alone
        shown = shown.replace(f"#{channel}", f"#{name}")
    assert shown == text


@given(st.text(alphabet="<>&|@#!^;ltgamp UC0AN", max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    as_typed(text)
    users_in(text)


@given(st.lists(st.sampled_from(sorted(IDS)), max_size=6), st.booleans())
def test_everybody_who_is_typed_is_found(handles: list[str], named: bool) -> None:
    typed = " and ".join(f"@{handle}" for handle in handles)
    sent = words.typed(typed, IDS.get, CHANNELS.get, named=named)
    assert users_in(sent) == tuple(dict.fromkeys(IDS[handle] for handle in handles))
