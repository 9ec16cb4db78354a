"""`fanlight` and `python -m fanlight`."""

from __future__ import annotations

import sys


def main() -> int:
    try:
        from fanlight import cli

        return cli.main(sys.argv[1:])
    except KeyboardInterrupt:  # before `cli.main` could hear it
        return 130


if __name__ == "__main__":
    sys.exit(main())
