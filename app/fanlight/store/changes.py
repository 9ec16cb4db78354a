"""Transactions of the database that holds the conversations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fanlight.store import leftovers
from fanlight.store.blobs import Blobs
from fanlight.store.displaced import OpenFiles
from fanlight.store.failures import translated


class StoreChanges:
    """Methods raise StoreError, and then have changed nothing; DatabaseDisplaced where it is to be opened anew."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, blobs: Blobs, files: OpenFiles) -> None:
        self._folder, self._connection, self._blobs, self._files = folder, connection, blobs, files

    @contextmanager
    def begin(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, safe on disk, or nothing."""
        self._files.check()
        with translated(self._folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def announce(self, names: Sequence[str]) -> None:
        """Files that are about to be written are known as unused until a row names them: a crash between the two leaves
        none that nobody knows. Not synced: after a power cut a file may stay, but none is missing."""
        new = [name for name in names if not self._blobs.holds(name)]
        if not new:
            return
        with translated(self._folder):
            self._connection.execute("PRAGMA synchronous = NORMAL").fetchall()
        try:
            with self.begin() as change:
                leftovers.note_unused(change, new)
        finally:
            with translated(self._folder):
                self._connection.execute("PRAGMA synchronous = FULL").fetchall()
