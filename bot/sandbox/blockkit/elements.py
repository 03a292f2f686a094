"""The interactive elements and their limits."""

from __future__ import annotations

from bot.sandbox.blockkit.parts import (
    BOX_OPTION,
    CONFIRM,
    ID,
    IMAGE,
    MENU_OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    RICH_TEXT,
    URL,
    plain,
)
from bot.sandbox.blockkit.rules import Rule, array, boolean, demand, every, number, shape, string
from bot.sandbox.records import Json

_ACTION = {"action_id": string(ID)}
_FOCUS = {"focus_on_load": boolean, "placeholder": plain(PLACEHOLDER)}
_CONFIRMED = {**_ACTION, **_FOCUS, "confirm": CONFIRM}
_DISPATCH = {
    "dispatch_action_config": shape(
        {
            "trigger_actions_on": array(
                string(choices=("on_enter_pressed", "on_character_entered")), most=2, least=1
            )
        }
    )
}
_MOST = {"max_selected_items": number(1)}
_DATE = string(form=r"\d{4}-\d{2}-\d{2}")
_TIME = string(form=r"([01]\d|2[0-3]):[0-5]\d")
_IDS = array(string(), None)
_FILTER = {
    "filter": shape(
        optional={
            "include": array(string(choices=("im", "mpim", "private", "public")), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        }
    ),
    "default_to_current_conversation": boolean,
}


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups")
    lists = [group.get("options", []) for group in groups] if groups else [element.get("options", [])]
    return [one for options in lists for one in options]


def _initial_is_offered(element: Json) -> bool:
    chosen = element.get("initial_options") or []
    if "initial_option" in element:
        chosen = [element["initial_option"]]
    return all(one in _options(element) for one in chosen)


def _values_differ(element: Json) -> bool:
    values = [one["value"] for one in _options(element)]
    return len(values) == len(set(values))


_OFFERED = (
    demand(_initial_is_offered, "initial option(s) must exactly match one of the options"),
    demand(_values_differ, "options must have unique values"),
)
_EITHER_OPTIONS = demand(
    lambda element: ("options" in element) != ("option_groups" in element),
    "must define either `options` or `option_groups`",
)


def _static(**more: Rule) -> Rule:
    menu = {"options": array(MENU_OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
    return every(shape(optional={**_CONFIRMED, **menu, **more}), _EITHER_OPTIONS, *_OFFERED)


def _boxes(**more: Rule) -> Rule:
    return every(
        shape(
            {"options": array(BOX_OPTION, 10)},
            {**_ACTION, "focus_on_load": boolean, "confirm": CONFIRM, **more},
        ),
        *_OFFERED,
    )


def _chooser(initial: str, many: bool, **more: Rule) -> Rule:
    start = {initial: _IDS if many else string()}
    return shape(optional={**_CONFIRMED, **start, **(_MOST if many else {}), **more})


def _external(**more: Rule) -> Rule:
    return shape(optional={**_CONFIRMED, "min_query_length": number(0), **more})


def _line(**more: Rule) -> Rule:
    return shape(optional={**_ACTION, **_FOCUS, **_DISPATCH, **more})


def _lengths_fit(element: Json) -> bool:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    return bool(least <= most)


ELEMENTS: dict[str, Rule] = {
    "button": shape(
        {"text": plain(75)},
        {
            **_ACTION,
            "url": string(URL),
            "value": string(2000, least=0),
            "style": string(choices=("primary", "danger")),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "image": IMAGE,
    "overflow": every(
        shape({"options": array(OVERFLOW_OPTION, 5)}, {**_ACTION, "confirm": CONFIRM}), *_OFFERED
    ),
    "checkboxes": _boxes(initial_options=array(BOX_OPTION, 10)),
    "radio_buttons": _boxes(initial_option=BOX_OPTION),
    "static_select": _static(initial_option=MENU_OPTION),
    "multi_static_select": _static(initial_options=array(MENU_OPTION, 100), **_MOST),
    "external_select": _external(initial_option=MENU_OPTION),
    "multi_external_select": _external(initial_options=array(MENU_OPTION, 100), **_MOST),
    "users_select": _chooser("initial_user", many=False),
    "multi_users_select": _chooser("initial_users", many=True),
    "channels_select": _chooser("initial_channel", many=False, response_url_enabled=boolean),
    "multi_channels_select": _chooser("initial_channels", many=True),
    "conversations_select": _chooser(
        "initial_conversation", many=False, response_url_enabled=boolean, **_FILTER
    ),
    "multi_conversations_select": _chooser("initial_conversations", many=True, **_FILTER),
    "datepicker": shape(optional={**_CONFIRMED, "initial_date": _DATE}),
    "timepicker": shape(optional={**_CONFIRMED, "initial_time": _TIME, "timezone": string()}),
    "datetimepicker": shape(
        optional={
            **_ACTION,
            "focus_on_load": boolean,
            "confirm": CONFIRM,
            "initial_date_time": number(1_000_000_000, 9_999_999_999),
        }
    ),
    "plain_text_input": every(
        _line(
            initial_value=string(3000, least=0),
            multiline=boolean,
            min_length=number(0, 3000),
            max_length=number(1, 3000),
        ),
        demand(_lengths_fit, "min_length must not be greater than max_length"),
    ),
    "email_text_input": _line(initial_value=string(least=0)),
    "url_text_input": _line(initial_value=string(least=0)),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {
            **_ACTION,
            **_FOCUS,
            **_DISPATCH,
            "initial_value": string(),
            "min_value": string(),
            "max_value": string(),
        },
    ),
    "rich_text_input": _line(initial_value=RICH_TEXT),
    "file_input": shape(optional={**_ACTION, "filetypes": array(string(), 50), "max_files": number(1, 10)}),
}

_SELECTS = ("static_select", "external_select", "users_select", "channels_select", "conversations_select")
_MENUS = (*_SELECTS, *(f"multi_{name}" for name in _SELECTS))
_PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
_TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")

# Where Slack takes which element.
IN_ACTIONS = ("button", "overflow", *_MENUS, *_PICKERS, "datetimepicker", "rich_text_input")
IN_SECTION = ("button", "overflow", "image", *_MENUS, *_PICKERS)
IN_INPUT = (*_TYPED, *_MENUS, *_PICKERS, "datetimepicker", "file_input")
