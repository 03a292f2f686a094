"""The second step of a public comment: its final text, all who will read it, and the way to take it back."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.blocks.names import ROLE_NAMES, listed
from bot.dialogs import forms
from bot.dialogs.forms import Fields
from bot.domain.audiences import Held, PublicAct, Shown
from bot.domain.cases import Case
from bot.domain.ids import HeldId, shown
from bot.domain.people import Person
from bot.domain.policy import Choice

CALLBACK_ID = "case.public"
SENT = "case.public.sent"
BACK = "case.public.back"
TAKE_BACK = "case.public.take_back"

_TITLES = {
    PublicAct.COMMENT: "Public comment",
    PublicAct.CLOSE: "Close case",
    PublicAct.REOPEN: "Reopen case",
    PublicAct.EDIT: "Edit your comment",
}
_SENDS = {
    PublicAct.COMMENT: "Send",
    PublicAct.CLOSE: "Close and send",
    PublicAct.REOPEN: "Reopen and send",
    PublicAct.EDIT: "Save",
}
NO_EMAIL_YET = "E-mail is not set up on this desk yet: the tick is kept, and nothing is mailed."


def view(what: Shown, *, email_ready: bool, banner: str | None = None) -> View:
    """The text as it will stand and the names of everyone who will read it; nothing is sent before *Send*."""
    held, case = what.held, what.case
    blocks: list[sb.Block] = [
        *forms.banner(banner),
        kit.small("about", kit.plain(f"Case {shown(case.number)} · {texts.inline(case.title)}")),
        kit.marked_section("text.head", "*Customers will read this:*"),
        *kit.typed("text", held.text, quote=True),
        *_files(held),
        kit.divider("line"),
        kit.marked_section("readers.head", f"*Who will read it* ({len(what.readers)} outside of support)"),
        *names(what.readers, case),
        *_contact(held, case, email_ready=email_ready),
        kit.buttons("acts", kit.button("Back to writing", BACK, str(held.id), label="Back to writing it")),
    ]
    return kit.modal(
        _TITLES[held.act],
        blocks,
        callback_id=CALLBACK_ID,
        submit=_SENDS[held.act],
        close="Cancel",
        metadata=json.dumps({"case": case.id, "version": held.case_version, "held": held.id}),
    )


def _files(held: Held) -> list[sb.Block]:
    """What goes out with it, by name."""
    if not held.files:
        return []
    told = [texts.inline(one.name, 80) or "a file without a name" for one in held.files]
    return [kit.small("files", kit.plain(f"With {listed(told)}"))]


FILES_AGAIN = "Slack keeps no files in a window that is drawn again: add them once more."


def names(readers: tuple[Person, ...], case: Case) -> list[sb.Block]:
    """Everybody who will read it, by name."""
    people = [f"{texts.inline(one.name, 60)} ({ROLE_NAMES[one.role].lower()})" for one in readers if one.role]
    account = texts.inline(case.account_name, 60)
    told = listed(people) if people else "nobody yet, for it has no people here"
    sentence = f"Of {account}: {told}. And all support staff."
    return kit.typed("readers", sentence)


def _contact(held: Held, case: Case, *, email_ready: bool) -> list[sb.Block]:
    email = case.contact.email
    if not email or held.act is PublicAct.EDIT:  # what was mailed is mailed
        return []
    who = f"{texts.inline(case.contact.name, 30)} " if case.contact.name else ""
    choice = Choice(value="yes", label="The case's contact", meaning=texts.first(f"{who}{email}", 75))
    ticked = ["yes"] if held.to_contact else []
    hint = "" if email_ready else NO_EMAIL_YET
    return [inputs.boxes("contact", "Send it by e-mail too", [choice], initial=ticked, hint=hint)]


def read(fields: Fields, metadata: str) -> tuple[HeldId, bool]:
    """Which text is sent, and whether the contact gets it by e-mail."""
    return held_in(metadata), "yes" in (fields.get("contact") or ())


def held_in(metadata: str) -> HeldId:
    """Raises ValueError when the window is about no held text."""
    found = json.loads(metadata).get("held")
    if not isinstance(found, int):
        raise ValueError("private_metadata names no text")
    return HeldId(found)


def sent(held: Held, case: Case) -> View:
    """What its author sees after *Send*: until when it can be taken back."""
    number = shown(case.number)
    done = {
        PublicAct.COMMENT: "",
        PublicAct.CLOSE: f"Case {number} is closed. ",
        PublicAct.REOPEN: f"Case {number} is reopened. ",
        PublicAct.EDIT: "",  # never held: it is saved at once
    }[held.act]
    return kit.modal(
        _TITLES[held.act],
        [
            kit.marked_section(
                "sent", f"{done}Your comment goes out {_until(held)}. Nobody has been told yet."
            ),
            *kit.typed("text", held.text, quote=True),
            kit.buttons("acts", take_back_button(held)),
        ],
        callback_id=SENT,
        metadata=json.dumps({"case": case.id, "version": case.version, "held": held.id}),
    )


def on_their_way(held: tuple[Held, ...]) -> list[sb.Block]:
    """On the case's page, for their author: what can still be taken back."""
    blocks: list[sb.Block] = []
    for one in held:
        blocks += [
            kit.marked_section(
                f"held.{one.id}", f"*Your public comment goes out {_until(one)}.*", take_back_button(one)
            ),
            *kit.typed(f"held.{one.id}.text", one.text, quote=True),
        ]
    return blocks


def take_back_button(held: Held) -> sb.Button:
    return kit.button(
        "Take it back", TAKE_BACK, str(held.id), style="danger", label="Take the public comment back"
    )


def _until(held: Held) -> str:
    if held.goes_at is None:
        return "in a moment"
    plain = texts.spoken(held.goes_at, "UTC")
    return f"at <!date^{int(held.goes_at.timestamp())}^{{time_secs}}|{plain}>"


def typed_again(held: Held, *, public: bool = True) -> Fields:
    """What its form held, for drawing it again."""
    audience = "public" if public else "internal"
    match held.act:
        case PublicAct.CLOSE:
            return {"note": held.text, "resolution": held.resolution, "audience": audience}
        case PublicAct.REOPEN:
            return {"reason": held.text, "audience": audience}
        case _:
            ticks = tuple(one.value for one in held.outcomes)
            return {"text": held.text, "audience": audience, "outcomes": ticks}
