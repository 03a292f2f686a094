"""Home's row of areas, each one step away: tickets, orders, returns and the rest, by right."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit
from bot.domain.people import Person
from bot.domain.permissions import Act, obstacle

AREAS: tuple[tuple[str, str, Act], ...] = (
    ("Tickets", "area.tickets", Act.READ_CASE),
    ("Orders", "area.orders", Act.READ_ORDERS),
    ("Returns", "area.returns", Act.READ_ORDERS),
    ("Reviews", "area.reviews", Act.DECIDE_REVIEW),
    ("Fraud", "area.fraud", Act.DECIDE_FRAUD),
    ("Customers", "area.customers", Act.READ_CUSTOMERS),
    ("Personal data", "area.personal_data", Act.REPORT_PERSONAL_DATA),
)
"""Name, action id and the right that opens it, in the order of the row."""

BUILT = frozenset({"area.tickets", "area.orders", "area.returns", "area.customers", "area.personal_data"})
"""Those that lead somewhere: whoever builds an area adds its id here, with its route."""


def areas(person: Person) -> list[sb.Block]:
    """The row; nothing for who may go nowhere but to their own cases."""
    made = [
        kit.button(name, action_id, "area", label=f"Go to {name.lower()}")
        for name, action_id, right in AREAS
        if action_id in BUILT and obstacle(right, person) is None
    ]
    return [kit.buttons("areas", *made)] if person.is_staff and made else []
