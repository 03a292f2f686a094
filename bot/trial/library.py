"""The trial's knowledge base: an article of each kind, so that one finds some; `filling.py` writes it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.articles import AddArticle, Readers
from bot.domain.ids import CallKey
from bot.services import articles
from bot.services.desk import Desk
from bot.trial.cast import Ids, slack_id


@dataclass(frozen=True, kw_only=True)
class Piece:
    """An article, by whom; `account` is whose it is where it is for one."""

    by: str
    readers: Readers
    title: str
    body: str
    account: str = ""


LIBRARY = (
    Piece(
        by="ana",
        readers=Readers.CUSTOMERS,
        title="A button is missing at the checkout: what to look at first",
        body="""\
A payment button is drawn only where the shop, the browser **and** the payment provider all allow it.

## Look at these, in this order

1. Open the shop in a private window. Extensions that block scripts also block buttons.
2. Choose the country and the currency that the shopper has.
   - A wallet is offered only where the provider has switched it on for that country.
   - Some need a basket above a *smallest amount*.
3. Make the window narrow, or use a phone: below 360 pixels a template may hide what it cannot place.

## Tell us when you open a case

- [ ] the address of the page
- [ ] browser and its version
- [ ] since when, and what was changed then

> A picture of the whole page says more than one of the place where nothing is.
""",
    ),
    Piece(
        by="ben",
        readers=Readers.CUSTOMERS,
        title="Locked out, password or user name forgotten",
        body="""\
Your account's support contacts unlock users of the back office.
Type `/case access`: all of them hear of it at once, and one sees to it.

Three wrong passwords lock a user for an hour.
**Never send a password**, neither here nor by mail: nobody needs yours.
""",
    ),
    Piece(
        by="ana",
        readers=Readers.STAFF,
        title="Search index: how to build it anew without closing the shop",
        body="""\
Only at night of the shop's own zone, and never during an import.

1. See that no import runs: `jobs list --running`
2. Build beside the old one:

```
index build --shop SHOP --beside
index compare --shop SHOP
```

3. Switch over when both counts differ by less than one per cent: `index switch --shop SHOP`

---
Ask level two before the second try.
What the customer is told: *the search may miss new products for an hour*.
""",
    ),
    Piece(
        by="linda",
        readers=Readers.ACCOUNT,
        account="Cloud Nine Shoes",
        title="Our own checklist before we open a case",
        body="""\
For Raj and me. Tess, ask one of us.

- [ ] Is it the test shop? Then it is for our agency.
- [ ] Does it happen to two of us?
- [ ] Did marketing change a template today?
- [ ] Order number, time and shopper's country at hand?
""",
    ),
)


async def write(desk: Desk, ids: Ids) -> None:
    """Write all of it, on the day on which the desk was set up."""
    for number, piece in enumerate(LIBRARY):
        command = AddArticle(
            title=piece.title,
            body=piece.body,
            readers=piece.readers,
            account_id=ids.accounts[piece.account] if piece.account else None,
        )
        await articles.add_article(desk, command, slack_id(piece.by), CallKey(f"trial article {number}"))
