"""A database that is damaged while it is open, as by a dying disk or another program."""

from __future__ import annotations

from pathlib import Path

from fanlight.store.database import Database
from fanlight.store.opening import FILE

PAGE = 4096


def damage(database: Database, folder: Path, *, first_page: int = 1, pages: int = 1_000_000) -> None:
    """On the store's thread: put zeros over these pages (the first is 0), and let SQLite forget what it holds of
    them."""
    connection = database._connection
    for pragma in ("wal_checkpoint(TRUNCATE)", "cache_size = 0", "shrink_memory"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    path = folder / FILE
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(first_page * PAGE)
        file.write(bytes(min(pages * PAGE, size - first_page * PAGE)))
