"""Articles in the database: searched, read and written through a viewer's eyes; links from cases to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot.domain.articles import (
    FOUND,
    READING,
    SUGGESTED,
    WRITING,
    AddArticle,
    Article,
    ArticleList,
    ArticleRow,
    EditArticle,
    Readers,
    normalised,
    telling_words,
    words_of,
)
from bot.domain.ids import AccountId, ArticleId, CaseId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import RIGHTS, Act, Reach, allowed
from bot.domain.refusals import Reason, Refusal
from bot.store.at_once import insert_new, keep
from bot.store.cases import ref, visible
from bot.store.numbers import next_number
from bot.store.schema import accounts, article_versions, articles, case_articles, cases, people
from bot.store.work import Work

ARTICLE_NUMBERS = "article_number"

IN_TITLE, IN_TEXT = 3, 1
"""What a word counts where articles are put into order."""

_author = people.alias("author")
_editor = people.alias("editor")


def readable(viewer: Viewer) -> Any:
    """The articles that a viewer may read, as SQL; a retired one is for those who may write it."""
    here = articles.c.workspace_id == viewer.workspace_id
    still = articles.c.retired.is_(False) & _reached(viewer, READING, articles)
    return here & or_(still, _reached(viewer, WRITING, articles))


def _reached(viewer: Viewer, acts: dict[Readers, Act], table: Table) -> Any:
    """The rows whose readers and account an act of this viewer's goes as far as."""
    found: list[Any] = []
    for readers, act in acts.items():
        of_them = table.c.readers == readers.value
        match RIGHTS[act].reach(viewer.role) if allowed(act, viewer.person) else Reach.NONE:
            case Reach.ALL:
                found.append(of_them)
            case Reach.OWN_ACCOUNT:
                found.append(of_them & (table.c.account_id == viewer.account_id))
            case _:
                continue
    return or_(*found) if found else false()


def search(connection: Connection, viewer: Viewer, words: str, start: int = 0) -> ArticleList:
    """A page of the articles that have all of the words in them, those with them in the title first.

    Without words all of them, the newest first.
    """
    wanted = words_of(words)
    mine = and_(readable(viewer), *(_has(articles.c.words, word) for word in wanted))
    total = connection.execute(select(func.count()).select_from(articles).where(mine)).scalar_one()
    if start >= total:
        start = max(total - 1, 0) // FOUND * FOUND
    order = (articles.c.retired, _score(wanted).desc(), articles.c.updated_at.desc(), articles.c.id.desc())
    rows = connection.execute(_rows().where(mine).order_by(*order).offset(start).limit(FOUND)).all()
    return ArticleList(rows=tuple(_row(row) for row in rows), total=total, start=start, words=words)


def suggested(
    connection: Connection, viewer: Viewer, title: str, limit: int = SUGGESTED
) -> tuple[ArticleRow, ...]:
    """The articles that may be about what a case's title says, the likeliest first; none that is retired."""
    wanted = telling_words(title)
    if not wanted:
        return ()
    score = _score(wanted)
    mine = readable(viewer) & articles.c.retired.is_(False) & (score >= IN_TITLE)
    order = (score.desc(), articles.c.updated_at.desc(), articles.c.id.desc())
    rows = connection.execute(_rows().where(mine).order_by(*order).limit(limit)).all()
    return tuple(_row(row) for row in rows)


def _has(column: Any, word: str) -> Any:
    return column.contains(word, autoescape=True)


def _score(words: Sequence[str]) -> Any:
    """How well an article suits the words."""
    score: Any = literal(0)
    for word in words:
        score += case((_has(articles.c.title_words, word), IN_TITLE), else_=0)
        score += case((_has(articles.c.words, word), IN_TEXT), else_=0)
    return score


def by_number(connection: Connection, viewer: Viewer, number: int) -> Article | None:
    row = connection.execute(_whole().where(readable(viewer), articles.c.number == number)).first()
    return _article(row) if row else None


def by_id(connection: Connection, viewer: Viewer, article_id: ArticleId) -> Article | None:
    row = connection.execute(_whole().where(readable(viewer), articles.c.id == article_id)).first()
    return _article(row) if row else None


def earlier_version(
    connection: Connection, viewer: Viewer, article_id: ArticleId, version: int
) -> tuple[Article, int] | None:
    """What an article said before, and its newest version; for those who may write what it was and is."""
    then = article_versions
    row = connection.execute(
        select(
            articles.c.id,
            articles.c.number,
            articles.c.author_id,
            articles.c.created_at,
            articles.c.version.label("newest"),
            then.c.version,
            then.c.title,
            then.c.body,
            then.c.readers,
            then.c.account_id,
            then.c.editor_id,
            then.c.at.label("updated_at"),
            literal(False).label("retired"),
            *_NAMES,
        )
        .select_from(then)
        .join(articles, articles.c.id == then.c.article_id)
        .outerjoin(accounts, accounts.c.id == then.c.account_id)
        .join(_author, _author.c.id == articles.c.author_id)
        .join(_editor, _editor.c.id == then.c.editor_id)
        .where(
            articles.c.workspace_id == viewer.workspace_id,
            articles.c.id == article_id,
            then.c.version == version,
            _reached(viewer, WRITING, articles),
            _reached(viewer, WRITING, then),
        )
    ).first()
    return (_article(row), row.newest) if row else None


