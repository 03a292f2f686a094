"""`caseline playbook`: checks, draws, tries and compares them; nothing here knows a database or Slack."""

from bot.playbook_tool.commands import add_to

__all__ = ["add_to"]
