"""`python backup_child.py write|restore HOME FILE`: one backup, or one restored, in a process that can be killed."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from fanlight.store.database import Database
from fanlight.store.whole_backup import new_copy, unpacked, write_backup

if __name__ == "__main__":
    what, home, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    print("begins", flush=True)
    with closing(Database(home)) as database:
        if what == "write":
            copy = new_copy(home)
            database.copy_to(copy)
            write_backup(home, copy, file)
        else:
            with unpacked(file, home) as backup:
                database.importing.add_backup(backup)
                backup.add_others(home)
    print("done", flush=True)
