"""Every refusal has words, says what to do next, and is short."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.blocks import names, words
from bot.domain.commands import Audience
from bot.domain.lifecycle import Status
from bot.domain.pages import ListKind
from bot.domain.people import Role
from bot.domain.permissions import RIGHTS, Act, obstacle
from bot.domain.refusals import Fact, Reason, Refusal
from tests.blocks.samples import EVERYBODY, HOSTILE, NOON

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS: dict[Reason, dict[str, Fact]] = {
    Reason.NO_SUCH_REGION: {},
    Reason.MUST_BE_MANAGER: {"name": "Ben Okafor"},
    Reason.LEAVE_OVERLAPS: {"name": "Ben Okafor"},
    Reason.OWN_DEPUTY: {},
    Reason.NO_SUCH_CUSTOMER: {},
    Reason.CUSTOMER_CHANGED: {},
    Reason.CUSTOMER_EXISTS: {"name": "Lima Coffee"},
    Reason.SITE_EXISTS: {"value": "lima-coffee.example", "name": "Lima Coffee"},
    Reason.NO_SUCH_ORDER: {},
    Reason.SEVERAL_ORDERS: {"value": "00123, 0123"},
    Reason.NOTHING_TO_EXPORT: {},
    Reason.NO_SUCH_FINANCE_FILE: {},
    Reason.NO_SUCH_CART: {},
    Reason.NOT_OF_THE_ACCOUNT: {},
    Reason.NO_SUCH_CALL: {},
    Reason.CALL_CHANGED: {},
    Reason.CALL_IS_OVER: {},
    Reason.CALL_IS_THEIRS: {"by": "Ben Okafor"},
    Reason.CALL_TO_STAFF: {"name": "Linda Berg", "slack_user_id": "U1"},
    Reason.ANSWER_NOT_OFFERED: {},
    Reason.ANSWER_NEEDS: {"value": "Licensed site or Order number", "fields": "site,order_no"},
    Reason.NO_SUCH_CUSTOMER_HERE: {},
    Reason.NO_VERDICT_YET: {},
    Reason.VERDICT_ASKED: {"by": "Chloé Martin", "at": AT},
    Reason.VERDICT_RULED: {"by": "Maria Lopez"},
    Reason.VERDICT_NOT_FOR_THEM: {},
    Reason.VALUE_MISSING: {"value": "The page where bugs are reported"},
    Reason.CONTRADICTS_VERDICT: {"value": "How to report a bug"},
    Reason.SENT_TODAY: {"value": "How to report a bug"},
    Reason.NO_LEVEL_TWO: {},
    Reason.NO_EMAIL_HERE: {},
    Reason.NO_SUCH_REVISION: {},
    Reason.FORMS_OFF: {},
    Reason.CUSTOMER_WITHOUT_EMAIL: {"name": "Omid Rahimi"},
    Reason.NOT_TYPED: {"value": "C-40017"},
    Reason.ERASED_ALREADY: {},
    Reason.CART_CHANGED: {},
    Reason.CART_EMPTY: {},
    Reason.CART_UNDER_WAY: {"by": "Ben Okafor", "at": AT},
    Reason.CARTS_NOT_PLACED: {},
    Reason.NO_SUCH_PLACING: {},
    Reason.NO_SESSION: {},
    Reason.OWN_PLACING: {},
    Reason.SHOP_AWAY: {},
    Reason.SHOP_CANNOT: {"value": "take items back"},
    Reason.ORDER_HELD: {"by": "Ben Okafor", "at": NOON},
    Reason.ORDER_IN_DOUBT: {},
    Reason.NO_SUCH_ORDER_REQUEST: {},
    Reason.REQUEST_DECIDED: {"by": "Maria Silva", "at": NOON},
    Reason.OWN_REQUEST: {},
    Reason.HAD_A_HAND: {},
    Reason.SAME_PERSON: {},
    Reason.WHY_NEEDED: {},
    Reason.NOTHING_TO_ANSWER: {},
    Reason.NOT_YOUR_REQUEST: {"by": "Ana Lima"},
    Reason.MAIL_GOES_NOW: {},
    Reason.NO_SUCH_REVIEW: {},
    Reason.REVIEW_DECIDED: {"by": "Ben Okafor", "at": AT, "value": "approved"},
    Reason.REVIEW_IS_SO: {"value": "approved"},
    Reason.REVIEW_CHANGED: {},
    Reason.REVIEW_REASON: {},
    Reason.REVIEW_FILTER: {"value": "colour:red"},
    Reason.NO_SUCH_FRAUD_REPORT: {},
    Reason.FRAUD_DECIDED: {"by": "Ben Okafor", "at": AT, "value": "approved"},
    Reason.FRAUD_NOT_CHECK: {},
    Reason.FRAUD_PROPOSED: {"by": "Ben Okafor", "at": AT},
    Reason.FRAUD_NOT_PROPOSED: {},
    Reason.FRAUD_CHANGED: {},
    Reason.FRAUD_REMARK: {},
    Reason.FRAUD_FILTER: {"value": "colour:red"},
    Reason.ORDER_FILTER: {"value": "colour:red"},
    Reason.RETURN_FILTER: {"value": "colour:red"},
    Reason.CUSTOMER_FILTER: {"value": "colour:red"},
    Reason.PERSONAL_FILTER: {"value": "colour:red"},
    Reason.NOT_SET_UP: {},
    Reason.NO_SUCH_CASE: {"number": 1001},
    Reason.NO_SUCH_PERSON: {"slack_user_id": "U1"},
    Reason.NOT_YOUR_ROLE: {"act": "close", "who": "dsc,agent,manager,administrator"},
    Reason.NOT_YOUR_TEAM: {"act": "set_no_response", "who": "integrations"},
    Reason.TAKEN_FROM_YOUR_TEAM: {
        "act": "take",
        "team": "Level one",
        "who": "agent,manager,administrator",
    },
    Reason.NOT_YOUR_CASE_TO_CLOSE: {
        "number": 1001,
        "who": "owner",
        "creator": "Linda Berg",
        "owner": "Ben Okafor",
    },
    Reason.NOT_YOUR_FIELD: {"fields": "kind, org_id_or_mid, timezone, title"},
    Reason.PUBLIC_COMMENTS_LOCKED: {"team": "Integrations, Level one"},
    Reason.INTERNAL_IS_FOR_STAFF: {},
    Reason.ALREADY_CLOSED: {"number": 1001, "by": "Ben Okafor", "at": AT},
    Reason.NOT_CLOSED: {"number": 1001},
    Reason.ALREADY_TAKEN: {"number": 1001, "by": "Ben Okafor"},
    Reason.ALREADY_OWNER: {"number": 1001, "name": "Ben Okafor"},
    Reason.OWNER_MUST_BE_STAFF: {"name": "Linda Berg"},
    Reason.OWNER_MAY_NOT_WORK: {"name": "Chloé Martin"},
    Reason.STATUS_NOT_REACHABLE: {"number": 1001, "status": "new", "wanted": "no_response"},
    Reason.CHANGED_MEANWHILE: {"number": 1001},
    Reason.NOTHING_CHANGED: {"number": 1001},
    Reason.SAVED_BEFORE: {"number": 1001},
    Reason.EMPTY_TEXT: {},
    Reason.INTERNAL_IS_NEVER_MAILED: {},
    Reason.CONTACT_HAS_NO_MAIL: {"number": 1001},
    Reason.MAIL_DECIDED: {},
    Reason.WRONG_ACCOUNT: {},
    Reason.NO_SUCH_CHOICE: {"field": "business_impact"},
    Reason.ROLE_NEEDS_ACCOUNT: {},
    Reason.ROLE_NEEDS_NO_ACCOUNT: {},
    Reason.SET_UP_MEANWHILE: {},
    Reason.PUBLISHED_MEANWHILE: {"name": "Omar Reyes", "value": "3"},
    Reason.ACCOUNT_EXISTS: {"name": "Cloud Nine Shoes"},
    Reason.TEAM_EXISTS: {},
    Reason.NO_SUCH_ACCOUNT: {},
    Reason.NO_SUCH_TEAM: {},
    Reason.NAMED_IN_THE_FUTURE: {},
    Reason.NO_SUCH_ARTICLE: {},
    Reason.ARTICLE_CHANGED: {},
    Reason.NO_SUCH_REQUEST: {},
    Reason.ACCESS_TAKEN: {"by": "Raj Patel", "at": AT},
    Reason.ACCESS_FINISHED: {"by": "Raj Patel", "at": AT},
    Reason.ACCESS_NOT_YOURS: {"by": "Raj Patel", "at": AT},
    Reason.ACCESS_NOT_TAKEN: {},
    Reason.ACCESS_IS_THEIRS: {},
    Reason.THREAD_HAS_CASE: {"number": 1001},
    Reason.MESSAGE_HAS_CASE: {"number": 1001},
    Reason.LAST_ADMINISTRATOR: {},
    Reason.ESCALATION_NOT_YET: {"number": 1001, "at": NOON},
    Reason.ESCALATION_IS_OPEN: {"number": 1001},
    Reason.ALREADY_ESCALATED: {"number": 1001, "by": "Linda Berg", "at": NOON},
    Reason.NOT_ESCALATED: {"number": 1001},
    Reason.EXPEDITE_ASKED: {"number": 1001, "at": NOON},
    Reason.CALL_BACK_ASKED: {"number": 1001, "at": NOON},
    Reason.NO_CALL_BACK: {"number": 1001},
    Reason.REASON_NEEDS_WORDS: {},
    Reason.NO_SUCH_DRAFT: {},
    Reason.TOO_LATE_TO_TAKE_BACK: {"at": AT},
    Reason.NO_SUCH_COMMENT: {},
    Reason.NOT_YOUR_COMMENT: {},
    Reason.COMMENT_DELETED: {},
    Reason.COMMENT_IN_SLACK: {},
    Reason.COMMENT_CHANGED: {},
    Reason.OUTCOMES_CLASH: {},
    Reason.UPDATE_NOT_YET: {"number": 1001, "at": AT},
    Reason.UPDATE_WHILE_WAITING: {"number": 1001},
    Reason.ASK_YOURSELF: {},
    Reason.NOBODY_TO_ASK: {},
    Reason.NO_WAY_LEFT: {},
    Reason.BEING_CONFIRMED: {},
    Reason.NO_SUCH_QUESTION: {},
    Reason.ALREADY_DECIDED: {"by": "Maria Keller", "at": AT},
    Reason.SET_UP_ALREADY: {"name": "Sam Newcomer"},
    Reason.UNKNOWN_FILTER: {"filter": "colour"},
    Reason.UNKNOWN_FILTER_VALUE: {"filter": "created", "value": "last autumn"},
    Reason.NOTHING_OF_THIS_NAME: {"filter": "account", "value": "Cloud Ten"},
    Reason.QUERY_NAME_TAKEN: {},
    Reason.NO_SUCH_QUERY: {},
    Reason.VIEWING_ONLY: {"name": "Linda Berg"},
    Reason.VIEW_YOURSELF: {},
    Reason.VIEW_ABOVE: {"name": "Omar Reyes"},
    Reason.NO_SUCH_REPORT: {},
    Reason.REPORT_FOR_NOBODY: {},
    Reason.REPORTS_ARE_FOR_STAFF: {"name": "Linda Berg"},
    Reason.ME_IN_A_CHANNEL: {},
}


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("facts", ["all", "none"])
def test_every_refusal_says_what_happened_and_what_to_do_in_under_25_words(
    reason: Reason, facts: str
) -> None:
    refusal = Refusal(reason, FACTS[reason] if facts == "all" else {})
    for sentence in (words.plain(refusal, "UTC"), words.mrkdwn(refusal).replace(" {time}", "")):
        assert len(sentence.split()) < 25, sentence
        assert sentence.count(". ") >= 1, "no next step"
        assert sentence.endswith(".")
        assert "{" not in sentence.replace("{date_short_pretty}", "")
        assert sentence[0].isupper() or sentence[0] == "<"


@pytest.mark.parametrize("act", Act)
def test_every_right_that_somebody_lacks_names_who_has_it(act: Act) -> None:
    for person in EVERYBODY:
        refusal = obstacle(act, person)
        if refusal is not None and refusal.reason is Reason.NOT_YOUR_ROLE:
            sentence = words.plain(refusal, "UTC")
            assert names.ACT_NAMES[act] in sentence
            wanted = "support staff" if Role.AGENT in RIGHTS[act].roles() else "administrators"
            assert wanted in sentence
            assert len(sentence.split()) < 25


def test_the_first_of_two_who_close_is_named_with_the_time() -> None:
    refusal = Refusal(Reason.ALREADY_CLOSED, FACTS[Reason.ALREADY_CLOSED])
    assert words.plain(refusal, "Europe/Lisbon") == (
        "Case 00001001 was closed by Ben Okafor (23 Nov 2026 12:00 Europe/Lisbon). Reopen it to go on."
    )
    assert "<!date^1795435200^" in words.mrkdwn(refusal)


def test_whoever_may_close_a_case_is_named() -> None:
    facts: dict[str, Fact] = {"who": "creator", "creator": "Ana Lima", "owner": "Ben Okafor"}
    assert words.plain(Refusal(Reason.NOT_YOUR_CASE_TO_CLOSE, facts), "UTC") == (
        "Only Ana Lima, their team and managers may close or reopen this case. Hand it back with a comment."
    )


def test_somebody_unknown_to_the_desk_is_mentioned_where_a_mention_shows() -> None:
    refusal = Refusal(Reason.NO_SUCH_PERSON, {"slack_user_id": "U9"})
    assert "does not know <@U9>." in words.mrkdwn(refusal)
    assert "does not know this person." in words.plain(refusal, "UTC")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_sentence_cannot_ping_link_or_format(name: str) -> None:
    sentence = words.mrkdwn(Refusal(Reason.ALREADY_TAKEN, {"number": 1, "by": name}))
    assert not any(character in sentence for character in "<>*_~`")
    assert "was faster and owns this case" in sentence


def test_a_name_keeps_its_first_letter_as_written() -> None:
    assert words.plain(Refusal(Reason.ALREADY_TAKEN, {"by": "ben"}), "UTC").startswith("ben was faster")


def test_everything_that_a_person_reads_about_has_a_name() -> None:
    assert set(names.STATUS_NAMES) == set(names.STATUS_MEANINGS) == set(Status)
    assert set(names.ROLE_NAMES) == set(Role)
    assert set(names.ACT_NAMES) == set(Act)
    assert set(names.LIST_NAMES) == set(ListKind)
    assert set(names.AUDIENCE_NAMES) == set(Audience)


@pytest.mark.parametrize(
    "sentence",
    [
        words.our_fault("K7Q2"),
        words.unreadable("K7Q2"),
        words.unknown_route(),
        words.still_saving(),
        words.database_away(),
        words.lost_trigger(),
        words.window_closed(),
        words.not_in_channel("C0CASES"),
        words.not_in_channel("support-cases"),
        words.unknown_input("opne"),
    ],
)
def test_what_is_our_fault_is_said_shortly_too(sentence: str) -> None:
    assert len(sentence.split()) < 25
