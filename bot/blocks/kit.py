"""The thin layer over slackblocks: stable ids, one escaping, Slack's limits. Cards and dialogs use it alone.

All text that comes in is raw, as typed, but for `small` and `marked`, whose strings are mrkdwn made by us.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import slackblocks as sb

from bot.blocks import text as texts
from bot.domain.people import PersonRef

View = dict[str, Any]
"""A Slack view as JSON."""

Part = str | sb.RichTextElement
"""A piece of a rich text line; a string is shown as it is."""

TITLE_LIMIT = 24  # a modal's title, submit and close
HEADER_LIMIT = 150
BUTTON_LIMIT = 75
TEXT_LIMIT = 3000
MESSAGE_TEXT_LIMIT = 3900  # Slack advises 4,000 for the top-level text


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a message says: `text` all of it for screen readers and notifications, `blocks` as JSON."""

    text: str
    blocks: list[dict[str, Any]]


def message(spoken: str, blocks: Iterable[sb.Block]) -> Message:
    """A message; `spoken` is raw text."""
    return Message(text=texts.escape(texts.shorten(spoken, MESSAGE_TEXT_LIMIT)), blocks=_json(list(blocks)))


def home(blocks: Iterable[sb.Block], *, metadata: str = "") -> View:
    """An App Home view."""
    drawn = [_json(block) for block in blocks]
    view = sb.HomeTabView(blocks=_outlined(drawn), callback_id="home", private_metadata=metadata or None)
    return _view(view, drawn)


