"""`python -m bot` is `caseline`, for machines where the command is not on the path."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
