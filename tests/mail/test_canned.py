"""A canned message leaves by a real server, once; the call says what became of it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.ids import CallKey, PhoneCallId, SlackUserId
from bot.domain.mail import MailState
from bot.domain.phone_calls import GiveAnswer, PhoneSettings
from bot.services import call_page, playbooks
from bot.services import phone_calls as service
from bot.services.desk import Desk
from bot.store import canned
from tests.callers import add_caller
from tests.mail.conftest import ANA, OMAR, MailRoom
from tests.mail.postbox import html_of, text_of
from tests.services.test_phone_calls import PAGES

PRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("look_up", {"site": "lima-coffee"}),
    ("seen", {}),
    ("severity_1", {}),  # only outside phone hours
    ("product", {"issue": "It <stays> blank & white"}),
    ("send", {"email": "omid@example.com"}),
)


async def press(desk: Desk, call_id: PhoneCallId, answer: str, data: dict[str, str]) -> None:
    page = await call_page.page(desk, call_id, SlackUserId(ANA))
    if answer not in {one.value for one in page.place.offers}:
        return
    command = GiveAnswer(call_id=call_id, version=page.call.version, answer=answer, data=data)
    await service.give(desk, command, SlackUserId(ANA), CallKey(f"{call_id}.{page.call.version}"))


async def test_a_canned_message_is_a_real_e_mail_and_its_delivery_stands_on_the_call(
    mail: MailRoom,
) -> None:
    mail.begins()
    desk = replace(mail.desk, email_ready=True)
    settings = PhoneSettings(**PAGES, sales_address="")
    await desk.write(lambda work: playbooks.counting(desk, work))
    await playbooks.set_settings(desk, settings, SlackUserId(OMAR), CallKey("names"))
    await desk.write(
        lambda work: add_caller(
            work, "2", "Omid <Rahimi>", "Lima Coffee", "lima-coffee.example", ordered_days=700
        )
    )
    begun = await service.begin(desk, SlackUserId(ANA), CallKey("begin"))
    assert begun.phone_call_id is not None
    for answer, data in PRESSES:
        await press(desk, begun.phone_call_id, answer, data)
    await mail.rests()
    (letter,) = mail.postbox.taken
    assert mail.postbox.recipients == ["omid@example.com"]
    assert letter["From"] == "Northwind Support <support@northwind.example>"
    assert letter["Subject"] == "Where to find help with lima-coffee.example"
    assert "Hello Omid <Rahimi>," in text_of(letter)
    assert "Hello Omid &lt;Rahimi&gt;," in html_of(letter)
    (told,) = (await call_page.page(desk, begun.phone_call_id, SlackUserId(ANA))).mails
    assert (told.state, told.address) == (MailState.SENT, "omid@example.com")

    def came_back(work: object) -> None:
        rows = work.connection.execute(canned.canned_mails.select()).all()  # type: ignore[attr-defined]
        canned.settle(work, rows[0].token, MailState.RETURNED, "no such mailbox")  # type: ignore[arg-type]

    await desk.write(came_back)
    (told,) = (await call_page.page(desk, begun.phone_call_id, SlackUserId(ANA))).mails
    assert (told.state, told.error) == (MailState.RETURNED, "no such mailbox")
