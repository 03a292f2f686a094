"""Erasing a customer: what staff wrote loses every name, cards say it, their links open nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Engine, event, insert, select, update

from bot.domain.commands import Audience, Contact
from bot.domain.contacts import AccountContact
from bot.domain.erasing import EraseCustomer
from bot.domain.ids import CaseId, CustomerId, SlackUserId
from bot.domain.people import Person
from bot.domain.personal import AskForReport
from bot.domain.refusals import Reason, Refusal
from bot.domain.reports import SetUpReport
from bot.domain.shop.customers import CustomerFacts
from bot.domain.web_forms import Links, SentFile, WebForm
from bot.scheduler.fetching import fetch_files
from bot.services import customers, erasing, personal_data, reports, web_forms
from bot.slack.client import SlackClient
from bot.slack.faults import SlackRefused
from bot.store import contacts, records
from bot.store import files as file_store
from bot.store import web_forms as links
from bot.store.outbox import Kind, claim_head
from bot.store.people import find_person
from bot.store.schema import accounts, cases, comments, erasures, form_links, outbox
from bot.store.schema_finding import saved_queries
from bot.store.work import Work
from tests.factories import add_case, add_comment
from tests.services.conftest import OMAR, Office
from tests.services.test_customers import ANA, made

LIMA = CustomerFacts(name="José Quispe", company="Lima Coffee", email="jose@lima.example")
WORDS = ("quispe", "lima coffee", "lima.example", "lima roasters", "mina", "paco rey", "+51 9")
"""What the customer is called, their account, a case's contact, and who named somebody."""


def known(work: Work, who: SlackUserId) -> Person:
    person = find_person(work.connection, work.workspace_id, who)
    assert person is not None
    return person


@pytest.fixture
async def there(office: Office) -> tuple[Office, CustomerId]:
    """A customer whose account is theirs alone and called otherwise, in all that staff wrote of them."""
    customer_id = await made(office, LIMA, account_id=office.cloud)

    def unit(work: Work) -> None:
        ana = known(work, ANA)
        mine = update(accounts).where(accounts.c.id == office.cloud)
        work.connection.execute(mine.values(name="Lima Roasters"))
        contact = Contact(name="Mina Vale", email="mina@example.com", phone="+51 9 12")
        case = add_case(work, ana, office.cloud, title="Mina Vale is locked out", contact=contact)
        place = {"card_place": "C0CASES", "card_channel": "C0CASES", "card_ts": "1.1"}
        work.connection.execute(update(cases).where(cases.c.id == case.id).values(**place))
        text = "Mina  Vale of Lima Roasters says: ring +51 9 12, or mina@example.com"
        add_comment(work, case.id, ana, text, Audience.INTERNAL)
        named = AccountContact(account_id=office.cloud, name="Zoe", email="z@x.example", named_by="Paco Rey")
        contacts.upsert_contact(work, named)
        records.insert_history(
            work,
            "account_edited",
            actor_id=ana.id,
            audience=Audience.INTERNAL,
            changes={"name": ("Lima Coffee Ltd", "Lima Roasters")},
            account_id=office.cloud,
        )
        for name in ("Lima Coffee", "Quispe"):
            row = {"workspace_id": work.workspace_id, "owner_id": ana.id, "name": name, "text": name}
            work.connection.execute(insert(saved_queries).values(**row, shared=True, created_at=work.now))

    await office.desk.write(unit)
    report = SetUpReport(
        job="",
        version=0,
        name="All of Lima Coffee",
        team_id=None,
        weekdays=frozenset({0}),
        hour=9,
        channel="",
        to_managers=True,
        people=(),
        search="quispe status:open",
        search_name="Quispe, open",
        is_on=True,
    )
    await reports.set_up(office.desk, report, OMAR, office.key())
    asked = AskForReport(customer_id=customer_id, reason="Letter of José Quispe")
    await personal_data.ask(office.desk, asked, ANA, office.key())
    return office, customer_id


async def erases(office: Office, customer_id: CustomerId) -> None:
    """To the end, with everything sent between two steps."""
    command = EraseCustomer(customer_id=customer_id, typed="D00001", reason="Quispe asked")
    await erasing.erase(office.desk, command, OMAR, office.key())
    token = await office.desk.store.look(lambda c: c.execute(select(erasures.c.token)).scalar_one())
    while await erasing.go_on(office.desk, token):
        await office.delivered()


async def test_no_name_is_left_in_what_staff_wrote_kept_or_searched_for(
    there: tuple[Office, CustomerId],
) -> None:
    office, customer_id = there
    before = repr(await office.everything()).casefold()
    assert all(word in before for word in WORDS)
    await erases(office, customer_id)
    after = await office.everything()
    for word in WORDS:
        left = {table for table, rows in after.items() if word in repr(rows).casefold()}
        assert not left, f"{word} stands in {left}"


async def test_cards_that_were_drawn_before_the_account_lost_its_name_are_drawn_again(
    there: tuple[Office, CustomerId],
) -> None:
    office, customer_id = there
    await erases(office, customer_id)
    waiting = select(outbox.c.conversation).where(
        outbox.c.kind == Kind.CARD.value, outbox.c.state == "pending"
    )
    assert await office.desk.store.look(lambda c: c.execute(waiting).scalars().all()) == ["C0CASES"]


