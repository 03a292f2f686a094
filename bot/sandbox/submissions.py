"""What Slack's client makes of the ack of a submission; `acts.py` applies it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.blockkit import too_large, view_problems
from bot.sandbox.journal import Journal
from bot.sandbox.records import Json
from bot.sandbox.views import View, ViewError, Views

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(kw_only=True)
class Outcome:
    """What came of an act, for the page and the driver. `sentence` is what the client shows."""

    ok: bool = True
    outcome: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    error: str = ""
    sentence: str = ""

    @classmethod
    def refuse(cls, error: str, sentence: str) -> Outcome:
        return cls(ok=False, outcome="failed", error=error, sentence=sentence)

    def to_json(self) -> Json:
        body: Json = {"ok": self.ok, "outcome": self.outcome}
        if self.errors:
            body["errors"] = self.errors
        if not self.ok:
            body |= {"error": self.error, "sentence": self.sentence}
        return body


class Submissions:
    """Applies ack bodies to the views of one sandbox."""

    def __init__(self, views: Views, journal: Journal) -> None:
        self._views = views
        self._journal = journal

    def apply(self, view: View, body: Json, submitted: Json) -> Outcome:
        """Do what the ack says with the submitted view; `submitted` is its body when it was sent.

        An ack for a view that is no longer open is ignored: a second delivery found the first one done.
        """
        if self._views.find(view.id) is not view:
            return Outcome(outcome="ignored")
        action = body.get("response_action")
        match action:
            case None if not body:
                self._views.close(view)
                return Outcome(outcome="closed")
            case "clear":
                self._views.clear(view.user)
                return Outcome(outcome="cleared")
            case "errors":
                return self._errors(body.get("errors"), submitted)
            case "update" | "push":
                return self._shown(view, str(action), body.get("view"))
            case _:
                return self._failed(f"a submission was acked with {body!r}")

    def _errors(self, errors: object, submitted: Json) -> Outcome:
        if not isinstance(errors, dict) or not errors:
            return self._failed("response_action errors without errors")
        inputs = {block.get("block_id") for block in submitted["blocks"] if block["type"] == "input"}
        strangers = sorted(str(key) for key in errors if key not in inputs)
        if strangers:
            return self._failed(f"errors for what is no input of the view: {', '.join(strangers)}")
        if not all(isinstance(text, str) and text for text in errors.values()):
            return self._failed("errors must be sentences")
        return Outcome(outcome="errors", errors=dict(errors))

    def _shown(self, view: View, action: str, body: object) -> Outcome:
        problems = view_problems(body, "modal")
        if problems or not isinstance(body, dict):
            return self._failed(f"response_action {action} with an invalid view: {'; '.join(problems)}")
        if too_large(body):
            return self._failed(f"response_action {action} with a view that is too large")
        try:
            if action == "update":
                self._views.update(view, body)
                return Outcome(outcome="updated")
            self._views.push_over(view.user, body)
            return Outcome(outcome="pushed")
        except ViewError as error:
            return self._failed(f"response_action {action}: {error}")

    def complain(self, why: str) -> None:
        """Note what Slack would not take."""
        self._journal.complain(why)

    def _failed(self, why: str) -> Outcome:
        self.complain(why)
        return Outcome.refuse("invalid_response", TROUBLE)
