"""`caseline`, and `python -m bot` for machines where the command is not on the path."""

from __future__ import annotations

import sys

from bot.loading import all_of_it_stays


def main() -> int:
    """Run one command; the exit code, as `cli.main` gives it."""
    with all_of_it_stays():
        from bot.cli import main as command_line
    return command_line()


if __name__ == "__main__":
    sys.exit(main())
