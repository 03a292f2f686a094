"""Selects whose options come from us while somebody types, because there may be more than a list can hold."""

from __future__ import annotations

import re

import slackblocks as sb

from bot.blocks import inputs
from bot.blocks import text as texts
from bot.dialogs.forms import Fields, choice_in
from bot.domain.ids import CaseId, CaseNumber, shown
from bot.domain.pages import CaseRow
from bot.domain.policy import Choice

ACCOUNT, CASE = "pick.account", "pick.case"

CHOOSE_A_CASE = "Choose a case: type its number or words of it."

MOST_IN_A_LIST = 100
"""More accounts than that are looked for by typing: nobody scrolls that far."""


def account(account_id: int, name: str, org_id: str) -> Choice:
    """An account as an option."""
    return Choice(value=str(account_id), label=name, meaning=texts.inline(org_id, 60))


def case(row: CaseRow) -> Choice:
    """A case as an option; its value is the id."""
    return named(row.id, row.number, row.title, row.account_name)


def named(case_id: CaseId, number: CaseNumber, title: str, account_name: str) -> Choice:
    """The same of a case of which no more is known."""
    label = f"{shown(number)} · {title}"
    return Choice(value=str(case_id), label=label, meaning=texts.inline(account_name, 60))


def case_in(fields: Fields, name: str) -> CaseId | None:
    """The case that was chosen; None for what is none."""
    found = re.fullmatch(r"[0-9]{1,18}", choice_in(fields, name) or "")
    return CaseId(int(found[0])) if found is not None else None


def accounts(
    block_id: str,
    label: str,
    choices: list[Choice],
    *,
    initial: str = "",
    optional: bool = False,
    hint: str = "",
    action_id: str = "",
    dispatch: bool = False,
) -> sb.Block:
    """A select of accounts: a list where there are few, typed where there are many.

    `action_id` makes it another select than the one of the same place before; with `dispatch` a pick is sent.
    """
    if len(choices) <= MOST_IN_A_LIST:
        own = {"action_id": action_id} if action_id else {}
        return inputs.select(
            block_id,
            label,
            choices,
            initial=initial,
            optional=optional,
            hint=hint,
            dispatch=dispatch,
            **own,
        )
    chosen = next((one for one in choices if one.value == initial), None)
    return inputs.external(
        block_id,
        label,
        f"{ACCOUNT}.for.{action_id}" if action_id else ACCOUNT,
        initial=chosen,
        optional=optional,
        hint=hint,
        placeholder="Type a name or an org id",
        dispatch=dispatch,
    )


def cases(block_id: str, label: str, *, initial: Choice | None = None, hint: str = "") -> sb.Block:
    """A select of cases, by number or words; `initial` is one of them, as `case` or `named` makes it."""
    return inputs.external(
        block_id, label, CASE, initial=initial, hint=hint, placeholder="Type a number or words"
    )
