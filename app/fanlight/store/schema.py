"""The database's schema: step n of MIGRATIONS leads from version n to n + 1. Append; never change a step."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from fanlight.domain.errors import StoreError
from fanlight.i18n import _

_NOTED_CHANGES = (
    ("part_added", "INSERT ON part", "new.message_id"),
    ("part_changed", "UPDATE ON part", "new.message_id"),
    ("part_removed", "DELETE ON part", "old.message_id"),
    ("message_removed", "DELETE ON message", "old.id"),
    ("conversation_added", "INSERT ON conversation", "-new.id"),
    ("title_changed", "UPDATE OF title ON conversation", "-new.id"),
    ("conversation_removed", "DELETE ON conversation", "-old.id"),
)
"""Of version 4: a trigger's name, what it follows, and what it adds to `unindexed`."""


def _noting_trigger(name: str, change: str, number: str) -> str:
    """A trigger's OR IGNORE would not hold: the statement that fires it decides."""
    return f"""
    CREATE TRIGGER {name} AFTER {change} BEGIN
        INSERT INTO unindexed (id)
            SELECT {number} WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE id = {number});
    END;"""


MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE conversation (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        draft TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL,
        updated REAL NOT NULL,
        deleted REAL
    );
    CREATE TABLE message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
        text TEXT NOT NULL,
        thinking TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('complete', 'open', 'stopped', 'failed')),
        footer TEXT NOT NULL DEFAULT '',
        created REAL NOT NULL
    );
    CREATE INDEX message_by_conversation ON message (conversation_id, id);
    CREATE TABLE picture (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        image_id TEXT NOT NULL
    );
    CREATE INDEX picture_by_message ON picture (message_id, id);
    """,
    # A message is a list of parts. `sha256` names a file. New kinds need no step: `details` is a JSON object.
    """
    CREATE TABLE part (
        id INTEGER PRIMARY KEY,
        message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL DEFAULT '',
        sha256 TEXT,
        details TEXT NOT NULL DEFAULT '{}',
        UNIQUE (message_id, position)
    );
    INSERT INTO part (message_id, position, kind, text)
        SELECT id, 0, 'thinking', thinking FROM message WHERE length(CAST(thinking AS BLOB)) > 0;
    INSERT INTO part (message_id, position, kind, sha256, details)
        SELECT message_id,
            row_number() OVER (PARTITION BY message_id ORDER BY id) - 1
                + EXISTS (SELECT 1 FROM part WHERE part.message_id = picture.message_id),
            'picture', sha256,
            json_object('kind', kind, 'name', name, 'width', width, 'height', height, 'image_id', image_id)
        FROM picture;
    INSERT INTO part (message_id, position, kind, text)
        SELECT id, (SELECT count(*) FROM part WHERE part.message_id = message.id), 'text', text
        FROM message WHERE length(CAST(text AS BLOB)) > 0;
    DROP TABLE picture;
    ALTER TABLE message DROP COLUMN text;
    ALTER TABLE message DROP COLUMN thinking;
    CREATE INDEX part_by_file ON part (sha256) WHERE sha256 IS NOT NULL;
    """,
    # `touched` orders conversations by their last use, whatever the clock says. Days are counted while Fanlight runs
    # (`store/leftovers.py`). A picture that a row named once and none names now is unused.
    """
    ALTER TABLE conversation ADD COLUMN days_in_trash REAL NOT NULL DEFAULT 0;
    ALTER TABLE conversation ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
    UPDATE conversation SET touched = ranked.place
        FROM (SELECT id, row_number() OVER (ORDER BY updated, id) AS place FROM conversation) AS ranked
        WHERE ranked.id = conversation.id;
    CREATE INDEX conversation_by_use ON conversation (touched);
    CREATE TABLE unused_picture (sha256 TEXT PRIMARY KEY, days REAL NOT NULL DEFAULT 0);
    CREATE TABLE chore (name TEXT PRIMARY KEY, done REAL NOT NULL);
    """,
    # What the search index (a file of its own, `store/search_index.py`) has not read yet: messages, and below zero the
    # titles of conversations. It is written in the same transaction as they are.
    """
    ALTER TABLE conversation ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE unindexed (id INTEGER PRIMARY KEY);
    INSERT INTO unindexed (id) SELECT id FROM message UNION ALL SELECT -id FROM conversation;
    """
    + "".join(_noting_trigger(*change) for change in _NOTED_CHANGES),
    # Branches (`store/message_rows.py`): what a message follows, 0 for none, and where the shown branch ends.
    """
    ALTER TABLE message ADD COLUMN parent INTEGER;
    ALTER TABLE conversation ADD COLUMN leaf INTEGER;
    UPDATE message SET parent = linked.before
        FROM (SELECT id, lag(id, 1, 0) OVER (PARTITION BY conversation_id ORDER BY id) AS before FROM message) AS linked
        WHERE linked.id = message.id;
    """,
    # Archived conversations, and tags (`store/tagging.py`). A changed tag is another row: the highest number says
    # whether a backup has them (`store/backups.py`).
    """
    ALTER TABLE conversation ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE tag (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (conversation_id, key)
    );
    CREATE INDEX tag_by_key ON tag (key);
    """,
)

NEXT_USE = "SELECT coalesce(max(touched), 0) + 1 FROM conversation"
"""What `touched` is set to when a conversation is used."""

KEPT_COPIES = 3


def migrate(connection: sqlite3.Connection, copies: Path | None, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring the database up to date, each step in a transaction of its own; a copy goes to `copies` before the first.
    Raises StoreError for a database from a newer Fanlight, which is left as it is."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise StoreError(
            _("The conversations on this computer were saved by a newer Fanlight."),
            _way_back(copies, len(migrations)),
        )
    if copies is not None and 0 < version < len(migrations):
        _copy(connection, copies, version)
    for number, step in enumerate(migrations[version:], version + 1):
        try:
            connection.executescript(f"BEGIN; {step}; PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise


def _way_back(copies: Path | None, version: int) -> str:
    """What an older Fanlight, of `version`, says to do; the copy that it can read is the one made before the update."""
    found = copies.glob("*-version-*.db") if copies is not None else ()
    readable = [path for path in found if path.stem.rpartition("-")[2] in map(str, range(1, version + 1))]
    if not readable:
        return _("Update Fanlight. Nothing was changed.")
    return _("Update Fanlight. Nothing was changed. What was there before the update is in {path}.").format(
        path=max(readable)
    )


def _copy(connection: sqlite3.Connection, copies: Path, version: int) -> None:
    copies.mkdir(mode=0o700, exist_ok=True)
    path = copies / f"{time.strftime('%Y%m%d-%H%M%S')}-version-{version}.db"
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(draft),))
    draft.chmod(0o600)
    draft.replace(path)
    others = sorted(
        old for old in copies.glob("*-version-*.db") if old != path
    )  # some later, by a clock that went back
    for old in others[: -(KEPT_COPIES - 1)]:
        old.unlink()
