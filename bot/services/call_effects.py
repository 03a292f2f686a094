"""What an answer of a call brings about beside the next step: an e-mail, a case, a word to sales."""

from __future__ import annotations

from bot.domain.commands import Contact, OpenCase, Origin
from bot.domain.ids import CaseId, SlackUserId
from bot.domain.mail import address_of
from bot.domain.people import Team, TeamKind
from bot.domain.phone_calls import TO_SALES, is_urgent, values_of
from bot.domain.playbook.canned import FilledMessage, Hindrance, fill, hindrances
from bot.domain.playbook.script import CaseReason, FieldKind
from bot.domain.playbook.walk import Place, written_down
from bot.domain.refusals import Reason, Refusal
from bot.services import case_links, cases
from bot.services.customers import account_for
from bot.services.on_call import managers_on_duty
from bot.services.walking import Walking
from bot.store import canned, entitlements, people
from bot.store.outbox import Announcement, Kind, announce

SEVERITY: dict[CaseReason | None, int] = {CaseReason.PRIORITY: 2}
USUAL_SEVERITY = 3
LONGEST_TITLE = 150

HINDERED = {
    Hindrance.VALUE_MISSING: Reason.VALUE_MISSING,
    Hindrance.CONTRADICTS_VERDICT: Reason.CONTRADICTS_VERDICT,
    Hindrance.SENT_TODAY: Reason.SENT_TODAY,
}


def send(walking: Walking, chosen: str) -> None:
    """Send the message that was chosen to the address that was read back.

    Raises VALUE_MISSING, CONTRADICTS_VERDICT, SENT_TODAY, NO_EMAIL_HERE.
    """
    work, place = walking.work, walking.place
    if not work.stamp.email_ready:
        raise Refusal(Reason.NO_EMAIL_HERE)
    message = walking.playbook.message(chosen)
    address = address_of(place.data.get("email", ""))
    if message is None or address is None or walking.receipt is None:
        raise Refusal(Reason.ANSWER_NOT_OFFERED)
    caller = walking.caller()
    values = values_of(walking.settings, walking.person, caller, walking.site(), place.data)
    nonce = ""
    if case_links.FIELD in message.fields and case_links.is_personal(walking.desk, caller, address):
        nonce = case_links.new_nonce()
        values[case_links.FIELD] = case_links.mark_of(nonce)
    sent = canned.was_sent(work.connection, work.workspace_id, message.id, address, walking.today)
    verdict = walking.receipt.in_force
    for blocked in hindrances(message, values, verdict, sent_today=sent):
        meanings = {one.name: one.meaning for one in walking.playbook.message_fields}
        missing = ", ".join(meanings.get(name, name) for name in blocked.fields)
        raise Refusal(HINDERED[blocked.why], {"value": missing or message.title})
    filled = fill(message, values)
    token = canned.send(work, walking.call.id, filled, address, walking.today, walking.person.id)
    if nonce and caller is not None:
        case_links.go_along(walking.desk, work, walking.person, caller, address, nonce, token)


def open_case(walking: Walking) -> CaseId:
    """Open a case for level two with all that was collected; the receipt is kept with it.

    A caller who has no account at the desk yet gets one by the name and plan of their record. Raises
    NO_SUCH_CUSTOMER_HERE, NO_LEVEL_TWO.
    """
    work, person, caller, place = walking.work, walking.person, walking.caller(), walking.place
    if caller is None:
        raise Refusal(Reason.NO_SUCH_CUSTOMER_HERE)
    team = level_two(walking)
    data, policy = place.data, walking.desk.policy
    urgent = is_urgent(walking.answers)
    severity = 1 if urgent else SEVERITY.get(place.case, USUAL_SEVERITY)
    issue = data.get("issue") or data.get("summary", "")
    command = OpenCase(
        account_id=account_for(work, person, caller.customer.id),
        org_id_or_mid="",
        title=(issue.splitlines() or [""])[0][:LONGEST_TITLE] or "Call",
        description=_collected(walking, place),
        business_impact=policy.business_impacts[0 if urgent else -1].value,
        timezone="",
        severity=severity,
        kind="problem" if any(one.value == "problem" for one in policy.kinds) else policy.kinds[0].value,
        contact=Contact(
            name=data.get("caller_name") or caller.customer.name,
            email=data.get("email") or caller.customer.email,
            phone=caller.customer.phone,
        ),
        team_id=team.id,
        origin=Origin.PHONE,
    )
    case, _ = cases.opening(walking.desk, work, command, SlackUserId(person.slack_user_id))
    if walking.receipt is not None:
        entitlements.keep_entitlement(work, case.id, walking.call.id, walking.call.revision, walking.receipt)
    return case.id


def level_two(walking: Walking) -> Team:
    """The team that gets what a call or a triage gives on. Raises NO_LEVEL_TWO."""
    teams = people.list_teams(walking.work.connection, walking.viewer)
    team = next((one for one in teams if one.kind is TeamKind.LEVEL_TWO), None)
    if team is None:
        raise Refusal(Reason.NO_LEVEL_TWO)
    return team


def _collected(walking: Walking, place: Place) -> str:
    """What was written down, a line each; what only finds an account is left out."""
    finding = {"order_no", "licence_key", "downloaded_by", "sales_contact"}
    site = walking.site()
    if site is not None:  # its whole name stands below
        finding.add("site")
    lines = [
        f"{field.label}: {text}"
        for field, text in written_down(walking.script, place)
        if field.kind is not FieldKind.ACCOUNT and field.name not in finding
    ]
    if site is not None and "licensed_site" not in place.data:
        lines.append(f"Licensed site: {site.name}")
    if site is not None and site.product_version:
        lines.append(f"Version: {site.product_version}")
    return "\n".join(lines)


def to_sales(walking: Walking) -> None:
    """Tell sales: by e-mail, in their channel, or where neither is set the manager on duty (domain.md 5)."""
    work, call_id, settings = walking.work, walking.call.id, walking.settings
    address = address_of(settings.sales_address)
    if address is not None and work.stamp.email_ready:
        # Without words: they are drawn when it is sent, of what the call says then.
        letter = FilledMessage(id=TO_SALES, version=1, subject="", body="", aloud=())
        canned.send(work, call_id, letter, address, walking.today, walking.person.id)
    if settings.sales_channel:
        item = Announcement(kind=Kind.TO_SALES, conversation=settings.sales_channel, phone_call_id=call_id)
        announce(work, item)
    if settings.sales_channel or (address is not None and work.stamp.email_ready):
        return
    for manager in managers_on_duty(work):
        announce(
            work,
            Announcement(
                kind=Kind.TO_SALES,
                conversation=manager.slack_user_id,
                person_id=manager.id,
                phone_call_id=call_id,
            ),
        )


def keep_receipt(walking: Walking, case_id: CaseId | None) -> None:
    """Keep the verdict with the case that it is about, once there is one."""
    if case_id is not None and walking.receipt is not None:
        call = walking.call
        entitlements.keep_entitlement(walking.work, case_id, call.id, call.revision, walking.receipt)
