"""What can go wrong between us and the mail server, sorted by what may be done about it.

The texts are kept with the outbox row; `bot/blocks/troubles.py` explains them.
"""

from __future__ import annotations


class MailAway(Exception):
    """The server was not reached, or the line broke: later.

    `perhaps` says that the letter was handed over, and that the server's answer was lost: it may have it.
    """

    def __init__(self, reason: object, *, perhaps: bool = False) -> None:
        self.perhaps = perhaps
        super().__init__(f"smtp: mail_away ({_short(reason)})")


class MailLater(Exception):
    """The server asks to try this letter again later (an answer of 4xx)."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"smtp: mail_later ({code} {_short(text)})")


class MailRefused(Exception):
    """The server will never take this letter (5xx); `reason` is what it says."""

    def __init__(self, code: int, text: str) -> None:
        self.reason = f"{code} {_short(text)}"
        super().__init__(f"smtp: mail_refused ({self.reason})")


class MailMisconfigured(Exception):
    """The server does not let us in, or not send for that sender: no letter would go until it is mended."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"smtp: mail_settings ({_short(reason)})")


class MailUnsure(Exception):
    """What must not go twice was perhaps taken by the server: it is not sent again by itself."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"smtp: mail_unsure ({_short(reason)})")


class MailboxAway(Exception):
    """The mailbox could not be read; later."""


def _short(reason: object) -> str:
    return " ".join(str(reason).split())[:300] or type(reason).__name__
