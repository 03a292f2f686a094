"""`/desk policy`: an administrator changes hours and limits; what is wrong is told at its field."""

from __future__ import annotations

from tests.flows.conftest import Workplace


async def test_an_administrator_changes_the_hours_and_sees_the_new_revision(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk policy")
    assert omar.modal is not None, omar.reply
    assert "Revision 1" in omar.modal.text
    await omar.submits(limits_spoke="ten", escalation_premier="8, 4, 2, 1")
    assert set(omar.errors) == {"limits_spoke"}
    await omar.submits(limits_spoke="10", escalation_premier="8, 4, 2, 1")
    assert "must not go down" in omar.errors["escalation_premier"]
    await omar.submits(limits_spoke="30", escalation_premier="2, 4, 6, 8")
    assert omar.modal is not None
    assert "Revision 2 counts from now on." in omar.modal.text
    assert workplace.bot.desk.policy.limits.spoke == 30
    assert workplace.bot.desk.policy.escalation.premier == (2, 4, 6, 8)


async def test_a_restart_keeps_what_was_set(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    await omar.runs("/desk policy")
    await omar.submits(limits_silent_days="30")
    await workplace.restart()
    assert workplace.bot.desk.policy.limits.silent_days == 30
    assert workplace.bot.desk.policy_revision == 2
