"""From nothing to a measured pair: the eye alone and the text alone (at once, a core each), both together, both
at a lower rate, export, scores, and the embedder from its text. Stops and goes on at any time.

PYTHONPATH=models/practice python -m recipe [--minutes-apart 80] [--minutes 50] [--minutes-calm 60]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

# glibc hands large blocks back to the system at every step, and zeroing them again took a third of the time.
KEEP_MEMORY = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(8 << 30),
    "MALLOC_TOP_PAD_": str(256 << 20),
}


def start(*step: str) -> subprocess.Popen[bytes]:
    """Start one step of the recipe as a process of its own."""
    return subprocess.Popen([sys.executable, "-m", f"recipe.{step[0]}", *step[1:]], env=os.environ | KEEP_MEMORY)


def finish(*running: subprocess.Popen[bytes]) -> None:
    """Waits for all; one that failed ends the recipe."""
    if failed := [step for step in running if step.wait()]:
        sys.exit(failed[0].returncode)


def main() -> None:
    """Run all phases, export, and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes-apart", default="80", help="for the eye alone, and for the text alone beside it")
    parser.add_argument("--minutes", default="50", help="for eye and text together")
    parser.add_argument("--minutes-calm", default="60", help="for both at half the rate")
    args = parser.parse_args()
    alone = ["--threads", "1", "--minutes", args.minutes_apart]
    finish(
        start("train", "eye", "--rate", "9e-4", *alone),
        start("train", "words", "--rate", "9e-4", "--batch", "16", *alone),
    )
    both = ["--eye", "0.15", "--batch", "16"]
    finish(start("train", "all", "--rate", "8e-4", "--minutes", args.minutes, *both))
    finish(start("train", "calm", "--rate", "4e-4", "--warm", "40", "--minutes", args.minutes_calm, *both))
    finish(start("export"))
    finish(start("evaluate"))
    finish(start("embedding"))


if __name__ == "__main__":
    main()
