"""Every caution and every refused approval has its sentence, short and with its figures."""

from __future__ import annotations

import pytest

from bot.blocks.words_orders import CAUTIONS, NO_APPROVALS, caution_said
from bot.domain.commerce.cautions import Beware, Caution
from bot.domain.commerce.limits import NoApproval


@pytest.mark.parametrize("what", list(Beware))
@pytest.mark.parametrize("units", [1, 2])
def test_every_caution_is_said_in_a_sentence_of_under_25_words(what: Beware, units: int) -> None:
    said = caution_said(Caution(what=what, amount=123_456, units=units, line_no=3), "USD")
    assert "{" not in said
    assert said.endswith(".")
    assert len(said.split()) < 25
    assert ("{amount}" in CAUTIONS[what]) is ("USD 1,234.56" in said)


@pytest.mark.parametrize("why", list(NoApproval))
def test_every_refused_approval_is_said_and_says_what_to_do(why: NoApproval) -> None:
    assert len(NO_APPROVALS[why].split()) < 25
    assert NO_APPROVALS[why].count(".") >= 2


@pytest.mark.parametrize(
    ("caution", "said"),
    [
        (
            Caution(what=Beware.ALLOCATED, units=1, line_no=2),
            "Line 2: 1 unit is allocated and cannot be cancelled until released.",
        ),
        (Caution(what=Beware.SEVERAL_PAYMENTS, units=3), "It goes back by 3 payments."),
        (Caution(what=Beware.DELIVERY_GOES, amount=500), "JPY 500 of delivery charge comes off too."),
    ],
)
def test_figures_stand_in_their_sentences(caution: Caution, said: str) -> None:
    assert caution_said(caution, "JPY") == said
