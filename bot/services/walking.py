"""A call that goes on within a transaction: answers are taken, what the desk knows itself is decided.

`services.phone_calls` and `services.overruling` begin a `Walking`, press, and save; all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.entitlement import judge
from bot.domain.ids import CustomerId, PersonId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, allowed
from bot.domain.phone_calls import (
    PHONE,
    PhoneCall,
    account_in,
    carried_over,
    label_of,
    site_of,
)
from bot.domain.playbook.script import (
    Decider,
    FieldKind,
    Panel,
    Playbook,
    Script,
    completeness,
)
from bot.domain.playbook.walk import (
    Answers,
    BrokenWalk,
    NotOffered,
    Place,
    StillMissing,
    at,
    back,
    facts_of,
    take,
)
from bot.domain.refusals import Reason, Refusal
from bot.domain.sessions import Opened
from bot.domain.shop.customers import CustomerStanding, Site
from bot.domain.shop.lookup import Match
from bot.services import callers, playbooks, sessions
from bot.services.desk import Desk
from bot.services.phones import verdict_of
from bot.store import cases as case_store
from bot.store import customers, people, ties
from bot.store import phone_calls as store
from bot.store import playbooks as playbook_store
from bot.store.outbox import Announcement, Kind, announce
from bot.store.work import Work


def script_of(playbook: Playbook, call: PhoneCall) -> Script:
    """The script that a call walks through."""
    return playbook.phone if call.script == PHONE else playbook.triage


def draw_questions(work: Work, call: PhoneCall) -> None:
    """The messages in which managers are asked say what came of it: it is ruled, or the call is over."""
    whom = [SlackUserId(who) for who, _, _ in call.asked.messages] if call.asked is not None else []
    for slack_user_id in whom:
        person = people.find_person(work.connection, work.workspace_id, slack_user_id)
        if person is not None and person.is_staff:
            announce(
                work,
                Announcement(
                    kind=Kind.OVERRULE,
                    conversation=person.slack_user_id,
                    person_id=person.id,
                    phone_call_id=call.id,
                ),
            )


class Walking:
    """One call, being continued by `person`."""

    def __init__(self, desk: Desk, work: Work, person: Person, call: PhoneCall) -> None:
        self.desk, self.work, self.person, self.call = desk, work, person, call
        self.viewer = Viewer(person)
        self.playbook = playbooks.book(desk, work.connection, call.revision)
        self.script = script_of(self.playbook, call)
        self.settings = playbook_store.settings(work.connection, work.workspace_id)
        self.answers: Answers = call.answers
        self.receipt = call.receipt
        self.by: dict[int, PersonId | None] = {}
        self._callers: dict[int, CustomerStanding | None] = {}

    @property
    def place(self) -> Place:
        try:
            return at(self.script, self.answers)
        except BrokenWalk as broken:  # it cannot be: a call keeps its revision
            raise Refusal(Reason.ANSWER_NOT_OFFERED) from broken

    @property
    def today(self) -> date:
        """The date in the store's zone."""
        return self.work.now.astimezone(ZoneInfo(self.settings.zone)).date()

    def caller(self) -> CustomerStanding | None:
        """The customer that was picked; whoever begins or triages has one before any answer."""
        customer_id = account_in(self.script, self.place.data)
        if customer_id is None:
            return None
        if customer_id not in self._callers:
            self._callers[customer_id] = customers.standing(self.work.connection, self.viewer, customer_id)
        return self._callers[customer_id]

    def site(self) -> Site | None:
        caller = self.caller()
        return site_of(caller, self.place.data) if caller is not None else None

    def press(self, value: str, data: Mapping[str, str]) -> None:
        """Take one answer of a person, and decide what follows of itself.

        Raises ANSWER_NOT_OFFERED, ANSWER_NEEDS, NO_SUCH_CUSTOMER_HERE.
        """
        place = self.place
        if place.is_decided or place.is_over:
            raise Refusal(Reason.ANSWER_NOT_OFFERED)
        found = callers.kept(self.work.connection, self.viewer, data)
        self._take(place, value, found.data, self.person.id)
        if account_in(self.script, self.place.data) is not None and self.caller() is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER_HERE)
        self._pick(found.only)
        self.settle()

    def _take(self, place: Place, value: str, data: Mapping[str, str], by: PersonId | None) -> None:
        wanted = {name: text for name, text in data.items() if name in place.step.fields or place.is_decided}
        try:
            given, _ = take(self.script, place, value, wanted)
        except StillMissing as missing:
            named = (" or " if missing.any_of else ", ").join(one.label for one in missing.fields)
            facts = {"value": named, "fields": ",".join(one.name for one in missing.fields)}
            raise Refusal(Reason.ANSWER_NEEDS, facts) from missing
        except NotOffered as stranger:
            raise Refusal(Reason.ANSWER_NOT_OFFERED) from stranger
        self.by[len(self.answers)] = by
        self.answers = (*self.answers, given)

    def _pick(self, only: CustomerId | None) -> None:
        """Go on by itself where exactly one customer is meant: one hit leads on (domain.md 4, P1)."""
        place = self.place
        if Panel.HITS not in place.step.shows:
            return
        if only is None:
            hits = callers.hits(self.work.connection, self.viewer, place.data)
            alone = hits.hits[0] if len(hits.hits) == 1 and not hits.more else None
            if alone is None or alone.match is Match.ONE_LETTER:
                return
            only = alone.customer_id
        self.choose(only, None)

    def choose(self, customer_id: CustomerId, by: PersonId | None) -> None:
        """Answer with an account where the step asks for one."""
        place = self.place
        account = next((one.name for one in self.script.fields if one.kind is FieldKind.ACCOUNT), "")
        chosen = next((one for one in place.offers if account and account in one.needs), None)
        if chosen is None:
            raise Refusal(Reason.ANSWER_NOT_OFFERED)
        self._take(place, chosen.value, {account: str(customer_id)}, by)
        if self.caller() is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER_HERE)

    def look_up(self, value: str, data: Mapping[str, str], customer_id: CustomerId) -> None:
        """Both answers at once: what they are looked up by, and that they are this customer."""
        self._take(self.place, value, data, self.person.id)
        self.choose(customer_id, self.person.id)
        self.settle()

    def settle(self) -> None:
        """Let the desk answer all that it knows by itself."""
        place = self.place
        while place.is_decided:
            value, data = self._decided(place)
            self._take(place, value, data, None)
            place = self.place

    def _decided(self, place: Place) -> tuple[str, Mapping[str, str]]:
        caller = self.caller()
        if place.step.by is Decider.PHONES:
            zone = caller.customer.timezone if caller is not None else self.settings.zone
            is_open = verdict_of(self.work.connection, self.viewer, self.desk, zone=zone).is_open
            return ("open" if is_open else "closed"), {}
        if place.step.by is Decider.COMPLETENESS:
            return self._complete(place), {}
        if caller is None:
            raise Refusal(Reason.NO_SUCH_CUSTOMER_HERE)
        zone_info = ZoneInfo(self.settings.zone)
        standing = caller.entitled(self.site())
        judged = judge(self.playbook.rules, standing, self.work.now, zone_info, self.playbook.digest)
        self.receipt = carried_over(self.receipt, judged)
        return facts_of(self.receipt)

    def _complete(self, place: Place) -> str:
        case = None
        if self.call.case_id is not None:
            case = case_store.by_id(self.work.connection, self.viewer, self.call.case_id)
        order = place.data.get("order", "") or self._tied()
        asked = store.was_asked(self.work.connection, self.viewer, self.call)
        return completeness(order, case.description if case else "", asked, self.playbook.thinness)

    def _tied(self) -> str:
        """The order or cart that the case says it is about."""
        case_id = self.call.case_id
        known = ties.tie_of(self.work.connection, self.viewer, case_id) if case_id is not None else None
        return known[0].number if known is not None else ""

    def leave(self, data: Mapping[str, str]) -> None:
        """Keep what was written down where no answer was given; of a licence key only what may be kept."""
        step = self.place.step
        before = {**self.place.data, **self.call.drafts.get(step.id, {})}
        said = {name: text.strip() for name, text in data.items() if name in step.fields}
        if all(before.get(name, "") == text for name, text in said.items()):
            return
        kept = callers.kept(self.work.connection, self.viewer, said).data
        store.keep_draft(self.work, self.call.id, step.id, kept, self.person.id)

    def undo(self) -> None:
        """Back to before the last answer of a person."""
        self.answers = back(self.script, self.answers)

    def save(self, notes: str | None = None, **also: object) -> int:
        """Keep the walk and what follows from it; the new version of the call."""
        place = self.place
        after = replace(
            self.call,
            step=place.step.id,
            step_number=place.number,
            customer_id=account_in(self.script, place.data),
            label=label_of(self.caller(), place.data) or self.call.label,
            notes=self.call.notes if notes is None else notes,
            receipt=self.receipt,
        )
        if place.is_over and not after.is_over:
            outcome = place.step.outcome
            after = replace(after, ended_at=self.work.now, outcome=outcome.value if outcome else "")
            draw_questions(self.work, self.call)
        after = replace(after, **also)  # type: ignore[arg-type]  # fields of a call, named by our own callers
        store.set_walk(self.work, self.call.id, self.call.answers, self.answers, self.by)
        self._join(after)
        return store.save(self.work, after)

    def _join(self, after: PhoneCall) -> None:
        """Whoever leads the call has its customer before them from now on, as by opening their page."""
        mine = after.owner.id == self.person.id and not after.is_over
        if after.customer_id is None or not mine or not allowed(Act.READ_CUSTOMERS, self.person):
            return
        sessions.join(self.work, self.person, Opened(customer_id=after.customer_id, case_id=after.case_id))
