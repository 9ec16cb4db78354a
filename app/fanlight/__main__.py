"""`fanlight` and `python -m fanlight`."""

from __future__ import annotations

import sys


def main() -> int:
    """A window that is open already is told first, before anything else is imported."""
    try:
        from fanlight.ipc import client

        if (told := client.main(sys.argv[1:])) is not None:
            return told

        from fanlight import cli

        return cli.main(sys.argv[1:])
    except KeyboardInterrupt:  # before `cli.main` could hear it
        return 130


if __name__ == "__main__":
    sys.exit(main())
