"""Input blocks over slackblocks, one function a kind; `dialogs` builds its forms with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import slackblocks as sb

from bot.blocks import text as texts
from bot.blocks.kit import plain, rendered
from bot.domain.policy import Choice

ACTION = "value"
"""The action id of every input: its block id says which one it is."""

OPTION_LIMIT = 75
GROUP_SIZE = 100
MOST_GROUPS = 100
LONGEST_INPUT = 3000


def text(
    block_id: str,
    label: str,
    *,
    initial: str = "",
    limit: int = LONGEST_INPUT,
    multiline: bool = False,
    optional: bool = False,
    hint: str = "",
    placeholder: str = "",
    action_id: str = ACTION,
) -> sb.InputBlock:
    """A text field. `initial` is put in as it is, cut to `limit`."""
    element = sb.PlainTextInput(
        action_id=action_id,
        initial_value=_cut(initial, limit),
        multiline=multiline,
        max_length=limit,
        placeholder=plain(placeholder, 150) if placeholder else None,
    )
    return _input(block_id, label, element, optional=optional, hint=hint)


def select(
    block_id: str,
    label: str,
    choices: Sequence[Choice],
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str = "",
    placeholder: str = "Choose",
    action_id: str = ACTION,
    dispatch: bool = False,
) -> sb.InputBlock:
    """A select of one; beyond 100 choices they stand in groups, as Slack wants it.

    With `dispatch` a pick is sent at once, by `action_id`.
    """
    options = [_option(choice) for choice in choices[: GROUP_SIZE * MOST_GROUPS]]
    menu = sb.StaticSelectMenu(
        action_id=action_id,
        options=options if len(options) <= GROUP_SIZE else None,
        option_groups=_groups(choices, options) if len(options) > GROUP_SIZE else None,
        placeholder=plain(placeholder, 150),
    )
    # Set afterwards: slackblocks wants a group here where there are groups, Slack wants the option.
    menu.initial_option = next((option for option in options if option.value == initial), None)
    return _input(block_id, label, menu, optional=optional, hint=hint, dispatch=dispatch)


def external(
    block_id: str,
    label: str,
    action_id: str,
    *,
    initial: Choice | None = None,
    optional: bool = False,
    hint: str = "",
    placeholder: str = "Type a name",
    dispatch: bool = False,
) -> sb.InputBlock:
    """A select whose options come from us while somebody types; `action_id` is the route that gives them."""
    menu = sb.ExternalSelectMenu(
        action_id=action_id,
        initial_option=_option(initial) if initial else None,
        min_query_length=0,
        placeholder=plain(placeholder, 150),
    )
    return _input(block_id, label, menu, optional=optional, hint=hint, dispatch=dispatch)


def options(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """Options as JSON, as an external select is answered."""
    return [rendered(_option(choice)) for choice in choices[:GROUP_SIZE]]


def many(
    block_id: str,
    label: str,
    choices: Sequence[Choice],
    *,
    initial: Collection[str] = (),
    optional: bool = True,
    hint: str = "",
    action_id: str = ACTION,
) -> sb.InputBlock:
    """A select of several; beyond 100 choices they stand in groups."""
    options = [_option(choice) for choice in choices[: GROUP_SIZE * MOST_GROUPS]]
    menu = sb.StaticMultiSelectMenu(
        action_id=action_id,
        options=options[:GROUP_SIZE],
        placeholder=plain("Choose any number"),
    )
    if len(options) > GROUP_SIZE:  # set afterwards: slackblocks takes no select of several without options
        menu.options, menu.option_groups = None, _groups(choices, options)
    chosen = [option for option in options if option.value in initial]
    menu.initial_options = [*chosen] or None
    return _input(block_id, label, menu, optional=optional, hint=hint)


def radio(
    block_id: str, label: str, choices: Sequence[Choice], *, initial: str | None = None, hint: str = ""
) -> sb.InputBlock:
    """Two to ten choices, all in sight."""
    options = [_option(choice) for choice in choices]
    chosen = next((option for option in options if option.value == initial), None)
    element = sb.RadioButtonGroup(action_id=ACTION, options=options, initial_option=chosen)
    return _input(block_id, label, element, hint=hint)


def user(
    block_id: str,
    label: str,
    *,
    initial: str | None = None,
    dispatch: str | None = None,
    optional: bool = False,
    hint: str = "",
) -> sb.InputBlock:
    """One person of the workspace. With `dispatch`, an action id, a pick is sent at once."""
    element = sb.UserSelectMenu(
        action_id=dispatch or ACTION, initial_user=initial, placeholder=plain("Choose somebody")
    )
    return _input(block_id, label, element, optional=optional, hint=hint, dispatch=dispatch is not None)


def users(block_id: str, label: str, *, initial: Collection[str] = (), hint: str = "") -> sb.InputBlock:
    """Any number of people of the workspace, also none."""
    element = sb.UserMultiSelectMenu(
        action_id=ACTION, initial_users=list(initial) or None, placeholder=plain("Choose any number")
    )
    return _input(block_id, label, element, optional=True, hint=hint)


def day(
    block_id: str,
    label: str,
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str = "",
    action_id: str = ACTION,
) -> sb.InputBlock:
    """A day of the calendar, as YYYY-MM-DD."""
    element = sb.DatePicker(action_id=action_id, initial_date=initial, placeholder=plain("Choose a day"))
    return _input(block_id, label, element, optional=optional, hint=hint)


def clock(block_id: str, label: str, *, initial: str | None = None, hint: str = "") -> sb.InputBlock:
    """A time of the day, as HH:MM."""
    element = sb.TimePicker(action_id=ACTION, initial_time=initial, placeholder=plain("Choose a time"))
    return _input(block_id, label, element, hint=hint)


def channel(
    block_id: str, label: str, *, initial: str | None = None, optional: bool = False, hint: str = ""
) -> sb.InputBlock:
    """A channel that the person is in or could join, public or private."""
    element = sb.ConversationSelectMenu(
        action_id=ACTION,
        initial_conversation=initial,
        filter=sb.ConversationFilter(include=["public", "private"], exclude_bot_users=True),
        placeholder=plain("Choose a channel"),
    )
    return _input(block_id, label, element, optional=optional, hint=hint)


def boxes(
    block_id: str, label: str, choices: Sequence[Choice], *, initial: Collection[str] = (), hint: str = ""
) -> sb.InputBlock:
    """Up to ten boxes to tick, none of them needed."""
    options = [_option(choice) for choice in choices]
    ticked = [option for option in options if option.value in initial]
    element = sb.CheckboxGroup(action_id=ACTION, options=options, initial_options=ticked or None)
    return _input(block_id, label, element, optional=True, hint=hint)


def files(block_id: str, label: str, *, most: int = 10, hint: str = "") -> sb.InputBlock:
    """Files to upload; Slack takes at most ten."""
    return _input(block_id, label, sb.FileInput(action_id=ACTION, max_files=most), optional=True, hint=hint)


def _input(
    block_id: str,
    label: str,
    element: sb.Element,
    *,
    optional: bool = False,
    hint: str = "",
    dispatch: bool = False,
) -> sb.InputBlock:
    return sb.InputBlock(
        label=plain(label),
        element=element,
        block_id=block_id,
        hint=plain(hint) if hint else None,
        optional=optional,
        dispatch_action=dispatch,
    )


def _option(choice: Choice) -> sb.Option:
    return sb.Option(
        text=plain(texts.inline(choice.label, OPTION_LIMIT), OPTION_LIMIT),
        value=choice.value,
        description=plain(choice.meaning, OPTION_LIMIT) if choice.meaning else None,
    )


def _groups(choices: Sequence[Choice], options: list[sb.Option]) -> list[sb.OptionGroup]:
    """Hundreds of options, each group named by its first and its last one."""
    groups = []
    for start in range(0, len(options), GROUP_SIZE):
        part = choices[start : start + GROUP_SIZE]
        label = f"{texts.inline(part[0].label, 30)} – {texts.inline(part[-1].label, 30)}"
        groups.append(
            sb.OptionGroup(label=plain(label, OPTION_LIMIT), options=options[start : start + GROUP_SIZE])
        )
    return groups


def _cut(initial: str, limit: int) -> str:
    """At most `limit` UTF-16 units: an initial value beyond its field's limit is refused by Slack."""
    return initial.encode("utf-16-le", "surrogatepass")[: limit * 2].decode("utf-16-le", "ignore")
