"""Caseline's words to Slack: a thin client with pacing, typed answers and honest errors. It never retries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.health import Standing
from bot.domain.talk import Message
from bot.slack.downloads import FileFacts, download, is_slacks, read_facts
from bot.slack.faults import SlackBusy, SlackRefused, SlackUnsure
from bot.slack.messages import next_cursor, readable
from bot.slack.pacing import Pacer
from bot.slack.uploads import Files, facts_of, send_file

METADATA_TYPE = "caseline_delivery"
LOOK_BACK = 200
"""How many messages a look-up reads at a time."""

MEMBERS = 500
"""How many people of a channel are asked for at a time."""

PAGES = 5
"""How many times it reads on: a thread comes oldest first, and what we look for stands at its end."""

READING = frozenset(
    {
        "chat.getPermalink",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "users.conversations",
        "users.info",
    }
)
"""Methods that take their arguments in the query and no JSON."""


Blocks = Sequence[dict[str, Any]]
View = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whom Slack takes us for."""

    team_id: str
    bot_user_id: str
    bot_id: str


@dataclass(frozen=True, kw_only=True)
class Posted:
    """Where a message went."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class ThreadPart:
    """A page of a thread; None stands for a message that is not as Slack's messages are."""

    messages: tuple[Message | None, ...]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What Slack says of a person; `timezone` is an IANA name, `email` empty without users:read.email."""

    name: str
    timezone: str
    deactivated: bool = False
    email: str | None = None
    """None where Slack does not say it: the scope users:read.email is missing, or there is none."""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What Slack says of a channel; `is_shared` with another organisation."""

    name: str
    is_member: bool
    is_archived: bool
    is_shared: bool


