"""The windows of saved queries: the list, and the form that keeps one; `handlers.finding` shows them."""

from __future__ import annotations

import json

import slackblocks as sb

from bot.blocks import inputs, kit
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.dialogs.forms import FieldErrors, Fields
from bot.dialogs.set_up import held
from bot.domain.commerce.customer_filters import CUSTOMER_FILTERS, PERSONAL_FILTERS
from bot.domain.commerce.order_filters import ORDER_FILTERS, RETURN_FILTERS
from bot.domain.ids import QueryId
from bot.domain.pages import Entity, SavedQueries, SavedQuery
from bot.domain.people import Person
from bot.domain.permissions import Act, allowed
from bot.domain.policy import Choice
from bot.domain.search import LONGEST_QUERY

LIST = "case.queries"
FORM = "case.query"
RUN, EDIT, DELETE = "case.query.run", "case.query.edit", "case.query.delete"

ENTITY_NAMES: dict[Entity, str] = {
    Entity.CASES: "Cases",
    Entity.REVIEWS: "Product reviews",
    Entity.FRAUD: "Fraud reports",
    Entity.ORDERS: "Orders",
    Entity.RETURNS: "Returns",
    Entity.CUSTOMERS: "Customers",
    Entity.PERSONAL: "Personal data reports",
}

_FILTERS = {
    Entity.ORDERS: ORDER_FILTERS,
    Entity.RETURNS: RETURN_FILTERS,
    Entity.CUSTOMERS: CUSTOMER_FILTERS,
    Entity.PERSONAL: PERSONAL_FILTERS,
}

LONGEST_NAME = 60
MOST_SHOWN = 30
_SHARED = Choice(value="shared", label="Share it with all support staff")


def view(page: SavedQueries, said: str | None = None) -> View:
    """The list; `said` is a sentence on top, raw text."""
    blocks: list[sb.Block] = [*forms.banner(said)]
    if not page.queries:
        blocks.append(kit.section("none", "No search is saved yet. Look for something with /case search."))
    for query in page.queries[:MOST_SHOWN]:
        blocks += _row(query)
    if len(page.queries) > MOST_SHOWN:
        more = f"{MOST_SHOWN} of {len(page.queries)} are shown. /case list saved NAME runs any of them."
        blocks.append(kit.small("more", more))
    return kit.modal("Saved searches", blocks, callback_id=LIST)


def _row(query: SavedQuery) -> list[sb.Block]:
    name, number = texts.inline(query.name, LONGEST_NAME), str(query.id)
    run = kit.button("Run", RUN, number, label=f"Run {name}")
    whose = "" if query.is_own else f"Shared by {query.owner.name}"
    facts = [whose or ("Shared with all support staff" if query.is_shared else "Yours alone"), query.text]
    if query.entity is not Entity.CASES:
        facts.insert(0, ENTITY_NAMES[query.entity])
    blocks: list[sb.Block] = [
        kit.section(f"query.{number}", name, run),
        kit.small(f"query.{number}.facts", *(kit.plain(texts.inline(fact)) for fact in facts)),
    ]
    if query.is_own:
        change = kit.button("Change", EDIT, number, label=f"Change {name}")
        delete = kit.button("Delete", DELETE, number, style="danger", label=f"Delete {name}")
        blocks.append(kit.buttons(f"query.{number}.acts", change, delete))
    return blocks


def form(person: Person, text: str, query: SavedQuery | None = None, entity: Entity = Entity.CASES) -> View:
    """The form of a new query, or of one's own."""
    blocks: list[sb.Block] = [
        inputs.text("name", "Name", initial=query.name if query else "", limit=LONGEST_NAME),
        inputs.text("words", "Look for", initial=text, limit=LONGEST_QUERY, hint=_hint(query, entity)),
    ]
    if allowed(Act.SHARE_QUERY, person):
        ticked = [_SHARED.value] if query and query.is_shared else []
        hint = "Everybody who runs it finds what they themselves may see."
        blocks.append(inputs.boxes("options", "Who may run it?", [_SHARED], initial=ticked, hint=hint))
    return kit.modal(
        "Save a search",
        blocks,
        callback_id=FORM,
        submit="Save",
        close="Cancel",
        metadata=json.dumps(
            {
                "query": query.id if query else None,
                "text": text,
                "entity": (query.entity if query else entity).value,
            }
        ),
    )


def _hint(query: SavedQuery | None, entity: Entity) -> str:
    """How the filters of a list are written where its window has no field for them."""
    known = _FILTERS.get(query.entity if query else entity)
    return f"Filters: {', '.join(known.values())}" if known else ""


def read(fields: Fields) -> tuple[str, str, bool] | FieldErrors:
    """Name, words and whether it is shared; or a sentence for what is missing."""
    name, text = forms.text_in(fields, "name"), forms.text_in(fields, "words")
    errors = {}
    if not name:
        errors["name"] = "The name is missing. Write one that you will know it by."
    if not text:
        errors["words"] = "There is nothing to look for. Write words or filters."
    if errors:
        return FieldErrors(errors=errors)
    ticked = fields.get("options")
    return name, text, isinstance(ticked, tuple) and _SHARED.value in ticked


def query_in(metadata: str) -> QueryId | None:
    """The query that a form changes; None for a new one."""
    try:
        held = json.loads(metadata)
    except ValueError:
        held = None
    found = held.get("query") if isinstance(held, dict) else None
    return QueryId(found) if type(found) is int else None


def entity_in(metadata: str) -> Entity:
    """What the query of a form looks through."""
    found = held(metadata).get("entity")
    return Entity(found) if found in set(Entity) else Entity.CASES


def saved(name: str) -> str:
    """Raw text."""
    return (
        f"Saved as {texts.inline(name, LONGEST_NAME)}. Run it with /case list saved {texts.inline(name, 40)}."
    )
