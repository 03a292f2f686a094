"""What each act on a case leaves behind: its history, whom it tells, and nothing that people wrote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases import Case
from bot.domain.commands import (
    AddComment,
    AssignCase,
    Audience,
    CloseCase,
    Contact,
    EditCase,
    Origin,
    ReopenCase,
    SetStatus,
    SetUpPerson,
)
from bot.domain.ids import CallKey, ChannelId, MessageTs, SlackUserId
from bot.domain.lifecycle import Status
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.customers import CustomerFacts
from bot.domain.turns import Turns
from bot.services import cases, people
from bot.store import customers
from bot.store.people import find_person
from tests.factories import NOON
from tests.services.conftest import CASES_CHANNEL, REVISION, Office

ANA, BEN, CHLOE, INES, LINDA, MARIA, OMAR, TESS, VIKTOR = (
    SlackUserId(f"U0{name}")
    for name in ("ANA", "BEN", "CHLOE", "INES", "LINDA", "MARIA", "OMAR", "TESS", "VIKTOR")
)
CARD = ("card", CASES_CHANNEL, "internal")
IN_THREAD = ("thread_comment", CASES_CHANNEL, "internal")
SECRET = "kept between us <!channel>"


def notice(user: str, audience: str = "public") -> tuple[str, str, str]:
    return ("notice", user, audience)


def row(kind: str, actor: str, key: str, changes: dict[str, Any], audience: str = "public") -> dict[str, Any]:
    """What a history row must say; ids are compared elsewhere."""
    return {
        "kind": kind,
        "actor": actor,
        "call_key": key,
        "changes": changes,
        "audience": audience,
        "policy_revision": REVISION,
        "source": "person",
        "at": NOON,
        "on_behalf_of_id": None,
    }


async def assert_news(
    office: Office, wanted: list[dict[str, Any]], told: list[tuple[str, str, str]], **ids: object
) -> None:
    """Exactly these history rows and exactly these outbox rows were written since the last look."""
    found, sent = await office.news()
    assert [{name: one[name] for name in want} for one, want in zip(found, wanted, strict=True)] == wanted
    for one in found:
        for name, value in ids.items():
            assert one[name] == value
    assert sent == told
    assert "kept between us" not in await office.words_kept_with_changes()


async def test_opening_a_case_writes_one_line_of_history_and_asks_for_its_card(office: Office) -> None:
    receipt = await cases.open_case(office.desk, office.form(title=SECRET), LINDA, CallKey("k"))
    assert receipt.case_id is not None
    await assert_news(office, [row("opened", LINDA, "k", {})], [CARD], case_id=receipt.case_id)
    case = await office.case(receipt.case_id)
    assert (case.number, case.version, case.status) == (1001, 1, Status.NEW)
    assert receipt == Receipt(case_id=case.id, number=case.number, version=1, seen_on_card=False)
    assert (case.title, case.description, case.severity, case.kind) == (
        SECRET,
        "Smoke comes out of it.",
        2,
        "problem",
    )
    assert (case.business_impact, case.timezone, case.org_id_or_mid) == (
        "orders_held",
        "Europe/Lisbon",
        "MID-OWN",
    )
    assert case.contact == Contact(name="Lou Reyes", email="lou@example.com", phone="555")
    assert (case.account_name, case.creator.slack_user_id, case.owner, case.team_id) == (
        "Cloud Nine",
        LINDA,
        None,
        None,
    )
    assert (case.origin, case.opened_by_staff) == (Origin.DSC, False)
    assert (case.created_at, case.updated_at, case.closed_at) == (NOON, NOON, None)


async def test_the_case_that_opening_hands_on_is_the_one_that_it_saved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not read back, so what is announced must equal what a read finds, names and all."""
    handed_on: list[Case] = []
    monkeypatch.setattr(cases, "record", lambda work, case, *rest, **more: handed_on.append(case))
    for by, team in ((LINDA, None), (ANA, office.integrations), (MARIA, office.level_two)):
        receipt = await cases.open_case(office.desk, office.form(team_id=team), by, office.key())
        assert receipt.case_id is not None
        assert handed_on.pop() == await office.case(receipt.case_id)


