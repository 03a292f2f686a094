"""The daily review: one direct message with all that is to be looked at, each answered in one tap.

Delivery sends it and draws it again; `handlers.reviews` answers with it; its rows stand in a window too.
"""

from __future__ import annotations

from datetime import datetime

import slackblocks as sb

from bot.blocks import changes, duties, kit
from bot.blocks import text as texts
from bot.blocks.case_card import act_button
from bot.blocks.kit import Message
from bot.blocks.names import STATUS_NAMES, severity_in_short
from bot.domain.cases import Case
from bot.domain.ids import shown
from bot.domain.people import Person, PersonRef
from bot.domain.permissions import Act
from bot.domain.policy import Policy
from bot.domain.reviews import Part, Review, ReviewRow, Snooze, Stand

REVIEWED, SNOOZE, WAIT, ALL = "review.done", "review.snooze", "review.wait", "review.all"

PART_NAMES: dict[Part, str] = {
    Part.OWNED: "Cases I own",
    Part.CREATED: "Cases I created",
    Part.WAITING: "Waiting for others: nothing is owed",
}
THEIR_PARTS: dict[Part, str] = {**PART_NAMES, Part.OWNED: "They own", Part.CREATED: "They created"}

SNOOZES: dict[Snooze, str] = {
    Snooze.TOMORROW: "Tomorrow",
    Snooze.THREE_DAYS: "In 3 days",
    Snooze.WEEK: "In a week",
    Snooze.TWO_WEEKS: "In 2 weeks",
}

LONGEST_SAID = 160
LONGEST_NAME = 60
MOST_DUTIES = 2


def review(found: Review, policy: Policy | None = None) -> Message:
    """The message: what is due in two lists, what was answered already in a line, what waits apart."""
    blocks: list[sb.Block] = [kit.header("head", head(found)), *_lateness(found)]
    for part in (Part.OWNED, Part.CREATED):
        rows = [row for row in found.rows if row.part is part and row.stand is not Stand.WAITING]
        if rows:
            blocks.append(kit.marked_section(f"{part}.head", f"*{_part(part, found)}*"))
        for row in rows:
            blocks += row_blocks(row, found, policy)
    blocks += [*_waiting(found), *_rest(found)]
    blocks.append(kit.small("why", _why(found)))
    return kit.message(spoken(found, policy), blocks)


def over(of: PersonRef | None) -> Message:
    """What is left of a review once there is a newer one; `of` is whom its reader stood in for."""
    whose = "Your review" if of is None else f"For {texts.inline(of.name, LONGEST_NAME)}"
    told = f"{whose}: this one is over. What is still due stands in the newest."
    return kit.message(told, [kit.small("over", kit.plain(told))])


def head(found: Review) -> str:
    """What is to be done, at a glance; raw text."""
    if found.of is not None:
        name = texts.inline(found.of.name, LONGEST_NAME)
        return f"For {name}, who is away: {_count(found.due)}" if found.due else f"For {name}: all reviewed"
    return f"Your review: {_count(found.due)}" if found.due else "Your review: all reviewed"


def _count(count: int) -> str:
    return f"{count} case" if count == 1 else f"{count:,} cases"


def _part(part: Part, found: Review) -> str:
    return (PART_NAMES if found.of is None else THEIR_PARTS)[part]


def _lateness(found: Review) -> list[sb.Block]:
    said = []
    if found.away_until is not None:
        said.append(f"They are away until {found.away_until.day} {found.away_until:%b %Y}")
    if found.late_since is not None:
        said.append(f"Late: it was due {texts.date(found.late_since)}")
    if found.missed:
        said.append(f"It stands for {_mornings(len(found.missed))} before it, too")
    return [kit.small("late", " · ".join(said))] if said else []


def _mornings(count: int) -> str:
    return "the missed one" if count == 1 else f"{count} missed ones"


