"""Files that the bot uploads: an address for each, bytes as announced, then one message with all of them."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.sandbox import Sandbox
from tests.sandbox.conftest import web
from tests.sandbox.test_web_api import refused


async def begun(sandbox: Sandbox, content: bytes, name: str = "cases.csv") -> dict[str, Any]:
    """An upload whose bytes are sent."""
    answer = await web(sandbox).api_call(
        "files.getUploadURLExternal", http_verb="GET", params={"filename": name, "length": len(content)}
    )
    async with (
        aiohttp.ClientSession() as session,
        session.post(answer["upload_url"], data=content) as sent,
    ):
        assert sent.status == 200
    return dict(answer.data)


async def complete(sandbox: Sandbox, *ids: str, **more: Any) -> Any:
    return await web(sandbox).api_call(
        "files.completeUploadExternal", json={"files": [{"id": one, "title": "T"} for one in ids], **more}
    )


async def test_files_stand_in_one_message_and_can_be_saved_from_the_page(sandbox: Sandbox) -> None:
    dm = sandbox.workspace.dm("U0ANA")
    one, two = await begun(sandbox, b"a,b\n"), await begun(sandbox, b"c\n", "comments.csv")
    await complete(sandbox, one["file_id"], two["file_id"], channel_id=dm.id, initial_comment="Here")
    (message,) = sandbox.workspace.roots(dm.id)
    assert message.text == "Here"
    assert message.files is not None
    assert [(file["name"], file["size"]) for file in message.files] == [("cases.csv", 4), ("comments.csv", 2)]
    address = f"{sandbox.page_url}upload/{one['file_id']}/cases.csv"
    async with aiohttp.ClientSession() as session, session.get(address) as got:
        assert (got.status, await got.read()) == (200, b"a,b\n")
        assert got.headers["Content-Disposition"] == "attachment"


async def test_what_slack_refuses_is_refused(sandbox: Sandbox) -> None:
    answer = await refused(sandbox, "files.getUploadURLExternal", filename="a.csv", length=0)
    assert answer["error"] == "invalid_arguments"
    fresh = await web(sandbox).api_call(
        "files.getUploadURLExternal", http_verb="GET", params={"filename": "a.csv", "length": 3}
    )
    async with aiohttp.ClientSession() as session:
        async with session.post(fresh["upload_url"], data=b"four") as sent:
            assert sent.status == 400  # not as long as was said
        async with session.post(f"{sandbox.page_url}upload/elsewhere", data=b"abc") as sent:
            assert sent.status == 404
    done = await begun(sandbox, b"abc")
    wrong = await refused(
        sandbox, "files.completeUploadExternal", files=[{"id": fresh["file_id"]}], channel_id="C0CLOUD"
    )
    assert wrong["error"] == "file_not_found"  # never sent
    nowhere = await refused(
        sandbox, "files.completeUploadExternal", files=[{"id": done["file_id"]}], channel_id="C0NONE"
    )
    assert nowhere["error"] == "channel_not_found"
    await complete(sandbox, done["file_id"], channel_id=sandbox.workspace.dm("U0ANA").id)
    again = await refused(sandbox, "files.completeUploadExternal", files=[{"id": done["file_id"]}])
    assert again["error"] == "file_not_found"  # completed already
    sandbox.complaints.clear()


async def test_a_file_that_the_bot_deletes_is_gone_from_its_message_and_for_good(sandbox: Sandbox) -> None:
    dm = sandbox.workspace.dm("U0ANA")
    one, two = await begun(sandbox, b"a"), await begun(sandbox, b"b", "comments.csv")
    await complete(sandbox, one["file_id"], two["file_id"], channel_id=dm.id, initial_comment="Here")
    await web(sandbox).api_call("files.delete", json={"file": one["file_id"]})
    (message,) = sandbox.workspace.roots(dm.id)
    assert [file["name"] for file in message.files or ()] == ["comments.csv"]
    address = f"{sandbox.page_url}upload/{one['file_id']}/cases.csv"
    async with aiohttp.ClientSession() as session, session.get(address) as got:
        assert got.status == 404
    assert (await refused(sandbox, "files.delete", file=one["file_id"]))["error"] == "file_not_found"
    sandbox.complaints.clear()
