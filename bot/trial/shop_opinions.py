"""What the trial's customers say of products, and what a provider thinks of their orders; `shop.py` asks.

Made up, alike on every machine, and consistent with the orders: people review what they got, and an order
that waits for a check has had nothing sent.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from bot.domain.shop.sheets import Sheet

Row = dict[str, str]
Rows = Mapping[Sheet, Sequence[Row]]

SEED = 43
PROVIDER, SECOND_PROVIDER = "Harrier Checks", "Card network"

_LONG = """\
We moved three shops over in one weekend. The first import stopped at a product without a price, which was \
ours to mend, and the log said so in the first line. The second went through.

What cost us most time was the theme: its menu wants at most seven entries, and we have twelve. In the end \
we grouped them, and customers find things faster than before, so I will not complain.

Two wishes: say how long an import will take before it begins, and let me stop it without losing what is in \
already. Would buy again; would read the manual first."""

_RUDE = "You are all crooks and whoever wrote this is an idiot. I want my money back NOW."
_SLOW = "Der Import braucht für 4.000 Artikel fast eine Stunde. Für den Preis erwarte ich mehr."
_HANDY = "設定は簡単でした。メールの文面をもう少し自由に変えられると助かります。"
_ADVERT = "Half the price at cheap-licences.example, write to deals@cheap-licences.example"
_PRIVATE = "My card was charged twice. Call me on +1 555 0142, Greta Holm, 12 Mill Road."

_PENDING: tuple[tuple[int, str, str], ...] = (
    (5, "Does what it says", "Installed in ten minutes, and the shop was up before lunch."),
    (4, "Good, with one wish", "All fine. The export could have a column for the tax."),
    (1, "Never again!!!", _RUDE),
    (2, "Zu langsam", _SLOW),
    (5, "Très content", "Installation simple, et l'assistance répond vite. Je recommande."),
    (3, "Está bien", "Funciona, pero la documentación en español está incompleta."),
    (4, "とても便利です", _HANDY),
    (5, "ممتاز", "يعمل المتجر بشكل جيد منذ شهر، والدعم سريع."),
    (3, "Three shops, one weekend", _LONG),
    (1, "CHEAP LICENCES HERE", _ADVERT),
    (2, "Call me", _PRIVATE),
    (4, "", ""),
    (5, "=1+1 is how easy it is", "A formula in a headline should not hurt anybody."),
)
_APPROVED: tuple[tuple[int, str, str], ...] = (
    (5, "Best of its kind", "We compared four. This one stayed."),
    (4, "Solid", "A year without a hitch."),
    (2, "Menu too short", "Seven entries are not enough for us."),
)
_REJECTED: tuple[tuple[int, str, str], ...] = (
    (1, "Rubbish", "Words that nobody wants to read stood here."),
    (3, "Wrong product", "This is about a printer of somebody else's."),
)
_SAID = (
    *((*one, "pending") for one in _PENDING),
    *((*one, "approved") for one in _APPROVED),
    *((*one, "rejected") for one in _REJECTED),
)
"""Stars, headline, text, and where it stands."""

_SYMPTOMS: tuple[tuple[str, int], ...] = (
    ("First order of this customer", 20),
    ("Sent to another address than the bill's", 25),
    ("Amount far above their usual", 30),
    ("Several cards were tried", 35),
    ("Address in another country than the card", 30),
    ("Ordered at night, express", 10),
)


def reviews(made: Rows, today: date) -> list[Row]:
    """Each opinion by somebody who got the product; with a crowd around them most come more than once."""
    chance = random.Random(SEED)  # noqa: S311 - a made-up shop needs no secrets
    got = sorted(_delivered(made))
    if not got:
        return []
    rounds = 1 if len(got) < 100 else 4
    found = []
    for number, (stars, headline, text, status) in enumerate(_SAID * rounds, 1):
        customer, sku = chance.choice(got)
        written = today - timedelta(days=1 + (number * 7) % 40 + (30 if status != "pending" else 0))
        found.append(
            {
                "review_id": f"R-{3000 + number}",
                "sku": sku,
                "customer_no": customer,
                "rating": str(stars),
                "headline": headline,
                "text": text,
                "status": status,
                "written_at": written.isoformat(),
            }
        )
    return found


def _delivered(made: Rows) -> Iterator[tuple[str, str]]:
    """Who got which product."""
    whose = {row["order_no"]: row["customer_no"] for row in made[Sheet.ORDERS]}
    for line in made[Sheet.LINES]:
        if line["sku"] != "POST" and int(line["fulfilled"]) > int(line["returned"]):
            yield whose[line["order_no"]], line["sku"]


def reports(made: Rows) -> list[Row]:
    """Reports on some orders. One that is to be checked has nothing sent, and is suspended until then."""
    chance = random.Random(SEED)  # noqa: S311 - the same
    untouched = {
        row["order_no"]
        for row in made[Sheet.LINES]
        if row["sku"] != "POST" and row["allocated"] == row["canceled"] == "0"
    }
    found: list[Row] = []
    checked = 0
    for order in made[Sheet.ORDERS]:
        number = order["order_no"]
        if number in untouched and order["status"] != "Canceled" and checked < 14:
            checked += 1
            order["suspended"] = "yes"
            symptoms = chance.sample(_SYMPTOMS, chance.randrange(1, 4))
            if _SYMPTOMS[1] in symptoms:
                order["ship_to"] = "Parcel locker 12; 9 Dock Lane; Rotterdam"
            found.append(_report(number, PROVIDER, "CHECK", symptoms))
        elif chance.random() < 0.12:
            symptoms = chance.sample(_SYMPTOMS[-1:], chance.randrange(2))
            found.append(_report(number, PROVIDER, "OK", symptoms))
        elif order["status"] == "Canceled" and chance.random() < 0.3:
            found.append(_report(number, SECOND_PROVIDER, "FRAUD", chance.sample(_SYMPTOMS, 4)))
    return found


def _report(number: str, provider: str, status: str, symptoms: Sequence[tuple[str, int]]) -> Row:
    return {
        "order_no": number,
        "provider": provider,
        "score": str(sum(score for _, score in symptoms)),
        "status": status,
        "symptoms": "; ".join(f"{name}: {score}" for name, score in symptoms),
    }
