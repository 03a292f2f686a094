"""From the link to the verdict: staff send it, a customer without Slack fills the form, level one triages."""

from __future__ import annotations

from tests.forms.conftest import LONG, OMID, Desk


async def test_a_customer_without_slack_opens_a_case_and_level_one_gives_it_to_level_two(there: Desk) -> None:
    chloe = there.person("chloe")
    link = await there.sent_link(chloe)
    page = await there.browser.opens(link)
    assert page.status == 200
    assert "Omid Rahimi, Lima Coffee" in page.text
    assert "Order 102" in page.text
    key = page.text.partition('<option value="order.')[2].partition('"')[0]
    await chloe.opens_home()
    done = await there.browser.sends(
        link, about=f"order.{key}", severity="2", files={"blank page.txt": b"Nothing to see"}
    )
    assert (done.status, "Thank you, we have it" in done.text) == (200, True)
    assert "Case 00001001" in done.text
    await there.settled()
    confirmation = there.letter("[00001001]")
    assert confirmation["recipient"] == OMID
    assert "it is case 00001001" in confirmation["text"]
    card = await there.card("00001001")
    assert "Omid Rahimi" in card.all_text
    (shared,) = [one for one in card.replies if "came by the web form" in one.all_text]
    assert [one["name"] for one in shared.files] == ["blank page-1.txt"]

    await chloe.opens_home()
    assert chloe.home is not None
    assert "New cases to triage* (1)" in chloe.home.text
    assert "*Next:* 00001001" in chloe.home.text
    await chloe.clicks("Triage case 00001001")
    assert chloe.modal is not None
    assert "Who wrote it?" in chloe.modal.text
    await chloe.submits()
    assert "Covered by a recent order" in chloe.modal.text, chloe.modal.text
    await chloe.clicks("Assign")
    assert "With level two" in chloe.modal.text, chloe.modal.text
    await chloe.closes(everything=True)
    await there.settled()
    await chloe.opens_home()
    assert "New cases to triage" not in chloe.home.text
    ana = there.person("ana")
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    for said in (LONG, "order 102", "blank page.txt", "Covered by a recent order"):
        assert said in ana.modal.text, said


async def test_what_is_missing_is_asked_for_once_by_e_mail_and_the_case_comes_back(there: Desk) -> None:
    chloe = there.person("chloe")
    link = await there.sent_link(chloe, "3")
    assert "Thank you" in (await there.browser.sends(link, description="It is broken")).text
    await there.settled()
    await chloe.runs("/case show 1001")
    await chloe.clicks("Triage")
    await chloe.submits()
    await chloe.clicks("Ask them")
    await chloe.closes(everything=True)
    await there.settled()
    await chloe.opens_home()
    assert chloe.home is not None
    assert "New cases to triage" not in chloe.home.text
    letter = there.letters[-1]
    assert letter["recipient"] == "olga@example.com"
    assert "which order it is about" in letter["text"]
    more = there.link_in(letter)
    page = await there.browser.opens(more)
    assert "Tell us more about case 00001001" in page.text
    assert 'name="severity"' not in page.text
    key = page.text.partition('<option value="order.')[2].partition('"')[0]
    done = await there.browser.sends(more, description=LONG, about=f"order.{key}")
    assert "Case 00001001" in done.text
    await there.settled()
    await chloe.opens_home()
    assert "New cases to triage* (1)" in chloe.home.text
    assert "answered" in chloe.home.text
    await chloe.clicks("Triage case 00001001")
    await chloe.submits()
    assert "No support plan" in chloe.modal.text  # type: ignore[union-attr]
    await chloe.clicks("Installation or the product")
    await chloe.submits()
    await chloe.closes(everything=True)
    await there.settled()
    assert there.letters[-1]["recipient"] == "olga@example.com"
    assert "Where to find help" in there.letters[-1]["subject"]
    await chloe.opens_home()
    assert "New cases to triage" not in chloe.home.text


async def test_an_answer_by_e_mail_brings_the_case_back_as_well(there: Desk) -> None:
    chloe = there.person("chloe")
    link = await there.sent_link(chloe, "3")
    await there.browser.sends(link, description="It is broken")
    await there.settled()
    await chloe.runs("/case show 1001")
    await chloe.clicks("Triage")
    await chloe.submits()
    await chloe.clicks("Ask them")
    await chloe.closes(everything=True)
    await there.settled()
    assert there.sandbox.post is not None
    assert there.sandbox.post.answer(there.letters[-1]["id"], LONG)
    assert there.bot.mail_in is not None
    await there.bot.mail_in.look()
    await there.settled()
    await chloe.opens_home()
    assert chloe.home is not None
    assert "New cases to triage* (1)" in chloe.home.text
