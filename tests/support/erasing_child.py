"""`python erasing_child.py FOLDER`: deletes everything, in a process that can be killed."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from fanlight.store.database import Database

if __name__ == "__main__":
    with closing(Database(Path(sys.argv[1]))) as database:
        print("begins", flush=True)
        database.erasing.everything()
