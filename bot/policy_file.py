"""The policy file: a desk's pick lists from TOML; the command line, the wiring and the trial load it."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zoneinfo
from dataclasses import asdict
from functools import cache
from pathlib import Path

from bot.domain.policy import Policy, UnsoundPolicy, read_policy

PACKAGED_POLICY = Path(__file__).with_name("policy.toml")


class PolicyProblems(Exception):
    """All that is wrong with a policy file at once."""

    def __init__(self, path: Path, found: tuple[str, ...]) -> None:
        self.found = found
        super().__init__(
            "\n".join([f"The policy file {path} cannot be used:", *(f"  - {each}" for each in found)])
        )


def load_policy(path: Path | None) -> tuple[Policy, str]:
    """The desk's policy and its digest, which changes when an entry does and not when a comment does.

    A file replaces the lists that it has; the packaged ones stand for the rest. Raises `PolicyProblems`.
    """
    raw: dict[str, object] = {}
    for source in (PACKAGED_POLICY, *([path] if path else [])):
        raw |= _toml(source)
    try:
        policy = read_policy(raw, known_zones=_known_zones())
    except UnsoundPolicy as error:
        raise PolicyProblems(path or PACKAGED_POLICY, error.faults) from error
    return policy, hashlib.sha256(json.dumps(asdict(policy)).encode()).hexdigest()


@cache
def _known_zones() -> frozenset[str]:
    """The names of all time zones: they are many files, read once."""
    return frozenset(zoneinfo.available_timezones())


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyProblems(path, (f"It cannot be read: {error.strerror}.",)) from error
    except ValueError as error:
        raise PolicyProblems(path, (f"It is not TOML: {error}.",)) from error
