"""The door of signed HTTP: what is let in is answered, and what is not is refused without a word of it."""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import urlencode

import pytest

from bot.web.server import LARGEST_BODY
from tests.web.conftest import Served

SECRET_WORD = "zanzibar"


async def test_a_signed_command_is_answered_in_the_response(served: Served) -> None:
    answer = await served.knock.command("help")
    assert answer.status == 200
    assert answer.body["response_type"] == "ephemeral"
    assert "/case open" in answer.text


async def test_a_call_without_anything_to_say_is_answered_with_an_empty_body(served: Served) -> None:
    answer = await served.knock.event(
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "other"}}
    )
    assert (answer.status, answer.text) == (200, "")


async def test_forged_stale_and_replayed_requests_are_refused_counted_and_kept_quiet(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    knock = served.knock
    body = urlencode({"command": "/case", "text": SECRET_WORD, "payload": SECRET_WORD}).encode()
    forged = [await knock.post(body, **{"X-Slack-Signature": "v0=00"}) for _ in range(3)]
    knock.age = 301
    stale = await knock.command(SECRET_WORD)
    knock.age = 0
    taken = await knock.command(f"help {SECRET_WORD}", trigger_id="1.2.3")
    replayed = await knock.command(f"help {SECRET_WORD}", trigger_id="1.2.3")
    assert [one.status for one in (*forged, stale, taken, replayed)] == [401, 401, 401, 401, 200, 401]
    assert await served.metric('caseline_http_refused_total{reason="forged"}') == 3
    assert await served.metric('caseline_http_refused_total{reason="stale"}') == 1
    assert await served.metric('caseline_http_refused_total{reason="replayed"}') == 1
    told = [record.getMessage() for record in caplog.records]
    assert sum("its signature is wrong" in line for line in told) == 1, "whoever knocks cannot fill the log"
    assert any("this machine's clock" in line for line in told)
    assert SECRET_WORD not in "\n".join(told)


async def test_a_body_above_the_limit_is_not_read_to_its_end(served: Served) -> None:
    answer = await served.knock.post(b"text=" + b"x" * LARGEST_BODY)
    assert answer.status == 413
    assert (await served.knock.post(b"text=" + b"x" * (LARGEST_BODY - 5))).status == 200
    assert await served.metric('caseline_http_refused_total{reason="too_large"}') == 1


async def test_a_body_that_does_not_come_is_not_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.BODY_SECONDS", 0.1)
    host, port = served.knock.root.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\ntext=")
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_slack_may_look_whether_we_are_there(served: Served) -> None:
    knock = served.knock
    challenge = {"type": "url_verification", "challenge": "3eZbrw", "token": "x"}
    assert (await knock.event(challenge)).body == {"challenge": "3eZbrw"}
    assert (await knock.event(challenge, **{"X-Slack-Signature": "v0=00"})).status == 401
    unsigned = {"X-Slack-Signature": ""}
    assert (await knock.post(b"ssl_check=1&token=x", **unsigned)).status == 200
    assert (await knock.post(b"ssl_check=1&command=/case", **unsigned)).status == 401
    assert (await knock.get("/slack/events?ssl_check=1")).status == 200
    assert (await knock.get("/slack/events")).status == 405


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"[]", "application/json"),
        (b"nothing", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 200_000, "application/json"),
        (b'{"a":' * 200_000, "application/json"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "application/json"),
        (b"payload=", "application/x-www-form-urlencoded"),
        (b"payload=7", "application/x-www-form-urlencoded"),
        (b"\xff=\xff", "application/x-www-form-urlencoded"),
        (b"a=b&" * 200, "application/x-www-form-urlencoded"),
    ],
)
async def test_a_signed_body_that_is_no_payload_is_a_bad_request(
    served: Served, body: bytes, content_type: str
) -> None:
    assert (await served.knock.post(body, content_type)).status == 400


async def test_a_retry_of_an_event_is_let_in_and_does_nothing_twice(served: Served) -> None:
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "tab": "home", "user": "U0OMAR"},
    }
    first = await served.knock.event(event)
    served.knock.age = 2  # another second, another signature
    again = await served.knock.event(
        event, **{"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    )
    assert (first.status, again.status) == (200, 200)
    for wild in ("9" * 8000, "x", "-1", ""):  # headers are not signed
        assert (
            await served.knock.event({**event, "wild": wild[:1]}, **{"X-Slack-Retry-Num": wild})
        ).status == 200


async def test_people_act_over_signed_http_as_over_a_socket(served: Served) -> None:
    omar = served.sandbox.act_as("omar")
    await omar.opens_home()
    assert omar.home is not None
    await omar.runs("/desk people")
    assert omar.modal is not None
    [command] = [one for one in served.sandbox.deliveries if one.type == "slash_commands"]
    assert json.loads(json.dumps(command.payload))["command"] == "/desk"
    assert served.sandbox.complaints == []
