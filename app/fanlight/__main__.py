"""`fanlight` and `python -m fanlight`."""

from __future__ import annotations

import sys


def main() -> int:
    from fanlight import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
