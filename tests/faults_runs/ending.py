"""How a run ended: what the database holds and what people see, without times, ids and numbers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, func, select

from bot.sandbox import Message, Sandbox
from bot.store import schema
from bot.store.store import Store
from tests.faults_runs import post
from tests.faults_runs.acting import Crew

_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|[^>]*>")
_WHEN = re.compile(r"\b\d{1,2} \w{3} \d{4} \d\d:\d\d UTC")
_HOUR = re.compile(r"\b(\w{3} )?\d{1,2} \w{3} \d{4}( at|,)? \d\d:\d\d( [\w/+:-]+)?")
_URL = re.compile(r"https?://\S+")
_SHORT = re.compile(r"/case show \d+")
_LINK = re.compile(r"<https?://[^|>]*")
_NUMBER = re.compile(r"0000\d{4}")


@dataclass(frozen=True, kw_only=True)
class Ending:
    """The state that must be the same, whatever happened on the way."""

    cases: dict[str, Any]
    comments: dict[str, list[Any]]
    history: dict[str, list[Any]]
    cards: dict[str, Any]
    threads: dict[str, list[Any]]
    notices: dict[str, Counter[str]]
    refusals: dict[int, str]
    outbox: dict[str, int]
    captures: dict[str, list[Any]]
    chats: dict[str, list[Any]]
    files: dict[str, list[Any]]
    versions: dict[str, list[Any]]
    letters: dict[str, Counter[str]]
    letters_on_case: dict[str, list[Any]]
    inbox: dict[str, int]


def differences(before: Ending, after: Ending, besides: Collection[str] = ()) -> list[str]:
    """Where two endings differ, said as shortly as can be; cases in `besides` are left out."""
    wrong: list[str] = []
    for part in fields(Ending):
        one, other = getattr(before, part.name), getattr(after, part.name)
        for key in sorted((one.keys() | other.keys()) - set(besides), key=str):
            missing, added = _apart(one.get(key), other.get(key), besides)
            if missing or added:
                wrong.append(f"{part.name} of {key}: without {missing}, with {added}")
    return wrong


def _apart(before: Any, after: Any, besides: Collection[str]) -> tuple[Any, Any]:
    if before == after:
        return None, None
    if isinstance(before, Counter) and isinstance(after, Counter):
        missing, added = (
            [text for text in more.elements() if not any(case in text for case in besides)]
            for more in (before - after, after - before)
        )
        return missing, added
    if isinstance(before, list) and isinstance(after, list):
        missing, added = (
            [one for one in before if one not in after],
            [one for one in after if one not in before],
        )
        return (missing, added) if missing or added else (before, after)
    return before, after


async def look(store: Store, crew: Crew) -> Ending:
    """Read it all. Cards are found by their case's number: two cards of one case stand side by side."""
    names = {number: title for title, number in crew.numbers.items()}
    cards: dict[str, Any] = {}
    threads: dict[str, list[Any]] = {}
    for message in crew.cards():
        drawn = shown(message, names)
        title = next((title for title in crew.numbers if title in drawn), drawn)
        cards.setdefault(title, []).append(drawn)
        threads.setdefault(title, []).extend((reply.user, shown(reply, names)) for reply in message.replies)
    seen = {
        "cards": cards,
        "threads": threads,
        "chats": {title: _told_in(chat) for title, chat in crew.chats.items()},
        "notices": _notices(crew.sandbox, names),
        "refusals": {n: _WHEN.sub("<when>", said) for n, said in crew.told.items()},
        "letters": _letters(crew.sandbox, names),
    }
    return await store.look(lambda connection: Ending(**seen, **_kept(connection)))


def _kept(connection: Connection) -> dict[str, Any]:
    cases = select(schema.cases.c.id, schema.cases.c.title)
    titles = {row.id: row.title for row in connection.execute(cases)}
    return {
        "cases": _cases(connection),
        "comments": _grouped(connection, titles, _COMMENTS),
        "versions": _versions(connection, titles),
        "history": _grouped(connection, titles, _HISTORY),
        "captures": _grouped(connection, titles, _CAPTURES),
        "files": _grouped(connection, titles, _FILES),
        "outbox": waiting(connection),
        "letters_on_case": _grouped(connection, titles, _MAILS),
        "inbox": _inbox(connection),
    }


