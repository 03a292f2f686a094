"""What stands in the body of a request from Slack; `server.py` reads with it what was verified."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

MOST_FIELDS = 100
"""A command has a dozen."""


class NoPayload(ValueError):
    """The body is none of the three things that Slack sends."""


def read_payload(raw: bytes, content_type: str) -> dict[str, Any]:
    """An event is JSON; a click or a submission is JSON in a form's field; a command is a form.

    Raises NoPayload, which says nothing of the body.
    """
    try:
        written = raw.decode("utf-8")
        if content_type == "application/json":
            return _object(written)
        form = dict(parse_qsl(written, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        return _object(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        raise NoPayload from None


def _object(written: str) -> dict[str, Any]:
    found = json.loads(written)
    if not isinstance(found, dict):
        raise NoPayload
    return found
