"""The log: lines for people or for machines, each with the reference of the call that it belongs to.

The front says which call is being answered; the command line sets the log up. A line never holds what people
wrote: built-in errors are logged without their message, because they repeat the value they stumbled over.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import logging
import secrets
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

ErrorInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | bool | None
)

_reference: contextvars.ContextVar[str] = contextvars.ContextVar("reference", default="")


@contextlib.contextmanager
def of_a_call() -> Iterator[str]:
    """A new short reference for the call that is answered here, and for what it starts in the background."""
    begun = _reference.set(secrets.token_hex(3))
    try:
        yield _reference.get()
    finally:
        _reference.reset(begun)  # over HTTP, one task answers all that comes by a connection


def reference() -> str:
    """The reference of the call that is being answered, or nothing outside of one."""
    return _reference.get()


QUIET = ("slack_sdk", "slack_bolt", "asyncpg")
"""At DEBUG they log what people wrote."""


def set_up(level: str, form: Literal["text", "json"]) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in QUIET:
        logging.getLogger(talkative).setLevel(max(logging.INFO, logging.getLevelName(level)))
    for chatty in ("alembic.runtime.plugins", "apscheduler"):  # a line for every plugin and every beat
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))


class TextLines(logging.Formatter):
    """A line for people; a call's reference stands in brackets."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(reference)s%(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        known = reference()
        record.reference = f"[{known}] " if known else ""
        record.exc_text = None  # another formatter may have left its own, with messages
        return super().format(record)

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - logging's name
        return told(ei)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if known := reference():
            line["reference"] = known
        if record.exc_info:
            line["error"] = told(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def told(info: ErrorInfo) -> str:
    """Where an error came from and what it is, with all errors behind it, the first one first."""
    error = info[1] if isinstance(info, tuple) else None
    return "\n".join(_parts(error, set())) if error is not None else ""


def _parts(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _parts(before, seen)
        yield "which led to:"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield f"{type(error).__module__}.{type(error).__qualname__}: {_message(error)}"


def _message(error: BaseException) -> str:
    builtin = type(error).__module__ == "builtins" and not isinstance(error, OSError)
    return "(its message is left out: it may repeat what a person wrote)" if builtin else str(error)
