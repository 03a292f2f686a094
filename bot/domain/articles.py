"""The knowledge base: what an article is, who reads and writes it, and how its words are compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.cases import Case
from bot.domain.ids import AccountId, ArticleId, CaseId
from bot.domain.people import Account, Person, PersonRef
from bot.domain.permissions import RIGHTS, Act, Reach, allowed, require
from bot.domain.refusals import Reason, Refusal


class Readers(StrEnum):
    """Whom an article is for (domain.md 2, row "read and search the knowledge base")."""

    CUSTOMERS = "customers"  # everybody who has a role
    STAFF = "staff"
    ACCOUNT = "account"  # one account's support contacts, and staff: their own troubleshooting checklists


READING: dict[Readers, Act] = {
    Readers.CUSTOMERS: Act.READ_ARTICLES,
    Readers.STAFF: Act.READ_STAFF_ARTICLES,
    Readers.ACCOUNT: Act.READ_ACCOUNT_ARTICLES,
}
WRITING: dict[Readers, Act] = {
    Readers.CUSTOMERS: Act.WRITE_ARTICLES,
    Readers.STAFF: Act.WRITE_ARTICLES,
    Readers.ACCOUNT: Act.WRITE_ACCOUNT_ARTICLES,
}


@dataclass(frozen=True, kw_only=True)
class Article:
    """One version of an article; `body` is Markdown. `author` wrote the first version, `editor` this one.

    `account_id` is whose it is where it is for one account. A retired one is read by those who may write it.
    """

    id: ArticleId
    number: int
    version: int
    title: str
    body: str
    readers: Readers
    author: PersonRef
    editor: PersonRef
    created_at: datetime
    updated_at: datetime
    account_id: AccountId | None = None
    account_name: str = ""
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class ArticleRow:
    """One line of a list of articles."""

    id: ArticleId
    number: int
    title: str
    readers: Readers
    account_name: str
    retired: bool
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class ArticleList:
    """A page of what a search has found, best first; without words the newest articles come first."""

    rows: tuple[ArticleRow, ...]
    total: int
    start: int
    words: str
    may_write: bool = False

    @property
    def earlier(self) -> int | None:
        return max(self.start - FOUND, 0) if self.start else None

    @property
    def later(self) -> int | None:
        after = self.start + len(self.rows)
        return after if after < self.total else None


FOUND = 8
"""Articles on a page of a list."""

SUGGESTED = 3
"""Articles that are suggested to somebody who is about to open a case (product.md A7)."""


@dataclass(frozen=True, kw_only=True)
class ArticlePage:
    """An article as one person sees it: in this version, which may be an older one."""

    article: Article
    viewer: Person
    newest: int
    may_write: bool = False


@dataclass(frozen=True, kw_only=True)
class ArticleForm:
    """What the form of an article is drawn from: the readers and accounts that this person may choose."""

    person: Person
    choices: tuple[Readers, ...]
    accounts: tuple[Account, ...]
    article: Article | None = None


@dataclass(frozen=True, kw_only=True)
class LinkForm:
    """What the form is drawn from that links articles to a case: those that are, and those that may suit."""

    case: Case
    linked: tuple[ArticleRow, ...]
    found: tuple[ArticleRow, ...]
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class AddArticle:
    """Write an article."""

    title: str
    body: str
    readers: Readers
    account_id: AccountId | None = None


@dataclass(frozen=True, kw_only=True)
class EditArticle(AddArticle):
    """Write its next version; `version` is the one that the writer was looking at."""

    article_id: ArticleId
    version: int
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class LinkArticles:
    """Tie articles to a case and untie others; all that is said of the others stays as it is."""

    case_id: CaseId
    link: tuple[ArticleId, ...] = ()
    unlink: tuple[ArticleId, ...] = ()


def choices(person: Person) -> tuple[Readers, ...]:
    """The readers that `person` may write for."""
    return tuple(one for one in Readers if allowed(WRITING[one], person))


def check_may_write(person: Person, readers: Readers, account_id: AccountId | None) -> None:
    """Raise the Refusal that keeps `person` from writing for these readers."""
    act = WRITING[readers]
    require(act, person)
    if readers is Readers.ACCOUNT and account_id is None:
        raise Refusal(Reason.NO_SUCH_CHOICE, {"field": "account"})
    own = RIGHTS[act].reach(person.role) is Reach.OWN_ACCOUNT
    if own and (account_id is None or account_id != person.account_id):
        raise Refusal(Reason.WRONG_ACCOUNT)


def may_write(person: Person, readers: Readers, account_id: AccountId | None) -> bool:
    """Whether nothing keeps `person` from it."""
    try:
        check_may_write(person, readers, account_id)
    except Refusal:
        return False
    return True


def may_read(article: Article, person: Person) -> bool:
    """Whether `person` may read it (the SQL of every read says the same)."""
    if article.retired:
        return may_write(person, article.readers, article.account_id)
    act = READING[article.readers]
    if not allowed(act, person):
        return False
    own = RIGHTS[act].reach(person.role) is Reach.OWN_ACCOUNT
    return not own or (person.account_id is not None and person.account_id == article.account_id)


# --- words --------------------------------------------------------------------------------------------------

MOST_WORDS = 8
"""More words than these narrow nothing down, and each is a condition of its own."""

_NO_WORD = re.compile(r"[^\w]+|_+")


def normalised(text: str) -> str:
    """The words of a text as they are compared: without case, accents and marks, one space around each."""
    if text.isascii():  # most of what is typed has nothing to take off
        return f" {' '.join(_NO_WORD.sub(' ', text.lower()).split())} "
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return f" {' '.join(_NO_WORD.sub(' ', bare.casefold()).split())} "


_COMMON = normalised(
    """
    a an and are as at be but by can cannot could do does for from get gets had has have how i if in is it
    its me my no not of on or our out so that the their then there they this to up us was we what when where
    which who why will with you your
    """
)
"""Words that say nothing about a case."""


def words_of(text: str) -> tuple[str, ...]:
    """What somebody looks for, word by word, each once; a plural finds its singular too."""
    return tuple(dict.fromkeys(_singular(word) for word in normalised(text).split()))[:MOST_WORDS]


def telling_words(text: str) -> tuple[str, ...]:
    """The words of a title that say what it is about."""
    found = (word for word in normalised(text).split() if len(word) > 2 and f" {word} " not in _COMMON)
    return tuple(dict.fromkeys(_singular(word) for word in found))[:MOST_WORDS]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
