"""What only some may know: a word for each place in which the desk keeps something from somebody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BESIDE = "quokka"
"""Stands beside every secret word. People look for this one, so that no answer repeats a secret to them."""

STAFF_HANDLES = ("ana", "ben", "chloe", "ines", "jun", "maria", "omar")
STAFF = frozenset(f"U0{one.upper()}" for one in STAFF_HANDLES) | {
    f"{one}@northwind.example" for one in STAFF_HANDLES
}


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A word, and who may be sent it: user ids and addresses. After it is `gone`, nobody may."""

    word: str
    readers: frozenset[str] = STAFF
    gone: bool = False


class Place(StrEnum):
    """Where secrets are kept. The first one is none to the people of the account: they must find it."""

    PUBLIC = "a public comment"
    COMMENT = "an internal comment"
    EARLIER = "an earlier wording of an internal comment"
    EDITED = "an internal comment after its edit"
    DELETED = "an internal message that was deleted"
    SHOWN = "a public comment that is only shown to its author"
    TAKEN_BACK = "a public comment that was taken back"
    UNSAID = "a public comment whose author lost the right meanwhile"
    FILE = "the name of an internal file"
    DELETED_FILE = "the name of a file that was deleted with its message"
    CAPTURED = "a captured message of a staff channel"
    CAPTURED_EARLIER = "an earlier wording of a captured message"
    CAPTURED_FILE = "the name of a file in a staff channel"
    ADDED = "a message that was added to a case for staff"
    QUESTION = "an internal question to a colleague"
    CLOSING = "an internal note at closing"
    REOPENING = "an internal reason to reopen"
    ESCALATING = "what staff wrote when they escalated"
    EXPEDITING = "what staff wrote when they asked to expedite"
    DIGEST = "an internal comment on the case of somebody who has chosen a digest"
    MAILED = "an answer of staff by e-mail"
    UNSORTED = "an e-mail that waits for a person"
    SORTED = "an e-mail that was put into a case for staff"
    DEAD = "an internal comment that Slack would not take"
    ARTICLE = "a staff article that is linked to a case"
    QUERY = "a saved search of staff"


ANA_ALONE = frozenset({"U0ANA", "ana@northwind.example"})
CLOUD_NINE_HANDLES = ("linda", "raj", "tess")
ACCOUNT = frozenset(f"U0{one.upper()}" for one in CLOUD_NINE_HANDLES) | {
    f"{one}@cloudnine.example" for one in CLOUD_NINE_HANDLES
}
LOU = "lou@outside.example"
"""The case's contact, whom the desk knows by this address alone."""

_READERS = {
    Place.PUBLIC: STAFF | ACCOUNT | {LOU},
    Place.SHOWN: ANA_ALONE,
    Place.TAKEN_BACK: ANA_ALONE,
    Place.UNSAID: frozenset({"U0JUN", "jun@northwind.example"}),
}

SECRETS: dict[Place, Secret] = {
    place: Secret(
        word=f"{'sirocco' if place is Place.PUBLIC else 'zephyr'}{number:02d}x",
        readers=_READERS.get(place, STAFF),
        gone=place in (Place.DELETED, Place.DELETED_FILE),
    )
    for number, place in enumerate(Place, start=11)
}
BESIDE_PUBLIC = "wombat"


def of(place: Place) -> str:
    """The sentence that is kept there."""
    beside = BESIDE_PUBLIC if place is Place.PUBLIC else BESIDE
    return f"the {beside} says {SECRETS[place].word}"
