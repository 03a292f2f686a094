"""The sentences that refuse what concerns calls, verdicts and playbooks; names of what calls tell."""

from __future__ import annotations

from bot.domain.mail import MailState
from bot.domain.phone_calls import HUNG_UP
from bot.domain.playbook.canned import Hindrance
from bot.domain.playbook.script import Outcome
from bot.domain.refusals import Reason
from bot.domain.verdict import Verdict

SENTENCES: dict[Reason, str] = {
    Reason.NO_SUCH_CALL: "There is no such call, or you may not see it. Take a new one with /call.",
    Reason.CALL_CHANGED: (
        "This call went on in another window, so nothing is saved here. Look at where it stands, then go on."
    ),
    Reason.CALL_IS_OVER: "This call is over. Take a new one with /call; its notes can still be changed.",
    Reason.CALL_IS_THEIRS: "{by} has this caller now. Take the call over, or ask them to go on.",
    Reason.CALL_TO_STAFF: "{name} is not support staff and takes no calls. Choose somebody who does.",
    Reason.ANSWER_NOT_OFFERED: "This step does not offer that. Choose one of the answers that it shows.",
    Reason.ANSWER_NEEDS: "This is still missing, or not as it should be: {value}. Fill it in, then go on.",
    Reason.NO_SUCH_CUSTOMER_HERE: "This customer is not there any more. Look for them again.",
    Reason.NO_VERDICT_YET: "There is no verdict on this call yet. Go on until it is judged.",
    Reason.VERDICT_ASKED: "{by} has asked a manager already. Wait for the answer: it comes as a message.",
    Reason.VERDICT_RULED: "{by} has decided about this verdict already. Look at the call again.",
    Reason.VERDICT_NOT_FOR_THEM: "That verdict is for people who evaluate. Choose another one.",
    Reason.VALUE_MISSING: "This message lacks a value: {value}. Ask a manager to set it in /desk playbooks.",
    Reason.CONTRADICTS_VERDICT: (
        "The message “{value}” contradicts the verdict and was not sent. Go back, choose another answer."
    ),
    Reason.SENT_TODAY: (
        "The message “{value}” went there today already. Ask them to look, or read another address back."
    ),
    Reason.NO_LEVEL_TWO: (
        "The desk has no team of level two. Ask an administrator to add one with /desk teams."
    ),
    Reason.NO_EMAIL_HERE: (
        "The desk cannot send e-mail yet, so nothing was sent. Ask the operator to set up SMTP."
    ),
    Reason.NO_SUCH_REVISION: "There is no such revision of the playbook. Look with /desk playbooks.",
}

VERDICTS: dict[Verdict, str] = {
    Verdict.OLD_VERSION: "Version 5.x or older",
    Verdict.PRIORITY: "Priority support is paid",
    Verdict.EVALUATING: "Evaluating",
    Verdict.EVALUATION_OVER: "Evaluating for too long",
    Verdict.HOSTING: "Hosted by us",
    Verdict.RECENT_ORDER: "Covered by a recent order",
    Verdict.NONE: "No support plan",
}

OUTCOMES: dict[str, str] = {
    Outcome.SENT.value: "Answered by e-mail",
    Outcome.TO_LEVEL_TWO.value: "With level two",
    Outcome.TO_SALES.value: "With sales",
    Outcome.NOT_IDENTIFIED.value: "Not identified",
    Outcome.CALLS_AGAIN.value: "Calls again in office hours",
    Outcome.COMPLIMENT_OR_COMPLAINT.value: "Compliment or complaint written down",
    Outcome.ASKED_FOR_MORE.value: "Asked for more",
    HUNG_UP: "Ended before the script did",
}

HINDERED: dict[Hindrance, str] = {
    Hindrance.VALUE_MISSING: "It cannot be sent yet: a value is missing",
    Hindrance.CONTRADICTS_VERDICT: "It contradicts the verdict and is not sent. Go back and choose another.",
    Hindrance.SENT_TODAY: "It went to this address today already: ask them to look for it.",
}

DELIVERY: dict[MailState, str] = {
    MailState.WAITING: "on its way",
    MailState.SENT: "taken by the mail server",
    MailState.REFUSED: "refused by the mail server: read the address back again",
    MailState.RETURNED: "came back: read the address back again",
    MailState.UNKNOWN: "perhaps sent, nobody knows: ask whether it arrived, or else send it again",
    MailState.NEEDLESS: "not sent: there was nothing to say any more",
}
