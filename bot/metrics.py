"""What the bot counts and measures, for Prometheus: the table METRICS, and one registry for each bot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds. Slack waits three; what lies above the last bucket was answered for nobody."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Result(StrEnum):
    """What became of a call."""

    DONE = "done"
    REFUSED = "refused"  # by a rule, or at a field of a form
    BUSY = "busy"  # the database had no turn for it in time
    AWAY = "database_away"  # nothing was done; the person is asked to press again
    FAULT = "fault"  # ours: the log has it under its reference
    UNREADABLE = "unreadable"  # no payload as Slack sends it
    LEFT = "left_to_slack"  # a message that Slack is to bring again
    IGNORED = "ignored"  # nothing that the desk cares for


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One row of the table of metrics; docs/operate.md shows the same."""

    name: str
    kind: str
    labels: tuple[str, ...] = ()
    meaning: str


CALLS = Metric(
    name="caseline_calls_total",
    kind="counter",
    labels=("payload", "route", "outcome"),
    meaning="Things that people did, by kind of payload, route (unknown ones share one) and what came of it.",
)
ACK_SECONDS = Metric(
    name="caseline_ack_seconds",
    kind="histogram",
    labels=("payload",),
    meaning="Seconds from a payload's arrival to its acknowledgement; Slack gives up after 3.",
)
CALLS_IN_FLIGHT = Metric(
    name="caseline_calls_in_flight",
    kind="gauge",
    meaning="Calls that are being answered now, and answers that are being said behind an acknowledgement.",
)
HTTP_REFUSED = Metric(
    name="caseline_http_refused_total",
    kind="counter",
    labels=("reason",),
    meaning="Requests to /slack/events that were not taken, by why: forged, stale, replayed, too_large ...",
)
SLACK_BUSY = Metric(
    name="caseline_slack_429_total",
    kind="counter",
    labels=("method",),
    meaning="Times that Slack asked us to slow down, by Web API method.",
)
OUTBOX_DEPTH = Metric(
    name="caseline_outbox_depth",
    kind="gauge",
    meaning="Cards, notices and the like that wait to be sent.",
)
OUTBOX_AGE = Metric(
    name="caseline_outbox_oldest_seconds",
    kind="gauge",
    meaning="Age of the oldest of them in real seconds; 0 when nothing waits.",
)
DUE_LATE = Metric(
    name="caseline_due_rules_late",
    kind="gauge",
    meaning="Timed jobs and rules that were due more than a minute ago and have not run.",
)

METRICS = (
    CALLS,
    ACK_SECONDS,
    CALLS_IN_FLIGHT,
    HTTP_REFUSED,
    SLACK_BUSY,
    OUTBOX_DEPTH,
    OUTBOX_AGE,
    DUE_LATE,
)
"""Every metric of our own. Beside them stand `process_*`: memory, processor time, open files."""


class Metrics:
    """The numbers of one bot. No label is made of what people wrote: Prometheus keeps labels for ever."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._calls = Counter(CALLS.name, CALLS.meaning, CALLS.labels, registry=registry)
        self._ack = Histogram(
            ACK_SECONDS.name, ACK_SECONDS.meaning, ACK_SECONDS.labels, registry=registry, buckets=ACK_BUCKETS
        )
        self._refused = Counter(
            HTTP_REFUSED.name, HTTP_REFUSED.meaning, HTTP_REFUSED.labels, registry=registry
        )
        self._busy = Counter(SLACK_BUSY.name, SLACK_BUSY.meaning, SLACK_BUSY.labels, registry=registry)
        self.calls_in_flight = Gauge(CALLS_IN_FLIGHT.name, CALLS_IN_FLIGHT.meaning, registry=registry)
        self.outbox_depth = Gauge(OUTBOX_DEPTH.name, OUTBOX_DEPTH.meaning, registry=registry)
        self.outbox_age = Gauge(OUTBOX_AGE.name, OUTBOX_AGE.meaning, registry=registry)
        self.due_late = Gauge(DUE_LATE.name, DUE_LATE.meaning, registry=registry)

    def answered(self, payload: str, route: str, result: Result, seconds: float) -> None:
        """A call was acknowledged; `route` is one of ours, or "unknown"."""
        self._calls.labels(payload, route, result.value).inc()
        self._ack.labels(payload).observe(seconds)

    def refused(self, reason: str) -> None:
        """A request from outside was not taken."""
        self._refused.labels(reason).inc()

    def slack_busy(self, method: str) -> None:
        """Slack answered 429."""
        self._busy.labels(method).inc()

    def shown(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)
