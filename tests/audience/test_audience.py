"""Nobody outside the audience ever receives, sees, finds or exports what is not for them, by any way out.

A desk is filled with secrets, each in a place of its own. Staff find them; then everybody else goes
everywhere, and not one secret may stand in anything that they were sent.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Connection, select

from bot.domain.commands import AddComment
from bot.domain.ids import CallKey, CaseId, SlackUserId
from bot.handlers.routes import ROUTES
from bot.services import cases
from bot.store.outbox import Kind, State
from bot.store.schema import outbox
from bot.transfer.everything import take_out
from tests.audience.building import Builder
from tests.audience.conftest import Guarded
from tests.audience.ordering import Orders
from tests.audience.secrets import SECRETS, Place
from tests.audience.walking import Found, Walk, ids_of
from tests.flows_rights.routes import ROWS
from tests.store.order_making import owed

KINDS: dict[Kind, str] = {
    Kind.CARD: "each case that is opened",
    Kind.THREAD_COMMENT: "Ana's and Ben's comments",
    Kind.NOTICE: "creator and owner at once",
    Kind.COMMENT_EDIT: "Ana edits an internal comment",
    Kind.DIGEST: "Raj has chosen it, and days pass",
    Kind.EMAIL_DIGEST: "Raj has chosen both ways",
    Kind.UNSAID: "Jun loses the right to write public comments within ten seconds",
    Kind.HOME: "everybody opens Home",
    Kind.PROFILE: "everybody's address is learnt",
    Kind.ACCESS: "Linda asks for access",
    Kind.ACCESS_REMINDER: "nobody sees to it, and days pass",
    Kind.RECOGNITION: "Sam has a contact's address",
    Kind.RECOGNISED: "Maria says that it is not him",
    Kind.EXPORT: "everybody types /case export",
    Kind.REVIEW_EXPORT: "Maria types /review export",
    Kind.FRAUD_PROPOSED: "Ana approves an order that is above her limit",
    Kind.FRAUD_SETTLED: "Maria agrees",
    Kind.FINANCE: "Maria types /order export once something is owed",
    Kind.THREAD: "a thread of staff becomes case 1002",
    Kind.FILES: "files in the thread of a card",
    Kind.EMAIL: "creator, owner and the contact by e-mail",
    Kind.HEALTH: "Slack will not take one of Ben's comments",
    Kind.ESCALATION: "Ana escalates case 1003",
    Kind.MAY_ESCALATE: "Linda wants to be told",
    Kind.CALL_BACK: "the call that Linda asked for is owed, and a day passes",
    Kind.REVIEW: "an office day's morning comes",
    Kind.REVIEW_NEWS: "a case of it changes",
    Kind.REVIEW_OVER: "the next morning comes",
    Kind.NEEDS_OWNER: "case 1006 has severity 1, and nobody",
    Kind.OVERRULE: "Chloe asks about the verdict on a caller",
    Kind.OVERRULED: "Maria overrules it",
    Kind.PERSONAL_DATA: "Ana asks for all that is held of Lima Coffee",
    Kind.PERSONAL_GONE: "the same, and its days are over",
    Kind.ERASURE: "Omar erases Trial Goods",
    Kind.CART_PLACING: "Ana asks to place a cart above her limit",
    Kind.PICTURE: "Chloe wants to see the path of the call that went to sales",
    Kind.CALL_WINDOW: "the same, while Chloe has the window open",
    Kind.CANNED: "Chloe sends the caller how to open a case",
    Kind.FORM_LINK: "Chloe sends the caller the form for a new case",
    Kind.HANDED_CALL: "Chloe hands the call over to Ana",
    Kind.TO_SALES: "somebody calls who evaluates for long",
    Kind.SHIFT_ENDED: "case 1008 is Ana's, who is on duty in the mornings",
    Kind.REPORT: "days pass, a Monday or a Thursday among them",
    Kind.REPORT_FILE: "the same",
    Kind.FIRST_ANSWER: "nobody answers Linda in case 1003",
    Kind.FIRST_COMMENT: "nobody of Integrations writes into case 1007",
    Kind.CUSTOMER_CALL: "Ben notes that Raj wants a call, in case 1004",
    Kind.CLOSES_SOON: "Ben has left a message in case 1007",
    Kind.MAY_CLOSE: "the same: it is Chloe's to close",
    Kind.NO_RESPONSE: "Ben has left two, on two days",
    Kind.ORDER_APPROVAL: "Ana wants more refunded than she may alone",
    Kind.ORDER_DECIDED: "Maria agrees",
    Kind.ORDER_SETTLED: "it is paid",
    Kind.ORDER_IN_DOUBT: "the shop cancels twice what Ana cancels once",
}
"""How the run below brings about each kind of letter. A new one needs a row, and to be sent in the run."""

OUTSIDE = {"tess": False, "linda": True, "viktor": False, "sam": False}
"""Who is not staff, and whether they use every route, or those that are about a case: a community user and a
support contact of the account, a support contact of another one, somebody who is not set up."""

OF_THE_ACCOUNT = ("tess", "linda")

NOWHERE = frozenset({Place.DELETED, Place.DELETED_FILE, Place.SHOWN, Place.TAKEN_BACK, Place.UNSAID})
"""What staff do not find either: it is deleted, or its author's alone."""


def test_every_route_is_a_way_out_that_is_walked() -> None:
    assert set(ROWS) == set(ROUTES)


