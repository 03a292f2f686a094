"""`/review`: product reviews are approved and rejected one by one, changed by managers, exported by them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from bot.domain.people import Role
from bot.sandbox import Person
from bot.trial import shop
from tests.flows.conftest import LEVEL_ONE, Workplace

TODAY = date(2026, 11, 22)


@pytest.fixture
async def there(workplace: Workplace) -> Workplace:
    """A workplace with a shop, and what its customers say of the products."""
    await shop.bring(workplace.bot.desk, TODAY, crowd=False)
    return workplace


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


def kinds(person: Person) -> list[str]:
    assert person.modal is not None
    return [one["type"] for one in person.modal.blocks]


async def test_the_queue_shows_what_waits_and_what_is_asked_for(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/review")
    queue = shown(ana)
    assert "1-8 of 13" in queue
    assert "Zu langsam" in queue
    assert "Best of its kind" not in queue
    await ana.clicks("More")
    assert "9-13 of 13" in shown(ana)
    await ana.clicks("Back")
    assert "input" not in kinds(ana), "the list stands on top"
    await ana.clicks("Filter...")
    assert kinds(ana)[0] == "input"
    await ana.submits(status="rejected")
    assert "input" not in kinds(ana)
    assert "1-2 of 2 · Rejected" in shown(ana)
    assert "Rubbish" in shown(ana)
    await ana.runs("/review list status:all stars:1")
    assert "of 3" in shown(ana)
    await ana.runs("/review list colour:red")
    assert "Reviews have no filter like colour:red" in ana.reply


async def test_one_after_the_other_is_decided_in_one_window(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/review next")
    assert "13 reviews wait" in shown(ana)
    await ana.clicks("Approve")
    assert "is approved." in shown(ana)
    assert "12 reviews wait" in shown(ana)
    for left in range(11, -1, -1):
        await ana.clicks("Approve")
        if left:
            assert f"{left} review" in shown(ana)
    assert "all are done" in shown(ana)


async def test_a_rejection_has_a_reason_and_only_a_manager_changes_it(there: Workplace) -> None:
    ana, maria = there.people("ana maria")
    await ana.runs("/review show R-3003")
    assert "You are all crooks" in shown(ana)
    await ana.clicks("Insults somebody")
    assert "Review R-3003 is rejected." in shown(ana)
    ana.reloads()
    await ana.runs("/review show R-3003")
    page = shown(ana)
    assert "Rejected by" in page
    assert "Insults somebody" in page
    assert "Only managers and administrators may reverse a review's decision" in page
    await maria.runs("/review show R-3003")
    await maria.clicks("Approve after all")
    await maria.submits(reason="It is rude, and true.")
    assert "Review R-3003 is approved." in shown(maria)
    assert "It is rude, and true." in shown(maria)
    assert "changing what was decided" in shown(maria)
    await maria.runs("/review show R-3014")  # decided before it was brought here
    await maria.clicks("Reject after all")
    await maria.submits(reason="Of another product.")
    assert "Review R-3014 is rejected." in shown(maria)
    assert "Of another product." in shown(maria)  # the same one, not the next


async def test_who_comes_second_sees_who_decided_and_nothing_is_written_over(there: Workplace) -> None:
    ana, ben = there.people("ana ben")
    await ana.runs("/review show R-3001")
    await ben.runs("/review show R-3001")
    await ana.clicks("Approve")
    await ben.clicks("Is an advertisement")
    assert "Ana Lima has approved this review already" in shown(ben)
    assert "Rejected" not in shown(ben)


async def test_another_reason_is_written_and_the_next_one_comes(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/review show R-3011")
    await ana.clicks("Another reason: write it")
    await ana.submits(reason="A phone number and an address")
    assert "Review R-3011 is rejected." in shown(ana)
    assert "12 reviews wait" in shown(ana)


async def test_level_one_looks_and_is_told_why_they_may_not_decide(there: Workplace) -> None:
    await there.role_of("ben", Role.AGENT, None, (LEVEL_ONE,))
    ben, linda = there.people("ben linda")
    await ben.runs("/review show R-3001")
    assert "People of Level one may not decide a review" in shown(ben)
    assert "Reject because it" not in shown(ben)
    await linda.runs("/review")
    assert "Only support staff may read customers" in linda.reply


async def test_a_manager_gets_the_file_of_what_is_shown(there: Workplace) -> None:
    ana, maria = there.people("ana maria")
    await ana.runs("/review export")
    assert "Only managers and administrators may export reviews" in ana.reply
    await maria.runs("/review export status:all from:2026-01-01")
    assert "Your files are being made." in maria.reply
    await there.settled()
    rows = file_of(there, maria)
    assert len(rows) == 18
    assert {"'=1+1 is how easy it is"} <= {one["headline"] for one in rows}
    assert rows[0].keys() >= {"number", "sku", "rating", "status", "decided_by", "reason"}
    await maria.runs("/review list status:rejected")
    await maria.clicks("Export as CSV")
    await there.settled()
    assert len(file_of(there, maria)) == 2


async def test_a_reason_for_a_rejection_never_approves_what_somebody_else_has_rejected(
    there: Workplace,
) -> None:
    maria, ana = there.people("maria ana")
    await maria.runs("/review show R-3011")
    await maria.clicks("Another reason: write it")
    await ana.runs("/review show R-3011")
    await ana.clicks("Insults somebody")
    await maria.submits(reason="A phone number and an address")
    assert "Ana Lima has rejected this review already" in shown(maria)
    assert "You wrote: A phone number and an address" in shown(maria)
    assert "Approve" not in shown(maria)


def file_of(there: Workplace, who: Person) -> list[dict[str, str]]:
    found = [one for one in there.sandbox.workspace.everything(who.id) if one.files]
    (file,) = found[-1].files or ()
    held = there.sandbox.parts.uploads.content(file["id"])
    return list(csv.DictReader(io.StringIO(held.decode("utf-8-sig"))))


async def test_a_search_of_reviews_is_saved_and_run_from_home(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/review list status:pending stars:1,2")
    await ana.clicks("Save this search")
    await ana.submits(name="Angry ones")
    assert "Saved as Angry ones" in shown(ana)
    ana.reloads()
    await ana.runs("/case list saved angry")
    assert "Never again!!!" in shown(ana)
    assert "Best of its kind" not in shown(ana)


async def test_a_number_alone_shows_the_review_and_filters_alone_list_reviews(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/review R-3003")
    assert "You are all crooks" in shown(ana)
    for line in ("/review status:all stars:1", "/review Status:ALL stars:1", "/review all stars:1"):
        await ana.closes()
        await ana.runs(line)
        assert "of 3" in shown(ana), line
    await ana.closes()
    await ana.runs("/review colour:red")
    assert "Reviews have no filter like colour:red" in ana.reply
    await ana.runs("/review R-9999")
    assert "The desk has no such product review." in ana.reply
    await ana.runs("/review R-3003 now")
    assert "I do not know “R-3003 now”" in ana.reply


async def test_words_that_we_do_not_know_are_told_apart_from_the_daily_review(there: Workplace) -> None:
    ana = there.person("ana")
    await ana.runs("/review dance")
    assert "I do not know" in ana.reply
    assert "/case review" in ana.reply