async def test_public_comments_that_name_the_account_among_their_readers_are_drawn_again(
    there: tuple[Office, CustomerId],
) -> None:
    office, customer_id = there
    posted = {"posted_channel": "C0CASES", "posted_ts": "1.2"}

    def unit(work: Work) -> int:
        case_id = work.connection.execute(select(cases.c.id)).scalar_one()
        said = add_comment(work, CaseId(case_id), known(work, ANA), "It works again", Audience.PUBLIC)
        work.connection.execute(update(comments).where(comments.c.id == said).values(**posted))
        return said

    said = await office.desk.write(unit)
    await erases(office, customer_id)
    waiting = select(outbox.c.comment_id).where(
        outbox.c.kind == Kind.COMMENT_EDIT.value, outbox.c.state == "pending"
    )
    assert await office.desk.store.look(lambda c: c.execute(waiting).scalars().all()) == [said]


async def test_the_last_step_reads_staff_and_the_accounts_people_and_nobody_else(
    there: tuple[Office, CustomerId],
) -> None:
    """A desk may have a hundred thousand people of customers."""
    office, customer_id = there
    asked: list[str] = []

    def note(_connection: object, _cursor: object, _statement: str, parameters: object, *_: object) -> None:
        asked.append(repr(parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await erases(office, customer_id)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert not [one for one in asked if one.endswith(("'community')", "'dsc')"))]
    home = select(outbox.c.conversation).where(outbox.c.kind == Kind.HOME.value)
    told = await office.desk.store.look(lambda c: set(c.execute(home).scalars()))
    assert {f"home:{ANA}", f"home:{OMAR}"} <= told


async def test_a_link_to_the_form_opens_nothing_any_more(there: tuple[Office, CustomerId]) -> None:
    office, customer_id = there
    forms = Links(root="https://desk.example.com", secret=b"k" * 32, lifetime=timedelta(days=14))
    office.desk = replace(office.desk, forms=forms, email_ready=True)
    await web_forms.send(office.desk, customer_id, ANA, office.key())
    (link,) = await office.desk.read(lambda c, v: links.links_of(c, v, customer_id), ANA)
    token = forms.token(office.desk.workspace_id, link.ticket)
    assert isinstance(await web_forms.opened(office.desk, token), WebForm)
    await erases(office, customer_id)
    assert await web_forms.opened(office.desk, token) is None
    row = await office.desk.store.look(lambda c: c.execute(select(form_links.c.token)).scalar_one())
    assert await web_forms.letter_of(office.desk, row) is None


class Thread:
    """The thread of a card, with two copies that the bot has put there and a file of somebody's own."""

    def __init__(self) -> None:
        self.names = {"F1": "passport-1.pdf", "F2": "notes-2", "F3": "mine-1.pdf", "F4": "mine-12.pdf"}

    async def list_files(self, channel: str, thread_ts: str) -> list[tuple[str, str]]:
        assert (channel, thread_ts) == ("C0CASES", "1.1")
        return [(name, file_id) for file_id, name in self.names.items()]

    async def delete_file(self, file_id: str) -> None:
        if file_id == "F3":
            raise SlackRefused("files.delete", "cant_delete_file")
        del self.names[file_id]


async def test_what_came_by_the_form_goes_out_of_slack_again(there: tuple[Office, CustomerId]) -> None:
    office, customer_id = there
    sent = [SentFile(name=name, mimetype="", size=1, sha256=name * 64) for name in "ab"]
    await office.desk.write(lambda work: file_store.add_sent(work, CaseId(1), None, sent))
    await erases(office, customer_id)
    again = update(outbox).where(outbox.c.kind == Kind.FILES.value).values(state="pending")
    await office.desk.write(lambda work: work.connection.execute(again) and None)
    row = await office.desk.write(lambda work: claim_head(work, "files:1"))
    assert row is not None
    thread = Thread()
    await fetch_files(office.desk, cast("SlackClient", thread), row)
    assert list(thread.names) == ["F3", "F4"]
    assert await office.desk.store.look(lambda c: file_store.to_erase(c, CaseId(1))) == []


async def test_one_whose_message_was_discarded_is_taken_up_again(there: tuple[Office, CustomerId]) -> None:
    office, customer_id = there
    command = EraseCustomer(customer_id=customer_id, typed="D00001", reason="They asked")
    await erasing.erase(office.desk, command, OMAR, office.key())
    assert (await erasing.rehearse(office.desk, OMAR, customer_id)).under_way
    assert (await customers.page(office.desk, OMAR, customer_id)).is_erased
    for state in ("dead", "discarded"):
        with pytest.raises(Refusal) as refused:
            await erasing.erase(office.desk, command, OMAR, office.key())
        assert refused.value.reason is Reason.ERASED_ALREADY
        row = update(outbox).where(outbox.c.kind == Kind.ERASURE.value).values(state=state)
        await office.desk.write(lambda work, row=row: work.connection.execute(row) and None)
    assert not (await erasing.rehearse(office.desk, OMAR, customer_id)).under_way
    assert not (await customers.page(office.desk, OMAR, customer_id)).is_erased  # its button is there again
    await erases(office, customer_id)
    assert (await erasing.rehearse(office.desk, OMAR, customer_id)).done