def modal(
    title: str,
    blocks: Iterable[sb.Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    metadata: str = "",
    tells_when_closed: bool = False,
) -> View:
    """A modal view; it submits only where `submit` names the button.

    With `tells_when_closed`, closing it without submitting is a call of its own.
    """
    drawn = [_json(block) for block in blocks]
    view = sb.ModalView(
        title=plain(title, TITLE_LIMIT),
        blocks=_outlined(drawn),
        submit=plain(submit, TITLE_LIMIT) if submit else None,
        close=plain(close, TITLE_LIMIT),
        callback_id=callback_id,
        private_metadata=metadata or None,
        notify_on_close=tells_when_closed,
    )
    return _view(view, drawn)


class _Outline(sb.Block):
    """A block that is JSON already, as a view looks at it: by its type. Else it would be drawn six times."""

    def __init__(self, drawn: dict[str, Any]) -> None:
        self._looks: dict[str, Any] = {name: drawn[name] for name in ("type", "status") if name in drawn}

    def _resolve(self) -> dict[str, Any]:
        return self._looks


def _outlined(drawn: list[dict[str, Any]]) -> list[sb.Block]:
    return [_Outline(one) for one in drawn]


def _view(view: sb.View, drawn: list[dict[str, Any]]) -> View:
    rendered: View = _json(view.to_dict())
    return {**rendered, "blocks": drawn}


def _json(node: Any) -> Any:
    """Plain JSON. Every plain text says that it has no emoji names: left out, Slack takes it for yes."""
    if isinstance(node, sb.Block):
        return _json(node._resolve())
    if isinstance(node, list):
        return [_json(item) for item in node]
    if isinstance(node, dict):
        rendered = {key: _json(value) for key, value in node.items()}
        if rendered.get("type") == "plain_text":
            rendered["emoji"] = False
        return rendered
    return node


def rendered(element: sb.Option | sb.Block) -> dict[str, Any]:
    """An option or a block as JSON, for what is no view or is one already."""
    made: dict[str, Any] = _json(element._resolve())
    return made


def plain(text: str, limit: int = TEXT_LIMIT) -> sb.PlainText:
    """A plain text object: what stands in it is shown as typed."""
    return sb.PlainText(texts.escape(texts.shorten(text, limit)) or " ")


def marked(mrkdwn: str) -> sb.Markdown:
    """A mrkdwn text object of ours; people's words in it have been through `text.marked`."""
    return sb.Markdown(mrkdwn, verbatim=True)


def header(block_id: str, text: str) -> sb.HeaderBlock:
    return sb.HeaderBlock(plain(texts.inline(text, HEADER_LIMIT), HEADER_LIMIT), block_id=block_id)


def section(block_id: str, text: str, accessory: sb.Element | None = None) -> sb.SectionBlock:
    """A paragraph of plain text, with a button beside it where there is one."""
    return sb.SectionBlock(text=plain(text), block_id=block_id, accessory=accessory)


def marked_section(block_id: str, mrkdwn: str, accessory: sb.Element | None = None) -> sb.SectionBlock:
    """A paragraph of our own mrkdwn, with a button beside it where there is one."""
    return sb.SectionBlock(text=marked(mrkdwn), block_id=block_id, accessory=accessory)


def columns(block_id: str, *parts: str) -> sb.SectionBlock:
    """Up to ten short texts of our own mrkdwn, side by side where there is room."""
    return sb.SectionBlock(fields=[marked(part) for part in parts], block_id=block_id)


def small(block_id: str, *elements: str | sb.Text) -> sb.ContextBlock:
    """Small print: strings are mrkdwn of ours, `plain(...)` is what people typed."""
    made: list[Any] = [marked(element) if isinstance(element, str) else element for element in elements]
    return sb.ContextBlock(elements=made, block_id=block_id)


def divider(block_id: str) -> sb.DividerBlock:
    return sb.DividerBlock(block_id=block_id)


def bold(text: str) -> sb.RichText:
    return sb.RichText(text, bold=True)


def person(slack_user_id: str) -> sb.RichTextUser:
    """A mention. For modals and Home only: in a channel's message it would ring."""
    return sb.RichTextUser(slack_user_id)


def who(ref: PersonRef) -> Part:
    """Somebody by a mention, for the same places; by name where Slack does not have them."""
    return person(ref.slack_user_id) if ref.is_slack_user else bold(texts.inline(ref.name, 100))


def rich(block_id: str, lines: Sequence[Sequence[Part]]) -> sb.RichTextBlock:
    """Lines of text as it is, with bold words and mentions where the parts say so."""
    parts: list[sb.RichTextElement] = []
    for number, line in enumerate(lines):
        made = [sb.RichText(part) if isinstance(part, str) else part for part in line if part != ""]
        parts += [*([sb.RichText("\n")] if number else []), *made]
    return sb.RichTextBlock(sb.RichTextSection(parts or [sb.RichText(" ")]), block_id=block_id)


def typed(block_id: str, text: str, *, quote: bool = False) -> list[sb.Block]:
    """A long text as somebody typed it, over several blocks where one is too short for it."""
    around = sb.RichTextQuote if quote else sb.RichTextSection
    pieces = texts.split(text, TEXT_LIMIT) or [" "]
    return [
        sb.RichTextBlock(
            around(sb.RichText(piece)), block_id=block_id if not number else f"{block_id}.{number}"
        )
        for number, piece in enumerate(pieces)
    ]


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: Literal["primary", "danger"] | None = None,
    label: str = "",
) -> sb.Button:
    """A button; `label` says to a screen reader what the short text leaves to the eye."""
    return sb.Button(
        text=plain(text, BUTTON_LIMIT),
        action_id=action_id,
        value=value,
        style=style,
        accessibility_label=texts.shorten(label, BUTTON_LIMIT) or None,
    )


def buttons(block_id: str, *elements: sb.Button) -> sb.ActionsBlock:
    return sb.ActionsBlock(elements=list(elements), block_id=block_id)


def menu(
    action_id: str, placeholder: str, choices: Sequence[tuple[str, str, str]], chosen: str = ""
) -> sb.StaticSelectMenu:
    """A select outside a form: its pick is a call of its own. Choices are value, label and meaning, raw.

    `chosen` is the value that it stands on.
    """
    options = [
        sb.Option(
            text=plain(texts.inline(label, BUTTON_LIMIT), BUTTON_LIMIT),
            value=value,
            description=plain(texts.inline(meaning, BUTTON_LIMIT), BUTTON_LIMIT) if meaning else None,
        )
        for value, label, meaning in choices
    ]
    stands = next((one for one in options if one.value == chosen), None)
    return sb.StaticSelectMenu(
        action_id=action_id, options=options, placeholder=plain(placeholder, 150), initial_option=stands
    )
