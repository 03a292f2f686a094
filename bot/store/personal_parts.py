"""Where a customer is in the tables: each table is in a report of personal data, or holds nothing of them.

A test demands that every table stands in one of the two lists, so that a new one is thought about.
`personal_data.py` reads by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KEY = "the desk's own mark of a click"
KNOWS = "by which the desk knows its own messages again; no message shows it"


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A table of the report. `by` names columns, each with the table whose row it points at.

    A row belongs to the customer where one of its columns points at a row that does. Without `by` the rows
    are found by a rule of their own (`personal_data.py`). `withheld` are columns that stay out, and why.
    """

    table: str
    title: str
    by: tuple[tuple[str, str], ...] = ()
    withheld: Mapping[str, str] = field(default_factory=dict)
    money: tuple[str, ...] = ()
    """Columns in minor units."""


REACHED: tuple[Reached, ...] = (
    Reached(table="customers", title="Customer", withheld={"email_key": "the address once more"}),
    Reached(table="accounts", title="Account"),
    Reached(
        table="licensed_sites",
        title="Licensed sites",
        by=(("customer_id", "customers"),),
        withheld={
            "licence_hash": "made of the licence key with a secret; the last four signs are there",
            "site_key": "the name once more",
        },
    ),
    Reached(
        table="orders",
        title="Orders",
        by=(("customer_id", "customers"),),
        money=("grand_total",),
        withheld={"number_key": "the number once more"},
    ),
    Reached(
        table="order_lines",
        title="Lines of orders",
        by=(("order_id", "orders"),),
        money=("unit_price", "line_discount", "order_discount", "tax"),
    ),
    Reached(
        table="order_payments",
        title="Payments",
        by=(("order_id", "orders"),),
        money=(
            "authorized",
            "captured",
            "refunded",
            "reversed",
            "pending_capture",
            "pending_reversal",
            "pending_refund",
        ),
    ),
    Reached(
        table="change_orders",
        title="Changes of orders",
        by=(("order_id", "orders"),),
        withheld={"call_key": KEY},
    ),
    Reached(
        table="change_order_lines",
        title="Lines of changes",
        by=(("change_id", "change_orders"),),
        money=("line", "line_discount", "order_discount", "tax"),
    ),
    Reached(table="return_orders", title="Returns", by=(("order_id", "orders"),), withheld={"call_key": KEY}),
    Reached(table="return_order_lines", title="Lines of returns", by=(("return_id", "return_orders"),)),
    Reached(
        table="credit_memos",
        title="Credit memos",
        by=(("order_id", "orders"),),
        money=("amount",),
        withheld={"call_key": KEY},
    ),
    Reached(
        table="refunds",
        title="Refunds",
        by=(("order_id", "orders"),),
        money=("amount",),
        withheld={"call_key": KEY},
    ),
    Reached(
        table="order_requests",
        title="What was asked to be done with orders",
        withheld={"token": "by which a window knew what it had shown"},
    ),
    Reached(
        table="order_intents",
        title="What the shop was asked",
        by=(("request_id", "order_requests"),),
        withheld={"key": KEY},
    ),
    Reached(
        table="order_mails",
        title="E-mails about what was done with orders",
        by=(("request_id", "order_requests"),),
        withheld={"token": KNOWS},
    ),
    Reached(
        table="desk_refunds",
        title="Refunds as the desk follows them",
        by=(("request_id", "order_requests"),),
    ),
    Reached(table="fraud_reports", title="Fraud reports", by=(("order_id", "orders"),)),
    Reached(
        table="fraud_decisions",
        title="What was decided on fraud reports",
        by=(("report_id", "fraud_reports"),),
        money=("amount",),
    ),
    Reached(table="carts", title="Carts", by=(("customer_id", "customers"),), money=("total",)),
    Reached(
        table="cart_lines",
        title="Lines of carts",
        by=(("cart_id", "carts"),),
        money=("unit_price", "discount"),
    ),
    Reached(table="product_reviews", title="Product reviews", by=(("customer_id", "customers"),)),
    Reached(
        table="review_decisions",
        title="What was decided on product reviews",
        by=(("review_id", "product_reviews"),),
    ),
    Reached(table="people", title="People of the customer in Slack"),
    Reached(
        table="account_contacts",
        title="Contacts whom the customer named",
        withheld={"email_key": "the address once more"},
    ),
    Reached(
        table="recognitions",
        title="Questions whether somebody is a contact",
        by=(("contact_id", "account_contacts"), ("person_id", "people")),
    ),
    Reached(table="notify_preferences", title="How they are told", by=(("person_id", "people"),)),
    Reached(table="saved_queries", title="Their saved searches", by=(("owner_id", "people"),)),
    Reached(table="access_requests", title="Requests for access"),
    Reached(table="cases", title="Cases", withheld={"turns": "sums for the clocks of the case"}),
    Reached(table="case_ties", title="Which order or cart a case is about", by=(("case_id", "cases"),)),
    Reached(table="comments", title="Comments", by=(("case_id", "cases"),)),
    Reached(table="comment_versions", title="Earlier wordings", by=(("comment_id", "comments"),)),
    Reached(table="comment_outcomes", title="Outcomes of talks", by=(("comment_id", "comments"),)),
    Reached(table="held_comments", title="Texts not sent yet", by=(("case_id", "cases"),)),
    Reached(table="files", title="Files", by=(("case_id", "cases"),)),
    Reached(table="threads", title="Threads that became cases", by=(("case_id", "cases"),)),
    Reached(table="escalations", title="Escalations", by=(("case_id", "cases"),)),
    Reached(table="call_backs", title="Call-backs of managers", by=(("case_id", "cases"),)),
    Reached(table="case_articles", title="Articles linked to cases", by=(("case_id", "cases"),)),
    Reached(table="triage_queue", title="Waiting for triage", by=(("case_id", "cases"),)),
    Reached(table="mails", title="E-mails about cases", withheld={"token": KNOWS}),
    Reached(table="received_mails", title="E-mails that came", withheld={"digest": "a sum of the e-mail"}),
    Reached(table="phone_calls", title="Calls"),
    Reached(table="phone_answers", title="Answers in calls", by=(("call_id", "phone_calls"),)),
    Reached(
        table="entitlements",
        title="Verdicts on support",
        by=(("call_id", "phone_calls"), ("case_id", "cases")),
    ),
    Reached(table="canned_mails", title="Messages sent from calls", withheld={"token": KNOWS}),
    Reached(
        table="form_links",
        title="Links to the web form",
        by=(("customer_id", "customers"),),
        withheld={"token": KNOWS, "nonce": "what the link is signed with"},
    ),
    Reached(table="asm_sessions", title="Sessions of staff", by=(("customer_id", "customers"),)),
    Reached(
        table="cart_placings",
        title="Carts placed for the customer",
        by=(("customer_id", "customers"),),
        money=("amount",),
        withheld={"digest": "a sum of the cart"},
    ),
    Reached(
        table="personal_reports",
        title="Reports like this one",
        by=(("customer_id", "customers"),),
        withheld={"token": KNOWS},
    ),
    Reached(table="erasures", title="Erasure", by=(("customer_id", "customers"),), withheld={"token": KNOWS}),
    Reached(
        table="history",
        title="Who did what",
        by=(
            ("case_id", "cases"),
            ("customer_id", "customers"),
            ("person_id", "people"),
            ("account_id", "accounts"),
            ("access_request_id", "access_requests"),
        ),
        withheld={"call_key": KEY},
    ),
)
"""The tables of a report, in its order: what a row points at stands before it."""

