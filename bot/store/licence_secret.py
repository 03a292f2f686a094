"""The secret with which the desk hashes licence keys, made at its first use; imports and searches ask for it.

It stands beside the hashes: a list of them that leaks alone cannot be tried out against guessed keys.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.ids import WorkspaceId
from bot.store.at_once import insert_new
from bot.store.schema_shop import licence_secrets
from bot.store.work import Work

LENGTH = 32
"""Bytes."""

_HELD = "licence secret"


def known(connection: Connection, workspace_id: WorkspaceId) -> bytes | None:
    """The secret of a desk; None where it has hashed no key yet."""
    found = select(licence_secrets.c.secret).where(licence_secrets.c.workspace_id == workspace_id)
    secret = connection.execute(found).scalar()
    return bytes.fromhex(secret) if secret is not None else None


def at_hand(connection: Connection, workspace_id: WorkspaceId) -> bytes | None:
    """As `known`, read once on each connection: once made, a secret never changes. For searches."""
    held: dict[Any, Any] = connection.info
    secret: bytes | None = held.get((_HELD, workspace_id))
    if secret is None:
        secret = known(connection, workspace_id)
        if secret is not None:
            held[_HELD, workspace_id] = secret
    return secret


def kept(work: Work) -> bytes:
    """The secret of a desk, made where there was none; two who make it at once get the same."""
    found = known(work.connection, work.workspace_id)
    if found is not None:
        return found
    row = {"workspace_id": work.workspace_id, "secret": secrets.token_hex(LENGTH)}
    work.connection.execute(insert_new(work.connection, licence_secrets), row)
    made = known(work.connection, work.workspace_id)
    assert made is not None  # it has just been made, here or there
    return made
