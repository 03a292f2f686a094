"""The Web API as the bot calls it: `dispatch.py` checks and records, the other modules answer."""

from bot.sandbox.api.dispatch import WebApi

__all__ = ["WebApi"]
