"""The command `contagion`, also as `python -m contagion`."""

from __future__ import annotations

import sys


def main() -> None:
    from contagion.cli.commands import run_command

    sys.exit(run_command())


if __name__ == "__main__":
    main()
