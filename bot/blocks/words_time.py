"""The sentences that refuse what concerns time: calendars, rosters, leave. `words.py` has all others."""

from __future__ import annotations

from bot.domain.refusals import Reason

SENTENCES: dict[Reason, str] = {
    Reason.NO_SUCH_REGION: "This country has no such region. Write its code, like CA, or leave it empty.",
    Reason.MUST_BE_MANAGER: "{name} is no manager. Choose a manager or an administrator.",
    Reason.LEAVE_OVERLAPS: "{name} is away on some of these days already. Remove that leave first.",
    Reason.OWN_DEPUTY: "Nobody stands in for themselves. Choose somebody else, or nobody.",
}

OLD_REVIEW = "Noted. This review is of an earlier day: your newest one shows what is left."
