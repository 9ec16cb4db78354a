"""A new database in the place of one that is damaged, foreign, empty, or missing: with all that can be read of it, and
what the backups hold besides.

The new one is made under another name and put in its place when it is complete. Whenever the process ends before, the
next start finds either the old file where it was, or its folder with the mark that it is not done (`store/aside.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from fanlight.files import sync_folder
from fanlight.i18n import _, format_number, ngettext
from fanlight.store.aside import finish, put_back, set_aside
from fanlight.store.backups import Backups
from fanlight.store.blobs import Blobs
from fanlight.store.connection import connect
from fanlight.store.mending import mend
from fanlight.store.merging import merge
from fanlight.store.rescue import carry_over, carry_over_torn, version_of
from fanlight.store.schema import MIGRATIONS, migrate

log = logging.getLogger(__name__)

_DRAFT = "conversations.new"


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """How many messages there are, and how many of them came from backups."""

    messages: int
    from_backups: int


def recover(
    path: Path, why: str, blobs: Blobs, migrations: Sequence[str] = MIGRATIONS, aside: Path | None = None
) -> str:
    """Afterwards there is a whole database at `path`. Returns what happened, in sentences that begin with `why`. Where
    it cannot be done (a full disk) all is as before, and sqlite3.Error, StoreError or OSError is raised."""
    if aside is None and _something_is_at(path):
        aside = set_aside(path, blobs.names())
    draft = path.with_name(_DRAFT)
    try:
        brought = _make(draft, aside, Backups(path.parent / "backups"), migrations)
    except BaseException:
        _remove(draft)
        if aside is not None:
            put_back(aside, path)
        raise
    draft.replace(path)
    sync_folder(path.parent)
    if aside is not None:
        finish(aside)
    notice = " ".join([why, *_told(brought, aside)])
    log.error("%s (%s)", notice, aside or path)
    return notice


def _make(draft: Path, aside: Path | None, backups: Backups, migrations: Sequence[str]) -> BroughtBack:
    """Rows are carried over into the schema they were written in, which is then brought up to date."""
    _remove(draft)
    with closing(connect(draft, migrations)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF").fetchall()  # rows come one by one, and some are lost
        version = version_of(aside, newest=len(migrations)) if aside is not None else len(migrations)
        migrate(connection, None, migrations[:version])
        if aside is not None:
            carry_over(aside, connection)
        migrate(connection, None, migrations)
        connection.execute("BEGIN")
        added = sum(merge(backup, connection) for backup in backups.opened())
        if aside is not None:
            carry_over_torn(aside, connection)
        mend(connection)
        connection.execute("COMMIT")
        messages = connection.execute("SELECT count(*) FROM message").fetchone()[0]
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()  # it is moved without a log
    return BroughtBack(int(messages), added)


def _told(brought: BroughtBack, aside: Path | None) -> list[str]:
    said = []
    if not brought.messages:
        said.append(_("Nothing could be brought back; the pictures are kept."))
    elif not brought.from_backups:
        said.append(
            ngettext("{count} message was recovered.", "{count} messages were recovered.", brought.messages).format(
                count=format_number(brought.messages)
            )
        )
    else:
        said.append(
            ngettext(
                "{count} message was recovered, {copied} from a backup.",
                "{count} messages were recovered, {copied} of them from a backup.",
                brought.messages,
            ).format(count=format_number(brought.messages), copied=format_number(brought.from_backups))
        )
    if aside is not None and aside.exists():
        said.append(_("The old file is kept in {folder}.").format(folder=aside.parent))
    return said


def _something_is_at(path: Path) -> bool:
    return any(path.with_name(path.name + end).exists() for end in ("", "-wal"))


def _remove(draft: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + end).unlink(missing_ok=True)
