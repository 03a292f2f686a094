"""What a row of the outbox asks for, and how far it is; `outbox.py` keeps them."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a row asks for."""

    CARD = "card"  # post or update the live card of a case
    THREAD_COMMENT = "thread_comment"  # put a comment made in a modal into the card's thread
    NOTICE = "notice"  # a direct message to a creator or owner
    COMMENT_EDIT = "comment_edit"  # draw a comment in the card's thread again
    DIGEST = "digest"  # a person's daily direct message
    EMAIL_DIGEST = "email_digest"  # the same by e-mail
    UNSAID = "unsaid"  # give somebody back what they wrote in public and may not say any more
    HOME = "home"  # publish somebody's App Home again
    PROFILE = "profile"  # learn somebody's name and time zone
    ACCESS = "access"  # post or update the message of a request for access
    ACCESS_REMINDER = "access_reminder"  # what somebody still owes of them
    RECOGNITION = "recognition"  # ask whoever may confirm them whether somebody is a contact
    RECOGNISED = "recognised"  # tell somebody that it was asked, and what came of it
    EXPORT = "export"  # make the files of an export and send them to who asked
    FINANCE = "finance"  # bring a file of credit memos and refunds to who asked
    THREAD = "thread"  # read the thread that became a case
    FILES = "files"  # fetch the files of a case
    EMAIL = "email"  # the same as a notice by e-mail, or a public comment to the case's contact
    HEALTH = "health"  # tell an administrator that there are dead letters
    ESCALATION = "escalation"  # say in the card's thread that a case was escalated
    MAY_ESCALATE = "may_escalate"  # tell somebody who asked for it that a case may be escalated now
    CALL_BACK = "call_back"  # remind of a manager's call that is owed
    REPORT = "report"  # a message of the ledger of slots, which knows it by the row's token
    REPORT_FILE = "report_file"  # the same as a file for a spreadsheet, in that message's thread
    REVIEW = "review"  # somebody's daily review, which the ledger of slots knows by the row's token
    REVIEW_NEWS = "review_news"  # draw their newest ones again: a case of them has changed
    REVIEW_OVER = "review_over"  # fold the ones before: what is still due stands in the newest
    NEEDS_OWNER = "needs_owner"  # tell a manager that a critical case has nobody
    SHIFT_ENDED = "shift_ended"  # the same where its owner's shift has ended
    FIRST_ANSWER = "first_answer"  # T0: the first answer that the customer can read is owed
    FIRST_COMMENT = "first_comment"  # T1: Integrations' first comment is
    CUSTOMER_CALL = "customer_call"  # T2: a call that the customer asked for is
    CLOSES_SOON = "closes_soon"  # T5, T6: warn that a rule will close a case
    MAY_CLOSE = "may_close"  # the same where nobody who may close it has said so
    NO_RESPONSE = "no_response"  # T8: propose that status
    FORM_LINK = "form_link"  # a link to the form for a new case by e-mail, known by the row's token
    CANNED = "canned"  # a message of the playbook by e-mail, known by the row's token
    TO_SALES = "to_sales"  # tell the channel of sales of a caller who is theirs
    HANDED_CALL = "handed_call"  # tell somebody that a caller is theirs now
    OVERRULE = "overrule"  # ask a manager whether a verdict holds
    PICTURE = "picture"  # draw the playbook, or the path that a call took, for who asked
    OVERRULED = "overruled"  # tell who asked what the manager said
    PERSONAL_DATA = "personal_data"  # everything that is held of a customer, as files for who asked
    PERSONAL_GONE = "personal_gone"  # delete those files: their time is over
    CART_PLACING = "cart_placing"  # ask who may approve a cart, and tell who asked what came of it
    ERASURE = "erasure"  # carry out the erasure of a customer, then tell who asked
    ORDER_APPROVAL = "order_approval"  # ask somebody who may whether an act on an order is to be done
    ORDER_DECIDED = "order_decided"  # tell whoever asked what was said
    ORDER_SETTLED = "order_settled"  # what became of an act, or what it waits for
    ORDER_IN_DOUBT = "order_in_doubt"  # nobody knows what the shop has done
    CALL_WINDOW = "call_window"  # draw the window again in which they wait for that, if it is still open
    REVIEW_EXPORT = "review_export"  # make the file of product reviews that somebody asked for
    FRAUD_PROPOSED = "fraud_proposed"  # a decision on fraud above somebody's limit wants a second person
    FRAUD_SETTLED = "fraud_settled"  # tell whoever wanted it what the second person said


class State(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # perhaps sent: look before sending again
    SENT = "sent"
    COLLAPSED = "collapsed"  # an earlier row of the same card or Home, drawn when sent, says it all
    DROPPED = "dropped"  # there is nothing to say any more, or the next change says it
    DEAD = "dead"  # given up: an administrator retries or discards it
    DISCARDED = "discarded"
