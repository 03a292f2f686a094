"""A report of personal data to be read by people: one HTML page without scripts; `scheduler.personal` has it.

Everything in it is escaped: what somebody wrote to the desk must not run where it is opened.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.domain.personal import Part, PersonalData, Row, Value
from bot.domain.shop.money import grouped, is_currency

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --faint: #767676; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; }
h2 small, p.small, th { color: var(--faint); font-weight: normal; }
nav ul { columns: 16rem; padding-left: 1.1rem; } nav li { break-inside: avoid; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1rem; border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem; border-top: 1px solid var(--line); }
th { width: 13rem; background: var(--soft); font-size: .9rem; }
td { white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: inherit; }
@media print { nav { display: none; } table { break-inside: avoid; } }
"""

LABELS: dict[str, str] = {
    "id": "Number in this report",
    "at": "When",
    "by": "By",
    "ts": "Slack's time of the message",
    "eval_start": "Evaluates since",
    "sku": "Product code",
    "org_id_or_mid": "Org id or MID",
    "by_mail": "Came by e-mail",
    "to_contact": "Also to the contact by e-mail",
    "licence_last4": "Licence key, last four signs",
    "sha256": "Sum of the content (SHA-256)",
    "mimetype": "Kind of file",
}


def page(data: PersonalData, asked_by: str, reason: str, sent: Mapping[int, str]) -> str:
    """The page. `sent` says of files by their id under which name their content goes along."""
    made = [part for part in data.parts if part.rows]
    missing = [part.title for part in data.parts if not part.rows]
    body = [
        f"<h1>Personal data of {_safe(data.called)}</h1>",
        f'<p class="small">Customer {_safe(data.number)}. As of {_moment(data.at)}. '
        f"Made for {_safe(asked_by)}. Reason: {_safe(reason)}</p>",
        "<p>This is everything that the desk holds of this customer. The same stands in the JSON file "
        "beside this page, for machines.</p>",
        *_of_shop(data),
        *_contents(made),
        *(line for part in made for line in _part(part, sent)),
        "<h2>Nothing is held here</h2>",
        f"<p>{_safe(', '.join(missing)) or 'There is something of every kind.'}</p>",
        *_withheld(made),
    ]
    title = f"Personal data of {_safe(data.called)}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _of_shop(data: PersonalData) -> Iterator[str]:
    """Whether the shop said what it holds: nobody takes a report for whole that is not."""
    if data.shop is None:
        return
    name = _safe(data.shop.name)
    if data.shop.answered:
        yield f"<p>The shop ({name}) was asked too: its parts begin with its name.</p>"
    else:
        yield f"<p><strong>The shop ({name}) did not answer</strong>: what it holds is not in here.</p>"


def _contents(parts: list[Part]) -> Iterator[str]:
    yield "<nav><h2>What is in it</h2><ul>"
    for part in parts:
        yield f'<li><a href="#{part.name}">{_safe(part.title)}</a> ({len(part.rows):,})</li>'
    yield "</ul></nav>"


def _part(part: Part, sent: Mapping[int, str]) -> Iterator[str]:
    yield f'<h2 id="{part.name}">{_safe(part.title)} <small>({len(part.rows):,})</small></h2>'
    for row in part.rows:
        yield "<table>"
        for name, value in row.items():
            told = _told(name, value, row)
            if told:
                yield f"<tr><th>{_safe(_label(name))}</th><td>{told}</td></tr>"
        if part.name == "files":
            yield f"<tr><th>The file itself</th><td>{_file(row, sent)}</td></tr>"
        yield "</table>"


def _file(row: Row, sent: Mapping[int, str]) -> str:
    """Where its content is, or why it is nowhere."""
    number = row["id"]
    if isinstance(number, int) and number in sent:
        return f"{_safe(sent[number])}, in the ZIP file beside this page"
    if row["state"] == "deleted":
        return "Deleted with the message that brought it"
    link = row.get("permalink")
    if isinstance(link, str) and link.startswith("https://"):
        return f'In Slack: <a href="{_safe(link)}" rel="noreferrer">{_safe(link)}</a>'
    return "Kept by the desk; ask an administrator for it" if row["state"] == "kept" else "In Slack"


def _label(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    words = name.removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]


def _told(name: str, value: Value, row: Row) -> str:
    """A value as people read it; nothing where there is none."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    currency = row.get("currency")
    if isinstance(value, int) and name in MONEY and isinstance(currency, str) and is_currency(currency):
        return f"{_safe(currency)} {_safe(grouped(value, currency))}"
    if isinstance(value, str) and name.endswith(("_at", "at")) and _is_moment(value):
        return _moment(datetime.fromisoformat(value))
    if isinstance(value, list | dict):
        return "\n".join(_lines(value))
    return _safe(str(value))


MONEY = frozenset(
    {
        "grand_total",
        "total",
        "unit_price",
        "line_discount",
        "order_discount",
        "discount",
        "tax",
        "authorized",
        "captured",
        "refunded",
        "reversed",
        "pending_capture",
        "pending_reversal",
        "pending_refund",
        "line",
        "amount",
    }
)
"""Columns in minor units, wherever a row has a currency."""


def _lines(value: Value, indent: str = "") -> Iterator[str]:
    """What is inside a list or a table, a line each."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, list | dict):
                yield f"{indent}{_safe(_label(str(name)))}:"
                yield from _lines(inner, f"{indent}    ")
            elif inner not in (None, ""):
                yield f"{indent}{_safe(_label(str(name)))}: {_safe(str(inner))}"
    elif isinstance(value, list):
        if all(not isinstance(one, list | dict) for one in value):
            yield indent + _safe(", ".join("-" if one is None else str(one) for one in value))
        else:
            for one in value:
                yield from _lines(one, indent)
    else:
        yield indent + _safe(str(value))


def _withheld(parts: list[Part]) -> Iterator[str]:
    """What stands in the tables and not here, and why: nobody has to take our word for "everything"."""
    told = [
        f"<li>{_safe(part.title)}: {_safe(_label(name).lower())} ({_safe(why)})</li>"
        for part in parts
        for name, why in part.withheld.items()
    ]
    if told:
        yield "<h2>Left out, and why</h2><ul>"
        yield from told
        yield "</ul>"


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text


def _moment(instant: datetime) -> str:
    return f"{instant:%d %B %Y, %H:%M} UTC"


def _safe(text: str) -> str:
    return html.escape(text, quote=True)
