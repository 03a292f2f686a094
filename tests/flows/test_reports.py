"""Reports on Mondays and Thursdays: posted before one's eyes when the clock travels, once, and to staff."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.people import Role
from bot.sandbox import Message, Person
from bot.sandbox.faults import FaultPlan
from bot.store.schema import outbox, slots
from tests.flows.conftest import CLOUD_NINE, INTEGRATIONS, LEVEL_TWO, Workplace

MONDAY, TUESDAY, THURSDAY = 0, 1, 3


def next_at(now: datetime, weekday: int, hour: int = 8) -> datetime:
    """The next such weekday at that hour of UTC, strictly after now."""
    day = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    while day <= now or day.weekday() != weekday:
        day += timedelta(days=1)
    return day


async def travels(workplace: Workplace, weekday: int, hour: int = 12) -> None:
    await workplace.sandbox.travel(next_at(workplace.sandbox.clock.now(), weekday, hour))
    await workplace.settled()


def about(messages: list[Message], name: str) -> list[Message]:
    """The reports of a team among messages."""
    return [one for one in messages if re.search(rf"^{name}: ", one.text, re.MULTILINE)]


def block(message: Message, kind: str) -> dict[str, Any]:
    (found,) = [one for one in message.blocks if one["type"] == kind]
    return found


async def ledger(workplace: Workplace, *columns: Any) -> list[tuple[Any, ...]]:
    asked = select(*columns).where(slots.c.occasion != "begun").order_by(slots.c.due_at, slots.c.audience)
    return await workplace.bot.desk.store.look(lambda c: [tuple(row) for row in c.execute(asked)])


async def test_next_monday_at_eight_the_report_stands_in_the_teams_channel(workplace: Workplace) -> None:
    number = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS, title="Orders <!channel> stuck")
    customers = await workplace.case_of("linda", "ines")
    await travels(workplace, MONDAY)
    (report,) = about(workplace.person("ines").messages("integrations"), "Integrations")
    assert report.text.startswith("Integrations: 1 open case. 1 new")
    assert customers not in report.all_text  # opened by the customer, not by support
    assert block(report, "data_visualization")["chart"]["type"] == "bar"
    rows = block(report, "data_table")["rows"]
    assert len(rows) == 2
    link = rows[1][1]["elements"][0]["elements"][0]
    assert (link["text"], link["type"]) == (number, "link")
    (reply,) = report.replies
    (file,) = reply.files
    content = workplace.sandbox.parts.uploads.content(file["id"]).decode("utf-8-sig").splitlines()
    assert content[0].startswith("owner,number,title,account")
    assert f",{number}," in content[1]
    assert len(content) == 2
    assert len(about(workplace.person("maria").dms, "Integrations")) == 1  # a manager of no team: of all
    assert about(workplace.person("ines").dms, "Integrations") == []

    await travels(workplace, TUESDAY)
    assert len(about(workplace.person("ines").messages("integrations"), "Integrations")) == 1
    await travels(workplace, THURSDAY)
    quiet = about(workplace.person("ines").messages("integrations"), "Integrations")[-1]
    assert quiet.text == "Integrations: 1 open case, nothing has changed."
    assert quiet.replies == []


async def test_the_report_says_what_changed_since_the_last(workplace: Workplace) -> None:
    ines = workplace.person("ines")
    kept = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS, title="Stays")
    handed = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS, title="Goes on")
    closed = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS, title="Ends")
    await travels(workplace, MONDAY)
    await ines.runs(f"/case assign {handed}")
    await ines.submits(owner=workplace.person("jun").id)
    await workplace.person("ana").runs(f"/case close {closed}")
    await workplace.person("ana").submits(resolution="solved", note="Done.", audience="internal")
    fresh = await workplace.case_of("ana", team_id=INTEGRATIONS, title="Is new")
    await travels(workplace, THURSDAY)
    report = about(ines.messages("integrations"), "Integrations")[-1]
    lines = report.text.splitlines()
    assert "1 new · 1 closed · 1 handed over" in lines[0]
    assert any(line.startswith(f"New: {fresh}") for line in lines)
    assert any(line.startswith(f"Closed: {closed}") for line in lines)
    assert any(line.startswith(f"Handed over: {handed}") for line in lines)
    assert any(kept in row for line in lines for row in [line] if line.startswith("Past a limit"))
    owners = [row[0]["text"] for row in block(report, "data_table")["rows"][1:]]
    assert owners == ["Ines Haddad", "Jun Sato", "Nobody's"]
    await travels(workplace, THURSDAY)
    later = [one.text for one in about(ines.messages("integrations"), "Integrations")]
    assert any(re.search(r"untouched for 7 days \(\d newly\)", text) for text in later)


async def test_a_missed_report_comes_once_and_says_that_it_is_late(workplace: Workplace) -> None:
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    clock = workplace.sandbox.clock
    await workplace.sandbox.travel(clock.now() + timedelta(minutes=1))  # it has looked for reports once
    await workplace.settled()
    await workplace.bot.stop()
    workplace.sandbox.control = None
    later = next_at(next_at(clock.now(), MONDAY), THURSDAY, 15)
    clock.travel(later - clock.real_now())
    await workplace.restart()
    await workplace.settled()
    (report,) = about(workplace.person("ines").messages("integrations"), "Integrations")
    assert "Late: it was due" in report.all_text
    assert "It also stands for 1 missed before" in report.all_text
    mine = [row for row in await ledger(workplace, slots.c.audience, slots.c.state) if "C0INTEGR" in row[0]]
    assert [state for _, state in mine] == ["late", "late"]
    await workplace.restart()
    await workplace.settled()
    assert len(about(workplace.person("ines").messages("integrations"), "Integrations")) == 1


async def test_a_workspace_that_refuses_new_blocks_gets_the_same_as_text(workplace: Workplace) -> None:
    async def refuses(moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        new = ("data_table", "data_visualization")
        if moment == "before" and any(one["type"] in new for one in args.get("blocks") or ()):
            return {"ok": False, "error": "invalid_blocks"}
        return None

    workplace.sandbox.interfere = refuses
    number = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await travels(workplace, MONDAY)
    (report,) = about(workplace.person("ines").messages("integrations"), "Integrations")
    assert {one["type"] for one in report.blocks} <= {"header", "section", "context"}
    assert f"|{number}>" in str(report.blocks)
    assert "Ines Haddad*: 1 (1 under 3 days)" in str(report.blocks)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_an_answer_that_is_lost_doubles_no_report(workplace: Workplace, moment: str) -> None:
    struck: list[str] = []

    async def loses(when: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        if when == moment and method in ("chat.postMessage", "files.completeUploadExternal"):
            mark = f"{method} {args.get('channel') or args.get('channel_id')}"
            if mark not in struck:
                struck.append(mark)
                return {"ok": False, "error": "internal_error"}
        return None

    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await workplace.settled()
    workplace.sandbox.interfere = loses
    await travels(workplace, MONDAY)
    (report,) = about(workplace.person("ines").messages("integrations"), "Integrations")
    assert len([one for one in report.replies if one.files]) == 1
    assert struck


async def test_where_nothing_can_be_looked_up_the_slot_is_unknown_and_an_administrator_is_told(
    workplace: Workplace,
) -> None:
    async def loses(moment: str, method: str, args: dict[str, Any]) -> dict[str, Any] | None:
        if method == "chat.postMessage" and args.get("channel") == "C0INTEGR" and moment == "after":
            return {"ok": False, "error": "internal_error"}
        if method == "conversations.history" and args.get("channel") == "C0INTEGR" and moment == "before":
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        return None

    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await workplace.settled()
    workplace.sandbox.interfere = loses
    await travels(workplace, MONDAY)
    workplace.sandbox.interfere = None
    assert len(about(workplace.person("ines").messages("integrations"), "Integrations")) == 1
    states = dict(await ledger(workplace, slots.c.audience, slots.c.state))
    assert states["channel.C0INTEGR"] == "unknown"
    omar = workplace.person("omar")
    assert any("/desk health" in one.all_text or "given up" in one.all_text for one in omar.dms)
    await omar.runs("/case reports")
    assert omar.modal is not None
    assert "Unknown: perhaps sent" in omar.modal.text
    assert "cannot be looked up" in omar.modal.text
    await omar.closes()
    await omar.runs("/desk health")
    await omar.clicks("Retry")  # the scope is there now: it is found, and not sent again
    await workplace.settled()
    assert len(about(workplace.person("ines").messages("integrations"), "Integrations")) == 1
    assert dict(await ledger(workplace, slots.c.audience, slots.c.state))["channel.C0INTEGR"] == "sent"


async def test_a_report_is_not_shown_where_customers_read(workplace: Workplace) -> None:
    channel = workplace.sandbox.workspace.channel_named("integrations")
    assert channel is not None
    channel.members.add(workplace.person("linda").id)
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await travels(workplace, MONDAY)
    assert about(workplace.person("ines").messages("integrations"), "Integrations") == []
    omar = workplace.person("omar")
    await omar.runs("/case reports")
    assert omar.modal is not None
    assert "customers&#39; people" in omar.modal.text or "customers' people" in omar.modal.text
    assert len(about(workplace.person("maria").dms, "Integrations")) == 1


async def test_no_file_follows_where_a_customer_has_joined_since(workplace: Workplace) -> None:
    channel = workplace.sandbox.workspace.channel_named("integrations")
    assert channel is not None
    linda, ines, omar = workplace.people("linda ines omar")

    async def joins(when: str, method: str, args: dict[str, Any]) -> None:
        if when == "after" and method == "chat.postMessage" and args.get("channel") == channel.id:
            channel.members.add(linda.id)

    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await workplace.settled()
    workplace.sandbox.interfere = joins
    await travels(workplace, MONDAY)
    (report,) = about(ines.messages("integrations"), "Integrations")
    assert [one for one in report.replies if one.files] == []
    await omar.runs("/desk health")
    assert omar.modal is not None
    assert "customers' people are in the channel" in omar.modal.text.replace("&#39;", "'")


async def test_who_is_a_manager_no_more_gets_no_more(workplace: Workplace) -> None:
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await workplace.settled()
    await workplace.role_of("maria", Role.DSC, CLOUD_NINE)
    await travels(workplace, MONDAY)
    assert about(workplace.person("maria").dms, "Integrations") == []


async def subscribes(person: Person) -> None:
    await person.runs("/case reports")
    assert person.modal is not None, person.reply
    await person.clicks("Subscribe")
    assert "You get your own part from now on." in person.modal.text
    await person.closes()


async def test_everyone_of_staff_may_get_their_own_part(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    owned = await workplace.case_of("linda", "ana")
    created = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    others = await workplace.case_of("ben", "ines", team_id=INTEGRATIONS)
    await subscribes(ana)
    await travels(workplace, MONDAY, 20)
    (mine,) = about(ana.dms, "Your cases")
    assert owned in mine.text
    assert created in mine.text
    assert others not in mine.all_text
    assert about(ben.dms, "Your cases") == []
    await ana.runs("/case reports")
    assert ana.modal is not None
    assert "Sent" in ana.modal.text
    assert "#integrations" not in ana.modal.text  # the ledger of others is not hers
    await ana.clicks("Stop")
    await ana.closes()
    await travels(workplace, THURSDAY, 20)
    assert len(about(ana.dms, "Your cases")) == 1


async def test_a_manager_previews_and_sends_by_hand(workplace: Workplace) -> None:
    maria, ines = workplace.people("maria ines")
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await maria.runs("/case reports")
    await maria.clicks("Preview Integrations")
    await workplace.settled()
    (preview,) = about(maria.dms, "Integrations")
    assert "A preview: nobody else got it." in preview.all_text
    assert about(ines.messages("integrations"), "Integrations") == []
    await maria.clicks("Send Integrations now")
    await workplace.settled()
    (sent,) = about(ines.messages("integrations"), "Integrations")
    assert "Maria Rossi sent it by hand." in sent.all_text or "sent it by hand." in sent.all_text
    await travels(workplace, MONDAY)
    regular = about(ines.messages("integrations"), "Integrations")[-1]
    assert "1 new" in regular.text  # what was sent by hand takes nothing from it
    agent = workplace.person("ana")
    await agent.runs("/case reports")
    assert agent.modal is not None
    assert "Send Integrations now" not in agent.modal.text


async def sets_up(person: Person, button: str, **fields: object) -> None:
    await person.runs("/desk reports")
    assert person.modal is not None, person.reply
    await person.clicks(button)
    await person.submits(**fields)


async def test_a_manager_sets_up_what_comes_to_whom_and_when(workplace: Workplace) -> None:
    maria, ana = workplace.people("maria ana")
    await maria.runs("/case search severity:1")
    await maria.clicks("Save this search")
    await maria.submits(name="Worst", words="severity:1", options=["shared"])
    await maria.closes(everything=True)
    worst = await workplace.case_of("linda", "ana", severity=1)
    other = await workplace.case_of("ana", "ana", team_id=LEVEL_TWO, severity=3)
    await sets_up(
        maria,
        "Add a report",
        name="Worst first",
        team="-",
        search="1",
        days=["1"],
        hour="9",
        people=[ana.id],
        options=["is_on"],
    )
    assert maria.errors == {}, maria.errors
    assert maria.modal is not None
    assert "Worst first" in maria.modal.text
    assert "Tuesday at 09:00" in maria.modal.text
    assert "set up by" in maria.modal.text
    assert "by default, set up by nobody" in maria.modal.text
    await travels(workplace, TUESDAY, 20)
    (report,) = about(ana.dms, "Worst first")
    assert worst in report.text
    assert other not in report.all_text
    assert "Found by “Worst”" in report.all_text
    assert about(maria.dms, "Worst first") == []
    await maria.closes(everything=True)
    await sets_up(maria, "Edit Worst first", options=[])
    assert "switched off" in maria.modal.text
    await travels(workplace, TUESDAY, 20)
    assert len(about(ana.dms, "Worst first")) == 1


async def test_a_slip_in_a_report_is_said_at_its_field(workplace: Workplace) -> None:
    maria = workplace.person("maria")
    await sets_up(maria, "Edit Integrations", days=[])
    assert maria.errors == {"days": "No day is ticked. Tick at least one, or switch the report off below."}
    await maria.submits(days=["0"], people=[workplace.person("linda").id])
    assert "is not support staff" in maria.errors["people"]


async def test_changing_the_hour_on_the_day_itself_sends_nothing_twice(workplace: Workplace) -> None:
    maria, ines = workplace.people("maria ines")
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await travels(workplace, MONDAY)
    await sets_up(maria, "Edit Integrations", hour="20")
    assert maria.errors == {}, maria.errors
    await maria.closes(everything=True)
    await travels(workplace, TUESDAY)
    assert len(about(ines.messages("integrations"), "Integrations")) == 1
    await travels(workplace, THURSDAY, 23)
    assert len(about(ines.messages("integrations"), "Integrations")) == 2


async def test_a_report_survives_all_kinds_of_trouble_once(workplace: Workplace) -> None:
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    await workplace.settled()
    workplace.sandbox.faults.use(FaultPlan(seed=5, server_errors=0.15, lost_answers=0.15))
    await travels(workplace, MONDAY)
    workplace.sandbox.faults.clear()
    (report,) = about(workplace.person("ines").messages("integrations"), "Integrations")
    assert len([one for one in report.replies if one.files]) == 1
    kinds = select(outbox.c.state).where(outbox.c.kind.in_(["report", "report_file"]))
    states = await workplace.bot.desk.store.look(lambda c: set(c.execute(kinds).scalars()))
    assert states == {"sent"}


async def test_a_day_off_moves_the_report_to_the_next_business_day(workplace: Workplace) -> None:
    maria, ines = workplace.people("maria ines")
    await workplace.case_of("ana", "ines", team_id=INTEGRATIONS)
    monday = next_at(workplace.sandbox.clock.now(), MONDAY)
    await maria.runs("/desk calendar")
    await maria.clicks("Edit Integrations")
    await maria.submits(timezone="Europe/Lisbon", own=f"{monday:%Y-%m-%d} Founders' day")
    assert maria.errors == {}, maria.errors
    await maria.closes(everything=True)
    await travels(workplace, MONDAY, 20)
    assert about(ines.messages("integrations"), "Integrations") == []
    await travels(workplace, TUESDAY, 8)
    (report,) = about(ines.messages("integrations"), "Integrations")
    assert "A holiday moved it to this day." in report.all_text
    assert "Late" not in report.all_text
