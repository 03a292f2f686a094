"""The knowledge base without Slack: what is written with a change, who is refused, and two at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.articles import AddArticle, EditArticle, LinkArticles, Readers
from bot.domain.ids import ArticleId, SlackUserId
from bot.domain.refusals import Reason, Refusal
from bot.services import articles
from tests.services.conftest import Office

ANA, LINDA, VIKTOR, TESS = (SlackUserId(f"U0{name}") for name in ("ANA", "LINDA", "VIKTOR", "TESS"))


def text(**values: Any) -> AddArticle:
    given: dict[str, Any] = {"title": "Fire", "body": "Water", "readers": Readers.CUSTOMERS}
    return AddArticle(**given | values)


async def written(office: Office, by: SlackUserId = ANA, **values: Any) -> ArticleId:
    receipt = await articles.add_article(office.desk, text(**values), by, office.key())
    assert receipt.article_id is not None
    await office.news()
    return receipt.article_id


async def refusal_of(act: Any) -> Reason:
    with pytest.raises(Refusal) as refused:
        await act
    return refused.value.reason


async def test_the_history_says_who_wrote_and_never_what(office: Office) -> None:
    article_id = await written(office)
    edit = EditArticle(**vars(text(body="Sand")), article_id=article_id, version=1)
    await articles.edit_article(office.desk, edit, ANA, office.key())
    (row,), announced = await office.news()
    assert (row["kind"], row["actor"], row["article_id"], row["audience"]) == (
        "article_edited",
        "U0ANA",
        article_id,
        "internal",
    )
    assert announced == []
    assert "Sand" not in await office.words_kept_with_changes()


@pytest.mark.parametrize(
    ("by", "values", "reason"),
    [
        (TESS, {}, Reason.NOT_YOUR_ROLE),
        (LINDA, {}, Reason.NOT_YOUR_ROLE),
        (LINDA, {"readers": Readers.STAFF}, Reason.NOT_YOUR_ROLE),
        (LINDA, {"readers": Readers.ACCOUNT, "account_id": 2}, Reason.WRONG_ACCOUNT),
        (ANA, {"readers": Readers.ACCOUNT, "account_id": 99}, Reason.WRONG_ACCOUNT),
        (ANA, {"readers": Readers.ACCOUNT}, Reason.NO_SUCH_CHOICE),
        (ANA, {"title": " "}, Reason.EMPTY_TEXT),
        (ANA, {"body": "\n"}, Reason.EMPTY_TEXT),
        (SlackUserId("U0NOBODY"), {}, Reason.NOT_SET_UP),
    ],
)
async def test_who_may_not_write_it_writes_nothing(
    office: Office, by: SlackUserId, values: dict[str, Any], reason: Reason
) -> None:
    before = await office.everything()
    adding = articles.add_article(office.desk, text(**values), by, office.key())
    assert await refusal_of(adding) is reason
    assert await office.everything() == before


@pytest.mark.parametrize(
    ("by", "change", "reason"),
    [
        (VIKTOR, {}, Reason.NO_SUCH_ARTICLE),
        (LINDA, {"readers": Readers.CUSTOMERS, "account_id": None}, Reason.NOT_YOUR_ROLE),
        (LINDA, {"account_id": 2}, Reason.WRONG_ACCOUNT),
        (LINDA, {"version": 2}, Reason.ARTICLE_CHANGED),
        (LINDA, {"body": "Water"}, Reason.NOTHING_CHANGED),
        (LINDA, {"article_id": ArticleId(99)}, Reason.NO_SUCH_ARTICLE),
        (TESS, {}, Reason.NO_SUCH_ARTICLE),
    ],
)
async def test_nobody_changes_anothers_article_or_gives_their_own_away(
    office: Office, by: SlackUserId, change: dict[str, Any], reason: Reason
) -> None:
    article_id = await written(office, LINDA, readers=Readers.ACCOUNT, account_id=office.cloud)
    own: dict[str, Any] = {
        **vars(text(body="Sand", readers=Readers.ACCOUNT, account_id=office.cloud)),
        "article_id": article_id,
        "version": 1,
    }
    editing = articles.edit_article(office.desk, EditArticle(**{**own, **change}), by, office.key())
    assert await refusal_of(editing) is reason


async def test_of_two_who_edit_at_once_one_is_told_of_the_other(office: Office) -> None:
    article_id = await written(office)
    edits = [EditArticle(**vars(text(body=body)), article_id=article_id, version=1) for body in ("A", "B")]
    ends = await asyncio.gather(
        *(articles.edit_article(office.desk, edit, ANA, office.key()) for edit in edits),
        return_exceptions=True,
    )
    assert sorted(type(end).__name__ for end in ends) == ["Receipt", "Refusal"]


async def test_an_earlier_version_that_was_for_others_stays_theirs(office: Office) -> None:
    """Staff wrote for themselves first, then made it Cloud Nine's: its contacts see what is for them."""
    article_id = await written(office, readers=Readers.STAFF, body="Their password is weak")
    edit = EditArticle(
        **vars(text(readers=Readers.ACCOUNT, account_id=office.cloud)), article_id=article_id, version=1
    )
    await articles.edit_article(office.desk, edit, ANA, office.key())
    page = await articles.article(office.desk, LINDA, article_id, 1)
    assert (page.article.version, page.article.body) == (2, "Water")
    assert (await articles.article(office.desk, ANA, article_id, 1)).article.body == "Their password is weak"


async def test_linking_is_told_to_those_who_may_read_the_article(office: Office) -> None:
    case = await office.opened("U0LINDA")
    for readers, told in ((Readers.STAFF, "internal"), (Readers.CUSTOMERS, "public")):
        article_id = await written(office, readers=readers)
        command = LinkArticles(case_id=case.id, link=(article_id,))
        await articles.link_articles(office.desk, command, ANA, office.key())
        (row,), announced = await office.news()
        assert (row["kind"], row["audience"], row["changes"]) == ("article_linked", told, {})
        assert [kind for kind, *_ in announced] == ["card"] + (["notice"] if told == "public" else [])
        again = articles.link_articles(office.desk, command, ANA, office.key())
        assert await refusal_of(again) is Reason.NOTHING_CHANGED


async def test_one_links_what_one_may_read_to_what_one_may_see(office: Office) -> None:
    case = await office.opened("U0LINDA")
    for_staff = await written(office, readers=Readers.STAFF)
    for_all = await written(office)
    wanted = (
        (LINDA, for_staff, Reason.NO_SUCH_ARTICLE),
        (VIKTOR, for_all, Reason.NO_SUCH_CASE),
        (TESS, for_all, Reason.NOT_YOUR_ROLE),
    )
    for by, article_id, reason in wanted:
        command = LinkArticles(case_id=case.id, link=(article_id,))
        assert await refusal_of(articles.link_articles(office.desk, command, by, office.key())) is reason
