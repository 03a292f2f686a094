"""What can be typed after each command; the answer to `help` and to what is not understood."""

from __future__ import annotations

from functools import lru_cache

import slackblocks as sb

from bot.blocks import kit, words
from bot.blocks import text as texts
from bot.blocks.kit import Message

_CASE = (
    ("/case open [title]", "open a case"),
    ("/case list [mine|created|team|account|waiting]", "look through cases"),
    ("/case list saved [NAME]", "run a search that was saved"),
    ("/case search [words and filters]", "find cases"),
    ("/case show N", "see case N and what you may do with it"),
    ("/case clock N", "see how each of its clocks is counted, and why"),
    ("/case edit N", "change what a case says"),
    ("/case comment N", "add a comment"),
    ("/case ask N", "ask for an update; More... on the card asks a question too"),
    ("/case assign N", "give a case to somebody"),
    ("/case status N", "say where a case stands"),
    ("/case close N", "close a case with a resolution"),
    ("/case reopen N", "open a closed case again"),
    ("/case escalate N", "escalate a case that takes too long"),
    ("/case notify", "choose how you hear of changes"),
    ("/case access", "ask for somebody who is locked out or needs a password or user name"),
    ("/case access list", "see and take such requests"),
    ("/case review", "see what is due in your daily review, and answer it"),
    ("/case reports", "see when reports came and come, and get your own part"),
    ("/case export", "get your cases as files for a spreadsheet"),
    ("/case help", "show this"),
)
_DESK = (
    ("/desk accounts [name]", "add and change customers' accounts"),
    ("/desk people [@who]", "say who somebody is to the desk"),
    ("/desk teams", "add and change teams of support staff"),
    ("/desk phones", "say when the phones are open, for the desk and for each team"),
    ("/desk reports", "say which reports there are, who gets them and when"),
    ("/desk calendar", "office hours and holidays, who is on duty, and who is away"),
    ("/desk policy", "change hours and limits: escalation, reminders, closing by itself"),
    ("/desk playbooks", "change what is said on the phone, the verdict's rules and the messages"),
    ("/desk mail", "put e-mail into cases that the desk could not place; for all staff"),
    ("/desk health", "see how the desk is doing, and what was not delivered"),
    ("/desk help", "show this"),
)
_KB = (
    ("/kb search [words]", "look through the articles that you may read"),
    ("/kb show N", "read article N"),
    ("/kb add [title]", "write an article"),
    ("/kb edit N", "write the next version of an article"),
    ("/kb help", "show this"),
)
_CALL = (
    ("/call take", "take a call, step by step; /call alone does the same"),
    ("/call help", "show this"),
)
_CALL_NOTE = "Calls that are not over wait in Home, with every answer."
_CUSTOMER = (
    ("/customer find [words]", "find a customer by site, name, company, e-mail, order number or licence key"),
    ("/customer show NUMBER", "see all about a customer: sites, orders, carts, cases"),
    ("/customer new [name]", "make a customer; who looks alike is shown first"),
    ("/customer edit NUMBER", "change a customer"),
    ("/customer form NUMBER", "e-mail a customer the form with which they open a case themselves"),
    ("/customer data [NUMBER]", "have a report of all that is held of a customer; who has had one"),
    ("/customer erase NUMBER", "erase a customer for good; what goes and what stays is shown first"),
    ("/customer help", "show this"),
)
_ORDER = (
    ("/order find [words]", "find an order by its number, or by whose it is"),
    ("/order show NUMBER", "see an order: lines, money, documents, and what may be done with it"),
    ("/order cancel NUMBER", "cancel items that are neither allocated nor fulfilled; shown first"),
    ("/order return NUMBER", "take items back that were fulfilled; shown first"),
    ("/order refund NUMBER", "pay back what is owed, or by hand with a reason; shown first"),
    ("/order fraud [NUMBER]", "see orders that wait for a decision on fraud, and decide"),
    ("/order export [2026-11]", "credit memos and refunds that no file has yet, of a month or of all time"),
    ("/order export list", "see those files, get one again, note that finance has it in its books"),
    ("/order help", "show this"),
)
_REVIEW = (
    ("/review next", "decide on them one by one, what waits longest first"),
    ("/review list [filters]", "see product reviews that wait, or others; the filters alone do the same"),
    ("/review show NUMBER", "see a product review, and decide on it"),
    ("/review export [filters]", "get product reviews as a file for a spreadsheet; for managers"),
    ("/review help", "show this"),
)
_REVIEW_NOTE = (
    "Filters: `status:pending` `status:all` `stars:1,2` `sku:GOLD` `from:2026-11-01` `to:2026-11-30`."
    " A number alone shows that review. These are customers' reviews of products;"
    " your daily review of cases is `/case review`."
)
_SHOP_NOTE = "These are for support staff. A name, company or site may have one wrong letter."
_ORDER_NOTE = f"{_SHOP_NOTE} A number alone shows the order."
_KB_NOTE = "Support staff write for staff and customers, an account's support contacts for their own account."
_DESK_NOTE = (
    "These are for administrators; phones, calendar, playbooks and reports for managers too,"
    " mail for all staff. A name or a part of it finds accounts and people."
)
_CASE_NOTE = "N is a case's number; leading zeros may be left out. A number alone shows the case."


