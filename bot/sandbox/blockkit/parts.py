"""What blocks and elements are made of: text objects, options, confirmations and rich text."""

from __future__ import annotations

from bot.sandbox.blockkit.rules import Rule, array, boolean, by_type, demand, every, number, shape, string

TEXT = 3000
LABEL = 2000
PLACEHOLDER = 150
ID = 255
URL = 3000
OPTION_TEXT = 75
OPTION_VALUE = 150


def plain(most: int) -> Rule:
    """A plain_text object."""
    return by_type({"plain_text": shape({"text": string(most)}, {"emoji": boolean})})


def either(most: int) -> Rule:
    """A plain_text or a mrkdwn object."""
    return by_type(
        {
            "plain_text": shape({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most)}, {"verbatim": boolean}),
        }
    )


CONFIRM = shape(
    {"title": plain(100), "text": either(300), "confirm": plain(30), "deny": plain(30)},
    {"style": string(choices=("primary", "danger"))},
)


def option(text: Rule, description: Rule, *extra: str) -> Rule:
    """One option; overflow menus also take a url."""
    more = {"url": string(URL)} if "url" in extra else {}
    return shape({"text": text, "value": string(OPTION_VALUE)}, {"description": description, **more})


MENU_OPTION = option(plain(OPTION_TEXT), plain(OPTION_TEXT))
BOX_OPTION = option(either(OPTION_TEXT), either(OPTION_TEXT))
OVERFLOW_OPTION = option(plain(OPTION_TEXT), plain(OPTION_TEXT), "url")
OPTION_GROUP = shape({"label": plain(75), "options": array(MENU_OPTION, 100)})

# Rich text

_STYLE = shape(
    optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean)
)
_INLINE = by_type(
    {
        "text": shape({"text": string()}, {"style": _STYLE}),
        "link": shape({"url": string(URL)}, {"text": string(), "unsafe": boolean, "style": _STYLE}),
        "user": shape({"user_id": string()}, {"style": _STYLE}),
        "usergroup": shape({"usergroup_id": string()}, {"style": _STYLE}),
        "channel": shape({"channel_id": string()}, {"style": _STYLE}),
        "emoji": shape({"name": string()}, {"unicode": string(), "style": _STYLE}),
        "broadcast": shape({"range": string(choices=("here", "channel", "everyone"))}),
        "date": shape(
            {"timestamp": number(), "format": string()},
            {"url": string(URL), "fallback": string(), "style": _STYLE},
        ),
        "color": shape({"value": string()}),
    }
)
_SECTION = shape({"elements": array(_INLINE, None, least=0)})
_BORDER = number(0, 1)
_RICH = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": shape({"elements": array(_INLINE, None)}, {"border": _BORDER}),
        "rich_text_preformatted": shape(
            {"elements": array(by_type({"text": shape({"text": string()}), "link": _INLINE}), None)},
            {"border": _BORDER, "language": string()},
        ),
        "rich_text_list": shape(
            {
                "style": string(choices=("bullet", "ordered")),
                "elements": array(by_type({"rich_text_section": _SECTION}), None),
            },
            {"indent": number(0, 8), "offset": number(0), "border": _BORDER},
        ),
    }
)
RICH_TEXT_ELEMENTS = array(_RICH, None)
RICH_TEXT = by_type({"rich_text": shape({"elements": RICH_TEXT_ELEMENTS}, {"block_id": string(ID)})})

IMAGE = every(
    shape(
        {"alt_text": string(2000)},
        {"image_url": string(URL, form=r"https?://\S+"), "slack_file": shape(optional={"id": string()})},
    ),
    demand(
        lambda image: ("image_url" in image) != ("slack_file" in image),
        "must define either `image_url` or `slack_file`",
    ),
)
