"""To which order or cart a case is tied: said by hand, offered from what its account has, told to a card."""

from __future__ import annotations

from bot.domain.cases import Case, ChangeKind
from bot.domain.ids import AccountId, CallKey, CaseId, SlackUserId
from bot.domain.people import Viewer, channel_viewer
from bot.domain.permissions import Act
from bot.domain.receipts import Receipt
from bot.domain.refusals import Reason, Refusal
from bot.domain.shop.ties import Tie, Tieable, TieCase
from bot.services.announcing import record
from bot.services.cases import begin, receipt
from bot.services.desk import Desk
from bot.store import cases as case_store
from bot.store import ties as store
from bot.store.work import Connection, Work


async def tie(desk: Desk, command: TieCase, by: SlackUserId, key: CallKey) -> Receipt:
    """Tie a case to an order or cart of its account, or to none. Raises NOT_OF_THE_ACCOUNT and others."""

    def unit(work: Work) -> Receipt:
        person, case = begin(work, by, command.case_id, Act.EDIT_CASE)
        viewer = Viewer(person)
        known = store.tie_of(work.connection, viewer, case.id)
        before = known[0] if known else None
        picked = None
        if command.key:
            picked = store.one_of(work.connection, viewer, case.account_id, command.key)
            if picked is None:
                raise Refusal(Reason.NOT_OF_THE_ACCOUNT)
        same = before is not None and picked is not None
        same = same and (before.thing, before.number) == (picked.thing, picked.number)  # type: ignore[union-attr]
        if same or (before is None and picked is None):
            raise Refusal(Reason.NOTHING_CHANGED, {"number": case.number})
        if picked is None:
            store.drop_tie(work, case.id)
        else:
            store.save_tie(work, case.id, picked, by=person)
        told = {
            "about": (before.number if before and before.number else None, picked.number if picked else None)
        }
        record(work, case, ChangeKind.TIED, person, changes=told, quietly=True)
        return receipt(case, case.version, person)

    return await desk.write(unit, key)


async def on_card(desk: Desk, case: Case) -> Tie | None:
    """What a case's card says that it is about."""
    eyes = channel_viewer(desk.workspace_id)
    found = await desk.store.read(lambda connection, viewer: store.tie_of(connection, viewer, case.id), eyes)
    return found[0] if found else None


async def of_case(desk: Desk, by: SlackUserId, case_id: CaseId, typed: str = "") -> tuple[Tieable, ...]:
    """What the account of a case has, what its rules found first. Nothing for who does not see the case."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Tieable, ...]:
        case = case_store.by_id(connection, viewer, case_id)
        if case is None:
            return ()
        offered = store.beginning(connection, viewer, case.account_id, typed)
        known = store.tie_of(connection, viewer, case_id)
        first = known[1] if known else ()
        return tuple(sorted(offered, key=lambda one: one.key not in first))

    return await desk.read(query, by)


async def of_account(
    desk: Desk, by: SlackUserId, account_id: AccountId, typed: str = ""
) -> tuple[Tieable, ...]:
    """What an account has. Nothing for who may not open a case for it."""

    def query(connection: Connection, viewer: Viewer) -> tuple[Tieable, ...]:
        return store.beginning(connection, viewer, account_id, typed)

    return await desk.read(query, by)
