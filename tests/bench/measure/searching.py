"""How long a search takes as one types, in a history of thousands of conversations, and how long other work waits while
that is read into the index."""

from __future__ import annotations

import itertools
import random
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter

from bench.readings import Notebook
from fanlight.store.database import Database

_CONVERSATIONS, _MESSAGES_EACH = 5_000, 40
_WORDS = 60_000
_ROUNDS = 5
_PLANTED = ("Rechnungsnummer", "東京都庁", "zauberhaft")


def measure(notebook: Notebook, quick: bool) -> None:
    dice = random.Random(5)
    words = _vocabulary(dice)
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder), words, dice, _CONVERSATIONS // (20 if quick else 1))
        with closing(Database(Path(folder))) as database:
            left = True
            while left:
                start = perf_counter()
                left = database.searching.index_some()
                notebook.write("search_index_slice_ms", 1000 * (perf_counter() - start))
            for _unused in range(_ROUNDS):
                notebook.write("search_ms_max", max(_milliseconds(database, text) for text in _typed(words)))


def _milliseconds(database: Database, text: str) -> float:
    start = perf_counter()
    database.searching.search(text)
    return 1000 * (perf_counter() - start)


def _vocabulary(dice: random.Random) -> list[str]:
    """Made of syllables, with accents."""
    return [
        "".join(dice.choice("bcdfghklmnprstvw") + dice.choice("aeiouäé") for _unused in range(dice.randint(1, 5)))
        for _also_unused in range(_WORDS)
    ]


def _typed(words: list[str]) -> list[str]:
    """Frequent and rare words letter by letter, several, phrases, one left out, parts, other scripts, nothing."""
    typed = [word[:end] for word in (words[0], words[100], words[40_000]) for end in range(1, len(word) + 1)]
    common = f"{words[0]} {words[1]}"
    return [*typed, common, f'"{common}"', f"{words[0]} -{words[1]}", "rechnungsn", "nummer", "都庁", "auberh", "xyzzy"]


def _fill(folder: Path, words: list[str], dice: random.Random, conversations: int) -> None:
    """As often as its place in the list is low: like the words of a language."""
    weights = list(itertools.accumulate(1 / (place + 5) for place in range(_WORDS)))
    Database(folder).close()
    with closing(sqlite3.connect(folder / "conversations.db")) as connection, connection:
        for number in range(1, conversations + 1):
            title = " ".join(dice.choices(words, cum_weights=weights, k=5))
            row = (number, title, number, number, number)
            connection.execute(
                "INSERT INTO conversation (id, title, created, updated, touched) VALUES (?,?,?,?,?)", row
            )
            for place in range(_MESSAGES_EACH):
                message = number * _MESSAGES_EACH + place
                role, length = ("assistant", 110) if place % 2 else ("user", 12)
                text = " ".join(dice.choices(words, cum_weights=weights, k=length))
                if message % 997 == 0:
                    text = f"{text} {' '.join(_PLANTED)}"
                sql = "INSERT INTO message VALUES (?, ?, ?, 'complete', '', 1, NULL)"
                connection.execute(sql, (message, number, role))
                sql = "INSERT INTO part (message_id, position, kind, text) VALUES (?, 0, 'text', ?)"
                connection.execute(sql, (message, text))