async def test_staff_see_a_new_case_on_its_card_in_the_channel_of_its_team(office: Office) -> None:
    form = office.form(team_id=office.integrations, org_id_or_mid="", timezone="")
    receipt = await cases.open_case(office.desk, form, ANA, CallKey("k"))
    assert receipt.case_id is not None
    assert not receipt.seen_on_card, "it is not posted yet"
    await assert_news(office, [row("opened", ANA, "k", {})], [("card", "C0INTEGR", "internal")])
    case = await office.case(receipt.case_id)
    assert (case.origin, case.opened_by_staff, case.team_name) == (Origin.SUPPORT, True, "integrations")
    assert (case.org_id_or_mid, case.timezone) == ("MID-Cloud Nine", "Europe/Lisbon"), "the account's own"


async def test_opening_a_case_takes_ten_statements(office: Office) -> None:
    """Call key, actor, account, number, case, its words and hour, history, outbox, call key: all needed.

    Where the account buys at the shop two more say which rules tie a case to an order, and what it has.
    """
    seen = office.statements()
    await cases.open_case(office.desk, office.form(), LINDA, CallKey("k"))
    assert len(seen) == 10, "\n".join([f"{len(seen)} statements:", *seen])
    account_id = office.form().account_id
    facts = CustomerFacts(name="Cloud Nine")
    await office.desk.write(lambda work: customers.insert_customer(work, "C-9", facts, account_id))
    seen.clear()
    await cases.open_case(office.desk, office.form(), LINDA, CallKey("l"))
    assert len(seen) == 12, "\n".join([f"{len(seen)} statements:", *seen])


@pytest.mark.parametrize(
    ("act", "most"),
    [
        (lambda o, c: cases.take(o.desk, c.id, ANA, o.key()), 10),
        (lambda o, c: cases.comment(o.desk, AddComment(case_id=c.id, text="Hm."), ANA, o.key()), 14),
        (lambda o, c: cases.close(o.desk, closing(c), MARIA, o.key()), 14),
    ],
    ids=["take", "comment", "close"],
)
async def test_other_acts_take_few_statements_too(
    office: Office, act: Callable[[Office, Case], Awaitable[Receipt]], most: int
) -> None:
    case = await office.opened()
    seen = office.statements()
    await act(office, case)
    assert len(seen) <= most, "\n".join([f"{len(seen)} statements:", *seen])


async def test_taking_a_case_tells_its_creator(office: Office) -> None:
    case = await office.opened()
    receipt = await cases.take(office.desk, case.id, BEN, CallKey("k"))
    changes = {"status": ["new", "open"], "owner": [None, "U0BEN"]}
    await assert_news(office, [row("taken", BEN, "k", changes)], [CARD, notice(LINDA)], case_id=case.id)
    assert (receipt.version, receipt.seen_on_card) == (2, False)


async def test_assigning_tells_creator_old_owner_and_new_owner_once_and_not_who_did_it(
    office: Office,
) -> None:
    case = await owned(office)
    command = AssignCase(case_id=case.id, version=case.version, owner_slack_id=ANA, note=SECRET)
    await cases.assign(office.desk, command, MARIA, CallKey("k"))
    changes = {"owner": ["U0BEN", "U0ANA"]}
    told = [CARD, IN_THREAD, notice(LINDA), notice(ANA), notice(BEN)]
    await assert_news(office, [row("assigned", MARIA, "k", changes)], told, comment_id=1)
    assert await office.said() == [("internal", SECRET)]


async def test_handing_ones_own_case_over_is_no_news_to_oneself(office: Office) -> None:
    case = await owned(office, by=ANA)
    command = AssignCase(case_id=case.id, version=case.version, owner_slack_id=ANA)
    await cases.assign(office.desk, command, BEN, CallKey("k"))
    changes = {"owner": ["U0BEN", "U0ANA"]}
    await assert_news(office, [row("assigned", BEN, "k", changes)], [CARD, notice(ANA)], comment_id=None)


async def test_an_internal_comment_is_news_to_staff_alone(office: Office) -> None:
    case = await owned(office)
    await cases.comment(office.desk, AddComment(case_id=case.id, text=SECRET), ANA, CallKey("k"))
    said = row("commented", ANA, "k", {}, audience="internal")
    moved = row("status_set", ANA, "k", {"status": ["open", "working"]})
    news = [CARD, IN_THREAD, notice(LINDA), notice(BEN, "internal")]
    await assert_news(office, [said, moved], news)
    assert await office.said() == [("internal", SECRET)]


