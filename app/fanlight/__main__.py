"""`fanlight` and `python -m fanlight`."""

from __future__ import annotations

import sys


def main() -> int:
    """The open window is tried first, before anything else is imported."""
    try:
        from fanlight.ipc import client

        if (status := client.main(sys.argv[1:])) is not None:
            return status

        from fanlight import cli

        return cli.main(sys.argv[1:])
    except KeyboardInterrupt:  # before `cli.main` could handle it
        return 130


if __name__ == "__main__":
    sys.exit(main())