def row_blocks(row: ReviewRow, found: Review, policy: Policy | None = None) -> list[sb.Block]:
    """A case: what is owed and what was added, with its answers; one line once it is answered."""
    case, key = row.case, f"case.{row.case.id}"
    if row.stand is not Stand.DUE:
        return [kit.small(f"{key}.done", _answered(row, found))]
    number = shown(case.number)
    facts = [
        STATUS_NAMES[case.status],
        severity_in_short(case.severity, policy),
        texts.marked(case.account_name, LONGEST_NAME),
        _phone(case),
    ]
    if case.escalation.at is not None:
        facts.insert(0, "Escalated")
    head_line = f"*{number} · {texts.marked(case.title)}*\n{_owed(case, found.reader, found.now)}"
    return [
        kit.marked_section(key, head_line, _snooze(row)),
        kit.small(f"{key}.facts", "\n".join((" · ".join(facts), *_added(row, policy)))),
        sb.ActionsBlock(elements=_buttons(row), block_id=f"{key}.acts"),
    ]


def _owed(case: Case, reader: Person, now: datetime) -> str:
    """The next duties, said to who reads it: no reminder of the same morning says them too."""
    mine = duties.Reader(is_staff=True, is_owner=case.owner_id == reader.id)
    return "\n".join(duties.of_case(case, mine, now)[:MOST_DUTIES]) or "Nothing is owed"


def _phone(case: Case) -> str:
    if not case.contact.phone:
        return "No phone number is noted"
    name = f" ({texts.marked(case.contact.name, LONGEST_NAME)})" if case.contact.name else ""
    return f"Phone: {texts.marked(case.contact.phone, LONGEST_NAME)}{name}"


def _added(row: ReviewRow, policy: Policy | None) -> list[str]:
    """What others did since its reader looked last, and the newest of their words; mrkdwn."""
    lines = [texts.escape(f"{line}.") for line in _news(row, policy)]
    if row.said is not None and row.said.deleted_at is None and row.said.text:
        author = texts.marked(row.said.author.name, LONGEST_NAME)
        lines.append(f"{author}: {texts.marked(row.said.text, LONGEST_SAID)}")
    return lines


def _news(row: ReviewRow, policy: Policy | None) -> list[str]:
    """The same as raw sentences without their full stops."""
    if not row.added:
        if row.is_first:
            return ["Not reviewed yet"]
        why = "you had put it off until now" if row.is_back else "an hour that is owed has passed"
        return [f"Nothing was added: {why}"]
    told = [f"{texts.inline(one.actor.name, LONGEST_NAME)} {changes.told(one, policy)}" for one in row.added]
    earlier = row.added_count - len(row.added)
    before = f"{earlier} earlier change{'' if earlier == 1 else 's'}"
    return ["; ".join((*([before] if earlier else []), *told))]


def _buttons(row: ReviewRow) -> list[sb.Element]:
    case, number = row.case, shown(row.case.number)
    made: list[sb.Element] = [
        kit.button("Reviewed", REVIEWED, _value(row), style="primary", label=f"Reviewed: case {number}")
    ]
    if Act.COMMENT in row.acts:
        made.append(_act("Comment or log a call", Act.COMMENT, case))
    if Act.SET_STATUS in row.acts:
        made.append(
            kit.button("Waiting", WAIT, f"{case.id}.{case.version}", label=f"Waits for information: {number}")
        )
    if Act.ASSIGN in row.acts:
        made.append(_act("Hand over", Act.ASSIGN, case))
    if Act.CLOSE in row.acts:
        made.append(_act("Close", Act.CLOSE, case))
    made.append(kit.button("Show", "case.page", f"{case.id}.{case.version}", label=f"Show case {number}"))
    return made


def _snooze(row: ReviewRow) -> sb.Element:
    later = [(f"{_value(row)}.{one.value}", name, "") for one, name in SNOOZES.items()]
    return kit.menu(SNOOZE, "Snooze until", later)


def _value(row: ReviewRow) -> str:
    """The case, what was shown of it, and when it was answered last: another answer is another call."""
    seen = int(row.seen_at.timestamp()) if row.seen_at is not None else 0
    return f"{row.case.id}.{row.drawn_to}.{seen}"


