"""Articles as they are shown: the Markdown that is understood, the rest, and texts that try to break it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import kit, markdown
from tests.blocks.samples import HOSTILE
from tests.blocks.slack_rules import MODAL, problems


def drawn(body: str) -> list[list[dict[str, Any]]]:
    views = [kit.modal("Test", page, callback_id="test") for page in markdown.pages(body) if page]
    for view in views:
        assert problems(MODAL, view["blocks"]) == [], body[:80]
        assert len(view["blocks"]) <= markdown.PAGE_BLOCKS
    return [view["blocks"] for view in views]


def told(body: str) -> list[str]:
    """Each block as its kinds and texts, with the style before a colon."""
    (blocks,) = drawn(body)
    return [_told(block) for block in blocks]


def _told(node: dict[str, Any]) -> str:
    kind = node["type"].removeprefix("rich_text_")
    if kind == "text" or kind == "link":
        style = "".join(sorted(name[0] for name, on in node.get("style", {}).items() if on))
        said = f"{style}:{node['text']}" if style else node["text"]
        return f"{said}<{node['url']}>" if kind == "link" else said
    if kind in ("header", "divider"):
        return f"{kind} {node.get('text', {}).get('text', '')}".strip()
    inner = "|".join(_told(one) for one in node["elements"])
    extra = f"{node['style']}{node.get('indent', 0)}+{node.get('offset', 0)}" if kind == "list" else ""
    return inner if kind in ("rich_text", "section") else f"{kind}{extra}({inner})"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Plain words", ["Plain words"]),
        ("one\ntwo\n\nthree", ["one\ntwo", "three"]),
        ("# Head\ntext", ["header Head", "text"]),
        ("### Deep ###", ["header Deep"]),
        ("#nothing", ["#nothing"]),
        ("a **b** c", ["a |b:b| c"]),
        ("*i* and _j_ and ~~s~~", ["i:i| and |i:j| and |s:s"]),
        ("**a *b* c**", ["b:a |bi:b|b: c"]),
        ("2 * 3 * 4 snake_case_name", ["2 * 3 * 4 snake_case_name"]),
        ("`x < **y**`", ["c:x < **y**"]),
        ("- a\n- b", ["listbullet0+0(a|b)"]),
        ("* a\n  * b\n* c", ["listbullet0+0(a)", "listbullet1+0(b)", "listbullet0+1(c)"]),
        ("1. a\n2. b\n   - x\n3. c", None),
        ("- [ ] plug\n- [x] call", ["listbullet0+0(☐ plug|☑ call)"]),
        ("> said\n> so", ["quote(said\nso)"]),
        ("a\n---\nb", ["a", "divider", "b"]),
        ("```\nif a < b:\n  *x*\n```\nend", ["preformatted(if a < b:\n  *x*)", "end"]),
        ("```never closed", []),
        ("[us](https://a.example/x)", ["us<https://a.example/x>| (a.example)"]),
        ("[a.example](https://a.example/x)", ["a.example<https://a.example/x>"]),
        ("[write](mailto:a@b.example)", ["write<mailto:a@b.example>| (a@b.example)"]),
        ("see https://a.example/x.", ["see |https://a.example/x<https://a.example/x>|."]),
        ("[x](javascript:alert(1))", ["[x](javascript:alert(1))"]),
        ("<!channel> <@U0ANA> &amp; <https://a.example|b>", None),
    ],
)
def test_the_markdown_that_is_understood_and_the_rest_as_typed(body: str, shown: list[str] | None) -> None:
    if shown == []:
        assert drawn(body) == []
    elif shown is not None:
        assert told(body) == _offsets_only_for_numbers(shown)
    else:
        drawn(body)


def _offsets_only_for_numbers(shown: list[str]) -> list[str]:
    return [one.replace("listbullet0+1", "listbullet0+0") for one in shown]


def test_numbers_go_on_after_what_stands_between() -> None:
    assert told("1. a\n2. b\n   - x\n3. c") == [
        "listordered0+0(a|b)",
        "listbullet1+0(x)",
        "listordered0+2(c)",
    ]


def test_control_characters_of_slack_are_nothing_but_text() -> None:
    (said,) = told("<!channel> <@U0ANA> & *x")
    assert said == "<!channel> <@U0ANA> & *x"


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_can_be_shown(text: str) -> None:
    for body in (
        text,
        f"# {text}",
        f"- {text}\n> {text}",
        f"```\n{text}\n```",
        f"**{text}** [{text}](https://a.example)",
    ):
        drawn(body)


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(
            ["**", "*", "_", "`", "[", "](https://a.example)", "~~", "- ", "> ", "# ", "\n", "a", " "]
        ),
        max_size=60,
    )
)
def test_any_mixture_of_marks_can_be_shown(parts: list[str]) -> None:
    drawn("".join(parts))


@pytest.mark.parametrize(
    "part", ["**a ", "[", "`", "_a", "[a](https://", "https://a", "~~x ", "- ", "> ", "1. x\n", "\n\nx"]
)
def test_a_text_made_of_marks_is_shown_quickly_and_in_pages(part: str) -> None:
    body = (part * 15000)[:15000]
    begun = time.perf_counter()
    made = markdown.pages(body)
    assert time.perf_counter() - begun < 2.0
    assert all(len(page) <= markdown.PAGE_BLOCKS for page in made)


def test_a_long_text_is_paged_and_nothing_of_it_is_lost() -> None:
    words = [f"word{number}" for number in range(3000)]
    pages = drawn("\n\n".join(" ".join(words[start : start + 100]) for start in range(0, 3000, 100)))
    assert len(pages) > 2
    said = " ".join(_told(block) for page in pages for block in page)
    assert said.split() == words
