"""What people type after /case: every word, every way to write a number, and whatever is not understood."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Workplace

WINDOWS = {
    "show": "Case 00001001",
    "edit": "Edit case 00001001",
    "comment": "Comment on 00001001",
    "assign": "Assign case 00001001",
    "status": "Status of 00001001",
    "close": "Close case 00001001",
}
"""Each word about an open case, and the title of the window that it opens."""

COMMANDS = ("open", "list", "show", "edit", "comment", "assign", "status", "close", "reopen", "help")


@pytest.mark.parametrize("word", WINDOWS)
async def test_a_case_is_found_however_its_number_is_written(workplace: Workplace, word: str) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", owner="ana")
    for line in (
        f"/case {word} 1001",
        f"/case {word} #1001",
        f"/case {word} 00001001",
        f"/case {word} #00001001",
        f"/case {word.upper()} 1001",
        f"/case   {word.title()}    #1001   ",
    ):
        await ana.runs(line)
        assert ana.modal is not None, f"{line}: {ana.reply}"
        assert ana.modal.title == WINDOWS[word], line
        await ana.closes()


async def test_reopen_is_for_closed_cases(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana", owner="ana")
    await ana.runs("/case reopen 1001")
    assert ana.modal is None
    assert ana.reply == "Case 00001001 is not closed, so it needs no reopening. Comment to go on."


async def test_a_word_about_a_case_without_its_number_is_asked_for_it(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await workplace.case_of("ana")
    for word in (*WINDOWS, "reopen"):
        for rest in ("", " abc", " 1001b", " -1001", " #", " 12345678901"):
            await ana.runs(f"/case {word}{rest}")
            assert ana.modal is None
            assert ana.reply == (
                f"Which case? Type its number behind the command, like /case {word} 1001."
            ), rest


async def test_a_number_that_is_no_case_is_answered_with_a_sentence(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    for word in (*WINDOWS, "reopen"):
        await ana.runs(f"/case {word} 4711")
        assert ana.modal is None
        assert ana.reply == (
            "Case 00004711 does not exist, or you may not see it. Check the number with /case list."
        ), word


async def test_a_number_alone_shows_the_case_to_whoever_may_see_it(workplace: Workplace) -> None:
    ana, viktor = workplace.person("ana"), workplace.person("viktor")
    await workplace.case_of("ana", owner="ana")
    for number in ("1001", "#1001", "00001001"):
        await ana.runs(f"/case {number}")
        assert ana.modal is not None, number
        assert ana.modal.title == "Case 00001001"
        await ana.closes()
    await viktor.runs("/case 1001")
    assert viktor.modal is None
    assert viktor.reply.startswith("Case 00001001 does not exist, or you may not see it.")
    await ana.runs("/case 1001 now")
    assert "I do not know “1001 now”" in ana.reply


@pytest.mark.parametrize("line", ["/case help", "/case", "/case HELP", "/case   "])
async def test_help_says_all_that_can_be_typed(workplace: Workplace, line: str) -> None:
    for handle in ("ana", "linda", "tess", "sam"):
        asker = workplace.person(handle)
        await asker.runs(line)
        assert "I do not know" not in asker.reply
        for word in COMMANDS:
            assert f"/case {word}" in asker.reply, f"{handle}: {word}"


async def test_what_is_not_understood_is_answered_with_the_usage(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await ana.runs("/case frobnicate 1001 now")
    assert "I do not know “frobnicate 1001 now”" in ana.reply
    for word in COMMANDS:
        assert f"/case {word}" in ana.reply
    await ana.runs("/case list everything")
    assert "I do not know “list everything”" in ana.reply
    assert "/case list [mine|created|team|account|waiting]" in ana.reply


async def test_the_usage_repeats_what_was_typed_without_ringing_anybody(workplace: Workplace) -> None:
    ana = workplace.person("ana")
    await ana.runs("/case frob <!channel> *loud* @ben & co")
    assert "frob <!channel> *loud* @ben & co" in ana.reply
    assert workplace.sandbox.pings == []


async def test_help_about_the_desk_says_what_can_be_typed(workplace: Workplace) -> None:
    omar = workplace.person("omar")
    for line in ("/desk", "/desk help"):
        await omar.runs(line)
        assert "/desk people" in omar.reply
        assert "I do not know" not in omar.reply
    await omar.runs("/desk paint it blue")
    assert "I do not know “paint it blue”" in omar.reply
    assert "/desk people" in omar.reply


async def test_somebody_who_is_not_set_up_is_told_whom_to_ask(workplace: Workplace) -> None:
    sam = workplace.person("sam")
    await workplace.case_of("ana", owner="ana")
    for words in ("open", "list", "list mine", *(f"{word} 1001" for word in (*WINDOWS, "reopen"))):
        await sam.runs(f"/case {words}")
        assert sam.modal is None
        assert sam.reply == (
            "You are not set up here yet. Ask an administrator to add you with /desk people."
        ), words


async def test_a_command_answers_only_the_one_who_typed_it(workplace: Workplace) -> None:
    ana, ben = workplace.people("ana ben")
    await ana.runs("/case frobnicate", channel="support-cases")
    assert ana.sees("frobnicate", channel="support-cases")
    assert not ben.sees("frobnicate")