def _act(words: str, act: Act, case: Case) -> sb.Button:
    usual = act_button(act, case)
    label = f"{words}: case {shown(case.number)}"
    return kit.button(words, str(usual.action_id), f"{case.id}.{case.version}", label=label)


def _answered(row: ReviewRow, found: Review) -> str:
    """How it was answered, in one line of mrkdwn."""
    return f"✓ {shown(row.case.number)} · {texts.marked(row.case.title)} · {texts.escape(_how(row, found))}"


def _how(row: ReviewRow, found: Review) -> str:
    case = row.case
    match row.stand:
        case Stand.SNOOZED if row.snoozed_until is not None:
            return f"snoozed until {texts.day(row.snoozed_until, found.reader.timezone)}"
        case Stand.CLOSED:
            return "closed"
        case Stand.ELSEWHERE:
            owner = texts.inline(case.owner_name, LONGEST_NAME)
            return f"now with {owner}" if owner else "nobody's now"
        case Stand.WAITING:
            return "waits for others"
        case _:
            return "reviewed"


def _waiting(found: Review) -> list[sb.Block]:
    """T4: they stand apart, and nothing of them can be pressed."""
    rows = [row for row in found.rows if row.stand is Stand.WAITING]
    if not rows:
        return []
    lines = [
        f"{shown(row.case.number)} · {texts.marked(row.case.title, 100)} · {STATUS_NAMES[row.case.status]}, "
        f"last change {texts.date(row.case.updated_at)}"
        for row in rows
    ]
    head_line = kit.marked_section("waiting.head", f"*{_part(Part.WAITING, found)}*")
    return [head_line, kit.small("waiting", "\n".join(lines))]


def _rest(found: Review) -> list[sb.Block]:
    if not found.rest:
        return []
    of_id = found.of.id if found.of is not None else found.reader.id
    more = kit.button(f"Show all {found.due:,}", ALL, f"{of_id}.0", label="Show all that is due")
    return [kit.section("rest", f"And {found.rest:,} more.", more)]


def _why(found: Review) -> str:
    if found.of is not None:
        return f"You stand in for {texts.marked(found.of.name, LONGEST_NAME)}. It keeps up with their cases."
    return "It comes on office days, and keeps up with your cases. `/case notify` changes the hour."


# The same for screen readers.


def spoken(found: Review, policy: Policy | None = None) -> str:
    """All of it as raw text."""
    parts = [f"{head(found)}."]
    if found.late_since is not None:
        parts.append(f"Late: it was due {texts.spoken(found.late_since, found.reader.timezone)}.")
    for part in (Part.OWNED, Part.CREATED):
        rows = [row for row in found.rows if row.part is part and row.stand is not Stand.WAITING]
        if rows:
            parts.append(f"{_part(part, found)}:")
        parts += [_spoken(row, found, policy) for row in rows]
    waiting = [shown(row.case.number) for row in found.rows if row.stand is Stand.WAITING]
    if waiting:
        parts.append(f"{_part(Part.WAITING, found)}: {', '.join(waiting)}.")
    if found.rest:
        parts.append(f"And {found.rest:,} more.")
    return " ".join(parts)


def _spoken(row: ReviewRow, found: Review, policy: Policy | None) -> str:
    case, zone = row.case, found.reader.timezone
    title = f"{shown(case.number)}, {texts.inline(case.title)}"
    if row.stand is not Stand.DUE:
        return f"{title}: {_how(row, found)}."
    mine = duties.Reader(is_staff=True, is_owner=case.owner_id == found.reader.id)
    owed = duties.of_case(
        case, mine, found.now, lambda at: texts.spoken(at, zone), lambda name: texts.inline(name, 60)
    )
    said = "".join(f" {one}." for one in owed[:MOST_DUTIES])
    phone = f" Phone: {texts.inline(case.contact.phone, 60)}." if case.contact.phone else ""
    return f"{title}:{said}{phone} {'. '.join(_news(row, policy))}."
