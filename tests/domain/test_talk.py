"""What is known of a message: whatever the order, the repetition and the delay, it comes out alike."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.talk import Said, Wording, instant, joined
from tests.factories import NOON

wordings = st.builds(
    Wording, at=st.integers(0, 5).map(lambda s: NOON + timedelta(seconds=s)), text=st.sampled_from("abc")
)
pieces = st.builds(
    Said,
    wordings=st.lists(wordings, max_size=2).map(tuple),
    deleted_at=st.none() | st.integers(6, 9).map(lambda s: NOON + timedelta(seconds=s)),
)
NOTHING = Said(wordings=())


def told(parts: list[Said]) -> Said:
    return reduce(joined, parts, NOTHING)


@given(st.lists(pieces, max_size=6).flatmap(lambda parts: st.tuples(st.just(parts), st.permutations(parts))))
def test_the_order_in_which_it_is_told_makes_no_difference(orders: tuple[list[Said], list[Said]]) -> None:
    assert told(orders[0]) == told(orders[1])


@given(st.lists(pieces, max_size=5))
def test_what_is_told_again_makes_no_difference(parts: list[Said]) -> None:
    assert told(parts) == told([*parts, *parts]) == told([one for one in parts for _ in range(2)])


@given(st.lists(pieces, max_size=6))
def test_of_a_deleted_message_no_word_is_left(parts: list[Said]) -> None:
    known = told(parts)
    if any(one.deleted_at for one in parts):
        assert known.deleted_at == min(one.deleted_at for one in parts if one.deleted_at)
        assert known.text == ""
        assert all(one.text == "" for one in known.wordings)
    else:
        assert known.deleted_at is None


def test_the_newest_wording_is_what_it_says() -> None:
    first, second = Wording(at=NOON, text="one"), Wording(at=NOON + timedelta(seconds=2), text="two")
    known = joined(Said(wordings=(second,)), Said(wordings=(first,)))
    assert (known.text, known.version, known.edited_at) == ("two", 2, second.at)
    assert Said(wordings=(first,)).edited_at is None


@pytest.mark.parametrize(
    ("ts", "micros"), [("1700000000.000001", 1), ("1700000000.123456", 123456), ("1700000000.5", 500000)]
)
def test_a_time_stamp_is_read_to_the_microsecond(ts: str, micros: int) -> None:
    assert instant(ts).microsecond == micros
    assert int(instant(ts).timestamp()) == 1700000000
