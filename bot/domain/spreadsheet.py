"""Cells of CSV files that people open in a spreadsheet: what looks like a formula is kept from being one."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate, also one that a customer typed to that end."""

RISKY = frozenset({" ", "'", *FORMULA})
"""What else begins with is none: to look at the first character is enough for nearly all cells."""

GUARD = "'"
"""Spreadsheets show what follows it as it stands."""


def guarded(cell: str) -> str:
    """The cell as text for any spreadsheet; `unguarded` gives back what it was."""
    if cell[:1] not in RISKY:
        return cell
    return GUARD + cell if cell.lstrip(" '").startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith(GUARD) and guarded(cell[1:]) == cell else cell
