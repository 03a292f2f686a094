"""The sentences that refuse what concerns product reviews and fraud reports. `words.py` has all others."""

from __future__ import annotations

from bot.domain.refusals import Reason

SENTENCES: dict[Reason, str] = {
    Reason.NO_SUCH_REVIEW: "The desk has no such product review. Look for it with /review list.",
    Reason.REVIEW_DECIDED: "{by} has {value} this review already{when}. A manager may change that.",
    Reason.REVIEW_IS_SO: "This review came as {value}, so there is nothing to decide. Look at it again.",
    Reason.REVIEW_CHANGED: "This review changed meanwhile, so nothing is decided. Read it again.",
    Reason.REVIEW_REASON: "A rejection, and a changed decision, need a reason. Say why in a few words.",
    Reason.REVIEW_FILTER: (
        "Reviews have no filter like {value}. Write status:pending, stars:1,2, sku:GOLD, from:2026-11-01 or"
        " to:2026-11-30."
    ),
    Reason.NO_SUCH_FRAUD_REPORT: "There is no such fraud report. Look at the queue with /order fraud.",
    Reason.FRAUD_DECIDED: "{by} has {value} this order already{when}. Look at the next one.",
    Reason.FRAUD_NOT_CHECK: "The provider asks nobody to check this order. Look at those that wait.",
    Reason.FRAUD_PROPOSED: "{by} has decided{when}, above their limit. Agree to it or decline it.",
    Reason.FRAUD_NOT_PROPOSED: "There is nothing to agree to any more. Look at the report again.",
    Reason.FRAUD_CHANGED: "The order changed meanwhile, so nothing is decided. Look at it again.",
    Reason.FRAUD_REMARK: "A rejected order needs a reason. Say in a few words why.",
    Reason.ORDER_FILTER: (
        "Orders have no filter like {value}. Write status:suspended, currency:USD, from:2026-11-01 or"
        " to:2026-11-30."
    ),
    Reason.RETURN_FILTER: "Returns have no filter like {value}. Write status:all or status:received.",
    Reason.CUSTOMER_FILTER: "Customers have no filter like {value}. Write kind:all or kind:evaluator.",
    Reason.PERSONAL_FILTER: "Reports have no filter like {value}. Write status:all or status:sent.",
    Reason.FRAUD_FILTER: "They have no filter like {value}. Write status:waiting, status:all or score:50.",
}
