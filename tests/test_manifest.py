"""`manifest.yml` is what the bot does and no more: commands, events and scopes held to the code both ways."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import settings_table
from bot.handlers.call import Payload
from bot.handlers.routes import ROUTES
from bot.sandbox.scopes import EVENT_SCOPES, METHOD_SCOPES
from bot.slack import client
from bot.slack.methods import COMMANDS_SCOPE, EVENTS, FIELDS, METHODS
from bot.slack.pacing import PER_METHOD

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "manifest.yml").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)
COMMANDS: list[dict[str, Any]] = MANIFEST["features"]["slash_commands"]
SCOPES: list[str] = MANIFEST["oauth_config"]["scopes"]["bot"]
SUBSCRIBED: list[str] = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALL = README.partition("## Install it in your Slack")[2].partition("\n## ")[0]


def test_every_command_has_a_route_and_every_route_a_command() -> None:
    routed = {route.partition(" ")[0] for payload, route in ROUTES if payload is Payload.COMMAND}
    assert {command["command"] for command in COMMANDS} == routed


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command["command"])
def test_every_word_that_a_commands_hint_offers_is_understood(command: dict[str, Any]) -> None:
    words = [part.split()[0] for part in command["usage_hint"].split("|")]
    assert words[-1] == "help"
    for word in words[:-1]:
        assert (Payload.COMMAND, f"{command['command']} {word}") in ROUTES


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command["command"])
def test_people_and_channels_in_a_command_arrive_as_ids(command: dict[str, Any]) -> None:
    assert command["should_escape"] is True


def test_every_event_is_handled_and_every_handled_event_subscribed_to() -> None:
    assert set(SUBSCRIBED) == set(EVENTS)
    told = (Payload.HOME_OPENED, Payload.MESSAGE, Payload.EVENT)
    events = {name for payload, name in ROUTES if payload in told}
    assert {name.partition(".")[0] for name in SUBSCRIBED} == events


def test_every_shortcut_has_a_route_and_fits_into_a_menu() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    of_type = {Payload.SHORTCUT: "message", Payload.GLOBAL_SHORTCUT: "global"}
    routed = {(route, of_type[payload]) for payload, route in ROUTES if payload in of_type}
    assert {(one["callback_id"], one["type"]) for one in shortcuts} == routed
    for one in shortcuts:
        assert 0 < len(one["name"]) <= 24
        assert 0 < len(one["description"]) <= 150


def test_what_people_press_reaches_the_bot_without_an_address_of_ours() -> None:
    settings, home = MANIFEST["settings"], MANIFEST["features"]["app_home"]
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["socket_mode_enabled"] is True
    assert "url" not in TEXT.replace("https://api.slack.com", ""), "Socket Mode needs no request URLs"
    assert home["home_tab_enabled"] is True
    assert home["messages_tab_enabled"] is True, "notices are direct messages"


def test_the_scopes_are_those_of_the_methods_events_and_commands_and_no_other() -> None:
    tables = (*METHODS.values(), *FIELDS.values(), *EVENTS.values())
    needed = {scope for scopes in tables for scope in scopes} | {COMMANDS_SCOPE}
    assert set(SCOPES) == needed


def test_nothing_is_listed_twice() -> None:
    for names in (SCOPES, SUBSCRIBED, [command["command"] for command in COMMANDS]):
        assert len(names) == len(set(names))


def test_each_scope_and_event_says_in_a_comment_what_it_is_for() -> None:
    said = dict(re.findall(r"^ +- ([\w.:]+)(?: *# *(.*))?$", TEXT, flags=re.MULTILINE))
    assert set(said) == {*SCOPES, *SUBSCRIBED}
    for name, comment in said.items():
        assert len(comment.split()) >= 4, f"{name} does not say which feature needs it"


def test_the_files_that_the_manifest_names_exist() -> None:
    named = re.findall(r"bot/[\w/]+\.py", TEXT)
    assert named
    for path in named:
        assert (ROOT / path).is_file(), path


# --- the table of methods is what the client does ---------------------------------------------------------

OF_BOLT = {"apps.connections.open"}
"""Called by Bolt to open Socket Mode, not by our client."""


def _called_methods() -> set[str]:
    """What `SlackClient` passes to `_call`; a method's name is always written out there."""
    tree = ast.parse(Path(client.__file__).read_text(encoding="utf-8"))
    calls = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_call"
    ]
    found = {
        part.value
        for argument in calls
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    assert len(calls) >= 10
    return found


def test_the_client_calls_the_methods_of_the_table_and_no_other() -> None:
    assert _called_methods() | OF_BOLT == set(METHODS)


def test_nobody_calls_slack_past_the_client() -> None:
    """Bolt's and the SDK's own clients have a method for each of Slack's; only `_call` may be used."""
    called = re.compile(
        r"\.(?:api_call|(?:auth|apps|bots|chat|conversations|files|reactions|users|views)_[a-zA-Z]+)\("
    )
    places = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "bot").rglob("*.py")
        if "sandbox" not in path.parts and called.search(path.read_text(encoding="utf-8"))
    }
    assert places == {"bot/slack/client.py"}
    source = Path(client.__file__).read_text(encoding="utf-8")
    assert {match.group() for match in called.finditer(source)} == {".api_call("}


