"""Files that the bot uploads: an address for each, the bytes that were sent there, and who was given them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

LARGEST = 1024 * 1024 * 1024
MIME_TYPES = {"csv": "text/csv", "png": "image/png"}


@dataclass(kw_only=True)
class Upload:
    """One file on its way: `content` once it was sent, `shared` once it stands in a conversation."""

    id: str
    name: str
    length: int
    key: str
    alt_text: str = ""
    content: bytes | None = None
    shared: bool = False

    def shape(self, title: str) -> dict[str, Any]:
        """The file as the Web API and messages show it."""
        kind = self.name.rpartition(".")[2]
        return {
            "id": self.id,
            "name": self.name,
            "title": title or self.name,
            "mimetype": MIME_TYPES.get(kind, "application/octet-stream"),
            "filetype": kind,
            "size": self.length,
            "mode": "hosted",
            **({"alt_txt": self.alt_text} if self.alt_text else {}),
        }


class Uploads:
    """All uploads of one workspace. In memory: a trial that ends forgets what was in the files."""

    def __init__(self) -> None:
        self._by_id: dict[str, Upload] = {}

    def begin(self, name: str, length: int, alt_text: str = "") -> Upload:
        file_id = f"F0UP{secrets.token_hex(4).upper()}"
        upload = Upload(
            id=file_id, name=name, length=length, key=secrets.token_urlsafe(12), alt_text=alt_text
        )
        self._by_id[upload.id] = upload
        return upload

    def find(self, file_id: str) -> Upload | None:
        return self._by_id.get(file_id)

    def forget(self, file_id: str) -> None:
        """What was in a file is gone."""
        self._by_id.pop(file_id, None)

    def content(self, file_id: str) -> bytes:
        """What stands in a file that was shared."""
        found = self._by_id[file_id]
        assert found.content is not None
        return found.content

    async def give(self, request: web.Request) -> web.Response:
        """`GET /upload/{id}/{name}`: the file for whoever saves it from the page."""
        upload = self._by_id.get(request.match_info["id"])
        if upload is None or upload.content is None or not upload.shared:
            raise web.HTTPNotFound
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=upload.content, headers=headers, content_type="application/octet-stream")

    async def take(self, request: web.Request) -> web.Response:
        """`POST /upload/{key}`: the bytes, raw, and as many as were announced."""
        key = request.match_info["key"]
        upload = next((one for one in self._by_id.values() if one.key == key), None)
        if upload is None or upload.content is not None:
            return web.Response(status=404, text="no such upload")
        content = b"".join([part async for part in request.content.iter_chunked(65536)])
        if len(content) != upload.length:
            return web.Response(status=400, text="not as long as was said")
        upload.content = content
        return web.Response(text=f"OK - {len(content)}")
