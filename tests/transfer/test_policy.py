"""`caseline policy`: a file is made the policy of a desk that has been started."""

from __future__ import annotations

from bot.services import policies
from bot.services.desk import Desk
from tests.transfer.conftest import Operator


def test_a_file_that_is_loaded_counts(operator: Operator) -> None:
    file = operator.folder / "policy.toml"
    file.write_text("[limits]\nsilent_days = 30\n", encoding="utf-8")
    assert operator.runs("policy", "load", file) == 0, operator.said
    assert "Revision 2 counts from now on" in operator.said
    assert operator.runs("policy", "load", file) == 0
    assert "nothing has changed" in operator.said
    assert operator.runs("policy") == 0
    assert "Revision 2" in operator.said
    assert "from a policy file" in operator.said

    async def silent_days(desk: Desk) -> int:
        await policies.refresh(desk)
        return desk.policy.limits.silent_days

    assert operator.does(silent_days) == 30


def test_a_file_that_is_wrong_changes_nothing(operator: Operator) -> None:
    file = operator.folder / "policy.toml"
    file.write_text("[limits]\nsilent_days = -1\n", encoding="utf-8")
    assert operator.runs("policy", "load", file) == 2
    assert "limits.silent_days must be a number above 0" in operator.said
    assert operator.runs("policy") == 0
    assert "Revision 1" in operator.said
