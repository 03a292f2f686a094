"""`/case access`: somebody cannot get in; the account's contacts hear of it, and exactly one sees to it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.people import Role
from bot.sandbox import Message, Person
from tests.flows.conftest import CLOUD_NINE, Workplace, fields_of, options


async def asks(person: Person, kind: str = "lockout", **more: str) -> None:
    await person.runs("/case access")
    assert person.modal is not None, person.reply
    await person.submits(access_kind=kind, who_name="Jane Doe", who_email="jane@cloudnine.example", **more)
    assert person.errors == {}, person.errors


async def days_pass(workplace: Workplace, days: int) -> None:
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(days=days))


def about(person: Person, text: str = "Jane Doe") -> Message:
    """The newest message to somebody about a request."""
    return next(one for one in reversed(person.dms) if text in one.all_text)


async def test_all_contacts_hear_of_it_and_one_takes_and_finishes_it(workplace: Workplace) -> None:
    tess, linda, raj, viktor = workplace.people("tess linda raj viktor")
    await tess.runs("/case access")
    assert "account" not in fields_of(tess)
    await tess.submits(
        access_kind="lockout", who_name="Jane Doe", who_email="jane", note="Since this morning"
    )
    assert list(tess.errors) == ["who_email"]
    await tess.submits(who_email="jane@cloudnine.example")
    assert tess.modal is not None
    assert "Linda Berg and Raj Patel were asked." in tess.modal.text
    await tess.closes()
    await workplace.settled()
    assert viktor.dms == []
    for person in (linda, raj):
        said = about(person).all_text
        for part in ("locked out: Jane Doe", "jane@cloudnine.example", "Asked by Tess", "Since this morning"):
            assert part in said
        assert about(person).buttons == ["Take it"]
    await raj.clicks("Take it", on=about(raj))
    await workplace.settled()
    assert about(raj).buttons == ["Done", "Put it back"]
    assert "Raj Patel took it" in about(linda).all_text
    assert about(linda).buttons == []
    assert tess.dms == []
    await raj.clicks("Done", on=about(raj))
    await workplace.settled()
    for person in (linda, raj, tess):
        assert "Raj Patel finished it" in about(person).all_text
        assert len([one for one in person.dms if "Jane Doe" in one.all_text]) == 1


async def test_of_two_who_press_at_once_one_has_it_and_the_other_is_told_who(workplace: Workplace) -> None:
    tess, linda, raj = workplace.people("tess linda raj")
    await asks(tess)
    await workplace.settled()
    before = {person: about(person) for person in (linda, raj)}
    await asyncio.gather(*(person.clicks("Take it", on=message) for person, message in before.items()))
    await workplace.settled()
    winners = [person for person in (linda, raj) if "Done" in about(person).buttons]
    assert len(winners) == 1
    (loser,) = {linda, raj} - set(winners)
    name = "Linda Berg" if winners == [linda] else "Raj Patel"
    assert f"{name} took this request (" in loser.reply
    assert "Ask them how it goes." in loser.reply


async def test_what_was_taken_can_be_put_back_and_taken_by_another(workplace: Workplace) -> None:
    tess, linda, raj, maria = workplace.people("tess linda raj maria")
    await asks(tess, "password")
    await workplace.settled()
    await linda.clicks("Take it", on=about(linda))
    await workplace.settled()
    await maria.runs("/case access list")
    assert maria.modal is not None
    assert "Linda Berg took it" in maria.modal.text
    await maria.clicks("Put it back")
    assert "nobody has taken it yet" in maria.modal.text
    await workplace.settled()
    assert about(raj).buttons == ["Take it"]
    await raj.runs("/case access list")
    await raj.clicks("Take it")
    await raj.clicks("Done")
    assert raj.modal is not None
    assert "no request is open" in raj.modal.text
    await raj.clicks("Finished ones")
    assert "Raj Patel finished it" in raj.modal.text


async def test_the_list_shows_each_what_is_theirs_to_see(workplace: Workplace) -> None:
    tess, linda, viktor, nadia, ana = workplace.people("tess linda viktor nadia ana")
    await asks(tess)
    sees = {tess: True, linda: True, ana: True, viktor: False, nadia: False}
    for person, wanted in sees.items():
        await person.closes(everything=True) if person.modal else None
        await person.runs("/case access list")
        assert person.modal is not None
        assert ("Jane Doe" in person.modal.text) is wanted
        has_button = "Take it" in person.modal.text
        assert has_button is (person is linda), "agents leave it to the account's contacts"


async def test_where_an_account_has_no_contact_staff_see_to_it_in_their_channel(workplace: Workplace) -> None:
    ana, ben, omar, linda = workplace.people("ana ben omar linda")
    for handle in ("linda", "raj"):
        await workplace.role_of(handle, Role.COMMUNITY, CLOUD_NINE)
    await asks(ana, account="Cloud Nine")
    assert ana.modal is not None
    assert "Support staff" in ana.modal.text
    await ana.closes()
    await workplace.settled()
    assert not any("Jane Doe" in one.all_text for one in linda.dms)

    def in_channel() -> Message:
        (found,) = (one for one in omar.messages("support-cases") if "Jane Doe" in one.all_text)
        return found

    await ben.clicks("Take it", on=in_channel())
    await workplace.settled()
    assert "Ben Okafor took it" in in_channel().all_text
    await ana.clicks("Done", on=in_channel())
    assert "Ben Okafor took this request" in ana.reply
    await ben.clicks("Done", on=in_channel())
    await workplace.settled()
    assert in_channel().buttons == []
    assert "Ben Okafor finished it" in about(ana).all_text


async def test_those_who_owe_it_are_reminded_each_office_morning_until_it_is_done(
    workplace: Workplace,
) -> None:
    tess, linda, raj = workplace.people("tess linda raj")
    await asks(tess)
    await asks(tess, "user_name")
    await workplace.settled()

    def reminders(person: Person) -> list[Message]:
        return [one for one in person.dms if "cannot get in" in one.all_text]

    await days_pass(workplace, 4)
    await workplace.settled()
    first = {person: len(reminders(person)) for person in (linda, raj)}
    assert all(2 <= count <= 4 for count in first.values()), "once on each office morning of theirs"
    assert "2 people cannot get in and wait for you." in reminders(linda)[0].all_text
    await raj.clicks("Show them", on=reminders(raj)[0])
    await raj.clicks("Take it")
    await raj.clicks("Take it")
    await raj.clicks("Done")
    await workplace.settled()
    await days_pass(workplace, 4)
    await workplace.settled()
    assert len(reminders(linda)) == first[linda], "what another has taken is not owed"
    assert "1 person cannot get in and waits for you." in reminders(raj)[-1].all_text
    await raj.closes(everything=True)
    await raj.runs("/case access list")
    await raj.clicks("Done")
    await workplace.settled()
    last = len(reminders(raj))
    await days_pass(workplace, 8)
    await workplace.settled()
    assert len(reminders(raj)) == last


async def test_a_contact_who_comes_later_hears_of_what_still_waits(workplace: Workplace) -> None:
    tess, sam = workplace.people("tess sam")
    await asks(tess)
    await workplace.role_of("sam", Role.DSC, CLOUD_NINE)
    await days_pass(workplace, 4)
    await workplace.settled()
    assert about(sam, "Asked by Tess").buttons == ["Take it"]


async def test_staff_say_whose_user_it_is_and_strangers_are_turned_away(workplace: Workplace) -> None:
    ana, sam = workplace.people("ana sam")
    await ana.runs("/case access")
    assert options(ana, "account") == ["Cloud Nine Shoes", "Harbour Optics"]
    await ana.submits(access_kind="lockout", who_name="Jane")
    assert list(ana.errors) == ["account"]
    await sam.runs("/case access")
    assert "You are not set up here yet." in sam.reply
    await ana.closes()
    await ana.runs("/case access now")
    assert "/case access list" in ana.reply
