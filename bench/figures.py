"""What a row of the table says; every file of rows makes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table: two medians, how they compare, and what is wanted of that."""

    row: str
    what: str
    floor: float
    ours: float
    unit: str
    wanted: float
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.wanted if self.more_is_better else self.ratio <= self.wanted
