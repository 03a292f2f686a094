"""`/case clock N`: how the time of a case is counted, for whoever may know of it."""

from __future__ import annotations

from tests.flows.conftest import INTEGRATIONS, Workplace


async def test_staff_see_every_clock_with_its_sum(workplace: Workplace) -> None:
    ana, ines = workplace.people("ana ines")
    number = await workplace.case_of("ana", "ines", team_id=INTEGRATIONS, severity=4)
    await ana.runs(f"/case clock {number}")
    assert ana.modal is not None, ana.reply
    for told in ("T0 First answer", "T1 First comment", "T3 Asking Integrations", "T11 Escalation"):
        assert told in ana.modal.text
    assert "Sum 48 h, of 48 h allowed" in ana.modal.text.replace("*", "")
    await ana.closes()

    await ines.runs(f"/case status {number}")
    await ines.submits(status="working")
    await ines.runs(f"/case status {number}")
    await ines.submits(status="waiting")
    await ana.runs(f"/case show {number}")
    await ana.clicks("Clocks")
    assert "stands still while the case waits" in ana.modal.text
    assert "T3 Asking" not in ana.modal.text  # no asking while it waits


async def test_the_customer_sees_the_hours_announced_to_them_alone(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    number = await workplace.case_of("linda", severity=4)
    await linda.runs(f"/case clock {number}")
    assert linda.modal is not None
    assert "T11 Escalation" in linda.modal.text
    assert "Sum 8 h, of 8 h allowed" in linda.modal.text.replace("*", "")
    assert "T1 First comment" not in linda.modal.text


async def test_a_case_of_another_account_has_no_clocks_for_them(workplace: Workplace) -> None:
    viktor = workplace.person("viktor")
    number = await workplace.case_of("linda")
    await viktor.runs(f"/case clock {number}")
    assert viktor.modal is None
