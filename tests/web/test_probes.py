"""Health and numbers: what an operator's probes see of a bot that is well, and of one that is not."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import build
from bot.logs import JsonLines, TextLines
from bot.metrics import METRICS
from bot.sandbox import Sandbox
from bot.slack.faults import CannotServe
from bot.slack.pacing import Pacer
from bot.store.faults import DatabaseAway
from bot.store.migrate import upgrade
from tests.transport import HOST, free_port
from tests.web.conftest import MANIFEST, Answer, Knocker, Served, http_settings


async def checks(knock: Knocker) -> tuple[int, dict[str, str]]:
    answer = await knock.get("/readyz")
    body: dict[str, Any] = answer.body
    assert body["ready"] == (answer.status == 200)
    return answer.status, body["checks"]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - a line in the log sets no event
            await asyncio.sleep(0.01)


async def test_a_bot_at_work_is_alive_and_ready(served: Served) -> None:
    assert await served.knock.get("/healthz") == Answer(200, "ok")
    status, found = await checks(served.knock)
    assert status == 200
    assert found == dict.fromkeys(("database", "migrations", "slack", "outbox"), "ok")


async def test_a_database_without_the_newest_migration_is_told(served: Served, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "caseline.db") as database:
        database.execute("DELETE FROM alembic_version")
    database.close()
    status, found = await checks(served.knock)
    assert (status, found["database"]) == (503, "ok")
    assert "run caseline migrate" in found["migrations"]


async def test_a_database_that_a_newer_version_upgraded_keeps_us_at_work(
    served: Served, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "caseline.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert (await checks(served.knock))[0] == 200


async def test_a_database_that_is_away_and_a_sender_that_has_ended_are_told(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("nobody there, says zanzibar")

    monkeypatch.setattr(served.bot.store, "look", away)
    assert served.bot.probes.delivery is not None
    await served.bot.probes.delivery.stop()
    status, found = await checks(served.knock)
    assert status == 503
    assert found["database"] == "cannot be read (ConnectionError)"
    assert "start the bot again" in found["outbox"]
    assert await served.knock.get("/healthz") == Answer(200, "ok")
    assert "NaN" in (await served.knock.get("/metrics")).text


async def test_a_bot_that_waits_for_slack_is_alive_and_says_what_it_waits_for(
    tmp_path: Path, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    async with Sandbox(manifest=MANIFEST) as sandbox:
        settings = http_settings(sandbox, port, tmp_path, slack_api_url=f"http://{HOST}:{free_port()}/api/")
        bot = build(settings, pacer=Pacer(enabled=False))
        knock = Knocker(session, f"http://{HOST}:{port}", sandbox.signing_secret)
        starting = asyncio.create_task(bot.start())
        await until(lambda: "Slack cannot be reached yet" in caplog.text)
        assert (await knock.get("/healthz")).status == 200
        status, found = await checks(knock)
        assert (status, found["database"], found["migrations"]) == (503, "ok", "ok")
        assert found["slack"] == "Slack has not said yet who we are"
        assert (await knock.command("help")).status == 503
        assert (await knock.get("/metrics")).status == 200
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await bot.stop()


async def test_with_an_app_token_the_port_is_for_health_alone(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    port = free_port()
    async with Sandbox(manifest=MANIFEST) as sandbox:
        settings = http_settings(sandbox, port, tmp_path, slack_app_token=sandbox.app_token)
        bot = build(settings, pacer=Pacer(enabled=False))
        await bot.start()
        try:
            await sandbox.bot_connected()
            knock = Knocker(session, f"http://{HOST}:{port}", sandbox.signing_secret)
            assert (await checks(knock))[0] == 200
            assert (await knock.command("help")).status == 404
            await sandbox.act_as("omar").runs("/case help")
            assert "/case open" in sandbox.act_as("omar").reply
            await sandbox.stop()
            async with asyncio.timeout(10):
                while (await checks(knock))[1]["slack"] == "ok":
                    pass
        finally:
            await bot.stop()


async def test_a_port_that_is_taken_is_told_in_words(served: Served, tmp_path: Path) -> None:
    other = build(served.bot.settings, pacer=Pacer(enabled=False))
    with pytest.raises(CannotServe, match=r"Port \d+ cannot be opened .* Set PORT to another one"):
        await other.start()
    await other.stop()


async def test_calls_are_counted_by_route_and_outcome_and_no_label_is_made_of_what_people_wrote(
    served: Served,
) -> None:
    omar, sam = served.sandbox.act_as("omar"), served.sandbox.act_as("sam")
    await omar.runs("/case zanzibar")
    await omar.runs("/case show 1001")
    await sam.runs("/desk people")
    await served.knock.interactive({"type": "zanzibar"})
    await served.knock.interactive(
        {
            "type": "block_actions",
            "user": {"id": "U0OMAR"},
            "container": {"channel_id": "C0GENERAL", "message_ts": "1.1"},
            "actions": [{"action_id": "zanzibar", "type": "button"}],
        }
    )
    assert "zanzibar" not in (await served.knock.get("/metrics")).text
    for labels in (
        'outcome="done",payload="command",route="/case *"',
        'outcome="refused",payload="command",route="/case show"',
        'outcome="refused",payload="command",route="/desk people"',
        'outcome="ignored",payload="other",route="unknown"',
        'outcome="ignored",payload="message_button",route="unknown"',
    ):
        assert await served.metric(f"caseline_calls_total{{{labels}}}") == 1, labels
    assert await served.metric('caseline_ack_seconds_count{payload="command"}') == 3


async def test_a_call_that_found_no_database_is_counted_as_such(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise DatabaseAway("The database cannot be reached.")

    omar = served.sandbox.act_as("omar")
    monkeypatch.setattr(served.bot.store.database, "read", away)
    await omar.runs("/case show 1001")
    monkeypatch.undo()
    assert "cannot reach its database" in omar.reply
    labels = 'outcome="database_away",payload="command",route="/case show"'
    assert await served.metric(f"caseline_calls_total{{{labels}}}") == 1


async def test_every_metric_is_shown_from_the_start_or_with_its_first_label(served: Served) -> None:
    shown = (await served.knock.get("/metrics")).text
    for metric in METRICS:
        assert f"# HELP {metric.name} " in shown
        assert f"# TYPE {metric.name} {metric.kind}" in shown
        if not metric.labels:
            assert await served.metric(metric.name) >= 0
    assert "process_resident_memory_bytes" in shown


async def test_what_waits_in_the_outbox_and_what_slack_asks_to_slow_down_is_measured(served: Served) -> None:
    async def busy(moment: str, method: str, _: dict[str, Any]) -> Any:
        held = moment == "before" and method == "views.publish"
        return {"ok": False, "error": "ratelimited", "retry_after": 30} if held else None

    served.sandbox.interfere = busy
    await served.sandbox.act_as("omar").opens_home()
    async with asyncio.timeout(10):
        while await served.metric("caseline_outbox_depth") == 0:
            pass
    assert await served.metric('caseline_slack_429_total{method="views.publish"}') >= 1
    assert 0 < await served.metric("caseline_outbox_oldest_seconds") < 60
    served.sandbox.control = None  # nobody waits for what Slack holds up


def test_an_old_database_is_told_from_a_current_one(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    from bot.store.migrate import pending_migration

    upgrade(f"sqlite:///{tmp_path / 'desk.db'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    with engine.connect() as connection:
        assert pending_migration(connection) is None
    engine.dispose()


# The log


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
async def test_every_line_of_a_call_has_the_reference_that_its_person_is_shown(
    served: Served, form: logging.Formatter
) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(form.format(record))

    handler = Kept()
    logging.getLogger("bot").addHandler(handler)

    async def fail(moment: str, method: str, _: dict[str, Any]) -> Any:
        return (
            {"ok": False, "error": "internal_error"} if (moment, method) == ("before", "views.open") else None
        )

    served.sandbox.interfere = fail
    omar = served.sandbox.act_as("omar")
    try:
        await omar.runs("/desk people")
    finally:
        logging.getLogger("bot").removeHandler(handler)
    reference = omar.reply.rpartition(": ")[2].rstrip(".")
    assert len(reference) == 6
    [line] = [one for one in lines if "fault " in one]
    if isinstance(form, JsonLines):
        body = json.loads(line)
        assert body["reference"] == reference
        assert "bot.slack.faults.SlackRefused: views.open: internal_error" in body["error"]
    else:
        assert f"[{reference}] bot.handlers.front: fault {reference}" in line


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_an_error_that_repeats_what_people_wrote_is_logged_without_its_words(form: logging.Formatter) -> None:
    written = "-".join(("zanzi", "bar"))
    try:
        try:
            int(written)
        except ValueError as error:
            raise RuntimeError(f"again {written}") from error
    except RuntimeError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "a fault", (), info)
    told = form.format(record)
    assert "ValueError" in told
    assert "RuntimeError" in told
    assert "test_probes.py" in told
    assert written not in told