def test_paces_and_reading_methods_name_methods_that_are_called() -> None:
    assert set(PER_METHOD) <= set(METHODS)
    assert set(METHODS) >= client.READING


@pytest.mark.parametrize("method", METHODS)
def test_the_sandbox_asks_for_a_method_what_the_bot_expects_to_need(method: str) -> None:
    """Two tables by two hands: where they differ, one of them has Slack wrong."""
    need, ours = METHOD_SCOPES[method], set(METHODS[method])
    assert ours <= set(need.any_of())
    assert bool(ours) == bool(need.any_of())
    if need.by_kind is None:
        assert ours == set(need.any_of())


@pytest.mark.parametrize("event", EVENTS)
def test_the_sandbox_sends_an_event_for_the_scope_that_the_bot_expects_to_need(event: str) -> None:
    scope = EVENT_SCOPES[event]
    assert EVENTS[event] == (() if scope is None else (scope,) if isinstance(scope, str) else scope)


def test_a_kind_of_channel_that_is_listened_to_can_also_be_read_and_looked_at() -> None:
    """A reply that becomes a comment comes from a channel whose card must be found again after a crash."""
    for event in SUBSCRIBED:
        kind = event.removeprefix("message.")
        if kind != event:
            assert f"{kind}:history" in METHODS["conversations.history"]
            assert f"{kind}:history" in METHODS["conversations.replies"]
            assert f"{kind}:read" in METHODS["conversations.info"]


# --- what Slack takes, and what somebody who installs it reads ---------------------------------------------


def test_the_manifest_fits_into_slacks_limits() -> None:
    shown, bot_user = MANIFEST["display_information"], MANIFEST["features"]["bot_user"]
    assert 0 < len(shown["name"]) <= 35
    assert 0 < len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    assert re.fullmatch(r"[\w.\- ]{1,80}", bot_user["display_name"])
    assert len(COMMANDS) <= 50
    for command in COMMANDS:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 0 < len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


def test_the_readme_sets_every_setting_that_must_be_set() -> None:
    required = {row.variable for row in settings_table() if row.default == "must be set"}
    assert required
    assert required <= set(re.findall(r"^ +([A-Z_]+)=\S", INSTALL, flags=re.MULTILINE))


def test_the_readme_leads_through_every_step_of_an_installation() -> None:
    steps = re.findall(r"^\d+\. ", INSTALL, flags=re.MULTILINE)
    assert steps == [f"{number}. " for number in range(1, len(steps) + 1)]
    bot_name = MANIFEST["features"]["bot_user"]["display_name"]
    in_order = (
        "https://api.slack.com/apps",
        "From a manifest",
        "(manifest.yml)",
        "Install to Workspace",
        "xoxb-",
        "`connections:write`",  # the app-level token's scope, which no manifest can ask for
        "xapp-",
        f"/invite @{bot_name}",
        ".env",
        "-c constraints.txt",
        "caseline run",
        "/desk people",
    )
    places = [INSTALL.find(step) for step in in_order]
    assert -1 not in places, in_order[places.index(-1)]
    assert places == sorted(places)


def test_the_readme_names_every_command() -> None:
    for command in COMMANDS:
        assert f"`{command['command']} " in INSTALL
