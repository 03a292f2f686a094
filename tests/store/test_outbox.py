"""The outbox: order within a conversation, collapsing, retries and leases, all in real time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select, update

from bot.domain.commands import Audience
from bot.domain.ids import CaseId, PersonId, WorkspaceId
from bot.domain.people import Role
from bot.store import outbox
from bot.store.outbox import Announcement, Kind, OutboxRow, State
from bot.store.schema import IS_DEAD, IS_WAITING
from bot.store.schema import outbox as rows
from bot.store.work import Work
from tests.factories import NOON, WORKSPACE, add_account, add_case, add_person, stamp
from tests.store.conftest import Table

R = TypeVar("R")
CARDS, NOTICES = "support-cases", "U0LINDA"
SECOND = timedelta(seconds=1)


class Post:
    """The outbox of one desk, with a real clock in hand."""

    def __init__(self, table: Table, workspace_id: WorkspaceId = WORKSPACE) -> None:
        self.table = table
        self.workspace_id = workspace_id
        self.now = NOON

    def do(self, unit: Callable[[Work], R]) -> R:
        return self.table.write(unit, stamp(real_now=self.now, workspace_id=self.workspace_id))

    def announce(self, *announcements: Announcement) -> None:
        self.do(lambda work: outbox.announce(work, *announcements))

    def claim(self, conversation: str = CARDS) -> OutboxRow | None:
        return self.do(lambda work: outbox.claim_head(work, conversation))

    def must_claim(self, conversation: str = CARDS) -> OutboxRow:
        row = self.claim(conversation)
        assert row is not None
        return row

    def sent(self, row: OutboxRow) -> None:
        self.do(lambda work: outbox.sent(work, row))

    def retry(self, row: OutboxRow, at: datetime, *, maybe_sent: bool) -> None:
        self.do(lambda work: outbox.retry(work, row, "no answer", at, maybe_sent=maybe_sent))

    def bury(self, row: OutboxRow, error: str) -> None:
        self.do(lambda work: outbox.bury(work, row, error))

    def ready(self, owner: str = "one") -> list[str]:
        return self.table.look(lambda c: outbox.ready_conversations(c, self.workspace_id, self.now, owner))

    def next_attempt(self) -> datetime | None:
        return self.table.look(lambda c: outbox.next_attempt(c, self.workspace_id, self.now))

    def waiting(self) -> int:
        return self.table.look(lambda c: outbox.count_waiting(c, self.workspace_id))

    def states(self) -> list[str]:
        return self.table.look(lambda c: list(c.execute(select(rows.c.state).order_by(rows.c.id)).scalars()))

    def lease(self, owner: str, seconds: float = 30) -> int | None:
        until = self.now + timedelta(seconds=seconds)
        return self.do(lambda work: outbox.lease(work, CARDS, owner, until))

    def holds(self, owner: str, fence: int) -> bool:
        return self.do(lambda work: outbox.holds(work, CARDS, owner, fence))


@pytest.fixture
def post(table: Table) -> Post:
    post = Post(table)
    post.do(_two_cases)
    return post


def _two_cases(work: Work) -> None:
    ana, account = add_person(work, "Ana", Role.AGENT), add_account(work, "Cloud Nine")
    assert [add_case(work, ana, account).id for _ in range(2)] == [1, 2]


def card(case_id: int = 1, conversation: str = CARDS) -> Announcement:
    return Announcement(kind=Kind.CARD, conversation=conversation, case_id=CaseId(case_id))


def notice(case_id: int = 1) -> Announcement:
    return Announcement(
        kind=Kind.NOTICE, conversation=NOTICES, case_id=CaseId(case_id), audience=Audience.PUBLIC
    )


def comment(case_id: int = 1) -> Announcement:
    return Announcement(kind=Kind.THREAD_COMMENT, conversation=CARDS, case_id=CaseId(case_id))


def test_what_was_announced_goes_out_in_its_order_within_each_conversation(post: Post) -> None:
    post.announce(card(1), notice(1), comment(1), card(2))
    post.announce(notice(2))
    told = []
    while (row := post.claim()) is not None:
        told.append((row.kind, row.case_id))
        post.sent(row)
    assert told == [(Kind.CARD, 1), (Kind.THREAD_COMMENT, 1), (Kind.CARD, 2)]
    first = post.must_claim(NOTICES)
    assert (first.case_id, first.audience, first.workspace_id) == (1, Audience.PUBLIC, WORKSPACE)
    post.sent(first)
    assert post.must_claim(NOTICES).case_id == 2


def test_nothing_to_announce_is_no_statement() -> None:
    outbox.announce(Work(connection=None, stamp=stamp()))  # type: ignore[arg-type] # it is never used


def test_a_row_that_is_being_sent_was_perhaps_sent_and_keeps_the_token_to_look_for(post: Post) -> None:
    post.announce(card(1))
    first = post.must_claim()
    assert (first.maybe_sent, first.attempts) == (False, 1)
    again = post.must_claim()  # the bot died in between
    assert (again.maybe_sent, again.attempts, again.token) == (True, 2, first.token)


def test_no_two_rows_share_a_token(post: Post) -> None:
    post.announce(*(notice() for _ in range(20)))
    tokens = post.table.look(lambda c: set(c.execute(select(rows.c.token)).scalars()))
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {32}


def test_several_updates_of_one_card_go_out_as_one_and_other_rows_stay(post: Post) -> None:
    post.announce(card(1), comment(1), card(2), card(1), card(1, conversation="C0OTHER"), notice(1), card(1))
    assert post.must_claim().kind is Kind.CARD
    assert post.states() == ["sending", "pending", "pending", "collapsed", "pending", "pending", "collapsed"]


def test_a_home_is_published_once_for_all_that_changed_and_apart_from_the_notices(post: Post) -> None:
    home, again = (
        Announcement(kind=Kind.HOME, conversation=NOTICES, person_id=PersonId(1)) for _ in range(2)
    )
    profile = Announcement(kind=Kind.PROFILE, conversation=NOTICES, person_id=PersonId(1))
    post.announce(profile, home, notice(1), again)
    assert post.ready() == [f"home:{NOTICES}", NOTICES]
    learnt = post.must_claim(f"home:{NOTICES}")
    assert learnt.kind is Kind.PROFILE, "a Home shows the name that it brings"
    post.sent(learnt)
    assert post.must_claim(f"home:{NOTICES}").kind is Kind.HOME
    assert post.states() == ["sent", "sending", "pending", "collapsed"]


def test_comments_and_notices_never_collapse(post: Post) -> None:
    post.announce(comment(1), comment(1), notice(1), notice(1))
    post.claim(CARDS)
    post.claim(NOTICES)
    assert State.COLLAPSED not in post.states()


def test_an_update_after_one_that_is_under_way_is_sent_by_itself(post: Post) -> None:
    post.announce(card(1))
    first = post.must_claim()
    post.announce(card(1))
    post.sent(first)
    assert post.must_claim().id == first.id + 1


def test_a_row_that_must_wait_holds_up_its_conversation_and_no_other(post: Post) -> None:
    post.announce(card(1), comment(1), notice(1))
    post.retry(post.must_claim(), NOON + 5 * SECOND, maybe_sent=False)
    assert post.claim() is None
    assert post.ready() == [NOTICES]
    post.sent(post.must_claim(NOTICES))
    assert post.next_attempt() == NOON + 5 * SECOND, "when to look again"
    post.now = NOON + 5 * SECOND - timedelta(microseconds=1)
    assert post.claim() is None
    assert post.ready() == []
    post.now = NOON + 5 * SECOND
    assert post.ready() == [CARDS]
    assert post.must_claim().kind is Kind.CARD


@pytest.mark.parametrize("maybe_sent", [True, False])
def test_a_row_that_is_tried_again_remembers_whether_it_may_have_reached_slack(
    post: Post, maybe_sent: bool
) -> None:
    post.announce(card(1))
    post.retry(post.must_claim(), NOON, maybe_sent=maybe_sent)
    row = post.must_claim()
    assert (row.maybe_sent, row.attempts) == (maybe_sent, 2)


def test_a_row_that_is_given_up_stays_for_the_record_and_blocks_nobody(post: Post) -> None:
    post.announce(card(1), comment(1))
    post.bury(post.must_claim(), "channel_not_found")
    assert post.must_claim().kind is Kind.THREAD_COMMENT
    assert post.states() == ["dead", "sending"]
    error = post.table.look(lambda c: c.execute(select(rows.c.error).order_by(rows.c.id)).scalars().first())
    assert error == "channel_not_found"


def test_the_longest_waiting_conversation_comes_first(post: Post) -> None:
    post.announce(notice(1), card(1), notice(2))
    assert post.ready() == [NOTICES, CARDS]
    post.sent(post.must_claim(NOTICES))
    assert post.ready() == [CARDS, NOTICES]


def test_what_waits_is_counted_until_it_is_settled(post: Post) -> None:
    assert (post.waiting(), post.next_attempt(), post.ready()) == (0, None, [])
    post.announce(card(1), card(1), comment(1))
    assert post.waiting() == 3
    row = post.must_claim()
    assert post.waiting() == 2, "one was collapsed, one is on its way and counts"
    post.sent(row)
    post.bury(post.must_claim(), "gone")
    assert (post.waiting(), post.next_attempt()) == (0, None)


def test_two_desks_in_one_database_have_two_outboxes(post: Post) -> None:
    other = Post(post.table, WorkspaceId("T0OTHER"))
    other.announce(Announcement(kind=Kind.NOTICE, conversation=CARDS))
    assert (post.ready(), post.waiting(), post.claim(), post.next_attempt()) == ([], 0, None, None)
    assert (other.lease("theirs"), post.lease("ours")) == (1, 1)
    assert (other.ready("theirs"), other.waiting()) == ([CARDS], 1)


def test_a_conversation_is_leased_by_one_bot_at_a_time_until_it_expires(post: Post) -> None:
    assert post.lease("one") == 1
    assert post.lease("two") is None
    post.now += 30 * SECOND - timedelta(microseconds=1)
    assert post.lease("two") is None
    post.now = NOON + 30 * SECOND
    assert post.lease("two") == 2
    assert post.lease("one") is None


def test_a_conversation_that_another_bot_serves_is_left_to_it_until_its_lease_expires(post: Post) -> None:
    post.announce(card(1), notice(1))
    post.lease("one", seconds=30)
    assert post.ready("one") == [CARDS, NOTICES]
    assert post.ready("two") == [NOTICES]
    post.now += 30 * SECOND
    assert post.ready("two") == [CARDS, NOTICES]


def test_each_lease_has_a_higher_number_also_for_the_one_who_has_it(post: Post) -> None:
    assert [post.lease("one"), post.lease("one")] == [1, 2]
    post.do(lambda work: outbox.release(work, CARDS, "one"))
    assert post.lease("two") == 3


def test_a_slow_bot_that_lost_its_lease_learns_so_and_writes_nothing(post: Post) -> None:
    fence = post.lease("slow", seconds=1)
    assert fence == 1
    assert post.holds("slow", fence)
    post.now += 2 * SECOND
    faster = post.lease("fast")
    assert faster == 2
    assert not post.holds("slow", fence)
    assert not post.holds("slow", faster)
    assert post.holds("fast", faster)


def test_a_lease_is_kept_for_longer_by_who_holds_it_and_by_nobody_else(post: Post) -> None:
    fence = post.lease("slow", seconds=10)
    assert fence == 1
    for owner, number, seconds in (("slow", fence, 30), ("slow", 7, 90), ("other", fence, 90)):
        until = post.now + seconds * SECOND
        post.do(lambda work, o=owner, n=number, u=until: outbox.prolong(work, CARDS, o, n, u))
    post.now += 29 * SECOND
    assert post.lease("fast") is None
    assert post.holds("slow", fence)
    post.now += 2 * SECOND
    assert post.lease("fast") == 2


def test_only_the_holder_gives_a_lease_back(post: Post) -> None:
    post.lease("one")
    post.do(lambda work: outbox.release(work, CARDS, "two"))
    assert post.lease("two") is None
    post.do(lambda work: outbox.release(work, CARDS, "one"))
    assert post.lease("two") == 2


def test_waiting_means_the_same_to_the_index_and_to_the_code() -> None:
    waiting = {State.PENDING, State.SENDING}
    spelt = ", ".join(f"'{state}'" for state in sorted(waiting))
    assert str(IS_WAITING.compile()) == f"outbox.state IN ({spelt})"
    ended = {State.SENT, State.COLLAPSED, State.DROPPED, State.DEAD, State.DISCARDED}
    assert set(State) - waiting == ended
    assert str(IS_DEAD.compile()) == f"outbox.state = '{State.DEAD}'"


def test_looking_for_work_reads_what_waits_and_not_years_of_what_was_sent(post: Post) -> None:
    post.announce(*(card(1 + number % 2) for number in range(40)), *(notice() for _ in range(10)))
    post.do(lambda work: work.connection.execute(update(rows).where(rows.c.id < 45).values(state="sent")))
    queries = (
        lambda c: outbox.ready_conversations(c, WORKSPACE, NOON, "one"),
        lambda c: outbox.next_attempt(c, WORKSPACE, NOON),
        lambda c: outbox.count_waiting(c, WORKSPACE),
    )
    for query in queries:
        for plan in post.table.plans(query):
            assert "ix_outbox_waiting" in plan, plan
            reads_all = [line for line in plan.splitlines() if line.strip() == "SCAN outbox"]
            assert not reads_all, plan