async def test_a_public_comment_is_news_to_the_customer_too(office: Office) -> None:
    case = await owned(office)
    command = AddComment(case_id=case.id, text=SECRET, audience=Audience.PUBLIC)
    await cases.comment(office.desk, command, ANA, CallKey("k"))
    wanted = row("commented", ANA, "k", {"status": ["open", "working"]})
    await assert_news(office, [wanted], [CARD, IN_THREAD, notice(LINDA), notice(BEN)])


async def test_a_comment_that_changes_no_status_makes_no_new_version(office: Office) -> None:
    case = await owned(office)
    await cases.comment(office.desk, AddComment(case_id=case.id, text=SECRET), LINDA, CallKey("k"))
    wanted = row("commented", LINDA, "k", {})
    await assert_news(office, [wanted], [CARD, IN_THREAD, notice(BEN)])
    assert (await office.case(case.id)).version == case.version
    assert await office.said() == [("public", SECRET)]


async def test_a_reply_in_the_cards_thread_is_not_put_there_again(office: Office) -> None:
    case = await owned(office)
    said_in = (ChannelId("C0CASES"), MessageTs("1.2"))
    command = AddComment(case_id=case.id, text=SECRET)
    await cases.comment(office.desk, command, BEN, CallKey("k"), said_in)
    said = row("commented", BEN, "k", {}, audience="internal")
    moved = row("status_set", BEN, "k", {"status": ["open", "working"]})
    await assert_news(office, [said, moved], [CARD, notice(LINDA)])


async def test_editing_names_the_fields_and_repeats_no_text(office: Office) -> None:
    case = await owned(office)
    command = EditCase(
        case_id=case.id,
        version=case.version,
        title=SECRET,
        description=SECRET,
        org_id_or_mid=SECRET,
        contact=Contact(name=SECRET),
        severity=1,
        kind=case.kind,
    )
    receipt = await cases.edit(office.desk, command, ANA, CallKey("k"))
    unsaid = {name: [None, None] for name in ("title", "description", "org_id_or_mid", "contact")}
    hours = [(NOON + timedelta(hours=one)).isoformat() for one in (2, 1)]
    changes = {"severity": ["2", "1"], "escalation_opens": hours, **unsaid}
    wanted = row("edited", ANA, "k", changes)
    await assert_news(office, [wanted], [CARD, notice(LINDA), notice(BEN)])
    after = await office.case(case.id)
    assert (after.title, after.contact, after.severity) == (SECRET, Contact(name=SECRET), 1)
    assert after.version == receipt.version == case.version + 1


async def test_setting_the_status_says_from_what_to_what(office: Office) -> None:
    case = await owned(office)
    command = SetStatus(case_id=case.id, version=case.version, status=Status.WORKING)
    await cases.set_status(office.desk, command, BEN, CallKey("k"))
    wanted = row("status_set", BEN, "k", {"status": ["open", "working"]})
    await assert_news(office, [wanted], [CARD, notice(LINDA)])


async def test_closing_and_reopening_keep_the_reason_as_a_comment_and_not_in_the_history(
    office: Office,
) -> None:
    case = await owned(office)
    await cases.close(office.desk, closing(case, note=SECRET), BEN, CallKey("k1"))
    changes = {"status": ["open", "closed"], "resolution": [None, "solved"]}
    await assert_news(office, [row("closed", BEN, "k1", changes)], [CARD, IN_THREAD, notice(LINDA)])
    shut = await office.case(case.id)
    assert (shut.resolution, shut.closed_at, shut.closed_by) == ("solved", NOON, case.owner)
    again = ReopenCase(case_id=case.id, version=shut.version, reason=SECRET)
    await cases.reopen(office.desk, again, LINDA, CallKey("k2"))
    changes = {"status": ["closed", "reopened"], "resolution": ["solved", None]}
    await assert_news(office, [row("reopened", LINDA, "k2", changes)], [CARD, IN_THREAD, notice(BEN)])
    assert await office.said() == [("internal", SECRET), ("public", SECRET)]
    heard = Turns(customer_wrote=NOON)  # the reason is a contact's public word
    wanted = replace(case, status=Status.REOPENED, version=shut.version + 1, turns=heard)
    assert await office.case(case.id) == wanted


async def test_whoever_uses_home_gets_it_drawn_again_after_their_own_acts(office: Office) -> None:
    case = await office.opened()
    ana = (await people_of(office, ANA))[0]
    await people.home_was_opened(office.desk, ana)
    await cases.take(office.desk, case.id, ANA, CallKey("k"))
    _, told = await office.news()
    assert told == [CARD, notice(LINDA), ("home", f"home:{ANA}", "internal")]


