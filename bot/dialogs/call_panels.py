"""What the window of a call shows beside its prompt: search, hits, orders, verdict, preview, delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

import slackblocks as sb

from bot.blocks import home_calls, inputs, kit, phones, words_phone
from bot.blocks import text as texts
from bot.domain.ids import shown
from bot.domain.permissions import Act, allowed
from bot.domain.phone_calls import TO_SALES, TRIAGE, CallPage, Ruling, SentCanned
from bot.domain.playbook.canned import Blocked, Hindrance, Source
from bot.domain.playbook.script import Outcome, Panel
from bot.domain.playbook.walk import written_down
from bot.domain.policy import Choice
from bot.domain.shop.customers import Site
from bot.domain.shop.lookup import CustomerHit
from bot.domain.shop.orders import OrderRow
from bot.domain.verdict import CallerKind

FIND = "call.find"
PICK = "call.pick"
ASK, OVERRULE = "call.ask", "call.overrule"

MOST_ORDERS = 8
MOST_HITS = 10
MOST_SITES = 6
MOST_CASES = 5
LONGEST_BOX = 75
"""Characters of the label of a box, and of the line below it."""

KINDS = {
    CallerKind.CUSTOMER: "Customer",
    CallerKind.EVALUATOR: "Evaluating",
    CallerKind.HOSTING: "Hosted by us",
}


def search(page: CallPage) -> list[sb.Block]:
    """The live search: customers appear while their name is typed."""
    menu = sb.ExternalSelectMenu(
        action_id=FIND, min_query_length=2, placeholder=kit.plain("Site, name, company, e-mail, order, key")
    )
    what = "Find them" if page.call.script == TRIAGE else "Find them while they speak"
    return [kit.marked_section("find", f"*{what}*", menu)]


def hits(page: CallPage) -> list[sb.Block]:
    """Who may be meant, each with the button that says so."""
    if page.hits is None:
        return []
    found = page.hits.hits[:MOST_HITS]
    if not found:
        said = "Nobody was found by what they said. Ask for one thing more, or try another field."
        return [kit.section("hits.none", said)]
    blocks: list[sb.Block] = []
    for one in found:
        carried = f"{page.call.id}.{page.call.version}.{one.customer_id}"
        name = texts.inline(one.company or one.name, 50)
        style: Literal["primary"] | None = "primary" if len(found) == 1 else None
        this = kit.button(f"This is {name}", PICK, carried, style=style, label=f"The caller is {name}")
        blocks.append(kit.section(f"hit.{one.customer_id}", _hit(one), this))
        if one.customer_id in page.hits.busy:
            said = home_calls.on_the_line(page.hits.busy[one.customer_id])
            blocks.append(kit.small(f"hit.{one.customer_id}.busy", said))
    if page.hits.more or len(page.hits.hits) > MOST_HITS:
        blocks.append(kit.small("hits.more", "There are more. Ask for one thing more, or type it above."))
    return blocks


def _hit(hit: CustomerHit) -> str:
    facts = [hit.site, hit.company, hit.name, hit.masked_email, hit.plan.value]
    if hit.newest_order_at is not None:
        facts.append(f"newest order {hit.newest_order_at:%Y-%m-%d}")
    if hit.order_number:
        facts.append(f"order {hit.order_number}")
    return " · ".join(texts.inline(one, 80) for one in facts if one)


def orders(page: CallPage) -> list[sb.Block]:
    """The account at a glance: plan, sites with version, hosting and priority, orders with their ages."""
    caller = page.caller
    if caller is None or page.today is None:
        return []
    who = caller.customer
    kind = KINDS[who.kind]
    if who.eval_start is not None:
        since = f"since {who.eval_start:%Y-%m-%d}"
        kind = f"{kind} {since}" if who.kind is CallerKind.EVALUATOR else f"{kind} · evaluated {since}"
    blocks: list[sb.Block] = [
        kit.section("account", " · ".join((texts.inline(who.called, 80), who.plan.value, kind))),
        *([kit.small("site.chosen", kit.plain(f"About {page.site.name}"))] if page.site else []),
    ]
    lines = [_site(one) for one in caller.sites[:MOST_SITES]]
    if lines:
        head = f"Sites{_part(MOST_SITES, len(caller.sites))}"
        blocks.append(kit.rich("sites", [[kit.bold(head)], *([one] for one in lines)]))
    zone = ZoneInfo(page.settings.zone)
    rows = [_order(one, page.today, zone) for one in caller.orders[:MOST_ORDERS]]
    head = f"Orders{_part(MOST_ORDERS, caller.total_orders, 'the newest ')}"
    blocks.append(kit.rich("orders", [[kit.bold(head)], *([one] for one in rows or ["None."])]))
    others = [one for one in caller.cases if page.case is None or one.number != page.case.number]
    if others:
        told = [f"{shown(one.number)} · {texts.inline(one.title, 60)}" for one in others[:MOST_CASES]]
        rest = f" (the newest {MOST_CASES})" if len(others) > MOST_CASES else ""
        blocks.append(kit.rich("cases", [[kit.bold(f"Open cases{rest}")], *([one] for one in told)]))
    return blocks


def _part(most: int, there: int, which: str = "") -> str:
    """Said behind a head where more is there than stands below it."""
    return f" ({which}{most} of {there:,})" if there > most else ""


def _order(order: OrderRow, today: date, zone: ZoneInfo) -> str:
    site = texts.inline(order.site, 60) or "no site"
    facts = [texts.inline(order.number, 40), site, _days(order.age(today, zone)), str(order.grand_total)]
    if order.is_void:
        facts.append("cancelled or refunded")
    return " · ".join(facts)


def _site(site: Site) -> str:
    version = f"version {site.product_version}" if site.product_version else "version not known"
    running = (f"{one.kind.value} until {one.until:%Y-%m-%d}" for one in site.subscriptions)
    return " · ".join((site.name, version, *running))


def _days(age: int) -> str:
    return "today" if age == 0 else "1 day old" if age == 1 else f"{age} days old"


def phone_hours(page: CallPage) -> list[sb.Block]:
    """Whether the phones are open for this account now (T14)."""
    if page.phones is None:
        return []
    return [kit.small("phones", phones.told_of(page.phones))]


def verdict(page: CallPage) -> list[sb.Block]:
    """The verdict in force, why, and the way to a manager."""
    receipt = page.call.receipt
    if receipt is None:
        return []
    name, overruled = words_phone.VERDICTS[receipt.in_force], receipt.overruled
    why = receipt.because
    if overruled is not None:  # their word counts; what the rules say would contradict it
        why = f"Overruled by {overruled.by}: {overruled.reason}"
    told = f"*{texts.marked(name)}*\n{texts.marked(why, 600)}"
    blocks: list[sb.Block] = [kit.marked_section("verdict", told, _decide(page))]
    facts = [f"Rule {receipt.rule}", f"playbook {page.call.revision}", f"as of {receipt.today}"]
    if receipt.order:
        facts.append(f"order {receipt.order}")
    if overruled is not None:
        facts.insert(0, f"The rules said: {texts.inline(receipt.because, 300)}")
    blocks.append(kit.small("verdict.why", kit.plain(" · ".join(facts))))
    return [*blocks, *_question(page)]


def _question(page: CallPage) -> list[sb.Block]:
    asked = page.call.asked
    if asked is not None and asked.ruling is Ruling.ASKED:
        return [kit.small("asked", f"A manager was asked {texts.date(asked.at)}. The answer comes here.")]
    if asked is not None and asked.ruling is Ruling.STANDS:
        said = f"{asked.ruled_by} says that it stands: {texts.inline(asked.answer, 200)}"
        return [kit.small("asked", kit.plain(said))]
    return []


def _decide(page: CallPage) -> sb.Button | None:
    """The way to another verdict: one asks for it, a manager decides, once."""
    asked, carried = page.call.asked, f"{page.call.id}.{page.call.version}"
    if page.call.is_over or (asked is not None and asked.ruling is not Ruling.ASKED):
        return None
    if allowed(Act.OVERRULE, page.viewer):
        return kit.button("Overrule...", OVERRULE, carried, label="Overrule this verdict")
    if asked is not None:
        return None
    return kit.button("Ask a manager...", ASK, carried, label="Ask to overrule")


def lacking(blocked: Blocked) -> list[str]:
    """The values that are missing, but for the address, which this very window asks for."""
    return [name for name in blocked.fields if name != "email"]


def _missing(page: CallPage, names: list[str]) -> str:
    """What a message lacks, by what it is, and who can see to it."""
    known = [page.fields.get(name) for name in names]
    told = ", ".join(
        one.meaning if one else name.replace("_", " ") for name, one in zip(names, known, strict=True)
    )
    if any(one is not None and one.source is Source.DESK for one in known):
        remedy = "A manager sets it in /desk playbooks."
    elif any(one is not None and one.source is Source.LINK for one in known):
        remedy = "Send it to the address that we have of them, or ask a manager to set a page."
    else:
        remedy = "Look whether their record has it, or go back and choose the site."
    return f"{words_phone.HINDERED[Hindrance.VALUE_MISSING]}: {told}. {remedy}"


def may_send(page: CallPage) -> bool:
    """Whether nothing stands against sending that another address would not mend."""
    hard = (Hindrance.CONTRADICTS_VERDICT, Hindrance.VALUE_MISSING)
    return page.email_ready and not any(
        one.why in hard and (one.why is not Hindrance.VALUE_MISSING or lacking(one)) for one in page.hindered
    )


def preview(page: CallPage) -> list[sb.Block]:
    """The e-mail as its recipient will read it, and what stands against sending it."""
    message = page.message
    if message is None:
        return []
    blocks: list[sb.Block] = [kit.marked_section("mail", f"*{texts.marked(message.title)}*")]
    if not page.email_ready:
        blocks.append(kit.small("mail.off", "E-mail is not set up here: nothing can be sent."))
    for blocked in page.hindered:
        missing = lacking(blocked)
        if blocked.why is Hindrance.VALUE_MISSING and not missing:
            continue  # the address is being read back in this very window
        said = _missing(page, missing) if missing else words_phone.HINDERED[blocked.why]
        blocks.append(kit.marked_section(f"mail.{blocked.why.value}", f":warning: {texts.marked(said, 600)}"))
    if page.filled is not None:
        blocks.append(kit.section("mail.subject", f"Subject: {page.filled.subject}"))
        blocks += kit.typed("mail.body", page.filled.body, quote=True)
    return blocks


def delivery(page: CallPage) -> list[sb.Block]:
    """What became of the e-mails of this call."""
    mails = [one for one in page.mails if one.message != TO_SALES]
    return [kit.small(f"sent.{number}", *_mail(one)) for number, one in enumerate(mails[-5:])]


def _mail(mail: SentCanned) -> tuple[str | sb.Text, ...]:
    told = f"“{mail.subject}” to {mail.address}: {words_phone.DELIVERY[mail.state]}"
    when = texts.date(mail.settled_at or mail.created_at)
    return kit.plain(texts.inline(told, 400)), when


def read_aloud(page: CallPage) -> list[sb.Block]:
    """The steps to read aloud, as boxes to tick."""
    if page.filled is None or not page.filled.aloud:
        return []
    steps = [
        Choice(value=str(number), label=label, meaning=more)
        for number, one in enumerate(page.filled.aloud)
        for label, more in (_two_lines(one),)
    ]
    return [inputs.boxes(f"aloud.{page.filled.id}", "Read aloud, one by one", steps[:10])]


def _two_lines(text: str) -> tuple[str, str]:
    """What goes to a box to tick, which has a label and a line below it: broken where one draws breath."""
    if len(text) <= LONGEST_BOX:
        return text, ""
    for pause in (". ", "; ", ", ", " "):
        at = text.rfind(pause, 0, LONGEST_BOX + 1)
        if at > 0 and len(text) - at - len(pause) <= LONGEST_BOX:
            break
    cut = at + len(pause.rstrip()) if at > 0 else LONGEST_BOX
    return text[:cut], texts.inline(text[cut:], LONGEST_BOX)


def collected(page: CallPage) -> list[sb.Block]:
    """All that was written down on the way."""
    lines: list[list[kit.Part]] = [
        [kit.bold(f"{field.label}: "), text]
        for field, text in written_down(page.script, page.place)
        if field.name != "account" and not (field.name == "site" and page.site is not None)
    ]
    if page.site is not None and "licensed_site" not in page.place.data:
        lines.insert(0, [kit.bold("Licensed site: "), page.site.name])
    return [kit.rich("summary", lines)] if lines else []


def summary(page: CallPage) -> list[sb.Block]:
    """All that was collected, and in a triage what the case says."""
    blocks = collected(page)
    if page.case is not None:
        blocks.append(kit.section("case.title", f"{shown(page.case.number)} · {page.case.title}"))
        if page.case.description.strip() != page.case.title.strip():  # a short one is its own title
            blocks += kit.typed("case.text", page.case.description[:2900], quote=True)
    return blocks


def contact(page: CallPage) -> list[sb.Block]:
    """Where compliments and complaints go; for who is passed on, where sales is."""
    to_sales = any(
        step is not None and step.outcome is Outcome.TO_SALES
        for step in (page.script.step(one.go) for one in page.place.offers)
    )
    if to_sales:
        where = page.settings.sales_address or "the manager on duty, as /desk playbooks names none"
        return [kit.small("contact", kit.plain(f"Sales: {where}"))]
    address = page.settings.support_admin or "not set yet in /desk playbooks"
    return [kit.small("contact", kit.plain(f"Compliments and complaints: {address}"))]


PANELS: Mapping[Panel, Callable[[CallPage], list[sb.Block]]] = {
    Panel.SEARCH: search,
    Panel.PHONE_HOURS: phone_hours,
    Panel.HITS: hits,
    Panel.ORDERS: orders,
    Panel.VERDICT: verdict,
    Panel.PREVIEW: preview,
    Panel.DELIVERY: delivery,
    Panel.READ_ALOUD: read_aloud,
    Panel.SUMMARY: summary,
    Panel.CONTACT: contact,
}