HOLDS_NOTHING: dict[str, str] = {
    "absences": "leave of staff",
    "access_messages": "where our message about a request stands in Slack; the request is in the report",
    "article_versions": "what articles said before; they explain products to all readers",
    "articles": "what the desk knows of products, written for all people of an account or for everybody",
    "calls": "marks of clicks, so that none counts twice; gone after a month",
    "case_editing": "who of staff has a form open",
    "case_reviews": "which cases staff have looked at",
    "counters": "the numbers that cases and articles are given",
    "digest_items": "which changes wait to be told; the changes are in the report",
    "due_times": "when the desk looks at a case again; the case is in the report",
    "finance_files": "which files the finance system got; the memos and refunds are in the report",
    "flow_revisions": "the steps of cancelling and returning",
    "job_runs": "which jobs of the desk have run",
    "leases": "which bot sends where",
    "licence_secrets": "a secret of the desk",
    "order_holds": "which order nobody else may act on just now, by its number",
    "order_messages": "where our questions about acts on orders stand in Slack; the acts are in the report",
    "outbox": "which messages wait, by the number of the case; no text; gone after a month",
    "phone_hours": "when the phones are answered",
    "phone_settings": "what prompts name of the desk",
    "playbook_revisions": "the script of calls",
    "policy_revisions": "the rules of the desk",
    "recognition_messages": "where our question to managers stands in Slack; the question is in the report",
    "report_readers": "who gets reports about the desk's work",
    "report_subscriptions": "the same",
    "reports": "which reports about the desk's work there are",
    "review_rows": "which cases stand in the reviews of staff",
    "search_documents": "the words of cases and comments once more, to find them by",
    "shifts": "when staff are on duty",
    "shop_answers": "what the shop answered to a click, by numbers of documents",
    "shop_imports": "how far an import of files has come",
    "shop_mentions": "the words of name, company, sites and notes once more, to find the customer by",
    "shop_parts": "the same, part by part",
    "shop_spellings": "the same with one letter left out",
    "shop_words": "the same words, each once",
    "slots": "which reports about the desk's work were sent",
    "team_calendars": "office hours of teams",
    "team_members": "who of staff is in which team",
    "teams": "teams of staff",
}
"""Tables that hold nothing of a customer which the report has not, each with the reason."""

REASONLESS = ("workspace_id",)
"""Columns that stay out everywhere: the number of the workspace says nothing of anybody."""
