"""What a shop of its own holds of a customer, for a report of personal data; `personal_data` asks it.

The desk's own tables are another part of the report, whatever the shop is.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.commerce.port import Ask, Capability, Changed, NoAnswer, NotOffered, NotSent
from bot.domain.people import PersonRef
from bot.domain.personal import AskedShop, Part, PersonalData, Row
from bot.services.desk import Desk
from bot.services.order_shop import asked, shop_of

log = logging.getLogger(__name__)

SECONDS = 30.0
"""Nobody waits for it in a window, and a shop may have much to tell."""


async def with_shop(desk: Desk, by: PersonRef, data: PersonalData) -> PersonalData:
    """The same with what the shop holds, where it offers that; or with the word that it did not answer."""
    capabilities = shop_of(desk).capabilities()
    if Capability.PERSONAL_DATA not in capabilities.can:
        return data
    ask = Ask(by=by, seconds=SECONDS)
    try:
        found = await asked(shop_of(desk).personal_data(ask, data.number), SECONDS)
        parts = await asyncio.to_thread(_parts, capabilities.name, found)
    except (NotSent, NoAnswer, Changed, NotOffered):
        return replace(data, shop=AskedShop(name=capabilities.name, answered=False))
    except (TypeError, ValueError) as error:  # what nobody can read: the desk's own part goes all the same
        log.warning("what the shop holds cannot be told: %r", error)
        return replace(data, shop=AskedShop(name=capabilities.name, answered=False))
    return replace(data, parts=(*data.parts, *parts), shop=AskedShop(name=capabilities.name, answered=True))


def _parts(shop: str, found: Sequence[tuple[str, object]]) -> list[Part]:
    """The shop's parts under names of their own, which no table of the desk has."""
    parts = list[Part]()
    for number, (title, held) in enumerate(found, 1):
        name = re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")
        parts.append(
            Part(name=f"shop.{number}.{name}", title=f"{shop}: {title}", rows=_rows(held), withheld={})
        )
    return parts


def _rows(held: object) -> tuple[Row, ...]:
    """Whatever a shop tells, as rows; what JSON cannot hold is told as its text."""
    plain = json.loads(json.dumps(held, default=str))
    each = plain if isinstance(plain, list) else [] if plain in (None, {}) else [plain]
    return tuple(one if isinstance(one, Mapping) else {"value": one} for one in each)
