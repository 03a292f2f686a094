"""Reads `manifest.yml`: the sandbox grants and delivers exactly what is written there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, kw_only=True)
class Command:
    """One slash command of the manifest."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """One shortcut of the manifest; a message shortcut stands in the menu of each message."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The parts of an app manifest that the sandbox honours."""

    app_name: str
    bot_name: str
    home_tab: bool
    may_write_to_bot: bool
    interactivity: bool
    commands: dict[str, Command]
    declared: frozenset[str]
    events: frozenset[str]
    shortcuts: tuple[Shortcut, ...] = ()
    withdrawn: set[str] = field(default_factory=set)
    """Scopes that somebody took away after the installation; a fault does."""

    @property
    def scopes(self) -> frozenset[str]:
        """What the bot's token holds now."""
        return self.declared - self.withdrawn


@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Any]:
    """Kept, because one process may start many sandboxes; nobody changes what it gives."""
    body: dict[str, Any] = yaml.safe_load(text)
    return body


def read_manifest(path: Path) -> Manifest:
    """Load the file. Raises OSError or `yaml.YAMLError` as they are: without it nothing can start."""
    body = _parsed(path.read_text(encoding="utf-8"))
    features = body.get("features", {})
    settings = body.get("settings", {})
    app_name = body["display_information"]["name"]
    commands = [
        Command(
            name=entry["command"],
            description=entry.get("description", ""),
            usage_hint=entry.get("usage_hint", ""),
            should_escape=bool(entry.get("should_escape", False)),
        )
        for entry in features.get("slash_commands", [])
    ]
    return Manifest(
        app_name=app_name,
        bot_name=features.get("bot_user", {}).get("display_name", app_name),
        home_tab=bool(features.get("app_home", {}).get("home_tab_enabled", False)),
        may_write_to_bot=not features.get("app_home", {}).get("messages_tab_read_only_enabled", False),
        interactivity=bool(settings.get("interactivity", {}).get("is_enabled", False)),
        commands={command.name: command for command in commands},
        shortcuts=tuple(
            Shortcut(
                name=entry["name"],
                type=entry["type"],
                callback_id=entry["callback_id"],
                description=entry.get("description", ""),
            )
            for entry in features.get("shortcuts", [])
        ),
        declared=frozenset(body.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
    )
