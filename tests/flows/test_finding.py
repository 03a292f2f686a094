"""People look for cases: words and filters, page by page, and the searches that they keep."""

from __future__ import annotations

from bot.domain.lifecycle import Status
from bot.sandbox import Person
from tests.flows.conftest import Workplace, does
from tests.flows.test_lists import numbers

SECRET = "zanzibar"


def _shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def test_cases_are_found_by_words_of_title_description_comments_and_by_number(
    workplace: Workplace,
) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", title="Checkout shows a blank page")  # 1001
    await workplace.case_of(
        "linda", title="Mails are late", description="Since the Größe was changed"
    )  # 1002
    await does(ana, "/case comment 1002", text="It was the lighthouse")
    for words, expected in (
        ("CHECKOUT blank", [1001]),
        ("grosse", [1002]),
        ("lighthouse", [1002]),
        ("light*", [1002]),
        ("light", []),
        ("1001", [1001]),
        ("status:new", [1001]),
        ("", []),
    ):
        ana.reloads()
        await ana.runs(f"/case search {words}".strip())
        assert numbers(ana) == expected, words
    assert "Filters:" in _shown(ana)


async def test_a_search_is_refined_in_its_window_and_a_slip_keeps_what_was_typed(
    workplace: Workplace,
) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", owner="ana", title="Checkout is blank")
    await workplace.case_of("ana", title="Checkout is slow")
    await ana.runs("/case search checkout colour:red")
    assert "There is no filter “colour:”." in _shown(ana)
    await ana.submits(words="checkout owner:someone")
    assert ana.errors == {
        "words": "No owner is called someone. Check the spelling, or leave it out.",
    }
    await ana.submits(words="checkout owner:me")
    assert numbers(ana) == [1001]
    assert len(ana.modals) == 1
    await ana.submits(words="checkout owner:none")
    assert numbers(ana) == [1002]
    await ana.submits(words="nowhere")
    assert "Nothing is found." in _shown(ana)
    await ana.submits(words="checkout")
    await ana.clicks("Show")
    assert _shown(ana).startswith("Case 00001002") or "Checkout is slow" in _shown(ana)


async def test_what_is_found_is_turned_page_by_page(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for _ in range(23):
        await workplace.case_of("ana", title="Checkout again")
    await ana.runs("/case search again")
    seen = []
    for line, older in (("1-10 of 23", True), ("11-20 of 23", True), ("21-23 of 23", False)):
        assert line in _shown(ana)
        seen += numbers(ana)
        if older:
            await ana.clicks("Older")
    assert seen == list(range(1023, 1000, -1))
    await ana.clicks("Newer")
    assert numbers(ana) == seen[10:20]
    await ana.clicks("Newer")
    assert numbers(ana) == seen[:10]


async def test_nobody_finds_an_internal_comment_or_a_case_of_another_account(workplace: Workplace) -> None:
    ana, linda, viktor, tess = workplace.people("ana linda viktor tess")
    await workplace.case_of("linda", title="Mails are late")  # 1001, of Cloud Nine
    await does(ana, "/case comment 1001", text=f"Look in {SECRET}", audience="internal")
    await does(ana, "/case comment 1001", text="We are on it", audience="public")
    of_the_account = (ana, linda, tess)
    for words, finders in ((SECRET, (ana,)), ("mails", of_the_account), ('"on it"', of_the_account)):
        for person in (ana, linda, viktor, tess):
            person.reloads()
            await person.runs(f"/case search {words}")
            assert bool(numbers(person)) == (person in finders), (words, person)
            assert (" of 1" in _shown(person)) == (person in finders)
    await workplace.settled()


async def test_a_search_is_saved_run_renamed_shared_and_deleted(workplace: Workplace) -> None:
    ana, ben, linda = workplace.people("ana ben linda")
    await workplace.case_of("ana", title="Checkout is blank")
    await ana.runs("/case search checkout is:open")
    await ana.clicks("Save this search")
    await ana.submits(name="Blank checkouts")
    assert "Saved as Blank checkouts." in _shown(ana)
    assert numbers(ana) == [1001]
    for line, person, sees in (
        ("/case list saved blank", ana, True),
        ("/case list saved", ben, False),
        ("/case list saved blank", ben, False),
    ):
        person.reloads()
        await person.runs(line)
        assert ("Blank checkouts" in _shown(person) or numbers(person) == [1001]) == sees
    ana.reloads()
    await ana.runs("/case list saved")
    await ana.clicks("Change")
    await ana.submits(name="Open checkouts", options=["shared"])
    assert "Open checkouts" in _shown(ana)
    assert "Shared with all support staff" in _shown(ana)
    await ben.runs("/case list saved")
    assert "Shared by Ana" in _shown(ben)
    assert ben.modal is not None
    assert ben.modal.buttons == ["Run"]
    await ben.clicks("Run")
    assert numbers(ben) == [1001]
    linda.reloads()
    await linda.runs("/case list saved")
    assert "No search is saved yet." in _shown(linda)  # shared among staff
    await ana.clicks("Delete")
    assert "It is deleted." in _shown(ana)
    await ben.runs("/case list saved open")
    assert "does not exist any more" in _shown(ben)


async def test_two_saved_searches_of_one_person_have_two_names(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for _ in range(2):
        ana.reloads()
        await ana.runs("/case search is:open")
        await ana.clicks("Save this search")
        await ana.submits(name="Open ones")
    assert ana.errors == {"name": "You have a query of this name already. Choose another name."}


async def test_waiting_cases_have_a_list_of_their_own(workplace: Workplace) -> None:
    ana, linda = workplace.people("ana linda")
    await workplace.case_of("linda", owner="ana")
    await workplace.case_of("linda", owner="ana")
    await does(ana, "/case comment 1001", text="Which browser?")
    await does(ana, "/case status 1001", status=Status.WAITING.value)
    for person in (ana, linda):
        person.reloads()
        await person.runs("/case list waiting")
        assert numbers(person) == [1001]
