"""What happened to a case, told in words; the history modal and the notices use it."""

from __future__ import annotations

from datetime import datetime

from bot.blocks import text as texts
from bot.blocks.names import STATUS_NAMES, field, listed
from bot.blocks.words_orders import order_act_said
from bot.domain.cases import ChangeKind
from bot.domain.commands import Audience
from bot.domain.lifecycle import Status
from bot.domain.pages import HistoryEntry
from bot.domain.policy import Choice, Policy, label_of
from bot.domain.rules import RULES

_OTHER_ACTS = (ChangeKind.TAKEN, ChangeKind.ASSIGNED, ChangeKind.COMMENTED, ChangeKind.EXPEDITE_ASKED)
"""Acts that may carry the status along; the others say themselves where the case stands."""


OPENING = "escalation_opens"


def opening(entry: HistoryEntry) -> str:
    """Where a change moved the hour at which escalation opens: mrkdwn, for each reader in their own zone."""
    after = entry.changes.get(OPENING, (None, None))[1]
    return f"Escalation opens {texts.date(datetime.fromisoformat(after))}" if after else ""


def told(entry: HistoryEntry, policy: Policy | None = None) -> str:
    """The entry as raw text that follows the actor's name: "took the case"."""
    return _Telling(entry, policy).told()


_RULES = {rule.id.value: f"{rule.id.value} ({rule.name})" for rule in RULES}
"""How a rule is called before people who do not know it by its number."""


def _moved_rules(entry: HistoryEntry) -> list[str]:
    """The rules whose time another policy moved."""
    return [_RULES.get(name, name) for name in sorted(entry.changes) if name.startswith("T")]


class _Telling:
    """One entry with the labels of the desk's pick lists at hand."""

    def __init__(self, entry: HistoryEntry, policy: Policy | None) -> None:
        self.entry = entry
        self.policy = policy

    def told(self) -> str:
        match self.entry.kind:
            case ChangeKind.OPENED:
                said = "opened the case"
            case ChangeKind.TAKEN:
                said = "took the case"
            case ChangeKind.ASSIGNED:
                said = self._set("owner", "made {} the owner", "changed the owner")
                rule = self._after("rule")
                said += f", who is on duty, by rule {_RULES.get(rule, rule)}" if rule else ""
            case ChangeKind.COMMENTED:
                article = "a public" if self.entry.audience is Audience.PUBLIC else "an internal"
                said = f"wrote {article} comment"
            case ChangeKind.EDITED:
                said = "changed " + (
                    listed([self._edit(name) for name in self.entry.changes if name != OPENING]) or "the case"
                )
            case ChangeKind.STATUS_SET:
                said = self._set("status", "set the status to {}", "set the status")
            case ChangeKind.CLOSED:
                resolution = self._after("resolution")
                said = "closed the case" + (f": {resolution}" if resolution else "") + self._by_rule()
            case ChangeKind.REOPENED:
                said = "reopened the case"
            case ChangeKind.ESCALATED:
                reason = self._after("escalation_reason")
                said = "escalated the case" + (f": {reason}" if reason else "")
            case ChangeKind.EXPEDITE_ASKED:
                said = "asked to expedite the case"
            case ChangeKind.CALL_BACK_ASKED:
                said = "asked for a manager's call"
            case ChangeKind.CALLED_BACK:
                said = "made the manager's call"
            case ChangeKind.RULES_CHANGED:
                moved = listed(_moved_rules(self.entry))
                hour = "moved the hour from which the case may be escalated"
                said = f"counted anew the time of rule {moved}" if moved else hour
            case ChangeKind.COMMENT_EDITED | ChangeKind.COMMENT_DELETED:
                did = "edited" if self.entry.kind is ChangeKind.COMMENT_EDITED else "deleted"
                article = "a public" if self.entry.audience is Audience.PUBLIC else "an internal"
                said = f"{did} {article} comment"
            case ChangeKind.ASKED:
                said = f"asked {self._after('asked') or 'somebody'} a question"
            case ChangeKind.ASKED_FOR_UPDATE:
                said = f"asked {self._after('asked') or 'somebody'} for an update"
            case ChangeKind.LIMIT_PASSED:
                rule = self._after("rule")
                said = f"noted that the time of rule {_RULES.get(rule, rule) or 'unknown'} has passed"
            case ChangeKind.TIED:
                said = self._set("about", "tied the case to {}", "untied the case from its order or cart")
            case ChangeKind.ORDER_ACT:
                act, order = self._after("order_act"), self._after("order")
                said = order_act_said(act, order, self._whole("documents"), self._whole("mail"))
            case ChangeKind.ARTICLE_LINKED:
                said = "linked an article to the case"
            case ChangeKind.ARTICLE_UNLINKED:
                said = "took an article off the case"
        status = self._after("status") if self.entry.kind in _OTHER_ACTS else ""
        return said + (f"; the status is now {status}" if status else "")

    def _whole(self, name: str) -> str:
        """Documents with their numbers and amounts, what an e-mail said: a receipt is whole."""
        return texts.inline(self.entry.changes.get(name, (None, None))[1] or "", 600)

    def _by_rule(self) -> str:
        rule, author = self._after("rule"), self._after("ticked_by")
        return f", by rule {_RULES.get(rule, rule)}, which {author} ticked" if rule and author else ""

    def _set(self, name: str, with_value: str, without: str) -> str:
        before, after = self._before(name), self._after(name)
        if not after:
            return without
        return with_value.format(after) + (f" (before: {before})" if before else "")

    def _edit(self, name: str) -> str:
        before, after = self._before(name), self._after(name)
        if not after:
            return field(name)
        return f"{field(name)} " + (f"from {before} to {after}" if before else f"to {after}")

    def _before(self, name: str) -> str:
        return self._shown(name, self.entry.changes.get(name, (None, None))[0])

    def _after(self, name: str) -> str:
        return self._shown(name, self.entry.changes.get(name, (None, None))[1])

    def _shown(self, name: str, value: str | None) -> str:
        if not value:
            return ""
        if name == "status" and value in set(Status):
            return STATUS_NAMES[Status(value)]
        return texts.inline(label_of(self._choices(name), value), 60)

    def _choices(self, name: str) -> tuple[Choice, ...]:
        if self.policy is None:
            return ()
        lists = {
            "business_impact": self.policy.business_impacts,
            "severity": self.policy.severities,
            "kind": self.policy.kinds,
            "timezone": self.policy.time_zones,
            "resolution": self.policy.resolutions,
            "escalation_reason": self.policy.escalation_reasons,
        }
        return lists.get(name, ())
