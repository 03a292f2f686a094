"""The least that answering Slack with Bolt can take: a bare app, and for a window the bare statements.

Run as a process of its own: `python -m bench.floor PORT API_URL [RECIPE DATABASE]`. Instead of a recipe it
takes a window: whoever presses a button in it gets it back once a row is saved.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
from pathlib import Path

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.recipe import Recipe

SECRET = "a secret of the bench"


def serve(port: int, api_url: str, given: Path | None, database: str | None) -> None:
    client = AsyncWebClient(token=os.environ["BENCH_TOKEN"], base_url=api_url)
    app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)

    @app.command("/case")
    async def answer(ack) -> None:  # type: ignore[no-untyped-def]
        await ack("Type /case open to open a case.")

    if given is not None:
        assert database is not None
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
    if given is not None and given.name == "window.json":
        window = json.loads(given.read_text())
        connection.execute("CREATE TABLE presses (at TEXT)")

        @app.action(re.compile(""))
        async def step(ack, body) -> None:  # type: ignore[no-untyped-def]
            connection.execute("INSERT INTO presses VALUES (?)", (body["trigger_id"],))
            await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=window)
            await ack()

    elif given is not None:
        cook = Recipe.read(given).cook(connection)

        @app.view("case.open")
        async def save(ack) -> None:  # type: ignore[no-untyped-def]
            next(cook)
            await ack()

    web.run_app(
        app.web_app("/slack/events", port=port), host="127.0.0.1", port=port, access_log=None, print=None
    )


if __name__ == "__main__":
    given = sys.argv[3:]
    serve(
        int(sys.argv[1]),
        sys.argv[2],
        Path(given[0]) if given else None,
        given[1] if given else None,
    )
