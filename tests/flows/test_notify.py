"""How people choose to be told: at once or one message a day, by Slack or e-mail, never by neither."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.flows.conftest import HARBOUR, Role, Workplace, does, held


async def chooses_digest(person: Person, hour: int = 8) -> None:
    await person.runs("/case notify")
    await person.submits(pace="digest", hour=str(hour))
    assert person.errors == {}, person.errors
    assert person.modal is not None
    assert f"once a day, at {hour:02d}:00 in your zone" in person.modal.text
    await person.closes(everything=True)


async def an_office_day_passes(workplace: Workplace, days: int = 4) -> None:
    """Tests begin on any day, also on a Friday evening."""
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(days=days))
    await workplace.settled()


async def test_everybody_is_told_at_once_until_they_choose(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await linda.runs("/case notify")
    assert held(linda, "pace") == "at_once"
    assert linda.modal is not None
    assert "E-mail is not set up on this desk yet" in str(linda.modal.blocks)
    await linda.submits(ways=[])
    assert linda.errors == {"ways": "You would hear of nothing. Choose Slack, e-mail or both."}
    await linda.submits(ways=["email"])
    assert linda.modal is not None
    assert "in Slack" in linda.modal.text  # until e-mail is set up
    await workplace.case_of("linda", owner="ana")
    await workplace.settled()
    assert len(linda.dms) == 1, "never neither"


async def test_a_digest_is_one_message_with_all_that_changed(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await chooses_digest(linda)
    await workplace.case_of("linda", title="Printer on fire", owner="ana")
    await workplace.case_of("linda", title="Scanner blind", owner="ana")
    await does(ana, "/case edit 1001", severity="1")
    await does(ana, "/case comment 1001", text="secret words")
    await does(ana, "/case comment 1002", text="for you", audience="public")
    await workplace.settled()
    assert linda.dms == [], "no drip"
    await an_office_day_passes(workplace)
    (digest,) = linda.dms
    assert "to 2 cases of yours" in digest.all_text
    for told in ("Printer on fire", "Scanner blind", "Ana Lima took the case", "changed severity"):
        assert told in digest.all_text
        assert told in digest.text  # for screen readers
    assert "wrote a public comment" in digest.all_text
    assert "internal" not in digest.all_text
    assert not linda.sees("secret words")
    await linda.clicks("Show case", on=digest)
    assert linda.modal is not None
    assert linda.modal.title == "Case 00001001"
    await an_office_day_passes(workplace)
    assert len(linda.dms) == 1, "nothing to tell, no message"


async def test_what_waits_comes_now_for_who_wants_it_at_once_again(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await chooses_digest(linda)
    await workplace.case_of("linda", owner="ana")
    await linda.runs("/case notify")
    assert held(linda, "pace") == "digest"
    await linda.submits(pace="at_once")
    await workplace.sandbox.travel(workplace.sandbox.clock.now() + timedelta(seconds=2))
    await workplace.settled()
    (digest,) = linda.dms
    assert "Ana Lima took the case" in digest.all_text
    await does(ana, "/case edit 1001", severity="1")
    await workplace.settled()
    assert len(linda.dms) == 2


async def test_who_is_asked_something_is_told_at_once_all_the_same(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await chooses_digest(ben)
    await workplace.case_of("linda", owner="ana")
    await ana.runs("/case show 1001")
    await ana.clicks("Ask a question")
    await ana.submits(who="ben", text="Which fuser?")
    await workplace.settled()
    (notice,) = ben.dms
    assert "Which fuser?" in notice.all_text


async def test_a_digest_tells_nothing_that_its_reader_may_not_see_by_then(workplace: Workplace) -> None:
    linda = workplace.person("linda")
    await chooses_digest(linda)
    await workplace.case_of("linda", title="Printer on fire", owner="ana")
    await workplace.role_of("linda", Role.DSC, HARBOUR)
    await an_office_day_passes(workplace)
    assert linda.dms == []
    await workplace.case_of("ana", title="Our own")
    await an_office_day_passes(workplace)
    assert linda.dms == []


async def test_who_is_not_set_up_has_nothing_to_choose(workplace: Workplace) -> None:
    sam = workplace.person("sam")
    await sam.runs("/case notify")
    assert sam.reply.startswith("You are not set up here yet.")