def linked(connection: Connection, viewer: Viewer, case_id: CaseId) -> tuple[ArticleRow, ...]:
    """The articles that are linked to a case, as far as the viewer may read both."""
    mine = visible(viewer) & readable(viewer) & (case_articles.c.case_id == case_id)
    rows = connection.execute(
        _rows()
        .join(case_articles, case_articles.c.article_id == articles.c.id)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(mine)
        .order_by(case_articles.c.linked_at, articles.c.id)
    ).all()
    return tuple(_row(row) for row in rows)


# --- writing ------------------------------------------------------------------------------------------------


def hold(work: Work, article_id: ArticleId) -> None:
    """Keep an article from others until this transaction ends. Load it after this and not before."""
    mine = (articles.c.workspace_id == work.workspace_id) & (articles.c.id == article_id)
    keep(work.connection, select(articles.c.id).where(mine))


def insert_article(work: Work, command: AddArticle, author: Person) -> tuple[ArticleId, int]:
    """Save a new article; its id and its number."""
    number = next_number(work, ARTICLE_NUMBERS)
    row = {
        "workspace_id": work.workspace_id,
        "number": number,
        "version": 1,
        "retired": False,
        "author_id": author.id,
        "editor_id": author.id,
        "created_at": work.now,
        "updated_at": work.now,
        **_columns(command),
    }
    made = work.connection.execute(insert(articles).returning(articles.c.id), row).scalar_one()
    return ArticleId(made), number


def save_article(work: Work, before: Article, command: EditArticle, editor: Person) -> None:
    """Save the next version and keep the one before. Raises ARTICLE_CHANGED when somebody was faster."""
    mine = (articles.c.id == before.id) & (articles.c.version == command.version)
    changed = update(articles).where(articles.c.workspace_id == work.workspace_id, mine)
    values = {
        "version": command.version + 1,
        "retired": command.retired,
        "editor_id": editor.id,
        "updated_at": work.now,
        **_columns(command),
    }
    if work.connection.execute(changed.values(**values)).rowcount != 1:
        raise Refusal(Reason.ARTICLE_CHANGED)
    work.connection.execute(
        insert(article_versions),
        {
            "workspace_id": work.workspace_id,
            "article_id": before.id,
            "version": before.version,
            "title": before.title,
            "body": before.body,
            "readers": before.readers.value,
            "account_id": before.account_id,
            "editor_id": before.editor.id,
            "at": before.updated_at,
        },
    )


def _columns(command: AddArticle) -> dict[str, Any]:
    title_words = normalised(command.title)
    return {
        "title": command.title,
        "body": command.body,
        "readers": command.readers.value,
        "account_id": command.account_id if command.readers is Readers.ACCOUNT else None,
        "title_words": title_words,
        "words": title_words + normalised(command.body),
    }


def link(work: Work, case_id: CaseId, article_id: ArticleId, by: Person) -> bool:
    """Tie an article to a case; False where it is tied already."""
    row = insert_new(work.connection, case_articles).values(
        workspace_id=work.workspace_id,
        case_id=case_id,
        article_id=article_id,
        linked_by_id=by.id,
        linked_at=work.now,
    )
    made: bool = work.connection.execute(row).rowcount == 1
    return made


def unlink(work: Work, case_id: CaseId, article_id: ArticleId) -> bool:
    """Untie an article from a case; False where it was not tied."""
    mine = (case_articles.c.case_id == case_id) & (case_articles.c.article_id == article_id)
    gone = case_articles.delete().where(case_articles.c.workspace_id == work.workspace_id, mine)
    return work.connection.execute(gone).rowcount == 1


# --- rows ---------------------------------------------------------------------------------------------------

_NAMES = (
    accounts.c.name.label("account_name"),
    _author.c.name.label("author_name"),
    _author.c.slack_user_id.label("author_slack"),
    _editor.c.name.label("editor_name"),
    _editor.c.slack_user_id.label("editor_slack"),
)


def _whole() -> Select[Any]:
    return (
        select(articles, *_NAMES)
        .outerjoin(accounts, accounts.c.id == articles.c.account_id)
        .join(_author, _author.c.id == articles.c.author_id)
        .join(_editor, _editor.c.id == articles.c.editor_id)
    )


def _rows() -> Select[Any]:
    return (
        select(
            articles.c.id,
            articles.c.number,
            articles.c.title,
            articles.c.readers,
            articles.c.retired,
            articles.c.updated_at,
            accounts.c.name.label("account_name"),
        )
        .select_from(articles)
        .outerjoin(accounts, accounts.c.id == articles.c.account_id)
    )


def _row(row: Row[Any]) -> ArticleRow:
    return ArticleRow(
        id=ArticleId(row.id),
        number=row.number,
        title=row.title,
        readers=Readers(row.readers),
        account_name=row.account_name or "",
        retired=row.retired,
        updated_at=row.updated_at,
    )


def _article(row: Any) -> Article:
    author = ref(row.author_id, row.author_slack, row.author_name)
    editor = ref(row.editor_id, row.editor_slack, row.editor_name)
    assert author is not None  # the joins and NOT NULL say so
    assert editor is not None
    return Article(
        id=ArticleId(row.id),
        number=row.number,
        version=row.version,
        title=row.title,
        body=row.body,
        readers=Readers(row.readers),
        account_id=AccountId(row.account_id) if row.account_id is not None else None,
        account_name=row.account_name or "",
        author=author,
        editor=editor,
        created_at=row.created_at,
        updated_at=row.updated_at,
        retired=row.retired,
    )
