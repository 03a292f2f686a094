"""What happened with a customer, newest first, with a menu of kinds; `customer_page` has it."""

from __future__ import annotations

from datetime import timedelta

import slackblocks as sb

from bot.blocks import kit, rows, shop, words_phone
from bot.blocks import text as texts
from bot.domain.ids import CustomerId, shown
from bot.domain.policy import Policy
from bot.domain.shop.customers import CustomerPage
from bot.domain.shop.story import (
    MOST_COUNTED,
    TOLD,
    CallTold,
    Happening,
    MailTold,
    Place,
    Story,
    StoryKind,
    place_of,
)

CHOOSE = "customer.story"
NEWER, OLDER = f"{CHOOSE}.newer", f"{CHOOSE}.older"
SHOW_ORDER, SHOW_CASE = "order.show", "case.page"

NAMES: dict[StoryKind, str] = {
    StoryKind.ALL: "Everything",
    StoryKind.ORDERS: "Orders",
    StoryKind.RETURNS: "Returns",
    StoryKind.CASES: "Cases",
    StoryKind.CALLS: "Calls",
    StoryKind.MESSAGES: "Messages",
}
NONE: dict[StoryKind, str] = {
    StoryKind.ALL: "Nothing has happened yet: no order, case, call or message.",
    StoryKind.ORDERS: "No orders.",
    StoryKind.RETURNS: "Nothing came back, and nothing is on its way back.",
    StoryKind.CASES: "No cases.",
    StoryKind.CALLS: "No calls yet that found this customer.",
    StoryKind.MESSAGES: "No e-mail was sent to them from a call.",
}


def blocks(page: CustomerPage, policy: Policy, room: int) -> list[sb.Block]:
    """A page of the story, newest first; `room` is how many windows fit on top."""
    story, customer = page.story, page.standing.customer
    made: list[sb.Block] = [
        kit.divider("story.line"),
        kit.marked_section("story.head", _head(story), _menu(story, customer.id)),
    ]
    if not story.happenings:
        made.append(kit.small("story.none", NONE[story.kind]))
    for place, one in enumerate(story.happenings):
        made.append(_line(place, one, policy, room))
    return [*made, *_turns(story, customer.id)]


def _head(story: Story) -> str:
    """What it is about and how much there is of it."""
    title = "What happened" if story.kind is StoryKind.ALL else NAMES[story.kind]
    return f"*{title}* ({_counted(story, story.kind)}), newest first" if story.happenings else f"*{title}*"


def _counted(story: Story, kind: StoryKind) -> str:
    kinds = TOLD if kind is StoryKind.ALL else (kind,)
    counts = [story.counts.get(one, 0) for one in kinds]
    more = "+" if any(one >= MOST_COUNTED for one in counts) else ""
    return f"{sum(counts):,}{more}"


def _menu(story: Story, customer_id: CustomerId) -> sb.StaticSelectMenu:
    choices = [
        (f"{customer_id}.{kind.value}", f"{NAMES[kind]} ({_counted(story, kind)})", "") for kind in StoryKind
    ]
    return kit.menu(CHOOSE, "Show", choices, chosen=f"{customer_id}.{story.kind.value}")


def _line(place: int, one: Happening, policy: Policy, room: int) -> sb.Block:
    block_id, button = f"story.{place}", None
    if one.order is not None:
        if room:
            name = f"Show order {one.order.number}"
            button = kit.button("Show", SHOW_ORDER, str(one.order.id), label=name)
        return kit.marked_section(block_id, f"Order {shop.order_line(one.order)}", button)
    if one.case is not None:
        if room > 1:  # a case's page opens windows of its own
            value, name = f"{one.case.id}.{one.case.version}", f"Show case {shown(one.case.number)}"
            button = kit.button("Show", SHOW_CASE, value, label=name)
        return kit.marked_section(
            block_id, f"Case {rows.in_one_line(one.case, policy, one.place.at)}", button
        )
    if one.call is not None:
        return kit.marked_section(block_id, _call(one.call))
    assert one.mail is not None  # one of the four is there
    return kit.marked_section(block_id, _mail(one.mail, one.place))


def _call(call: CallTold) -> str:
    facts = [f"Call *{texts.marked(call.owner.name, 60)}*", texts.date(call.began_at)]
    if call.ended_at is None:
        facts.append("on the line, or not ended yet")
    else:
        minutes = (call.ended_at - call.began_at) // timedelta(minutes=1)
        facts.append(f"{minutes} min" if minutes else "under a minute")
        facts.append(words_phone.OUTCOMES.get(call.outcome, "Ended"))
    if call.case_number is not None:
        facts.append(f"case {shown(call.case_number)}")
    return " · ".join(facts)


def _mail(mail: MailTold, place: Place) -> str:
    facts = [
        f"E-mail *{texts.marked(mail.subject, 100)}*",
        texts.date(place.at),
        words_phone.DELIVERY[mail.state],
    ]
    if mail.address:  # an erasure takes it away
        facts.insert(2, f"to {texts.marked(mail.address, 100)}")
    if mail.by:
        facts.append(f"sent by {texts.marked(mail.by, 60)}")
    return " · ".join(facts)


def _turns(story: Story, customer_id: CustomerId) -> list[sb.Block]:
    made = []
    for words, action_id, place in (("Newer", NEWER, story.newer), ("Older", OLDER, story.older)):
        if place is not None:
            value = f"{customer_id}.{story.kind.value}.{place.key}"
            made.append(kit.button(words, action_id, value, label=f"{words} happenings"))
    return [kit.buttons("story.turn", *made)] if made else []


def asked_in(value: str) -> tuple[CustomerId, StoryKind, Place | None] | None:
    """What a button or the menu asks for; None for what none of them carries."""
    customer, _, rest = value.partition(".")
    kind, _, key = rest.partition(".")
    place = place_of(key) if key else None
    if (
        not customer.isdecimal()
        or len(customer) > 18
        or kind not in set(StoryKind)
        or (key and place is None)
    ):
        return None
    return CustomerId(int(customer)), StoryKind(kind), place
