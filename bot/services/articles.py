"""What the desk can do with its knowledge base: search, read and write articles, link them to cases."""

from __future__ import annotations

from bot.domain import articles as rules
from bot.domain import cases as case_rules
from bot.domain.articles import (
    AddArticle,
    Article,
    ArticleForm,
    ArticleList,
    ArticlePage,
    ArticleRow,
    EditArticle,
    LinkArticles,
    LinkForm,
    Readers,
)
from bot.domain.cases import Case, ChangeKind
from bot.domain.commands import Audience
from bot.domain.ids import AccountId, ArticleId, CallKey, CaseId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.services.announcing import record
from bot.services.desk import Desk, actor
from bot.store import articles as store
from bot.store import cases as case_store
from bot.store import people, records
from bot.store.work import Connection, Work

LINKABLE = 10
"""Boxes in one row of them: those that are linked, and those that may suit."""


async def search(desk: Desk, by: SlackUserId, words: str = "", start: int = 0) -> ArticleList:
    """A page of what the asker may read and has these words. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> ArticleList:
        require(Act.READ_ARTICLES, viewer.person)
        return _writable(store.search(connection, viewer, words, start), viewer.person)

    return await desk.read(query, by)


def _writable(found: ArticleList, person: Person) -> ArticleList:
    return ArticleList(**{**vars(found), "may_write": bool(rules.choices(person))})


async def suggested(desk: Desk, by: SlackUserId, title: str) -> ArticleList:
    """What the asker may read that may be about what a case's title says. Raises NOT_SET_UP."""

    def query(connection: Connection, viewer: Viewer) -> ArticleList:
        require(Act.READ_ARTICLES, viewer.person)
        rows = store.suggested(connection, viewer, title)
        found = ArticleList(rows=rows, total=len(rows), start=0, words=title)
        return _writable(found, viewer.person)

    return await desk.read(query, by)


async def article_numbered(desk: Desk, by: SlackUserId, number: int) -> ArticlePage:
    """Raises NO_SUCH_ARTICLE, also for one that the asker may not read."""

    def query(connection: Connection, viewer: Viewer) -> ArticlePage:
        require(Act.READ_ARTICLES, viewer.person)
        return _page(store.by_number(connection, viewer, number), viewer)

    return await desk.read(query, by)


async def article(
    desk: Desk, by: SlackUserId, article_id: ArticleId, version: int | None = None
) -> ArticlePage:
    """An article, or what it said in an earlier version. Raises NO_SUCH_ARTICLE."""

    def query(connection: Connection, viewer: Viewer) -> ArticlePage:
        require(Act.READ_ARTICLES, viewer.person)
        now = store.by_id(connection, viewer, article_id)
        found = store.earlier_version(connection, viewer, article_id, version) if version else None
        if found is None:  # also for a reader whose version has been overtaken meanwhile
            return _page(now, viewer)
        then, newest = found
        return ArticlePage(article=then, viewer=viewer.person, newest=newest, may_write=True)

    return await desk.read(query, by)


def _page(found: Article | None, viewer: Viewer) -> ArticlePage:
    if found is None:
        raise Refusal(Reason.NO_SUCH_ARTICLE)
    may = rules.may_write(viewer.person, found.readers, found.account_id)
    return ArticlePage(article=found, viewer=viewer.person, newest=found.version, may_write=may)


async def form(
    desk: Desk, by: SlackUserId, article_id: ArticleId | None = None, number: int | None = None
) -> ArticleForm:
    """An article to write, or to edit. Raises NOT_YOUR_ROLE, NO_SUCH_ARTICLE, WRONG_ACCOUNT."""

    def query(connection: Connection, viewer: Viewer) -> ArticleForm:
        person, found = viewer.person, None
        is_new = article_id is None and number is None
        # Everybody who may write at all may write for an account.
        require(Act.WRITE_ACCOUNT_ARTICLES if is_new else Act.READ_ARTICLES, person)
        if article_id is not None:
            found = store.by_id(connection, viewer, article_id)
        elif number is not None:
            found = store.by_number(connection, viewer, number)
        if found is None and not is_new:
            raise Refusal(Reason.NO_SUCH_ARTICLE)
        if found is not None:
            rules.check_may_write(person, found.readers, found.account_id)
        return ArticleForm(
            person=person,
            choices=rules.choices(person),
            accounts=people.list_accounts(connection, viewer),
            article=found,
        )

    return await desk.read(query, by)


