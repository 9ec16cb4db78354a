"""From nothing to a measured pair: the eye alone, eye and text, export, scores. Stops and goes on at any time.

PYTHONPATH=models/practice python -m recipe [--eye-minutes 30] [--minutes 240]
"""

from __future__ import annotations

import argparse
import subprocess
import sys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eye-minutes", type=float, default=30)
    parser.add_argument("--minutes", type=float, default=240, help="for eye and text together")
    args = parser.parse_args()
    for step in (
        ["train", "eye", "--minutes", str(args.eye_minutes)],
        ["train", "all", "--minutes", str(args.minutes)],
        ["export"],
        ["evaluate"],
    ):
        subprocess.run([sys.executable, "-m", f"recipe.{step[0]}", *step[1:]], check=True)


if __name__ == "__main__":
    main()
