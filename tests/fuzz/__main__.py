"""`make fuzz`: broken pictures, broken models, wild schemas, grammars and templates, and downloads with every fault;
each is taken or refused in one sentence, and the process lives.

python -m fuzz [--pictures 2000] [--models 500] [--schemas 2000] [--downloads 200] [--seed 0]
"""

from __future__ import annotations

import argparse
import sys
import time

from fuzz.pictures import run as run_pictures
from fuzz.run_downloads import run as run_downloads
from fuzz.run_gguf import run as run_models
from fuzz.run_schemas import run as run_schemas


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Feed broken files to Fanlight.")
    parser.add_argument("--pictures", type=int, default=2000, help="how many broken pictures (2000)")
    parser.add_argument("--models", type=int, default=500, help="how many broken GGUF files (500)")
    parser.add_argument("--schemas", type=int, default=2000, help="how many schemas, grammars and templates (2000)")
    parser.add_argument("--downloads", type=int, default=200, help="how many downloads with random faults (200)")
    parser.add_argument("--seed", type=int, default=0, help="other models and schemas for another number (0)")
    options = parser.parse_args()
    rows = []
    for name, count, run in (
        ("pictures", options.pictures, run_pictures),
        ("GGUF files", options.models, lambda count: run_models(count, options.seed)),
        ("schemas", options.schemas, lambda count: run_schemas(count, options.seed)),
        ("downloads", options.downloads, lambda count: run_downloads(count, options.seed)),
    ):
        started = time.monotonic()
        failures = run(count) if count else 0
        rows.append((name, count, failures, time.monotonic() - started))
    print(f"\n{'broken':<12}{'files':>7}{'failures':>10}{'seconds':>9}")
    for name, count, failures, seconds in rows:
        print(f"{name:<12}{count:>7}{failures:>10}{seconds:>9.0f}")
    return 1 if any(failures for _, _, failures, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
