"""A case from opening to closing, through the wire, as people do it."""

from __future__ import annotations

from tests.flows.conftest import Workplace, open_case


async def test_an_opened_case_appears_as_a_card(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await open_case(ana)
    assert ana.modal is not None
    assert "00001001" in ana.modal.text
    card = await workplace.card("00001001")
    assert "Printer on fire" in card.all_text
    assert "Take" in card.buttons
