"""The modal in which an author edits a comment; `handlers.comments` shows it and reads it."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks.case_card import readers_of
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.cases import Case, Comment
from bot.domain.commands import EditComment
from bot.domain.ids import CommentId, shown
from bot.domain.refusals import Reason, Refusal

CALLBACK_ID = "comment.edit"


def view(comment: Comment, case: Case, typed: Fields | None = None, banner: str | None = None) -> View:
    """The form; drawn again for a stale edit it keeps what was typed and shows what the comment says now."""
    if forms.units(comment.text) > forms.LONGEST_TEXT:  # it came by e-mail
        return kit.modal("Edit your comment", [kit.section("long", _TOO_LONG)], callback_id=CALLBACK_ID)
    now: list[sb.Block] = []
    if banner:
        now = [kit.marked_section("now.head", "*It says now:*"), *kit.typed("now", comment.text, quote=True)]
    readers = readers_of(comment.audience, case)
    return kit.modal(
        "Edit your comment",
        [
            *forms.banner(banner),
            *now,
            kit.small("about", kit.plain(f"Case {shown(case.number)} · {case.title}")),
            inputs.text(
                "text",
                "Comment",
                initial=forms.kept(typed, "text", comment.text),
                limit=forms.LONGEST_TEXT,
                multiline=True,
                hint="What it said before is kept with its time.",
            ),
            kit.small("readers", kit.plain(readers[0].upper() + readers[1:])),
        ],
        callback_id=CALLBACK_ID,
        submit="Save",
        close="Cancel",
        metadata=json.dumps({"comment": comment.id, "version": comment.version, "case": case.id}),
    )


_TOO_LONG = (
    "This comment is longer than a field in Slack can hold, and would be saved cut. It stays as it is: write "
    "another comment that says what is right."
)


def read(fields: Fields, metadata: str) -> EditComment | FieldErrors:
    """The command, or a sentence at the empty text."""
    text = forms.text_in(fields, "text")
    if not text:
        return FieldErrors(errors={"text": words.plain(Refusal(Reason.EMPTY_TEXT), "UTC")})
    match json.loads(metadata):
        case {"comment": int(comment_id), "version": int(version)}:
            return EditComment(comment_id=CommentId(comment_id), version=version, text=text)
    raise ValueError("private_metadata names no comment")
