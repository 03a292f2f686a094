"""What goes into a desk and out of it on the command line: accounts and people as CSV, everything as JSON."""

from bot.transfer.commands import bring_in, take_out

__all__ = ["bring_in", "take_out"]