def waiting(connection: Connection) -> dict[str, int]:
    """Rows of the outbox that are neither sent nor superseded, by state."""
    state = schema.outbox.c.state
    found = connection.execute(
        select(state, func.count()).where(state.not_in(["sent", "collapsed"])).group_by(state)
    )
    return dict(found.all())  # type: ignore[arg-type]  # rows are pairs


def shown(message: Message, names: dict[str, str]) -> str:
    """A message as drawn: text, blocks and buttons; what differs from run to run is taken out."""
    drawn = json.dumps([message.text, [_plain(block) for block in message.blocks]], ensure_ascii=False)
    drawn = _LINK.sub("<link", _WHEN.sub("<when>", _DATE.sub("<date>", drawn)))
    return _NUMBER.sub(lambda found: names.get(found[0], found[0]), drawn)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key not in ("value", "block_id", "url")}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _cases(connection: Connection) -> dict[str, Any]:
    table = schema.cases
    kept = ("version", "status", "severity", "description", "business_impact", "owner_id", "resolution")
    found = connection.execute(select(table)).mappings()
    return {row["title"]: {name: row[name] for name in kept} for row in found}


_COMMENTS = (schema.comments, ("author_id", "audience", "text"))
_WHO = ("author_id", "actor_id")
_FILES = (schema.files, ("name", "size", "sha256", "state", "trouble"))
_CAPTURES = (schema.threads, ("audience", "total", "captured", "unreadable", "trouble", "read_to"))
_MAILS = (schema.mails, ("address", "audience", "state", "error"))
_HISTORY = (schema.history, ("kind", "actor_id", "audience", "source", "changes"))


def _grouped(connection: Connection, titles: dict[int, str], what: Any) -> dict[str, list[Any]]:
    """The rows of a table, by case. People by their name in Slack: whom e-mail made known has any number."""
    table, names = what
    people = schema.people
    known = {row.id: row.slack_user_id for row in connection.execute(select(people))}
    found: dict[str, list[Any]] = {}
    for row in connection.execute(select(table).order_by(table.c.id)).mappings():
        if row["case_id"] in titles:
            values = (known.get(row[name]) if name in _WHO else row[name] for name in names)
            found.setdefault(titles[row["case_id"]], []).append(tuple(_told(one) for one in values))
    return found


def _told(value: Any) -> str:
    """An instant hangs on when the run was made: when escalation opens is left out."""
    if isinstance(value, dict):
        value = {name: change for name, change in value.items() if name != "escalation_opens"}
    return str(value)


def _notices(sandbox: Sandbox, names: dict[str, str]) -> dict[str, Counter[str]]:
    """What the desk told each person through the outbox; what answers a click is no notice."""
    found: dict[str, Counter[str]] = {}
    for member in list(sandbox.workspace.members.values()):
        if member.is_bot:
            continue
        told = [one for one in sandbox.act_as(member.id).dms if one.metadata is not None]
        if told:
            found[member.handle] = Counter(shown(one, names) for one in told)
    return found


def _told_in(chat: Message) -> list[Any]:
    """A thread that became a case, as it stands in Slack, with our own word in it."""
    return [(reply.user, reply.text.partition("0000")[0]) for reply in chat.replies]


def _versions(connection: Connection, titles: dict[int, str]) -> dict[str, list[Any]]:
    """What comments said before they were edited."""
    old, comments = schema.comment_versions, schema.comments
    asked = select(comments.c.case_id, old.c.version, old.c.text, comments.c.text.label("now"))
    rows = connection.execute(
        asked.join(comments, comments.c.id == old.c.comment_id).order_by(old.c.comment_id, old.c.version)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(titles[row.case_id], []).append((row.version, row.text, row.now))
    return found


def _letters(sandbox: Sandbox, names: dict[str, str]) -> dict[str, Counter[str]]:
    """What arrived by e-mail, by recipient; one that came again by the same Message-ID is one."""
    found: dict[str, Counter[str]] = {}
    for one in post.letters(sandbox).values():
        told = _NUMBER.sub(
            lambda number: names.get(number[0], number[0]),
            _without_moments(f"{one['subject']}\n{one['text']}"),
        )
        found.setdefault(one["recipient"], Counter())[told] += 1
    return found


def _without_moments(told: str) -> str:
    return _URL.sub("<link>", _SHORT.sub("/case show", _HOUR.sub("<when>", told)))


def _inbox(connection: Connection) -> dict[str, int]:
    """What became of the e-mails that came in."""
    fate = schema.received_mails.c.fate
    return dict(connection.execute(select(fate, func.count()).group_by(fate)).all())  # type: ignore[arg-type]