async def test_somebody_without_a_role_any_more_is_told_nothing(office: Office) -> None:
    case = await owned(office)
    gone = SetUpPerson(slack_user_id=LINDA, role=None, account_id=None)
    await people.set_up_person(office.desk, gone, OMAR, office.key())
    await office.news()
    await cases.edit(
        office.desk, EditCase(case_id=case.id, version=case.version, severity=1), BEN, CallKey("k")
    )
    assert (await office.news())[1] == [CARD]


# --- refusals keep nothing ---------------------------------------------------------------------------------


def closing(case: Case, **values: Any) -> CloseCase:
    return CloseCase(**{"case_id": case.id, "version": case.version, "resolution": "solved", **values})


async def owned(office: Office, by: str = LINDA) -> Case:
    """A case of `by` that Ben has taken; nobody has news of it left."""
    case = await office.opened(by)
    await cases.take(office.desk, case.id, BEN, office.key())
    await office.news()
    return await office.case(case.id)


async def people_of(office: Office, *users: SlackUserId) -> list[Any]:
    return [
        await office.desk.store.look(lambda c, u=user: find_person(c, office.desk.workspace_id, u))
        for user in users
    ]


Act = Callable[[Office, Case, CallKey], Awaitable[object]]
REFUSED: dict[str, tuple[Reason, Act]] = {
    "a community user opens a case": (
        Reason.NOT_YOUR_ROLE,
        lambda o, c, k: cases.open_case(o.desk, o.form(), TESS, k),
    ),
    "somebody unknown opens a case": (
        Reason.NOT_SET_UP,
        lambda o, c, k: cases.open_case(o.desk, o.form(), SlackUserId("U0ZED"), k),
    ),
    "a DSC opens one for another account": (
        Reason.WRONG_ACCOUNT,
        lambda o, c, k: cases.open_case(o.desk, o.form(account_id=o.harbour), LINDA, k),
    ),
    "a DSC hands one to a team": (
        Reason.NO_SUCH_CHOICE,
        lambda o, c, k: cases.open_case(o.desk, o.form(team_id=o.level_two), LINDA, k),
    ),
    "a severity that is not on the list": (
        Reason.NO_SUCH_CHOICE,
        lambda o, c, k: cases.open_case(o.desk, o.form(severity=9), ANA, k),
    ),
    "a time zone that is not on the list": (
        Reason.NO_SUCH_CHOICE,
        lambda o, c, k: cases.open_case(o.desk, o.form(timezone="Mars/Olympus"), ANA, k),
    ),
    "taking what Ben has": (Reason.ALREADY_TAKEN, lambda o, c, k: cases.take(o.desk, c.id, ANA, k)),
    "level one takes": (Reason.TAKEN_FROM_YOUR_TEAM, lambda o, c, k: cases.take(o.desk, c.id, CHLOE, k)),
    "another account's DSC comments": (
        Reason.NO_SUCH_CASE,
        lambda o, c, k: cases.comment(o.desk, AddComment(case_id=c.id, text="Hello"), VIKTOR, k),
    ),
    "Integrations write in public": (
        Reason.PUBLIC_COMMENTS_LOCKED,
        lambda o, c, k: cases.comment(
            o.desk, AddComment(case_id=c.id, text="Hello", audience=Audience.PUBLIC), INES, k
        ),
    ),
    "a customer writes to staff alone": (
        Reason.INTERNAL_IS_FOR_STAFF,
        lambda o, c, k: cases.comment(
            o.desk, AddComment(case_id=c.id, text="Hello", audience=Audience.INTERNAL), LINDA, k
        ),
    ),
    "a comment of spaces": (
        Reason.EMPTY_TEXT,
        lambda o, c, k: cases.comment(o.desk, AddComment(case_id=c.id, text=" \n"), ANA, k),
    ),
    "an assignment to somebody unknown, with a note": (
        Reason.NO_SUCH_PERSON,
        lambda o, c, k: cases.assign(
            o.desk, AssignCase(case_id=c.id, version=c.version, owner_slack_id="U0ZED", note="Yours"), ANA, k
        ),
    ),
    "an assignment of an older version": (
        Reason.CHANGED_MEANWHILE,
        lambda o, c, k: cases.assign(
            o.desk, AssignCase(case_id=c.id, version=c.version - 1, owner_slack_id=ANA), MARIA, k
        ),
    ),
    "an edit of an older version": (
        Reason.CHANGED_MEANWHILE,
        lambda o, c, k: cases.edit(o.desk, EditCase(case_id=c.id, version=c.version - 1, severity=1), ANA, k),
    ),
    "an edit that changes nothing": (
        Reason.NOTHING_CHANGED,
        lambda o, c, k: cases.edit(o.desk, EditCase(case_id=c.id, version=c.version, severity=2), ANA, k),
    ),
    "a customer edits the title": (
        Reason.NOT_YOUR_FIELD,
        lambda o, c, k: cases.edit(o.desk, EditCase(case_id=c.id, version=c.version, title="T"), LINDA, k),
    ),
    "a status that is not next": (
        Reason.STATUS_NOT_REACHABLE,
        lambda o, c, k: cases.set_status(
            o.desk, SetStatus(case_id=c.id, version=c.version, status=Status.WAITING), BEN, k
        ),
    ),
    "closing by a colleague of nobody concerned": (
        Reason.NOT_YOUR_CASE_TO_CLOSE,
        lambda o, c, k: cases.close(o.desk, closing(c), ANA, k),
    ),
    "closing with a resolution that is not on the list": (
        Reason.NO_SUCH_CHOICE,
        lambda o, c, k: cases.close(o.desk, closing(c, resolution="magic"), BEN, k),
    ),
    "closing with a note to an audience one may not write to": (
        Reason.INTERNAL_IS_FOR_STAFF,
        lambda o, c, k: cases.close(o.desk, closing(c, note="Bye", audience=Audience.INTERNAL), LINDA, k),
    ),
    "reopening what is open": (
        Reason.NOT_CLOSED,
        lambda o, c, k: cases.reopen(
            o.desk, ReopenCase(case_id=c.id, version=c.version, reason="Again"), LINDA, k
        ),
    ),
}


