"""What went over the wire and what was wrong with it: tests assert on these lists, every part writes them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from bot.sandbox.records import Json, Message

logger = logging.getLogger("sandbox")


@dataclass(kw_only=True)
class Request:
    """One Web API call of the bot and what it was answered."""

    method: str
    args: Json
    response: Json
    fault: str = ""
    """The fault that struck this call: what the bot got is not `response` then."""


@dataclass(kw_only=True)
class Delivery:
    """One envelope sent to the bot. `failure` is "", "operation_timeout" or "dispatch_failed".

    `fault` is the fault that struck it: what comes of it is no mistake of the bot's.
    """

    type: str
    payload: Json
    envelope_id: str = ""
    retry_attempt: int = 0
    ack: Json | None = None
    failure: str = ""
    fault: str = ""


@dataclass
class Journal:
    """The lists of one sandbox."""

    requests: list[Request] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    pings: list[tuple[Message, str]] = field(default_factory=list)

    def complain(self, what: str) -> None:
        """Note something that Slack would refuse, ignore or show as a failure."""
        self.complaints.append(what)
        logger.error("sandbox: %s", what)
