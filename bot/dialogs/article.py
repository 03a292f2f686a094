"""The windows of an article: reading it page by page, and writing it; `handlers.articles` shows them."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, markdown
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import READERS_MEANINGS, READERS_NAMES
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held, number_in
from bot.domain.articles import (
    AddArticle,
    Article,
    ArticleForm,
    ArticlePage,
    ArticleRow,
    EditArticle,
    Readers,
)
from bot.domain.ids import AccountId, ArticleId
from bot.domain.policy import Choice

CALLBACK_ID = "kb.article"
READ, PAGE, VERSION = "kb.read", "kb.page", "kb.version"
ADD, EDIT = "kb.add", "kb.edit"

LONGEST_TITLE = 150
MOST_PARTS = 5
"""Text fields of the form: Slack takes 3,000 characters in one."""

RETIRED = "retired"


def label(article: Article | ArticleRow) -> str:
    """How an article is named where people talk of it."""
    return f"KB-{article.number}"


def readers(article: Article | ArticleRow) -> str:
    """For whom an article is, as raw text."""
    if article.readers is Readers.ACCOUNT:
        return f"For support contacts of {texts.inline(article.account_name, 60)} and staff"
    return f"For {READERS_NAMES[article.readers].lower()}"


def page(shown: ArticlePage, start: int = 0, *, editable: bool = True, banner: str | None = None) -> View:
    """One page of an article. Without `editable` no window would fit on top of this one."""
    article = shown.article
    body = markdown.pages(article.body)
    start = min(max(start, 0), len(body) - 1)
    facts = [readers(article), f"version {article.version}"]
    if article.retired:
        facts.insert(0, "Retired")
    if len(body) > 1:
        facts.append(f"page {start + 1} of {len(body)}")
    by = f"{texts.mention(article.editor.slack_user_id)} · {texts.date(article.updated_at)}"
    return kit.modal(
        label(article),
        [
            *forms.banner(banner),
            kit.header("head", article.title),
            kit.small("facts", kit.plain(" · ".join(facts)), by),
            *body[start],
            *_turning(shown, start, len(body), editable=editable),
        ],
        callback_id="kb.page",
        metadata=json.dumps({"article": article.id, "version": article.version, "edit": editable}),
    )


def _turning(shown: ArticlePage, start: int, count: int, *, editable: bool) -> list[sb.Block]:
    article, made = shown.article, []
    where = f"{article.id}.{article.version}"
    if start > 0:
        made.append(kit.button("Back", f"{PAGE}.back", f"{where}.{start - 1}", label="The page before"))
    if start + 1 < count:
        made.append(kit.button("Go on", f"{PAGE}.on", f"{where}.{start + 1}", label="The next page"))
    is_newest = article.version == shown.newest
    if shown.may_write and editable and is_newest:
        made.append(kit.button("Edit", EDIT, where, label=f"Edit {label(article)}"))
    if shown.may_write and article.version > 1:
        made.append(kit.button("Version before", f"{VERSION}.back", f"{article.id}.{article.version - 1}.0"))
    if not is_newest:
        made.append(kit.button("Newest version", f"{VERSION}.on", f"{article.id}.{shown.newest}.0"))
    return [kit.divider("line"), kit.buttons("turn", *made)] if made else []


def form(
    article_form: ArticleForm, typed: Fields | None = None, banner: str | None = None, title: str = ""
) -> View:
    """An article to write, or to edit."""
    article = article_form.article
    return kit.modal(
        f"Edit {label(article)}" if article else "Write an article",
        [
            *forms.banner(banner),
            inputs.text(
                "title",
                "Title",
                initial=forms.kept(typed, "title", article.title if article else title),
                limit=LONGEST_TITLE,
                placeholder="The question that it answers",
            ),
            *_readers(article_form, typed),
            *_text(article, typed),
            *_retiring(article, typed),
        ],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps(
            {
                "article": article.id if article else None,
                "version": article.version if article else None,
                "own": article_form.person.account_id,
            }
        ),
    )


def _readers(article_form: ArticleForm, typed: Fields | None) -> list[sb.Block]:
    article, account_ids = article_form.article, [one.id for one in article_form.accounts]
    chosen = article.readers if article else article_form.choices[0]
    if len(article_form.choices) == 1 and len(account_ids) == 1:
        name = texts.inline(article_form.accounts[0].name, 60)
        return [kit.small("readers.note", kit.plain(f"For support contacts of {name} and support staff."))]
    offered = [
        Choice(value=one.value, label=READERS_NAMES[one], meaning=READERS_MEANINGS[one])
        for one in article_form.choices
    ]
    accounts = [Choice(value=str(one.id), label=one.name) for one in article_form.accounts]
    own = str(article.account_id) if article and article.account_id else forms.NONE
    made: list[sb.Block] = [
        inputs.radio("readers", "Who reads it", offered, initial=forms.kept(typed, "readers", chosen.value))
    ]
    if accounts:
        made.append(
            inputs.select(
                "account",
                "Account",
                [Choice(value=forms.NONE, label="No account"), *accounts],
                initial=forms.kept(typed, "account", own),
                optional=True,
                hint="Only for an article of one account.",
            )
        )
    return made


def _text(article: Article | None, typed: Fields | None) -> list[sb.Block]:
    """As many fields as the text takes, and one more to go on in."""
    before = parts(article.body) if article else [""]
    count = min(max(len(before) + 1, 2), MOST_PARTS)
    made: list[sb.Block] = []
    for number in range(count):
        block_id = f"body_{number}"
        initial = before[number] if number < len(before) else ""
        made.append(
            inputs.text(
                block_id,
                "Text" if number == 0 else "Text, going on",
                initial=forms.kept(typed, block_id, initial),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                optional=number > 0,
                hint=_HOW if number == 0 else "",
            )
        )
    return made


_HOW = (
    "Markdown: # heading, - item, 1. step, - [ ] to tick, **bold**, `code`, [words](https://address). "
    "A field takes 3,000 characters; longer texts go on in the next one."
)


def _retiring(article: Article | None, typed: Fields | None) -> list[sb.Block]:
    if article is None:
        return []
    ticked = typed.get("options") if typed else None
    chosen = ticked if isinstance(ticked, tuple) else [RETIRED] if article.retired else []
    what = Choice(value=RETIRED, label="Retired: nobody is to go by it any more")
    return [
        inputs.boxes("options", "State", [what], initial=chosen, hint="Those who write it still find it.")
    ]


def parts(body: str) -> list[str]:
    """A text in pieces that fit a field each, cut between paragraphs where that can be."""
    found: list[str] = []
    rest = body.strip("\n")
    while forms.units(rest) > forms.LONGEST_TEXT:
        end = rest.rfind("\n\n", 1, forms.LONGEST_TEXT // 2 * 2)
        while end > 0 and forms.units(rest[:end]) > forms.LONGEST_TEXT:
            end = rest.rfind("\n\n", 1, end)
        cut = end if end > 0 else forms.LONGEST_TEXT // 2
        found.append(rest[:cut].rstrip("\n"))
        rest = rest[cut:].lstrip("\n")
    return [*found, rest]


def read(fields: Fields, metadata: str) -> AddArticle | EditArticle | FieldErrors:
    """The command, or a sentence for each field that cannot be taken.

    Who had no choice of readers writes for their own account; whether it is theirs is asked when it is saved.
    """
    title = forms.text_in(fields, "title")
    written = (forms.text_in(fields, f"body_{number}") for number in range(MOST_PARTS))
    body = "\n\n".join(part for part in written if part)
    wanted, account = forms.choice_in(fields, "readers"), forms.choice_in(fields, "account")
    errors = {}
    if not title:
        errors["title"] = "The title is missing. Write the question that the article answers."
    if not body:
        errors["body_0"] = "The text is missing. Write what to do."
    if "readers" in fields and wanted not in set(Readers):
        errors["readers"] = "Nobody is chosen. Choose who reads it."
    account_id = AccountId(int(account)) if account and account.isdecimal() else None
    if wanted == Readers.ACCOUNT and account_id is None and "account" in fields:
        errors["account"] = "The account is missing. Choose whose article it is."
    if errors:
        return FieldErrors(errors=errors)
    for_whom = Readers(wanted) if wanted else Readers.ACCOUNT
    own = number_in(metadata, "own")
    facts = AddArticle(
        title=title,
        body=body,
        readers=for_whom,
        account_id=(account_id or (AccountId(own) if own else None)) if for_whom is Readers.ACCOUNT else None,
    )
    article_id, version = article_in(metadata), number_in(metadata, "version")
    if article_id is None:
        return facts
    ticked = fields.get("options")
    return EditArticle(
        **vars(facts),
        article_id=article_id,
        version=version or 0,
        retired=isinstance(ticked, tuple) and RETIRED in ticked,
    )


def is_editable(metadata: str) -> bool:
    """Whether the window that is drawn again has the button to edit."""
    return held(metadata).get("edit") is True


def article_in(metadata: str) -> ArticleId | None:
    """Whose window it is; None while an article is being written first."""
    found = held(metadata).get("article")
    return ArticleId(found) if isinstance(found, int) else None
