"""What people type and what they read."""

from __future__ import annotations

import pytest

from bot.sandbox.readable import readable
from bot.sandbox.words import mentions, mentions_in_blocks, rendered, typed

PEOPLE = {"ben": "U0BEN", "chloe": "U0CHLOE"}
CHANNELS = {"support-cases": "C0CASES"}


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("ask @ben, please", "ask <@U0BEN>, please"),
        ("@nobody there", "@nobody there"),
        ("see #support-cases.", "see <#C0CASES>."),
        ("#nowhere", "#nowhere"),
        ("number #12", "number #12"),
        ("@channel look", "<!channel> look"),
        ("<!channel> look", "&lt;!channel&gt; look"),
        ("<@U0BEN>", "&lt;@U0BEN&gt;"),
        ("write to ben@shop.example now", "write to <mailto:ben@shop.example|ben@shop.example> now"),
        ("https://shop.example/a?b=1&c=2.", "<https://shop.example/a?b=1&amp;c=2>."),
    ],
)
def test_typed_text_is_sent_as_slack_sends_it(what: str, sent: str) -> None:
    assert typed(what, PEOPLE.get, CHANNELS.get) == sent


def test_a_command_that_escapes_names_whom_it_mentions() -> None:
    sent = typed(
        "assign 1 @ben in #support-cases @here", PEOPLE.get, CHANNELS.get, named=True, broadcasts=False
    )
    assert sent == "assign 1 <@U0BEN|ben> in <#C0CASES|support-cases> @here"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("by <@U0BEN> in <#C0CASES>", "by @ben in #support-cases"),
        ("<https://x.test|the case> &amp; more", "the case & more"),
        ("due <!date^1700000000^{time}|14:05>", "due 14:05"),
        ("<!channel> &lt;!channel&gt;", "@channel <!channel>"),
    ],
)
def test_text_is_shown_as_people_read_it(sent: str, read: str) -> None:
    assert rendered(sent, {"U0BEN": "ben", "C0CASES": "support-cases"}) == read


def test_mentions_are_found_where_slack_notifies() -> None:
    assert list(mentions("<@U0BEN> <!here> <!subteam^S1> &lt;@U0ANA&gt; <#C0CASES>")) == [
        "U0BEN",
        "here",
        "subteam^S1",
    ]
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "<!everyone>"}]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "user", "user_id": "U1"}, {"type": "broadcast", "range": "here"}],
                }
            ],
        },
    ]
    assert list(mentions_in_blocks(blocks)) == ["everyone", "U1", "here"]


def test_all_that_stands_in_blocks_is_read() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Case & co"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Owner* <@U0BEN>"},
            "accessory": {
                "type": "overflow",
                "action_id": "more_of_it",
                "options": [{"text": {"type": "plain_text", "text": "Close"}, "value": "hidden"}],
            },
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
    ]
    shown = readable("Fallback", blocks, {"U0BEN": "ben"})
    assert shown.splitlines() == ["Fallback", "Case & co", "*Owner* @ben", "Close", "cell"]
