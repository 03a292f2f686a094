"""Who may do what: the table of rights (domain.md 2) written out a second time, and compared cell by cell."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from bot.domain import cases
from bot.domain.ids import AccountId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role, Team, TeamKind
from bot.domain.permissions import RIGHTS, Act, Reach, allowed, obstacle
from bot.domain.refusals import Reason, Refusal
from tests.factories import BILLING, CLOUD_NINE, HARBOUR, INTEGRATIONS, LEVEL_TWO, TEAMS, case, person

ROLES = (Role.COMMUNITY, Role.DSC, Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR)
EVERYWHERE, OWN, OWN_OPEN, NEVER = "everywhere", "own account", "own account, open", "never"
NO_DSC, LIMIT = "where no support contact can", "up to a limit"
REACHES = {
    Reach.ALL: EVERYWHERE,
    Reach.OWN_ACCOUNT: OWN,
    Reach.OWN_ACCOUNT_OPEN: OWN_OPEN,
    Reach.NONE: NEVER,
    Reach.WITHOUT_DSC: NO_DSC,
    Reach.TO_LIMIT: LIMIT,
}

EVERYBODY = (EVERYWHERE,) * 5
STAFF = (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE)
STAFF_AND_DSC = (NEVER, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE)
STAFF_AND_CUSTOMERS = (OWN_OPEN, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE)
LEADERS = (NEVER, NEVER, NEVER, EVERYWHERE, EVERYWHERE)
MONEY = (NEVER, NEVER, LIMIT, LIMIT, EVERYWHERE)

# The right given by role ...
GIVEN: dict[Act, tuple[str, str, str, str, str]] = {
    Act.READ_CASE: STAFF_AND_CUSTOMERS,
    Act.READ_INTERNAL: STAFF,
    Act.COMMENT: STAFF_AND_CUSTOMERS,
    Act.COMMENT_PUBLIC: STAFF_AND_CUSTOMERS,
    Act.COMMENT_INTERNAL: STAFF,
    Act.OPEN_CASE: STAFF_AND_DSC,
    Act.EDIT_CASE: STAFF_AND_DSC,
    Act.ASSIGN: STAFF,
    Act.TAKE: STAFF,
    Act.SET_STATUS: STAFF,
    Act.SET_NO_RESPONSE: STAFF,
    Act.CLOSE: STAFF_AND_DSC,
    Act.REOPEN: STAFF_AND_DSC,
    Act.ESCALATE: STAFF_AND_DSC,
    Act.TELL_ME_THEN: STAFF_AND_DSC,
    Act.ASK_TO_EXPEDITE: STAFF_AND_DSC,
    Act.REQUEST_CALL_BACK: STAFF_AND_DSC,
    Act.FINISH_CALL_BACK: STAFF,
    Act.READ_ARTICLES: EVERYBODY,
    Act.READ_ACCOUNT_ARTICLES: STAFF_AND_DSC,
    Act.READ_STAFF_ARTICLES: STAFF,
    Act.WRITE_ARTICLES: STAFF,
    Act.WRITE_ACCOUNT_ARTICLES: STAFF_AND_DSC,
    Act.LINK_ARTICLE: STAFF_AND_DSC,
    Act.REQUEST_ACCESS: (OWN, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.FINISH_ACCESS_REQUEST: (NEVER, OWN, NO_DSC, EVERYWHERE, EVERYWHERE),
    Act.TAKE_CALL: STAFF,
    Act.FIND_ACCOUNT: STAFF,
    Act.SEND_CANNED: STAFF,
    Act.SEND_FORM: STAFF,
    Act.HAND_OVER_CALL: STAFF,
    Act.ASK_TO_OVERRULE: STAFF,
    Act.OVERRULE: LEADERS,
    Act.READ_CUSTOMERS: STAFF,
    Act.READ_ORDERS: STAFF,
    Act.REHEARSE_ORDER_ACT: STAFF,
    Act.RECORD_CALLER: STAFF,
    Act.EDIT_CUSTOMERS: STAFF,
    Act.ASSIST_CUSTOMER: STAFF,
    Act.CANCEL_ITEMS: MONEY,
    Act.RETURN_ITEMS: MONEY,
    Act.RECEIVE_GOODS: MONEY,
    Act.PLACE_CART: MONEY,
    Act.DECIDE_FRAUD: MONEY,
    Act.DECIDE_REVIEW: MONEY,
    Act.REFUND: MONEY,
    Act.APPROVE: LEADERS,
    Act.REVERSE_REVIEW: LEADERS,
    Act.REPORT_PERSONAL_DATA: STAFF,
    Act.ERASE_CUSTOMER: (NEVER, NEVER, NEVER, NEVER, EVERYWHERE),
    Act.EXPORT_CASES: (NEVER, OWN, NEVER, EVERYWHERE, EVERYWHERE),
    Act.EXPORT_REVIEWS: LEADERS,
    Act.EXPORT_CREDIT_MEMOS: LEADERS,
    Act.SAVE_QUERY: EVERYBODY,
    Act.SHARE_QUERY: STAFF,
    Act.SUBSCRIBE_TO_REPORT: STAFF,
    Act.SET_UP_REPORT: LEADERS,
    Act.REVIEW_CASES: STAFF,
    Act.VIEW_AS: LEADERS,
    Act.SET_UP_CALENDAR: LEADERS,
    Act.SET_UP_ROSTER: LEADERS,
    Act.EDIT_CANNED: LEADERS,
    Act.EDIT_PLAYBOOK: LEADERS,
    Act.EDIT_ASSOCIATION_RULES: LEADERS,
    Act.CONFIRM_PERSON: LEADERS,
    Act.SET_UP_DESK: (NEVER, NEVER, NEVER, NEVER, EVERYWHERE),
    Act.SORT_MAIL: (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.MIND_HEALTH: (NEVER, NEVER, NEVER, NEVER, EVERYWHERE),
}
# ... and taken away by team.
NOT_FOR_LEVEL_ONE = {
    Act.TAKE,
    Act.SET_STATUS,
    Act.EDIT_CUSTOMERS,
    Act.ASSIST_CUSTOMER,
    Act.CANCEL_ITEMS,
    Act.RETURN_ITEMS,
    Act.RECEIVE_GOODS,
    Act.PLACE_CART,
    Act.DECIDE_FRAUD,
    Act.DECIDE_REVIEW,
    Act.REFUND,
    Act.REPORT_PERSONAL_DATA,
}
ONLY_FOR_INTEGRATIONS = {Act.SET_NO_RESPONSE}
LOCKED_BY_TEAMS = {Act.COMMENT_PUBLIC}

OF_CASES = (
    Act.READ_CASE,
    Act.COMMENT,
    Act.COMMENT_INTERNAL,
    Act.OPEN_CASE,
    Act.EDIT_CASE,
    Act.ASSIGN,
    Act.TAKE,
    Act.SET_STATUS,
    Act.SET_NO_RESPONSE,
    Act.CLOSE,
    Act.REOPEN,
    Act.ESCALATE,
    Act.TELL_ME_THEN,
    Act.ASK_TO_EXPEDITE,
    Act.REQUEST_CALL_BACK,
    Act.FINISH_CALL_BACK,
)
"""The acts that are done to one case."""

KINDS = tuple(TeamKind)
MEMBERSHIPS = tuple(chain.from_iterable(combinations(KINDS, size) for size in range(3)))


def reason_against(act: Act, role: Role, kinds: tuple[TeamKind, ...]) -> Reason | None:
    """Why not, by the two tables above; None for "may"."""
    if GIVEN[act][ROLES.index(role)] == NEVER:
        return Reason.NOT_YOUR_ROLE
    if act in NOT_FOR_LEVEL_ONE and kinds == (TeamKind.LEVEL_ONE,):
        return Reason.TAKEN_FROM_YOUR_TEAM
    if act in LOCKED_BY_TEAMS and role.is_staff and kinds == (TeamKind.INTEGRATIONS,):
        return Reason.PUBLIC_COMMENTS_LOCKED
    if act in ONLY_FOR_INTEGRATIONS and TeamKind.INTEGRATIONS not in kinds:
        return Reason.NOT_YOUR_TEAM
    return None


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", Act)
def test_a_right_is_given_by_role_and_taken_away_by_team(act: Act, role: Role) -> None:
    for kinds in MEMBERSHIPS:
        someone = person("Ana", role, *(TEAMS[kind] for kind in kinds), account=CLOUD_NINE)
        refusal = obstacle(act, someone)
        assert (refusal.reason if refusal else None) is reason_against(act, role, kinds), kinds


def test_the_tables_have_a_row_for_every_act_and_say_the_same_of_each() -> None:
    assert set(GIVEN) == set(RIGHTS) == set(Act)
    for act, right in RIGHTS.items():
        assert tuple(REACHES[right.reach(role)] for role in ROLES) == GIVEN[act], act


@pytest.mark.parametrize("act", Act)
def test_somebody_without_a_role_may_do_nothing(act: Act) -> None:
    refusal = obstacle(act, person("Zed", None, LEVEL_TWO))
    assert refusal is not None
    assert refusal.reason is Reason.NOT_SET_UP


@pytest.mark.parametrize("act", OF_CASES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("account", "status"),
    [
        (CLOUD_NINE, Status.WORKING),
        (CLOUD_NINE, Status.CLOSED),
        (HARBOUR, Status.WORKING),
        (HARBOUR, Status.CLOSED),
        (None, Status.WORKING),
    ],
)
def test_the_customer_side_reaches_its_own_account_and_does_not_learn_of_others(
    act: Act, role: Role, account: AccountId | None, status: Status
) -> None:
    """The case is Cloud Nine's. What lies beyond one's reach answers as if it did not exist."""
    teams = (INTEGRATIONS,) if role.is_staff else ()
    someone = person("Ana", role, *teams, account=None if role.is_staff else account)
    reach = GIVEN[act][ROLES.index(role)]
    own, still_open = account == CLOUD_NINE, status is not Status.CLOSED
    wanted = {
        EVERYWHERE: None,
        OWN: None if own else Reason.NO_SUCH_CASE,
        OWN_OPEN: None if own and still_open else Reason.NO_SUCH_CASE,
        NEVER: Reason.NOT_YOUR_ROLE,
    }[reach]
    the_case = case(person("Ben", Role.AGENT), status=status)
    assert _reason(act, the_case, someone) is wanted
    if act is Act.READ_CASE:
        assert cases.may_read(the_case, someone) == (wanted is None)


def _reason(act: Act, the_case: cases.Case, someone: Person) -> Reason | None:
    try:
        cases.check(act, the_case, someone)
    except Refusal as refusal:
        return refusal.reason
    return None


def test_a_case_whose_reader_has_no_account_stays_unread_by_the_customer_side() -> None:
    for role in (Role.COMMUNITY, Role.DSC, None):
        assert not cases.may_read(case(person("Ben", Role.AGENT)), person("Zed", role))


@pytest.mark.parametrize(
    ("role", "teams", "locked"),
    [
        (Role.AGENT, (), False),
        (Role.AGENT, (INTEGRATIONS,), True),
        (Role.MANAGER, (INTEGRATIONS,), True),
        (Role.ADMINISTRATOR, (INTEGRATIONS,), True),
        (Role.AGENT, (INTEGRATIONS, LEVEL_TWO), False),  # a denial holds when every team has it
        (Role.AGENT, (LEVEL_TWO, BILLING), False),
        (Role.DSC, (INTEGRATIONS,), False),  # the lock binds staff, never the customer side
    ],
)
def test_public_comments_are_locked_for_staff_all_of_whose_teams_lock_them(
    role: Role, teams: tuple[Team, ...], locked: bool
) -> None:
    someone = person("Ines", role, *teams, account=CLOUD_NINE)
    refusal = obstacle(Act.COMMENT_PUBLIC, someone)
    assert (refusal is not None and refusal.reason is Reason.PUBLIC_COMMENTS_LOCKED) is locked
    assert allowed(Act.COMMENT, someone)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", ROLES)
def test_every_refusal_names_the_rule_and_who_could_do_it(act: Act, role: Role) -> None:
    for kinds in MEMBERSHIPS:
        refusal = obstacle(act, person("Ana", role, *(TEAMS[kind] for kind in kinds), account=CLOUD_NINE))
        if refusal is None:
            continue
        assert refusal.facts["act"] == act.value
        who = set(str(refusal.facts["who"]).split(","))
        if refusal.reason is Reason.NOT_YOUR_TEAM:
            assert who == {TeamKind.INTEGRATIONS.value}
            continue
        could = {one.value for one in ROLES if GIVEN[act][ROLES.index(one)] != NEVER}
        assert who == could != set()
        assert (role.value in who) == ("team" in refusal.facts), "then it is the team that stands in the way"


def test_a_refusal_says_who_could_do_it_and_which_team_stands_in_the_way() -> None:
    by_role = obstacle(Act.CLOSE, person("Tess", Role.COMMUNITY, account=CLOUD_NINE))
    by_team = obstacle(Act.TAKE, person("Chloe", Role.AGENT, TEAMS[TeamKind.LEVEL_ONE]))
    kept = obstacle(Act.SET_NO_RESPONSE, person("Ana", Role.AGENT, LEVEL_TWO))
    assert by_role is not None
    assert by_team is not None
    assert kept is not None
    assert by_role.facts == {"act": "close", "who": "dsc,agent,manager,administrator"}
    assert by_team.facts == {"act": "take", "team": "Level one", "who": "agent,manager,administrator"}
    assert kept.facts == {"act": "set_no_response", "who": "integrations"}
