"""`fanlight`: the window, where there is a screen."""

from __future__ import annotations

import argparse
import sys

from fanlight import compose, paths
from fanlight.cli.said import FAILED, complain, leave_file
from fanlight.cli.screen import obstacle

SAMPLE = "shapes.png"
QUESTION = "Describe the picture."


def run(options: argparse.Namespace) -> int:
    if why := obstacle():
        return _sample(why) if options.or_sample else _explain(why)
    leave_file()
    return compose.window(sys.argv[:1])


def _explain(why: str) -> int:
    complain(f"{why}.", "It works without one too: fanlight ask -i PICTURE QUESTION")
    return FAILED


def _sample(why: str) -> int:
    from fanlight.cli import ask
    from fanlight.cli.arguments import parse

    picture = paths.resources() / "samples" / SAMPLE
    print(f"No window: {why}. Here is the practice model, asked about a sample picture instead.\n", file=sys.stderr)
    print(f'$ fanlight ask -i {picture} "{QUESTION}"', file=sys.stderr, flush=True)
    words = ["ask", "--model", "practice", "-i", str(picture), QUESTION]
    status = ask.run(parse(words))
    print("\nYour own: .venv/bin/fanlight ask -i PICTURE QUESTION", file=sys.stderr)
    return status
