"""The page's mail drawer: `/ui/mail`, what was sent and the answers to it."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.post import PostOffice

_NO_CACHE = {"Cache-Control": "no-store"}
_HARMLESS = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""No script, no form, nothing fetched: what stands in an e-mail is not to be trusted, not even ours.

A link that somebody follows opens in a tab of its own, as mail programs do it.
"""
_IN_A_TAB = '<base target="_blank">'


class MailApi:
    """Shows everybody's e-mail, and lets them answer."""

    def __init__(self, post: PostOffice | None) -> None:
        self._post = post

    def add_routes(self, app: web.Application) -> None:
        """Put the endpoints on the application."""
        app.router.add_get("/ui/mail", self._get)
        app.router.add_post("/ui/mail", self._answer)
        app.router.add_post("/ui/mail/new", self._write)
        app.router.add_get(r"/ui/mail/{id:\d{1,9}}", self._html)

    async def _get(self, _: web.Request) -> web.Response:
        """{on, mails: [{id, at, from, to, subject, text, html, answers}]}, newest first."""
        mails = self._post.mails() if self._post is not None else []
        return web.json_response({"on": self._post is not None, "mails": mails}, headers=_NO_CACHE)

    async def _html(self, request: web.Request) -> web.Response:
        """The HTML of one e-mail, for a frame in which it may do nothing at all."""
        wanted = int(request.match_info["id"])
        mails = self._post.mails() if self._post is not None else []
        html = next((str(one["html"]) for one in mails if one["id"] == wanted), None)
        if html is None:
            raise web.HTTPNotFound
        html = html.replace("<head>", f"<head>{_IN_A_TAB}", 1)
        return web.Response(text=html, content_type="text/html", headers=_NO_CACHE | _HARMLESS)

    async def _answer(self, request: web.Request) -> web.Response:
        """Takes {id, text}: the recipient of that e-mail answers it."""
        try:
            body = await request.json()
            mail_id, text = int(body["id"]), str(body["text"]).strip()
        except (KeyError, TypeError, ValueError):
            return _refused("The page sent something odd.")
        if not text:
            return _refused("There is nothing in the answer yet.")
        if self._post is None or not self._post.answer(mail_id, text):
            return _refused("This e-mail is not here any more.")
        return web.json_response({"ok": True}, headers=_NO_CACHE)

    async def _write(self, request: web.Request) -> web.Response:
        """Takes {from, subject, text}: somebody whom the desk may not know writes to it."""
        try:
            body = await request.json()
            sender, subject, text = (str(body[name]).strip() for name in ("from", "subject", "text"))
        except (KeyError, TypeError, ValueError):
            return _refused("The page sent something odd.")
        if not text:
            return _refused("There is nothing in the e-mail yet.")
        if self._post is None or not self._post.write(sender, subject, text):
            return _refused("The sender is no e-mail address: write it like lou@outside.example.")
        return web.json_response({"ok": True}, headers=_NO_CACHE)


def _refused(sentence: str) -> web.Response:
    body = {"ok": False, "error": "invalid_arguments", "sentence": sentence}
    return web.json_response(body, status=400, headers=_NO_CACHE)
