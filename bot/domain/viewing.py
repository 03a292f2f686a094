"""Viewing as somebody else: read only, for managers and administrators; services and the front ask it."""

from __future__ import annotations

from bot.domain.people import Person, Role
from bot.domain.permissions import Act, require
from bot.domain.refusals import Reason, Refusal

_ORDER = tuple(Role)
"""From who sees least to who sees most."""


def roles_below(person: Person) -> tuple[Role, ...]:
    """As whom somebody may view: nobody sees more by it than they could anyway."""
    return _ORDER[: _ORDER.index(person.role) + 1] if person.role is not None else ()


def check_may_view(person: Person, viewed: Person | None) -> Person:
    """The one to be viewed. Raises NOT_YOUR_ROLE, NO_SUCH_PERSON, VIEW_YOURSELF or VIEW_ABOVE."""
    require(Act.VIEW_AS, person)
    if viewed is None or viewed.role is None or viewed.workspace_id != person.workspace_id:
        raise Refusal(Reason.NO_SUCH_PERSON, {})
    if viewed.id == person.id:
        raise Refusal(Reason.VIEW_YOURSELF)
    if viewed.role not in roles_below(person):
        raise Refusal(Reason.VIEW_ABOVE, {"name": viewed.name})
    return viewed
