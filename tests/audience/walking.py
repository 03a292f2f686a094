"""One person uses every way out that there is: each route of the table of rights, and what one might try."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from bot.domain.lifecycle import Status
from bot.handlers.call import Payload
from bot.sandbox import Person
from bot.store.schema import accounts, articles, call_backs, comments, held_comments, people, teams
from bot.store.schema import cases as case_table
from bot.store.schema_finding import saved_queries
from bot.store.work import Work
from tests.audience.building import TITLES
from tests.audience.conftest import Guarded
from tests.audience.secrets import BESIDE, BESIDE_PUBLIC, Place, of
from tests.flows_rights.routes import ROWS, Target, Use, use_route

SEARCHES = (
    BESIDE,
    "zephyr*",
    f"{BESIDE} status:working",
    f"is:escalated {BESIDE}",
    f"account:cloud {BESIDE}",
)
"""What finds cases by their secrets, for whoever may know them; the second is no whole secret either."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the walk needs to know of the desk: ids that no page has told the walker."""

    case_ids: dict[str, int]
    internal_comment: int
    edited: tuple[int, ...]
    held: int
    query: int
    request: int


async def ids_of(there: Guarded) -> Found:
    """Read behind the desk's back."""

    def query(c: Connection) -> Found:
        by_number = c.execute(select(case_table.c.number, case_table.c.id))
        wanted = comments.c.text == of(Place.COMMENT)
        shown = held_comments.c.text == of(Place.SHOWN)
        return Found(
            case_ids={str(number): case_id for number, case_id in by_number},
            edited=tuple(c.execute(select(comments.c.id).where(comments.c.edited_at.is_not(None))).scalars()),
            internal_comment=c.execute(select(comments.c.id).where(wanted)).scalar_one(),
            held=c.execute(select(held_comments.c.id).where(shown)).scalar_one(),
            query=c.execute(select(func.max(saved_queries.c.id))).scalar_one(),
            request=1,
        )

    return await there.bot.desk.store.look(query)


class Walk:
    """Somebody's walk through all of it: `tried` are the searches, `found_by` those that found a case."""

    def __init__(self, there: Guarded, person: Person, found: Found) -> None:
        self.there = there
        self.person = person
        self.found = found
        self.used: set[tuple[Payload, str]] = set()
        self.tried: list[str] = []
        self.found_by: list[str] = []
        self.finds_public = False

    async def goes(self, *, everywhere: bool) -> None:
        """Every route first, or those that are about a case; then the cases one by one, and every search."""
        for (payload, route), uses in ROWS.items():
            for use in uses:
                if everywhere or use.about_case or use.anothers or use.article:
                    await self._uses(payload, route, use)
                    self.used.add((payload, route))
        await self.looks()
        await self.searches()

    async def looks(self) -> None:
        """All that can be looked at, of every case and of none."""
        person = self.person
        for number, case_id in self.found.case_ids.items():
            await self._runs(f"/case show {number}")
            await self._clicks("case.history", f"{case_id}.1")
            await self._clicks("case.articles", f"{case_id}.1")
        for comment_id in self.found.edited:
            await self._clicks("comment.versions", f"{comment_id}.1")
        for line in ("/case list mine", "/case list account", "/case list team", "/case list waiting"):
            await self._runs(line)
        await self._runs("/case list saved")
        for article in range(1, 4):
            await self._runs(f"/kb show {article}")
        await person.opens_home()
        await self._runs("/desk mail")
        await self._runs("/case export")
        await self._runs("/review export")

    async def searches(self) -> None:
        """Nobody finds a case, and counts none, by what they may not read."""
        for words in SEARCHES:
            self._note(f"/case search {words}", await self._runs(f"/case search {words}"))
            await self._runs(f"/kb search {words}")
        self.finds_public = TITLES["1001"] in await self._runs(f"/case search {BESIDE_PUBLIC}")
        for case_id in self.found.case_ids.values():
            await self._clicks("case.search.older", str(case_id))
        self._note("a saved search", await self._clicks("case.query.run", str(self.found.query)))
        await self._clicks("case.query.edit", str(self.found.query))
        self._note("a select", str(await self._offered("pick.case", BESIDE)))
        await self._offered("pick.account", BESIDE)

    def _note(self, how: str, said: str) -> None:
        self.tried.append(how)
        if any(title in said for title in TITLES.values()):
            self.found_by.append(how)

    async def _runs(self, line: str) -> str:
        self.person.reloads()
        await self.person.runs(line)
        return self._said()

    async def _clicks(self, route: str, value: str) -> str:
        use = Use(act=None, value=lambda _: value)
        self.person.reloads()
        await use_route(self.there, self.person, Payload.MODAL_BUTTON, route, use, NOTHING)
        return self._said()

    async def _offered(self, route: str, words: str) -> Any:
        use = Use(act=None, text=lambda _: words)
        self.person.reloads()
        before = len(self.there.sandbox.deliveries)
        await use_route(self.there, self.person, Payload.SUGGESTION, route, use, NOTHING)
        return [one.ack for one in self.there.sandbox.deliveries[before:]]

    def _said(self) -> str:
        return "\n".join([self.person.reply, *(one.text for one in self.person.modals)])

    async def _uses(self, payload: Payload, route: str, use: Use) -> None:
        number = "1005" if payload is Payload.MESSAGE else "1003" if use.escalation else "1001"
        target = await self._target(number, use)
        if payload is Payload.MESSAGE:
            target = replace(target, card=await self.there.card("00001005", "general"))
        self.person.reloads()
        await use_route(self.there, self.person, payload, route, use, target)

    async def _target(self, number: str, use: Use) -> Target:
        """The case as the use wants it: set back behind the desk's back, for a walk of so many acts."""
        case_id = self.found.case_ids[number]
        now = self.there.sandbox.clock.now()

        def unit(work: Work) -> dict[str, int]:
            c = work.connection
            state: dict[str, Any] = {"closed_at": None, "closed_by_id": None, "resolution": ""}
            state |= {"status": Status.OPEN.value}
            if use.closed:
                state |= {"closed_at": now, "closed_by_id": 1, "resolution": "solved", "status": "closed"}
            if use.working:
                state["status"] = "working"
            opens = {"": now.replace(year=now.year + 1)}.get(use.escalation, now)
            flagged = now if use.escalation in ("flagged", "owed") else None
            state |= {"escalation_opens_at": opens, "escalated_at": flagged, "expedite_asked_at": None}
            c.execute(update(case_table).where(case_table.c.id == case_id).values(**state))
            if use.escalation == "flagged":
                c.execute(delete(call_backs).where(call_backs.c.case_id == case_id))
            wanted = {
                "version": case_table.c.id == case_id,
                "person_version": people.c.slack_user_id == "U0JUN",
                "account_version": accounts.c.id == 2,
                "team_version": teams.c.id == 4,
                "article_version": articles.c.number == 3,
            }
            tables = (case_table, people, accounts, teams, articles)
            return {
                name: c.execute(select(table.c.version).where(mine)).scalar_one()
                for table, (name, mine) in zip(tables, wanted.items(), strict=True)
            }

        return Target(
            case_id=case_id,
            number=number,
            card=None,
            held_id=self.found.held,
            comment_id=self.found.internal_comment,
            request_id=self.found.request,
            **await self.there.bot.desk.write(unit),
        )


NOTHING = Target(
    case_id=0, version=0, number="0", card=None, person_version=0, account_version=0, team_version=0
)