def test_every_kind_of_letter_is_brought_about() -> None:
    assert set(KINDS) == set(Kind)


async def test_nobody_outside_the_audience_ever_gets_a_word_of_it(
    guarded: Guarded, database_url: str, tmp_path: Path
) -> None:
    builder = Builder(guarded)
    await builder.builds()
    found = await ids_of(guarded)
    await _staff_find_it(guarded, found)
    used: set[object] = set()
    for handle, everywhere in OUTSIDE.items():
        walk = Walk(guarded, guarded.person(handle), found)
        await walk.goes(everywhere=everywhere)
        assert walk.found_by == [], handle
        assert walk.finds_public == (handle in OF_THE_ACCOUNT), handle
        used |= walk.used
    assert used == set(ROUTES)
    await _lou_answers(guarded)
    await guarded.time_passes(days=4)
    await _cases_of_reviews_change(guarded, found)
    await Orders(guarded, CaseId(min(found.case_ids.values()))).happen()
    await guarded.bot.desk.write(owed)
    await guarded.person("maria").runs("/order export")
    await guarded.settled()
    assert await _kinds_sent(guarded) == set(Kind)
    _nobody_was_told(guarded, builder.erased_at)
    _the_account_was_told_what_is_public(guarded)
    await _machines_know_nothing(guarded)
    await _who_leaves_us_takes_everything(database_url, tmp_path)


async def _staff_find_it(guarded: Guarded, found: Found) -> None:
    """Or else the rest would pass by blindness: the same looks and searches find it all."""
    for handle in ("ana", "ines", "maria", "omar"):
        person, then = guarded.person(handle), guarded.ears.now()
        walk = Walk(guarded, person, found)
        await walk.looks()
        await walk.searches()
        assert walk.found_by == walk.tried, handle
        await guarded.settled()
        told = "".join(one.text for one in guarded.ears.since(then) if one.by == {person.id})
        missed = {place for place, secret in SECRETS.items() if secret.word not in told}
        assert missed <= NOWHERE, f"{handle} finds nothing of {missed}"


async def _cases_of_reviews_change(guarded: Guarded, found: Found) -> None:
    """Reviews of the last mornings are drawn again."""
    maria = SlackUserId(guarded.person("maria").id)
    for case_id in found.case_ids.values():
        command = AddComment(case_id=CaseId(case_id), text="Seen.")
        await cases.comment(guarded.bot.desk, command, maria, CallKey(f"seen:{case_id}"))
    await guarded.settled()


async def _lou_answers(guarded: Guarded) -> None:
    """Whom the desk knows by an address alone answers what they got, and hears no more than is public."""
    post = guarded.sandbox.post
    assert post is not None
    to_lou = next(one for one in post.mails() if "lou@" in one["recipient"])
    assert SECRETS[Place.PUBLIC].word in to_lou["text"]
    assert post.answer(to_lou["id"], "Thank you")
    await guarded.mail_comes()
    await guarded.settled()


async def _kinds_sent(guarded: Guarded) -> set[Kind]:
    def query(connection: Connection) -> set[Kind]:
        sent = select(outbox.c.kind).where(outbox.c.state == State.SENT.value).distinct()
        return {Kind(one) for one in connection.execute(sent).scalars()}

    return await guarded.bot.desk.store.look(query)


def _nobody_was_told(guarded: Guarded, erased_at: int) -> None:
    wrong: dict[str, str] = {}
    for heard in guarded.ears.heard():
        for place, secret in SECRETS.items():
            if secret.word in heard.text and not heard.by <= secret.readers:
                others = ", ".join(sorted(heard.by - secret.readers))
                wrong.setdefault(f"{place} reached {others} by {heard.way}", heard.text)
    for heard in guarded.ears.since(erased_at):
        for place, secret in SECRETS.items():
            if secret.gone and secret.word in heard.text:
                wrong.setdefault(f"{place} was told by {heard.way} after it was deleted", heard.text)
    for place, secret in SECRETS.items():
        for method in guarded.ears.unaccounted(secret.word):
            wrong[f"{place} went out by {method}"] = ""
    assert not wrong, "\n".join(f"{what}: {text[:300]}" for what, text in wrong.items())


def _the_account_was_told_what_is_public(guarded: Guarded) -> None:
    """By the way that each of them had: a word that is for them does reach them."""
    word = SECRETS[Place.PUBLIC].word
    reached: set[str] = set()
    for heard in guarded.ears.heard():
        if word in heard.text:
            reached |= heard.by
    assert {"U0LINDA", "U0TESS", "linda@cloudnine.example", "lou@outside.example"} <= reached


async def _machines_know_nothing(guarded: Guarded) -> None:
    """Logs, numbers and probes are read by people who are nobody at the desk."""
    probes = guarded.bot.probes
    await probes.measure()
    shown = [*guarded.log.lines, json.dumps(await probes.readiness())]
    shown.append(probes.metrics.shown().decode())
    assert len(guarded.log.lines) > 10
    for secret in SECRETS.values():
        assert not [line for line in shown if secret.word in line]


async def _who_leaves_us_takes_everything(database_url: str, tmp_path: Path) -> None:
    """`caseline export` is an administrator's, on the machine: all is there but what was deleted."""
    folder = tmp_path / "out"
    folder.mkdir()
    take_out(database_url, folder)
    written = "".join(one.read_text(encoding="utf-8") for one in folder.glob("*.jsonl"))
    for place, secret in SECRETS.items():
        assert (secret.word in written) == (not secret.gone), place
