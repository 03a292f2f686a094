"""Why the desk says no: one reason each, with the facts that `blocks/words.py` turns into a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

Fact = str | int | datetime | None


class Reason(StrEnum):
    """Every obstacle a person can meet. `blocks/words.py` has a sentence and a next step for each."""

    NOT_SET_UP = "not_set_up"
    NO_SUCH_CASE = "no_such_case"
    NO_SUCH_PERSON = "no_such_person"
    NOT_YOUR_ROLE = "not_your_role"
    NOT_YOUR_TEAM = "not_your_team"
    TAKEN_FROM_YOUR_TEAM = "taken_from_your_team"
    NOT_YOUR_CASE_TO_CLOSE = "not_your_case_to_close"
    NOT_YOUR_FIELD = "not_your_field"
    PUBLIC_COMMENTS_LOCKED = "public_comments_locked"
    INTERNAL_IS_FOR_STAFF = "internal_is_for_staff"
    ALREADY_CLOSED = "already_closed"
    NOT_CLOSED = "not_closed"
    ALREADY_TAKEN = "already_taken"
    ALREADY_OWNER = "already_owner"
    OWNER_MUST_BE_STAFF = "owner_must_be_staff"
    OWNER_MAY_NOT_WORK = "owner_may_not_work"
    STATUS_NOT_REACHABLE = "status_not_reachable"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOTHING_CHANGED = "nothing_changed"
    SAVED_BEFORE = "saved_before"
    EMPTY_TEXT = "empty_text"
    INTERNAL_IS_NEVER_MAILED = "internal_is_never_mailed"
    CONTACT_HAS_NO_MAIL = "contact_has_no_mail"
    MAIL_DECIDED = "mail_decided"
    WRONG_ACCOUNT = "wrong_account"
    NO_SUCH_CHOICE = "no_such_choice"
    ROLE_NEEDS_ACCOUNT = "role_needs_account"
    ROLE_NEEDS_NO_ACCOUNT = "role_needs_no_account"
    SET_UP_MEANWHILE = "set_up_meanwhile"
    ACCOUNT_EXISTS = "account_exists"
    TEAM_EXISTS = "team_exists"
    NO_SUCH_ACCOUNT = "no_such_account"
    NO_SUCH_TEAM = "no_such_team"
    NAMED_IN_THE_FUTURE = "named_in_the_future"
    NO_SUCH_ARTICLE = "no_such_article"
    ARTICLE_CHANGED = "article_changed"
    NO_SUCH_REQUEST = "no_such_request"
    ACCESS_TAKEN = "access_taken"
    ACCESS_FINISHED = "access_finished"
    ACCESS_NOT_YOURS = "access_not_yours"
    ACCESS_NOT_TAKEN = "access_not_taken"
    ACCESS_IS_THEIRS = "access_is_theirs"
    THREAD_HAS_CASE = "thread_has_case"
    MESSAGE_HAS_CASE = "message_has_case"
    LAST_ADMINISTRATOR = "last_administrator"
    ESCALATION_NOT_YET = "escalation_not_yet"
    ESCALATION_IS_OPEN = "escalation_is_open"
    ALREADY_ESCALATED = "already_escalated"
    NOT_ESCALATED = "not_escalated"
    EXPEDITE_ASKED = "expedite_asked"
    CALL_BACK_ASKED = "call_back_asked"
    NO_CALL_BACK = "no_call_back"
    REASON_NEEDS_WORDS = "reason_needs_words"
    NO_SUCH_DRAFT = "no_such_draft"
    TOO_LATE_TO_TAKE_BACK = "too_late_to_take_back"
    NO_SUCH_COMMENT = "no_such_comment"
    NOT_YOUR_COMMENT = "not_your_comment"
    COMMENT_DELETED = "comment_deleted"
    COMMENT_IN_SLACK = "comment_in_slack"
    COMMENT_CHANGED = "comment_changed"
    OUTCOMES_CLASH = "outcomes_clash"
    UPDATE_NOT_YET = "update_not_yet"
    UPDATE_WHILE_WAITING = "update_while_waiting"
    ASK_YOURSELF = "ask_yourself"
    NOBODY_TO_ASK = "nobody_to_ask"
    NO_WAY_LEFT = "no_way_left"
    BEING_CONFIRMED = "being_confirmed"
    NO_SUCH_QUESTION = "no_such_question"
    ALREADY_DECIDED = "already_decided"
    SET_UP_ALREADY = "set_up_already"
    UNKNOWN_FILTER = "unknown_filter"
    UNKNOWN_FILTER_VALUE = "unknown_filter_value"
    NOTHING_OF_THIS_NAME = "nothing_of_this_name"
    QUERY_NAME_TAKEN = "query_name_taken"
    NO_SUCH_QUERY = "no_such_query"
    VIEWING_ONLY = "viewing_only"
    VIEW_YOURSELF = "view_yourself"
    VIEW_ABOVE = "view_above"
    NO_SUCH_REPORT = "no_such_report"
    REPORT_FOR_NOBODY = "report_for_nobody"
    REPORTS_ARE_FOR_STAFF = "reports_are_for_staff"
    ME_IN_A_CHANNEL = "me_in_a_channel"
    NO_SUCH_REGION = "no_such_region"
    MUST_BE_MANAGER = "must_be_manager"
    LEAVE_OVERLAPS = "leave_overlaps"
    OWN_DEPUTY = "own_deputy"
    NO_SUCH_CUSTOMER = "no_such_customer"
    CUSTOMER_CHANGED = "customer_changed"
    CUSTOMER_EXISTS = "customer_exists"
    SITE_EXISTS = "site_exists"
    NO_SUCH_ORDER = "no_such_order"
    NO_SUCH_CART = "no_such_cart"
    NOT_OF_THE_ACCOUNT = "not_of_the_account"


class Refusal(Exception):
    """The desk refuses, and nothing was written.

    `facts` are plain values named as the sentence in `blocks/words.py` names them, for example
    `{"by": "Ben Okafor", "at": <aware UTC datetime>}`.
    """

    def __init__(self, reason: Reason, facts: Mapping[str, Fact] | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts: Mapping[str, Fact] = dict(facts or {})
