"""`python importing_child.py HOME FILE`: one export is imported, as the command does it, in a process that can be
killed."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from fanlight.exchange.reading import new_ones, read_export
from fanlight.store.database import Database

if __name__ == "__main__":
    home, file = Path(sys.argv[1]), Path(sys.argv[2])
    with closing(Database(home)) as database:
        wanted = new_ones(read_export(file).conversations, database.importing.known())
        print("begins", flush=True)
        for one in reversed(wanted):
            database.importing.add(one)
            print("added", flush=True)
    print("done", flush=True)
