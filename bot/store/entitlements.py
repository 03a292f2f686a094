"""What the verdict of a call was, as it is kept with its case."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from bot.domain.entitlement import EntitlementReceipt, from_record, to_record
from bot.domain.ids import CaseId, PhoneCallId
from bot.domain.people import Viewer
from bot.domain.phone_calls import Entitled
from bot.store.schema import cases, entitlements
from bot.store.work import Work


def keep_entitlement(
    work: Work, case_id: CaseId, call_id: PhoneCallId, revision: int, receipt: EntitlementReceipt
) -> None:
    """Keep a verdict with a case; those before it stay, and the newest counts."""
    work.connection.execute(
        insert(entitlements).values(
            workspace_id=work.workspace_id,
            case_id=case_id,
            call_id=call_id,
            revision=revision,
            receipt=to_record(receipt),
            at=work.now,
        )
    )


def entitlement_of(connection: Connection, viewer: Viewer, case_id: CaseId) -> Entitled | None:
    """The verdict that is kept with a case; for staff."""
    if not viewer.is_staff:
        return None
    row = connection.execute(
        select(entitlements)
        .join(cases, cases.c.id == entitlements.c.case_id)
        .where(cases.c.workspace_id == viewer.workspace_id, entitlements.c.case_id == case_id)
        .order_by(entitlements.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Entitled(receipt=from_record(row.receipt), revision=row.revision, at=row.at)
