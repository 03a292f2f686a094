"""Who is on the line: customers found by what a caller says, and all that a call needs of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.ids import CustomerId
from bot.domain.people import Viewer
from bot.domain.shop.lookup import Find, FindKey, Hits, last_four
from bot.store.customer_find import find
from bot.store.work import Connection

KEYS: Mapping[str, FindKey] = {
    "order_no": FindKey.ORDER,
    "email": FindKey.EMAIL,
    "site": FindKey.SITE,
    "company": FindKey.COMPANY,
    "caller_name": FindKey.NAME,
    "downloaded_by": FindKey.NAME,
}
"""Fields of the scripts by which customers are found, the surest first. A licence key is found at once."""

LICENCE = "licence_key"
HIDDEN = "…"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What may be kept of what was typed; `only` is the customer whose licence key it was."""

    data: Mapping[str, str]
    only: CustomerId | None = None


def kept(connection: Connection, viewer: Viewer, data: Mapping[str, str]) -> Kept:
    """Look a licence key up and forget it: of a key nothing is kept but its last four signs."""
    typed = data.get(LICENCE, "").strip()
    if not typed or typed.startswith(HIDDEN):
        return Kept(data=data)
    found = find(connection, viewer, Find(text=typed, key=FindKey.LICENCE))
    only = found.hits[0].customer_id if len(found.hits) == 1 else None
    return Kept(data={**data, LICENCE: f"{HIDDEN}{last_four(typed)}"}, only=only)


def hits(connection: Connection, viewer: Viewer, said: Mapping[str, str]) -> Hits:
    """Who may be meant by all that was said: who fits all of it, else who fits the surest of it."""
    found = [
        one
        for name, key in KEYS.items()
        if said.get(name)
        for one in (find(connection, viewer, Find(text=said[name], key=key)),)
        if one.hits
    ]
    if not found:
        return Hits(sought=Find(text=""))
    common = set.intersection(*({one.customer_id for one in group.hits} for group in found))
    if not common:
        return found[0]
    kept_hits = tuple(one for one in found[0].hits if one.customer_id in common)
    return Hits(sought=found[0].sought, hits=kept_hits, more=found[0].more and len(found) == 1)
