"""What the triage of a case ends in: assigned to level two, answered, asked for more, given to sales."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.mail import address_of
from bot.domain.phone_calls import values_of
from bot.domain.playbook.canned import fill
from bot.domain.playbook.script import Outcome
from bot.domain.playbook.walk import Place
from bot.domain.refusals import Reason, Refusal
from bot.services import call_effects, case_links, cases, triage_queue, web_forms
from bot.services.announcing import record
from bot.services.walking import Walking
from bot.store import cases as store


def finish(walking: Walking, stood: Place, *, sent: bool) -> None:
    """All talk about a case belongs in the case (domain.md 1.4): what it ends in is written there.

    `stood` is the step at which the last answer was given; `sent` says that it sent its message.
    """
    case = _case(walking)
    call_effects.keep_receipt(walking, case.id)
    match walking.place.step.outcome:
        case Outcome.TO_LEVEL_TWO:
            _to_level_two(walking, case)
        case Outcome.SENT if sent:
            _answered(walking, case, stood.message)
        case Outcome.ASKED_FOR_MORE:
            _ask(walking, case, stood.step.say)
            triage_queue.asked(walking.work, case.id)
            return
        case _:
            pass
    triage_queue.leave(walking.work, case.id)


def _case(walking: Walking) -> Case:
    case_id = walking.call.case_id
    assert case_id is not None, "a triage is of a case"
    store.hold(walking.work, case_id)
    case = store.by_id(walking.work.connection, walking.viewer, case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    if case.is_closed:
        raise Refusal(Reason.ALREADY_CLOSED, {"number": case.number})
    return case


def _to_level_two(walking: Walking, case: Case) -> None:
    """The team changes; whose it is within the team is for them to say."""
    team = call_effects.level_two(walking)
    summary = walking.place.data.get("summary", "")
    if summary:
        _say(walking, case, summary, Audience.INTERNAL)
        case = _case(walking)
    if case.team_id == team.id:
        return
    store.set_team(walking.work, case.id, team.id)
    after = replace(case, team_id=team.id, team_name=team.name, version=case.version + 1)
    changes = {"team": (case.team_name or None, team.name)}
    record(walking.work, after, ChangeKind.EDITED, walking.person, changes=changes)


def _answered(walking: Walking, case: Case, chosen: str) -> None:
    """What the e-mail said, as a comment that its reader finds in the case."""
    message = walking.playbook.message(chosen)
    if message is None:
        return
    place = walking.place
    values = values_of(walking.settings, walking.person, walking.caller(), walking.site(), place.data)
    if walking.desk.forms is not None:  # theirs alone: not for everybody who reads the case
        values[case_links.FIELD] = case_links.previewed(walking.desk)
    _say(walking, case, fill(message, values).body, Audience.PUBLIC)


def _ask(walking: Walking, case: Case, text: str) -> None:
    """In public, and by e-mail with a link to the form; an answer to the e-mail does as well."""
    desk, work, person = walking.desk, walking.work, walking.person
    by_mail = work.stamp.email_ready and address_of(case.contact.email) is not None
    cases.say(
        work,
        case,
        person,
        Audience.PUBLIC,
        text,
        to_contact=by_mail,
        moves=False,
        bring=lambda comment_id: web_forms.ask_again(desk, work, case, comment_id, person),
    )


def _say(walking: Walking, case: Case, text: str, audience: Audience) -> None:
    cases.say(walking.work, case, walking.person, audience, text, moves=False)