_NUMBERED = {
    "/order": ("order", "1042", "/order find"),
    "/customer": ("customer", "C-40017", "/customer find"),
    "/review": ("review", "R-3057", "/review list"),
    "/kb": ("article", "12", "/kb search"),
}
"""What the number behind a command is one of, how such numbers look, and what looks for one."""


def case_help(unknown: str | None) -> Message:
    """The usage of `/case`; `unknown` is what was typed and not understood, None when help was asked for."""
    return _usage(_CASE, unknown, _CASE_NOTE)


def desk_help(unknown: str | None) -> Message:
    """The usage of `/desk`."""
    return _usage(_DESK, unknown, _DESK_NOTE)


def call_help(unknown: str | None) -> Message:
    """The usage of `/call`."""
    return _usage(_CALL, unknown, _CALL_NOTE)


def kb_help(unknown: str | None) -> Message:
    """The usage of `/kb`."""
    return _usage(_KB, unknown, _KB_NOTE)


def customer_help(unknown: str | None) -> Message:
    """The usage of `/customer`."""
    return _usage(_CUSTOMER, unknown, _SHOP_NOTE)


def order_help(unknown: str | None) -> Message:
    """The usage of `/order`."""
    return _usage(_ORDER, unknown, _ORDER_NOTE)


def review_help(unknown: str | None) -> Message:
    """The usage of `/review`."""
    return _usage(_REVIEW, unknown, _REVIEW_NOTE)


def number_missing(command: str) -> str:
    """For a command about a case, an order, a customer or such that came without its number."""
    noun, example, find = _NUMBERED.get(command.partition(" ")[0], ("case", "1001", ""))
    told = f"Which {noun}? Type its number behind the command, like {command} {example}."
    return f"{told} {find} looks for it." if find else told


def commands() -> tuple[str, ...]:
    """Every command as the usage spells it; a test holds the pages of docs/ to it."""
    every = (_CASE, _CALL, _KB, _CUSTOMER, _ORDER, _REVIEW, _DESK)
    return tuple(command for lines in every for command, _ in lines)


@lru_cache(maxsize=16)  # asked for often, and nearly always the same
def _usage(lines: tuple[tuple[str, str], ...], unknown: str | None, note: str) -> Message:
    blocks: list[sb.Block] = []
    spoken = ""
    if unknown:
        spoken = f"I do not know “{texts.inline(unknown, 60)}”. "
        blocks.append(kit.marked_section("unknown", words.unknown_input(unknown)))
    spoken += "You can type: " + "; ".join(f"{command} to {meaning}" for command, meaning in lines) + "."
    listing = "\n".join(f"`{command}`  {meaning}" for command, meaning in lines)
    blocks.append(kit.marked_section("usage", listing))
    if note:
        blocks.append(kit.small("note", note))
    return kit.message(spoken, blocks)
