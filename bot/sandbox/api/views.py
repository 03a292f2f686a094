"""views.*: opening, pushing, updating modals and publishing Home."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.api.call import ApiError, Call
from bot.sandbox.blockkit import too_large, view_problems
from bot.sandbox.records import Json
from bot.sandbox.triggers import Trigger, TriggerError
from bot.sandbox.views import View, ViewError


def open_view(call: Call) -> Json:
    """views.open: needs a fresh trigger id."""
    return _by_trigger(call, call.parts.views.open)


def push(call: Call) -> Json:
    """views.push: needs a trigger id that comes from an open modal."""
    return _by_trigger(call, call.parts.views.push)


def update(call: Call) -> Json:
    """views.update: by view id or external id; `hash` guards against overwriting."""
    body = _body(call, "modal")
    views = call.parts.views
    if call.args.get("view_id"):
        view = views.find(str(call.args["view_id"]))
    else:
        view = views.find_external(str(call.required("external_id")))
    if view is None:
        raise ApiError("not_found")
    expected = call.args.get("hash")
    return _answer(call, lambda: views.update(view, body, None if expected is None else str(expected)))


def publish(call: Call) -> Json:
    """views.publish: a person's Home."""
    if not call.parts.manifest.home_tab:
        raise ApiError("not_enabled")
    user = str(call.required("user_id"))
    body = _body(call, "home")
    if user not in call.parts.workspace.members:
        raise ApiError("user_not_found")
    expected = call.args.get("hash")
    return _answer(
        call, lambda: call.parts.views.publish(user, body, None if expected is None else str(expected))
    )


def _by_trigger(call: Call, show: Callable[[Trigger, Json], View]) -> Json:
    key = str(call.args.get("trigger_id") or call.args.get("interactivity_pointer") or "")
    if not key:
        call.required("trigger_id")
    body = _body(call, "modal")
    try:
        trigger = call.parts.triggers.look(key)
    except TriggerError as error:
        raise ApiError(str(error)) from None

    def shown() -> View:
        view = show(trigger, body)
        trigger.used = True
        return view

    return _answer(call, shown)


def _answer(call: Call, work: Callable[[], View]) -> Json:
    try:
        return {"view": call.parts.views.payload(work())}
    except ViewError as error:
        raise ApiError(str(error)) from None


def _body(call: Call, kind: str) -> Json:
    body: Json = call.required("view")
    problems = view_problems(body, kind)
    if problems:
        call.parts.journal.complain(f"{call.method}: invalid view: {'; '.join(problems)}")
        raise ApiError("invalid_arguments", response_metadata={"messages": problems})
    if too_large(body):
        call.parts.journal.complain(f"{call.method}: the view is too large")
        raise ApiError("view_too_large")
    return body
