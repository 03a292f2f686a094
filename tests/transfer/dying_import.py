"""An import that is killed within its n-th batch; `test_shop` starts it and then goes on."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from bot.cli import main
from bot.services import shop_checking, shop_importing

keep = shop_importing.positions.keep


def die_at(batch: int) -> None:
    """Let the desk take a row at a time, and be gone before batch `batch` is committed."""
    shop_checking.BATCH = 1
    left = [batch]

    def keep_or_die(*given: Any) -> None:
        keep(*given)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    shop_importing.positions.keep = keep_or_die


if __name__ == "__main__":
    die_at(int(sys.argv[2]))
    main(["import", sys.argv[1]])
