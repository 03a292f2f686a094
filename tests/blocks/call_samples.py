"""Calls to draw: every window of a call at each of its steps, of playbooks, and what is told of calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from bot.blocks import call_notices
from bot.dialogs import call_forms, phone_call, playbooks
from bot.domain.call_rows import CallRow
from bot.domain.entitlement import EntitlementReceipt, Overruling
from bot.domain.ids import PhoneCallId
from bot.domain.mail import MailState
from bot.domain.phone_calls import (
    Asked,
    CallPage,
    PhoneCall,
    PhoneSettings,
    PlaybookPage,
    PlaybookRevision,
    Ruling,
    SentCanned,
)
from bot.domain.phones import DEFAULT_HOURS, phones
from bot.domain.playbook.canned import Blocked, Hindrance, fill
from bot.domain.playbook.changes import Change
from bot.domain.playbook.faults import Fault, FaultKind
from bot.domain.playbook.script import Playbook, StepKind
from bot.domain.playbook.walk import Place
from bot.domain.shop.lookup import Find, Hits
from bot.domain.verdict import CallerKind, Measures, Verdict
from bot.playbook_file import load_playbook, read_texts
from tests.blocks import samples, shop_samples
from tests.blocks.samples import ANA, CASE, LATER, NOON, OMAR

ROW = CallRow(
    id=PhoneCallId(1),
    version=1,
    script="phone",
    owner=ANA.ref,
    began_at=NOON,
    step_number=3,
    label=shop_samples.HOSTILE,
)
RECEIPT = EntitlementReceipt(
    verdict=Verdict.NONE,
    rule="older_order",
    because=shop_samples.HOSTILE,
    playbook="0",
    today=NOON.date(),
    zone="UTC",
    kind=CallerKind.EVALUATOR,
    measured=Measures(),
    order="1042",
)
ASKED = Asked(
    wished=Verdict.HOSTING, reason=shop_samples.HOSTILE, by=ANA.name, by_slack=ANA.slack_user_id, at=NOON
)
CALL = PhoneCall(
    id=PhoneCallId(1),
    script="phone",
    revision=1,
    version=2,
    begun_by=ANA.ref,
    owner=ANA.ref,
    began_at=NOON,
    changed_at=NOON,
    label=shop_samples.HOSTILE,
    notes=shop_samples.HOSTILE,
)


@cache
def book() -> Playbook:
    return load_playbook()


def page(call: PhoneCall = CALL, step: str = "greet", **more: Any) -> CallPage:
    """A call at a step, with more of everything than its window shows."""
    script = book().phone if call.script == "phone" else book().triage
    found = script.step(step)
    assert found is not None
    place = Place(step=found, offers=(*found.answers, *script.anytime), data={}, path=())
    names = {one.name: one.sample for one in book().message_fields}
    facts: dict[str, Any] = {
        "settings": PhoneSettings(**dict.fromkeys(("desk", "support_admin"), "x")),
        "values": {},
        "email_ready": True,
        "caller": shop_samples.page().standing,
        "picked": True,
        "hits": Hits(sought=Find(text="x"), hits=(shop_samples.HIT,) * 20, more=True),
        "others": (ROW,),
        "phones": phones(DEFAULT_HOURS, 2, NOON, "UTC"),
        "message": book().messages[0],
        "filled": fill(book().messages[0], names),
        "hindered": (Blocked(why=Hindrance.SENT_TODAY),),
        "mails": (
            SentCanned(
                message="open_case",
                message_version=1,
                address="lena@example.com",
                subject=shop_samples.HOSTILE,
                state=MailState.RETURNED,
                error="",
                created_at=NOON,
            ),
        )
        * 9,
        "case": CASE,
        "today": NOON.date(),
    }
    return CallPage(call=call, viewer=ANA, script=script, place=place, now=LATER, **{**facts, **more})


def hits(call: PhoneCall = CALL) -> CallPage:
    found = tuple(
        shop_samples.HIT._replace(customer_id=number)  # type: ignore[arg-type]
        for number in range(20)
    )
    return page(call, "find", picked=False, caller=None, hits=Hits(sought=Find(text="x"), hits=found))


def pages() -> Iterator[CallPage]:
    """Every step of both scripts, for who has the call, for who looks on, and as it ended."""
    judged = replace(CALL, receipt=RECEIPT, answers=(object(),))  # type: ignore[arg-type]
    ruled = replace(RECEIPT, overruled=Overruling(verdict=Verdict.HOSTING, by="Maria", reason="So", at=NOON))
    for script in (book().phone, book().triage):
        for step in script.steps:
            call = replace(judged, script=script.name)
            if step.kind is StepKind.END:
                call = replace(call, ended_at=LATER, outcome=str(step.outcome))
            if step.id == "find":
                yield hits(judged)
                continue
            yield page(call, step.id)
    yield page(replace(judged, owner=OMAR.ref), "live")
    yield page(replace(judged, asked=ASKED), "live")
    yield page(replace(judged, asked=replace(ASKED, ruling=Ruling.STANDS), receipt=ruled), "live")
    yield replace(page(judged, "live"), viewer=OMAR, call=replace(judged, owner=OMAR.ref))
    blocked = (Blocked(why=Hindrance.VALUE_MISSING, fields=("help_page", "email")),)
    yield page(judged, "send_covered", filled=None, hindered=blocked)
    yield page(judged, "send_covered", email_ready=False, hindered=())
    yield page(judged, "find", picked=False, caller=None, hits=Hits(sought=Find(text="x")))


def playbook_page() -> PlaybookPage:
    first = PlaybookRevision(number=1, digest="0", at=NOON, is_packaged=True)
    then = PlaybookRevision(number=2, digest="1", at=LATER, by=shop_samples.HOSTILE, goes_back_to=1)
    return PlaybookPage(
        revisions=(then, first),
        total=20,
        settings=PhoneSettings(sales_channel="C0SALES", version=1),
        playbook=book(),
        texts=read_texts(None),
    )


def modals() -> Iterator[dict[str, Any]]:
    """Every window of calls and of playbooks."""
    for one in pages():
        yield phone_call.view(one, samples.HOSTILE[0])
    judged = page(replace(CALL, receipt=RECEIPT), "live")
    yield call_forms.hand_over(judged)
    yield call_forms.ask(judged)
    yield call_forms.overrule(judged)
    yield call_forms.overrule(replace(judged, call=replace(judged.call, asked=ASKED)))
    yield call_forms.done("A sentence.")
    shown = playbook_page()
    yield playbooks.view(shown, "A sentence.")
    for name in shown.texts:
        yield playbooks.editor(shown, name, said=playbooks.differences(()))
    hostile = shop_samples.HOSTILE
    fault = Fault(kind=FaultKind.SHAPE, file="phone.toml", key="x", wrong=hostile, remedy="Mend it.")
    yield playbooks.upload(shown, {"cancel.toml": 2, "return.toml": 0}, playbooks.faults((fault,) * 20))
    yield playbooks.upload(
        shown,
        {"cancel.toml": 2, "return.toml": 0},
        playbooks.differences((Change(part="Phone", what=hostile),) * 20),
    )
    yield playbooks.settings_form(shown, banner="A sentence.")


def messages() -> Iterator[list[dict[str, Any]]]:
    """What is told of calls."""
    judged = page(replace(CALL, receipt=RECEIPT, asked=ASKED), "live")
    stands = replace(judged.call, asked=replace(ASKED, ruling=Ruling.STANDS, answer="So"))
    for drawn in (
        call_notices.handed_over(judged),
        call_notices.handed_over(replace(judged, viewer=OMAR)),
        call_notices.overrule(judged),
        call_notices.overrule_settled(replace(judged, call=stands)),
        call_notices.overruled(replace(judged, call=stands)),
        call_notices.to_sales(judged),
    ):
        assert drawn is not None
        yield drawn.blocks
