"""users.*, auth.test and apps.connections.open."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.api.call import ApiError, Call
from bot.sandbox.records import Json, Member
from bot.sandbox.workspace import APP, BOT, BOT_USER


def auth_test(call: Call) -> Json:
    """auth.test: who this token is."""
    team = call.parts.workspace.team
    return {
        "url": f"https://{team['domain']}.slack.com/",
        "team": team["name"],
        "team_id": team["id"],
        "user": call.parts.workspace.members[BOT_USER].handle,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """apps.connections.open: a WebSocket address that is good for one connection, soon."""
    ticket = call.parts.sockets.issue_ticket()
    if ticket is None:
        raise ApiError("too_many_websockets")
    base = call.parts.base_url.replace("http://", "ws://", 1)
    return {"url": f"{base}socket?ticket={ticket}&app_id={APP}"}


def info(call: Call) -> Json:
    """users.info."""
    member = call.parts.workspace.members.get(str(call.required("user")))
    if member is None:
        raise ApiError("user_not_found")
    return {"user": _shape(call, member)}


def list_all(call: Call) -> Json:
    """users.list, with a cursor when `limit` is given."""
    members = list(call.parts.workspace.members.values())
    limit = call.number("limit", 1000, 1, 1000)
    start = _start(str(call.args.get("cursor") or ""))
    page = members[start : start + limit]
    following = start + limit
    cursor = base64.b64encode(f"user:{following}".encode()).decode() if following < len(members) else ""
    return {
        "members": [_shape(call, member) for member in page],
        "response_metadata": {"next_cursor": cursor},
    }


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("user:"))
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None


def _shape(call: Call, member: Member) -> Json:
    team = call.parts.workspace.team["id"]
    profile: Json = {
        "title": member.title,
        "real_name": member.real_name,
        "real_name_normalized": member.real_name,
        "display_name": member.handle,
        "display_name_normalized": member.handle,
        "team": team,
    }
    if member.email and "users:read.email" in call.parts.manifest.scopes:
        profile["email"] = member.email
    zone = ZoneInfo(member.tz)
    offset = datetime.now(zone).utcoffset()
    return {
        "id": member.id,
        "team_id": team,
        "name": member.handle,
        "deleted": False,
        "color": member.color,
        "real_name": member.real_name,
        "tz": member.tz,
        "tz_label": member.tz,
        "tz_offset": 0 if offset is None else int(offset.total_seconds()),
        "profile": profile,
        "is_admin": member.is_admin,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": member.is_bot and member.id == BOT_USER,
        "is_app_user": False,
    }
