"""The tables of acts on orders: requests, what is asked of a shop, refunds, and who holds an order."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.metadata import metadata
from bot.store.types import Id, UtcDateTime

order_requests = Table(  # one thing that somebody wants done with an order, and its way through a team's flow
    "order_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("order_number", Text, nullable=False),  # the shop's own; it need not be in our tables
    Column("kind", String(16), nullable=False),  # `domain.commerce.requests.RequestKind`
    Column("state", String(24), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("act", JSON, nullable=False),  # `domain.commerce.stored_acts`
    Column("terms", JSON, nullable=False),
    Column("at_stake", BigInteger, nullable=False),  # minor units
    Column("token", String(64), nullable=False),  # of what was shown to who asked, or to who approved
    Column("asked_by", Id, ForeignKey("people.id"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("on_behalf_of", Id, ForeignKey("customers.id")),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("parent_id", Id, ForeignKey("order_requests.id")),  # whose goods are received
    Column("flow", JSON(none_as_null=True)),  # the flow that it began with, whole; null: an act without one
    Column("said", JSON, nullable=False),  # what forms were answered with
    Column("done", JSON, nullable=False),  # the ids of its steps that are done
    Column("return_number", Text, nullable=False),
    Column("documents", JSON, nullable=False),  # [[kind, number, amount], ...] that arose
    Column("hands", JSON, nullable=False),  # the ids of people who had a part in it
    Column("needs_approval", Boolean(name="needs_approval"), nullable=False),
    Column("approved", Boolean(name="approved")),
    Column("decided_by", Id, ForeignKey("people.id")),
    Column("decided_at", UtcDateTime),
    Column("why", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("waits_until", UtcDateTime),  # business time
    Column("look_at", UtcDateTime),  # real time: when the shop is asked again; null: it is not
    Column("version", Integer, nullable=False),
    Index(None, "workspace_id", "state", "id"),
    Index(None, "workspace_id", "state", "look_at", "id"),  # what is due, the longest due first
    Index(None, "workspace_id", "state", "waits_until", "id"),
    Index(None, "workspace_id", "order_number", "id"),
    Index(None, "asked_by", "state", "id", "workspace_id"),  # one's own, all of it from the index
    Index(None, "case_id"),
    Index(None, "parent_id"),
)

order_messages = (
    Table(  # where a request asks or tells somebody in Slack: a live message in each conversation
        "order_messages",
        metadata,
        Column("workspace_id", String(32), primary_key=True),
        Column("order_request_id", Id, ForeignKey("order_requests.id"), primary_key=True),
        Column("kind", String(32), primary_key=True),  # `outbox_kinds.Kind`: of `order_messages.LIVE`
        Column("conversation", String(80), primary_key=True),  # the person's Slack id
        Column("person_id", Id, ForeignKey("people.id"), nullable=False),
        Column(
            "stage", String(24), nullable=False
        ),  # `requests.stage_of`, of news the state, when last asked for
        Column("channel", String(32)),
        Column("ts", String(32)),
        Index(None, "order_request_id"),
        Index(None, "person_id"),
    )
)

order_intents = Table(  # committed before a shop is called, settled by its answer or by reading back
    "order_intents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("request_id", Id, ForeignKey("order_requests.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("act", JSON, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("shop_version", Text, nullable=False),
    Column("before", JSON(none_as_null=True)),  # the books as they were; null once it is settled
    Column("sent_by", UtcDateTime, nullable=False),  # real time: when the call's deadline ends
    Column("state", String(16), nullable=False),  # `domain.commerce.intents.IntentState`
    Column("answer", Text, nullable=False),  # what the shop called it, or said
    Column("settled_at", UtcDateTime),
    Column("settled_by", Id, ForeignKey("people.id")),  # null: by an answer, or by reading
    Column("why", Text, nullable=False),  # what that person said
    UniqueConstraint("workspace_id", "key"),
    Index(None, "request_id"),
    Index(None, "settled_by"),
)

order_mails = Table(  # what a step of a request sent to the customer, as it was sent
    "order_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("request_id", Id, ForeignKey("order_requests.id"), nullable=False),
    Column("step", Text, nullable=False),  # of its flow: each step has one e-mail at a time
    Column("attempt", Integer, nullable=False),
    Column("message", Text, nullable=False),  # of its flow
    Column("flow", Text, nullable=False),  # the stamp of the flow whose words these are
    Column("address", String(254), nullable=False),
    Column("to_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("token", String(32), nullable=False),  # of its row in the outbox
    Column("state", String(16), nullable=False),  # `domain.mail.MailState`
    Column("error", Text, nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("workspace_id", "request_id", "step", "attempt"),
    UniqueConstraint("workspace_id", "token"),
    Index(None, "request_id"),
    Index(None, "by_id"),
)

desk_refunds = Table(  # the desk's refunds: what was asked for, approved and sent, whatever the shop keeps
    "desk_refunds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("request_id", Id, ForeignKey("order_requests.id"), nullable=False),
    Column("order_number", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("source", String(8), nullable=False),
    Column("payment_ref", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units, positive
    Column("memo", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(24), nullable=False),  # `domain.commerce.states.RefundState`
    Column("attempt", Integer, nullable=False),
    Column("provider_ref", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column(
        "back_before", BigInteger
    ),  # what had gone back by its payment, and was about to, when it was sent
    Column("sent_by", UtcDateTime),  # real time: when the deadline of its sending ends
    Column("settled_at", UtcDateTime),
    Column("settled_by", Id, ForeignKey("people.id")),
    Column("why", Text, nullable=False),
    UniqueConstraint("workspace_id", "number"),
    Index(None, "workspace_id", "order_number"),
    Index(None, "request_id"),
    Index(None, "settled_by"),
)

order_holds = Table(  # an order that is being acted on, or of which something is in doubt: one at a time
    "order_holds",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("order_number", Text, primary_key=True),
    Column("request_id", Id, ForeignKey("order_requests.id"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("doubtful", Boolean(name="doubtful"), nullable=False),
    Column("owner", String(32), nullable=False),  # the bot that leads it
    Column("expires_at", UtcDateTime, nullable=False),  # real time: then another one may
    Column("fence", Integer, nullable=False),
    Index(None, "request_id"),
)

flow_revisions = Table(  # the flows that a team has published; the packaged ones have no row
    "flow_revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("kind", String(16), nullable=False),  # `domain.commerce.flows.FlowKind`
    Column("revision", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),  # its TOML; empty: the packaged one counts again
    Column("goes_back_to", Integer),
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", Id, ForeignKey("people.id"), nullable=False),
    UniqueConstraint("workspace_id", "kind", "revision"),
    Index(None, "by_id"),
)
