"""The index that search uses, a file of its own beside the database: it can be deleted, and damage to it costs nothing.

    entry   the folded text (`domain/folding.py`) of a message; of a title, whose number is below zero
    word    an FTS5 index of its words; scripts without spaces letter by letter
    picture what was read in a kept picture; "" where nothing is written in it
    gram    one of its groups of three letters, for parts of words, where this SQLite has the trigram tokenizer

An entry's number is the message's times 256 plus the place of what was read (0: its text, with the beginnings of its
documents; then its pictures; from FIRST_PIECE on what follows of its documents), so that the newest message has the
highest numbers. Deleted text is overwritten.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from fanlight.domain.folding import fold, spread
from fanlight.store.entry_finder import EntryFinder, Fits
from fanlight.store.search_match import PLACES

log = logging.getLogger(__name__)

FILE = "search.db"
VERSION = 1
FIRST_PIECE = 176
_SMALL = 64 * 2**20
"""Bytes of an index that is checked when it is opened: that of a larger one takes too long."""
_DAMAGE = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_TABLES = """
    CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE origin (mark REAL NOT NULL);
    CREATE VIRTUAL TABLE word USING fts5 (
        text, content = 'entry', content_rowid = 'id', prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
    );
"""
_PICTURES = "CREATE TABLE IF NOT EXISTS picture (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL)"
_GRAMS = """
    CREATE VIRTUAL TABLE gram USING fts5 (
        text, content = 'entry', content_rowid = 'id', detail = none, tokenize = "trigram case_sensitive 1"
    );
"""


def has_fts5() -> bool:
    """Whether this SQLite can have an index."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
        except sqlite3.OperationalError:
            return False
        return True


def number_of(id_: int) -> int:
    """Of its entry, of a message's number, or of a conversation's below zero, whose title it is."""
    return id_ * PLACES if id_ > 0 else id_


def shown_as(number: int) -> int:
    """The entry under which it is shown: what was written in a message, documents included, is one result, each of its
    pictures another."""
    return number if number < 0 or 0 < number % PLACES < FIRST_PIECE else number - number % PLACES


def remove_index(folder: Path) -> None:
    """Raises SearchIndexFailed."""
    with translated_damage():
        for end in ("", "-wal", "-shm", "-journal"):
            (folder / (FILE + end)).unlink(missing_ok=True)


class SearchIndexFailed(Exception):
    """`damaged`: a new one can take its place; otherwise it cannot be reached (a full disk)."""

    def __init__(self, reason: object, *, damaged: bool) -> None:
        super().__init__(str(reason))
        self.damaged = damaged


class SearchIndex:
    """Methods raise SearchIndexFailed."""

    def __init__(self, path: Path) -> None:
        """Opens it, or makes an empty one."""
        with translated_damage():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None)
            try:
                self._open()
            except BaseException:
                self._connection.close()
                raise

    @property
    def mark(self) -> float | None:
        """Of the database that was read; None for a new index."""
        with translated_damage():
            row = self._connection.execute("SELECT mark FROM origin").fetchone()
        return float(row[0]) if row else None

    def begin_anew(self, mark: float) -> None:
        with translated_damage():
            self._connection.execute("INSERT INTO origin (mark) VALUES (?)", (mark,))

    def write(self, texts: Sequence[tuple[int, str]], gone: Iterable[int]) -> None:
        """In one transaction: (number, text) of entries, and the numbers of those that are gone."""
        with translated_damage():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for number in gone:
                    self._remove(number)
                for number, text in texts:
                    self._put(number, fold(text))
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def length(self, number: int) -> int:
        """Letters of an entry; 0 where there is none."""
        with translated_damage():
            return len(self._text(number))

    def places_of(self, number: int) -> list[int]:
        """All entries of a message, or that of a title."""
        last = number + PLACES - 1 if number > 0 else number
        with translated_damage():
            rows = self._connection.execute("SELECT id FROM entry WHERE id BETWEEN ? AND ?", (number, last))
            return [id_ for (id_,) in rows.fetchall()]

    def pictures(self) -> set[str]:
        """Those whose text is known."""
        with translated_damage():
            return {str(name) for (name,) in self._connection.execute("SELECT sha256 FROM picture")}

    def picture_text(self, sha256: str) -> str:
        return self.known_picture_text(sha256) or ""

    def known_picture_text(self, sha256: str) -> str | None:
        with translated_damage():
            row = self._connection.execute("SELECT text FROM picture WHERE sha256 = ?", (sha256,)).fetchone()
        return str(row[0]) if row else None

    def keep_picture_text(self, sha256: str, text: str) -> None:
        with translated_damage():
            self._connection.execute("INSERT OR REPLACE INTO picture (sha256, text) VALUES (?, ?)", (sha256, text))

    def forget_pictures(self, kept: Iterable[str]) -> None:
        """Of all others."""
        with translated_damage():
            gone = [(name,) for name in self.pictures().difference(kept)]
            self._connection.executemany("DELETE FROM picture WHERE sha256 = ?", gone)

    def clean(self) -> bool:
        """Removes a part of what deleted entries left in the index; whether something is left."""
        left = False
        with translated_damage():
            for table in self._indexes():
                before = self._connection.total_changes
                self._connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', -500)")
                left = left or self._connection.total_changes - before >= 2
            if not left:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return left

    def close(self) -> None:
        self._connection.close()

    def finder(self, fits: Fits | None = None) -> EntryFinder:
        """For one search; what it raises is sqlite3.Error, for `translated_damage`."""
        return EntryFinder(self._connection, fits, has_grams=self._has_grams)

    # changing

    def _open(self) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}
        version, pages, page = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("user_version", "page_count", "page_size")
        )
        if not tables and not version:
            self._make()
            tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}
        elif version != VERSION:
            raise SearchIndexFailed(f"version={version}", damaged=True)
        elif (
            pages * page <= _SMALL
            and (found := self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok"
        ):
            raise SearchIndexFailed(found, damaged=True)
        self._connection.execute(_PICTURES)  # since version 1, to which it can be added
        self._has_grams = "gram" in tables

    def _make(self) -> None:
        self._connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        try:
            self._connection.executescript(_GRAMS)
        except sqlite3.OperationalError as error:
            log.info("no search for parts of words: %s", error)
        self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def _indexes(self) -> tuple[str, ...]:
        return ("word", "gram") if self._has_grams else ("word",)

    def _text(self, number: int) -> str:
        row = self._connection.execute("SELECT text FROM entry WHERE id = ?", (number,)).fetchone()
        return str(row[0]) if row else ""

    def _put(self, number: int, folded: str) -> None:
        self._remove(number)
        if not folded:
            return
        self._connection.execute("INSERT INTO entry (id, text) VALUES (?, ?)", (number, folded))
        for table in self._indexes():
            self._connection.execute(
                f"INSERT INTO {table} (rowid, text) VALUES (?, ?)", (number, _indexed(table, folded))
            )

    def _remove(self, number: int) -> None:
        if not (old := self._text(number)):
            return
        for table in self._indexes():
            sql = f"INSERT INTO {table} ({table}, rowid, text) VALUES ('delete', ?, ?)"
            self._connection.execute(sql, (number, _indexed(table, old)))
        self._connection.execute("DELETE FROM entry WHERE id = ?", (number,))


@contextmanager
def translated_damage() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        raise SearchIndexFailed(error, damaged=code in _DAMAGE) from error
    except OSError as error:
        raise SearchIndexFailed(error, damaged=False) from error


def _indexed(table: str, folded: str) -> str:
    return spread(folded) if table == "word" else folded