async def add_article(desk: Desk, command: AddArticle, by: SlackUserId, key: CallKey) -> Receipt:
    """Write an article. Raises NOT_YOUR_ROLE, WRONG_ACCOUNT, EMPTY_TEXT, NO_SUCH_CHOICE."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(rules.WRITING[command.readers], person)
        _check(work, person, command)
        article_id, _ = store.insert_article(work, command, person)
        _note(work, "article_added", person, article_id, command.account_id)
        return Receipt(article_id=article_id, version=1)

    return await desk.write(unit, key)


async def edit_article(desk: Desk, command: EditArticle, by: SlackUserId, key: CallKey) -> Receipt:
    """Write an article's next version. Raises ARTICLE_CHANGED, NOTHING_CHANGED and what `add_article` does.

    Who may write it as it is and who may write it as it will be are both asked: nobody takes an article
    away from those whose it is, and nobody gives one to others.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.READ_ARTICLES, person)
        store.hold(work, command.article_id)
        before = store.by_id(work.connection, Viewer(person), command.article_id)
        if before is None:
            raise Refusal(Reason.NO_SUCH_ARTICLE)
        rules.check_may_write(person, before.readers, before.account_id)
        _check(work, person, command)
        if before.version != command.version:
            raise Refusal(Reason.ARTICLE_CHANGED)
        if _told(before) == _told(command):
            raise Refusal(Reason.NOTHING_CHANGED)
        store.save_article(work, before, command, person)
        _note(work, "article_edited", person, before.id, command.account_id)
        return Receipt(article_id=before.id, version=command.version + 1)

    return await desk.write(unit, key)


def _told(article: Article | EditArticle) -> tuple[object, ...]:
    account_id = article.account_id if article.readers is Readers.ACCOUNT else None
    return article.title, article.body, article.readers, account_id, article.retired


def _check(work: Work, person: Person, command: AddArticle) -> None:
    rules.check_may_write(person, command.readers, command.account_id)
    if not command.title.strip() or not command.body.strip():
        raise Refusal(Reason.EMPTY_TEXT)
    if command.readers is Readers.ACCOUNT:
        assert command.account_id is not None  # the check says so
        if people.find_account(work.connection, Viewer(person), command.account_id) is None:
            raise Refusal(Reason.WRONG_ACCOUNT)


def _note(work: Work, kind: str, person: Person, article_id: ArticleId, account_id: AccountId | None) -> None:
    """Who wrote when; what it said is with the article's versions and not repeated here."""
    records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes={},
        article_id=article_id,
        account_id=account_id,
    )


# --- articles of a case -------------------------------------------------------------------------------------


async def link_form(desk: Desk, by: SlackUserId, case_id: CaseId, words: str = "") -> LinkForm:
    """Articles of a case, and others: those with these words, or those that suit its title."""

    def query(connection: Connection, viewer: Viewer) -> LinkForm:
        case = _case(connection, viewer, case_id)
        linked = store.linked(connection, viewer, case_id)
        if words:
            found: tuple[ArticleRow, ...] = store.search(connection, viewer, words).rows
        else:
            found = store.suggested(connection, viewer, case.title)
        there = {one.id for one in linked}
        others = tuple(one for one in found if one.id not in there and not one.retired)
        return LinkForm(case=case, linked=linked, found=others[: LINKABLE - len(linked)], words=words)

    return await desk.read(query, by)


def _case(connection: Connection, viewer: Viewer, case_id: CaseId) -> Case:
    require(Act.LINK_ARTICLE, viewer.person)
    case = case_store.by_id(connection, viewer, case_id)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE)
    case_rules.check(Act.LINK_ARTICLE, case, viewer.person)
    return case


async def link_articles(desk: Desk, command: LinkArticles, by: SlackUserId, key: CallKey) -> Receipt:
    """Tie articles to a case and untie others. Raises NO_SUCH_CASE, NO_SUCH_ARTICLE, NOTHING_CHANGED.

    Creator and owner are told, but of an article for staff only those who may read it.
    """

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.LINK_ARTICLE, person)
        case_store.hold(work, command.case_id)
        viewer = Viewer(person)
        case = _case(work.connection, viewer, command.case_id)
        audiences: dict[ChangeKind, set[Audience]] = {}
        for article_id in command.link:
            found = _readable(work, viewer, article_id)
            if store.link(work, case.id, article_id, person):
                audiences.setdefault(ChangeKind.ARTICLE_LINKED, set()).add(_audience(found))
        for article_id in command.unlink:
            found = _readable(work, viewer, article_id)
            if store.unlink(work, case.id, article_id):
                audiences.setdefault(ChangeKind.ARTICLE_UNLINKED, set()).add(_audience(found))
        if not audiences:
            raise Refusal(Reason.NOTHING_CHANGED)
        case_store.touch(work, case)
        for kind, of_whom in audiences.items():
            widest = Audience.PUBLIC if Audience.PUBLIC in of_whom else Audience.INTERNAL
            record(work, case, kind, person, changes={}, audience=widest)
        return Receipt(case_id=case.id, number=case.number, version=case.version)

    return await desk.write(unit, key)


def _readable(work: Work, viewer: Viewer, article_id: ArticleId) -> Article:
    found = store.by_id(work.connection, viewer, article_id)
    if found is None:
        raise Refusal(Reason.NO_SUCH_ARTICLE)
    return found


def _audience(article: Article) -> Audience:
    """Who may hear that some article was linked: of one for staff, staff alone."""
    return Audience.INTERNAL if article.readers is Readers.STAFF else Audience.PUBLIC
