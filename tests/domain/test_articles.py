"""The knowledge base: who reads and who writes which article, and how words are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import (
    MOST_WORDS,
    Article,
    Readers,
    check_may_write,
    choices,
    may_read,
    may_write,
    normalised,
    telling_words,
    words_of,
)
from bot.domain.ids import AccountId, ArticleId
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal
from tests.factories import CLOUD_NINE, HARBOUR, NOON, person

ANA = person("Ana", Role.AGENT)
WHO = {
    "nobody": person("Sam", None),
    "community": person("Tess", Role.COMMUNITY, account=CLOUD_NINE),
    "DSC": person("Linda", Role.DSC, account=CLOUD_NINE),
    "DSC of another account": person("Viktor", Role.DSC, account=HARBOUR),
    "DSC without account": person("Lost", Role.DSC),
    "agent": ANA,
    "manager": person("Maria", Role.MANAGER),
    "administrator": person("Omar", Role.ADMINISTRATOR),
}
STAFF = {"agent", "manager", "administrator"}
EVERYBODY = set(WHO) - {"nobody"}


def article(readers: Readers, *, retired: bool = False) -> Article:
    """One of Cloud Nine's where it is for one account."""
    return Article(
        id=ArticleId(1), number=1, version=1, title="Printers", body="Water", readers=readers,
        account_id=CLOUD_NINE if readers is Readers.ACCOUNT else None, retired=retired,
        author=ANA.ref, editor=ANA.ref, created_at=NOON, updated_at=NOON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("readers", "retired", "who"),
    [
        (Readers.CUSTOMERS, False, EVERYBODY),
        (Readers.STAFF, False, STAFF),
        (Readers.ACCOUNT, False, STAFF | {"DSC"}),
        (Readers.CUSTOMERS, True, STAFF),
        (Readers.STAFF, True, STAFF),
        (Readers.ACCOUNT, True, STAFF | {"DSC"}),
    ],
)
def test_an_article_is_read_by_those_it_is_for_and_a_retired_one_by_its_writers(
    readers: Readers, retired: bool, who: set[str]
) -> None:
    shown = article(readers, retired=retired)
    assert {name for name, someone in WHO.items() if may_read(shown, someone)} == who


@pytest.mark.parametrize(
    ("readers", "account_id", "who"),
    [
        (Readers.CUSTOMERS, None, STAFF),
        (Readers.STAFF, None, STAFF),
        (Readers.ACCOUNT, CLOUD_NINE, STAFF | {"DSC"}),
        (Readers.ACCOUNT, HARBOUR, STAFF | {"DSC of another account"}),
        (Readers.ACCOUNT, None, set()),
    ],
)
def test_staff_write_for_everybody_and_contacts_for_their_own_account(
    readers: Readers, account_id: AccountId | None, who: set[str]
) -> None:
    assert {name for name, someone in WHO.items() if may_write(someone, readers, account_id)} == who


@pytest.mark.parametrize(
    ("name", "readers", "account_id", "reason"),
    [
        ("nobody", Readers.CUSTOMERS, None, Reason.NOT_SET_UP),
        ("community", Readers.ACCOUNT, CLOUD_NINE, Reason.NOT_YOUR_ROLE),
        ("DSC", Readers.CUSTOMERS, None, Reason.NOT_YOUR_ROLE),
        ("DSC", Readers.ACCOUNT, HARBOUR, Reason.WRONG_ACCOUNT),
        ("agent", Readers.ACCOUNT, None, Reason.NO_SUCH_CHOICE),
    ],
)
def test_who_may_not_write_is_told_why(
    name: str, readers: Readers, account_id: AccountId | None, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        check_may_write(WHO[name], readers, account_id)
    assert refused.value.reason is reason


def test_the_form_offers_the_readers_that_one_may_write_for() -> None:
    assert choices(WHO["agent"]) == tuple(Readers)
    assert choices(WHO["DSC"]) == (Readers.ACCOUNT,)
    assert choices(WHO["community"]) == choices(WHO["nobody"]) == ()


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Printer on FIRE!", " printer on fire "),
        ("  Café – déjà vu_now ", " cafe deja vu now "),
        ("STRASSE Straße", " strasse strasse "),
        ("Ｆｕｌｌ ｗｉｄｔｈ", " full width "),
        ("e\u0301tat", " etat "),
        ("100%", " 100 "),
        ("...", "  "),
        ("日本語", " 日本語 "),
    ],
)
def test_words_are_compared_without_case_accents_and_marks(text: str, compared: str) -> None:
    assert normalised(text) == compared


@given(st.text("aAßéİſﬁ١ＡΣς́ -_.日𝕏", max_size=20))
def test_what_was_normalised_stays_as_it_is(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert len(words_of(text)) <= MOST_WORDS


def test_a_titles_telling_words_leave_out_the_common_ones_and_know_plurals() -> None:
    assert telling_words("How do I get the Printers out of the glass?") == ("printer", "glass")
    assert telling_words("What is it?") == ()
