"""A history of years, made up: conversations with answers, spoken questions, pictures with text, documents, and facts
planted in them."""

from __future__ import annotations

import hashlib
import itertools
import random
import sqlite3
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path

from fanlight.domain.messages import TextPart
from fanlight.domain.stored import HEARD, StoredDocument, StoredPart, StoredPicture
from fanlight.store.blobs import Blobs
from fanlight.store.database import Database
from fanlight.store.parts import rows_of

MESSAGES_EACH = 40
KINDS = ("answer", "picture", "speech", "document")
_PICTURE_EVERY, _PAGES = 10, 3
_WORDS = 60_000


@dataclass(frozen=True, slots=True)
class Fact:
    """`place`: the message in its conversation, from 0."""

    kind: str
    text: str
    conversation: int
    place: int


class History:
    """`folder` gets `conversations` of 40 messages, 4 of them with a picture. The words come as often as those of a
    language do; a fact has a frequent one, a rare one, and one between."""

    def __init__(self, folder: Path, conversations: int, facts: int) -> None:
        self._dice = random.Random(5)
        self._folder, self._blobs = folder, Blobs(folder / "pictures")
        self._words = self._vocabulary()
        self._weights = list(itertools.accumulate(1 / (place + 5) for place in range(len(self._words))))
        self._texts: dict[str, str] = {}
        self.facts = [self._fact(number, 1 + number * conversations // facts) for number in range(facts)]
        self._planted = {(fact.conversation, fact.place): fact for fact in self.facts}
        Database(folder).close()
        with closing(sqlite3.connect(folder / "conversations.db")) as connection, connection:
            for number in range(1, conversations + 1):
                self._write(connection, number)
        with closing(Database(folder)) as database:
            self._index(database)

    def _vocabulary(self) -> list[str]:
        made = (
            "".join(self._dice.choice("bcdfghklmnprstvw") + self._dice.choice("aeiou") for _unused in range(syllables))
            for syllables in (self._dice.randint(2, 5) for _unused in range(_WORDS))
        )
        return list(dict.fromkeys(made))

    def _said(self, count: int, fact: str = "") -> str:
        words = self._dice.choices(self._words, cum_weights=self._weights, k=count)
        words.insert(self._dice.randrange(count), fact)
        return " ".join(filter(None, words))

    def _fact(self, number: int, conversation: int) -> Fact:
        kind = KINDS[number % len(KINDS)]
        words = (self._words[5:50], self._words[3000:], self._words[200:900])
        text = " ".join(map(self._dice.choice, words))
        every: Callable[[int], bool] = {
            "answer": lambda place: place % 2 == 1,
            "picture": lambda place: place % _PICTURE_EVERY == 0,
            "speech": lambda place: place % 4 == 0 and place % _PICTURE_EVERY != 0,
            "document": lambda place: place % 4 == 2 and place % _PICTURE_EVERY != 0,
        }[kind]
        place = self._dice.choice([place for place in range(MESSAGES_EACH) if every(place)])
        return Fact(kind, text, conversation, place)

    def _write(self, connection: sqlite3.Connection, number: int) -> None:
        row = (number, self._said(5), number, number, number)
        connection.execute("INSERT INTO conversation (id, title, created, updated, touched) VALUES (?,?,?,?,?)", row)
        for place in range(MESSAGES_EACH):
            message = (number - 1) * MESSAGES_EACH + place + 1
            fact = self._planted.get((number, place), Fact("", "", number, place))
            heard = HEARD if fact.kind == "speech" else ""
            told = (message, number, "assistant" if place % 2 else "user", heard, message - 1 if place else 0)
            sql = (
                "INSERT INTO message (id, conversation_id, role, state, footer, created, parent) "
                "VALUES (?, ?, ?, 'complete', ?, 1, ?)"
            )
            connection.execute(sql, told)
            rows = [(message, at, *astuple(row)) for at, row in enumerate(rows_of(self._parts(message, place, fact)))]
            connection.executemany(
                "INSERT INTO part (message_id, position, kind, text, sha256, details) VALUES (?, ?, ?, ?, ?, ?)", rows
            )

    def _parts(self, message: int, place: int, fact: Fact) -> list[StoredPart]:
        made: list[StoredPart] = []
        if place % _PICTURE_EVERY == 0:
            sha256 = self._blobs_write(_png(message))
            self._texts[sha256] = self._said(25, fact.text if fact.kind == "picture" else "")
            made.append(StoredPicture(sha256, "png", f"picture {message}.png", 2, 2, sha256))
        if fact.kind == "document":
            pages = [self._said(300) for _unused in range(_PAGES)]
            pages[1] = self._said(300, fact.text)
            name = hashlib.sha256(fact.text.encode()).hexdigest()
            made.append(StoredDocument(name, "text", "paper.txt", (1,), tuple(pages)))
        spoken = fact.text if fact.kind in ("answer", "speech") else ""
        return [*made, TextPart(self._said(110 if place % 2 else 12, spoken))]

    def _blobs_write(self, data: bytes) -> str:
        """Without the wait for the disk that `Blobs.write` has."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._blobs.path(sha256)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return sha256

    def _index(self, database: Database) -> None:
        index = database.searching._opened()
        assert index is not None
        index._connection.execute("BEGIN")
        for sha256, text in self._texts.items():
            index.keep_picture_text(sha256, text)
        index._connection.execute("COMMIT")
        while database.searching.index_some():
            pass


def _png(number: int) -> bytes:
    """2 × 2 pixels that no other number has."""
    rows = b"".join(b"\0" + struct.pack(">II", number, line)[1:7] for line in range(2))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
