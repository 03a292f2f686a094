"""Selects whose options come from us while somebody types, because there may be more than a list can hold."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import inputs
from bot.blocks import text as texts
from bot.domain.ids import shown
from bot.domain.pages import CaseRow
from bot.domain.policy import Choice

ACCOUNT, CASE = "pick.account", "pick.case"

MOST_IN_A_LIST = 100
"""More accounts than that are looked for by typing: nobody scrolls that far."""


def account(account_id: int, name: str, org_id: str) -> Choice:
    """An account as an option."""
    return Choice(value=str(account_id), label=name, meaning=texts.inline(org_id, 60))


def case(row: CaseRow) -> Choice:
    """A case as an option; its value is the id."""
    return Choice(
        value=str(row.id),
        label=f"{shown(row.number)} · {row.title}",
        meaning=texts.inline(row.account_name, 60),
    )


def accounts(
    block_id: str,
    label: str,
    choices: list[Choice],
    *,
    initial: str = "",
    optional: bool = False,
    hint: str = "",
    action_id: str = "",
) -> sb.Block:
    """A select of accounts: a list where there are few, typed where there are many.

    `action_id` makes it another select than the one of the same place before.
    """
    if len(choices) <= MOST_IN_A_LIST:
        own = {"action_id": action_id} if action_id else {}
        return inputs.select(block_id, label, choices, initial=initial, optional=optional, hint=hint, **own)
    chosen = next((one for one in choices if one.value == initial), None)
    return inputs.external(
        block_id,
        label,
        f"{ACCOUNT}.for.{action_id}" if action_id else ACCOUNT,
        initial=chosen,
        optional=optional,
        hint=hint,
        placeholder="Type a name or an org id",
    )


def cases(block_id: str, label: str, *, initial: CaseRow | None = None, hint: str = "") -> sb.Block:
    """A select of cases, by number or words."""
    chosen = case(initial) if initial else None
    return inputs.external(
        block_id, label, CASE, initial=chosen, hint=hint, placeholder="Type a number or words"
    )
