"""Managers change the playbook in `/desk playbooks`: checked, published, gone back; a broken one refused."""

from __future__ import annotations

import pytest

from bot.dialogs.playbooks import parts_of
from bot.domain.ids import SlackUserId
from bot.domain.people import Role
from bot.playbook_file import read_texts
from bot.sandbox import Person
from bot.services import playbooks
from tests.flows.conftest import LEVEL_ONE, Workplace
from tests.playbook.test_broken import BROKEN

GREETING = 'title = "Greet and identify"'


def shown(person: Person) -> str:
    assert person.modal is not None, person.reply
    return person.modal.text


async def counts(there: Workplace) -> tuple[int, str]:
    """The revision that counts, and how its calls begin."""
    page = await playbooks.page(there.bot.desk, SlackUserId(there.person("omar").id))
    return page.revisions[0].number, page.playbook.phone.steps[0].title


async def uploads(person: Person, wish: str, files: dict[str, bytes]) -> None:
    """Through *Upload files...*: Slack keeps them, and the bot fetches them from there."""
    await person.runs("/desk playbooks")
    await person.clicks("Upload files...")
    await person.submits(files=files, wish=wish)


def changed(old: str, new: str, file: str = "phone.toml") -> dict[str, bytes]:
    text = read_texts(None)[file]
    assert old in text
    return {file: text.replace(old, new, 1).encode()}


@pytest.fixture
async def maria(workplace: Workplace) -> Person:
    await workplace.role_of("maria", Role.MANAGER)
    await workplace.role_of("chloe", Role.AGENT, None, (LEVEL_ONE,))
    return workplace.person("maria")


async def test_an_uploaded_playbook_is_checked_published_and_gone_back_from(
    workplace: Workplace, maria: Person
) -> None:
    chloe = workplace.person("chloe")
    await chloe.runs("/call")
    assert "step 1 · Greet and identify" in shown(chloe)
    reworded = changed(GREETING, 'title = "Say hello"')
    await uploads(maria, "check", reworded)
    assert "Nothing is wrong with it." in shown(maria)
    assert "“Say hello”: it was called “Greet and identify”" in shown(maria)
    assert await counts(workplace) == (1, "Greet and identify")
    await maria.submits(files=reworded, wish="publish")
    assert maria.errors == {}, maria.errors
    assert "Revision 2 is published." in shown(maria)
    assert await counts(workplace) == (2, "Say hello")
    await chloe.clicks("They are evaluating")
    await chloe.clicks("Back")
    assert "step 1 · Greet and identify" in shown(chloe)  # the call keeps the revision that it began with
    await chloe.closes(everything=True)
    await chloe.runs("/call")
    assert "step 1 · Say hello" in shown(chloe)
    await maria.clicks("Go back to it")
    assert "Revision 1 counts again" in shown(maria)
    assert await counts(workplace) == (3, "Greet and identify")
    await chloe.clicks("They are evaluating")
    await chloe.clicks("Back")
    assert "step 1 · Say hello" in shown(chloe)


async def test_each_broken_playbook_is_refused_with_its_reason_and_the_last_good_one_goes_on(
    workplace: Workplace, maria: Person
) -> None:
    chloe = workplace.person("chloe")
    kinds = {row[3]: row for row in reversed(BROKEN)}  # the first of each kind of fault
    await maria.runs("/desk playbooks")
    await maria.clicks("Upload files...")
    for file, old, new, kind, _, word in kinds.values():
        await maria.submits(files=changed(old, new, file), wish="publish")
        assert maria.errors == {}, maria.errors
        assert "Nothing is published: this would not work." in shown(maria), kind
        assert word in shown(maria).replace("\n", " "), kind
        assert await counts(workplace) == (1, "Greet and identify")
    await chloe.runs("/call")
    assert "step 1 · Greet and identify" in shown(chloe)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"hotline.toml": b'title = "x"'}, "hotline.toml is none of them"),
        ({"phone.toml": b"\xff\xfe"}, "is not UTF-8 text"),
    ],
)
async def test_what_is_no_file_of_a_playbook_is_told_at_the_field(
    workplace: Workplace, maria: Person, files: dict[str, bytes], said: str
) -> None:
    await uploads(maria, "publish", files)
    assert said in maria.errors["files"]
    assert await counts(workplace) == (1, "Greet and identify")


async def test_who_publishes_second_is_told_and_keeps_what_they_typed(
    workplace: Workplace, maria: Person
) -> None:
    omar = workplace.person("omar")
    for person in (maria, omar):
        await person.runs("/desk playbooks")
        await person.clicks("Upload files...")
    await omar.submits(files=changed(GREETING, 'title = "Omar says hello"'), wish="publish")
    await maria.submits(files=changed(GREETING, 'title = "Maria says hello"'), wish="publish")
    assert "Omar Reyes published revision 2 since you opened this" in maria.errors["files"]
    assert await counts(workplace) == (2, "Omar says hello")


async def test_a_text_goes_over_a_colleagues_newer_revision_only_once_that_was_told(
    workplace: Workplace, maria: Person
) -> None:
    omar = workplace.person("omar")
    mine = read_texts(None)["phone.toml"].replace(GREETING, 'title = "Maria says hello"', 1)
    await maria.runs("/desk playbooks")
    await maria.clicks("Edit Phone script")
    await uploads(omar, "publish", changed(GREETING, 'title = "Omar says hello"'))
    typed = {f"part.{number}": part for number, part in enumerate(parts_of(mine))}
    await maria.submits(**typed, wish="publish")
    assert await counts(workplace) == (2, "Omar says hello")
    assert "Omar Reyes published revision 2 since you opened this" in shown(maria)
    assert "“Maria says hello”: it was called “Omar says hello”" in shown(maria)
    await maria.submits(wish="publish")  # her text stayed, and now she knows what goes
    assert await counts(workplace) == (3, "Maria says hello")
    await maria.clicks("Edit Phone script")
    await uploads(omar, "publish", changed(GREETING, 'title = "Omar again"'))
    await maria.submits(wish="check")
    assert "Omar Reyes published revision 4 since you opened this" in shown(maria)


async def test_level_one_neither_sees_nor_changes_the_playbook(workplace: Workplace, maria: Person) -> None:
    chloe = workplace.person("chloe")
    await chloe.runs("/desk playbooks")
    assert chloe.modal is None
    assert "Only managers and administrators may" in chloe.reply
