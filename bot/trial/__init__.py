"""The trial: workspace and bot in one process, with a desk that has a past; `caseline try` runs it."""

from bot.trial.running import run

__all__ = ["run"]
