"""Who may do what: a right is given by role and taken away by team; a denial wins (domain.md 2, "Rights")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from bot.domain.people import Person, Role, TeamKind
from bot.domain.refusals import Reason, Refusal


class Act(StrEnum):
    """Everything that somebody may be kept from; `RIGHTS` has a row for each."""

    READ_CASE = "read_case"
    READ_INTERNAL = "read_internal"
    COMMENT = "comment"
    COMMENT_PUBLIC = "comment_public"
    COMMENT_INTERNAL = "comment_internal"
    OPEN_CASE = "open_case"
    EDIT_CASE = "edit_case"
    ASSIGN = "assign"
    TAKE = "take"
    SET_STATUS = "set_status"
    SET_NO_RESPONSE = "set_no_response"
    CLOSE = "close"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    TELL_ME_THEN = "tell_me_then"
    ASK_TO_EXPEDITE = "ask_to_expedite"
    REQUEST_CALL_BACK = "request_call_back"
    FINISH_CALL_BACK = "finish_call_back"
    READ_ARTICLES = "read_articles"
    READ_ACCOUNT_ARTICLES = "read_account_articles"
    READ_STAFF_ARTICLES = "read_staff_articles"
    WRITE_ARTICLES = "write_articles"
    WRITE_ACCOUNT_ARTICLES = "write_account_articles"
    LINK_ARTICLE = "link_article"
    REQUEST_ACCESS = "request_access"
    FINISH_ACCESS_REQUEST = "finish_access_request"
    TAKE_CALL = "take_call"
    FIND_ACCOUNT = "find_account"
    SEND_CANNED = "send_canned"
    SEND_FORM = "send_form"
    HAND_OVER_CALL = "hand_over_call"
    ASK_TO_OVERRULE = "ask_to_overrule"
    OVERRULE = "overrule"
    READ_CUSTOMERS = "read_customers"
    READ_ORDERS = "read_orders"
    REHEARSE_ORDER_ACT = "rehearse_order_act"
    RECORD_CALLER = "record_caller"
    EDIT_CUSTOMERS = "edit_customers"
    ASSIST_CUSTOMER = "assist_customer"
    CANCEL_ITEMS = "cancel_items"
    RETURN_ITEMS = "return_items"
    RECEIVE_GOODS = "receive_goods"
    PLACE_CART = "place_cart"
    DECIDE_FRAUD = "decide_fraud"
    DECIDE_REVIEW = "decide_review"
    REFUND = "refund"
    APPROVE = "approve"
    REVERSE_REVIEW = "reverse_review"
    REPORT_PERSONAL_DATA = "report_personal_data"
    ERASE_CUSTOMER = "erase_customer"
    EXPORT_CASES = "export_cases"
    EXPORT_REVIEWS = "export_reviews"
    EXPORT_CREDIT_MEMOS = "export_credit_memos"
    SAVE_QUERY = "save_query"
    SHARE_QUERY = "share_query"
    SUBSCRIBE_TO_REPORT = "subscribe_to_report"
    SET_UP_REPORT = "set_up_report"
    REVIEW_CASES = "review_cases"
    VIEW_AS = "view_as"
    SET_UP_CALENDAR = "set_up_calendar"
    SET_UP_ROSTER = "set_up_roster"
    EDIT_CANNED = "edit_canned"
    EDIT_PLAYBOOK = "edit_playbook"
    EDIT_ASSOCIATION_RULES = "edit_association_rules"
    CONFIRM_PERSON = "confirm_person"
    SET_UP_DESK = "set_up_desk"
    MIND_HEALTH = "mind_health"
    SORT_MAIL = "sort_mail"


class Reach(IntEnum):
    """How far a right goes."""

    NONE = 0
    OWN_ACCOUNT_OPEN = 1  # the open cases of one's own account
    OWN_ACCOUNT = 2
    WITHOUT_DSC = 3  # accounts that have no support contact who could do it
    TO_LIMIT = 4  # up to the amount that the role may decide; above it another person approves
    ALL = 5


@dataclass(frozen=True, kw_only=True)
class Right:
    """A row of the table: the reach by role, the teams it is taken from, the team it is kept for."""

    community: Reach = Reach.NONE
    dsc: Reach = Reach.NONE
    agent: Reach = Reach.NONE
    manager: Reach = Reach.NONE
    administrator: Reach = Reach.NONE
    taken_from: frozenset[TeamKind] = frozenset()
    kept_for: TeamKind | None = None
    lockable: bool = False
    """Taken from the staff of teams that lock public comments; the lock never binds the customer side."""

    def reach(self, role: Role | None) -> Reach:
        # Every read asks this, some of them several times.
        return Reach.NONE if role is None else self._reaches[role]

    @cached_property
    def _reaches(self) -> Mapping[Role, Reach]:
        return {
            Role.COMMUNITY: self.community,
            Role.DSC: self.dsc,
            Role.AGENT: self.agent,
            Role.MANAGER: self.manager,
            Role.ADMINISTRATOR: self.administrator,
        }

    @cached_property
    def depends_on_teams(self) -> bool:
        """Whether somebody whose role has it may still lack it."""
        return self.lockable or bool(self.taken_from) or self.kept_for is not None

    def roles(self) -> tuple[Role, ...]:
        """The roles that have this right at all, for the sentence that says who could do it."""
        return tuple(role for role in Role if self.reach(role) is not Reach.NONE)


def _row(
    community: Reach,
    dsc: Reach,
    agent: Reach,
    manager: Reach,
    administrator: Reach,
    *,
    taken_from: frozenset[TeamKind] = frozenset(),
    kept_for: TeamKind | None = None,
    lockable: bool = False,
) -> Right:
    return Right(
        community=community,
        dsc=dsc,
        agent=agent,
        manager=manager,
        administrator=administrator,
        taken_from=taken_from,
        kept_for=kept_for,
        lockable=lockable,
    )


_LEVEL_ONE = frozenset({TeamKind.LEVEL_ONE})
_no, _open, _own, _yes = Reach.NONE, Reach.OWN_ACCOUNT_OPEN, Reach.OWN_ACCOUNT, Reach.ALL
_spare, _limit = Reach.WITHOUT_DSC, Reach.TO_LIMIT

RIGHTS: dict[Act, Right] = {
    #                               community, DSC, agent, manager, administrator
    Act.READ_CASE: _row(_open, _own, _yes, _yes, _yes),
    Act.READ_INTERNAL: _row(_no, _no, _yes, _yes, _yes),
    Act.COMMENT: _row(_open, _own, _yes, _yes, _yes),  # of either audience: the next two say which
    Act.COMMENT_PUBLIC: _row(_open, _own, _yes, _yes, _yes, lockable=True),
    Act.COMMENT_INTERNAL: _row(_no, _no, _yes, _yes, _yes),
    Act.SORT_MAIL: _row(_no, _no, _yes, _yes, _yes),  # e-mail that no machine can put into a case
    Act.OPEN_CASE: _row(_no, _own, _yes, _yes, _yes),
    Act.EDIT_CASE: _row(_no, _own, _yes, _yes, _yes),  # the fields: domain/cases.py, EDITABLE_BY_DSC
    Act.ASSIGN: _row(_no, _no, _yes, _yes, _yes),  # level one hands over to others, but never takes or works
    Act.TAKE: _row(_no, _no, _yes, _yes, _yes, taken_from=_LEVEL_ONE),
    Act.SET_STATUS: _row(_no, _no, _yes, _yes, _yes, taken_from=_LEVEL_ONE),
    Act.SET_NO_RESPONSE: _row(_no, _no, _yes, _yes, _yes, kept_for=TeamKind.INTEGRATIONS),
    Act.CLOSE: _row(_no, _own, _yes, _yes, _yes),  # which cases: domain/cases.py, check_may_close
    Act.REOPEN: _row(_no, _own, _yes, _yes, _yes),
    Act.ESCALATE: _row(_no, _own, _yes, _yes, _yes),
    Act.TELL_ME_THEN: _row(_no, _own, _yes, _yes, _yes),
    Act.ASK_TO_EXPEDITE: _row(_no, _own, _yes, _yes, _yes),
    Act.REQUEST_CALL_BACK: _row(_no, _own, _yes, _yes, _yes),
    Act.FINISH_CALL_BACK: _row(_no, _no, _yes, _yes, _yes),
    Act.READ_ARTICLES: _row(_yes, _yes, _yes, _yes, _yes),  # those for customers
    Act.READ_ACCOUNT_ARTICLES: _row(_no, _own, _yes, _yes, _yes),
    Act.READ_STAFF_ARTICLES: _row(_no, _no, _yes, _yes, _yes),
    Act.WRITE_ARTICLES: _row(_no, _no, _yes, _yes, _yes),  # those for staff and those for customers
    Act.WRITE_ACCOUNT_ARTICLES: _row(_no, _own, _yes, _yes, _yes),
    Act.LINK_ARTICLE: _row(_no, _own, _yes, _yes, _yes),  # to a case; who sees it there is up to the article
    Act.REQUEST_ACCESS: _row(_own, _own, _yes, _yes, _yes),  # whoever is locked out may say so
    Act.FINISH_ACCESS_REQUEST: _row(_no, _own, _spare, _yes, _yes),  # lockout, password, user name
    Act.TAKE_CALL: _row(_no, _no, _yes, _yes, _yes),
    Act.FIND_ACCOUNT: _row(_no, _no, _yes, _yes, _yes),
    Act.SEND_CANNED: _row(_no, _no, _yes, _yes, _yes),
    Act.SEND_FORM: _row(_no, _no, _yes, _yes, _yes),  # the link with which a customer opens a case themselves
    Act.HAND_OVER_CALL: _row(_no, _no, _yes, _yes, _yes),
    Act.ASK_TO_OVERRULE: _row(_no, _no, _yes, _yes, _yes),
    Act.OVERRULE: _row(_no, _no, _no, _yes, _yes),
    Act.READ_CUSTOMERS: _row(_no, _no, _yes, _yes, _yes),
    Act.READ_ORDERS: _row(_no, _no, _yes, _yes, _yes),
    Act.REHEARSE_ORDER_ACT: _row(_no, _no, _yes, _yes, _yes),
    Act.RECORD_CALLER: _row(_no, _no, _yes, _yes, _yes),  # the one customer record that level one makes
    Act.EDIT_CUSTOMERS: _row(_no, _no, _yes, _yes, _yes, taken_from=_LEVEL_ONE),
    Act.ASSIST_CUSTOMER: _row(_no, _no, _yes, _yes, _yes, taken_from=_LEVEL_ONE),
    Act.CANCEL_ITEMS: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.RETURN_ITEMS: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.RECEIVE_GOODS: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.PLACE_CART: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.DECIDE_FRAUD: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.DECIDE_REVIEW: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.REFUND: _row(_no, _no, _limit, _limit, _yes, taken_from=_LEVEL_ONE),
    Act.APPROVE: _row(_no, _no, _no, _yes, _yes),  # never one's own request
    Act.REVERSE_REVIEW: _row(_no, _no, _no, _yes, _yes),
    Act.REPORT_PERSONAL_DATA: _row(_no, _no, _yes, _yes, _yes, taken_from=_LEVEL_ONE),
    Act.ERASE_CUSTOMER: _row(_no, _no, _no, _no, _yes),  # it cannot be taken back
    Act.EXPORT_CASES: _row(_no, _own, _no, _yes, _yes),  # a DSC: the public parts
    Act.EXPORT_REVIEWS: _row(_no, _no, _no, _yes, _yes),
    Act.EXPORT_CREDIT_MEMOS: _row(_no, _no, _no, _yes, _yes),
    Act.SAVE_QUERY: _row(_yes, _yes, _yes, _yes, _yes),  # for oneself; what it finds is what one may read
    Act.SHARE_QUERY: _row(_no, _no, _yes, _yes, _yes),
    Act.SUBSCRIBE_TO_REPORT: _row(_no, _no, _yes, _yes, _yes),  # one's own part of it
    Act.SET_UP_REPORT: _row(_no, _no, _no, _yes, _yes),
    Act.REVIEW_CASES: _row(_no, _no, _yes, _yes, _yes),  # T9: one's own, and whose deputy one is
    Act.VIEW_AS: _row(_no, _no, _no, _yes, _yes),  # read only, and logged
    Act.SET_UP_CALENDAR: _row(_no, _no, _no, _yes, _yes),
    Act.SET_UP_ROSTER: _row(_no, _no, _no, _yes, _yes),
    Act.EDIT_CANNED: _row(_no, _no, _no, _yes, _yes),
    Act.EDIT_PLAYBOOK: _row(_no, _no, _no, _yes, _yes),
    Act.EDIT_ASSOCIATION_RULES: _row(_no, _no, _no, _yes, _yes),
    Act.CONFIRM_PERSON: _row(_no, _no, _no, _yes, _yes),  # somebody whom an account's contacts name by e-mail
    # Accounts, people, roles, teams, policy, limits, adapters, imports and health.
    Act.SET_UP_DESK: _row(_no, _no, _no, _no, _yes),
    Act.MIND_HEALTH: _row(_no, _no, _no, _no, _yes),
}


def obstacle(act: Act, person: Person) -> Refusal | None:
    """Why `person` may not do `act` anywhere, or None; `domain.cases` and the SQL limit it to accounts.

    The facts name the rule (`act`), what took the right away (`team`) and who could do it (`who`).
    """
    if person.role is None:
        return Refusal(Reason.NOT_SET_UP)
    right = RIGHTS[act]
    if right.reach(person.role) is Reach.NONE:
        return Refusal(Reason.NOT_YOUR_ROLE, {"act": act.value, "who": ",".join(right.roles())})
    if not right.depends_on_teams:
        return None
    kinds = {team.kind for team in person.teams}
    if kinds and kinds <= right.taken_from:
        return Refusal(Reason.TAKEN_FROM_YOUR_TEAM, _of_team(act, right, person))
    if right.lockable and _locked(person):
        return Refusal(Reason.PUBLIC_COMMENTS_LOCKED, _of_team(act, right, person))
    if right.kept_for is not None and right.kept_for not in kinds:
        return Refusal(Reason.NOT_YOUR_TEAM, {"act": act.value, "who": right.kept_for.value})
    return None


def _of_team(act: Act, right: Right, person: Person) -> dict[str, str]:
    """The facts where a team has lost a right."""
    team = ", ".join(team.name for team in person.teams)
    return {"act": act.value, "team": team, "who": ",".join(right.roles())}


def require(act: Act, person: Person) -> None:
    """Raise the `Refusal` that keeps `person` from `act`, if there is one."""
    refusal = obstacle(act, person)
    if refusal is not None:
        raise refusal


def allowed(act: Act, person: Person) -> bool:
    """Whether nothing keeps `person` from `act` somewhere."""
    return obstacle(act, person) is None


def _locked(person: Person) -> bool:
    """Whether every team of somebody of staff locks public comments: a denial holds when all have it."""
    return (
        person.is_staff and bool(person.teams) and all(team.public_comments_locked for team in person.teams)
    )
