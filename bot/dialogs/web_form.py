"""The form for customers without Slack, as a page, and read from what is posted; `bot/web` serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.blocks import text as texts
from bot.blocks.web_pages import esc, page
from bot.dialogs.tie_case import THING_NAMES
from bot.domain.files import MEGABYTE
from bot.domain.ids import shown
from bot.domain.policy import Choice, Policy, choice_of
from bot.domain.shop.ties import Tieable
from bot.domain.web_forms import LONGEST_DESCRIPTION, MOST_FILES, FillForm, WebForm

KIND, ABOUT, DESCRIPTION, SEVERITY, FILES = "kind", "about", "description", "severity", "files"
USUAL_SEVERITY = "3"

Typed = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What cannot be taken, a sentence for each field."""

    errors: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much room there is for files, in bytes."""

    file: int
    whole: int


def view(
    form: WebForm,
    policy: Policy,
    room: Room,
    desk: str = "",
    typed: Typed | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """The page. `typed` is kept as it was; `errors` stand on top, each a link to its field, and there."""
    held, wrong = typed or {}, errors or {}
    title = _title(form)
    parts = [
        f"<h1>{esc(title)}</h1>",
        f'<p class="who">{_who(form)}</p>',
        _summary(wrong),
        '<form method="post" enctype="multipart/form-data" accept-charset="utf-8">',
        *([] if form.adds else [_kinds(policy, held, wrong)]),
        _things(form, held, wrong),
        _description(form, held, wrong),
        *([] if form.adds else [_severities(policy, held, wrong)]),
        _files(room, wrong),
        f"<button>{'Send it' if form.adds else 'Open the case'}</button>",
        "</form>",
    ]
    shown_title = f"Error: {title}" if wrong else title
    return page(shown_title, "\n".join(part for part in parts if part), desk)


def _title(form: WebForm) -> str:
    if form.adds and form.case_number is not None:
        return f"Tell us more about case {shown(form.case_number)}"
    return "Open a support case"


def _who(form: WebForm) -> str:
    named = form.writer.name + (f", {form.writer.company}" if form.writer.company else "")
    who = f"For {esc(texts.inline(named, 150))}. We answer to {esc(form.link.address)}."
    if form.adds:
        return f"{esc(texts.inline(form.case_title, 150))}<br>{who}"
    return who


def _summary(wrong: Mapping[str, str]) -> str:
    """First on the page and in the order of focus: what is wrong, and the way to each field."""
    if not wrong:
        return ""
    first = {KIND: f"{KIND}-0", SEVERITY: f"{SEVERITY}-0"}
    lines = "\n".join(
        f'<li><a href="#{first.get(name, name)}">{esc(said)}</a></li>' for name, said in wrong.items()
    )
    head = "One thing is not right yet" if len(wrong) == 1 else f"{len(wrong)} things are not right yet"
    return (
        '<div class="errors" role="alert" tabindex="-1" autofocus aria-labelledby="errors-head">\n'
        f'<h2 id="errors-head">{head}</h2>\n<ul>\n{lines}\n</ul>\n</div>'
    )


def _at(name: str, wrong: Mapping[str, str], hint: str = "") -> tuple[str, str]:
    """What stands between label and field, and the attributes by which a screen reader says it."""
    said = f'<p class="hint" id="{name}-hint">{esc(hint)}</p>\n' if hint else ""
    ids = [f"{name}-hint"] if hint else []
    if name in wrong:
        said += f'<p class="wrong" id="{name}-wrong">{esc(wrong[name])}</p>\n'
        ids.insert(0, f"{name}-wrong")
    described = f' aria-describedby="{" ".join(ids)}"' if ids else ""
    return said, described + (' aria-invalid="true"' if name in wrong else "")


def _bad(name: str, wrong: Mapping[str, str]) -> str:
    return ' class="bad"' if name in wrong else ""


def _radios(
    name: str, legend: str, choices: tuple[Choice, ...], chosen: str, wrong: Mapping[str, str]
) -> str:
    said, described = _at(name, wrong)
    rows = []
    for place, one in enumerate(choices):
        on = " checked" if one.value == chosen else ""
        meaning = f'<span class="hint">{esc(one.meaning)}</span>' if one.meaning else ""
        rows.append(
            f'<div class="choice"><input type="radio" name="{name}" id="{name}-{place}" '
            f'value="{esc(one.value)}" required{on}>'
            f'<label for="{name}-{place}">{esc(one.label)}{meaning}</label></div>'
        )
    listed = "\n".join(rows)
    begun = f"<fieldset{_bad(name, wrong)}{described}>\n<legend>{esc(legend)}</legend>"
    return f"{begun}\n{said}{listed}\n</fieldset>"


def _kinds(policy: Policy, held: Typed, wrong: Mapping[str, str]) -> str:
    kinds = tuple(Choice(value=one.value, label=one.label) for one in policy.kinds)  # meant for staff: "they"
    return _radios(KIND, "What is it?", kinds, held.get(KIND, kinds[0].value), wrong)


def _severities(policy: Policy, held: Typed, wrong: Mapping[str, str]) -> str:
    chosen = held.get(SEVERITY, USUAL_SEVERITY)
    return _radios(SEVERITY, "How bad is it?", policy.severities, chosen, wrong)


def _things(form: WebForm, held: Typed, wrong: Mapping[str, str]) -> str:
    """Their own orders and carts, the newest first; nothing where they have none."""
    if not form.things:
        return ""
    said, described = _at(ABOUT, wrong, "The newest first. Leave it if it is about none of them.")
    options = ['<option value="">None of these, or I do not know</option>']
    for one in form.things:
        on = " selected" if one.key == held.get(ABOUT) else ""
        options.append(
            f'<option value="{esc(one.key)}"{on}>{esc(_thing(one, form.writer.timezone))}</option>'
        )
    return (
        f'<div{_bad(ABOUT, wrong)}>\n<label for="{ABOUT}">Which order or cart is it about?</label>\n{said}'
        f'<select name="{ABOUT}" id="{ABOUT}"{described}>\n' + "\n".join(options) + "\n</select>\n</div>"
    )


def _thing(one: Tieable, zone: str) -> str:
    try:
        day = one.at.astimezone(ZoneInfo(zone))
    except (KeyError, ValueError):
        day = one.at
    facts = [f"{THING_NAMES[one.thing]} {texts.inline(one.number, 60)}", f"{day.day} {day:%b %Y}"]
    facts += [texts.inline(one.site, 60)] if one.site else []
    facts += [str(one.total)] if one.total else []
    return " · ".join(facts)


def _description(form: WebForm, held: Typed, wrong: Mapping[str, str]) -> str:
    hint = "In a few sentences: what you did, what happened, and what you expected."
    said, described = _at(DESCRIPTION, wrong, hint)
    label = "What can you tell us about it?" if form.adds else "What is it about?"
    # The line break after the tag is dropped by browsers: a text that begins with one keeps its own.
    return (
        f'<div{_bad(DESCRIPTION, wrong)}>\n<label for="{DESCRIPTION}">{label}</label>\n{said}'
        f'<textarea name="{DESCRIPTION}" id="{DESCRIPTION}" required maxlength="{LONGEST_DESCRIPTION}"'
        f"{described}>\n{esc(held.get(DESCRIPTION, ''))}</textarea>\n</div>"
    )


def _files(room: Room, wrong: Mapping[str, str]) -> str:
    """Last, so that texts have come when a file is too large."""
    hint = (
        f"If a picture or a log says more. Up to {MOST_FILES} files, each up to {size(room.file)}, "
        f"{size(room.whole)} in all. Please no passwords."
    )
    said, described = _at(FILES, wrong, hint)
    return (
        f'<div{_bad(FILES, wrong)}>\n<label for="{FILES}">Files (optional)</label>\n{said}'
        f'<input type="file" name="{FILES}" id="{FILES}" multiple{described}>\n</div>'
    )


AGAIN = "Choose your files again: browsers do not keep them."


def trouble(what: str, name: str, room: Room) -> str:
    """What is wrong with files, by the name that `bot/web/multipart.py` gives it."""
    told = {
        "file_too_large": f"{texts.inline(name, 80)} is larger than {size(room.file)}. Send a smaller one.",
        "all_too_large": f"These files are larger than {size(room.whole)} in all. Send fewer.",
        "too_many": f"These are more than {MOST_FILES} files. Send the most important ones.",
    }[what]
    return f"{told} Your text is kept; choose the files again."


def size(of: int) -> str:
    """Megabytes as people read them."""
    return f"{of // MEGABYTE} MB"


def read(fields: Typed, form: WebForm, policy: Policy) -> FillForm | Wrong:
    """The command, or what is wrong with it."""
    errors: dict[str, str] = {}
    kind, severity = fields.get(KIND, ""), fields.get(SEVERITY, "")
    if not form.adds and choice_of(policy.kinds, kind) is None:
        errors[KIND] = "Choose what it is."
    about = fields.get(ABOUT, "")
    if about and all(one.key != about for one in form.things):
        errors[ABOUT] = "Choose one of your own orders, or none."
    description = fields.get(DESCRIPTION, "").strip()
    if not description:
        errors[DESCRIPTION] = "Write what it is about."
    elif len(description) > LONGEST_DESCRIPTION:
        errors[DESCRIPTION] = (
            f"That is {len(description):,} characters; {LONGEST_DESCRIPTION:,} fit. Put the rest into a file."
        )
    if not form.adds and choice_of(policy.severities, severity) is None:
        errors[SEVERITY] = "Choose how bad it is."
    if errors:
        return Wrong(errors=errors)
    return FillForm(
        description=description,
        about=about,
        kind=kind,
        severity=int(severity) if severity.isdecimal() else int(USUAL_SEVERITY),
    )
