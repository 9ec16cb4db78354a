"""A home's conversations, exported."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fanlight.domain.archive import archived
from fanlight.exchange.writers import Format, open_writer
from fanlight.store.database import Database


def export(home: Path, place: Path, kind: Format) -> Path:
    with closing(Database(home)) as database:
        writer = open_writer(place, kind)
        for row in database.conversations():
            writer.add(archived(row, database.messages(row.id), database.picture))
        return writer.finish()
