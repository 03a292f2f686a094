"""Direct messages: creator and owner hear of each change once, not of their own, and nothing secret."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from bot.sandbox import Person
from tests.flows.conftest import HARBOUR, Role, Workplace, does

Change = Callable[[Workplace, Person, str], Coroutine[Any, Any, None]]


def by(word: str, **fields: str) -> Change:
    """The change that a command and its form make."""

    async def change(workplace: Workplace, actor: Person, number: str) -> None:
        await does(actor, f"/case {word} {number}", **fields)

    return change


async def taking(workplace: Workplace, actor: Person, number: str) -> None:
    await actor.clicks("Take", on=await workplace.card(number))


async def replying(workplace: Workplace, actor: Person, number: str) -> None:
    await actor.says("a reply", channel="support-cases", thread=await workplace.card(number))


async def reopening(workplace: Workplace, actor: Person, number: str) -> None:
    await does(workplace.person("maria"), f"/case close {number}", resolution="solved")
    await workplace.settled()
    begin_again(workplace)
    await does(actor, f"/case reopen {number}", reason="again")


PUBLIC = by("comment", text="a comment", audience="public")
INTERNAL = by("comment", text="a comment", audience="internal")
CUSTOMER = by("comment", text="a comment")
EDIT = by("edit", severity="1")
STATUS = by("status", status="working")
CLOSE = by("close", resolution="solved")
NOTED = by("close", resolution="solved", note="a note", audience="internal")
TO_BEN = by("assign", owner="ben")
TO_INES = by("assign", owner="ines", note="a note")
TO_ANA = by("assign", owner="ana")

TOLD: list[tuple[str, str | None, str, str, Change, set[str]]] = [
    # creator, owner, what happens, who does it, and who is told
    ("linda", None, "take", "ana", taking, {"linda"}),
    ("ben", None, "take", "ana", taking, {"ben"}),
    ("ana", None, "take", "ana", taking, set()),
    ("linda", "ana", "assign", "ana", TO_BEN, {"linda", "ben"}),
    ("linda", "ana", "assign", "maria", TO_BEN, {"linda", "ana", "ben"}),  # the former owner too
    ("linda", "ana", "assign", "ben", TO_BEN, {"linda", "ana"}),
    ("linda", None, "assign", "chloe", TO_BEN, {"linda", "ben"}),
    ("linda", "ana", "assign with a note", "maria", TO_INES, {"linda", "ana", "ines"}),
    ("ben", "ines", "assign", "ines", TO_ANA, {"ben", "ana"}),
    ("linda", "ana", "public comment", "ana", PUBLIC, {"linda"}),
    ("linda", "ana", "public comment", "ben", PUBLIC, {"linda", "ana"}),
    ("linda", "ana", "public comment", "linda", CUSTOMER, {"ana"}),
    ("linda", "ana", "public comment", "raj", CUSTOMER, {"linda", "ana"}),
    ("linda", "ana", "public comment", "tess", CUSTOMER, {"linda", "ana"}),
    ("linda", None, "public comment", "linda", CUSTOMER, set()),
    # the comment is internal, that the case is now Working is not
    ("linda", "ana", "internal comment", "ana", INTERNAL, {"linda"}),
    ("linda", "ana", "internal comment", "ben", INTERNAL, {"linda", "ana"}),
    ("linda", None, "internal comment", "ben", INTERNAL, {"linda"}),
    ("ben", "ana", "internal comment", "ines", CUSTOMER, {"ben", "ana"}),
    ("linda", "ana", "reply in the thread", "ben", replying, {"linda", "ana"}),
    ("ben", "ana", "reply in the thread", "ana", replying, {"ben"}),
    ("linda", "ana", "edit", "ben", EDIT, {"linda", "ana"}),
    ("linda", "ana", "edit", "linda", EDIT, {"ana"}),
    ("linda", "ana", "edit", "ana", EDIT, {"linda"}),
    ("linda", "ana", "status", "ana", STATUS, {"linda"}),
    ("linda", "ana", "status", "ben", STATUS, {"linda", "ana"}),
    ("linda", "ana", "close", "ana", CLOSE, {"linda"}),
    ("linda", "ana", "close", "raj", CLOSE, {"linda", "ana"}),
    ("linda", "ana", "close", "linda", CLOSE, {"ana"}),
    ("linda", "ana", "close with an internal note", "maria", NOTED, {"linda", "ana"}),
    ("linda", "ana", "reopen", "linda", reopening, {"ana"}),
    ("linda", "ana", "reopen", "maria", reopening, {"linda", "ana"}),
    ("ana", "ana", "close", "ana", CLOSE, set()),
    ("ana", "ana", "close", "ben", CLOSE, {"ana"}),  # creator and owner in one: told once
    ("ana", "ana", "edit", "maria", EDIT, {"ana"}),
    ("ana", "ana", "assign", "ana", TO_BEN, {"ben"}),
]

EVERYBODY = "ana ben chloe ines jun maria omar linda raj tess viktor nadia sam"


def begin_again(workplace: Workplace) -> None:
    """Forget the direct messages so far."""
    for person in workplace.people(EVERYBODY):
        channel = workplace.sandbox.workspace.dm(person.id).id
        for message in list(workplace.sandbox.workspace.roots(channel)):
            workplace.sandbox.workspace.remove(message)


async def test_who_is_told_of_what(workplace: Workplace) -> None:
    for creator, owner, what, actor, change, told in TOLD:
        row = f"{creator}'s case, owned by {owner}: {what} by {actor}"
        number = await workplace.case_of(creator, owner)
        await workplace.settled()
        begin_again(workplace)
        await change(workplace, workplace.person(actor), number)
        await workplace.settled()
        heard = {person.handle: len(person.dms) for person in workplace.people(EVERYBODY) if person.dms}
        assert heard == dict.fromkeys(told, 1), row
        for handle in told:
            (notice,) = workplace.person(handle).dms
            assert number in notice.all_text, row


async def test_a_notice_says_what_happened_and_leads_to_the_case(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana", title="Printer on fire")
    await workplace.settled()
    begin_again(workplace)
    await does(ana, "/case edit 1001", severity="1", kind="complaint", title="Printer burns")
    await does(ana, "/case comment 1001", text="We are on it", audience="public")
    await does(ana, "/case close 1001", resolution="workaround")
    await workplace.settled()
    edited, commented, closed = linda.dms
    assert (
        "Ana Lima changed severity from 2 - High: an important part fails to 1 - Critical: nobody can order, "
        "kind from Problem to Complaint and title."
    ) in edited.all_text
    assert "Printer burns" in edited.all_text
    assert "Ana Lima wrote a public comment" in commented.all_text
    assert "We are on it" in commented.all_text
    assert "the status is now Working" in commented.all_text
    assert "We are on it" in commented.text  # for screen readers
    assert "Ana Lima closed the case: Way around given." in closed.all_text
    assert "Status now: Closed" in closed.all_text
    await linda.clicks("Show case", on=commented)
    assert linda.modal is not None
    assert linda.modal.title == "Case 00001001"


async def test_a_notice_to_staff_links_to_the_card_and_one_to_customers_does_not(
    workplace: Workplace,
) -> None:
    maria, ana, linda = workplace.people("maria ana linda")
    await workplace.case_of("linda", owner="ana")
    await workplace.settled()
    begin_again(workplace)
    await does(maria, "/case edit 1001", severity="1")
    await workplace.settled()
    assert "Go to its card" in ana.dms[0].all_text
    assert "Go to its card" not in linda.dms[0].all_text  # she is not in that channel


async def test_no_notice_carries_what_is_internal_to_the_customer_side(workplace: Workplace) -> None:
    maria, ana, linda = workplace.people("maria ana linda")
    await workplace.case_of("linda", owner="ana")
    await does(maria, "/case comment 1001", text="secret one")
    await does(maria, "/case assign 1001", owner="ben", note="secret two")
    await does(maria, "/case close 1001", resolution="solved", note="secret three")
    await does(maria, "/case reopen 1001", reason="secret four", audience="internal")
    await workplace.settled()
    assert len(linda.dms) == 5  # taken, working (by what maria wrote), assigned, closed, reopened
    assert not linda.sees("secret")
    assert ana.sees("secret one")


async def test_who_lost_their_role_or_their_account_is_told_nothing(workplace: Workplace) -> None:
    ana, linda, ben = workplace.people("ana linda ben")
    await workplace.case_of("linda", owner="ana")
    await workplace.case_of("ben", owner="ana")
    await workplace.settled()
    begin_again(workplace)
    await workplace.role_of("linda", Role.DSC, HARBOUR)
    await workplace.role_of("ben", None)
    for number in (1001, 1002):
        await does(ana, f"/case comment {number}", text="anything new?", audience="public")
    await workplace.settled()
    assert linda.dms == []
    assert ben.dms == []


async def test_notices_of_one_case_come_in_the_order_of_its_changes(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana")
    for number in range(1, 6):
        await does(ana, "/case comment 1001", text=f"remark {number}", audience="public")
    await workplace.settled()
    heard = [message.all_text for message in linda.dms if "remark" in message.all_text]
    assert [next(n for n in range(1, 6) if f"remark {n}" in text) for text in heard] == [1, 2, 3, 4, 5]
