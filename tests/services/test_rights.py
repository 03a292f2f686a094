"""No service writes without asking the table of rights, none reads past a viewer: what the sources say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot

BOT = Path(bot.__file__).parent
ASKS = {"require", "begin", "_begin", "_before", "_checked", "closing", "reopening", "check", "for_act"}
ASKS |= {"require_for"}
ASKS |= {"opening", "held", "_mine", "_going_on", "_jot"}
ASKS |= {"_to_add", "_to_assign", "to_be_edited", "editing", "check_may_view"}

WRITES_UNASKED = {
    "people.learn_profile": "what Slack says of somebody; nobody chose it",
    "people.home_was_opened": "that one's own Home was opened",
    "people.ensure_desk": "at a start, by the operator's settings",
    "threads.settle_audience": "reading a thread that somebody made a case, who was asked then",
    "threads.keep_page": "the same",
    "threads.cannot_read": "the same",
    "threads.learn_link": "the same",
    "threads.noted": "the same",
    "threads.place_changed": "has threads read again; nothing else changes",
    "files.settle": "what became of a file that a case has",
    "files.erased": "the same",
    "files.shared": "the same",
    "personal_data.sent": "what became of a report that somebody may have, who was asked for the right then",
    "personal_data.withdrawn": "the same",
    "personal_data.deleted": "the same",
    "erasing.go_on": "the next step of an erasure that an administrator asked for",
    "cart_sending.send": "asks the shop for what somebody placed, who was asked for the right then",
    "cart_sending.take_up": "the same, where the bot that asked is no more",
    "sessions.opened": "what somebody has seen, who was asked for the right then",
    "web_forms.submit": "a link that staff have sent, once: it is the right",
    "shop_importing.take": "the operator's import, on the command line",
    "shop_importing.licence_secret": "the same",
    "inbox.learn_addresses": "at a start, from Slack",
    "inbox.set_aside": "the same where something of ours broke",
    "announcing.publish_later": "one's own Home once more",
    "public.take_back": "a text of one's own that nobody has been told",
    "editing.end": "that one's own form was closed",
    "recognition.meet": "that somebody unknown came: whoever may confirm them is asked",
    "importing.take": "the operator's import, on the command line",
    "talk.hear": "asks where it is said under a card; what is said in a captured thread is recorded",
    "inbox.receive": "what came by e-mail; who wrote it is asked for the right inside, and nobody else is",
    "phones.on_card": "when the card is to be drawn again, by the desk itself",
    "order_running.wake": "leads on what somebody asked for, who was asked for the right then",
    "order_sweep._looked_for_goods": "notes when the shop is asked again whether goods came",
    "order_sweep._woken": "lets what the desk leads come again later, where its order is held",
    "order_sweep.take_over": "the same, where the bot that led it is no more",
    "slots.arm": "at a start: that somebody looks whether a report is due",
    "finance.make": "the operator's export for the finance system, on the command line",
    "finance.reconcile": "the same",
    "notify.choose": "how one is told oneself; `actor` wants a role, and no more",
}
"""Functions of services that write and ask for no right, each with its reason."""

LOOKS = {
    "services/access.py:seen_by": "the message of a request in the staff's channel, by the channel's eyes",
    "services/access.py:_contacts": "whether an account has contacts decides who may see to a request",
    "services/clocks.py:timings_now": "what a case's clocks say sets its due times; nobody is shown it",
    "services/clocks.py:recount": "the same of all open cases, under another policy",
    "services/policies.py:refresh": "the policy is no secret, and every bot goes by it",
    "services/hours.py:_calendar": "office hours are no secret; they say when somebody may be told",
    "services/on_call.py:eyes": "what time does to a case is announced, and then read by its readers",
    "services/reviews.py:away": "who is on leave, and who stands in: they are told so",
    "services/reviews.py:plan_all": "when everybody's review comes; nobody is shown it",
    "services/reviews.py:morning": "the same; the review is read through its reader's eyes",
    "services/talk.py:whereabouts": "says whether a message is about a case, and tells nothing else of it",
    "services/talk.py:hear": "the case that a message belongs to; its writer's right is asked for then",
    "services/threads.py:prefill": "who wrote a message that the asker has before them",
    "services/threads.py:reading_of": "how far a thread is read, for the reading itself",
    "services/threads.py:number_of": "a number, for our word in the thread",
    "services/threads.py:place_changed": "which threads to read again; nobody is shown them",
    "services/threads.py:_case": "the case whose thread is being read; nobody is shown it",
    "services/cart_sending.py:left": "carts to be read again; nobody is shown them",
    "services/cart_sending.py:_found": "what the shop is asked for; nobody is shown it",
    "services/personal_data.py:over": "which files of Slack's are to be deleted; nobody is shown them",
    "services/files.py:to_fetch": "what to fetch; nobody is shown it",
    "services/files.py:to_erase": "what to erase; nobody is shown it",
    "services/files.py:to_share": "which files of a form the thread of its card lacks",
    "services/ties.py:on_card": "which order a case is about, drawn for a channel",
    "services/triage_queue.py:first_team": "whose queue a case of a form enters; nobody is shown it",
    "services/web_forms.py:opened": "what a signed link opens, through the eyes of its account's contact",
    "services/web_forms.py:letter_of": "the same link, for its own e-mail",
    "services/web_forms.py:link_with": "the same, for a question that goes out with it",
    "services/web_forms.py:name_of": "what the desk is called",
    "services/shop_checking.py:check": "what the operator's import compares with",
    "services/shop_checking.py:_there": "the same",
    "services/shop_checking.py:_against_documents": "the same",
    "services/shop_importing.py:broken_off": "how far the operator's import had come",
    "services/shop_importing.py:licence_secret": "what the operator's import makes hashes with",
    "services/files.py:is_needed": "whether a content may be erased",
    "services/inbox.py:_post": "the case of a mail of ours, before its writer is asked for the right",
    "services/inbox.py:_hold": "guesses the case of a held e-mail, for staff who decide",
    "services/reading.py:case_for": "makes the viewer in the same trip, by who asks",
    "services/importing.py:known": "what the operator's import compares with",
    "services/importing.py:everybody": "the operator's export, on the command line",
    "services/finance.py:again": "the operator's export for the finance system, on the command line",
    "services/finance.py:files": "the same",
    "services/recognition.py:meet": "whether somebody unknown is a contact; they are told nothing of it",
    "services/people.py:_check": "the operator's import, where nobody of the desk acts",
    "services/phones.py:on_card": "the phones of a case that is drawn for a channel",
    "services/phones.py:turn": "which card is drawn again; nobody is shown it",
    "services/phones.py:_draw_all_again": "the same",
    "services/plans.py:calendar_of": "when a report comes; what it shows is read by its readers",
    "services/plans.py:all_plans": "the same of all of them",
    "services/plans.py:own_plan": "the same of somebody's own part",
    "services/reports.py:_check_search": "whether a search names somebody; nothing it finds is shown",
    "services/order_acts.py:_as_it_is": "one's own request, which one has just made or answered",
    "services/order_acts.py:_is_free": "whether an order is held; nothing of it is shown",
    "services/order_paying.py:of": "the refunds of a request that the desk leads; nobody is shown them",
    "services/order_running.py:_further": "where a request stands that the desk leads",
    "services/order_running.py:wake": "the same",
    "services/order_shop.py:overlaid": "the desk's refunds in an order that the asker may read",
    "services/erasing.py:_homes": "whose Home is published anew; each shows what its own reader may see",
    "services/order_sweep.py:_looked_for_goods": "where a request stands that the desk leads",
    "services/order_sweep.py:next_wait": "when the desk goes on by itself; nobody is shown it",
    "services/order_sweep.py:sweep": "the same",
    "services/reading.py:card_on_its_way": "says that some card may be on its way, and nothing of its case",
}
"""Reads through nobody's eyes above the store, each with its reason. The scheduler draws for a channel or for
a recipient, and asks through their eyes: `tests/store/test_viewers.py` holds the reads themselves."""


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _called(node: ast.AST) -> set[str]:
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    methods = {one.attr for one in calls if isinstance(one, ast.Attribute)}
    return methods | {one.id for one in calls if isinstance(one, ast.Name)}


def test_whatever_a_person_can_change_asks_the_table_first() -> None:
    unasked = {
        f"{path.stem}.{node.name}"
        for path in (BOT / "services").glob("*.py")
        if path.stem != "desk"
        for node in _functions(path)
        if "write" in _called(node) and not ASKS & _called(node)
    }
    assert unasked == set(WRITES_UNASKED)


def test_nothing_outside_the_store_reads_past_a_viewer() -> None:
    past = {
        f"{path.relative_to(BOT).as_posix()}:{node.name}"
        for floor in ("services", "handlers", "dialogs", "blocks")
        for path in (BOT / floor).glob("*.py")
        if path.stem != "desk" or floor != "services"
        for node in _functions(path)
        if {"look", "channel_viewer"} & _called(node)
    }
    assert past == set(LOOKS)