async def test_what_is_refused_leaves_no_trace_not_even_its_key(office: Office) -> None:
    case = await owned(office)
    before = await office.everything()
    for what, (reason, act) in REFUSED.items():
        with pytest.raises(Refusal) as refused:
            await act(office, case, CallKey(f"refused:{what}"))
        assert refused.value.reason is reason, what
        assert await office.everything() == before, what


# --- the same thing twice, two people at once --------------------------------------------------------------


async def test_the_same_submission_three_times_is_one_case_one_history_row_one_card(office: Office) -> None:
    receipts = {await cases.open_case(office.desk, office.form(), LINDA, CallKey("k")) for _ in range(3)}
    assert len(receipts) == 1
    await assert_news(office, [row("opened", LINDA, "k", {})], [CARD])


async def test_of_two_who_close_at_once_the_second_learns_who_was_faster(office: Office) -> None:
    case = await owned(office)
    await cases.close(office.desk, closing(case), MARIA, CallKey("one"))
    with pytest.raises(Refusal) as refused:
        await cases.close(office.desk, closing(case, note="My words"), BEN, CallKey("two"))
    assert refused.value.reason is Reason.ALREADY_CLOSED
    assert refused.value.facts == {"number": case.number, "by": "U0MARIA", "at": NOON}
    assert await office.said() == []


async def test_of_two_who_edit_at_once_the_second_keeps_the_first_ones_words(office: Office) -> None:
    case = await owned(office)
    first = EditCase(case_id=case.id, version=case.version, title="First")
    await cases.edit(office.desk, first, ANA, CallKey("one"))
    with pytest.raises(Refusal) as refused:
        await cases.edit(office.desk, replace(first, title="Second"), BEN, CallKey("two"))
    assert refused.value.reason is Reason.CHANGED_MEANWHILE
    assert (await office.case(case.id)).title == "First"


async def test_a_comment_comes_through_although_the_case_was_edited_meanwhile(office: Office) -> None:
    case = await owned(office)
    edited = EditCase(case_id=case.id, version=case.version, title="First")
    await cases.edit(office.desk, edited, ANA, CallKey("one"))
    await cases.comment(office.desk, AddComment(case_id=case.id, text="Hello"), BEN, CallKey("two"))
    assert (await office.case(case.id)).title == "First"


async def test_numbers_count_up_and_a_refusal_costs_none(office: Office) -> None:
    numbers = [(await office.opened()).number for _ in range(2)]
    with pytest.raises(Refusal):
        await cases.open_case(office.desk, office.form(), TESS, CallKey("k"))
    numbers.append((await office.opened()).number)
    assert numbers == [1001, 1002, 1003]
