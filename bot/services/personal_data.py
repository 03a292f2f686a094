"""Reports of personal data: asked for with a reason, made behind it for the asker alone, deleted in time.

`scheduler.personal` makes the files and deletes them; nothing of them is kept beside Slack.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.domain.commands import Audience
from bot.domain.due import DueKind, DueTime
from bot.domain.ids import CallKey, CustomerId, PersonalReportId, SlackUserId
from bot.domain.people import Person, Viewer
from bot.domain.permissions import Act, require
from bot.domain.personal import (
    AskForReport,
    PersonalData,
    PersonalReport,
    ReportsPage,
    ReportState,
    expires,
)
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.customers import Customer
from bot.services import personal_shop
from bot.services.desk import Desk, actor
from bot.store import customers, personal_data, records
from bot.store import personal_reports as store
from bot.store.due import set_due
from bot.store.outbox import Announcement, Kind, announce, new_token
from bot.store.work import Connection, Work


async def reports(
    desk: Desk, by: SlackUserId, state: ReportState | None = None, start: PersonalReportId | None = None
) -> ReportsPage:
    """The reports that were asked for, newest first. Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM."""

    def query(connection: Connection, viewer: Viewer) -> ReportsPage:
        require(Act.REPORT_PERSONAL_DATA, viewer.person)
        return store.page(connection, viewer, state, start, desk.policy.limits.personal_data_days)

    return await desk.read(query, by, brief=True)


async def subject(desk: Desk, by: SlackUserId, customer_id: CustomerId) -> Customer:
    """Whose report is asked for. Raises NOT_YOUR_ROLE, TAKEN_FROM_YOUR_TEAM, NO_SUCH_CUSTOMER."""

    def query(connection: Connection, viewer: Viewer) -> Customer:
        require(Act.REPORT_PERSONAL_DATA, viewer.person)
        return _known(customers.by_id(connection, viewer, customer_id))

    return await desk.read(query, by)


def _known(customer: Customer | None) -> Customer:
    if customer is None:
        raise Refusal(Reason.NO_SUCH_CUSTOMER)
    return customer


async def ask(desk: Desk, command: AskForReport, by: SlackUserId, key: CallKey) -> Receipt:
    """Have a report made: it comes as a direct message. Raises EMPTY_TEXT without a reason."""

    def unit(work: Work) -> Receipt:
        person = actor(work, by)
        require(Act.REPORT_PERSONAL_DATA, person)
        _known(customers.by_id(work.connection, Viewer(person), command.customer_id))
        if not command.reason.strip():
            raise Refusal(Reason.EMPTY_TEXT)
        token = new_token()
        store.add(work, command.customer_id, person.id, command.reason.strip(), token)
        _log(work, "personal_data_asked", person, command.customer_id)
        announce(
            work,
            Announcement(
                kind=Kind.PERSONAL_DATA,
                conversation=person.slack_user_id,
                person_id=person.id,
                token=token,
            ),
        )
        return Receipt(customer_id=command.customer_id)

    return await desk.write(unit, key)


def _log(work: Work, kind: str, person: Person, customer_id: CustomerId) -> None:
    records.insert_history(
        work,
        kind,
        actor_id=person.id,
        audience=Audience.INTERNAL,
        changes={},
        customer_id=customer_id,
    )


async def wanted(desk: Desk, person: Person, token: str) -> tuple[PersonalReport, PersonalData] | None:
    """What a row of the outbox is to bring to `person`, read now, from the desk and from its shop.

    None where they may not have it.
    """
    at = desk.clock.now()

    def query(connection: Connection, viewer: Viewer) -> tuple[PersonalReport, personal_data.Found] | None:
        report = store.by_token(connection, viewer, token)
        if report is None or report.asked_by.id != viewer.person_id:
            return None
        data = personal_data.everything(connection, viewer, report.customer_id, at)
        return (report, data) if data is not None else None

    found = await desk.store.read(query, Viewer(person))
    if found is None:
        return None
    report, data = found
    told = await asyncio.to_thread(personal_data.told, data)
    return report, await personal_shop.with_shop(desk, person.ref, told)


async def sent(desk: Desk, token: str, files: tuple[str, ...], counts: dict[str, int]) -> None:
    """The files stand in Slack; from now on they wait for their end.

    It has come where the customer was erased while they were made: they may say what nobody has any more.
    """

    def unit(work: Work) -> None:
        erased = store.is_about_erased(work, token)
        days = 0 if erased else desk.policy.limits.personal_data_days
        store.sent(work, token, files, counts, expires(work.now, days))
        look_again(work)

    await desk.write(unit)


async def withdrawn(desk: Desk, token: str) -> None:
    """Whoever asked has lost the right, or the customer is not there any more."""
    await desk.write(lambda work: store.withdrawn(work, token))


def look_again(work: Work) -> None:
    """Have somebody look when the next report's time is over."""
    at: datetime | None = store.next_expiry(work.connection, work.workspace_id)
    if at is not None:
        set_due(work, DueKind.PERSONAL_DATA, at)


def sweep(desk: Desk, work: Work, due: DueTime) -> None:
    """Reports whose time is over are deleted in Slack: the outbox does it, and marks them."""
    for token, _ in store.expired(work.connection, work.workspace_id, work.now):
        announce(work, Announcement(kind=Kind.PERSONAL_GONE, conversation=f"personal:{token}"))
    later = store.next_expiry(work.connection, work.workspace_id)
    if later is not None and later > work.now:
        set_due(work, DueKind.PERSONAL_DATA, later)


async def over(desk: Desk, token: str) -> list[str]:
    """The files of a report whose time is over; none where that was changed."""
    now = desk.clock.now()
    found = await desk.store.look(lambda connection: store.expired(connection, desk.workspace_id, now))
    return next((files for one, files in found if one == token), [])


async def deleted(desk: Desk, token: str) -> None:
    await desk.write(lambda work: store.deleted(work, token))
