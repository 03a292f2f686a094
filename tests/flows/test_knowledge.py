"""`/kb`: articles are written, found, read by those they are for, suggested before a case, linked to it."""

from __future__ import annotations

from typing import Any

from bot.sandbox import Person
from tests.flows.conftest import Workplace, fields_of, held, open_case, options

STEPS = "## First\n\n- [ ] Pull the plug\n- [ ] Call **us** at [our site](https://help.example/call)"


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def writes(person: Person, title: str, readers: str | None = "staff", **more: Any) -> str:
    """Write an article through the modal; its number."""
    await person.runs("/kb add")
    for_whom = {} if readers is None else {"readers": readers}
    await person.submits(title=title, body_0=more.pop("body", STEPS), **for_whom, **more)
    assert person.errors == {}, person.errors
    assert person.modal is not None
    number = person.modal.title.removeprefix("KB-")
    await person.closes(everything=True)
    return number


async def finds(person: Person, words: str) -> str:
    await person.runs(f"/kb search {words}")
    text = shown(person)
    await person.closes(everything=True)
    return text


async def test_an_article_is_written_found_and_read(workplace: Workplace) -> None:
    ana, tess = workplace.people("ana tess")
    await ana.runs("/kb add How a burning printer is put out")
    assert held(ana, "title") == "How a burning printer is put out"
    await ana.submits(readers="customers", body_0=STEPS)
    assert "For customers and staff · version 1" in shown(ana)
    assert "☐ Pull the plug" in shown(ana)
    await tess.runs("/kb search flooded printer")
    assert "No article has" in shown(tess)
    await tess.submits(words="PRINTERS burning,")
    assert "KB-1 · How a burning printer is put out" in shown(tess)
    assert "Write an article" not in shown(tess)
    await tess.clicks("Read")
    assert "Pull the plug" in shown(tess)
    assert "Edit" not in shown(tess)
    await tess.closes(everything=True)
    await tess.runs("/kb show KB-1")
    assert "(help.example)" in shown(tess), "where a link leads is seen before it is pressed"


async def test_each_sees_what_is_for_them_and_nobody_anothers_checklist(workplace: Workplace) -> None:
    ana, linda, raj, tess, viktor, sam = workplace.people("ana linda raj tess viktor sam")
    await writes(ana, "Printers for everybody", "customers")
    await writes(ana, "Printers for staff", "staff")
    own = await writes(linda, "Printers at Cloud Nine", readers=None)
    theirs = await writes(ana, "Printers at Harbour", "account", account="Harbour")
    seen = {
        ana: {"everybody", "staff", "Cloud Nine", "Harbour"},
        linda: {"everybody", "Cloud Nine"},
        raj: {"everybody", "Cloud Nine"},
        tess: {"everybody"},
        viktor: {"everybody", "Harbour"},
    }
    for person, wanted in seen.items():
        found = await finds(person, "printers")
        assert {
            one for one in seen[ana] if f"Printers for {one}" in found or f"Printers at {one}" in found
        } == wanted
    for person, number in ((viktor, own), (tess, own), (linda, theirs)):
        await person.runs(f"/kb show {number}")
        assert "There is no such article, or you may not read it." in person.reply
        await person.runs(f"/kb edit {number}")
        assert "article" in person.reply
        assert person.modal is None
    await sam.runs("/kb search printers")
    assert "You are not set up here yet." in sam.reply
    await tess.runs("/kb add")
    assert "may write an account's articles" in tess.reply
    await linda.runs("/kb add")
    assert fields_of(linda)[:2] == ["title", "body_0"]
    assert "For support contacts of Cloud Nine Shoes and support staff." in shown(linda)


async def test_the_next_version_keeps_the_one_before_for_its_writers(workplace: Workplace) -> None:
    ana, ben, tess = workplace.people("ana ben tess")
    number = await writes(ana, "Old title", "customers", body="Old words")
    await ben.runs(f"/kb edit {number}")
    await ana.runs(f"/kb show {number}")
    await ana.clicks("Edit")
    await ana.submits(title="New title", body_0="New words")
    assert len(ana.modals) == 1
    assert "New words" in shown(ana)
    assert "version 2" in shown(ana)
    await ana.clicks("Version before")
    assert "Old words" in shown(ana)
    await ana.clicks("Newest version")
    assert "New words" in shown(ana)
    await ben.submits(body_0="Ben's words")
    assert "Somebody changed this article meanwhile" in shown(ben)
    assert held(ben, "body_0") == "Ben's words"
    assert held(ben, "title") == "New title"
    await ben.submits()
    assert "version 3" in shown(ben)
    await tess.runs(f"/kb show {number}")
    assert "Version before" not in shown(tess)


