"""`make fuzz`: broken pictures, models, recordings and stored files, wild schemas, grammars and templates, downloads
with every fault; each is taken or refused in one sentence, and the process lives.

python -m fuzz [--only KIND] [--minutes 10] [--seed 0] [--restart] [--pictures 10000 …]

A run that was interrupted, or whose minutes are over, is taken up by the next one.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from dataclasses import replace

from fuzz import campaign, pictures, run_downloads, run_gguf, run_schemas, run_sounds, run_stored
from fuzz.campaign import HEAD, Kind, Progress

KINDS = (
    Kind("pictures", 10_000, pictures.attempts),
    Kind("models", 2_000, run_gguf.attempts),
    Kind("sounds", 2_000, run_sounds.attempts),
    Kind("schemas", 2_000, run_schemas.attempts),
    Kind("stored", 1_000, run_stored.attempts),
    Kind("downloads", 200, run_downloads.attempts, workers=1),
)
_WHAT = {
    "pictures": "pictures", "models": "GGUF files", "sounds": "sound and video files",
    "schemas": "schemas, grammars and templates", "stored": "settings, registrations, journals and databases",
    "downloads": "downloads",
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Feed broken files to Fanlight.")
    for kind in KINDS:
        about = f"how many broken {_WHAT[kind.name]} ({kind.count})"
        parser.add_argument(f"--{kind.name}", type=int, default=kind.count, help=about)
    parser.add_argument("--only", choices=[kind.name for kind in KINDS], help="only this kind")
    parser.add_argument("--minutes", type=float, help="stop after so long; the next run goes on there")
    parser.add_argument("--seed", type=int, default=0, help="other files for another number (0)")
    parser.add_argument("--restart", action="store_true", help="forget what was tried before")
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes if options.minutes else float("inf")
    progress = Progress(campaign.PROGRESS, options.seed, restart=options.restart)
    logging.disable()  # what is wrong with a file is no news here
    chosen = [replace(kind, count=vars(options)[kind.name]) for kind in KINDS if options.only in (None, kind.name)]
    print(HEAD, flush=True)
    results = []
    for kind in chosen:
        results.append(campaign.run(kind, progress, options.seed, until))
        print(results[-1].row(kind.name, kind.count), flush=True)
    if all(done.upto >= kind.count for done, kind in zip(results, chosen, strict=True)):
        progress.forget(kind.name for kind in chosen)
    return 1 if any(done.failures for done in results) else 0


if __name__ == "__main__":
    sys.exit(main())
