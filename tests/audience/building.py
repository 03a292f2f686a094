"""The desk that is full of secrets: made by people, over the wire, in each place that keeps one."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from bot.domain.commands import Contact
from bot.domain.contacts import AccountContact
from bot.domain.people import Role
from bot.store.contacts import upsert_contact
from tests.audience import affairs, hours
from tests.audience.calling import Calls
from tests.audience.conftest import Guarded
from tests.audience.doubting import Doubts
from tests.audience.secrets import LOU, SECRETS, Place, of
from tests.flows.conftest import CLOUD_NINE, INTEGRATIONS, LEVEL_TWO, does, options

TITLES = {
    "1001": "Label press jams",
    "1002": "Scanner is blind",
    "1003": "Checkout is slow",
    "1004": "Mails are late",
    "1005": "Cards in general",
    "1006": "Nobody owns this one",
    **hours.TITLES,
}
"""No title has a secret: the account's people read them."""


class Builder:
    """Makes it, part by part; what each part tells anybody is heard as everything is."""

    def __init__(self, there: Guarded) -> None:
        self.there = there
        self.erased_at = 0
        """From when on nobody is to hear of what was deleted."""

    async def builds(self) -> None:
        await self._opens()
        await self._comments()
        await self._unsaid()
        await self._messages()
        await self._thread()
        await self._acts()
        await self._mails()
        await self._knowledge()
        await self._others()
        await Calls(self.there).happen()
        await affairs.happen(self.there)
        await Doubts(self.there).happen()
        await hours.begins(self.there)
        await self.there.time_passes(hours=25)
        await hours.goes_on(self.there)

    async def _opens(self) -> None:
        there = self.there
        raj = there.person("raj")
        await does(raj, "/case notify", pace="digest", hour="8")
        contact = Contact(name="Lou Reyes", email=LOU)
        await there.case_of("linda", owner="ana", title=TITLES["1001"], contact=contact)
        await there.settled()

    async def _comments(self) -> None:
        """On case 1001: kept, edited, shown, taken back."""
        ana, ben = self.there.people("ana ben")
        await does(ana, "/case comment 1001", text=of(Place.EARLIER), audience="internal")
        await ana.runs("/case show 1001")
        await ana.clicks("Edit comment")
        await ana.submits(text=of(Place.EDITED))
        assert ana.errors == {}
        ana.reloads()
        await does(ben, "/case comment 1001", text=of(Place.COMMENT), audience="internal")
        await ana.runs("/case comment 1001")
        await ana.submits(text=of(Place.PUBLIC), audience="public")
        await ana.submits(contact=["yes"])
        ana.reloads()
        await self.there.time_passes(seconds=11)
        await ana.runs("/case comment 1001")
        await ana.submits(text=of(Place.SHOWN), audience="public")
        assert ana.modal is not None
        assert ana.modal.callback_id == "case.public"
        ana.reloads()
        await ana.runs("/case comment 1001")
        await ana.submits(text=of(Place.TAKEN_BACK), audience="public")
        await ana.submits()
        await ana.clicks("Take it back")
        ana.reloads()

    async def _unsaid(self) -> None:
        """Jun may write public, sends, and may not any more."""
        there = self.there
        jun = there.person("jun")
        await there.role_of("jun", Role.AGENT, team_ids=(LEVEL_TWO,))
        await jun.runs("/case comment 1001")
        await jun.submits(text=of(Place.UNSAID), audience="public")
        await jun.submits()
        jun.reloads()
        await there.role_of("jun", Role.AGENT, team_ids=(INTEGRATIONS,))
        await there.time_passes(seconds=11)

    async def _messages(self) -> None:
        """In the thread of the card of 1001, where staff alone are."""
        there = self.there
        (ben,) = there.people("ben")
        card = await there.card("00001001")
        word = SECRETS[Place.FILE].word
        await ben.says("See this", channel="support-cases", thread=card, files={f"{word}.txt": b"quokka"})
        name = f"{SECRETS[Place.DELETED_FILE].word}.txt"
        said = await ben.says(of(Place.DELETED), channel="support-cases", thread=card, files={name: b"k"})
        await there.settled()
        await ben.deletes(said)
        await there.settled()
        self.erased_at = there.ears.now()

    async def _thread(self) -> None:
        """A thread of a channel of staff becomes case 1002, of an account whose people are not there."""
        there = self.there
        ana, ben, maria = there.people("ana ben maria")
        root = await ana.says("The scanner, again", channel="level-two")
        edited = await ben.says(of(Place.CAPTURED_EARLIER), channel="level-two", thread=root)
        word = SECRETS[Place.CAPTURED_FILE].word
        await maria.says("A dump", channel="level-two", thread=root, files={f"{word}.txt": b"quokka"})
        await ana.uses("Open a case from thread", on=root)
        rest: Any = {"business_impact": "orders_held", "severity": "2", "account": "Cloud Nine"}
        await ana.submits(title=TITLES["1002"], description="It sees nothing", **rest)
        assert ana.errors == {}, ana.errors
        ana.reloads()
        await there.settled()
        await ben.edits(edited, of(Place.CAPTURED))
        alone = await ben.says(of(Place.ADDED), channel="level-two")
        await ben.uses("Add to a case", on=alone)
        await ben.submits(case="00001002", audience="internal")
        assert ben.errors == {}
        ben.reloads()

    async def _acts(self) -> None:
        """On case 1003: every act that takes an internal text; it is escalated, and a call is owed."""
        there = self.there
        ana, ines, maria, linda = there.people("ana ines maria linda")
        await there.case_of("linda", owner="maria", title=TITLES["1003"])
        await there.settled()
        await linda.runs("/case show 1003")
        await linda.clicks("case.tell_me")
        linda.reloads()
        await ines.clicks("case.expedite", on=await there.card("00001003"))
        await ines.submits(text=of(Place.EXPEDITING))
        ines.reloads()
        await does(maria, "/case close 1003", resolution="solved", note=of(Place.CLOSING))
        await does(maria, "/case reopen 1003", reason=of(Place.REOPENING))
        await there.time_passes(hours=3)
        await does(ana, "/case escalate 1003", reason="worse", note=of(Place.ESCALATING))
        await does(maria, "/case ask 1003", who="@ben", text=of(Place.QUESTION))
        await linda.runs("/case show 1003")
        await linda.clicks("case.call_back")
        await linda.submits(phone="+1 555 010 0100", wanted="after ten")
        assert linda.errors == {}
        linda.reloads()

    async def _mails(self) -> None:
        """Case 1004, of Raj, who has chosen a digest; and what comes by e-mail."""
        there = self.there
        ben, maria = there.people("ben maria")
        await there.case_of("raj", owner="ana", title=TITLES["1004"])
        await does(ben, "/case comment 1004", text=of(Place.DIGEST), audience="internal")
        await there.settled()
        post = there.sandbox.post
        assert post is not None
        to_ana = next(one for one in post.mails() if "ana@" in one["recipient"] and "1004" in one["subject"])
        assert post.answer(to_ana["id"], of(Place.MAILED))
        post.receive(_mail(of(Place.SORTED)))
        await there.mail_comes()
        await maria.runs("/desk mail")
        await maria.clicks("Put into a case")
        await maria.submits(case="00001004", audience="internal")
        assert maria.errors == {}
        maria.reloads()
        post.receive(_mail(of(Place.UNSORTED)))
        await there.mail_comes()

    async def _knowledge(self) -> None:
        (ana,) = self.there.people("ana")
        for title, readers in (("Label press", "customers"), (of(Place.ARTICLE), "staff")):
            await ana.runs("/kb add")
            await ana.submits(title=title, body_0=f"{title}: label press", readers=readers)
            assert ana.errors == {}
            ana.reloads()
        await ana.runs("/kb add")
        await ana.submits(title="Own list", body_0="Steps", readers="account", account="Cloud Nine")
        assert ana.errors == {}, ana.errors
        ana.reloads()
        await ana.runs("/case show 1001")
        await ana.clicks("case.articles")
        await ana.submits(words="zephyr*")
        await ana.submits(articles=[one for one in options(ana, "articles") if "zephyr" in one])
        assert ana.errors == {}
        ana.reloads()
        await ana.runs("/case search quokka")
        await ana.clicks("case.search.save")
        await ana.submits(name=of(Place.QUERY), options=["shared"])
        assert ana.errors == {}, ana.errors
        ana.reloads()

    async def _others(self) -> None:
        """What else the outbox tells: access, recognition, dead letters, a case that nobody owns."""
        there = self.there
        linda, sam, maria = there.people("linda sam maria")
        team = await there.team_in("general")
        await there.case_of("omar", title=TITLES["1005"], team_id=team)
        await there.case_of("linda", title=TITLES["1006"], severity=1)
        await linda.runs("/case access")
        await linda.submits(access_kind="lockout", who_name="Jane")
        assert linda.errors == {}
        linda.reloads()
        contact = AccountContact(
            account_id=CLOUD_NINE, name="Sam", email="sam@newcomer.example", role=Role.DSC
        )
        await there.bot.desk.write(lambda work: upsert_contact(work, contact))
        await sam.opens_home()
        await there.settled()
        question = next(one for one in maria.dms if "that of a contact" in one.all_text)
        await maria.clicks("Not them", on=question)
        await self._dead_letter()

    async def _dead_letter(self) -> None:
        """A comment that Slack will not take: administrators are told, and find it in the health window."""
        there = self.there
        ben = there.person("ben")
        word = SECRETS[Place.DEAD].word

        async def refuses(moment: str, method: str, args: dict[str, Any]) -> Any:
            wrong = (moment, method) == ("before", "chat.postMessage") and word in str(args)
            return {"ok": False, "error": "invalid_blocks"} if wrong else None

        there.sandbox.interfere = refuses
        await does(ben, "/case comment 1006", text=of(Place.DEAD), audience="internal")
        await there.settled()
        there.sandbox.interfere = None


def _mail(text: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Someone <someone@elsewhere.example>", "support@northwind.example"
    made["Subject"], made["Message-ID"] = "A question", f"<{len(text)}.{text[-5:]}@elsewhere.example>"
    made.set_content(text)
    return made.as_bytes()
