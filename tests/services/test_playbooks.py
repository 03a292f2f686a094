"""Revisions of the playbook: published when sound, gone back to, kept by calls that began with them."""

from __future__ import annotations

import pytest

from bot.domain.ids import SlackUserId
from bot.domain.phone_calls import PhoneSettings
from bot.domain.playbook.faults import FaultKind, UnsoundPlaybook
from bot.domain.refusals import Reason, Refusal
from bot.services import call_page, playbooks
from bot.services import phone_calls as service
from tests.services.conftest import OMAR, Office

CHLOE, MARIA = SlackUserId("U0CHLOE"), SlackUserId("U0MARIA")


async def reworded(office: Office, title: str = "Say hello") -> dict[str, str]:
    page = await playbooks.page(office.desk, MARIA)
    text = page.texts["phone.toml"].replace('title = "Greet and identify"', f'title = "{title}"')
    return {"phone.toml": text}


async def refused(reason: Reason, coming: object) -> None:
    with pytest.raises(Refusal) as caught:
        await coming  # type: ignore[misc]
    assert caught.value.reason is reason


async def test_the_packaged_playbook_is_the_first_revision_and_counts(office: Office) -> None:
    page = await playbooks.page(office.desk, MARIA)
    (first,) = page.revisions
    assert (first.number, first.is_packaged, first.by) == (1, True, "")
    assert set(page.texts) == {
        "phone.toml",
        "triage.toml",
        "verdict.toml",
        "association.toml",
        "messages.toml",
    }
    await playbooks.page(office.desk, MARIA)
    assert (await playbooks.page(office.desk, MARIA)).total == 1


async def test_a_call_keeps_the_revision_that_it_began_with(office: Office) -> None:
    before = await service.begin(office.desk, CHLOE, office.key())
    changed = await reworded(office)
    told = await playbooks.what_changes(office.desk, changed, MARIA)
    assert any("was called “Greet and identify”" in str(one) for one in told)
    await playbooks.publish(office.desk, changed, 1, MARIA, office.key())
    after = await service.begin(office.desk, CHLOE, office.key())
    assert before.phone_call_id is not None
    assert after.phone_call_id is not None
    old = await call_page.page(office.desk, before.phone_call_id, CHLOE)
    new = await call_page.page(office.desk, after.phone_call_id, CHLOE)
    assert (old.call.revision, old.place.step.title) == (1, "Greet and identify")
    assert (new.call.revision, new.place.step.title) == (2, "Say hello")
    rows, _ = await office.news()
    assert [row["kind"] for row in rows if row["kind"].startswith("playbook")] == ["playbook_published"]


async def test_a_broken_one_is_refused_with_its_reasons_and_the_last_good_one_goes_on(office: Office) -> None:
    page = await playbooks.page(office.desk, MARIA)
    broken = page.texts["phone.toml"].replace('go = "evaluator"', 'go = "nowhere"')
    with pytest.raises(UnsoundPlaybook) as caught:
        await playbooks.publish(office.desk, {"phone.toml": broken}, 1, MARIA, office.key())
    assert FaultKind.UNKNOWN_TARGET in {one.kind for one in caught.value.faults}
    with pytest.raises(UnsoundPlaybook):
        await playbooks.what_changes(office.desk, {"verdict.toml": "[[rules"}, MARIA)
    assert (await playbooks.page(office.desk, MARIA)).total == 1


async def test_going_back_is_a_revision_of_its_own(office: Office) -> None:
    await playbooks.publish(office.desk, await reworded(office), 1, MARIA, office.key())
    await playbooks.go_back(office.desk, 1, 2, MARIA, office.key())
    page = await playbooks.page(office.desk, MARIA)
    assert [(one.number, one.goes_back_to, one.is_packaged) for one in page.revisions] == [
        (3, 1, False),
        (2, None, False),
        (1, None, True),
    ]
    assert page.playbook.phone.steps[0].title == "Greet and identify"
    await refused(Reason.NOTHING_CHANGED, playbooks.go_back(office.desk, 1, 3, MARIA, office.key()))
    await refused(Reason.NO_SUCH_REVISION, playbooks.go_back(office.desk, 9, 3, MARIA, office.key()))


async def test_who_comes_second_is_told_and_nothing_is_lost(office: Office) -> None:
    mine, yours = await reworded(office, "Mine"), await reworded(office, "Yours")
    await playbooks.publish(office.desk, mine, 1, MARIA, office.key())
    late = playbooks.publish(office.desk, yours, 1, OMAR, office.key())
    await refused(Reason.PUBLISHED_MEANWHILE, late)


async def test_playbooks_and_their_names_are_for_managers(office: Office) -> None:
    await refused(Reason.NOT_YOUR_ROLE, playbooks.page(office.desk, CHLOE))
    wanted = PhoneSettings(desk="Example Shops")
    by_level_one = playbooks.set_settings(office.desk, wanted, CHLOE, office.key())
    await refused(Reason.NOT_YOUR_ROLE, by_level_one)
    await playbooks.set_settings(office.desk, wanted, MARIA, office.key())
    again = playbooks.set_settings(office.desk, wanted, MARIA, office.key())
    await refused(Reason.NOTHING_CHANGED, again)
    late = playbooks.set_settings(office.desk, PhoneSettings(desk="Other"), MARIA, office.key())
    await refused(Reason.SET_UP_MEANWHILE, late)
