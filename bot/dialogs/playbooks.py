"""The windows of `/desk playbooks`: revisions, the files as text, an upload, and what prompts name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from zoneinfo import available_timezones

import slackblocks as sb

from bot.blocks import inputs, kit, words
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms, set_up
from bot.dialogs.forms import FieldErrors, Fields
from bot.domain.commerce.flow_pages import FlowRevision
from bot.domain.ids import is_channel_id
from bot.domain.mail import address_of
from bot.domain.phone_calls import PAGES, PhoneSettings, PlaybookPage, PlaybookRevision
from bot.domain.playbook.changes import Change
from bot.domain.playbook.faults import Fault
from bot.domain.playbook.reading import FILES
from bot.domain.policy import Choice
from bot.domain.refusals import Fact, Reason, Refusal

EDIT, UPLOAD, SETTINGS, BACK = "playbook.edit", "playbook.upload", "playbook.settings", "playbook.back"
DRAW = "playbook.draw"
NEWER = "newer"
CHECK, PUBLISH = "check", "publish"
LONGEST_PART = 2800
"""Characters of one field: Slack takes 3,000, and some room is to write in."""

MOST_PARTS = 20
MOST_FAULTS = 8
MOST_CHANGES = 12

FLOWS = ("cancel.toml", "return.toml")
"""Files of flows, which `dialogs.flows` has the windows of."""

Said = Sequence[sb.Block]
"""What the check found, on top of a window."""

NAMES = {
    "phone.toml": "Phone script",
    "triage.toml": "Triage of new cases",
    "verdict.toml": "Verdict",
    "association.toml": "Orders in cases",
    "messages.toml": "Messages",
}

LABELS = {
    "zone": "The store's time zone: days of orders, hosting and messages are counted in it",
    "desk": "The desk's name, as it is said on the phone and stands below e-mails",
    "support_admin": "E-mail address for compliments and complaints",
    "return_address": "Where customers send goods back to, as it stands on a parcel",
    "sales_address": "E-mail address of sales",
    "sales_channel": "Channel of sales",
    "key_page": "Page where licence keys are asked for",
    "hosting_page": "Page where hosting tickets are opened",
    "developer_page": "Page with guides for developers and partners",
    "help_page": "Page with documentation and answers",
    "bug_page": "Page where bugs are reported",
    "priority_page": "Page with the priority plans and their prices",
    "upgrade_page": "Page about coming up to a supported version",
    "case_link": "Page where customers open a case",
}


def view(page: PlaybookPage, said: str | None = None, flows: Sequence[sb.Block] = ()) -> View:
    """Revisions, newest first, and the ways to change them; `said` is raw text, `flows` their rows."""
    newest = page.revisions[0].number
    edits = [
        kit.section(
            f"file.{name}",
            f"{NAMES[name]} · {name}",
            kit.button(f"Edit {NAMES[name]}", EDIT, f"{name}.{newest}", label=f"Edit the file {name}"),
        )
        for name in FILES
    ]
    rows: list[sb.Block] = [
        *forms.banner(said),
        kit.small("rule", "New calls go by the newest revision; a call keeps the one that it began with."),
        *edits,
        kit.buttons(
            "more",
            kit.button("Upload files...", UPLOAD, f"{newest}"),
            kit.button("Names and pages...", SETTINGS, f"{page.settings.version}"),
            kit.button("Draw", DRAW, f"{newest}", label="Draw the playbook as pictures"),
        ),
        kit.divider("line"),
        *flows,
    ]
    for one in page.revisions:
        rows.append(_revision(one, newest))
    if page.total > len(page.revisions):
        rows.append(kit.small("older", f"{page.total - len(page.revisions)} older revisions are kept."))
    return kit.modal("Playbooks", rows, callback_id="desk.playbooks")


def _revision(one: PlaybookRevision, newest: int) -> sb.Block:
    by = f"by {texts.marked(one.by, 60)}" if one.by else "it came with Caseline"
    back = f", as revision {one.goes_back_to} was" if one.goes_back_to else ""
    counts = " · *counts now*" if one.number == newest else ""
    told = f"Revision {one.number} · {texts.date(one.at)} · {by}{back}{counts}"
    if one.number == newest:
        return kit.marked_section(f"revision.{one.number}", told)
    button = kit.button(
        "Go back to it", BACK, f"{one.number}.{newest}", label=f"Let revision {one.number} count again"
    )
    return kit.marked_section(f"revision.{one.number}", told, button)


def editor(
    page: PlaybookPage,
    name: str,
    typed: Fields | None = None,
    said: Said = (),
    wish: str = CHECK,
) -> View:
    """One file as text, in parts that Slack takes; `said` is what the check found of it."""
    text = page.texts[name] if typed is None else text_in(typed)
    options = [
        Choice(value=CHECK, label="Check it, and say what would be different"),
        Choice(value=PUBLISH, label="Publish it: new calls go by it"),
    ]
    fields = [
        inputs.text(
            f"part.{number}",
            f"{NAMES[name]}, part {number + 1}",
            initial=part,
            multiline=True,
            optional=True,
        )
        for number, part in enumerate(parts_of(text))
    ]
    return kit.modal(
        NAMES[name],
        [*said, inputs.radio("wish", "What to do", options, initial=wish), *fields],
        callback_id=EDIT,
        submit="Go",
        close="Cancel",
        metadata=json.dumps({"file": name, "base": page.revisions[0].number}),
    )


def parts_of(text: str) -> list[str]:
    """A file in parts of at most LONGEST_PART, broken before a table where it can be."""
    if len(text) <= LONGEST_PART:
        return [text.rstrip("\n")]
    parts, part = list[str](), list[str]()
    size = 0
    for line in text.rstrip("\n").split("\n"):
        full = size + len(line) + 1 > LONGEST_PART
        if part and (full or (line.startswith("[") and size > LONGEST_PART // 2)):
            parts.append("\n".join(part))
            part, size = [], 0
        part.append(line)
        size += len(line) + 1
    return [*parts, "\n".join(part)][:MOST_PARTS]


def text_in(fields: Fields) -> str:
    """The parts of the form as one text again."""
    held = [fields.get(f"part.{number}") for number in range(MOST_PARTS)]
    return "\n".join(one for one in held if isinstance(one, str)) + "\n"


def wish_in(fields: Fields) -> str:
    return PUBLISH if fields.get("wish") == PUBLISH else CHECK


def reference(metadata: str) -> tuple[str, int]:
    """The file and the revision that a window was drawn from. Raises ValueError."""
    held = set_up.held(metadata)
    name, base = held.get("file", ""), held.get("base")
    if not isinstance(base, int) or (name and name not in (*FILES, *FLOWS)):
        raise ValueError("private_metadata holds no file of a playbook")
    return str(name), base


def bases(metadata: str) -> dict[str, int]:
    """The revisions that an upload was opened on, by the names of all files. Raises ValueError."""
    _, base = reference(metadata)
    held = set_up.held(metadata).get("flows")
    if not isinstance(held, dict) or not all(isinstance(held.get(name), int) for name in FLOWS):
        raise ValueError("private_metadata holds no revisions of flows")
    return {**dict.fromkeys(FILES, base), **{name: held[name] for name in FLOWS}}


def newer(newest: PlaybookRevision | FlowRevision | None, base: int) -> list[sb.Block]:
    """That somebody published another revision than the one that was opened; nothing where nobody did."""
    if newest is None or newest.number == base:
        return []
    facts: dict[str, Fact] = {"name": newest.by or "Caseline", "value": str(newest.number)}
    said = words.mrkdwn(Refusal(Reason.PUBLISHED_MEANWHILE, facts))
    return [kit.marked_section(NEWER, f":warning: {said}")]


def faults(found: Sequence[Fault]) -> Said:
    """What is wrong, to the letter, so that it can be looked for; the last good revision goes on."""
    head = ":warning: *Nothing is published: this would not work.* The last good revision goes on counting."
    return [kit.marked_section(forms.BANNER, head), _lines("faults", found, MOST_FAULTS, 350)]


def differences(found: Sequence[Change]) -> Said:
    """What would be different."""
    if not found:
        said = "Nothing is wrong with it, and nothing would be different."
        return [kit.section(forms.BANNER, said)]
    head = "*Nothing is wrong with it.* It would change this:"
    return [kit.marked_section(forms.BANNER, head), _lines("changes", found, MOST_CHANGES, 200)]


def _lines(block_id: str, found: Sequence[object], most: int, length: int) -> sb.Block:
    told = [f"• {texts.inline(str(one), length)}" for one in found[:most]]
    if len(found) > most:
        told.append(f"… and {len(found) - most} more.")
    return kit.rich(block_id, [[one] for one in told])


def upload(page: PlaybookPage, flows: Mapping[str, int], said: Said = ()) -> View:
    """Files of a playbook to upload, under their names; those left out stay as they are.

    `flows` are the revisions that the flows have now, by their files.
    """
    options = [
        Choice(value=CHECK, label="Check them, and say what would be different"),
        Choice(value=PUBLISH, label="Publish them: new calls go by them"),
    ]
    return kit.modal(
        "Upload files",
        [
            *said,
            inputs.files("files", "Files", most=len(FILES), hint=f"Some of {', '.join(FILES)}."),
            inputs.radio("wish", "What to do", options, initial=CHECK),
        ],
        callback_id=UPLOAD,
        submit="Go",
        close="Cancel",
        metadata=json.dumps({"file": "", "base": page.revisions[0].number, "flows": dict(flows)}),
    )


def settings_form(page: PlaybookPage, typed: Fields | None = None, banner: str | None = None) -> View:
    """What prompts and messages name of the desk; a message without its value is not sent."""
    now = page.settings
    rows: list[sb.Block] = [
        *forms.banner(banner),
        kit.small("rule", "A message that names one of these is not sent while it is empty."),
    ]
    for name, label in LABELS.items():
        held = str(getattr(now, name))
        if name == "sales_channel":
            rows.append(inputs.channel(name, label, initial=held or None, optional=True))
        else:
            rows.append(
                inputs.text(
                    name,
                    label,
                    initial=forms.kept(typed, name, held),
                    limit=200,
                    multiline=name == "return_address",
                    optional=name != "zone",
                )
            )
    return kit.modal(
        "Names and pages",
        rows,
        callback_id=SETTINGS,
        submit="Save",
        close="Cancel",
        metadata=json.dumps({"version": now.version}),
    )


def read_settings(fields: Fields, metadata: str) -> PhoneSettings | FieldErrors:
    """The settings, or a sentence for each field that cannot be taken."""
    held = {name: forms.text_in(fields, name) for name in LABELS}
    held["sales_channel"] = forms.choice_in(fields, "sales_channel") or ""
    errors = _faults(held)
    if errors:
        return FieldErrors(errors=errors)
    version = set_up.number_in(metadata, "version") or 0
    return PhoneSettings(**held, version=version)


def _faults(held: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if held["zone"] not in available_timezones():
        errors["zone"] = "This is no time zone. Write one like Europe/Lisbon."
    for name in ("support_admin", "sales_address"):
        if held[name] and address_of(held[name]) is None:
            errors[name] = "This is no e-mail address. Write one like desk@example.com."
    for name in PAGES:
        if held[name] and not held[name].startswith(("https://", "http://")):
            errors[name] = "This is no address of a page. Begin it with https://."
    if held["sales_channel"] and not is_channel_id(held["sales_channel"]):
        errors["sales_channel"] = "This is no channel. Choose one."
    return errors