async def test_a_retired_article_is_found_by_those_who_write_it_alone(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    number = await writes(ana, "Obsolete printers", "customers")
    await ana.runs(f"/kb edit {number}")
    await ana.submits(options=["retired"])
    assert "Retired" in shown(ana)
    assert "Obsolete printers" not in await finds(linda, "printers")
    assert "Retired" in await finds(ana, "printers")


async def test_a_long_article_goes_on_over_fields_and_pages(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    body = "\n\n".join(f"Step {number}. " + "word " * 150 for number in range(1, 4))
    await ana.runs("/kb add Long")
    await ana.submits(readers="staff", body_0=body, body_1=body.replace("Step", "Then"))
    for _ in range(2):
        await ana.clicks("Edit")
        assert fields_of(ana)[-2:] == [fields_of(ana)[-2], "options"]
        part = max(int(one.removeprefix("body_")) for one in fields_of(ana) if one.startswith("body_"))
        await ana.submits(**{f"body_{part}": body.replace("Step", f"At {part}")})
        assert ana.errors == {}
    assert "page 1 of 2" in shown(ana)
    await ana.clicks("Go on")
    assert "page 2 of 2" in shown(ana)
    assert "Then 1." not in shown(ana)
    await ana.clicks("Back")
    assert "Then 1." in shown(ana)


async def test_before_a_case_is_opened_articles_about_its_title_are_a_click_away(
    workplace: Workplace,
) -> None:
    ana, linda = workplace.people("ana linda")
    await writes(ana, "What a burning printer needs", "customers")
    await writes(ana, "Printers, for staff", "staff")
    await linda.runs("/case open")
    await linda.fills(title="The printers burn", description="Smoke")
    await linda.clicks("Search first")
    assert "What a burning printer needs" in shown(linda)
    assert "for staff" not in shown(linda)
    await linda.clicks("Read")
    assert len(linda.modals) == 3
    assert "Pull the plug" in shown(linda)
    assert "Edit" not in shown(linda)
    await linda.closes()
    await linda.closes()
    assert held(linda, "title") == "The printers burn"
    await open_case(linda)


async def test_an_article_is_linked_to_a_case_and_seen_there_by_those_who_may_read_it(
    workplace: Workplace,
) -> None:
    ana, linda, tess = workplace.people("ana linda tess")
    await writes(ana, "Burning printers", "customers")
    await writes(ana, "Fire insurance", "staff")
    await writes(linda, "Our printer corner", readers=None)
    number = await workplace.case_of("linda", owner="ana")
    await ana.runs(f"/case show {number}")
    await ana.clicks("Link an article")
    offered = options(ana, "articles")
    assert any("Burning printers" in one for one in offered)
    await ana.submits()
    assert list(ana.errors) == ["words"]
    await ana.submits(words="insurance")
    assert [one.partition(" · ")[2] for one in options(ana, "articles")] == ["Fire insurance"]
    await ana.submits(articles=["2"])
    assert ana.errors == {}
    assert len(ana.modals) == 1
    assert "Fire insurance" in shown(ana)
    await ana.clicks("Link an article")
    await ana.submits(articles=["1", "2", "3"])
    assert "Articles (3)" in shown(ana).replace("*", "")
    await workplace.settled()
    assert "linked an article to the case" in linda.dms[-1].all_text
    sees = {linda: {"Burning printers", "Our printer corner"}, tess: {"Burning printers"}}
    for person, wanted in sees.items():
        await person.runs(f"/case show {number}")
        titles = ("Burning printers", "Fire insurance", "Our printer corner")
        assert {one for one in titles if one in shown(person)} == wanted
    assert "Link an article" not in shown(tess)
    await linda.clicks("Link an article")
    await linda.submits(articles=["3"])
    assert "Articles (1)" in shown(linda).replace("*", "")
    await ana.closes(everything=True)
    await ana.runs(f"/case show {number}")
    assert "Fire insurance" in shown(ana), "what one may not see one cannot take away"
    assert "Burning printers" not in shown(ana)


async def test_help_and_what_is_not_understood_say_what_can_be_typed(workplace: Workplace) -> None:
    tess = workplace.person("tess")
    for line in ("/kb", "/kb help", "/kb printers", "/kb edit the first"):
        await tess.runs(line)
        assert "/kb search [words]" in tess.reply, line