class SlackClient:
    """Every method raises SlackRefused, SlackBusy or SlackUnsure; none calls twice."""

    def __init__(
        self, web: AsyncWebClient, pacer: Pacer, on_busy: Callable[[str], None] = lambda method: None
    ) -> None:
        """`on_busy` hears the method of every 429; the metrics count them."""
        self.web = web
        self.pacer = pacer
        self._on_busy = on_busy

    async def identity(self) -> Identity:
        answer = await self._call("auth.test")
        return Identity(
            team_id=answer["team_id"], bot_user_id=answer["user_id"], bot_id=answer.get("bot_id", "")
        )

    async def standing(self, real_now: Callable[[], datetime]) -> Standing:
        """Whether Slack knows our token, what it lets us do, and how our clock stands to Slack's.

        Never raises: what goes wrong is the answer.
        """
        asked = real_now()
        try:
            answer = await self._call("auth.test")
        except SlackRefused as refused:
            return Standing(error=refused.error)
        except SlackBusy:
            return Standing(error="ratelimited")
        except SlackUnsure:
            return Standing(error="no_answer")
        between = asked + (real_now() - asked) / 2
        headers = {name.lower(): value for name, value in answer.headers.items()}
        granted = headers.get("x-oauth-scopes")
        return Standing(
            scopes=None if granted is None else frozenset(re.findall(r"[^,\s]+", granted)),
            ahead=_ahead(between, headers.get("date")),
        )

    async def post(
        self, channel: str, text: str, blocks: Blocks, token: str, thread_ts: str | None = None
    ) -> Posted:
        """Post a message; `token` goes into its metadata, by which `find` knows it again."""
        answer = await self._call(
            "chat.postMessage",
            paced=channel,
            channel=channel,
            text=text,
            blocks=blocks,
            thread_ts=thread_ts,
            metadata={"event_type": METADATA_TYPE, "event_payload": {"token": token}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(channel=answer["channel"], ts=answer["ts"])

    async def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> None:
        await self._call("chat.update", channel=channel, ts=ts, text=text, blocks=blocks)

    async def find(self, channel: str, token: str, thread_ts: str | None = None) -> Posted | None:
        """The message that was posted with `token`: among the newest of a channel, the first of a thread.

        Both are read on for up to `PAGES` pages; what stands further away is taken for not posted.
        """
        cursor = None
        for _ in range(PAGES):
            answer = await self._call(
                "conversations.history" if thread_ts is None else "conversations.replies",
                channel=channel,
                ts=thread_ts,
                limit=LOOK_BACK,
                include_all_metadata=True,
                cursor=cursor,
            )
            for message in answer["messages"]:
                metadata = message.get("metadata", {})
                mine = metadata.get("event_type") == METADATA_TYPE
                if mine and metadata.get("event_payload", {}).get("token") == token:
                    return Posted(channel=channel, ts=message["ts"])
            cursor = next_cursor(answer)
            if cursor is None:
                return None
        return None

    async def upload(
        self, channel: str, files: Files, text: str, thread_ts: str | None = None
    ) -> tuple[str, ...]:
        """Put files into a conversation or thread, in one message with `text`; their ids in Slack."""
        told = []
        for path in files:
            answer = await self._call("files.getUploadURLExternal", **facts_of(path, files))
            await send_file(self.web, str(answer["upload_url"]), path)
            told.append({"id": answer["file_id"], "title": path.name})
        await self._call(
            "files.completeUploadExternal",
            paced=channel,
            files=told,
            channel_id=channel,
            initial_comment=text,
            thread_ts=thread_ts,
        )
        return tuple(str(one["id"]) for one in told)

    async def find_file(self, channel: str, ending: str, thread_ts: str | None = None) -> bool:
        """Whether a file whose name ends so stands among the newest messages of a conversation or thread."""
        return any(name.endswith(ending) for name, _ in await self.list_files(channel, thread_ts))

    async def list_files(self, channel: str, thread_ts: str | None = None) -> list[tuple[str, str]]:
        """The names and ids of the files in the newest messages of a conversation or thread."""
        where = "conversations.history" if thread_ts is None else "conversations.replies"
        answer = await self._call(where, channel=channel, ts=thread_ts, limit=LOOK_BACK)
        found = [one for message in answer["messages"] for one in message.get("files", ())]
        return [(one.get("name", ""), str(one["id"])) for one in found if "id" in one]

    async def delete_file(self, file_id: str) -> None:
        """Delete a file of the bot's own, everywhere in Slack."""
        await self._call("files.delete", file=file_id)

    async def accepts_app_token(self, app_token: str) -> None:
        """Ask for a socket, which is then not used. Raises SlackRefused for a token that opens none."""
        await self._call("apps.connections.open", token=app_token)

    async def channel_named(self, name: str, archived: bool = False) -> str | None:
        """The id of a channel that the bot is in, by its name; None where there is no such channel."""
        cursor = None
        while True:
            answer = await self._call(
                "users.conversations",
                types="public_channel,private_channel",
                exclude_archived=not archived,
                limit=LOOK_BACK,
                cursor=cursor,
            )
            for channel in answer["channels"]:
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = next_cursor(answer)
            if cursor is None:
                return None

    async def say_only_to(
        self, user: str, channel: str, text: str, blocks: Blocks, thread_ts: str | None = None
    ) -> None:
        await self._call(
            "chat.postEphemeral", user=user, channel=channel, text=text, blocks=blocks, thread_ts=thread_ts
        )

    async def tell(self, user: str, text: str, blocks: Blocks) -> None:
        """Say something to a person directly, outside the outbox: the answer to what they just did."""
        channel = await self.direct_message(user, at_once=True)
        await self._call("chat.postMessage", at_once=True, channel=channel, text=text, blocks=blocks)

    async def direct_message(self, user: str, at_once: bool = False) -> str:
        """The channel of our direct message with somebody."""
        answer = await self._call("conversations.open", at_once=at_once, users=user)
        return str(answer["channel"]["id"])

    async def permalink(self, posted: Posted) -> str:
        answer = await self._call("chat.getPermalink", channel=posted.channel, message_ts=posted.ts)
        return str(answer["permalink"])

    async def is_member(self, channel: str) -> bool:
        """Whether the bot is in a channel, by its id."""
        return (await self.channel(channel)).is_member

    async def channel(self, channel: str) -> Channel:
        """What a channel is, by its id."""
        found = (await self._call("conversations.info", channel=channel))["channel"]
        return Channel(
            name=found.get("name", channel),
            is_member=bool(found.get("is_member")),
            is_archived=bool(found.get("is_archived")),
            is_shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
        )

    async def profile(self, user: str) -> Profile:
        found = (await self._call("users.info", user=user))["user"]
        profile = found.get("profile", {})
        name = found.get("real_name") or profile.get("real_name") or profile.get("display_name")
        return Profile(
            name=name or found.get("name") or user,
            timezone=found.get("tz") or "UTC",
            deactivated=bool(found.get("deleted")),
            email=profile.get("email") or None,
        )

    async def members(self, channel: str) -> list[str]:
        """The ids of everybody in a channel."""
        found: list[str] = []
        cursor = None
        while True:
            answer = await self._call("conversations.members", channel=channel, limit=MEMBERS, cursor=cursor)
            found += answer["members"]
            cursor = next_cursor(answer)
            if cursor is None:
                return found

    async def thread(
        self,
        channel: str,
        ts: str,
        oldest: str | None = None,
        cursor: str | None = None,
        limit: int = LOOK_BACK,
    ) -> ThreadPart:
        """A page of a thread, oldest first; its first message comes with each page."""
        answer = await self._call(
            "conversations.replies", channel=channel, ts=ts, oldest=oldest, cursor=cursor, limit=limit
        )
        messages = tuple(readable(one, channel) for one in answer["messages"])
        return ThreadPart(messages=messages, next_cursor=next_cursor(answer))

    async def first_message(self, channel: str, ts: str) -> Message | None:
        """The first message of the thread that a message stands in, which may be that message itself."""
        message = next(iter((await self.thread(channel, ts, limit=1)).messages), None)
        if message is not None and message.thread_ts != message.ts:
            found = (await self.thread(channel, message.thread_ts, limit=1)).messages
            message = found[0] if found else None
        return message

    async def file(self, file_id: str) -> FileFacts:
        """What Slack says of a file."""
        return read_facts((await self._call("files.info", file=file_id))["file"])

    async def download(self, facts: FileFacts, take: Callable[[bytes], None], most: int) -> None:
        """Hand over what a file holds, piece by piece."""
        await download(self.web, facts, take, most)

    async def open_view(self, trigger_id: str, view: View) -> str:
        """Show a modal; Slack's name of it."""
        answer = await self._call("views.open", trigger_id=trigger_id, view=view)
        return str(answer["view"]["id"])

    async def push_view(self, trigger_id: str, view: View) -> None:
        await self._call("views.push", trigger_id=trigger_id, view=view)

    async def update_view(self, view_id: str, view: View, view_hash: str | None = None) -> None:
        await self._call("views.update", view_id=view_id, view=view, hash=view_hash)

    async def publish_home(self, user: str, view: View, at_once: bool = False) -> None:
        """Show Home; `at_once` for somebody who looks at it now and cannot wait for a turn."""
        await self._call("views.publish", at_once=at_once, user_id=user, view=view)

    async def respond(self, response_url: str, text: str, blocks: Blocks, *, instead: bool = False) -> None:
        """Answer a click in a message, visibly only to who clicked, or `instead` of that message."""
        if not is_slacks(response_url, self.web.base_url):
            raise SlackRefused("response_url", "is no address of Slack's")
        webhook = AsyncWebhookClient(response_url, session=self.web.session, retry_handlers=[])
        try:
            answer = await webhook.send(
                text=text, blocks=blocks, response_type="ephemeral", replace_original=instead
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackUnsure("response_url") from error
        if answer.status_code != 200:
            raise SlackRefused("response_url", answer.body)

    async def _call(
        self, method: str, *, paced: str | None = None, at_once: bool = False, **arguments: Any
    ) -> Any:
        await self.pacer.turn(method, paced, at_once=at_once)
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            if method in READING:
                return await self.web.api_call(method, http_verb="GET", params=given)
            return await self.web.api_call(method, json=given)
        except SlackApiError as error:
            raise self._sorted(method, error) from error
        except (TimeoutError, aiohttp.ClientError, OSError, SlackClientError) as error:
            raise SlackUnsure(method) from error

    def _sorted(self, method: str, error: SlackApiError) -> Exception:
        response = error.response
        if not isinstance(response, AsyncSlackResponse):
            return SlackUnsure(method)  # broken JSON: the library hands on what it could not read
        status = response.status_code
        if status == 429:
            seconds = float(response.headers.get("Retry-After", "30"))
            self.pacer.pause(method, seconds)
            self._on_busy(method)
            return SlackBusy(method, seconds)
        data = response.data
        if status >= 500 or not isinstance(data, dict) or "ok" not in data:
            return SlackUnsure(method)  # a gateway's page, say, and not Slack's answer
        detail = "; ".join(data.get("response_metadata", {}).get("messages", []))
        if data.get("needed"):
            detail = f"needs {data['needed']}"
        return SlackRefused(method, data.get("error", "no_answer"), detail)


def _ahead(ours: datetime, date: str | None) -> float | None:
    """By how many seconds our clock is ahead of a `Date` header, which counts whole seconds."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return (ours - theirs).total_seconds() - 0.5
