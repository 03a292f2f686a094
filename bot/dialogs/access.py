"""The windows of requests for access: asking, what comes of it, the list; `handlers.access` shows them."""

from __future__ import annotations

import json
import re

import slackblocks as sb

from bot.blocks import access as blocks
from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import ACCESS_MEANINGS, ACCESS_NAMES, listed
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import number_in
from bot.domain.access import AccessAsked, AccessForm, AccessKind, AccessList, AccessRow, RequestAccess
from bot.domain.ids import AccountId
from bot.domain.policy import Choice

CALLBACK_ID = "access.ask"
BACK, ON, OTHERS = "access.list.back", "access.list.on", "access.list.others"

LONGEST_NAME = 150
LONGEST_NOTE = 1000

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def view(form: AccessForm) -> View:
    """The form of a request."""
    if not form.accounts:
        return kit.modal("Ask for access", [kit.section("none", _NO_ACCOUNTS)], callback_id=CALLBACK_ID)
    only = form.accounts[0] if len(form.accounts) == 1 else None
    made: list[sb.Block] = [
        inputs.radio(
            "access_kind",
            "What is the matter?",
            [
                Choice(value=one.value, label=ACCESS_NAMES[one].capitalize(), meaning=ACCESS_MEANINGS[one])
                for one in AccessKind
            ],
        )
    ]
    if only is None:
        choices = [Choice(value=str(one.id), label=one.name) for one in form.accounts]
        made.append(inputs.select("account", "Account", choices))
    made += [
        inputs.text("who_name", "Who cannot get in: name", limit=LONGEST_NAME),
        inputs.text("who_email", "Their e-mail", limit=LONGEST_NAME, optional=True),
        inputs.text(
            "note",
            "Anything else?",
            limit=LONGEST_NOTE,
            multiline=True,
            optional=True,
            hint="Never a password: nobody here needs one.",
        ),
        kit.small("whom", kit.plain(_WHOM)),
    ]
    return kit.modal(
        "Ask for access",
        made,
        callback_id=CALLBACK_ID,
        submit="Ask",
        close="Cancel",
        metadata=json.dumps({"account": only.id if only else None}),
    )


_NO_ACCOUNTS = "There is no account to ask for yet. Ask an administrator to add the customer's account."
_WHOM = "It goes to all support contacts of the account, and to support staff where there is none."


def read(fields: Fields, metadata: str) -> RequestAccess | FieldErrors:
    """The command, or a sentence for each field that cannot be taken."""
    kind, name = forms.choice_in(fields, "access_kind"), forms.text_in(fields, "who_name")
    email = forms.text_in(fields, "who_email")
    chosen = forms.choice_in(fields, "account")
    account = int(chosen) if chosen and chosen.isdecimal() else number_in(metadata, "account")
    errors = {}
    if kind not in set(AccessKind):
        errors["access_kind"] = "Nothing is chosen. Choose what comes nearest."
    if account is None:
        errors["account"] = "The account is missing. Choose whose user it is."
    if not name:
        errors["who_name"] = "The name is missing. Write who cannot get in."
    if email and not _EMAIL.fullmatch(email):
        errors["who_email"] = "This is no e-mail address. Write it like name@example.com, or leave it empty."
    if errors or account is None:
        return FieldErrors(errors=errors)
    return RequestAccess(
        kind=AccessKind(str(kind)),
        account_id=AccountId(account),
        who_name=name,
        who_email=email,
        note=forms.text_in(fields, "note"),
    )


def done(what: AccessAsked) -> View:
    """What the form turns into once the request is recorded."""
    names = [texts.inline(one.name, 60) for one in what.asked]
    whom = listed(names) if names else "Support staff, because the account has no support contact,"
    verb = "was" if len(names) == 1 else "were"
    return kit.modal(
        "Asked",
        [
            kit.rich("what", [[kit.bold(blocks.title(what.request))]]),
            kit.section("saved", f"{whom} {verb} asked. They are reminded until one of them has done it."),
            kit.small("next", kit.plain("/case access list shows how it stands.")),
        ],
        callback_id="access.asked",
        close="Done",
    )


def listing(page: AccessList, banner: str | None = None) -> View:
    """A page of requests. `banner` is raw text."""
    body: list[sb.Block] = [*forms.banner(banner)]
    if not page.rows:
        nothing = (
            "No request is finished yet." if page.finished else "Everybody can get in: no request is open."
        )
        body.append(kit.section("none", f"{nothing} /case access makes one."))
    else:
        body.append(kit.small("count", f"{page.start + 1}-{page.start + len(page.rows)} of {page.total}"))
    for row in page.rows:
        body += _row(row)
    return kit.modal(
        "Finished requests" if page.finished else "Requests for access",
        [*body, *_turning(page)],
        callback_id="access.list",
        metadata=json.dumps({"finished": page.finished, "start": page.start}),
    )


def _row(row: AccessRow) -> list[sb.Block]:
    request = row.request
    prefix = f"request.{request.id}"
    made: list[sb.Block] = [
        kit.divider(f"{prefix}.line"),
        kit.rich(prefix, [[kit.bold(blocks.title(request))]]),
        kit.small(f"{prefix}.facts", kit.plain(blocks.facts(request)), blocks.standing(request)),
    ]
    if request.note:
        made.append(kit.small(f"{prefix}.note", kit.plain(texts.first(request.note, 300))))
    offered = blocks.acts(row)
    return [*made, kit.buttons(f"{prefix}.acts", *offered)] if offered else made


def _turning(page: AccessList) -> list[sb.Block]:
    kind = "finished" if page.finished else "open"
    made = []
    if page.earlier is not None:
        made.append(kit.button("Earlier", BACK, f"{kind}.{page.earlier}", label="Earlier in this list"))
    if page.later is not None:
        made.append(kit.button("Later", ON, f"{kind}.{page.later}", label="Later in this list"))
    other, words = ("open", "Open ones") if page.finished else ("finished", "Finished ones")
    made.append(kit.button(words, OTHERS, f"{other}.0"))
    return [kit.divider("turn.line"), kit.buttons("turn", *made)]
