"""Who may do what: the table of rights (domain.md 2) written out a second time, and compared cell by cell."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from bot.domain import cases
from bot.domain.ids import AccountId
from bot.domain.lifecycle import Status
from bot.domain.people import Person, Role, Team, TeamKind
from bot.domain.permissions import RIGHTS, Act, obstacle, public_comments_locked
from bot.domain.refusals import Reason, Refusal
from tests.factories import BILLING, CLOUD_NINE, HARBOUR, INTEGRATIONS, LEVEL_TWO, TEAMS, case, person

ROLES = (Role.COMMUNITY, Role.DSC, Role.AGENT, Role.MANAGER, Role.ADMINISTRATOR)
EVERYWHERE, OWN, OWN_OPEN, NEVER = "everywhere", "own account", "own account, open", "never"

# The right given by role ...
GIVEN: dict[Act, tuple[str, str, str, str, str]] = {
    #                       community, DSC,        agent,      manager,    administrator
    Act.READ_CASE: (OWN_OPEN, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.COMMENT_PUBLIC: (OWN_OPEN, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.COMMENT_INTERNAL: (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.OPEN_CASE: (NEVER, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.EDIT_CASE: (NEVER, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.ASSIGN: (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.TAKE: (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.SET_STATUS: (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.SET_NO_RESPONSE: (NEVER, NEVER, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.CLOSE: (NEVER, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.REOPEN: (NEVER, OWN, EVERYWHERE, EVERYWHERE, EVERYWHERE),
    Act.SET_UP_DESK: (NEVER, NEVER, NEVER, NEVER, EVERYWHERE),
    Act.MIND_HEALTH: (NEVER, NEVER, NEVER, NEVER, EVERYWHERE),
}
# ... and taken away by team.
NOT_FOR_LEVEL_ONE = {Act.TAKE, Act.SET_STATUS}
ONLY_FOR_INTEGRATIONS = {Act.SET_NO_RESPONSE}

KINDS = tuple(TeamKind)
MEMBERSHIPS = tuple(chain.from_iterable(combinations(KINDS, size) for size in range(3)))


def _wanted(act: Act, role: Role, kinds: tuple[TeamKind, ...]) -> Reason | None:
    """Why not, by the two tables above; None for "may"."""
    if GIVEN[act][ROLES.index(role)] == NEVER:
        return Reason.NOT_YOUR_ROLE
    if act in NOT_FOR_LEVEL_ONE and kinds == (TeamKind.LEVEL_ONE,):
        return Reason.TAKEN_FROM_YOUR_TEAM
    if act in ONLY_FOR_INTEGRATIONS and TeamKind.INTEGRATIONS not in kinds:
        return Reason.NOT_YOUR_TEAM
    return None


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", Act)
def test_a_right_is_given_by_role_and_taken_away_by_team(act: Act, role: Role) -> None:
    for kinds in MEMBERSHIPS:
        someone = person("Ana", role, *(TEAMS[kind] for kind in kinds), account=CLOUD_NINE)
        refusal = obstacle(act, someone)
        assert (refusal.reason if refusal else None) is _wanted(act, role, kinds), kinds


def test_the_tables_have_a_row_for_every_act() -> None:
    assert set(GIVEN) == set(RIGHTS) == set(Act)


@pytest.mark.parametrize("act", Act)
def test_somebody_without_a_role_may_do_nothing(act: Act) -> None:
    refusal = obstacle(act, person("Zed", None, LEVEL_TWO))
    assert refusal is not None
    assert refusal.reason is Reason.NOT_SET_UP


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.SET_UP_DESK])
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
    assert public_comments_locked(person("Ines", role, *teams)) is locked


def test_a_refusal_says_who_could_do_it_and_which_team_stands_in_the_way() -> None:
    by_role = obstacle(Act.CLOSE, person("Tess", Role.COMMUNITY, account=CLOUD_NINE))
    by_team = obstacle(Act.TAKE, person("Chloe", Role.AGENT, TEAMS[TeamKind.LEVEL_ONE]))
    kept = obstacle(Act.SET_NO_RESPONSE, person("Ana", Role.AGENT, LEVEL_TWO))
    assert by_role is not None
    assert by_team is not None
    assert kept is not None
    assert by_role.facts == {"act": "close", "who": "dsc,agent,manager,administrator"}
    assert by_team.facts == {"act": "take", "team": "Level one"}
    assert kept.facts == {"act": "set_no_response", "who": "integrations"}
